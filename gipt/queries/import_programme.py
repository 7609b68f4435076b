"""Sites, venues, staff and closed days of a spreadsheet laid against what the programme has."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, Role, allows, allows_at
from gipt.domain.names import normalise_name, phone_tail
from gipt.domain.people import Sex
from gipt.intake.records import ClosedDayRow, CostRow, SiteRow, StaffRow, VenueRow
from gipt.intake.results import RowResult, RowState
from gipt.models import ClosedDay, Grant, Site, Staff, Venue
from gipt.queries.import_costs import cost_planner
from gipt.queries.import_places import Headings, ImportSites
from gipt.queries.import_plans import PlannedRow

ORDER = ("sites", "venues", "staff", "closed_days", "costs")
"""Sites come first: the other tables name them."""


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """What was resolved: `site_id` of a stored site, or `site_key` of one that the same file brings."""

    site_id: str | None = None
    site_key: str = ""
    code: str = ""
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class KnownProgramme:
    """What is stored, in the forms in which it is compared."""

    codes: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    venues: set[tuple[str, str]] = field(default_factory=set)
    staff: dict[str, list[Any]] = field(default_factory=dict)
    sign_ins: set[str] = field(default_factory=set)
    grants: set[tuple[str, str, str | None]] = field(default_factory=set)
    closed: set[tuple[Any, ...]] = field(default_factory=set)
    coming: dict[str, str] = field(default_factory=dict)


def known_programme() -> KnownProgramme:
    """Read sites, venues, staff with roles, and closed days: five statements."""
    known = KnownProgramme()
    for site_id, code, name in db.session.execute(sa.select(Site.id, Site.code, Site.name)):
        known.codes.add(code)
        known.names[normalise_name(code)] = site_id
        known.names.setdefault(normalise_name(name), site_id)
    for site_id, name in db.session.execute(sa.select(Venue.site_id, Venue.name)):
        known.venues.add((site_id, normalise_name(name)))
    people = db.session.execute(sa.select(Staff.id, Staff.sign_in_name, Staff.name, Staff.phone, Staff.email))
    for one in people:
        known.sign_ins.add(one.sign_in_name)
        known.staff.setdefault(normalise_name(one.name or one.sign_in_name), []).append(one)
    rows = db.session.execute(sa.select(Grant.staff_id, Grant.role, Grant.site_id))
    known.grants = {(row.staff_id, row.role, row.site_id) for row in rows}
    days = sa.select(
        ClosedDay.site_id,
        ClosedDay.kind,
        ClosedDay.first_on,
        ClosedDay.last_on,
        ClosedDay.every_days,
        ClosedDay.name,
    )
    known.closed = {(*row[:5], normalise_name(row[5])) for row in db.session.execute(days)}
    return known


def plan_programme(
    rows: Sequence[RowResult], sites: ImportSites, headings: Headings, by: Actor
) -> tuple[PlannedRow, ...]:
    """Lay the rows of a programme's workbook against what is stored; the order of the rows stays."""
    plan_cost = cost_planner(sites, headings, by) if any(row.table == "costs" for row in rows) else None
    planner = _Planner(known_programme(), sites, headings, by, plan_cost)
    ordered = sorted(range(len(rows)), key=lambda place: (ORDER.index(rows[place].table), place))
    made = {place: planner.plan(rows[place]) for place in ordered}
    return tuple(made[place] for place in range(len(rows)))


