"""Reports for the office: ask for one, watch it being made, fetch it, and what became of the earlier ones."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, send_file
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gipt.actions import report_runs as actions
from gipt.actions.report_files import settings
from gipt.actions.report_formats import TYPES
from gipt.domain.access import Permission
from gipt.i18n import current_language, format_date, languages, lazy_gettext
from gipt.i18n import gettext as _
from gipt.queries import report_runs
from gipt.queries.report_context import sites_to_report
from gipt.queries.report_templates import list_templates
from gipt.reports.definition import Definition, ReportKind, check_definitions
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, today, zone
from gipt.web.guard import actor, may, needs, now
from gipt.words import sentence
from gipt.words.reports import problem_sentence, stage_word

blueprint = Blueprint("reports", __name__)
NAV = (NavItem(50, "reports.page", lazy_gettext("Reports"), Permission.REPORT_EXTERNAL, "reports"),)
MONTHS = 60
"""Months offered, this one first."""
FIRST_OFFERED = "funder-standard"
NEEDED = {
    ReportKind.EXTERNAL: Permission.REPORT_EXTERNAL,
    ReportKind.INTERNAL: Permission.REPORT_INTERNAL,
}


@blueprint.get("/o/reports")
@needs(Permission.REPORT_EXTERNAL)
def page() -> str:
    """Show the reports of the last twelve months; while one is being made the page looks again by itself."""
    runs = report_runs.find_runs(actor(), now())
    return render_template(
        "reports/page.html",
        title=_("Reports"),
        runs=runs,
        waits=any(run.is_under_way for run in runs),
        zone=zone(),
        stage_word=stage_word,
        problem_sentence=problem_sentence,
        size_words=size_words,
    )


@blueprint.route("/o/reports/new", methods=["GET", "POST"])
@needs(Permission.REPORT_EXTERNAL)
def add() -> Any:
    """Ask for a report; the last full quarter is chosen beforehand."""
    form = Form() if Form().posted else Form(beginning())
    offered, sites = definitions(), sites_to_report(actor(), Permission.REPORT_EXTERNAL)
    if form.posted:
        with form.catching():
            names = [one for one, _title, _hint in offered]
            record = read_request(form, names, [one.site_id for one in sites])
            actions.request_report(record=record, by=actor(), now=now(), op=form.op)
            return done(_("The report is being made. You may leave this page."), "reports.page")
    return form.page(
        "reports/new.html",
        title=_("New report"),
        definitions=offered,
        wrong=wrong_definitions(),
        months=months(),
        sites=[(one.site_id, f"{one.code} · {one.name}") for one in sites],
        chosen=form.fields.getlist("site"),
        languages=[(one.tag, one.name) for one in languages()],
    )


def definitions() -> list[tuple[str, str, str]]:
    """Give the reports that the person may ask for as choices of a form: name, title, what it is for.

    Those for funders come first, then those of the organisation, then the funders' own workbooks.
    """
    hints = {
        ReportKind.EXTERNAL: _("Counts only, small ones hidden. It may leave the organisation."),
        ReportKind.INTERNAL: _("It stays in the organisation."),
    }
    shipped = [
        (one.id, _(one.title), " ".join(filter(None, (one.about and _(one.about), hints[one.kind]))))
        for one in allowed_definitions()
    ]
    filled = _("The funder's own workbook, filled. Small numbers stay empty.")
    return shipped + [(one.report, one.name, filled) for one in list_templates()]


def allowed_definitions() -> list[Definition]:
    """Give the definitions of the reports that the person may ask for; one that is wrong is not offered."""
    found = [one.definition for one in check_definitions(settings().exports)]
    # Research packages have a page of their own: they ask for an agreement, and are never made by themselves.
    allowed = [one for one in found if one is not None and one.kind in NEEDED and may(NEEDED[one.kind])]
    return sorted(allowed, key=lambda one: (one.kind.value, one.id != FIRST_OFFERED, one.id))


def wrong_definitions() -> list[str]:
    """Say what is wrong with the files that cannot be offered."""
    return [sentence(one.fault) for one in check_definitions(settings().exports) if one.fault is not None]


def months() -> list[tuple[str, str]]:
    """Give the months that can be chosen, the present one first."""
    here = today()
    count = here.year * 12 + here.month - 1
    firsts = [date(number // 12, number % 12 + 1, 1) for number in range(count, count - MONTHS, -1)]
    return [(f"{one:%Y-%m}", format_date(one, "month")) for one in firsts]


def beginning(permission: Permission = Permission.REPORT_EXTERNAL) -> "MultiDict[str, str]":
    """Give the form as it first stands: the last full quarter, all sites, the language in use."""
    here = today()
    start = here.replace(month=(here.month - 1) // 3 * 3 + 1, day=1)
    last = start - timedelta(days=1)
    first = last.replace(month=last.month - 2, day=1)
    fields: MultiDict[str, str] = MultiDict(
        {"from": f"{first:%Y-%m}", "to": f"{last:%Y-%m}", "language": current_language().tag}
    )
    if report := request.args.get("report"):
        fields["report"] = report
    for site in sites_to_report(actor(), permission):
        fields.add("site", site.site_id)
    return fields


def read_request(form: Form, reports: list[str], site_ids: list[str]) -> actions.ReportRequest:
    """Read the form; raises Wrong when a field does not fit."""
    codes = [code for code, _words in months()]
    report = form.choice("report", reports, required=True)
    first, last = form.choice("from", codes, required=True), form.choice("to", codes, required=True)
    language = form.choice("language", [one.tag for one in languages()], required=True)
    chosen = form.choices("site", site_ids) if len(site_ids) > 1 else tuple(site_ids)
    purpose = form.text("purpose")
    if not chosen:
        form.refuse("site", "choose_one")
    form.check()
    assert report is not None
    begin, end = days_of(first or "", last or "")
    return actions.ReportRequest(
        report=report,
        from_on=begin,
        to_on=end,
        language=language or "",
        site_ids=chosen,
        purpose=purpose,
    )


def days_of(first: str, last: str) -> tuple[date, date]:
    """Give the first day of a month and the last day of another, each as YYYY-MM."""
    return date.fromisoformat(f"{first}-01"), end_of(date.fromisoformat(f"{last}-01"))


def end_of(first: date) -> date:
    """Give the last day of the month that begins on a day."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@blueprint.post("/o/reports/<run_id>/file")
