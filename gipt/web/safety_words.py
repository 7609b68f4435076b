"""The fixed words of Help now and of consent in the page's language, as far as two people approved them."""

from dataclasses import dataclass

from flask import request
from markupsafe import Markup, escape

from gipt.content.locked_words import is_source, safety_texts
from gipt.content.safety_words import AT_LEVEL, keys_of
from gipt.i18n.catalogs import SAFETY
from gipt.i18n.current import current_language
from gipt.queries.translations import approved_words, edits_for

IN_ENGLISH = Markup('<span lang="en" dir="ltr">{}</span>')


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one sentence; `english` when it stands in English on a page in another language."""

    text: str
    english: bool

    def __html__(self) -> str:
        """Give it as markup, with its language where that is another than the page's."""
        return IN_ENGLISH.format(self.text) if self.english else escape(self.text)


def texts_here() -> tuple[dict[str, str], frozenset[str]]:
    """Give every sentence by key and the keys that stay in English here; read once a request."""
    tongue = current_language()
    found: dict[str, tuple[dict[str, str], frozenset[str]]] = request.environ.setdefault(
        "gipt.safety_texts", {}
    )
    if tongue.tag not in found:
        if is_source(tongue):
            found[tongue.tag] = safety_texts(tongue, ())
        else:
            approved = approved_words(SAFETY, tongue.tag)
            edits = edits_for([SAFETY], [tongue.tag]) if approved else ()
            found[tongue.tag] = safety_texts(tongue, approved, edits)
    return found[tongue.tag]


def safety_lines(group: str, part: str = "help-now") -> dict[str, Line]:
    """Give the sentences of a group by name, in reading order."""
    texts, english = texts_here()
    return {name: Line(texts[key], key in english) for name, key in keys_of(part, group).items()}


def lines_at(level: int | None) -> dict[str, Line]:
    """Give what is done at a level."""
    return safety_lines(AT_LEVEL[level])
