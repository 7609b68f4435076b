"""What a person sees before anything is written: states, sentences with places, likely duplicates, questions."""

import datetime as dt
import json
import time
from dataclasses import replace
from typing import Any

import pytest

from gipt.calendars import CalendarKind
from gipt.domain.attendance import AttendanceStatus
from gipt.domain.people import Disability, Displacement, Sex
from gipt.domain.problems import Invalid
from gipt.intake.dates import DateChoice
from gipt.intake.fields import Kind
from gipt.intake.grid import CellValue, Grid, Sheet
from gipt.intake.preview import Preview, make_preview, preview_from_data, preview_to_data
from gipt.intake.reader import read_paste
from gipt.intake.recognise import recognise
from gipt.intake.records import ClosedDayRow, PersonRow, RegisterRow, StaffRow, VenueRow, from_data, to_data
from gipt.intake.results import RowResult, RowState
from gipt.intake.rows import PreviewOptions
from gipt.intake.sentences import CELL_SENTENCES, cell_sentence

TODAY = dt.date(2026, 11, 1)


def preview(kind: Kind, *rows: list[CellValue], name: str = "Sheet1", **options: Any) -> Preview:
    grid = Grid((Sheet(name, tuple(tuple(row) for row in rows)),), "xlsx")
    settings = PreviewOptions(**{"today": TODAY, "country": "UG", **options})
    return make_preview(grid, recognise(grid, kind), settings)


def people(*rows: list[CellValue], **options: Any) -> Preview:
    return preview(Kind.PEOPLE, *rows, **options)


def person(headings: list[CellValue], cells: list[CellValue], **options: Any) -> tuple[PersonRow, list[str]]:
    (row,) = people(["Name", *headings], ["Amina Auma", *cells], **options).rows
    assert isinstance(row.record, PersonRow)
    return row.record, [problem.sentence() for problem in row.problems]


def sentences(result: RowResult) -> list[str]:
    return [problem.sentence() for problem in result.problems]


def test_a_person_is_read_whole() -> None:
    record, problems = person(
        ["Code", "Called name", "Sex", "Age", "Phone", "Village", "Site", "Language", "Preferred days", "Consent",
         "Date of consent", "Screening date", "Disability", "Displacement", "Safe contact", "Caregiver", "Notes"],
        ["M-7", "Ami", "F", 30, "0700111222", "Hill", "Lira", "Luo", "Mon, Wed", "yes", "14/03/2026", "15/03/2026",
         "no", "refugee", "sister", "", "likes tea"],
    )  # fmt: skip
    assert problems == []
    assert record == PersonRow(
        sheet="Sheet1",
        row=2,
        name="Amina Auma",
        code="M-7",
        called_name="Ami",
        sex=Sex.FEMALE,
        birth_year=1996,
        birth_year_about=True,
        phone="0700111222",
        place="Hill",
        site="Lira",
        language="Luo",
        preferred_days=(0, 2),
        consent=True,
        consented_on=dt.date(2026, 3, 14),
        screened_on=dt.date(2026, 3, 15),
        disability=Disability.WITHOUT,
        displacement=Displacement.REFUGEE,
        safe_contact="sister",
        notes="likes tea",
    )


def test_an_age_in_words_gets_the_sentence_of_the_design() -> None:
    headings: list[list[CellValue]] = [["Name", "Sex", "Age"]] + [
        [f"Person {row}", "F", 30] for row in range(2, 12)
    ]
    found = people(*headings, ["Halima Begum", "F", "thirty"])
    assert found.rows[-1].state is RowState.PROBLEM
    assert sentences(found.rows[-1]) == ["Row 12, Age: “thirty” is not a number. Write 30."]
    assert found.rows[-1].problems[0].cell == "C12"


def test_an_age_counts_from_the_day_of_screening() -> None:
    record, _ = person(["Age", "Screening date"], [30, "2024-06-01"])
    assert (record.birth_year, record.birth_year_about) == (1994, True)


