"""Writes about adverse events: anybody raises one, whoever answers for safety judges, reports and closes it.

Nothing is deleted and nothing that was written is lost: what is written anew keeps the earlier text as a note.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from gipt.actions.base import action, audit, require
from gipt.actions.programme import filled, the_programme
from gipt.actions.records import note_recorded
from gipt.actions.safety import civil_day, place_of
from gipt.actions.staff import next_code
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows_at
from gipt.domain.incidents import (
    IncidentCategory,
    IncidentOutcome,
    IncidentRelation,
    check_outcome,
    is_serious,
    report_by,
)
from gipt.domain.problems import Conflict, Invalid, NotFound, NotReady
from gipt.domain.records import RecordKind
from gipt.models import Incident, IncidentNote, Site
from gipt.queries.safety_access import sees_member

Code = TypeVar("Code", IncidentCategory, IncidentOutcome, IncidentRelation)


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """Describe an event: of a member, or of a place when nobody in particular was hurt."""

    category: str
    happened_on: date
    what: str
    member_id: str | None = None
    site_id: str | None = None


@dataclass(frozen=True, slots=True)
class IncidentJudgement:
    """Hold what the supervisor or clinician finds; None = not known yet."""

    category: str
    relation: str | None = None
    expected: bool | None = None
    outcome: str | None = None
    action_taken: str | None = None


def coded(kind: type[Code], value: str, field: str) -> Code:
    """Give a code of an enumeration; raise Invalid for any other."""
    try:
        return kind(value)
    except ValueError as error:
        raise Invalid(field=field, reason="choose_one") from error


def maybe(kind: type[Code], value: str | None, field: str) -> Code | None:
    """Give a code of an enumeration, or None where nothing was chosen."""
    return None if value is None else coded(kind, value, field)


@action("raise_incident")
def raise_incident(*, record: IncidentRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Write down an adverse event; gives its id. The clock of a serious one begins now."""
    require(by, Permission.SAFETY_RAISE)
    category = coded(IncidentCategory, record.category, "category")
    today = civil_day(now)
    if record.happened_on > today:
        raise Invalid(field="happened_on", reason="in_future")
    site_id, cycle_id = _place(record, by, today)
    incident = Incident(
        id=new_id(),
        code=next_code("IN", Incident.code),
        site_id=site_id,
        member_id=record.member_id,
        cycle_id=cycle_id,
        category=category.value,
        happened_on=record.happened_on,
        what=filled("what", record.what),
        report_by=report_by(category, now, the_programme().incident_hours),
        raised_by_id=by.staff_id,
        raised_at=now,
    )
    db.session.add(incident)
    note_recorded(RecordKind.INCIDENTS, record.happened_on, by, now)
    audit(
        "raise_incident",
        by=by,
        now=now,
        entity="incident",
        entity_id=incident.id,
        op=op,
        serious=is_serious(category),
    )
    return incident.id


def _place(record: IncidentRecord, by: Actor, today: date) -> tuple[str, str | None]:
    """Give site and cycle of an event; a member whom the actor does not see does not exist."""
    if record.member_id is not None:
        if not by.is_operator and not sees_member(by, record.member_id, today):
            raise NotFound(kind="member")
        return place_of(record.member_id)
    if record.site_id is None:
        raise Invalid(field="site", reason="choose_one")
    if db.session.get(Site, record.site_id) is None or not allows_at(
        by, Permission.SAFETY_RAISE, record.site_id
    ):
        raise NotFound(kind="site")
    return record.site_id, None


def incident_to_handle(incident_id: str, by: Actor) -> Incident:
    """Give the incident when the actor answers for safety there; raise NotFound otherwise."""
    require(by, Permission.SAFETY_HANDLE)
    incident = db.session.get(Incident, incident_id, with_for_update=True)
    if incident is None or not allows_at(by, Permission.SAFETY_HANDLE, incident.site_id):
        raise NotFound(kind="incident")
    return incident


@action("judge_incident")
def judge_incident(
    *, incident_id: str, judgement: IncidentJudgement, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Set category, relation to the programme, expectedness, outcome and what was done; gives the incident's id."""
    incident = incident_to_handle(incident_id, by)
    if incident.closed_at is not None:
        raise Conflict(reason="incident_closed")
    category = coded(IncidentCategory, judgement.category, "category")
    outcome = maybe(IncidentOutcome, judgement.outcome, "outcome")
    relation = maybe(IncidentRelation, judgement.relation, "relation")
    check_outcome(category, outcome)
    changed = [category.value != incident.category, incident.action_taken != judgement.action_taken]
    if changed[0]:
        # The clock of a serious event runs from when it was written down, whatever it was first taken for.
        incident.report_by = report_by(category, incident.raised_at, the_programme().incident_hours)
    if changed[1] and incident.action_taken:
        _add_note(incident.id, incident.action_taken, by, now)
    incident.category, incident.relation = category.value, relation.value if relation else None
    incident.expected, incident.outcome = judgement.expected, outcome.value if outcome else None
    incident.action_taken = judgement.action_taken
    audit(
        "judge_incident",
        by=by,
        now=now,
        entity="incident",
        entity_id=incident.id,
        op=op,
        serious=is_serious(category),
        category_changed=changed[0],
    )
    return incident.id


@action("report_incident")
def report_incident(
    *, incident_id: str, reported_to: str, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Write down to whom the incident was reported, now; the first time counts. Gives the incident's id."""
    incident = incident_to_handle(incident_id, by)
    told = filled("reported_to", reported_to)
    if incident.reported_at is None:
        incident.reported_to, incident.reported_at = told, now
    else:
        _add_note(incident.id, told, by, now)
    audit("report_incident", by=by, now=now, entity="incident", entity_id=incident.id, op=op)
    return incident.id


@action("add_incident_note")
def add_incident_note(*, incident_id: str, note: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Add to an incident, also to a closed one; gives the incident's id."""
    incident = incident_to_handle(incident_id, by)
    _add_note(incident.id, filled("note", note), by, now)
    audit("add_incident_note", by=by, now=now, entity="incident", entity_id=incident.id, op=op)
    return incident.id


def _add_note(incident_id: str, text: str, by: Actor, now: datetime) -> None:
    db.session.add(IncidentNote(id=new_id(), incident_id=incident_id, note=text, by_id=by.staff_id, at=now))


@action("close_incident")
def close_incident(*, incident_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Close an incident that was judged and, when serious, reported; gives its id."""
    incident = incident_to_handle(incident_id, by)
    if incident.closed_at is not None:
        raise Conflict(reason="incident_closed")
    missing = [
        *([] if incident.relation and incident.outcome else ["incident_judged"]),
        *([] if incident.reported_at or incident.report_by is None else ["incident_reported"]),
    ]
    if missing:
        raise NotReady(missing=missing)
    incident.closed_at, incident.closed_by_id = now, by.staff_id
    audit("close_incident", by=by, now=now, entity="incident", entity_id=incident.id, op=op)
    return incident.id
