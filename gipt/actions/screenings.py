"""Writes about who may take part: criteria, screenings, the waiting list, overrides, referrals.

The outcome of a screening comes from `gipt.domain.eligibility` with its reasons and the version of the criteria;
a later version never rewrites it. The answers go through `gipt.actions.assessments`, which stores what can be
read and opens a safety episode in the same transaction, whatever else is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.actions.assessments import Form, Target, record_assessment, record_total
from gipt.actions.base import action, audit, require, require_at
from gipt.actions.consents import ConsentRecord, give_consent
from gipt.actions.members import living_member, member_for
from gipt.actions.programme import the_programme
from gipt.db import db, new_id
from gipt.domain import eligibility
from gipt.domain.access import Actor, Permission, allows_at
from gipt.domain.eligibility import DEFAULT_CRITERIA, Eligibility, EligibilityOutcome, EligibilityReason
from gipt.domain.measures import get_measure_by_key, meets_cut_off
from gipt.domain.people import age_on
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.models import Assessment, Criteria, Member, Referral, Screening

EVERY_DAY = 127
WAITS = frozenset({EligibilityOutcome.ELIGIBLE, EligibilityOutcome.ELIGIBLE_WAITLISTED})
MOVES: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"offered", "accepted", "not_now", "closed"}),
    "offered": frozenset({"waiting", "not_now"}),
    "accepted": frozenset({"waiting", "offered", "not_now"}),
    "not_now": frozenset({"waiting", "offered", "accepted"}),
    "closed": frozenset({"waiting", "offered", "accepted", "not_now"}),
}
"""Where a person may stand before each state; "placed" and "referred" have actions of their own."""


@dataclass(frozen=True, slots=True)
class CriteriaRecord:
    """Describe criteria: `measure` and `function_measure` are keys such as `phq9` or `whodas12@0-4`."""

    measure: str
    cut_off: int
    citation: str
    age_from: int | None = None
    age_to: int | None = None
    function_measure: str | None = None
    function_cutoff: int | None = None


@dataclass(frozen=True, slots=True)
class ScreeningRecord:
    """Say what was asked of whom and what was found.

    `texts` and `function_texts` are answers as typed by item id; `total` is a total without answers (an old
    list), on `total_scale` where the measure has two. `exclusions` are codes of `gipt.domain.eligibility`.
    `days` is a sum of 1 for Monday, 2 for Tuesday … 64 for Sunday: when the person could come.
    """

    member_id: str
    on_date: date
    texts: Mapping[str, str | None] = field(default_factory=dict)
    function_texts: Mapping[str, str | None] = field(default_factory=dict)
    total: str | None = None
    total_scale: str | None = None
    exclusions: frozenset[str] = frozenset()
    declined: bool = False
    reachable: bool = True
    duplicate: bool = False
    place_free: bool = True
    days: int = EVERY_DAY
    part_of_day: str = "any"
    mode: str = "interviewer"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ReferralRecord:
    """Say to which service a person was sent on, how urgently, and whether the person agreed."""

    member_id: str
    to_service: str
    given_on: date
    urgency: str = "soon"
    agreed: str = "not_asked"
    accompanied: bool | None = None
    kind: str = "screening"
    screening_id: str | None = None


# --- criteria -----------------------------------------------------------------------------------------------------


@action("adopt_criteria")
def adopt_criteria(*, record: CriteriaRecord, by: Actor, now: datetime, op: str | None = None) -> int:
    """Adopt a new version of the entry criteria; gives its number. What older versions decided stays decided."""
    require(by, Permission.CRITERIA_EDIT)
    version = (db.session.scalar(sa.select(sa.func.max(Criteria.version))) or 0) + 1
    eligibility.check_criteria(as_domain(_criteria_row(record, version, None, now)))
    db.session.add(_criteria_row(record, version, by.staff_id, now))
    programme = the_programme()
    programme.entry_measure, programme.entry_cutoff = record.measure, record.cut_off
    programme.entry_citation = record.citation
    audit(
        "adopt_criteria",
        by=by,
        now=now,
        entity="criteria",
        op=op,
        version=version,
        measure=record.measure,
        cut_off=record.cut_off,
    )
    return version


def criteria_in_force(by: Actor, now: datetime) -> Criteria:
    """Give the newest criteria; the first screening of a programme takes the programme's own settings as version 1."""
    newest: Criteria | None = db.session.scalar(
        sa.select(Criteria).order_by(Criteria.version.desc()).limit(1)
    )
    if newest is not None:
        return newest
    programme = the_programme()
    record = CriteriaRecord(
        measure=programme.entry_measure,
        cut_off=programme.entry_cutoff,
        citation=programme.entry_citation or DEFAULT_CRITERIA.citation,
    )
    row = _criteria_row(record, 1, None, now)
    eligibility.check_criteria(as_domain(row))
    db.session.add(row)
    db.session.flush()
    audit(
        "adopt_criteria",
        by=by,
        now=now,
        entity="criteria",
        entity_id=row.id,
        version=1,
        measure=record.measure,
        cut_off=record.cut_off,
        from_settings=True,
    )
    return row