@pytest.mark.parametrize(
    ("headings", "cells", "year", "about"),
    [
        (["Age"], [1994], 1994, False),
        (["Birth year"], [1994], 1994, False),
        (["Date of birth"], ["14/03/1994"], 1994, False),
        (["Date of birth", "Age"], ["14/03/1994", 32], 1994, False),
        (["Date of birth", "Age"], ["14/03/1994", 33], 1994, False),
    ],
)
def test_the_birth_year_is_taken_from_the_best_source(
    headings: list[CellValue], cells: list[CellValue], year: int, about: bool
) -> None:
    record, problems = person(headings, cells)
    assert (record.birth_year, record.birth_year_about, problems) == (year, about, [])


def test_an_age_that_contradicts_the_birth_date_is_a_fault() -> None:
    _, problems = person(["Date of birth", "Age"], ["14/03/1994", 50])
    assert problems == ["Row 2, Age does not go with the date of birth. Please check both."]


def test_an_empty_name_is_named_and_the_row_kept_out() -> None:
    found = people(["Name", "Village"], [None, "Hill"])
    assert found.rows[0].state is RowState.PROBLEM
    assert sentences(found.rows[0]) == ["Row 2, Name is empty."]


def test_empty_rows_are_no_rows() -> None:
    found = people(["Name", "Sex"], ["A B", "F"], [None, None], ["C D", "M"])
    assert [row.row for row in found.rows] == [2, 4]


ANSWERS: list[CellValue] = [1, 2, 0, 3, 0, 1, 1, 0, 1]
QUESTIONS: list[CellValue] = [f"PHQ-9 Q{number}" for number in range(1, 10)]


def test_answers_are_read_with_their_safety() -> None:
    record, _ = person(QUESTIONS, ANSWERS)
    (entry,) = record.measures
    assert (entry.measure, entry.point, entry.total) == ("phq9", "screening", None)
    assert dict(entry.answers) == {f"q{number}": value for number, value in enumerate(ANSWERS, start=1)}
    assert (entry.safety_known, entry.safety_positive, entry.totals_only) == (True, True, False)


def test_a_total_alone_is_a_total_only_and_its_safety_unknown() -> None:
    record, problems = person(["PHQ-9 total"], [12])
    (entry,) = record.measures
    assert (entry.total, entry.answers, problems) == (12, (), [])
    assert (entry.totals_only, entry.safety_known, entry.safety_positive) == (True, False, False)


def test_a_total_that_differs_from_its_answers_is_a_fault() -> None:
    _, problems = person([*QUESTIONS, "PHQ-9 total"], [*ANSWERS, 10])
    assert problems == ["Row 2, PHQ-9 total: the answers add up to 9, but 10 is written. Please check."]


def test_an_empty_answer_is_blank_and_never_zero() -> None:
    record, problems = person([*QUESTIONS, "PHQ-9 total"], [*ANSWERS[:8], None, 8])
    (entry,) = record.measures
    assert dict(entry.answers)["q9"] == "blank"
    assert (entry.total, entry.safety_known) == (None, False)
    assert problems == ["Row 2, PHQ-9 total: a total is written, but not every answer (1 missing)."]


def test_a_wrong_answer_keeps_the_positive_safety_item() -> None:
    (row,) = people(["Name", *QUESTIONS], ["A B", 7, *ANSWERS[1:]]).rows
    assert row.state is RowState.PROBLEM
    assert isinstance(row.record, PersonRow)
    assert row.record.measures[0].safety_positive


def test_a_line_of_digits_is_nine_answers() -> None:
    record, _ = person(["PHQ-9 answers"], ["12030110-"])
    assert record.measures[0].answers[7:] == (("q8", 0), ("q9", "blank"))


def test_a_short_line_is_refused_with_its_count() -> None:
    _, problems = person(["PHQ-9 answers"], [20301100])
    assert problems == ["Row 2, PHQ-9 answers: there are 8 signs. Write 9, with - for no answer."]


