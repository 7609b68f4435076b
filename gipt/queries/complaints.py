"""Reads of complaints: only what the actor may read, worked out from whom each one concerns.

Complaints are few, and who may read one depends on all who handle them: each list works the rule out once for every
complaint, in three statements whatever their number.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import PERMISSIONS, Actor, Permission, Role
from gipt.domain.complaints import ComplaintAbout, Concern, Reader, closed_in_time, readers
from gipt.domain.problems import NotFound
from gipt.models import Complaint, ComplaintNote, ComplaintStaff, Grant, Site, Staff
from gipt.queries.incidents import NoteRow

HANDLING = frozenset(role for role in Role if Permission.COMPLAINT_HANDLE in PERMISSIONS[role])
LONGEST_LIST = 500


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One complaint as the list shows it."""

    complaint_id: str
    code: str
    about: str
    site: str | None
    received_on: date
    close_by: date
    state: str
    closed_on: date | None

    def overdue(self, today: date) -> bool:
        """Say whether it was not closed in time."""
        return closed_in_time(self.close_by, self.closed_on, today) is False


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """Everything about one complaint."""

    row: ComplaintRow
    site_id: str | None
    channel: str
    text: str | None
    contact: str | None
    answered_on: date | None
    outcome: str | None
    staff_ids: tuple[str, ...]
    staff: tuple[str, ...]
    notes: tuple[NoteRow, ...]
    created_at: datetime


def handlers() -> tuple[Reader, ...]:
    """Give everybody who handles complaints, as the rule takes them; administrators at the very last."""
    grants: dict[str, list[tuple[Role, str | None]]] = {}
    rows = db.session.execute(
        sa.select(Grant.staff_id, Grant.role, Grant.site_id)
        .join(Staff, Staff.id == Grant.staff_id)
        .where(Staff.active.is_(True))
    )
    for staff_id, role, site_id in rows:
        grants.setdefault(staff_id, []).append((Role(role), site_id))
    over: dict[str, set[str]] = {}
    watched = db.session.execute(
        sa.select(Staff.supervisor_id, Staff.id).where(Staff.supervisor_id.is_not(None))
    )
    for supervisor_id, staff_id in watched:
        over.setdefault(str(supervisor_id), set()).add(staff_id)
    return tuple(
        reader_of(staff_id, held, frozenset(over.get(staff_id, ())))
        for staff_id, held in sorted(grants.items())
        if any(role in HANDLING for role, _site in held)
    )


def reader_of(staff_id: str, held: list[tuple[Role, str | None]], over: frozenset[str]) -> Reader:
    """Give one person as the rule takes them: sites of the ordinary roles, else of an administrator's."""
    ordinary = [site for role, site in held if role in HANDLING and role is not Role.ADMIN]
    places = ordinary or [site for role, site in held if role in HANDLING]
    sites = None if None in places else frozenset(site for site in places if site is not None)
    return Reader(staff_id, sites, frozenset(role for role, _site in held), over, last_resort=not ordinary)


def concerns(*where: Any) -> dict[str, Concern]:
    """Give whom each complaint concerns, by its id."""
    staff: dict[str, set[str]] = {}
    for complaint_id, staff_id in db.session.execute(
        sa.select(ComplaintStaff.complaint_id, ComplaintStaff.staff_id)
        .join(Complaint, Complaint.id == ComplaintStaff.complaint_id)
        .where(*where)
    ):
        staff.setdefault(complaint_id, set()).add(staff_id)
    rows = db.session.execute(sa.select(Complaint.id, Complaint.about, Complaint.site_id).where(*where))
    return {
        complaint_id: Concern(ComplaintAbout(about), site_id, frozenset(staff.get(complaint_id, ())))
        for complaint_id, about, site_id in rows
    }


def may_read(by: Actor, complaint_id: str) -> bool:
    """Say whether the actor is among those who may read a complaint; nobody else is, not even the operator."""
    found = concerns(Complaint.id == complaint_id)
    return any(by.staff_id in readers(concern, handlers()) for concern in found.values())


def _complaints() -> Any:
    return sa.select(
        Complaint.id,
        Complaint.code,
        Complaint.about,
        Site.name,
        Complaint.received_on,
        Complaint.close_by,
        Complaint.state,
        Complaint.closed_on,
    ).outerjoin(Site, Site.id == Complaint.site_id)


def find_complaints(by: Actor) -> tuple[ComplaintRow, ...]:
    """Find the complaints that the actor may read: open ones first, the one due first at the top."""
    known = handlers()
    own = {key for key, concern in concerns().items() if by.staff_id in readers(concern, known)}
    rows = db.session.execute(
        _complaints()
        .where(Complaint.id.in_(sorted(own)))
        .order_by(Complaint.closed_on.is_not(None), Complaint.close_by, Complaint.code)
        .limit(LONGEST_LIST)
    )
    return tuple(ComplaintRow(*row) for row in rows)


def get_complaint(by: Actor, complaint_id: str) -> ComplaintPage:
    """Give one complaint; raise NotFound when the actor may not read it."""
    found = db.session.execute(_complaints().where(Complaint.id == complaint_id)).first()
    if found is None or not may_read(by, complaint_id):
        raise NotFound(kind="complaint")
    more = db.session.execute(
        sa.select(
            Complaint.site_id,
            Complaint.channel,
            Complaint.text,
            Complaint.contact,
            Complaint.answered_on,
            Complaint.outcome,
            Complaint.created_at,
        ).where(Complaint.id == complaint_id)
    ).one()
    people = db.session.execute(
        sa.select(Staff.id, Staff.name, Staff.sign_in_name)
        .join(ComplaintStaff, ComplaintStaff.staff_id == Staff.id)
        .where(ComplaintStaff.complaint_id == complaint_id)
        .order_by(Staff.code)
    ).all()
    notes = db.session.execute(
        sa.select(ComplaintNote.note, Staff.name, Staff.sign_in_name, ComplaintNote.at)
        .outerjoin(Staff, Staff.id == ComplaintNote.by_id)
        .where(ComplaintNote.complaint_id == complaint_id)
        .order_by(ComplaintNote.at, ComplaintNote.id)
    )
    return ComplaintPage(
        ComplaintRow(*found),
        *more[:6],
        staff_ids=tuple(one.id for one in people),
        staff=tuple(one.name or one.sign_in_name for one in people),
        notes=tuple(NoteRow(note, name or sign_in, at) for note, name, sign_in, at in notes),
        created_at=more.created_at,
    )
