"""Who belongs to a group on which day.

Periods are half open: a member belongs from `joined_on` up to, but not on, `left_on`. One enrolment may have
several memberships, one after another, when groups are merged or a member changes group (domain.md 1.7).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from gipt.domain.problems import Conflict, Invalid

LAST_SESSION_TO_JOIN = 2  # a closed group: joining later is discouraged (domain.md 1.7); a setting


@dataclass(frozen=True, slots=True)
class Membership:
    """One member in one group for a time; `left_on` None = still there."""

    group: str
    joined_on: date
    left_on: date | None = None

    def covers(self, day: date) -> bool:
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)


def check_memberships(memberships: Sequence[Membership]) -> None:
    """Refuse periods of one enrolment that end before they begin (Invalid) or overlap (Conflict)."""
    ordered = sorted(memberships, key=lambda one: one.joined_on)
    for one in ordered:
        if one.left_on is not None and one.left_on < one.joined_on:
            raise Invalid(field="left_on", reason="before_start", low=one.joined_on)
    for one, following in pairwise(ordered):
        if one.left_on is None or following.joined_on < one.left_on:
            raise Conflict(reason="memberships_overlap", groups=[one.group, following.group])


def is_member_on(memberships: Iterable[Membership], day: date, group: str | None = None) -> bool:
    """Say whether any of `memberships` (of `group`, if named) covers `day`."""
    return any(one.covers(day) for one in memberships if group is None or one.group == group)


def group_on(memberships: Iterable[Membership], day: date) -> str | None:
    """Give the group in which somebody is on `day`, or None."""
    return next((one.group for one in memberships if one.covers(day)), None)


def joins_too_late(sessions_held: int, last_session_to_join: int = LAST_SESSION_TO_JOIN) -> bool:
    """Say whether a new member would miss the last session at which one may still join.

    `sessions_held` counts the core sessions held so far. A supervisor may override, with a reason.
    """
    return sessions_held >= last_session_to_join
