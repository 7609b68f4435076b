"""Short lists for the command line: codes and numbers, never names of members."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.models import (
    AuditEvent,
    CurriculumVersion,
    Cycle,
    Enrolment,
    Grant,
    Group,
    Member,
    Membership,
    Programme,
    ReportRun,
    SafetyEpisode,
    SafetyProtocol,
    Session,
    Site,
    Staff,
    Venue,
)

Rows = list[dict[str, Any]]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _rows(statement: sa.sql.Executable) -> Rows:
    found = db.session.execute(statement).mappings()
    return [{name: _plain(value) for name, value in row.items()} for row in found]


def list_sites() -> Rows:
    """List sites: code, name, country, time zone."""
    return _rows(sa.select(Site.code, Site.name, Site.country, Site.time_zone).order_by(Site.code))


def list_venues() -> Rows:
    """List venues by site."""
    return _rows(
        sa.select(Site.code.label("site"), Venue.name)
        .join(Site, Site.id == Venue.site_id)
        .order_by(Site.code, Venue.name)
    )


def list_staff() -> Rows:
    """List sign-in names with roles and sites; no personal names."""
    return _rows(
        sa.select(Staff.code, Staff.sign_in_name, Grant.role, Site.code.label("site"), Staff.active)
        .outerjoin(Grant, Grant.staff_id == Staff.id)
        .outerjoin(Site, Site.id == Grant.site_id)
        .order_by(Staff.code, Grant.role)
    )


def list_members() -> Rows:
    """List member codes with sex, birth year and site; no names."""
    return _rows(
        sa.select(Member.code, Member.sex, Member.birth_year, Site.code.label("site"))
        .join(Site, Site.id == Member.site_id)
        .where(Member.merged_into_id.is_(None))
        .order_by(Member.code)
    )


def list_groups() -> Rows:
    """List groups with their newest cycle and number of members."""
    members = (
        sa.select(sa.func.count())
        .select_from(Membership)
        .where(Membership.cycle_id == Cycle.id, Membership.left_on.is_(None))
        .correlate(Cycle)
        .scalar_subquery()
    )
    return _rows(
        sa.select(
            Group.code,
            Site.code.label("site"),
            Cycle.number.label("cycle"),
            Cycle.status,
            Cycle.first_on,
            Cycle.sessions,
            members.label("members"),
        )
        .join(Site, Site.id == Group.site_id)
        .outerjoin(Cycle, Cycle.group_id == Group.id)
        .order_by(Group.code, Cycle.number)
    )


def list_sessions() -> Rows:
    """List the dated meetings of all groups."""
    return _rows(
        sa.select(
            Group.code.label("group"),
            Cycle.number.label("cycle"),
            Session.kind,
            Session.number,
            Session.on_date,
            Session.status,
            Session.held_on,
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .order_by(Group.code, Cycle.number, Session.kind, Session.number, Session.on_date)
    )


def list_curricula() -> Rows:
    """List published curriculum versions and their state."""
    return _rows(
        sa.select(
            CurriculumVersion.curriculum,
            CurriculumVersion.version,
            CurriculumVersion.status,
            CurriculumVersion.content_hash.label("hash"),
        ).order_by(CurriculumVersion.curriculum, CurriculumVersion.published_at)
    )


def list_episodes() -> Rows:
    """List safety episodes by code, level and state; nobody is named."""
    return _rows(
        sa.select(
            SafetyEpisode.code,
            Site.code.label("site"),
            SafetyEpisode.level,
            SafetyEpisode.status,
            SafetyEpisode.unseen,
            SafetyEpisode.opened_at,
        )
        .join(Site, Site.id == SafetyEpisode.site_id)
        .order_by(SafetyEpisode.opened_at)
    )


def list_reports() -> Rows:
    """List the workbooks made."""
    return _rows(
        sa.select(
            ReportRun.code,
            ReportRun.report,
            ReportRun.from_on,
            ReportRun.to_on,
            ReportRun.state,
            ReportRun.data_hash,
        ).order_by(ReportRun.created_at)
    )


KINDS: dict[str, Callable[[], Rows]] = {
    "sites": list_sites,
    "venues": list_venues,
    "staff": list_staff,
    "members": list_members,
    "groups": list_groups,
    "sessions": list_sessions,
    "curricula": list_curricula,
    "episodes": list_episodes,
    "reports": list_reports,
}


def find_site_id(code: str) -> str | None:
    """Find a site by its code."""
    return db.session.scalar(sa.select(Site.id).where(Site.code == code.upper()))


def find_group_id(code: str) -> str | None:
    """Find a group by its code."""
    return db.session.scalar(sa.select(Group.id).where(Group.code == code.upper()))


def find_staff_id(sign_in_name: str) -> str | None:
    """Find a person by sign-in name."""
    return db.session.scalar(sa.select(Staff.id).where(Staff.sign_in_name == sign_in_name.casefold()))


def all_site_ids() -> dict[str, str]:
    """Give the ids of all sites by code."""
    return {row.code: row.id for row in db.session.execute(sa.select(Site.code, Site.id))}


def group_leaders(group_id: str) -> tuple[str, ...]:
    """Give facilitators at the group's site, by code: who could lead when nobody is named."""
    site = sa.select(Group.site_id).where(Group.id == group_id).scalar_subquery()
    return tuple(
        db.session.scalars(
            sa.select(Staff.id)
            .join(Grant, Grant.staff_id == Staff.id)
            .where(Grant.role == "facilitator", Staff.active.is_(True), Grant.site_id == site)
            .order_by(Staff.code)
        )
    )


