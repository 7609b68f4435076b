"""Reads for translators: every entry of a domain with what was edited here, edits that wait, their history."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gipt.content.entries import Entry, EntryState, SourceText, entries_in, find_source, states_in
from gipt.content.spoken_guides import source_hash
from gipt.db import db
from gipt.domain.problems import NotFound
from gipt.i18n import Language, find_language
from gipt.i18n.registry import PSEUDO, SOURCE
from gipt.i18n.variants import base_of, variants_of
from gipt.models import Staff, TranslationEdit
from gipt.queries.rows import record
from gipt.queries.translations import COUNTED_EDITS

Edits = dict[tuple[str, str, str], "tuple[EditRow, EditRow | None]"]

SHOWN = ("all", "missing", "stale", "draft", "edited", "own")
"""What a list of entries can be limited to; an adaptation's own words are few among those of its language."""


@dataclass(frozen=True, slots=True)
class EditRow:
    """One edit of the app with who wrote and who reviewed it (names; None for the operator of the machine)."""

    edit_id: str
    domain: str
    tag: str
    key: str
    number: int
    texts: tuple[str, ...]
    source_hash: str
    status: str
    author_id: str | None
    at: datetime
    reviewer_id: str | None
    reviewed_at: datetime | None
    back_translation: str | None
    comment: str | None
    author: str | None
    reviewer: str | None

    @property
    def counts(self) -> bool:
        """Say whether the words stand in previews and are published: finished and not withdrawn."""
        return self.status in COUNTED_EDITS


@dataclass(frozen=True, slots=True)
class Work:
    """One text as a translator sees it: the entry of the files, and the newest edit unless it was withdrawn.

    `standing` is the newest finished edit: an unfinished one does not take its place.
    """

    key: str
    entry: Entry
    edit: EditRow | None = None
    standing: EditRow | None = None

    @property
    def source(self) -> SourceText:
        """Give the text to translate."""
        return self.entry.source

    @property
    def is_current(self) -> bool:
        """Say whether the finished edit was made for today's English."""
        return self.standing is not None and self.standing.source_hash == source_hash(self.source.texts)

    @property
    def words(self) -> tuple[str, ...]:
        """Give the words to show: of the edit, else of the files, stale ones too; empty where there are none."""
        return self.edit.texts if self.edit else self.entry.words

    @property
    def state(self) -> str:
        """Give `translated`, `inherited`, `stale`, `refused` or `missing`: a finished edit stands before the files."""
        if self.standing is not None:
            return "translated" if self.is_current else "stale"
        return self.entry.state.value

    @property
    def is_draft(self) -> bool:
        """Say whether an edit was begun and not finished."""
        return self.edit is not None and self.edit.status == "draft"

    @property
    def waits(self) -> bool:
        """Say whether a finished edit waits for review."""
        return self.edit is not None and self.edit.status == "translated"


@dataclass(frozen=True, slots=True)
class Counts:
    """Count the texts of one domain in one language; `own` are an adaptation's own among the translated."""

    total: int
    translated: int
    stale: int
    missing: int
    own: int
    drafts: int
    waiting: int


def _edits(*wanted: Any) -> list[EditRow]:
    author, reviewer = sa.orm.aliased(Staff), sa.orm.aliased(Staff)
    rows = db.session.execute(
        sa.select(
            TranslationEdit.id,
            TranslationEdit.domain,
            TranslationEdit.tag,
            TranslationEdit.entry_key,
            TranslationEdit.number,
            TranslationEdit.texts,
            TranslationEdit.source_hash,
            TranslationEdit.status,
            TranslationEdit.author_id,
            TranslationEdit.at,
            TranslationEdit.reviewer_id,
            TranslationEdit.reviewed_at,
            TranslationEdit.back_translation,
            TranslationEdit.comment,
            author.name,
            author.sign_in_name,
            reviewer.name,
            reviewer.sign_in_name,
        )
        .outerjoin(author, author.id == TranslationEdit.author_id)
        .outerjoin(reviewer, reviewer.id == TranslationEdit.reviewer_id)
        .where(*wanted)
        .order_by(
            TranslationEdit.domain, TranslationEdit.tag, TranslationEdit.entry_key, TranslationEdit.number
        )
    )
    return [
        record(EditRow, (*row[:5], tuple(row[5]), *row[6:14], row[14] or row[15], row[16] or row[17]))
        for row in rows
    ]


