"""Code maps: which figure is which data element of another system, as data in `exports/dhis2/*.toml`.

Structure and names only. A figure is written as in a funder's template (`F5, sex=female`) and checked by whoever
counts it; the codes of the other system are the ministry's. Unknown keys are refused with file and key.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from gipt.domain.periods import Period
from gipt.domain.problems import BadDefinition, Invalid, Unknown

FOLDER = "dhis2"
UID = re.compile(r"^[A-Za-z][A-Za-z0-9]{10}$")
"""An identifier of DHIS2: eleven letters and digits, a letter first."""
CODE = re.compile(r"^[\w.:/ -]{1,50}$")
ATTRIBUTE = re.compile(r"^[A-Za-z_][\w.-]{0,49}$")
_KEYS = frozenset(
    {"id", "version", "title", "data_set", "period", "scheme", "org_unit", "org_units", "value"}
)
_VALUE_KEYS = frozenset({"figure", "data_element", "category_option_combo", "attribute_option_combo", "adx"})


class Scheme(StrEnum):
    """How the other system names its things: by its own identifiers, or by codes that people gave them."""

    UID = "UID"
    CODE = "CODE"


class PeriodType(StrEnum):
    """The periods of a data set that gipt can fill; each is whole months."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SIX_MONTHLY = "six_monthly"
    YEARLY = "yearly"


MONTHS = {PeriodType.MONTHLY: 1, PeriodType.QUARTERLY: 3, PeriodType.SIX_MONTHLY: 6, PeriodType.YEARLY: 12}


@dataclass(frozen=True, slots=True)
class Target:
    """One data element and the figure that belongs there; `adx`: further dimensions as ADX writes them."""

    figure: str
    data_element: str
    category_option_combo: str | None = None
    attribute_option_combo: str | None = None
    adx: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeMap:
    """One data set of another system: `org_units` by site code, or one `org_unit` for the whole programme."""

    id: str
    version: int
    title: str
    data_set: str
    period: PeriodType
    scheme: Scheme
    targets: tuple[Target, ...]
    org_units: Mapping[str, str] = field(default_factory=dict)
    org_unit: str | None = None

    def places(self) -> list[tuple[str | None, str]]:
        """Give the pairs (site code, organisation unit); no site for one unit that stands for all."""
        return [(None, self.org_unit)] if self.org_unit else list(self.org_units.items())


@dataclass(frozen=True, slots=True)
class Datum:
    """One value that would be sent: `value` None when there is none to send, and `state` says why (hidden, …)."""

    target: Target
    org_unit: str
    value: int | float | None
    state: str
    site: str | None = None


def parse_code_map(file: str, content: Mapping[str, Any]) -> CodeMap:
    """Build a code map from the content of a file; raise BadDefinition for anything unknown, missing or odd."""
    reader = MapReader(file, content)
    reader.only(_KEYS)
    name = reader.text("id")
    if Path(file).stem != name:
        raise reader.refuse("id", "not_the_file_name", name=name)
    scheme = Scheme(reader.choice("scheme", Scheme, Scheme.UID))
    units, unit = content.get("org_units", {}), content.get("org_unit")
    if bool(units) == bool(unit) or not isinstance(units, Mapping):
        raise reader.refuse("org_units", "one_of_two")
    values = content.get("value")
    if not isinstance(values, list) or not values:
        raise reader.refuse("value", "missing")
    targets = tuple(parse_target(file, one, scheme) for one in values)
    keys = [
        (one.data_element, one.category_option_combo, one.attribute_option_combo, *one.adx.items())
        for one in targets
    ]
    if len(set(keys)) != len(keys):
        raise reader.refuse("value", "twice")
    return CodeMap(
        id=name,
        version=reader.whole("version"),
        title=reader.text("title"),
        data_set=reader.code("data_set", scheme),
        period=PeriodType(reader.choice("period", PeriodType, "")),
        scheme=scheme,
        targets=targets,
        org_units={str(site): check_code(reader, "org_units", code, scheme) for site, code in units.items()},
        org_unit=None if unit is None else check_code(reader, "org_unit", unit, scheme),
    )


