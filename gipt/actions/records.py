"""Since when the programme records what: begun by the first record, or by saying so."""

from datetime import date, datetime

from gipt.actions.base import action, audit, require
from gipt.db import db
from gipt.domain.access import Actor, Permission
from gipt.domain.problems import Invalid
from gipt.domain.records import RecordKind
from gipt.models import RecordSince


@action("start_recording")
def start_recording(*, kind: str, first_on: date, by: Actor, now: datetime, op: str | None = None) -> str:
    """Say since which day a kind is recorded, so that no record since then means 0; gives the kind."""
    require(by, Permission.RECORDS_EDIT)
    if kind not in set(RecordKind):
        raise Invalid(field="kind", reason="unknown_choice")
    if first_on > now.date():
        raise Invalid(field="first_on", reason="in_future")
    row = db.session.get(RecordSince, kind)
    before = row.first_on if row else None
    if row is None:
        db.session.add(RecordSince(kind=kind, first_on=first_on, by_id=by.staff_id, at=now))
    else:
        row.first_on, row.by_id, row.at = first_on, by.staff_id, now
    audit("start_recording", by=by, now=now, entity="record", op=op, kind=kind, changes=[before, first_on])
    return kind


def note_recorded(kind: RecordKind, on: date, by: Actor, now: datetime) -> None:
    """Note that a kind was recorded on a day: whoever writes down the first one records the kind from then on."""
    row = db.session.get(RecordSince, kind.value)
    if row is None:
        db.session.add(RecordSince(kind=kind.value, first_on=on, by_id=by.staff_id, at=now))
    elif on < row.first_on:
        row.first_on = on
