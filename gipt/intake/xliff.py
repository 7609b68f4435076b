"""A catalog as XLIFF 1.2, the way translation programs and Weblate read the one that is made of gettext files.

Each message is a `trans-unit`; one with plural forms is a `group` of them (`restype="x-gettext-plurals"`, as
translate-toolkit writes it), one for each form. The key is `resname` and stands in a `context-group` with the notes;
`state` and `approved` say how far it is; a stale entry carries the English it was made for in `alt-trans`.

A file that comes back was read as plain nodes by the child process (`reader.read_xml`), and nothing of it is believed.
"""

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from gipt.domain.problems import BadFile
from gipt.i18n.exchange import CatalogFile, Entry, State, trimmed
from gipt.i18n.lint import Plural
from gipt.intake.xml_tree import Node

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
PLURALS = "x-gettext-plurals"
MSGCTXT, NOTE, COMMENT = "x-po-msgctxt", "x-po-autocomment", "x-po-trancomment"
OWN = "gipt:"
STATES = {
    State.MISSING: "needs-translation",
    State.STALE: "needs-adaptation",
    State.DRAFT: "needs-translation",
    State.TRANSLATED: "translated",
    State.REVIEWED: "signed-off",
}
UNFINISHED = frozenset({"new", "needs-translation", "needs-adaptation", "needs-l10n"})
MOST_ENTRIES = 20_000


# --- out ----------------------------------------------------------------------------------------------------------


def as_xliff(file: CatalogFile, language: str) -> bytes:
    """Give an XLIFF 1.2 document in UTF-8; `language` is the BCP 47 tag of the target."""
    headers = {f"{OWN}{name}": text for name, text in file.headers.items()}
    notes = {"gipt:domain": file.domain, "gipt:tag": file.tag, "gipt:plural-forms": file.plural, **headers}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xliff version="1.2" xmlns="{NAMESPACE}">',
        f'<file original={quoteattr(f"{file.domain}.po")} source-language="en" '
        f'target-language={quoteattr(language)} datatype="po">',
        "<header>",
        *(f"<note from={quoteattr(name)}>{shown(text)}</note>" for name, text in notes.items()),
        "</header>",
        "<body>",
    ]
    count = Plural(file.plural).count
    for entry in file.entries:
        lines += _unit(entry, count)
    return "\n".join([*lines, "</body>", "</file>", "</xliff>", ""]).encode()


def shown(text: str) -> str:
    """Give a text as XML content; a line end of its own kind survives as a reference."""
    return escape(text, {"\r": "&#13;"})


def _unit(entry: Entry, count: int) -> Iterator[str]:
    name = f" resname={quoteattr(entry.key)}" if entry.key else ""
    ident, about = quoteattr(entry.ident), list(_about(entry))
    if not entry.has_plural:
        previous = entry.previous[0] if entry.previous else ""
        yield from _trans_unit(
            f"id={ident}{name}", entry, entry.source[0], "".join(entry.texts[:1]), previous, about
        )
        return
    yield f'<group restype="{PLURALS}" id={ident}{name}>'
    yield from about
    for number in range(max(count, 2)):
        source, previous = entry.source[min(number, 1)], "".join(entry.previous[min(number, 1) :][:1])
        text = entry.texts[number] if number < len(entry.texts) else ""
        yield from _trans_unit(
            f"id={quoteattr(f'{entry.ident}[{number}]')}", entry, source, text, previous, []
        )
    yield "</group>"


def _trans_unit(
    names: str, entry: Entry, source: str, text: str, previous: str, about: Iterable[str]
) -> Iterator[str]:
    approved = ' approved="yes"' if entry.state is State.REVIEWED else ""
    yield f'<trans-unit {names} xml:space="preserve"{approved}>'
    yield f"<source>{shown(source)}</source>"
    yield f'<target state="{STATES[entry.state]}">{shown(text)}</target>' if text else "<target/>"
    if previous:
        yield f'<alt-trans alttranstype="previous-version"><source>{shown(previous)}</source>'
        yield f"<target>{shown(text)}</target></alt-trans>"
    yield from about
    yield "</trans-unit>"


