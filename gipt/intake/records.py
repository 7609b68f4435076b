"""What one row of a sheet says, understood and ready for the actions, and how that is kept as JSON.

A record carries values only, never a decision: whether somebody is new, or the same as a member, is the
preview's. Missing values are None, "" or (). Records are personal data: they are stored encrypted between
preview and confirm.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from gipt.domain.attendance import AttendanceStatus
from gipt.domain.measures import get_measure_by_key
from gipt.domain.people import Disability, Displacement, Sex

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MeasureEntry:
    """Hold one administration of a measure as it stands in a sheet.

    `measure` is the registry's key (`phq9`, `whodas12@1-5`). `point` is a point of measurement; `session`
    is the session's number when the heading or row names one. `answers` are item id and value, or the code
    of why there is none. `total` is what the sheet writes, on the reported scale. `totals_only`: a total
    came without answers, so nothing is known of safety (`safety_known` is false) and reports mark it.
    """

    measure: str
    point: str
    answers: tuple[tuple[str, int | str], ...] = ()
    total: int | None = None
    session: int | None = None
    taken_on: date | None = None
    cell: str = ""

    @property
    def totals_only(self) -> bool:
        """Say that there is a total and not one answer."""
        return self.total is not None and not any(isinstance(value, int) for _, value in self.answers)

    @property
    def safety_known(self) -> bool:
        """Say whether every safety item of the measure was answered (true for a measure without any)."""
        given = {item for item, value in self.answers if isinstance(value, int)}
        return all(safety.item_id in given for safety in get_measure_by_key(self.measure).safety_items)

    @property
    def safety_positive(self) -> bool:
        """Say whether an answer to a safety item starts the safety protocol (decision 7)."""
        given = {item: value for item, value in self.answers if isinstance(value, int)}
        items = get_measure_by_key(self.measure).safety_items
        return any(given.get(safety.item_id, -1) >= safety.at_least for safety in items)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Hold one person with screening. `birth_year_about` marks a year that was worked out from an age."""

    sheet: str
    row: int
    name: str
    code: str = ""
    called_name: str = ""
    sex: Sex = Sex.MISSING
    birth_date: date | None = None
    birth_year: int | None = None
    birth_year_about: bool = False
    phone: str = ""
    place: str = ""
    site: str = ""
    language: str = ""
    preferred_days: tuple[int, ...] = ()
    consent: bool | None = None
    consented_on: date | None = None
    screened_on: date | None = None
    disability: Disability = Disability.UNKNOWN
    displacement: Displacement = Displacement.UNKNOWN
    safe_contact: str = ""
    caregiver: str = ""
    notes: str = ""
    measures: tuple[MeasureEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterMark:
    """Hold one mark of one session: by number, by date, or both."""

    status: AttendanceStatus
    session: int | None = None
    held_on: date | None = None
    cell: str = ""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """Hold what one row of a register says about one member: marks of one or many sessions, and measures."""

    sheet: str
    row: int
    group: str
    cycle: str = ""
    member_code: str = ""
    member_name: str = ""
    marks: tuple[RegisterMark, ...] = ()
    measures: tuple[MeasureEntry, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class SiteRow:
    """Hold one site; `country` is an ISO code or ""."""

    sheet: str
    row: int
    name: str
    code: str = ""
    country: str = ""
    region: str = ""
    time_zone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class VenueRow:
    """Hold one meeting place; `days` are weekdays on which it is open, () = not said."""

    sheet: str
    row: int
    site: str
    name: str
    place: str = ""
    capacity: int | None = None
    travel_minutes: int | None = None
    days: tuple[int, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Hold one person who works in the programme."""

    sheet: str
    row: int
    name: str
    role: str
    site: str = ""
    sex: Sex = Sex.MISSING
    phone: str = ""
    email: str = ""
    languages: str = ""


@dataclass(frozen=True, slots=True)
class ClosedDayRow:
    """Hold one closed day, span or repeating day; `every_days` repeats from `from_date`; site "" is all."""

    sheet: str
    row: int
    from_date: date
    to_date: date | None = None
    site: str = ""
    name: str = ""
    every_days: int | None = None
    hard: bool = True


@dataclass(frozen=True, slots=True)
class CostRow:
    """Hold one line of spending; `amount` and `rate` as written, `is_number` when Excel held the amount as a number."""

    sheet: str
    row: int
    spent_on: date
    scope: str
    amount: str
    is_number: bool = False
    whole_month: bool = False
    currency: str = ""
    rate: str = ""
    rate_on: date | None = None
    site: str = ""
    funder: str = ""
    note: str = ""


Record = PersonRow | RegisterRow | SiteRow | VenueRow | StaffRow | ClosedDayRow | CostRow
RECORDS: dict[str, type[Any]] = {
    "people": PersonRow, "register": RegisterRow, "sites": SiteRow, "venues": VenueRow, "staff": StaffRow,
    "closed_days": ClosedDayRow, "costs": CostRow,
}  # fmt: skip


def to_data(value: Any) -> Any:
    """Give the JSON form of a record, preview or choice: dates are ISO texts, tuples are lists."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple | frozenset):
        return [to_data(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): to_data(one) for key, one in value.items()}
    return value


def from_data(kind: Callable[..., T], data: Any) -> T:
    """Give back a dataclass from its JSON form; ValueError where the data is of another shape."""
    hints = _hints(kind)
    if not isinstance(data, dict) or set(data) - set(hints):
        raise ValueError(f"not a {kind}")
    try:
        return kind(**{name: _value(hints[name], one) for name, one in data.items()})
    except (TypeError, AttributeError) as problem:
        raise ValueError(f"not a {kind}") from problem


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, data: Any) -> Any:
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _one_of(inside, data)
    if origin is tuple:
        return _tuple(inside, data)
    if origin is dict:
        return {_value(inside[0], key): _value(inside[1], one) for key, one in data.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return from_data(hint, data)
    if hint is date:
        return date.fromisoformat(data)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(data)
    if hint is Any or (isinstance(data, hint) and not (hint is int and isinstance(data, bool))):
        return data
    raise ValueError("a value of another kind")


def _tuple(inside: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise ValueError("not a list")
    if len(inside) == 2 and inside[1] is Ellipsis:
        return tuple(_value(inside[0], one) for one in data)
    return tuple(_value(hint, one) for hint, one in zip(inside, data, strict=True))


def _one_of(hints: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in hints:
        return None
    for hint in hints:
        if hint is type(None):
            continue
        try:
            return _value(hint, data)
        except (ValueError, TypeError):
            continue
    raise ValueError("a value of another kind")
