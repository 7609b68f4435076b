"""Reports that are made by themselves for every period: setting one up, pausing it, ending it, asking when it is due.

A schedule asks as the person who set it up. It stops, and its line says why, when that person may no longer have the
report; nobody else's rights are ever used.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gipt.actions.base import action, audit, take_turns
from gipt.actions.report_files import find_definition
from gipt.actions.report_requests import MAKER, NEEDED, ReportRequest, check_request, request_report
from gipt.db import db, new_id
from gipt.domain.access import Actor, Granted, Role, sites_for
from gipt.domain.periods import Period
from gipt.domain.problems import Conflict, Invalid, NotFound, Problem
from gipt.domain.report_rhythm import LEAST_DAYS, MOST_DAYS, Rhythm, due_periods, period_before
from gipt.models import Grant, Programme, ReportDue, ReportSchedule, Staff
from gipt.reports.definition import ReportKind

_asked: dict[str, datetime] = {}
"""When this process last looked, so that it looks once a minute and not in every round."""


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """What to make and when: `days` after each period ends; no sites means all that the person may see now."""

    report: str
    rhythm: str
    days: int
    language: str
    site_ids: tuple[str, ...] = ()
    purpose: str | None = None


def today_here(now: datetime) -> date:
    """Give the date at the programme's place."""
    zone = db.session.scalar(sa.select(Programme.time_zone)) or "UTC"
    return now.astimezone(ZoneInfo(zone)).date()


