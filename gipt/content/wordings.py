"""The wording of a measure in the language in which it is read out (decision 14).

English published names ship with the program where they are free; every other wording is a catalog of the domain
`measures`. A wording is whole or it is not offered: one missing question would be a silent change of the measure. Its
catalog names where it comes from and under which licence (`X-Source-phq9`, `X-Licence-phq9`), and two people must have
approved exactly these words.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from gipt.domain.measures import Measure, all_measures
from gipt.i18n import Language, find_language, shelf
from gipt.i18n.catalogs import MEASURES as DOMAIN
from gipt.i18n.registry import PSEUDO, SOURCE

Approved = Callable[[str, str], Collection[tuple[str, str]]]
"""Give (key, hash) of the approved words of a domain in a language; asked only where there is a wording."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Hold the texts of one measure: questions by item id, answers by (item id, value); and where they come from."""

    language: Language
    stem: str
    items: Mapping[str, str]
    options: Mapping[tuple[str, int], str]
    source: str = ""


@dataclass(frozen=True, slots=True)
class WholeWording:
    """Hold a whole wording as it stands in a catalog, approved or not: texts by their place, and their hash."""

    code: str
    source: tuple[str, ...]
    texts: tuple[str, ...]
    citation: str
    words_hash: str


def find_wording(measure: Measure, tag: str | None, approved: Approved) -> Wording | None:
    """Give the wording of a measure in a language; None when any part of it, its source or its approval is missing.

    Keys of a catalog: `phq9/stem`, `phq9/q1`, `phq9/option/not_at_all`; the message is the English text, or the
    code of the label where no English text ships.
    """
    language = find_language(tag) if tag else None
    if language is None or measure.number_only or not measure.text_allowed:
        return None
    if is_english(language) and measure.has_wording:
        return worded(measure, language, {key: source for key, source, _ships in parts(measure)})
    whole = whole_wording(measure, language)
    if whole is None or (measure.code, whole.words_hash) not in approved(DOMAIN, language.tag):
        return None
    keys = (key for key, _source, _ships in parts(measure))
    return worded(measure, language, dict(zip(keys, whole.texts, strict=True)), whole.citation)


def is_english(language: Language) -> bool:
    """Say whether a language is the one that the published names are in."""
    return language.tag.split("_")[0] == SOURCE


def worded(measure: Measure, language: Language, texts: Mapping[str, str], source: str = "") -> Wording:
    """Put texts by key in the places of a measure."""
    code = measure.code
    return Wording(
        language,
        texts.get(f"{code}/stem", ""),
        {item.id: texts[f"{code}/{item.id}"] for item in measure.items},
        {
            (item.id, option.value): texts[f"{code}/option/{option.label}"]
            for item in measure.items
            for option in item.options
        },
        source,
    )


def whole_wordings(language: Language) -> Iterator[WholeWording]:
    """Give every whole wording that stands in the catalogs of a language, one of each measure."""
    found = {
        one.code: whole_wording(one, language)
        for one in all_measures()
        if one.text_allowed and not one.number_only
    }
    return (one for one in found.values() if one is not None)


def whole_wording(measure: Measure, language: Language) -> WholeWording | None:
    """Give the wording of a measure as it stands in the catalogs; None unless it is whole and names its source."""
    if language.tag in PSEUDO:
        return None
    asked = parts(measure)
    citation = shelf().header(language, DOMAIN, f"X-Source-{measure.code}")
    licence = shelf().header(language, DOMAIN, f"X-Licence-{measure.code}")
    found = [shelf().find(language, DOMAIN, (source,), context=key) for key, source, _ships in asked]
    texts = tuple(one.text for one in found)
    missing = any(one.tag == SOURCE and one.text == part[1] for one, part in zip(found, asked, strict=True))
    if not asked or not citation or not licence or missing:
        return None
    keys, sources, _ships = zip(*asked, strict=True)
    signed = "\x00".join([measure.code, measure.version, citation, licence, *keys, *sources, *texts])
    return WholeWording(measure.code, sources, texts, citation, hashlib.sha256(signed.encode()).hexdigest())


def parts(measure: Measure) -> list[tuple[str, str, bool]]:
    """Give (key, source text, does English ship) of everything that is read out, each key once."""
    code = measure.code
    found = {f"{code}/stem": (measure.stem, True)} if measure.stem else {}
    for item in measure.items:
        found[f"{code}/{item.id}"] = (item.text or item.label, item.text is not None)
        for option in item.options:
            key = f"{code}/option/{option.label}"
            found.setdefault(key, (option.text or option.label, option.text is not None))
    return [(key, text, ships) for key, (text, ships) in found.items()]
