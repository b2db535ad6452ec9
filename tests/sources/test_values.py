"""Values: dates, months, amounts, codes and words as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.amounts import heading_unit, money_from_text, number_from_text
from analysis.sources.cells import coerce, distinct
from analysis.sources.contracts import Field, load_codes, load_contracts
from analysis.sources.dates import date_from_text, month_from_text
from analysis.sources.privacy import Pseudonyms, personal_content, safe_to_show
from analysis.sources.seen import Reading
from analysis.sources.word_cells import NOT_SHOWN

KEY = Pseudonyms(b"key")
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


def _one(raw: object, kind: str, **more: object):
    codes = load_codes()["yes_no" if kind == "boolean" else "source"]
    read = coerce(distinct([raw]), Field("x", kind, **more), Reading(codes=codes), KEY)
    return read.typed[0], read.seen[0].kind


@given(DAYS)
def test_a_day_is_read_alike_in_every_form(day: dt.date) -> None:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%b-%Y", "%d %B %Y", "%d.%m.%Y", "%Y-%m-%d 23:59:59"):
        assert date_from_text(day.strftime(form)) == day


@given(st.floats(-1e9, 1e9).map(lambda value: round(value, 2)))
def test_an_amount_written_for_people_is_the_amount(value: float) -> None:
    assert money_from_text(f"£{value:,.2f}".replace("£-", "-£")) == value
    assert money_from_text(f"({abs(value):,.2f})") == -abs(value)


@pytest.mark.parametrize(
    "text", ["12,5", "1e5", "Infinity", "nan", "1,23,456", "12%", "12 345", "--5", "5 apples"]
)
def test_what_is_no_number_is_not_taken_for_one(text: str) -> None:
    assert number_from_text(text) is None


@pytest.mark.parametrize(
    ("heading", "key", "factor"),
    [("Forecast (£k)", "forecast", 1e3), ("Forecast £'000", "forecast", 1e3),
     ("Forecast (GBP)", "forecast", 1.0), ("forecast_gbp_million", "forecast", 1e6),
     ("Forecast £m", "forecast", 1e6), ("Forecast", "forecast", 1.0)],
)  # fmt: skip
def test_a_heading_declares_its_unit(heading: str, key: str, factor: float) -> None:
    assert heading_unit(heading) == (key, factor)


@pytest.mark.parametrize(
    "text", ["Mar-21", "March 2021", "2021-03", "03/2021", "Mar 2021", "202103"]
)
def test_a_month_in_every_form(text: str) -> None:
    assert month_from_text(text) == dt.date(2021, 3, 1)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("a) Yes", True), ("Y", True), (True, True), (1.0, True), ("b) No", False), (0.0, False)],
)
def test_yes_and_no(raw: object, value: bool) -> None:
    assert _one(raw, "boolean") == (value, "")


@pytest.mark.parametrize(
    "raw", ["Not known", "N/A", "c) Unknown", "Pending", "CS Assessment Updated"]
)
def test_what_is_neither_yes_nor_no_is_neither(raw: str) -> None:
    assert _one(raw, "boolean")[0] is not True
    assert _one(raw, "boolean")[0] is not False


@pytest.mark.parametrize(
    ("raw", "value"),
    [("q) 6: Police", "Police"), ("6", "Police"), (6.0, "Police"), ("g) 3A: Health services",
     "Health services"), ("Not known", "Unknown"), ("t) 9: Anonymous", "Anonymous")],
)  # fmt: skip
def test_a_source_is_read_from_its_table(raw: object, value: str) -> None:
    assert _one(raw, "code", codes="source") == (value, "")


@pytest.mark.parametrize(
    "raw", ["Police - Area 4", "Other - 2024 import", "Primary School", "MASH"]
)
def test_a_source_in_no_table_stays_as_it_is(raw: str) -> None:
    assert _one(raw, "code", codes="source") == (raw, "unmatched")


@pytest.mark.parametrize("raw", ["c", "[c]", "low", "x", "z", "u", "<5", "k", ":"])
def test_a_suppressed_figure_is_kept_apart_from_a_blank(raw: str) -> None:
    assert _one(raw, "number")[1] == "symbol"
    assert _one("-", "number")[1] == "missing"


def test_an_identifier_keeps_its_leading_zeros_and_loses_its_decimal_point() -> None:
    assert _one("0001234", "identifier")[0] == KEY.of("0001234")
    assert _one(1234.0, "identifier")[0] == _one("1234.0", "identifier")[0] == KEY.of("1234")
    assert _one("0001234", "identifier")[0] != _one(1234.0, "identifier")[0]


@pytest.mark.parametrize("raw", ["1.23457E+11", "1.23457e+11", "1E+11", "1.23457E11", '="1.2E+11"'])
def test_an_identifier_that_excel_rounded_is_no_identifier(raw: str) -> None:
    # different children would become one
    assert _one(raw, "identifier")[1] == "error"


@pytest.mark.parametrize("raw", ["12E34", "E+11", "AB1.5E3"])
def test_an_identifier_with_an_e_in_it_is_one(raw: str) -> None:
    assert _one(raw, "identifier") == (KEY.of(raw), "")


@pytest.mark.parametrize("raw", ['="0001234"', "'0001234", "\u20190001234", '="0001234'])
def test_signs_that_keep_excel_from_taking_a_text_for_a_number_are_no_part_of_it(raw: str) -> None:
    assert _one(raw, "identifier") == (KEY.of("0001234"), "")


@pytest.mark.parametrize("raw", ['=""', "'", '="n/a"'])
def test_an_identifier_of_such_signs_alone_is_missing(raw: str) -> None:
    assert _one(raw, "identifier")[1] == "missing"


@pytest.mark.parametrize("raw", ["Month 1", "month 01", "Period 1", "P1", "M01", "p 1", 1.0])
def test_a_period_in_every_form(raw: object) -> None:
    assert _one(raw, "period_no") == (1, "")


@pytest.mark.parametrize(
    "text",
    [
        "Direct contact with children, young people and their families has fully resumed",
        "The Cabinet Member for Children Services and the Director of Children's Services",
        "Inspected on 24 June 2021; the next visit is expected in Spring 2022",
        "Agency cover in Locality 4 Duty Team since 1 September 2021",
    ],
)
def test_what_a_paper_says_is_no_personal_content(text: str) -> None:
    assert personal_content(text) == ""


@given(st.integers(10**6, 10**12))
def test_a_long_number_is_never_shown(number: int) -> None:
    assert not safe_to_show(str(number))


@pytest.mark.parametrize(
    "text",
    ["Hazlett, K", "K Hazlett", "K. J. Hazlett", "Hazlett K", "O'Hazlett, K", "McHazlett, K",
     "Zofia Wisniewska, Police", "Police - Zofia Wisniewska", "Zofia Wisniewska (Police)",
     "Health visitor - mum Zofia Wisniewska", "Health Visitor Zofia Wisniewska", "June Hazlett",
     "HAZLETT Dustin", "Kemble HAZLETT"],
)  # fmt: skip
def test_a_name_beside_a_word_of_the_service_is_not_shown(text: str) -> None:
    assert not safe_to_show(text)
    assert _one(text, "code", codes="source") == (NOT_SHOWN, "unmatched")


@pytest.mark.parametrize(
    "text",
    ["Derby City Hospital", "Royal Derby Hospital", "Royal Derby", "Queen's Medical Centre",
     "Great Ormond Street Hospital", "Stoke-on-Trent Council", "Allestree Woodlands School",
     "Education Welfare Officer", "Independent Reviewing Officer", "A & E", "Team A - Derby",
     "Child and Adolescent Mental Health Service", "South Derbyshire District Council",
     "Child Criminal Exploitation", "Parental Substance Misuse", "To Be Confirmed", "E Mail",
     "Domestic Violence", "Awaiting Outcome", "Border Force", "Salvation Army"],
)  # fmt: skip
def test_a_source_that_councils_have_is_shown(text: str) -> None:
    assert safe_to_show(text)


def test_every_code_is_shown_in_any_letter_case() -> None:
    values = {value for table in load_codes().values() for value in table.values()}
    shown = {text for value in values for text in (value, value.title(), value.lower())}
    assert not {text for text in shown if len(text) <= 60 and not safe_to_show(text)}


def test_every_heading_stands_for_one_column_of_its_contract() -> None:
    for contract in load_contracts().values():
        headings = [key for field in contract.fields for key in field.headings]
        assert len(headings) == len(set(headings)), contract.name


def test_no_code_has_two_meanings_and_every_field_names_a_table() -> None:
    for contract in load_contracts().values():
        for field in contract.fields:
            assert not field.codes or field.codes in load_codes()
            assert field.description
        names = {field.name for field in contract.fields}
        assert {*contract.key, *contract.either} <= names
        assert not contract.event or contract.event in names


def test_a_long_number_is_not_printed_for_being_out_of_range():
    what = Field("places", "integer", minimum=0, maximum=30)
    read = coerce(distinct([4857773456.0, 31.0, 4857773456.5]), what, Reading(), Pseudonyms(b"k"))
    assert [one.message for one in read.seen.values()] == [
        "the number is above 30; correct it",
        "31 is above 30; correct it",
        "the number is not a whole number; correct it",
    ]
