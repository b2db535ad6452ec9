import pandas as pd
import pytest
from test_disclosure_facts import facts_of, hidden, parts, rules_of, share

from analysis.methods.disclosure import DisclosureError, suppress_facts


def counts(period="2021-08", **values):
    return facts_of([{"id": name, "value": value} for name, value in values.items()], period)


def released(facts, *pairs):
    return suppress_facts(facts, rules_of(facts), *pairs)


TEAMS = parts("t", ["n", "s", "w"])


def test_the_same_cover_is_kept_when_another_would_now_be_cheaper():
    then = counts(t=52, n=3, s=40, w=9)
    now = counts(t=60, n=3, s=8, w=9, x=40)
    sums = parts("t", ["n", "s", "w", "x"])
    assert hidden(now, rules_of(now), sums) == {"n", "s"}
    assert hidden(now, rules_of(now), sums, previous=released(then, TEAMS)) >= {"n", "w"}


def test_a_figure_shown_last_time_and_unchanged_is_no_cover_now():
    then = counts(t=52, n=7, s=36, w=9)
    now = counts(t=49, n=4, s=36, w=9)
    found = hidden(now, rules_of(now), TEAMS, previous=released(then, TEAMS))
    assert found == {"n", "t"}


def test_a_year_to_date_less_this_month_does_not_tell_last_month():
    april = released(counts("2021-04", m=4))
    may = counts("2021-05", m=16, ytd=20)
    sums = parts("ytd", ["m", "m@2021-04"])
    assert hidden(may, rules_of(may), sums) == set()
    assert len(hidden(may, rules_of(may), sums, previous=april)) == 1


def test_a_shown_month_of_the_previous_release_and_the_total_do_not_tell_this_month():
    april = released(counts("2021-04", m=16))
    may = counts("2021-05", m=4, ytd=20)
    sums = parts("ytd", ["m", "m@2021-04"])
    assert hidden(may, rules_of(may), sums, previous=april) == {"m", "ytd"}


def test_a_revised_total_does_not_tell_what_a_hidden_count_was():
    # then 4 + 8 + 40 = 52 with 4 and 8 hidden; the 4 has become 7: 52 - 40 - 8 would tell it
    then = released(counts(t=52, n=4, s=40, w=8), TEAMS)
    now = counts(t=55, n=7, s=40, w=8)
    assert set(then.loc[then["suppressed"], "id"]) == {"n", "w"}
    assert hidden(now, rules_of(now), TEAMS) == set()
    assert "w" in hidden(now, rules_of(now), TEAMS, previous=then)


def test_a_revised_total_beside_a_figure_published_elsewhere_fails_closed():
    then = released(counts(t=52, n=4, s=40, w=8), TEAMS)
    now = counts(t=55, n=7, s=40, w=8)
    rules = rules_of(now, already_published=[False, False, False, True])
    with pytest.raises(DisclosureError, match="as it was then can be worked out"):
        suppress_facts(now, rules, TEAMS, previous=then)


def test_a_new_month_with_other_figures_is_not_held_back_by_the_last_one():
    then = released(counts("2021-07", t=52, n=4, s=40, w=8), TEAMS)
    now = counts("2021-08", t=56, n=8, s=40, w=8)
    assert hidden(now, rules_of(now), TEAMS, previous=then) == set()


def test_percentages_hidden_last_time_are_compared_by_their_counts():
    sums = parts("p", ["p.a", "p.b", "p.c"])
    then = facts_of([share("p", 62, 100), share("p.a", 3, 20), share("p.b", 29, 40),
                     share("p.c", 30, 40)])  # fmt: skip
    first = suppress_facts(then, rules_of(then), sums)
    gone = set(first.loc[first["suppressed"], "id"])
    again = hidden(then, rules_of(then), sums, previous=first)
    assert "p.a" in gone
    assert again == gone


def test_facts_that_are_new_or_gone_do_not_stop_the_comparison():
    then = released(counts(t=52, n=3, s=40, w=9, old=12), TEAMS)
    now = pd.concat([counts(t=52, n=3, s=40, w=9), facts_of([share("p", 30, 60)])])
    now = now.reset_index(drop=True)
    assert hidden(now, rules_of(now), TEAMS, previous=then) == {"n", "w"}
