"""Safety clocks and who is told next: what is overdue, in which order episodes stand, when to ask again.

Rules of domain.md 3.3 and 3.5 and decision 7; levels and limits themselves are in `gipt.domain.risk`. Nothing
here reads a clock: every moment is given.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from gipt.domain.access import Role
from gipt.domain.risk import Level

REMIND_EVERY = timedelta(hours=24)
"""An episode that stays unseen is sent again after a day, so that one lost mail is not the end."""

NEXT_CONTACT_DAYS: dict[Level | None, int] = {
    # Level 2 within 48 hours (domain.md 3.3); untriaged counts as level 2; weekly contact otherwise (mhGAP, S53).
    Level.NOW: 1,
    Level.TODAY: 2,
    None: 2,
    Level.TALK_AND_PLAN: 7,
}


class Rung(StrEnum):
    """Name the steps of the ladder: whose task it is, who comes next, who must know of level Now."""

    FIRST = "first"
    NEXT = "next"
    COORDINATORS = "coordinators"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Hold one person who may be told: `staff_id` and the roles held at the episode's site."""

    staff_id: str
    roles: frozenset[Role]


def ladder(colleagues: Iterable[Colleague], responsible: frozenset[str]) -> dict[Rung, tuple[str, ...]]:
    """Give the staff ids of each rung.

    First: the supervisors who are responsible for the facilitator; without one, every supervisor of the site;
    without any, the clinical leads. Next: every other supervisor and clinical lead. Nobody stands on two rungs.
    """
    people = tuple(colleagues)
    supervisors = [one.staff_id for one in people if Role.SUPERVISOR in one.roles]
    clinicians = [one.staff_id for one in people if Role.CLINICAL_LEAD in one.roles]
    first = [one for one in supervisors if one in responsible] or supervisors or clinicians
    following = [one for one in (*supervisors, *clinicians) if one not in first]
    taken = {*first, *following}
    coordinators = [
        one.staff_id for one in people if Role.COORDINATOR in one.roles and one.staff_id not in taken
    ]
    return {
        Rung.FIRST: tuple(dict.fromkeys(first)),
        Rung.NEXT: tuple(dict.fromkeys(following)),
        Rung.COORDINATORS: tuple(dict.fromkeys(coordinators)),
    }


def is_overdue(due: datetime | None, now: datetime) -> bool:
    """Say whether an episode that must be seen by `due` (None: nobody has to) is overdue."""
    return due is not None and now > due


def contact_overdue(next_contact_on: date | None, today: date) -> bool:
    """Say whether the day of the next contact has passed."""
    return next_contact_on is not None and next_contact_on < today


def default_next_contact(level: Level | None, today: date) -> date:
    """Give the day that is offered for the next contact."""
    return today + timedelta(days=NEXT_CONTACT_DAYS[level])


def danger(level: Level | None) -> float:
    """Give a number that orders levels: untriaged lies between Talk and plan and Today (decision 7)."""
    return 1.5 if level is None else float(level)


def inbox_order(unseen: bool, level: Level | None, opened_at: datetime) -> tuple[bool, float, datetime]:
    """Give the sort key of the inbox: unseen first, then the most dangerous, then the oldest (ux.md S1)."""
    return (not unseen, -danger(level), opened_at)
