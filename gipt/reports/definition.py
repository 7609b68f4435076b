"""Report definitions: which sheets, indicators and breakdowns, as data in `exports/*.toml`.

Structure and names only, no expressions: every name is checked, an unknown one is refused with the file and
key. docs/reports.md says how somebody adds a report by copying a file.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from gipt.domain.deidentify import LEAST_K, Quasi
from gipt.domain.deidentify import Rules as ResearchRules
from gipt.domain.disclosure import DEFAULT_THRESHOLD, LEAST_THRESHOLD
from gipt.domain.indicators import Basis, CompletionBase, Dimension, Repeat
from gipt.domain.problems import BadDefinition, Unknown
from gipt.domain.research import MOST_K

PACKAGE = Path(__file__).resolve().parent.parent

INDICATORS = (
    "I-01", "I-02", "I-03", "F5", "F5-E", "I-04", "I-05", "I-06", "I-07", "I-08", "I-09", "I-09-L", "I-10",
    "I-11", "I-12", "I-13", "I-14a", "I-14b", "I-15", "I-16", "I-16-C", "I-17", "I-18", "I-19", "I-20", "I-21",
    "I-22", "I-23", "I-24", "I-25", "I-26", "I-27",
)  # fmt: skip
"""Every indicator that can be asked for, in the order of a report (domain.md 5.2)."""
DIVISIBLE = (
    "I-01", "I-02", "I-03", "F5", "I-04", "I-05", "I-06", "I-07", "I-09",
    "I-11", "I-12", "I-13", "I-14a", "I-14b", "I-15",
)  # fmt: skip
"""Indicators about people with known traits, which can be broken down."""
DIVIDING = (
    Dimension.SEX, Dimension.AGE_BAND, Dimension.SITE, Dimension.DISABILITY, Dimension.DISPLACEMENT,
    Dimension.POPULATION,
)  # fmt: skip


class ReportKind(StrEnum):
    """Who a workbook is for (decision 10)."""

    EXTERNAL = "external"
    INTERNAL = "internal"
    RESEARCH = "research"


SHEETS = {
    ReportKind.EXTERNAL: (
        "cover", "contents", "indicators", "disaggregation", "attendance", "outcomes", "dose", "safety",
        "dictionary", "changes", "charts", "community", "framework", "who_what_where",
        "data_quality",
    ),
    ReportKind.INTERNAL: (
        "cover", "members", "sessions", "outcomes", "cycles", "summary", "dose", "safety", "data_quality",
        "dictionary",
    ),
    ReportKind.RESEARCH: ("persons", "sessions", "scores"),
}  # fmt: skip
_KEYS = frozenset({
    "id", "version", "kind", "title", "threshold", "sheets", "indicators", "repeat", "basis",
    "completion_base", "charts", "chart", "disaggregation", "format", "about", "framework", "activity",
})  # fmt: skip
_RESEARCH_KEYS = frozenset({
    "id", "version", "kind", "title", "about", "sheets", "quasi_identifiers", "k", "most_left_out", "repeat", "basis",
})  # fmt: skip
FORMATS = ("xlsx", "csv", "fhir")
"""What a report is written as: a workbook, CSV files in a zip, or FHIR resources."""
CHARTS = {
    "attendance": "attendance",
    "community": "community",
    "flow": "charts",
    "reach": "charts",
    "change": "charts",
}
"""Every chart that can be asked for, and the sheet whose table it draws and stands beside."""


@dataclass(frozen=True, slots=True)
class FrameworkRow:
    """One line of a funder's list of indicators, and which of ours answers it.

    `code` and `label` are the funder's own; no code: the programme has to ask. `area`: heading it belongs to there.
    `by`: one row for each part of this breakdown too.
    """

    label: str
    indicator: str
    code: str = ""
    area: str = ""
    by: tuple[Dimension, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One activity of a list of who does what, where and when; `indicator` counts whom it reached, site by site."""

    label: str
    indicator: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """One report definition; `threshold` None inside the organisation, where nothing is hidden."""

    id: str
    version: int
    kind: ReportKind
    title: str
    sheets: tuple[str, ...]
    indicators: tuple[str, ...]
    threshold: int | None
    divided: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    repeat: Repeat = Repeat.FIRST
    basis: Basis = Basis.ENROLLED
    completion_base: CompletionBase = CompletionBase.STARTED
    charts: tuple[str, ...] = ()
    about: str = ""
    format: str = "xlsx"
    framework: tuple[FrameworkRow, ...] = ()
    activities: tuple[ActivityRow, ...] = ()
    research: ResearchRules | None = None
    """How rows about people are made coarse; only of a research package."""


