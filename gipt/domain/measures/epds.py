"""EPDS as a form of numbers: the SCORE PRINTED BESIDE THE ANSWER, 0-3, is entered; higher is worse.

Seven of its items are printed with the worst answer first. Entering the printed score, and never the place
of the answer in the list, is what keeps those items from being turned round. The wording needs written
permission of the Royal College of Psychiatrists, so none is shown. Item 10 is about self-harm. Source: Cox,
Holden and Sagovsky 1987; panel code
https://www.healthassure.in/codes/loinc-71354-5-edinburgh-postnatal-depression-scale-epds. The bands (10
possible, 13 probable) are to be confirmed by the clinical lead (domain.md 2.4).
"""

from gipt.domain.measures.base import (
    Band,
    Direction,
    EntryConvention,
    Item,
    Measure,
    Option,
    SafetyItem,
)

PRINTED = tuple(Option(value, "printed_score") for value in range(4))

EPDS = Measure(
    code="epds",
    version="1",
    name="EPDS",
    items=tuple(Item(f"q{number}", number, "item", PRINTED) for number in range(1, 11)),
    direction=Direction.HIGHER_IS_WORSE,
    total_min=0,
    total_max=30,
    bands=(Band("lower", 0, 9), Band("possible", 10, 12), Band("probable", 13, 30)),
    safety_items=(SafetyItem("q10"),),
    number_only=True,
    text_allowed=False,
    entry=EntryConvention.PRINTED_SCORE,
    look_back_days=7,
    citation="Cox JL, Holden JM, Sagovsky R. Br J Psychiatry 1987;150:782-786",
    licence="Royal College of Psychiatrists; any wording on a screen needs written permission",
    loinc_panel="71354-5",
)
