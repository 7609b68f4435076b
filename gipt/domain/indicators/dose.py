"""Change by the number of sessions attended (dose and response, domain.md 5.2 I-08 and 5.4).

A description of who changed, never a cause: people who feel better may come more often, or stop coming.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from gipt.domain.indicators.change import is_case, pair_of
from gipt.domain.indicators.people import Choices, Person, alike_of
from gipt.domain.indicators.tally import Entry, Tally, Unit
from gipt.domain.outcomes import AnalysisSet, responded
from gipt.domain.statistics import PairedChange, paired_change


@dataclass(frozen=True, slots=True)
class DosePart:
    """The people who attended so many core sessions and have both scores; `groups`: keys of those alike."""

    attended: int
    change: PairedChange
    groups: tuple[list[str], ...] = field(repr=False)

    @property
    def code(self) -> str:
        """Give the part's code, the same as in the breakdown of I-08."""
        return dose_code(self.attended)

    @property
    def people(self) -> frozenset[str]:
        """Give the keys of the people."""
        return frozenset(chain.from_iterable(self.groups))


def dose_code(attended: int) -> str:
    """Give a number of sessions as the code of a part; codes sort as the numbers do."""
    return f"{attended:02d}"


def change_by_dose(people: Sequence[Person]) -> tuple[DosePart, ...]:
    """Give one part for each number of sessions that a started person attended, least first.

    A part without any pair is there too. 0 only for somebody who started in another enrolment.
    """
    alike = alike_of(people)
    found: dict[int, list[tuple[list[str], int, int]]] = {
        one.chosen.attended: [] for one, _ in alike if one.started
    }
    for one, keys in alike:
        pair = pair_of(one, AnalysisSet.OBSERVED)
        if pair is not None:
            found[one.chosen.attended].append((keys, *pair))
    return tuple(
        DosePart(
            attended,
            paired_change(
                [pre for keys, pre, _ in rows for _ in keys], [post for keys, _, post in rows for _ in keys]
            ),
            tuple(keys for keys, _, _ in rows),
        )
        for attended, rows in sorted(found.items())
    )


def scored_by_dose(people: Sequence[Person]) -> Tally:
    """Count the people with both scores, grouped by the sessions they attended."""
    entries = tuple(
        Entry(one.site, one.traits, len(keys), 0, group=dose_code(one.chosen.attended))
        for one, keys in alike_of(people)
        if pair_of(one, AnalysisSet.OBSERVED) is not None
    )
    return Tally("I-10", Unit.PEOPLE, "scored_observed", entries, rules=("dose_response",))


def response_by_dose(people: Sequence[Person], choices: Choices) -> Tally:
    """Count I-11 among cases with both scores, grouped by the sessions they attended."""
    inside = is_case(choices)
    entries = tuple(
        Entry(
            one.site, one.traits, len(keys) if responded(*pair) else 0, len(keys),
            group=dose_code(one.chosen.attended),
        )
        for one, keys in alike_of(people)
        if (pair := pair_of(one, AnalysisSet.OBSERVED)) is not None and inside(pair[0])
    )  # fmt: skip
    return Tally(
        "I-11", Unit.PEOPLE, "response", entries, "cases_observed", "response_not_observed",
        rules=("response", "observed", "dose_response"), sensitive=True,
    )  # fmt: skip
