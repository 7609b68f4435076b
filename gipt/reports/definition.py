"""Report definitions: which sheets, indicators and breakdowns, as data in `exports/*.toml`.

Structure and names only, no expressions: every name is checked, an unknown one is refused with the file and
key.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from gipt.domain.disclosure import DEFAULT_THRESHOLD, LEAST_THRESHOLD
from gipt.domain.indicators import Basis, CompletionBase, Dimension, Repeat
from gipt.domain.problems import BadDefinition, Unknown

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


SHEETS = {
    ReportKind.EXTERNAL: (
        "cover", "contents", "indicators", "disaggregation", "attendance", "outcomes", "dose", "safety",
        "dictionary", "changes",
    ),
    ReportKind.INTERNAL: ("members", "sessions", "outcomes", "summary", "dose"),
}  # fmt: skip
_KEYS = frozenset({
    "id", "version", "kind", "title", "threshold", "sheets", "indicators", "repeat", "basis",
    "completion_base", "chart", "disaggregation",
})  # fmt: skip


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
    chart: str | None = None


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
    reader.only(_KEYS)
    kind = ReportKind(reader.choice("kind", ReportKind, ""))
    name = reader.text("id")
    if Path(file).stem != name:
        raise reader.refuse("id", "not_the_file_name", name=name)
    parts = Reader(file, content.get("disaggregation", {}))
    parts.only(frozenset({"indicators", "by"}))
    external = kind is ReportKind.EXTERNAL
    if not external and "threshold" in content:
        raise reader.refuse("threshold", "internal_hides_nothing")
    return Definition(
        id=name,
        version=reader.whole("version", 1),
        kind=kind,
        title=reader.text("title"),
        sheets=reader.names("sheets", SHEETS[kind]),
        indicators=reader.names("indicators", INDICATORS),
        threshold=reader.whole("threshold", LEAST_THRESHOLD, DEFAULT_THRESHOLD) if external else None,
        divided=parts.names("indicators", DIVISIBLE, needed=False),
        dimensions=tuple(map(Dimension, parts.names("by", DIVIDING, needed=False))),
        repeat=Repeat(reader.choice("repeat", Repeat, Repeat.FIRST)),
        basis=Basis(reader.choice("basis", Basis, Basis.ENROLLED)),
        completion_base=CompletionBase(
            reader.choice("completion_base", CompletionBase, CompletionBase.STARTED)
        ),
        chart=reader.choice("chart", ["attendance"], "attendance") if "chart" in content else None,
    )


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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDefinition(file=path.name, key="", reason="unreadable") from error
    return parse_definition(path.name, content)
