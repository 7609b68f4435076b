"""The only thing a message may hold beside words: `%(name)s`, `%(name)d` and `%%`.

Python's own `%` is never used on translations: `%(n)999999999s` would fill the memory, `100% sure` raise.
"""

import re
from collections.abc import Callable, Mapping

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
    if not all(name in arguments for name in placeholders(text)):
        return None

    def put(match: re.Match[str]) -> str:
        return show(arguments[match["name"]], match["kind"]) if match["name"] else "%"

    return TOKEN.sub(put, text)