def as_domain(row: Criteria) -> eligibility.Criteria:
    """Give stored criteria as the value that the rules work with."""
    return eligibility.Criteria(
        version=row.version,
        measure=row.measure,
        cut_off=row.cutoff,
        citation=row.citation,
        function_measure=row.function_measure,
        function_threshold=row.function_cutoff,
        age_min=row.age_from,
        age_max=row.age_to,
    )


def _criteria_row(record: CriteriaRecord, version: int, staff_id: str | None, now: datetime) -> Criteria:
    return Criteria(
        id=new_id(),
        version=version,
        measure=record.measure,
        cutoff=record.cut_off,
        citation=record.citation.strip(),
        age_from=record.age_from,
        age_to=record.age_to,
        function_measure=record.function_measure or None,
        function_cutoff=record.function_cutoff,
        adopted_by_id=staff_id,
        adopted_at=now,
    )


# --- screening ----------------------------------------------------------------------------------------------------


@action("record_screening")
def record_screening(
    *,
    record: ScreeningRecord,
    screening_id: str | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> dict[str, Any]:
    """Store a screening, or go on with one; gives `screening_id`, `outcome`, `reasons`, `total`, `safety`, `faults`.

    Answers that cannot be read are in `faults` and everything else is stored: the screening then has no outcome
    until they are mended. Going on with a screening keeps the criteria under which it began.
    """
    member = living_member(record.member_id)
    require_at(by, Permission.PEOPLE_EDIT, member.site_id)
    _check_record(record, now)
    row = _screening_row(screening_id, member, record, by, now)
    criteria = db.session.get_one(Criteria, row.criteria_id)
    main = _record_measure(criteria.measure, record.texts, record, row, by, now)
    function: dict[str, Any] = {"faults": []}
    if criteria.function_measure is not None:
        function = _record_measure(
            criteria.function_measure, record.function_texts, record, row, by, now, total=False
        )
    _decide(row, criteria, member, record)
    audit(
        "record_screening",
        by=by,
        now=now,
        entity="screening",
        entity_id=row.id,
        op=op,
        member=member.id,
        outcome=row.outcome,
        criteria=criteria.version,
    )
    return {
        "screening_id": row.id,
        "outcome": row.outcome,
        "reasons": row.reasons,
        "total": main.get("total"),
        "safety": main.get("safety", "not_asked"),
        "faults": [*main["faults"], *function["faults"]],
    }


def _check_record(record: ScreeningRecord, now: datetime) -> None:
    if (record.on_date - now.date()).days > 1:
        raise Invalid(field="on_date", reason="in_future")
    if not 0 <= record.days <= EVERY_DAY:
        raise Invalid(field="days", reason="out_of_range", low=0, high=EVERY_DAY)
    if record.part_of_day not in ("morning", "afternoon", "any"):
        raise Invalid(field="part_of_day", reason="unknown_choice")


def _screening_row(
    screening_id: str | None, member: Member, record: ScreeningRecord, by: Actor, now: datetime
) -> Screening:
    if screening_id is None:
        row = Screening(
            id=new_id(),
            member_id=member.id,
            site_id=member.site_id,
            criteria_id=criteria_in_force(by, now).id,
            outcome=None,
            reasons=[],
            complete=False,
            positive=None,
            waiting=None,
            created_at=now,
            on_date=record.on_date,
            assessor_id=by.staff_id,
            days=record.days,
            part_of_day=record.part_of_day,
        )
        db.session.add(row)
        db.session.flush()
        return row
    found = db.session.get(Screening, screening_id)
    if found is None or found.member_id != member.id:
        raise NotFound(kind="screening")
    if found.override_by_id is not None:
        raise Conflict(reason="overridden")
    found.on_date, found.days, found.part_of_day = record.on_date, record.days, record.part_of_day
    return found


def _record_measure(
    measure: str,
    texts: Mapping[str, str | None],
    record: ScreeningRecord,
    row: Screening,
    by: Actor,
    now: datetime,
    *,
    total: bool = True,
) -> dict[str, Any]:
    """Store the answers, or the total that came alone; nothing when neither was given."""
    target = Target(
        member_id=row.member_id,
        measure=measure,
        point="screening",
        on_date=record.on_date,
        screening_id=row.id,
        mode=record.mode,
        language=record.language,
    )
    if total and record.total:
        record_total(target=target, text=record.total, scale=record.total_scale, by=by, now=now)
        return {"faults": [], "safety": "unknown"}
    if not any((text or "").strip() for text in texts.values()):
        return {"faults": []}
    return record_assessment(target=target, form=Form(texts), by=by, now=now)


def _decide(row: Screening, criteria: Criteria, member: Member, record: ScreeningRecord) -> None:
    """Set outcome, reasons and place on the waiting list from what is stored now."""
    db.session.flush()
    stored = {
        one.measure: one
        for one in db.session.scalars(sa.select(Assessment).where(Assessment.screening_id == row.id))
    }
    main, function = stored.get(criteria.measure), stored.get(criteria.function_measure or "")
    counts = main is not None and main.total is not None and main.status == "done"
    total_only = main is not None and main.total_only
    person = eligibility.Candidate(
        total=main.total if counts and main else None,
        total_prorated=bool(main and main.prorated),
        function_total=function.total if function and function.status == "done" else None,
        function_prorated=bool(function and function.prorated),
        age=age_on(record.on_date, birth_year=member.birth_year),
        exclusions=record.exclusions,
        # A total from an old list says nothing about safety: it is asked before the group, and holds nobody up.
        safety_unknown=bool(main and main.safety == "unknown" and not total_only),
        declined=record.declined,
        reachable=record.reachable,
        duplicate=record.duplicate,
        place_free=record.place_free,
    )
    rules = as_domain(criteria)
    result = eligibility.assess(rules, person)
    row.outcome = None if result.outcome is None else result.outcome.value
    row.reasons = [
        *(reason.value for reason in result.reasons),
        *([EligibilityReason.SAFETY_UNKNOWN.value] if total_only else []),
        *(f"exclusion:{code}" for code in result.exclusions),
    ]
    row.complete = bool(counts and main and not main.prorated)
    row.positive = _positive(criteria, person.total) if row.complete else None
    row.waiting = _waiting_after(row.waiting, result)


def _positive(criteria: Criteria, total: int | None) -> bool | None:
    if total is None:
        return None
    return meets_cut_off(total, criteria.cutoff, get_measure_by_key(criteria.measure).direction)


def _waiting_after(before: str | None, result: Eligibility) -> str | None:
    """A corrected screening never takes somebody out of a group; elsewhere it decides again."""
    if before in ("placed", "referred"):
        return before
    if result.outcome not in WAITS:
        return None
    return before or "waiting"


@action("override_screening")
def override_screening(
    *, screening_id: str, outcome: str, reason: str, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Decide otherwise than the criteria, with a reason: supervisors and clinical leads only; counted in reports."""
    row = db.session.get(Screening, screening_id)
    if row is None:
        raise NotFound(kind="screening")
    require_at(by, Permission.SAFETY_HANDLE, row.site_id)
    if outcome not in tuple(EligibilityOutcome):
        raise Invalid(field="outcome", reason="unknown_choice")
    before = None if row.outcome is None else EligibilityOutcome(row.outcome)
    result = eligibility.overridden(
        Eligibility(before, (), 0), EligibilityOutcome(outcome), reason=reason, roles=set(by.roles)
    )
    row.outcome, row.override_reason, row.override_by_id = outcome, result.override_reason, by.staff_id
    row.reasons = [*row.reasons, f"overridden_from:{before}"]
    row.waiting = _waiting_after(row.waiting, result)
    audit(
        "override_screening",
        by=by,
        now=now,
        entity="screening",
        entity_id=screening_id,
        op=op,
        before=before,
        after=outcome,
    )
    return screening_id


# --- the waiting list ---------------------------------------------------------------------------------------------


@action("set_waiting")
def set_waiting(
    *,
    screening_ids: tuple[str, ...],
    state: str,
    consent_how: str | None = None,
    on_date: date | None = None,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> int:
    """Move people on the waiting list (offered, accepted, not_now, waiting, closed); gives how many moved.

    With `consent_how` each of them also agreed to take part, in that way, on `on_date`. Raises Conflict when one
    of them stands elsewhere: somebody else was faster.
    """
    if state not in MOVES:
        raise Invalid(field="waiting", reason="unknown_choice")
    if not screening_ids:
        raise Invalid(field="chosen", reason="missing")
    rows = db.session.scalars(
        sa.select(Screening).where(Screening.id.in_(screening_ids)).order_by(Screening.id)
    ).all()
    if len(rows) != len(set(screening_ids)):
        raise NotFound(kind="screening")
    for row in rows:
        require_at(by, Permission.PEOPLE_EDIT, row.site_id)
        if row.waiting != state and row.waiting not in MOVES[state]:
            raise Conflict(reason="waiting_moved")
        row.waiting = state
        if consent_how is not None and state in ("offered", "accepted"):
            consent = ConsentRecord(
                member_id=row.member_id,
                purpose="service",
                given=True,
                on_date=on_date or now.date(),
                how=consent_how,
            )
            give_consent(record=consent, by=by, now=now)
    audit(
        "set_waiting",
        by=by,
        now=now,
        entity="screening",
        op=op,
        state=state,
        screenings=[row.id for row in rows],
    )
    return len(rows)


@action("set_preferences")
def set_preferences(
    *, screening_id: str, days: int, part_of_day: str, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Note on which days and at what time of day a waiting person could come."""
    row = db.session.get(Screening, screening_id)
    if row is None:
        raise NotFound(kind="screening")
    require_at(by, Permission.PEOPLE_EDIT, row.site_id)
    _check_record(ScreeningRecord(row.member_id, row.on_date, days=days, part_of_day=part_of_day), now)
    row.days, row.part_of_day = days, part_of_day
    audit("set_preferences", by=by, now=now, entity="screening", entity_id=screening_id, op=op)
    return screening_id


@action("refer_member")
def refer_member(*, record: ReferralRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Send a person on to another service; gives the referral's id. A referral from screening ends the waiting."""
    member = member_for(by, record.member_id, now)
    if not record.to_service.strip():
        raise Invalid(field="to_service", reason="missing")
    for name, value, codes in (
        ("urgency", record.urgency, ("now", "today", "soon")),
        ("agreed", record.agreed, ("yes", "no", "not_asked")),
        ("kind", record.kind, ("screening", "end", "other")),
    ):
        if value not in codes:
            raise Invalid(field=name, reason="unknown_choice")
    if record.screening_id is not None:
        row = db.session.get(Screening, record.screening_id)
        if row is None or row.member_id != member.id:
            raise NotFound(kind="screening")
        if row.waiting != "placed":
            row.waiting = "referred"
    referral_id = new_id()
    db.session.add(
        Referral(
            id=referral_id,
            member_id=member.id,
            site_id=member.site_id,
            screening_id=record.screening_id,
            kind=record.kind,
            to_service=record.to_service.strip(),
            urgency=record.urgency,
            agreed=record.agreed,
            accompanied=record.accompanied,
            given_on=record.given_on,
            given_by_id=by.staff_id,
            created_at=now,
        )
    )
    audit(
        "refer_member",
        by=by,
        now=now,
        entity="referral",
        entity_id=referral_id,
        op=op,
        member=member.id,
        kind=record.kind,
    )
    return referral_id


def may_override(by: Actor, site_id: str) -> bool:
    """Say whether the actor may decide otherwise than the criteria at the site."""
    return allows_at(by, Permission.SAFETY_HANDLE, site_id)
