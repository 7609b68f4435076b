"""Catalogs as work: extract the texts, bring every language up to date, check, count what is translated.

The template `translations/messages.pot` is made from Python and Jinja; each language has one `.po` file per
domain, which is the only artefact (decision 16). Functions take the folder that holds `gipt/` and
`translations/`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import PoFileError, read_po, write_po

from gipt.domain.problems import BadDefinition
from gipt.i18n import Language
from gipt.i18n.catalogs import MESSAGES, as_texts
from gipt.i18n.lint import Fault, Plural, faults_of, source_faults
from gipt.i18n.registry import SOURCE, Registry, load_registry

FOLDER = "translations"
MAPPING = "babel.cfg"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "NC_": ((1, "c"), 2),
    "lazy_gettext": None,
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_ngettext": (1, 2),
}
COMMENT_TAGS = ("Translators:",)
# A date that moves with every run would make each update a conflict; the history stands in the repository.
CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WIDTH = 100
# Header lines that say nothing or that change with the tool's version.
NOISE = re.compile(
    rb'"(?:Project-Id-Version|Report-Msgid-Bugs-To|Last-Translator: FULL NAME|Language-Team: .*LL@li|'
    rb'Generated-By)[^\n]*\\n"\n'
)
STATUS_NOTES = {
    "draft": "Status: draft. Written without the review of a native speaker; do not take it as approved.",
    "source": "Status: source. Programme's own words for single terms may stand here.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Say what is wrong in one catalog: `fault` is a code, `msgid` is empty for the file as a whole."""

    file: str
    fault: str
    msgid: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.fault}" + (f": {self.msgid[:72]!r}" if self.msgid else "")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Count one language's messages: all, usable, and those that are there but refused by the checks."""

    tag: str
    total: int
    translated: int
    refused: int

    @property
    def share(self) -> float:
        """Give the usable part, 0 to 1; an empty template is fully translated."""
        return self.translated / self.total if self.total else 1.0


def root_folder() -> Path:
    """Give the folder of the checkout this code runs from; raise BadDefinition in an installed wheel."""
    root = Path(__file__).resolve().parents[2]
    if not (root / FOLDER / MAPPING).is_file():
        raise BadDefinition(file=MAPPING, key=FOLDER, reason="missing")
    return root


def template_path(root: Path) -> Path:
    """Give the path of the template."""
    return root / FOLDER / f"{MESSAGES}.pot"


def catalog_path(root: Path, tag: str, domain: str = MESSAGES) -> Path:
    """Give the path of one language's catalog."""
    return root / FOLDER / tag / "LC_MESSAGES" / f"{domain}.po"


def registry_of(root: Path) -> Registry:
    """Read the languages of a folder."""
    return load_registry([root / FOLDER])


def languages_with_catalogs(root: Path) -> list[Language]:
    """List the languages to keep up to date: shipped ones, and every listed one that has a catalog."""
    listed = registry_of(root).listed.values()
    return [
        one for one in listed if one.tag != SOURCE and (one.shipped or catalog_path(root, one.tag).is_file())
    ]


def messages_in(root: Path) -> Catalog:
    """Extract every marked text of Python files and templates into a fresh template."""
    with (root / FOLDER / MAPPING).open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream, MAPPING)  # type: ignore[no-untyped-call]
    template = Catalog(
        project="gipt", creation_date=CREATED, header_comment=header("Texts of gipt"), fuzzy=False
    )
    found = extract_from_dir(
        root, methods, options, KEYWORDS, COMMENT_TAGS, strip_comment_tags=True, directory_filter=is_program
    )
    for file, line, msgid, comments, context in found:
        template.add(msgid, None, [(Path(file).as_posix(), line)], auto_comments=comments, context=context)
    return template


def is_program(folder: str) -> bool:
    """Tell whether the walk goes into a folder; caches, environments and tests hold no text for people."""
    name = Path(folder).name
    return not name.startswith(".") and name not in {"__pycache__", "tests", "translations", "node_modules"}


def extract(root: Path | None = None) -> bool:
    """Write the template anew; say whether it changed."""
    root = root or root_folder()
    return write(template_path(root), messages_in(root))


def update(root: Path | None = None, tags: Iterable[str] = ()) -> list[str]:
    """Bring the catalogs of `tags` (else of all kept languages) up to date; list those that changed.

    New messages come in empty, never guessed from similar ones; translations of texts that are gone stay at
    the end of the file as obsolete entries.
    """
    root = root or root_folder()
    registry = registry_of(root)
    wanted = [registry.get(tag) for tag in tags] or languages_with_catalogs(root)
    template = read(template_path(root))
    return [language.tag for language in wanted if update_one(root, language, template)]


def update_one(root: Path, language: Language, template: Catalog) -> bool:
    """Bring one language's catalog up to date, or begin it; say whether the file changed."""
    path = catalog_path(root, language.tag)
    catalog = read(path, language) if path.is_file() else started(language)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.header_comment = header(
        f"{language.english_name} ({language.tag}) texts of gipt", STATUS_NOTES.get(language.status, "")
    )
    catalog.fuzzy = False
    catalog.mime_headers = [("Plural-Forms", language.plural)]
    return write(path, catalog, language)


