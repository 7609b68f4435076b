"""What is wrong in the catalogs, by file and line, and how much of each domain a language has.

A finding fails `gipt catalogs check`: a template or catalog behind its source, an entry that must not be shown, a
wrong plural rule. What is untranslated or stale is no finding: it falls back, and `coverage` counts it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from gipt.content.catalogs import (
    STATUS_NOTES,
    catalog_path,
    is_adaptation,
    languages_with_catalogs,
    root_folder,
    template_path,
)
from gipt.content.domains import FOLDER, is_keyed, live, templates
from gipt.content.po_files import PoCatalog, read
from gipt.domain.problems import BadDefinition
from gipt.i18n import Language
from gipt.i18n.catalogs import MESSAGES, as_texts
from gipt.i18n.lint import Fault, Plural, faults_of, source_faults
from gipt.i18n.variants import base_of


@dataclass(frozen=True, slots=True)
class Finding:
    """Say what is wrong in one catalog: `fault` is a code, `msgid` is empty and `line` 0 for the file as a whole."""

    file: str
    fault: str
    msgid: str = ""
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.fault}" + (f": {self.msgid[:72]!r}" if self.msgid else "")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Count one language's messages of one domain: all, usable, refused by the checks, stale.

    Stale: translated, and the English has changed since.
    """

    tag: str
    total: int
    translated: int
    refused: int
    stale: int = 0
    domain: str = MESSAGES

    @property
    def share(self) -> float:
        """Give the usable part, 0 to 1; an empty template is fully translated."""
        return self.translated / self.total if self.total else 1.0

    def __str__(self) -> str:
        stale = f", {self.stale} stale" if self.stale else ""
        if "@" in self.tag:
            own = f"{self.translated} of its own, the rest as in its language"
            return f"{self.tag} {self.domain}: {own}, {self.refused} refused{stale}"
        return (
            f"{self.tag} {self.domain}: {self.translated} of {self.total} ({self.share:.0%}), "
            f"{self.refused} refused{stale}"
        )


def check(root: Path | None = None) -> list[Finding]:
    """Find what is wrong in every domain and language."""
    return survey(root)[0]


def coverage(root: Path | None = None) -> list[Coverage]:
    """Count what is translated, domain by domain; only entries that pass every check count."""
    root = root or root_folder()
    counted = []
    for path in sorted((root / FOLDER).glob("*.pot"), key=lambda one: (one.stem != MESSAGES, one.stem)):
        source = read(path)
        for language in languages_with_catalogs(root, path.stem):
            counted.append(count(root, language, path.stem, source))
    return counted


def survey(root: Path | None = None) -> tuple[list[Finding], list[Coverage]]:
    """Find what is wrong and count what is there, reading each catalog once."""
    root = root or root_folder()
    sources = templates(root)
    findings: list[Finding] = []
    counted: list[Coverage] = []
    for domain, source in sources.items():
        findings += source_findings(source)
        findings += template_findings(root, domain, source)
        for language in languages_with_catalogs(root, domain):
            found, coverage = language_findings(root, language, domain, source)
            findings += found
            counted.append(coverage)
    for path in sorted((root / FOLDER).glob("*.pot")):
        if path.stem not in sources:
            findings.append(Finding(shown(root, path), "not_in_source"))
    return findings, counted


def template_findings(root: Path, domain: str, source: Catalog) -> list[Finding]:
    """Compare a template with its source."""
    path = template_path(root, domain)
    there = keys(read(path)) if path.is_file() else {}
    return key_findings(shown(root, path), keys(source), there)


