"""The cycle planner: plan once, move without pain. Every change shows before and after, and only then saves."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from gipt.actions import cycles as actions
from gipt.actions.base import digest
from gipt.domain.access import Permission, allows_at
from gipt.domain.problems import NoFreeDate, NotFound, NotReady
from gipt.domain.scheduling import CyclePlan
from gipt.i18n import find_language, format_datetime, lazy_gettext
from gipt.i18n import gettext as _
from gipt.queries import cycles, groups
from gipt.queries.curricula import PublishedVersion, published_versions
from gipt.queries.leaders import leaders_at, venues_at
from gipt.queries.schedule_changes import find_undoable
from gipt.queries.visitors import find_visitors
from gipt.web.calendar_words import day_of
from gipt.web.choices import weekdays
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, today, zone
from gipt.web.guard import actor, may, needs, now
from gipt.web.plan_words import change_title, find_names, plan_rows, skip_rows
from gipt.web.schedule_forms import (
    MODES,
    read_plan,
)
from gipt.words import label, sentence
from gipt.words.guides import guide_title, later_meeting, later_meetings

blueprint = Blueprint("planner", __name__)
NAV = (NavItem(25, "planner.page", lazy_gettext("Cycles"), Permission.GROUPS_SEE, "planner"),)
STATUSES = ("forming", "planned", "running", "closing", "closed", "cancelled", "all")


def may_change(site_id: str) -> bool:
    """Say whether the person may change groups at the site."""
    return allows_at(actor(), Permission.GROUPS_EDIT, site_id)


def load(cycle_id: str, *, change: bool = True) -> cycles.CyclePage:
    """Give a cycle that the person sees; for a change also one that is the person's to change."""
    found = cycles.get_cycle(actor(), cycle_id, today())
    if change and not may_change(found.site_id):
        raise NotFound(kind="cycle")
    return found


# --- the list ---------------------------------------------------------------------------------------------------------


@blueprint.get("/o/cycles")
@needs(Permission.GROUPS_SEE)
def page() -> Any:
    """List what needs a decision, then the cycles; with `group_id` go to that group's dates."""
    group_id = request.args.get("group_id")
    if group_id:
        return to_group(group_id)
    status = request.args.get("status") or None
    status = status if status in STATUSES else None
    number = request.args.get("page", "1")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    found = cycles.list_cycles(actor(), today(), status=status, page=max(1, at))
    return Form().page(
        "planner/page.html",
        title=_("Cycles"),
        found=found,
        status=status,
        statuses=[(one, status_word(one)) for one in STATUSES],
        at=max(1, at),
        size=cycles.PAGE,
        decisions=cycles.find_to_decide(actor(), today()),
        visitors=find_visitors(actor(), today()) if may(Permission.MEETING_OFFICE) else [],
        may_edit=may(Permission.GROUPS_EDIT),
    )


def status_word(code: str) -> str:
    """Give the word of a state, or of what is no state of a cycle."""
    return {"forming": _("No dates yet"), "all": _("All")}.get(code) or label("cycle_status", code)


def to_group(group_id: str) -> Response:
    """Go to the cycle of a group that is not over, else to the planning of one."""
    live = cycles.live_cycle_of(actor(), group_id, today())
    if live is not None:
        return redirect(url_for("planner.cycle", cycle_id=live), 303)
    groups.find_group(actor(), group_id, today())
    if may(Permission.GROUPS_EDIT):
        return redirect(url_for("planner.plan", group_id=group_id), 303)
    return redirect(url_for("planner.page"), 303)


# --- planning a cycle -------------------------------------------------------------------------------------------------


