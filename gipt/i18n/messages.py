"""The functions that speak: gettext and its relatives, for Python code.

They give plain text in the language in use. Templates have their own (`templates.py`), which give markup.
"""

import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from enum import Enum
from math import isfinite
from typing import Any

from flask_babel.speaklater import LazyString

from gipt.i18n.catalogs import MESSAGES, Translation, shelf
from gipt.i18n.current import current_digits, current_language
from gipt.i18n.formats import local_digits
from gipt.i18n.placeholders import fill

logger = logging.getLogger(__name__)

Show = Callable[[object, str], str]
Marked = tuple[str, str]
"""A context and a message, marked for translation and looked up later."""
MOST_SPOKEN = 20_000
"""Finished texts remembered for a language."""


def find(
    source: Sequence[str], *, domain: str = MESSAGES, context: str | None = None, number: float = 1
) -> Translation:
    """Give a message's text in the language in use and the tag it came from; placeholders are not filled."""
    return shelf().find(current_language(), domain, source, context=context, number=number)


def gettext(message: str, /, **arguments: object) -> str:
    """Give a message in the language in use, with its `%(name)s` filled."""
    return speak((message,), arguments)


def pgettext(context: str, message: str, /, **arguments: object) -> str:
    """Give a message whose word could be two things; `context` says which."""
    return speak((message,), arguments, context=context)


def ngettext(singular: str, plural: str, number: float, /, **arguments: object) -> str:
    """Give the form for a number, which fills `%(n)d` and `%(num)d` too."""
    return speak((singular, plural), counted(number, arguments), number=number)


def npgettext(context: str, singular: str, plural: str, number: float, /, **arguments: object) -> str:
    """Give the form for a number of a message with a context."""
    return speak((singular, plural), counted(number, arguments), context=context, number=number)


def lazy_gettext(message: str, /, **arguments: object) -> Any:
    """Give a message that chooses its language when it is shown (form labels)."""
    return LazyString(gettext, message, **arguments)


def lazy_pgettext(context: str, message: str, /, **arguments: object) -> Any:
    """Give a message with a context that chooses its language when it is shown."""
    return LazyString(pgettext, context, message, **arguments)


def lazy_ngettext(singular: str, plural: str, number: float, /, **arguments: object) -> Any:
    """Give the form for a number that chooses its language when it is shown."""
    return LazyString(ngettext, singular, plural, number, **arguments)


def N_(message: str, /) -> str:
    """Mark a message for translation without translating it."""
    return message


def NC_(context: str, message: str, /) -> Marked:
    """Mark a message with a context for translation without translating it."""
    return context, message


def counted(number: float, arguments: Mapping[str, object]) -> dict[str, object]:
    """Add the number under the names that plural messages use."""
    return {"n": number, "num": number, **arguments}


def speak(
    source: Sequence[str],
    arguments: Mapping[str, object],
    *,
    context: str | None = None,
    number: float = 1,
    show: Show | None = None,
    dress: Callable[[str], str] = str,
) -> str:
    """Find a message, dress it (templates escape it) and fill it; what cannot be filled falls to English."""
    key: Hashable = (context, source[0], dress)
    if arguments:
        if not all(type(value) is int for value in arguments.values()):
            return _spoken(source, arguments, context, number, show or plain, dress)
        key = (key, number, current_digits(), *arguments.items())
    # Most messages are the same each time, or differ in a count: the finished text is remembered until a catalog
    # changes. Texts with names in them are never kept.
    remembered = shelf().spoken(current_language())
    known = remembered.get(key)
    if known is None:
        if len(remembered) > MOST_SPOKEN:
            remembered.clear()
        known = remembered[key] = _spoken(source, arguments, context, number, show or plain, dress)
    return known


def _spoken(
    source: Sequence[str],
    arguments: Mapping[str, object],
    context: str | None,
    number: float,
    show: Show,
    dress: Callable[[str], str],
) -> str:
    found = find(source, context=context, number=number)
    filled = fill(dress(found.text), arguments, show)
    if filled is not None:
        return filled
    english = source[0] if len(source) == 1 or number == 1 else source[1]
    logger.error("a message was not given all it asks for (%s)", found.tag)
    return fill(dress(english), arguments, show) or dress(english)


def plain(value: object, kind: str) -> str:
    """Write one argument as text; numbers take the digits that the programme chose, `d` their whole part."""
    if isinstance(value, (int, float)) and not isinstance(value, (bool, Enum)):
        return local_digits(str(int(value) if kind == "d" and isfinite(value) else value))
    return str(value)
