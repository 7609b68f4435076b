"""Making one workbook file: read on one state of the database, count, write beside, check, put in its place.

A file that is not whole is never where anybody looks: it is written under another name and renamed at the end.
"""

import gc
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import Connection

from gipt.actions.report_filled import is_template, left_cells, refuse_names, write_filled
from gipt.actions.report_formats import write_measures, write_tables
from gipt.actions.report_freezing import Part, figures_of, freeze, hidden_cells, rules_of
from gipt.actions.report_research import write_research
from gipt.config import Settings
from gipt.domain.disclosure_history import Published
from gipt.domain.indicators import Basis, Choices, ReportFacts
from gipt.domain.periods import Period
from gipt.domain.problems import Conflict
from gipt.domain.research import Terms
from gipt.i18n import language
from gipt.models import Member
from gipt.queries.data_quality import read_quality
from gipt.queries.report_context import Programming, first_day, places_of, read_programming
from gipt.queries.report_facts import read_facts
from gipt.queries.report_frozen import find_previous
from gipt.queries.report_history import find_history
from gipt.queries.report_lines import Lines
from gipt.queries.report_rows import Scope, snapshot
from gipt.queries.report_templates import named_definition
from gipt.reports.build_full import build_internal
from gipt.reports.build_funder import told_workbook
from gipt.reports.context import Previous, ReportContext
from gipt.reports.definition import Definition, ReportKind, load_definition
from gipt.reports.frozen import Frozen
from gipt.reports.leaks import leaks
from gipt.reports.life import Life, life_codes
from gipt.reports.research import About
from gipt.reports.template_report import PREFIX
from gipt.reports.xlsx import write_xlsx

Tell = Callable[[str, int], None]
"""Called with the code of a stage and the per cent done; what it raises stops the work."""
STAGES = ("reading", "counting", "writing", "checking")
READ, COUNTED, WRITTEN, CHECKED = 5, 30, 40, 95
"""Per cent done when each stage begins."""
PART = ".part"
VERIFY = "/verify"
"""Path of the page that checks a report without sign-in (`gipt.web.verify`)."""
USUAL = gc.get_threshold()
SELDOM = 100 * max(700, USUAL[0])
"""New objects after which Python looks for unused cycles: as it starts with, and while a report is made."""
MOST_NAMES = 2_000
"""Members whose names are looked for in an external workbook; opening more takes too long (decision 28)."""
SHORTEST_NAME, SHORTEST_CODE = 8, 5
"""Signs of a name or phone, and of a code, that stand for one person; less is found in ordinary text."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What to make: `code` names the run, `role` stands on the cover, `now` is the cut-off of the data.

    `with_safety`: whoever asked also handles safety, so answers to its questions may be among single answers.
    """

    definition: Definition
    period: Period
    site_ids: tuple[str, ...]
    language: str
    code: str
    role: str
    now: datetime
    with_safety: bool = False
    terms: Terms | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: rows by sheet, hashes of data and file, hidden cells, and what is kept to compare and check."""

    rows: dict[str, int]
    data_sha256: str
    file_sha256: str
    bytes: int
    hidden_cells: int
    figures: dict[str, list[int | str | None]] = field(default_factory=dict)
    frozen: Frozen = field(default_factory=Frozen)
    left: list[list[str]] = field(default_factory=list)
    """Cells of a funder's template that stayed empty: sheet, address, figure, why."""
    beside: dict[str, Any] = field(default_factory=dict)
    """What else is kept with the run, of a research package: levels and counts."""


def settings() -> Settings:
    """Give the settings of the running application."""
    found: Settings = current_app.extensions["gipt.settings"]
    return found


def find_definition(name: str) -> Definition:
    """Give a report definition by name; raises Unknown naming those there are."""
    return named_definition(name) if name.startswith(PREFIX) else load_definition(name, settings().exports)


def may_write_beside() -> bool:
    """Say whether other writes go on while a long read is open; not so without a write-ahead log."""
    return not settings().is_sqlite or settings().sqlite_profile == "wal"


def make_file(spec: Spec, target: Path, tell: Tell) -> Made:
    """Make the workbook at `target`, replacing what was there only once the new one is whole and checked.

    Raises what `tell` raises, Conflict `report_leaks` when an external workbook holds what must not leave, and the
    faults of the builders. Nothing is left behind then.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}{PART}")
    try:
        with seldom_collected(), snapshot() as connection:
            if is_template(spec.definition):
                made = fill_part(connection, spec, part, tell)
            elif spec.definition.kind is ReportKind.RESEARCH:
                made = pack_people(connection, spec, part, tell)
            elif spec.definition.format == "fhir":
                made = write_resources(connection, spec, part, tell)
            else:
                made = write_whole(connection, spec, part, tell)
        sync(part)
        tell("checking", 99)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return made


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python look for unused cycles a hundred times more seldom while many facts are held, which make none.

    Else it goes through all of them again and again: a third of the time of a report of 100,000 members. One report
    that ends while another is made brings the usual rhythm back, which only takes longer.
    """
    gc.set_threshold(SELDOM, *USUAL[1:])
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)


