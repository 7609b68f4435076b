"""Records: where incidents, complaints, costs, funding and targets are kept, and since when."""

from datetime import date
from typing import Any

from flask import Blueprint
from werkzeug.datastructures import MultiDict

from gipt.actions.records import start_recording
from gipt.calendars import CalendarKind
from gipt.domain.access import Permission
from gipt.domain.records import RecordKind
from gipt.i18n import gettext as _
from gipt.i18n import lazy_gettext
from gipt.queries.records import recorded_since
from gipt.web.calendar_words import date_fields
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, today
from gipt.web.guard import actor, may, needs, now

blueprint = Blueprint("records", __name__)
NAV = (NavItem(48, "records.page", lazy_gettext("Records"), Permission.COMPLAINT_RAISE, "records"),)


def form_for(*days: str, **values: str) -> Form:
    """Give the posted form; before anything is posted, one with today in the date boxes named, and `values`."""
    form = Form()
    if form.posted:
        return form
    fields = dict(values)
    for name in days:
        fields |= date_fields(name, today())
    return Form(MultiDict(fields))


def read_day_or_month(form: Form, name: str) -> tuple[date | None, bool]:
    """Read a day, or a whole month where the day was left empty; gives the first of it and True.

    Months are those of the ledger, so a whole one is Gregorian; in another calendar the day is needed.
    """
    gregorian = form.raw(f"{name}-calendar") in ("", CalendarKind.GREGORIAN)
    if not gregorian and not form.raw(f"{name}-day") and form.raw(f"{name}-month"):
        form.refuse(name, "gregorian_month")
        return None, False
    whole = gregorian and not form.raw(f"{name}-day") and bool(form.raw(f"{name}-month"))
    if whole:
        form.fields = form.fields.copy()
        form.fields[f"{name}-day"] = "1"
    found = form.date(name, required=True)
    if whole:
        form.fields[f"{name}-day"] = ""
    return found, whole


def parts() -> list[tuple[str, str, str]]:
    """Give endpoint, name and purpose of the pages that the person may use."""
    listed = (
        (Permission.SAFETY_HANDLE, "incidents.page", _("Incidents"), _("Harm and accidents: judge, report, close.")),
        (Permission.SAFETY_HANDLE, "worse_scores.page", _("Got worse"), _("Scores that somebody should look at.")),
        (Permission.SAFETY_RAISE, "incidents.add", _("Write down an incident"), _("Anybody of the team can.")),
        (Permission.COMPLAINT_HANDLE, "complaints.page", _("Complaints"), _("Those that you may read.")),
        (Permission.COMPLAINT_RAISE, "complaints.add", _("Write down a complaint"), _("With or without a name.")),
        (Permission.RECORDS_EDIT, "costs.page", _("Costs"), _("Money spent and hours of volunteers.")),
        (Permission.RECORDS_EDIT, "funding.page", _("Funding"), _("Who pays which part of a cycle.")),
        (Permission.RECORDS_EDIT, "targets.page", _("Targets"), _("What was promised of each indicator.")),
    )  # fmt: skip
    return [(endpoint, name, purpose) for needed, endpoint, name, purpose in listed if may(needed)]


@blueprint.get("/o/records")
@needs(Permission.COMPLAINT_RAISE)
def page() -> Any:
    """Show what can be recorded, and since when each kind is."""
    return show(form_for("first_on"))


def show(form: Form) -> Any:
    """Show the page, with what was refused."""
    since = recorded_since()
    return form.page(
        "records/page.html",
        title=_("Records"),
        parts=parts(),
        kinds=[(kind, since.get(kind)) for kind in RecordKind],
        may_begin=may(Permission.RECORDS_EDIT),
    )


@blueprint.post("/o/records/since")
@needs(Permission.RECORDS_EDIT)
def since() -> Any:
    """Say since which day a kind is recorded."""
    form = Form()
    with form.catching():
        kind, first_on = form.choice("kind", RecordKind, required=True), form.date("first_on", required=True)
        form.check()
        start_recording(kind=kind or "", first_on=first_on or today(), by=actor(), now=now(), op=form.op)
        return done(_("Saved."), "records.page")
    return show(form)
