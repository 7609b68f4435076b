"""Groups for the office: the list, forming a group with live checks, one group with its tabs, who moves and leaves."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from gipt.actions import enrolments
from gipt.actions import groups as actions
from gipt.domain.access import Permission, allows_at
from gipt.domain.group_formation import Audience, Finding, GroupSettings
from gipt.domain.group_suggestion import PartOfDay, Slot, Suggestion, Waiter, common_slots, suggest_group
from gipt.domain.people import ExitType
from gipt.domain.risk import Level
from gipt.i18n import gettext as _
from gipt.i18n import lazy_gettext
from gipt.queries import groups, members, screenings
from gipt.queries.fidelity import tallies_of
from gipt.web.calendar_words import date_fields
from gipt.web.choices import weekdays
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, frame, today, zone
from gipt.web.guard import actor, may, needs, now
from gipt.web.people import form_with, one_of, page_number, spoken
from gipt.words import label
from gipt.words.people import finding_sentence, passed_over_word, slot_words

blueprint = Blueprint("group_list", __name__)
NAV = (NavItem(20, "group_list.page", lazy_gettext("Groups"), Permission.GROUPS_SEE, "group_list"),)
MOST_WAITING = 200
"""People shown while forming a group; filters bring the others."""
SIGNS = (
    "sun",
    "pot",
    "goat",
    "bicycle",
    "tree",
    "boat",
    "drum",
    "basket",
    "fish",
    "moon",
    "key",
    "cup",
    "house",
    "star",
    "leaf",
    "bird",
)
STATUSES = ("forming", "planned", "running", "closing", "closed", "cancelled")


@blueprint.record
def add_words(state: Any) -> None:
    """Give templates the way to the planner."""
    state.app.jinja_env.globals.update(planner_href=planner_href)


def planner_href(group_id: str) -> str | None:
    """Give where the dates of a group are planned."""
    found = next(
        (name for name in ("planner.page", "planner.plan") if name in current_app.view_functions), None
    )
    return url_for(found, group_id=group_id) if found else None


@blueprint.get("/o/groups")
@needs(Permission.GROUPS_SEE)
def page() -> str:
    """List the groups."""
    sites = members.own_sites(actor(), Permission.GROUPS_SEE)
    site, status = one_of("site", tuple(site_id for site_id, _name in sites)), one_of("status", STATUSES)
    found = groups.list_groups(actor(), today(), site_id=site, status=status, page=page_number())
    return render_template(
        "group_list/page.html",
        title=_("Groups"),
        found=found,
        sites=sites,
        site=site,
        status=status,
        statuses=status_words(),
        size=groups.PAGE,
        signs=SIGNS,
        may_edit=may(Permission.GROUPS_EDIT),
    )


def status_words() -> list[tuple[str, str]]:
    """Give the states of a group by their words."""
    return [(one, _("Being formed") if one == "forming" else label("cycle_status", one)) for one in STATUSES]


# --- forming a group ----------------------------------------------------------------------------------------------


@blueprint.route("/o/groups/new", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def add() -> Any:
    """Form a group: choose, suggest, check again as often as wanted, confirm."""
    sites = members.own_sites(actor(), Permission.GROUPS_EDIT)
    form = form_with({"site": sites[0][0] if sites else None, "language": spoken()[0], "size": "8"})
    ticked = set(request.args.getlist("s"))
    if ticked and not form.posted:
        for row in screenings.waiting_list(actor(), today(), screenings.Filters(), size=MOST_WAITING).rows:
            if row.screening_id in ticked:
                form.fields.add("member", row.member_id)
    return show_forming(form, sites)


def show_forming(form: Form, sites: tuple[tuple[str, str], ...]) -> Any:
    """Do what the pressed button says and show the page with what speaks against the group now."""
    site = form.choice("site", [site_id for site_id, _name in sites]) or (sites[0][0] if sites else "")
    chosen = tuple(dict.fromkeys(form.fields.getlist("member")))
    rows = waiting_at(form, site, chosen)
    known = {row.member_id for row in rows}
    chosen = tuple(one for one in chosen if one in known)
    suggestion = None
    if form.posted and form.raw("do") == "suggest":
        suggestion = suggest(form, rows)
        chosen = suggestion.chosen
    elif form.posted and form.raw("do") == "form":
        with form.catching():
            return confirm(form, site, chosen)
    found = check(form, chosen)
    return form.page(
        "group_list/form.html",
        title=_("Form a group"),
        sites=sites,
        site=site,
        on=today(),
        inside=[row for one in chosen for row in rows if row.member_id == one],
        waiting=[row for row in rows if row.member_id not in chosen],
        checks=check_words(found, rows),
        suggestion=suggestion_words(suggestion, rows),
        times=time_words(rows, chosen),
        populations=groups.POPULATIONS,
        spoken=spoken(),
        days=weekdays(),
        size=size_of(form),
    )


def size_of(form: Form) -> int:
    """Give how many people are wanted, 2 to 20."""
    text = form.raw("size")
    return min(20, max(2, int(text))) if text.isascii() and text.isdigit() and len(text) < 4 else 8


def waiting_at(form: Form, site: str, chosen: Sequence[str]) -> tuple[screenings.WaitingRow, ...]:
    """Give who waits at the site within the filters, and whoever is chosen already."""
    day = form.choice("day", tuple("0123456"))
    filters = screenings.Filters(
        site_id=site,
        sex=form.choice("only_sex", ("female", "male")),
        language=form.choice("only_language", spoken()),
        day=None if day is None else int(day),
    )
    listed = screenings.waiting_list(actor(), today(), filters, size=MOST_WAITING).rows
    missing = [one for one in chosen if one not in {row.member_id for row in listed}]
    return (
        *listed,
        *(row for row in screenings.waiting_rows(actor(), missing) if row.waiting in screenings.ON_LIST),
    )


def settings_of(form: Form) -> GroupSettings:
    """Give the limits of the group being formed."""
    found = frame()
    fallback = found.language if found else "en"
    return GroupSettings(
        language=form.choice("language", spoken()) or fallback,
        audience=Audience.MINORS if form.flag("minors") else Audience.ADULTS,
    )


def check(form: Form, chosen: Sequence[str]) -> tuple[Finding, ...]:
    """Give what speaks against the chosen people."""
    return groups.check_people(chosen, settings_of(form), today()) if chosen else ()


def check_words(found: Sequence[Finding], rows: Sequence[screenings.WaitingRow]) -> list[tuple[bool, str]]:
    """Give each finding as (forbids, sentence)."""
    names = {row.member_id: f"{row.name} ({row.code})" for row in rows}
    return [(one.is_hard, finding_sentence(one, lambda person: names.get(person, "–"))) for one in found]


def waiters(form: Form, rows: Sequence[screenings.WaitingRow]) -> list[Waiter]:
    """Give the waiting people as the suggestion sees them; who may not be in a group now is blocked."""
    settings = settings_of(form)
    minors = settings.audience is Audience.MINORS
    made = []
    for row, one in zip(
        rows, groups.candidates([row.member_id for row in rows], settings.language, today()), strict=True
    ):
        minor = one.age is not None and one.age < settings.adult_from
        blocked = (
            one.active_elsewhere
            or not one.consented
            or one.open_level is Level.NOW
            or minor != minors
            or (minor and not one.caregiver_consented)
            or settings.language not in one.languages
        )
        made.append(
            Waiter(row.member_id, (today() - row.on_date).days, row.days, PartOfDay(row.part_of_day), blocked)
        )
    return made


def suggest(form: Form, rows: Sequence[screenings.WaitingRow]) -> Suggestion:
    """Suggest a group of who waits longest and can come together."""
    pairs = [(link.first, link.second) for link in groups.links_among([row.member_id for row in rows])]
    day = form.choice("day", tuple("0123456"))
    people = waiters(form, rows)
    if day is None:
        return suggest_group(people, size_of(form), pairs)
    both = [
        suggest_group(people, size_of(form), pairs, Slot(int(day), part))
        for part in (PartOfDay.MORNING, PartOfDay.AFTERNOON)
    ]
    return max(both, key=lambda one: len(one.chosen))


def suggestion_words(
    found: Suggestion | None, rows: Sequence[screenings.WaitingRow]
) -> dict[str, Any] | None:
    """Explain a suggestion: when, and why the others are not in it."""
    if found is None:
        return None
    names = {row.member_id: f"{row.name} ({row.code})" for row in rows}
    return {
        "slot": slot_words(found.slot) if found.slot and found.chosen else None,
        "count": len(found.chosen),
        "others": [(names[one], passed_over_word(why)) for one, why in found.passed_over],
    }


def time_words(rows: Sequence[screenings.WaitingRow], chosen: Sequence[str]) -> list[tuple[str, int, int]]:
    """Give the three times at which most of the chosen can come, with how many can and how many cannot."""
    people = [
        Waiter(row.member_id, 0, row.days, PartOfDay(row.part_of_day))
        for row in rows
        if row.member_id in chosen
    ]
    if not people:
        return []
    return [(slot_words(slot), count, len(people) - count) for slot, count in common_slots(people)[:3]]


def confirm(form: Form, site: str, chosen: Sequence[str]) -> Response:
    """Form the group of the chosen people."""
    record = read_group(form, site)
    if not chosen:
        form.refuse("member", "missing")
    form.check()
    group_id = actions.form_group(record=record, member_ids=chosen, by=actor(), now=now(), op=form.op)
    return done(_("The group is formed. Next: plan its dates."), "group_list.group", group_id=group_id)


def read_group(form: Form, site: str) -> actions.GroupRecord:
    """Read how a group is described."""
    return actions.GroupRecord(
        site_id=site,
        name=form.text("name", required=True, longest=80) or "",
        language=form.choice("language", spoken()),
        sex=form.choice("sex", ("female", "male")),
        minors=form.flag("minors"),
        population=form.choice("population", groups.POPULATIONS),
        note=form.note_text("note"),
    )


# --- one group ----------------------------------------------------------------------------------------------------


def show_group(tab: str, group_id: str, **context: Any) -> str:
    """Show one tab of a group."""
    head = groups.find_group(actor(), group_id, today())
    more = {key: value(head) for key, value in context.items()}
    return render_template(
        f"group_list/{tab}.html",
        title=_("Group"),
        group=head,
        tab=tab,
        on=today(),
        zone=zone(),
        picture=SIGNS[head.sign % len(SIGNS)],
        may_edit=allows_at(actor(), Permission.GROUPS_EDIT, head.site_id),
        **more,
    )


@blueprint.get("/o/groups/<group_id>")
@needs(Permission.GROUPS_SEE)
def group(group_id: str) -> str:
    """Show the members of a group."""
    return show_group("members", group_id, people=lambda head: groups.members_of(head, today()))


@blueprint.get("/o/groups/<group_id>/meetings")
@needs(Permission.GROUPS_SEE)
def meetings(group_id: str) -> str:
    """Show the meetings of the newest cycle."""
    return show_group(
        "meetings",
        group_id,
        rows=lambda head: groups.meetings_of(head.cycle_id),
        said=lambda head: tallies_of(head.cycle_id),
    )


@blueprint.get("/o/groups/<group_id>/history")
@needs(Permission.GROUPS_SEE)
def history(group_id: str) -> str:
    """Show what was done in this group."""
    return show_group(
        "history",
        group_id,
        acts=lambda head: groups.history_of([one for one in (head.group_id, head.cycle_id) if one]),
    )


@blueprint.route("/o/groups/<group_id>/add", methods=["GET", "POST"])
@needs(Permission.PEOPLE_SEE)
def join(group_id: str) -> Any:
    """Add a person who waits to the running cycle, or to the list for the next one."""
    head = groups.find_group(actor(), group_id, today())
    form = form_with(date_fields("on_date", today()))
    rows = screenings.waiting_list(
        actor(), today(), screenings.Filters(site_id=head.site_id), size=MOST_WAITING
    ).rows
    if form.posted:
        with form.catching():
            return add_to(form, head)
    running = head.status in groups.LIVE
    return form.page(
        "group_list/join.html",
        title=_("Add to the group"),
        group=head,
        waiting=rows,
        on=today(),
        running=running,
    )


def add_to(form: Form, head: groups.GroupHead) -> Response:
    """Enrol one person in the running cycle, or choose one for the next."""
    member_id = form.text("member", required=True, longest=32) or ""
    on_date = form.date("on_date", required=head.status in groups.LIVE) or today()
    reason = form.note_text("reason")
    form.check()
    if head.status in groups.LIVE and head.cycle_id is not None:
        enrolments.add_member_to_cycle(
            cycle_id=head.cycle_id,
            member_id=member_id,
            on_date=on_date,
            reason=reason,
            by=actor(),
            now=now(),
            op=form.op,
        )
    else:
        actions.choose_members(
            group_id=head.group_id, member_ids=(member_id,), reason=reason, by=actor(), now=now(), op=form.op
        )
    return done(_("Added."), "group_list.group", group_id=head.group_id)


@blueprint.post("/o/groups/<group_id>/drop/<member_id>")
@needs(Permission.GROUPS_EDIT)
def drop(group_id: str, member_id: str) -> Response:
    """Take somebody off the list for the next cycle."""
    actions.drop_candidate(group_id=group_id, member_id=member_id, by=actor(), now=now(), op=Form().op)
    return done(_("Taken off the list. The person waits again."), "group_list.group", group_id=group_id)


@blueprint.route("/o/groups/<group_id>/edit", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def edit(group_id: str) -> Any:
    """Change how a group is described."""
    head = groups.find_group(actor(), group_id, today())
    form = form_with(
        {
            "name": head.name,
            "language": head.language,
            "sex": head.sex,
            "population": head.population,
            "minors": "1" if head.minors else None,
        }
    )
    if form.posted:
        with form.catching():
            record = read_group(form, head.site_id)
            form.check()
            actions.change_group(group_id=group_id, record=record, by=actor(), now=now(), op=form.op)
            return done(_("Saved."), "group_list.group", group_id=group_id)
    return form.page(
        "group_list/edit.html",
        title=_("Change the group"),
        group=head,
        spoken=spoken(),
        populations=groups.POPULATIONS,
    )


# --- moving, leaving, coming back ---------------------------------------------------------------------------------


@blueprint.route("/o/enrolments/<enrolment_id>/leave", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def leave(enrolment_id: str) -> Any:
    """Write down that somebody leaves: how, when, why."""
    found = groups.find_enrolment(actor(), enrolment_id)
    form = form_with(date_fields("on_date", today()))
    if form.posted:
        with form.catching():
            exit_type = form.choice("exit_type", ExitType, required=True) or ""
            on_date = form.date("on_date", required=True) or today()
            reason = form.note_text("reason")
            form.check()
            enrolments.leave(
                enrolment_id=enrolment_id,
                exit_type=exit_type,
                on_date=on_date,
                reason=reason,
                by=actor(),
                now=now(),
                op=form.op,
            )
            return done(_("Saved."), "people.course", member_id=found.member_id)
    return form.page("group_list/leave.html", title=_("Leaves the group"), found=found)


@blueprint.route("/o/enrolments/<enrolment_id>/move", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def move(enrolment_id: str) -> Any:
    """Move somebody to another group from a day on."""
    found = groups.find_enrolment(actor(), enrolment_id)
    choices = groups.live_cycles(actor(), today(), found.site_id, without=found.cycle_id)
    form = form_with(date_fields("on_date", today()))
    if form.posted:
        with form.catching():
            cycle = form.choice("cycle", [one.cycle_id for one in choices], required=True) or ""
            on_date = form.date("on_date", required=True) or today()
            form.check()
            enrolments.move_member(
                enrolment_id=enrolment_id,
                to_cycle_id=cycle,
                on_date=on_date,
                by=actor(),
                now=now(),
                op=form.op,
            )
            return done(_("Moved."), "people.course", member_id=found.member_id)
    return form.page(
        "group_list/move.html",
        title=_("Move to another group"),
        found=found,
        choices=[(one.cycle_id, one.label) for one in choices],
    )


@blueprint.route("/o/enrolments/<enrolment_id>/back", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def back(enrolment_id: str) -> Any:
    """Write down that somebody who left comes again."""
    found = groups.find_enrolment(actor(), enrolment_id)
    form = form_with(date_fields("on_date", today()))
    if form.posted:
        with form.catching():
            on_date = form.date("on_date", required=True) or today()
            form.check()
            enrolments.come_back(
                enrolment_id=enrolment_id, on_date=on_date, by=actor(), now=now(), op=form.op
            )
            return done(_("Saved."), "people.course", member_id=found.member_id)
    return form.page("group_list/back.html", title=_("Comes back"), found=found)
