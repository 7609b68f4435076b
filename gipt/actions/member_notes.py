"""Writes of a facilitator about the own group: a note on a member, and asking for somebody to be added."""

from datetime import datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.actions.programme import the_programme
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.membership import joins_too_late
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import Cycle, MemberNote, Session, Visitor
from gipt.queries.member_notes import leads_whole, may_write

LONGEST = 280
"""Signs of one note (ux.md F4b): what a person has to know before the next meeting, not a record of a talk."""
TO_COME = ("planned", "confirmed", "postponed", "not_held_no_report")


@action("write_note")
def write_note(
    *,
    enrolment_id: str,
    text: str,
    replaces: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Write a note on a member of an own group, or another wording of an own one; gives its id.

    The earlier wording stays in the record. Raises NotFound for a member whose group the actor does not lead as a
    whole, and for a note that is not the actor's own; Conflict (`changed`) when it was changed meanwhile.
    """
    require(by, Permission.MEETING_RUN)
    if not may_write(by, enrolment_id, now.date()):
        raise NotFound(kind="enrolment")
    said = text.strip()
    if not said:
        raise Invalid(field="note", reason="missing")
    if len(said) > LONGEST:
        raise Invalid(field="note", reason="too_long", high=LONGEST)
    old = db.session.get(MemberNote, replaces) if replaces else None
    if replaces and (old is None or old.enrolment_id != enrolment_id or old.by_id != by.staff_id):
        raise NotFound(kind="note")
    if old is not None and old.replaced_by_id is not None:
        raise Conflict(reason="changed")
    note = MemberNote(id=new_id(), enrolment_id=enrolment_id, text=said, by_id=by.staff_id, created_at=now)
    db.session.add(note)
    db.session.flush()
    if old is not None:
        old.replaced_by_id = note.id
    audit(
        "write_note",
        by=by,
        now=now,
        entity="enrolment",
        entity_id=enrolment_id,
        op=op,
        note=note.id,
        replaces=replaces,
    )
    return note.id


@action("ask_to_add")
def ask_to_add(
    *, cycle_id: str, name: str, note: str | None = None, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Ask the office to add somebody to an own group from the next meeting on; gives the id of what waits.

    Nobody becomes a member by this: the office talks with the person, asks for consent, screens and adds (domain.md
    1.4 to 1.6). Raises Conflict `joining_closed` once that many core sessions were held (domain.md 1.7).
    """
    require(by, Permission.MEETING_RUN)
    status = db.session.scalar(
        sa.select(Cycle.status).where(Cycle.id == cycle_id, leads_whole(by, now.date()))
    )
    if status is None:
        raise NotFound(kind="cycle")
    if status not in ("planned", "running"):
        raise Conflict(reason="cycle_closed")
    said = name.strip()
    if not said:
        raise Invalid(field="name", reason="missing")
    core = db.session.execute(
        sa.select(Session.id, Session.status)
        .where(Session.cycle_id == cycle_id, Session.kind == "core")
        .order_by(Session.number)
    ).all()
    held = sum(1 for one in core if one.status == "held")
    following = next((one.id for one in core if one.status in TO_COME), None)
    if joins_too_late(held, the_programme().joining_closes) or following is None:
        raise Conflict(reason="joining_closed", held=held)
    visitor = Visitor(
        id=new_id(),
        session_id=following,
        name=said,
        note=(note or "").strip() or None,
        came=False,
        by_id=by.staff_id,
        created_at=now,
    )
    db.session.add(visitor)
    audit("ask_to_add", by=by, now=now, entity="cycle", entity_id=cycle_id, op=op, visitor=visitor.id)
    return visitor.id