class Reader:
    """Read one file's values, naming file and key in every refusal."""

    def __init__(self, file: str, content: Mapping[str, Any]) -> None:
        self.file = file
        self.content = content

    def refuse(self, key: str, reason: str, **details: Any) -> BadDefinition:
        """Give the fault for a key."""
        return BadDefinition(file=self.file, key=key, reason=reason, **details)

    def only(self, keys: frozenset[str]) -> None:
        """Refuse keys that stand for nothing: a misspelt one would be silently ignored."""
        for key in sorted(self.content.keys() - keys):
            raise self.refuse(key, "unknown_key", known=sorted(keys))

    def text(self, key: str) -> str:
        """Give a text that must be there."""
        value = self.content.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, "missing" if value is None else "not_text")
        return value

    def note(self, key: str) -> str:
        """Give a text that may be left out."""
        return self.text(key) if self.content.get(key, "") != "" else ""

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        """Give the tables of one name, none where there are none."""
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.refuse(key, "not_a_list")
        return value

    def whole(self, key: str, least: int, default: int | None = None) -> int:
        """Give a whole number not below `least`."""
        value = self.content.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refuse(key, "missing" if value is None else "not_a_number")
        if value < least:
            raise self.refuse(key, "too_low", value=value, least=least)
        return value

    def names(self, key: str, known: Iterable[str], needed: bool = True) -> tuple[str, ...]:
        """Give a list of known names, each once."""
        value = self.content.get(key, None if needed else [])
        if not isinstance(value, list) or (needed and not value):
            raise self.refuse(key, "missing" if value is None else "not_a_list")
        allowed = list(known)
        for name in value:
            if name not in allowed:
                raise self.refuse(key, "unknown_name", name=str(name), known=allowed)
        if len(set(value)) != len(value):
            raise self.refuse(key, "twice")
        return tuple(value)

    def choice(self, key: str, known: Iterable[str], default: str) -> str:
        """Give one of some names."""
        value = self.content.get(key, default)
        if value not in (allowed := [str(name) for name in known]):
            raise self.refuse(key, "unknown_name", name=str(value), known=allowed)
        return str(value)


def parse_definition(file: str, content: Mapping[str, Any]) -> Definition:
    """Build a definition from the content of a file; raise BadDefinition for anything unknown or missing."""
    reader = Reader(file, content)
    kind = ReportKind(reader.choice("kind", ReportKind, ""))
    reader.only(_RESEARCH_KEYS if kind is ReportKind.RESEARCH else _KEYS)
    name = reader.text("id")
    if Path(file).stem != name:
        raise reader.refuse("id", "not_the_file_name", name=name)
    if kind is ReportKind.RESEARCH:
        return parse_research(reader, name)
    external = kind is ReportKind.EXTERNAL
    if not external and "threshold" in content:
        raise reader.refuse("threshold", "internal_hides_nothing")
    if external and content.get("format") == "fhir":
        raise reader.refuse("format", "rows_are_internal")
    definition = Definition(
        id=name,
        version=reader.whole("version", 1),
        kind=kind,
        title=reader.text("title"),
        sheets=reader.names("sheets", SHEETS[kind]),
        indicators=reader.names("indicators", INDICATORS),
        threshold=reader.whole("threshold", LEAST_THRESHOLD, DEFAULT_THRESHOLD) if external else None,
        about=reader.note("about"),
        format=reader.choice("format", FORMATS, "xlsx"),
        repeat=Repeat(reader.choice("repeat", Repeat, Repeat.FIRST)),
        basis=Basis(reader.choice("basis", Basis, Basis.ENROLLED)),
        completion_base=CompletionBase(
            reader.choice("completion_base", CompletionBase, CompletionBase.STARTED)
        ),
    )
    return check_uses(reader, with_parts(reader, definition))


def parse_research(reader: Reader, name: str) -> Definition:
    """Build the definition of a research package; k is never below 5 (decision 11)."""
    quasi = tuple(map(Quasi, reader.names("quasi_identifiers", Quasi)))
    k, share = reader.whole("k", LEAST_K, LEAST_K), reader.whole("most_left_out", 0, 10)
    for key, value, most in (("k", k, MOST_K), ("most_left_out", share, 100)):
        if value > most:
            raise reader.refuse(key, "too_high", value=value, most=most)
    return Definition(
        id=name,
        version=reader.whole("version", 1),
        kind=ReportKind.RESEARCH,
        title=reader.text("title"),
        sheets=reader.names("sheets", SHEETS[ReportKind.RESEARCH]),
        indicators=(),
        threshold=None,
        about=reader.note("about"),
        format="csv",
        repeat=Repeat(reader.choice("repeat", Repeat, Repeat.FIRST)),
        basis=Basis(reader.choice("basis", Basis, Basis.ENROLLED)),
        research=ResearchRules(quasi, k, share),
    )


