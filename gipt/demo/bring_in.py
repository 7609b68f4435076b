"""Bring the invented people in from their lists, through the same three steps as a coordinator."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gipt.actions.imports import choose_import, confirm_import, start_import
from gipt.calendars import CalendarKind
from gipt.domain.access import Actor
from gipt.intake.dates import DateChoice
from gipt.intake.fields import Kind
from gipt.intake.reader import read_file
from gipt.queries.import_plans import Choices, pack_choices
from gipt.queries.imports import find_run, make_plan

FOLDER = Path(__file__).parent
LISTS = (FOLDER / "member-list.tsv", FOLDER / "member-list-october.tsv")
WORDS_FOR_AGES = {"thirty": "30", "twenty two": "22"}
"""What a coordinator types over the two ages that are written as words."""


def bring_in(path: Path, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Read a list, mend what the preview shows, confirm; gives what `confirm_import` gives.

    Ages in words are mended cell by cell; somebody who is on the list twice, spelled differently, is said to be the
    same person.
    """
    import_id = start_import(kind=Kind.PEOPLE, read=lambda: read_file(path), by=by, now=now)
    dated = Choices(date_choices=_day_first(import_id, by, now))
    choose_import(import_id=import_id, choices=pack_choices(dated), by=by, now=now)
    mended = replace(dated, edits=_edits(import_id, by, now))
    choose_import(import_id=import_id, choices=pack_choices(mended), by=by, now=now)
    decided = replace(mended, decisions=_same_people(import_id, by, now))
    choose_import(import_id=import_id, choices=pack_choices(decided), by=by, now=now)
    return confirm_import(import_id=import_id, by=by, now=now)


def _day_first(import_id: str, by: Actor, now: datetime) -> dict[str, DateChoice]:
    """Confirm the example of every date column that is asked about: Gregorian, the day before the month."""
    asked = make_plan(find_run(by, import_id), by, now).questions
    chosen = {}
    for one in asked:
        for option in one.question.options:
            if option.calendar is CalendarKind.GREGORIAN and option.order == "dmy":
                chosen[one.key] = DateChoice(
                    option.calendar, option.order, one.question.example, option.reads_as
                )
    return chosen


def _edits(import_id: str, by: Actor, now: datetime) -> dict[str, str]:
    run = find_run(by, import_id)
    edits = {}
    for row in make_plan(run, by, now).rows:
        for problem in row.result.problems:
            written = str(problem.details.get("value", ""))
            if written in WORDS_FOR_AGES:
                edits[f"{row.result.sheet}!{problem.cell}"] = WORDS_FOR_AGES[written]
    return edits


def _same_people(import_id: str, by: Actor, now: datetime) -> dict[str, str]:
    run = find_run(by, import_id)
    return {
        row.key: row.candidates[0].choice
        for row in make_plan(run, by, now).rows
        if row.asks and row.candidates
    }
