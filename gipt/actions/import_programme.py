"""Writing sites, venues, staff and closed days of a spreadsheet, by the actions that pages use."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from gipt.actions import trace
from gipt.actions.import_costs import write_cost
from gipt.actions.import_rows import Outcome, Writer, one_row
from gipt.actions.programme import (
    ClosedDayRecord,
    SiteRecord,
    add_closed_day,
    add_site,
    add_venue,
    set_travel,
)
from gipt.actions.staff import StaffRecord, add_staff
from gipt.actions.staff_roles import add_grants
from gipt.db import db
from gipt.domain.access import Granted, Role
from gipt.domain.problems import NotFound
from gipt.i18n import find_language
from gipt.intake.records import ClosedDayRow, CostRow, SiteRow, StaffRow, VenueRow
from gipt.models import ClosedDay, CostLine, Grant, RecordSince, Site, Staff, Venue, VenueTravel
from gipt.queries.import_costs import CostFacts
from gipt.queries.import_plans import PlannedRow
from gipt.queries.import_programme import DEFAULT_REASON, ORDER, ProgrammeFacts, closed_kind, staff_sex

SCOPES = tuple(
    trace.Scope(model.__table__, lambda ids: sa.true())  # type: ignore[arg-type]
    for model in (Site, Venue, VenueTravel, Staff, Grant, ClosedDay, CostLine, RecordSince)
)


def write_programme(rows: Sequence[PlannedRow], writer: Writer, outcome: Outcome) -> None:
    """Write sites first, then what names them."""
    before = trace.read(SCOPES, [])
    sites: dict[str, str] = {}
    for table in ORDER:
        for row in rows:
            if row.result.table == table:
                with one_row(row, outcome):
                    _write(row, writer, sites)
    db.session.flush()
    outcome.position = trace.store(writer.import_id, before, trace.read(SCOPES, []), outcome.position)


def _write(row: PlannedRow, writer: Writer, sites: dict[str, str]) -> None:
    record, facts = row.result.record, row.facts
    if isinstance(record, CostRow) and isinstance(facts, CostFacts):
        write_cost(record, facts, writer)
        return
    assert isinstance(facts, ProgrammeFacts)
    if isinstance(record, SiteRow):
        sites[facts.code] = _site(record, facts, writer)
        return
    site_id = sites.get(facts.site_key) if facts.site_key else facts.site_id
    if facts.site_key and site_id is None:
        raise NotFound(kind="site")
    if isinstance(record, VenueRow) and site_id is not None:
        _venue(record, site_id, writer)
    elif isinstance(record, StaffRow):
        _staff(record, facts, row.target, site_id, writer)
    elif isinstance(record, ClosedDayRow):
        _closed(record, site_id, writer)


def _site(record: SiteRow, facts: ProgrammeFacts, writer: Writer) -> str:
    language = find_language(record.language) if record.language else None
    described = SiteRecord(
        code=facts.code,
        name=record.name,
        district=record.region or None,
        country=record.country or None,
        time_zone=record.time_zone or None,
        language=language.tag if language else None,
    )
    return add_site(record=described, by=writer.by, now=writer.now)


def _venue(record: VenueRow, site_id: str, writer: Writer) -> None:
    """Add the venue; its travel minutes hold to the site's other venues, where none are set."""
    others = db.session.scalars(sa.select(Venue.id).where(Venue.site_id == site_id).order_by(Venue.id)).all()
    venue_id = add_venue(site_id=site_id, name=record.name, by=writer.by, now=writer.now)
    if record.travel_minutes is None:
        return
    db.session.flush()
    for other in others:
        set_travel(from_id=venue_id, to_id=other, minutes=record.travel_minutes, by=writer.by, now=writer.now)


def _staff(record: StaffRow, facts: ProgrammeFacts, target: str, site_id: str | None, writer: Writer) -> None:
    """Add the person, or the role to the known person; nobody gets a password or a link by an import."""
    granted = Granted(Role(record.role), site_id)
    if target:
        add_grants(staff_id=target, grants=(granted,), by=writer.by, now=writer.now)
        return
    spoken: Any = find_language(record.languages.split(",")[0].strip()) if record.languages else None
    described = StaffRecord(
        sign_in_name=facts.code,
        grants=(granted,),
        name=record.name,
        phone=record.phone or None,
        email=record.email or None,
        sex=staff_sex(record),
        language=spoken.tag if spoken else None,
    )
    add_staff(record=described, by=writer.by, now=writer.now)


def _closed(record: ClosedDayRow, site_id: str | None, writer: Writer) -> None:
    kind, first, last, every = closed_kind(record)
    described = ClosedDayRecord(
        name=record.name or DEFAULT_REASON,
        kind=kind,
        site_id=site_id,
        first_on=first,
        last_on=last,
        every_days=every,
        hard=record.hard,
    )
    add_closed_day(record=described, by=writer.by, now=writer.now)
