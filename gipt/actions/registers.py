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
from gipt.domain.attendance import MISSED, AttendanceStatus
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
from gipt.queries.scope import seen_sessions

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


def session_row(session_id: str, by: Actor, on: date) -> Any:
    """Give the session as the actions on it need it; raise NotFound when it is not the actor's."""
    row = db.session.execute(
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
            Group.site_id,
            sa.select(Programme.correction_days).scalar_subquery().label("correction_days"),
            sa.select(Programme.missed_in_a_row).scalar_subquery().label("missed_in_a_row"),
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(Session.id == session_id, seen_sessions(by, on))
    ).one_or_none()
    if row is None or not (allows(by, Permission.MEETING_RUN) or allows(by, Permission.MEETING_OFFICE)):
        raise NotFound(kind="session")
    return row


@action("record_session")
def record_session(*, record: SessionRecord, by: Actor, now: datetime, op: str | None = None) -> None:
    """Store the register of a session and mark it as held.

    Raises NotFound for a session that is not the actor's, Conflict (`cycle_not_started`, `session_cancelled`,
    `held_in_future`, `not_a_member`, `correction_reason_missing`, `correction_too_late`). Statements: a fixed
    number, whatever the number of members.
    """
    session = session_row(record.session_id, by, now.date())
    _check_recordable(session, record, now)
    known = _expected(session.cycle_id, record.session_id, record.held_on)
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    corrections: list[dict[str, Any]] = []
    for mark in record.marks:
        if mark.enrolment_id not in known:
            raise Conflict(reason="not_a_member", session=session.number)
        _check_mark(mark)
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
    if changed:
        _check_correction(session, record, by, now)
    _write_marks(fresh, changed, corrections)
    _mark_held(session, record)
    _open_follow_ups(session, record, known, now)
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
    )


def _check_recordable(session: Any, record: SessionRecord, now: datetime) -> None:
    if session.cycle_status not in ("running", "closing"):
        raise Conflict(reason="cycle_not_started")
    if session.status in ("cancelled", "merged"):
        raise Conflict(reason="session_cancelled", session=session.number)
    # A day of grace: a site east of the server's clock may already be in tomorrow.
    if record.held_on > now.date() + timedelta(days=1):
        raise Invalid(field="held_on", reason="in_future")


def _check_mark(mark: Mark) -> None:
    if mark.status not in set(AttendanceStatus):
        raise Invalid(field=f"a[{mark.enrolment_id}]", reason="unknown_choice")


def _expected(cycle_id: str, session_id: str, on: date) -> dict[str, Any]:
    """Give every member of the cycle on the day, by enrolment, with the mark stored so far and the one before."""
    earlier = (
        sa.select(sa.func.count())
        .select_from(Attendance)
        .join(Session, Session.id == Attendance.session_id)
        .where(
            Attendance.enrolment_id == Enrolment.id,
            Session.held_on < on,
            Session.kind == "core",
            Attendance.status.in_(sorted(FOLLOWED_UP)),
            Session.held_on
            == sa.select(sa.func.max(Session.held_on))
            .where(Session.cycle_id == cycle_id, Session.held_on < on, Session.kind == "core")
            .scalar_subquery(),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )
    rows = db.session.execute(
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
            earlier.label("missed_before"),
        )
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.enrolment_id == Membership.enrolment_id, Attendance.session_id == session_id),
        )
        .where(
            Membership.cycle_id == cycle_id,
            sa.or_(
                Attendance.id.is_not(None),
                sa.and_(
                    Membership.joined_on <= on, sa.or_(Membership.left_on.is_(None), Membership.left_on > on)
                ),
            ),
        )
    )
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


def _check_correction(session: Any, record: SessionRecord, by: Actor, now: datetime) -> None:
    if session.closed_at is None:
        return
    if not (record.correction or "").strip():
        raise Conflict(reason="correction_reason_missing", field="correction")
    late = now > session.closed_at + timedelta(days=session.correction_days)
    if late and not allows(by, Permission.MEETING_OFFICE):
        raise Conflict(reason="correction_too_late", days=session.correction_days)


def _write_marks(
    fresh: list[dict[str, Any]], changed: list[dict[str, Any]], corrections: list[dict[str, Any]]
) -> None:
    if fresh:
        db.session.execute(sa.insert(Attendance.__table__), fresh)  # type: ignore[arg-type]
    if changed:
        table = Attendance.__table__
        values: dict[str, Any] = {name: sa.bindparam(name) for name in changed[0] if name != "key"}
        db.session.connection().execute(
            sa.update(table).where(table.c.id == sa.bindparam("key")).values(**values),  # type: ignore[arg-type]
            changed,
        )
        db.session.execute(sa.insert(AttendanceCorrection.__table__), corrections)  # type: ignore[arg-type]


def _mark_held(session: Any, record: SessionRecord) -> None:
    if session.status == "held" and session.held_on == record.held_on:
        return
    db.session.execute(
        sa.update(Session)
        .where(Session.id == record.session_id)
        .values(status="held", held_on=record.held_on, recorded_via=record.via)
    )


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
    if not new or session.kind != "core":
        return
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
            "due_on": record.held_on + timedelta(days=6),
            "told_supervisor": known[one].missed_before + 1 >= session.missed_in_a_row,
        }
        for one in new
        if one not in already
    ]
    if rows:
        db.session.execute(sa.insert(AbsenceFollowUp.__table__), rows)  # type: ignore[arg-type]
