import numpy as np
import pandas as pd
import pytest
from disclosure_attacks import random_counts, ranges_by_linear_programming

from analysis.methods.disclosure import HIDDEN_NOTE, UNJUDGED_NOTE, DisclosureError, suppress_facts

NUMBERS = ["value", "numerator", "denominator", "lower", "upper"]


def facts_of(rows, period="2021-08"):
    frame = pd.DataFrame(rows)
    for column in NUMBERS:
        frame[column] = frame.get(column, pd.Series(np.nan, index=frame.index)).astype(float)
    for column, value in {"unit": "count", "period": period, "formula": "x", "note": ""}.items():
        frame[column] = frame.get(column, pd.Series(value, index=frame.index)).fillna(value)
    frame["shown"] = frame["value"].map("{:g}".format)
    return frame.assign(suppressed=False, label="", source="")


def share(name, numerator, denominator):
    return {"id": name, "unit": "%", "value": numerator / denominator * 100,
            "numerator": numerator, "denominator": denominator}  # fmt: skip


def rules_of(facts, counts="people", **columns):
    return pd.DataFrame({"id": facts["id"], "counts": counts, **columns})


def hidden(facts, rules, *pairs, **options):
    result = suppress_facts(facts, rules, *pairs, **options)
    return set(result.loc[result["suppressed"], "id"])


def parts(total, names, way=""):
    return pd.DataFrame({"total_id": total, "part_id": names, "breakdown": way})


def test_a_hidden_fact_keeps_no_number_anywhere():
    facts = facts_of([share("seen", 3, 40)]).assign(lower=2.0, upper=19.0)
    fact = suppress_facts(facts, rules_of(facts)).iloc[0]
    assert fact[NUMBERS].isna().all()
    assert (fact["shown"], fact["formula"], fact["suppressed"]) == ("[c]", "", True)
    assert fact["note"] == HIDDEN_NOTE


def test_internal_releases_hide_nothing_and_other_words_are_refused():
    facts = facts_of([{"id": "plans", "value": 3}])
    pd.testing.assert_frame_equal(suppress_facts(facts, rules_of(facts), release="internal"), facts)
    with pytest.raises(ValueError, match="'publik'"):
        suppress_facts(facts, rules_of(facts), release="publik")


@pytest.mark.parametrize(
    ("fact", "rule", "expected"),
    [
        ({"id": "x", "value": 5}, {"counts": "people"}, True),
        ({"id": "x", "value": 6}, {"counts": "people"}, False),
        ({"id": "x", "value": 0}, {"counts": "people"}, False),
        ({"id": "x", "value": 4.6, "unit": "FTE"}, {"counts": "people"}, True),
        ({"id": "x", "value": 5.4, "unit": "FTE"}, {"counts": "people"}, False),
        (share("x", 38, 40), {"counts": "people"}, True),
        (share("x", 40, 40), {"counts": "people"}, False),
        (share("x", 58, 60), {"counts": "events", "whole_authority": True}, False),
        (share("x", 58, 60), {"counts": "events", "whole_authority": False}, True),
        (share("x", 3, 5), {"counts": "events", "whole_authority": True}, True),
        (share("x", 3, 6), {"counts": "events", "whole_authority": True}, False),
        ({"id": "x", "value": 2}, {"counts": "things"}, False),
        (share("x", 3, 40), {"counts": "people", "already_published": True}, False),
        ({"id": "x", "value": 9e5, "unit": "GBP"}, {"counts": "money", "count_behind": 1}, True),
        ({"id": "x", "value": 9e5, "unit": "GBP"}, {"counts": "money"}, False),
        ({"id": "x", "value": 9e5, "unit": "GBP"},
         {"counts": "money", "count_behind": 30, "largest_share_pct": 92.0}, True),
        ({"id": "x", "value": 4500, "unit": "GBP per child", "denominator": 4},
         {"counts": "money"}, True),
        ({"id": "x", "value": -40, "unit": "% change", "numerator": 3, "denominator": 5},
         {"counts": "people"}, True),
    ],
)  # fmt: skip
def test_each_kind_of_fact_is_judged_by_its_rule(fact, rule, expected):
    facts = facts_of([fact])
    assert hidden(facts, pd.DataFrame([{"id": "x", **rule}])) == ({"x"} if expected else set())


