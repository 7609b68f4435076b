"""Rows of figures as they stand in a workbook.

One shape for indicators and outcomes, hidden where they must be.
"""

from collections.abc import Mapping, Sequence

from gipt.domain.disclosure import speaks_of_everybody
from gipt.domain.indicators import Tally
from gipt.domain.indicators.means import MeanChange
from gipt.domain.outcomes import AnalysisSet, Rate, coverage_is_low
from gipt.domain.statistics import LEAST_N_FOR_EFFECT_SIZE, Interval, wilson_interval
from gipt.i18n import gettext
from gipt.reports import labels
from gipt.reports.counted import Counted
from gipt.reports.indicator_labels import INDICATORS, RULES, RULES_OF, STATISTICS
from gipt.reports.set_labels import SETS
from gipt.reports.sums import SAFETY_UNKNOWN
from gipt.reports.workbook import Cell, Column, Kind, Typed, Value
from gipt.words import label

FIGURE_COLUMNS = (
    ("code", Kind.TEXT), ("indicator", Kind.TEXT), ("set", Kind.TEXT), ("analysis_set", Kind.TEXT), ("unit", Kind.TEXT),
    ("numerator", Kind.INTEGER), ("rest", Kind.INTEGER), ("denominator", Kind.INTEGER), ("value", Kind.PERCENT),
    ("low", Kind.PERCENT), ("high", Kind.PERCENT), ("n", Kind.INTEGER), ("missing", Kind.INTEGER),
    ("excluded", Kind.INTEGER), ("excluded_because", Kind.TEXT), ("definition", Kind.TEXT), ("note", Kind.TEXT),
)  # fmt: skip
POSITIONS = {code: number for number, (code, _) in enumerate(FIGURE_COLUMNS)}
COVERED = frozenset({"observed", "locf"})
"""Ways of counting that say little where few have an endline."""
STANDARDISED = frozenset({"d_av", "g_av"})
"""Statistics in standard deviations."""
PLACES_OF_SHARE, PLACES_OF_MEAN = 2, 2
"""Decimals: whole per cent, and two of a score, so that nothing can be worked back from them."""


def columns(wanted: Sequence[tuple[str, Kind]]) -> tuple[Column, ...]:
    """Give columns with their titles in the language in use."""
    return tuple(Column(code, gettext(labels.COLUMNS[code]), kind) for code, kind in wanted)


def tally_row(
    counted: Counted, tally: Tally, words: Mapping[str, str], which: AnalysisSet | None = None
) -> list[Cell]:
    """Give the row of a tally.

    Counts as they may be printed, share and interval only where all counts are.
    """
    ledger = counted.ledger
    value, low, high, note = share_cells(counted, tally)
    has_rest = tally.denominator_set is not None and tally.rest_set is not None
    if tally.denominator_set is None:
        value = Typed(ledger.cell(tally.numerator_set), Kind.INTEGER)
    if note is None and (tally.code == "I-09" or tally.rules[-1] in COVERED):
        note = low_coverage(counted)
    return [
        tally.code,
        indicator_name(tally.code, words),
        which.value if which else None,
        label("analysis_set", which) if which else None,
        label("unit", tally.unit),
        ledger.cell(tally.numerator_set),
        ledger.cell(tally.rest_set) if has_rest and tally.rest_set else None,
        ledger.cell(tally.denominator_set) if tally.denominator_set else None,
        value,
        low,
        high,
        ledger.cell(tally.denominator_set or tally.numerator_set),
        ledger.cell(tally.missing_set) if tally.missing_set else None,
        ledger.cell(tally.excluded_set) if tally.excluded_set else None,
        set_name(tally.excluded_set, words) if tally.excluded_set else None,
        definition_text(tally.rules, words),
        note,
    ]


def share_cells(
    counted: Counted, tally: Tally, where: str = ""
) -> tuple[Typed | None, Typed | None, Typed | None, str | None]:
    """Give the share at a place, both ends of its Wilson interval, and why there is none.

    The interval is worked out of the two counts beside it, so it says nothing that they do not.
    """
    if tally.denominator_set is None or tally.rest_set is None:
        return None, None, None, None
    below = counted.ledger.value(tally.denominator_set, where)
    above = counted.ledger.value(tally.numerator_set, where)
    if not below:
        return None, None, None, gettext(labels.NOTES["nothing"])
    if not may_show_share(counted, tally, where):
        return None, None, None, gettext(labels.NOTES["hidden"])
    ends = wilson_interval(above, below)
    if below < LEAST_N_FOR_EFFECT_SIZE or ends is None:
        return share(above / below), None, None, gettext(labels.NOTES["too_small"])
    return share(above / below), share(ends.low), share(ends.high), None


def may_show_share(counted: Counted, tally: Tally, where: str = "") -> bool:
    """Say whether all three counts of a share are printed, and it does not speak of everybody among few."""
    ledger = counted.ledger
    names = (tally.numerator_set, tally.rest_set, tally.denominator_set)
    if not all(name is not None and ledger.shows(name, where) for name in names):
        return False
    if ledger.threshold is None:
        return True
    below, above = ledger.value(tally.denominator_set or "", where), ledger.value(tally.numerator_set, where)
    if below < ledger.threshold:
        return False
    return not (tally.sensitive and speaks_of_everybody(above, below, ledger.threshold))


def share(value: float | None) -> Typed:
    """Give a share as a whole per cent."""
    return Typed(None if value is None else round(value, PLACES_OF_SHARE), Kind.PERCENT)


def decimal(value: float | None) -> Typed:
    """Give a score or spread with two decimals."""
    return Typed(None if value is None else round(value, PLACES_OF_MEAN), Kind.DECIMAL)


