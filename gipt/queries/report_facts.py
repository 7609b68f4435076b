"""From rows to the frozen facts that indicators count, limited to sites (domain.md section 5).

Every rule is applied once, by the functions of `gipt.domain`: who is expected and who completed, which score is the
baseline and which the endline, whether an episode was seen in time. Statements: a fixed number, whatever the number
of members. A record that was merged counts as the person it was merged into; who withdrew consent stays in the
counts (a withdrawal takes somebody off lists, not out of history).
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.domain.indicators import (
    EnrolmentFact,
    ReferralFact,
    ReportFacts,
    SafetyFact,
    ScreeningFact,
    SessionFact,
)
from gipt.domain.risk import Level, acknowledge_by, acknowledged_in_time
from gipt.domain.scheduling import CancelReason, SessionStatus
from gipt.models import (
    Assessment,
    Criteria,
    Cycle,
    Group,
    Member,
    Referral,
    SafetyEpisode,
    Screening,
    Session,
    Site,
)
from gipt.queries.report_courses import Courses
from gipt.queries.report_cycles import read_cycles
from gipt.queries.report_enrolments import Rules, enrolment_fact, traits_of
from gipt.queries.report_records import RecordReader
from gipt.queries.report_rows import DAYS, RUNS, TRAITS, Scope, driver_rows, person_keys, walk

ELIGIBLE = frozenset({"eligible", "eligible_waitlisted"})
SAME_EPISODE = ("merged", "joined")
"""Outcomes of an episode that goes on under another code: one stretch of concern is counted once."""


def read_facts(connection: Connection, scope: Scope, rules: Rules) -> ReportFacts:
    """Read everything a report about `scope` is counted from, as the database stands now.

    Enrolments are those whose date may lie in the period; the other rows those of the period. Sessions that are
    not due yet are left out.
    """
    keep = person_keys(connection)
    cycles = read_cycles(connection, scope)
    enrolments: list[EnrolmentFact] = []
    courses = Courses(cycles, rules.makeups_count)
    for bundle in walk(connection, scope, rules.measures, with_screenings=True):
        enrolments.append(enrolment_fact(bundle, courses.add(bundle), cycles, rules, keep))
    for cycle in cycles.values():
        cycle.forget_ids()
    records = RecordReader(connection, scope, rules)
    return ReportFacts(
        enrolments=tuple(enrolments),
        attendance=courses,
        screenings=read_screenings(connection, scope, keep),
        sessions=read_sessions(connection, scope, rules.now.date()),
        safety=read_safety(connection, scope, rules, keep),
        referrals=read_referrals(connection, scope, keep),
        sites=records.sites,
        incidents=records.incidents(),
        satisfaction=records.satisfaction(),
        complaints=records.complaints(),
        costs=records.costs(),
        volunteers=records.volunteers(),
        funding=records.funding(),
        funders=records.funders(),
        targets=records.targets(),
        recorded_since=records.recorded_since(),
        whole_programme=records.whole_programme,
    )


def read_screenings(
    connection: Connection, scope: Scope, keep: Callable[[str], str]
) -> tuple[ScreeningFact, ...]:
    """Read the screenings of the period, each under the criteria in force when it was made."""
    totals_only = sa.exists().where(Assessment.screening_id == Screening.id, Assessment.total_only.is_(True))
    rows = connection.execute(
        sa.select(
            Screening.member_id,
            Site.code.label("site"),
            Screening.on_date,
            Screening.complete,
            Screening.positive,
            Screening.outcome,
            Criteria.cutoff,
            totals_only.label("totals_only"),
            *TRAITS,
        )
        .join(Member, Member.id == Screening.member_id)
        .join(Site, Site.id == Screening.site_id)
        .join(Criteria, Criteria.id == Screening.criteria_id)
        .where(
            Screening.site_id.in_(scope.site_ids),
            Screening.on_date.between(scope.period.first, scope.period.last),
            # Somebody found to be a known person is counted where that person is.
            sa.or_(Screening.outcome.is_(None), Screening.outcome != "duplicate"),
        )
        .order_by(Screening.on_date, Screening.created_at, Screening.id)
    )
    return tuple(
        ScreeningFact(
            person=keep(row.member_id),
            site=row.site,
            on=row.on_date,
            traits=traits_of(row, row.on_date, row.population),
            complete=row.complete,
            positive=row.positive,
            eligible=row.outcome in ELIGIBLE,
            cut_off=row.cutoff,
            totals_only=bool(row.totals_only),
        )
        for row in rows
    )


def read_sessions(connection: Connection, scope: Scope, today: date) -> tuple[SessionFact, ...]:
    """Read the numbered sessions that were held, or due by today."""
    rows = driver_rows(
        connection,
        sa.select(
            Site.code,
            Session.cycle_id,
            Session.number,
            Session.on_date,
            Session.status,
            Session.first_confirmed_on,
            Session.held_on,
            Session.cancel_reason,
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(Site, Site.id == Group.site_id)
        .where(
            Group.site_id.in_(scope.site_ids),
            Cycle.status.in_(RUNS),
            Session.kind == "core",
            sa.func.coalesce(Session.first_confirmed_on, Session.on_date).between(
                scope.period.first, scope.period.last
            ),
            sa.or_(
                Session.held_on.is_not(None),
                sa.func.coalesce(Session.first_confirmed_on, Session.on_date) <= today,
            ),
        )
        .order_by(Session.cycle_id, Session.number, Session.on_date, Session.id),
    )
    # Sites, cycles and days come often: one object each, so that the sessions of many cycles take little memory.
    names: dict[str, str] = {}
    return tuple(
        SessionFact(
            names.setdefault(site, site),
            names.setdefault(cycle, cycle),
            number,
            DAYS[planned],
            SessionStatus(status),
            DAYS[confirmed],
            DAYS[held],
            CancelReason(reason) if reason else None,
        )
        for site, cycle, number, planned, status, confirmed, held, reason in rows
    )


def read_safety(
    connection: Connection, scope: Scope, rules: Rules, keep: Callable[[str], str]
) -> tuple[SafetyFact, ...]:
    """Read the safety episodes of the sites; one that goes on under another code is left out."""
    rows = connection.execute(
        sa.select(
            SafetyEpisode.id,
            SafetyEpisode.member_id,
            Site.code.label("site"),
            Site.time_zone,
            SafetyEpisode.opened_at,
            SafetyEpisode.level,
            SafetyEpisode.unseen,
            SafetyEpisode.acknowledge_by,
            SafetyEpisode.acknowledged_at,
            SafetyEpisode.first_acknowledged_at,
        )
        .join(Site, Site.id == SafetyEpisode.site_id)
        .where(
            SafetyEpisode.site_id.in_(scope.site_ids),
            sa.or_(SafetyEpisode.outcome.is_(None), SafetyEpisode.outcome.not_in(SAME_EPISODE)),
        )
        .order_by(SafetyEpisode.opened_at, SafetyEpisode.id)
    )
    return tuple(
        SafetyFact(
            person=keep(row.member_id) if row.member_id else row.id,
            site=row.site,
            opened_on=local_day(row.opened_at, row.time_zone),
            level=Level(row.level) if row.level else None,
            in_time=seen_in_time(row, rules),
        )
        for row in rows
    )


def seen_in_time(row: Any, rules: Rules) -> bool | None:
    """Say whether an episode was seen in time, each time it asked to be; None while its first clock runs.

    The stored due time is that of the latest stretch. Of an earlier one only the moment it was seen is kept, so it
    is held against the clock of an episode that nobody has triaged (decision 7).
    """
    latest = None if row.unseen else row.acknowledged_at
    said = acknowledged_in_time(row.acknowledge_by, latest, rules.now)
    first: datetime | None = row.first_acknowledged_at
    if first is None or (not row.unseen and first == row.acknowledged_at):
        return said
    before = acknowledged_in_time(acknowledge_by(row.opened_at, None, rules.clocks), first, rules.now)
    return False if before is False or said is False else before


def read_referrals(
    connection: Connection, scope: Scope, keep: Callable[[str], str]
) -> tuple[ReferralFact, ...]:
    """Read the referrals given in the period; who did not agree is known not to have arrived."""
    rows = connection.execute(
        sa.select(
            Referral.id,
            Referral.member_id,
            Site.code,
            Referral.given_on,
            Referral.arrived_on,
            Referral.agreed,
        )
        .join(Site, Site.id == Referral.site_id)
        .where(
            Referral.site_id.in_(scope.site_ids),
            Referral.given_on.between(scope.period.first, scope.period.last),
        )
        .order_by(Referral.given_on, Referral.id)
    )
    return tuple(
        ReferralFact(
            person=keep(member_id) if member_id else key,
            site=site,
            given_on=given_on,
            arrived=True if arrived_on is not None else (False if agreed == "no" else None),
        )
        for key, member_id, site, given_on, arrived_on, agreed in rows
    )


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_day(moment: datetime, zone: str) -> date:
    """Give the civil day of a moment at a place."""
    return moment.astimezone(_zone(zone)).date()
