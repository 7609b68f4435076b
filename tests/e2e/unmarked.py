"""Find text that is not marked for translation, on pages in the made-up language (ux 8, A5).

There every text of ours stands in brackets. What stands outside them is data (names, codes, figures, dates, what
somebody typed) or a word of another catalog that the page shows as its source; anything else was written into a page.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa
from babel import Locale

from gipt.content.catalogs import root_folder
from gipt.content.curricula import curricula_folders, curriculum_ids
from gipt.db import Sealed, db
from gipt.domain.measures import all_measures
from gipt.i18n import languages
from gipt.models import Staff

READ = ("aria-label", "title", "placeholder", "alt", "data-label", "data-fine", "data-over")
"""Attributes that people read or hear."""
SILENT = {"script", "style", "textarea", "code"}
ALONE = {"meta", "link", "input", "br", "img", "hr"}
WORD = re.compile(r"[^\W\d_]{2,}")


class _Outside(HTMLParser):
    """Gather what is read and stands in no brackets, outside parts that are names or in another language."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.inside: list[tuple[str, bool]] = []
        self.depth = 0
        self.found: list[str] = []

    @property
    def elsewhere(self) -> bool:
        """Say whether this is inside a name, a part in another language, or what nobody reads."""
        return any(other for _tag, other in self.inside)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        names = [given[name] or "" for name in READ if given.get(name)]
        names += [given["value"] or ""] if given.get("type") in ("submit", "button") else []
        other = tag in SILENT or tag == "bdi" or (tag != "html" and "lang" in given)
        if not other and not self.elsewhere:
            self.found += [re.sub("⟦[^⟦⟧]*⟧", "|", text) for text in names]
        if tag not in ALONE:
            self.inside.append((tag, other))

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        outside = ""
        for sign in data:
            if sign in "⟦⟧":
                self.depth += 1 if sign == "⟦" else -1
                outside += "|"
            elif not self.depth:
                outside += sign
        if not self.elsewhere:
            self.found.append(outside)


def outside(html: str) -> list[str]:
    """Give the pieces of a page that stand outside brackets; raises AssertionError for a bracket left open."""
    reader = _Outside()
    reader.feed(html)
    assert reader.depth == 0, "a bracket is open"
    return [one.strip() for text in reader.found for one in text.split("|") if WORD.search(one)]


def unmarked(pieces: Iterable[str], data: frozenset[str]) -> set[str]:
    """Give the pieces that hold a word of none of the texts in `data`."""
    longest = sorted(data, key=len, reverse=True)
    return {piece for piece in pieces if WORD.search(_without(piece, longest))}


def _without(piece: str, longest: list[str]) -> str:
    for text in longest:
        if text in piece:
            piece = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", " ", piece)
    return CODES.sub(" ", piece)


CODES = re.compile(
    r"\b(?:[A-Z]{1,2}-\d[\w.-]*|[A-Z]{1,2}\d\w*|[a-z]{2,3}(?:_[A-Z]{2})?(?=\))|[A-D]{4}|who-8|preset-\d+|[A-Z0-9]{4})\b"
    r"|[a-z-]+(?:/[a-z-]+)+"
)
"""Codes of people, groups, indicators, orders of pictures, curricula; tags of languages in brackets; keys."""


@cache
def known_everywhere() -> frozenset[str]:
    """Give what is the same in every language or comes from CLDR, whose words our brackets never hold."""
    cldr = Locale("en", "GB")
    tables: list[Any] = [cldr.territories, cldr.languages, cldr.currencies, cldr.currency_symbols]
    for kind in ("format", "stand-alone"):
        tables += [cldr.months[kind][width] for width in ("wide", "abbreviated")]
        tables += [cldr.days[kind][width] for width in ("wide", "abbreviated")]
    words = {str(text) for table in tables for text in table.values()} | set(cldr.currencies)
    words |= {zone.replace("_", " ") for zone in available_timezones()} | available_timezones()
    for one in languages(shipped_only=False):
        words |= {one.name, one.english_name}
    # Measures have names of their own in every language; their credit is printed as the author asks.
    words |= {text for one in all_measures() for text in (one.name, one.credit or "")}
    return frozenset({*words, "gipt"} - {""})


@cache
def sources() -> frozenset[str]:
    """Give the texts of guides, measures and safety, which pages of translators show as they are in English."""
    found: set[str] = set()
    for path in root_folder().glob("*.pot"):
        if path.stem != "messages":
            found |= set(_messages(path))
    for curricula in curricula_folders():
        for path in curricula.rglob("*.toml"):
            found |= set(_texts(tomllib.loads(path.read_text("utf-8"))))
    return frozenset(found | set(curriculum_ids()))


def _messages(path: Path) -> Iterator[str]:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        for message in read_po(file):
            yield from (message.id if isinstance(message.id, tuple | list) else (message.id,))
            yield message.context or ""


def _texts(value: Any) -> Iterator[str]:
    """Give every text inside lists and mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def stored() -> frozenset[str]:
    """Give the texts of the database that somebody typed: what is encrypted, names, and documents; never codes."""
    found: set[str] = set()
    for table in db.metadata.sorted_tables:
        columns = [
            one
            for one in table.columns
            if isinstance(one.type, Sealed | sa.JSON)
            or (isinstance(one.type, sa.Text) and TYPED.search(one.name))
        ]
        for row in db.session.execute(sa.select(*columns)) if columns else ():
            for value in row:
                found |= {part.strip() for text in _texts(value) for part in text.splitlines()}
    names = set(db.session.scalars(sa.select(Staff.sign_in_name).where(Staff.sign_in_name.is_not(None))))
    return frozenset({text for text in found if WORD.search(text) and not CODED.fullmatch(text)} | names)


TYPED = re.compile(r"name|title|note|text|reason|place|citation|population|about|words|comment|code\b")
CODED = re.compile(r"[a-z_]+\Z")
"""A word in small letters may be a code, which no page should show."""
