"""Posts, the people in them, agency workers and absence, and the monthly summary of them all."""

import numpy as np
import pandas as pd

from analysis.methods.calendar import DAY
from analysis.sources.sample import workforce_calibration as terms
from analysis.sources.sample.absence import absence_spells
from analysis.sources.sample.agency_workers import agency_workers
from analysis.sources.sample.columns import NEVER, whole_days
from analysis.sources.sample.draws import choose, stream
from analysis.sources.sample.effects import Effects
from analysis.sources.sample.span import Span, month_ends, month_start

LONG_TERM_DAYS = 28


def workforce_tables(
    seed: int, size: float, span: Span, planted: Effects, open_cases: pd.Series
) -> dict[str, pd.DataFrame]:
    """Return the workforce tables, each in its contract's columns.

    Parameters
    ----------
    seed, size, span, planted
        As for the whole sample.
    open_cases : Series
        Cases open at each month's end, in month order; the last are shared out among those who
        hold cases.
    """
    posts = _posts(seed, size)
    staff = _staff(seed, span, posts)
    staff = pd.concat([staff, _learners(span, size)], ignore_index=True)
    absence = absence_spells(seed, size, span, planted, staff)
    agency = agency_workers(seed, size, span, planted, _vacant_spells(span, posts, staff))
    monthly = _monthly(span, posts, staff, agency, absence).assign(cases=open_cases.to_numpy())
    staff = _at_extract(span, staff)
    staff, agency = _with_cases(seed, span, staff, agency, int(open_cases.iloc[-1]))
    return {
        "establishment": _establishment(span, posts, staff),
        "staff": staff,
        "agency": agency,
        "absence": absence,
        "workforce_monthly": monthly,
    }


def _posts(seed: int, size: float) -> pd.DataFrame:
    """Return one row a post: post_id, team, role, budgeted_fte."""
    rng = stream(seed, "posts")
    team_role = [
        (team, role)
        for team, counts in terms.TEAMS.items()
        for role, count in zip(terms.ROLES, counts, strict=True)
        for _ in range(max(round(count * size), 1))
    ]
    reviewing = (terms.REVIEWING_TEAM, terms.REVIEWING_ROLE)
    team_role += [reviewing] * max(round(terms.REVIEWING_POSTS * size), 1)
    posts = pd.DataFrame(team_role, columns=["team", "role"])
    posts.insert(0, "post_id", [f"SYN-P{number:04d}" for number in range(1, len(posts) + 1)])
    fte = choose(rng, terms.POST_FTE, len(posts))
    posts["budgeted_fte"] = np.where(posts["role"] == "Team manager", 1.0, fte)
    return posts


def _staff(seed: int, span: Span, posts: pd.DataFrame) -> pd.DataFrame:
    """Return one row an employment: each post is held, falls vacant and is filled again."""
    rng = stream(seed, "staff")
    begin, end = span.first_day, span.as_at
    spells = []
    for post in posts.itertuples(index=False):
        start = begin - int(rng.exponential(terms.TENURE_YEARS * 365)) * DAY
        if rng.random() < 0.05:
            start = begin + (int(rng.exponential(terms.VACANT_DAYS)) + 1) * DAY
        while start <= end:
            leave = start + (60 + int(rng.exponential(terms.TENURE_YEARS * 365))) * DAY
            if leave < begin:
                leave = begin + (1 + int(rng.exponential(terms.TENURE_YEARS * 365))) * DAY
            spells.append((post.post_id, post.team, post.role, post.budgeted_fte, start, leave))
            start = leave + (15 + int(rng.exponential(terms.VACANT_DAYS))) * DAY
    columns = ["post_id", "team", "role", "fte", "start_date", "end_date"]
    staff = pd.DataFrame(spells, columns=columns)
    left = staff["end_date"].to_numpy().astype("datetime64[D]") <= end
    starts_here = staff["start_date"].to_numpy().astype("datetime64[D]") >= begin - 365 * DAY
    new = starts_here & (staff["role"] == "Social worker").to_numpy()
    new &= rng.random(len(staff)) < terms.NEWLY_QUALIFIED
    programme_end = (
        staff["start_date"].to_numpy().astype("datetime64[D]") + terms.PROGRAMME_DAYS * DAY
    )
    return staff.assign(
        person_id=[f"SYN-E{number:05d}" for number in range(1, len(staff) + 1)],
        contract=choose(rng, (("permanent", 0.95), ("fixed term", 0.05)), len(staff)),
        end_date=np.where(left, staff["end_date"].to_numpy().astype("datetime64[D]"), NEVER),
        newly_qualified=np.where(new, "Yes", "No").astype(object),
        programme=np.where(new, "ASYE", None),
        programme_end_date=np.where(new, programme_end, NEVER),
        leaving_reason=np.where(left, choose(rng, terms.LEAVING, len(staff)).astype(object), None),
    )


