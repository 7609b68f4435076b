"""What becomes of the invented people: one line each, so that every figure of the report can be counted by hand.

A line is: total before (first talk), total at the end or None, one mark for each of the sessions 1-8, how the person
left or None. Marks: 1 came, L late, E left early after half, A did not come, T did not come but told, X excused,
`.` not in the group yet, `-` left already, C the meeting was cancelled. The people stand in the order of the list
(member-list.tsv), group after group.
"""

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class PersonStory:
    """One person in one group."""

    before: int
    after: int | None
    marks: str
    left: str | None = None


@dataclass(frozen=True, slots=True)
class GroupStory:
    """One group; `first` and `last` are the numbers of its people in the list, `start` the first possible date."""

    code: str
    site: str
    name: str
    venue: str
    language: str
    facilitator: str
    first: int
    people: tuple[PersonStory, ...]
    start: date
    starts: time
    sex: str = "female"
    minors: bool = False
    age_band: str | None = None
    cancelled: int | None = None
    made_up: bool = False
    late_joiner: int | None = None
    again: int | None = None


P = PersonStory
GROUPS = (
    GroupStory(
        "G-0001", "HILL", "Hill women's meeting", "Under the fig tree", "lg", "amina", 1,
        (
            P(15, 4, "11111111"),
            P(13, 6, "111A1111"),
            P(18, 9, "11L11111"),
            P(12, 3, "1111T111"),
            P(16, 7, "11111A11"),
            P(20, 12, "1A11111X"),
            P(10, 4, "11111111"),
            P(14, None, "11AA----", "moved"),
            P(12, 5, ".1111111"),
        ),
        date(2026, 3, 4), time(10, 0), late_joiner=9,
    ),
    GroupStory(
        "G-0002", "HILL", "Kawempe women's meeting", "Parish hall", "lg", "ruth", 10,
        (
            P(17, 8, "11111111"),
            P(12, 4, "1111A111"),
            P(13, 10, "11111111"),
            P(11, 3, "11E11111"),
            P(19, 9, "1A111111"),
            P(15, 14, "A1111A11"),
            P(12, 2, "11111111"),
            P(14, None, "1AA1A---", "dropped_out"),
            P(21, 11, "11111111"),
        ),
        date(2026, 3, 6), time(14, 0), cancelled=5, made_up=True,
    ),
    GroupStory(
        "G-0003", "HILL", "Youth room", "Youth room", "en", "amina", 19,
        (
            P(12, 4, "11111111"),
            P(14, 8, "111111A1"),
            P(10, 3, "11111111"),
            P(16, 9, "1111A1A1"),
            P(13, 12, "1AA11A11"),
            P(11, 2, "11111111"),
            P(15, 7, "11111111"),
            P(17, 6, "11A11111"),
        ),
        date(2026, 3, 7), time(9, 0), minors=True,
    ),
    GroupStory(
        "G-0004", "ADAMA", "Kebele 04 women's meeting", "Health post", "am", "abebech", 27,
        (
            P(14, 5, "111C1111"),
            P(17, 9, "11AC1111"),
            P(11, 4, "111C1111"),
            P(13, 6, "111C11A1"),
            P(18, 10, "1A1C1111"),
            P(15, 7, "111C1111"),
            P(10, 8, "111CA1A1"),
            P(15, 3, "111C1111"),
            P(12, None, "11AC----", "referred_out"),
        ),
        date(2026, 3, 2), time(10, 0), cancelled=4,
    ),
    GroupStory(
        "G-0005", "ADAMA", "Kebele 11 men's meeting", "Farmers' store", "am", "dawit", 36,
        (
            P(13, 4, "11111111"),
            P(15, 11, "1111A111"),
            P(11, 6, "11111111"),
            P(18, 9, "1A11A111"),
            P(12, 4, "11111111"),
            P(16, None, "1111----", "died"),
            P(14, 7, "AA111111"),
            P(10, None, "AA------", "withdrew_consent"),
        ),
        date(2026, 3, 5), time(17, 0), sex="male",
    ),
    GroupStory(
        "G-0006", "KAVRE", "Banepa women's meeting", "Community room", "ne", "sita", 44,
        (
            P(16, 7, "11111111"),
            P(12, 3, "111A1111"),
            P(14, 6, "11111111"),
            P(19, 13, "11A11111"),
            P(11, 4, "11111111"),
            P(15, 9, "1A1111A1"),
            P(13, 5, "11111111"),
            P(17, None, "1AA1A---", "dropped_out"),
            P(10, 6, "11111111"),
        ),
        date(2026, 3, 8), time(11, 0),
    ),
    GroupStory(
        "G-0007", "KAVRE", "Panauti women's meeting", "Women's cooperative", "ne", "sita", 58,
        (
            P(13, 5, "11111111"),
            P(11, 4, "111A1111"),
            P(16, 8, "11111111"),
            P(14, 7, "1A111111"),
            P(12, 3, "11111111"),
            P(18, 10, "11A1A111"),
            P(15, 6, "11111111"),
            P(10, 9, "1AAA1A11"),
            P(16, 7, "11111111"),  # number 51 of the list, who had stopped coming, comes again
        ),
        date(2026, 11, 1), time(13, 0), again=51,
    ),
)  # fmt: skip

FOLLOW_UPS = {1: 4, 2: 5, 3: 8, 4: 3, 5: 6, 7: 5, 9: 4}
"""Totals four weeks after the end, by number in the list; only the first group was visited."""

SAFETY_PERSON = 22
"""The fourth of the youth room answers the last question of meeting 2 with "several days"."""
