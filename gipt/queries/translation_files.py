"""Files of translators: what goes out, and what would become of each entry of a file that came back.

Nothing is decided by a file's own word: every entry is compared with what stands here now, by its key, and one whose
English is not today's is *stale*: it is reported and not taken.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gipt.content.catalog_entries import EditedText, Key, key_of, standing
from gipt.db import db
from gipt.domain.problems import Invalid, NotFound
from gipt.i18n import Language, find_language
from gipt.i18n.catalogs import MEASURES, MESSAGES, SAFETY, is_guide
from gipt.i18n.exchange import CatalogFile, Entry, FileKind, State, same_text
from gipt.i18n.lint import Fault, Plural, faults_of, longest
from gipt.i18n.registry import PSEUDO, SOURCE
from gipt.i18n.variants import base_of
from gipt.models import TranslationEdit, TranslationFile


class Outcome(StrEnum):
    """Say what becomes of one entry of a file."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NEW = "new"
    REFUSED = "refused"
    STALE = "stale"
    UNKNOWN = "unknown"

    @property
    def is_taken(self) -> bool:
        """Say whether the entry becomes an edit."""
        return self in (Outcome.CHANGED, Outcome.NEW)


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """One entry of a file and what becomes of it: `before` stands now, `english` is today's.

    `reason` is a code of `lint`, or `twice`; `high` the most characters, for texts that are too long.
    """

    entry: Entry
    outcome: Outcome
    before: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    reason: str = ""
    high: int = 0


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What becomes of a file: its entries in its order, those that change nothing only as a number."""

    domain: str
    tag: str
    kind: FileKind
    entries: tuple[PlannedEntry, ...]
    unchanged: int

    def counts(self) -> dict[str, int]:
        """Count the entries by outcome, none left out."""
        found = Counter(one.outcome.value for one in self.entries)
        return {one.value: found[one.value] for one in Outcome} | {"unchanged": self.unchanged}

    def of(self, outcome: Outcome) -> list[PlannedEntry]:
        """List the entries of one outcome."""
        return [one for one in self.entries if one.outcome is outcome]

    @property
    def taken(self) -> list[PlannedEntry]:
        """List the entries that become edits."""
        return [one for one in self.entries if one.outcome.is_taken]

    @property
    def remarks(self) -> list[Entry]:
        """List the entries that carry a remark of the translator."""
        return [one.entry for one in self.entries if one.entry.remark]


@dataclass(frozen=True, slots=True)
class SentFile:
    """One file that came back, as pages show it; `result` holds the counts once it was applied."""

    file_id: str
    domain: str
    tag: str
    kind: FileKind
    state: str
    created_at: datetime
    applied_at: datetime | None
    result: dict[str, Any]


def target_language(tag: str) -> Language:
    """Give a language that can be translated into; raise NotFound for any other text."""
    language = find_language(tag)
    if language is None or language.tag == SOURCE or language.tag in PSEUDO or language.tag != tag:
        raise NotFound(kind="language")
    return language


def is_editable(domain: str) -> bool:
    """Say whether entries of a domain are taken one by one; the wording of a measure is loaded whole."""
    return domain != MEASURES and (domain in (MESSAGES, SAFETY) or is_guide(domain))


def newest_edits(domain: str, tag: str) -> list[EditedText]:
    """Give the newest edit of every entry in one language, unfinished ones too; none for one that was withdrawn."""
    rows = db.session.execute(
        sa.select(
            TranslationEdit.entry_key,
            TranslationEdit.source_hash,
            TranslationEdit.texts,
            TranslationEdit.status,
        )
        .where(TranslationEdit.domain == domain, TranslationEdit.tag == tag)
        .order_by(TranslationEdit.number)
    )
    found = {row.entry_key: row for row in rows}
    return [
        EditedText(row.entry_key, row.source_hash, tuple(row.texts), row.status)
        for row in found.values()
        if row.status != "withdrawn"
    ]


def catalog_now(domain: str, tag: str, own: Path | None) -> CatalogFile:
    """Give a domain in a language as it stands, edits of the app included; raise NotFound."""
    language = target_language(tag)
    return standing(domain, language, newest_edits(domain, language.tag), own)


def plan_file(sent: CatalogFile, kind: FileKind, now: CatalogFile) -> FilePlan:
    """Say what becomes of each entry of a file, beside what stands `now`; writes nothing.

    Raises Invalid (`file`, `other_language` or `other_domain`) for a file that says that it is something else.
    """
    if sent.tag and (named := find_language(sent.tag)) is not None and named.tag != now.tag:
        raise Invalid(field="file", reason="other_language", value=sent.tag[:40], language=now.tag)
    if sent.domain and sent.domain != now.domain:
        raise Invalid(field="file", reason="other_domain", value=sent.domain[:60], domain=now.domain)
    plural = Plural(now.plural)
    there = {key_of(now.domain, one): one for one in now.entries}
    bases = {one.key: one for one in now.entries}
    seen: dict[Key, Entry] = {}
    planned = []
    for entry in sent.entries:
        key = key_of(now.domain, entry)
        known = there.get(key) or _variant_of(entry, bases, now.domain)
        if known is None:
            planned.append(PlannedEntry(entry, Outcome.UNKNOWN))
        elif key in seen:
            if seen[key].texts != entry.texts:
                planned.append(PlannedEntry(entry, Outcome.REFUSED, known.texts, known.source, "twice"))
        else:
            seen[key] = entry
            planned.append(_planned(entry, known, plural, kind))
    different = tuple(one for one in planned if one.outcome is not Outcome.UNCHANGED or one.entry.remark)
    unchanged = sum(one.outcome is Outcome.UNCHANGED for one in planned)
    return FilePlan(now.domain, now.tag, kind, different, unchanged)


def _variant_of(entry: Entry, bases: dict[str, Entry], domain: str) -> Entry | None:
    """Give the empty place of a variant for a gender, which nobody has written yet."""
    base = base_of(entry.key)
    known = bases.get(base or "") if base != entry.key and domain != MESSAGES else None
    return None if known is None else Entry(entry.key, known.source)


def _planned(entry: Entry, known: Entry, plural: Plural, kind: FileKind) -> PlannedEntry:
    if not all(same_text(*pair) for pair in zip(entry.source, known.source, strict=False)) or (
        len(entry.source) != len(known.source)
    ):
        return PlannedEntry(entry, Outcome.STALE, known.texts, known.source)
    is_same = entry.texts == known.texts
    # The status of a sheet is locked: a text changed there is finished. Elsewhere the mark is the translator's.
    is_finished = entry.state.is_finished or (kind is FileKind.XLSX and not is_same)
    if not entry.texts or (is_same and is_finished <= known.state.is_finished):
        return PlannedEntry(entry, Outcome.UNCHANGED, known.texts, known.source)
    if entry.state is State.STALE and not is_finished:
        return PlannedEntry(entry, Outcome.STALE, known.texts, known.source)
    faults = faults_of(known.source, entry.texts, plural)
    if faults:
        high = longest(known.source) if faults[0] is Fault.TOO_LONG else 0
        return PlannedEntry(entry, Outcome.REFUSED, known.texts, known.source, faults[0].value, high)
    finished = Entry(
        entry.key, known.source, entry.texts, State.TRANSLATED if is_finished else State.DRAFT, (),
        entry.remark, (), entry.row,
    )  # fmt: skip
    return PlannedEntry(finished, Outcome.CHANGED if known.texts else Outcome.NEW, known.texts, known.source)


# --- what was sent ------------------------------------------------------------------------------------------------


def pack_entries(entries: Iterable[Entry]) -> list[Any]:
    """Give entries as JSON for a stored file."""
    return [[one.key, one.source, one.texts, one.state.value, one.remark, one.row] for one in entries]


def unpack_entries(packed: Sequence[Any]) -> tuple[Entry, ...]:
    """Give back the entries of a stored file."""
    return tuple(
        Entry(key, tuple(source), tuple(texts), State(state), (), remark, (), row)
        for key, source, texts, state, remark, row in packed
    )


def find_file(file_id: str) -> SentFile:
    """Give one file that came back; raise NotFound."""
    row = db.session.execute(_files().where(TranslationFile.id == file_id)).one_or_none()
    if row is None:
        raise NotFound(kind="translation_file")
    return _sent(row)


def recent_files(domain: str, tag: str, most: int = 10) -> list[SentFile]:
    """List the files of a domain in a language that were not dropped, newest first."""
    statement = (
        _files()
        .where(
            TranslationFile.domain == domain, TranslationFile.tag == tag, TranslationFile.state != "dropped"
        )
        .order_by(TranslationFile.created_at.desc(), TranslationFile.id)
        .limit(most)
    )
    return [_sent(row) for row in db.session.execute(statement)]


def plan_of(file_id: str, own: Path | None) -> FilePlan:
    """Say what becomes of a file that is waiting, beside what stands now; raise NotFound."""
    found = find_file(file_id)
    row = db.session.execute(
        sa.select(TranslationFile.entries, TranslationFile.unchanged).where(TranslationFile.id == file_id)
    ).one()
    sent = CatalogFile(found.domain, found.tag, "", unpack_entries(row.entries))
    plan = plan_file(sent, found.kind, catalog_now(found.domain, found.tag, own))
    return FilePlan(plan.domain, plan.tag, plan.kind, plan.entries, plan.unchanged + row.unchanged)


def remarks_of(file_id: str) -> list[Entry]:
    """List the entries of a stored file that carry a remark."""
    packed = db.session.scalar(sa.select(TranslationFile.entries).where(TranslationFile.id == file_id))
    return [one for one in unpack_entries(packed or ()) if one.remark]


def _files() -> Any:
    return sa.select(
        TranslationFile.id,
        TranslationFile.domain,
        TranslationFile.tag,
        TranslationFile.kind,
        TranslationFile.state,
        TranslationFile.created_at,
        TranslationFile.applied_at,
        TranslationFile.result,
    )


def _sent(row: Any) -> SentFile:
    return SentFile(
        row.id, row.domain, row.tag, FileKind(row.kind), row.state, row.created_at, row.applied_at,
        dict(row.result),
    )  # fmt: skip
