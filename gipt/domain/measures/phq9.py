"""PHQ-9: nine symptoms of depression over the last two weeks, and one unscored question about difficulty.

Sources: Kroenke, Spitzer and Williams 2001 (bands, cut-off 10); codes from the HL7 US Core PHQ-9 example
(http://hl7.org/fhir/us/core/Questionnaire-phq-9-example.html), https://loinc.org/LL358-3 (answers),
https://cdn.loinc.org/LL359-1 (answers of the difficulty item: LOINC numbers "very" after "extremely"), and
https://cdn.loinc.org/44261-6 (total and panel). Item names are the published English ones, which may be
reproduced.
"""

from gipt.domain.measures.base import Band, Direction, Item, Measure, Option, SafetyItem

CREDIT = (
    "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, "
    "with an educational grant from Pfizer Inc. "
    "No permission required to reproduce, translate, display or distribute."
)
SOURCE = "https://www.phqscreeners.com/"
LICENCE = "Free to reproduce, translate, display and distribute, with the credit line"
STEM = "Over the last 2 weeks, how often have you been bothered by any of the following problems?"

FREQUENCY = (
    Option(0, "not_at_all", "Not at all", "LA6568-5"),
    Option(1, "several_days", "Several days", "LA6569-3"),
    Option(2, "more_than_half", "More than half the days", "LA6570-1"),
    Option(3, "nearly_every_day", "Nearly every day", "LA6571-9"),
)
DIFFICULTY = (
    Option(0, "not_difficult", "Not difficult at all", "LA6572-7"),
    Option(1, "somewhat_difficult", "Somewhat difficult", "LA6573-5"),
    Option(2, "very_difficult", "Very difficult", "LA6575-0"),
    Option(3, "extremely_difficult", "Extremely difficult", "LA6574-3"),
)

INTEREST = Item("q1", 1, "interest", FREQUENCY, "Little interest or pleasure in doing things", "44250-9")
LOW_MOOD = Item("q2", 2, "low_mood", FREQUENCY, "Feeling down, depressed, or hopeless", "44255-8")
SLEEP = "Trouble falling or staying asleep, or sleeping too much"
FAILURE = "Feeling bad about yourself, or that you are a failure or have let yourself or your family down"
CONCENTRATION = "Trouble concentrating on things, such as reading the newspaper or watching television"
MOVEMENT = (
    "Moving or speaking so slowly that other people could have noticed. Or the opposite, being so fidgety "
    "or restless that you have been moving around a lot more than usual"
)
SELF_HARM = "Thoughts that you would be better off dead, or of hurting yourself in some way"
FUNCTION = (
    "How difficult have these problems made it for you to do your work, take care of things at home, "
    "or get along with other people?"
)

PHQ9 = Measure(
    code="phq9",
    version="1",
    name="PHQ-9",
    items=(
        INTEREST,
        LOW_MOOD,
        Item("q3", 3, "sleep", FREQUENCY, SLEEP, "44259-0"),
        Item("q4", 4, "tired", FREQUENCY, "Feeling tired or having little energy", "44254-1"),
        Item("q5", 5, "appetite", FREQUENCY, "Poor appetite or overeating", "44251-7"),
        Item("q6", 6, "failure", FREQUENCY, FAILURE, "44258-2"),
        Item("q7", 7, "concentration", FREQUENCY, CONCENTRATION, "44252-5"),
        Item("q8", 8, "movement", FREQUENCY, MOVEMENT, "44253-3"),
        Item("q9", 9, "self_harm", FREQUENCY, SELF_HARM, "44260-8"),
        Item("function", 10, "function", DIFFICULTY, FUNCTION, "69722-7", scored=False),
    ),
    direction=Direction.HIGHER_IS_WORSE,
    total_min=0,
    total_max=27,
    bands=(
        Band("minimal", 0, 4),
        Band("mild", 5, 9),
        Band("moderate", 10, 14),
        Band("mod_severe", 15, 19),
        Band("severe", 20, 27),
    ),
    safety_items=(SafetyItem("q9"),),
    prorate_from=7,
    stem=STEM,
    citation="Kroenke K, Spitzer RL, Williams JBW. The PHQ-9. J Gen Intern Med 2001;16:606-613",
    licence=LICENCE,
    credit=CREDIT,
    source=SOURCE,
    loinc_panel="44249-1",
    loinc_total="44261-6",
)