@needs(Permission.REPORT_EXTERNAL)
def file(run_id: str) -> Response:
    """Hand out the workbook; posted, because who fetched it is kept."""
    name = actions.download_report(run_id=run_id, by=actor(), now=now(), op=Form().op)
    path = actions.file_of(actions.run_for(actor(), run_id).code)
    return send_file(path, mimetype=TYPES[path.suffix], as_attachment=True, download_name=name, max_age=0)


@blueprint.post("/o/reports/<run_id>/stop")
@needs(Permission.REPORT_EXTERNAL)
def stop(run_id: str) -> Response:
    """Stop a report that waits or is being made."""
    actions.cancel_report(run_id=run_id, by=actor(), now=now(), op=Form().op)
    return done(_("Stopped."), "reports.page")


@blueprint.post("/o/reports/<run_id>/again")
@needs(Permission.REPORT_EXTERNAL)
def again(run_id: str) -> Response:
    """Make the same report again, over what is known now."""
    actions.repeat_report(run_id=run_id, by=actor(), now=now(), op=Form().op)
    return done(_("The report is being made. You may leave this page."), "reports.page")


@blueprint.post("/o/reports/<run_id>/delete")
@needs(Permission.REPORT_EXTERNAL)
def delete(run_id: str) -> Response:
    """Delete the file of a report; its line and its checksums stay."""
    actions.delete_report(run_id=run_id, by=actor(), now=now(), op=Form().op)
    return done(_("The file was deleted."), "reports.page")


def size_words(count: int | None) -> str:
    """Give a size as people read it."""
    if count is None:
        return ""
    return (
        _("%(size)s KB", size=max(1, count // 1024))
        if count < 1_000_000
        else _("%(size)s MB", size=f"{count / 1_000_000:.1f}")
    )
