"""All entries of one domain in one language as they stand: files and edits of the app together.

Unlike the shelf, which gives only what may be shown, this keeps everything that somebody wrote: unfinished, stale and
refused entries too, each with its state. What stands in the programme's own folder comes before what was shipped; a
text of a parent language is not taken for one of this language.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from babel.messages.catalog import Message

from gipt.content import protocol_skeleton
from gipt.content.catalogs import made_for
from gipt.content.domains import all_that_is_said, live
from gipt.content.po_files import PoCatalog, read
from gipt.content.spoken_guides import source_hash
from gipt.content.wordings import parts
from gipt.domain.measures import all_measures
from gipt.domain.problems import BadDefinition, Conflict, NotFound
from gipt.i18n import Language, shelf
from gipt.i18n.catalogs import DOMAIN, MEASURES, MESSAGES, SAFETY, as_texts, guide_domain, is_guide, owner_of
from gipt.i18n.exchange import CatalogFile, Entry, State, trimmed
from gipt.i18n.variants import variants_of

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


def source_entries(domain: str, own: Path | None = None) -> list[Entry]:
    """Give what there is to translate in a domain, in reading order; raise NotFound for another domain.

    `own` is the programme's folder of curricula.
    """
    found: list[Entry] = []
    if domain == SAFETY:
        found = [Entry(key, (text,)) for key, text in protocol_skeleton.texts()]
    elif domain == MEASURES:
        asked = (part for one in all_measures() if one.text_allowed and not one.number_only for part in parts(one))
        found = [Entry(key, (text,)) for key, text, _ships in asked]
    elif is_guide(domain) and DOMAIN.fullmatch(domain):
        found = _said(domain, own)
    elif domain == MESSAGES:
        found = [_source(message) for message in live(_template(MESSAGES))]
    if not found:
        raise NotFound(kind="text")
    return found


def _said(domain: str, own: Path | None) -> list[Entry]:
    try:
        said = list(all_that_is_said(owner_of(domain), own))
    except BadDefinition as fault:
        raise NotFound(kind="text") from fault
    once = {one.key: one for one in reversed(said) if guide_domain(one.key) == domain}
    return [Entry(one.key, (one.text,), notes=(one.note,) if one.note else ()) for one in reversed(once.values())]


def _source(message: Message) -> Entry:
    return Entry(message.context or "", as_texts(message.id), notes=tuple(message.auto_comments))


def _template(domain: str) -> PoCatalog:
    for folder in shelf().folders:
        path = folder / f"{domain}.pot"
        if path.is_file():
            return read(path)
    raise NotFound(kind="text")


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
            filled = _filled(replace(source, key=context), known, edited.get(context))
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
        remark = "\n".join(known.user_comments) if known else ""
        return replace(
            entry, texts=edit.texts, state=states.get(edit.status, State.TRANSLATED), remark=remark
        )
    texts = trimmed(as_texts(known.string)) if known else ()
    if known is None or not texts:
        return entry
    before = made_for(known)
    remark = "\n".join(known.user_comments)
    if before != entry.source:
        return replace(entry, texts=texts, state=State.STALE, previous=before, remark=remark)
    return replace(
        entry, texts=texts, state=State.DRAFT if known.fuzzy else State.TRANSLATED, remark=remark
    )


def finished_in(file: CatalogFile) -> Iterator[Entry]:
    """Yield the entries that are translated for today's English."""
    return (one for one in file.entries if one.state.is_finished)
