"""Complaints: what they are about, by when they are closed, and who may read one.

Who may read is worked out from whom it concerns: never somebody it is about, nor who supervises such a person, so
that the path leads round the facilitator and the facilitator's supervisor (domain.md 3.4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gipt.domain.access import Role

DEFAULT_CLOSE_DAYS = 30
"""Days within which a complaint is closed; a setting of the programme."""


class ComplaintAbout(StrEnum):
    """What a complaint is about; the first four are about what somebody of the programme did."""

    HARM = "harm"
    CONDUCT = "conduct"
    MONEY = "money"
    CONFIDENTIALITY = "confidentiality"
    OTHER_MEMBER = "other_member"
    SERVICE = "service"
    OTHER = "other"


ABOUT_STAFF = frozenset(
    {
        ComplaintAbout.HARM,
        ComplaintAbout.CONDUCT,
        ComplaintAbout.MONEY,
        ComplaintAbout.CONFIDENTIALITY,
    }
)


class ComplaintChannel(StrEnum):
    """How a complaint came in."""

    PAGE = "page"
    SPOKEN = "spoken"
    PHONE = "phone"
    LETTER = "letter"
    BOX = "box"


class ComplaintState(StrEnum):
    """How far a complaint is."""

    RECEIVED = "received"
    ANSWERED = "answered"
    CLOSED = "closed"


class ComplaintOutcome(StrEnum):
    """What was found when it was closed."""

    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"
    PASSED_ON = "passed_on"
    WITHDRAWN = "withdrawn"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class Concern:
    """Whom a complaint concerns: `site` None = not said; `staff` ids of the people it is about."""

    about: ComplaintAbout
    site: str | None = None
    staff: frozenset[str] = frozenset()

    @property
    def unnamed_staff(self) -> bool:
        """Say whether it is about somebody of the programme and nobody knows who."""
        return self.about in ABOUT_STAFF and not self.staff


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who handles complaints: at `sites` (None = all), with these roles, watching over these people."""

    staff_id: str
    sites: frozenset[str] | None
    roles: frozenset[Role] = frozenset()
    watches_over: frozenset[str] = frozenset()
    last_resort: bool = False
    """Handles only what nobody else may: an administrator."""

    def serves(self, site: str | None) -> bool:
        """Say whether complaints of the place come to this person; without a place, to who serves every place."""
        return self.sites is None or (site is not None and site in self.sites)


def is_clear(reader: Reader, concern: Concern) -> bool:
    """Say whether nothing ties a reader to whom the complaint concerns."""
    if reader.staff_id in concern.staff or reader.watches_over & concern.staff:
        return False
    leads = bool(reader.roles & {Role.FACILITATOR, Role.SUPERVISOR})
    return not (concern.unnamed_staff and leads)


def readers(concern: Concern, handlers: Iterable[Reader]) -> frozenset[str]:
    """Give the staff ids of those who may read a complaint.

    Those of the place; if nobody is left there, whoever serves every place; then anybody who handles complaints
    anywhere; at the very last an administrator. Nobody whom it concerns is ever among them, whatever is left.
    """
    clear = [one for one in handlers if is_clear(one, concern)]
    ordinary = [one for one in clear if not one.last_resort]
    tiers: Sequence[Sequence[Reader]] = (
        [one for one in ordinary if one.serves(concern.site)],
        ordinary,
        [one for one in clear if one.last_resort],
    )
    return frozenset(one.staff_id for one in next((tier for tier in tiers if tier), ()))


def close_by(received_on: date, days: int = DEFAULT_CLOSE_DAYS) -> date:
    """Give the last day on which closing is in time."""
    return received_on + timedelta(days=days)


def closed_in_time(due_on: date, closed_on: date | None, today: date) -> bool | None:
    """Say whether a complaint was closed in time; None while it is open and its time has not run out."""
    if closed_on is None:
        return None if today <= due_on else False
    return closed_on <= due_on
