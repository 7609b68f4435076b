"""Matching a wording that came from outside to a measure, item by item: nothing is guessed and nothing is left out.

An item is found by its LOINC code where the file has codes, else by its name or number. A file that lacks an item,
has one more, holds one twice, in another order, or with other answers is refused, and the item is named: a wording
that differs in any of these is another measure (domain.md 2.5).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gipt.domain.measures.base import Item, Measure, Option
from gipt.domain.problems import Conflict, Invalid

LONGEST = 1_000
"""Signs of one text of a wording; more is a paste into the wrong cell."""


@dataclass(frozen=True, slots=True)
class SentOption:
    """Hold one answer as a file gives it: its words, and its value or LOINC code, or both."""

    text: str
    value: int | None = None
    loinc: str = ""


@dataclass(frozen=True, slots=True)
class SentItem:
    """Hold one question as a file gives it."""

    name: str
    text: str
    options: Sequence[SentOption] = ()
    loinc: str = ""


@dataclass(frozen=True, slots=True)
class SentWording:
    """Hold what a file says: questions in its order, the sentence before them, and where it comes from.

    `panel` is the LOINC code of the whole questionnaire, where the file names one.
    """

    items: Sequence[SentItem]
    stem: str = ""
    panel: str = ""
    citation: str = ""
    licence: str = ""


def item_name(item: Item) -> str:
    """Name an item in a sentence: its number and its neutral code."""
    return f"{item.number} ({item.id})"


def match_wording(measure: Measure, sent: SentWording, stem: str = "") -> dict[str, str]:
    """Give the words of a measure by key (`phq9/q1`, `phq9/option/not_at_all`), in the order of the measure.

    `stem` is the sentence before the questions, for a file that has none. Raises Conflict `numbers_only` for a measure
    of which no wording may be shown, else Invalid (`file`) with a reason `wording_…`, naming the `item`.
    """
    if measure.number_only or not measure.text_allowed:
        raise Conflict(reason="numbers_only", measure=measure.name)
    if sent.panel and measure.loinc_panel and sent.panel != measure.loinc_panel:
        raise refused("wording_other_measure", measure=measure.name, value=sent.panel[:40])
    found = _placed(measure, sent.items)
    words: dict[str, str] = {}
    if measure.stem:
        said = (stem or sent.stem).strip()
        if not said:
            raise refused("wording_stem")
        words[f"{measure.code}/stem"] = said
    for item in measure.items:
        asked = found[item.id]
        if not asked.text.strip():
            raise refused("wording_item_blank", item)
        words[f"{measure.code}/{item.id}"] = asked.text.strip()
        for option, text in _answers(item, asked):
            key = f"{measure.code}/option/{option.label}"
            if words.setdefault(key, text) != text:
                raise refused("wording_answers_differ", item)
    long = next((text for text in words.values() if len(text) > LONGEST), None)
    if long is not None:
        raise refused("wording_too_long", value=long[:40], high=LONGEST)
    return words


def refused(reason: str, item: Item | None = None, **details: object) -> Invalid:
    """Give the fault of a file, with the item that it is about."""
    named = {"item": item_name(item)} if item is not None else {}
    return Invalid(field="file", reason=reason, **named, **details)


def _placed(measure: Measure, asked: Sequence[SentItem]) -> Mapping[str, SentItem]:
    """Give the question of the file for each item, each once and in order."""
    found: dict[str, SentItem] = {}
    order: list[Item] = []
    for one in asked:
        item = find_item(measure, one)
        if item is None:
            if one.options:
                raise refused("wording_item_unknown", value=one.name[:60])
            continue
        if item.id in found:
            raise refused("wording_item_twice", item)
        found[item.id] = one
        order.append(item)
    missing = next((item for item in measure.items if item.id not in found), None)
    if missing is not None:
        raise refused("wording_item_missing", missing)
    for wanted, item in zip(measure.items, order, strict=True):
        if wanted is not item:
            raise refused("wording_item_order", item, expected=item_name(wanted))
    return found


def find_item(measure: Measure, sent: SentItem) -> Item | None:
    """Find the item that a question of a file is: by its LOINC code, else by its name; None for none."""
    if sent.loinc and any(item.loinc for item in measure.items):
        return next((item for item in measure.items if item.loinc == sent.loinc), None)
    name = plain_name(sent.name)
    return next((item for item in measure.items if name in set(_names(measure, item))), None)


def plain_name(text: str) -> str:
    """Write a name the way names are compared: small letters and digits only."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _names(measure: Measure, item: Item) -> Iterator[str]:
    """Give the names under which files have an item: `q1`, `1`, `interest`, `phq9_1`, `PHQ-9 Q1`, `/44250-9`."""
    for name in (item.id, item.label, str(item.number), f"q{item.number}", f"item{item.number}"):
        yield plain_name(name)
        yield plain_name(f"{measure.code}{name}")
    # The codes of PHQ items are often written with the family's name alone: phq_1.
    yield plain_name(f"{measure.code.rstrip('0123456789')}{item.number}")
    yield plain_name(item.loinc or item.id)


def _answers(item: Item, asked: SentItem) -> Iterator[tuple[Option, str]]:
    """Give the words of each answer; the file must have exactly the answers of the item."""
    found = {}
    for one in asked.options:
        option = _option(item, one)
        if option is None or option.value in found or not one.text.strip():
            raise _other_answers(item)
        found[option.value] = (option, one.text.strip())
    if set(found) != set(item.values):
        raise _other_answers(item)
    return (found[value] for value in item.values)


def _option(item: Item, sent: SentOption) -> Option | None:
    by_code = next((one for one in item.options if sent.loinc and one.loinc == sent.loinc), None)
    by_value = next((one for one in item.options if one.value == sent.value), None)
    if by_code is not None and sent.value is not None and by_code is not by_value:
        return None
    return by_code or by_value


def _other_answers(item: Item) -> Invalid:
    return refused("wording_answers", item, values=", ".join(str(value) for value in item.values))
