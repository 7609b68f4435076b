"""What the three kinds of import share while they write: savepoints, faults in words, what came of each row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.problems import Conflict, Problem
from gipt.intake.records import MeasureEntry
from gipt.queries.import_plans import PlannedRow
from gipt.words import sentence


@dataclass(slots=True)
class Outcome:
    """Collect what came of the rows: `written` and `kept` by row key, `undated` assessments, ids by row key."""

    written: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    undated: set[str] = field(default_factory=set)
    position: int = 0


@dataclass(frozen=True, slots=True)
class Writer:
    """Say who writes what when: `today` is the programme's civil day, `tell` hears the per cent that are done."""

    import_id: str
    by: Actor
    now: datetime
    today: date
    tell: Callable[[int], None] = lambda share: None


@contextmanager
def one_row(row: PlannedRow, outcome: Outcome) -> Iterator[None]:
    """Write one row in a savepoint: a fault keeps this row with its sentence, and the others go in."""
    try:
        with db.session.begin_nested():
            yield
            db.session.flush()
        outcome.written.append(row.key)
    except Problem as problem:
        outcome.kept[row.key] = str(sentence(problem))
    except IntegrityError:
        outcome.kept[row.key] = str(sentence(Conflict(reason="database_rule")))


def as_texts(answers: dict[str, int | str]) -> dict[str, str | None]:
    """Give answers as a form types them; a blank one is an empty box."""
    return {item: "" if value == "blank" else str(value) for item, value in answers.items()}


def total_text(entry: MeasureEntry) -> str | None:
    """Give a total that came without answers as text."""
    return str(entry.total) if entry.totals_only else None
