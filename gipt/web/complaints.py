"""Complaints in the office: anybody of the team writes one down; the list holds what the person may read."""

from typing import Any

from flask import Blueprint
from werkzeug.datastructures import MultiDict

from gipt.actions import complaints as actions
from gipt.domain.access import Permission
from gipt.domain.complaints import ComplaintAbout, ComplaintChannel, ComplaintOutcome
from gipt.i18n import gettext as _
from gipt.queries import complaints
from gipt.queries.records import Choice, find_colleagues, find_places
from gipt.web.forms.reader import Form
from gipt.web.frame import done, today, zone
from gipt.web.guard import actor, needs, now
from gipt.web.records import form_for

blueprint = Blueprint("complaints", __name__)
CHANNELS = tuple(one for one in ComplaintChannel if one is not ComplaintChannel.PAGE)


def pairs(found: tuple[Choice, ...]) -> list[tuple[str, str]]:
    """Give choices as forms take them."""
    return [(one.key, one.shown) for one in found]


@blueprint.get("/o/complaints")
@needs(Permission.COMPLAINT_HANDLE)
def page() -> Any:
    """List the complaints that the person may read, the one due first at the top."""
    rows = complaints.find_complaints(actor())
    return Form().page("complaints/page.html", title=_("Complaints"), rows=rows, on=today())


@blueprint.route("/o/complaints/new", methods=["GET", "POST"])
@needs(Permission.COMPLAINT_RAISE)
def add() -> Any:
    """Write down a complaint on behalf of somebody."""
    form = form_for("received_on")
    sites = pairs(find_places(actor(), Permission.COMPLAINT_RAISE))
    staff = pairs(find_colleagues(actor(), Permission.COMPLAINT_RAISE))
    if form.posted:
        with form.catching():
            record = read_complaint(form, [key for key, _name in sites], [key for key, _name in staff])
            form.check()
            actions.file_complaint(record=record, by=actor(), now=now(), op=form.op)
            return done(_("Written down. Only people whom it does not concern can read it."), "records.page")
    return form.page(
        "complaints/new.html",
        title=_("A complaint"),
        sites=sites,
        staff=staff,
        chosen=form.fields.getlist("staff"),
        channels=CHANNELS,
    )


def read_complaint(form: Form, sites: list[str], staff: list[str]) -> actions.ComplaintRecord:
    """Read the form of a complaint."""
    return actions.ComplaintRecord(
        about=form.choice("about", ComplaintAbout, required=True) or "",
        text=form.text("text", required=True, longest=4000) or "",
        channel=form.choice("channel", CHANNELS, required=True) or "",
        received_on=form.date("received_on", required=True) or today(),
        contact=form.text("contact"),
        site_id=form.choice("site", sites),
        staff_ids=form.choices("staff", staff),
    )


@blueprint.get("/o/complaints/<complaint_id>")
@needs(Permission.COMPLAINT_HANDLE)
def complaint(complaint_id: str) -> Any:
    """Show one complaint with what can be done about it."""
    found = complaints.get_complaint(actor(), complaint_id)
    fields: MultiDict[str, str] = MultiDict({"about": found.row.about, "site": found.site_id or ""})
    for staff_id in found.staff_ids:
        fields.add("staff", staff_id)
    return show(Form(fields), complaint_id)


def show(form: Form, complaint_id: str) -> Any:
    """Show one complaint, with what was refused."""
    found = complaints.get_complaint(actor(), complaint_id)
    staff = pairs(find_colleagues(actor(), Permission.COMPLAINT_HANDLE))
    known = {key for key, _name in staff}
    named = zip(found.staff_ids, found.staff, strict=True)
    return form.page(
        "complaints/complaint.html",
        title=_("Complaint"),
        found=found,
        on=today(),
        zone=zone(),
        sites=pairs(find_places(actor(), Permission.COMPLAINT_HANDLE)),
        staff=[*staff, *((key, name) for key, name in named if key not in known)],
        chosen=form.fields.getlist("staff"),
    )


@blueprint.post("/o/complaints/<complaint_id>/place")
@needs(Permission.COMPLAINT_HANDLE)
def place(complaint_id: str) -> Any:
    """Say what and whom it is about, and where; this may take it out of one's own sight."""
    form = Form()
    found = complaints.get_complaint(actor(), complaint_id)
    with form.catching():
        sites = [one.key for one in find_places(actor(), Permission.COMPLAINT_HANDLE)]
        staff = [one.key for one in find_colleagues(actor(), Permission.COMPLAINT_HANDLE)]
        about = form.choice("about", ComplaintAbout, required=True)
        site_id = form.choice("site", [*sites, found.site_id or ""])
        named = form.choices("staff", dict.fromkeys([*staff, *found.staff_ids]))
        form.check()
        still = actions.place_complaint(
            complaint_id=complaint_id, about=about or "", site_id=site_id, staff_ids=named,
            by=actor(), now=now(), op=form.op,
        )  # fmt: skip
        if still:
            return done(_("Saved."), "complaints.complaint", complaint_id=complaint_id)
        return done(_("Saved. Others handle this complaint now."), "complaints.page")
    return show(form, complaint_id)


@blueprint.post("/o/complaints/<complaint_id>/note")
@needs(Permission.COMPLAINT_HANDLE)
def note(complaint_id: str) -> Any:
    """Write down what was done, or what the person was answered."""
    form = Form()
    with form.catching():
        text = form.text("note", required=True, longest=4000) or ""
        form.check()
        write = actions.answer_complaint if form.flag("answered") else actions.add_complaint_note
        write(complaint_id=complaint_id, note=text, by=actor(), now=now(), op=form.op)
        return done(_("Written down."), "complaints.complaint", complaint_id=complaint_id)
    return show(form, complaint_id)


@blueprint.post("/o/complaints/<complaint_id>/close")
@needs(Permission.COMPLAINT_HANDLE)
def close(complaint_id: str) -> Any:
    """Close it with what was found."""
    form = Form()
    with form.catching():
        outcome, text = form.choice("outcome", ComplaintOutcome, required=True), form.note_text("reason")
        form.check()
        actions.close_complaint(
            complaint_id=complaint_id, outcome=outcome or "", note=text, by=actor(), now=now(), op=form.op
        )
        return done(_("Closed."), "complaints.page")
    return show(form, complaint_id)
