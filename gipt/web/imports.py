"""Bringing lists in (C9): send or paste, look at every row, confirm; a result that can be taken back."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from gipt.actions.imports import choose_import, confirm_import, drop_import, start_import
from gipt.actions.imports_undo import undo_import
from gipt.domain.access import Permission
from gipt.domain.measures import all_measures, measure_codes
from gipt.domain.problems import BadFile, Conflict, Invalid, NotFound
from gipt.i18n import gettext as _
from gipt.i18n import lazy_gettext
from gipt.intake.fields import TABLES, Kind
from gipt.intake.grid import Grid, address, as_text
from gipt.intake.preview import Preview, with_edits
from gipt.intake.reader import read_paste, read_upload
from gipt.intake.recognise import Recognition, TableGuess, examples
from gipt.intake.templates import annotate, make_template
from gipt.queries.import_plans import Plan, PlannedRow, pack_choices
from gipt.queries.imports import (
    UNDO_DAYS,
    Run,
    columns_of,
    find_run,
    make_plan,
    read_run,
    recent_runs,
    site_choices,
    template_lists,
)
from gipt.web.forms.import_choices import read_choices
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, saved, zone
from gipt.web.guard import actor, needs, now
from gipt.words import imports as words
from gipt.words import sentence

blueprint = Blueprint("imports", __name__)
NAV = (NavItem(60, "imports.page", lazy_gettext("Import"), Permission.IMPORT, "imports"),)
PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def words_here() -> dict[str, Any]:
    """Give the templates the words of imports."""
    return {"words": words, "undo_days": UNDO_DAYS, "local": lambda at: at.astimezone(zone())}


# --- step 1 -------------------------------------------------------------------------------------------------------


@blueprint.route("/o/import", methods=["GET", "POST"])
@needs(Permission.IMPORT)
def page() -> Any:
    """Choose what comes, send a file or paste cells."""
    form = Form()
    if form.posted:
        try:
            with form.catching():
                return look_at(sent(form))
        except BadFile as fault:
            form.errors["file"] = str(sentence(fault))
    return form.page(
        "imports/page.html",
        title=_("Import"),
        kinds=list(Kind),
        runs=recent_runs(actor()),
        sites=site_choices(actor()),
        **words_here(),
    )


def look_at(import_id: str, show: str | None = None) -> Response:
    """Go on to the rows; the status line keeps silent, since nothing of the list is saved yet."""
    return redirect(url_for("imports.run", import_id=import_id, show=show), 303)


def sent(form: Form) -> str:
    """Read what was sent and keep it; gives the run's id."""
    kind = form.choice("kind", list(Kind), required=True)
    site = form.choice("site", [site_id for site_id, _name in site_choices(actor())])
    file, pasted = request.files.get("file"), form.fields.get("cells", "")
    named = file is not None and bool(file.filename)
    if not named and not pasted.strip():
        form.refuse("file", "missing")
    form.check()

    def read() -> Grid:
        if named and file is not None:
            return read_upload(file.read(), file.filename or "")
        return read_paste(pasted)

    return start_import(kind=Kind(kind or ""), read=read, site_id=site, by=actor(), now=now())


@blueprint.get("/o/import/template/<kind>")
@needs(Permission.IMPORT)
def template(kind: str) -> Response:
    """Give an empty workbook with lists, in the language in use."""
    if kind not in set(Kind):
        raise NotFound(kind="template")
    content = make_template(Kind(kind), lists=template_lists(actor()))
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=f"gipt-{kind}.xlsx")


# --- step 2 -------------------------------------------------------------------------------------------------------


@blueprint.get("/o/import/<import_id>")
@needs(Permission.IMPORT)
def run(import_id: str) -> Any:
    """Show every row with what would become of it; after confirming, the result."""
    found = find_run(actor(), import_id)
    if found.grid is None:
        return result(found)
    return preview(found, Form())


