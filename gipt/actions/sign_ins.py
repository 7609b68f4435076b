"""Signing in and out: one-time links, passwords, PINs, open sign-ins (decisions 24, 28 and 29)."""

import secrets
import unicodedata
from datetime import datetime, timedelta

import sqlalchemy as sa
from werkzeug.security import check_password_hash, generate_password_hash

from gipt.actions.base import action, audit
from gipt.db import db, new_id
from gipt.domain.access import Actor
from gipt.domain.problems import Invalid, NotFound, TooManyTries
from gipt.models import OneTimeLink, SignIn, SignInAttempt, Staff
from gipt.queries import sign_ins
from gipt.secrecy import blind_index

METHOD = "scrypt:32768:8:3"
"""OWASP's floor for scrypt (reliability.md N3); Werkzeug's own default lies below it."""
PASSWORD_LENGTH = (15, 128)
"""Characters of a password without a second factor (ASVS 5.0, 6.2.9)."""
LINK_LIFE = timedelta(hours=24)
OFFICE_LIFE = timedelta(hours=12)
PHONE_LIFE = timedelta(days=30)
TOO_SIMPLE_PINS = frozenset({"123456", "654321", "123123", "112233", "121212", "102030"})
# A wrong name must cost as much time as a wrong password.
_NOBODY = generate_password_hash(secrets.token_hex(16), METHOD)


