"""Files of catalogs as text: read one whole, with what is wrong in it by line, and write one, the same bytes each time.

Babel reads and writes; added here is what it leaves out: `#|` lines (the English sentence that a stale translation was
made for), header lines of our own (`X-…`: where the wording of a measure comes from), twice-used keys, line numbers.
"""

import datetime as dt
import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser, denormalize, normalize, write_po

from gipt.domain.problems import BadDefinition
from gipt.i18n import Language
from gipt.i18n.catalogs import MESSAGES, as_texts

# A date that moves with every run would make each update a conflict; the history stands in the repository.
CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WIDTH = 100
MOST_FORMS = 9
# Header lines that say nothing or that change with the tool's version.
NOISE = re.compile(
    rb'"(?:Project-Id-Version|Report-Msgid-Bugs-To|Last-Translator: FULL NAME|Language-Team: .*LL@li|'
    rb'Generated-By)[^\n]*\\n"\n'
)
PROJECT = '"Project-Id-Version: gipt\\n"\n'
OWN_HEADER = re.compile(r"(X-[A-Za-z0-9-]{1,60}): ?(.*)")
PREVIOUS = re.compile(r'#\|\s*(?:msgid\s+)?(".*")')


class PoCatalog(Catalog):
    """A catalog of Babel's, with our own header lines and what was wrong in the file: (line, what)."""

    def __init__(self, **known: Any) -> None:
        super().__init__(**known)
        self.own_headers: dict[str, str] = {}
        self.named: dict[str, str] = {}
        self.wrong: list[tuple[int, str]] = []

    @property
    def num_plurals(self) -> int:
        """Give the number of plural forms; a header cannot ask for a million."""
        return max(1, min(super().num_plurals, MOST_FORMS))


class _Reader(PoFileParser):
    """Babel's reader, which notes what is wrong instead of printing it or giving up."""

    def __init__(self, catalog: PoCatalog) -> None:
        super().__init__(catalog)
        self.noted = catalog
        self.seen: set[tuple[str | None, str]] = set()
        self.previous: list[str] = []

    def _invalid_pofile(self, line: str, lineno: int, msg: str) -> None:
        self.noted.wrong.append((lineno + 1, "unreadable"))

    def _process_comment(self, line: str) -> None:
        if line.startswith("#|"):
            self._finish_current_message()
            found = PREVIOUS.fullmatch(line)
            self.previous += [found[1]] if found else []
        else:
            super()._process_comment(line)

    def _add_message(self) -> None:
        previous, self.previous = self.previous, []
        context = self.context.denormalize() if self.context else None
        msgid, is_live = self.messages[0].denormalize(), not self.obsolete
        if is_live and (context, msgid) in self.seen:
            self.noted.wrong.append((self.offset + 1, "twice"))
        if is_live:
            self.seen.add((context, msgid))
        if not msgid and self.translations:
            lines = self.translations[0][1].denormalize().splitlines()
            found = map(OWN_HEADER.fullmatch, lines)
            self.noted.own_headers = {match[1]: match[2] for match in found if match}
            named = (one.partition(":") for one in lines)
            self.noted.named = {name: text.strip() for name, mark, text in named if mark}
        super()._add_message()
        message = self.noted.get(msgid, context) if previous and is_live else None
        if message is not None:
            message.previous_id = [denormalize("\n".join(previous))]


def read(path: Path, language: Language | None = None, *, strict: bool = True) -> PoCatalog:
    """Read a catalog or template; raise BadDefinition when it is not there, or (`strict`) malformed anywhere."""
    try:
        catalog = parsed(path.read_text("utf-8-sig"), language)
    except (OSError, PoFileError, UnicodeDecodeError, ValueError, IndexError, AttributeError) as error:
        raise BadDefinition(file=path.name, key=path.parent.parent.name, reason="unreadable") from error
    if strict and any(what == "unreadable" for _line, what in catalog.wrong):
        raise BadDefinition(file=path.name, key=path.parent.parent.name, reason="unreadable")
    return catalog


def parsed(text: str, language: Language | None = None) -> PoCatalog:
    """Read the text of a catalog; raises what Babel's reader raises for text that is none at all."""
    catalog = PoCatalog(locale=language.tag if language else None)
    _Reader(catalog).parse(text.split("\n"))
    return catalog


def write(path: Path, catalog: Catalog, language: Language | None = None) -> bool:
    """Write a catalog where it differs from what is there; say whether it did.

    The interface is sorted by file, everything else stands in the order in which it is read.
    """
    content = written(catalog, language, by_file=path.stem == MESSAGES)
    if path.is_file() and path.read_bytes() == content.encode():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode())
    return True


def written(catalog: Catalog, language: Language | None = None, *, by_file: bool = False) -> str:
    """Give a catalog as the text of its file."""
    stream = BytesIO()
    if language is not None:
        # Translation programs and `msgfmt -c` ask for a name; who saves a file there puts one in.
        name_nobody(catalog)
    write_po(stream, catalog, width=WIDTH, sort_by_file=by_file, include_lineno=False)
    content = NOISE.sub(b"", stream.getvalue()).decode()
    content = content.replace('msgstr ""\n', f'msgstr ""\n{PROJECT}', 1)
    own = getattr(catalog, "own_headers", {})
    more = [f'"{name}: {value}\\n"\n' for name, value in sorted(own.items())]
    if language is not None and '"Plural-Forms:' not in content:
        # Babel leaves the rule out for languages it does not know; without one a catalog has no plurals.
        more.append(f'"Plural-Forms: {language.plural};\\n"\n')
    content = content.replace('"MIME-Version:', "".join(more) + '"MIME-Version:', 1)
    return with_previous(content, catalog)


def name_nobody(catalog: Catalog) -> None:
    """Fill the places for names in the header of a catalog that no translation program has filled."""
    if not catalog.last_translator or catalog.last_translator.startswith("FULL NAME"):
        catalog.last_translator = "nobody yet"
    if not catalog.language_team or "LL@li" in catalog.language_team:
        catalog.language_team = "none"


def with_previous(content: str, catalog: Iterable[Message]) -> str:
    """Put the previous English above each stale entry, which its key finds; Babel would break the lines anywhere."""
    for message in catalog:
        if message.previous_id and message.context and message.fuzzy:
            begin = f"\nmsgctxt {normalize(message.context, width=WIDTH)}\n"
            before = normalize(as_texts(message.previous_id)[0], width=WIDTH).replace("\n", "\n#| ")
            content = content.replace(begin, f"\n#| msgid {before}{begin}", 1)
    return content


def started(language: Language) -> PoCatalog:
    """Give an empty catalog for a language, known to the locale data or not."""
    return PoCatalog(
        project="gipt", creation_date=CREATED, revision_date=CREATED, locale=language.tag, fuzzy=False
    )


def template(title: str, licence: str = "Apache-2.0") -> PoCatalog:
    """Give an empty template."""
    return PoCatalog(
        project="gipt", creation_date=CREATED, header_comment=header(title, licence=licence), fuzzy=False
    )


def header(title: str, note: str = "", licence: str = "Apache-2.0") -> str:
    """Give the comment at the top of a file."""
    return "\n".join(f"# {line}" for line in (f"{title}.", note, f"Licence: {licence}.") if line)
