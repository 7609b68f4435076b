"""Reads of the programme: its settings, and what is still missing before a group can start."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Role
from gipt.models import CurriculumVersion, Grant, Programme, SafetyProtocol, Site, Staff, Venue
from gipt.queries.rows import record


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """Every setting of the programme, under the names of its columns."""

    name: str
    cover_name: str
    country: str
    time_zone: str
    language: str
    languages: list[str]
    calendar: str
    second_calendar: str | None
    digits: str
    clock: str
    first_weekday: int | None
    entry_measure: str
    entry_cutoff: int
    entry_citation: str
    completion_sessions: int | None
    makeups_count: bool
    prorate: bool
    endline_days: int
    correction_days: int
    joining_closes: int
    missed_in_a_row: int
    travel_minutes: int
    facilitator_groups: int
    lock_minutes: int
    names_shown: str
    show_numbers: str
    threshold: int
    period_by: str
    level_3_minutes: int
    level_2_minutes: int
    level_1_minutes: int
    incident_hours: int
    complaint_days: int


@dataclass(frozen=True, slots=True)
class Readiness:
    """Say what is there of what a programme needs; `roles` are those that somebody active holds."""

    programme: bool
    sites: int
    venues: int
    roles: frozenset[str]
    protocol: bool
    adopted: int

    @property
    def missing(self) -> tuple[str, ...]:
        """Give the codes of what is missing before a group can start, in the order of setting up."""
        lacking = {
            "programme": not self.programme,
            "site": not self.sites,
            "venue": not self.venues,
            "facilitator": Role.FACILITATOR.value not in self.roles,
            "supervisor": not self.roles & {Role.SUPERVISOR.value, Role.CLINICAL_LEAD.value},
            "protocol": not self.protocol,
            "curriculum": not self.adopted,
        }
        return tuple(code for code, lacks in lacking.items() if lacks)

    @property
    def ready(self) -> bool:
        """Say whether a group can start; planning is possible before."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class ProtocolVersion:
    """One adopted version of the safety protocol."""

    version: int
    language: str
    body: dict[str, Any]
    approver: str
    approved_on: date
    adopted_at: datetime
    adopted_by: str | None


def find_programme() -> ProgrammePage | None:
    """Find the programme's settings; None before it was set up."""
    names = [field.name for field in fields(ProgrammePage)]
    row = db.session.execute(sa.select(*(getattr(Programme, name) for name in names))).first()
    return None if row is None else ProgrammePage(*row)


def find_readiness() -> Readiness:
    """Find what is still missing before a group can start; two queries."""

    def count(column: Any, *where: Any) -> Any:
        return sa.select(sa.func.count(column)).where(*where).scalar_subquery()

    row = db.session.execute(
        sa.select(
            count(Programme.id),
            count(Site.id, Site.active.is_(True)),
            count(Venue.id, Venue.active.is_(True)),
            count(SafetyProtocol.id),
            count(CurriculumVersion.id, CurriculumVersion.status == "approved"),
        )
    ).one()
    roles = db.session.scalars(
        sa.select(Grant.role).join(Staff, Staff.id == Grant.staff_id).where(Staff.active.is_(True)).distinct()
    )
    return Readiness(
        programme=bool(row[0]),
        sites=row[1],
        venues=row[2],
        roles=frozenset(roles),
        protocol=bool(row[3]),
        adopted=row[4],
    )


def find_protocols() -> tuple[ProtocolVersion, ...]:
    """Find every adopted version of the safety protocol, the one in force first."""
    rows = db.session.execute(
        sa.select(
            SafetyProtocol.version,
            SafetyProtocol.language,
            SafetyProtocol.body,
            SafetyProtocol.approver,
            SafetyProtocol.approved_on,
            SafetyProtocol.adopted_at,
            Staff.name,
            Staff.sign_in_name,
        )
        .outerjoin(Staff, Staff.id == SafetyProtocol.adopted_by_id)
        .order_by(SafetyProtocol.version.desc())
    )
    return tuple(record(ProtocolVersion, row[:6], adopted_by=row.name or row.sign_in_name) for row in rows)
