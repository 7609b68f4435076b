"""GAD-7: seven signs of anxiety over the last two weeks.

Sources: Spitzer, Kroenke, Williams and Löwe 2006 (bands 5, 10, 15); item and total codes
https://loinc.org/69729-2, answers https://loinc.org/LL358-3. Item names are the published English ones,
which may be reproduced. Proration from six answered items is the stricter of the two rules in use (domain.md
2.4, to be confirmed by the clinical lead).
"""

from gipt.domain.measures.base import Band, Direction, Item, Measure
from gipt.domain.measures.phq9 import CREDIT, FREQUENCY, LICENCE, SOURCE, STEM

GAD7 = Measure(
    code="gad7",
    version="1",
    name="GAD-7",
    items=(
        Item("q1", 1, "nervous", FREQUENCY, "Feeling nervous, anxious or on edge", "69725-0"),
        Item("q2", 2, "worry_control", FREQUENCY, "Not being able to stop or control worrying", "68509-9"),
        Item("q3", 3, "worry_much", FREQUENCY, "Worrying too much about different things", "69733-4"),
        Item("q4", 4, "relaxing", FREQUENCY, "Trouble relaxing", "69734-2"),
        Item("q5", 5, "restless", FREQUENCY, "Being so restless that it is hard to sit still", "69735-9"),
        Item("q6", 6, "irritable", FREQUENCY, "Becoming easily annoyed or irritable", "69689-8"),
        Item("q7", 7, "afraid", FREQUENCY, "Feeling afraid as if something awful might happen", "69736-7"),
    ),
    direction=Direction.HIGHER_IS_WORSE,
    total_min=0,
    total_max=21,
    bands=(Band("minimal", 0, 4), Band("mild", 5, 9), Band("moderate", 10, 14), Band("severe", 15, 21)),
    prorate_from=6,
    stem=STEM,
    citation="Spitzer RL, Kroenke K, Williams JBW, Löwe B. The GAD-7. Arch Intern Med 2006;166:1092-1097",
    licence=LICENCE,
    credit=CREDIT,
    source=SOURCE,
    loinc_total="70274-6",
)