def write_whole(connection: Connection, spec: Spec, part: Path, tell: Tell) -> Made:
    """Write a workbook of our own and look at it; give what was made."""
    written = write_part(connection, spec, part, tell)
    tell("checking", CHECKED)
    if spec.definition.kind is ReportKind.EXTERNAL:
        refuse_leaks(part, stored_names(connection, spec.site_ids))
    return Made(
        written.rows,
        written.data_sha256,
        file_sha256(part),
        part.stat().st_size,
        hidden_cells(written.workbook),
        figures_of(written.workbook),
        freeze(written, part, spec.definition.kind),
    )


def fill_part(connection: Connection, spec: Spec, part: Path, tell: Tell) -> Made:
    """Fill a funder's template and look at it; give what was made."""
    tell("reading", READ)
    programming = read_programming(connection, spec.now)
    context = context_of(connection, spec, programming)
    make_private(part)
    filled, kept = write_filled(
        connection, spec.definition, spec.site_ids, context, programming, effective, part, tell,
        {"counting": COUNTED, "writing": WRITTEN},
    )  # fmt: skip
    tell("checking", CHECKED)
    refuse_names(part, stored_names(connection, spec.site_ids))
    hidden = sum(one.state == "hidden" for one in filled.left)
    return Made(
        filled.rows, filled.data_sha256, file_sha256(part), part.stat().st_size, hidden, filled.figures,
        kept, left_cells(filled),
    )  # fmt: skip


def write_part(connection: Connection, spec: Spec, part: Path, tell: Tell) -> Part:
    """Read, count and write; give what was written."""
    tell("reading", READ)
    programming = read_programming(connection, spec.now)
    definition = effective(spec.definition, programming)
    scope = Scope(spec.site_ids, spec.period, definition.basis)
    facts = read_facts(connection, scope, programming.rules)
    if "data_quality" in definition.sheets:
        facts = replace(facts, quality=read_quality(connection, scope, programming.rules.now.date()))
    tell("counting", COUNTED)
    context = context_of(connection, spec, programming)
    rules = rules_of(definition, facts, context)
    context = replace(context, rules=rules, previous=previous_of(connection, spec))
    told: list[Published] = []
    if definition.kind is ReportKind.EXTERNAL:
        life = read_life(connection, definition, scope, programming, facts)
        days = life.period if life else spec.period
        context = replace(context, history=find_history(connection, days, spec.site_ids, rules))
        workbook, told = told_workbook(definition, facts, context, life)
        total = 1
    else:
        lines = Lines(connection, scope, programming.rules, facts)
        workbook = build_internal(definition, facts, lines.full_rows(), context)
        total = expected_rows(facts)
    tell("writing", WRITTEN)
    make_private(part)
    if definition.format == "csv":
        rows, digest = write_tables(workbook, part, advance(tell, total))
        return Part(workbook, rows, digest, context.rules, tuple(told))
    written = write_xlsx(workbook, part, advance(tell, total))
    return Part(workbook, written.rows, written.data_sha256, context.rules, tuple(told))


def read_life(
    connection: Connection, definition: Definition, scope: Scope, programming: Programming, facts: ReportFacts
) -> Life | None:
    """Read the whole project up to a report's last day; None where nothing was promised for it or before it began."""
    if not life_codes(definition, facts.targets):
        return None
    first = first_day(connection, scope.site_ids)
    if first is None or first >= scope.period.first:
        return None
    period = Period(first.replace(day=1), scope.period.last)
    return Life(period, read_facts(connection, replace(scope, period=period), programming.rules))


def write_resources(connection: Connection, spec: Spec, part: Path, tell: Tell) -> Made:
    """Write measurements as FHIR resources; give what was made."""
    tell("reading", READ)
    definition = effective(spec.definition, read_programming(connection, spec.now))
    make_private(part)
    tell("writing", WRITTEN)
    counts, digest = write_measures(
        connection, spec.site_ids, spec.period, definition.basis, part, spec.now, with_safety=spec.with_safety
    )
    return Made(counts, digest, file_sha256(part), part.stat().st_size, 0)