def _learners(span: Span, size: float) -> pd.DataFrame:
    """Return apprentices and Step Up students, who hold no post of a qualified social worker."""
    kinds = ["Apprentice"] * max(round(terms.APPRENTICES * size), 1)
    kinds += ["Step Up"] * max(round(terms.STEP_UP_STUDENTS * size), 1)
    apprentice = np.array([kind == "Apprentice" for kind in kinds])
    months = np.where(apprentice, 20, 7)
    start = span.last_day - months * 30
    return pd.DataFrame(
        {
            "person_id": [f"SYN-L{number:04d}" for number in range(1, len(kinds) + 1)],
            "post_id": None,
            "team": [
                f"Locality {('North', 'South', 'East', 'West')[n % 4]}" for n in range(len(kinds))
            ],
            "role": np.where(apprentice, "Social work apprentice", "Step Up student"),
            "fte": 1.0,
            "contract": "fixed term",
            "start_date": start,
            "end_date": NEVER,
            "newly_qualified": "No",
            "programme": kinds,
            "programme_end_date": start + np.where(apprentice, 1095, 425),
            "leaving_reason": None,
        }
    )


def _at_extract(span: Span, staff: pd.DataFrame) -> pd.DataFrame:
    """Return staff as the list stands at the extract: the first year of long ago is not on it."""
    since = pd.Timestamp(span.as_at) - pd.Timedelta(days=terms.NEWLY_QUALIFIED_DAYS)
    over = staff["programme"].eq("ASYE") & (staff["start_date"] < since)
    return staff.assign(
        newly_qualified=staff["newly_qualified"].mask(over, "No"),
        programme=staff["programme"].mask(over),
        programme_end_date=staff["programme_end_date"].mask(over),
    )


