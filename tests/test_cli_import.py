"""`gipt template` and `gipt import`: what they print, what they refuse, and in which one sentence."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from gipt import cli, cli_base
from gipt.actions.programme import ProgrammeRecord, set_programme
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.models import AuditEvent, ImportRun, Member, Screening
from tests.cast import NOW, Cast

KEYS = {
    "kind", "file", "dry_run", "rows", "counts", "written", "problems", "questions", "import", "later", "episodes",
    "reviews",
}  # fmt: skip
HEADS = ["Name", "Age", "Site", "Screening date", *[f"PHQ-9 Q{number}" for number in range(1, 10)]]
ANSWERS = [2, 2, 2, 2, 2, 1, 1, 0, 0]


@pytest.fixture(autouse=True)
def installation(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Give the command line, which opens the application of this test."""
    monkeypatch.setattr(cli_base, "create_app", lambda: app)
    return app


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(one) for one in arguments])


def workbook(folder: Path, *rows: Sequence[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    target = folder / "list.xlsx"
    book.save(target)
    return target


def count(model: type) -> int:
    db.session.rollback()  # what the command wrote is not seen by a reading that is still open
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.mark.parametrize("kind", ["people", "register", "programme"])
def test_a_template_is_written_and_can_be_read_again(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "empty.xlsx"
    result = run("template", kind, "--to-file", target)
    assert result.exit_code == 0, result.stderr
    assert openpyxl.load_workbook(target).worksheets


def test_an_unknown_kind_is_refused_with_the_kinds_there_are(tmp_path: Path) -> None:
    for line in (
        ("template", "money", "--to-file", tmp_path / "x.xlsx"),
        ("import", "money", tmp_path / "x.xlsx"),
    ):
        result = run(*line)
        assert result.exit_code == 1
        assert result.stderr.strip() == (
            "There is no kind “money”. Please choose one of: people, register and programme."
        )


def test_a_dry_run_says_everything_and_stores_nothing(tmp_path: Path) -> None:
    file = workbook(tmp_path, HEADS, ["Amina Nakato", 30, "HILL", date(2026, 2, 20), *ANSWERS],
                    ["Ruth Auma", "thirty", "HILL", date(2026, 2, 20), *ANSWERS])  # fmt: skip
    result = run("import", "people", file, "--dry-run", "--json")
    assert result.exit_code == 0, result.stderr
    said = json.loads(result.stdout)
    assert said.keys() == KEYS
    assert (said["rows"], said["counts"]["new"], said["counts"]["problem"], said["written"]) == (2, 1, 1, 0)
    assert said["problems"] == [
        {
            "row": 3,
            "cell": "B3",
            "column": "Age",
            "code": "number_word",
            "sentence": "Row 3, Age: “thirty” is not a number. Write 30.",
        }
    ]
    assert (count(ImportRun), count(Member), said["import"]) == (0, 0, None)


def test_good_rows_are_stored_once_and_audited_as_the_operator(tmp_path: Path) -> None:
    file = workbook(tmp_path, HEADS, ["Amina Nakato", 30, "HILL", date(2026, 2, 20), *ANSWERS])
    first = json.loads(run("import", "people", file, "--json").stdout)
    assert (first["written"], first["episodes"], count(Member)) == (1, 0, 1)
    second = json.loads(run("import", "people", file, "--json").stdout)
    assert (second["written"], second["counts"]["unchanged"], second["import"]) == (0, 1, None)
    actors = db.session.scalars(
        sa.select(AuditEvent.actor).where(AuditEvent.action == "confirm_import")
    ).all()
    assert actors == ["operator"]


def test_the_site_of_rows_that_name_none_is_said_on_the_line(tmp_path: Path) -> None:
    file = workbook(tmp_path, ["Name", "Age"], ["Amina Nakato", 30])
    refused = json.loads(run("import", "people", file, "--dry-run", "--json").stdout)
    assert [one["code"] for one in refused["problems"]] == ["site_missing"]
    assert run("import", "people", file, "--site", "MOON").exit_code == 1
    assert json.loads(run("import", "people", file, "--site", "LAKE", "--json").stdout)["written"] == 1


@pytest.mark.parametrize(
    ("country", "text", "calendar", "meant"),
    [
        ("ET", "05/06/2018", "ethiopian", date(2026, 2, 12)),
        ("NP", "05/11/2082", "bikram_sambat", date(2026, 2, 17)),
    ],
    ids=["Ethiopia", "Nepal"],
)
def test_dates_of_another_calendar_are_said_on_the_line(
    tmp_path: Path, country: str, text: str, calendar: str, meant: date
) -> None:
    record = ProgrammeRecord("Hope Circles", "Community meeting", country, "Africa/Kampala")
    set_programme(record=record, by=OPERATOR, now=NOW)
    file = workbook(tmp_path, HEADS, ["Amina Nakato", 30, "HILL", text, *ANSWERS])
    refused = run("import", "people", file)
    assert refused.exit_code == 1
    assert f"Column “Screening date”: cell D2 says “{text}”." in refused.stderr
    assert f"--date-calendar {calendar} --date-order dmy" in refused.stderr
    assert count(Member) == 0
    result = run("import", "people", file, "--date-calendar", calendar, "--date-order", "dmy", "--json")
    assert result.exit_code == 0, result.stderr
    (question,) = json.loads(result.stdout)["questions"]
    assert (question["cell"], question["text"], question["read_as"]) == ("D2", text, meant.isoformat())
    db.session.rollback()
    assert db.session.scalars(sa.select(Screening.on_date)).all() == [meant]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.pdf", b"%PDF", "Files that end in .pdf are not read. Save it as .xlsx or .csv."),
        ("list.csv", b"", "This file is empty. Please choose another."),
        ("list.csv", b"one,two\n1,2\n", "No column of this file is known. Start from the template."),
        (
            "list.csv",
            b"Age,Village,Sex\n3,Hill,F\n",
            "These columns are missing: Name. Please add them to the list.",
        ),
    ],
    ids=["pdf", "empty", "unknown", "no name"],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    result = run("import", "people", file)
    assert (result.exit_code, result.stderr.strip()) == (1, said)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    result = run("import", "people", tmp_path / "none.xlsx")
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "line", [("--date-calendar", "mayan"), ("--date-order", "dym")], ids=["calendar", "order"]
)
def test_an_unknown_reading_of_dates_is_refused(tmp_path: Path, line: tuple[str, str]) -> None:
    file = workbook(tmp_path, ["Name", "Age"], ["Amina Nakato", 30])
    result = run("import", "people", file, *line)
    assert result.exit_code == 1
    assert line[1] in result.stderr


def test_lines_for_a_person_name_rows_and_what_was_stored(tmp_path: Path) -> None:
    file = workbook(tmp_path, HEADS, ["Amina Nakato", 30, "HILL", date(2026, 2, 20), *ANSWERS[:-1], 1],
                    ["Ruth Auma", "thirty", "HILL", date(2026, 2, 20), *ANSWERS])  # fmt: skip
    result = run("import", "people", file)
    assert "list.xlsx: 2 rows. new 1" in result.stdout
    assert "Row 3, Age: “thirty” is not a number. Write 30." in result.stdout
    assert "answers need somebody today" in result.stdout
    assert "Stored: 1 rows." in result.stdout
