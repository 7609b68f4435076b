"""The people the programme is for, and what they agreed to."""

from datetime import date, datetime

import sqlalchemy as sa

from gipt.db import Mapped, Model, between, choice, id_column, mapped_column, not_blank, reference, sealed
from gipt.domain.people import Disability, Displacement, Sex


class Member(Model):
    """A person, once; screened, waiting or enrolled. Names, phones and free text are sealed."""

    __tablename__ = "member"
    __table_args__ = (
        not_blank("code"),
        sa.UniqueConstraint("code"),
        choice("sex", Sex),
        choice("displacement", Displacement),
        choice("disability", Disability),
        between("birth_year", 1900, 2100),
        choice("may_call", ("yes", "no")),
        choice("may_text", ("yes", "neutral", "no")),
        sa.CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_into_itself"),
    )

    id: Mapped[str] = id_column()
    site_id: Mapped[str] = reference("site.id")
    code: Mapped[str]
    name: Mapped[str | None] = sealed("member.name")
    called_name: Mapped[str | None] = sealed("member.called_name")
    name_index: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None] = sealed("member.phone")
    phone_index: Mapped[str | None] = mapped_column(index=True)
    place: Mapped[str | None] = sealed("member.place")
    sex: Mapped[str | None]
    birth_year: Mapped[int | None]
    birth_estimated: Mapped[bool] = mapped_column(default=True)
    age_band: Mapped[str | None]
    language: Mapped[str | None]
    disability: Mapped[str | None]
    displacement: Mapped[str | None]
    population: Mapped[str | None]
    may_call: Mapped[str | None]
    may_text: Mapped[str | None]
    contact_note: Mapped[str | None] = sealed("member.contact_note")
    caregiver_name: Mapped[str | None] = sealed("member.caregiver_name")
    caregiver_relation: Mapped[str | None] = sealed("member.caregiver_relation")
    note: Mapped[str | None] = sealed("member.note")
    merged_into_id: Mapped[str | None] = reference("member.id", nullable=True)
    died_on: Mapped[date | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class MemberSound(Model):
    """The keyed hash of one word's sound in a member's name: finds the same person spelled differently."""

    __tablename__ = "member_sound"
    __table_args__ = (sa.Index("ix_member_sound_sound", "sound"),)

    member_id: Mapped[str] = reference("member.id", primary_key=True, index=False)
    sound: Mapped[str] = mapped_column(sa.Text, primary_key=True)


class NotTogether(Model):
    """Two members who must not sit in one group; the reason is sealed. `member_a` sorts first."""

    __tablename__ = "not_together"
    __table_args__ = (
        sa.CheckConstraint("member_a < member_b", name="in_order"),
        choice("kind", ("relative", "household", "safety", "other")),
    )

    member_a: Mapped[str] = reference("member.id", primary_key=True, index=False)
    member_b: Mapped[str] = reference("member.id", primary_key=True)
    kind: Mapped[str]
    note: Mapped[str | None] = sealed("not_together.note")
    created_at: Mapped[datetime]


class DifferentPeople(Model):
    """Two members who look alike and are not one person: somebody decided, so nobody is asked again."""

    __tablename__ = "different_people"
    __table_args__ = (sa.CheckConstraint("member_a < member_b", name="in_order"),)

    member_a: Mapped[str] = reference("member.id", primary_key=True, index=False)
    member_b: Mapped[str] = reference("member.id", primary_key=True)
    by_id: Mapped[str | None] = reference("staff.id", nullable=True, index=False)
    created_at: Mapped[datetime]


class Consent(Model):
    """What one person agreed to or refused for one purpose, on one day; later rows supersede earlier ones."""

    __tablename__ = "consent"
    __table_args__ = (
        choice("purpose", ("service", "contact", "research", "media")),
        choice("given_by", ("self", "caregiver")),
        choice("how", ("written", "thumbprint", "spoken", "paper_on_file")),
        sa.Index("ix_consent_member_id_purpose", "member_id", "purpose"),
    )

    id: Mapped[str] = id_column()
    member_id: Mapped[str] = reference("member.id", index=False)
    purpose: Mapped[str]
    given_by: Mapped[str] = mapped_column(default="self")
    given: Mapped[bool]
    on_date: Mapped[date]
    how: Mapped[str]
    language: Mapped[str | None]
    version: Mapped[str | None]
    witness: Mapped[str | None] = sealed("consent.witness")
    by_id: Mapped[str | None] = reference("staff.id", nullable=True)
    created_at: Mapped[datetime]
