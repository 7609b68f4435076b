"""The languages gipt knows, from `translations/languages.toml`, and how a tag becomes a chain of catalogs.

Tags are written as gettext writes them: `sw`, `sw_KE`, `sw_KE@kibera` (an adaptation). No name reaches the
file system or Babel that did not pass `Registry.find` (CVE-2021-42771 was a locale name with `../`).
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

from gipt.domain.problems import BadDefinition, Unknown

LANGUAGES_FILE = "languages.toml"
SOURCE = "en"
TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:_(?P<script>[A-Z][a-z]{3}))?(?:_(?P<country>[A-Z]{2}))?"
    r"(?:@(?P<modifier>[a-z0-9]{1,20}(?:-[a-z0-9]{1,20}){0,3}))?",
    re.ASCII,
)
DIGITS = frozenset({"latn", "arab", "arabext", "deva", "beng", "mymr"})
SCRIPTS = frozenset({"Latn", "Ethi", "Deva", "Beng", "Mymr", "Arab", "Aran"})
"""Scripts by their ISO 15924 codes; `Aran` is Arabic letters in the Nastaliq style."""
# A header longer than this names no language of ours; the check keeps hostile input out of the patterns.
MAX_HEADER = 1_000
MAX_WISHES = 20
MAX_KNOWN = 500


@dataclass(frozen=True, slots=True)
class Language:
    """Say how one language is named, written, counted and formatted.

    `chain` lists the catalogs to ask, the most special first, without the source language's own English;
    `formatting_locale` is a name Babel knows; `plural` is a gettext `Plural-Forms` value. `shipped` languages are
    offered to everybody; one that is `begun` is only chosen by hand, and every page in it says that it is not whole.
    """

    tag: str
    name: str
    english_name: str
    direction: str
    formatting_locale: str
    chain: tuple[str, ...]
    plural: str = "nplurals=2; plural=(n != 1)"
    digits: str = "latn"
    script: str = "Latn"
    shipped: bool = False
    status: str = "draft"
    begun: bool = False

    @property
    def is_offered(self) -> bool:
        """Say whether a person may choose it: shipped, or begun and marked so on every page."""
        return self.shipped or self.begun

    @property
    def html_tag(self) -> str:
        """Give the tag for the `lang` attribute (BCP 47): `sw_KE@kibera` is `sw-KE-x-kibera`.

        Parts of private tags have at most 8 characters there: `en@adolescent` is `en-x-adolesce`.
        """
        plain, _, modifier = self.tag.partition("@")
        private = [part[:8] for part in modifier.split("-") if part]
        return "-".join([plain.replace("_", "-"), *(["x", *private] if private else [])])

    @property
    def is_rtl(self) -> bool:
        """Say whether the language is written from right to left."""
        return self.direction == "rtl"


# Made-up languages that show, in tests and to designers, what is not marked, too narrow or not mirrored.
PSEUDO = {
    "qps": Language("qps", "⟦Ƥšéûðö⟧", "Pseudo", "ltr", "en_GB", ("qps",), status="pseudo"),
    "qps-rtl": Language("qps-rtl", "⟦Ƥšéûðö ←⟧", "Pseudo RTL", "rtl", "en_GB", ("qps-rtl",), status="pseudo"),
}


@dataclass(frozen=True, slots=True)
class Registry:
    """Hold the listed languages by tag; `known` remembers tags that were found."""

    listed: Mapping[str, Language]
    known: dict[str, Language] = field(default_factory=lambda: dict(PSEUDO), compare=False, repr=False)

    def find(self, tag: object) -> Language | None:
        """Give the language of a tag, or None; countries and adaptations of listed languages count too."""
        if not isinstance(tag, str) or len(tag) > MAX_HEADER:
            return None
        found = self.known.get(tag) or self._derived(tag)
        if found is not None and len(self.known) < MAX_KNOWN:
            self.known[tag] = found
        return found

    def _derived(self, tag: str) -> Language | None:
        tag = normal_tag(tag)
        match = TAG.fullmatch(tag)
        if match is None:
            return None
        chain = tag_chain(match)
        base = next((self.listed[name] for name in chain if name in self.listed), None)
        if base is None or tag == base.tag:
            return base
        special = chain[: chain.index(base.tag)]
        formatting = next(
            (name for name in special if "@" not in name and babel_knows(name)), base.formatting_locale
        )
        # Words of an adaptation are a draft, those within English too.
        status = "draft" if match["modifier"] else base.status
        return replace(
            base,
            tag=tag,
            chain=chain,
            formatting_locale=formatting,
            shipped=False,
            begun=False,
            status=status,
        )

    def get(self, tag: object) -> Language:
        """Give the language of a tag; raise Unknown (kind `language`) for any other text."""
        found = self.find(tag)
        if found is None:
            raise Unknown(kind="language", name=str(tag)[:40], known=sorted(self.listed))
        return found


def normal_tag(tag: str) -> str:
    """Write a tag of any habit (`SW-ke`, `sw-KE-x-kibera`) the gettext way; leave nonsense as it is."""
    if not re.fullmatch(r"[A-Za-z0-9_@-]{2,60}", tag, re.ASCII):
        return tag
    plain, _, modifier = tag.replace("-x-", "@", 1).partition("@")
    first, *rest = plain.replace("-", "_").split("_")
    parts = [first.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)]
    return "_".join(parts) + (f"@{modifier.lower()}" if modifier else "")


def tag_chain(match: re.Match[str]) -> tuple[str, ...]:
    """Give the catalogs for a parsed tag: adaptation, language and country, language (decision 15)."""
    language, script, country = match["language"], match["script"], match["country"]
    whole = match[0].partition("@")[0]
    names = [
        match[0],
        whole,
        f"{language}_{country}" if country else "",
        f"{language}_{script}" if script else "",
    ]
    return tuple(dict.fromkeys([*filter(None, names), language]))


def babel_knows(name: str) -> bool:
    """Say whether Babel can format dates and numbers for a checked tag."""
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def is_name(value: Any) -> bool:
    """Say whether a value can be a language's name."""
    return isinstance(value, str) and 0 < len(value.strip()) <= 60