def language_findings(
    root: Path, language: Language, domain: str, source: Catalog
) -> tuple[list[Finding], Coverage]:
    """Find what is wrong in one language's catalog, and count it."""
    path = catalog_path(root, language.tag, domain)
    file, total = shown(root, path), len(keys(source))
    nothing = Coverage(language.tag, total, 0, 0, 0, domain)
    if not path.is_file():
        return [Finding(file, "missing")], nothing
    try:
        catalog = read(path, language, strict=False)
        plural = Plural(f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr}")
    except (BadDefinition, ValueError):
        return [Finding(file, "unreadable")], nothing
    findings = [Finding(file, what, line=line) for line, what in catalog.wrong]
    there = keys(catalog)
    wanted = keys(source)
    if is_adaptation(language):
        wanted = {key: line for key, line in wanted.items() if key in there}
    findings += key_findings(file, wanted, there)
    if not plural.same_as(Plural(language.plural)):
        findings.append(Finding(file, "plural_rule"))
    if STATUS_NOTES.get(language.status, "") not in catalog.header_comment:
        findings.append(Finding(file, "status_note"))
    findings += entry_findings(file, catalog, plural, keyed=is_keyed(domain))
    return findings, counted_in(catalog, nothing, plural)


def count(root: Path, language: Language, domain: str, source: Catalog) -> Coverage:
    """Count one language's catalog against its template."""
    path = catalog_path(root, language.tag, domain)
    nothing = Coverage(language.tag, len(keys(source)), 0, 0, 0, domain)
    if not path.is_file():
        return nothing
    return counted_in(read(path, language), nothing, Plural(language.plural))


def counted_in(catalog: PoCatalog, nothing: Coverage, plural: Plural) -> Coverage:
    """Count the entries of a catalog, variants for a gender with the message they belong to."""
    tried = [one for one in translated_in(catalog) if base_of(one.context) == one.context]
    stale = sum(is_stale(one) for one in tried)
    good = sum(not faults(message, plural) for message in tried)
    return Coverage(nothing.tag, nothing.total, good, len(tried) - good - stale, stale, nothing.domain)


def translated_in(catalog: Catalog) -> Iterator[Message]:
    """Yield the entries that hold any translation."""
    return (message for message in live(catalog) if any(as_texts(message.string)))


def is_stale(message: Message) -> bool:
    """Say whether the English of an entry changed after it was translated."""
    return bool(message.fuzzy and message.previous_id)


def entry_findings(file: str, catalog: Catalog, plural: Plural, *, keyed: bool = False) -> Iterator[Finding]:
    """Yield what the checks say about entries that are translated at all."""
    for message in translated_in(catalog):
        if keyed and is_stale(message):
            continue
        for fault in faults(message, plural):
            yield Finding(file, fault, as_texts(message.id)[0], message.lineno or 0)


def source_findings(source: Catalog) -> Iterator[Finding]:
    """Yield what is wrong with the English texts themselves."""
    for message in live(source):
        for fault in source_faults(as_texts(message.id)):
            where, line = message.locations[0] if message.locations else (MESSAGES, 0)
            yield Finding(where, f"source_{fault}", as_texts(message.id)[0], line or 0)


def key_findings(
    file: str, wanted: dict[tuple[str, ...], int], there: dict[tuple[str, ...], int]
) -> list[Finding]:
    """Compare the messages of a file with those of the source."""
    return [
        *(Finding(file, "not_in_file", key[1]) for key in sorted(wanted.keys() - there.keys())),
        *(Finding(file, "not_in_source", key[1], there[key]) for key in sorted(there.keys() - wanted.keys())),
    ]


def faults(message: Message, plural: Plural) -> list[Fault]:
    """Check one entry."""
    return faults_of(as_texts(message.id), as_texts(message.string), plural, fuzzy=message.fuzzy)


def keys(catalog: Catalog) -> dict[tuple[str, ...], int]:
    """Give (context, singular, plural) of every message and its line; variants count as their message."""
    return {
        (base_of(message.context) or "", *as_texts(message.id)): message.lineno or 0
        for message in live(catalog)
    }


def shown(root: Path, path: Path) -> str:
    """Name a file from the root."""
    return path.relative_to(root).as_posix()