@pytest.mark.parametrize(
    ("heading", "options", "key", "total"),
    [
        ("WHODAS total", {"conventions": {"whodas12": "1-5"}}, "whodas12@1-5", 17),
        ("WHODAS total", {"conventions": {"whodas12": "0-4"}}, "whodas12@0-4", 17),
        ("WHO-5 score", {"scales": {"who5": "raw"}}, "who5", 68),
    ],
)
def test_a_scale_that_was_chosen_is_used(heading: str, options: dict[str, Any], key: str, total: int) -> None:
    record, problems = person([heading], [17], **options)
    assert [(entry.measure, entry.total) for entry in record.measures] == [(key, total)]
    assert problems == []


@pytest.mark.parametrize("heading", ["WHODAS total", "WHO-5 score"])
def test_a_scale_is_never_guessed(heading: str) -> None:
    record, problems = person([heading], [17])
    assert record.measures == ()
    assert len(problems) == 1
    assert "choose" in problems[0]


def test_a_name_spelled_differently_may_be_the_same_person() -> None:
    found = people(
        ["Name", "Age", "Village"],
        ["Fatuma Ali", 27, "Hill"],
        ["Grace Auma", 30, "Hill"],
        ["Fatma Ali", 28, "Hill"],
        ["فاطمة علي", 27, "Hill"],
    )
    assert [(row.row, row.state.value, row.like_rows) for row in found.rows] == [
        (2, "new", ()),
        (3, "new", ()),
        (4, "maybe_same", (2,)),
        (5, "maybe_same", (2, 4)),
    ]


def test_a_code_of_two_people_is_a_fault() -> None:
    found = people(["Code", "Name"], ["M-1", "Amina Auma"], ["m-1", "Grace Otim"])
    assert sentences(found.rows[1]) == ["Row 3: “m-1” stands in row 2 too. Codes belong to one person."]


def test_20_000_people_of_one_name_are_compared_in_time() -> None:
    rows: list[list[CellValue]] = [
        ["Mohamed Ali", "M", 18 + row % 60, f"Village {row % 700}"] for row in range(20_000)
    ]
    began = time.monotonic()
    found = people(["Name", "Sex", "Age", "Village"], *rows)
    assert time.monotonic() - began < 40
    assert found.counts()["new"] + found.counts()["maybe_same"] == 20_000


def test_a_date_column_of_ethiopia_waits_for_a_confirmed_example() -> None:
    rows: list[list[CellValue]] = [
        ["Name", "Screening date"],
        ["Hana Bekele", "13/01/2019"],
        ["Sara Alemu", "5/1/2019"],
    ]
    waiting = people(*rows, country="ET")
    (asked,) = waiting.questions
    assert not waiting.may_confirm
    assert {row.state for row in waiting.rows} == {RowState.PROBLEM}
    right = DateChoice(CalendarKind.ETHIOPIAN, "dmy", asked.question.example, dt.date(2026, 9, 15))
    settled = people(*rows, country="ET", date_choices={asked.key: right})
    assert settled.may_confirm
    assert [row.record.screened_on for row in settled.rows if isinstance(row.record, PersonRow)] == [
        dt.date(2026, 9, 23),
        dt.date(2026, 9, 15),
    ]
    wrong = replace(right, reads_as=dt.date(2019, 1, 5))
    assert not people(*rows, country="ET", date_choices={asked.key: wrong}).may_confirm


def test_bikram_sambat_dates_are_converted_once_confirmed() -> None:
    rows: list[list[CellValue]] = [["नाम", "मिति"], ["सीता देवी", "२०८३-०५-२६"]]
    (asked,) = people(*rows, country="NP").questions
    choice = DateChoice(CalendarKind.BIKRAM_SAMBAT, "dmy", "B2", dt.date(2026, 9, 11))
    (row,) = people(*rows, country="NP", date_choices={asked.key: choice}).rows
    assert isinstance(row.record, PersonRow)
    assert row.record.screened_on == dt.date(2026, 9, 11)