@blueprint.route("/o/cycles/plan/<group_id>", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def plan(group_id: str) -> Any:
    """Ask for the wish, show the dates, plan them."""
    group = groups.find_group(actor(), group_id, today())
    if not may_change(group.site_id):
        raise NotFound(kind="group")
    known = published_versions()
    versions = [(one.version_id, version_words(one)) for one in known if one.status != "retired"]
    guides = {one.version_id: one.curriculum for one in known}
    venues, leaders = venues_at(group.site_id), leaders_at(group.site_id)
    form, shown = Form(), None
    if form.posted:
        with form.catching():
            try:
                record = read_plan(form, group_id, versions, venues, leaders)
                shown = plan_or_show(form, record, guides.get(record.curriculum_version_id, ""))
                if isinstance(shown, Response):
                    return shown
            except NoFreeDate as problem:
                form.note(problem)
    return plan_form(form, group, shown, versions=versions, venues=venues, leaders=leaders)


def plan_or_show(form: Form, record: actions.CycleRecord, curriculum_id: str) -> Any:
    """Plan what was shown; anything that was not shown yet is shown first."""
    found = actions.preview_cycle(record=record, by=actor())
    mark = digest([record, found.sessions])
    if form.raw("do") == "plan" and form.raw("shown") == mark:
        cycle_id = actions.plan_cycle(record=record, by=actor(), now=now(), op=form.op)
        return done(_("The dates are planned."), "planner.cycle", cycle_id=cycle_id)
    return plan_words(found, mark, curriculum_id)


def plan_words(found: CyclePlan, mark: str, curriculum_id: str) -> dict[str, Any]:
    """Give a plan in words for the page."""
    names = find_names(actor(), found.sessions, found.skipped)
    return {
        "rows": plan_rows(found, names),
        "skipped": skip_rows(found.skipped, names),
        "pre_group": found.pre_group,
        "endline": found.endline,
        "follow_ups": [
            (later_meeting(curriculum_id, one.key, one.label), one.on) for one in found.follow_ups
        ],
        "mark": mark,
    }


def plan_form(form: Form, group: groups.GroupHead, shown: Any, **context: Any) -> Any:
    """Show the form of a new cycle, with the dates when they were worked out."""
    return form.page(
        "planner/plan.html",
        title=_("Plan the dates"),
        group=group,
        shown=shown,
        start=day_of(form.fields, "start"),
        weekdays=weekdays(),
        modes=[(one, label("delivery_mode", one)) for one in MODES],
        **context,
    )


def version_words(version: PublishedVersion) -> str:
    """Name a published version with how far it was reviewed: only an approved one can be started with."""
    return f"{version.curriculum} {version.version} · {label('guide_status', version.status)}"


# --- one cycle --------------------------------------------------------------------------------------------------------


@blueprint.get("/o/cycles/<cycle_id>")
@needs(Permission.GROUPS_SEE)
def cycle(cycle_id: str) -> Any:
    """Show one cycle with its meetings."""
    return show_cycle(Form(), load(cycle_id, change=False))


def show_cycle(form: Form, found: cycles.CyclePage) -> Any:
    """Show a cycle and what can be done with it."""
    return form.page(
        "planner/cycle.html",
        title=_("Cycle"),
        found=found,
        guide_title=guide_title,
        later=later_meetings(found.curriculum),
        on=today(),
        editable=may_change(found.site_id),
        office=allows_at(actor(), Permission.MEETING_OFFICE, found.site_id),
        missing=[(code, missing_words(code)) for code in found.missing],
        live=found.status in cycles.LIVE,
        reads_in=reads_in(found),
        undoable=find_undoable(found.cycle_id, now()) if may_change(found.site_id) else [],
        change_title=change_title,
        local=lambda moment: format_datetime(moment, "short", zone=zone()),
    )


def reads_in(found: cycles.CyclePage) -> str:
    """Name the language of the words that the group reads."""
    tag = found.reads.tag if found.reads else found.curriculum.language
    known = find_language(tag)
    return known.name if known else tag


def missing_words(code: str) -> str:
    """Say in one sentence what a cycle still needs before it can start."""
    return sentence(NotReady(missing=[code]))


@blueprint.post("/o/cycles/<cycle_id>/start")
@needs(Permission.GROUPS_EDIT)
def start(cycle_id: str) -> Any:
    """Start a planned cycle."""
    found, form = load(cycle_id), Form()
    with form.catching():
        actions.start_cycle(cycle_id=cycle_id, by=actor(), now=now(), op=form.op)
        return done(_("The cycle has started."), "planner.cycle", cycle_id=cycle_id)
    return show_cycle(form, found)