def preview(found: Run, form: Form) -> Any:
    """Show step 2; where the columns do not make rows, the form of the columns with its sentence."""
    plan, columns, missing = Plan(found.kind, ()), None, list[tuple[str, str]]()
    try:
        columns = columns_of(found)
        plan = make_plan(found, actor(), now(), read_run(found, now()))
    except Invalid as problem:
        keys = [str(key) for key in problem.details.get("columns", ())]
        missing = [(key, missing_label(found, key)) for key in keys]
        form.note(Invalid(**{**problem.details, "field": "", "columns": [label for _key, label in missing]}))
    grid = with_edits(found.grid, found.choices.edits) if found.grid else None
    show_all = request.args.get("show") == "all" or not plan.waiting
    rows = [row for row in plan.rows if show_all or row.asks]
    number = page_number(len(rows))
    return form.page(
        "imports/preview.html", title=_("Import"), found=found, plan=plan, tables=column_tables(found, columns),
        missing=missing, show_all=show_all, number=number, size=PAGE,
        rows=[shown_row(grid, columns, row) for row in rows[(number - 1) * PAGE : number * PAGE]],
        total=len(rows), asked=asked_measures(plan), counts=plan.counts(), **words_here(),
    )  # fmt: skip


def page_number(rows: int) -> int:
    """Give the page of rows asked for; anything odd is the first."""
    text = request.args.get("page", "1")
    last = max(1, -(-rows // PAGE))
    return max(1, min(int(text), last)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def missing_label(found: Run, field: str) -> str:
    """Give the label of a field that has no column."""
    tables = (table for table in TABLES.values() if table.kind is found.kind)
    known = next((one for table in tables if (one := table.find(field)) is not None), None)
    return _(known.label) if known else words.column_words(field)


def column_tables(found: Run, columns: Recognition | None) -> list[dict[str, Any]]:
    """Give, for each table, its columns with examples and the fields that each can be."""
    if columns is None or found.grid is None:
        return []
    return [
        {
            "guess": guess,
            "columns": list(zip(guess.columns, zip(*examples(found.grid, guess), strict=False), strict=False))
            or [(column, ()) for column in guess.columns],
            "fields": field_options(guess),
        }
        for guess in columns.tables
    ]


def field_options(guess: TableGuess) -> list[tuple[str, str]]:
    """Give the fields that a column of a table can be, with their words."""
    table = TABLES[guess.table]
    fields = [(one.key, _(one.label)) for one in table.fields]
    keys = [one for one in guess.fields if table.find(one) is None]
    if table.kind is not Kind.PROGRAMME:
        keys += [f"{measure.code}.total" for measure in all_measures()]
        keys += [f"phq9.q{number}" for number in range(1, 10)]
    return fields + [(key, words.column_words(key)) for key in dict.fromkeys(keys)]


def shown_row(grid: Grid | None, columns: Recognition | None, row: PlannedRow) -> dict[str, Any]:
    """Give a row as the page shows it: who, state, sentences, and its cells with those to mend first."""
    assert columns is not None
    assert grid is not None
    result = row.result
    guess = next(one for one in columns.tables if one.sheet == result.sheet)
    sheet = grid.sheets[result.sheet] if row.asks else None
    wrong = {problem.cell for problem in result.problems}
    cells = [
        {
            "place": f"{result.sheet}!{address(result.row, one.column)}", "label": one.header or one.letters,
            "text": as_text(sheet.cell(result.row, one.column)), "wrong": address(result.row, one.column) in wrong,
        }
        for one in guess.columns
        if one.field and sheet is not None
    ]  # fmt: skip
    return {
        "row": row, "number": result.row, "who": who(row), "cells": cells, "key": row.key,
        "sentences": [problem.sentence() for problem in result.problems],
        "fields": [words.word(words.DIFFERENCES, one) for one in row.fields],
    }  # fmt: skip


def who(row: PlannedRow) -> str:
    """Give the name that stands in a row, else its first cell."""
    record = row.result.record
    for name in ("name", "member_name", "member_code"):
        if text := getattr(record, name, ""):
            return str(text)
    # A row without its name has none: its first cell would be somebody's sex or age.
    named = row.result.table in ("people", "register")
    return "" if named else next((text for text in row.result.cells if text), "")


def asked_measures(plan: Plan) -> dict[str, list[str]]:
    """Name the measures for which the numbering or the scale has to be chosen."""
    codes = {problem.code for row in plan.rows for problem in row.result.problems}
    return {
        "conventions": ["whodas12"] if "convention_not_chosen" in codes else [],
        "scales": [one for one in measure_codes() if one == "who5"] if "scale_not_chosen" in codes else [],
    }


@blueprint.post("/o/import/<import_id>")
@needs(Permission.IMPORT)
def choose(import_id: str) -> Any:
    """Keep what was chosen; then look again, confirm or drop, as the button says."""
    form = Form()
    found = find_run(actor(), import_id)
    if found.grid is None:
        return look_at(import_id)
    if form.raw("do") == "drop":
        drop_import(import_id=import_id, by=actor(), now=now())
        flash(_("Dropped. Nothing was saved."), "done")
        return redirect(url_for("imports.page"), 303)
    choices = read_choices(form, found.choices, shown_cells(found, form))
    if choices != found.choices:
        choose_import(import_id=import_id, choices=pack_choices(choices), by=actor(), now=now())
    if form.raw("do") not in ("good", "whole"):
        return look_at(import_id, show=request.args.get("show"))
    written = False
    with form.catching():
        confirm_import(
            import_id=import_id, whole=form.raw("do") == "whole", by=actor(), now=now(), op=form.op
        )
        written = True
    if written:
        return saved("imports.run", import_id=import_id)
    return preview(replace(found, choices=choices), form)


def shown_cells(found: Run, form: Form) -> dict[str, str]:
    """Give the texts of the cells that the page offered for mending, as they stood."""
    assert found.grid is not None
    grid = with_edits(found.grid, found.choices.edits)
    texts = {}
    for name in form.fields:
        sheet, _mark, cell = name.removeprefix("e:").partition("!")
        if name.startswith("e:") and sheet.isdigit() and int(sheet) < len(grid.sheets):
            place = place_of(cell)
            if place is not None:
                texts[f"{sheet}!{cell}"] = as_text(grid.sheets[int(sheet)].cell(*place))
    return texts


def place_of(cell: str) -> tuple[int, int] | None:
    """Give row and column of an address such as C12; None for anything else."""
    letters = cell.rstrip("0123456789")
    digits = cell[len(letters) :]
    if not (letters.isascii() and letters.isupper() and len(letters) <= 3 and digits and len(digits) <= 7):
        return None
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


@blueprint.post("/o/import/<import_id>/remarks")
@needs(Permission.IMPORT)
def remarks(import_id: str) -> Response:
    """Give the sent workbook again with a remark at each cell to mend."""
    found = find_run(actor(), import_id)
    if found.grid is None:
        raise Conflict(reason="import_over")
    plan = make_plan(found, actor(), now())
    seen = Preview(found.kind, tuple(row.result for row in plan.rows))
    content = annotate(with_edits(found.grid, found.choices.edits), seen)
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name="gipt-remarks.xlsx")


# --- step 3 -------------------------------------------------------------------------------------------------------


def result(found: Run) -> Any:
    """Show what came of a run that is over."""
    if found.state == "dropped" or not found.counts.get("counts"):
        raise NotFound(kind="import")
    return render_template(
        "imports/result.html", title=_("Import"), found=found, done=found.counts, undone=found.counts.get("undo"),
        may_undo=found.may_undo(now()), **words_here(),
    )  # fmt: skip


@blueprint.post("/o/import/<import_id>/undo")
@needs(Permission.IMPORT)
def undo(import_id: str) -> Response:
    """Take an import back."""
    form = Form()
    undo_import(import_id=import_id, by=actor(), now=now(), op=form.op)
    return done(_("Taken back."), "imports.run", import_id=import_id)
