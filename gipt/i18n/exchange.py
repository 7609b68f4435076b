"""A catalog on its way out or back, whatever the kind of file: entries as values.

PO, XLIFF and Excel files are written from a `CatalogFile` and read back as one (`gipt.content.po_exchange`,
`gipt.intake.xliff`, `gipt.intake.catalog_sheet`); what becomes of the entries is decided elsewhere.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FileKind(StrEnum):
    """Name a kind of file that translators work with."""

    PO = "po"
    XLIFF = "xliff"
    XLSX = "xlsx"


SUFFIXES = {FileKind.PO: ".po", FileKind.XLIFF: ".xlf", FileKind.XLSX: ".xlsx"}


class State(StrEnum):
    """Say how far an entry is.

    STALE: made for another English. DRAFT: not finished, or marked as uncertain. TRANSLATED: stands, nobody reviewed
    it. REVIEWED: edited in the app and reviewed by a second person.
    """

    MISSING = "missing"
    STALE = "stale"
    DRAFT = "draft"
    TRANSLATED = "translated"
    REVIEWED = "reviewed"

    @property
    def is_finished(self) -> bool:
        """Say whether the translator takes the entry as done."""
        return self in (State.TRANSLATED, State.REVIEWED)


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one entry: `key` is the msgctxt (empty where there is none), `source` one English text or two.

    `texts` holds one text per plural form, or nothing where nobody translated it; `previous` the English that a stale
    one was made for; `row` the line or row of the file it was read from.
    """

    key: str
    source: tuple[str, ...]
    texts: tuple[str, ...] = ()
    state: State = State.MISSING
    notes: tuple[str, ...] = ()
    remark: str = ""
    previous: tuple[str, ...] = ()
    row: int = field(default=0, compare=False)

    @property
    def has_plural(self) -> bool:
        """Say whether the English has a second form, for many."""
        return len(self.source) > 1

    @property
    def ident(self) -> str:
        """Give the name of the entry in files that need one: its key, with the English where keys are not enough."""
        return f"{self.key}#{digest_of(self.source[0])}" if self.key else digest_of(self.source[0])


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """Hold one domain in one language as it goes out or came back.

    `plural` is a gettext `Plural-Forms` value; `domain` and `tag` are empty where a file that came back names none;
    `headers` are header lines of our own (`X-…`).
    """

    domain: str
    tag: str
    plural: str
    entries: tuple[Entry, ...]
    headers: Mapping[str, str] = field(default_factory=dict)


def digest_of(text: str) -> str:
    """Give 12 signs that stand for a text, to tell entries apart that have no key."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def same_text(one: str, other: str) -> bool:
    """Say whether two English texts are the same for a reader; spreadsheets change blanks and line ends."""
    return " ".join(one.split()) == " ".join(other.split())


def trimmed(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Give texts, or nothing at all when every one of them is blank."""
    return texts if any(text.strip() for text in texts) else ()
