"""Research packages for the office: ask for one under an agreement, fetch it, see what earlier ones were for."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, send_file
from werkzeug.wrappers import Response

from gipt.actions import report_runs as actions
from gipt.actions.report_files import settings
from gipt.actions.report_formats import TYPES
from gipt.domain.access import Permission
from gipt.domain.deidentify import LEAST_K, PUBLIC_K
from gipt.domain.research import LONGEST, MOST_K, Licence, PackageForm, Terms
from gipt.i18n import gettext as _
from gipt.i18n import languages, lazy_gettext
from gipt.interop.parquet import is_installed
from gipt.queries.report_context import sites_to_report
from gipt.queries.research_runs import find_packages
from gipt.reports.definition import Definition, ReportKind, check_definitions
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, zone
from gipt.web.guard import actor, needs, now
from gipt.web.reports import beginning, days_of, months, size_words
from gipt.words import label
from gipt.words.reports import problem_sentence, stage_word

blueprint = Blueprint("research", __name__)
NAV = (NavItem(52, "research.page", lazy_gettext("Research"), Permission.REPORT_RESEARCH, "research"),)


@blueprint.get("/o/research")
@needs(Permission.REPORT_RESEARCH)
def page() -> str:
    """Show the packages that were asked for; while one is being made the page looks again by itself."""
    packages = find_packages(actor(), now())
    return render_template(
        "research/page.html",
        title=_("Research packages"),
        packages=packages,
        waits=any(one.run.is_under_way for one in packages),
        zone=zone(),
        stage_word=stage_word,
        problem_sentence=problem_sentence,
        size_words=size_words,
    )


@blueprint.route("/o/research/new", methods=["GET", "POST"])
@needs(Permission.REPORT_RESEARCH)
def add() -> Any:
    """Ask for a package; without agreement, recipient and purpose there is none."""
    form = Form() if Form().posted else Form(beginning(Permission.REPORT_RESEARCH))
    offered, sites = definitions(), sites_to_report(actor(), Permission.REPORT_RESEARCH)
    if form.posted:
        with form.catching():
            record = read_request(form, [one.id for one in offered], [one.site_id for one in sites])
            actions.request_report(record=record, by=actor(), now=now(), op=form.op)
            return done(_("The package is being made. You may leave this page."), "research.page")
    return form.page(
        "research/new.html",
        title=_("New research package"),
        definitions=[(one.id, _(one.title), one.about and _(one.about)) for one in offered],
        months=months(),
        sites=[(one.site_id, f"{one.code} · {one.name}") for one in sites],
        chosen=form.fields.getlist("site"),
        languages=[(one.tag, one.name) for one in languages()],
        licences=[(one.value, label("licence", one)) for one in Licence],
        forms=[(one.value, label("package_form", one)) for one in forms()],
        least=max((one.research.k for one in offered if one.research), default=LEAST_K),
        public=PUBLIC_K,
        longest=LONGEST,
        earlier=[one for one in find_packages(actor(), now()) if one.run.state == "done"],
    )


def definitions() -> list[Definition]:
    """Give the definitions of research packages, by name."""
    found = [one.definition for one in check_definitions(settings().exports)]
    return [one for one in found if one is not None and one.kind is ReportKind.RESEARCH]


def forms() -> list[PackageForm]:
    """Give what the tables can be written as here."""
    return [one for one in PackageForm if one is not PackageForm.PARQUET or is_installed()]


def read_request(form: Form, reports: list[str], site_ids: list[str]) -> actions.ReportRequest:
    """Read the form; raises Wrong when a field does not fit."""
    codes = [code for code, _words in months()]
    only = reports[0] if len(reports) == 1 else None
    report = only or form.choice("report", reports, required=True)
    first, last = form.choice("from", codes, required=True), form.choice("to", codes, required=True)
    language = form.choice("language", [one.tag for one in languages()], required=True)
    chosen = form.choices("site", site_ids) if len(site_ids) > 1 else tuple(site_ids)
    terms = Terms(
        agreement=form.text("agreement", required=True, longest=LONGEST),
        recipient=form.text("recipient", required=True, longest=LONGEST),
        k=form.whole("k", low=LEAST_K, high=MOST_K, required=True) or LEAST_K,
    )
    purpose = form.text("purpose", required=True)
    licence = form.choice("licence", [one.value for one in Licence], required=True)
    form_code = form.choice("form", [one.value for one in forms()], required=True)
    if not chosen:
        form.refuse("site", "choose_one")
    form.check()
    begin, end = days_of(first or "", last or "")
    return actions.ReportRequest(
        report=report or "",
        from_on=begin,
        to_on=end,
        language=language or "",
        site_ids=chosen,
        purpose=purpose,
        terms=replace(terms, licence=Licence(licence or ""), form=PackageForm(form_code or "")),
    )


@blueprint.post("/o/research/<package_id>/file")
@needs(Permission.REPORT_RESEARCH)
def file(package_id: str) -> Response:
    """Hand out the zip; posted, because who fetched it is kept."""
    name = actions.download_report(run_id=package_id, by=actor(), now=now(), op=Form().op)
    path = actions.file_of(actions.run_for(actor(), package_id).code)
    return send_file(path, mimetype=TYPES[path.suffix], as_attachment=True, download_name=name, max_age=0)


@blueprint.post("/o/research/<package_id>/stop")
@needs(Permission.REPORT_RESEARCH)
def stop(package_id: str) -> Response:
    """Stop a package that waits or is being made."""
    actions.cancel_report(run_id=package_id, by=actor(), now=now(), op=Form().op)
    return done(_("Stopped."), "research.page")


@blueprint.post("/o/research/<package_id>/delete")
@needs(Permission.REPORT_RESEARCH)
def delete(package_id: str) -> Response:
    """Delete the file of a package; its line, its terms and its checksums stay."""
    actions.delete_report(run_id=package_id, by=actor(), now=now(), op=Form().op)
    return done(_("The file was deleted."), "research.page")