def _about(entry: Entry) -> Iterator[str]:
    """Give the key, the notes and the remark of an entry."""
    known = [(MSGCTXT, entry.key), *((NOTE, one) for one in entry.notes), (COMMENT, entry.remark)]
    contexts = [f'<context context-type="{kind}">{shown(text)}</context>' for kind, text in known if text]
    if contexts:
        yield f'<context-group name="po-entry" purpose="information">{"".join(contexts)}</context-group>'
    yield from (f'<note from="developer">{shown(one)}</note>' for one in entry.notes)
    if entry.remark:
        yield f'<note from="translator">{shown(entry.remark)}</note>'


# --- back ---------------------------------------------------------------------------------------------------------


def from_xliff(root: Node) -> CatalogFile:
    """Read a document of XLIFF 1.2; raise BadFile (`not_xliff`) for another kind of XML."""
    files = list(root.children_of("file"))
    if root.name != "xliff" or len(files) != 1 or not root.attributes.get("version", "").startswith("1."):
        raise BadFile(reason="not_xliff")
    header = next(files[0].children_of("header"), None)
    said: Mapping[str, str] = {
        one.attributes.get("from", ""): one.whole_text()
        for one in (header.children_of("note") if header else ())
    }
    plural = said.get("gipt:plural-forms", "")
    entries = tuple(_entries(files[0], _count(plural)))
    if not entries:
        raise BadFile(reason="not_xliff")
    if len(entries) > MOST_ENTRIES:
        raise BadFile(reason="too_many_rows", high=MOST_ENTRIES)
    own = {name.removeprefix(OWN): text for name, text in said.items() if name.startswith(f"{OWN}X-")}
    domain = said.get("gipt:domain", files[0].attributes.get("original", "").removesuffix(".po"))
    tag = said.get("gipt:tag", files[0].attributes.get("target-language", ""))
    return CatalogFile(domain, tag, plural, entries, own)


def _count(plural: str) -> int | None:
    try:
        return Plural(plural).count
    except ValueError:
        return None


def _entries(file: Node, count: int | None) -> Iterator[Entry]:
    for node in _units(file):
        units = [node] if node.name == "trans-unit" else list(node.children_of("trans-unit"))
        if units:
            yield _entry(node, units, count)


def _units(node: Node) -> Iterator[Node]:
    """Yield the units and plural groups of a file, in order, also inside other groups."""
    for child in node.children:
        is_plural = child.name == "group" and child.attributes.get("restype") == PLURALS
        if child.name == "trans-unit" or is_plural:
            yield child
        elif child.name in ("body", "group"):
            yield from _units(child)


def _entry(node: Node, units: list[Node], count: int | None) -> Entry:
    sources = tuple(_text(one, "source") for one in units)
    is_plural = node.name == "group"
    source = (sources[0], sources[min(1, len(sources) - 1)]) if is_plural else sources
    forms = units[: count or len(units)] if is_plural else units
    texts = trimmed(tuple(_text(one, "target") for one in forms))
    contexts = [one for group in node.children_of("context-group") for one in group.children_of("context")]

    def said(kind: str) -> list[str]:
        return [one.whole_text() for one in contexts if one.attributes.get("context-type") == kind]

    remarks = said(COMMENT) or [
        one.whole_text() for one in node.children_of("note") if one.attributes.get("from") == "translator"
    ]
    key = next(iter(said(MSGCTXT)), node.attributes.get("resname", ""))
    previous = tuple(dict.fromkeys(_previous(units)))
    state = _state(units, texts, previous)
    return Entry(
        key, source, texts, state, tuple(said(NOTE)), "\n".join(remarks),
        previous if state is State.STALE else (), units[0].line,
    )  # fmt: skip


def _text(unit: Node, name: str) -> str:
    return next((one.whole_text() for one in unit.children_of(name)), "")


def _previous(units: list[Node]) -> Iterator[str]:
    for unit in units:
        for other in unit.children_of("alt-trans"):
            if other.attributes.get("alttranstype") == "previous-version":
                yield _text(other, "source")


def _state(units: list[Node], texts: tuple[str, ...], previous: tuple[str, ...]) -> State:
    if not texts:
        return State.MISSING
    states = {one.attributes.get("state", "") for unit in units for one in unit.children_of("target")}
    if states & UNFINISHED:
        return State.STALE if previous else State.DRAFT
    approved = all(unit.attributes.get("approved") == "yes" for unit in units)
    return State.REVIEWED if approved else State.TRANSLATED
