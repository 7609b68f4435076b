"""Templates of funders: send an empty workbook, say what stands in which cell, see what stayed empty and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gipt.actions import report_templates as actions
from gipt.domain.access import Permission
from gipt.domain.indicators import Dimension
from gipt.domain.people import DEFAULT_AGE_BANDS, Disability, Displacement, Sex, age_band_codes
from gipt.domain.problems import BadFile, Invalid, NotFound
from gipt.i18n import gettext as _
from gipt.queries.report_context import sites_to_report
from gipt.queries.report_runs import find_left
from gipt.queries.report_templates import find_line, list_templates, read_template
from gipt.reports.definition import DIVISIBLE, INDICATORS
from gipt.reports.indicator_labels import INDICATORS as INDICATOR_NAMES
from gipt.reports.template_cells import EmptyCell, Look, Spot, key_of, look_at
from gipt.reports.template_places import COST, Wanted
from gipt.web.forms.reader import Form
from gipt.web.frame import done, saved
from gipt.web.guard import actor, needs, now
from gipt.words import label, sentence
from gipt.words import templates as words

blueprint = Blueprint("report_templates", __name__)
PAGE = 50
VALUES = {
    Dimension.SEX: tuple(Sex),
    Dimension.AGE_BAND: age_band_codes(DEFAULT_AGE_BANDS),
    Dimension.DISABILITY: tuple(Disability),
    Dimension.DISPLACEMENT: tuple(Displacement),
}


@dataclass(frozen=True, slots=True)
class CellLine:
    """One cell as the page lists it: where, what stands round it, what it asks for, and its fault in words."""

    key: str
    sheet: str
    address: str
    beside: str = ""
    above: str = ""
    text: str = ""
    chosen: bool = False
    fault: str | None = None


@blueprint.get("/o/reports/templates")
@needs(Permission.REPORT_EXTERNAL)
def page() -> str:
    """List the templates."""
    return render_template(
        "report_templates/page.html",
        title=_("Templates of funders"),
        templates=list_templates(),
        retired=list_templates(retired=True),
    )


@blueprint.route("/o/reports/templates/new", methods=["GET", "POST"])
@needs(Permission.REPORT_EXTERNAL)
def add() -> Any:
    """Send a funder's empty workbook."""
    form = Form()
    if form.posted:
        with form.catching():
            name = form.text("name", required=True, longest=actions.LONGEST_NAME)
            content, _look = sent(form)
            template_id = actions.add_template(
                name=name or "", content=content, definitions=form.flag("definitions"), by=actor(), now=now(),
                op=form.op,
            )  # fmt: skip
            return saved("report_templates.template", template_id=template_id)
    return form.page("report_templates/new.html", title=_("New template"))


def sent(form: Form) -> tuple[bytes, Look | None]:
    """Give the file that was sent and what is in it; raises Wrong with a sentence when it is not taken."""
    file = request.files.get("file")
    content, look = b"", None
    if file is None or not file.filename:
        form.refuse("file", "missing")
    else:
        content = file.read()
        try:
            look = actions.examine(content, file.filename)
        except BadFile as fault:
            form.errors["file"] = str(sentence(fault))
    form.check()
    return content, look


@blueprint.route("/o/reports/templates/<template_id>", methods=["GET", "POST"])
@needs(Permission.REPORT_EXTERNAL)
def template(template_id: str) -> Any:
    """Show what was found in a template, and take what is typed for its cells."""
    form = Form()
    if form.posted:
        with form.catching():
            chosen = {key: form.fields[key] for key in form.fields if "!" in key}
            actions.choose_cells(template_id=template_id, chosen=chosen, by=actor(), now=now(), op=form.op)
            return saved("report_templates.template", template_id=template_id, **request.args)
    return cells_page(template_id, form)


def cells_page(template_id: str, form: Form) -> Any:
    """Show the cells to fill, the faults, and the cells that could be filled, fifty at a time."""
    line, stored = find_line(template_id), read_template(template_id)
    look = look_at(stored.content, stored.chosen)
    known = {key_of(one.sheet, one.address): one for one in look.asked}
    filled, free = [line_of(spot, known) for spot in look.spots], look.empty
    number = max(1, int(text) if (text := request.args.get("page", "1")).isdigit() and len(text) < 6 else 1)
    return form.page(
        "report_templates/template.html", title=line.name, line=line, look=look, filled=filled,
        faults=[
            fault_line(one.sheet, one.address, one.problem, stored.chosen) for one in look.faults
        ],
        free=[free_line(one) for one in free[(number - 1) * PAGE : number * PAGE]], number=number, size=PAGE,
        total=len(free), words=words,
    )  # fmt: skip


def line_of(spot: Spot, known: dict[str, EmptyCell]) -> CellLine:
    """Give one cell to fill as a line."""
    key = key_of(spot.sheet, spot.address)
    found = known.get(key)
    beside, above = (found.beside, found.above) if found else ("", "")
    return CellLine(key, spot.sheet, spot.address, beside, above, spot.text, spot.chosen)


def free_line(cell: EmptyCell) -> CellLine:
    """Give one cell that could be filled as a line."""
    return CellLine(key_of(cell.sheet, cell.address), cell.sheet, cell.address, cell.beside, cell.above)


def fault_line(sheet: str, address: str, problem: Invalid, chosen: Mapping[str, str]) -> CellLine:
    """Give one cell that cannot be filled as a line."""
    key = key_of(sheet, address)
    return CellLine(key, sheet, address, chosen=key in chosen, fault=str(sentence(problem)))


