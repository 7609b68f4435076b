"""The whole job: from an NGO's spreadsheet through seven groups on three real calendars to the funder's workbook.

Every figure is compared with a literal; the tally stands beside it. The people and their marks are those of
gipt/demo/people.py; "1A11111X" is one line there. Nothing here asks the program for a count that it then checks.
"""

import csv
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions.report_runs import ReportRequest, export_report
from gipt.demo import bring_in, story
from gipt.demo.people import GROUPS
from gipt.domain.access import OPERATOR
from gipt.queries import lists
from gipt.reports import ReportKind, definition_names, leaks, load_definition

SHORTEST_TEXT = 6
"""Signs of a stored text that is looked for; less stands in ordinary words."""
UNTIL = datetime(2027, 3, 1, 9, tzinfo=UTC)
SET_UP = datetime(2026, 1, 5, 6, tzinfo=UTC)
SENT = (datetime(2026, 2, 10, 7, tzinfo=UTC), datetime(2026, 10, 10, 7, tzinfo=UTC))
Rows = list[tuple[Any, ...]]


def as_workbook(source: Path, target: Path) -> Path:
    """Write a list as a coordinator's .xlsx: some dates are real dates, some text; numbers are numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    with source.open(encoding="utf-8") as stream:
        for row in csv.reader(stream, delimiter="\t"):
            sheet.append([_cell(text) for text in row])
    book.save(target)
    return target


def _cell(text: str) -> Any:
    if len(text) == 10 and text[4] == text[7] == "-":
        return date.fromisoformat(text)
    return int(text) if text.isascii() and text.isdigit() else text or None


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory, template: str) -> Iterator[dict[str, Any]]:
    """Play everything once and read both workbooks."""
    from tests.conftest import fresh_database, settings_for

    folder = tmp_path_factory.mktemp("whole-job")
    with fresh_database(template, folder) as url:
        yield _played(folder, url, settings_for)


def _played(folder: Path, url: str, settings_for: Any) -> dict[str, Any]:
    from gipt import create_app
    from gipt.db import db

    app: Flask = create_app(settings_for(folder, url))
    with app.app_context():
        played = story.set_the_stage(SET_UP, UNTIL, seed=1)
        imports = [
            bring_in.bring_in(as_workbook(path, folder / f"{path.stem}.xlsx"), by=OPERATOR, now=sent)
            for path, sent in zip(bring_in.LISTS, SENT, strict=True)
        ]
        story.play(played)
        books: dict[str, Any] = {"imports": imports, "sessions": lists.list_sessions()}
        books["episodes"], books["members"] = lists.list_episodes(), lists.list_members()
        books["kinds"], books["files"], books["others"] = {}, {}, {}
        # The funder's goes out first: later reports about the same people keep to what it printed.
        for report in sorted(definition_names(), key=lambda name: name != "funder-standard"):
            definition = load_definition(report)
            if definition.kind not in (ReportKind.EXTERNAL, ReportKind.INTERNAL):
                continue
            target = folder / f"{report}.{definition.format}"
            if definition.format == "xlsx":
                books["kinds"][report], books["files"][report] = definition.kind, target
            else:
                books["others"][report] = target
            request = ReportRequest(report, date(2026, 1, 1), date(2026, 12, 31), "en", purpose="check")
            export_report(
                record=request,
                target=target,
                by=OPERATOR,
                now=UNTIL,
                clock=lambda: UNTIL,
                tell=lambda *_: None,
            )
            if definition.format == "xlsx":
                books[report] = openpyxl.load_workbook(target)
        books["sealed"] = sealed_texts()
        db.session.remove()
        db.engine.dispose()
    return books


def sealed_texts() -> list[str]:
    """Give everything that is stored sealed: names, phones and whatever people typed, wherever it stands."""
    from gipt.db import Model, Sealed, db

    found: set[str] = set()
    for table in Model.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Sealed):
                found |= {text.strip() for text in db.session.scalars(sa.select(column)) if text}
    return sorted(text for text in found if len(text) >= SHORTEST_TEXT)


def table(book: Any, sheet: str, first: str) -> Rows:
    """Give the rows below the heading row that begins with `first`."""
    rows: Rows = list(book[sheet].iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == first)
    return [row for row in rows[start + 1 :] if row[0] is not None]


# --- bringing people in -------------------------------------------------------------------------------------------


def test_the_lists_make_65_people_of_66_rows(books: dict[str, Any]) -> None:
    # 52 + 5 people and one of them a second time, spelled differently; then 8 in October.
    assert books["imports"][0]["counts"] == {"new": 57, "update": 1, "unchanged": 0, "skip": 0, "kept": 0}
    assert books["imports"][1]["counts"] == {"new": 8, "update": 0, "unchanged": 0, "skip": 0, "kept": 0}
    assert len(books["members"]) == 65


# --- real calendars -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "kept_free", "why"),
    [
        ("G-0002", "2026-03-20", "Uganda: Eid al-Fitr"),
        ("G-0002", "2026-04-03", "Uganda: Good Friday"),
        ("G-0002", "2026-05-01", "Uganda: Labour Day"),
        ("G-0004", "2026-03-02", "Ethiopia: Adwa Victory Day"),
        ("G-0006", "2026-03-08", "Nepal: International Women's Day"),
        ("G-0007", "2026-11-08", "Nepal: Tihar"),
    ],
)
def test_no_meeting_falls_on_a_holiday(books: dict[str, Any], group: str, kept_free: str, why: str) -> None:
    days = {row["on_date"] for row in books["sessions"] if row["group"] == group and row["kind"] == "core"}
    assert days
    assert kept_free not in days, why


def test_the_last_group_meets_into_2027(books: dict[str, Any]) -> None:
    days = [row["on_date"] for row in books["sessions"] if row["group"] == "G-0007" and row["kind"] == "core"]
    assert days[0] == "2026-11-01"
    assert days[-1] == "2027-01-03"


def test_one_safety_episode_was_opened_seen_and_closed(books: dict[str, Any]) -> None:
    (episode,) = books["episodes"]
    assert (episode["site"], episode["status"], episode["unseen"]) == ("HILL", "closed", False)


# --- every figure, unhidden: the internal workbook ----------------------------------------------------------------

# (numerator, rest, denominator); None where the indicator has none.
FIGURES: dict[tuple[str, str | None], tuple[int | None, int | None, int | None]] = {
    ("I-01", None): (65, None, None),  # everybody on the lists, the one who stands there twice once
    ("I-02", None): (61, 4, 65),  # all but totals 6, 4, 8 and 9
    ("I-03", None): (60, 1, 61),  # M-0057 is eligible and said no
    ("F5", None): (60, None, None),  # groups 9+9+8+9+8+9 = 52, and 8 new ones in the last
    ("F5-E", None): (61, None, None),  # one came again in the last group
    ("I-04", None): (59, 1, 60),  # M-0043 never came
    ("I-05", None): (52, 7, 59),  # 8+8+7+7+6+8+8 completed, one of them only in her second cycle
    ("I-06", None): (4, 55, 59),  # M-0017, M-0023, M-0033, M-0065; not the one who came again and completed
    ("I-07", None): (405, 47, 452),  # came 60+62+57+53+47+62+64 of 67+69+64+59+52+69+72
    ("I-08", None): (60, None, None),
    ("I-09-L", None): (0, None, None),
    ("I-09", None): (54, 5, 59),  # none for M-0008, M-0017, M-0035, M-0041, M-0051 (first cycle)
    ("I-11", None): (37, 17, 54),  # 7+5+5+5+4+5+6 fell by half or more
    ("I-12", None): (17, 37, 54),  # 3+3+3+2+2+2+2 ended below 5
    ("I-13", None): (45, 9, 54),  # not 12 | 10, 14, 11 | 12 | 10 | 11 | 13 | 10
    ("I-14a", None): (46, 8, 54),  # 8+6+7+7+4+7+7 by six or more
    ("I-14b", None): (0, 54, 54),
    ("I-16", None): (2, 1, 3),  # of 4, 3 and 4 at the end: 4, 3 and 5 four weeks later
    ("I-16-C", None): (3, 14, 17),  # the three, of the 17 in remission
    ("I-17", None): (54, 2, 56),  # 8+9+8+8+8+8 due and 7 of the last group in 2026; two were cancelled
    ("I-18", None): (50, 4, 54),  # in G-0002 meeting 5 was made up, and 6, 7 and 8 moved with it
    ("I-21", None): (1, 0, 1),  # seen after nine minutes
    ("I-22", None): (1, 0, 1),  # referred and arrived
    ("I-11", "observed"): (37, 17, 54),
    ("I-11", "conservative"): (37, 22, 59),
    ("I-11", "locf"): (37, 22, 59),  # nobody without an endline had fallen by half on the way
    ("I-12", "observed"): (17, 37, 54),
    ("I-12", "conservative"): (17, 42, 59),
    ("I-12", "locf"): (17, 42, 59),
    ("I-13", "observed"): (45, 9, 54),
    ("I-13", "conservative"): (45, 14, 59),
    ("I-13", "locf"): (45, 14, 59),
    ("I-14a", "observed"): (46, 8, 54),
    ("I-14a", "conservative"): (46, 13, 59),
    ("I-14a", "locf"): (46, 13, 59),
    ("I-14b", "observed"): (0, 54, 54),
    ("I-14b", "conservative"): (0, 59, 59),
    ("I-14b", "locf"): (0, 59, 59),
}


# No function measure was used, nobody was asked half-way, and nothing else was entered.
UNRECORDED = {"I-10-M", "I-15", "I-19", "I-20", "I-23", "I-24", "I-25", "I-26", "I-27"}

# (not known, left out); the five without an endline, M-0043 who never came, and nobody below 10 at baseline.
BESIDE: dict[str, tuple[int | None, int | None]] = {
    "I-01": (0, None),
    "I-02": (0, None),
    "I-03": (None, 4),  # 65 screened less 61 eligible
    "I-05": (None, 1),
    "I-06": (None, 1),
    "I-07": (None, 1),
    "I-09": (None, 1),
    "I-11": (5, 0),
    "I-12": (5, 0),
    "I-13": (5, 0),
    "I-14a": (5, 1),
    "I-14b": (5, 1),
    "I-16": (14, 37),  # 17 in remission less the 3 followed up; 54 less 17 not in remission
    "I-16-C": (None, 37),
    "I-18": (0, None),
    "I-21": (0, None),
    "I-22": (0, None),
}


def test_what_is_not_known_and_what_is_left_out_is_the_tally(books: dict[str, Any]) -> None:
    for row in table(books["full-data"], "Summary", "Code"):
        if row[2] is None and row[0] in BESIDE:
            assert row[12:14] == BESIDE[row[0]], row
            assert (row[14] is None) is (row[13] is None), row


@pytest.mark.parametrize(("book", "sheet"), [("full-data", "Summary"), ("funder-standard", "Indicators")])
def test_what_is_not_recorded_says_so_and_prints_no_number(
    books: dict[str, Any], book: str, sheet: str
) -> None:
    rows = [row for row in table(books[book], sheet, "Code") if row[8] == "not recorded"]
    assert {row[0] for row in rows} == UNRECORDED - ({"I-10-M"} if sheet == "Indicators" else set())
    assert not [cell for row in rows for cell in row if isinstance(cell, (int, float))]


def test_screening_stands_beside_the_baseline(books: dict[str, Any]) -> None:
    # Of the 54, 48 were screened one point above the first talk, four at the same, two two points above it.
    rows = {row[1]: row for row in table(books["full-data"], "Summary", "Code") if row[0] == "I-10-S"}
    assert rows["Mean screening score"][8] == pytest.approx(811 / 54, abs=0.005)
    assert rows["Mean baseline score of the same people"][8] == pytest.approx(759 / 54, abs=0.005)
    assert rows["Mean fall from screening to baseline"][8:13] == (
        pytest.approx(52 / 54, abs=0.005), pytest.approx(0.87, abs=0.005), pytest.approx(1.05, abs=0.005), 54, 0,
    )  # fmt: skip


def test_every_endline_was_asked_by_the_own_facilitator(books: dict[str, Any]) -> None:
    rows = [row for row in table(books["funder-standard"], "Disaggregation", "Code") if row[0] == "I-09-A"]
    assert {row[4]: row[6] for row in rows} == {
        "own_facilitator": STAR,
        "other_facilitator": 0,
        "independent": 0,
        "unknown": 0,
    }


# Sessions attended: (people, with both scores, points better together, response).
DOSES = {
    2: (4, 0, 0, 0),  # M-0008, M-0017, M-0035 and the first cycle of M-0051 ended without an endline
    4: (2, 1, 1, 0),  # M-0041 died; M-0065
    5: (2, 2, 3, 0),  # M-0023 and M-0033, better by one and two
    6: (10, 10, 69, 3),
    7: (17, 17, 136, 14),
    8: (24, 24, 190, 20),
}


def test_change_by_sessions_attended_is_the_tally(books: dict[str, Any]) -> None:
    # 0 + 1 + 3 + 69 + 136 + 190 = 399 points over 54 pairs, and 0 + 0 + 0 + 3 + 14 + 20 = 37 responses
    book = books["full-data"]
    rows = {row[0]: row for row in table(book, "Change by sessions attended", "Core sessions attended")}
    assert rows.keys() == DOSES.keys()
    for attended, (people, pairs, better, responded) in DOSES.items():
        row = rows[attended]
        assert row[1:3] == (people, pairs)
        assert row[3] == (pytest.approx(better / pairs, abs=0.005) if pairs else None)
        assert row[7:10] == (pairs, responded, pairs - responded)
        assert (row[5] is None) is (pairs < 10)
    shown = table(books["funder-standard"], "Change by sessions attended", "Core sessions attended")
    assert shown == []  # 54 pairs are too few for parts


def test_every_figure_of_the_internal_summary_is_the_tally(books: dict[str, Any]) -> None:
    found = {
        (row[0], row[2]): row[5:8]
        for row in table(books["full-data"], "Summary", "Code")
        if not row[0].startswith("I-10") and row[0] not in UNRECORDED
    }
    expected: dict[tuple[str, str | None], tuple[Any, ...]] = {
        key: (numerator, rest, denominator if denominator is not None else numerator)
        for key, (numerator, rest, denominator) in FIGURES.items()
    }
    # A plain count prints its number where a share prints its denominator's share.
    plain = {key for key, figure in FIGURES.items() if figure[2] is None}
    for key in plain:
        assert found[key][0] == expected[key][0], key
    assert {key: value for key, value in found.items() if key not in plain} == {
        key: value for key, value in expected.items() if key not in plain
    }
    assert set(found) == set(FIGURES)


def test_the_mean_change_is_the_tally(books: dict[str, Any]) -> None:
    # 66+59+57+61+42+57+57 = 399 points better over 54 pairs
    row = next(one for one in table(books["full-data"], "Summary", "Code") if one[0] == "I-10")
    assert row[8] == pytest.approx(399 / 54, abs=0.005)
    assert row[11:13] == (54, 5)


# --- every figure, as the funder sees it --------------------------------------------------------------------------

SMALL, STAR = "<10", "*"
SHOWN: dict[str, tuple[Any, Any, Any]] = {
    "I-01": (65, None, None),
    "I-02": (STAR, SMALL, 65),
    "I-03": (STAR, STAR, STAR),
    "F5": (STAR, None, None),
    "F5-E": (STAR, None, None),
    "I-04": (59, SMALL, STAR),
    "I-05": (STAR, SMALL, 59),
    "I-06": (SMALL, STAR, 59),
    "I-07": (STAR, STAR, 452),
    "I-08": (STAR, None, None),
    "I-09": (STAR, SMALL, 59),
    "I-09-L": (0, None, None),
    "I-11": (37, STAR, STAR),
    "I-12": (17, STAR, STAR),
    "I-13": (45, STAR, STAR),  # 59 less 1 to 9 not known, less 45: <10 would leave only 5 to 9
    "I-14a": (46, STAR, STAR),
    "I-14b": (0, STAR, STAR),
    "I-16": (SMALL, STAR, SMALL),
    "I-16-C": (SMALL, STAR, 17),
    "I-17": (
        54,
        SMALL,
        STAR,
    ),  # how many were held is told by I-18 too, so what hides the two is how many were due
    "I-18": (STAR, SMALL, 54),
    "I-21": (SMALL, STAR, SMALL),
    "I-22": (SMALL, STAR, SMALL),
}


def test_the_funder_sees_each_indicator_or_its_mark(books: dict[str, Any]) -> None:
    rows = table(books["funder-standard"], "Indicators", "Code")
    assert {row[0]: row[5:8] for row in rows if row[0] not in {"I-10", *UNRECORDED}} == SHOWN


def true_to(printed: Any, count: int) -> bool:
    """Say whether a printed cell is the count itself, or a mark that is true of it."""
    if printed == SMALL:
        return 1 <= count <= 9
    return printed in (STAR, count)


def test_every_mark_of_the_indicators_is_true_of_its_figure(books: dict[str, Any]) -> None:
    for row in table(books["funder-standard"], "Indicators", "Code"):
        figure = FIGURES.get((row[0], None))
        if figure is not None:
            for printed, count in zip(row[5:8], figure, strict=True):
                assert count is None or true_to(printed, count), row[:8]


def test_the_ways_of_counting_stand_side_by_side_for_the_funder(books: dict[str, Any]) -> None:
    rows = [row for row in table(books["funder-standard"], "Outcomes", "Code") if row[2] and row[0] != "I-10"]
    for row in rows:
        for printed, count in zip(row[5:8], FIGURES[(row[0], row[2])], strict=True):
            assert count is not None
            assert true_to(printed, count), row[:8]
    conservative = {row[0]: row[5:8] for row in rows if row[2] == "conservative"}
    assert conservative["I-11"] == (37, 22, 59)
    assert conservative["I-12"] == (17, 42, 59)
    assert conservative["I-13"] == (45, 14, 59)
    assert conservative["I-14a"] == (46, 13, 59)


# Marks of all groups added up by session number: (expected, came).
CAME = set("1LE")
EXPECTED = CAME | set("ATX")


def test_attendance_by_session_number_is_the_tally(books: dict[str, Any]) -> None:
    rows = table(books["funder-standard"], "Attendance", "Session number")
    assert [row[0] for row in rows] == list(range(1, 9))
    for number, *printed in [row[:4] for row in rows]:
        started = [
            person.marks[number - 1]
            for group in GROUPS
            for person in group.people
            if CAME & set(person.marks)
        ]
        expected = sum(mark in EXPECTED for mark in started)
        came = sum(mark in CAME for mark in started)
        for cell, count in zip(printed, (expected, came, expected - came), strict=True):
            assert true_to(cell, count), (number, printed, expected, came)
    # By hand: all 60 started less the late joiner | she too | … | the seven of G-0004 whose meeting 4 fell out
    assert [row[1] for row in rows] == [59, 60, 60, 51, 57, 55, 55, 55]
    assert rows[1][1:5] == (60, 49, 11, pytest.approx(49 / 60, abs=0.005))
    assert rows[2][1:5] == (60, 50, 10, pytest.approx(50 / 60, abs=0.005))
    assert rows[1][5:] == (pytest.approx(0.7, abs=0.005), pytest.approx(0.89, abs=0.005))  # Wilson


def listed() -> list[dict[str, str]]:
    """Read both lists with the headings as keys, one entry a row."""
    found: list[dict[str, str]] = []
    for path in bring_in.LISTS:
        with path.open(encoding="utf-8") as stream:
            rows = list(csv.reader(stream, delimiter="\t"))
        found += [dict(zip(rows[1], row, strict=True)) for row in rows[2:]]
    return found


def band(row: dict[str, str]) -> str:
    """Give the age band of a listed person as of 2026."""
    text = bring_in.WORDS_FOR_AGES.get(row["Age"], row["Age"])
    age = int(text) if int(text) < 1900 else 2026 - int(text)
    limits = ((15, "10-14"), (18, "15-17"), (25, "18-24"), (50, "25-49"), (60, "50-59"))
    return next((name for limit, name in limits if age < limit), "60+")


MALE = {"M", "ወንድ"}


def parts_of(rows: list[dict[str, str]]) -> Counter[tuple[str, str]]:
    """Count people by sex, age band and site."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts["sex", "male" if row["Sex"] in MALE else "female"] += 1
        counts["age_band", band(row)] += 1
        counts["site", row["Site"]] += 1
    return counts


