"""Words of safety pages: steps, ways, outcomes, clocks. Plain throughout; a facilitator reads most of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from gipt.i18n import NC_, Marked, ngettext, pgettext
from gipt.i18n import gettext as _

STEP_WORDS: Mapping[str, Marked] = {
    "stayed": NC_("safety_step", "Stayed with the person"),
    "quiet_place": NC_("safety_step", "Found a quiet place"),
    "called": NC_("safety_step", "Called"),
    "spoke_to": NC_("safety_step", "Spoke to"),
    "nobody_answered": NC_("safety_step", "Called, nobody answered"),
    "family_came": NC_("safety_step", "Somebody the person trusts came"),
    "means_removed": NC_("safety_step", "Dangerous things were taken away"),
    "plan_made": NC_("safety_step", "Made a plan to stay safe"),
    "taken_to": NC_("safety_step", "Went with the person to"),
}
WAY_WORDS: Mapping[str, Marked] = {
    "visit": NC_("contact_way", "Visit"),
    "call": NC_("contact_way", "Call"),
    "meeting": NC_("contact_way", "At the meeting"),
    "message": NC_("contact_way", "Message through somebody"),
}
OUTCOME_WORDS: Mapping[str, Marked] = {
    "settled": NC_("safety_outcome", "The concern has settled"),
    "care_elsewhere": NC_("safety_outcome", "Arrived in other care"),
    "family_cares": NC_("safety_outcome", "Family or others watch over the person"),
    "moved": NC_("safety_outcome", "Moved away, handed over there"),
    "died": NC_("safety_outcome", "Died"),
    "mistake": NC_("safety_outcome", "Written down by mistake"),
    "other": NC_("safety_outcome", "Other"),
    "merged": NC_("safety_outcome", "Goes on in another episode"),
}
DECISION_WORDS: Mapping[str, Marked] = {
    "known": NC_("safety_decision", "Already known, nothing new"),
    "contacted": NC_("safety_decision", "Contacted now"),
    "opened": NC_("safety_decision", "Open an episode"),
}
REPLY_WORDS: Mapping[str, Marked] = {
    "yes": NC_("safety_reply", "Yes"),
    "no": NC_("safety_reply", "No"),
    "not_sure": NC_("safety_reply", "Not sure"),
}


def said(table: Mapping[str, Marked], code: str) -> str:
    """Give the words of a code in the language in use; an unknown code is shown as it is."""
    marked = table.get(code)
    return pgettext(*marked) if marked else code


def duration(length: timedelta) -> str:
    """Say how long something is, in its largest fitting unit, rounded down; negative lengths count as none."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 120:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    return ngettext("%(num)d day", "%(num)d days", minutes // (24 * 60))


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago a moment was."""
    return _("%(time)s ago", time=duration(now - moment))


def clock(unseen: bool, due: datetime, now: datetime) -> str:
    """Say what the clock of an unseen episode says; empty when somebody has seen it."""
    if not unseen:
        return ""
    if now > due:
        return _("Overdue: nobody saw this for %(time)s too long", time=duration(now - due))
    return _("Nobody has seen this yet. %(time)s left", time=duration(due - now))
