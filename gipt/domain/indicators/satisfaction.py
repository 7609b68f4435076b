"""Indicator I-26: satisfied or very satisfied, of those whom somebody else than their facilitator asked."""

from collections.abc import Iterable, Sequence

from gipt.domain.indicators.facts import SatisfactionFact
from gipt.domain.indicators.people import Person
from gipt.domain.indicators.tally import Entry, Tally, Unit
from gipt.domain.satisfaction import SATISFIED, SatisfactionAnswer


def satisfaction(people: Sequence[Person], answers: Iterable[SatisfactionFact], recorded: bool) -> Tally:
    """Count I-26 over people of the period, by the answer at the end of the enrolment that stands for them.

    `excluded` are those asked by their own facilitator. Who did not want to answer was asked and is
    counted below the line: leaving them out would flatter (domain.md 5.2: numerator satisfied or very, denominator
    asked).
    """
    by_enrolment = {one.enrolment: one for one in answers}
    entries = []
    left_out = 0
    for person in people:
        found = by_enrolment.get(person.chosen.enrolment)
        if found is None:
            continue
        if not found.independent:
            left_out += 1
            continue
        entries.append(Entry(person.site, person.traits, int(found.answer in SATISFIED), 1))
    return Tally(
        "I-26", Unit.PEOPLE, "satisfied", tuple(entries), "asked_by_another", "not_satisfied",
        excluded_set="asked_by_own_facilitator", excluded=left_out, rules=("satisfaction",), sensitive=True,
        recorded=recorded,
    )  # fmt: skip


def answer_counts(people: Sequence[Person], answers: Iterable[SatisfactionFact]) -> dict[str, int]:
    """Give how many counted people gave each answer, every answer named."""
    by_enrolment = {one.enrolment: one for one in answers if one.independent}
    counts = {answer.value: 0 for answer in SatisfactionAnswer}
    for person in people:
        found = by_enrolment.get(person.chosen.enrolment)
        if found is not None:
            counts[found.answer.value] += 1
    return counts
