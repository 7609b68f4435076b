"""What a cell of a funder's template asks for: `{{I-05, 2026-Q3, sex=female, numerator}}` to a value.

The grammar is friendly: commas or semicolons, any case, `=` or `:`, blanks or underscores, digits of any script, and
the words may stand in any order after the indicator. A word that stands for nothing is refused by name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gipt.domain.indicators import AskedBy, Dimension
from gipt.domain.indicators.costs import CostStage
from gipt.domain.outcomes import AnalysisSet
from gipt.domain.people import DEFAULT_AGE_BANDS, Disability, Displacement, Sex, age_band_codes
from gipt.domain.periods import Period
from gipt.domain.problems import Invalid
from gipt.domain.scheduling import CancelReason
from gipt.i18n import digits_to_ascii
from gipt.reports.definition import DIVIDING, DIVISIBLE, INDICATORS
from gipt.reports.indicator_labels import STATISTICS
from gipt.reports.target_cells import TARGET_COLUMNS

PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
OPENING = re.compile(r"\{\{|\}\}")
LONGEST = 200
SEPARATORS = re.compile(r"[,;،؛]")
OPENED = "I-21-N"
"""Safety episodes opened: a row of the sheet Safety that has no indicator of its own."""
ASKED = "I-09-A"
MEANS: Mapping[str, str] = {
    "I-10": "observed",
    "I-10-S": "screening",
    "I-10-M": "midline",
    "I-15-M": "function",
}
"""Mean changes by code, with the name under which they are counted."""
KNOWN = (*INDICATORS, OPENED, ASKED, *(code for code in MEANS if code != "I-10"))

FRAME = ("programme", "period", "from", "to", "sites", "report", "made")
"""What a template may ask about the report itself."""
PARTS: Mapping[str, str] = {
    "value": "value", "share": "value", "percent": "percent", "percentage": "percent", "%": "percent",
    "numerator": "numerator", "count": "numerator", "number": "numerator", "rest": "rest",
    "denominator": "denominator", "of": "denominator", "n": "n", "missing": "missing", "excluded": "excluded",
    "low": "low", "lower": "low", "high": "high", "upper": "high",
    "expected": "expected", "came": "came", "did_not_come": "did_not_come", "absent": "did_not_come",
    "target": "target_period", "baseline": "target_baseline", "life_target": "target_life",
    "of_target": "target_share", "difference": "target_difference",
    **{name: name for name, _ in TARGET_COLUMNS},
}  # fmt: skip
FUNNEL: Mapping[str, tuple[str, str | None]] = {
    "F2": ("I-01", None), "F3": ("I-02", "numerator"), "F4": ("I-03", "denominator"), "F6": ("I-04", "numerator"),
    "F7": ("I-05", "numerator"), "F8": ("I-09", "numerator"),
}  # fmt: skip
"""Stages of the funnel (domain.md 5.1) by the indicator in which they are counted."""
SESSION = "session"
COST, STAGE = "I-25", "stage"
"""The stage at which the cost per person is given (I-25)."""
_DIMENSIONS: Mapping[str, str] = {
    **{one.value: one.value for one in Dimension},
    "gender": "sex", "age": "age_band", "age_group": "age_band", "dose": "sessions_attended",
    "reason": "cancel_reason", "group": "population", "meeting": SESSION, SESSION: SESSION, STAGE: STAGE,
}  # fmt: skip
_VALUES: Mapping[str, tuple[str, ...]] = {
    "sex": tuple(Sex),
    "age_band": age_band_codes(DEFAULT_AGE_BANDS),
    "disability": tuple(Disability),
    "displacement": tuple(Displacement),
    "level": ("1", "2", "3", "unknown"),
    "asked_by": tuple(AskedBy),
    STAGE: tuple(CostStage),
    "cancel_reason": (
        *CancelReason,
        "cancelled",
        "postponed",
        "merged",
        "planned",
        "confirmed",
        "not_held_no_report",
    ),
}
_SYNONYMS: Mapping[str, str] = {
    "women": "female", "girls": "female", "f": "female", "men": "male", "boys": "male", "m": "male",
    "yes": "with", "no": "without",
}  # fmt: skip
_STATISTICS: Mapping[str, str] = {
    **{name: name for name in STATISTICS},
    "mean_baseline": "mean_before", "sd_baseline": "sd_before", "mean_endline": "mean_after", "sd_endline": "sd_after",
}  # fmt: skip
_BARE: Mapping[str, tuple[str, str]] = {
    **{code: ("sex", code) for code in ("female", "male")},
    **{word: ("sex", _SYNONYMS[word]) for word in ("women", "girls", "men", "boys")},
    **{code: ("age_band", code) for code in _VALUES["age_band"] if code != "unknown"},
}
_OWN: Mapping[str, tuple[str, ...]] = {
    "sessions_attended": ("I-08",),
    "cancel_reason": ("I-17",),
    "level": ("I-21", OPENED),
    SESSION: ("I-07",),
    "asked_by": ("I-09", ASKED),
    STAGE: (COST,),
}
"""Breakdowns that belong to some indicators only."""

_PERIODS = (
    (re.compile(r"^(this|period|report)$"), "this"),
    (re.compile(r"^(previous|last|before)$"), "previous"),
    (re.compile(r"^(ytd|year_to_date|year_so_far)$"), "ytd"),
    (re.compile(r"^((?:\d{4}-)?[qh]\d)$"), ""),
    (re.compile(r"^(\d{4}(?:-\d{2})?(?:\.\.\d{4}-\d{2})?)$"), ""),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One figure: `cuts` are pairs (dimension, value), `period` a word that `period_of` turns into days.

    `part` names a column of the funder's workbook, or `percent` (the share as 0-100). `statistic` is one of the
    means and spreads of I-10; `which` the way of counting change. `frame` alone: something about the report.
    """

    indicator: str = ""
    part: str | None = None
    period: str = "this"
    cuts: tuple[tuple[str, str], ...] = ()
    which: AnalysisSet | None = None
    statistic: str | None = None
    frame: str | None = None

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Give the dimensions of people that this figure is broken down by."""
        return tuple(Dimension(name) for name, _ in self.cuts if name in set(DIVIDING))

    def text(self) -> str:
        """Write the figure as it is typed, in one canonical way."""
        if self.frame:
            return self.frame
        words = [self.indicator, *(f"{name}={value}" for name, value in self.cuts)]
        words += [] if self.period == "this" else [self.period]
        words += [f"set={self.which.value}"] if self.which else []
        return ", ".join([*words, *filter(None, (self.statistic, self.part))])


def wrong(reason: str, **details: object) -> Invalid:
    """Give the fault of a placeholder; the caller adds sheet and cell."""
    return Invalid(field="cell", reason=reason, **details)


def word_of(text: str) -> str:
    """Give a word without case, blanks and fancy dashes."""
    plain = digits_to_ascii(text).replace("–", "-").replace("−", "-").strip().casefold()
    return re.sub(r"[\s_]+", "_", plain)


def parse_wanted(text: str) -> Wanted:
    """Read what stands between the braces; raise Invalid naming the word that stands for nothing."""
    if len(text) > LONGEST:
        raise wrong("too_long", high=LONGEST)
    words = [part.strip() for part in SEPARATORS.split(text) if part.strip()]
    if not words:
        raise wrong("place_empty")
    if word_of(words[0]) in FRAME:
        if len(words) > 1:
            raise wrong("place_unknown", word=words[1])
        return Wanted(frame=word_of(words[0]))
    reader = Reader(*indicator_of(words[0]))
    for one in words[1:]:
        reader.take(one)
    return reader.wanted()


def indicator_of(word: str) -> tuple[str, str | None]:
    """Give the indicator of a word, and the part of it that a stage of the funnel is."""
    code = digits_to_ascii(word).replace("–", "-").replace(" ", "").upper()
    known = {name.upper(): name for name in KNOWN}
    if code in FUNNEL:
        return FUNNEL[code]
    if code not in known:
        raise wrong("place_indicator", word=word)
    return known[code], None


class Reader:
    """Gather the words after the indicator, each kind once."""

    def __init__(self, indicator: str, part: str | None) -> None:
        self.indicator = indicator
        self.found: dict[str, str] = {"part": part} if part else {}
        self.cuts: dict[str, str] = {}

    def take(self, word: str) -> None:
        """Read one word: `name=value`, a period, a part, or a value that can only mean one thing."""
        name, mark, value = self.halves(word)
        if mark:
            self.take_pair(word, name, value)
        elif (period := period_word(name)) is not None:
            self.note("period", period, word)
        elif name in PARTS:
            self.note("part", PARTS[name], word)
        elif name in _STATISTICS and self.indicator in MEANS:
            self.note("statistic", _STATISTICS[name], word)
        elif name in set(AnalysisSet):
            self.note("set", name, word)
        elif name in _BARE:
            self.cut(word, *_BARE[name])
        else:
            raise wrong("place_unknown", word=word)

    @staticmethod
    def halves(word: str) -> tuple[str, str, str]:
        name, mark, value = re.sub(r"\s*[=:]\s*", "=", word).partition("=")
        return word_of(name), mark, value

    def take_pair(self, word: str, name: str, value: str) -> None:
        """Read `name=value`."""
        if name == "period" and (period := period_word(word_of(value))) is not None:
            self.note("period", period, word)
        elif name == "part" and word_of(value) in PARTS:
            self.note("part", PARTS[word_of(value)], word)
        elif name == "set" and word_of(value) in set(AnalysisSet):
            self.note("set", word_of(value), word)
        elif name in _DIMENSIONS:
            self.cut(word, _DIMENSIONS[name], value)
        else:
            raise wrong("place_unknown", word=word)

    def note(self, kind: str, value: str, word: str) -> None:
        """Keep one word of a kind."""
        if kind in self.found:
            raise wrong("place_twice", word=word)
        self.found[kind] = value

    def cut(self, word: str, dimension: str, value: str) -> None:
        """Keep one value of one dimension."""
        if dimension in self.cuts:
            raise wrong("place_twice", word=word)
        own = _OWN.get(dimension)
        if self.indicator not in (own if own is not None else DIVISIBLE):
            raise wrong("place_not_divided", word=word, indicator=self.indicator)
        self.cuts[dimension] = value_of(word, dimension, value.strip())

    def wanted(self) -> Wanted:
        """Give the figure."""
        cuts = tuple(sorted(self.cuts.items()))
        people = [name for name, _ in cuts if name not in _OWN]
        if len(people) > 2 or (len(cuts) > 1 and len(people) < len(cuts)):
            raise wrong("place_too_many", word=", ".join(value for _, value in cuts))
        if self.indicator == COST and STAGE not in self.cuts:
            raise wrong("place_stage", known=list(CostStage))
        which = self.found.get("set")
        if cuts and (which or self.found.get("statistic")):
            raise wrong("place_set_divided", word=str(which or self.found.get("statistic")))
        return Wanted(
            self.indicator,
            self.found.get("part"),
            self.found.get("period", "this"),
            cuts,
            AnalysisSet(which) if which else None,
            self.found.get("statistic"),
        )


def value_of(word: str, dimension: str, value: str) -> str:
    """Give the code of one value of a dimension; sites keep their case, numbers of sessions two digits."""
    if dimension in ("site", "population") and value:
        return value if dimension == "site" else word_of(value)
    plain = word_of(value)
    if dimension in (SESSION, "sessions_attended") and plain.isdigit() and len(plain) < 3:
        return f"{int(plain):02d}"
    plain = _SYNONYMS.get(plain, plain)
    if plain not in _VALUES.get(dimension, ()):
        raise wrong("place_value", word=word, known=list(_VALUES.get(dimension, ("1", "2", "3"))))
    return plain


# --- periods ------------------------------------------------------------------------------------------------------


def period_word(word: str) -> str | None:
    """Give the canonical word of a period; None when it is none."""
    for pattern, name in _PERIODS:
        if found := pattern.match(word):
            return name or checked(found[1].upper())
    return None


def checked(word: str) -> str:
    """Give a period back if there is such a one."""
    try:
        period_of(word, Period(date(2026, 1, 1), date(2026, 12, 31)))
    except ValueError:
        raise wrong("place_period", word=word) from None
    return word


def period_of(word: str, report: Period) -> Period:
    """Give the days that a word means for a report about `report`; raise ValueError when there are none.

    `previous` is as many whole months before it, `ytd` from January to its end, `Q3` a quarter of its last year.
    """
    if word == "this":
        return report
    if word == "ytd":
        return Period(report.last.replace(month=1, day=1), report.last)
    if word == "previous":
        count = months_in(report)
        return months_from(month_number(report.first) - count, count)
    first, _, last = word.partition("..")
    start = named_period(first, report.last.year)
    return Period(start.first, named_period(last, report.last.year).last) if last else start


def named_period(word: str, year: int) -> Period:
    """Give a year, half, quarter or month as days."""
    front, _, back = word.rpartition("-")
    if back[:1] in ("Q", "H"):
        length = 3 if back[0] == "Q" else 6
        number = int(back[1:])
        if not 1 <= number <= 12 // length:
            raise ValueError(word)
        return months_from((int(front) if front else year) * 12 + (number - 1) * length, length)
    if not front:
        return months_from(int(word) * 12, 12)
    if not 1 <= int(back) <= 12:
        raise ValueError(word)
    return months_from(int(front) * 12 + int(back) - 1, 1)


def month_number(day: date) -> int:
    """Give a month as one number, so that months can be counted."""
    return day.year * 12 + day.month - 1


def months_in(period: Period) -> int:
    """Give over how many months a period reaches."""
    return month_number(period.last) - month_number(period.first) + 1


def months_from(number: int, count: int) -> Period:
    """Give so many whole months from a month on; raise ValueError outside the calendar."""
    after = number + count
    first = date(number // 12, number % 12 + 1, 1)
    return Period(first, date(after // 12, after % 12 + 1, 1) - timedelta(days=1))
