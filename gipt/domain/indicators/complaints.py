"""Indicator I-27: complaints closed in time, of those received whose time has run out or who were closed."""

from collections.abc import Iterable

from gipt.domain.indicators.facts import ComplaintFact
from gipt.domain.indicators.tally import Entry, Tally, Unit
from gipt.domain.periods import Period

NO_SITE = ""
"""Place of a complaint that names none."""


def received(found: Iterable[ComplaintFact], period: Period, recorded: bool) -> Tally:
    """Count the complaints received in the period."""
    entries = tuple(Entry(one.site or NO_SITE, None, 1, 0) for one in found if period.holds(one.received_on))
    return Tally("I-27N", Unit.COMPLAINTS, "complaints", entries, rules=("complaints",), recorded=recorded)


def closed_in_time(found: Iterable[ComplaintFact], period: Period, recorded: bool) -> Tally:
    """Count I-27: received in the period and closed in time; those still inside their time are missing."""
    inside = [one for one in found if period.holds(one.received_on)]
    entries = tuple(
        Entry(one.site or NO_SITE, None, int(one.in_time), 1) for one in inside if one.in_time is not None
    )
    return Tally(
        "I-27", Unit.COMPLAINTS, "complaints_in_time", entries, "clocked_complaints", "complaints_late",
        missing_set="complaints_running", missing=len(inside) - len(entries),
        rules=("complaints_in_time",), sensitive=True, recorded=recorded,
    )  # fmt: skip
