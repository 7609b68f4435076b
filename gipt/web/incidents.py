"""Adverse events: anybody of the team writes one down, whoever answers for safety judges, reports and closes it."""

from typing import Any

from flask import Blueprint

from gipt.actions import incidents as actions
from gipt.domain.access import Permission
from gipt.domain.incidents import IncidentCategory, IncidentOutcome, IncidentRelation
from gipt.i18n import gettext as _
from gipt.queries import incidents
from gipt.queries.help_now import find_nameable
from gipt.queries.records import find_places
from gipt.web.forms.reader import Form
from gipt.web.frame import done, today, works_on_phone, zone
from gipt.web.guard import actor, needs, now
from gipt.web.help_now import layout
from gipt.web.people import form_with
from gipt.web.records import form_for

blueprint = Blueprint("incidents", __name__)


@blueprint.route("/i/new", methods=["GET", "POST"])
@needs(Permission.SAFETY_RAISE)
def add() -> Any:
    """Write down an event, from the phone or in the office."""
    form = form_for("happened_on")
    if form.posted:
        with form.catching():
            record = read_incident(form)
            form.check()
            actions.raise_incident(record=record, by=actor(), now=now(), op=form.op)
            return done(_("Written down. Your supervisor sees it."), "front.home")
    return form.page(
        "incidents/new.html",
        layout=layout(),
        title=_("An incident"),
        nameable=find_nameable(actor(), today()) if works_on_phone() else (),
        sites=[(one.key, one.shown) for one in find_places(actor(), Permission.SAFETY_RAISE)],
    )


def read_incident(form: Form) -> actions.IncidentRecord:
    """Read the form; whom it happened to by choice or code, else the place."""
    member_id, code = form.text("member"), form.text("code", longest=20)
    if member_id is None and code is not None:
        member_id = incidents.find_member_by_code(actor(), code, today())
        if member_id is None:
            form.refuse("code", "not_there")
    sites = [one.key for one in find_places(actor(), Permission.SAFETY_RAISE)]
    site_id = form.choice("site", sites) or (sites[0] if len(sites) == 1 else None)
    if member_id is None and site_id is None and "code" not in form.errors:
        form.refuse("site", "choose_one")
    return actions.IncidentRecord(
        category=form.choice("category", IncidentCategory, required=True) or "",
        happened_on=form.date("happened_on", required=True) or today(),
        what=form.text("what", required=True, longest=4000) or "",
        member_id=member_id,
        site_id=site_id,
    )


@blueprint.get("/o/incidents")
@needs(Permission.SAFETY_HANDLE)
def page() -> Any:
    """List the incidents, open ones first."""
    return Form().page(
        "incidents/page.html",
        title=_("Incidents"),
        rows=incidents.find_incidents(actor()),
        moment=now(),
        zone=zone(),
    )


@blueprint.get("/o/incidents/<incident_id>")
@needs(Permission.SAFETY_HANDLE)
def incident(incident_id: str) -> Any:
    """Show one incident with what can be done about it."""
    found = incidents.get_incident(actor(), incident_id)
    expected = None if found.expected is None else ("yes" if found.expected else "no")
    values = {
        "category": found.row.category,
        "relation": found.relation,
        "expected": expected,
        "outcome": found.outcome,
        "action_taken": found.action_taken,
    }
    return show(form_with(values), incident_id)


def show(form: Form, incident_id: str) -> Any:
    """Show one incident, with what was refused."""
    return form.page(
        "incidents/incident.html",
        title=_("Incident"),
        found=incidents.get_incident(actor(), incident_id),
        moment=now(),
        zone=zone(),
    )


@blueprint.post("/o/incidents/<incident_id>/judge")
@needs(Permission.SAFETY_HANDLE)
def judge(incident_id: str) -> Any:
    """Say how it is related, whether it was expected, what was done and how it ended."""
    form = Form()
    with form.catching():
        expected = form.choice("expected", ("yes", "no"))
        judgement = actions.IncidentJudgement(
            category=form.choice("category", IncidentCategory, required=True) or "",
            relation=form.choice("relation", IncidentRelation),
            expected=None if expected is None else expected == "yes",
            outcome=form.choice("outcome", IncidentOutcome),
            action_taken=form.note_text("action_taken"),
        )
        form.check()
        actions.judge_incident(
            incident_id=incident_id, judgement=judgement, by=actor(), now=now(), op=form.op
        )
        return done(_("Saved."), "incidents.incident", incident_id=incident_id)
    return show(form, incident_id)


@blueprint.post("/o/incidents/<incident_id>/report")
@needs(Permission.SAFETY_HANDLE)
def report(incident_id: str) -> Any:
    """Write down to whom it was reported, now."""
    form = Form()
    with form.catching():
        told = form.text("reported_to", required=True)
        form.check()
        actions.report_incident(
            incident_id=incident_id, reported_to=told or "", by=actor(), now=now(), op=form.op
        )
        return done(_("Written down."), "incidents.incident", incident_id=incident_id)
    return show(form, incident_id)


@blueprint.post("/o/incidents/<incident_id>/note")
@needs(Permission.SAFETY_HANDLE)
def note(incident_id: str) -> Any:
    """Add a note."""
    form = Form()
    with form.catching():
        text = form.text("note", required=True, longest=4000)
        form.check()
        actions.add_incident_note(incident_id=incident_id, note=text or "", by=actor(), now=now(), op=form.op)
        return done(_("Written down."), "incidents.incident", incident_id=incident_id)
    return show(form, incident_id)


@blueprint.post("/o/incidents/<incident_id>/close")
@needs(Permission.SAFETY_HANDLE)
def close(incident_id: str) -> Any:
    """Close it."""
    form = Form()
    with form.catching():
        actions.close_incident(incident_id=incident_id, by=actor(), now=now(), op=form.op)
        return done(_("Closed."), "incidents.page")
    return show(form, incident_id)
