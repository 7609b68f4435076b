"""Which column is what: headings of the field's languages, titles above them, the user's own mapping."""

import datetime as dt

import pytest

from gipt.domain.problems import Invalid, Unknown
from gipt.intake.fields import TABLES, Kind
from gipt.intake.grid import CellValue, Grid, Sheet
from gipt.intake.headers import field_of, mark_key, measure_key, point_of
from gipt.intake.recognise import apply_mapping, examples, recognise
from gipt.intake.synonyms import HEADERS


def grid_of(*rows: list[CellValue], name: str = "Sheet1") -> Grid:
    return Grid((Sheet(name, tuple(tuple(row) for row in rows)),), "xlsx")


def fields_of(kind: Kind, *headings: CellValue) -> list[str]:
    guess = recognise(grid_of(list(headings), ["x"] * len(headings)), kind).tables[0]
    return [column.field for column in guess.columns]


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (["Client ID", "Full Name", "Sex (M/F)", "Age (years)", "Village", "Phone No."], None),
        (["Identifiant", "Nom et prénom", "Sexe", "Âge", "Quartier", "Téléphone"], None),
        (["الرمز", "الاسم الكامل", "الجنس", "العمر", "القرية", "رقم الهاتف"], None),
        (["Msimbo", "Jina kamili", "Jinsia", "Umri", "Kijiji", "Simu"], None),
        (["ኮድ", "ሙሉ ስም", "ጾታ", "ዕድሜ", "ቀበሌ", "ስልክ ቁጥር"], None),
        (["कोड", "पुरा नाम", "लिङ्ग", "उमेर", "गाउँ", "फोन नम्बर"], None),
    ],
    ids=["en", "fr", "ar", "sw", "am", "ne"],
)
def test_people_are_recognised_in_six_languages(headings: list[str], fields: None) -> None:
    assert fields_of(Kind.PEOPLE, *headings) == ["code", "name", "sex", "age", "place", "phone"]


@pytest.mark.parametrize("table", TABLES)
def test_every_field_has_synonyms_and_no_synonym_lacks_its_field(table: str) -> None:
    assert set(HEADERS[table]) == {field.key for field in TABLES[table].fields}


@pytest.mark.parametrize("table", TABLES)
def test_no_synonym_means_two_fields_of_a_table(table: str) -> None:
    for key, listed in HEADERS[table].items():
        for word in listed.split("|"):
            assert field_of(word, table)[0] == key, (table, word)


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("PHQ-9 Q3", "phq9.q3"),
        ("phq9_3", "phq9.q3"),
        ("PHQ9 item 9", "phq9.q9"),
        ("PHQ1", "phq9.q1"),
        ("Q7", "phq9.q7"),
        ("PHQ-9 total", "phq9.total"),
        ("PHQ-9", "phq9.total"),
        ("PHQ-9 score at baseline", "phq9.total@pre_group"),
        ("Endline PHQ9", "phq9.total@endline"),
        ("PHQ-9 S3", "phq9.total@s3"),
        ("PHQ9 Q9 endline", "phq9.q9@endline"),
        ("PHQ-9 answers", "phq9.line"),
        ("PHQ-9 function", "phq9.function"),
        ("PHQ10", "phq9.function"),
        ("GAD-7 total", "gad7.total"),
        ("WHO-5 score", "who5.total"),
        ("PHQ-2", "phq2.total"),
        ("EPDS 10", "epds.q10"),
        ("WHODAS total", "whodas12.total"),
        ("مجموع PHQ-9", "phq9.total"),
        ("PHQ-9 jumla", "phq9.total"),
        ("PHQ-9 date", ""),
        ("Name", ""),
        ("Quarter 3", ""),
    ],
)
def test_measure_headings_name_measure_part_and_point(heading: str, key: str) -> None:
    assert measure_key(heading) == key


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Session 3", "mark@s3"),
        ("S3", "mark@s3"),
        ("Week 10", "mark@s10"),
        ("Séance 2", "mark@s2"),
        ("جلسة 4", "mark@s4"),
        ("सत्र ५", "mark@s5"),
        (8, "mark@s8"),
        (dt.date(2026, 3, 4), "mark@2026-03-04"),
        ("Session", ""),
        ("Session 99", ""),
        ("Notes 3", ""),
    ],
    ids=str,
)
def test_register_headings_name_one_session(heading: CellValue, key: str) -> None:
    assert mark_key(heading) == key


def test_phq9_behind_eight_questions_is_the_ninth_and_not_the_total() -> None:
    fields = fields_of(Kind.PEOPLE, "Name", *[f"PHQ{number}" for number in range(1, 10)], "Total")
    assert fields[9:] == ["phq9.q9", "phq9.total"]


def test_a_column_of_digit_rows_is_a_line_of_answers() -> None:
    guess = recognise(grid_of(["Name", "PHQ-9"], ["A", "120301100"], ["B", "1203011-0"]), Kind.PEOPLE).tables[
        0
    ]
    assert guess.columns[1].field == "phq9.line"