def test_a_cell_mended_on_the_page_is_read_again() -> None:
    rows: list[list[CellValue]] = [["Name", "Sex", "Age"], ["Amina Auma", "F", "thirty"]]
    assert people(*rows, edits={"0!C2": "30"}).rows[0].state is RowState.NEW


def test_a_row_left_out_is_skipped() -> None:
    found = people(["Name", "Age"], ["Amina Auma", "thirty"], ["Grace Otim", 30], skip=frozenset({"0!2"}))
    assert [row.state for row in found.rows] == [RowState.SKIP, RowState.NEW]
    assert found.counts() == {"new": 1, "update": 0, "unchanged": 0, "maybe_same": 0, "problem": 0, "skip": 1}


def test_an_error_of_excel_in_a_cell_is_named() -> None:
    _, problems = person(["Village"], ["#REF!"])
    assert problems == ["Row 2, Village: “#REF!” is an error of Excel. Write the value."]


def register(*rows: list[CellValue], **options: Any) -> Preview:
    return preview(Kind.REGISTER, *rows, **options)


def test_a_long_register_has_one_mark_in_each_row() -> None:
    found = register(
        ["Group", "Session", "Date", "Member code", "Attendance", "PHQ-9 total"],
        ["G-01", 3, "14/03/2026", "M-1", "L", 12],
    )
    (row,) = found.rows
    assert isinstance(row.record, RegisterRow)
    (mark,) = row.record.marks
    assert (mark.status, mark.session, mark.held_on) == (AttendanceStatus.LATE, 3, dt.date(2026, 3, 14))
    (entry,) = row.record.measures
    assert (entry.point, entry.session, entry.taken_on, entry.totals_only) == (
        "session",
        3,
        dt.date(2026, 3, 14),
        True,
    )


def test_a_wide_register_has_a_column_for_each_session() -> None:
    found = register(
        ["Group", "Name", "S1", "S2", "S3", dt.date(2026, 3, 4), "PHQ-9 baseline", "PHQ-9 endline"],
        ["G-01", "Amina Auma", 1, 0, None, "x", 15, 4],
        ["G-01", "Grace Otim", 1, 1, "-", None, 11, None],
    )
    first, second = (row.record for row in found.rows)
    assert isinstance(first, RegisterRow)
    assert isinstance(second, RegisterRow)
    assert [(mark.session, mark.status.value) for mark in first.marks[:2]] == [
        (1, "present"),
        (2, "absent_unknown"),
    ]
    assert [(entry.point, entry.total) for entry in first.measures] == [("pre_group", 15), ("endline", 4)]
    assert len(second.marks) == 2


def test_a_cross_beside_ticks_and_noughts_is_asked_about() -> None:
    found = register(["Group", "Name", "S1"], ["G", "A B", "x"], ["G", "C D", 1], ["G", "E F", 0])
    assert sentences(found.rows[0]) == ["Row 2, S1: “x” could mean came or did not come here. Write 1 or 0."]


def test_a_mark_without_session_is_a_fault() -> None:
    found = register(["Group", "Name", "Session", "Attendance"], ["G", "A B", None, 1])
    assert sentences(found.rows[0]) == ["Row 2, Attendance: write the number or the date of the session."]


def test_a_row_said_twice_is_a_fault() -> None:
    line: list[CellValue] = ["G", "A B", 1, 1]
    found = register(["Group", "Name", "Session", "Attendance"], line, line)
    assert sentences(found.rows[1]) == ["Row 3 says the same as row 2."]


def test_a_group_may_come_from_the_page_where_the_sheet_has_no_column() -> None:
    found = register(["Name", "S1", "S2"], ["A B", 1, 1], defaults={"group": "G-09"})
    assert isinstance(found.rows[0].record, RegisterRow)
    assert found.rows[0].record.group == "G-09"


