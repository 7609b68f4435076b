"""DHIS2 aggregate data: the body of `dataValueSets`, what the server has now, the difference, and its answer.

Pure: nothing here opens a connection. Hidden values are never part of a body. Source: DHIS2 developer documentation,
Web API, "Data values" (version 2.38 and later; the answer of earlier versions is read too).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gipt.domain.periods import Period
from gipt.domain.problems import RemoteFault
from gipt.interop.code_map import CodeMap, Datum, period_code

MOST_CONFLICTS = 20
LONGEST_TEXT = 200


class Change(StrEnum):
    """What sending would do to one value of the server."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    HIDDEN = "hidden"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value: ours, the server's, and what sending would do; texts as DHIS2 writes numbers."""

    datum: Datum
    ours: str | None
    theirs: str | None
    change: Change


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the server says that it did; `conflicts` are its sentences, cut short, at most twenty."""

    ok: bool
    imported: int
    updated: int
    ignored: int
    conflicts: tuple[str, ...] = ()


def sendable(data: Iterable[Datum]) -> list[Datum]:
    """Give what may leave: values that are there. Hidden ones, and those that do not exist, stay."""
    return [one for one in data if one.value is not None and one.state == "filled"]


def number_text(value: int | float) -> str:
    """Write a number as DHIS2 takes it: no blanks, a point for decimals, none where there are none."""
    return str(int(value)) if float(value).is_integer() else repr(round(float(value), 6))


def data_value_set(code_map: CodeMap, period: Period, data: Iterable[Datum]) -> dict[str, Any]:
    """Give the body to send."""
    when = period_code(code_map.period, period)
    return {
        "dataSet": code_map.data_set,
        "dataValues": [data_value(one, when) for one in sendable(data)],
    }


def data_value(datum: Datum, when: str) -> dict[str, str]:
    """Give one value of the body; combinations only where the code map names them."""
    assert datum.value is not None
    target = datum.target
    found = {
        "dataElement": target.data_element,
        "period": when,
        "orgUnit": datum.org_unit,
        "categoryOptionCombo": target.category_option_combo,
        "attributeOptionCombo": target.attribute_option_combo,
        "value": number_text(datum.value),
    }
    return {name: value for name, value in found.items() if value is not None}


def read_query(code_map: CodeMap, period: Period) -> list[tuple[str, str]]:
    """Give what to ask the server for, to see what it has now."""
    when = period_code(code_map.period, period)
    places = [("orgUnit", unit) for _, unit in code_map.places()]
    return [("dataSet", code_map.data_set), ("period", when), *places, *scheme_query(code_map)]


def send_query(code_map: CodeMap, *, dry_run: bool) -> list[tuple[str, str]]:
    """Give the options of an import: new values are added, others replaced, nothing is deleted."""
    return [
        ("importStrategy", "CREATE_AND_UPDATE"),
        ("dryRun", "true" if dry_run else "false"),
        *scheme_query(code_map),
    ]


def scheme_query(code_map: CodeMap) -> list[tuple[str, str]]:
    """Say how things are named."""
    names = ("idScheme", "dataElementIdScheme", "orgUnitIdScheme", "categoryOptionComboIdScheme")
    return [(name, code_map.scheme.value) for name in names]


def current_values(answer: Any) -> list[Mapping[str, Any]]:
    """Give the values that the server has now; raise RemoteFault for an answer of another shape.

    A server without any value leaves the list out.
    """
    if not isinstance(answer, Mapping):
        raise RemoteFault(reason="not_understood")
    values = answer.get("dataValues", [])
    if not isinstance(values, list) or not all(isinstance(one, Mapping) for one in values):
        raise RemoteFault(reason="not_understood")
    return values


def differences(data: Sequence[Datum], current: Iterable[Mapping[str, Any]]) -> list[Difference]:
    """Set what would be sent beside what the server has, in the order of the code map."""
    theirs = list(current)
    return [difference(one, theirs) for one in data]


def difference(datum: Datum, current: Sequence[Mapping[str, Any]]) -> Difference:
    """Compare one value; where the code map names no combination, the server's only one is meant."""
    found = [one for one in current if is_same_cell(datum, one)]
    there = str(found[0].get("value", ""))[:LONGEST_TEXT] if len(found) == 1 else None
    if datum.state == "hidden":
        return Difference(datum, None, there, Change.HIDDEN)
    if datum.value is None or datum.state != "filled":
        return Difference(datum, None, there, Change.NOT_SENT)
    ours = number_text(datum.value)
    if there is None:
        return Difference(datum, ours, None, Change.NEW)
    return Difference(datum, ours, there, Change.SAME if same_number(ours, there) else Change.CHANGED)


def is_same_cell(datum: Datum, one: Mapping[str, Any]) -> bool:
    """Say whether a value of the server stands where ours would."""
    target = datum.target
    pairs = (
        ("dataElement", target.data_element),
        ("orgUnit", datum.org_unit),
        ("categoryOptionCombo", target.category_option_combo),
        ("attributeOptionCombo", target.attribute_option_combo),
    )
    return all(wanted is None or one.get(name) == wanted for name, wanted in pairs)


def same_number(ours: str, theirs: str) -> bool:
    """Say whether two texts are the same number: the server may write 12.0 for 12."""
    try:
        return float(ours) == float(theirs)
    except ValueError:
        return ours == theirs


def read_outcome(answer: Any) -> Outcome:
    """Give what an import did; raise RemoteFault for an answer that is none."""
    summary = answer.get("response", answer) if isinstance(answer, Mapping) else None
    counts = summary.get("importCount") if isinstance(summary, Mapping) else None
    if not isinstance(summary, Mapping) or not isinstance(counts, Mapping):
        raise RemoteFault(reason="not_understood")
    conflicts = summary.get("conflicts") or []
    texts = [
        str(one.get("value", one.get("object", "")))[:LONGEST_TEXT]
        for one in conflicts
        if isinstance(one, Mapping)
    ]
    status = str(summary.get("status", "")).upper()
    return Outcome(
        ok=status in ("SUCCESS", "OK") and not texts and not whole(counts, "ignored"),
        imported=whole(counts, "imported"),
        updated=whole(counts, "updated"),
        ignored=whole(counts, "ignored"),
        conflicts=tuple(texts[:MOST_CONFLICTS]),
    )


def whole(counts: Mapping[str, Any], name: str) -> int:
    """Give one count; 0 for anything that is none."""
    value = counts.get(name, 0)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
