"""Totals and bands.

An incomplete set has no total and no band (domain.md 2.2.4). Proration is off unless the programme turned it
on, is marked, never fills a safety item and never decides about one person.
"""

from dataclasses import dataclass

from gipt.domain.measures.base import Answers, Item, Measure, MissingReason
from gipt.domain.problems import Invalid


@dataclass(frozen=True, slots=True)
class Score:
    """The result of one administration.

    `total` is on the reported scale, `raw` the sum of the answers; both None when there is no total.
    `answered` of `of` scored items have a value. `total_only`: the total came without answers, so its safety
    is unknown.
    """

    total: int | None
    raw: int | None
    band: str | None
    complete: bool
    answered: int
    of: int
    prorated: bool = False
    total_only: bool = False

    @property
    def may_decide(self) -> bool:
        """Say whether this total may enter eligibility or any decision about this person."""
        return self.total is not None and not self.prorated


def score(measure: Measure, answers: Answers, proration: bool = False) -> Score:
    """Give total and band, or neither when an item is missing.

    Items absent from `answers` were not asked. Raises Invalid (`unknown_item`, `out_of_range`) because an
    impossible answer must never reach a total. Proration: mean of the answered items for the missing ones
    (rule of thumb, domain.md 2.2.4, to be confirmed by the clinical lead).
    """
    check_answers(measure, answers)
    values = [given for item in measure.scored_items if (given := _value(answers, item)) is not None]
    of = len(measure.scored_items)
    complete = len(values) == of
    if not complete and not (proration and _may_prorate(measure, answers, len(values))):
        return Score(None, None, None, False, len(values), of)
    raw = sum(values) if complete else prorated_sum(sum(values), len(values), of)
    total = raw * measure.multiplier
    return Score(total, raw, band_of(measure, total), complete, len(values), of, prorated=not complete)


def score_of_total(measure: Measure, total: int) -> Score:
    """Give the score of a total that came without answers (an old spreadsheet).

    `total` is on the reported scale. It is not complete, since no answer is known, and is to be marked in
    reports.
    """
    if not measure.total_min <= total <= measure.total_max:
        raise Invalid(field="total", reason="out_of_range", low=measure.total_min, high=measure.total_max)
    band = band_of(measure, total)
    return Score(
        total, total // measure.multiplier, band, False, 0, len(measure.scored_items), total_only=True
    )


def prorated_sum(points: int, answered: int, of: int) -> int:
    """Give `of * points / answered` rounded half up.

    In integers: Python's round() would make 4.5 a 4 and turn a mild total into a minimal one (domain.md
    2.2.4).
    """
    return (2 * of * points + answered) // (2 * answered)


def band_of(measure: Measure, total: int) -> str | None:
    """Give the code of the published band that holds `total`; None where the measure has no bands."""
    return next((band.code for band in measure.bands if band.low <= total <= band.high), None)


def check_answers(measure: Measure, answers: Answers) -> None:
    """Refuse an answer to an item that the measure lacks, or a value that the item does not offer."""
    for item_id, answer in answers.items():
        item = measure.find_item(item_id)
        if item is None:
            raise Invalid(field=item_id, reason="unknown_item")
        if not isinstance(answer, MissingReason) and answer not in item.values:
            raise Invalid(
                field=item_id,
                number=item.number,
                reason="out_of_range",
                low=item.minimum,
                high=item.maximum,
            )


def _value(answers: Answers, item: Item) -> int | None:
    given = answers.get(item.id, MissingReason.NOT_ASKED)
    return None if isinstance(given, MissingReason) else given


def _may_prorate(measure: Measure, answers: Answers, answered: int) -> bool:
    if measure.prorate_from is None or answered < measure.prorate_from:
        return False
    items = (measure.find_item(safety.item_id) for safety in measure.safety_items)
    return all(item is not None and _value(answers, item) is not None for item in items)
