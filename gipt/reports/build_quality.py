"""The sheet of data quality: ten checks, how much each found, what it means and who can mend it (ux.md C11)."""

from gipt.domain.data_quality import Check
from gipt.i18n import N_, gettext
from gipt.reports import labels
from gipt.reports.counted import Counted
from gipt.reports.rows import columns
from gipt.reports.sums import quality_key
from gipt.reports.workbook import Kind, Row, Sheet, Value

QUALITY_COLUMNS = (
    ("check", Kind.TEXT), ("check_name", Kind.TEXT), ("state", Kind.TEXT), ("found", Kind.INTEGER),
    ("meaning", Kind.TEXT), ("who_mends", Kind.TEXT),
)  # fmt: skip
WHERE = ("found_at", Kind.TEXT)
MOST_PLACES = 100
"""Codes named in one cell; the rest are counted."""
OFFICE, FACILITATOR, SUPERVISOR = N_("The office"), N_("The facilitator"), N_("The supervisor")
CHECKS = {
    Check.NO_REGISTER: (
        N_("Meetings without a register"),
        N_("The day is over and nobody wrote who came, or that the meeting was not held."),
        FACILITATOR,
    ),
    Check.NO_CHECK_IN: (
        N_("Came, and no check-in"),
        N_("Members came to a meeting in which a check-in is due, and none was finished."),
        FACILITATOR,
    ),
    Check.CHECK_IN_ABSENT: (
        N_("Check-in, and did not come"),
        N_("A check-in was finished in a meeting to which the member did not come: one of both is wrong."),
        FACILITATOR,
    ),
    Check.WRONG_DATE: (
        N_("Dates that cannot be"),
        N_("A meeting or check-in after today, or before anybody was enrolled."),
        OFFICE,
    ),
    Check.TWO_GROUPS: (
        N_("Members of two groups"),
        N_("Somebody belongs to two groups that go on, and may be counted in both."),
        OFFICE,
    ),
    Check.NO_CONSENT: (
        N_("No consent written down"),
        N_("People were enrolled and nobody wrote down that they agreed to take part."),
        OFFICE,
    ),
    Check.DUPLICATES: (
        N_("Perhaps the same person"),
        N_(
            "Pairs of people with like names or phones, about whom nobody decided. One person may be counted twice."
        ),
        OFFICE,
    ),
    Check.ALIKE: (
        N_("The same answers from everybody"),
        N_(
            "All members of a meeting gave the same answers to every question. They may have been filled in by one."
        ),
        SUPERVISOR,
    ),
    Check.CONFLICTS: (
        N_("Two values for one cell"),
        N_("Two people wrote different things at the same time, and nobody decided."),
        OFFICE,
    ),
    Check.SILENT_PHONES: (
        N_("Phones not heard of"),
        N_("A phone with meetings that are not sent yet was not heard of for some days."),
        SUPERVISOR,
    ),
}
STATES = {
    "clean": N_("✓ Nothing found"),
    "found": N_("▲ Please look"),
    "hidden": N_("– Too few to say"),
}
"""A sign and words, so that nothing depends on a colour."""


def quality_sheet(counted: Counted, lead: tuple[str, ...]) -> Sheet:
    """Give one row for each check, inside the organisation with the codes of the places it found."""
    inside = counted.ledger.threshold is None
    return Sheet(
        "data_quality",
        gettext(labels.SHEETS["data_quality"]),
        columns((*QUALITY_COLUMNS, WHERE) if inside else QUALITY_COLUMNS),
        tuple((*check_row(counted, check), *([places(counted, check)] if inside else [])) for check in Check),
        lead,
        frozen_columns=2,
    )


def check_row(counted: Counted, check: Check) -> Row:
    """Give one check; one that could not be made is "not recorded", never clean."""
    name, meaning, mends = CHECKS[check]
    key = quality_key(check)
    count: Value = None
    state = gettext(labels.NOTES["not_recorded"])
    if key in counted.ledger.counts:
        count = counted.ledger.cell(key)
        state = gettext(STATES[state_of(count)])
    return (check.value, gettext(name), state, count, gettext(meaning), gettext(mends))


def state_of(count: Value) -> str:
    """Give the code of what a printed count says; a star may hide any number, none included."""
    if count == "*":
        return "hidden"
    return "found" if count else "clean"


def places(counted: Counted, check: Check) -> str | None:
    """Give the codes of the places at which a check found something, each with its count where it is more than one."""
    found = counted.quality.of(check) if counted.quality is not None else []
    said = [one.code if one.count == 1 else f"{one.code} ({one.count})" for one in found[:MOST_PLACES]]
    more = len(found) - len(said)
    if more:
        said.append(gettext("and %(count)s more", count=more))
    return ", ".join(said) or None
