"""Words for wordings of measures: in what state one is, from which file it came, in which order cards are shown."""

import random
from typing import Protocol

from gipt.domain.picture_scales import LETTERS
from gipt.i18n import gettext as _

PEOPLE_ASKED = 10


class Stands(Protocol):
    """Ask of a standing wording only what its words need."""

    @property
    def ships(self) -> bool: ...
    @property
    def in_use(self) -> bool: ...
    @property
    def waits(self) -> bool: ...
    @property
    def whole(self) -> object: ...


def state_words(one: Stands) -> tuple[str, str]:
    """Give the shape and the words of what is read out in a language."""
    if one.ships:
        return "done", _("Published English words")
    if one.in_use and one.waits:
        return "update", _("In use; a newer wording waits for approval")
    if one.in_use:
        return "done", _("In use")
    if one.whole is not None:
        return "part", _("Waits for approval by two people")
    return "neutral", _("Not offered in this language")


def kind_words(kind: str) -> str:
    """Name the kind of file a wording came from."""
    return {
        "fhir": "FHIR Questionnaire",
        "xlsform": "XLSForm",
        "po": "PO",
        "xlsx": _("Excel sheet"),
    }[kind]


def card_orders(seed: int) -> list[str]:
    """Give an order of the four cards for each of ten people, another one every day; none in the right order."""
    shuffle = random.Random(seed)  # noqa: S311  nothing is kept secret by it
    found: list[str] = []
    while len(found) < PEOPLE_ASKED:
        order = "".join(shuffle.sample(LETTERS, len(LETTERS)))
        if order != LETTERS:
            found.append(order)
    return found
