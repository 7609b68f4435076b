"""Whoever tries the demonstration can make every report that there is, in every form that it has."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gipt.actions.report_runs import ReportRequest, export_report
from gipt.demo import run
from gipt.domain.access import OPERATOR
from gipt.domain.research import PackageForm, Terms
from gipt.reports import definition_names, load_definition

NOW = datetime(2026, 12, 15, 9, tzinfo=UTC)
FORMS = [
    (name, form)
    for name in definition_names()
    for form in (tuple(PackageForm) if load_definition(name).research is not None else (None,))
]
Make = Callable[[str, PackageForm | None], Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, template: str) -> Iterator[Make]:
    """Play the demonstration once; gives the function that makes one of its reports."""
    from gipt import create_app
    from gipt.db import db
    from tests.conftest import fresh_database, settings_for

    folder = tmp_path_factory.mktemp("demo-reports")
    with fresh_database(template, folder) as url:
        app = create_app(settings_for(folder, url))
        with app.app_context():
            run.make(folder, now=NOW, seed=1, tell=lambda _text: None)

            def make(report: str, form: PackageForm | None) -> Path:
                target = folder / f"{report}-{form}.xlsx"
                record = ReportRequest(
                    report, date(2026, 1, 1), date(2026, 12, 31), "en", purpose="Trying it out",
                    **({"terms": Terms("MoU 2026/04", "Invented University", form=form)} if form else {}),
                )  # fmt: skip
                quiet: Any = lambda *_: None  # noqa: E731
                export_report(
                    record=record, target=target, by=OPERATOR, now=NOW, clock=lambda: NOW, tell=quiet
                )
                return target

            yield make
            db.session.remove()
            db.engine.dispose()


@pytest.mark.parametrize(("report", "form"), FORMS)
def test_the_demonstration_makes_every_report(make: Make, report: str, form: PackageForm | None) -> None:
    if form is PackageForm.PARQUET:
        pytest.importorskip("pyarrow")
    assert read_file(make(report, form), load_definition(report).format, form) > 0


def read_file(made: Path, form: str, package: PackageForm | None) -> int:
    """Read a whole report with somebody else's reader; gives the number of its rows."""
    if form == "fhir":
        return len(json.loads(made.read_text("utf-8"))["entry"])
    if form == "xlsx" and package is None:
        return sum(sheet.max_row for sheet in openpyxl.load_workbook(made))
    with zipfile.ZipFile(made) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    tables = {name: content for name, content in files.items() if name.endswith(".csv")}
    assert all(content.startswith(b"\xef\xbb\xbf") for content in tables.values())
    rows = [list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) for content in tables.values()]
    if package is PackageForm.PARQUET:
        import pyarrow.parquet

        counts = [
            pyarrow.parquet.read_table(io.BytesIO(content)).num_rows
            for name, content in files.items()
            if name.endswith(".parquet")
        ]
        assert len(counts) == 3
        assert min(counts) > 0
    return sum(map(len, rows))
