"""Writes about what people agreed to: by purpose, by whom, how; later words replace earlier ones."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit
from gipt.actions.members import member_for
from gipt.db import db, new_id
from gipt.domain.access import Actor
from gipt.domain.people import age_on, is_minor
from gipt.domain.problems import Conflict, Invalid
from gipt.models import Consent, Screening

PURPOSES = ("service", "contact", "research", "media")
WAYS = ("written", "thumbprint", "spoken", "paper_on_file")
PEOPLE = ("self", "caregiver")


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """Say what was agreed to or refused (`given`), by whom, when and how; `version` is that of the words used."""

    member_id: str
    purpose: str
    given: bool
    on_date: date
    how: str
    given_by: str = "self"
    language: str | None = None
    version: str | None = None
    witness: str | None = None


@action("give_consent")
def give_consent(*, record: ConsentRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Note a consent or a refusal; gives its id. Facilitators may, for own members.

    A minor needs two: own assent (`self`) and the caregiver's consent (domain.md 1.4).
    """
    member = member_for(by, record.member_id, now)
    _check(record, now)
    if (
        record.given_by == "caregiver"
        and is_minor(age_on(record.on_date, birth_year=member.birth_year)) is False
    ):
        raise Conflict(reason="adult_consents_alone", field="given_by")
    consent_id = new_id()
    db.session.add(
        Consent(
            id=consent_id,
            member_id=member.id,
            purpose=record.purpose,
            given_by=record.given_by,
            given=record.given,
            on_date=record.on_date,
            how=record.how,
            language=record.language,
            version=record.version,
            witness=record.witness,
            by_id=by.staff_id,
            created_at=now,
        )
    )
    if record.purpose == "service" and not record.given:
        _stop_waiting(member.id)
    audit(
        "give_consent" if record.given else "withdraw_consent",
        by=by,
        now=now,
        entity="member",
        entity_id=member.id,
        op=op,
        purpose=record.purpose,
        given_by=record.given_by,
    )
    return consent_id


@action("withdraw_consent")
def withdraw_consent(
    *,
    member_id: str,
    purpose: str,
    on_date: date,
    how: str = "spoken",
    given_by: str = "self",
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Note that a consent no longer stands; gives the id of the new row. The earlier one stays in the record."""
    record = ConsentRecord(
        member_id=member_id, purpose=purpose, given=False, on_date=on_date, how=how, given_by=given_by
    )
    return give_consent(record=record, by=by, now=now)


def _check(record: ConsentRecord, now: datetime) -> None:
    for field, value, codes in (
        ("purpose", record.purpose, PURPOSES),
        ("how", record.how, WAYS),
        ("given_by", record.given_by, PEOPLE),
    ):
        if value not in codes:
            raise Invalid(field=field, reason="unknown_choice")
    # A day of grace: it may already be tomorrow where the person lives.
    if (record.on_date - now.date()).days > 1:
        raise Invalid(field="on_date", reason="in_future")


def _stop_waiting(member_id: str) -> None:
    db.session.execute(
        sa.update(Screening)
        .where(
            Screening.member_id == member_id,
            Screening.waiting.in_(("waiting", "offered", "accepted", "not_now")),
        )
        .values(waiting="closed")
    )