def test_a_register_without_group_is_refused_by_naming_the_column() -> None:
    with pytest.raises(Invalid) as refused:
        register(["Name", "S1", "S2"], ["A B", 1, 1])
    assert refused.value.details["columns"] == ["group"]


def test_programme_sheets_become_their_records() -> None:
    sheets = (
        Sheet("Venues", (("Site", "Name", "Travel minutes", "Open days"), ("Hill", "Church", 20, "Mon-Fri"))),
        Sheet(
            "Staff",
            (("Name", "Role", "Email"), ("Ruth", "Facilitator", "ruth@example.org"), ("Tom", "Cook", "")),
        ),
        Sheet(
            "Closed days", (("From", "To", "Reason"), (dt.date(2026, 12, 24), dt.date(2026, 12, 20), "Feast"))
        ),
    )
    grid = Grid(sheets, "xlsx")
    found = make_preview(grid, recognise(grid, Kind.PROGRAMME), PreviewOptions(TODAY, country="UG"))
    venue, ruth, tom, feast = found.rows
    assert isinstance(venue.record, VenueRow)
    assert (venue.record.travel_minutes, venue.record.days) == (20, (0, 1, 2, 3, 4))
    assert isinstance(ruth.record, StaffRow)
    assert ruth.record.role == "facilitator"
    assert sentences(tom) == [
        "Row 3, Role: “Cook” is not a role. Write facilitator, supervisor or coordinator."
    ]
    assert isinstance(feast.record, ClosedDayRow)
    assert sentences(feast) == ["Row 2, To: the last day is before the first."]


def test_a_preview_goes_to_json_and_back() -> None:
    found = people(
        ["Name", "Age", "Screening date", *QUESTIONS],
        ["Amina Auma", "thirty", "5/4/2019", *ANSWERS],
        ["Amina Auma", 30, "6/4/2019", *ANSWERS],
        country="ET",
    )
    assert found.questions
    assert preview_from_data(json.loads(json.dumps(preview_to_data(found)))) == found
    marks = register(["Group", "Name", "S1", dt.date(2026, 3, 4)], ["G", "A B", 1, "L"])
    assert preview_from_data(json.loads(json.dumps(preview_to_data(marks)))) == marks


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"rows": [{}]}, {"kind": "people", "rows": [{"table": "people", "record": {"row": "1"}}]}],
    ids=str,
)
def test_json_of_another_shape_is_refused(data: Any) -> None:
    with pytest.raises(ValueError):
        preview_from_data(data)


def test_choices_of_the_user_go_to_json_and_back() -> None:
    choice = DateChoice(CalendarKind.ETHIOPIAN, "dmy", "C2", dt.date(2026, 9, 23))
    assert from_data(DateChoice, json.loads(json.dumps(to_data(choice)))) == choice


def test_pasted_cells_are_previewed_like_a_file() -> None:
    grid = read_paste("Name\tAge\nAmina Auma\t٣٠\n")
    (row,) = make_preview(grid, recognise(grid, Kind.PEOPLE), PreviewOptions(TODAY)).rows
    assert isinstance(row.record, PersonRow)
    assert row.record.birth_year == 1996


@pytest.mark.parametrize("code", CELL_SENTENCES)
def test_every_sentence_begins_with_its_place(code: str) -> None:
    details = dict.fromkeys(
        ("low", "high", "step", "sum", "missing", "other", "found", "expected", "suggestion"), 3
    )
    said = cell_sentence(code, 12, "Age", {**details, "value": "thirty", "day": "2026-03-14"})
    assert said.startswith("Row 12, Age")
    assert said.endswith(".")
    assert "%(" not in said


def test_a_long_value_is_shortened_in_its_sentence() -> None:
    said = cell_sentence("not_a_date", 2, "Date", {"value": "x" * 500})
    assert len(said) < 140