@dataclass(frozen=True, slots=True)
class _Planner:
    known: KnownProgramme
    sites: ImportSites
    headings: Headings
    by: Actor
    plan_cost: Callable[[RowResult, CostRow], PlannedRow] | None = None

    def plan(self, row: RowResult) -> PlannedRow:
        """Lay one row against what is stored."""
        record = row.record
        if row.state is not RowState.NEW or record is None:
            return PlannedRow(row)
        if isinstance(record, SiteRow):
            return self._site(row, record)
        if isinstance(record, VenueRow):
            return self._venue(row, record)
        if isinstance(record, StaffRow):
            return self._staff(row, record)
        if isinstance(record, ClosedDayRow):
            return self._closed(row, record)
        if isinstance(record, CostRow) and self.plan_cost is not None:
            return self.plan_cost(row, record)
        return PlannedRow(row)

    def _site(self, row: RowResult, record: SiteRow) -> PlannedRow:
        texts = [text for text in (record.code, record.name) if text]
        stored = next(
            (self.known.names[key] for key in map(normalise_name, texts) if key in self.known.names), None
        )
        if stored is not None:
            return PlannedRow(_as(row, RowState.UNCHANGED), stored, facts=ProgrammeFacts(stored))
        code = self._site_code(record)
        for text in (*texts, code):
            self.known.coming[normalise_name(text)] = code
        self.known.codes.add(code)
        return PlannedRow(row, facts=ProgrammeFacts(code=code))

    def _site_code(self, record: SiteRow) -> str:
        """Give the code of a new site: the written one, or letters of the name that are free."""
        if record.code:
            return record.code.strip().upper()
        letters = re.sub(r"[^A-Z0-9]", "", _plain_letters(record.name).upper())[:6] or "SITE"
        numbers = range(2, 1000)
        tries = (letters, *(f"{letters}{number}" for number in numbers))
        return next(code for code in tries if code not in self.known.codes)

    def _place(self, row: RowResult, text: str) -> tuple[RowResult, ProgrammeFacts | None]:
        """Find the site that a row names: a stored one of the person's own, or one of the same file."""
        site = self.sites.find(text)
        if site is not None:
            return row, ProgrammeFacts(site.site_id)
        key = normalise_name(text)
        if key in self.known.coming and key not in self.known.names:
            return row, ProgrammeFacts(site_key=self.known.coming[key])
        return self.headings.fault(row, "site", "unknown_site", value=text, known=self.sites.known), None

    def _venue(self, row: RowResult, record: VenueRow) -> PlannedRow:
        row, facts = self._place(row, record.site)
        if facts is None:
            return PlannedRow(row)
        key = (facts.site_id or facts.site_key, normalise_name(record.name))
        if key in self.known.venues:
            return PlannedRow(_as(row, RowState.UNCHANGED), facts=facts)
        self.known.venues.add(key)
        return PlannedRow(row, facts=facts)

    def _staff(self, row: RowResult, record: StaffRow) -> PlannedRow:
        facts: ProgrammeFacts | None = ProgrammeFacts()
        if record.site:
            row, facts = self._place(row, record.site)
        elif not allows(self.by, Permission.STAFF_EDIT):
            default = self.sites.default
            if default is None:
                return PlannedRow(self.headings.fault(row, "site", "everywhere_not_yours"))
            facts = ProgrammeFacts(default.site_id)
        if facts is None:
            return PlannedRow(row)
        if record.role != Role.FACILITATOR and not allows(self.by, Permission.STAFF_EDIT):
            return PlannedRow(self.headings.fault(row, "role", "role_not_yours", value=record.role))
        stored = self._known_staff(record)
        if stored is not None:
            held = (stored.id, record.role, facts.site_id) in self.known.grants
            may = allows(self.by, Permission.STAFF_EDIT)
            state = RowState.UNCHANGED if held or not may else RowState.UPDATE
            return PlannedRow(_as(row, state), stored.id, () if held else ("role",), facts=facts)
        name = self._sign_in_name(record.name)
        self.known.sign_ins.add(name)
        return PlannedRow(row, facts=ProgrammeFacts(facts.site_id, facts.site_key, name))

    def _known_staff(self, record: StaffRow) -> Any:
        """Find the person by name; who has another phone and another address is somebody else."""
        for one in self.known.staff.get(normalise_name(record.name), ()):
            phones = bool(record.phone and one.phone) and phone_tail(record.phone) != phone_tail(one.phone)
            mails = bool(record.email and one.email) and record.email.casefold() != one.email.casefold()
            if (
                not (phones and mails)
                and not (phones and not record.email)
                and not (mails and not record.phone)
            ):
                return one
        return None

    def _sign_in_name(self, name: str) -> str:
        """Give a free sign-in name made of the first and last word of a name, in letters that sign-in takes."""
        words = [re.sub(r"[^a-z0-9]", "", word) for word in _plain_letters(name).casefold().split()]
        kept = [word for word in words if word]
        base = ".".join(dict.fromkeys([kept[0], kept[-1]])) if kept else "staff"
        base = (base if len(base) > 1 else f"{base}.staff")[:36]
        tries = (base, *(f"{base}{number}" for number in range(2, 1000)))
        return next(text for text in tries if text not in self.known.sign_ins)

    def _closed(self, row: RowResult, record: ClosedDayRow) -> PlannedRow:
        facts: ProgrammeFacts | None = ProgrammeFacts()
        if record.site:
            row, facts = self._place(row, record.site)
        elif not allows_at(self.by, Permission.PLACES_EDIT, None):
            default = self.sites.default
            if default is None:
                return PlannedRow(self.headings.fault(row, "site", "everywhere_not_yours"))
            facts = ProgrammeFacts(default.site_id)
        if facts is None:
            return PlannedRow(row)
        key = (facts.site_id or facts.site_key or None, *closed_key(record))
        if key in self.known.closed:
            return PlannedRow(_as(row, RowState.UNCHANGED), facts=facts)
        self.known.closed.add(key)
        return PlannedRow(row, facts=facts)


def closed_kind(record: ClosedDayRow) -> tuple[str, date, date | None, int | None]:
    """Give kind, first day, last day and rhythm of a closed day as they are stored."""
    if record.every_days and record.every_days > 1:
        return "every", record.from_date, record.to_date, record.every_days
    if record.to_date is not None and record.to_date != record.from_date:
        return "range", record.from_date, record.to_date, None
    return "single", record.from_date, None, None


def closed_key(record: ClosedDayRow) -> tuple[Any, ...]:
    """Give what two closed days are compared by, but the site."""
    kind, first, last, every = closed_kind(record)
    return kind, first, last, every, normalise_name(record.name or DEFAULT_REASON)


DEFAULT_REASON = "Closed"


def staff_sex(record: StaffRow) -> str | None:
    """Give the sex as accounts store it; None where nothing was said."""
    return record.sex.value if record.sex in (Sex.FEMALE, Sex.MALE, Sex.OTHER) else None


def _plain_letters(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", text) if mark.isascii())


def _as(row: RowResult, state: RowState) -> RowResult:
    return replace(row, state=state)
