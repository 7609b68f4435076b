"""Reading answers as people type them.

An answer is a whole number in digits of any script, a missing reason, or blank. Nothing is ever filled in:
an empty box is missing, never zero (domain.md section 8, row 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gipt.domain.measures.base import Answer, Item, Measure, MissingReason
from gipt.domain.numerals import DASHES, digit_value, strip_blanks, whole_number
from gipt.domain.problems import Invalid

_REASONS = {reason.value: reason for reason in MissingReason}


class TotalScale(StrEnum):
    """Which of two scales an imported total is on: the sum of the answers, or the scale that is reported."""

    RAW = "raw"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class ParsedAnswers:
    """What could be read, and one fault per item that could not.

    The readable answers stand although others are wrong, so that a positive safety item is never lost to a
    slip elsewhere in the form (decision 7).
    """

    answers: Mapping[str, Answer]
    faults: tuple[Invalid, ...]


def parse_answer(text: str | None, item: Item) -> Answer:
    """Read one answer: its value, or why there is none.

    Empty and a single dash mean missing. Raises Invalid with `field` (the item's id), `number`, `reason`
    (`not_a_number`, `out_of_range`), `low` and `high`.
    """
    stripped = strip_blanks(text or "")
    if not stripped or stripped in tuple(DASHES):
        return MissingReason.BLANK
    if stripped in _REASONS:
        return _REASONS[stripped]
    return _checked(whole_number(stripped), item)


def parse_answers(texts: Mapping[str, str | None], measure: Measure) -> ParsedAnswers:
    """Read a whole form; items that `texts` does not name were not asked."""
    answers: dict[str, Answer] = {}
    faults: list[Invalid] = []
    for item in measure.items:
        if item.id not in texts:
            answers[item.id] = MissingReason.NOT_ASKED
            continue
        try:
            answers[item.id] = parse_answer(texts[item.id], item)
        except Invalid as fault:
            faults.append(fault)
    return ParsedAnswers(answers, tuple(faults))


def parse_answer_line(text: str, measure: Measure) -> dict[str, Answer]:
    """Read the digits from paper, one sign per scored item, a dash for no answer: `1203011-0`.

    Blanks between signs are ignored. The unscored function item is not part of the line: a tenth digit is
    far more often a slip that shifts every answer. Raises Invalid: field `answers`, reason `wrong_length`
    with `expected` and `given`; or the item's own fault as `parse_answer`.
    """
    signs = [sign for sign in strip_blanks(text) if not sign.isspace()]
    items = measure.scored_items
    if len(signs) != len(items):
        raise Invalid(field="answers", reason="wrong_length", expected=len(items), given=len(signs))
    return {item.id: _sign(sign, item) for sign, item in zip(signs, items, strict=True)}


def parse_total(text: str, measure: Measure, *, scale: TotalScale | None = None) -> int:
    """Read a total that came without answers, and give it on the reported scale.

    Where the two scales differ (WHO-5: 0-25 and 0-100) `scale` must be said, because 16 is possible on both.
    Raises Invalid, field `total`: `scale_not_chosen`, `not_a_number`, `out_of_range` with bounds,
    `not_on_scale`.
    """
    if measure.multiplier != 1 and scale is None:
        raise Invalid(field="total", reason="scale_not_chosen", choices=[one.value for one in TotalScale])
    factor = measure.multiplier if scale is TotalScale.RAW else 1
    low, high = measure.total_min // factor, measure.total_max // factor
    value = whole_number(text)
    if value is None:
        raise Invalid(field="total", reason="not_a_number", low=low, high=high)
    if not low <= value <= high:
        raise Invalid(field="total", reason="out_of_range", low=low, high=high)
    if (value * factor) % measure.multiplier:
        raise Invalid(field="total", reason="not_on_scale", step=measure.multiplier)
    return value * factor


def _sign(sign: str, item: Item) -> Answer:
    return MissingReason.BLANK if sign in DASHES else _checked(digit_value(sign), item)


def _checked(value: int | None, item: Item) -> int:
    if value in item.values:
        return value
    reason = "not_a_number" if value is None else "out_of_range"
    raise Invalid(field=item.id, number=item.number, reason=reason, low=item.minimum, high=item.maximum)
