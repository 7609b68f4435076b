"""Picture scales for "how often": which there are, how full each picture is, and when one may be used.

A picture stands beside the words of an answer and never in their place. Sources: water glasses were understood in
Nepal, where an empty basket was read as sad and lazy; in Kenya most women could not tell "several days" from "more
than half the days", for which the 14 days are drawn one by one (ux.md F9, S9, S11). A scale is offered only where
people of that place understood it: `gipt.domain.adaptation_life.pictures_understood`.
"""

from enum import StrEnum

from gipt.domain.measures.base import Item


class Scale(StrEnum):
    """Name a set of four pictures."""

    GLASSES = "glasses"
    DOTS = "dots"


DAYS = 14
"""Days of the look-back that the dots draw, in two rows of seven."""
FREQUENCY = ("not_at_all", "several_days", "more_than_half", "nearly_every_day")
"""Codes of the answers that the pictures are drawn for, from the least to the most often."""
LETTERS = "ABCD"
"""How the four cards are called in a test, so that no number gives their order away."""


def fits(item: Item) -> bool:
    """Say whether a question is answered by how often; pictures stand beside no other answers."""
    return tuple(option.label for option in item.options) == FREQUENCY
