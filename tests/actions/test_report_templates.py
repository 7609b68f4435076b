"""Templates of funders: kept sealed, filled as a report run, and what stays empty is kept with the run."""

from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa

from gipt.actions.base import verify_chain
from gipt.actions.report_runs import ReportRequest, download_report, file_of, request_report, run_report
from gipt.actions.report_templates import (
    add_template,
    change_template,
    choose_cells,
    examine,
    replace_template,
    restore_template,
    retire_template,
)
from gipt.db import db
from gipt.domain.problems import BadFile, Conflict, Invalid, NotAllowed, NotFound
from gipt.models import AuditEvent, ReportRun, ReportTemplate
from gipt.queries.report_frozen import find_report
from gipt.queries.report_runs import find_left, find_runs
from gipt.queries.report_templates import list_templates, read_template
from gipt.reports.template_cells import key_of
from gipt.reports.template_report import PREFIX
from tests.cast import Cast
from tests.reports.plain_template import plain_template
from tests.world import World, hold_meeting, make_running_group

NOW = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
FORM = plain_template(
    {
        "A1": "Attendances",
        "B1": "{{I-07, count}}",
        "A2": "Before",
        "B2": "{{I-07, count, previous}}",
        "C1": None,
    }
)


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_running_group(cast, members=12, first=date(2026, 1, 12))
    hold_meeting(cast, made, 1)
    return made


def keep(cast: Cast, content: bytes = FORM) -> str:
    return add_template(name=" Form of the fund ", content=content, by=cast.actor("me"), now=NOW)


def run(cast: Cast, template_id: str, role: str = "me", first: date = date(2025, 10, 1)) -> str:
    record = ReportRequest(f"{PREFIX}{template_id}", first, date(2026, 3, 31), "en")
    run_id = request_report(record=record, by=cast.actor(role), now=NOW)
    assert run_report(run_id, NOW) == "done"
    return run_id


def test_a_template_is_filled_as_a_report_run_and_can_be_filled_again(cast: Cast, world: World) -> None:
    template_id = keep(cast)
    for number in (1, 2):
        run_id = run(cast, template_id)
        sheet = openpyxl.load_workbook(file_of(f"R-000{number}"))["Form"]
        assert [cell.value for cell in sheet["B"]] == [12, 0]
        assert sheet["B1"].number_format == "0.00"
    assert (
        download_report(run_id=run_id, by=cast.actor("me"), now=NOW) == "template-2025-10-2026-03-R-0002.xlsx"
    )
    registered, frozen = find_report(cast.actor("me"), run_id)
    assert frozen.sheets[0].rows == (
        ("Form!B1", "I-07, numerator", 12),
        ("Form!B2", "I-07, previous, numerator", 0),
    )
    assert (frozen.rules["version"], registered.version) == (1, "1")
    line = find_runs(cast.actor("me"), NOW)[0]
    assert (line.title, line.kind, line.left, line.rows) == ("Form of the fund", "external", 0, 2)
    assert line.compared is not None
    assert line.compared.differences == ()
    assert verify_chain() is None


def test_hidden_cells_stay_empty_and_are_kept_with_the_run(cast: Cast, world: World) -> None:
    content = plain_template(
        {"A1": "{{F5, female}}", "A2": "{{I-06, numerator}} left", "A3": "{{F5, 2027}}", "B1": "{{F5}}"}
    )
    run_id = run(cast, keep(cast, content))
    found = find_left(cast.actor("me"), run_id)
    states = {address: state for _, address, _, state in found.cells}
    assert states["A3"] == "later"
    row = db.session.get_one(ReportRun, run_id)
    assert row.row_counts["hidden_cells"] == sum(state == "hidden" for state in states.values())
    sheet = openpyxl.load_workbook(file_of("R-0001"))["Form"]
    assert all(sheet[address].value is None for address in states)
    with pytest.raises(NotFound):
        find_left(cast.actor("me", "foreign"), run_id)


def test_the_file_is_sealed_at_rest_and_comes_back_as_it_was(cast: Cast) -> None:
    template_id = keep(cast)
    raw = db.session.execute(sa.text("SELECT content FROM report_template")).scalar_one()
    assert b"UEsDB" not in bytes(raw)  # base64 of a zip file begins so
    assert read_template(template_id).content == FORM


def test_cells_can_be_chosen_and_the_choice_taken_back(cast: Cast, world: World) -> None:
    template_id = keep(cast)
    key = key_of("Form", "C1")
    choose_cells(
        template_id=template_id, chosen={key: "{{ i-07 , Session=1; CAME }}"}, by=cast.actor("me"), now=NOW
    )
    assert read_template(template_id).chosen == {key: "I-07, session=01, came"}
    run(cast, template_id)
    assert openpyxl.load_workbook(file_of("R-0001"))["Form"]["C1"].value == 12
    choose_cells(template_id=template_id, chosen={key: " "}, by=cast.actor("me"), now=NOW)
    stored = read_template(template_id)
    assert (stored.chosen, stored.version) == ({}, 3)


