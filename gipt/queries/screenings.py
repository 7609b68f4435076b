"""Reads about screening: criteria in force, the waiting list with its filters, one screening to go on with."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.eligibility import DEFAULT_CRITERIA
from gipt.domain.people import AgeBand, age_on
from gipt.domain.problems import NotFound
from gipt.models import (
    Answer,
    Assessment,
    Consent,
    Criteria,
    Group,
    Member,
    Programme,
    Screening,
    Site,
    Staff,
)
from gipt.queries.members import present_group
from gipt.queries.rows import record
from gipt.queries.scope import Condition, at_sites

PAGE = 50
ON_LIST = ("waiting", "offered", "accepted", "not_now")
VIEWS = (*ON_LIST, "unfinished", "not_included", "placed", "referred", "closed")
BANDS = (
    AgeBand(10, 14),
    AgeBand(15, 17),
    AgeBand(18, 24),
    AgeBand(25, 49),
    AgeBand(50, 59),
    AgeBand(60, None),
)


@dataclass(frozen=True, slots=True)
class CriteriaView:
    """One version of the criteria; version 0 are the programme's settings before anybody was screened."""

    version: int
    measure: str
    cut_off: int
    citation: str
    age_from: int | None
    age_to: int | None
    function_measure: str | None
    function_cutoff: int | None
    adopted_at: datetime | None
    adopted_by: str | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the waiting list is limited to; `day` 0 is Monday, `view` a state or None for all who wait."""

    site_id: str | None = None
    view: str | None = None
    sex: str | None = None
    band: str | None = None
    language: str | None = None
    day: int | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One line of the waiting list."""

    screening_id: str
    member_id: str
    code: str
    name: str
    place: str | None
    site: str
    sex: str | None
    birth_year: int | None
    language: str | None
    on_date: date
    outcome: str | None
    reasons: tuple[str, ...]
    waiting: str | None
    days: int
    part_of_day: str
    version: int
    measure: str
    cut_off: int
    total: int | None
    consented: bool
    group: str | None

    def age(self, on: date) -> int | None:
        """Give the age on a day, None when not known."""
        return age_on(on, birth_year=self.birth_year)


@dataclass(frozen=True, slots=True)
class WaitingList:
    """One page of the list; `total` counts all that fit."""

    rows: tuple[WaitingRow, ...]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class ScreeningForm:
    """What is stored of one screening, to go on with it: answers by item as they would be typed."""

    screening_id: str
    member_id: str
    on_date: date
    days: int
    part_of_day: str
    outcome: str | None
    reasons: tuple[str, ...]
    waiting: str | None
    answers: dict[str, dict[str, str]]
    criteria: CriteriaView


def criteria_now() -> CriteriaView:
    """Give the criteria in force; before the first screening those of the programme's settings."""
    found = _criteria(limit=1)
    if found:
        return found[0]
    row = db.session.execute(
        sa.select(Programme.entry_measure, Programme.entry_cutoff, Programme.entry_citation)
    ).first()
    measure, cut_off, citation = row if row is not None else ("phq9", DEFAULT_CRITERIA.cut_off, "")
    return CriteriaView(
        0, measure, cut_off, citation or DEFAULT_CRITERIA.citation, None, None, None, None, None, None
    )


def criteria_versions() -> tuple[CriteriaView, ...]:
    """Give every adopted version, newest first."""
    return _criteria()


def _criteria(limit: int | None = None, criteria_id: str | None = None) -> tuple[CriteriaView, ...]:
    wanted = (
        sa.select(
            Criteria.version,
            Criteria.measure,
            Criteria.cutoff,
            Criteria.citation,
            Criteria.age_from,
            Criteria.age_to,
            Criteria.function_measure,
            Criteria.function_cutoff,
            Criteria.adopted_at,
            Staff.name,
        )
        .outerjoin(Staff, Staff.id == Criteria.adopted_by_id)
        .order_by(Criteria.version.desc())
    )
    if limit is not None:
        wanted = wanted.limit(limit)
    if criteria_id is not None:
        wanted = wanted.where(Criteria.id == criteria_id)
    return tuple(record(CriteriaView, row) for row in db.session.execute(wanted))


def waiting_list(by: Actor, on: date, filters: Filters, page: int = 1, size: int = PAGE) -> WaitingList:
    """Give one page of the waiting list, longest waiting first; two statements whatever the number of people."""
    where = [
        at_sites(Screening.site_id, sites_for(by, Permission.PEOPLE_SEE)),
        Member.merged_into_id.is_(None),
        *_conditions(filters, on),
    ]
    base = sa.select(Screening.id).join(Member, Member.id == Screening.member_id).where(*where)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(base.subquery())) or 0
    rows = db.session.execute(
        _columns()
        .where(*where)
        .order_by(Screening.on_date, Member.code)
        .limit(size)
        .offset((page - 1) * size)
    )
    return WaitingList(tuple(_row(row) for row in rows), total, page)