def is_formatting(value: Any) -> bool:
    """Say whether a value names a locale that Babel can format with."""
    return isinstance(value, str) and TAG.fullmatch(value) is not None and babel_knows(value)


FIELDS: Mapping[str, tuple[bool, Callable[[Any], bool]]] = {
    "name": (True, is_name),
    "english_name": (True, is_name),
    "direction": (True, lambda value: value in ("ltr", "rtl")),
    "plural": (True, lambda value: isinstance(value, str) and 0 < len(value) <= 450),
    "formatting": (True, is_formatting),
    "digits": (False, lambda value: value in DIGITS),
    "script": (False, lambda value: value in SCRIPTS),
    "shipped": (False, lambda value: isinstance(value, bool)),
    "status": (False, is_name),
    "begun": (False, lambda value: isinstance(value, bool)),
}
"""Fields of a language's table: needed or not, and what they may hold."""


def load_registry(folders: Sequence[Path]) -> Registry:
    """Read `languages.toml` of each folder, the first one winning; raise BadDefinition for a wrong entry."""
    listed: dict[str, Language] = {}
    for folder in reversed(folders):
        path = folder / LANGUAGES_FILE
        if path.is_file():
            listed.update(read_languages(path))
    if SOURCE not in listed:
        raise BadDefinition(file=LANGUAGES_FILE, key=SOURCE, reason="missing")
    return Registry(listed)


def read_languages(path: Path) -> dict[str, Language]:
    """Read one `languages.toml`."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadDefinition(file=path.name, key="", reason="unreadable") from error
    return {tag: language_from(tag, table) for tag, table in tables.items()}


def language_from(tag: str, table: Any) -> Language:
    """Build one language from its table; raise BadDefinition naming the key that is wrong."""
    match = TAG.fullmatch(tag)
    if match is None or match["modifier"]:
        raise BadDefinition(file=LANGUAGES_FILE, key=tag[:40], reason="tag")
    wrong = wrong_field(table)
    if wrong:
        raise BadDefinition(file=LANGUAGES_FILE, key=f"{tag}.{wrong}", reason="invalid")
    return Language(
        tag=tag,
        name=table["name"],
        english_name=table["english_name"],
        direction=table["direction"],
        formatting_locale=table["formatting"],
        chain=tag_chain(match),
        plural=table["plural"],
        digits=table.get("digits", "latn"),
        script=table.get("script", "Latn"),
        shipped=table.get("shipped", False),
        status=table.get("status", "draft"),
        begun=table.get("begun", False),
    )


def wrong_field(table: Any) -> str | None:
    """Name the first wrong field of a language's table, or None."""
    if not isinstance(table, dict):
        return "table"
    unknown = sorted(set(table) - set(FIELDS))
    wrong = (
        name
        for name, (needed, good) in FIELDS.items()
        if not (good(table[name]) if name in table else not needed)
    )
    return next(wrong, None) or next(iter(unknown), None)


def negotiate(accept_header: str | None, choices: Sequence[str]) -> str:
    """Give the best tag of `choices` for an Accept-Language header; the first choice when nothing fits.

    `fr-CD;q=0.8` fits `fr_CD` before `fr`. Adaptations are chosen by programmes, never by a browser, so a
    choice with a modifier is offered only when nothing else is. A header over 1,000 characters is ignored.
    """
    return best_of(accept_header or "", tuple(choices))


@lru_cache(maxsize=1024)
def best_of(accept_header: str, choices: tuple[str, ...]) -> str:
    """Give the best tag; browsers send the same header with every request."""
    plain = [tag for tag in choices if "@" not in tag] or choices
    offered = {normal_tag(tag).casefold(): tag for tag in plain}
    for wish in wishes(accept_header):
        parts = normal_tag(wish).casefold().split("_")
        for length in range(len(parts), 0, -1):
            found = offered.get("_".join(parts[:length]))
            if found is not None:
                return found
        if wish == "*":
            break
    return next(iter(offered.values()))


def wishes(accept_header: str) -> list[str]:
    """List the languages of an Accept-Language header, the most wanted first, without those of weight 0."""
    if len(accept_header) > MAX_HEADER:
        return []
    weighted = []
    for item in accept_header.split(",")[:MAX_WISHES]:
        name, _, parameters = item.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", parameters, re.ASCII)
        value = float(weight[1]) if weight else 0.0 if parameters else 1.0
        if name and 0 < value <= 1:
            weighted.append((value, name.strip()))
    return [name for _, name in sorted(weighted, key=lambda pair: -pair[0])]
