"""`gipt template` and `gipt import`: spreadsheets out and in."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gipt.actions.imports import choose_import, confirm_import, drop_import, start_import
from gipt.calendars import CalendarKind
from gipt.cli_base import (
    application,
    as_json_option,
    check_source,
    check_target,
    now,
    progress_bar,
    refused_in_words,
    say,
    site_id_of,
)
from gipt.domain.access import OPERATOR
from gipt.domain.problems import Invalid, Unknown
from gipt.i18n import gettext as _
from gipt.intake.dates import ORDERS, DateChoice, DateOption
from gipt.intake.fields import TABLES, Kind
from gipt.intake.preview import ColumnQuestion
from gipt.intake.reader import read_file
from gipt.intake.results import RowState
from gipt.intake.sentences import place
from gipt.intake.templates import make_template
from gipt.queries.import_plans import Choices, Plan, PlannedRow, pack_choices
from gipt.queries.imports import Run, make_plan, read_run, template_lists
from gipt.words.imports import reading_words

Tell = Callable[[str, int], None]


def parse_kind(text: str) -> Kind:
    """Read a kind of list; raise Unknown naming the kinds there are."""
    try:
        return Kind(text)
    except ValueError:
        raise Unknown(kind="kind", name=text, known=[kind.value for kind in Kind]) from None


def parse_reading(calendar: str | None, order: str | None) -> tuple[CalendarKind | None, str | None]:
    """Read how dates are written; raise Unknown naming the calendars or orders there are."""
    if calendar is not None and calendar not in set(CalendarKind):
        raise Unknown(kind="calendar", name=calendar, known=[one.value for one in CalendarKind])
    if order is not None and order not in (*ORDERS, "ymd"):
        raise Unknown(kind="order", name=order, known=[*ORDERS, "ymd"])
    return CalendarKind(calendar) if calendar else None, order


def write_template(kind: Kind, target: Path) -> int:
    """Write the empty workbook of a kind; gives its size in bytes."""
    return target.write_bytes(make_template(kind, lists=template_lists(OPERATOR)))


def bring_in(
    kind: Kind,
    file: Path,
    *,
    site_id: str | None,
    reading: tuple[CalendarKind | None, str | None],
    dry_run: bool,
    now: datetime,
    tell: Tell,
) -> dict[str, Any]:
    """Read a file and write its good rows, or only say what would be written; gives what `--json` prints.

    A date column that can be read in several ways is answered by `reading`, else refused with its example.
    """
    tell("reading", 1)
    grid = read_file(file)
    run = Run("", kind, "read", site_id, {}, now, None, None, grid)
    choices, questions = answered(run, reading, now, dry_run=dry_run)
    plan = make_plan(replace(run, choices=choices), OPERATOR, now)
    done: dict[str, Any] = {}
    if not dry_run:
        import_id = start_import(kind=kind, read=lambda: grid, site_id=site_id, by=OPERATOR, now=now)
        choose_import(import_id=import_id, choices=pack_choices(choices), by=OPERATOR, now=now)
        if plan.may_confirm or plan.waiting:
            done = confirm_import(
                import_id=import_id,
                by=OPERATOR,
                now=now,
                tell=lambda share: tell("writing", 10 + share * 9 // 10),
            )
        else:
            drop_import(import_id=import_id, by=OPERATOR, now=now)
    return described(plan, done, kind=kind, file=file, dry_run=dry_run, questions=questions)


def answered(
    run: Run, reading: tuple[CalendarKind | None, str | None], now: datetime, *, dry_run: bool
) -> tuple[Choices, list[dict[str, Any]]]:
    """Give the choices that answer the questions about dates, and each question with its confirmed example."""
    try:
        found = read_run(run, now).preview.questions
    except Invalid as problem:
        keys = [str(key) for key in problem.details.get("columns", ())]
        raise Invalid(**{**problem.details, "columns": [label_of(key) for key in keys]}) from None
    chosen: dict[str, DateChoice] = {}
    said = []
    for asked in found:
        option = fitting(asked, *reading)
        question = asked.question
        if option is not None:
            chosen[asked.key] = DateChoice(option.calendar, option.order, question.example, option.reads_as)
        elif not dry_run:
            raise Invalid(
                field="file", reason="date_to_confirm", column=asked.header, cell=question.example,
                text=question.text, readings=[ways(one) for one in question.options],
            )  # fmt: skip
        said.append(
            {
                "column": asked.header, "cell": question.example, "text": question.text,
                "read_as": option.reads_as.isoformat() if option else None,
                "calendar": option.calendar.value if option else None,
                "options": [
                    {"calendar": one.calendar.value, "order": one.order, "reads_as": one.reads_as.isoformat()}
                    for one in question.options
                ],
            }
        )  # fmt: skip
    return Choices(date_choices=chosen), said


def label_of(key: str) -> str:
    """Give the heading of a field in templates."""
    found = (one for table in TABLES.values() if (one := table.find(key)) is not None)
    field = next(found, None)
    return _(field.label) if field else key


def fitting(asked: ColumnQuestion, calendar: CalendarKind | None, order: str | None) -> DateOption | None:
    """Give the one reading that fits what was said on the line; None when none or several do."""
    options = [
        one
        for one in asked.question.options
        if (calendar is None or one.calendar is calendar) and (order in (None, "ymd") or one.order == order)
    ]
    if not options and calendar is not None:
        # Where day and month cannot be exchanged, there is one order only.
        options = [one for one in asked.question.options if one.calendar is calendar]
    return options[0] if len(options) == 1 and (calendar or order) else None


def ways(option: DateOption) -> str:
    """Say one reading with the words of the line that choose it."""
    said = reading_words(option.calendar.value, option.reads_as)
    return f"{said} = --date-calendar {option.calendar.value} --date-order {option.order}"


def described(
    plan: Plan,
    done: Mapping[str, Any],
    *,
    kind: Kind,
    file: Path,
    dry_run: bool,
    questions: list[dict[str, Any]],
) -> dict[str, Any]:
    """Give the object that `--json` prints; its keys stand in docs/cli.md."""
    problems = [one for row in plan.rows for one in row_problems(row)]
    for key, said in done.get("kept", {}).items():
        number = int(key.partition("!")[2])
        problems.append({"row": number, "cell": "", "column": "", "code": "refused", "sentence": said})
    return {
        "kind": kind.value,
        "file": file.name,
        "dry_run": dry_run,
        "rows": len(plan.rows),
        "counts": plan.counts(),
        "written": sum(done.get("counts", {}).get(name, 0) for name in ("new", "update")),
        "problems": problems,
        "questions": questions,
        "import": done.get("import"),
        "later": done.get("later"),
        "episodes": done.get("episodes", 0),
        "reviews": done.get("reviews", 0),
    }


def row_problems(row: PlannedRow) -> list[dict[str, Any]]:
    """Give what is to be mended in one row, and whom it may be."""
    found = [
        {
            "row": one.row, "cell": one.cell, "column": one.column, "code": one.code, "sentence": one.sentence(),
        }
        for one in row.result.problems
    ]  # fmt: skip
    if row.state is RowState.MAYBE_SAME:
        codes = ", ".join(one.code or one.choice for one in row.candidates)
        said = _(
            "%(place)s: maybe the same as %(codes)s. Choose on the page.",
            place=place(row.result.row, ""),
            codes=codes,
        )
        found.append(
            {"row": row.result.row, "cell": "", "column": "", "code": "maybe_same", "sentence": said}
        )
    return found


def lines(result: Mapping[str, Any]) -> list[str]:
    """Give the result as lines for a person."""
    counts = result["counts"]
    said = [
        f"{result['file']}: {result['rows']} rows. " + ", ".join(f"{name} {counts[name]}" for name in counts)
    ]
    for question in result["questions"]:
        read_as = question["read_as"] or "not said yet"
        said.append(f"  {question['column']}: {question['cell']} “{question['text']}” = {read_as}")
    said += [f"  {problem['sentence']}" for problem in result["problems"]]
    if result["episodes"]:
        said.append(f"  Safety: {result['episodes']} answers need somebody today. See the safety inbox.")
    if result["reviews"]:
        said.append(f"  Safety: {result['reviews']} old answers wait on the review list.")
    if result["dry_run"]:
        said.append("Nothing was stored.")
    elif result["import"]:
        said.append(
            f"Stored: {result['written']} rows. Import {result['import']} can be taken back for 7 days."
        )
    else:
        said.append("Everything is known already; nothing was stored.")
    return said


@click.command()
@click.argument("kind")
@click.option("--to-file", "to_file", required=True, type=click.Path(path_type=Path))
@refused_in_words
def template(kind: str, to_file: Path) -> None:
    """Write an empty workbook with lists: people, register or programme."""
    wanted = parse_kind(kind)
    check_target(to_file)
    with application():
        write_template(wanted, to_file)
    click.echo(f"Written: {to_file}")


@click.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--site", default=None, help="Site code of rows that name none.")
@click.option(
    "--date-calendar", default=None, help="Calendar of dates: gregorian, ethiopian, bikram_sambat …"
)
@click.option("--date-order", default=None, help="Order of day and month: dmy, mdy or ymd.")
@click.option("--dry-run", is_flag=True, help="Say what would be stored, store nothing.")
@as_json_option
@refused_in_words
def import_file(
    kind: str,
    file: Path,
    site: str | None,
    date_calendar: str | None,
    date_order: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring in a list of people, a register or a programme from .xlsx or .csv."""
    wanted, reading = parse_kind(kind), parse_reading(date_calendar, date_order)
    check_source(file)
    with application(), progress_bar(as_json) as tell:
        result = bring_in(
            wanted, file, site_id=site_id_of(site), reading=reading, dry_run=dry_run, now=now(), tell=tell
        )
    say(result, as_json, "\n".join(lines(result)))
