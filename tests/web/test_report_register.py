"""The register: every report for good, its figures as printed, two side by side; and the sheet that tells changes."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.report_runs import (
    ReportRequest,
    delete_old_reports,
    download_report,
    file_of,
    request_report,
    run_report,
)
from gipt.db import db
from gipt.domain.problems import Conflict
from gipt.models import Programme, ReportFrozen, ReportRun
from gipt.queries.report_frozen import compare_reports
from tests.cast import Cast, signed_in_client
from tests.world import World, hold_meeting, make_running_group

NOW = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
QUARTER = (date(2025, 12, 1), date(2026, 3, 31))


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_running_group(cast, members=12, first=date(2026, 1, 12))
    hold_meeting(cast, made, 1)
    hold_meeting(cast, made, 2)
    return made


def make(
    cast: Cast,
    report: str = "funder-standard",
    language: str = "en",
    minutes: int = 0,
    months: tuple[date, date] = QUARTER,
    role: str = "coordinator",
    site: str = "own",
) -> str:
    """Ask for a report and make it; gives its run."""
    now = NOW + timedelta(minutes=minutes)
    record = ReportRequest(report, *months, language, purpose="Quarter")
    run_id = request_report(record=record, by=cast.actor(role, site), now=now)
    assert run_report(run_id, now) == "done"
    return run_id


def changes(code: str) -> list[tuple[Any, ...]]:
    """Give the rows of the sheet of changes of a finished report."""
    book = openpyxl.load_workbook(file_of(code))
    lines = [line for line in book.worksheets[-1].values if any(line)]
    head = next(place for place, line in enumerate(lines) if all(line[:7]))
    return [tuple(line[:7]) for line in lines[head + 1 :]]


def client_of(app: Flask, cast: Cast, role: str = "me", site: str = "own") -> FlaskClient:
    return signed_in_client(app, cast.people[(role, site)])


# --- changes since ------------------------------------------------------------------------------------------------


def test_the_first_report_has_none_to_differ_from(cast: Cast, world: World) -> None:
    make(cast)
    assert changes("R-0001") == [
        (
            "In short",
            None,
            None,
            "There is no earlier report about the same days and places.",
            None,
            None,
            None,
        )
    ]


def test_late_data_are_told_whatever_the_language_of_the_earlier_report(cast: Cast, world: World) -> None:
    make(cast, language="ar")
    hold_meeting(cast, world, 3)
    make(cast, minutes=1)
    short, *figures = changes("R-0002")
    assert short[3] == "The rules are the same. Data were entered or corrected since then."
    told = {(row[1], row[2], row[4]): row[5:] for row in figures}
    assert told["Attendance", "3", "Came"] == (0, 12)
    assert told["Attendance", "3", "Expected"] == (0, 12)
    lead = [line[0] for line in openpyxl.load_workbook(file_of("R-0002")).worksheets[-1].values][2]
    assert "R-0001" in str(lead)


def test_the_same_data_say_so_and_have_the_same_checksum(cast: Cast, world: World) -> None:
    runs = [make(cast), make(cast, minutes=1)]
    assert [row[3] for row in changes("R-0002")] == ["Nothing differs: the same rules and the same figures."]
    db.session.rollback()
    assert len({db.session.get_one(ReportRun, one).data_hash for one in runs}) == 1


def test_a_changed_rule_is_named_with_both_values(cast: Cast, world: World) -> None:
    make(cast)
    db.session.execute(sa.update(Programme).values(entry_cutoff=12))
    db.session.commit()
    make(cast, minutes=1)
    rows = changes("R-0002")
    assert ("Rule", None, None, "Entry cut-off", None, 10, 12) in rows
    assert "Rules differ" in rows[0][3]


def test_a_report_that_hides_more_repeats_no_number_of_the_earlier_one(cast: Cast, world: World) -> None:
    make(cast)
    db.session.execute(sa.update(Programme).values(threshold=20))
    db.session.commit()
    make(cast, minutes=1)
    rows = changes("R-0002")
    assert rows[0][3] == "Figures are not compared: this report hides more than the earlier one."
    assert [row for row in rows if row[0] == "Figure"] == []


@pytest.mark.parametrize("other", ["days", "places", "definition"])
def test_other_days_places_and_definitions_are_not_compared(cast: Cast, world: World, other: str) -> None:
    months = (QUARTER[0], date(2026, 2, 28)) if other == "days" else QUARTER
    report = "full-data" if other == "definition" else "funder-standard"
    make(cast, report, months=months, site="foreign" if other == "places" else "own")
    make(cast, minutes=1)
    assert "no earlier report" in changes("R-0002")[0][3]


# --- the register -------------------------------------------------------------------------------------------------


def test_the_register_keeps_what_the_list_of_runs_forgets(app: Flask, cast: Cast, world: World) -> None:
    run_id = make(cast)
    download_report(run_id=run_id, by=cast.actor("me"), now=NOW)
    download_report(run_id=run_id, by=cast.actor("coordinator"), now=NOW)
    delete_old_reports(now=NOW + timedelta(days=31))
    db.session.execute(sa.update(ReportRun).values(created_at=NOW - timedelta(days=800)))
    db.session.commit()
    shown = client_of(app, cast).get("/o/register").text
    text = " ".join(re.sub(r"<[^>]+>", " ", shown).split())
    run = db.session.get_one(ReportRun, run_id)
    assert f"R‑0001 Funder workbook Version {run.definition_version} · Coordinator" in text
    assert f"HILL 15/04/2026, 12:00 {str(run.data_hash)[:12]} 2" in text


def test_a_report_shows_its_figures_as_printed_when_its_file_is_gone(
    app: Flask, cast: Cast, world: World
) -> None:
    run_id = make(cast)
    delete_old_reports(now=NOW + timedelta(days=31))
    shown = client_of(app, cast).get(f"/o/register/{run_id}").text
    row = re.search(r"<tr role=\"row\"><th[^>]*><bdi dir=\"ltr\">I-07</bdi>.*?</tr>", shown)
    assert row
    assert re.findall(r"<bdi>([^<]*)</bdi>", row[0])[:2] == [
        "Attendances",
        "*",
    ]  # hidden then, hidden for good


def test_the_figures_of_a_report_in_another_language_stand_in_that_language(
    app: Flask, cast: Cast, world: World
) -> None:
    run_id = make(cast, language="ar")
    assert '<div lang="ar" dir="rtl">' in client_of(app, cast).get(f"/o/register/{run_id}").text


def test_what_is_frozen_cannot_be_changed(cast: Cast, world: World) -> None:
    make(cast)
    for statement in (sa.update(ReportFrozen).values(role="admin"), sa.delete(ReportFrozen)):
        with pytest.raises(sa.exc.DBAPIError, match="never changed"):
            db.session.execute(statement)
        db.session.rollback()


def test_two_reports_stand_side_by_side_as_printed(app: Flask, cast: Cast, world: World) -> None:
    first = make(cast)
    hold_meeting(cast, world, 3)
    second = make(cast, minutes=1)
    client = client_of(app, cast)
    assert f'<option value="{first}" selected>' in client.get(f"/o/register/{second}").text
    pairs = ((first, second), (second, first))
    shown = [client.get(f"/o/register/{one}/compare?with={other}").text for one, other in pairs]
    texts = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in shown]
    assert texts[0] == texts[1]
    assert "Session number 3 Attendance · 3 Came 0 12" in texts[0]
    sides = compare_reports(cast.actor("me"), first, second)
    printed = [value for one in (first, second) for value in values_of(one)]
    assert all(one.before in printed and one.after in printed for one in sides.figures)


def values_of(run_id: str) -> list[Any]:
    """Give every value that stands in the file of a report, and nothing."""
    code = db.session.get_one(ReportRun, run_id).code
    book = openpyxl.load_workbook(file_of(code))
    return [None, *(value for sheet in book for line in sheet.values for value in line)]


def test_two_kinds_of_report_are_not_compared(app: Flask, cast: Cast, world: World) -> None:
    first, second = make(cast), make(cast, report="full-data", minutes=1)
    assert client_of(app, cast).get(f"/o/register/{first}/compare?with={second}").status_code == 409
    with pytest.raises(Conflict):
        compare_reports(cast.actor("me"), first, second)


def test_a_foreign_report_is_not_listed_not_shown_and_not_compared(
    app: Flask, cast: Cast, world: World
) -> None:
    mine, foreign = make(cast), make(cast, site="foreign", minutes=1)
    client = client_of(app, cast)
    assert "R‑0002" not in client.get("/o/register").text
    assert foreign not in client.get(f"/o/register/{mine}").text
    compared = f"/o/register/{mine}/compare?with="
    for url in (f"/o/register/{foreign}", compared + foreign, compared + "0" * 32):
        assert client.get(url).status_code == 404
