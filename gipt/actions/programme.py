"""Writes about the programme and its places: settings, sites, venues, closed days."""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

from gipt.actions.base import action, audit, require, require_at
from gipt.calendars import CalendarKind
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.problems import Conflict, Invalid, NotFound, NotReady
from gipt.models import ClosedDay, Programme, Site, Venue, VenueTravel

COUNTRY = re.compile(r"[A-Z]{2}")
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")


@dataclass(frozen=True, slots=True)
class ProgrammeRecord:
    """Name the programme: `cover_name` is what phones and members see, `country` an ISO 3166 code.

    `second_calendar` (None for none) stands small beside the first; `clock` is usual or ethiopian; `first_weekday`
    (Monday 0) is None for the country's own.
    """

    name: str
    cover_name: str
    country: str
    time_zone: str
    language: str = "en"
    languages: tuple[str, ...] = ("en",)
    calendar: str = "gregorian"
    second_calendar: str | None = None
    digits: str = "latin"
    clock: str = "usual"
    first_weekday: int | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeRules:
    """Hold the settings that change what figures mean and what phones show; None keeps the stored value.

    `names_shown` is names or signs; `show_numbers` (never, hold, always) says whether facilitators see check-ins as
    numbers (ux.md 3.6).
    """

    entry_cutoff: int | None = None
    entry_citation: str | None = None
    completion_sessions: int | None = None
    makeups_count: bool | None = None
    prorate: bool | None = None
    endline_days: int | None = None
    correction_days: int | None = None
    joining_closes: int | None = None
    missed_in_a_row: int | None = None
    travel_minutes: int | None = None
    facilitator_groups: int | None = None
    threshold: int | None = None
    level_3_minutes: int | None = None
    level_2_minutes: int | None = None
    level_1_minutes: int | None = None
    incident_hours: int | None = None
    complaint_days: int | None = None
    lock_minutes: int | None = None
    names_shown: str | None = None
    show_numbers: str | None = None


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """Describe a site; without country and time zone it takes the programme's."""

    code: str
    name: str
    district: str | None = None
    country: str | None = None
    time_zone: str | None = None
    language: str | None = None
    focal_person: str | None = None


@dataclass(frozen=True, slots=True)
class ClosedDayRecord:
    """Describe closed days: `kind` single, weekly (weekday 0 = Monday), every (k days from `first_on`) or range."""

    name: str
    kind: str
    site_id: str | None = None
    first_on: date | None = None
    last_on: date | None = None
    weekday: int | None = None
    every_days: int | None = None
    hard: bool = True


def filled(field: str, text: str | None) -> str:
    """Give the text without outer blanks; raise Invalid when nothing is left."""
    kept = (text or "").strip()
    if not kept:
        raise Invalid(field=field, reason="missing")
    return kept


def check_country(code: str) -> str:
    """Give the two-letter country code in capitals; raise Invalid when it is not one."""
    kept = code.strip().upper()
    if not COUNTRY.fullmatch(kept):
        raise Invalid(field="country", reason="country_code", value=kept[:8])
    return kept


def check_time_zone(name: str) -> str:
    """Give the IANA zone name; raise Invalid when this machine does not know it."""
    try:
        ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(field="time_zone", reason="unknown_zone") from error
    return name.strip()


def check_calendar(field: str, code: str) -> str:
    """Give the calendar's code; raise Invalid when there is no such calendar."""
    if code not in {kind.value for kind in CalendarKind}:
        raise Invalid(field=field, reason="unknown_choice")
    return code


def check_second(first: str, second: str | None) -> str | None:
    """Give the second calendar's code, None where it is missing or the same as the first."""
    return None if second is None or second == first else check_calendar("second_calendar", second)


def the_programme() -> Programme:
    """Give the programme; raise NotReady before it was set up."""
    programme: Programme | None = db.session.scalar(sa.select(Programme))
    if programme is None:
        raise NotReady(missing=["programme"])
    return programme


