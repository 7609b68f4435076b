"""Words about a funder's own template: what became of a cell, and what is said before it is filled."""

from collections.abc import Mapping

from gipt.i18n import N_, NC_, Marked, gettext, pgettext

COLUMNS: Mapping[str, str] = {
    "cell": N_("Cell"),
    "figure": N_("What it asks for"),
    "period": N_("Period"),
    "definition": N_("Definition"),
    "state": N_("What became of it"),
    "value": N_("Value"),
}
STATES: Mapping[str, str] = {
    "filled": N_("Filled"),
    "hidden": N_("Empty: it would tell something about few people"),
    "nothing": N_("Empty: there is nothing to count"),
    "later": N_("Empty: the period is not over yet"),
    "absent": N_("Empty: there is no such figure in this programme"),
}
HIDDEN_HERE = N_(
    "Counts from 1 to %(most)s, and those from which one could be worked out, are left empty. All cells of the "
    "workbook are protected together."
)
REMARKS: Mapping[str, str] = {
    "signature": N_(
        "The workbook is signed. The signature will no longer be valid, because the figures are new."
    ),
    "pivot": N_("There are pivot tables. They show the old figures until somebody refreshes them in Excel."),
    "links": N_(
        "There are links to other workbooks. They stay as they are; what comes from there is not updated."
    ),
    "queries": N_("There are queries to other sources. They stay as they are and are not run."),
    "embedded": N_(
        "There are files inside the workbook. They stay as they are; nobody looks into them here."
    ),
    "charts": N_(
        "There are charts. Their drawing is renewed when the workbook is opened in Excel or LibreOffice."
    ),
    "hidden_sheets": N_(
        "There are hidden sheets. They stay hidden; cells to fill are looked for there as well."
    ),
    "protected": N_(
        "There are protected sheets. They stay protected, and their cells are filled all the same."
    ),
    "mixed": N_("Some texts with figures are written in several looks. The new text has one look."),
    "formulas": N_(
        "Formulas that use filled cells are calculated when the workbook is opened. A preview that does not calculate "
        "shows them empty."
    ),
}
PERIODS: Mapping[str, Marked] = {
    "this": NC_("template period", "The period of the report"),
    "previous": NC_("template period", "The period before it"),
    "ytd": NC_("template period", "From January to its end"),
    "Q1": NC_("template period", "January to March"),
    "Q2": NC_("template period", "April to June"),
    "Q3": NC_("template period", "July to September"),
    "Q4": NC_("template period", "October to December"),
}
PARTS: Mapping[str, Marked] = {
    "value": NC_("template part", "Value: the share, mean or count"),
    "percent": NC_("template part", "Share as a number from 0 to 100"),
    "numerator": NC_("template part", "Numerator"),
    "rest": NC_("template part", "Rest"),
    "denominator": NC_("template part", "Denominator"),
    "n": NC_("template part", "n"),
    "missing": NC_("template part", "Not known"),
    "low": NC_("template part", "Lower end of the interval"),
    "high": NC_("template part", "Upper end of the interval"),
    "target": NC_("template part", "Target of the period"),
    "baseline": NC_("template part", "Baseline of the target"),
    "of_target": NC_("template part", "How much of the target was reached"),
}


def remark(code: str) -> str:
    """Give a sentence about something in the workbook."""
    return gettext(REMARKS[code])


def state_words(code: str) -> str:
    """Give what became of a cell."""
    return gettext(STATES.get(code, STATES["absent"]))


def period_words(code: str) -> str:
    """Give the words for a period that can be chosen."""
    return pgettext(*PERIODS[code])


def part_words(code: str) -> str:
    """Give the words for a part of a figure."""
    return pgettext(*PARTS[code])