def mean_row(counted: Counted, name: str, words: Mapping[str, str]) -> list[Cell]:
    """Give the row of a mean change: I-10, or the change on the function measure."""
    found = counted.means[name]
    return statistic_row(counted, name, "mean_change", indicator_name(found.code, words), words)


def mean_rows(counted: Counted, words: Mapping[str, str]) -> list[list[Cell]]:
    """Give means, spreads and the standardised change, each way of counting beside the others.

    A midline that nobody took and a function measure that is not used are not recorded.
    """
    rows = []
    for name, found in counted.means.items():
        if name == "midline" and not found.change.n:
            rows.append(not_recorded_row(found.code, words, found.rules))
            continue
        of = "" if found.code == "I-10" else found.code
        rows += [
            statistic_row(counted, name, statistic, gettext(titles[of]), words)
            for statistic, titles in STATISTICS.items()
            if of in titles
        ]
    return rows


def statistic_row(
    counted: Counted, name: str, statistic: str, title: str, words: Mapping[str, str]
) -> list[Cell]:
    """Give the row of one statistic of a paired change; nothing where too few people are behind it."""
    found, ledger = counted.means[name], counted.ledger
    value, ends = statistic_of(found, statistic)
    standardised = statistic in STANDARDISED
    reason = why_no_mean(counted, name)
    too_small = standardised and not found.change.effect_size_may_be_shown
    if reason is None and (too_small or found.change.n < LEAST_N_FOR_EFFECT_SIZE):
        ends, value = None, None if too_small else value
        reason = gettext(labels.NOTES["too_small"])
    elif reason is not None:
        value, ends = None, None
    elif name in ("observed", "locf"):
        reason = low_coverage(counted)
    return [
        found.code,
        title,
        found.which.value if found.which else None,
        label("analysis_set", found.which) if found.which else None,
        gettext(labels.STANDARD_DEVIATIONS if standardised else labels.POINTS),
        None,
        None,
        None,
        decimal(value),
        decimal(ends.low if ends else None),
        decimal(ends.high if ends else None),
        ledger.cell(found.n_set),
        ledger.cell(found.missing_set),
        None,
        None,
        definition_text(found.rules, words),
        reason,
    ]


def statistic_of(found: MeanChange, name: str) -> tuple[float | None, Interval | None]:
    """Give one statistic and its interval."""
    change = found.change
    values: dict[str, tuple[float | None, Interval | None]] = {
        "mean_before": (change.mean_pre, None),
        "sd_before": (change.sd_pre, None),
        "mean_after": (change.mean_post, None),
        "sd_after": (change.sd_post, None),
        "mean_change": (change.mean_change, change.change_interval),
        "sd_change": (change.sd_change, None),
        "d_av": (change.d_av, None),
        "g_av": (change.g_av, change.g_av_interval),
    }
    return values[name]


def why_no_mean(counted: Counted, name: str) -> str | None:
    """Give why a mean may not be printed; None when it may (`figures.standing_means`)."""
    if not counted.means[name].change.n:
        return gettext(labels.NOTES["nothing"])
    return None if name in counted.standing else gettext(labels.NOTES["hidden"])


def low_coverage(counted: Counted) -> str | None:
    """Give the warning where few of those who started have an endline, if the reader may know how many."""
    tally = counted.tallies["I-09"]
    if not tally.denominator or not may_show_share(counted, tally):
        return None
    low = coverage_is_low(Rate(tally.numerator, tally.denominator))
    return gettext(labels.NOTES["low_coverage"]) if low else None


def not_recorded_row(code: str, words: Mapping[str, str], rules: Sequence[str] = ()) -> list[Cell]:
    """Give the row of an indicator of which the programme keeps no record: never 0."""
    name, text = indicator_name(code, words), definition_text(rules or RULES_OF.get(code, ()), words)
    said = gettext(labels.NOTES["not_recorded"])
    blank: list[Cell] = [None] * (len(FIGURE_COLUMNS) - 2)
    row: list[Cell] = [code, name, *blank]
    for column, cell in (("value", said), ("definition", text or None)):
        row[POSITIONS[column]] = cell
    return row


def indicator_name(code: str, words: Mapping[str, str]) -> str:
    """Give the name of an indicator."""
    return gettext(INDICATORS[code], **words)


def definition_text(rules: Sequence[str], words: Mapping[str, str]) -> str:
    """Give the sentences that say how a figure is counted."""
    return " ".join(gettext(RULES[rule], **words) for rule in rules)


def set_name(name: str, words: Mapping[str, str]) -> str:
    """Give who or what a set of counted units is."""
    return gettext(SETS[name], **words)


def rule_words(counted: Counted) -> dict[str, str]:
    """Give what fills the sentences about rules."""
    choices = counted.choices
    steps = sorted({(one.sessions, one.threshold) for one in counted.rows})
    cut_offs = sorted({one.cut_off for one in counted.screened if one.cut_off is not None})
    return {
        "completion": "; ".join(
            gettext(labels.SENTENCES["completion"], threshold=least, sessions=n) for n, least in steps
        )
        or gettext(labels.SENTENCES["completion_default"]),
        "cut_offs": ", ".join(map(str, cut_offs or [choices.cut_off])),
        "cut_off": str(choices.cut_off),
        "remission": str(choices.remission_below),
        "step": str(choices.reliable_step),
        "function_step": str(choices.function_step),
        "on_time": str(choices.on_time_days),
    }


def unknown_safety(counted: Counted) -> Value:
    """Give how many scores came without answers, as it may be printed."""
    return counted.ledger.cell(SAFETY_UNKNOWN)
