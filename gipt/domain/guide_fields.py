"""Read plain values out of a definition, each with its bounds, and name the place of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from gipt.domain.problems import BadDefinition

NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
PATH = re.compile(r"[a-z0-9]+(?:[-_/][a-z0-9]+)*")
SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?")


class Record:
    """Wrap one mapping of a definition and remember which keys were read, so that typing errors show."""

    def __init__(self, mapping: Mapping[str, Any], file: str, place: str = "") -> None:
        self._mapping = mapping
        self._file = file
        self._place = place
        self._read: set[str] = set()

    def fault(self, key: str, reason: str) -> BadDefinition:
        """Give the fault that names file, key and reason; the caller raises it."""
        return BadDefinition(file=self._file, key=self._place + key, reason=reason)

    def has(self, key: str) -> bool:
        """Tell whether the key is there."""
        return key in self._mapping

    def nothing_else(self) -> None:
        """Refuse keys that nobody read."""
        for key in self._mapping:
            if key not in self._read:
                raise self.fault(str(key), "unknown_key")

    def text(self, key: str, longest: int = 400) -> str:
        """Give a text that is not empty."""
        return self._text(key, self._value(key), longest)

    def optional_text(self, key: str) -> str:
        """Give a text, or an empty one when the key is missing or empty."""
        return self.text(key) if self._mapping.get(key) else self._nothing(key)

    def texts(self, key: str, fewest: int, most: int = 20, longest: int = 200) -> tuple[str, ...]:
        """Give a list of texts; a missing key is an empty list."""
        values = self._list(key, fewest)
        if len(values) > most:
            raise self.fault(key, "too_many")
        return tuple(self._text(f"{key}.{n}", value, longest) for n, value in enumerate(values, start=1))

    def name(self, key: str) -> str:
        """Give a short name in small letters, digits, hyphens and underscores."""
        return self._matching(key, NAME, "not_a_name")

    def path(self, key: str) -> str:
        """Give names joined by slashes."""
        return self._matching(key, PATH, "not_a_path")

    def semver(self, key: str) -> str:
        """Give a version such as 1.4.0."""
        return self._matching(key, SEMVER, "not_a_version")

    def number(self, key: str, low: int, high: int) -> int:
        """Give a whole number within its bounds."""
        return self._number(key, self._value(key), low, high)

    def flag(self, key: str) -> bool:
        """Give true or false."""
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.fault(key, "not_true_or_false")
        return value

    def choice(self, key: str, choices: type[StrEnum]) -> str:
        """Give one of a closed set of codes."""
        value = self.text(key)
        if value not in set(choices):
            raise self.fault(key, "unknown_value")
        return value

    def numbers_or_each(self, key: str, highest: int) -> list[int]:
        """Give a list of numbers 1..highest, or all of them for "each"."""
        if self._mapping.get(key) == "each":
            self._read.add(key)
            return list(range(1, highest + 1))
        return [self._number(key, value, 1, highest) for value in self._list(key, 1)]

    def names_or_each(self, key: str, known: list[str]) -> list[str]:
        """Give a list of known names, or all of them for "each"."""
        if self._mapping.get(key) == "each":
            self._read.add(key)
            return known
        names = [self._text(key, value, 60) for value in self._list(key, 1)]
        if not set(names) <= set(known):
            raise self.fault(key, "unknown_value")
        return names

    def record(self, key: str) -> Record:
        """Give a mapping inside this one."""
        value = self._value(key)
        if not isinstance(value, Mapping):
            raise self.fault(key, "not_a_table")
        return Record(value, self._file, f"{self._place}{key}.")

    def records(self, key: str, fewest: int, named_by: str = "") -> list[Record]:
        """Give a list of mappings; a missing key is an empty list.

        With `named_by` a table of tables will do as well: its keys become that field of each.
        """
        found = []
        values = self._list(key, fewest, named_by)
        for position, value in enumerate(values, start=1):
            if not isinstance(value, Mapping):
                raise self.fault(f"{key}.{position}", "not_a_table")
            found.append(Record(value, self._file, f"{self._place}{key}.{position}."))
        return found

    def pairs(self, key: str, most: int, longest: int = 200) -> list[tuple[str, str]]:
        """Give (id, text) of each line: from a table, a list of `{id, text}`, or a list of texts (ids 1, 2, 3)."""
        values = self._list(key, 0, "id")
        if len(values) > most:
            raise self.fault(key, "too_many")
        found = []
        for place, value in enumerate(values, start=1):
            line = value if isinstance(value, Mapping) else {"id": str(place), "text": value}
            record = Record(line, self._file, f"{self._place}{key}.{place}.")
            name = record.name("id")
            text = self._text(f"{key}.{name}", record._value("text"), longest)
            found.append((name, text))
            record.nothing_else()
        return found

    def _nothing(self, key: str) -> str:
        self._read.add(key)
        return ""

    def _value(self, key: str) -> Any:
        self._read.add(key)
        if key not in self._mapping:
            raise self.fault(key, "missing")
        return self._mapping[key]

    def _list(self, key: str, fewest: int, named_by: str = "") -> list[Any]:
        self._read.add(key)
        values = self._mapping.get(key, [])
        if named_by and isinstance(values, Mapping):
            values = [_named(named_by, name, value) for name, value in values.items()]
        if not isinstance(values, list | tuple):
            raise self.fault(key, "not_a_list")
        if len(values) < fewest:
            raise self.fault(key, "missing")
        return list(values)

    def _text(self, key: str, value: Any, longest: int) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.fault(key, "not_a_text")
        if len(value) > longest:
            raise self.fault(key, "too_long")
        return value.strip()

    def _number(self, key: str, value: Any, low: int, high: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fault(key, "not_a_number")
        if not low <= value <= high:
            raise self.fault(key, "out_of_range")
        return value

    def _matching(self, key: str, pattern: re.Pattern[str], reason: str) -> str:
        value = self.text(key)
        if not pattern.fullmatch(value):
            raise self.fault(key, reason)
        return value


def _named(named_by: str, name: str, value: object) -> object:
    """Give one row of a table of tables (or of texts) as a mapping that knows its own name."""
    if isinstance(value, Mapping):
        return {**value, named_by: name}
    return {named_by: name, "text": value}
