"""Finding marked texts: literal arguments in Python, and texts of reports.

Babel's own reader of Python takes every string between the brackets of a call, so that `gettext(NOTES["nothing"])`
would put the key "nothing" into the catalogs. Here only what is itself a literal argument counts. Both functions
follow Babel's interface of extractors and are named in `translations/babel.cfg`.
"""

import ast
import io
import tokenize
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO

Found = tuple[int, str | None, tuple[str | None, ...], list[str]]
"""Line, name of the marking function, arguments (None where one is no literal), comments for translators."""


def python_texts(
    stream: BinaryIO, keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Yield the calls of marking functions that have a literal argument, in the order of the file."""
    content = stream.read()
    notes = comments_in(content, tuple(comment_tags))
    calls = [node for node in ast.walk(ast.parse(content)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        name = called_name(call)
        arguments = tuple(map(literal, call.args))
        if name in keywords and any(arguments):
            line = next(one.lineno for one in call.args if literal(one))
            yield line, name, arguments, notes.get(call.lineno - 1) or notes.get(line - 1) or []


def called_name(call: ast.Call) -> str:
    """Give the last name of what is called: `gettext` and `i18n.gettext` are the same mark."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def literal(value: ast.expr) -> str | None:
    """Give a text that is written out (in one piece or several), None for anything worked out at run time."""
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def comments_in(content: bytes, tags: tuple[str, ...]) -> dict[int, list[str]]:
    """Give the comments for translators by the line they end on; a comment goes on over the lines below it."""
    found: dict[int, list[str]] = {}
    for token in tokenize.tokenize(io.BytesIO(content).readline):
        text, line = token.string[1:].strip(), token.start[0]
        if token.type == tokenize.COMMENT and (line - 1 in found or text.startswith(tags)):
            found[line] = [*found.pop(line - 1, []), text]
    return found


def report_texts(
    stream: BinaryIO, keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Yield the texts for people in a report definition (`exports/*.toml`): what is said of it, and of its rows."""
    content = stream.read().decode()
    lines = content.splitlines()
    found = tomllib.loads(content)
    texts = [found.get(key) for key in ("title", "about")]
    for table in ("framework", "activity"):
        texts += [row.get(key) for row in found.get(table, ()) for key in ("area", "label")]
    for text in dict.fromkeys(text for text in texts if isinstance(text, str) and text):
        yield next((n for n, line in enumerate(lines, 1) if text in line), 1), None, (text,), []
