"""All entries of one domain in one language as they stand: files and edits of the app together.

Unlike the shelf, which gives only what may be shown, this keeps everything that somebody wrote: unfinished, stale and
refused entries too, each with its state. What stands in the programme's own folder comes before what was shipped; a
text of a parent language is not taken for one of this language.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from babel.messages.catalog import Message

from gipt.content.catalogs import made_for
from gipt.content.domains import live
from gipt.content.entries import message_key, source_texts
from gipt.content.po_files import read
from gipt.content.spoken_guides import source_hash
from gipt.domain.problems import BadDefinition, Conflict, NotFound
from gipt.i18n import Language, shelf
from gipt.i18n.catalogs import MESSAGES, as_texts
from gipt.i18n.exchange import CatalogFile, Entry, State, trimmed
from gipt.i18n.variants import base_of, variants_of

Key = tuple[str, str]
"""Key (msgctxt) and, for the interface, the English text, which is part of the key there."""


@dataclass(frozen=True, slots=True)
class EditedText:
    """Hold the newest edit of one entry of the app, whatever its state, unless it was withdrawn."""

    key: str
    source_hash: str
    texts: tuple[str, ...]
    status: str


def key_of(domain: str, entry: Entry) -> Key:
    """Give what makes an entry of a domain the same entry in another file."""
    return entry.key, entry.source[0] if domain == MESSAGES else ""


def edit_key(domain: str, entry: Entry) -> str:
    """Give the key under which edits of an entry are kept in the app; a variant's ends like its context."""
    if domain != MESSAGES:
        return entry.key
    base = base_of(entry.key)
    ending = entry.key[len(base or "") :] if base != entry.key else ""
    return message_key(base, entry.source) + ending


def source_entries(domain: str, own: Path | None = None) -> list[Entry]:
    """Give what there is to translate in a domain, in reading order; raise NotFound for another domain.

    `own` is the programme's folder of curricula.
    """
    found = source_texts(domain, own)
    if not found:
        raise NotFound(kind="text")
    return [
        Entry(one.context or "", one.texts, notes=(one.note,) if one.note else ()) for one in found.values()
    ]


def joined(lines: Iterable[str]) -> tuple[str, ...]:
    """Give the lines of a comment as one text: where they break says nothing, files break them anew."""
    text = " ".join(lines)
    return (text,) if text else ()


def standing(
    domain: str, language: Language, edits: Iterable[EditedText] = (), own: Path | None = None
) -> CatalogFile:
    """Give a domain in a language as it stands, in reading order; variants for a gender follow their message."""
    written, headers = _written(domain, language)
    edited = {one.key: one for one in edits}
    entries = []
    for source in source_entries(domain, own):
        for context in (source.key, *variants_of(source.key)):
            known = written.get((context, source.source[0] if domain == MESSAGES else ""))
            edit = edited.get(edit_key(domain, replace(source, key=context)))
            filled = _filled(replace(source, key=context), known, edit)
            if context == source.key or filled.texts:
                entries.append(filled)
    return CatalogFile(domain, language.tag, language.plural, tuple(entries), headers)


def _written(domain: str, language: Language) -> tuple[dict[Key, Message], dict[str, str]]:
    """Give what the files of a language hold, own folder first, and their own header lines."""
    found: dict[Key, Message] = {}
    headers: dict[str, str] = {}
    for folder in reversed(shelf().folders):
        path = folder / language.tag / "LC_MESSAGES" / f"{domain}.po"
        if not path.is_file():
            continue
        try:
            catalog = read(path, language)
        except BadDefinition as fault:
            raise Conflict(reason="catalog_unreadable", name=path.name) from fault
        headers |= catalog.own_headers
        for message in live(catalog):
            if any(as_texts(message.string)):
                name = as_texts(message.id)[0] if domain == MESSAGES else ""
                found[message.context or "", name] = message
    return found, headers


def _filled(entry: Entry, known: Message | None, edit: EditedText | None) -> Entry:
    """Give an entry with what stands for it: the newest edit for today's English, else the file."""
    if edit is not None and edit.source_hash == source_hash(entry.source):
        states = {"draft": State.DRAFT, "language_reviewed": State.REVIEWED}
        remark = "".join(joined(known.user_comments)) if known else ""
        return replace(
            entry, texts=edit.texts, state=states.get(edit.status, State.TRANSLATED), remark=remark
        )
    texts = trimmed(as_texts(known.string)) if known else ()
    if known is None or not texts:
        # Somebody's words for an older sentence are kept before the translator's eyes.
        return replace(entry, texts=edit.texts, state=State.STALE) if edit is not None else entry
    before = made_for(known)
    remark = "".join(joined(known.user_comments))
    if before != entry.source:
        return replace(entry, texts=texts, state=State.STALE, previous=before, remark=remark)
    return replace(entry, texts=texts, state=State.DRAFT if known.fuzzy else State.TRANSLATED, remark=remark)
