"""A catalog as a PO file for a translator's program, and back: what the app knows is written in, states too.

An entry that is not finished is `fuzzy`; one that was reviewed in the app says so in a comment of its own, because
PO knows only the two. A file that comes back is untrusted: it is read within limits, and nothing of it is believed.
"""

from pathlib import PurePath

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError

from gipt.content.catalog_entries import joined
from gipt.content.catalogs import dress, made_for
from gipt.content.domains import live
from gipt.content.po_files import parsed, started, written
from gipt.domain.problems import BadFile
from gipt.i18n import Language
from gipt.i18n.catalogs import DOMAIN, MAX_BYTES, as_texts
from gipt.i18n.exchange import CatalogFile, Entry, State, trimmed
from gipt.i18n.lint import Plural

MOST_ENTRIES = 20_000
REVIEWED = "State: reviewed in the app."
DOMAIN_HEADER = "X-Domain"


def as_po(file: CatalogFile, language: Language) -> bytes:
    """Give a PO file in UTF-8, in the order of the entries, with the plural rule of the language."""
    catalog = started(language)
    dress(catalog, language, file.domain)
    catalog.own_headers = {**file.headers, DOMAIN_HEADER: file.domain}
    for entry in file.entries:
        message = Message(
            entry.source if entry.has_plural else entry.source[0],
            forms(entry, Plural(language.plural).count) if entry.has_plural else "".join(entry.texts[:1]),
            auto_comments=[*entry.notes, *([REVIEWED] if entry.state is State.REVIEWED else [])],
            user_comments=entry.remark.splitlines(),
            context=entry.key or None,
        )
        if entry.texts and not entry.state.is_finished:
            message.flags.add("fuzzy")
        if entry.previous:
            message.previous_id = list(entry.previous)
        catalog[message.id] = message
    return written(catalog, language).encode()


def forms(entry: Entry, count: int) -> tuple[str, ...]:
    """Give as many texts as the language has plural forms."""
    return (*entry.texts, *[""] * count)[:count]


def from_po(raw: bytes, filename: str = "") -> CatalogFile:
    """Read a PO file that somebody sent; raise BadFile for one that is too big, no PO, or damaged."""
    if len(raw) > MAX_BYTES:
        raise BadFile(reason="too_big", megabytes=MAX_BYTES // 1024 // 1024)
    if not raw.strip():
        raise BadFile(reason="empty")
    try:
        catalog = parsed(raw.decode("utf-8-sig"))
        entries = tuple(_entry(message) for message in live(catalog))
    except (PoFileError, ValueError, IndexError, AttributeError, TypeError, RecursionError) as fault:
        raise BadFile(reason="not_a_po") from fault
    broken = next((line for line, what in catalog.wrong if what == "unreadable"), None)
    if broken is not None:
        raise BadFile(reason="po_line", line=broken)
    if not entries:
        raise BadFile(reason="not_a_po")
    if len(entries) > MOST_ENTRIES:
        raise BadFile(reason="too_many_rows", high=MOST_ENTRIES)
    tag = next((value for name, value in catalog.named.items() if name == "Language"), "")
    domain = catalog.own_headers.get(DOMAIN_HEADER, PurePath(filename).stem)
    return CatalogFile(
        domain if DOMAIN.fullmatch(domain) else "",
        tag.strip(),
        f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr}",
        entries,
        {name: text for name, text in catalog.own_headers.items() if name != DOMAIN_HEADER},
    )


def _entry(message: Message) -> Entry:
    texts = trimmed(as_texts(message.string))
    notes = joined(one for one in message.auto_comments if one != REVIEWED)
    state = State.TRANSLATED
    if not texts:
        state = State.MISSING
    elif message.fuzzy:
        state = State.STALE if message.previous_id else State.DRAFT
    elif REVIEWED in message.auto_comments:
        state = State.REVIEWED
    previous = made_for(message) if state is State.STALE else ()
    return Entry(
        message.context or "", as_texts(message.id), texts, state, notes,
        "".join(joined(message.user_comments)), previous, message.lineno or 0,
    )  # fmt: skip
