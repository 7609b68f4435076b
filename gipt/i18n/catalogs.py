"""Translations on the shelf: `.po` files read lazily, cached by modification time, asked along a chain.

There is no compile step. An entry that is fuzzy, empty or fails `lint` is as if it were not there, so the
parent's or the source's text stands; a catalog that cannot be read is an empty one. Both are logged, without
any text.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.pofile import PoFileParser

from gipt.i18n.lint import Plural, faults_of
from gipt.i18n.po_scan import Scanned, scan
from gipt.i18n.pseudo import pseudo
from gipt.i18n.registry import PSEUDO, SOURCE, Language, Registry, load_registry
from gipt.i18n.variants import GENDERS, NEUTRAL, variant_of

logger = logging.getLogger(__name__)

MESSAGES, MEASURES, SAFETY = "messages", "measures", "safety"
GUIDE = "curriculum-"
DOMAIN = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)
FOLDER_VARIABLE = "GIPT_TRANSLATIONS"
RECHECK_SECONDS = 2.0
"""How long a catalog is trusted before its file's time is looked at again."""
MAX_BYTES = 8 * 1024 * 1024

Key = tuple[str | None, str]
"""Context (or None) and msgid (the singular)."""


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """Hold the usable entries of one file: a text, or one text per plural form."""

    plural: Plural
    entries: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Header lines of our own (`X-…`)."""


@dataclass(frozen=True, slots=True)
class Translation:
    """Give a text and the tag of the catalog it came from (`en` for the source itself)."""

    text: str
    tag: str


@dataclass(frozen=True, slots=True)
class _Cached:
    """What was read from one file, and the file's time and size then."""

    stamp: tuple[int, int] | None
    catalog: Catalog | None


@dataclass(frozen=True, slots=True)
class _View:
    """All usable entries of one chain laid over each other; `looked` is when the files were last looked at."""

    looked: float
    catalogs: tuple[tuple[str, Catalog], ...]
    entries: Mapping[Key, tuple[tuple[str, ...], Plural, str]]
    spoken: dict[Hashable, str] = field(default_factory=dict)


class _Parsed(BabelCatalog):
    """Babel's catalog with the checked plural rule: a header cannot ask for a million forms."""

    def __init__(self, plural: Plural) -> None:
        super().__init__()
        self.rule = plural

    @property
    def num_plurals(self) -> int:
        return self.rule.count


class _Parser(PoFileParser):
    """Babel's reader, which remembers wrong entries instead of printing them."""

    def __init__(self, catalog: BabelCatalog) -> None:
        super().__init__(catalog, ignore_obsolete=True)
        self.wrong: set[int] = set()

    def _invalid_pofile(self, line: str, lineno: int, msg: str) -> None:
        self.wrong.add(self.offset + 1)


def read_catalog(path: Path, plural: Plural) -> Catalog:
    """Read one `.po` file; its header's rule counts, else `plural`; raise ValueError when unreadable.

    Catalogs are UTF-8, whatever their header says.
    """
    if path.stat().st_size > MAX_BYTES:
        raise ValueError("catalog too large")
    text = path.read_text("utf-8-sig")
    plural = header_plural(text) or plural
    quick = scan(text, plural.count)
    found, refused = ([*quick], 0) if quick else careful(text, plural)
    entries: dict[Key, tuple[str, ...]] = {}
    for one in found:
        if not any(one.texts):
            continue
        if faults_of(one.source, one.texts, plural, fuzzy=one.fuzzy):
            refused += 1
            continue
        entries[one.context, one.source[0]] = one.texts
    if refused:
        logger.warning("catalog %s: %d entries left out, run the catalog check", shown(path), refused)
    return Catalog(plural, MappingProxyType(entries), own_headers(text))


def careful(text: str, plural: Plural) -> tuple[list[Scanned], int]:
    """Read any catalog with Babel: its entries, and how many were broken. Raises ValueError when there are none."""
    parsed = _Parsed(plural)
    parser = _Parser(parsed)
    parser.parse(text.splitlines())
    if parser.counter == 0:
        raise ValueError("no entries")
    found = [
        Scanned(one.context, as_texts(one.id), as_texts(one.string), one.fuzzy, "")
        for one in parsed
        if as_texts(one.id)[0] and one.lineno not in parser.wrong
    ]
    return found, len(parser.wrong)


def own_headers(text: str) -> dict[str, str]:
    """Give the header lines of our own of a catalog: `X-Source-phq9: Example 2020`."""
    lines = re.findall(
        r'^"(X-[A-Za-z0-9-]{1,60}): ?(.{1,1000}?)(?:\\n)?"\s*$', text.partition("\n\n")[0], re.MULTILINE
    )
    return dict(lines)


def header_plural(text: str) -> Plural | None:
    """Give the plural rule of a catalog's own header, None when it has none that can be used."""
    lines = re.findall(r'^"(.*)"\s*$', text.partition("\n\n")[0], re.MULTILINE)
    named = re.search(r"Plural-Forms:([^\\]{1,500})", "".join(lines))
    if named is None:
        return None
    try:
        return Plural(named[1])
    except ValueError:
        return None


def as_texts(value: object) -> tuple[str, ...]:
    """Give a message's text or texts as a tuple."""
    if isinstance(value, (tuple, list)):
        return tuple(text or "" for text in value)
    return (str(value or ""),)


def shown(path: Path) -> str:
    """Name a catalog for the log by its last parts only."""
    return "/".join(path.parts[-3:])


