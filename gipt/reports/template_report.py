"""A funder's template as a report: what it needs counted, the filled file, and what stayed empty and why."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gipt.domain.disclosure import DEFAULT_THRESHOLD
from gipt.domain.indicators import ReportFacts
from gipt.domain.periods import Period, check_whole_months
from gipt.domain.problems import Conflict
from gipt.i18n import format_date, gettext, use_language
from gipt.reports import labels
from gipt.reports.context import ReportContext
from gipt.reports.definition import DIVIDING, INDICATORS, Definition, ReportKind
from gipt.reports.indicator_labels import INDICATORS as INDICATOR_NAMES
from gipt.reports.indicator_labels import RULES_OF
from gipt.reports.rows import definition_text, indicator_name, rule_words
from gipt.reports.template_cells import Spot, look_at
from gipt.reports.template_count import Counts, count_template, mean_of
from gipt.reports.template_figures import Figure, Figures, State, cell_value
from gipt.reports.template_fill import TextSheet, fill_package
from gipt.reports.template_places import OPENED, Wanted, period_of
from gipt.words import templates as words_of

PREFIX = "template:"
"""Before the id of a template where the name of a report stands."""


@dataclass(frozen=True, slots=True)
class Template:
    """A stored template: its file, the cells that were chosen (`A1!Sheet` to figure), whether to add definitions."""

    id: str
    name: str
    version: int
    content: bytes
    chosen: Mapping[str, str] = field(default_factory=dict)
    definitions: bool = False
    threshold: int = DEFAULT_THRESHOLD


@dataclass(frozen=True, slots=True)
class Left:
    """A cell that stayed empty: what it asks for, and why."""

    sheet: str
    address: str
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled template: bytes, cells filled by sheet, cells left empty, SHA-256 of what was written, its values."""

    content: bytes
    rows: dict[str, int]
    left: tuple[Left, ...]
    data_sha256: str
    printed: dict[str, float | int | str | None]
    """Each cell (`Sheet!B4`) as it reads; a hidden one is a star."""

    @property
    def figures(self) -> dict[str, list[int | str | None]]:
        """Give each cell as a text, so that the next report can say what changed."""
        return {
            cell: [value if value is None or isinstance(value, str) else str(value)]
            for cell, value in self.printed.items()
        }


def template_definition(template: Template, spots: Sequence[Spot]) -> Definition:
    """Give the report that a template is: the indicators and breakdowns its cells name.

    Without the cells (a template that is only named) all indicators and no breakdown.
    """
    wanted = [one for spot in spots for one in spot.wanted if one.indicator]
    named = {one.indicator for one in wanted}
    # A row that hangs on an indicator is counted with it: I-09-A with I-09, I-10-S with I-10.
    asked = [
        code for code in INDICATORS if any(name == code or name.startswith(f"{code}-") for name in named)
    ]
    cut = {one.indicator for one in wanted if one.dimensions}
    by = {dimension for one in wanted for dimension in one.dimensions}
    return Definition(
        id=f"{PREFIX}{template.id}",
        version=template.version,
        kind=ReportKind.EXTERNAL,
        title=template.name,
        sheets=("indicators",),
        indicators=tuple(asked) or INDICATORS,
        threshold=template.threshold,
        divided=tuple(code for code in INDICATORS if code in cut),
        dimensions=tuple(one for one in DIVIDING if one in by),
    )


def widest_period(spots: Sequence[Spot], report: Period) -> Period:
    """Give the days that hold every period that a template asks for and that is over by the end of the report."""
    periods = [report, *periods_of(spots, report)]
    return Period(min(one.first for one in periods), report.last)


def periods_of(spots: Sequence[Spot], report: Period) -> dict[Period, list[Wanted]]:
    """Give the figures by the period that they are about; those still to come are left out."""
    found: dict[Period, list[Wanted]] = {}
    for spot in spots:
        for one in spot.wanted:
            if one.indicator and (period := period_of(one.period, report)).last <= report.last:
                found.setdefault(period, []).append(one)
    return found


def cells_of(template: Template) -> tuple[Spot, ...]:
    """Give the cells of a template to fill; raise Conflict when there is none or when one cannot be filled."""
    look = look_at(template.content, template.chosen)
    if look.faults:
        raise Conflict(reason="template_faults")
    if not look.spots:
        raise Conflict(reason="template_without_cells")
    return look.spots


