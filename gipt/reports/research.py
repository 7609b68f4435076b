"""A research package as plain tables and texts: random names, coarse traits, totals; codebook, log and terms beside.

What may be said of whom was decided by `gipt.domain.deidentify`; here it is only put into rows. Rows stand in the
order of the random names, so their order tells nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gipt.domain.deidentify import (
    ALL,
    LEAST_VALUES,
    UNKNOWN,
    Generalised,
    pseudonyms,
    shared,
    shown_count,
)
from gipt.domain.measures import all_measures
from gipt.domain.periods import Period
from gipt.domain.research import Measured, Meeting, Subject, Terms
from gipt.i18n import format_date, gettext
from gipt.reports import research_words as words
from gipt.words import label

Row = tuple[Any, ...]
TEXT, WHOLE, YES_NO = "text", "integer", "boolean"
BEFORE = (("person", TEXT), ("sessions", WHOLE))
AFTER = (
    ("expected", WHOLE), ("attended", WHOLE), ("completed", YES_NO), ("baseline", WHOLE), ("endline", WHOLE),
    ("safety_flag", YES_NO),
)  # fmt: skip
SESSIONS = (("person", TEXT), ("session", WHOLE), ("week", WHOLE), ("came", YES_NO))
SCORES = (
    ("person", TEXT), ("measure", TEXT), ("point", TEXT), ("occasion", WHOLE), ("week", WHOLE), ("total", WHOLE),
    ("prorated", YES_NO),
)  # fmt: skip
CODEBOOK = ("file", "column", "label", "type", "values", "unit", "measure", "level")
LOG = ("rule", "about", "value", "meaning")
VALUES = {
    "sex": "sex",
    "displacement": "displacement",
    "disability": "disability",
    "point": "assessment_point",
}
"""Columns whose codes have words of their own, and the kind of those words."""


@dataclass(frozen=True, slots=True)
class DataTable:
    """One table of data: codes of its columns with their types, and its rows."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        return tuple(code for code, _ in self.columns)


@dataclass(frozen=True, slots=True)
class About:
    """What a package says of itself: programme, run, months, cut-off, version of definition and software, terms."""

    programme: str
    code: str
    period: Period
    cut_off: date
    definition: str
    software: str
    terms: Terms
    purpose: str
    measure: str
    enrolled: int = 0
    earlier: tuple[str, ...] = ()
    """Earlier packages that overlap, as they are named in the log."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The three tables of data, and of how many people the weeks are hidden."""

    data: tuple[DataTable, ...]
    hidden_weeks: int
    kept: int = field(default=0)


def build_tables(subjects: Sequence[Subject], found: Generalised, wanted: Sequence[str]) -> Tables:
    """Give the tables that a definition names, of whoever is kept."""
    kept = [
        (subject, made, flag)
        for subject, made, flag in zip(subjects, found.classes, found.flags, strict=True)
        if made is not None
    ]
    weeks = [tuple(one.week for one in subject.meetings) for subject, _, _ in kept]
    days = [tuple((one.measure, one.point, one.week) for one in subject.measured) for subject, _, _ in kept]
    groups = [made for _, made, _ in kept]
    show_weeks = shared(zip(groups, weeks, strict=True), found.k)
    # Weeks of totals are a pattern beside that of the meetings: both together must be shared by enough.
    seen = [one if shows else None for one, shows in zip(weeks, show_weeks, strict=True)]
    show_days = shared(zip(groups, seen, days, strict=True), found.k)
    names = pseudonyms(len(kept))
    order = sorted(range(len(kept)), key=lambda place: names[place])
    makers: Mapping[str, DataTable] = {
        "persons": DataTable(
            "persons",
            (*BEFORE, *((one.value, TEXT) for one in found.quasi), *AFTER),
            tuple(person_row(names[at], *kept[at]) for at in order),
        ),
        "sessions": DataTable(
            "sessions",
            SESSIONS,
            tuple(
                row for at in order for row in session_rows(names[at], kept[at][0].meetings, show_weeks[at])
            ),
        ),
        "scores": DataTable(
            "scores",
            SCORES,
            tuple(row for at in order for row in score_rows(names[at], kept[at][0].measured, show_days[at])),
        ),
    }
    hidden = sum(not (one and other) for one, other in zip(show_weeks, show_days, strict=True))
    return Tables(tuple(makers[name] for name in wanted), hidden, len(kept))


def person_row(name: str, subject: Subject, made: tuple[str, ...], flag: bool | None) -> Row:
    """Give the row of one person."""
    return (
        name, int(made[0]), *made[1:], subject.expected, subject.attended, subject.completed, subject.baseline,
        subject.endline, flag,
    )  # fmt: skip


def session_rows(name: str, meetings: Iterable[Meeting], show: bool) -> Iterator[Row]:
    """Give one row for each session of the curriculum."""
    return ((name, one.number, one.week if show else None, one.attended) for one in meetings)


def score_rows(name: str, measured: Iterable[Measured], show: bool) -> Iterator[Row]:
    """Give one row for each total."""
    return (
        (name, one.measure, one.point, one.occasion, one.week if show else None, one.total, one.prorated)
        for one in measured
    )


# --- what stands beside -------------------------------------------------------------------------------------------


