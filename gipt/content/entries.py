"""The entries of a domain in a language as translators work on them: the English, the words, how far they are.

`catalogs` and `catalog_checks` work on a checkout; this reads what a running installation has: its own folders of
catalogs and curricula before the shipped ones. Everything is remembered until a file changes.
"""

import hashlib
import re
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
from gipt.content.curricula import Library, curricula_folders, curriculum_ids
from gipt.content.po_files import read
from gipt.domain.adaptations import Adaptation
from gipt.domain.problems import BadDefinition
from gipt.i18n import Language, languages, shelf
from gipt.i18n.catalogs import (
    MEASURES,
    MESSAGES,
    RECHECK_SECONDS,
    SAFETY,
    as_texts,
    guide_domain,
    header_plural,
    is_guide,
    owner_of,
    stamp_of,
)
from gipt.i18n.lint import Plural, faults_of
from gipt.i18n.po_scan import Scanned, scan
from gipt.i18n.registry import SOURCE
from gipt.i18n.variants import base_of, variants_of

Stamp = tuple[int, int] | None
KEY_LENGTH = 24
EITHER = "nplurals=2; plural=(n != 1)"
NOTE = re.compile(r"^#\. ?(.*)$", re.MULTILINE)
PLACES = re.compile(r"^#: ?(.*)$", re.MULTILINE)
MOST_FILES = 400
"""Catalogs of which the counts are remembered: languages times domains."""
IN_WORK = 16
"""Catalogs of which the texts are remembered, for who works on them; of all others the counts are enough."""
BREATH_SECONDS = 0.01


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
    if is_guide(domain):
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
    found = quick_lines(path, Plural(EITHER))
    if not found:
        return _texts_in(MESSAGES, read(path, strict=False))
    texts = (
        SourceText(
            message_key(one.context, one.source), one.source, one.context,
            " ".join(NOTE.findall(one.comments)),
            tuple(dict.fromkeys(place for line in PLACES.findall(one.comments) for place in line.split())),
        )
        for one in found
    )  # fmt: skip
    return {one.key: one for one in texts}


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
    library = Library(curricula_folders(own))
    for user in curriculum_ids(own):
        try:
            texts = list(domains.all_that_is_said(user, own, library))
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
    return _laid(domain, language, _Texts(source_texts(domain, own)), _files(domain, language))


def states_in(domain: str, language: Language, own: Path | None = None) -> Mapping[EntryState, int]:
    """Count the texts of a domain in a language by how far they are; variants count with the text they belong to."""
    sources, files = source_texts(domain, own), _files(domain, language)
    if not files:
        state = EntryState.INHERITED if SOURCE in language.chain else EntryState.MISSING
        return {state: len(sources)}
    return _states(domain, language, _Texts(sources), files)


def read_ahead(own: Path | None = None) -> None:
    """Count every language once, a catalog at a time, so that nobody waits for all of them.

    What is remembered of a catalog is its counts; others may go on between two catalogs.
    """
    for domain in all_domains(own):
        for language in languages(shipped_only=False):
            states_in(domain, language, own)
            time.sleep(BREATH_SECONDS)


def _files(domain: str, language: Language) -> tuple[tuple[str, Path, Stamp], ...]:
    """Give the catalogs of a chain that are there, each with its tag and stamp."""
    paths = (
        (tag, folder / tag / "LC_MESSAGES" / f"{domain}.po")
        for tag in language.chain
        for folder in shelf().folders
    )
    return tuple((tag, path, stamp) for tag, path in paths if (stamp := stamp_of(path)))


class _Texts:
    """Carry texts as a key of memory: the same mapping, the same texts."""

    def __init__(self, texts: Mapping[str, SourceText]) -> None:
        self.texts = texts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Texts) and other.texts is self.texts

    def __hash__(self) -> int:
        return id(self.texts)


@lru_cache(maxsize=MOST_FILES)
def _states(
    domain: str, language: Language, sources: _Texts, files: tuple[tuple[str, Path, Stamp], ...]
) -> Mapping[EntryState, int]:
    entries = _laid(domain, language, sources, files)
    return Counter(entries[key].state for key in sources.texts)


@lru_cache(maxsize=IN_WORK)
def _laid(
    domain: str, language: Language, sources: _Texts, files: tuple[tuple[str, Path, Stamp], ...]
) -> Mapping[str, Entry]:
    plural = Plural(language.plural)
    read_files = [(tag, _lines(domain, path, stamp)) for tag, path, stamp in files]
    varied = any("|" in key for _tag, lines in read_files for key in lines)
    found: dict[str, Entry] = {}
    for key, source in sources.texts.items():
        found[key] = _entry(source, key, language, plural, read_files)
        for variant in variants_of(key) if varied else ():
            if any(variant in lines for _tag, lines in read_files):
                found[variant] = _entry(source, variant, language, plural, read_files)
    return found


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


@lru_cache(maxsize=IN_WORK)
def _lines(domain: str, path: Path, _stamp: Stamp) -> Mapping[str, _Line]:
    try:
        quick = quick_lines(path)
        found = quick or [*_lines_of(read(path, strict=False))]
    except BadDefinition:
        return {}
    return {
        key_of(domain, one.context, one.source): _Line(
            one.source, one.texts, (one.previous,) if one.fuzzy and one.previous else (), one.fuzzy
        )
        for one in found
    }


def quick_lines(path: Path, known: Plural | None = None) -> list[Scanned] | None:
    """Give the entries of a file that tools wrote; None for any other, and for one that is not there.

    `known` is the plural rule where the header has none, as in a template.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    rule = known or header_plural(text)
    return scan(text, rule.count) if rule else None


def _lines_of(catalog: Catalog) -> Iterator[Scanned]:
    for message in domains.live(catalog):
        previous = as_texts(message.previous_id)[0] if message.previous_id else ""
        yield Scanned(
            message.context, as_texts(message.id), as_texts(message.string), message.fuzzy, previous
        )