@blueprint.route("/o/reports/templates/<template_id>/cell", methods=["GET", "POST"])
@needs(Permission.REPORT_EXTERNAL)
def cell(template_id: str) -> Any:
    """Choose from lists what stands in one cell."""
    key, line = request.args.get("cell", ""), find_line(template_id)
    found, wanted = find_cell(template_id, key)
    form = Form() if Form().posted else Form(fields_of(wanted))
    if form.posted:
        with form.catching():
            text = "" if form.raw("do") == "empty" else read_choice(form)
            actions.choose_cells(
                template_id=template_id, chosen={key: text}, by=actor(), now=now(), op=form.op
            )
            return saved("report_templates.template", template_id=template_id)
    return form.page(
        "report_templates/cell.html", title=_("Choose a figure"), line=line, cell=found,
        indicators=[(code, f"{code} · {indicator_words(code)}") for code in INDICATORS if code != COST],
        breakdowns=breakdowns(), periods=[(code, words.period_words(code)) for code in words.PERIODS],
        parts=[(code, words.part_words(code)) for code in words.PARTS],
    )  # fmt: skip


def find_cell(template_id: str, key: str) -> tuple[CellLine, Wanted | None]:
    """Give one cell of a template and the figure that it asks for; raise NotFound for any other place."""
    stored = read_template(template_id)
    look = look_at(stored.content, stored.chosen)
    round_it = {key_of(one.sheet, one.address): one for one in (*look.asked, *look.empty)}
    spot = next((one for one in look.spots if key_of(one.sheet, one.address) == key), None)
    if spot is not None:
        return line_of(spot, round_it), spot.wanted[0] if len(spot.pieces) == 1 else None
    if key not in round_it:
        raise NotFound(kind="cell")
    return free_line(round_it[key]), None


def fields_of(wanted: Wanted | None) -> "MultiDict[str, str]":
    """Give the lists as they stand for a figure that was chosen before."""
    fields: MultiDict[str, str] = MultiDict()
    if wanted is not None:
        cuts = [f"{name}={value}" for name, value in wanted.cuts]
        named = {"indicator": wanted.indicator, "period": wanted.period, "part": wanted.part or ""}
        fields.update({**named, **dict(zip(("breakdown", "second"), cuts, strict=False))})
    return fields


def indicator_words(code: str) -> str:
    """Give the name of an indicator as a list shows it, where its thresholds are not known yet."""
    return _(INDICATOR_NAMES[code], remission="…", cut_off="…")


def breakdowns() -> list[tuple[str, str]]:
    """Give every part of every breakdown as it is typed, with its words."""
    found = [
        (f"{dimension.value}={value}", f"{label('dimension', dimension)}: {label(dimension.value, value)}")
        for dimension, values in VALUES.items()
        for value in values
    ]
    sites = sites_to_report(actor(), Permission.REPORT_EXTERNAL)
    return found + [
        (f"site={one.code}", f"{label('dimension', Dimension.SITE)}: {one.code} · {one.name}")
        for one in sites
    ]


def read_choice(form: Form) -> str:
    """Give what was chosen as it would be typed; raises Wrong when something is missing."""
    indicator = form.choice("indicator", INDICATORS, required=True)
    offered = [code for code, _words in breakdowns()]
    cuts = [form.choice(name, offered) for name in ("breakdown", "second")]
    period = form.choice("period", words.PERIODS)
    part = form.choice("part", words.PARTS)
    if any(cuts) and indicator not in DIVISIBLE:
        form.refuse(
            "breakdown", "place_not_divided", word=next(filter(None, cuts)), indicator=indicator or ""
        )
    form.check()
    return ", ".join(one for one in (indicator, *cuts, period, part) if one)


@blueprint.route("/o/reports/templates/<template_id>/settings", methods=["GET", "POST"])
@needs(Permission.REPORT_EXTERNAL)
def settings(template_id: str) -> Any:
    """Change the name, or whether a sheet of definitions is added, or send a newer file."""
    line, form = find_line(template_id), Form()
    if form.posted:
        with form.catching():
            name = form.text("name", required=True, longest=actions.LONGEST_NAME)
            if (file := request.files.get("file")) is not None and file.filename:
                content, _look = sent(form)
                actions.replace_template(template_id=template_id, content=content, by=actor(), now=now())
            form.check()
            actions.change_template(
                template_id=template_id, name=name or "", definitions=form.flag("definitions"), by=actor(),
                now=now(), op=form.op,
            )  # fmt: skip
            return saved("report_templates.template", template_id=template_id)
    return form.page("report_templates/settings.html", title=_("Settings of the template"), line=line)


@blueprint.post("/o/reports/templates/<template_id>/retire")
@needs(Permission.REPORT_EXTERNAL)
def retire(template_id: str) -> Response:
    """Put a template away."""
    actions.retire_template(template_id=template_id, by=actor(), now=now(), op=Form().op)
    return done(_("Put away. Reports made from it stay."), "report_templates.page")


@blueprint.post("/o/reports/templates/<template_id>/restore")
@needs(Permission.REPORT_EXTERNAL)
def restore(template_id: str) -> Response:
    """Take a template back."""
    actions.restore_template(template_id=template_id, by=actor(), now=now(), op=Form().op)
    return done(_("The template is back."), "report_templates.page")


@blueprint.get("/o/reports/<run_id>/cells")
@needs(Permission.REPORT_EXTERNAL)
def left(run_id: str) -> str:
    """Show which cells of a filled template stayed empty, and why."""
    found = find_left(actor(), run_id)
    return render_template(
        "report_templates/left.html", title=_("Cells that stayed empty"), found=found, words=words
    )
