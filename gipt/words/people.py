"""Words of the office's people pages: why somebody can take part, what speaks against a group, what was done."""

from collections.abc import Callable, Mapping, Sequence

from gipt.domain.group_formation import Finding, FindingCode
from gipt.domain.group_suggestion import PartOfDay, PassedOver, Slot
from gipt.domain.measures import Direction, get_measure_by_key
from gipt.i18n import N_, NC_, Marked, format_list, local_digits, ngettext, pgettext, weekday_name
from gipt.i18n import gettext as _
from gipt.words.labels import label

_C = FindingCode

FINDING_SENTENCES: Mapping[FindingCode, str] = {
    _C.ACTIVE_ELSEWHERE: N_("Already in another group or chosen for one: %(people)s."),
    _C.NO_CONSENT: N_("Consent to take part is not written down: %(people)s."),
    _C.NO_CAREGIVER_CONSENT: N_("A caregiver's consent is missing for a minor: %(people)s."),
    _C.IMMINENT_RISK_OPEN: N_("A safety episode at level Now is open: %(people)s."),
    _C.MINOR_IN_ADULT_GROUP: N_("A minor cannot be in a group of adults: %(people)s."),
    _C.ADULT_IN_MINOR_GROUP: N_("An adult in a group of minors: %(people)s."),
    _C.AGE_UNKNOWN: N_("The age is not known: %(people)s."),
    _C.MIXED_SEX: N_("Women and men together: %(female)s and %(male)s."),
    _C.FACILITATOR_OTHER_SEX: N_("The facilitator is of another sex than the group."),
    _C.LANGUAGE_MISMATCH: N_("Speaks another language than the group: %(people)s."),
    _C.TOO_FEW: N_("%(size)s people. At least %(minimum)s is usual."),
    _C.TOO_MANY: N_("%(size)s people. At most %(maximum)s is usual."),
    _C.LINKED: N_("Related or living together: %(people)s."),
    _C.LINKED_TO_FACILITATOR: N_("Related to the facilitator: %(people)s."),
    _C.NOT_TOGETHER: N_("Must not sit in one group: %(people)s."),
}
PASSED_OVER: Mapping[PassedOver, Marked] = {
    PassedOver.BLOCKED: NC_("passed_over", "cannot be in a group now"),
    PassedOver.NOT_THEN: NC_("passed_over", "cannot come at that time"),
    PassedOver.NOT_TOGETHER: NC_("passed_over", "must not meet somebody chosen"),
    PassedOver.FULL: NC_("passed_over", "waits less long than those chosen"),
}
SLOT_SENTENCES: Mapping[PartOfDay, str] = {
    PartOfDay.MORNING: N_("%(day)s morning"),
    PartOfDay.AFTERNOON: N_("%(day)s afternoon"),
    PartOfDay.ANY: N_("%(day)s"),
}
ACTIONS: Mapping[str, Marked] = {
    "add_member": NC_("history", "Added"),
    "change_member": NC_("history", "Details changed"),
    "set_safe_contact": NC_("history", "Safe contact changed"),
    "set_not_together": NC_("history", "Noted: not together with somebody"),
    "clear_not_together": NC_("history", "Taken back: not together with somebody"),
    "set_different_people": NC_("history", "Decided: not the same person as another"),
    "merge_members": NC_("history", "Merged into another record"),
    "undo_merge": NC_("history", "Merge taken apart"),
    "give_consent": NC_("history", "Consent written down"),
    "withdraw_consent": NC_("history", "Refusal or withdrawal of consent written down"),
    "record_screening": NC_("history", "Screening saved"),
    "override_screening": NC_("history", "Outcome of the screening decided otherwise"),
    "set_preferences": NC_("history", "Days and times changed"),
    "form_group": NC_("history", "Group formed"),
    "change_group": NC_("history", "Group changed"),
    "set_funding": NC_("history", "Funders of the cycle chosen"),
    "choose_guide": NC_("history", "Words of the guide chosen"),
    "choose_members": NC_("history", "People chosen"),
    "drop_candidate": NC_("history", "Somebody taken off the list"),
    "enrol_candidates": NC_("history", "Chosen people enrolled"),
    "add_member_to_cycle": NC_("history", "Joined"),
    "move_member": NC_("history", "Moved to another group"),
    "leave": NC_("history", "Left"),
    "come_back": NC_("history", "Came back"),
    "plan_cycle": NC_("history", "Cycle planned"),
    "start_cycle": NC_("history", "Cycle started"),
    "close_cycle": NC_("history", "Cycle closed"),
    "cancel_cycle": NC_("history", "Cycle given up"),
    "change_schedule": NC_("history", "Dates changed"),
    "undo_schedule_change": NC_("history", "Change of dates taken back"),
    "ask_to_add": NC_("history", "Asked to add somebody"),
}