def codebook(tables: Iterable[DataTable], found: Generalised, about: About) -> tuple[Row, ...]:
    """Give one row for each column of each file."""
    levels = found.level_names()
    return tuple(
        codebook_row(table, code, kind, levels.get(code), about)
        for table in tables
        for code, kind in table.columns
    )


def codebook_row(table: DataTable, code: str, kind: str, level: str | None, about: About) -> Row:
    """Give what is to be known of one column."""
    measure = about.measure if code in ("baseline", "endline") else ""
    return (
        table.name, code, gettext(words.COLUMNS[code]), kind, value_words(table, code, kind, level),
        gettext(words.UNITS[code]) if code in words.UNITS else "", measure,
        gettext(words.LEVELS[level]) if level else "",
    )  # fmt: skip


def value_words(table: DataTable, code: str, kind: str, level: str | None) -> str:
    """Give the values that a column has here, each with its meaning."""
    at = table.heads.index(code)
    values = {row[at] for row in table.rows}
    said: list[str] = []
    if kind == YES_NO:
        said.append(gettext(words.YES_NO))
    elif level == ALL:
        said.append(gettext(words.ALL_MEANS))
    elif code in VALUES:
        said += [f"{value} = {value_word(code, value)}" for value in sorted(values)]
    elif code == "measure":
        named = {one.key: f"{one.name}, {one.version}" for one in all_measures()}
        said += [f"{value} = {named.get(value, value)}" for value in sorted(values)]
    elif level is not None and any(UNKNOWN in str(value) for value in values):
        said.append(gettext(words.UNKNOWN_MEANS))
    if code in words.EMPTY and None in values:
        said.append(gettext(words.EMPTY_MEANS, meaning=gettext(words.EMPTY[code])))
    return "; ".join(said)


def value_word(code: str, value: str) -> str:
    """Give the word for a code."""
    return gettext(words.DISPLACED) if value == "displaced" else label(VALUES[code], value)


def suppression_log(found: Generalised, about: About, hidden_weeks: int) -> tuple[Row, ...]:
    """Give what was made coarse, left out or hidden; counts below k only as that."""
    k, agreed = found.k, len(found.classes)
    # Who agreed, less who is kept, is who was left out: one of them must stay hidden where the other is.
    safe = {name: not 0 < gap < k for name, gap in (
        ("agreed", found.left_out),
        ("enrolled", about.enrolled - agreed),
        ("both", about.enrolled - found.kept),
    )}  # fmt: skip
    counts = {
        "enrolled": str(about.enrolled) if safe["enrolled"] and safe["both"] else "*",
        "agreed": str(agreed) if safe["agreed"] else "*",
        "left_out": shown_count(found.left_out, k),
        "kept": str(found.kept),
        "hidden_flags": shown_count(found.hidden_flags, k),
        "hidden_weeks": shown_count(hidden_weeks, k),
    }
    rows: list[Row] = [
        log_row("k_asked", "", k),
        log_row("k_reached", "", found.smallest),
        log_row("l", "safety_flag", LEAST_VALUES),
    ]
    rows += [log_row("level", name, level) for name, level in found.level_names().items()]
    rows += [log_row(name, "persons", value) for name, value in counts.items()]
    rows += [log_row("earlier_package", "", name) for name in about.earlier]
    if "*" in counts.values():
        rows.append(("star", "persons", "*", gettext(words.HIDDEN)))
    return tuple(rows)


def log_row(rule: str, subject: str, value: Any) -> Row:
    """Give one line of the log."""
    return rule, subject, value, gettext(words.LOG[rule])


def readme(about: About, files: Mapping[str, str], data_sha256: str) -> str:
    """Give the text that stands first: what this is, for whom, on what terms; `files` by name with their SHA-256."""
    day = format_date(about.cut_off)
    first, last = format_date(about.period.first), format_date(about.period.last)
    citation = gettext(
        words.CITATION,
        programme=about.programme,
        code=about.code,
        day=day,
        agreement=about.terms.agreement or "",
    )
    facts = {
        "agreement": about.terms.agreement,
        "purpose": about.purpose,
        "recipient": about.terms.recipient,
        "cut_off": f"{day} ({about.cut_off.isoformat()})",
        "definition": about.definition,
        "software": about.software,
        "data": data_sha256,
        "citation": citation,
    }
    lines = [
        gettext(words.TITLE, code=about.code),
        "",
        gettext(words.ABOUT, programme=about.programme, first=first, last=last),
        "",
        *(f"{gettext(words.FACTS[name])}: {one_line(value or '')}" for name, value in facts.items()),
        "",
        *(f"{name}: {gettext(words.PARTS[name.partition('.')[0]])}" for name in files),
        "",
        gettext(words.PROMISE),
        gettext(words.NO_CAUSE),
        "",
        "SHA-256",
        *(f"{digest}  {name}" for name, digest in files.items()),
    ]
    return "\n".join(lines) + "\n"


def licence(about: About) -> str:
    """Give the terms of use."""
    lines = [
        gettext(words.LICENCES[about.terms.licence.value]),
        gettext(words.PROMISE),
        "",
        *(
            f"{gettext(words.FACTS[name])}: {one_line(value or '')}"
            for name, value in (
                ("agreement", about.terms.agreement),
                ("purpose", about.purpose),
                ("recipient", about.terms.recipient),
            )
        ),
    ]
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """Give what somebody typed as one line."""
    return " ".join(text.split())
