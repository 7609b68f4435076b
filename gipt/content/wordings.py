"""The wording of a measure in the language in which it is read out (decision 14).

English published names ship with the program where they are free; every other wording is a catalog of the domain
`measures`, or was loaded in the app, which comes first. A wording is whole or it is not offered: one missing question
would be a silent change of the measure. It names where it comes from and under which licence (`X-Source-phq9`,
`X-Licence-phq9` in a catalog), and two people must have approved exactly these words.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gipt.domain.measures import Measure, all_measures
from gipt.i18n import Language, find_language, shelf
from gipt.i18n.catalogs import MEASURES as DOMAIN
from gipt.i18n.registry import PSEUDO, SOURCE

Approved = Callable[[str, str], Collection[tuple[str, str]]]
"""Give (key, hash) of the approved words of a domain in a language; asked only where there is a wording."""


@dataclass(frozen=True, slots=True)
class LoadedWording:
    """Hold a wording that was loaded in the app: its words by key, where they come from, for whom they were validated.

    `cut_off` is the one that its citation gives for that population, on the scale of the measure's total.
    """

    wording_id: str
    code: str
    version: str
    tag: str
    texts: Mapping[str, str]
    citation: str
    licence: str
    permission: str = ""
    population: str = ""
    cut_off: int | None = None


Loaded = Callable[[Sequence[str]], Sequence[LoadedWording]]
"""Give the wordings that were loaded for some tags, newest first; asked only where no English ships."""


def none_loaded(tags: Sequence[str]) -> Sequence[LoadedWording]:
    """Give no wording: only files count."""
    return ()


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
    """Hold a whole wording as it stands, approved or not: texts by their place, and their hash.

    `loaded` is the one of the app that it was loaded as; None for a catalog.
    """

    code: str
    source: tuple[str, ...]
    texts: tuple[str, ...]
    citation: str
    words_hash: str
    loaded: LoadedWording | None = None


def find_wording(
    measure: Measure, tag: str | None, approved: Approved, loaded: Loaded = none_loaded
) -> Wording | None:
    """Give the wording of a measure in a language; None when any part of it, its source or its approval is missing.

    Keys: `phq9/stem`, `phq9/q1`, `phq9/option/not_at_all`; in a catalog the message is the English text, or the code
    of the label where no English text ships. A newer wording that waits for approval leaves the older one in use.
    """
    language = find_language(tag) if tag else None
    if language is None or measure.number_only or not measure.text_allowed:
        return None
    if is_english(language) and measure.has_wording:
        return worded(measure, language, {key: source for key, source, _ships in parts(measure)})
    found = list(candidates(measure, language, loaded(language.chain)))
    signed = approved(DOMAIN, language.tag) if found else ()
    whole = next((one for one in found if (measure.code, one.words_hash) in signed), None)
    if whole is None:
        return None
    keys = (key for key, _source, _ships in parts(measure))
    return worded(measure, language, dict(zip(keys, whole.texts, strict=True)), whole.citation)


def candidates(
    measure: Measure, language: Language, loaded: Sequence[LoadedWording] = ()
) -> Iterator[WholeWording]:
    """Yield the whole wordings of a measure, loaded ones first, of those the nearest tag, of that the newest."""
    for tag in language.chain:
        for one in loaded:
            if one.tag == tag and (one.code, one.version) == (measure.code, measure.version):
                whole = whole_of(measure, one)
                if whole is not None:
                    yield whole
    filed = whole_wording(measure, language)
    if filed is not None:
        yield filed


def whole_of(measure: Measure, loaded: LoadedWording) -> WholeWording | None:
    """Give a loaded wording in the places of its measure; None when the measure has other parts by now."""
    asked = parts(measure)
    texts = tuple(loaded.texts.get(key, "") for key, _source, _ships in asked)
    if not asked or not all(text.strip() for text in texts):
        return None
    sources = tuple(source for _key, source, _ships in asked)
    about = [loaded.licence, loaded.permission, loaded.population, str(loaded.cut_off)]
    return WholeWording(
        measure.code, sources, texts, loaded.citation,
        hash_of(measure, loaded.citation, about, texts), loaded,
    )  # fmt: skip


def hash_of(measure: Measure, citation: str, about: Sequence[str], texts: Sequence[str]) -> str:
    """Give the hash that stands for exactly these words of a measure and where they come from."""
    keys, sources, _ships = zip(*parts(measure), strict=True)
    signed = "\x00".join([measure.code, measure.version, citation, *about, *keys, *sources, *texts])
    return hashlib.sha256(signed.encode()).hexdigest()


def is_english(language: Language) -> bool:
    """Say whether a language is the one that the published names are in: English, of any country or adaptation."""
    return SOURCE in language.chain


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


def whole_wordings(language: Language, loaded: Sequence[LoadedWording] = ()) -> Iterator[WholeWording]:
    """Give every whole wording that stands in a language, one of each measure: the newest loaded, else the file's."""
    found: dict[str, WholeWording] = {}
    for measure in all_measures():
        if measure.text_allowed and not measure.number_only:
            for one in candidates(measure, language, loaded):
                found.setdefault(measure.code, one)
    return iter(found.values())


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
    sources = tuple(source for _key, source, _ships in asked)
    return WholeWording(measure.code, sources, texts, citation, hash_of(measure, citation, [licence], texts))


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
