"""Reports: definition and facts to a workbook value, and that to bytes.

`definition` reads `exports/*.toml`; `figures` counts and hides; `build_funder` and `build_full` make the
value; `xlsx` writes it; `leaks` looks at the file before it leaves.
"""

from gipt.domain.indicators import ReportFacts
from gipt.domain.problems import NotReady
from gipt.reports.build_full import FullRows, build_internal
from gipt.reports.build_funder import build_external
from gipt.reports.context import Place, ReportContext
from gipt.reports.definition import Definition, ReportKind, definition_names, load_definition
from gipt.reports.leaks import leaks
from gipt.reports.workbook import Workbook, canonical_sha256
from gipt.reports.xlsx import Written, write_xlsx

__all__ = [
    "Definition",
    "FullRows",
    "Place",
    "ReportContext",
    "ReportKind",
    "Workbook",
    "Written",
    "build",
    "canonical_sha256",
    "definition_names",
    "leaks",
    "load_definition",
    "write_xlsx",
]


def build(
    definition: Definition, facts: ReportFacts, context: ReportContext, rows: FullRows | None = None
) -> Workbook:
    """Give the workbook of a definition in the report's language.

    `rows` are the large tables of an internal report, and are needed for one. Raises Invalid for an
    external report over part of a month.
    """
    if definition.kind is ReportKind.EXTERNAL:
        return build_external(definition, facts, context)
    if rows is None:
        raise NotReady(missing=["rows"])
    return build_internal(definition, facts, rows, context)
