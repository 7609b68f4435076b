"""What planning a cycle and changing one share: what stands against dates, and who and where may be chosen."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from gipt.calendars import closed_holidays, weekend_of
from gipt.db import db
from gipt.domain.problems import Invalid, Unknown
from gipt.domain.scheduling import Busy, ClosedCalendar, PlanningRules, Surroundings, surroundings
from gipt.models import Venue
from gipt.queries import plans
from gipt.queries.leaders import can_lead

HORIZON = timedelta(days=3 * 366)


def around(site_id: str, first: date, *, but_cycle: str | None = None) -> Surroundings:
    """Give everything that stands against dates at a site from a day on: holidays, closed days, meetings, leave."""
    place = plans.planning_place(site_id)
    try:
        holidays = closed_holidays(place.country, first - timedelta(days=2), first + HORIZON, place.language)
        weekend = weekend_of(place.country)
    except Unknown:
        # A country without published holidays: the site's own days are all there is.
        holidays, weekend = (), frozenset({5, 6})
    rules = PlanningRules(
        travel_minutes=place.minutes_between, groups_a_week=place.facilitator_groups, weekend=weekend
    )
    closed = ClosedCalendar([*holidays, *plans.closed_days(site_id)])
    busy = Busy(plans.busy_slots(first, but_cycle=but_cycle), plans.leave_from(first))
    return surroundings(closed, busy, rules)


def check_place(venue_id: str | None, site_id: str) -> None:
    """Refuse a meeting place that is not of the site."""
    if venue_id is None:
        return
    if db.session.scalar(sa.select(Venue.site_id).where(Venue.id == venue_id)) != site_id:
        raise Invalid(field="venue", reason="unknown_choice")


def check_leaders(staff_ids: Sequence[str], site_id: str) -> None:
    """Refuse people who do not lead groups at the site: they would never see the group."""
    if staff_ids and not can_lead(staff_ids, site_id):
        raise Invalid(field="facilitators", reason="unknown_choice")