def finding_sentence(finding: Finding, name_of: Callable[[str], str]) -> str:
    """Give the sentence for a finding; `name_of` gives the code or name for an id. Never why two must not meet."""
    details = {key: local_digits(str(value)) for key, value in finding.details.items()}
    people = format_list([name_of(one) for one in finding.people]) if finding.people else ""
    return _(FINDING_SENTENCES[finding.code], people=people, **details)


def slot_words(slot: Slot) -> str:
    """Give a weekday with its part of the day."""
    return _(SLOT_SENTENCES[slot.part], day=weekday_name(slot.weekday))


def days_words(days: int) -> str:
    """Give the days of a sum of 1 for Monday … 64 for Sunday, short."""
    if days == 127:
        return _("any day")
    if days == 0:
        return _("no day")
    return " ".join(weekday_name(day, "abbreviated") for day in range(7) if days >> day & 1)


def passed_over_word(why: PassedOver) -> str:
    """Say why somebody is not in a suggestion."""
    return pgettext(*PASSED_OVER[why])


def action_word(name: str) -> str:
    """Give the words for an act of the record; an act without words is shown by its name."""
    marked = ACTIONS.get(name)
    return pgettext(*marked) if marked else name.replace("_", " ")


def reasons_words(reasons: Sequence[str]) -> str:
    """Give the reasons of an outcome as one list; exclusions by their own words."""
    found = []
    for reason in reasons:
        kind, _colon, code = reason.partition(":")
        if kind == "exclusion" and code:
            found.append(label("exclusion", code))
        elif kind == "overridden_from":
            found.append(_("decided by a supervisor"))
        elif not (kind == "exclusion" and any(one.startswith("exclusion:") for one in reasons)):
            found.append(label("eligibility_reason", kind))
    return format_list(found) if found else ""


def because(reasons: Sequence[str]) -> str:
    """Give the reasons that the rule itself does not say already, ready to stand before it."""
    said = reasons_words([reason for reason in reasons if reason not in ("meets_cut_off", "below_cut_off")])
    return _("%(reasons)s. ", reasons=said) if said else ""


def rule_sentence(measure: str, cut_off: int, version: int, total: int | None) -> str:
    """Say by which rule an outcome came: "PHQ-9 14, cut-off 10 or more (rule v3)"."""
    better = get_measure_by_key(measure).direction is Direction.HIGHER_IS_BETTER
    values = {
        "measure": label("measure", measure.partition("@")[0]),
        "cut": local_digits(str(cut_off)),
        "version": local_digits(str(version)),
        "total": local_digits(str(total)),
    }
    if total is None:
        return _("%(measure)s not complete (rule v%(version)s)", **values)
    if better:
        return _("%(measure)s %(total)s, cut-off %(cut)s or less (rule v%(version)s)", **values)
    return _("%(measure)s %(total)s, cut-off %(cut)s or more (rule v%(version)s)", **values)


def wait_words(days: int) -> str:
    """Say for how long somebody has waited."""
    return ngettext("%(num)d day", "%(num)d days", max(0, days))