def test_a_percentage_of_people_without_its_counts_is_hidden_and_says_why():
    facts = facts_of([{"id": "x", "value": 12.5, "unit": "%"}])
    assert suppress_facts(facts, rules_of(facts))["note"].iloc[0] == UNJUDGED_NOTE


def test_a_percentage_with_only_its_denominator_is_judged_by_the_numerator_it_implies():
    facts = facts_of([{"id": "x", "value": 7.5, "unit": "%", "denominator": 40}])
    assert hidden(facts, rules_of(facts)) == {"x"}


def test_a_fact_without_a_rule_is_refused():
    facts = facts_of([{"id": "plans", "value": 30}, {"id": "visits", "value": 30}])
    with pytest.raises(DisclosureError, match="KPIs: no rule says what 'visits' counts"):
        suppress_facts(facts, rules_of(facts.iloc[:1]), table="KPIs")


def test_team_percentages_are_covered_through_their_numerators():
    facts = facts_of([share("p", 80, 100), share("p.a", 27, 30), share("p.b", 30, 40),
                      share("p.c", 23, 30)])  # fmt: skip
    rules = rules_of(facts, "events", whole_authority=[True, False, False, False])
    found = hidden(facts, rules, parts("p", ["p.a", "p.b", "p.c"]))
    assert "p" not in found
    assert "p.a" in found
    assert len(found) == 2


@pytest.mark.parametrize("total", [152, 62])
def test_shares_of_a_shown_count_are_its_parts(total):
    counts = {"direct": total - 11, "hybrid": 6, "virtual": 5}
    shares = [share(f"held.{name}", number, total) for name, number in counts.items()]
    facts = facts_of([{"id": "held", "value": total}, *shares])
    found = hidden(facts, rules_of(facts), parts("held", facts["id"].iloc[1:].tolist()))
    assert {"held.virtual"} < found


def test_a_share_of_some_other_count_says_nothing_of_the_total():
    facts = facts_of([{"id": "t", "value": 60}, {"id": "n", "value": 24}, {"id": "s", "value": 36},
                      share("seen", 20, 40)])  # fmt: skip
    assert hidden(facts, rules_of(facts), parts("t", ["n", "s"])) == set()


def test_a_hidden_percentage_is_not_left_to_be_rebuilt_from_its_two_counts():
    facts = facts_of([share("seen_pct", 18, 20), {"id": "seen", "value": 18},
                      {"id": "children", "value": 20}])  # fmt: skip
    pairs = pd.DataFrame({"id": "seen_pct", "source_id": ["seen", "children"]})
    assert len(hidden(facts, rules_of(facts), derived_from=pairs)) == 2


def test_what_derives_from_a_hidden_fact_is_hidden_through_every_step():
    facts = facts_of([{"id": "a", "value": 4}, {"id": "b", "value": 50},
                      {"id": "change", "value": 46}, {"id": "mean", "value": 23}])  # fmt: skip
    pairs = pd.DataFrame({"id": ["change", "mean"], "source_id": ["a", "change"]})
    assert hidden(facts, rules_of(facts), derived_from=pairs) == {"a", "change", "mean"}


def test_two_breakdowns_of_one_total_hold_together():
    facts = facts_of([{"id": "t", "value": 60}, {"id": "n", "value": 4}, {"id": "s", "value": 20},
                      {"id": "w", "value": 36}, {"id": "x", "value": 30},
                      {"id": "y", "value": 30}])  # fmt: skip
    both = pd.concat([parts("t", ["n", "s", "w"], "team"), parts("t", ["x", "y"], "age")])
    assert hidden(facts, rules_of(facts), both) == {"n", "s"}


def test_suppressing_again_changes_nothing():
    facts = facts_of([{"id": "t", "value": 52}, {"id": "n", "value": 3}, {"id": "s", "value": 40},
                      {"id": "w", "value": 9}])  # fmt: skip
    sums = parts("t", ["n", "s", "w"])
    once = suppress_facts(facts, rules_of(facts), sums)
    pd.testing.assert_frame_equal(suppress_facts(once, rules_of(facts), sums), once)


