"""Every workbook opened by programs that are not ours: rules of the format, calamine, LibreOffice; all agree."""

import csv
import io
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gipt.reports import write_xlsx
from gipt.reports.template_fill import fill_package
from tests.reports.ooxml import problems
from tests.reports.rich_template import rich_template
from tests.reports.test_definitions_built import NAMES, TARGET, facts, made

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(
    OFFICE is None and os.environ.get("GIPT_REQUIRE_OFFICE") != "1",
    reason="LibreOffice is missing: apt install --no-install-recommends libreoffice-calc-nogui",
)
FILES = (*NAMES, "arabic")
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
"""Every sheet a file, numbers as they are and not as they are shown."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write one small workbook for each definition, and one from right to left."""
    path = tmp_path_factory.mktemp("workbooks")
    found = replace(facts(), targets=(TARGET,))
    for name in NAMES:
        write_xlsx(made(name, found), path / f"{name}.xlsx")
    write_xlsx(made("funder-standard", found, "ar"), path / "arabic.xlsx")
    return path


@pytest.fixture(scope="module")
def saved(folder: Path) -> Path:
    """Have LibreOffice save all of them again in one call, and one of them as text."""
    out = folder / "saved"
    convert("xlsx:Calc MS Excel 2007 XML", out, [folder / f"{name}.xlsx" for name in FILES])
    convert(AS_CSV, out, [folder / "funder-standard.xlsx"])
    return out


def convert(kind: str, out: Path, files: list[Path]) -> None:
    assert OFFICE is not None, "GIPT_REQUIRE_OFFICE is set and LibreOffice is missing"
    profile = f"-env:UserInstallation=file://{out.parent}/profile"
    done = subprocess.run(
        [OFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(out), *map(str, files)],
        check=True, capture_output=True, timeout=240, text=True,
    )  # fmt: skip
    # That no Java is there is said on standard error whatever is opened.
    said = [line for line in f"{done.stdout}\n{done.stderr}".splitlines() if "javaldx" not in line]
    assert all(re.match(r"convert |Writing sheet |Overwriting: |$", line.strip()) for line in said), said


def cells(content: bytes | Path) -> dict[str, list[list[Any]]]:
    """Give the values of every sheet by openpyxl, without empty cells at the end of a row."""
    book = openpyxl.load_workbook(content if isinstance(content, Path) else io.BytesIO(content))
    return {sheet.title: trimmed([list(row) for row in sheet.iter_rows(values_only=True)]) for sheet in book}


def trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Drop empty cells after the last value of each row, and empty rows after the last one."""
    for row in rows:
        while row and row[-1] in (None, ""):
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def same(one: Any, other: Any) -> bool:
    """Say whether two programs read one cell alike: numbers are numbers, days are days, text is text."""
    if isinstance(one, datetime):
        one = one.date() if one.time() == datetime.min.time() else one
    if isinstance(other, datetime):
        other = other.date() if other.time() == datetime.min.time() else other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) < 1e-9
    return (one or None) == (other or None) and isinstance(one, date) == isinstance(other, date)


def differences(here: list[list[Any]], there: list[list[Any]]) -> list[tuple[int, int, Any, Any]]:
    width = max(map(len, [*here, *there]), default=0)
    return [
        (row, column, first, second)
        for row in range(max(len(here), len(there)))
        for column in range(width)
        if not same(first := value(here, row, column), second := value(there, row, column))
    ]


def value(rows: list[list[Any]], row: int, column: int) -> Any:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


@pytest.mark.parametrize("name", FILES)
def test_the_package_keeps_the_rules_of_the_format(folder: Path, name: str) -> None:
    assert problems((folder / f"{name}.xlsx").read_bytes()) == []


@pytest.mark.parametrize(
    ("part", "before", "after", "told"),
    [
        ("xl/tables/table1.xml", b'displayName="t_', b'displayName="1 ', "name"),
        ("xl/workbook.xml", b'sheetId="2"', b'sheetId="1"', "share a name or number"),
        ("xl/worksheets/sheet1.xml", b'r="A2"', b'r="B9"', "out of order"),
        ("xl/worksheets/sheet1.xml", b"<pageSetup", b"<mergeCells/><pageSetup", "mergeCells"),
        ("[Content_Types].xml", b"/xl/styles.xml", b"/xl/stylez.xml", "a type for no part"),
    ],
)  # fmt: skip
def test_a_broken_package_is_told_apart(
    folder: Path, part: str, before: bytes, after: bytes, told: str
) -> None:
    broken = io.BytesIO()
    with (
        zipfile.ZipFile(
            folder / "cycle-summary.xlsx" if "sheetId" not in before.decode() else folder / "arabic.xlsx"
        ) as source,
        zipfile.ZipFile(broken, "w") as target,
    ):
        for info in source.infolist():
            content = source.read(info)
            if info.filename == part:
                assert before in content
                content = content.replace(before, after)
            target.writestr(info.filename, content)
    assert any(told in one for one in problems(broken.getvalue()))


@pytest.mark.parametrize("name", FILES)
def test_an_independent_reader_sees_every_value_as_it_was_meant(folder: Path, name: str) -> None:
    if os.environ.get("GIPT_REQUIRE_CHECK") == "1":
        import python_calamine as calamine
    else:
        calamine = pytest.importorskip("python_calamine", reason="pip install '.[check]'")
    book = calamine.CalamineWorkbook.from_path(str(folder / f"{name}.xlsx"))
    ours = cells(folder / f"{name}.xlsx")
    assert book.sheet_names == list(ours)
    for title, rows in ours.items():
        read = trimmed([list(row) for row in book.get_sheet_by_name(title).to_python(skip_empty_area=False)])
        assert differences(rows, read) == [], title


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_libreoffice_opens_it_without_a_word_and_keeps_every_figure(
    saved: Path, folder: Path, name: str
) -> None:
    here, there = cells(folder / f"{name}.xlsx"), cells(saved / f"{name}.xlsx")
    assert list(here) == list(there)
    for title, rows in here.items():
        assert differences(rows, there[title]) == [], title
    ours, theirs = (openpyxl.load_workbook(path / f"{name}.xlsx") for path in (folder, saved))
    for one, other in zip(ours, theirs, strict=True):
        assert one.sheet_view.rightToLeft == bool(other.sheet_view.rightToLeft)
        assert len(one._charts) == len(other._charts)


@needs_office
@pytest.mark.slow
def test_as_text_every_sheet_says_the_same(saved: Path, folder: Path) -> None:
    for title, rows in cells(folder / "funder-standard.xlsx").items():
        with (saved / f"funder-standard-{title}.csv").open(encoding="utf-8", newline="") as stream:
            lines = trimmed([list(row) for row in csv.reader(stream)])
        assert len(lines) == len(rows)
        for row, line in zip(rows, lines, strict=True):
            for place, cell in enumerate(row):
                text = value([line], 0, place) or ""
                if isinstance(cell, (int, float)):
                    shown = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
                    assert shown == pytest.approx(cell, abs=1e-9)
                elif not isinstance(cell, datetime):
                    assert text == (cell or "")


@needs_office
@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_a_filled_template_opens_in_libreoffice_and_its_formulas_count_what_was_filled(
    tmp_path: Path,
) -> None:
    values: dict[tuple[str, str], float | int | str | None] = {
        ("Indicators", "B2"): "from 1 July to 30 September",
        ("Indicators", "B5"): 41,
        ("Indicators", "C5"): 30,
        ("Indicators", "D5"): 0.47,
        ("Indicators", "B7"): 12,
    }
    empty = rich_template({"B5": "{{F5, sex=female}}", "C5": "{{F5, sex=male}}", "D5": "{{I-05}}"})
    (tmp_path / "filled.xlsx").write_bytes(fill_package(empty, values))
    convert("xlsx:Calc MS Excel 2007 XML", tmp_path / "saved", [tmp_path / "filled.xlsx"])
    book = openpyxl.load_workbook(tmp_path / "saved" / "filled.xlsx", data_only=True)
    for (sheet, address), value in values.items():
        assert book[sheet][address].value == value
    assert book["Indicators"]["B9"].value == 41 + 12
    assert [book["Totals"][one].value for one in ("B1", "B3", "B4")] == [71, 142, 41]
    assert book["Indicators"].protection.sheet
    assert [str(one) for one in book["Indicators"].merged_cells.ranges] == ["A1:D1"]
