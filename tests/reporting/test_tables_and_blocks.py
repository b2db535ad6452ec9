"""Tables and other blocks: every field escaped, headers and captions real, nothing blank."""

import pandas as pd
import pytest
from markupsafe import Markup

from analysis.reporting import blocks
from analysis.reporting.icons import ASSURANCE, VARIATION, assurance_icon, variation_icon
from analysis.reporting.measure_grid import measure_grid
from analysis.reporting.page_tree import read_tree
from analysis.reporting.tables import html_table, value_cell

HOSTILE = "<img src=x onerror=alert(1)> \"'&"
FACT = {
    "id": "contacts_year_on_year",
    "label": HOSTILE,
    "value": 41.312,
    "shown": "+41.3%",
    "formula": "(14,387 − 10,181) ÷ 10,181 × 100",
    "numerator": 14387,
    "denominator": 10181,
    "source": HOSTILE,
    "note": HOSTILE,
    "suppressed": False,
}


def tree(html):
    root, faults = read_tree(html)
    assert faults == []
    return root


def test_a_table_has_a_caption_and_scopes_and_sets_numbers_to_the_right():
    root = tree(
        html_table(
            [{"Month": "March", "2021": "2,498", "Change": "+52.6%", "Words": "up"}],
            table_id="t-1",
            caption="Contacts",
            note="By month",
            number=3,
        )
    )
    assert root.find("caption")[0].text() == "Table 3. Contacts By month"
    assert [head.attributes["scope"] for head in root.find("th")] == ["col"] * 4 + ["row"]
    assert [cell.attributes.get("class") for cell in root.find("td")] == ["n", "n", None]
    region = root.find("div")[0].attributes
    assert (region["role"], region["tabindex"], region["aria-labelledby"]) == ("region", "0", "t-1")


def test_no_cell_is_blank_and_a_frame_of_plain_values_will_do():
    table = pd.DataFrame({"Item": ["a", "b"], "Number": [None, 1637.0], "Text": ["", "x"]})
    cells = [cell.text() for cell in tree(html_table(table, table_id="t", caption="c")).find("td")]
    assert cells == ["[x]", "[x]", "1,637", "x"]


def test_every_field_of_a_table_is_escaped():
    html = html_table(
        [{HOSTILE: HOSTILE, "b": HOSTILE}],
        table_id=HOSTILE,
        caption=HOSTILE,
        note=HOSTILE,
        classes=["stack"],
    )
    assert "<img" not in html
    root = tree(html)
    assert root.find("td")[0].text() == " ".join(HOSTILE.split())
    assert root.find("td")[0].attributes["data-h"] == "b"


def test_a_table_of_words_keeps_its_roles_where_it_becomes_a_list():
    root = tree(html_table([{"a": "b", "c": "d"}], table_id="t", caption="c", classes=["stack"]))
    roles = [part.attributes["role"] for part in root.walk() if "role" in part.attributes]
    assert roles == ["region", "table", "rowgroup", "row", "columnheader", "columnheader"] + [
        "rowgroup",
        "row",
        "rowheader",
        "cell",
    ]


def test_a_table_without_rows_says_so():
    assert "none recorded" in html_table([], table_id="t", caption="Actions")


def test_a_hidden_fact_is_its_symbol_and_a_missing_one_is_not_available():
    assert value_cell({"id": "a", "value": None, "shown": "[c]"}) == Markup(
        '<span class="sym" data-fact="a">[c]</span>'
    )
    assert "[x]" in value_cell({"id": "a", "value": None, "shown": "cannot be computed"})


def test_the_working_shows_formula_values_source_and_rounding():
    text = tree(blocks.how_computed(FACT)).text()
    assert "(14,387 − 10,181) ÷ 10,181 × 100 = 41.312, shown as +41.3%" in text
    assert "Numerator: 14,387; Denominator: 10,181." in text
    assert "rounded once" in text


def test_what_nothing_is_divided_by_is_no_denominator():
    money = FACT | {"formula": "£500 − £300", "value": 200.0, "denominator": 19.5948}
    text = tree(blocks.how_computed(money)).text()
    assert "£500 − £300 = 200" in text
    assert "Denominator" not in text


def test_the_working_of_a_hidden_number_gives_none_of_its_numbers():
    hidden = FACT | {"suppressed": True, "value": None, "shown": "[c]", "note": ""}
    text = tree(blocks.how_computed(hidden | {"label": "x", "source": "a.xlsx"})).text()
    assert not any(number in text for number in ("14,387", "10,181", "41"))
    assert "Hidden to protect people" in text


def test_the_working_of_a_missing_number_says_why():
    gone = FACT | {"value": None, "formula": "", "note": "Column outcome is missing."}
    assert "Column outcome is missing." in tree(blocks.how_computed(gone)).text()


@pytest.mark.parametrize(
    "html",
    [
        blocks.how_computed(FACT),
        blocks.cards([{"subject": HOSTILE, "value": HOSTILE, "unit": HOSTILE, "words": HOSTILE}]),
        blocks.change_log([(HOSTILE, [HOSTILE])]),
        blocks.decisions([{"text": HOSTILE, "owner": HOSTILE, "href": HOSTILE, "link": HOSTILE}]),
        blocks.note(HOSTILE),
        blocks.quote(HOSTILE, HOSTILE, "2021-08-31"),
        blocks.not_computed(HOSTILE),
    ],
)
def test_every_field_of_a_block_is_escaped(html):
    assert "<img" not in html
    assert "onerror" in tree(html).text()


def test_each_card_has_the_same_five_parts_so_that_they_stand_level():
    html = blocks.cards(
        [
            {"subject": "a", "value": "1", "unit": "u", "words": "w", "variation": "concern_low"},
            {"subject": "b", "value": "1", "unit": "u", "words": "w"},
        ]
    )
    cards = [part for part in tree(html).find("div") if part.attributes["class"] == "card"]
    assert [len(card.children()) for card in cards] == [5, 5]


def test_an_empty_change_log_and_no_decision_say_so():
    assert "None." in blocks.change_log([("Signals ended", [])])
    assert "None recorded." in blocks.decisions([])


def test_every_sign_has_a_shape_of_the_sprite_and_words():
    from analysis.reporting.page_parts import sprite

    shapes = {part.attributes["id"] for part in tree(sprite()).find("symbol")}
    for icon, keys in ((variation_icon, VARIATION), (assurance_icon, ASSURANCE)):
        for key in keys:
            found = tree(icon(key))
            assert found.find("use")[0].attributes["href"][1:] in shapes
            assert found.text()


def test_an_unknown_sign_is_refused_with_what_is_allowed():
    with pytest.raises(ValueError, match="'improved' is no variation; allowed are concern_high"):
        variation_icon("improved")


def test_the_grid_names_each_value_for_a_phone_and_gives_its_key():
    row = {
        "name": HOSTILE,
        "href": "#kpi",
        "latest": "86.8%",
        "previous": "86.0%",
        "sparkline": Markup("<svg></svg>"),
        "variation": "common_cause",
        "assurance": "fail",
        "target": "95% or more",
        "benchmark": None,
        "based_on": "354 of 408",
    }
    root = tree(measure_grid([row], table_id="t", caption="c", headings={"latest": "August"}))
    named = [part.attributes["data-h"] for part in root.walk() if "data-h" in part.attributes]
    assert named == ["August", "Month before", "Target", "England", "Based on"]
    assert len(root.find("li")) == 8
    assert not root.find("img")
