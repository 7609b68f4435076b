"""Figures to DHIS2 and ADX, tables to CSV: what is sent, what is not, and what the server's answer means."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.periods import Period
from gipt.domain.problems import BadDefinition, Conflict, Invalid, RemoteFault
from gipt.intake.reader import read_upload
from gipt.interop.adx import NAMESPACE, to_adx
from gipt.interop.code_map import (
    CodeMap,
    Datum,
    PeriodType,
    check_period,
    parse_code_map,
    period_code,
    period_range,
)
from gipt.interop.csv_zip import Table, write_csv_zip
from gipt.interop.dhis2 import (
    Change,
    current_values,
    data_value_set,
    differences,
    read_outcome,
    read_query,
    send_query,
)

QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
CONTENT: dict[str, Any] = {
    "id": "hmis", "version": 2, "title": "Quarterly set", "data_set": "dataSet0001", "period": "quarterly",
    "org_units": {"S1": "orgUnit0001", "S2": "orgUnit0002"},
    "value": [
        {"figure": "F5, sex=female", "data_element": "element0001", "category_option_combo": "comboFemale",
         "adx": {"SEX": "F"}},
        {"figure": "F5, sex=male", "data_element": "element0001", "category_option_combo": "comboMale00",
         "adx": {"SEX": "M"}},
        {"figure": "I-05, percent", "data_element": "element0002"},
    ],
}  # fmt: skip
MAP = parse_code_map("hmis.toml", CONTENT)


def datum(number: int, value: int | float | None, state: str = "filled", unit: str = "orgUnit0001") -> Datum:
    return Datum(MAP.targets[number], unit, value, state)


DATA = [datum(0, 12), datum(1, None, "hidden"), datum(2, 46.5), datum(0, 30, unit="orgUnit0002")]


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"colour": "red"}, "colour", "unknown_key"),
        ({"id": "other"}, "id", "not_the_file_name"),
        ({"data_set": "short"}, "data_set", "not_a_code"),
        ({"data_set": None}, "data_set", "missing"),
        ({"period": "weekly"}, "period", "unknown_name"),
        ({"org_unit": "orgUnit0009"}, "org_units", "one_of_two"),
        ({"org_units": {}}, "org_units", "one_of_two"),
        ({"org_units": {"S1": "x"}}, "org_units", "not_a_code"),
        ({"value": []}, "value", "missing"),
        ({"value": [CONTENT["value"][0], CONTENT["value"][0]]}, "value", "twice"),
        ({"value": [{"figure": "F5"}]}, "data_element", "missing"),
        ({"value": [{"figure": "", "data_element": "element0001"}]}, "figure", "not_text"),
        (
            {"value": [{"figure": "F5", "data_element": "element0001", "adx": {"a b": "F"}}]},
            "adx",
            "not_text",
        ),
        ({"version": 0}, "version", "not_a_number"),
    ],
)
def test_a_code_map_that_does_not_fit_is_refused_with_file_and_key(
    change: dict[str, Any], key: str, reason: str
) -> None:
    content = {name: value for name, value in {**CONTENT, **change}.items() if value is not None}
    with pytest.raises(BadDefinition) as caught:
        parse_code_map("hmis.toml", content)
    assert (caught.value.details["file"], caught.value.details["key"]) == ("hmis.toml", key)
    assert caught.value.details["reason"] == reason


def test_codes_may_be_those_that_people_gave() -> None:
    content = {**CONTENT, "scheme": "CODE", "data_set": "MOH 711", "org_units": {"S1": "KE/1001"}}
    assert parse_code_map("hmis.toml", content).data_set == "MOH 711"


@pytest.mark.parametrize(
    ("kind", "first", "last", "code", "span"),
    [
        ("monthly", date(2026, 2, 1), date(2026, 2, 28), "202602", "2026-02-01/P1M"),
        ("quarterly", date(2026, 7, 1), date(2026, 9, 30), "2026Q3", "2026-07-01/P3M"),
        ("six_monthly", date(2026, 7, 1), date(2026, 12, 31), "2026S2", "2026-07-01/P6M"),
        ("yearly", date(2026, 1, 1), date(2026, 12, 31), "2026", "2026-01-01/P1Y"),
    ],
)
def test_periods_are_written_as_each_system_does(
    kind: str, first: date, last: date, code: str, span: str
) -> None:
    assert period_code(PeriodType(kind), Period(first, last)) == code
    assert period_range(PeriodType(kind), Period(first, last)) == span


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("quarterly", date(2026, 7, 1), date(2026, 12, 31)),
        ("quarterly", date(2026, 8, 1), date(2026, 10, 31)),
        ("monthly", date(2026, 7, 1), date(2026, 7, 30)),
        ("yearly", date(2026, 2, 1), date(2027, 1, 31)),
    ],
    ids=["two quarters", "across quarters", "half a month", "a year of its own"],
)
def test_only_a_whole_period_of_the_data_set_is_taken(kind: str, first: date, last: date) -> None:
    with pytest.raises(Invalid):
        check_period(PeriodType(kind), Period(first, last))


def test_the_body_holds_what_may_be_sent_and_nothing_hidden() -> None:
    body = data_value_set(MAP, QUARTER, DATA)
    assert body["dataSet"] == "dataSet0001"
    assert [(one["orgUnit"], one["dataElement"], one["value"]) for one in body["dataValues"]] == [
        ("orgUnit0001", "element0001", "12"),
        ("orgUnit0001", "element0002", "46.5"),
        ("orgUnit0002", "element0001", "30"),
    ]
    assert body["dataValues"][0]["categoryOptionCombo"] == "comboFemale"
    assert "categoryOptionCombo" not in body["dataValues"][1]
    assert {one["period"] for one in body["dataValues"]} == {"2026Q3"}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.one_of(st.none(), st.integers(0, 500)),
            st.sampled_from(["filled", "hidden", "nothing"]),
        )
    )
)
@settings(max_examples=50, deadline=None)
def test_what_is_hidden_never_leaves_whatever_the_rest(rows: list[tuple[int, int | None, str]]) -> None:
    data = [datum(*row) for row in rows]
    expected = [one for one in data if one.state == "filled" and one.value is not None]
    assert len(data_value_set(MAP, QUARTER, data)["dataValues"]) == len(expected)


def test_the_difference_says_what_sending_would_do() -> None:
    there = [
        {
            "dataElement": "element0001",
            "orgUnit": "orgUnit0001",
            "categoryOptionCombo": "comboFemale",
            "value": "12.0",
        },
        {
            "dataElement": "element0001",
            "orgUnit": "orgUnit0001",
            "categoryOptionCombo": "comboMale00",
            "value": "7",
        },
        {
            "dataElement": "element0002",
            "orgUnit": "orgUnit0001",
            "categoryOptionCombo": "defaultCombo",
            "value": "40",
        },
    ]
    found = differences([*DATA, datum(2, None, "nothing")], current_values({"dataValues": there}))
    assert [(one.change, one.ours, one.theirs) for one in found] == [
        (Change.SAME, "12", "12.0"),
        (Change.HIDDEN, None, "7"),
        (Change.CHANGED, "46.5", "40"),
        (Change.NEW, "30", None),
        (Change.NOT_SENT, None, "40"),
    ]


def test_an_empty_server_leaves_the_list_out() -> None:
    assert current_values({}) == []


@pytest.mark.parametrize("answer", [None, [], {"dataValues": {}}, {"dataValues": ["x"]}])
def test_an_answer_of_another_shape_is_a_fault_and_no_crash(answer: Any) -> None:
    with pytest.raises(RemoteFault):
        current_values(answer)


def test_what_is_asked_names_data_set_period_and_places() -> None:
    query = read_query(MAP, QUARTER)
    assert [value for name, value in query if name == "orgUnit"] == ["orgUnit0001", "orgUnit0002"]
    assert ("period", "2026Q3") in query
    assert ("dryRun", "true") in send_query(MAP, dry_run=True)


@pytest.mark.parametrize("nested", [True, False], ids=["since 2.38", "before"])
def test_the_servers_summary_is_read(nested: bool) -> None:
    summary = {
        "status": "WARNING",
        "importCount": {"imported": 2, "updated": 1, "ignored": 1, "deleted": 0},
        "conflicts": [{"object": "element0001", "value": "Period is closed " + "x" * 500}] * 30,
    }
    found = read_outcome({"httpStatus": "Conflict", "response": summary} if nested else summary)
    assert (found.ok, found.imported, found.updated, found.ignored) == (False, 2, 1, 1)
    assert len(found.conflicts) == 20
    assert all(len(one) <= 200 for one in found.conflicts)
    good = {"status": "SUCCESS", "importCount": {"imported": 2, "updated": "x"}}
    assert read_outcome({"response": good} if nested else good).ok


@pytest.mark.parametrize("answer", [None, {}, {"response": {}}, {"response": []}, "OK"])
def test_an_answer_without_a_summary_is_a_fault(answer: Any) -> None:
    with pytest.raises(RemoteFault):
        read_outcome(answer)


# --- ADX ----------------------------------------------------------------------------------------------------------


def test_adx_follows_the_rules_of_its_schema() -> None:
    """Check by the rules of the published schema: names, order, required attributes, types (IHE QRPH ADX, 2015)."""
    root = ElementTree.fromstring(to_adx(MAP, QUARTER, DATA, datetime(2026, 10, 3, 9, 30, tzinfo=UTC)))
    assert root.tag == f"{{{NAMESPACE}}}adx"
    assert datetime.fromisoformat(root.attrib["exported"]) == datetime(2026, 10, 3, 9, 30, tzinfo=UTC)
    groups = list(root)
    assert [one.tag for one in groups] == [f"{{{NAMESPACE}}}group"] * 2
    for group in groups:
        assert group.attrib.keys() >= {"orgUnit", "period"}
        start, _, length = group.attrib["period"].partition("/")
        assert (date.fromisoformat(start), length) == (date(2026, 7, 1), "P3M")
        assert len(group) > 0
        for value in group:
            assert value.tag == f"{{{NAMESPACE}}}dataValue"
            assert list(value) == []
            assert value.attrib.keys() >= {"dataElement", "value"}
            float(value.attrib["value"])
            assert "e" not in value.attrib["value"].lower()  # xs:decimal has no exponent
    assert groups[0][0].attrib == {"dataElement": "element0001", "value": "12", "SEX": "F"}


def test_adx_without_a_value_is_refused_since_a_group_may_not_be_empty() -> None:
    with pytest.raises(Conflict):
        to_adx(MAP, QUARTER, [datum(0, None, "hidden")], datetime(2026, 10, 3, tzinfo=UTC))


# --- CSV ----------------------------------------------------------------------------------------------------------


def zipped(*tables: Table) -> dict[str, bytes]:
    target = io.BytesIO()
    counts, digest = write_csv_zip(tables, target)
    assert len(digest) == 64
    with zipfile.ZipFile(target) as archive:
        assert {f"{name}.csv" for name in counts} == set(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def test_csv_has_the_mark_quotes_and_line_ends_that_excel_needs() -> None:
    raw = zipped(
        Table("members", ("code", "on", "total"), [("M-0001", date(2026, 7, 1), 12), (None, True, 0.5)])
    )
    assert raw["members.csv"] == (
        b'\xef\xbb\xbf"code","on","total"\r\n"M-0001","2026-07-01","12"\r\n"","1","0.5"\r\n'
    )


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=5))
@settings(max_examples=50, deadline=None)
def test_any_text_comes_back_and_none_begins_like_a_formula(rows: list[list[str]]) -> None:
    raw = zipped(Table("t", ("a", "b"), rows))["t.csv"].decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(raw, newline="")))[1:]
    assert not [cell for row in found for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    clean = [[cell.replace("\x00", "").encode("utf-8", "replace").decode() for cell in row] for row in rows]
    assert [
        [cell.removeprefix("'") if cell[1:2] and cell[1] in "=+-@\t\r" else cell for cell in row]
        for row in found
    ] == [
        [cell.removeprefix("'") if cell[1:2] and cell[1] in "=+-@\t\r" else cell for cell in row]
        for row in clean
    ]


def test_our_own_reader_takes_the_apostrophe_off_again() -> None:
    raw = zipped(Table("t", ("name", "note"), [("=1+1", "@home")]))["t.csv"]
    assert read_upload(raw, "t.csv").sheets[0].rows[1] == ("=1+1", "@home")


def test_the_same_tables_give_the_same_bytes() -> None:
    tables = [io.BytesIO(), io.BytesIO()]
    for target in tables:
        write_csv_zip([Table("t", ("a",), [(1,), (2,)])], target)
    assert tables[0].getvalue() == tables[1].getvalue()


def test_a_code_map_names_its_places() -> None:
    assert MAP.places() == [("S1", "orgUnit0001"), ("S2", "orgUnit0002")]
    one = {name: value for name, value in CONTENT.items() if name != "org_units"} | {
        "org_unit": "orgUnit0009"
    }
    found: CodeMap = parse_code_map("hmis.toml", one)
    assert found.places() == [(None, "orgUnit0009")]
