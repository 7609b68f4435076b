"""Words of the page about reports: how far a run is, and why one could not be made."""

from collections.abc import Mapping

from gipt.i18n import N_, NC_, Marked, gettext, pgettext
from gipt.i18n.placeholders import placeholders
from gipt.words.faults import PROBLEM_SENTENCES

STAGE_WORDS: Mapping[str, Marked] = {
    "reading": NC_("report_stage", "Reading"),
    "counting": NC_("report_stage", "Counting"),
    "writing": NC_("report_stage", "Writing the sheets"),
    "checking": NC_("report_stage", "Checking the file"),
}
BROKEN: Mapping[str, str] = {
    "broken": N_("Something broke while it was made. Nothing half-done was kept."),
    "gave_up": N_("gipt was stopped three times while it was made."),
}


STOPPED: Mapping[str, str] = {
    "not_allowed": N_(
        "Whoever set it up may no longer have this report. Let it go on in your name, or end it."
    ),
    "unknown": N_("This report or language is no longer there. End it and set up another."),
    "not_found": N_("A site of it is gone, or no longer theirs. End it and set up another."),
}


def stopped_sentence(problem: str | None) -> str:
    """Give why a report is no longer made by itself; `problem` is a fault's code."""
    return gettext(STOPPED.get(problem or "", BROKEN["broken"]))


def stage_word(stage: str | None) -> str:
    """Give what is being done to a report now."""
    found = STAGE_WORDS.get(stage or "")
    return pgettext(*found) if found else pgettext("report_stage", "Waiting its turn")


def problem_sentence(code: str | None) -> str:
    """Give why a report could not be made; `code` is a fault's code with its reason."""
    known = BROKEN.get(code or "") or PROBLEM_SENTENCES.get(code or "")
    return gettext(known if known and not placeholders(known) else BROKEN["broken"])