def test_headings_may_stand_below_titles() -> None:
    grid = grid_of(["Project Hope"], [], ["Members, March 2026"], ["Name", "Sex", "Age"], ["A", "F", 30])
    assert recognise(grid, Kind.PEOPLE).tables[0].header_row == 4


def test_the_sheet_most_like_the_kind_is_taken_and_the_others_are_named() -> None:
    people = Sheet("Liste", (("Name", "Sex", "Age", "Phone"), ("A", "F", 30, "")))
    other = Sheet("Budget", (("Item", "Cost"), ("Tea", 3)))
    found = recognise(Grid((other, people), "xlsx"), Kind.PEOPLE)
    assert [guess.sheet for guess in found.tables] == [1]
    assert found.ignored == ("Budget",)


def test_a_programme_workbook_has_several_tables() -> None:
    sheets = (
        Sheet("Sites", (("Name", "Country"), ("Hill", "UG"))),
        Sheet("Venues", (("Site", "Name", "Travel minutes"), ("Hill", "Church", 20))),
        Sheet("Team", (("Full name", "Position", "Email"), ("Amina", "Facilitator", ""))),
        Sheet("Holidays", (("Date", "Reason"), (dt.date(2026, 12, 25), "Christmas"))),
    )
    found = recognise(Grid(sheets, "xlsx"), Kind.PROGRAMME)
    assert [guess.table for guess in found.tables] == ["sites", "venues", "staff", "closed_days"]


def test_two_headings_of_one_field_give_it_to_the_better_one() -> None:
    assert fields_of(Kind.PEOPLE, "Participant name (as on ID)", "Name", "Sex") == ["", "name", "sex"]


def test_a_file_without_known_headings_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        recognise(grid_of(["Item", "Cost"], ["Tea", 3]), Kind.PEOPLE)
    assert refused.value.details["reason"] == "nothing_recognised"


def test_the_mapping_of_the_user_wins() -> None:
    guess = recognise(grid_of(["Name", "Sex", "Remark on village"], ["A", "F", "Hill"]), Kind.PEOPLE).tables[
        0
    ]
    mapped = apply_mapping(guess, {1: "", 3: "name"})
    assert [column.field for column in mapped.columns] == ["", "sex", "name"]


def test_a_field_mapped_twice_stays_with_the_last_choice() -> None:
    guess = recognise(grid_of(["Name", "Sex", "Other"], ["A", "F", "B"]), Kind.PEOPLE).tables[0]
    assert apply_mapping(guess, {3: "name"}).fields == ("sex", "name")


@pytest.mark.parametrize("key", ["nonsense", "phq9.q99", "mark@s1", "phq12.total"])
def test_a_mapping_to_an_unknown_field_is_refused(key: str) -> None:
    guess = recognise(grid_of(["Name", "Sex"], ["A", "F"]), Kind.PEOPLE).tables[0]
    with pytest.raises(Unknown):
        apply_mapping(guess, {2: key})


@pytest.mark.parametrize("key", ["phq9.q3", "phq9.total@endline", "phq9.line", "phq9.function", "gad7.q7@s3"])
def test_a_mapping_may_name_any_measure_column(key: str) -> None:
    guess = recognise(grid_of(["Name", "Sex"], ["A", "F"]), Kind.PEOPLE).tables[0]
    assert apply_mapping(guess, {2: key}).columns[1].field == key


def test_the_first_rows_are_shown_as_examples() -> None:
    grid = grid_of(["Name", "Age"], *[[f"Person {number}", number + 0.0] for number in range(9)])
    shown = examples(grid, recognise(grid, Kind.PEOPLE).tables[0])
    assert shown == [[f"Person {number}", str(number)] for number in range(5)]


@pytest.mark.parametrize(
    ("cell", "point"),
    [("baseline", "pre_group"), ("Endline", "endline"), ("pre_group", "pre_group"), ("x", "")],
)
def test_points_of_measurement_are_read(cell: str, point: str) -> None:
    assert point_of(cell) == point


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        ([f"PHQ-{number}" for number in range(1, 10)], [f"phq9.q{number}" for number in range(1, 10)]),
        ([f"GAD{number}" for number in range(1, 8)], [f"gad7.q{number}" for number in range(1, 8)]),
        (["PHQ-2", "PHQ-9", "GAD-7"], ["phq2.total", "phq9.total", "gad7.total"]),
        (
            [*[f"PHQ{number}" for number in range(1, 10)], "PHQ9 total"],
            [*[f"phq9.q{number}" for number in range(1, 10)], "phq9.total"],
        ),
    ],
    ids=["phq series", "gad series", "forms", "series and total"],
)
def test_numbers_behind_a_form_are_questions_in_a_series_only(headings: list[str], fields: list[str]) -> None:
    assert fields_of(Kind.PEOPLE, "Name", *headings)[1:] == fields
