"""The check without sign-in: unchanged after another program saved the file, changed by one digit, else not ours."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from gipt.actions.report_runs import ReportRequest, file_of, request_report, run_report
from gipt.db import db
from gipt.domain.problems import TooManyTries
from gipt.models import AuditEvent, ReportRun
from gipt.web import verify
from tests.cast import Cast
from tests.world import hold_meeting, make_running_group

NOW = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
UNCHANGED, CHANGED, NOT_OURS = "Unchanged since it was made", "Changed since it was made", "Not one of ours"


@pytest.fixture(autouse=True)
def _fresh_pace() -> Iterator[None]:
    verify.PACE.forget()
    yield
    verify.PACE.forget()


@pytest.fixture
def app(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def make(cast: Cast, language: str = "en", report: str = "funder-standard") -> Path:
    """Make a report with some figures in it and give its file."""
    world = make_running_group(cast, members=12, first=date(2026, 1, 12))
    hold_meeting(cast, world, 1)
    hold_meeting(cast, world, 2, ["present"] * 11 + ["absent_told"])
    record = ReportRequest(report, date(2025, 12, 1), date(2026, 3, 31), language, purpose="Quarter")
    run_id = request_report(record=record, by=cast.actor("coordinator"), now=NOW)
    assert run_report(run_id, NOW) == "done"
    return file_of(db.session.get_one(ReportRun, run_id).code)


def send(app: Flask, content: bytes, name: str = "what-a-funder-has.xlsx") -> TestResponse:
    return app.test_client().post("/verify", data={"file": (BytesIO(content), name)})


def saved_again(path: Path, change: object = None) -> bytes:
    """Load and save with openpyxl, as Excel would: every part of the package is written anew."""
    book = openpyxl.load_workbook(path)
    if callable(change):
        change(book)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def saved_by_office(paths: list[Path], folder: Path) -> list[bytes]:
    """Let LibreOffice open each file and save it; it starts once, which is what takes long."""
    assert OFFICE is not None
    subprocess.run(
        [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), *map(str, paths)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return [(folder / path.name).read_bytes() for path in paths]


def checksum() -> str:
    db.session.rollback()
    return str(db.session.scalar(sa.select(ReportRun.data_hash)))


def test_the_file_as_it_was_made_is_unchanged_and_nothing_is_stored(app: Flask, cast: Cast) -> None:
    path = make(cast)
    before = db.session.scalar(sa.select(sa.func.max(AuditEvent.n)))
    answer = send(app, path.read_bytes())
    assert answer.status_code == 200
    assert UNCHANGED in answer.text
    assert "R-0001" in answer.text
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.max(AuditEvent.n))) == before
    assert [one.name for one in path.parent.iterdir()] == ["R-0001.xlsx"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_saved_again_it_is_unchanged(app: Flask, cast: Cast, language: str) -> None:
    path = make(cast, language)
    again = saved_again(path)
    assert again != path.read_bytes()
    assert UNCHANGED in send(app, again).text


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_saved_again_by_libreoffice_it_is_unchanged_and_one_digit_is_still_found(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    english = make(cast)
    record = ReportRequest("funder-standard", date(2025, 12, 1), date(2026, 3, 31), "ar")
    run_report(request_report(record=record, by=cast.actor("coordinator"), now=NOW), NOW)
    altered, folder = tmp_path / "altered.xlsx", tmp_path / "office"
    altered.write_bytes(saved_again(english, raise_one_figure))
    folder.mkdir()
    saved = saved_by_office([english, file_of("R-0002"), altered], folder)
    assert saved[0] != english.read_bytes()
    said = [re.search("Unchanged since|Changed since|Not one", send(app, one).text) for one in saved]
    assert [found and found[0] for found in said] == ["Unchanged since", "Unchanged since", "Changed since"]


def raise_one_figure(book: openpyxl.Workbook) -> str:
    """Add one to the first whole number of the second sheet of figures; give its address."""
    sheet = book.worksheets[2]
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, int):
                cell.value += 1
                return f"{cell.coordinate}"
    raise AssertionError("no number")


def test_one_altered_digit_is_named_with_its_sheet_and_cell(app: Flask, cast: Cast) -> None:
    path = make(cast)
    places: list[str] = []
    answer = send(app, saved_again(path, lambda book: places.append(raise_one_figure(book))))
    assert CHANGED in answer.text
    assert re.findall(r"Sheet (\w+), cell (\w+)", answer.text) == [("Indicators", places[0])]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda book: book.worksheets[0].cell(5, 2, "Another programme"), r"Sheet Cover, cell B5"),
        (lambda book: book.remove(book.worksheets[4]), r"The sheet \w+ is missing"),
        (lambda book: book.create_sheet("Our notes").append(["x"]), r"The sheet Our notes was added"),
        (lambda book: book.worksheets[2].cell(90, 9, "=1+1"), r"It holds formulas"),
    ],
    ids=["cover", "sheet taken out", "sheet put in", "formula"],
)
def test_other_changes_are_named(app: Flask, cast: Cast, change: object, said: str) -> None:
    answer = send(app, saved_again(make(cast), change))
    assert CHANGED in answer.text
    assert re.search(said, answer.text)


def test_who_does_not_hold_the_checksum_learns_nothing(app: Flask, cast: Cast) -> None:
    path = make(cast)

    def forge(book: openpyxl.Workbook) -> None:
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                if cell.value == checksum():
                    cell.value = "0" * 64

    answer = send(app, saved_again(path, forge))
    assert NOT_OURS in answer.text
    assert "R-0001" not in answer.text
    unknown, wrong = (
        app.test_client().post("/verify", data={"code": code, "checksum": "0" * 64}).text
        for code in ("R-0999", "R-0001")
    )
    assert unknown.replace("R-0999", "") == wrong.replace("R-0001", "")


def test_an_internal_workbook_is_never_known_here(app: Flask, cast: Cast) -> None:
    path = make(cast, report="full-data")
    assert NOT_OURS in send(app, path.read_bytes()).text
    assert NOT_OURS in app.test_client().post("/verify", data={"code": "R-0001", "checksum": checksum()}).text


@pytest.mark.parametrize("code", ["R-0001", "r-0001", "1", "R-٠٠٠١"])
def test_number_and_checksum_belong_together_however_they_are_typed(
    app: Flask, cast: Cast, code: str
) -> None:
    make(cast)
    spaced = " ".join(re.findall("." * 8, checksum())).upper()
    answer = app.test_client().post("/verify", data={"code": code, "checksum": spaced})
    assert "Number and checksum belong together" in answer.text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "file"),
        ({"code": "R-0001"}, "checksum"),
        ({"checksum": "ab"}, "code"),
        ({"file": (BytesIO(b"PK\x03\x04 no zip"), "x.xlsx")}, "file"),
        ({"file": (BytesIO(b"a,b\n1,2\n"), "x.csv")}, "file"),
    ],
    ids=["nothing", "no checksum", "no number", "no workbook", "a list"],
)
def test_what_cannot_be_checked_is_said_beside_its_field(
    app: Flask, data: dict[str, object], field: str
) -> None:
    answer = app.test_client().post("/verify", data=data)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error"', answer.text)
    assert all(str(value) in answer.text for value in data.values() if isinstance(value, str))


def test_a_number_in_a_file_name_or_title_is_never_echoed(app: Flask, cast: Cast) -> None:
    answer = send(app, make(cast).read_bytes(), "amina-of-hill.xlsx")
    assert "amina" not in answer.text


def test_who_asks_too_often_waits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    answers = [client.post("/verify", data={"code": "1", "checksum": "ab"}).status_code for _ in range(21)]
    assert set(answers[:20]) == {200}
    assert answers[20] == 429
    assert client.get("/verify").status_code == 200


def test_the_pace_lets_others_through_and_begins_again() -> None:
    pace = verify.Pace(most=2, most_of_all=3, seconds=60)
    for moment, address in ((0, "a"), (1, "a"), (2, "b")):
        pace.take(address, now=moment)
    with pytest.raises(TooManyTries) as caught:
        pace.take("c", now=3)  # all together
    assert caught.value.details["seconds"] > 0
    pace.take("c", now=61)
