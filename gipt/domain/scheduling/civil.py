"""Local civil times and the two days a year on which a clock skips or repeats an hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gipt.domain.problems import Invalid
from gipt.domain.scheduling.values import Clash, ClashCode, Severity


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """Give the zone of an IANA name, or raise `Invalid` (field zone)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise Invalid(field="zone", reason="unknown_zone", value=name) from fault


def instant_of(on: date, starts: time, zone: str) -> datetime:
    """Give the UTC instant of a civil time: the first of two; a skipped time goes by the old offset."""
    return datetime.combine(on, starts, zone_of(zone)).astimezone(UTC)


def clock_clash(on: date, starts: time, zone: str) -> Clash | None:
    """Find out whether this local time does not exist, or exists twice, on this date (PEP 495)."""
    here = datetime.combine(on, starts, zone_of(zone))
    if here.utcoffset() == here.replace(fold=1).utcoffset():
        return None
    exists = here.astimezone(UTC).astimezone(here.tzinfo).replace(tzinfo=None) == here.replace(tzinfo=None)
    code = ClashCode.CLOCK_REPEATED if exists else ClashCode.CLOCK_SKIPPED
    return Clash(code, Severity.SOFT, on, starts=starts)