def test_a_choice_that_stands_for_nothing_names_its_cell(cast: Cast) -> None:
    template_id = keep(cast)
    with pytest.raises(Invalid) as caught:
        choose_cells(template_id=template_id, chosen={"C1!Form": "I-77"}, by=cast.actor("me"), now=NOW)
    assert caught.value.details["place"] == "C1!Form"
    assert read_template(template_id).chosen == {}


@pytest.mark.parametrize("text", ["{{I-77}}", "{{F5", "nothing asked"])
def test_a_template_with_a_fault_or_without_cells_is_not_asked_for(cast: Cast, text: str) -> None:
    template_id = keep(cast, plain_template({"A1": text}))
    record = ReportRequest(f"{PREFIX}{template_id}", date(2026, 1, 1), date(2026, 3, 31), "en")
    with pytest.raises(Conflict):
        request_report(record=record, by=cast.actor("me"), now=NOW)


def test_a_newer_file_keeps_what_was_chosen(cast: Cast) -> None:
    template_id = keep(cast)
    choose_cells(template_id=template_id, chosen={"C1!Form": "F5"}, by=cast.actor("me"), now=NOW)
    newer = plain_template({"C1": None, "A9": "New line"})
    replace_template(template_id=template_id, content=newer, by=cast.actor("me"), now=NOW)
    stored = read_template(template_id)
    assert (stored.content, stored.chosen, stored.version) == (newer, {"C1!Form": "F5"}, 3)


def test_a_template_that_was_put_away_makes_no_reports_until_it_is_back(cast: Cast, world: World) -> None:
    template_id, by = keep(cast), cast.actor("me")
    retire_template(template_id=template_id, by=by, now=NOW)
    assert list_templates() == []
    with pytest.raises(Conflict):
        run(cast, template_id)
    with pytest.raises(Conflict):
        change_template(template_id=template_id, name="x", definitions=True, by=by, now=NOW)
    restore_template(template_id=template_id, by=by, now=NOW)
    run(cast, template_id)


def test_every_change_is_audited_without_what_stands_in_the_cells(cast: Cast) -> None:
    template_id, by = keep(cast), cast.actor("coordinator")
    choose_cells(template_id=template_id, chosen={"C1!Form": "F5"}, by=by, now=NOW)
    change_template(template_id=template_id, name="Other", definitions=True, by=by, now=NOW)
    events = db.session.scalars(
        sa.select(AuditEvent.action).where(AuditEvent.entity_id == template_id).order_by(AuditEvent.n)
    )
    assert list(events) == ["add_report_template", "choose_template_cells", "change_report_template"]


@pytest.mark.parametrize("role", ["facilitator", "supervisor", "clinical_lead", "translator", "admin"])
def test_only_roles_with_the_permission_may_keep_one(cast: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        add_template(name="Form", content=FORM, by=cast.actor(role), now=NOW)


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_name_is_needed_and_may_not_be_long(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid):
        add_template(name=name, content=FORM, by=cast.actor("me"), now=NOW)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "empty"), (b"PK\x03\x04nothing", "truncated"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_xls")],
)
def test_a_file_that_is_no_workbook_is_refused_by_the_guarded_reader(
    app: object, raw: bytes, reason: str
) -> None:
    with pytest.raises(BadFile) as caught:
        examine(raw, "form.xlsx")
    assert caught.value.details["reason"] == reason


def test_a_file_that_can_run_programs_is_refused(app: object) -> None:
    with pytest.raises(BadFile) as caught:
        examine(FORM, "form.xlsm")
    assert caught.value.details["reason"] == "macro"


def test_a_good_file_passes_and_its_cells_are_known(app: object) -> None:
    look = examine(FORM, "form.xlsx")
    assert [one.address for one in look.spots] == ["B1", "B2"]
    assert [one.address for one in look.empty] == ["C1"]


def test_a_template_that_names_a_member_does_not_leave(cast: Cast, world: World) -> None:
    content = plain_template({"A1": "{{F5}}", "A2": "Contact: Jane Achieng Odhiambo"})
    record = ReportRequest(f"{PREFIX}{keep(cast, content)}", date(2025, 10, 1), date(2026, 3, 31), "en")
    run_id = request_report(record=record, by=cast.actor("me"), now=NOW)
    assert run_report(run_id, NOW) == "failed"
    assert db.session.get_one(ReportRun, run_id).problem == "conflict.report_leaks"
    assert not file_of("R-0001").exists()


def test_what_is_kept_holds_no_personal_data(cast: Cast) -> None:
    keep(cast)
    columns = set(ReportTemplate.__table__.columns.keys())
    assert not columns & {"file_name", "path"}
    assert openpyxl.load_workbook(BytesIO(FORM)).sheetnames == ["Form"]