def newest_edits(domain: str | None = None, tag: str | None = None, key: str | None = None) -> Edits:
    """Give for each entry by (domain, tag, key) its newest edit and the one that stands; none for withdrawn ones."""
    limits = (
        (TranslationEdit.domain, domain),
        (TranslationEdit.tag, tag),
        (TranslationEdit.entry_key, key),
    )
    wanted = [column == value for column, value in limits if value is not None]
    found: dict[tuple[str, str, str], tuple[EditRow, EditRow | None]] = {}
    for one in _edits(*wanted):
        name = (one.domain, one.tag, one.key)
        found[name] = (one, one if one.counts else found.get(name, (one, None))[1])
        if one.status == "withdrawn":
            del found[name]
    return found


def edit_history(domain: str, tag: str, key: str) -> list[EditRow]:
    """Give every edit of one entry, the newest first."""
    found = _edits(
        TranslationEdit.domain == domain, TranslationEdit.tag == tag, TranslationEdit.entry_key == key
    )
    return found[::-1]


def get_edit(edit_id: str) -> EditRow:
    """Give one edit, or raise NotFound."""
    found = _edits(TranslationEdit.id == edit_id)
    if not found:
        raise NotFound(kind="translation")
    return found[0]


def waiting_edits() -> list[EditRow]:
    """List the finished edits of all languages that nobody reviewed, the oldest first."""
    waiting = (one for one, _standing in newest_edits().values() if one.status == "translated")
    return sorted(waiting, key=lambda one: (one.at, one.edit_id))


def work_on(
    domain: str,
    language: Language,
    own: Path | None = None,
    edits: Edits | None = None,
) -> dict[str, Work]:
    """Give every text of a domain in a language by key, variants beside their text, edits of the app laid over."""
    entries = entries_in(domain, language, own)
    edits = newest_edits(domain, language.tag) if edits is None else edits
    found = {}
    nothing = (None, None)
    for key, entry in entries.items():
        found[key] = Work(key, entry, *edits.get((domain, language.tag, key), nothing))
        if edits and base_of(key) == key:
            for variant in variants_of(key):
                edited = edits.get((domain, language.tag, variant))
                if edited is not None and variant not in entries:
                    found[variant] = Work(variant, Entry(entry.source), *edited)
    return found


def find_work(domain: str, language: Language, key: str, own: Path | None = None) -> Work:
    """Give one text of a domain in a language; raise NotFound for a key that is not there."""
    source = find_source(domain, key, own)
    if source is None:
        raise NotFound(kind="text")
    known = entries_in(domain, language, own).get(key, Entry(source))
    edits = newest_edits(domain, language.tag, key)
    return Work(key, known, *edits.get((domain, language.tag, key), (None, None)))


def counts_of(domain: str, language: Language, own: Path | None, edits: Edits) -> Counts:
    """Count the texts of a domain in a language with the edits of the app; variants count with their text."""
    states = Counter({state.value: count for state, count in states_in(domain, language, own).items()})
    mine = {name: one for name, one in edits.items() if name[:2] == (domain, language.tag)}
    entries = entries_in(domain, language, own) if mine else {}
    drafts = waiting = 0
    for (_domain, _tag, key), (edit, standing) in mine.items():
        if key in entries and base_of(key) == key:
            work = Work(key, entries[key], edit, standing)
            states[work.entry.state.value] -= 1
            states[work.state] += 1
            drafts, waiting = drafts + work.is_draft, waiting + work.waits
    done, total = states["translated"] + states["inherited"], states.total()
    return Counts(
        total=total,
        translated=done,
        stale=states["stale"],
        missing=total - done - states["stale"],
        own=states["translated"],
        drafts=drafts,
        waiting=waiting,
    )


def beside_file(domain: str, language: Language, own: Path | None = None) -> int:
    """Count the finished edits of the app whose words the catalogs do not have: pages do not show them yet."""
    works = work_on(domain, language, own).values()
    return sum(
        1 for one in works if one.standing and one.is_current and one.standing.texts != one.entry.words
    )


def is_shown(work: Work, shown: str) -> bool:
    """Say whether a text belongs to a list that is limited to one of `SHOWN`."""
    if shown == "missing":
        return work.state in (EntryState.MISSING, EntryState.REFUSED)
    if shown == "stale":
        return work.state == EntryState.STALE
    if shown == "draft":
        return work.is_draft or work.waits
    if shown == "own":
        return work.state == EntryState.TRANSLATED
    return shown == "all" or work.edit is not None


def matches(work: Work, wanted: str) -> bool:
    """Say whether a text, its words or its key hold what is searched for, in any case."""
    wanted = wanted.casefold()
    said = (work.key, *work.source.texts, *work.words)
    return any(wanted in one.casefold() for one in said)


def get_language(tag: str) -> Language:
    """Give a language or adaptation that can be translated into; raise NotFound for any other text."""
    language = find_language(tag)
    if language is None or language.tag != tag or tag == SOURCE or tag in PSEUDO:
        raise NotFound(kind="language")
    return language