def waiting_rows(by: Actor, member_ids: Collection[str]) -> tuple[WaitingRow, ...]:
    """Give the latest line of each of these people, in the order asked for."""
    if not member_ids:
        return ()
    rows = db.session.execute(
        _columns()
        .where(
            Screening.member_id.in_(sorted(set(member_ids))),
            at_sites(Screening.site_id, sites_for(by, Permission.PEOPLE_SEE)),
        )
        .order_by(Screening.on_date, Screening.created_at)
    )
    latest = {row[1]: _row(row) for row in rows}
    return tuple(latest[one] for one in dict.fromkeys(member_ids) if one in latest)


def _columns() -> sa.Select[Any]:
    agreed = (
        sa.select(Consent.given)
        .where(Consent.member_id == Member.id, Consent.purpose == "service", Consent.given_by == "self")
        .order_by(Consent.on_date.desc(), Consent.created_at.desc())
        .limit(1)
        .correlate(Member.__table__)
        .scalar_subquery()
    )
    wanted: Any = (
        sa.select(
            Screening.id,
            Member.id,
            Member.code,
            Member.name,
            Member.place,
            Site.name,
            Member.sex,
            Member.birth_year,
            Member.language,
            Screening.on_date,
            Screening.outcome,
            Screening.reasons,
            Screening.waiting,
            Screening.days,
            Screening.part_of_day,
            Criteria.version,
            Criteria.measure,
            Criteria.cutoff,
            Assessment.total,
            agreed,
            present_group(Group.code),
        )
        .select_from(Screening)
        .join(Member, Member.id == Screening.member_id)
        .join(Site, Site.id == Screening.site_id)
        .join(Criteria, Criteria.id == Screening.criteria_id)
        .outerjoin(
            Assessment,
            sa.and_(Assessment.screening_id == Screening.id, Assessment.measure == Criteria.measure),
        )
    )
    columns: sa.Select[Any] = wanted
    return columns


def _row(row: Any) -> WaitingRow:
    values = list(row)
    values[3] = values[3] or values[2]
    values[11] = tuple(values[11])
    values[19] = bool(values[19])
    return record(WaitingRow, values)


def _conditions(filters: Filters, on: date) -> Iterable[Condition]:
    if filters.view == "unfinished":
        yield Screening.outcome.is_(None)
    elif filters.view == "not_included":
        yield sa.and_(Screening.outcome.is_not(None), Screening.waiting.is_(None))
    else:
        yield Screening.waiting.in_((filters.view,) if filters.view else ON_LIST)
    if filters.site_id:
        yield Screening.site_id == filters.site_id
    if filters.sex:
        yield Member.sex == filters.sex
    if filters.language:
        yield Member.language == filters.language
    band = next((one for one in BANDS if one.code == filters.band), None)
    if band is not None:
        yield Member.birth_year <= on.year - band.low
        if band.high is not None:
            yield Member.birth_year >= on.year - band.high
    if filters.day is not None:
        yield Screening.days.op("&")(1 << filters.day) != 0
    if filters.part:
        yield Screening.part_of_day.in_((filters.part, "any"))


def find_screening(by: Actor, screening_id: str, needs: Permission = Permission.PEOPLE_SEE) -> ScreeningForm:
    """Give one screening with its answers; raise NotFound where `needs` is not held. Three statements."""
    row = db.session.execute(
        sa.select(
            Screening.id,
            Screening.member_id,
            Screening.on_date,
            Screening.days,
            Screening.part_of_day,
            Screening.outcome,
            Screening.reasons,
            Screening.waiting,
            Screening.criteria_id,
        ).where(Screening.id == screening_id, at_sites(Screening.site_id, sites_for(by, needs)))
    ).first()
    if row is None:
        raise NotFound(kind="screening")
    answers: dict[str, dict[str, str]] = {}
    for measure, item, value, missing in db.session.execute(
        sa.select(Assessment.measure, Answer.item, Answer.value, Answer.missing)
        .join(Answer, Answer.assessment_id == Assessment.id)
        .where(Assessment.screening_id == screening_id)
    ):
        typed = str(value) if missing is None else ("" if missing == "blank" else missing)
        answers.setdefault(measure, {})[item] = typed
    return ScreeningForm(
        row[0],
        row[1],
        row[2],
        row[3],
        row[4],
        row[5],
        tuple(row[6]),
        row[7],
        answers,
        _criteria(criteria_id=row[8])[0],
    )
