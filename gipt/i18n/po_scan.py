"""A quick reader for catalogs as tools write them; anything unusual is left to Babel's reader.

Babel reads any catalog, line by line; a language of ours takes a third of a second that way, and pages that look at
all languages at once wait for all of them. Entries as Babel, Poedit, msgfmt and Weblate write them are found here by
one expression. A file with anything else in it, even one line, is not read at all (None), so what counts as broken is
decided in one place only. `tests/test_po_scan.py` compares both readers.
"""

import re
from typing import NamedTuple

STRING = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"(?:\n"[^"\\\n]*(?:\\.[^"\\\n]*)*")*'
ENTRY = re.compile(
    r"(?P<comments>(?:#(?!~)[^\n]*\n)*)"
    rf"(?:msgctxt (?P<context>{STRING})\n)?"
    rf"msgid (?P<msgid>{STRING})\n"
    rf"(?:msgid_plural (?P<plural>{STRING})\n)?"
    rf"(?:msgstr (?P<text>{STRING})\n|(?P<forms>(?:msgstr\[[0-9]\] {STRING}\n)+))"
)
FORM = re.compile(rf"msgstr\[([0-9])\] ({STRING})\n")
BETWEEN = re.compile(r"\n+|(?:#~[^\n]*\n)+")
FUZZY = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)
PREVIOUS = re.compile(r'^#\|\s*(?:msgid\s+)?(".*")$', re.MULTILINE)
LINE = re.compile(r'"([^\n]*)"')
ESCAPED = re.compile(r'\\([\\abfnrtv"])')
MEANT = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Scanned(NamedTuple):
    """One entry of a file: source and texts as tuples, `previous` the English that a stale one was made for.

    `comments` are the lines above it as they stand there.
    """

    context: str | None
    source: tuple[str, ...]
    texts: tuple[str, ...]
    fuzzy: bool
    previous: str
    comments: str = ""


def scan(text: str, forms: int) -> list[Scanned] | None:
    """Give the entries of a catalog without its header; None where the careful reader has to decide.

    `forms` is the number of plural forms that its header asks for.
    """
    if not text.endswith("\n"):
        text += "\n"
    if len(text.splitlines()) != text.count("\n"):
        return None  # signs that some readers take for the end of a line
    found: list[Scanned] = []
    seen: set[tuple[str | None, str]] = set()
    at = 0
    while at < len(text):
        entry = ENTRY.match(text, at)
        if entry is None:
            gap = BETWEEN.match(text, at)
            if gap is None:
                return None
            at = gap.end()
            continue
        at = entry.end()
        one = scanned(entry, forms)
        if one is None or (one.context, one.source[0]) in seen:
            return None
        seen.add((one.context, one.source[0]))
        if one.source[0]:
            found.append(one)
        elif one.context is not None:
            return None
    return found


def scanned(entry: re.Match[str], forms: int) -> Scanned | None:
    """Give one entry; None when its plural forms are not those that were asked for."""
    comments, context, msgid, plural, text, several = entry.groups()
    source: tuple[str, ...]
    texts: tuple[str, ...]
    if plural is None and text is not None:
        source, texts = (plain(msgid),), (plain(text),)
    elif plural is not None and several is not None:
        given = FORM.findall(several)
        if [number for number, _text in given] != [str(number) for number in range(forms)]:
            return None
        source, texts = (plain(msgid), plain(plural)), tuple(plain(one) for _number, one in given)
    else:
        return None
    noted = "#," in comments or "#|" in comments
    return Scanned(
        None if context is None else plain(context),
        source,
        texts,
        noted and FUZZY.search(comments) is not None,
        "".join(map(plain, PREVIOUS.findall(comments))) if noted else "",
        comments,
    )


def plain(written: str) -> str:
    """Give the text of one or more quoted lines."""
    text = "".join(LINE.findall(written)) if "\n" in written else written[1:-1]
    return ESCAPED.sub(lambda sign: MEANT.get(sign[1], sign[1]), text) if "\\" in text else text
