"""The wording of a measure in the language in which it is read out (decision 14).

English published names ship with the program where they are free; every other wording is a catalog of the domain
`measures`. A wording is whole or it is not offered: one missing question would be a silent change of the measure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gipt.domain.measures import Measure
from gipt.i18n import Language, find_language, shelf
from gipt.i18n.catalogs import MEASURES as DOMAIN
from gipt.i18n.registry import SOURCE


@dataclass(frozen=True, slots=True)
class Wording:
    """Hold the texts of one measure: questions by item id, answers by (item id, value)."""

    language: Language
    stem: str
    items: Mapping[str, str]
    options: Mapping[tuple[str, int], str]


def find_wording(measure: Measure, tag: str | None) -> Wording | None:
    """Give the whole wording of a measure in a language; None when any part of it is missing.

    Keys of a catalog: `phq9/stem`, `phq9/q1`, `phq9/option/not_at_all`; the message is the English text, or the
    code of the label where no English text ships.
    """
    language = find_language(tag) if tag else None
    if language is None or measure.number_only or not measure.text_allowed:
        return None
    texts = {key: _said(language, key, source, shipped) for key, source, shipped in parts(measure)}
    if not texts or any(text is None for text in texts.values()):
        return None
    known = {key: text or "" for key, text in texts.items()}
    code = measure.code
    return Wording(
        language,
        known.get(f"{code}/stem", ""),
        {item.id: known[f"{code}/{item.id}"] for item in measure.items},
        {
            (item.id, option.value): known[f"{code}/option/{option.label}"]
            for item in measure.items
            for option in item.options
        },
    )


def parts(measure: Measure) -> list[tuple[str, str, bool]]:
    """Give (key, source text, does English ship) of everything that is read out."""
    code = measure.code
    parts = [(f"{code}/stem", measure.stem, True)] if measure.stem else []
    for item in measure.items:
        parts.append((f"{code}/{item.id}", item.text or item.label, item.text is not None))
        for option in item.options:
            parts.append(
                (f"{code}/option/{option.label}", option.text or option.label, option.text is not None)
            )
    return parts


def _said(language: Language, key: str, source: str, shipped: bool) -> str | None:
    found = shelf().find(language, DOMAIN, (source,), context=key)
    if found.tag != SOURCE:
        return found.text
    return found.text if language.tag.split("_")[0] == SOURCE and shipped else None