def _vacant_spells(span: Span, posts: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """Return the spells in which a post is vacant: post_id, team, role, start, end."""
    held = staff.dropna(subset="post_id").sort_values(["post_id", "start_date"], kind="stable")
    next_start = held.groupby("post_id")["start_date"].shift(-1)
    after = held.assign(start=held["end_date"], end=next_start).dropna(subset="start")
    first = held.groupby("post_id", as_index=False).first()
    before = first[first["start_date"] > pd.Timestamp(span.first_day)]
    before = before.assign(start=pd.Timestamp(span.first_day), end=before["start_date"])
    columns = ["post_id", "team", "role", "start", "end"]
    empty = posts[~posts["post_id"].isin(held["post_id"])]
    empty = empty.assign(start=pd.Timestamp(span.first_day), end=pd.NaT)
    return pd.concat([after[columns], before[columns], empty[columns]], ignore_index=True)


def _with_cases(
    seed: int, span: Span, staff: pd.DataFrame, agency: pd.DataFrame, open_cases: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return staff and agency with the open cases shared out by FTE, role and experience."""
    rng = stream(seed, "cases")
    both = pd.concat([staff, agency.assign(newly_qualified="No")], ignore_index=True)
    ended = both["end_date"].notna() & (both["end_date"] <= pd.Timestamp(span.as_at))
    weight = both["role"].map(terms.CASE_WEIGHT).fillna(0.0) * both["fte"].clip(0, 1)
    learning = both["newly_qualified"].eq("Yes")
    learning &= both["programme_end_date"] > pd.Timestamp(span.as_at)
    weight = weight * np.where(learning, terms.NEWLY_QUALIFIED_CASE_WEIGHT, 1.0)
    weight = (weight * rng.gamma(18, 1 / 18, len(both))).where(~ended, 0.0).to_numpy()
    cases = rng.multinomial(open_cases, weight / weight.sum())
    held = pd.Series(np.where(weight > 0, cases, np.nan), dtype="Float64")
    return (
        staff.assign(cases=held.iloc[: len(staff)].to_numpy()),
        agency.assign(cases=held.iloc[len(staff) :].to_numpy()),
    )


def _establishment(span: Span, posts: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """Return the establishment at the extract: who fills a post, or since when it is vacant."""
    held = staff.dropna(subset="post_id")
    left = held[held["end_date"].notna() & (held["end_date"] <= pd.Timestamp(span.as_at))]
    now = held.drop(left.index).set_index("post_id")["person_id"]
    last = left.groupby("post_id")["end_date"].max()
    filled = posts["post_id"].map(now)
    vacant = last.reindex(posts["post_id"]).set_axis(posts.index)
    vacant = vacant.fillna(pd.Timestamp(span.first_day))
    return posts.assign(filled_by=filled, vacant_from=vacant.where(filled.isna()))


def _monthly(
    span: Span, posts: pd.DataFrame, staff: pd.DataFrame, agency: pd.DataFrame,
    absence: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Return the summary at each month's end, counted from the lists themselves."""
    ends = month_ends(span.periods)
    in_post, learners = staff[staff["post_id"].notna()], staff[staff["post_id"].isna()]
    columns = {
        "establishment_fte": float(posts["budgeted_fte"].sum()),
        **_in_post_columns(ends, in_post),
        **_agency_columns(ends, agency),
        **_absence_columns(ends, absence),
        "apprentices_headcount": (running(learners, ends) & _is(learners, programme="Apprentice")),
        "step_up_students_headcount": (
            running(learners, ends) & _is(learners, programme="Step Up")
        ),
    }
    table = pd.DataFrame(
        {name: v.sum(axis=0) if np.ndim(v) == 2 else v for name, v in columns.items()}
    )
    table["vacancies_fte"] = table["establishment_fte"] - table["inpost_fte"]
    table["caseholders_fte"] = _caseholders_fte(ends, in_post) + _caseholders_fte(ends, agency)
    return table.round(2).assign(as_at=ends)


def _in_post_columns(ends: np.ndarray, in_post: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the summary's columns on those in post, who start and who leave."""
    here, fte = running(in_post, ends), in_post["fte"].to_numpy()
    started, left, qualified = (
        whole_days(in_post[name])[:, None]
        for name in ("start_date", "end_date", "programme_end_date")
    )
    new = _is(in_post, newly_qualified="Yes") & here
    new &= (ends - started).astype("int64") < terms.NEWLY_QUALIFIED_DAYS
    return {
        "inpost_fte": fte @ here,
        "inpost_headcount": here,
        "starters_fte": fte @ ((started >= month_start(ends)) & (started <= ends)),
        "leavers_fte": fte @ ((left >= month_start(ends)) & (left <= ends)),
        "newly_qualified_headcount": new,
        "newly_qualified_completed_headcount": new & (qualified <= ends),
    }


def _agency_columns(ends: np.ndarray, agency: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the summary's columns on agency workers."""
    working, fte = running(agency, ends), agency["fte"].to_numpy()
    return {
        "agency_headcount": working,
        "agency_fte": fte @ working,
        "agency_posts_covered": agency["posts_covered"].to_numpy() @ working,
        "agency_covering_vacancies_fte": fte @ (working & _is(agency, reason="vacancy")),
    }


def _absence_columns(ends: np.ndarray, absence: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the summary's columns on long absence."""
    away = running(absence, ends)
    long = (ends - whole_days(absence["start_date"])[:, None]).astype("int64") >= LONG_TERM_DAYS
    return {
        "long_term_absence_headcount": away & long & _is(absence, absence_type="sickness"),
        "maternity_headcount": away & _is(absence, absence_type="maternity"),
    }


def _caseholders_fte(ends: np.ndarray, people: pd.DataFrame) -> np.ndarray:
    """Return the FTE of those whose role holds cases, at each month's end."""
    holds = people["role"].isin(terms.CASEHOLDING).to_numpy()
    return (people["fte"].to_numpy() * holds) @ running(people, ends)


def running(table: pd.DataFrame, days: np.ndarray) -> np.ndarray:
    """Return for each row (down) whether it runs on each day (across): not ended by its close."""
    start, end = whole_days(table["start_date"])[:, None], whole_days(table["end_date"])[:, None]
    return (start <= days) & ~(end <= days)


def _is(table: pd.DataFrame, **value: str) -> np.ndarray:
    """Return as a column whether each row holds a value."""
    ((column, wanted),) = value.items()
    return table[column].eq(wanted).to_numpy()[:, None]
