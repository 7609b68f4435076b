"""`gipt export` and `gipt exports`: make a report; look after the definitions of reports."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from gipt.actions import report_runs
from gipt.actions.report_files import find_definition
from gipt.cli_base import (
    application,
    as_json_option,
    check_target,
    now,
    parse_date,
    progress_bar,
    refuse,
    refused_in_words,
    say,
    site_id_of,
)
from gipt.config import own_exports
from gipt.domain.access import OPERATOR
from gipt.domain.deidentify import LEAST_K
from gipt.domain.problems import Invalid
from gipt.domain.research import Licence, PackageForm, Terms
from gipt.reports.definition import check_definitions
from gipt.words import sentence

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
    return f"{file}: {counted(count, 'row')} {parts[0]} {counted(len(rows), parts[1])}."


def counted(number: int, noun: str) -> str:
    """Give a number with its noun, which takes an s unless there is one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


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


@click.command()
@click.argument("report")
@click.option("--from", "first", required=True, help="First day, YYYY-MM-DD.")
@click.option(
    "--to", "last", required=True, help="Last day, YYYY-MM-DD; reports for funders take whole months."
)
@click.option("--site", "sites", multiple=True, help="Site code; without it all sites.")
@click.option("--language", default="en", show_default=True, help="Language of the workbook.")
@click.option("--to-file", "to_file", required=True, type=click.Path(path_type=Path))
@terms_options
@as_json_option
@refused_in_words
def export(
    report: str,
    first: str,
    last: str,
    sites: tuple[str, ...],
    language: str,
    to_file: Path,
    as_json: bool,
    **terms: Any,
) -> None:
    """Make a report and write it into a file, which is replaced only by a whole one."""
    from_on, to_on = parse_date(first, "from"), parse_date(last, "to")
    check_target(to_file)
    with application():
        record = report_runs.ReportRequest(
            report=report,
            from_on=from_on,
            to_on=to_on,
            language=language,
            site_ids=tuple(found for code in sites if (found := site_id_of(code))),
            **asked(report, **terms),
        )
        with progress_bar(as_json) as tell:
            run_id, made = report_runs.export_report(
                record=record, target=to_file, by=OPERATOR, now=now(), clock=now, tell=tell
            )
        shown = report_runs.describe(run_id)
        closing = closing_line(report, to_file, made.rows)
    result = {
        **shown,
        "file": str(to_file),
        "sheets": list(made.rows),
        "rows": made.rows,
        "data_sha256": made.data_sha256,
        "file_sha256": made.file_sha256,
        "hidden_cells": made.hidden_cells,
    }
    say(result, as_json, closing)


@click.group()
def exports() -> None:
    """Look after the definitions of reports."""


@exports.command("check")
@as_json_option
@refused_in_words
def exports_check(as_json: bool) -> None:
    """Read every report definition, the shipped ones and those of GIPT_EXPORTS, and name what is wrong."""
    checked = check_definitions(own_exports())
    problems = [
        {**one.fault.details, "sentence": str(sentence(one.fault))}
        for one in checked
        if one.fault is not None
    ]
    good = [one.definition for one in checked if one.definition is not None]
    result = {
        "reports": [
            {"id": one.id, "version": one.version, "kind": one.kind.value, "sheets": list(one.sheets)}
            for one in good
        ],
        "problems": problems,
        "ok": not problems,
    }
    lines = [f"{one.id} {one.version}: {one.kind.value}, {counted(len(one.sheets), 'sheet')}" for one in good]
    say(result, as_json, "\n".join(lines))
    if problems:
        refuse("\n".join(one["sentence"] for one in problems))
