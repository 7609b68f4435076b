"""PHQ-2: the first two items of the PHQ-9, for a short screening. It has no safety item of its own.

Sources: Kroenke, Spitzer and Williams 2003; codes https://cdn.loinc.org/55757-9. Cut-offs of 2 and of 3 are
both in use (Cumbe 2020), so the measure carries no bands: the cut-off is the programme's setting.
"""

from gipt.domain.measures.base import Direction, Measure
from gipt.domain.measures.phq9 import CREDIT, INTEREST, LICENCE, LOW_MOOD, SOURCE, STEM

PHQ2 = Measure(
    code="phq2",
    version="1",
    name="PHQ-2",
    items=(INTEREST, LOW_MOOD),
    direction=Direction.HIGHER_IS_WORSE,
    total_min=0,
    total_max=6,
    stem=STEM,
    citation="Kroenke K, Spitzer RL, Williams JBW. The PHQ-2. Med Care 2003;41:1284-1292",
    licence=LICENCE,
    credit=CREDIT,
    source=SOURCE,
    loinc_panel="55757-9",
    loinc_total="55758-7",
)
