"""Reads of adverse events and of worse scores, for whoever answers for safety at the site."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.incidents import IncidentCategory, is_serious, reported_in_time
from gipt.domain.problems import NotFound
from gipt.models import Assessment, Incident, IncidentNote, Member, Site, Staff, WorseScore
from gipt.queries.rows import record
from gipt.queries.scope import at_sites, seen_members

LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident as the list shows it; names stand behind a tap."""

    incident_id: str
    code: str
    category: str
    happened_on: date
    site: str
    member_code: str | None
    member_name: str | None
    report_by: datetime | None
    reported_at: datetime | None
    closed_at: datetime | None

    @property
    def serious(self) -> bool:
        """Say whether it is a serious adverse event."""
        return is_serious(IncidentCategory(self.category))

    def overdue(self, now: datetime) -> bool:
        """Say whether it should have been reported by now and was not, or was too late."""
        return reported_in_time(self.report_by, self.reported_at, now) is False


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One thing that was added."""

    note: str | None
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """Everything about one incident."""

    row: IncidentRow
    what: str | None
    action_taken: str | None
    relation: str | None
    expected: bool | None
    outcome: str | None
    reported_to: str | None
    raised_by: str | None
    raised_at: datetime
    notes: tuple[NoteRow, ...]


@dataclass(frozen=True, slots=True)
class WorseRow:
    """One score that got reliably worse and waits for somebody to look."""

    prompt_id: str
    member_id: str
    member_code: str
    member_name: str | None
    site: str
    measure: str
    on_date: date


def handled(by: Actor, column: Any) -> sa.ColumnElement[bool]:
    """Limit rows to the sites at which the actor answers for safety."""
    return at_sites(column, sites_for(by, Permission.SAFETY_HANDLE))


def _incidents() -> Any:
    return (
        sa.select(
            Incident.id,
            Incident.code,
            Incident.category,
            Incident.happened_on,
            Site.name,
            Member.code,
            Member.name,
            Incident.report_by,
            Incident.reported_at,
            Incident.closed_at,
        )
        .join(Site, Site.id == Incident.site_id)
        .outerjoin(Member, Member.id == Incident.member_id)
    )


def find_incidents(by: Actor) -> tuple[IncidentRow, ...]:
    """Find the incidents of the actor's sites: open ones first, then the latest."""
    rows = db.session.execute(
        _incidents()
        .where(handled(by, Incident.site_id))
        .order_by(Incident.closed_at.is_not(None), Incident.happened_on.desc(), Incident.code.desc())
        .limit(LONGEST_LIST)
    )
    return tuple(record(IncidentRow, row) for row in rows)


def get_incident(by: Actor, incident_id: str) -> IncidentPage:
    """Give one incident with its notes; raise NotFound for a foreign one."""
    found = db.session.execute(
        _incidents().where(Incident.id == incident_id, handled(by, Incident.site_id))
    ).first()
    if found is None:
        raise NotFound(kind="incident")
    more = db.session.execute(
        sa.select(
            Incident.what,
            Incident.action_taken,
            Incident.relation,
            Incident.expected,
            Incident.outcome,
            Incident.reported_to,
            Staff.name,
            Staff.sign_in_name,
            Incident.raised_at,
        )
        .outerjoin(Staff, Staff.id == Incident.raised_by_id)
        .where(Incident.id == incident_id)
    ).one()
    raised_by = more.name or more.sign_in_name
    return IncidentPage(
        record(IncidentRow, found), *more[:6], raised_by, more.raised_at, find_notes(incident_id)
    )


def find_notes(incident_id: str) -> tuple[NoteRow, ...]:
    """Find what was added to an incident, the first first."""
    rows = db.session.execute(
        sa.select(IncidentNote.note, Staff.name, Staff.sign_in_name, IncidentNote.at)
        .outerjoin(Staff, Staff.id == IncidentNote.by_id)
        .where(IncidentNote.incident_id == incident_id)
        .order_by(IncidentNote.at, IncidentNote.id)
    )
    return tuple(NoteRow(note, name or sign_in, at) for note, name, sign_in, at in rows)


def find_worse_scores(by: Actor) -> tuple[WorseRow, ...]:
    """Find the worse scores that wait at the actor's sites, the latest first."""
    rows = db.session.execute(
        sa.select(
            WorseScore.id,
            Member.id,
            Member.code,
            Member.name,
            Site.name,
            Assessment.measure,
            Assessment.on_date,
        )
        .join(Member, Member.id == WorseScore.member_id)
        .join(Site, Site.id == WorseScore.site_id)
        .join(Assessment, Assessment.id == WorseScore.assessment_id)
        .where(WorseScore.decision.is_(None), handled(by, WorseScore.site_id))
        .order_by(Assessment.on_date.desc(), Member.code)
        .limit(LONGEST_LIST)
    )
    return tuple(record(WorseRow, row) for row in rows)


def find_member_by_code(by: Actor, code: str, today: date) -> str | None:
    """Give the id of the member with a code when the actor sees that member; None otherwise."""
    return db.session.scalar(
        sa.select(Member.id).where(
            sa.func.upper(Member.code) == code.strip().upper(),
            seen_members(by, today, Member.site_id, Member.id),
        )
    )
