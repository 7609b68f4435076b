"""The own groups: the list, one group with its meetings and members, one member."""

from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, request
from werkzeug.wrappers import Response

from gipt.actions.enrolments import leave
from gipt.actions.member_notes import LONGEST, ask_to_add, write_note
from gipt.domain.access import Permission
from gipt.domain.measures import get_measure_by_key, improvement
from gipt.domain.people import ExitType
from gipt.domain.problems import NotFound
from gipt.i18n import format_date
from gipt.i18n import gettext as _
from gipt.queries.guide_remarks import OwnRemark, fresh_answers
from gipt.queries.meetings import CAME
from gipt.queries.member_notes import find_notes
from gipt.queries.own_groups import (
    GroupMember,
    GroupPage,
    MemberPage,
    StripItem,
    find_ended_groups,
    find_groups,
    get_group,
    get_member,
)
from gipt.queries.visitors import find_visitors
from gipt.web.forms.reader import Form
from gipt.web.frame import done, link, today, zone
from gipt.web.guard import actor, needs, now
from gipt.web.patterns import Row
from gipt.web.phone import called, number_words, numbers_shown, phone, picture, renew
from gipt.words import label

blueprint = Blueprint("groups", __name__)

EXITS = tuple(one.value for one in ExitType if one is not ExitType.COMPLETED)


@blueprint.get("/g")
@needs(Permission.MEETING_RUN)
def page() -> Any:
    """List the own groups, the next meeting first, then those that have ended."""
    return Form().page(
        "groups/page.html",
        title=_("Groups"),
        groups=find_groups(actor(), today()),
        ended=find_ended_groups(actor(), today()),
        **phone(),
    )


@blueprint.get("/g/<cycle_id>")
@needs(Permission.MEETING_RUN)
def group(cycle_id: str) -> Any:
    """Show one group: where it is, and who is in it."""
    day = today()
    found = get_group(actor(), cycle_id, day)
    core = [one for one in found.strip if one.kind == "core" and one.status not in ("cancelled", "merged")]
    current, held = current_meeting(core, day), held_numbers(found)
    return Form().page(
        "groups/group.html",
        title=_("Group"),
        group=found,
        strip=[strip_item(one, current) for one in found.strip if one.kind == "core"],
        later=[one for one in found.strip if one.kind == "follow_up"],
        current=current,
        members=[
            member_line(found, one, held) for one in found.members if one.exit_type in (None, "completed")
        ],
        gone=[one for one in found.members if one.exit_type not in (None, "completed")],
        talks=sum(1 for one in found.members if not one.pre_group_held and one.exit_type is None),
        after=bool(core) and core[-1].on_date <= day,
        exit_words=lambda code: label("exit_type", code, plain=True),
        answers=[(one, step_href(found, one)) for one in fresh_answers(actor(), cycle_id, now())],
        **phone(link("groups.page")),
    )


def step_href(found: GroupPage, remark: OwnRemark) -> str | None:
    """Give the step of a meeting that a remark was about; talks with one person have no page without that person."""
    guide = found.curriculum.meetings.get(remark.guide)
    numbers = [n for n, step in enumerate(guide.steps, 1) if step.key == remark.step_key] if guide else []
    if remark.session_id is None or not numbers:
        return None
    return link("meeting.guide", session_id=remark.session_id, number=numbers[0])


def current_meeting(core: list[StripItem], day: date) -> StripItem | None:
    """Give the meeting of today or the next one; after the last, the last one that is not closed."""
    waiting = [one for one in core if not one.closed]
    return next((one for one in waiting if one.on_date >= day), waiting[-1] if waiting else None)


def strip_item(one: StripItem, current: StripItem | None) -> Row:
    """Give one meeting of the strip, with its state as shape and words."""
    if one.status in ("cancelled", "merged", "not_held_no_report"):
        state, words = "missed", label("session_status", one.status, plain=True)
    elif one.status == "held":
        state, words = ("done", _("done")) if one.closed else ("part", _("started"))
    else:
        state, words = "open", _("to do")
    return (state, current is not None and one.session_id == current.session_id, words), {
        "session_id": one.session_id,
        "number": one.number,
        "when": format_date(one.on_date, "day"),
    }


def held_numbers(found: GroupPage) -> list[int]:
    """Give the numbers of the meetings that were held."""
    return sorted({item.number for item in found.strip if item.kind == "core" and item.status == "held"})


def member_line(found: GroupPage, one: GroupMember, held: list[int]) -> Row:
    """Give one member's row: dots for the meetings held, and the same in words."""
    states = tuple(mark_state(one.marks.get(number)) for number in held)
    return (
        picture(one.sign),
        states,
        _("open") if one.episode_id else None,
        None if one.pre_group_held else _("new"),
    ), {
        "cycle_id": found.cycle_id,
        "enrolment_id": one.enrolment_id,
        "name": called(one.name, one.sign),
        "number": one.sign,
        "words": _(
            "%(came)d of %(held)d came", came=states.count("done"), held=len(states) - states.count("open")
        ),
    }


def mark_state(mark: str | None) -> str:
    """Give the shape of a mark: came, did not come, or nothing known."""
    if mark is None or mark == "not_expected":
        return "open"
    return "done" if mark in CAME else "missed"


