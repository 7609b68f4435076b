"""Rows that differ in a few texts only: drawn once by their macro, then filled.

A register of sixteen members is sixteen times the same words round another name. `line = pattern(macro)`, then
`line(*fixed, **holes)` for each row, or `line.each(rows)` for all of them: the macro is called once for each language
and each set of fixed values, with the holes marked; what stands between them is remembered, and each row's own texts
are put in. Every text is escaped as the template itself would; only Markup stays as it is. What decides about the
shape of a row (a tick, a list of choices) belongs to the fixed values and must be hashable; a hole is text or a number
and may stand in an address, but in no condition. What a person typed or is called is always a hole, so that none of it
is remembered. The layouts use the same for what stands round every page.
"""

import re
import secrets
import time
from collections.abc import Hashable, Iterable
from typing import Any

from flask import g, has_app_context
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from gipt.i18n import DateStyle, Language, current_digits, current_language, current_style

MOST = 1_000
"""Sets of fixed values remembered for one macro; beyond that all are drawn anew."""
LOOK_AGAIN_SECONDS = 2.0
"""How long a pattern is trusted, as catalogs and addresses of files are."""
# Letters and digits only, so that the mark survives in addresses too; nobody can type it.
SIGN = f"q{secrets.token_hex(12)}q"
NEVER = "\x00"
"""A character that no text of people holds; one that does is escaped by itself."""
HOLE = re.compile(f"{SIGN}([a-z_]+){SIGN}")


Row = tuple[tuple[Hashable, ...], dict[str, Any]]
"""The fixed values of one row, and what goes into its holes."""


class Pattern:
    """The rows of one macro in one language."""

    def __init__(self, macro: Macro) -> None:
        self.macro = macro
        self.known: dict[Hashable, list[str]] = {}

    def __call__(self, *fixed: Hashable, **holes: Any) -> Markup:
        """Give one row: the macro with its fixed values, and the holes, which it takes by name."""
        parts = self.parts(fixed, holes)
        if len(parts) == 1:
            return Markup(parts[0])  # noqa: S704 - drawn by the macro
        return self.each([(fixed, holes)])

    def each(self, rows: Iterable[Row]) -> Markup:
        """Give many rows, one after the other."""
        drawn, values = [], []
        for fixed, holes in rows:
            parts = self.parts(fixed, holes)
            drawn.append(parts)
            values += [holes[name] for name in parts[1::2]]
        escaped, at = escaped_each(values), 0
        filled: list[str] = []
        for parts in drawn:
            one, end = parts.copy(), at + len(parts) // 2
            one[1::2] = escaped[at:end]
            filled += one
            at = end
        return Markup("".join(filled))  # noqa: S704 - macros escape, and so does `escaped_each`

    def parts(self, fixed: tuple[Hashable, ...], holes: dict[str, Any]) -> list[str]:
        """Give what the macro draws, cut at the holes: text, name of a hole, text, name, … text."""
        parts = self.known.get(fixed)
        if parts is None:
            drawn = self.macro(*fixed, **{name: f"{SIGN}{name}{SIGN}" for name in holes})
            if len(self.known) > MOST:
                self.known.clear()
            parts = self.known[fixed] = HOLE.split(str(drawn))
        return parts


def escaped_each(values: list[Any]) -> list[str]:
    """Escape as templates do, Markup stays: all texts in one go, which costs little more than a single one."""
    texts = [one if type(one) is str else "" if hasattr(one, "__html__") else str(one) for one in values]
    escaped = str(escape(NEVER.join(texts))).split(NEVER)
    if len(escaped) != len(values):
        return [str(escape(one)) for one in values]
    for place, one in enumerate(values):
        if type(one) is not str and hasattr(one, "__html__"):
            escaped[place] = one.__html__()
    return escaped


class Patterns:
    """Give the pattern of a macro for the words and dates in use: `{% set line = pattern(macro) %}` before a loop."""

    def __init__(self) -> None:
        self.known: dict[Hashable, dict[Macro, Pattern]] = {}
        self.forget_at = 0.0

    def __call__(self, macro: Macro) -> Pattern:
        """Give the pattern of a macro that was imported without a context, so that it stays the same object."""
        words, digits, style = current_language(), current_digits(), current_style()
        # A page asks some dozen times in the same words: they are looked up again only where they changed.
        here = g if has_app_context() else None  # pages are drawn without an application too, to look at them
        last: tuple[Language, str, DateStyle, dict[Macro, Pattern]] | None = None
        if here is not None:
            last = here.get("gipt_patterns")
        if last is None or last[0] is not words or last[1] is not digits or last[2] is not style:
            last = (words, digits, style, self.shelf((words.tag, digits, style)))
            if here is not None:
                here.gipt_patterns = last
        shelf = last[3]
        found = shelf.get(macro)
        if found is None:
            found = shelf[macro] = Pattern(macro)
        return found

    def shelf(self, key: Hashable) -> dict[Macro, Pattern]:
        """Give the patterns drawn in the same words, none when those were drawn a while ago."""
        if (moment := time.monotonic()) > self.forget_at:
            self.known, self.forget_at = {}, moment + LOOK_AGAIN_SECONDS
        return self.known.setdefault(key, {})
