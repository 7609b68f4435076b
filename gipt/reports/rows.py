"""Rows of figures as they stand in a workbook.

One shape for indicators and outcomes, hidden where they must be.
"""

from collections.abc import Mapping, Sequence

from gipt.domain.disclosure import speaks_of_everybody
from gipt.domain.indicators import Tally
from gipt.domain.indicators.change import MeanChange
from gipt.domain.outcomes import AnalysisSet, Rate, coverage_is_low
from gipt.domain.statistics import LEAST_N_FOR_EFFECT_SIZE, Interval
from gipt.i18n import gettext
from gipt.reports import labels
from gipt.reports.figures import SAFETY_UNKNOWN, Counted
from gipt.reports.workbook import Cell, Column, Kind, Typed, Value
from gipt.words import label

FIGURE_COLUMNS = (
    ("code", Kind.TEXT), ("indicator", Kind.TEXT), ("set", Kind.TEXT), ("analysis_set", Kind.TEXT), ("unit", Kind.TEXT),
    ("numerator", Kind.INTEGER), ("rest", Kind.INTEGER), ("denominator", Kind.INTEGER), ("value", Kind.PERCENT),
    ("low", Kind.PERCENT), ("high", Kind.PERCENT), ("n", Kind.INTEGER), ("missing", Kind.INTEGER),
    ("definition", Kind.TEXT), ("note", Kind.TEXT),
)  # fmt: skip
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
    if tally.code == "I-09" and isinstance(value, Typed) and value.value is not None:
        low_coverage = coverage_is_low(Rate(tally.numerator, tally.denominator or 0))
        note = gettext(labels.NOTES["low_coverage"]) if low_coverage else note
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
        definition_text(tally.rules, words),
        note,
    ]


def share_cells(counted: Counted, tally: Tally) -> tuple[Cell, Cell, Cell, str | None]:
    """Give share, both ends of its interval, and why there is none."""
    if tally.denominator_set is None or tally.rest_set is None:
        return None, None, None, None
    if not tally.denominator:
        return None, None, None, gettext(labels.NOTES["nothing"])
    if not may_show_share(counted, tally):
        return None, None, None, gettext(labels.NOTES["hidden"])
    ends = tally.interval
    if tally.denominator < LEAST_N_FOR_EFFECT_SIZE or ends is None:
        return share(tally.value), None, None, gettext(labels.NOTES["too_small"])
    return share(tally.value), share(ends.low), share(ends.high), None


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


def mean_row(counted: Counted, words: Mapping[str, str]) -> list[Cell]:
    """Give the row of I-10, mean change of the observed pairs."""
    found = counted.means[AnalysisSet.OBSERVED]
    return statistic_row(
        counted, found, AnalysisSet.OBSERVED, "mean_change", indicator_name("I-10", words), words
    )


def mean_rows(counted: Counted, words: Mapping[str, str]) -> list[list[Cell]]:
    """Give means, spreads and the standardised change, observed and carried forward side by side."""
    return [
        statistic_row(counted, counted.means[which], which, name, gettext(title), words)
        for name, title in labels.STATISTICS.items()
        for which in counted.means
    ]


def statistic_row(
    counted: Counted,
    found: MeanChange,
    which: AnalysisSet,
    name: str,
    title: str,
    words: Mapping[str, str],
) -> list[Cell]:
    """Give the row of one statistic of the paired change; nothing where too few people are behind it."""
    value, ends = statistic(found, name)
    base = f"scored_{which.value}"
    reason = why_no_mean(counted, found, which)
    too_small = name == "g_av" and not found.change.effect_size_may_be_shown
    if reason is None and (too_small or found.change.n < LEAST_N_FOR_EFFECT_SIZE):
        ends, value = None, None if too_small else value
        reason = gettext(labels.NOTES["too_small"])
    elif reason is not None:
        value, ends = None, None
    return [
        "I-10",
        title,
        which.value,
        label("analysis_set", which),
        gettext(labels.STANDARD_DEVIATIONS if name == "g_av" else labels.POINTS),
        None,
        None,
        None,
        decimal(value),
        decimal(ends.low if ends else None),
        decimal(ends.high if ends else None),
        counted.ledger.cell(base),
        counted.ledger.cell("not_paired" if which is AnalysisSet.OBSERVED else "not_carried"),
        definition_text((*found.rules, which.value), words),
        reason,
    ]


def statistic(found: MeanChange, name: str) -> tuple[float | None, Interval | None]:
    """Give one statistic and its interval."""
    change = found.change
    values: dict[str, tuple[float | None, Interval | None]] = {
        "mean_baseline": (change.mean_pre, None),
        "sd_baseline": (change.sd_pre, None),
        "mean_endline": (change.mean_post, None),
        "sd_endline": (change.sd_post, None),
        "mean_change": (change.mean_change, change.change_interval),
        "sd_change": (change.sd_change, None),
        "g_av": (change.g_av, change.g_av_interval),
    }
    return values[name]


def why_no_mean(counted: Counted, found: MeanChange, which: AnalysisSet) -> str | None:
    """Give why a mean may not be printed; None when it may.

    Its n must be printed and not small. Two means over nearly the same people would give away the few
    between, so the one carried forward is printed only where the observed one is hidden or far enough from it.
    """
    if not found.change.n:
        return gettext(labels.NOTES["nothing"])
    threshold = counted.ledger.threshold
    if threshold is None:
        return None
    observed = counted.means[AnalysisSet.OBSERVED].change.n
    between = 0 < found.change.n - observed < threshold
    if not may_print_mean(counted, which) or (between and may_print_mean(counted, AnalysisSet.OBSERVED)):
        return gettext(labels.NOTES["hidden"])
    return None


def may_print_mean(counted: Counted, which: AnalysisSet) -> bool:
    """Say whether a mean rests on enough people and its n is printed."""
    ledger = counted.ledger
    return ledger.shows(f"scored_{which.value}") and counted.means[which].change.n >= (ledger.threshold or 0)


def indicator_name(code: str, words: Mapping[str, str]) -> str:
    """Give the name of an indicator."""
    return gettext(labels.INDICATORS[code], **words)


def definition_text(rules: Sequence[str], words: Mapping[str, str]) -> str:
    """Give the sentences that say how a figure is counted."""
    return " ".join(gettext(labels.RULES[rule], **words) for rule in rules)


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