@blueprint.get("/g/<cycle_id>/m/<enrolment_id>")
@needs(Permission.MEETING_RUN)
def member(cycle_id: str, enrolment_id: str) -> Any:
    """Show one member: how to reach, how often came, what it is about, and covered, how it goes."""
    found = get_member(actor(), cycle_id, enrolment_id, today())
    held = [one for one in found.meetings if one.status == "held"]
    return Form().page(
        "groups/member.html",
        title=_("Member"),
        found=found,
        held=held,
        states=[mark_state(one.mark) for one in held],
        came=sum(1 for one in held if one.mark in CAME),
        area=label("problem_area", found.problem_area, plain=True) if found.problem_area else None,
        mark_words=lambda mark: label("attendance", mark, plain=True),
        results=results_of(found, with_numbers=numbers_shown() != "never"),
        uncovered=numbers_shown() == "always",
        exit_words=label("exit_type", found.exit_type, plain=True) if found.exit_type else None,
        **phone(link("groups.group", cycle_id=cycle_id)),
    )


class Result(NamedTuple):
    """One check-in as phones show it: change against the one before, and the number where the programme allows it."""

    meeting: int
    arrow: str
    words: str
    number: str


def results_of(found: MemberPage, *, with_numbers: bool) -> list[Result]:
    """Give how it went from meeting to meeting; without numbers the first has nothing to say (ux.md 2.5)."""
    results, before = [], dict[str, int]()
    for one in found.meetings:
        for key, total in one.totals.items():
            measure = get_measure_by_key(key)
            arrow, words = "", ""
            if key in before:
                arrow, words = change_words(improvement(before[key], total, measure.direction))
            if with_numbers or words:
                results.append(
                    Result(one.number, arrow, words, number_words(total, measure) if with_numbers else "")
                )
            before[key] = total
    return results


def change_words(better: int) -> tuple[str, str]:
    """Give the arrow and words for points of improvement."""
    if better > 0:
        return "↗", _("better than last time")
    return ("→", _("same as last time")) if better == 0 else ("↘", _("harder than last time"))


@blueprint.route("/g/<cycle_id>/m/<enrolment_id>/stopped", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def stopped(cycle_id: str, enrolment_id: str) -> Any:
    """Note that a member stopped coming, and why."""
    found, form = get_member(actor(), cycle_id, enrolment_id, today()), Form()
    if form.posted:
        with form.catching():
            return store_exit(form, found)
    renew(form)
    return form.page(
        "groups/stopped.html",
        title=_("Stopped coming"),
        found=found,
        exits=[(code, label("exit_type", code, plain=True)) for code in EXITS],
        **phone(link("groups.member", cycle_id=cycle_id, enrolment_id=enrolment_id)),
    )


def store_exit(form: Form, found: MemberPage) -> Response:
    """Store the exit."""
    kind = form.choice("exit_type", EXITS, required=True)
    reason = form.note_text("reason")
    form.check()
    leave(
        enrolment_id=found.enrolment_id,
        exit_type=kind or "",
        on_date=today(),
        reason=reason,
        by=actor(),
        now=now(),
        op=form.op,
    )
    return done(_("Noted."), "groups.group", cycle_id=found.cycle_id)


# --- what a facilitator adds: somebody new, notes -----------------------------------------------------------------


@blueprint.route("/g/<cycle_id>/add", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def add(cycle_id: str) -> Any:
    """Ask the office to add somebody while the group may still take one."""
    found, form = get_group(actor(), cycle_id, today()), Form()
    if form.posted:
        with form.catching():
            return store_wish(form, found)
    renew(form)
    return form.page(
        "groups/add.html",
        title=_("Add a member"),
        group=found,
        waiting=find_visitors(actor(), today(), cycle_id=cycle_id),
        **phone(link("groups.group", cycle_id=cycle_id)),
    )


def store_wish(form: Form, found: GroupPage) -> Response:
    """Store who is to be added."""
    name, note = form.text("name", required=True, longest=120), form.text("note", longest=LONGEST)
    form.check()
    ask_to_add(cycle_id=found.cycle_id, name=name or "", note=note, by=actor(), now=now(), op=form.op)
    return done(_("Your coordinator will look at it."), "groups.add", cycle_id=found.cycle_id)


@blueprint.route("/g/<cycle_id>/m/<enrolment_id>/notes", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def notes(cycle_id: str, enrolment_id: str) -> Any:
    """Show the notes on a member, and take a new one or another wording of an own one."""
    found, form = get_member(actor(), cycle_id, enrolment_id, today()), Form()
    if not found.may_note:
        raise NotFound(kind="enrolment")
    if form.posted:
        with form.catching():
            return store_note(form, found)
    renew(form)
    lines = find_notes(actor(), today(), enrolment_id=enrolment_id)
    wanted = form.raw("replaces") or request.args.get("change", "")
    changed = next((one for one in lines if one.own and one.note_id == wanted), None)
    return form.page(
        "groups/notes.html",
        title=_("Notes"),
        found=found,
        lines=lines,
        changed=changed,
        longest=LONGEST,
        when=lambda moment: format_date(moment.astimezone(zone()).date(), "day"),
        **phone(link("groups.member", cycle_id=cycle_id, enrolment_id=enrolment_id)),
    )


def store_note(form: Form, found: MemberPage) -> Response:
    """Store a note."""
    text = form.text("note", required=True, longest=LONGEST)
    form.check()
    write_note(
        enrolment_id=found.enrolment_id,
        text=text or "",
        replaces=form.raw("replaces") or None,
        by=actor(),
        now=now(),
        op=form.op,
    )
    return done(_("Noted."), "groups.notes", cycle_id=found.cycle_id, enrolment_id=found.enrolment_id)