def test_a_figure_published_elsewhere_is_no_cover_and_fails_closed():
    facts = facts_of([{"id": "t", "value": 52}, {"id": "n", "value": 3}, {"id": "s", "value": 49}])
    rules = rules_of(facts, already_published=[True, False, True])
    with pytest.raises(DisclosureError, match="facts: 'n: value' cannot be protected"):
        suppress_facts(facts, rules, parts("t", ["n", "s"]))


def test_money_behind_one_child_is_covered_by_other_money():
    facts = facts_of(
        [
            {"id": "t", "value": 900_000},
            {"id": "secure", "value": 400_000},
            {"id": "fostering", "value": 300_000},
            {"id": "homes", "value": 200_000},
        ]
    )
    facts["unit"] = "GBP"
    rules = rules_of(facts, "money", count_behind=[90, 1, 60, 29])
    assert hidden(facts, rules, parts("t", ["secure", "fostering", "homes"])) == {
        "secure", "homes"}  # fmt: skip


def test_money_given_as_nothing_and_income_are_allowed():
    facts = facts_of([{"id": "t", "value": 100.0}, {"id": "a", "value": 150.0},
                      {"id": "b", "value": -50.0}, {"id": "c", "value": 0.0}])  # fmt: skip
    facts["unit"] = "GBP"
    rules = rules_of(facts, "money", count_behind=[90, 1, 60, 29])
    assert "a" in hidden(facts, rules, parts("t", ["a", "b", "c"]))


def test_random_facts_with_percentages_withstand_the_attack():
    for seed in range(12):
        met, missed = random_counts(seed, 2, 6, centre=2.2)
        rows = [{"id": f"n{i}", "value": n} for i, n in enumerate(met + missed)]
        rows += [share(f"p{i}", n, n + m) for i, (n, m) in enumerate(zip(met, missed, strict=True))
                 if n + m]  # fmt: skip
        rows += [{"id": "n", "value": sum(met + missed)}, share("p", sum(met), sum(met + missed))]
        facts = facts_of(rows)
        teams = [name[1:] for name in facts["id"] if name[0] == "p" and name != "p"]
        sums = pd.concat([parts("n", [f"n{i}" for i in range(6)]),
                          parts("p", [f"p{i}" for i in teams])])  # fmt: skip
        derived = pd.DataFrame({"id": [f"p{i}" for i in ["", *teams]],
                                "source_id": [f"n{i}" for i in ["", *teams]]})  # fmt: skip
        rules = rules_of(facts, whole_authority=facts["id"].isin(["n", "p"]))
        out = suppress_facts(facts, rules, sums, derived_from=derived)
        view = _view(facts, out, teams)
        for low, high in ranges_by_linear_programming(*view).values():
            assert high - low >= 5 - 1e-6, seed


def _view(facts, out, teams):
    """List counts and percentages as cells and sums, as a reader puts them together."""
    truth, shown, sums = {}, {}, []
    gone = dict(zip(out["id"], out["suppressed"], strict=True))
    for fact in facts.to_dict("records"):
        name = fact["id"]
        roles = {"n": fact["value"]}
        if name[0] == "p":
            met, number = fact["numerator"], fact["denominator"]
            roles = {"met": met, "missed": number - met, "of": number}
            sums.append(((name, "of"), [(name, "met"), (name, "missed")]))
            sums.append((("n" + name[1:], "n"), [(name, "of")]))
        for role, value in roles.items():
            truth[name, role] = value
            shown[name, role] = None if gone[name] else value
    sums.append((("n", "n"), [(f"n{i}", "n") for i in range(6)]))
    # a team of nobody has no percentage: it adds nothing to either sum
    sums += [(("p", role), [(f"p{i}", role) for i in teams]) for role in ("met", "of")]
    return truth, shown, sums


def test_percentages_of_things_without_counts_are_shown():
    facts = pd.DataFrame(
        {
            "id": ["kpi.one", "kpi.two"],
            "value": [91.2, -0.1],
            "shown": ["91.2%", "−0.1"],
            "unit": ["%", "percentage points"],
            "period": "",
            "numerator": None,
            "denominator": None,
            "lower": None,
            "upper": None,
            "formula": "",
            "suppressed": False,
            "note": "",
        }
    )
    rules = pd.DataFrame({"id": facts["id"], "counts": "things"})
    assert suppress_facts(facts, rules)["shown"].tolist() == ["91.2%", "−0.1"]