@action("make_link")
def make_link(*, staff_id: str, purpose: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Make a one-time link for a person and give its token; older links of that person stop working."""
    if db.session.get(Staff, staff_id) is None:
        raise NotFound(kind="staff")
    token = secrets.token_urlsafe(32)
    db.session.execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.staff_id == staff_id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    db.session.add(
        OneTimeLink(
            staff_id=staff_id,
            purpose=purpose,
            token_hash=sign_ins.token_hash(token),
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
    )
    audit("make_link", by=by, now=now, entity="staff", entity_id=staff_id, op=None, purpose=purpose)
    return token


@action("use_link")
def _use_link(*, token: str, secret_hash: str, pin: bool, by: Actor, now: datetime) -> str:
    link = sign_ins.find_link(token, now)
    if link is None:
        raise NotFound(kind="link")
    db.session.execute(sa.update(OneTimeLink).where(OneTimeLink.id == link.link_id).values(used_at=now))
    changed = {"pin_hash": secret_hash} if pin else {"password_hash": secret_hash}
    db.session.execute(sa.update(Staff).where(Staff.id == link.staff_id).values(**changed))
    # Whoever held the old secret is signed out everywhere.
    db.session.execute(
        sa.update(SignIn)
        .where(SignIn.staff_id == link.staff_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )
    audit("use_link", by=Actor(link.staff_id), now=now, entity="staff", entity_id=link.staff_id, pin=pin)
    return open_sign_in(
        staff_id=link.staff_id, kind="phone" if pin else "office", by=Actor(link.staff_id), now=now
    )


def use_link(*, token: str, secret: str, now: datetime) -> str:
    """Set the password (office) or PIN (phone) of a link's person, sign in, give the cookie's token.

    Hashing takes long on purpose and happens before the write transaction begins.
    """
    link = sign_ins.find_link(token, now)
    if link is None:
        raise NotFound(kind="link")
    pin = link.purpose == "phone"
    checked = check_pin(secret) if pin else check_new_password(secret, link.sign_in_name)
    return _use_link(
        token=token,
        secret_hash=generate_password_hash(checked, METHOD),
        pin=pin,
        by=Actor(link.staff_id),
        now=now,
    )


def normal(secret: str) -> str:
    """Give the form of a password that is hashed: the same letters typed on two keyboards are the same."""
    return unicodedata.normalize("NFKC", secret)


def check_new_password(password: str, sign_in_name: str) -> str:
    """Give the password to be hashed; raise Invalid when it is short, endless or holds the sign-in name only."""
    low, high = PASSWORD_LENGTH
    password = normal(password)
    if len(password) < low:
        raise Invalid(field="password", reason="too_short", low=low)
    if len(password) > high:
        raise Invalid(field="password", reason="too_long", high=high)
    if len(set(password)) < 5 or password.casefold().replace(sign_in_name.casefold(), "") == "":
        raise Invalid(field="password", reason="too_simple")
    return password


def check_pin(pin: str) -> str:
    """Give the six digits as ASCII; raise Invalid when they are not six digits or too easy to guess."""
    digits = "".join(str(unicodedata.decimal(character, "x")) for character in pin.strip())
    if len(digits) != 6 or not digits.isdecimal():
        raise Invalid(field="pin", reason="six_digits")
    if digits in TOO_SIMPLE_PINS or len(set(digits)) < 3:
        raise Invalid(field="pin", reason="too_simple")
    return digits


@action("open_sign_in")
def open_sign_in(*, staff_id: str, kind: str, by: Actor, now: datetime) -> str:
    """Open a server-side sign-in and give the cookie's token (256 random bits, stored only as a hash)."""
    token = secrets.token_urlsafe(32)
    life = PHONE_LIFE if kind == "phone" else OFFICE_LIFE
    db.session.add(
        SignIn(
            id=new_id(),
            staff_id=staff_id,
            kind=kind,
            token_hash=sign_ins.token_hash(token),
            created_at=now,
            expires_at=now + life,
        )
    )
    audit("open_sign_in", by=by, now=now, entity="staff", entity_id=staff_id, kind=kind)
    return token


@action("note_try")
def _note_try(
    *, account: str, address: str | None, ok: bool, staff_id: str | None, by: Actor, now: datetime
) -> None:
    db.session.add(
        SignInAttempt(
            account_index=blind_index(account, "sign_in_account"),
            address_index=None if address is None else blind_index(address, "sign_in_address"),
            at=now,
            ok=ok,
        )
    )
    audit("sign_in_try", by=by, now=now, entity="staff", entity_id=staff_id, ok=ok)


def sign_in(*, sign_in_name: str, password: str, address: str | None, now: datetime) -> str:
    """Check name and password and open an office sign-in; give the cookie's token.

    Raises TooManyTries, or Invalid with the same words for a wrong name and a wrong password.
    """
    name = sign_in_name.strip().casefold()
    seconds = sign_ins.wait_seconds(name, address, now)
    if seconds:
        raise TooManyTries(seconds=seconds)
    account = sign_ins.find_account(name)
    stored = account.password_hash if account is not None and account.active else None
    right = check_password_hash(stored or _NOBODY, normal(password)) and stored is not None
    staff_id = account.staff_id if account is not None else None
    actor = Actor(staff_id) if right else Actor(None, label="unknown")
    _note_try(account=name, address=address, ok=right, staff_id=staff_id, by=actor, now=now)
    if not right or staff_id is None:
        raise Invalid(field="password", reason="not_matching")
    return open_sign_in(staff_id=staff_id, kind="office", by=actor, now=now)


def check_unlock(*, staff_id: str, pin: str, now: datetime) -> None:
    """Check the PIN of a signed-in phone; raises TooManyTries or Invalid."""
    seconds = sign_ins.wait_seconds(staff_id, None, now)
    if seconds:
        raise TooManyTries(seconds=seconds)
    account = sign_ins.find_account_by_id(staff_id)
    try:
        digits = "".join(str(unicodedata.decimal(character, "x")) for character in pin.strip())
    except TypeError:
        digits = ""
    right = (
        account is not None and account.pin_hash is not None and check_password_hash(account.pin_hash, digits)
    )
    _note_try(account=staff_id, address=None, ok=right, staff_id=staff_id, by=Actor(staff_id), now=now)
    if not right:
        raise Invalid(field="pin", reason="not_matching")


@action("end_sign_in")
def end_sign_in(*, sign_in_id: str, by: Actor, now: datetime) -> None:
    """End one sign-in of the acting person."""
    db.session.execute(
        sa.update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.staff_id == by.staff_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )
    audit("end_sign_in", by=by, now=now, entity="sign_in", entity_id=sign_in_id)


@action("end_all_sign_ins")
def end_all_sign_ins(*, staff_id: str, by: Actor, now: datetime) -> None:
    """End every open sign-in of a person: a lost phone, a changed role, a farewell."""
    db.session.execute(
        sa.update(SignIn).where(SignIn.staff_id == staff_id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )
    audit("end_all_sign_ins", by=by, now=now, entity="staff", entity_id=staff_id)
