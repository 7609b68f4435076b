"""Reports are asked for, made whole or not at all, fetched with a note, and say what froze them."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions import report_runs
from gipt.actions.assessments import Target, record_total
from gipt.actions.base import verify_chain
from gipt.actions.enrolments import leave
from gipt.actions.report_runs import (
    ReportRequest,
    cancel_report,
    delete_old_reports,
    delete_report,
    download_report,
    export_report,
    file_of,
    request_report,
    run_report,
    run_waiting_reports,
)
from gipt.db import db
from gipt.domain.access import OPERATOR, Actor, Granted, Role
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound, Unknown
from gipt.models import AuditEvent, Member, ReportRun
from gipt.queries.report_runs import find_runs
from tests.cast import Cast
from tests.world import World, hold_meeting, make_running_group

FIRST = date(2026, 1, 12)
NOW = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
FUNDER = ReportRequest("funder-standard", date(2025, 12, 1), date(2026, 3, 31), "en")
FULL = ReportRequest("full-data", date(2025, 12, 1), date(2026, 3, 31), "en", purpose="Check of the quarter")


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_running_group(cast, members=3, first=FIRST)
    hold_meeting(cast, made, 1)
    hold_meeting(cast, made, 2, ["present", "absent_told", "late"])
    return made


def ask(by: Actor, record: ReportRequest = FUNDER, now: datetime = NOW) -> str:
    return request_report(record=record, by=by, now=now)


def row(run_id: str) -> ReportRun:
    db.session.rollback()
    return db.session.get_one(ReportRun, run_id)


def audited(entity_id: str) -> list[str]:
    return list(
        db.session.scalars(
            sa.select(AuditEvent.action).where(AuditEvent.entity_id == entity_id).order_by(AuditEvent.n)
        )
    )


# --- asking -------------------------------------------------------------------------------------------------------


def test_a_report_without_chosen_sites_is_about_the_sites_of_the_person(cast: Cast) -> None:
    run = row(ask(cast.actor("me")))
    assert run.site_ids == [cast.own]
    assert (run.state, run.code, run.kind) == ("queued", "R-0001", "external")


def test_a_foreign_site_answers_as_one_that_does_not_exist(cast: Cast) -> None:
    for site_id in (cast.foreign, "0" * 32):
        record = ReportRequest(
            FUNDER.report, FUNDER.from_on, FUNDER.to_on, "en", site_ids=(cast.own, site_id)
        )
        with pytest.raises(NotFound) as caught:
            ask(cast.actor("me"), record)
        assert caught.value.details == {"kind": "site"}


@pytest.mark.parametrize(
    ("record", "fault", "details"),
    [
        (ReportRequest("nope", FUNDER.from_on, FUNDER.to_on, "en"), Unknown, {"kind": "report", "name": "nope"}),
        (ReportRequest(FUNDER.report, date(2026, 1, 2), date(2026, 1, 31), "en"), Invalid, {"reason": "whole_months"}),
        (ReportRequest(FUNDER.report, date(2026, 2, 1), date(2026, 1, 31), "en"), Invalid, {"reason": "before_from"}),
        (ReportRequest("full-data", FUNDER.from_on, FUNDER.to_on, "en"), Invalid, {"field": "purpose"}),
        (ReportRequest("funder-standard", FUNDER.from_on, FUNDER.to_on, "tlh"), Unknown, {"kind": "language"}),
    ],
    ids=["no such report", "half a month", "backwards", "no purpose", "no such language"],
)  # fmt: skip
def test_a_request_that_does_not_fit_is_refused(
    cast: Cast, record: ReportRequest, fault: type[Exception], details: dict[str, object]
) -> None:
    with pytest.raises(fault) as caught:
        ask(cast.actor("coordinator"), record)
    found = caught.value.details  # type: ignore[attr-defined]
    assert {name: found.get(name) for name in details} == details
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportRun)) == 0


@pytest.mark.parametrize("role", ["facilitator", "supervisor", "clinical_lead", "translator", "admin"])
def test_only_roles_with_the_permission_may_ask(cast: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        ask(cast.actor(role))


def test_two_submits_of_one_form_make_one_run(cast: Cast) -> None:
    first = request_report(record=FUNDER, by=cast.actor("me"), now=NOW, op="a" * 32)
    again = request_report(record=FUNDER, by=cast.actor("me"), now=NOW, op="a" * 32)
    assert first == again
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportRun)) == 1


# --- making -------------------------------------------------------------------------------------------------------


def test_a_finished_report_has_its_file_its_hashes_and_its_events(cast: Cast, world: World) -> None:
    run_id = ask(cast.actor("me"))
    assert run_report(run_id, NOW) == "done"
    run, path = row(run_id), file_of("R-0001")
    assert run.file_hash == hashlib.sha256(path.read_bytes()).hexdigest()
    assert run.file_bytes == path.stat().st_size
    assert run.data_hash is not None
    assert len(run.data_hash) == 64
    assert run.cut_off_at == NOW
    assert set(run.row_counts["sheets"]) >= {"indicators", "disaggregation", "attendance"}
    assert run.row_counts["figures"]["F5"] == ["<10", None]  # three people were enrolled
    assert audited(run_id) == ["request_report", "start_report", "finish_report"]
    assert verify_chain() is None
    assert path.stat().st_mode & 0o077 == 0


def test_the_external_workbook_holds_no_name_no_code_and_no_group(cast: Cast, world: World) -> None:
    run_id = ask(cast.actor("me"))
    run_report(run_id, NOW)
    text = all_text(file_of("R-0001"))
    for name, code in db.session.execute(sa.select(Member.name, Member.code)):
        assert name not in text
        assert code not in text
    assert "Hill group" not in text


def all_text(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return "\n".join(
        str(cell) for sheet in book for line in sheet.values for cell in line if cell is not None
    )


def name_somebody(world: World) -> None:
    """Give a member the name of the programme, the one text of people that an external workbook prints."""
    member = sa.update(Member).where(Member.id == world.member_ids[0])
    db.session.execute(member.values(name="Hope Circles"))
    db.session.commit()


def test_a_workbook_that_would_name_somebody_is_not_kept(cast: Cast, world: World) -> None:
    name_somebody(world)
    run_id = ask(cast.actor("me"))
    assert run_report(run_id, NOW) == "failed"
    assert row(run_id).problem == "conflict.report_leaks"
    assert list(file_of("R-0001").parent.iterdir()) == []


def test_the_full_data_has_one_row_per_enrolment_session_and_measurement(cast: Cast, world: World) -> None:
    target = Target(world.member_ids[0], "phq9", "pre_group", FIRST, enrolment_id=world.enrolment_ids[0])
    record_total(target=target, text="17", scale=None, by=OPERATOR, now=NOW)
    run_id = ask(cast.actor("coordinator"), FULL)
    assert run_report(run_id, NOW) == "done"
    rows = row(run_id).row_counts["sheets"]
    assert (rows["members"], rows["sessions"], rows["outcomes"]) == (3, 24, 1)
    book = openpyxl.load_workbook(file_of("R-0001"))
    members = table(book, 0)
    assert [(one["sessions_expected"], one["attended"], one["baseline"]) for one in members] == [
        (2, 2, 17),
        (2, 1, None),
        (2, 2, None),
    ]
    sessions = table(book, 1)
    assert [one["attendance"] for one in sessions[:3]] == ["present", "present", None]
    assert isinstance(sessions[0]["held_on"], datetime)  # a real date, which openpyxl gives as a moment
    assert sessions[0]["held_on"].date() == date(2026, 1, 12)
    assert sessions[2]["is_expected"] == 0  # not held
    assert table(book, 2)[0]["totals_only"] == 1


def table(book: openpyxl.Workbook, number: int) -> list[dict[str, object]]:
    """Give a sheet of the full data as rows by column code."""
    from gipt.reports.build_full import MEMBER_COLUMNS, OUTCOME_COLUMNS, SESSION_COLUMNS

    codes = [code for code, _ in (MEMBER_COLUMNS, SESSION_COLUMNS, OUTCOME_COLUMNS)[number]]
    lines = list(book.worksheets[number].values)
    head = next(place for place, line in enumerate(lines) if all(line[: len(codes)]))
    return [dict(zip(codes, line, strict=False)) for line in lines[head + 1 :]]


def test_who_withdrew_consent_has_no_row_and_stays_in_the_counts(cast: Cast, world: World) -> None:
    leave(
        enrolment_id=world.enrolment_ids[1],
        exit_type="withdrew_consent",
        on_date=date(2026, 1, 20),
        by=cast.actor("coordinator"),
        now=datetime(2026, 1, 20, 9, tzinfo=UTC),
    )
    run_id = ask(cast.actor("coordinator"), FULL)
    run_report(run_id, NOW)
    counts = row(run_id).row_counts
    assert (counts["sheets"]["members"], counts["sheets"]["sessions"]) == (2, 16)
    assert counts["figures"]["F5"] == [3, None]
    code = db.session.scalar(sa.select(Member.code).where(Member.id == world.member_ids[1]))
    assert str(code) not in all_text(file_of("R-0001"))


def test_the_same_data_give_the_same_hash_and_other_data_another(cast: Cast, world: World) -> None:
    hashes = []
    for number in range(3):
        if number == 2:
            hold_meeting(cast, world, 3)
        run_id = ask(cast.actor("coordinator"), FULL)
        run_report(run_id, NOW)
        hashes.append(row(run_id).data_hash)
    assert hashes[0] == hashes[1] != hashes[2]
    newest = find_runs(cast.actor("coordinator"), NOW)[0]
    assert newest.compared is not None
    assert newest.compared.earlier == "R-0002"
    changed = {one.code: (one.before, one.after) for one in newest.compared.differences}
    assert changed["I-07"] == ((5, 6), (8, 9))  # attendances of those expected: three more came


def test_the_report_speaks_its_own_language(cast: Cast, world: World) -> None:
    record = ReportRequest(FUNDER.report, FUNDER.from_on, FUNDER.to_on, "ar")
    run_id = ask(cast.actor("me"), record)
    assert run_report(run_id, NOW) == "done"
    assert all(sheet.sheet_view.rightToLeft for sheet in openpyxl.load_workbook(file_of("R-0001")))


# --- failing and stopping -----------------------------------------------------------------------------------------


@pytest.fixture
def broken(world: World) -> None:
    """Take away a table that every report reads, as a damaged database would."""
    db.session.execute(sa.text("ALTER TABLE referral RENAME TO referral_lost"))
    db.session.commit()


@pytest.mark.usefixtures("broken")
def test_a_broken_run_is_tried_three_times_and_leaves_nothing(cast: Cast) -> None:
    run_id = ask(cast.actor("me"))
    states = []
    for number in range(3):
        run_waiting_reports(NOW + timedelta(minutes=5 * number))
        states.append((row(run_id).state, row(run_id).tries))
    assert states == [("queued", 1), ("queued", 2), ("failed", 3)]
    assert row(run_id).problem == "broken"
    assert list(file_of("R-0001").parent.iterdir()) == []
    with pytest.raises(Conflict) as caught:
        download_report(run_id=run_id, by=cast.actor("me"), now=NOW)
    assert caught.value.details["reason"] == "report_not_done"


@pytest.mark.usefixtures("broken")
def test_a_pause_lies_between_two_tries(cast: Cast) -> None:
    run_id = ask(cast.actor("me"))
    run_waiting_reports(NOW)
    run_waiting_reports(NOW + timedelta(seconds=29))
    assert row(run_id).tries == 1


def test_a_run_whose_maker_died_is_taken_up_when_its_lease_is_over(cast: Cast, world: World) -> None:
    run_id = ask(cast.actor("me"))
    report_runs.claim(run_id=run_id, now=NOW)
    assert run_waiting_reports(NOW + timedelta(minutes=1)) == 0
    assert run_waiting_reports(NOW + timedelta(minutes=2)) == 1
    assert (row(run_id).state, row(run_id).tries) == ("done", 2)


def test_a_run_whose_makers_died_three_times_fails(cast: Cast) -> None:
    run_id = ask(cast.actor("me"))
    for number in range(3):
        report_runs.claim(run_id=run_id, now=NOW + timedelta(minutes=3 * number))
    run_waiting_reports(NOW + timedelta(minutes=30))
    assert (row(run_id).state, row(run_id).problem) == ("failed", "gave_up")


def test_a_run_that_is_being_made_is_not_made_twice(cast: Cast) -> None:
    run_id = ask(cast.actor("me"))
    report_runs.claim(run_id=run_id, now=NOW)
    with pytest.raises(Conflict):
        report_runs.claim(run_id=run_id, now=NOW)


def test_a_stopped_run_stops_at_its_next_beat_and_offers_nothing(cast: Cast, world: World) -> None:
    run_id = ask(cast.actor("me"))
    tries = report_runs.claim(run_id=run_id, now=NOW)
    tell = report_runs.teller(run_id, tries, lambda: NOW)
    tell("reading", 5)
    cancel_report(run_id=run_id, by=cast.actor("coordinator"), now=NOW)
    with pytest.raises(report_runs.Stopped):
        tell("writing", 40)
    assert row(run_id).state == "cancelled"


def test_a_run_takes_ten_minutes_at_most(cast: Cast) -> None:
    run_id = ask(cast.actor("me"))
    tries = report_runs.claim(run_id=run_id, now=NOW)
    moments = iter([NOW, NOW + timedelta(minutes=11)])
    tell = report_runs.teller(run_id, tries, lambda: next(moments))
    with pytest.raises(Conflict) as caught:
        tell("writing", 50)
    assert caught.value.details["reason"] == "report_too_long"


def test_a_finished_run_cannot_be_stopped(cast: Cast, world: World) -> None:
    run_id = ask(cast.actor("me"))
    run_report(run_id, NOW)
    with pytest.raises(Conflict):
        cancel_report(run_id=run_id, by=cast.actor("me"), now=NOW)


# --- fetching and deleting ----------------------------------------------------------------------------------------


def test_fetching_is_audited_and_the_name_tells_no_place(cast: Cast, world: World) -> None:
    run_id = ask(cast.actor("me"))
    run_report(run_id, NOW)
    name = download_report(run_id=run_id, by=cast.actor("coordinator"), now=NOW)
    assert name == "funder-standard-2025-12-2026-03-R-0001.xlsx"
    assert audited(run_id)[-1] == "download_report"


def test_a_run_about_another_site_does_not_exist(cast: Cast, world: World) -> None:
    everywhere = Actor(cast.staff_id("me"), frozenset({Granted(Role.ME, None)}))
    run_id = ask(everywhere)
    run_report(run_id, NOW)
    for act in (download_report, cancel_report, delete_report):
        with pytest.raises(NotFound):
            act(run_id=run_id, by=cast.actor("me"), now=NOW)
    assert find_runs(cast.actor("me"), NOW) == []
    assert [one.code for one in find_runs(everywhere, NOW)] == ["R-0001"]


def test_files_go_after_thirty_days_and_the_hashes_stay(cast: Cast, world: World) -> None:
    run_id = ask(cast.actor("me"))
    run_report(run_id, NOW)
    assert delete_old_reports(now=NOW + timedelta(days=30)) == 0
    assert delete_old_reports(now=NOW + timedelta(days=31)) == 1
    assert not file_of("R-0001").exists()
    assert row(run_id).file_hash is not None
    with pytest.raises(Conflict) as caught:
        download_report(run_id=run_id, by=cast.actor("me"), now=NOW)
    assert caught.value.details["reason"] == "report_gone"


def test_a_file_can_be_deleted_before(cast: Cast, world: World) -> None:
    run_id = ask(cast.actor("me"))
    run_report(run_id, NOW)
    delete_report(run_id=run_id, by=cast.actor("me"), now=NOW)
    assert not file_of("R-0001").exists()
    assert find_runs(cast.actor("me"), NOW)[0].can_fetch is False


# --- the command line and the worker ------------------------------------------------------------------------------


def test_an_export_replaces_a_file_only_by_a_whole_one(cast: Cast, world: World, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "report.xlsx"
    target.write_bytes(b"the last report")
    name_somebody(world)
    with pytest.raises(Conflict):
        export(target)
    assert target.read_bytes() == b"the last report"
    assert [path.name for path in folder.iterdir()] == ["report.xlsx"]
    assert db.session.scalars(sa.select(ReportRun)).one().state == "failed"


def export(target: Path) -> report_runs.Made:
    _, made = export_report(
        record=FUNDER, target=target, by=OPERATOR, now=NOW, clock=lambda: NOW, tell=lambda stage, done: None
    )
    return made


def test_an_export_stands_in_the_history_without_a_file_to_fetch(
    cast: Cast, world: World, tmp_path: Path
) -> None:
    made = export(tmp_path / "report.xlsx")
    assert made.file_sha256 == hashlib.sha256((tmp_path / "report.xlsx").read_bytes()).hexdigest()
    assert made.hidden_cells > 0
    run = db.session.scalars(sa.select(ReportRun)).one()
    assert (run.state, run.data_hash) == ("done", made.data_sha256)
    assert sorted(run.site_ids) == sorted([cast.own, cast.foreign])


def test_a_worker_makes_what_waits_in_a_thread_of_its_own(cast: Cast, app: Flask) -> None:
    # Where workers of a queue may take it first, it waits a minute for them.
    run_id = ask(cast.actor("me"), now=datetime.now(UTC) - report_runs.PATIENCE)
    assert report_runs.start_waiting(datetime.now(UTC)) is True
    assert report_runs._at_work.acquire(timeout=30)
    report_runs._at_work.release()
    assert row(run_id).state == "done"
    assert report_runs.start_waiting(datetime.now(UTC)) is False