def started(language: Language) -> Catalog:
    """Give an empty catalog for a language, known to the locale data or not."""
    return Catalog(
        project="gipt", creation_date=CREATED, revision_date=CREATED, locale=language.tag, fuzzy=False
    )


def header(title: str, note: str = "") -> str:
    """Give the comment at the top of a file."""
    return "\n".join(f"# {line}" for line in (f"{title}.", note, "Licence: Apache-2.0.") if line)


def read(path: Path, language: Language | None = None) -> Catalog:
    """Read a catalog or template; raise BadDefinition when it is not there or malformed."""
    try:
        with path.open("rb") as stream:
            catalog = read_po(stream, locale=language.tag if language else None, abort_invalid=True)
    except (OSError, PoFileError, UnicodeDecodeError, ValueError) as error:
        raise BadDefinition(file=path.name, key=path.parent.parent.name, reason="unreadable") from error
    return catalog


def write(path: Path, catalog: Catalog, language: Language | None = None) -> bool:
    """Write a catalog where it differs from what is there; say whether it did."""
    stream = BytesIO()
    write_po(stream, catalog, width=WIDTH, sort_by_file=True, include_lineno=False)
    content = NOISE.sub(b"", stream.getvalue())
    if language is not None and b'"Plural-Forms:' not in content:
        # Babel leaves the rule out for languages it does not know; without one a catalog has no plurals.
        line = f'"Plural-Forms: {language.plural};\\n"\n'.encode()
        content = content.replace(b'"MIME-Version:', line + b'"MIME-Version:', 1)
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def check(root: Path | None = None) -> list[Finding]:
    """Find what is wrong: template or catalogs behind the source, entries that fail the checks, plural rules.

    Untranslated messages are no finding: they fall back, and `coverage` counts them.
    """
    root = root or root_folder()
    source = messages_in(root)
    findings = list(source_findings(source))
    template = template_path(root)
    findings += key_findings(
        shown(root, template), keys(source), keys(read(template)) if template.is_file() else set()
    )
    for language in languages_with_catalogs(root):
        findings += language_findings(root, language, source)
    return findings


def language_findings(root: Path, language: Language, source: Catalog) -> list[Finding]:
    """Find what is wrong in one language's catalog."""
    path = catalog_path(root, language.tag)
    file = shown(root, path)
    if not path.is_file():
        return [Finding(file, "missing")]
    try:
        catalog = read(path, language)
        plural = Plural(f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr}")
    except (BadDefinition, ValueError):
        return [Finding(file, "unreadable")]
    findings = key_findings(file, keys(source), keys(catalog))
    if not plural.same_as(Plural(language.plural)):
        findings.append(Finding(file, "plural_rule"))
    if STATUS_NOTES.get(language.status, "") not in catalog.header_comment:
        findings.append(Finding(file, "status_note"))
    return findings + list(entry_findings(file, catalog, plural))


def entry_findings(file: str, catalog: Catalog, plural: Plural) -> Iterator[Finding]:
    """Yield what the checks say about entries that are translated at all."""
    for message in live(catalog):
        if any(as_texts(message.string)):
            for fault in faults(message, plural):
                yield Finding(file, fault, as_texts(message.id)[0])


def source_findings(source: Catalog) -> Iterator[Finding]:
    """Yield what is wrong with the English texts themselves."""
    for message in live(source):
        for fault in source_faults(as_texts(message.id)):
            where = message.locations[0][0] if message.locations else MESSAGES
            yield Finding(where, f"source_{fault}", as_texts(message.id)[0])


def key_findings(file: str, wanted: set[tuple[str, ...]], there: set[tuple[str, ...]]) -> list[Finding]:
    """Compare the messages of a file with those of the source."""
    return [
        *(Finding(file, "not_in_file", key[1]) for key in sorted(wanted - there)),
        *(Finding(file, "not_in_source", key[1]) for key in sorted(there - wanted)),
    ]


def coverage(root: Path | None = None) -> list[Coverage]:
    """Count what is translated, language by language; only entries that pass every check count."""
    root = root or root_folder()
    total = len(keys(read(template_path(root))))
    found = []
    for language in languages_with_catalogs(root):
        path = catalog_path(root, language.tag)
        catalog = read(path, language) if path.is_file() else started(language)
        plural = Plural(language.plural)
        tried = [message for message in live(catalog) if any(as_texts(message.string))]
        good = sum(not faults(message, plural) for message in tried)
        found.append(Coverage(language.tag, total, good, len(tried) - good))
    return found


def faults(message: Message, plural: Plural) -> list[Fault]:
    """Check one entry."""
    return faults_of(as_texts(message.id), as_texts(message.string), plural, fuzzy=message.fuzzy)


def live(catalog: Catalog) -> Iterator[Message]:
    """Yield the entries of a catalog without its header."""
    return (message for message in catalog if message.id)


def keys(catalog: Catalog) -> set[tuple[str, ...]]:
    """Give (context, singular, plural) of every entry."""
    return {(message.context or "", *as_texts(message.id)) for message in live(catalog)}


def shown(root: Path, path: Path) -> str:
    """Name a file from the root."""
    return path.relative_to(root).as_posix()