def in_groups(rows: list[dict[str, str]]) -> list[tuple[dict[str, str], str]]:
    """Give (listed person, marks of the first cycle) of everybody who was enrolled."""
    people = [row for row in rows if row["Full name"] != "Acheng Roz"]
    found = []
    for group in GROUPS:
        own = group.people[:-1] if group.again else group.people
        found += [(people[group.first - 1 + place], person.marks) for place, person in enumerate(own)]
    return found


def test_every_breakdown_is_true_to_the_lists(books: dict[str, Any]) -> None:
    rows = listed()
    unique = [row for row in rows if row["Full name"] != "Acheng Roz"]
    enrolled = in_groups(rows)
    started = [row for row, marks in enrolled if CAME & set(marks)]
    counts = {
        "I-01": parts_of(unique),
        "I-02": parts_of([row for row in unique if int(row["Total"]) >= 10]),
        "F5": parts_of([row for row, _marks in enrolled]),
        "I-04": parts_of(started),
    }
    checked = 0
    for row in table(books["funder-standard"], "Disaggregation", "Code"):
        if row[0] in counts and row[3] in ("sex", "age_band", "site"):
            assert true_to(row[6], counts[row[0]][row[3], row[4]]), row[:8]
            checked += 1
    assert checked == 4 * (5 + 8 + 3)


