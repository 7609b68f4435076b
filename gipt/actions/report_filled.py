"""Making a report out of a funder's own template: read, count, fill, and look at the file before it leaves."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from gipt.actions.report_freezing import rules_of
from gipt.domain.problems import Conflict
from gipt.i18n import gettext, use_language
from gipt.queries.report_context import Programming
from gipt.queries.report_facts import read_facts
from gipt.queries.report_rows import Scope
from gipt.queries.report_templates import read_template
from gipt.reports.context import ReportContext
from gipt.reports.definition import Definition
from gipt.reports.frozen import Frozen, FrozenColumn, FrozenSheet
from gipt.reports.leaks import leaks
from gipt.reports.template_cells import Spot
from gipt.reports.template_report import PREFIX, Filled, cells_of, fill, template_definition, widest_period
from gipt.reports.workbook import Kind
from gipt.words.templates import COLUMNS

Effective = Callable[[Definition, Programming], Definition]


def is_template(definition: Definition) -> bool:
    """Say whether a report is made from a funder's own file."""
    return definition.id.startswith(PREFIX)


def write_filled(
    connection: Connection,
    definition: Definition,
    site_ids: tuple[str, ...],
    context: ReportContext,
    programming: Programming,
    effective: Effective,
    part: Path,
    tell: Callable[[str, int], None],
    stages: dict[str, int],
) -> tuple[Filled, Frozen]:
    """Write the filled file to `part`; give what was written and what stayed empty, and what is kept of it.

    Raises Conflict for a template that cannot be filled, and the faults of counting.
    """
    template = read_template(definition.id.removeprefix(PREFIX), connection)
    spots = cells_of(template)
    own = effective(template_definition(template, spots), programming)
    scope = Scope(site_ids, widest_period(spots, context.period), own.basis)
    facts = read_facts(connection, scope, programming.rules)
    tell("counting", stages["counting"])
    filled = fill(template, spots, own, facts, context)
    tell("writing", stages["writing"])
    part.write_bytes(filled.content)
    kept = frozen_cells(filled, spots, context.language)
    return filled, Frozen((kept,), rules_of(own, facts, context))


def refuse_names(part: Path, names: list[str]) -> None:
    """Raise Conflict when a filled template names somebody.

    What else the funder put into the file (formulas, hidden sheets, links) is the funder's own.
    """
    found = [one for one in leaks(part, names) if one.endswith(": canary")]
    if found:
        raise Conflict(reason="report_leaks", found=found)


def frozen_cells(filled: Filled, spots: Sequence[Spot], language: str) -> FrozenSheet:
    """Give what is kept of a filled template: each cell with what it asks for and how it reads, a hidden one a star.

    The cells of the whole file are not kept: its formulas have other results once somebody opens it.
    """
    with use_language(language):
        columns = (
            FrozenColumn("code", gettext(COLUMNS["cell"]), Kind.TEXT),
            FrozenColumn("indicator", gettext(COLUMNS["figure"]), Kind.TEXT),
            FrozenColumn("value", gettext(COLUMNS["value"]), Kind.DECIMAL),
        )
        title = gettext(COLUMNS["cell"])
    asked = {f"{one.sheet}!{one.address}": one.text for one in spots}
    rows = tuple((cell, asked[cell], value) for cell, value in filled.printed.items())
    return FrozenSheet("indicators", title, columns, rows)


def left_cells(filled: Filled) -> list[list[Any]]:
    """Give the cells that stayed empty as they are kept with the run: sheet, address, figure, why."""
    return [[one.sheet, one.address, one.text, one.state] for one in filled.left]
