"""Reports that are made by themselves: what is set up, a new one, pausing, going on, ending."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from gipt.actions import report_schedules as actions
from gipt.domain.access import Permission
from gipt.domain.report_rhythm import LEAST_DAYS, MOST_DAYS, Rhythm
from gipt.i18n import current_language, find_language, languages
from gipt.i18n import gettext as _
from gipt.queries.report_context import sites_to_report
from gipt.queries.report_schedules import find_schedules
from gipt.web.forms.reader import Form
from gipt.web.frame import done, today
from gipt.web.guard import actor, needs, now
from gipt.web.reports import definitions
from gipt.words.reports import stopped_sentence

blueprint = Blueprint("report_schedules", __name__)
USUAL_DAYS = 10
"""Days after the end of a period that are offered: late records have come by then."""


@blueprint.get("/o/report-schedules")
@needs(Permission.REPORT_EXTERNAL)
def page() -> str:
    """List what is made by itself, and when next."""
    return render_template(
        "report_schedules/page.html",
        title=_("Reports made by themselves"),
        schedules=find_schedules(actor(), today()),
        stopped_sentence=stopped_sentence,
        find_language=find_language,
    )


@blueprint.route("/o/report-schedules/new", methods=["GET", "POST"])
@needs(Permission.REPORT_EXTERNAL)
def add() -> Any:
    """Set up a report that is made for every period."""
    form = Form()
    offered, sites = definitions(), sites_to_report(actor(), Permission.REPORT_EXTERNAL)
    if form.posted:
        with form.catching():
            names = [one for one, _title, _hint in offered]
            record = read_schedule(form, names, [one.site_id for one in sites])
            actions.add_schedule(record=record, by=actor(), now=now(), op=form.op)
            return done(_("Saved. It is made by itself from now on."), "report_schedules.page")
    return form.page(
        "report_schedules/new.html",
        title=_("New report made by itself"),
        definitions=offered,
        rhythms=list(Rhythm),
        sites=[(one.site_id, f"{one.code} · {one.name}") for one in sites],
        chosen=form.fields.getlist("site") if form.posted else [one.site_id for one in sites],
        languages=[(one.tag, one.name) for one in languages()],
        language=form.fields.get("language") or current_language().tag,
        usual=USUAL_DAYS,
    )


def read_schedule(form: Form, reports: list[str], site_ids: list[str]) -> actions.ScheduleRecord:
    """Read the form; raises Wrong when a field does not fit."""
    report = form.choice("report", reports, required=True)
    rhythm = form.choice("how_often", list(Rhythm), required=True)
    days = form.whole("days", low=LEAST_DAYS, high=MOST_DAYS, required=True)
    language = form.choice("language", [one.tag for one in languages()], required=True)
    chosen = form.choices("site", site_ids) if len(site_ids) > 1 else tuple(site_ids)
    purpose = form.text("purpose")
    if not chosen:
        form.refuse("site", "choose_one")
    form.check()
    return actions.ScheduleRecord(
        report or "", rhythm or "", days or USUAL_DAYS, language or "", chosen, purpose
    )


@blueprint.post("/o/report-schedules/<schedule_id>/pause")
@needs(Permission.REPORT_EXTERNAL)
def pause(schedule_id: str) -> Response:
    """Make nothing until somebody lets it go on."""
    actions.pause_schedule(schedule_id=schedule_id, by=actor(), now=now(), op=Form().op)
    return done(_("Paused."), "report_schedules.page")


@blueprint.post("/o/report-schedules/<schedule_id>/resume")
@needs(Permission.REPORT_EXTERNAL)
def resume(schedule_id: str) -> Response:
    """Let it go on, in the name of the person who says so."""
    actions.resume_schedule(schedule_id=schedule_id, by=actor(), now=now(), op=Form().op)
    return done(_("It goes on, in your name."), "report_schedules.page")


@blueprint.post("/o/report-schedules/<schedule_id>/end")
@needs(Permission.REPORT_EXTERNAL)
def end(schedule_id: str) -> Response:
    """End it for good; the reports it made stay."""
    actions.end_schedule(schedule_id=schedule_id, by=actor(), now=now(), op=Form().op)
    return done(_("Ended. What it made stays."), "report_schedules.page")