def test_dose_is_the_tally(books: dict[str, Any]) -> None:
    # M-0043 | M-0008, M-0017, M-0035, M-0051 | M-0041, M-0065 | M-0023, M-0033 | ten | seventeen | twenty-four
    dose = {0: 1, 2: 4, 4: 2, 5: 2, 6: 10, 7: 17, 8: 24}
    assert sum(dose.values()) == 60
    rows = [row for row in table(books["funder-standard"], "Disaggregation", "Code") if row[0] == "I-08"]
    assert {int(row[4]) for row in rows} == set(dose)
    for row in rows:
        assert true_to(row[6], dose[int(row[4])]), row


def test_shown_small_and_complementary_cells_all_occur(books: dict[str, Any]) -> None:
    cells = Counter(
        "number" if isinstance(cell, int) and cell >= 10 else cell
        for row in table(books["funder-standard"], "Disaggregation", "Code")
        for cell in row[6:9]
    )
    assert min(cells["number"], cells[SMALL], cells[STAR]) > 10


def test_safety_is_counts_only(books: dict[str, Any]) -> None:
    rows = table(books["funder-standard"], "Safety", "Code")
    opened = {row[2]: row[4] for row in rows if row[0] == "I-21-N"}
    assert opened == {
        "All levels": SMALL,
        "Talk and plan": SMALL,
        "Today": 0,
        "Now": 0,
        "Not yet sorted": 0,
    }


