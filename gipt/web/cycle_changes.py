"""Changes of a planned cycle: move, cancel and decide, hand over, close, give up. Part of the planner's pages."""

from typing import Any

from werkzeug.wrappers import Response

from gipt.actions import cycles as actions
from gipt.actions import schedules
from gipt.actions.base import digest
from gipt.actions.schedule_undo import undo_schedule_change
from gipt.domain.access import Permission
from gipt.domain.problems import Conflict, NoFreeDate, NotFound
from gipt.domain.scheduling import CancelReason, Suggestion
from gipt.i18n import gettext as _
from gipt.i18n import lazy_gettext
from gipt.queries import cycles
from gipt.queries.cycle_ends import missing_endlines
from gipt.queries.leaders import Names, leaders_at, member_names, names_of, venues_at
from gipt.queries.schedule_changes import ChangePage, get_change
from gipt.web import planner
from gipt.web.calendar_words import day_line, day_of
from gipt.web.forms.reader import Form
from gipt.web.frame import done, today
from gipt.web.guard import actor, needs, now
from gipt.web.plan_words import change_title, undo_rows
from gipt.web.schedule_forms import (
    WAYS,
    Pairs,
    read_change,
    read_hand_over,
    show_change,
    suggestion_options,
)
from gipt.words import labels, sentence
from gipt.words.guides import later_meetings

TITLES = {
    "move": lazy_gettext("Move one meeting"),
    "move-all": lazy_gettext("Move this and all after"),
    "cancel": lazy_gettext("Cancel a meeting"),
    "held": lazy_gettext("Happened on another day"),
    "hand-over": lazy_gettext("Hand over"),
}


@planner.blueprint.route(
    "/o/cycles/<cycle_id>/<any('move','move-all','cancel','held'):way>/<int:number>", methods=["GET", "POST"]
)
@needs(Permission.GROUPS_EDIT)
def change(cycle_id: str, way: str, number: int) -> Any:
    """Change one numbered meeting: ask, show before and after, save."""
    found, form = planner.load(cycle_id), Form()
    session = next((one for one in found.core if one.number == number and one.status in cycles.NOT_YET), None)
    if session is None:
        raise NotFound(kind="session")
    offered: tuple[Suggestion, ...] = ()
    if way == "move":
        offered = schedules.suggestions(cycle_id=cycle_id, number=number, by=actor(), today=today())
    shown = None
    if form.posted or way == "move-all":
        with form.catching():
            try:
                record = read_change(form, way, found, number, offered)
                shown = save_or_show(form, record)
                if isinstance(shown, Response):
                    return shown
            except NoFreeDate as problem:
                form.note(problem)
    return change_page(form, found, way, shown, session=session, ways=suggestion_options(offered))


def save_or_show(form: Form, record: schedules.ChangeRecord) -> Any:
    """Save what was shown; anything that was not shown yet is shown first."""
    shown = show_change(record)
    if form.raw("do") != "save" or form.raw("shown") != shown.mark:
        return shown
    schedules.change_schedule(record=record, by=actor(), now=now(), op=form.op)
    if record.kind == WAYS["cancel"].value:
        return done(
            _("The meeting is cancelled. Now decide about its number."),
            "planner.decide",
            cycle_id=record.cycle_id,
            number=record.number,
        )
    return done(_("Saved."), "planner.cycle", cycle_id=record.cycle_id)


def change_page(form: Form, found: cycles.CyclePage, way: str, shown: Any, **context: Any) -> Any:
    """Show the form of a change, with before and after when it was worked out."""
    return form.page(
        "planner/change.html",
        title=str(TITLES[way]),
        found=found,
        way=way,
        shown=shown,
        to=day_of(form.fields, "to"),
        venues=venues_at(found.site_id) if way == "move" else (),
        reasons=labels("cancel_reason"),
        **context,
    )