@action("set_programme")
def set_programme(*, record: ProgrammeRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Make or change the programme of this installation; gives its id."""
    require(by, Permission.PROGRAMME_EDIT)
    values = {
        "name": filled("name", record.name),
        "cover_name": filled("cover_name", record.cover_name),
        "country": check_country(record.country),
        "time_zone": check_time_zone(record.time_zone),
        "language": record.language,
        "languages": list(record.languages),
        "calendar": check_calendar("calendar", record.calendar),
        "second_calendar": check_second(record.calendar, record.second_calendar),
        "digits": record.digits,
        "clock": record.clock,
        "first_weekday": record.first_weekday,
    }
    programme = db.session.scalar(sa.select(Programme))
    if programme is None:
        programme = Programme(id=new_id(), created_at=now, **values)
        db.session.add(programme)
    else:
        for name, value in values.items():
            setattr(programme, name, value)
    audit(
        "set_programme",
        by=by,
        now=now,
        entity="programme",
        entity_id=programme.id,
        op=op,
        fields=sorted(values),
    )
    return programme.id


@action("set_rules")
def set_rules(*, rules: ProgrammeRules, by: Actor, now: datetime, op: str | None = None) -> str:
    """Change settings that figures depend on; the audit event names old and new numbers."""
    require(by, Permission.PROGRAMME_EDIT)
    programme = the_programme()
    changes = {}
    for field in fields(rules):
        value = getattr(rules, field.name)
        before = getattr(programme, field.name)
        if value is not None and value != before:
            setattr(programme, field.name, value)
            # The citation is text of people; numbers, switches and codes are safe to keep in the audit.
            changes[field.name] = [before, value] if field.name != "entry_citation" else True
    audit("set_rules", by=by, now=now, entity="programme", entity_id=programme.id, op=op, changes=changes)
    return programme.id


@action("add_site")
def add_site(*, record: SiteRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Add a site; gives its id. The code is unique in the programme and stands in reports.

    Only who looks after every site may add one: whoever holds one site could not even open the new one.
    """
    require_at(by, Permission.PLACES_EDIT, None)
    programme = the_programme()
    code = filled("code", record.code).upper()
    if not CODE.fullmatch(code):
        raise Invalid(field="code", reason="code_letters")
    if db.session.scalar(sa.select(sa.exists().where(Site.code == code))):
        raise Conflict(reason="code_taken", field="code", code=code)
    site_id = new_id()
    db.session.add(
        Site(
            id=site_id,
            programme_id=programme.id,
            code=code,
            name=filled("name", record.name),
            district=record.district,
            country=check_country(record.country or programme.country),
            time_zone=check_time_zone(record.time_zone or programme.time_zone),
            language=record.language,
            focal_person=record.focal_person,
            created_at=now,
        )
    )
    audit("add_site", by=by, now=now, entity="site", entity_id=site_id, op=op)
    return site_id


@action("add_venue")
def add_venue(*, site_id: str, name: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Add a meeting place to a site; gives its id."""
    require_at(by, Permission.PLACES_EDIT, site_id)
    if db.session.get(Site, site_id) is None:
        raise NotFound(kind="site")
    kept = filled("name", name)
    if db.session.scalar(sa.select(sa.exists().where(Venue.site_id == site_id, Venue.name == kept))):
        raise Conflict(reason="name_taken", field="name")
    venue_id = new_id()
    db.session.add(Venue(id=venue_id, site_id=site_id, name=kept, created_at=now))
    audit("add_venue", by=by, now=now, entity="venue", entity_id=venue_id, op=op)
    return venue_id


@action("set_travel")
def set_travel(
    *, from_id: str, to_id: str, minutes: int, by: Actor, now: datetime, op: str | None = None
) -> None:
    """Set the minutes between two venues; the way back takes as long."""
    require(by, Permission.PLACES_EDIT)
    first, second = sorted((from_id, to_id))
    if first == second:
        raise Invalid(field="to", reason="same_venue")
    if not 0 <= minutes <= 1440:
        raise Invalid(field="minutes", reason="out_of_range", low=0, high=1440)
    for venue_id in (first, second):
        venue = db.session.get(Venue, venue_id)
        if venue is None:
            raise NotFound(kind="venue")
        require_at(by, Permission.PLACES_EDIT, venue.site_id)
    stored = db.session.get(VenueTravel, (first, second))
    if stored is None:
        db.session.add(VenueTravel(venue_a=first, venue_b=second, minutes=minutes))
    else:
        stored.minutes = minutes
    audit("set_travel", by=by, now=now, entity="venue", entity_id=first, op=op, minutes=minutes)


@action("add_closed_day")
def add_closed_day(*, record: ClosedDayRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Add closed days of a site, or of the whole programme when no site is named; gives their id."""
    require_at(by, Permission.PLACES_EDIT, record.site_id)
    check_closed_day(record)
    programme = the_programme()
    if record.site_id is not None and db.session.get(Site, record.site_id) is None:
        raise NotFound(kind="site")
    day_id = new_id()
    db.session.add(
        ClosedDay(
            id=day_id,
            programme_id=programme.id,
            site_id=record.site_id,
            kind=record.kind,
            name=filled("name", record.name),
            first_on=None if record.kind == "weekly" else record.first_on,
            last_on=record.last_on,
            weekday=record.weekday if record.kind == "weekly" else None,
            every_days=record.every_days if record.kind == "every" else None,
            hard=record.hard,
            created_at=now,
        )
    )
    audit("add_closed_day", by=by, now=now, entity="closed_day", entity_id=day_id, op=op, kind=record.kind)
    return day_id


def check_closed_day(record: ClosedDayRecord) -> None:
    """Raise Invalid naming the field that the kind of closed day needs."""
    needed = {"single": "first_on", "weekly": "weekday", "every": "every_days", "range": "last_on"}
    if record.kind not in needed:
        raise Invalid(field="kind", reason="unknown_choice")
    if getattr(record, needed[record.kind]) is None:
        raise Invalid(field=needed[record.kind], reason="missing")
    if record.kind != "weekly" and record.first_on is None:
        raise Invalid(field="first_on", reason="missing")
    if record.first_on and record.last_on and record.last_on < record.first_on:
        raise Invalid(field="last_on", reason="before_start")
    if record.kind == "every" and not 2 <= (record.every_days or 0) <= 366:
        raise Invalid(field="every_days", reason="out_of_range", low=2, high=366)


@action("remove_closed_day")
def remove_closed_day(*, closed_day_id: str, by: Actor, now: datetime, op: str | None = None) -> None:
    """Take closed days out of the plan; cycles already planned keep their dates."""
    day = db.session.get(ClosedDay, closed_day_id)
    if day is None:
        raise NotFound(kind="closed_day")
    require_at(by, Permission.PLACES_EDIT, day.site_id)
    db.session.delete(day)
    audit("remove_closed_day", by=by, now=now, entity="closed_day", entity_id=closed_day_id, op=op)
