"""The entries of a domain in a language as translators work on them: the English, the words, how far they are.

`catalogs` and `catalog_checks` work on a checkout; this reads what a running installation has: its own folders of
catalogs and curricula before the shipped ones. Everything is remembered until a file changes.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog

from gipt.content import domains
from gipt.content.adaptations import all_adaptations
from gipt.content.curricula import curricula_folders, curriculum_ids
from gipt.content.po_files import read
from gipt.domain.adaptations import Adaptation
from gipt.domain.problems import BadDefinition
from gipt.i18n import Language, shelf
from gipt.i18n.catalogs import (
    MEASURES,
    MESSAGES,
    RECHECK_SECONDS,
    SAFETY,
    as_texts,
    guide_domain,
    is_guide,
    owner_of,
    stamp_of,
)
from gipt.i18n.lint import Plural, faults_of
from gipt.i18n.registry import SOURCE
from gipt.i18n.variants import base_of, variants_of

Stamp = tuple[int, int] | None
KEY_LENGTH = 24
MOST_FILES = 400
"""Catalogs remembered: languages times domains."""


class EntryState(StrEnum):
    """Name how far one entry is in one language.

    `inherited`: an adaptation says nothing of its own, and its language does.
    """

    TRANSLATED = "translated"
    INHERITED = "inherited"
    STALE = "stale"
    REFUSED = "refused"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class SourceText:
    """Hold one text to translate: its key, the English (two for a plural), context, note, and where it stands."""

    key: str
    texts: tuple[str, ...]
    context: str | None = None
    note: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one text in one language; `words` are those that stand, from the catalog named by `tag`.

    `made_for` is the English of a stale translation, `fault` the code of `lint` of a refused one.
    """

    source: SourceText
    words: tuple[str, ...] = ()
    tag: str = ""
    state: EntryState = EntryState.MISSING
    made_for: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """One entry of a file as it stands there."""

    source: tuple[str, ...]
    texts: tuple[str, ...]
    made_for: tuple[str, ...]
    fuzzy: bool


def all_domains(own: Path | None = None) -> list[str]:
    """List the domains that people translate: locked ones first, the interface, guides with texts."""
    guides = [guide_domain(one) for one in curriculum_ids(own) if source_texts(guide_domain(one), own)]
    return [SAFETY, MEASURES, MESSAGES, *guides]


def source_texts(domain: str, own: Path | None = None) -> Mapping[str, SourceText]:
    """Give what there is to translate in a domain by key, in reading order; nothing for an unknown domain."""
    if domain in (SAFETY, MEASURES):
        return _locked(domain)
    if domain == MESSAGES:
        path = _template()
        return _interface(path, stamp_of(path)) if path else {}
    if is_guide(domain) and owner_of(domain) in curriculum_ids(own):
        return _guides(own, _stamps(own)).get(owner_of(domain), {})
    return {}


def find_source(domain: str, key: str, own: Path | None = None) -> SourceText | None:
    """Give one text by its key or the key of a variant (`key|f`); None when there is no such text."""
    return source_texts(domain, own).get(base_of(key) or "")


def message_key(context: str | None, texts: Sequence[str]) -> str:
    """Give the key of a text of the interface, whose English is its name: short, and the same everywhere."""
    return hashlib.sha256("\x00".join((context or "", *texts)).encode()).hexdigest()[:KEY_LENGTH]


def key_of(domain: str, context: str | None, texts: Sequence[str]) -> str:
    """Give the key of an entry of a catalog: its context in the keyed domains, made from the English elsewhere."""
    return (context or "") if domains.is_keyed(domain) else message_key(context, texts)


def _template() -> Path | None:
    paths = (folder / f"{MESSAGES}.pot" for folder in shelf().folders)
    return next((path for path in paths if path.is_file()), None)


@lru_cache(maxsize=4)
def _interface(path: Path, _stamp: Stamp) -> Mapping[str, SourceText]:
    return _texts_in(MESSAGES, read(path, strict=False))


@lru_cache(maxsize=2)
def _locked(domain: str) -> Mapping[str, SourceText]:
    return _texts_in(domain, domains.safety() if domain == SAFETY else domains.measures())


def _texts_in(domain: str, template: Catalog) -> Mapping[str, SourceText]:
    found = {}
    for message in domains.live(template):
        texts = as_texts(message.id)
        key = key_of(domain, message.context, texts)
        places = tuple(dict.fromkeys(place for place, _line in message.locations))
        found[key] = SourceText(key, texts, message.context, " ".join(message.auto_comments), places)
    return found


def _stamps(own: Path | None) -> tuple[tuple[str, Stamp], ...]:
    """Give the files of curricula with their times; looked at again after as long as catalogs are trusted."""
    return _looked(own, int(time.monotonic() / RECHECK_SECONDS))


@lru_cache(maxsize=4)
def _looked(own: Path | None, _moment: int) -> tuple[tuple[str, Stamp], ...]:
    paths = (path for folder in curricula_folders(own) for path in sorted(folder.rglob("*.toml")))
    return tuple((str(path), stamp_of(path)) for path in paths)


