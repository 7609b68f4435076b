"""One label for every code that people see, marked for translation; its context is the kind of the code.

Two registers: office words, and plain words for facilitators and whatever a member or family could see (no
diagnosis, no score; decision 8). A code without a plain word of its own uses the office word.
"""

import re
from collections.abc import Mapping

from gipt.i18n import NC_, Marked, pgettext
from gipt.words.adaptations import ADAPTATION_LABELS
from gipt.words.meeting_labels import MEETING_LABELS
from gipt.words.people_labels import PEOPLE_LABELS
from gipt.words.record_labels import RECORD_LABELS
from gipt.words.report_labels import REPORT_LABELS

Table = Mapping[str, Mapping[str, Marked]]

NOT_RECORDED = "–"
AGE_BAND = re.compile(
    r"under_(?P<under>\d{1,3})|(?P<from>\d{1,3})\+|(?P<low>\d{1,3})-(?P<high>\d{1,3})", re.ASCII
)

LABELS: Table = {
    **MEETING_LABELS,
    **RECORD_LABELS,
    **PEOPLE_LABELS,
    **REPORT_LABELS,
    **ADAPTATION_LABELS,
}
"""Office words, by kind and code; the order is the order of choices."""

PLAIN: Table = {
    "incident_category": {
        "death": NC_("incident_category", "Somebody died"),
        "suicide_attempt": NC_("incident_category", "Tried to end their life"),
        "serious_violence": NC_("incident_category", "Badly hurt by somebody"),
        "emergency_stay": NC_("incident_category", "Had to stay in hospital"),
        "lack_of_food": NC_("incident_category", "Has almost nothing to eat"),
        "other_serious": NC_("incident_category", "Something else that is very bad"),
        "injury": NC_("incident_category", "Hurt on the way or at a meeting"),
        "rise_in_thoughts": NC_("incident_category", "Thinks of dying much more than before"),
        "concrete_plan": NC_("incident_category", "Has a plan to end their life"),
        "rise_in_distress": NC_("incident_category", "Feels much worse than before"),
        "rise_in_conflict": NC_("incident_category", "Much more conflict at home or around"),
        "other_violence": NC_("incident_category", "Other violence to members or to us"),
        "other": NC_("incident_category", "Something else"),
    },
    "complaint_about": {
        "harm": NC_("complaint_about", "Somebody who works here hurt or abused somebody"),
        "conduct": NC_("complaint_about", "How somebody who works here behaved"),
    },
    "attendance": {
        "present": NC_("attendance", "Came"),
        "late": NC_("attendance", "Came late"),
        "left_early": NC_("attendance", "Left early"),
        "absent_told": NC_("attendance", "Did not come, told us"),
        "absent_unknown": NC_("attendance", "Did not come"),
        "excused": NC_("attendance", "Could not come"),
        "makeup_done": NC_("attendance", "Met on another day"),
        "not_expected": NC_("attendance", "Not expected yet"),
    },
    "exit_type": {
        "completed": NC_("exit_type", "Finished"),
        "dropped_out": NC_("exit_type", "Stopped coming"),
        "excluded": NC_("exit_type", "Better helped elsewhere"),
        "referred_out": NC_("exit_type", "Now helped elsewhere"),
        "withdrew_consent": NC_("exit_type", "No longer wants to take part"),
    },
    "session_status": {
        "held": NC_("session_status", "Done"),
        "cancelled": NC_("session_status", "Did not happen"),
        "postponed": NC_("session_status", "Moved"),
        "merged": NC_("session_status", "Joined with another"),
        "not_held_no_report": NC_("session_status", "No record yet"),
    },
    "session_kind": {
        "core": NC_("session_kind", "Meeting"),
        "follow_up": NC_("session_kind", "Meeting after the cycle"),
        "booster": NC_("session_kind", "Extra meeting"),
        "makeup": NC_("session_kind", "Meeting on another day"),
    },
    "problem_area": {
        "dispute": NC_("problem_area", "Disagreement"),
        "life_change": NC_("problem_area", "Life change"),
    },
    "assessment_point": {
        "screening": NC_("assessment_point", "First talk"),
        "pre_group": NC_("assessment_point", "Before-meeting"),
        "session": NC_("assessment_point", "Check-in"),
        "midline": NC_("assessment_point", "Check-in midway"),
        "endline": NC_("assessment_point", "Last check-in"),
        "follow_up": NC_("assessment_point", "Check-in later"),
    },
    "measure": {
        "phq9": NC_("measure", "Check-in"),
        "phq2": NC_("measure", "Short check-in"),
        "gad7": NC_("measure", "Check-in about worries"),
        "who5": NC_("measure", "Check-in about well-being"),
        "epds": NC_("measure", "Check-in for mothers"),
        "whodas12": NC_("measure", "Check-in about daily life"),
    },
    "missing_reason": {
        "not_asked": NC_("missing_reason", "Not asked"),
        "blank": NC_("missing_reason", "Not answered yet"),
        "refused": NC_("missing_reason", "Prefer not to answer"),
        "does_not_know": NC_("missing_reason", "I do not know"),
    },
    "eligibility": {
        "eligible": NC_("eligibility", "Can join"),
        "eligible_waitlisted": NC_("eligibility", "Can join, waiting"),
        "below_threshold": NC_("eligibility", "Doing well enough without the group"),
        "excluded_risk_referred": NC_("eligibility", "Needs other help first"),
        "excluded_other_referred": NC_("eligibility", "Better helped elsewhere"),
        "declined": NC_("eligibility", "Did not want to"),
        "not_reachable": NC_("eligibility", "Could not be reached"),
        "duplicate": NC_("eligibility", "Already on the list"),
    },
}
"""Words for facilitators, where they differ."""


def label(kind: str, code: object, *, plain: bool = False) -> str:
    """Give the word for a code in the language in use; `plain` asks for the facilitators' word.

    None gives a dash, and a code that has no word (a programme's own) is shown as it is written. Raises
    KeyError for a kind that does not exist.
    """
    office = LABELS[kind]
    if code is None or code == "":
        return NOT_RECORDED
    name = str(code)
    if kind == "report":
        name = name.partition(":")[0]  # a template carries its id
    marked = (PLAIN.get(kind, {}).get(name) if plain else None) or office.get(name)
    if marked is None and kind == "age_band":
        return age_band_label(name)
    return pgettext(*marked) if marked else name.replace("_", " ")


def age_band_label(code: str) -> str:
    """Give the words for an age band, whose ages the programme chooses: `18-24`, `60+`, `under_10`."""
    match = AGE_BAND.fullmatch(code)
    if match is None:
        return code
    if match["under"]:
        return pgettext("age_band", "Under %(age)s", age=match["under"])
    if match["from"]:
        return pgettext("age_band", "%(age)s and over", age=match["from"])
    return pgettext("age_band", "%(low)s to %(high)s", low=match["low"], high=match["high"])


def labels(kind: str, *, plain: bool = False) -> list[tuple[str, str]]:
    """List (code, word) of a kind in its own order, for a choice in a form."""
    return [(code, label(kind, code, plain=plain)) for code in LABELS[kind]]


def level_label(level: int | None) -> str:
    """Give the word for a safety level, 1 to 3; None is an episode that nobody sorted yet."""
    return label("safety_level", "unknown" if level is None else level)