def holds_people() -> bool:
    """Say whether the database holds anything beyond an empty set-up: a programme, members or staff."""
    return any(
        db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in (Programme, Member, Staff)
    )


def overview_counts(today: date) -> dict[str, int]:
    """Count what `gipt doctor` shows: members, running cycles, open and unseen episodes, protocols."""
    counted: dict[str, sa.Select[Any]] = {
        "members": sa.select(sa.func.count()).select_from(Member).where(Member.merged_into_id.is_(None)),
        "enrolments": sa.select(sa.func.count()).select_from(Enrolment),
        "running_cycles": sa.select(sa.func.count()).select_from(Cycle).where(Cycle.status == "running"),
        "open_episodes": sa.select(sa.func.count())
        .select_from(SafetyEpisode)
        .where(SafetyEpisode.status != "closed"),
        "unseen_episodes": sa.select(sa.func.count())
        .select_from(SafetyEpisode)
        .where(SafetyEpisode.unseen.is_(True), SafetyEpisode.status != "closed"),
        "protocols": sa.select(sa.func.count()).select_from(SafetyProtocol),
        "sessions_without_record": sa.select(sa.func.count())
        .select_from(Session)
        .where(Session.status.in_(("planned", "confirmed", "postponed")), Session.on_date < today),
    }
    return {name: int(db.session.scalar(statement) or 0) for name, statement in counted.items()}


def last_backup() -> str | None:
    """Give the day and time (UTC, ISO 8601) of the last backup that was opened again and checked; None without one."""
    made = db.session.scalar(sa.select(sa.func.max(AuditEvent.at)).where(AuditEvent.action == "make_backup"))
    return made.isoformat(timespec="seconds") if made is not None else None


def member_ids() -> dict[str, str]:
    """Give the ids of all members by code."""
    return {row.code: row.id for row in db.session.execute(sa.select(Member.code, Member.id))}


def ended_enrolments(cycle_id: str) -> list[str]:
    """Give the ids of the enrolments of a cycle that went on to its end, by member's code."""
    return list(
        db.session.scalars(
            sa.select(Enrolment.id)
            .join(Member, Member.id == Enrolment.member_id)
            .where(
                Enrolment.cycle_id == cycle_id,
                sa.or_(Enrolment.exit_type.is_(None), Enrolment.exit_type == "completed"),
            )
            .order_by(Member.code)
        )
    )
