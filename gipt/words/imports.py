"""Words of imports: kinds, states of rows, what differs, calendars, how one date can be read."""

from collections.abc import Mapping
from datetime import date

from gipt.domain.measures import get_measure
from gipt.domain.problems import Invalid, Unknown
from gipt.i18n import NC_, Marked, format_date, pgettext
from gipt.i18n import gettext as _

KINDS: Mapping[str, Marked] = {
    "people": NC_("import_kind", "People and screening"),
    "register": NC_("import_kind", "Registers and check-ins"),
    "programme": NC_("import_kind", "Sites, venues, staff, closed days and costs"),
}
STATES: Mapping[str, Marked] = {
    "new": NC_("row_state", "New"),
    "update": NC_("row_state", "Updates"),
    "unchanged": NC_("row_state", "Known as it is"),
    "maybe_same": NC_("row_state", "Maybe the same person"),
    "problem": NC_("row_state", "To mend"),
    "skip": NC_("row_state", "Left out"),
}
STATE_SHAPES: Mapping[str, str] = {
    "new": "done",
    "update": "update",
    "unchanged": "neutral",
    "maybe_same": "maybe",
    "problem": "attention",
    "skip": "neutral",
}
"""Which shape of the state macro stands beside the word."""
DIFFERENCES: Mapping[str, Marked] = {
    "name": NC_("difference", "Name"),
    "called_name": NC_("difference", "Called name"),
    "phone": NC_("difference", "Phone"),
    "place": NC_("difference", "Place"),
    "sex": NC_("difference", "Sex"),
    "birth_year": NC_("difference", "Birth year"),
    "language": NC_("difference", "Language"),
    "disability": NC_("difference", "Disability"),
    "displacement": NC_("difference", "Displacement"),
    "contact_note": NC_("difference", "Safe contact"),
    "caregiver_name": NC_("difference", "Caregiver"),
    "note": NC_("difference", "Notes"),
    "site_id": NC_("difference", "Site"),
    "consent": NC_("difference", "Consent"),
    "screening": NC_("difference", "Screening"),
    "attendance": NC_("difference", "Attendance"),
    "check_in": NC_("difference", "Check-in"),
    "role": NC_("difference", "Role"),
}
CALENDARS: Mapping[str, Marked] = {
    "gregorian": NC_("calendar", "Gregorian calendar"),
    "ethiopian": NC_("calendar", "Ethiopian calendar"),
    "bikram_sambat": NC_("calendar", "Bikram Sambat"),
    "solar_hijri": NC_("calendar", "Solar Hijri calendar"),
    "hijri": NC_("calendar", "Hijri calendar"),
}
POINTS: Mapping[str, Marked] = {
    "screening": NC_("import_point", "screening"),
    "pre_group": NC_("import_point", "before the group"),
    "midline": NC_("import_point", "middle"),
    "endline": NC_("import_point", "end"),
    "follow_up": NC_("import_point", "follow-up"),
}


def word(table: Mapping[str, Marked], code: str) -> str:
    """Give the word of a code; the code itself where there is none."""
    marked = table.get(code)
    return pgettext(*marked) if marked else code.replace("_", " ")


def reading_words(calendar: str, reads_as: date) -> str:
    """Say which day a date is in one calendar, with the weekday, so that a wrong guess is seen."""
    return _("%(day)s (%(calendar)s)", day=format_date(reads_as, "full"), calendar=word(CALENDARS, calendar))


def column_words(key: str) -> str:
    """Give the words of a measure's or mark's column, such as "PHQ-9 question 3, session 2"."""
    name, _at, when = key.partition("@")
    code, _dot, part = name.partition(".")
    if code == "mark":
        return _("Attendance, %(when)s", when=when_words(when))
    try:
        measure = get_measure(code, {"whodas12": "0-4"}.get(code)).name
    except (Invalid, Unknown):
        return key
    if part == "total":
        text = _("%(measure)s total", measure=measure)
    elif part == "line":
        text = _("%(measure)s, all answers in one cell", measure=measure)
    else:
        text = _("%(measure)s question %(number)s", measure=measure, number=part.removeprefix("q"))
    return _("%(column)s, %(when)s", column=text, when=when_words(when)) if when else text


def when_words(when: str) -> str:
    """Give the words of a session's number, a point of measurement or a day."""
    if when[:1] == "s" and when[1:].isdigit():
        return _("session %(number)s", number=when[1:])
    return word(POINTS, when)
