"""WHO-5: five signs of well-being over the last two weeks. Higher is BETTER.

The sum of the answers, 0-25, is reported times four, 0-100. Sources: Topp and others 2015 (times four, 50
and 28); domain.md 2.4. No wording ships: a programme loads the one it may use. No LOINC code was found.
"""

from gipt.domain.measures.base import Band, Direction, Item, Measure, Option

TIME = (
    Option(0, "at_no_time"),
    Option(1, "some_of_the_time"),
    Option(2, "less_than_half"),
    Option(3, "more_than_half"),
    Option(4, "most_of_the_time"),
    Option(5, "all_of_the_time"),
)

WHO5 = Measure(
    code="who5",
    version="1",
    name="WHO-5",
    items=tuple(
        Item(f"q{number}", number, label, TIME)
        for number, label in enumerate(("good_spirits", "calm", "active", "rested", "daily_life"), start=1)
    ),
    direction=Direction.HIGHER_IS_BETTER,
    total_min=0,
    total_max=100,
    multiplier=4,
    bands=(Band("very_low", 0, 28), Band("low", 29, 50), Band("adequate", 51, 100)),
    citation="Topp CW and others. The WHO-5 Well-Being Index. Psychother Psychosom 2015;84:167-176",
    licence="WHO; free for non-commercial use (CC BY-NC-SA 3.0 IGO), to be confirmed by the programme",
)
