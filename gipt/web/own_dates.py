"""How dates, hours and digits are written for one person: what the programme chose, or otherwise."""

from typing import Any

from flask import Blueprint, url_for

from gipt.actions.staff_dates import NO_SECOND, DatesRecord, set_own_dates
from gipt.calendars import CalendarKind
from gipt.domain.access import Permission
from gipt.i18n import gettext as _
from gipt.web.calendar_words import calendar_choices, calendar_name, clock_choices, example
from gipt.web.forms.reader import Form
from gipt.web.frame import done, frame, works_on_phone
from gipt.web.guard import actor, needs, now, who

blueprint = Blueprint("own_dates", __name__)


@blueprint.route("/account/dates", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT)
def page() -> Any:
    """Show and change the person's own calendars, digits and clock."""
    form = Form()
    if form.posted:
        with form.catching():
            record = DatesRecord(
                calendar=form.choice("calendar", list(CalendarKind)),
                second_calendar=form.choice("second_calendar", [NO_SECOND, *CalendarKind]),
                digits=form.choice("digits", ("latin", "local")),
                clock=form.choice("clock", ("usual", "ethiopian")),
            )
            form.check()
            set_own_dates(record=record, by=actor(), now=now(), op=form.op)
            return done(_("Changed."), "own_dates.page")
    signed, found = who(), frame()
    assert signed is not None
    usual = calendar_name(CalendarKind(found.calendar)) if found else calendar_name(CalendarKind.GREGORIAN)
    return form.page(
        "sign_in/dates.html",
        title=_("Dates and digits"),
        was=form.fields if form.posted else signed.dates,
        usual=usual,
        calendars=calendar_choices(),
        no_second=NO_SECOND,
        clocks=clock_choices(),
        example=example(),
        on_phone=works_on_phone(),
        back_href=url_for("me.page") if works_on_phone() else None,
    )
