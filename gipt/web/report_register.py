"""The register of reports: every one that was made, its figures as they were frozen, and two side by side."""

from typing import Any

from flask import Blueprint, render_template, request

from gipt.domain.access import Permission
from gipt.i18n import find_language, format_number, format_percent
from gipt.i18n import gettext as _
from gipt.queries import report_frozen
from gipt.reports.changes import rule_name, rule_text
from gipt.reports.frozen import FrozenColumn, FrozenSheet, Printed
from gipt.reports.workbook import Kind
from gipt.web.frame import zone
from gipt.web.guard import actor, needs

blueprint = Blueprint("report_register", __name__)
SHOWN = ("indicators", "summary")
"""The sheet of figures that is shown of a report, the first there is."""
LEFT_OUT = frozenset({"code", "indicator", "set", "rest", "n", "definition", "note"})


@blueprint.get("/o/register")
@needs(Permission.REPORT_EXTERNAL)
def page() -> str:
    """List every report that was made, also those whose files are long gone."""
    number = max(1, request.args.get("page", 1, type=int))
    reports, total = report_frozen.find_register(actor(), number)
    return render_template(
        "report_register/page.html",
        title=_("Register of reports"),
        reports=reports,
        total=total,
        number=number,
        size=report_frozen.PAGE,
        zone=zone(),
    )


@blueprint.get("/o/register/<run_id>")
@needs(Permission.REPORT_EXTERNAL)
def report(run_id: str) -> str:
    """Show one report with its figures as printed, who fetched it, and what it can be compared with."""
    line, frozen = report_frozen.find_report(actor(), run_id)
    sheet = frozen.sheet(*SHOWN)
    return render_template(
        "report_register/report.html",
        title=_("Report"),
        line=line,
        sheet=sheet,
        rows=figure_rows(sheet),
        columns=figure_columns(sheet),
        language=find_language(line.language),
        others=report_frozen.find_comparable(actor(), line),
        downloads=report_frozen.find_downloads(line.run_id),
        zone=zone(),
    )


@blueprint.get("/o/register/<run_id>/compare")
@needs(Permission.REPORT_EXTERNAL)
def compare(run_id: str) -> Any:
    """Set a report beside another one of the same definition, as printed."""
    sides = report_frozen.compare_reports(actor(), run_id, request.args.get("with", run_id))
    return render_template(
        "report_register/compare.html",
        title=_("%(one)s and %(other)s", one=sides.before.code, other=sides.after.code),
        sides=sides,
        language=find_language(sides.after.language),
        rule_name=rule_name,
        rule_text=rule_text,
        shown=shown,
        zone=zone(),
    )


def figure_columns(sheet: FrozenSheet | None) -> list[FrozenColumn]:
    """Give the columns of figures that the page has room for."""
    if sheet is None:
        return []
    filled = {
        column.code
        for place, column in enumerate(sheet.columns)
        if any(row[place] is not None for row in sheet.rows)
    }
    return [one for one in sheet.columns if one.code in filled - LEFT_OUT]


def figure_rows(sheet: FrozenSheet | None) -> list[dict[str, str]]:
    """Give the rows of figures as texts by column code."""
    if sheet is None:
        return []
    return [
        {
            column.code: shown(value, sheet.kind_of(column, row))
            for column, value in zip(sheet.columns, row, strict=True)
        }
        for row in sheet.rows
    ]


def shown(value: Printed, kind: Kind) -> str:
    """Give a printed value as people read it; a mark stays the mark that it is."""
    if value is None or isinstance(value, str):
        return value or ""
    return format_percent(value) if kind is Kind.PERCENT else format_number(value)
