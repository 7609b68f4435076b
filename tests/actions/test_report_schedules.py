"""Reports made by themselves: once for each period, as the person who set them up, and only while that one may."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions import report_schedules
from gipt.actions.base import verify_chain
from gipt.actions.report_runs import run_waiting_reports
from gipt.actions.report_schedules import (
    ScheduleRecord,
    add_schedule,
    ask_all_due,
    ask_for,
    end_schedule,
    pause_schedule,
    resume_schedule,
)
from gipt.db import db
from gipt.domain.periods import Period
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound, Unknown
from gipt.models import AuditEvent, Grant, ReportDue, ReportRun, ReportSchedule, Staff
from gipt.queries.report_schedules import find_schedules
from tests.cast import Cast

NOW = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
QUARTERLY = ScheduleRecord("funder-standard", "quarterly", 10, "en")
DUE = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)


def runs() -> list[ReportRun]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(ReportRun).order_by(ReportRun.code)))


def line(cast: Cast, now: datetime = NOW) -> tuple[str, str | None, date | None]:
    (found,) = find_schedules(cast.actor("coordinator"), now.date())
    return found.state, found.problem, found.next_on


def test_each_period_is_asked_for_once_on_its_day(cast: Cast) -> None:
    add_schedule(record=QUARTERLY, by=cast.actor("me"), now=NOW)
    assert line(cast)[2] == date(2026, 4, 10)
    asked = [ask_all_due(NOW + timedelta(days=days)) for days in (0, 7, 8, 8, 9, 60, 97, 98, 99)]
    assert asked == [0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert [(run.from_on, run.to_on) for run in runs()] == [
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 6, 30)),
    ]
    assert {run.by_id for run in runs()} == {cast.staff_id("me")}
    assert [run.site_ids for run in runs()] == [[cast.own]] * 2
    assert verify_chain() is None


def test_what_it_asks_for_is_made_like_any_other(cast: Cast) -> None:
    add_schedule(record=QUARTERLY, by=cast.actor("me"), now=NOW)
    ask_all_due(DUE)
    assert run_waiting_reports(DUE) == 1
    assert runs()[0].state == "done"


def test_the_day_is_the_day_at_the_programmes_place(cast: Cast) -> None:
    add_schedule(record=QUARTERLY, by=cast.actor("me"), now=NOW)
    assert ask_all_due(datetime(2026, 4, 9, 20, 59, tzinfo=UTC)) == 0
    assert ask_all_due(datetime(2026, 4, 9, 21, 0, tzinfo=UTC)) == 1  # midnight in Kampala


def test_what_a_server_missed_is_made_up_for_and_what_lay_before_is_not(cast: Cast) -> None:
    monthly = ScheduleRecord("funder-standard", "monthly", 5, "en")
    add_schedule(record=monthly, by=cast.actor("me"), now=NOW)
    assert ask_all_due(datetime(2026, 7, 20, tzinfo=UTC)) == 4
    assert [run.from_on.month for run in runs()] == [3, 4, 5, 6]


def test_a_pause_is_not_made_up_for(cast: Cast) -> None:
    schedule_id = add_schedule(record=QUARTERLY, by=cast.actor("me"), now=NOW)
    pause_schedule(schedule_id=schedule_id, by=cast.actor("coordinator"), now=NOW)
    assert ask_all_due(DUE) == 0
    resume_schedule(schedule_id=schedule_id, by=cast.actor("coordinator"), now=DUE + timedelta(days=1))
    assert ask_all_due(DUE + timedelta(days=2)) == 0
    assert ask_all_due(DUE + timedelta(days=100)) == 1
    assert runs()[0].by_id == cast.staff_id("coordinator")  # in the name of whoever let it go on


def test_an_ended_one_asks_no_more_and_stays_ended(cast: Cast) -> None:
    schedule_id = add_schedule(record=QUARTERLY, by=cast.actor("me"), now=NOW)
    end_schedule(schedule_id=schedule_id, by=cast.actor("me"), now=NOW)
    assert ask_all_due(DUE) == 0
    for act in (pause_schedule, resume_schedule, end_schedule):
        with pytest.raises(Conflict):
            act(schedule_id=schedule_id, by=cast.actor("me"), now=NOW)


@pytest.mark.parametrize(
    ("loss", "problem"),
    [
        (lambda staff_id: sa.delete(Grant).where(Grant.staff_id == staff_id), "not_allowed"),
        (lambda staff_id: sa.update(Staff).where(Staff.id == staff_id).values(active=False), "not_allowed"),
        (lambda staff_id: sa.update(ReportSchedule).values(report="gone"), "unknown"),
    ],
    ids=["lost the role", "left", "no such report any more"],
)
def test_it_stops_visibly_when_it_may_no_longer_ask(cast: Cast, loss: object, problem: str) -> None:
    add_schedule(record=QUARTERLY, by=cast.actor("me"), now=NOW)
    assert callable(loss)
    db.session.execute(loss(cast.staff_id("me")))
    db.session.commit()
    assert ask_all_due(DUE) == 0
    assert runs() == []
    assert line(cast)[:2] == ("stopped", problem)
    assert (
        db.session.scalar(sa.select(AuditEvent.action).order_by(AuditEvent.n.desc()))
        == "stop_report_schedule"
    )


def test_somebody_who_moved_to_another_site_stops_it_too(cast: Cast) -> None:
    add_schedule(record=QUARTERLY, by=cast.actor("me"), now=NOW)
    db.session.execute(
        sa.update(Grant).where(Grant.staff_id == cast.staff_id("me")).values(site_id=cast.foreign)
    )
    db.session.commit()
    ask_all_due(DUE)
    assert line(cast)[:2] == ("stopped", "not_found")


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (ScheduleRecord("funder-standard", "weekly", 10, "en"), Invalid),
        (ScheduleRecord("funder-standard", "monthly", 0, "en"), Invalid),
        (ScheduleRecord("funder-standard", "monthly", 61, "en"), Invalid),
        (ScheduleRecord("full-data", "monthly", 5, "en"), Invalid),
        (ScheduleRecord("nope", "monthly", 5, "en"), Unknown),
        (ScheduleRecord("funder-standard", "monthly", 5, "tlh"), Unknown),
        (ScheduleRecord("funder-standard", "monthly", 5, "en", ("0" * 32,)), NotFound),
    ],
    ids=["rhythm", "too soon", "too late", "no purpose", "report", "language", "site"],
)
def test_what_does_not_fit_is_refused_when_it_is_set_up(
    cast: Cast, record: ScheduleRecord, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        add_schedule(record=record, by=cast.actor("coordinator"), now=NOW)


def test_only_who_may_have_the_report_may_set_it_up_and_see_it(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add_schedule(record=QUARTERLY, by=cast.actor("supervisor"), now=NOW)
    schedule_id = add_schedule(record=QUARTERLY, by=cast.actor("me"), now=NOW)
    assert find_schedules(cast.actor("coordinator", "foreign"), NOW.date()) == []
    for act in (pause_schedule, resume_schedule, end_schedule):
        with pytest.raises(NotFound):
            act(schedule_id=schedule_id, by=cast.actor("coordinator", "foreign"), now=NOW)


def test_two_servers_ask_once(cast: Cast, app: Flask) -> None:
    schedule_id = add_schedule(record=QUARTERLY, by=cast.actor("me"), now=NOW)
    period, ready, given = Period(date(2026, 1, 1), date(2026, 3, 31)), threading.Barrier(2), []

    def ask() -> None:
        with app.app_context():
            ready.wait()
            given.append(ask_for(schedule_id=schedule_id, period=period, now=DUE))
            db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one is None for one in given) == [False, True]
    assert len(runs()) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportDue)) == 1


def test_a_process_looks_once_a_minute(cast: Cast) -> None:
    report_schedules._asked.clear()
    add_schedule(record=QUARTERLY, by=cast.actor("me"), now=NOW)
    assert report_schedules.ask_due(DUE - timedelta(minutes=1)) == 1
    yearly = ScheduleRecord("funder-standard", "yearly", 60, "en")
    add_schedule(record=yearly, by=cast.actor("me"), now=NOW - timedelta(days=90))
    assert report_schedules.ask_due(DUE - timedelta(seconds=30)) == 0
    assert report_schedules.ask_due(DUE) == 1
    report_schedules._asked.clear()