@planner.blueprint.route("/o/cycles/<cycle_id>/decide/<int:number>", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def decide(cycle_id: str, number: int) -> Any:
    """Decide about a cancelled number: once more at the end, or one session fewer; both show what they do."""
    found, form = planner.load(cycle_id), Form()
    if not any(one.number == number and one.gap == "open" for one in found.core):
        raise NotFound(kind="session")
    shown: dict[str, Any] = {}
    for way in ("append", "accept"):
        with form.catching():
            try:
                record = schedules.ChangeRecord(cycle_id, WAYS[way].value, number)
                shown[way] = show_change(record)
                if form.posted and form.raw("way") == way:
                    answer = save_or_show(form, record)
                    if isinstance(answer, Response):
                        return answer
            except NoFreeDate as problem:
                form.note(problem)
    return form.page("planner/decide.html", title=_("Decide"), found=found, number=number, shown=shown)


@planner.blueprint.route("/o/cycles/<cycle_id>/hand-over", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def hand_over(cycle_id: str) -> Any:
    """Hand the group or one meeting to somebody else, from a day to a day."""
    found, form = planner.load(cycle_id), Form()
    leaders: Pairs = leaders_at(found.site_id)
    shown = None
    if form.posted:
        with form.catching():
            shown = save_or_show(form, read_hand_over(form, found, leaders))
            if isinstance(shown, Response):
                return shown
    meetings = [
        (str(one.number), f"{_('Meeting %(number)d', number=one.number)} · {day_line(one.on_date)}")
        for one in found.core
        if one.status in cycles.NOT_YET
    ]
    return form.page(
        "planner/hand_over.html",
        title=str(TITLES["hand-over"]),
        found=found,
        shown=shown,
        leaders=leaders,
        meetings=meetings,
        first=day_of(form.fields, "first", today()),
        last=day_of(form.fields, "last"),
    )


@planner.blueprint.route("/o/cycles/<cycle_id>/follow-up/<session_id>", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def follow_up(cycle_id: str, session_id: str) -> Any:
    """Move a follow-up meeting, or cancel it."""
    found, form = planner.load(cycle_id), Form()
    session = next((one for one in found.others if one.session_id == session_id), None)
    if session is None or session.status not in cycles.NOT_YET:
        raise NotFound(kind="session")
    venues, record = venues_at(found.site_id), None
    if form.posted:
        with form.catching():
            record = read_follow_up(form, session_id, venues)
            if form.raw("do") == "save" and form.raw("shown") == digest(record):
                schedules.change_follow_up(record=record, by=actor(), now=now(), op=form.op)
                return done(_("Saved."), "planner.cycle", cycle_id=cycle_id)
    return form.page(
        "planner/follow_up.html",
        title=_("Follow-up meeting"),
        found=found,
        what=later_meetings(found.curriculum).get(session.label or "", session.label or ""),
        session=session,
        record=record,
        fingerprint=digest(record) if record else "",
        venues=venues,
        to=day_of(form.fields, "to", session.on_date),
        reasons=labels("cancel_reason"),
    )


def read_follow_up(form: Form, session_id: str, venues: Pairs) -> schedules.FollowUpChange:
    """Read what becomes of a follow-up meeting; a reason cancels it, else a day is needed."""
    reason = form.choice("reason", CancelReason)
    if reason is not None:
        return schedules.FollowUpChange(session_id, reason=reason)
    to, starts = form.date("to", required=True), form.time("starts")
    venue = form.choice("venue", [one for one, _name in venues])
    form.check()
    return schedules.FollowUpChange(session_id, to=to, starts=starts, venue_id=venue)


@planner.blueprint.route("/o/cycles/undo/<change_id>", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def undo(change_id: str) -> Any:
    """Show what taking back a change restores, or why it stays; take it back."""
    change, form = get_change(actor(), change_id, today(), now()), Form()
    found = planner.load(change.cycle_id)
    if form.posted:
        with form.catching():
            undo_schedule_change(change_id=change_id, by=actor(), now=now(), op=form.op)
            return done(_("It is as it was before."), "planner.cycle", cycle_id=found.cycle_id)
    return form.page(
        "planner/undo.html",
        title=_("Undo a change"),
        found=found,
        change=change,
        what=change_title(change.kind, change.number),
        rows=undo_rows(change, names_in(change)),
        stays=sentence(Conflict(reason=change.stays)) if change.stays else None,
    )


def names_in(change: ChangePage) -> Names:
    """Look up who and where the rows of a change name."""
    rows = [one for state in (change.before, change.after) for one in state["session"].values() if one]
    led = [one for state in (change.before, change.after) for one in state["assignment"].values() if one]
    venues = {one["venue_id"] for one in rows if one["venue_id"]}
    return names_of(actor(), staff={one["staff_id"] for one in led}, venues=venues)


# --- the end ----------------------------------------------------------------------------------------------------------


@planner.blueprint.route("/o/cycles/<cycle_id>/close", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def close(cycle_id: str) -> Any:
    """Close a cycle; what is missing is named, and reasons for missing last check-ins are taken here."""
    found, form = planner.load(cycle_id), Form()
    if found.status not in ("running", "closing"):
        raise NotFound(kind="cycle")
    if form.posted:
        with form.catching():
            return note_reasons(form, found) if form.raw("do") == "reasons" else close_now(form, found)
    to_come = [one for one in found.core if one.status in cycles.NOT_YET]
    return form.page(
        "planner/close.html",
        title=_("Close the cycle"),
        found=found,
        to_come=to_come,
        gaps=[one for one in found.core if one.gap == "open"],
        later=[one for one in found.others if one.status in cycles.NOT_YET],
        unasked=member_names(missing_endlines(cycle_id)),
        reasons=no_endline_words(),
        on=day_of(form.fields, "on_date", today()),
    )


def no_endline_words() -> list[tuple[str, str]]:
    """Give the reasons for which somebody has no last check-in."""
    words = {
        "not_reached": _("Could not be reached"),
        "declined": _("Did not want to"),
        "moved": _("Left the area"),
        "too_late": _("It was too late"),
        "other": _("Other reason"),
    }
    return [(code, words[code]) for code in actions.NO_ENDLINE_REASONS]


def note_reasons(form: Form, found: cycles.CyclePage) -> Response:
    """Store the reasons that were chosen; the others stay open."""
    for position, enrolment_id in enumerate(missing_endlines(found.cycle_id)):
        reason = form.choice(f"r[{enrolment_id}]", actions.NO_ENDLINE_REASONS)
        if reason is not None:
            actions.note_no_endline(
                enrolment_id=enrolment_id, reason=reason, by=actor(), now=now(), op=f"{form.op}-{position}"
            )
    return done(_("Saved."), "planner.close", cycle_id=found.cycle_id)


def close_now(form: Form, found: cycles.CyclePage) -> Response:
    """Close the cycle on the day that was given."""
    on = form.date("on_date", required=True)
    form.check()
    assert on is not None
    actions.close_cycle(
        cycle_id=found.cycle_id,
        on_date=on,
        self_help_from=on if form.flag("self_help") else None,
        by=actor(),
        now=now(),
        op=form.op,
    )
    return done(_("The cycle is closed."), "planner.cycle", cycle_id=found.cycle_id)


@planner.blueprint.route("/o/cycles/<cycle_id>/give-up", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def give_up(cycle_id: str) -> Any:
    """Give up a cycle that was planned but not started."""
    found, form = planner.load(cycle_id), Form()
    if found.status != "planned":
        raise NotFound(kind="cycle")
    if form.posted:
        with form.catching():
            reason = form.choice("reason", CancelReason, required=True)
            form.check()
            actions.cancel_cycle(cycle_id=cycle_id, reason=reason or "", by=actor(), now=now(), op=form.op)
            return done(_("The plan is given up. Its people wait for new dates."), "planner.page")
    return form.page(
        "planner/give_up.html", title=_("Give up this plan"), found=found, reasons=labels("cancel_reason")
    )
