"""Writes about money: the ledger's currency, lines of spending, hours of volunteers."""

from dataclasses import dataclass
from datetime import date, datetime

from gipt.actions.base import action, audit, require, require_at
from gipt.actions.programme import the_programme
from gipt.actions.records import note_recorded
from gipt.actions.safety import civil_day
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows, allows_at
from gipt.domain.costs import Conversion, CostScope, check_amount, check_currency, convert
from gipt.domain.problems import Conflict, Invalid, NotFound, NotReady
from gipt.domain.records import RecordKind
from gipt.models import CostLine, Funder, Site, VolunteerTime

MOST_MINUTES = 6_000_000


@dataclass(frozen=True, slots=True)
class CostRecord:
    """Describe money spent: `minor` in the ledger's currency, or `original` with its rate when paid in another.

    `whole_month`: spent over the month that begins on `spent_on`. `site_id` None = for the whole programme.
    """

    spent_on: date
    scope: str
    minor: int | None = None
    original: Conversion | None = None
    whole_month: bool = False
    site_id: str | None = None
    funder_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class VolunteerRecord:
    """Describe time that volunteers gave, on a day or in the month that begins on it."""

    given_on: date
    scope: str
    minutes: int
    whole_month: bool = False
    site_id: str | None = None


@action("set_ledger_currency")
def set_ledger_currency(*, currency: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Choose the ledger's currency; gives its code. Lines that were entered before keep theirs.

    The first choice is for whoever enters costs; after that only who sets up the programme changes it.
    """
    require(
        by,
        Permission.RECORDS_EDIT if not allows(by, Permission.PROGRAMME_EDIT) else Permission.PROGRAMME_EDIT,
    )
    programme = the_programme()
    code, before = check_currency(currency), programme.ledger_currency
    if before not in (None, code) and not allows(by, Permission.PROGRAMME_EDIT):
        raise Conflict(reason="ledger_chosen")
    programme.ledger_currency = code
    audit(
        "set_ledger_currency",
        by=by,
        now=now,
        entity="programme",
        entity_id=programme.id,
        op=op,
        changes=[before, code],
    )
    return code


@action("add_cost")
def add_cost(*, record: CostRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Add a line of spending; gives its id. Raises NotReady before the ledger has a currency."""
    _check_place(record.site_id, by)
    ledger = the_programme().ledger_currency
    if ledger is None:
        raise NotReady(missing=["ledger_currency"])
    spent_on = _dated("spent_on", record.spent_on, record.whole_month, now)
    if record.funder_id is not None and db.session.get(Funder, record.funder_id) is None:
        raise NotFound(kind="funder")
    original = record.original
    if original is not None and original.currency == ledger:
        raise Invalid(field="original_currency", reason="same_currency")
    line = CostLine(
        id=new_id(),
        spent_on=spent_on,
        whole_month=record.whole_month,
        scope=_scope(record.scope),
        site_id=record.site_id,
        funder_id=record.funder_id,
        currency=ledger,
        minor=convert(original, ledger) if original else check_amount(record.minor or 0),
        original_currency=original.currency if original else None,
        original_minor=check_amount(original.minor) if original else None,
        rate=str(original.rate) if original else None,
        rate_on=original.rate_on if original else None,
        note=record.note,
        by_id=by.staff_id,
        created_at=now,
    )
    db.session.add(line)
    note_recorded(RecordKind.COSTS, spent_on, by, now)
    audit("add_cost", by=by, now=now, entity="cost_line", entity_id=line.id, op=op, scope=line.scope)
    return line.id


@action("remove_cost")
def remove_cost(*, line_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Take out a line that was wrong; it stays in the database and counts nowhere. Gives its id."""
    line = db.session.get(CostLine, line_id)
    if line is None or not allows_at(by, Permission.RECORDS_EDIT, line.site_id):
        raise NotFound(kind="cost_line")
    line.removed_at = line.removed_at or now
    audit("remove_cost", by=by, now=now, entity="cost_line", entity_id=line_id, op=op)
    return line_id


@action("add_volunteer_time")
def add_volunteer_time(*, record: VolunteerRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Add time that volunteers gave; gives its id."""
    _check_place(record.site_id, by)
    if not 1 <= record.minutes <= MOST_MINUTES:
        raise Invalid(field="hours", reason="not_an_amount")
    row = VolunteerTime(
        id=new_id(),
        given_on=_dated("given_on", record.given_on, record.whole_month, now),
        whole_month=record.whole_month,
        scope=_scope(record.scope),
        site_id=record.site_id,
        minutes=record.minutes,
        by_id=by.staff_id,
        created_at=now,
    )
    db.session.add(row)
    audit("add_volunteer_time", by=by, now=now, entity="volunteer_time", entity_id=row.id, op=op)
    return row.id


@action("remove_volunteer_time")
def remove_volunteer_time(*, time_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Take out time that was wrong; gives its id."""
    row = db.session.get(VolunteerTime, time_id)
    if row is None or not allows_at(by, Permission.RECORDS_EDIT, row.site_id):
        raise NotFound(kind="volunteer_time")
    row.removed_at = row.removed_at or now
    audit("remove_volunteer_time", by=by, now=now, entity="volunteer_time", entity_id=time_id, op=op)
    return time_id


def _check_place(site_id: str | None, by: Actor) -> None:
    """Raise NotFound for a foreign site; what belongs to no site is for whoever has them all."""
    require_at(by, Permission.RECORDS_EDIT, site_id)
    if site_id is not None and db.session.get(Site, site_id) is None:
        raise NotFound(kind="site")


def _scope(code: str) -> str:
    if code not in set(CostScope):
        raise Invalid(field="cost_scope", reason="choose_one")
    return code


def _dated(field: str, on: date, whole_month: bool, now: datetime) -> date:
    """Give the day, or the first of the month; raise Invalid for a day that has not come."""
    if on > civil_day(now):
        raise Invalid(field=field, reason="in_future")
    return on.replace(day=1) if whole_month else on