def with_parts(reader: Reader, definition: Definition) -> Definition:
    """Add what a definition is made of beside its own keys: breakdowns, charts, rows of other people's lists."""
    divided = reader.content.get("disaggregation", {})
    if not isinstance(divided, dict):
        raise reader.refuse("disaggregation", "not_a_table")
    parts = Reader(reader.file, divided)
    parts.only(frozenset({"indicators", "by"}))
    return replace(
        definition,
        divided=parts.names("indicators", DIVISIBLE, needed=False),
        dimensions=tuple(map(Dimension, parts.names("by", DIVIDING, needed=False))),
        charts=read_charts(reader),
        framework=tuple(
            read_framework_row(Reader(reader.file, one), definition) for one in reader.tables("framework")
        ),
        activities=tuple(
            read_activity(Reader(reader.file, one), definition) for one in reader.tables("activity")
        ),
    )


def read_charts(reader: Reader) -> tuple[str, ...]:
    """Read the charts; `chart` is how the first definitions named their only one."""
    if "chart" in reader.content and "charts" not in reader.content:
        return (reader.choice("chart", CHARTS, ""),)
    return reader.names("charts", CHARTS, needed=False)


def read_framework_row(row: Reader, definition: Definition) -> FrameworkRow:
    """Read one line of a funder's list."""
    row.only(frozenset({"label", "indicator", "code", "area", "by"}))
    return FrameworkRow(
        label=row.text("label"),
        indicator=row.choice("indicator", definition.indicators, ""),
        code=row.note("code"),
        area=row.note("area"),
        by=tuple(map(Dimension, row.names("by", DIVIDING, needed=False))),
    )


def read_activity(row: Reader, definition: Definition) -> ActivityRow:
    """Read one activity."""
    row.only(frozenset({"label", "indicator", "code"}))
    known = [code for code in definition.indicators if code in DIVISIBLE]
    return ActivityRow(row.text("label"), row.choice("indicator", known, ""), row.note("code"))


def check_uses(reader: Reader, definition: Definition) -> Definition:
    """Give a definition back; raise BadDefinition where one part of it asks for what another does not give.

    A row of a list can only be broken down by what the report is broken down by: disclosure control has to know
    of every number (decision 11).
    """
    for key, rows, sheet in (
        ("framework", definition.framework, "framework"),
        ("activity", definition.activities, "who_what_where"),
    ):
        if bool(rows) != (sheet in definition.sheets):
            raise reader.refuse(key, "sheet_and_rows", sheet=sheet)
    for chart in definition.charts:
        if CHARTS[chart] not in definition.sheets:
            raise reader.refuse("charts", "needs_sheet", name=chart, sheet=CHARTS[chart])
    wanted = [(row.indicator, by) for row in definition.framework for by in row.by]
    wanted += [(row.indicator, Dimension.SITE) for row in definition.activities]
    for code, by in wanted:
        if code not in definition.divided or by not in definition.dimensions:
            raise reader.refuse("disaggregation", "not_broken_down", name=code, by=by.value)
    return definition


def definition_folders(own: Path | None = None) -> tuple[Path, ...]:
    """Give where definitions are looked for, first one wins: the programme's own, the checkout, the wheel."""
    places = (own, PACKAGE.parent / "exports", PACKAGE / "exports", PACKAGE / "gipt_data" / "exports")
    return tuple(place for place in places if place is not None and place.is_dir())


def definition_names(own: Path | None = None) -> tuple[str, ...]:
    """Give the names of all reports, in alphabetical order."""
    return tuple(sorted({path.stem for folder in definition_folders(own) for path in folder.glob("*.toml")}))


def load_definition(name: str, own: Path | None = None) -> Definition:
    """Read one definition by its name; raise Unknown for no such report, BadDefinition for a wrong file.

    `own` is the folder that `GIPT_EXPORTS` names.
    """
    known = definition_names(own)
    if name not in known:
        raise Unknown(kind="report", name=name, known=list(known))
    path = next(path for folder in definition_folders(own) if (path := folder / f"{name}.toml").is_file())
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadDefinition(file=path.name, key="", reason="unreadable") from error
    return parse_definition(path.name, content)


@dataclass(frozen=True, slots=True)
class Checked:
    """One file of a report: its definition, or the fault that says what is wrong with it."""

    name: str
    definition: Definition | None
    fault: BadDefinition | None = None


def check_definitions(own: Path | None = None) -> tuple[Checked, ...]:
    """Read every definition and give each with what is wrong with it, in alphabetical order."""
    found = []
    for name in definition_names(own):
        try:
            found.append(Checked(name, load_definition(name, own)))
        except BadDefinition as fault:
            found.append(Checked(name, None, fault))
    return tuple(found)


def refuse_bad_definitions(own: Path | None = None) -> None:
    """Raise the BadDefinition of the first file that is wrong."""
    for one in check_definitions(own):
        if one.fault is not None:
            raise one.fault
