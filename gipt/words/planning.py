"""One sentence for every reason for which the planner skips a date or warns about it.

The codes are those of `ClashCode` in `gipt.domain.scheduling`. Names of people, places and groups are put in
by the caller, who may see them; without names a sentence of its own is used.
"""

from collections.abc import Mapping

from gipt.i18n import N_, gettext
from gipt.i18n.placeholders import placeholders
from gipt.words.faults import shown
from gipt.words.labels import LABELS, label

PLANNING_SENTENCES: Mapping[str, tuple[str, ...]] = {
    "closed_day": (
        N_("%(label)s: closed on this day."),
        N_("%(kind)s: closed on this day."),
        N_("Closed on this day."),
    ),
    "near_estimated": (
        N_("%(label)s is expected on %(other_on)s, give or take a day."),
        N_("A feast is expected near this day. Its date may move."),
    ),
    "facilitator_busy": (
        N_("%(people)s already meets another group: %(source)s at %(starts)s."),
        N_("%(people)s already meets another group at this time."),
        N_("The facilitator already meets another group at this time."),
    ),
    "facilitator_away": (N_("%(people)s is away on this day."), N_("The facilitator is away on this day.")),
    "supervisor_away": (
        N_("The supervisor %(people)s is away on this day."),
        N_("The supervisor is away on this day."),
    ),
    "venue_busy": (
        N_("%(venue)s is taken by %(source)s at %(starts)s."),
        N_("%(venue)s is taken at this time."),
        N_("The place is taken at this time."),
    ),
    "member_busy": (
        N_("%(people)s meets another group at this time."),
        N_("A member meets another group at this time."),
    ),
    "out_of_order": (
        N_("This is not after the session before it, or not before the next one (%(other_on)s)."),
        N_("This is not after the session before it, or not before the next one."),
    ),
    "travel_time": (
        N_("%(people)s needs %(needed)s minutes from %(venue)s and has %(found)s."),
        N_("The way from the other meeting takes %(needed)s minutes. There are %(found)s."),
        N_("There is too little time for the way from the other meeting."),
    ),
    "load": (
        N_("%(people)s would meet %(found)s groups in this week. The limit is %(needed)s."),
        N_("The facilitator would meet more groups in this week than the limit."),
    ),
    "weekend": (N_("This day is in the weekend."),),
    "weekday_changed": (N_("This is another day of the week than the others."),),
    "long_gap": (
        N_("%(found)s days since the meeting before. More than %(needed)s is long."),
        N_("Many days lie between this meeting and the one before."),
    ),
    "short_gap": (
        N_("Only %(found)s days since the meeting before. Fewer than %(needed)s is short."),
        N_("Few days lie between this meeting and the one before."),
    ),
    "clock_skipped": (N_("The clock is put forward on this day. Please check the time."),),
    "clock_repeated": (N_("The clock is put back on this day. Please check the time."),),
}
"""Sentences by code, the most exact first; the last one needs nothing."""


def reason_sentence(code: str, details: Mapping[str, object]) -> str:
    """Say why a date was skipped or is warned about, with as much of the details as there is.

    `details` are the fields of a `Clash` with ids replaced by names (`people`, `source`, `venue`); empty ones
    count as missing. A code without a sentence is shown as it is written.
    """
    arguments = {
        name: shown(name, value) for name, value in details.items() if value not in (None, "", (), [])
    }
    if details.get("kind") in LABELS["closed_kind"]:
        arguments["kind"] = label("closed_kind", details["kind"])
    for text in PLANNING_SENTENCES.get(str(code), ()):
        if set(placeholders(text)) <= set(arguments):
            return gettext(text, **arguments)
    return str(code).replace("_", " ")
