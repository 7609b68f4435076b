"""The values from which every measure is made.

Lives here: items, options, bands, measures, why an answer is missing. Does not live here: reading answers
(`answers`), totals (`scoring`), what a positive safety item starts (`gipt.domain.risk`), the words for
people (`gipt.words`). Conventions: bounds are inclusive; ids and codes never change once answers are stored
with them; a new wording or scoring rule is a new `version`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Direction(StrEnum):
    """Which way is worse."""

    HIGHER_IS_WORSE = "higher_is_worse"
    HIGHER_IS_BETTER = "higher_is_better"


class MissingReason(StrEnum):
    """Why there is no answer; the four are different and stay different (domain.md 2.2.4)."""

    NOT_ASKED = "not_asked"
    BLANK = "blank"
    REFUSED = "refused"
    DOES_NOT_KNOW = "does_not_know"


class AssessmentPoint(StrEnum):
    """When in a person's way through the programme a measure was given."""

    SCREENING = "screening"
    PRE_GROUP = "pre_group"
    SESSION = "session"
    MIDLINE = "midline"
    ENDLINE = "endline"
    FOLLOW_UP = "follow_up"


class EntryConvention(StrEnum):
    """What number is typed for an answer.

    OPTION_VALUE: the value of the option that was chosen. PRINTED_SCORE: the score printed beside the answer
    on the programme's own approved sheet, so that nobody reverses an item by hand.
    """

    OPTION_VALUE = "option_value"
    PRINTED_SCORE = "printed_score"


Answer: TypeAlias = int | MissingReason
Answers: TypeAlias = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Option:
    """One allowed answer: its value, a code for its words, the published English text where that is free."""

    value: int
    label: str
    text: str | None = None
    loinc: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `label` is a neutral code for the staff's screens and is never read to a member."""

    id: str
    number: int
    label: str
    options: tuple[Option, ...]
    text: str | None = None
    loinc: str | None = None
    scored: bool = True

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(option.value for option in self.options)

    @property
    def minimum(self) -> int:
        return min(self.values)

    @property
    def maximum(self) -> int:
        return max(self.values)


@dataclass(frozen=True, slots=True)
class Band:
    """A published range of totals, both ends included. A band is never the entry cut-off of a programme."""

    code: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class SafetyItem:
    """An item whose answer of `at_least` or more is a safety event of its own, whatever the total."""

    item_id: str
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Measure:
    """One instrument in one version (and one convention, where the field uses several).

    `total_min` and `total_max` are on the reported scale, that is after `multiplier`. `prorate_from` is the
    least number of answered items from which a programme may turn proration on; None = never. `number_only`:
    only numbers are entered and no wording is shown. `text_allowed`: a wording may be loaded without a
    permission of its own.
    """

    code: str
    version: str
    name: str
    items: tuple[Item, ...]
    direction: Direction
    total_min: int
    total_max: int
    citation: str
    licence: str
    bands: tuple[Band, ...] = ()
    safety_items: tuple[SafetyItem, ...] = ()
    multiplier: int = 1
    prorate_from: int | None = None
    number_only: bool = False
    text_allowed: bool = True
    entry: EntryConvention = EntryConvention.OPTION_VALUE
    convention: str | None = None
    look_back_days: int = 14
    stem: str | None = None
    credit: str | None = None
    source: str | None = None
    loinc_panel: str | None = None
    loinc_total: str | None = None
    _by_id: Mapping[str, Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {item.id: item for item in self.items})

    @property
    def key(self) -> str:
        """Give the name under which the measure and its convention are stored: `phq9`, `whodas12@1-5`."""
        return f"{self.code}@{self.convention}" if self.convention else self.code

    @property
    def scored_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.scored)

    @property
    def has_wording(self) -> bool:
        """Say whether published English text for every item ships with the program."""
        return all(item.text is not None for item in self.items)

    def find_item(self, item_id: str) -> Item | None:
        return self._by_id.get(item_id)


def improvement(pre: int, post: int, direction: Direction) -> int:
    """Give the points by which somebody is better; negative = worse."""
    return pre - post if direction is Direction.HIGHER_IS_WORSE else post - pre


def meets_cut_off(total: int, cut_off: int, direction: Direction) -> bool:
    """Say whether `total` lies on the side of the cut-off that asks for help, the cut-off included."""
    return total >= cut_off if direction is Direction.HIGHER_IS_WORSE else total <= cut_off