class Shelf:
    """Hold the folders of catalogs, the first one winning, and what was read from them."""

    def __init__(self, folders: Sequence[Path], recheck: float = RECHECK_SECONDS) -> None:
        self.folders = tuple(folders)
        self.recheck = recheck
        self._cache: dict[Path, _Cached] = {}
        self._views: dict[tuple[str, str], _View] = {}
        self._lock = threading.RLock()

    @cached_property
    def registry(self) -> Registry:
        """Give the languages listed in the folders."""
        return load_registry(self.folders)

    def find(
        self,
        language: Language,
        domain: str,
        source: Sequence[str],
        *,
        context: str | None = None,
        number: float = 1,
        gender: str = NEUTRAL,
    ) -> Translation:
        """Give the best text for a message: along the chain and the folders, else the source's own.

        `gender` (f, m) asks for that variant; where a language has none, the neutral form stands.
        """
        if language.tag in PSEUDO:
            return Translation(pseudo(source_form(source, number)), language.tag)
        entries = self._view(language, domain).entries
        entry = entries.get((context, source[0]))
        if gender in GENDERS:
            special = entries.get((variant_of(context, gender), source[0]))
            # Words of an adaptation stand before a variant that only its language has.
            if special and (entry is None or not is_nearer(language, entry[2], special[2])):
                entry = special
        if entry is None:
            return Translation(source_form(source, number), SOURCE)
        texts, plural, tag = entry
        return Translation(texts[plural.index(number)] if len(texts) > 1 else texts[0], tag)

    def header(self, language: Language, domain: str, name: str) -> str:
        """Give a header line of our own from the nearest catalog of the chain that has it, else nothing."""
        found = (catalog.headers.get(name) for _tag, catalog in self._view(language, domain).catalogs)
        return next(filter(None, found), "")

    def spoken(self, language: Language, domain: str = MESSAGES) -> dict[Hashable, str]:
        """Give the finished texts remembered for a language; empty again when a catalog has changed."""
        return self._view(language, domain).spoken

    def _view(self, language: Language, domain: str) -> _View:
        """Give the chain's entries, laid anew when a file has changed."""
        key, now = (language.tag, domain), time.monotonic()
        view = self._views.get(key)
        if view and now - view.looked < self.recheck:
            return view
        with self._lock:
            places = [(tag, folder) for tag in language.chain for folder in self.folders]
            read = ((tag, self.catalog(folder, tag, domain)) for tag, folder in places)
            catalogs = tuple((tag, catalog) for tag, catalog in read if catalog)
            same = view is not None and catalogs == view.catalogs
            if view and same:
                view = _View(now, catalogs, view.entries, view.spoken)
            else:
                view = _View(now, catalogs, laid_over(catalogs))
            self._views[key] = view
        return view

    def catalog(self, folder: Path, tag: str, domain: str) -> Catalog | None:
        """Give a catalog, read again when its file has changed; None when there is none or it is broken."""
        if not DOMAIN.fullmatch(domain):
            raise ValueError("catalog domain")
        path = folder / tag / "LC_MESSAGES" / f"{domain}.po"
        stamp, cached = stamp_of(path), self._cache.get(path)
        if cached is None or cached.stamp != stamp:
            cached = _Cached(stamp, self._read(path, tag) if stamp else None)
            self._cache[path] = cached
        return cached.catalog

    def _read(self, path: Path, tag: str) -> Catalog | None:
        try:
            return read_catalog(path, Plural(self.registry.get(tag).plural))
        except Exception as error:  # a broken catalog must never break a page (decision 17)
            logger.error("catalog %s cannot be read: %s", shown(path), type(error).__name__)
            return None


def guide_domain(key: str) -> str:
    """Name the domain of a guide's text, from its key or its curriculum's id."""
    return GUIDE + key.partition("/")[0]


def is_guide(domain: str) -> bool:
    """Say whether a domain holds the texts of a guide."""
    return domain.startswith(GUIDE)


def owner_of(domain: str) -> str:
    """Name the curriculum whose texts a domain holds."""
    return domain.removeprefix(GUIDE)


def is_nearer(language: Language, one: str, other: str) -> bool:
    """Say whether one tag stands before another in a language's chain."""
    return language.chain.index(one) < language.chain.index(other)


def laid_over(catalogs: Sequence[tuple[str, Catalog]]) -> dict[Key, tuple[tuple[str, ...], Plural, str]]:
    """Lay the entries of catalogs over each other, the first catalog on top."""
    laid: dict[Key, tuple[tuple[str, ...], Plural, str]] = {}
    for tag, catalog in reversed(catalogs):
        laid.update({key: (texts, catalog.plural, tag) for key, texts in catalog.entries.items()})
    return laid


def source_form(source: Sequence[str], number: float) -> str:
    """Give the English form for a number."""
    return source[0] if len(source) == 1 or number == 1 else source[1]


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Give a file's time and size, None when it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def catalog_folders(own: Path | None = None) -> list[Path]:
    """List the folders to look in: the programme's own, then the one that came with gipt.

    `own` comes from the settings; without it the variable `GIPT_TRANSLATIONS` counts.
    """
    named = own or (Path(value) if (value := os.environ.get(FOLDER_VARIABLE)) else None)
    package = Path(__file__).resolve().parent.parent
    places = [
        package.parent / "translations",
        package / "translations",
        package.parent / "gipt_data" / "translations",
    ]
    shipped = next((place for place in places if (place / "languages.toml").is_file()), places[0])
    return [folder for folder in (named, shipped) if folder is not None]


_shelf: Shelf | None = None


def shelf() -> Shelf:
    """Give the shelf this process reads from."""
    global _shelf
    if _shelf is None:
        _shelf = Shelf(catalog_folders())
    return _shelf


def use_shelf(new: Shelf) -> Shelf | None:
    """Read from another shelf from now on; give the one used until now."""
    global _shelf
    old, _shelf = _shelf, new
    return old