def pack_people(connection: Connection, spec: Spec, part: Path, tell: Tell) -> Made:
    """Write a research package; give what was made."""
    tell("reading", READ)
    programming = read_programming(connection, spec.now)
    definition = effective(spec.definition, programming)
    about = About(
        programme=programming.name,
        code=spec.code,
        period=spec.period,
        cut_off=spec.now.date(),
        definition=f"{definition.id} {definition.version}",
        software=software(),
        terms=spec.terms or Terms(),
        purpose=spec.purpose,
        measure=programming.rules.choices.measure,
    )
    make_private(part)
    stages = {"counting": COUNTED, "writing": WRITTEN}
    packed = write_research(
        connection, definition, spec.period, spec.site_ids, programming, about, spec.language, part,
        stored_names(connection, spec.site_ids), spec.now, lambda stage: tell(stage, stages[stage]),
    )  # fmt: skip
    tell("checking", CHECKED)
    return Made(
        packed.rows, packed.data_sha256, file_sha256(part), part.stat().st_size, 0, beside=packed.kept
    )


def previous_of(connection: Connection, spec: Spec) -> Previous | None:
    """Give the report that one for people outside tells its changes from."""
    if spec.definition.kind is not ReportKind.EXTERNAL:
        return None
    return find_previous(connection, spec.definition.id, spec.period, spec.site_ids)


def effective(definition: Definition, programming: Programming) -> Definition:
    """Give a definition with what the programme decides: the date that counts, and never a lower threshold."""
    basis = programming.rules.choices.basis
    threshold = definition.threshold
    return replace(
        definition,
        basis=definition.basis if basis is Basis.ENROLLED else basis,
        threshold=None if threshold is None else max(threshold, programming.threshold),
    )


def context_of(connection: Connection, spec: Spec, programming: Programming) -> ReportContext:
    """Give what stands on the workbook beside its figures."""
    choices: Choices = programming.rules.choices
    made_at = spec.now.astimezone(ZoneInfo(programming.time_zone))
    return ReportContext(
        programme=programming.name,
        period=spec.period,
        places=places_of(connection, spec.site_ids),
        made_at=made_at,
        cut_off_at=made_at,
        language=spec.language,
        right_to_left=language(spec.language).is_rtl,
        choices=choices,
        report_id=spec.code,
        made_by_role=spec.role,
        software=software(),
        calendar=programming.calendar,
        verify_at=verify_at() if spec.definition.kind is ReportKind.EXTERNAL else None,
    )


def verify_at() -> str | None:
    """Give the address at which anybody can check a report; None where no public address is configured."""
    public = settings().public_url
    return f"{public.rstrip('/')}{VERIFY}" if public else None


def software() -> str:
    """Give name and version of the program; the name alone where it runs from a folder without being installed."""
    try:
        return f"gipt {version('gipt')}"
    except PackageNotFoundError:
        return "gipt"


def expected_rows(facts: ReportFacts) -> int:
    """Give about how many rows the large sheets will have, with a measurement at each session and at both ends."""
    return sum(1 + 2 * one.sessions + 2 for one in facts.enrolments)


def advance(tell: Tell, total: int) -> Callable[[int], None]:
    """Give the function that turns rows written into per cent."""
    done = 0

    def more(rows: int) -> None:
        nonlocal done
        done += rows
        tell("writing", WRITTEN + min(CHECKED - WRITTEN - 1, (CHECKED - WRITTEN) * done // max(1, total)))

    return more


def make_private(part: Path) -> None:
    """Make the file before it is written, readable by its owner only."""
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))


def sync(path: Path) -> None:
    """Make sure that a file is on the disk."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def file_sha256(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# --- what may leave -----------------------------------------------------------------------------------------------


def stored_names(connection: Connection, site_ids: Iterable[str]) -> list[str]:
    """Give names of several words, phone numbers and codes of members of the sites, none when there are too many."""
    rows = connection.execute(
        sa.select(Member.name, Member.phone, Member.code)
        .where(Member.site_id.in_(sorted(site_ids)))
        .order_by(Member.code)
        .limit(MOST_NAMES)
    ).all()
    names = [name for name, _, _ in rows if name and len(name) >= SHORTEST_NAME and " " in name.strip()]
    phones = [phone for _, phone, _ in rows if phone and len(phone) >= SHORTEST_NAME]
    codes = [code for _, _, code in rows if len(code) >= SHORTEST_CODE and not code.isdigit()]
    return names + phones + codes


def refuse_leaks(part: Path, names: Iterable[str]) -> None:
    """Raise Conflict when a workbook hides something or names somebody."""
    found = leaks(part, names)
    if found:
        raise Conflict(reason="report_leaks", found=found)
