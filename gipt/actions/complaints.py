"""Writes about complaints: anybody may bring one, only who has nothing to do with it handles it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.actions.programme import filled, the_programme
from gipt.actions.records import note_recorded
from gipt.actions.safety import civil_day
from gipt.actions.staff import next_code
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows_at
from gipt.domain.complaints import (
    ComplaintAbout,
    ComplaintChannel,
    ComplaintOutcome,
    ComplaintState,
    close_by,
)
from gipt.domain.problems import Conflict, Invalid, NotFound, TooManyTries
from gipt.domain.records import RecordKind
from gipt.models import Complaint, ComplaintNote, ComplaintStaff, Site, Staff
from gipt.queries.complaints import may_read

ANYBODY = Actor(staff_id=None, label="anybody")
"""Whoever writes on the public page: nothing about them is kept but what they write."""
A_DAY = 200
"""Complaints that the public page takes in a day, so that nobody can fill the disk."""


@dataclass(frozen=True, slots=True)
class ComplaintRecord:
    """Describe a complaint: `contact` is how the person can be answered, None = does not want to be known."""

    about: str
    text: str
    channel: str
    received_on: date
    contact: str | None = None
    site_id: str | None = None
    staff_ids: tuple[str, ...] = ()


@action("file_complaint")
def file_complaint(*, record: ComplaintRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Write down a complaint on behalf of somebody; gives its id. Whoever writes it may not be who may read it."""
    require(by, Permission.COMPLAINT_RAISE)
    if record.site_id is not None and not allows_at(by, Permission.COMPLAINT_RAISE, record.site_id):
        raise NotFound(kind="site")
    if record.channel not in set(ComplaintChannel) - {ComplaintChannel.PAGE}:
        raise Invalid(field="channel", reason="choose_one")
    if record.received_on > civil_day(now):
        raise Invalid(field="received_on", reason="in_future")
    return _store(record, by, now, op)


@action("file_public_complaint")
def file_public_complaint(
    *, about: str, text: str, contact: str | None, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Take a complaint from the public page; raises TooManyTries beyond 200 a day. Gives its id.

    `by` is ANYBODY, also for a person who is signed in: the page keeps nothing about who writes.
    """
    since = now - timedelta(days=1)
    page = sa.select(sa.func.count()).where(
        Complaint.channel == ComplaintChannel.PAGE.value, Complaint.created_at > since
    )
    if (db.session.scalar(page) or 0) >= A_DAY:
        raise TooManyTries(seconds=3600)
    record = ComplaintRecord(about, text, ComplaintChannel.PAGE.value, civil_day(now), contact)
    return _store(record, by, now, op)


def _store(record: ComplaintRecord, by: Actor, now: datetime, op: str | None) -> str:
    if record.about not in set(ComplaintAbout):
        raise Invalid(field="about", reason="choose_one")
    complaint = Complaint(
        id=new_id(),
        code=next_code("C", Complaint.code),
        site_id=_known_site(record.site_id),
        about=record.about,
        channel=record.channel,
        text=filled("text", record.text),
        contact=record.contact or None,
        received_on=record.received_on,
        close_by=close_by(record.received_on, the_programme().complaint_days),
        created_at=now,
    )
    db.session.add(complaint)
    db.session.flush()
    _set_staff(complaint.id, record.staff_ids)
    note_recorded(RecordKind.COMPLAINTS, record.received_on, by, now)
    # Not whom it is about: the audit is read by people whom it may concern.
    audit("file_complaint", by=by, now=now, entity="complaint", entity_id=complaint.id, op=op)
    return complaint.id


def _known_site(site_id: str | None) -> str | None:
    if site_id is not None and db.session.get(Site, site_id) is None:
        raise NotFound(kind="site")
    return site_id


def _set_staff(complaint_id: str, staff_ids: tuple[str, ...]) -> None:
    wanted = set(staff_ids)
    if len(set(db.session.scalars(sa.select(Staff.id).where(Staff.id.in_(sorted(wanted)))))) != len(wanted):
        raise Invalid(field="staff", reason="unknown_choice")
    db.session.execute(sa.delete(ComplaintStaff).where(ComplaintStaff.complaint_id == complaint_id))
    for staff_id in sorted(wanted):
        db.session.add(ComplaintStaff(complaint_id=complaint_id, staff_id=staff_id))


def complaint_to_handle(complaint_id: str, by: Actor) -> Complaint:
    """Give the complaint when the actor may read it; raise NotFound otherwise."""
    require(by, Permission.COMPLAINT_HANDLE)
    complaint = db.session.get(Complaint, complaint_id, with_for_update=True)
    if complaint is None or not may_read(by, complaint_id):
        raise NotFound(kind="complaint")
    return complaint


def need_open(complaint: Complaint) -> None:
    """Raise Conflict when the complaint is closed."""
    if complaint.state == ComplaintState.CLOSED.value:
        raise Conflict(reason="complaint_closed")


@action("place_complaint")
def place_complaint(
    *,
    complaint_id: str,
    about: str,
    site_id: str | None,
    staff_ids: tuple[str, ...],
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> bool:
    """Say what and whom a complaint is about and where; gives whether the actor may still read it after that."""
    complaint = complaint_to_handle(complaint_id, by)
    need_open(complaint)
    if about not in set(ComplaintAbout):
        raise Invalid(field="about", reason="choose_one")
    complaint.about, complaint.site_id = about, _known_site(site_id)
    _set_staff(complaint.id, staff_ids)
    audit("place_complaint", by=by, now=now, entity="complaint", entity_id=complaint.id, op=op)
    db.session.flush()
    return may_read(by, complaint.id)


@action("add_complaint_note")
def add_complaint_note(
    *, complaint_id: str, note: str, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Write down what was done; gives the complaint's id."""
    complaint = complaint_to_handle(complaint_id, by)
    _add_note(complaint.id, filled("note", note), by, now)
    audit("add_complaint_note", by=by, now=now, entity="complaint", entity_id=complaint.id, op=op)
    return complaint.id


def _add_note(complaint_id: str, text: str, by: Actor, now: datetime) -> None:
    db.session.add(
        ComplaintNote(id=new_id(), complaint_id=complaint_id, note=text, by_id=by.staff_id, at=now)
    )


@action("answer_complaint")
def answer_complaint(*, complaint_id: str, note: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Write down what the person was answered; gives the complaint's id."""
    complaint = complaint_to_handle(complaint_id, by)
    need_open(complaint)
    _add_note(complaint.id, filled("note", note), by, now)
    complaint.state, complaint.answered_on = (
        ComplaintState.ANSWERED.value,
        complaint.answered_on or civil_day(now),
    )
    audit("answer_complaint", by=by, now=now, entity="complaint", entity_id=complaint.id, op=op)
    return complaint.id


@action("close_complaint")
def close_complaint(
    *, complaint_id: str, outcome: str, note: str | None, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Close a complaint with what was found; gives its id. Who could not be answered counts as answered then."""
    complaint = complaint_to_handle(complaint_id, by)
    need_open(complaint)
    if outcome not in set(ComplaintOutcome):
        raise Invalid(field="outcome", reason="choose_one")
    if note:
        _add_note(complaint.id, note, by, now)
    today = civil_day(now)
    complaint.state, complaint.outcome, complaint.closed_on = ComplaintState.CLOSED.value, outcome, today
    complaint.answered_on = complaint.answered_on or today
    audit(
        "close_complaint", by=by, now=now, entity="complaint", entity_id=complaint.id, op=op, outcome=outcome
    )
    return complaint.id
