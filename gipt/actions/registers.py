"""The write of a register: who came to one session.

One action records it, whoever sends it: phone, office, paper or spreadsheet (decision 9).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gipt.actions.base import action, audit
from gipt.db import EPOCH, db, new_id
from gipt.domain.access import Actor, Permission, allows
from gipt.domain.attendance import MISSED, AttendanceStatus, ExcuseReason
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import (
    AbsenceFollowUp,
    Attendance,
    AttendanceCorrection,
    Cycle,
    Enrolment,
    Group,
    Membership,
    Programme,
    Session,
)
from gipt.models.attendance import VIA
from gipt.queries.prepared import Stored, connection, fetch, prepared
from gipt.queries.scope import seen_sessions

OLD_SHEET = timedelta(days=14)
"""Nobody is sent to ask after an absence that an old spreadsheet tells of."""
FOLLOWED_UP = frozenset(status.value for status in MISSED) - {AttendanceStatus.EXCUSED.value}
"""Marks after which somebody asks how the person is; who was excused has told already."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One member's mark; `left_after_half` belongs to left_early, `made_up_on` to makeup_done."""

    enrolment_id: str
    status: str
    reason: str | None = None
    minutes_late: int | None = None
    left_after_half: bool | None = None
    with_child: bool = False
    made_up_on: date | None = None


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """The register of one session: members who are not marked stay unmarked, nobody is assumed present.

    `correction` is the reason that a changed mark needs once the meeting was closed.
    """

    session_id: str
    held_on: date
    marks: tuple[Mark, ...]
    via: str = "phone"
    correction: str | None = None


def _others_open() -> Any:
    """Count the numbered sessions of the cycle, other than this one, that are still open or undecided."""
    other = sa.orm.aliased(Session)
    return (
        sa.select(sa.func.count())
        .select_from(other)
        .where(
            other.cycle_id == Session.cycle_id,
            other.id != Session.id,
            other.kind == "core",
            sa.or_(other.status.not_in(("held", "cancelled", "merged")), other.gap == "open"),
        )
        .scalar_subquery()
        .label("others_open")
    )