def fill(
    template: Template,
    spots: Sequence[Spot],
    definition: Definition,
    facts: ReportFacts,
    context: ReportContext,
) -> Filled:
    """Count, protect and fill; raise Invalid for a period that cuts a month or for too many periods.

    `definition` is the template's own, with what the programme decides. `facts` reach over `widest_period`.
    """
    check_whole_months(context.period)
    with use_language(context.language):
        counts = count_template(definition, facts, context.choices, periods_of(spots, context.period))
        figures = Figures(counts, context)
        answers = {spot: [figures.figure(one) for one in spot.wanted] for spot in spots}
        values = {(spot.sheet, spot.address): value_of(spot, found) for spot, found in answers.items()}
        left = tuple(
            Left(spot.sheet, spot.address, spot.text, state.value)
            for spot, found in answers.items()
            if (state := state_of(found)) is not State.FILLED
        )
        sheet = definitions_sheet(template, counts, answers, context) if template.definitions else None
        content = fill_package(template.content, values, sheet)
    filled = {key: value for key, value in values.items() if value is not None}
    rows = {
        name: sum(sheet == name for sheet, _ in filled) for name in dict.fromkeys(one.sheet for one in spots)
    }
    return Filled(content, rows, left, digest_of(values), printed_of(values, left))


def value_of(spot: Spot, found: Sequence[Figure]) -> float | int | str | None:
    """Give what is written into a cell: nothing as soon as one of its figures is not there."""
    return cell_value(spot, found) if state_of(found) is State.FILLED else None


def state_of(found: Sequence[Figure]) -> State:
    """Give the state of a cell: the first figure that is not there decides, a hidden one before all others."""
    states = [one.state for one in found]
    return next(
        (one for one in (State.HIDDEN, State.LATER, State.ABSENT, State.NOTHING) if one in states),
        State.FILLED,
    )


def digest_of(values: Mapping[tuple[str, str], float | int | str | None]) -> str:
    """Give the SHA-256 of what was written, in order of sheets and cells (decision 13)."""
    rows = [[*key, value] for key, value in sorted(values.items())]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def printed_of(
    values: Mapping[tuple[str, str], float | int | str | None], left: Sequence[Left]
) -> dict[str, float | int | str | None]:
    """Give each cell as it reads."""
    hidden = {(one.sheet, one.address) for one in left if one.state == State.HIDDEN}
    return {f"{key[0]}!{key[1]}": "*" if key in hidden else value for key, value in values.items()}


# --- the sheet of definitions -------------------------------------------------------------------------------------


def definitions_sheet(
    template: Template,
    counts: Mapping[Period, Counts],
    answers: Mapping[Spot, Sequence[Figure]],
    context: ReportContext,
) -> TextSheet:
    """Give the sheet that says what stands in each filled cell, how it is counted, and what was left empty."""
    head = [gettext(words_of.COLUMNS[code]) for code in ("cell", "figure", "period", "definition", "state")]
    rows = [
        cell_row(spot, one, figure, counts, context)
        for spot, found in answers.items()
        for one, figure in zip(spot.wanted, found, strict=True)
        if one.indicator
    ]
    about = [
        [gettext(labels.COVER[name]), text, "", "", ""]
        for name, text in (
            ("programme", context.programme),
            ("report_id", context.report_id),
            ("definition", f"{template.name} {template.version}"),
            ("small", gettext(words_of.HIDDEN_HERE, most=template.threshold - 1)),
            ("cause", gettext(labels.SENTENCES["cause"])),
            ("verify", context.verify_at),
        )
        if text is not None
    ]
    return TextSheet(
        gettext(labels.SHEETS["dictionary"]),
        [head, *rows, *about],
        (18, 44, 28, 80, 30),
        context.right_to_left,
    )


def cell_row(
    spot: Spot, wanted: Wanted, figure: Figure, counts: Mapping[Period, Counts], context: ReportContext
) -> list[str]:
    """Give one line: cell, figure, days, how it is counted, and what became of it."""
    period = period_of(wanted.period, context.period)
    days = gettext(labels.SENTENCES["period"], first=format_date(period.first), last=format_date(period.last))
    known = counts.get(period)
    words = rule_words(known.counted) if known else {}
    return [
        f"{spot.sheet}!{spot.address}",
        f"{wanted.text()} · {indicator_name(wanted.indicator, words)}"
        if known and names(wanted)
        else wanted.text(),
        days,
        rules_text(wanted, known, words) if known else "",
        gettext(words_of.STATES[figure.state.value]),
    ]


def names(wanted: Wanted) -> bool:
    """Say whether an indicator has a name of its own."""
    return wanted.indicator in INDICATOR_NAMES


def rules_text(wanted: Wanted, found: Counts, words: Mapping[str, str]) -> str:
    """Give how a figure is counted."""
    counted = found.counted
    if wanted.indicator == OPENED:
        return definition_text(("episodes",), words)
    if (name := mean_of(wanted)) is not None:
        rules = counted.means[name].rules if name in counted.means else ()
    elif wanted.indicator in counted.tallies:
        rules = counted.tallies[wanted.indicator].rules
    else:
        rules = RULES_OF.get(wanted.indicator, ())
    return definition_text(rules, words)
