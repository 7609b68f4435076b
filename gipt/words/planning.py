"""One sentence for every reason of the planner, and for all that stands against forming a group.

The codes are those of `ClashCode` in `gipt.domain.scheduling`. Names of people, places and groups are put in
by the caller, who may see them; without names a sentence of its own is used.
"""

from collections.abc import Mapping

from gipt.i18n import N_, gettext
from gipt.i18n.placeholders import placeholders
from gipt.words.faults import shown
from gipt.words.labels import LABELS, label

EMPTY: tuple[object, ...] = (None, "", (), [])

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


GROUP_SENTENCES: Mapping[str, tuple[str, ...]] = {
    "active_elsewhere": (N_("%(people)s is in another group now."), N_("Somebody is in another group now.")),
    "no_consent": (N_("%(people)s has not given consent."), N_("A consent is missing.")),
    "no_caregiver_consent": (
        N_("%(people)s needs the consent of a caregiver too."),
        N_("The consent of a caregiver is missing."),
    ),
    "imminent_risk_open": (
        N_("%(people)s needs other help first. See the safety list."),
        N_("Somebody needs other help first. See the safety list."),
    ),
    "minor_in_adult_group": (
        N_("%(people)s is too young for a group of adults."),
        N_("Somebody is too young for a group of adults."),
    ),
    "adult_in_minor_group": (
        N_("%(people)s is too old for a group of minors."),
        N_("Somebody is too old for a group of minors."),
    ),
    "age_unknown": (N_("The age of %(people)s is not known."), N_("An age is not known.")),
    "mixed_sex": (
        N_("Women and men are in this group: %(female)s and %(male)s."),
        N_("Women and men are in this group."),
    ),
    "facilitator_other_sex": (
        N_("The facilitator %(people)s is not of the members' sex."),
        N_("The facilitator is not of the members' sex."),
    ),
    "language_mismatch": (
        N_("%(people)s does not speak the language of the group."),
        N_("Somebody does not speak the language of the group."),
    ),
    "too_few": (
        N_("The group has %(size)s members. The smallest size is %(minimum)s."),
        N_("There are fewer members than the smallest size."),
    ),
    "too_many": (
        N_("The group has %(size)s members. The largest size is %(maximum)s."),
        N_("There are more members than the largest size."),
    ),
    "linked": (
        N_("%(people)s know each other well. One group may not be private enough."),
        N_("Two members know each other well. One group may not be private enough."),
    ),
    "linked_to_facilitator": (
        N_("%(people)s: member and facilitator know each other well."),
        N_("A member and the facilitator know each other well."),
    ),
    "not_together": (N_("%(people)s must not be in one group."), N_("Two members must not be in one group.")),
}
"""Sentences for what stands against a group, by the codes of `FindingCode`."""

SENTENCES: Mapping[str, tuple[str, ...]] = {**PLANNING_SENTENCES, **GROUP_SENTENCES}


def reason_sentence(code: str, details: Mapping[str, object]) -> str:
    """Say why a date was skipped or is warned about, or what stands against a group.

    `details` are the fields of a `Clash` or `Finding` with ids replaced by names (`people`, `source`, `venue`);
    empty ones count as missing, and the sentence says as much as there is. A code without a sentence is shown
    as it is written.
    """
    arguments = {name: shown(name, value) for name, value in details.items() if value not in EMPTY}
    if details.get("kind") in LABELS["closed_kind"]:
        arguments["kind"] = label("closed_kind", details["kind"])
    for text in SENTENCES.get(str(code), ()):
        if set(placeholders(text)) <= set(arguments):
            return gettext(text, **arguments)
    return str(code).replace("_", " ")