@action("add_report_schedule")
def add_schedule(*, record: ScheduleRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Have a report made for every period from now on; gives the id. Raises what asking for it would raise."""
    try:
        rhythm = Rhythm(record.rhythm)
    except ValueError:
        raise Invalid(field="how_often", reason="unknown_choice") from None
    if not LEAST_DAYS <= record.days <= MOST_DAYS:
        raise Invalid(field="days", reason="out_of_range", low=LEAST_DAYS, high=MOST_DAYS)
    today, definition = today_here(now), find_definition(record.report)
    request = request_for(record, period_before(rhythm, today))
    site_ids = check_request(request, definition, by)
    schedule = ReportSchedule(
        id=new_id(),
        report=definition.id,
        kind=definition.kind.value,
        rhythm=rhythm.value,
        days=record.days,
        site_ids=list(site_ids),
        language=record.language,
        purpose=request.purpose,
        by_id=by.staff_id,
        state="active",
        since_on=today,
        created_at=now,
    )
    db.session.add(schedule)
    audit(
        "add_report_schedule", by=by, now=now, entity="report_schedule", entity_id=schedule.id, op=op,
        report=schedule.report, rhythm=schedule.rhythm, days=schedule.days, sites=list(site_ids),
    )  # fmt: skip
    return schedule.id


def request_for(record: ScheduleRecord, period: Period) -> ReportRequest:
    """Give what is asked for about one period."""
    purpose = (record.purpose or "").strip() or None
    return ReportRequest(record.report, period.first, period.last, record.language, record.site_ids, purpose)


def schedule_for(by: Actor, schedule_id: str) -> ReportSchedule:
    """Give a schedule all of whose sites the actor may report on; raise NotFound otherwise."""
    schedule = db.session.get(ReportSchedule, schedule_id)
    if schedule is None:
        raise NotFound(kind="report_schedule")
    allowed = sites_for(by, NEEDED[ReportKind(schedule.kind)])
    if allowed is not None and not (schedule.site_ids and set(schedule.site_ids) <= allowed):
        raise NotFound(kind="report_schedule")
    return schedule


def change_state(schedule_id: str, state: str, name: str, *, by: Actor, now: datetime, op: str | None) -> str:
    """Give a schedule another state and audit it under `name`; raises Conflict `schedule_ended`."""
    schedule = schedule_for(by, schedule_id)
    if schedule.state == "ended":
        raise Conflict(reason="schedule_ended")
    if state == "active" and schedule.state != "active":
        # What fell due in the pause is not made up for: whoever paused it did not want it.
        schedule.since_on = today_here(now)
    schedule.state, schedule.problem = state, None
    audit(name, by=by, now=now, entity="report_schedule", entity_id=schedule.id, op=op)
    return schedule.id


@action("pause_report_schedule")
def pause_schedule(*, schedule_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Make nothing until somebody lets it go on; gives the id."""
    return change_state(schedule_id, "paused", "pause_report_schedule", by=by, now=now, op=op)


@action("resume_report_schedule")
def resume_schedule(*, schedule_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Let a schedule go on, in the name of whoever says so; gives the id.

    Raises what asking for the report would raise, so that it never goes on only to stop again.
    """
    schedule = schedule_for(by, schedule_id)
    record = record_of(schedule)
    period = period_before(Rhythm(schedule.rhythm), today_here(now))
    check_request(request_for(record, period), find_definition(schedule.report), by)
    if by.staff_id is not None:
        schedule.by_id = by.staff_id
    return change_state(schedule_id, "active", "resume_report_schedule", by=by, now=now, op=op)


@action("end_report_schedule")
def end_schedule(*, schedule_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """End a schedule for good; what it made stays. Gives the id."""
    return change_state(schedule_id, "ended", "end_report_schedule", by=by, now=now, op=op)


def record_of(schedule: ReportSchedule) -> ScheduleRecord:
    """Give what a schedule was set up with."""
    return ScheduleRecord(
        schedule.report,
        schedule.rhythm,
        schedule.days,
        schedule.language,
        tuple(schedule.site_ids),
        schedule.purpose,
    )


# --- when a period is due -----------------------------------------------------------------------------------------


def ask_due(now: datetime) -> int:
    """Ask for every report that is due and was not asked for yet, once a minute; gives how many were asked for."""
    last = _asked.get("at")
    if last is not None and 0 <= (now - last).total_seconds() < 60:
        return 0
    _asked["at"] = now
    return ask_all_due(now)


def ask_all_due(now: datetime) -> int:
    """Ask for every report that is due and was not asked for yet; gives how many were asked for."""
    today = today_here(now)
    schedules = db.session.scalars(sa.select(ReportSchedule).where(ReportSchedule.state == "active")).all()
    waiting = [
        (one.id, period)
        for one in schedules
        for period in due_periods(Rhythm(one.rhythm), one.days, one.since_on, today)
        if db.session.get(ReportDue, (one.id, period.first)) is None
    ]
    db.session.rollback()  # a read that stays open would hold back the log of the database
    asked = 0
    for schedule_id, period in waiting:
        try:
            asked += ask_for(schedule_id=schedule_id, period=period, now=now) is not None
        except Problem as problem:
            stop_schedule(schedule_id=schedule_id, problem=problem.code, now=now)
    return asked


@action("ask_scheduled_report")
def ask_for(*, schedule_id: str, period: Period, now: datetime, by: Actor = MAKER) -> str | None:
    """Ask for the report about one period, as the person who set it up; gives the run, None when it was asked for.

    Raises what asking raises: the person left, lost the right, a site or the definition is gone.
    """
    take_turns()
    schedule = db.session.get_one(ReportSchedule, schedule_id)
    if schedule.state != "active" or db.session.get(ReportDue, (schedule_id, period.first)) is not None:
        return None
    record = replace(record_of(schedule), site_ids=tuple(schedule.site_ids))
    run_id = request_report(record=request_for(record, period), by=person(schedule.by_id, now), now=now)
    db.session.add(ReportDue(schedule_id=schedule_id, from_on=period.first, run_id=run_id))
    return run_id


@action("stop_report_schedule")
def stop_schedule(*, schedule_id: str, problem: str, now: datetime, by: Actor = MAKER) -> str:
    """Stop a schedule that can no longer ask, and keep why; gives its id."""
    schedule = db.session.get_one(ReportSchedule, schedule_id)
    schedule.state, schedule.problem = "stopped", problem
    audit(
        "stop_report_schedule",
        by=by,
        now=now,
        entity="report_schedule",
        entity_id=schedule_id,
        problem=problem,
    )
    return schedule_id


def person(staff_id: str, now: datetime) -> Actor:
    """Give a person as an actor with the roles held today; with none once the person left."""
    staff = db.session.get_one(Staff, staff_id)
    here = staff.active and (staff.left_on is None or staff.left_on > today_here(now))
    grants = db.session.scalars(sa.select(Grant).where(Grant.staff_id == staff_id)).all() if here else []
    return Actor(staff_id, frozenset(Granted(Role(one.role), one.site_id) for one in grants))