@lru_cache(maxsize=2)
def _guides(
    own: Path | None, _stamped: tuple[tuple[str, Stamp], ...]
) -> Mapping[str, Mapping[str, SourceText]]:
    """Give the texts of every guide by its owner; a curriculum that cannot be read has none of its own."""
    found: dict[str, dict[str, SourceText]] = {}
    for user in curriculum_ids(own):
        try:
            texts = list(domains.all_that_is_said(user, own))
        except BadDefinition:
            continue
        for one in texts:
            owner = one.key.partition("/")[0]
            found.setdefault(owner, {}).setdefault(
                one.key, SourceText(one.key, (one.text,), one.key, one.note)
            )
    return found


def known_adaptations(own: Path | None = None) -> Sequence[Adaptation]:
    """Give every adaptation that can be read, remembered until a file changes."""
    return _adaptations(own, _stamps(own))


@lru_cache(maxsize=2)
def _adaptations(own: Path | None, _stamped: tuple[tuple[str, Stamp], ...]) -> Sequence[Adaptation]:
    return tuple(all_adaptations(own))


def entries_in(domain: str, language: Language, own: Path | None = None) -> Mapping[str, Entry]:
    """Give every text of a domain in a language by key, variants beside their text where the files have them.

    Edits of the app are not among them.
    """
    return _found(domain, language, own).entries


def states_in(domain: str, language: Language, own: Path | None = None) -> Mapping[EntryState, int]:
    """Count the texts of a domain in a language by how far they are; variants count with the text they belong to."""
    return _found(domain, language, own).states


@dataclass(frozen=True, slots=True)
class _Laid:
    """The entries of a chain and their counts."""

    entries: Mapping[str, Entry]
    states: Mapping[EntryState, int]


def _found(domain: str, language: Language, own: Path | None) -> _Laid:
    sources = source_texts(domain, own)
    files = tuple(
        (tag, path, stamp_of(path))
        for tag in language.chain
        for folder in shelf().folders
        if (path := folder / tag / "LC_MESSAGES" / f"{domain}.po").is_file()
    )
    return _laid(domain, language, _Texts(sources), files)


class _Texts:
    """Carry texts as a key of memory: the same mapping, the same texts."""

    def __init__(self, texts: Mapping[str, SourceText]) -> None:
        self.texts = texts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Texts) and other.texts is self.texts

    def __hash__(self) -> int:
        return id(self.texts)


@lru_cache(maxsize=MOST_FILES)
def _laid(
    domain: str, language: Language, sources: _Texts, files: tuple[tuple[str, Path, Stamp], ...]
) -> _Laid:
    plural = Plural(language.plural)
    read_files = [(tag, _lines(domain, path, stamp)) for tag, path, stamp in files]
    found: dict[str, Entry] = {}
    for key, source in sources.texts.items():
        found[key] = _entry(source, key, language, plural, read_files)
        for variant in variants_of(key):
            if any(variant in lines for _tag, lines in read_files):
                found[variant] = _entry(source, variant, language, plural, read_files)
    return _Laid(found, Counter(found[key].state for key in sources.texts))


def _entry(
    source: SourceText,
    key: str,
    language: Language,
    plural: Plural,
    files: list[tuple[str, Mapping[str, _Line]]],
) -> Entry:
    unused: Entry | None = None
    for tag, lines in files:
        line = lines.get(key)
        if line is None or not any(line.texts):
            continue
        made_for = line.made_for or line.source
        if made_for != source.texts:
            unused = unused or Entry(source, line.texts, tag, EntryState.STALE, made_for)
            continue
        faults = faults_of(source.texts, line.texts, plural, fuzzy=line.fuzzy)
        if faults:
            unused = unused or Entry(source, line.texts, tag, EntryState.REFUSED, fault=faults[0].value)
            continue
        if unused is not None and unused.tag == language.tag:
            return unused
        state = EntryState.TRANSLATED if tag == language.tag else EntryState.INHERITED
        return Entry(source, line.texts, tag, state)
    if unused is not None:
        return unused
    if SOURCE in language.chain:
        return Entry(source, source.texts, SOURCE, EntryState.INHERITED)
    return Entry(source)


@lru_cache(maxsize=MOST_FILES)
def _lines(domain: str, path: Path, _stamp: Stamp) -> Mapping[str, _Line]:
    try:
        catalog = read(path, strict=False)
    except BadDefinition:
        return {}
    return dict(_lines_of(domain, catalog))


def _lines_of(domain: str, catalog: Catalog) -> Iterator[tuple[str, _Line]]:
    for message in domains.live(catalog):
        source = as_texts(message.id)
        before = as_texts(message.previous_id) if message.fuzzy and message.previous_id else ()
        yield (
            key_of(domain, message.context, source),
            _Line(source, as_texts(message.string), before, message.fuzzy),
        )
