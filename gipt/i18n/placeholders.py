"""The only thing a message may hold beside words: `%(name)s`, `%(name)d` and `%%`.

Python's own `%` is never used on translations: `%(n)999999999s` would fill the memory, `100% sure` raise.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

NAME = r"[A-Za-z_][A-Za-z0-9_]{0,39}"
TOKEN = re.compile(rf"%(?:%|\((?P<name>{NAME})\)(?P<kind>[sd]))", re.ASCII)


def placeholders(text: str) -> dict[str, str]:
    """Give the kind (`s` or `d`) of each placeholder; a name used with both kinds has kind `sd`."""
    kinds: dict[str, str] = {}
    for match in TOKEN.finditer(text):
        name, kind = match["name"], match["kind"]
        if name:
            kinds[name] = kind if kinds.get(name, kind) == kind else "sd"
    return kinds


def fill(text: str, arguments: Mapping[str, object], show: Callable[[object, str], str]) -> str | None:
    """Put the arguments in; None when one that the text asks for was not given.

    `show(value, kind)` writes one value; everything else, a stray `%` too, stays as it stands.
    """
    if "%" not in text:
        return text
    parts = pieces(str(text))
    if not all(name in arguments for _plain, name, _kind in parts if name):
        return None
    return "".join(plain + show(arguments[name], kind) if name else plain for plain, name, kind in parts)


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[tuple[str, str, str], ...]:
    """Cut a text at its placeholders: what stands before each, its name and kind; without a name at the end."""
    found, done = [], 0
    for match in TOKEN.finditer(text):
        before, done = text[done : match.start()], match.end()
        found.append((before, match["name"], match["kind"]) if match["name"] else (before + "%", "", ""))
    return (*found, (text[done:], "", ""))
