"""What the checks of data quality look at, read in a fixed number of statements (ux.md C11)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.domain.attendance import HELD, AttendanceStatus
from gipt.domain.data_quality import (
    LEAST_ALIKE,
    Check,
    Finding,
    MarkFact,
    MeetingFact,
    Quality,
    are_alike,
    has_wrong_date,
    lacks_register,
    mark_findings,
)
from gipt.models import (
    Answer,
    Assessment,
    Attendance,
    Consent,
    CurriculumVersion,
    Cycle,
    Enrolment,
    Group,
    Member,
    Membership,
    Session,
)
from gipt.queries.likeness import MOST_PAIRS, alike_among
from gipt.queries.report_rows import RUNS, Scope

MOST_COMPARED = 5_000
"""People among whom pairs are looked for; comparing more takes longer than a report may."""
RECORDED = frozenset(Check) - {Check.CONFLICTS, Check.SILENT_PHONES}
"""Checks of what is stored. Nothing is stored of two values for one cell, nor of phones that were not heard of."""


def read_quality(connection: Connection, scope: Scope, today: date) -> Quality:
    """Make every check over the sites and days of a report; nine statements, whatever the number of members."""
    meetings = list(read_meetings(connection, scope, today))
    findings = [Finding(Check.NO_REGISTER, one.code) for one in meetings if lacks_register(one, today)]
    findings += [
        Finding(Check.WRONG_DATE, one.code)
        for one in meetings
        if has_wrong_date(one.held_on, one.first, today)
    ]
    findings += mark_findings(read_marks(connection, scope))
    findings += wrong_assessment_dates(connection, scope, today)
    findings += in_two_groups(connection, scope)
    findings += without_consent(connection, scope)
    findings += alike_meetings(connection, scope)
    pairs = duplicates(connection, scope)
    done = RECORDED if pairs is not None else RECORDED - {Check.DUPLICATES}
    return Quality((*findings, *(pairs or ())), done)


def session_code() -> Any:
    """Give the code of a session in lists: group, cycle, number."""
    return Group.code + "." + sa.cast(Cycle.number, sa.Text) + "/" + sa.cast(Session.number, sa.Text)


def sessions_in(statement: Any, scope: Scope) -> Any:
    """Limit a statement that holds Session to core sessions of the sites and days."""
    return (
        statement.join(Cycle, Cycle.id == Session.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(
            Group.site_id.in_(scope.site_ids),
            Cycle.status.in_(RUNS),
            Session.kind == "core",
            Session.on_date.between(scope.period.first, scope.period.last),
        )
    )


def read_meetings(connection: Connection, scope: Scope, today: date) -> Iterator[MeetingFact]:
    """Read the meetings up to today, and every one that is said to have been held."""
    marks = sa.select(sa.func.count()).where(Attendance.session_id == Session.id).scalar_subquery()
    first = sa.select(sa.func.min(Enrolment.enrolled_on)).where(Enrolment.cycle_id == Cycle.id)
    rows = connection.execute(
        sessions_in(
            sa.select(
                session_code(),
                Session.on_date,
                first.scalar_subquery(),
                Session.status,
                Session.held_on,
                marks,
            ),
            scope,
        )
        .where(sa.or_(Session.on_date < today, Session.held_on.is_not(None)))
        .order_by(Group.code, Cycle.number, Session.number)
    )
    row: Any
    for row in rows:
        code, on, began, status, held_on, count = row
        yield MeetingFact(code, on, began or on, status, held_on, count)


def read_marks(connection: Connection, scope: Scope) -> Iterator[MarkFact]:
    """Read the members of each held session by mark, and whether they answered a check-in there."""
    due = read_due(connection)
    answered = (
        sa.select(Assessment.session_id, Assessment.enrolment_id)
        .where(Assessment.session_id.is_not(None), Assessment.status == "done")
        .distinct()
        .subquery()
    )
    marked = (
        sessions_in(
            sa.select(
                Session.id,
                session_code().label("code"),
                Session.number,
                Cycle.curriculum_version_id,
                Attendance.status,
                sa.case((answered.c.enrolment_id.is_not(None), 1), else_=0).label("answered"),
            )
            .select_from(Attendance)
            .join(Session, Session.id == Attendance.session_id)
            .outerjoin(
                answered,
                sa.and_(
                    answered.c.session_id == Attendance.session_id,
                    answered.c.enrolment_id == Attendance.enrolment_id,
                ),
            ),
            scope,
        )
        .where(Session.status == HELD)
        .subquery()
    )
    names = (
        marked.c.code, marked.c.number, marked.c.curriculum_version_id, marked.c.status, marked.c.answered,
    )  # fmt: skip
    rows: Iterable[Any] = connection.execute(
        sa.select(*names, sa.func.count()).group_by(marked.c.id, *names).order_by(marked.c.code)
    )
    for code, number, version, status, made, members in rows:
        yield MarkFact(code, AttendanceStatus(status), bool(made), number in due.get(version, ()), members)


def read_due(connection: Connection) -> dict[str, frozenset[int]]:
    """Read in which sessions each curriculum version asks for a check-in that may not be left out."""
    rows: Iterable[Any] = connection.execute(sa.select(CurriculumVersion.id, CurriculumVersion.content))
    return {
        version: frozenset(
            number
            for one in content.get("measures", ())
            if one.get("point") == "session" and one.get("required", True)
            for number in one.get("sessions", ())
        )
        for version, content in rows
    }


def wrong_assessment_dates(connection: Connection, scope: Scope, today: date) -> list[Finding]:
    """Find check-ins of meetings that are dated after today, or before the person was enrolled."""
    rows: Iterable[Any] = connection.execute(
        sa.select(Member.code, sa.func.count())
        .select_from(Assessment)
        .join(Enrolment, Enrolment.id == Assessment.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .join(Cycle, Cycle.id == Enrolment.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(
            Group.site_id.in_(scope.site_ids),
            Enrolment.enrolled_on.between(scope.period.first, scope.period.last),
            Assessment.session_id.is_not(None),
            sa.or_(Assessment.on_date > today, Assessment.on_date < Enrolment.enrolled_on),
        )
        .group_by(Member.code)
    )
    return [Finding(Check.WRONG_DATE, code, count) for code, count in rows]


def members_in(statement: Any, scope: Scope) -> Any:
    """Limit a statement that holds Enrolment to the sites and days, with its member."""
    return (
        statement.join(Member, Member.id == Enrolment.member_id)
        .join(Cycle, Cycle.id == Enrolment.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(
            Group.site_id.in_(scope.site_ids),
            Cycle.status.in_(RUNS),
            Enrolment.enrolled_on <= scope.period.last,
        )
    )


def in_two_groups(connection: Connection, scope: Scope) -> list[Finding]:
    """Find people who belong to two groups that go on."""
    rows: Iterable[Any] = connection.execute(
        members_in(
            sa.select(Member.code)
            .select_from(Membership)
            .join(Enrolment, Enrolment.id == Membership.enrolment_id),
            scope,
        )
        .where(Membership.left_on.is_(None), Enrolment.exit_on.is_(None), Cycle.status != "closed")
        .group_by(Member.code)
        .having(sa.func.count(sa.distinct(Membership.cycle_id)) > 1)
    )
    return [Finding(Check.TWO_GROUPS, row[0]) for row in rows]


def without_consent(connection: Connection, scope: Scope) -> list[Finding]:
    """Find people enrolled in the period of whom nobody wrote down that they agreed to take part."""
    agreed = sa.exists().where(
        Consent.member_id == Enrolment.member_id, Consent.purpose == "service", Consent.given.is_(True)
    )
    rows: Iterable[Any] = connection.execute(
        members_in(sa.select(Member.code).select_from(Enrolment), scope)
        .where(Enrolment.enrolled_on >= scope.period.first, ~agreed)
        .group_by(Member.code)
    )
    return [Finding(Check.NO_CONSENT, row[0]) for row in rows]


def alike_meetings(connection: Connection, scope: Scope) -> list[Finding]:
    """Find meetings in which every member gave the same answers; equal totals first, so that few answers are read."""
    done = (Assessment.status == "done", Assessment.total.is_not(None), Assessment.total_only.is_(False))
    suspected = (
        sessions_in(
            sa.select(Session.id, session_code().label("code"), Assessment.measure)
            .select_from(Assessment)
            .join(Session, Session.id == Assessment.session_id),
            scope,
        )
        .where(*done)
        .group_by(Session.id, Group.code, Cycle.number, Session.number, Assessment.measure)
        .having(
            sa.func.count() >= LEAST_ALIKE, sa.func.min(Assessment.total) == sa.func.max(Assessment.total)
        )
        .subquery()
    )
    rows: Iterable[Any] = connection.execute(
        sa.select(suspected.c.code, suspected.c.measure, Assessment.id, Answer.value)
        .join(
            Assessment,
            sa.and_(Assessment.session_id == suspected.c.id, Assessment.measure == suspected.c.measure),
        )
        .join(Answer, Answer.assessment_id == Assessment.id)
        .where(*done)
        .order_by(suspected.c.code, Assessment.id, Answer.item)
    )
    found: dict[tuple[str, str], dict[str, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    for code, measure, assessment, value in rows:
        found[code, measure][assessment].append(value)
    codes = {code for (code, _measure), answers in found.items() if are_alike(answers)}
    return [Finding(Check.ALIKE, code) for code in sorted(codes)]


def duplicates(connection: Connection, scope: Scope) -> list[Finding] | None:
    """Find pairs of people who may be one and about whom nobody decided; None where there are too many to compare."""
    mine = sa.select(Member.id).where(Member.site_id.in_(scope.site_ids), Member.merged_into_id.is_(None))
    if (connection.scalar(sa.select(sa.func.count()).select_from(mine.subquery())) or 0) > MOST_COMPARED:
        return None
    pairs = alike_among(connection, mine)
    return [Finding(Check.DUPLICATES, f"{first} = {second}") for first, second in pairs[:MOST_PAIRS]]