def parse_target(file: str, content: Any, scheme: Scheme) -> Target:
    """Build one line of a code map."""
    reader = MapReader(file, content if isinstance(content, Mapping) else {})
    reader.only(_VALUE_KEYS)
    adx = reader.content.get("adx", {})
    if not isinstance(adx, Mapping) or not all(ATTRIBUTE.match(str(name)) for name in adx):
        raise reader.refuse("adx", "not_text")
    return Target(
        figure=reader.text("figure"),
        data_element=reader.code("data_element", scheme),
        category_option_combo=reader.code("category_option_combo", scheme, needed=False),
        attribute_option_combo=reader.code("attribute_option_combo", scheme, needed=False),
        adx={str(name): str(value) for name, value in sorted(adx.items())},
    )


class MapReader:
    """Read one table's values, naming file and key in every refusal."""

    def __init__(self, file: str, content: Mapping[str, Any]) -> None:
        self.file, self.content = file, content

    def refuse(self, key: str, reason: str, **details: Any) -> BadDefinition:
        """Give the fault for a key."""
        return BadDefinition(file=self.file, key=key, reason=reason, **details)

    def only(self, keys: frozenset[str]) -> None:
        """Refuse keys that stand for nothing."""
        for key in sorted(self.content.keys() - keys):
            raise self.refuse(key, "unknown_key", known=sorted(keys))

    def text(self, key: str) -> str:
        """Give a text that must be there."""
        value = self.content.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, "missing" if value is None else "not_text")
        return value

    def whole(self, key: str) -> int:
        """Give a whole number of 1 or more."""
        value = self.content.get(key, 1)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.refuse(key, "not_a_number")
        return value

    def choice(self, key: str, known: type[StrEnum], default: str) -> str:
        """Give one of some names."""
        value = self.content.get(key, default)
        if value not in {str(one) for one in known}:
            raise self.refuse(key, "unknown_name", name=str(value), known=[str(one) for one in known])
        return str(value)

    def code(self, key: str, scheme: Scheme, *, needed: bool = True) -> Any:
        """Give a code of the other system; None when it is not needed and not there."""
        value = self.content.get(key)
        if value is None and not needed:
            return None
        return check_code(self, key, value, scheme)


def check_code(reader: MapReader, key: str, value: Any, scheme: Scheme) -> str:
    """Give a code that has the form of its scheme."""
    if value is None:
        raise reader.refuse(key, "missing")
    if not isinstance(value, str) or not (UID if scheme is Scheme.UID else CODE).match(value):
        raise reader.refuse(key, "not_a_code", name=str(value))
    return value


# --- files --------------------------------------------------------------------------------------------------------


def map_names(folders: tuple[Path, ...]) -> tuple[str, ...]:
    """Give the names of all code maps below some folders of definitions."""
    return tuple(sorted({path.stem for folder in folders for path in (folder / FOLDER).glob("*.toml")}))


def load_code_map(name: str, folders: tuple[Path, ...]) -> CodeMap:
    """Read one code map by its name, the first folder wins; raise Unknown or BadDefinition."""
    known = map_names(folders)
    if name not in known:
        raise Unknown(kind="code_map", name=name, known=list(known))
    path = next(path for folder in folders if (path := folder / FOLDER / f"{name}.toml").is_file())
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDefinition(file=path.name, key="", reason="unreadable") from error
    return parse_code_map(path.name, content)


# --- periods ------------------------------------------------------------------------------------------------------


def check_period(kind: PeriodType, period: Period) -> Period:
    """Give the period back; raise Invalid unless it is exactly one month, quarter, half-year or year."""
    first, length = period.first, MONTHS[kind]
    after = period.last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    if first.day != 1 or after.day != 1 or months != length or (first.month - 1) % length:
        raise Invalid(field="period", reason="one_period", rhythm=kind.value)
    return period


def period_code(kind: PeriodType, period: Period) -> str:
    """Give a period as DHIS2 writes it: 202607, 2026Q3, 2026S2, 2026."""
    first = check_period(kind, period).first
    if kind is PeriodType.MONTHLY:
        return f"{first:%Y%m}"
    if kind is PeriodType.YEARLY:
        return f"{first:%Y}"
    sign = "Q" if kind is PeriodType.QUARTERLY else "S"
    return f"{first:%Y}{sign}{(first.month - 1) // MONTHS[kind] + 1}"


def period_range(kind: PeriodType, period: Period) -> str:
    """Give a period as ADX writes it: its first day and how long it is, 2026-07-01/P3M."""
    length = "P1Y" if kind is PeriodType.YEARLY else f"P{MONTHS[kind]}M"
    return f"{check_period(kind, period).first.isoformat()}/{length}"
