"""What a person chose for themselves: calendars, digits, clock."""

from dataclasses import dataclass
from datetime import datetime

from gipt.actions.base import action, audit, require
from gipt.actions.programme import check_calendar
from gipt.db import db
from gipt.domain.access import Actor, Permission
from gipt.domain.problems import Invalid, NotFound
from gipt.models import Staff

NO_SECOND = "none"


@dataclass(frozen=True, slots=True)
class DatesRecord:
    """Say how the person wants dates written; None takes what the programme chose, `none` is no second calendar."""

    calendar: str | None = None
    second_calendar: str | None = None
    digits: str | None = None
    clock: str | None = None


@action("set_own_dates")
def set_own_dates(*, record: DatesRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Change how dates, digits and hours are written for the person who acts; gives the staff id."""
    require(by, Permission.OWN_ACCOUNT)
    staff = db.session.get(Staff, by.staff_id) if by.staff_id else None
    if staff is None:
        raise NotFound(kind="staff")
    if record.calendar is not None:
        check_calendar("calendar", record.calendar)
    if record.second_calendar not in (None, NO_SECOND):
        check_calendar("second_calendar", record.second_calendar or "")
    if record.digits not in (None, "latin", "local") or record.clock not in (None, "usual", "ethiopian"):
        raise Invalid(field="digits", reason="unknown_choice")
    staff.calendar, staff.second_calendar = record.calendar, record.second_calendar
    staff.digits, staff.clock = record.digits, record.clock
    audit("set_own_dates", by=by, now=now, entity="staff", entity_id=staff.id, op=op)
    return staff.id