def test_nobody_of_the_lists_is_named_in_the_funders_workbook(books: dict[str, Any]) -> None:
    text = " ".join(
        str(cell)
        for sheet in books["funder-standard"]
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    )
    for row in listed():
        assert row["Full name"] not in text
        assert not row["Tel."] or row["Tel."] not in text
    assert "M-00" not in text


def test_bringing_the_same_list_in_again_changes_nothing(app: Flask) -> None:
    played = story.set_the_stage(SET_UP, UNTIL, seed=1)
    assert played.sites
    first = bring_in.bring_in(bring_in.LISTS[0], by=OPERATOR, now=SENT[0])
    again = bring_in.bring_in(bring_in.LISTS[0], by=OPERATOR, now=SENT[0])
    assert first["counts"]["new"] == 57
    assert again["counts"] == {"new": 0, "update": 0, "unchanged": 58, "skip": 0, "kept": 0}
    assert len(lists.list_members()) == 57


# --- nothing that was told in confidence --------------------------------------------------------------------------


def test_no_report_holds_a_name_a_phone_or_anything_that_somebody_typed(books: dict[str, Any]) -> None:
    assert len(books["sealed"]) > 100
    assert set(books["kinds"]) >= {
        "funder-standard",
        "full-data",
        "supervision",
        "iasc-mhpss",
        "cycle-summary",
    }
    for report, path in books["files"].items():
        assert leaks(path, books["sealed"]) == [], report
    assert books["others"].keys() == {"full-data-csv", "measures-fhir"}
    for report, path in books["others"].items():
        text = path.read_text("utf-8") if report == "measures-fhir" else in_package(path)
        assert [one for one in books["sealed"] if one in text] == [], report


def in_package(path: Path) -> str:
    """Give the text of every file of a zip."""
    with zipfile.ZipFile(path) as package:
        return "\n".join(package.read(name).decode("utf-8") for name in package.namelist())


def test_no_report_that_may_leave_holds_a_code_of_a_person_or_group(books: dict[str, Any]) -> None:
    codes = [row["code"] for row in books["members"]] + sorted({row["group"] for row in books["sessions"]})
    for report, path in books["files"].items():
        found = leaks(path, codes)
        assert (found == []) is (books["kinds"][report] is ReportKind.EXTERNAL), (report, found)


def test_what_is_looked_for_is_found_when_it_is_there(books: dict[str, Any], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(books["files"]["cycle-summary"])
    book.worksheets[0]["A30"] = f"x {books['sealed'][0].upper()} x"
    book.save(tmp_path / "with-a-name.xlsx")
    assert any(one.endswith(": canary") for one in leaks(tmp_path / "with-a-name.xlsx", books["sealed"]))
