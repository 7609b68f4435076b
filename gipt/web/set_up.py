"""First run and settings: a checklist in words, and one short page for each step."""

from dataclasses import dataclass, fields
from typing import Any

from flask import Blueprint, url_for

from gipt.actions.programme import (
    ProgrammeRecord,
    ProgrammeRules,
    SiteRecord,
    add_site,
    add_venue,
    set_programme,
    set_rules,
)
from gipt.actions.staff_roles import add_grants
from gipt.calendars import CalendarKind
from gipt.domain.access import Granted, Permission, Role
from gipt.i18n import gettext as _
from gipt.i18n import lazy_gettext
from gipt.queries.programme import Readiness, find_programme, find_readiness
from gipt.web.calendar_words import calendar_choices, clock_choices, example
from gipt.web.choices import countries, language_choices, weekdays, zone_of, zones
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done
from gipt.web.guard import actor, needs, now
from gipt.words import label

blueprint = Blueprint("set_up", __name__)
NAV = (NavItem(90, "set_up.page", lazy_gettext("Set up"), Permission.PROGRAMME_EDIT, "set_up"),)
OWN_ROLES = (Role.CLINICAL_LEAD, Role.COORDINATOR, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist: what, whether it is done, what it is for, where to do it."""

    title: str
    done: bool
    words: str
    href: str


@blueprint.get("/a/set-up")
@needs(Permission.PROGRAMME_EDIT)
def page() -> Any:
    """Show what is done and what is missing before the first group can start."""
    return show(Form())


def show(form: Form) -> Any:
    """Show the checklist, with what was refused."""
    ready = find_readiness()
    steps = checklist(ready)
    return form.page(
        "set_up/page.html",
        title=_("Set up"),
        steps=steps,
        ready=ready,
        finished=sum(one.done for one in steps),
        own_roles=missing_own_roles(),
    )


def checklist(ready: Readiness) -> list[Step]:
    """Give the steps in their order."""
    missing = ready.missing
    team = "facilitator" not in missing and "supervisor" not in missing
    return [
        Step(_("Programme"), ready.programme, _("Name, country, languages"), url_for("set_up.programme")),
        Step(
            _("First place"),
            bool(ready.sites and ready.venues),
            _("A site and where groups meet"),
            url_for("set_up.place") if not ready.sites else url_for("places.page"),
        ),
        Step(
            _("People who work here"),
            team,
            _("A facilitator and a supervisor at least"),
            url_for("staff_list.page"),
        ),
        Step(
            _("Safety protocol"),
            ready.protocol,
            _("First steps, questions, two phone numbers"),
            url_for("protocol.page"),
        ),
        Step(_("Guide"), bool(ready.adopted), _("Adopted by the clinical lead"), url_for("curricula.page")),
    ]


def missing_own_roles() -> list[tuple[str, str]]:
    """Give the roles that the administrator could take and does not hold, with their words."""
    held = actor().roles
    return [(role.value, label("role", role.value)) for role in OWN_ROLES if role not in held]


@blueprint.post("/a/set-up/roles")
@needs(Permission.STAFF_EDIT)
def roles() -> Any:
    """Take the clinical lead's, coordinator's or supervisor's role too: a recorded act."""
    form = Form()
    with form.catching():
        chosen = form.choices("roles", [role.value for role in OWN_ROLES])
        if not chosen:
            form.refuse("roles", "choose_one")
        form.check()
        grants = tuple(Granted(Role(code)) for code in chosen)
        add_grants(staff_id=actor().staff_id or "", grants=grants, by=actor(), now=now(), op=form.op)
        return done(_("You have these roles now."), "set_up.page")
    return show(form)


@blueprint.route("/a/set-up/programme", methods=["GET", "POST"])
@needs(Permission.PROGRAMME_EDIT)
def programme() -> Any:
    """Name the programme and say where and in which languages it works."""
    form = Form()
    found = find_programme()
    if form.posted:
        with form.catching():
            record = read_programme(form)
            form.check()
            set_programme(record=record, by=actor(), now=now(), op=form.op)
            return done(_("Saved."), "set_up.page" if found is None else "set_up.programme")
    return form.page(
        "set_up/programme.html",
        title=_("Programme"),
        found=found,
        countries=countries(),
        zones=zones(),
        languages_offered=language_choices(),
        calendars=calendar_choices(),
        weekdays=weekdays(),
        clocks=clock_choices(),
        example=example(),
    )


def read_programme(form: Form) -> ProgrammeRecord:
    """Read the programme; a country with one time zone needs none."""
    country = form.choice("country", [code for code, _name in countries()], required=True) or ""
    zone = form.choice("time_zone", [code for code, _name in zones()]) or zone_of(country)
    if zone is None and country:
        form.refuse("time_zone", "choose_one")
    tags = [code for code, _name in language_choices()]
    language = form.choice("language", tags, required=True) or "en"
    spoken = form.choices("languages", tags)
    name = form.text("name", required=True) or ""
    return ProgrammeRecord(
        name=name,
        cover_name=form.text("cover_name") or _("Community meeting"),
        country=country,
        time_zone=zone or "UTC",
        language=language,
        languages=tuple(dict.fromkeys((language, *spoken))),
        calendar=form.choice("calendar", list(CalendarKind)) or "gregorian",
        second_calendar=form.choice("second_calendar", list(CalendarKind)),
        digits=form.choice("digits", ("latin", "local")) or "latin",
        clock=form.choice("clock", ("usual", "ethiopian")) or "usual",
        first_weekday=form.whole("first_weekday", low=0, high=6),
    )


@blueprint.route("/a/set-up/place", methods=["GET", "POST"])
@needs(Permission.PLACES_EDIT)
def place() -> Any:
    """Add the first site and its first venue."""
    form = Form()
    if form.posted:
        with form.catching():
            record = SiteRecord(
                code=form.text("code", required=True) or "",
                name=form.text("name", required=True) or "",
                district=form.text("district"),
                focal_person=form.text("focal_person"),
            )
            venue = form.text("venue", required=True) or ""
            form.check()
            site_id = add_site(record=record, by=actor(), now=now(), op=form.op)
            add_venue(site_id=site_id, name=venue, by=actor(), now=now(), op=form.op + "v")
            return done(_("Saved."), "set_up.page")
    return form.page("set_up/place.html", title=_("First place"))


# The rules that figures depend on

NUMBERS: dict[str, tuple[int, int]] = {
    "entry_cutoff": (0, 200),
    "completion_sessions": (1, 40),
    "endline_days": (1, 180),
    "correction_days": (0, 60),
    "joining_closes": (1, 40),
    "missed_in_a_row": (1, 10),
    "travel_minutes": (0, 600),
    "facilitator_groups": (1, 40),
    "threshold": (5, 100),
    "level_3_minutes": (1, 1440),
    "level_2_minutes": (1, 2880),
    "level_1_minutes": (1, 10080),
    "incident_hours": (1, 720),
    "complaint_days": (1, 365),
    "lock_minutes": (1, 15),
}


@blueprint.route("/a/set-up/rules", methods=["GET", "POST"])
@needs(Permission.PROGRAMME_EDIT)
def rules() -> Any:
    """Change the settings that change what figures mean."""
    form = Form()
    found = find_programme()
    if form.posted:
        with form.catching():
            record = read_rules(form)
            form.check()
            set_rules(rules=record, by=actor(), now=now(), op=form.op)
            return done(_("Saved."), "set_up.rules")
    return form.page(
        "set_up/rules.html",
        title=_("Rules"),
        found=found,
        numbers=NUMBERS,
        words=rule_words(),
        name_choices=name_choices(),
        number_choices=number_choices(),
        known={field.name for field in fields(ProgrammeRules)},
    )


def read_rules(form: Form) -> ProgrammeRules:
    """Read the settings; three limits that contradict each other are refused together."""
    numbers = {name: form.whole(name, low=low, high=high) for name, (low, high) in NUMBERS.items()}
    limits = [numbers[name] for name in ("level_3_minutes", "level_2_minutes", "level_1_minutes")]
    if None not in limits and limits != sorted(one for one in limits if one is not None):
        form.refuse("level_2_minutes", "not_in_order")
    return ProgrammeRules(
        **numbers,
        entry_citation=form.text("entry_citation", longest=600) or "",
        makeups_count=form.flag("makeups_count"),
        prorate=form.flag("prorate"),
        names_shown=form.choice("names_shown", [code for code, _words in name_choices()]),
        show_numbers=form.choice("show_numbers", [code for code, _words in number_choices()]),
    )


def name_choices() -> list[tuple[str, str]]:
    """Give what members are called on phones."""
    return [("names", _("Names")), ("signs", _("Signs, such as sun or pot"))]


def number_choices() -> list[tuple[str, str]]:
    """Give when facilitators see check-ins as numbers (ux.md 3.6)."""
    return [
        ("never", _("Never: an arrow and a word, after a tap")),
        ("hold", _("After a tap, for 10 seconds")),
        ("always", _("Always")),
    ]


def rule_words() -> dict[str, tuple[str, str]]:
    """Give the label and hint of every number, in the order of the page."""
    return {
        "entry_cutoff": (_("Entry cut-off"), _("Screening total from which a person is offered a place")),
        "completion_sessions": (
            _("Sessions that count as completed"),
            _("Empty: 70 %% of the sessions, rounded up"),
        ),
        "endline_days": (_("Days for the last measure"), _("After the last session")),
        "joining_closes": (_("Joining closes after session"), ""),
        "missed_in_a_row": (_("Missed in a row before the supervisor is told"), ""),
        "correction_days": (_("Days in which a register can be corrected"), ""),
        "travel_minutes": (_("Minutes between two places"), _("Where nothing else is written")),
        "facilitator_groups": (_("Groups that one facilitator may lead"), ""),
        "threshold": (_("Smallest number shown in reports for funders"), _("Smaller counts are hidden")),
        "level_3_minutes": (_("Minutes until somebody must have seen level Now"), ""),
        "level_2_minutes": (
            _("Minutes until somebody must have seen level Today"),
            _("Also for whatever nobody has sorted yet"),
        ),
        "level_1_minutes": (_("Minutes until somebody must have seen level Talk and plan"), ""),
        "incident_hours": (_("Hours until a serious incident is reported"), ""),
        "complaint_days": (_("Days until a complaint is closed"), ""),
    }