@prepared
def _session(session_id: str, by: Actor, on: date) -> sa.Executable:
    return (
        sa.select(
            Session.id,
            Session.status,
            Session.kind,
            Session.on_date,
            Session.closed_at,
            Session.held_on,
            Session.cycle_id,
            Session.number,
            Cycle.status.label("cycle_status"),
            Cycle.closed_on,
            Cycle.rhythm_days,
            _others_open(),
            Group.site_id,
            sa.select(Programme.correction_days).scalar_subquery().label("correction_days"),
            sa.select(Programme.missed_in_a_row).scalar_subquery().label("missed_in_a_row"),
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(Session.id == session_id, seen_sessions(by, on))
    )


MARKS = frozenset(one.value for one in AttendanceStatus)
EXCUSES = frozenset(one.value for one in ExcuseReason)
STORE_MARKS = Stored(sa.insert(Attendance.__table__))  # type: ignore[arg-type]
STORE_HELD = Stored(
    sa.update(Session.__table__)  # type: ignore[arg-type]
    .where(Session.id == sa.bindparam("key"))
    .values(status="held", held_on=sa.bindparam("held_on"), recorded_via=sa.bindparam("recorded_via"))
)


def session_row(session_id: str, by: Actor, on: date) -> Any:
    """Give the session as the actions on it need it; raise NotFound when it is not the actor's."""
    row = fetch(_session(session_id, by, on)).one_or_none()
    if row is None or not (allows(by, Permission.MEETING_RUN) or allows(by, Permission.MEETING_OFFICE)):
        raise NotFound(kind="session")
    return row


@action("record_session")
def record_session(*, record: SessionRecord, by: Actor, now: datetime, op: str | None = None) -> None:
    """Store the register of a session and mark it as held; the last one puts the cycle into `closing`.

    Raises NotFound for a session that is not the actor's, Conflict (`cycle_not_started`, `cycle_closed`,
    `session_cancelled`, `not_a_member`, `correction_reason_missing`, `correction_too_late`) and Invalid for a day
    that has not come. After the cycle was closed only the office writes. Statements: a fixed number, whatever
    the number of members.
    """
    session = session_row(record.session_id, by, now.date())
    _check_recordable(session, record, by, now)
    known = _expected(session, record.held_on)
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    corrections: list[dict[str, Any]] = []
    for mark in record.marks:
        if mark.enrolment_id not in known:
            raise Conflict(reason="not_a_member", session=session.number)
        _check_mark(mark, record.via)
        before = known[mark.enrolment_id]
        values = _mark_values(mark, record.via, by, now)
        if before.attendance_id is None:
            fresh.append(
                {
                    "id": new_id(),
                    "session_id": record.session_id,
                    "enrolment_id": mark.enrolment_id,
                    "revision": 1,
                    **values,
                }
            )
        elif _differs(before, mark):
            changed.append({"key": before.attendance_id, "revision": before.revision + 1, **values})
            corrections.append(
                {
                    "id": new_id(),
                    "attendance_id": before.attendance_id,
                    "status_before": before.status,
                    "status_after": mark.status,
                    "reason": record.correction,
                    "by_id": by.staff_id,
                    "at": now,
                }
            )
    if fresh or changed:
        _check_correction(session, record, by, now, changed=bool(changed))
    _write_marks(fresh, changed, corrections)
    _mark_held(session, record)
    _open_follow_ups(session, record, known, now)
    excused = {mark.enrolment_id: mark.reason for mark in record.marks if mark.status == "excused"}
    audit(
        "record_session",
        by=by,
        now=now,
        entity="session",
        entity_id=record.session_id,
        op=op,
        marks=len(record.marks),
        changed=len(changed),
        via=record.via,
        **({"excused": excused} if excused else {}),
    )


def _check_recordable(session: Any, record: SessionRecord, by: Actor, now: datetime) -> None:
    if session.cycle_status in ("planned", "cancelled"):
        raise Conflict(reason="cycle_not_started")
    if session.cycle_status == "closed" and not allows(by, Permission.MEETING_OFFICE):
        raise Conflict(reason="cycle_closed")
    if record.via not in VIA:
        raise Invalid(field="via", reason="unknown_choice")
    if session.status in ("cancelled", "merged"):
        raise Conflict(reason="session_cancelled", session=session.number)
    # A day of grace: a site east of the server's clock may already be in tomorrow.
    if record.held_on > now.date() + timedelta(days=1):
        raise Invalid(field="held_on", reason="in_future")


def _check_mark(mark: Mark, via: str) -> None:
    """Refuse a mark that is none; why somebody was excused is unknown in old spreadsheets only."""
    field = f"a[{mark.enrolment_id}]"
    if mark.status not in MARKS:
        raise Invalid(field=field, reason="unknown_choice")
    if mark.status == "excused" and mark.reason is None and via != "sheet":
        raise Invalid(field=field, reason="missing")
    if mark.status == "excused" and mark.reason is not None and mark.reason not in EXCUSES:
        raise Invalid(field=field, reason="unknown_choice")
    if mark.status == "late" and mark.minutes_late is not None and not 0 <= mark.minutes_late <= 600:
        raise Invalid(field=field, reason="out_of_range", low=0, high=600)


def _missed_before(on: date) -> Any:
    """Count how many core sessions before a day Enrolment missed without a break (domain.md 1.7)."""
    marked, at = sa.orm.aliased(Attendance), sa.orm.aliased(Session)
    came, then = sa.orm.aliased(Attendance), sa.orm.aliased(Session)
    last_came = (
        sa.select(sa.func.max(then.held_on))
        .select_from(came)
        .join(then, then.id == came.session_id)
        .where(
            came.enrolment_id == Enrolment.id,
            then.kind == "core",
            then.held_on < on,
            came.status.in_(("present", "late", "left_early", "makeup_done")),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return (
        sa.select(sa.func.count())
        .select_from(marked)
        .join(at, at.id == marked.session_id)
        .where(
            marked.enrolment_id == Enrolment.id,
            at.kind == "core",
            at.held_on < on,
            marked.status.in_(sorted(status.value for status in MISSED)),
            at.held_on > sa.func.coalesce(last_came, date.min),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )


@prepared
def _members_on(session_id: str, cycle_id: str, on: date, closed_on: date | None) -> sa.Executable:
    there = [Membership.left_on.is_(None), Membership.left_on > on]
    if closed_on is not None:
        there.append(Membership.left_on >= closed_on)
    return (
        sa.select(
            Membership.enrolment_id,
            Attendance.id.label("attendance_id"),
            Attendance.status,
            Attendance.reason,
            Attendance.minutes_late,
            Attendance.left_after_half,
            Attendance.with_child,
            Attendance.made_up_on,
            Attendance.revision,
            _missed_before(on).label("missed_before"),
        )
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.enrolment_id == Membership.enrolment_id, Attendance.session_id == session_id),
        )
        .where(
            Membership.cycle_id == cycle_id,
            sa.or_(Attendance.id.is_not(None), sa.and_(Membership.joined_on <= on, sa.or_(*there))),
        )
    )


def _expected(session: Any, on: date) -> dict[str, Any]:
    """Give every member of the cycle on the day, by enrolment, with the mark stored so far and what was missed.

    A follow-up meeting after the cycle was closed is for those who were there when it was closed.
    """
    closed_on = session.closed_on if session.kind == "follow_up" else None
    rows = fetch(_members_on(session.id, session.cycle_id, on, closed_on)).all()
    return {row.enrolment_id: row for row in rows}


def _mark_values(mark: Mark, via: str, by: Actor, now: datetime) -> dict[str, Any]:
    return {
        "status": mark.status,
        "reason": mark.reason if mark.status == "excused" else None,
        "minutes_late": mark.minutes_late if mark.status == "late" else None,
        "left_after_half": mark.left_after_half if mark.status == "left_early" else None,
        "with_child": mark.with_child,
        "made_up_on": mark.made_up_on if mark.status == "makeup_done" else None,
        "via": via,
        "by_id": by.staff_id,
        "at": now,
    }


def _differs(before: Any, mark: Mark) -> bool:
    values = _mark_values(mark, "", Actor(None), EPOCH)
    return any(
        getattr(before, name) != values[name]
        for name in ("status", "reason", "minutes_late", "left_after_half", "with_child", "made_up_on")
    )


def _check_correction(
    session: Any, record: SessionRecord, by: Actor, now: datetime, *, changed: bool
) -> None:
    if session.closed_at is None:
        return
    if changed and not (record.correction or "").strip():
        raise Conflict(reason="correction_reason_missing", field="correction")
    late = now > session.closed_at + timedelta(days=session.correction_days)
    if late and not allows(by, Permission.MEETING_OFFICE):
        raise Conflict(reason="correction_too_late", days=session.correction_days)


def _write_marks(
    fresh: list[dict[str, Any]], changed: list[dict[str, Any]], corrections: list[dict[str, Any]]
) -> None:
    if fresh:
        STORE_MARKS.rows(fresh)
    if changed:
        table = Attendance.__table__
        values: dict[str, Any] = {name: sa.bindparam(name) for name in changed[0] if name != "key"}
        connection().execute(
            sa.update(table).where(table.c.id == sa.bindparam("key")).values(**values),  # type: ignore[arg-type]
            changed,
        )
        db.session.execute(sa.insert(AttendanceCorrection.__table__), corrections)  # type: ignore[arg-type]


def _mark_held(session: Any, record: SessionRecord) -> None:
    if session.status == "held" and session.held_on == record.held_on:
        return
    held = {"key": record.session_id, "held_on": record.held_on, "recorded_via": record.via}
    STORE_HELD.row(held)
    if session.kind == "core" and session.cycle_status == "running" and session.others_open == 0:
        db.session.execute(sa.update(Cycle).where(Cycle.id == session.cycle_id).values(status="closing"))


def _open_follow_ups(session: Any, record: SessionRecord, known: dict[str, Any], now: datetime) -> None:
    """Open a task for who did not come, due before the next meeting; take back one that proved wrong."""
    missed = [mark.enrolment_id for mark in record.marks if mark.status in FOLLOWED_UP]
    again = [
        mark.enrolment_id
        for mark in record.marks
        if known[mark.enrolment_id].status in FOLLOWED_UP and mark.status not in FOLLOWED_UP
    ]
    if again:
        db.session.execute(
            sa.delete(AbsenceFollowUp).where(
                AbsenceFollowUp.session_id == record.session_id,
                AbsenceFollowUp.enrolment_id.in_(again),
                AbsenceFollowUp.done_at.is_(None),
            )
        )
    new = [one for one in missed if known[one].status not in FOLLOWED_UP]
    old = record.via == "sheet" and record.held_on < now.date() - OLD_SHEET
    if not new or old or session.kind != "core":
        return
    # Before the next meeting, and within a week where the rhythm is slower.
    days = max(1, min(6, session.rhythm_days - 1))
    already: set[str] = set()
    if any(known[one].attendance_id is not None for one in new):
        already = set(
            db.session.scalars(
                sa.select(AbsenceFollowUp.enrolment_id).where(
                    AbsenceFollowUp.session_id == record.session_id, AbsenceFollowUp.enrolment_id.in_(new)
                )
            )
        )
    rows = [
        {
            "id": new_id(),
            "session_id": record.session_id,
            "enrolment_id": one,
            "created_at": now,
            "due_on": record.held_on + timedelta(days=days),
            "told_supervisor": known[one].missed_before + 1 >= session.missed_in_a_row,
        }
        for one in new
        if one not in already
    ]
    if rows:
        db.session.execute(sa.insert(AbsenceFollowUp.__table__), rows)  # type: ignore[arg-type]
