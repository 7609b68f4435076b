"""WHODAS 2.0, 12 items, simple sum, as a form of numbers: the score printed beside the answer is entered.

Sheets print 0-4 (sum 0-48) or 1-5 (sum 12-60); both are in use and a total of 17 means different things on
them, so the convention is chosen by the programme and never guessed. The wording needs permission of WHO, so
none is shown. Source: Üstün and others 2010; domain.md 2.4. One missing item may be filled with the mean
(domain.md 2.4, to be confirmed by the clinical lead). No LOINC code was found.
"""

from gipt.domain.measures.base import Direction, EntryConvention, Item, Measure, Option

CONVENTIONS = {"0-4": range(5), "1-5": range(1, 6)}


def whodas12(convention: str) -> Measure:
    """Give the form for one of `CONVENTIONS`."""
    values = CONVENTIONS[convention]
    options = tuple(Option(value, "printed_score") for value in values)
    return Measure(
        code="whodas12",
        version="1",
        name="WHODAS 2.0 (12 items)",
        items=tuple(Item(f"q{number}", number, "item", options) for number in range(1, 13)),
        direction=Direction.HIGHER_IS_WORSE,
        total_min=12 * values[0],
        total_max=12 * values[-1],
        prorate_from=11,
        number_only=True,
        text_allowed=False,
        entry=EntryConvention.PRINTED_SCORE,
        convention=convention,
        look_back_days=30,
        citation="Üstün TB and others. Bull World Health Organ 2010;88:815-823",
        licence="WHO; clinicians may copy for their own patients, any electronic use needs permission",
    )
