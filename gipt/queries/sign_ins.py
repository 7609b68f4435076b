"""Reads for signing in: accounts, one-time links, open sign-ins, tries."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Granted, Role
from gipt.models import Grant, OneTimeLink, Programme, SignIn, SignInAttempt, Staff
from gipt.queries.frame import Frame, frame_columns, frame_of
from gipt.queries.prepared import fetch, prepared
from gipt.secrecy import blind_index


def token_hash(token: str) -> str:
    """Give what is stored of a random token: tokens have 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class OwnDates:
    """How a person wants dates written; None is the programme's choice, `none` as second calendar is none at all."""

    calendar: str | None = None
    second_calendar: str | None = None
    digits: str | None = None
    clock: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Say who is behind a cookie: the open sign-in, the person, the grants.

    With it comes what stands around every page, None before the programme was set up: so nobody has to ask for it.
    """

    sign_in_id: str
    staff_id: str
    kind: str
    code: str
    name: str
    language: str | None
    has_pin: bool
    actor: Actor
    dates: OwnDates = OwnDates()
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Hold what is needed to check a password or PIN."""

    staff_id: str
    password_hash: str | None
    pin_hash: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link that still works."""

    link_id: str
    staff_id: str
    purpose: str
    sign_in_name: str


OF_PERSON = 14
"""How many columns of `_signed_in` speak of the person; those of the frame follow."""


@prepared
def _signed_in(hashed: str, now: datetime) -> sa.Executable:
    return (
        sa.select(
            SignIn.id,
            SignIn.kind,
            Staff.id.label("staff_id"),
            Staff.code,
            Staff.name,
            Staff.sign_in_name,
            Staff.language,
            Staff.calendar,
            Staff.second_calendar,
            Staff.digits,
            Staff.clock,
            Staff.pin_hash,
            Grant.role,
            Grant.site_id,
            *frame_columns(),
        )
        .join(Staff, Staff.id == SignIn.staff_id)
        .outerjoin(Grant, Grant.staff_id == Staff.id)
        .outerjoin(Programme, Programme.single == 1)
        .where(
            SignIn.token_hash == hashed,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            Staff.active.is_(True),
        )
    )


def find_signed_in(token: str, now: datetime) -> SignedIn | None:
    """Find the open sign-in of a cookie's token; None when ended, expired or the person left."""
    rows = fetch(_signed_in(token_hash(token), now)).all()
    if not rows:
        return None
    first = rows[0]
    grants = frozenset(Granted(Role(row.role), row.site_id) for row in rows if row.role is not None)
    return SignedIn(
        sign_in_id=first.id,
        staff_id=first.staff_id,
        kind=first.kind,
        code=first.code,
        name=first.name or first.sign_in_name,
        language=first.language,
        has_pin=first.pin_hash is not None,
        actor=Actor(staff_id=first.staff_id, grants=grants),
        dates=OwnDates(first.calendar, first.second_calendar, first.digits, first.clock),
        frame=frame_of(*first[OF_PERSON:]),
    )


def find_account(sign_in_name: str) -> Account | None:
    """Find the account of a sign-in name."""
    return _account(Staff.sign_in_name == sign_in_name)


def find_account_by_id(staff_id: str) -> Account | None:
    """Find the account of a staff id."""
    return _account(Staff.id == staff_id)


def _account(where: sa.ColumnElement[bool]) -> Account | None:
    row = db.session.execute(
        sa.select(Staff.id, Staff.password_hash, Staff.pin_hash, Staff.active).where(where)
    ).first()
    return None if row is None else Account(row.id, row.password_hash, row.pin_hash, row.active)


def find_link(token: str, now: datetime) -> Link | None:
    """Find the unused, unexpired one-time link of a token."""
    row = db.session.execute(
        sa.select(OneTimeLink.id, OneTimeLink.staff_id, OneTimeLink.purpose, Staff.sign_in_name)
        .join(Staff, Staff.id == OneTimeLink.staff_id)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            Staff.active.is_(True),
        )
    ).first()
    return None if row is None else Link(row.id, row.staff_id, row.purpose, row.sign_in_name)


def wait_seconds(account: str, address: str | None, now: datetime) -> int:
    """Give how long this account and address must wait before the next try (0: may try now).

    After five wrong tries in a row the waits are 1, 5 and then 15 minutes (decision 24); an address waits after
    thirty wrong tries within 15 minutes, whatever the account. Phones behind one office share an address.
    """
    wrong = _wrong_since_right(blind_index(account, "sign_in_account"), now)
    seconds = 0
    if wrong and len(wrong) >= 5:
        pause = timedelta(minutes=(1, 5, 15)[min((len(wrong) - 5) // 5, 2)])
        seconds = max(0, int((wrong[0] + pause - now).total_seconds()) + 1) if wrong[0] + pause > now else 0
    if address is not None:
        since = now - timedelta(minutes=15)
        tries = db.session.execute(
            sa.select(sa.func.count(), sa.func.min(SignInAttempt.at)).where(
                SignInAttempt.address_index == blind_index(address, "sign_in_address"),
                SignInAttempt.at > since,
                SignInAttempt.ok.is_(False),
            )
        ).one()
        if tries[0] >= 30:
            seconds = max(seconds, 60)
    return seconds


def _wrong_since_right(account_index: str, now: datetime) -> list[datetime]:
    rows = db.session.execute(
        sa.select(SignInAttempt.at, SignInAttempt.ok)
        .where(SignInAttempt.account_index == account_index, SignInAttempt.at > now - timedelta(days=1))
        .order_by(SignInAttempt.at.desc())
        .limit(40)
    ).all()
    wrong = []
    for row in rows:
        if row.ok:
            break
        wrong.append(row.at)
    return wrong


def anybody_can_administer() -> bool:
    """Say whether an active administrator with a password exists: before that only set-up answers."""
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    Grant.staff_id == Staff.id,
                    Grant.role == Role.ADMIN.value,
                    Staff.active.is_(True),
                    Staff.password_hash.is_not(None),
                )
            )
        )
    )
