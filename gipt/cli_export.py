"""`gipt export`: what a line says beyond report, days and places, apart from reading it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from gipt.actions.report_files import find_definition
from gipt.domain.deidentify import LEAST_K
from gipt.domain.problems import Invalid
from gipt.domain.research import Licence, PackageForm, Terms

Command = TypeVar("Command", bound=Callable[..., Any])
PURPOSE = "command line"
"""What reports are noted to be made for when the line does not say; research packages must say."""

OPTIONS = (
    click.option(
        "--purpose", help="What it is needed for; kept with the report, needed for a research package."
    ),
    click.option("--agreement", help="Research package: number or title of the agreement, and its date."),
    click.option("--recipient", help="Research package: the institution that receives it."),
    click.option(
        "--licence",
        type=click.Choice([one.value for one in Licence]),
        help="Research package: what the recipient may do. Needed for one.",
    ),
    click.option(
        "--k", type=int, help=f"Research package: people who share all traits, at least; {LEAST_K} or more."
    ),
    click.option(
        "--format",
        "form",
        type=click.Choice([one.value for one in PackageForm]),
        help="Research package: what its tables are written as; csv when nothing is said.",
    ),
)


def terms_options(command: Command) -> Command:
    """Add the options of a research package to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def closing_line(report: str, file: Path, rows: Mapping[str, int]) -> str:
    """Say what was written: a workbook has sheets, a zip has files, a bundle is one file of resources."""
    definition, count = find_definition(report), sum(rows.values())
    if definition.format == "fhir":
        return f"{file}: {count} resources."
    workbook = definition.format == "xlsx" and definition.research is None
    parts = ("on", "sheet") if workbook else ("in", "file")
    return f"{file}: {count} rows {parts[0]} {len(rows)} {parts[1]}{'' if len(rows) == 1 else 's'}."


def asked(
    report: str,
    purpose: str | None,
    agreement: str | None,
    recipient: str | None,
    licence: str | None,
    k: int | None,
    form: str | None,
) -> dict[str, Any]:
    """Give purpose and terms of a request.

    Raises Unknown for a report that does not exist, Invalid for a package without a licence, and for terms of a report
    that has none.
    """
    rules = find_definition(report).research
    given = {"agreement": agreement, "recipient": recipient, "licence": licence, "k": k, "format": form}
    if rules is None:
        for name, value in given.items():
            if value is not None:
                raise Invalid(field=name, reason="research_only")
        return {"purpose": purpose or PURPOSE}
    if licence is None:
        raise Invalid(field="licence", reason="missing")
    terms = Terms(
        agreement,
        recipient,
        Licence(licence),
        rules.k if k is None else k,
        PackageForm(form or PackageForm.CSV),
    )
    return {"purpose": purpose, "terms": terms}
