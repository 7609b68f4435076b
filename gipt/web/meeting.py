"""The meeting in one page: register, check-ins, guide, close. Any order; everything says in words how far it is."""

from functools import partial
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from gipt.actions import meetings as actions
from gipt.actions.assessments import Target
from gipt.actions.registers import SessionRecord, record_session
from gipt.content.wordings import find_wording
from gipt.domain.access import Permission
from gipt.domain.attendance import FEW_PRESENT
from gipt.domain.guide_steps import FidelityRating, SessionGuide
from gipt.domain.measures import get_measure_by_key
from gipt.domain.problems import NotFound
from gipt.i18n import format_date, ngettext
from gipt.i18n import gettext as _
from gipt.queries.fidelity import marks_of
from gipt.queries.given_answers import find_answers
from gipt.queries.guide_remarks import own_remarks
from gipt.queries.measure_wordings import loaded_wordings, scale_for_site
from gipt.queries.meetings import MeetingPage, RegisterSoFar, RosterRow, get_meeting, get_register
from gipt.queries.translations import approved_words
from gipt.web import check_ins as asking
from gipt.web.calendar_words import day_of
from gipt.web.forms import registers as parsing
from gipt.web.forms.reader import Form
from gipt.web.frame import done, saved, today
from gipt.web.guard import actor, needs, now
from gipt.web.guides import Outline, check_step, place_in, remember_place, spoken, step_page
from gipt.web.patterns import Row
from gipt.web.phone import called, onward, phone, picture, renew, spoken_tag
from gipt.words import label, labels

blueprint = Blueprint("meeting", __name__)

FEELS = ("easy", "mixed", "hard")
TURNOUT = ("continue", "ask")


def load(session_id: str) -> MeetingPage:
    """Give the meeting when it is the person's own."""
    return get_meeting(actor(), session_id, today())


def title_of(page: MeetingPage) -> str:
    """Give the meeting's name: its number, or what it is after the cycle."""
    if page.kind == "core":
        return _("Meeting %(number)d", number=page.number)
    return label("session_kind", page.kind, plain=True)


@blueprint.get("/s/<session_id>")
@needs(Permission.MEETING_RUN)
def run(session_id: str) -> Any:
    """Show the four parts of the meeting and what comes next."""
    page = load(session_id)
    open_step = next_step(page)
    return Form().page(
        "meeting/run.html",
        title=title_of(page),
        page=page,
        steps=parts(page),
        open_step=open_step,
        **phone(url_for("groups.group", cycle_id=page.cycle_id)),
    )


def next_step(page: MeetingPage) -> int | None:
    """Give the step of the guide at which the person was, else the first one that is not done.

    None when all are done, or without a guide.
    """
    steps = page.guide.steps if page.guide else ()
    still = [n for n, step in enumerate(steps, 1) if step.id not in page.steps_done]
    place = place_in(page.session_id)
    return place if place in still else next(iter(still), None)


def parts(page: MeetingPage) -> list[dict[str, Any]]:
    """Give the parts of the meeting for the step list, each with its state as shape and words."""
    link = partial(url_for, session_id=page.session_id)
    marked, total = page.marked, len(page.roster)
    came, asked = len(page.came), page.asked
    found = [
        {
            "href": link("meeting.register"),
            "title": _("Register"),
            "state": state(marked, total),
            "words": _("%(came)d of %(total)d came", came=came, total=total)
            if marked
            else ngettext("%(num)d member", "%(num)d members", total),
        }
    ]
    if page.measures:
        found.append(
            {
                "href": link("meeting.check_list"),
                "title": _("Check-ins"),
                "state": state(asked, came) if came else "open",
                "words": _("%(asked)d of %(came)d done", asked=asked, came=came) if came else "",
            }
        )
    if page.guide:
        count, steps = len(page.guide.steps), next_step(page)
        finished = len(set(page.steps_done) & {step.id for step in page.guide.steps})
        found.append(
            {
                "href": link("meeting.guide", number=steps or 1),
                "title": _("Guide"),
                "state": state(finished, count),
                "words": _("step %(number)d of %(total)d", number=steps, total=count) if steps else "",
            }
        )
    closed = page.closed_at is not None
    found.append(
        {
            "href": link("meeting.close"),
            "title": _("Close"),
            "state": "done" if closed else "open",
            "words": "",
        }
    )
    return found


def state(finished: int, total: int) -> str:
    """Give the state of a part: open, part or done."""
    if not finished:
        return "open"
    return "done" if finished >= total else "part"


# --- register -----------------------------------------------------------------------------------------------------


@blueprint.route("/s/<session_id>/r", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def register(session_id: str) -> Any:
    """Tick who came; everybody else stays unmarked."""
    form = Form()
    if form.posted:
        with form.catching():
            if "visitor" in form.fields:
                return store_visitor(form, load(session_id))
            return store_register(form, get_register(actor(), session_id, today()))
    page = load(session_id)
    renew(form)
    ticks, days = [row_tick(form, row) for row in page.roster], likely_days(page)
    offered, typed = {"other", *(code for code, _words in days)}, form.fields.get("held")
    day = (page.held_on or likely_day(page)).isoformat()
    return form.page(
        "meeting/register.html",
        title=_("Register"),
        page=page,
        rows=[register_row(form, *pair) for pair in zip(page.roster, ticks, strict=True)],
        counts={
            "came": ticks.count("came"),
            "missed": ticks.count("missed"),
            "open": len(ticks) - ticks.count("came") - ticks.count("missed"),
        },
        day=typed if typed in offered else day,
        other=day_of(form.fields, "held", year=day),
        days=days,
        **phone(url_for("meeting.run", session_id=session_id)),
    )


def likely_day(page: MeetingPage | RegisterSoFar) -> Any:
    """Give the day that the register is most probably for: the planned one, or today when that is to come."""
    return min(page.on_date, today())


def likely_days(page: MeetingPage) -> tuple[tuple[str, str], ...]:
    """Give the days offered before "Another day"."""
    days = dict.fromkeys((page.held_on or likely_day(page), likely_day(page), today()))
    return tuple((day.isoformat(), format_date(day, "weekday")) for day in days)


def row_tick(form: Form, row: RosterRow) -> str | None:
    """Give what is ticked in one row: as typed just now, else as stored."""
    if not form.posted:
        return parsing.tick_of(row)
    return {"present": "came", "absent_unknown": "missed"}.get(form.raw(f"a[{row.enrolment_id}]"))


def register_row(form: Form, row: RosterRow, tick: str | None) -> Row:
    """Give what one row shows, for the pattern of the rows: as typed just now, else as stored."""
    key = row.enrolment_id
    detail, child = parsing.detail_of(row), row.with_child
    if form.posted:
        typed = form.raw(f"d[{key}]")
        # What no row can hold was never offered; it is not kept among the patterns either.
        detail, child = typed if typed in parsing.detail_codes(row) else "", form.flag(f"k[{key}]")
    return (tick, row.new, row.mark == "makeup_done", detail, child), {
        "id": key,
        "name": called(row.name, row.sign),
        "number": row.sign,
        "picture": picture(row.sign),
    }


@blueprint.record
def add_words(state: Any) -> None:
    """Give templates what can be said beside a tick."""
    state.app.jinja_env.globals["detail_options"] = parsing.detail_options


def store_register(form: Form, page: RegisterSoFar) -> Response:
    """Store the ticks; the meeting counts as held from the first one on."""
    marks = parsing.read_marks(form, page)
    held_on = form.date("held") or page.held_on or likely_day(page)
    form.check()
    if not marks:
        return redirect(url_for("meeting.run", session_id=page.session_id), 303)
    record = SessionRecord(page.session_id, held_on, marks, correction=form.text("correction"))
    record_session(record=record, by=actor(), now=now(), op=form.op)
    return saved("meeting.run", session_id=page.session_id)


def store_visitor(form: Form, page: MeetingPage) -> Response:
    """Note somebody new; the coordinator decides later."""
    name = form.text("visitor", required=True)
    form.check()
    actions.add_visitor(session_id=page.session_id, name=name or "", by=actor(), now=now(), op=form.op)
    words = _("Noted. Your coordinator decides who joins.")
    return done(words, "meeting.register", session_id=page.session_id)


# --- check-ins ----------------------------------------------------------------------------------------------------


@blueprint.get("/s/<session_id>/c")
@needs(Permission.MEETING_RUN)
def check_list(session_id: str) -> Any:
    """Show who still has to be asked, beginning with another member each week."""
    page = load(session_id)
    came = page.to_ask
    return Form().page(
        "meeting/check_list.html",
        title=_("Check-ins"),
        page=page,
        came=came,
        others=[row for row in page.roster if row not in came and row.mark != "not_expected"],
        words=partial(check_words, page),
        **phone(url_for("meeting.run", session_id=session_id)),
    )


def check_words(page: MeetingPage, row: RosterRow) -> str:
    """Say in words how far a member's check-in is."""
    found = page.check_state(row)
    if found == "started":
        keys = [key for key in page.measures if key in row.checks]
        total = sum(len(get_measure_by_key(key).scored_items) for key in keys)
        return _(
            "started (%(answered)d of %(total)d)",
            answered=sum(row.checks[k].answered for k in keys),
            total=total,
        )
    return {"none": _("not asked"), "done": _("done"), "declined": _("did not want to")}[found]


@blueprint.route("/s/<session_id>/c/<enrolment_id>", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def check_in(session_id: str, enrolment_id: str) -> Any:
    """Ask one member, one question per screen or as a whole form."""
    page = load(session_id)
    row = page.row(enrolment_id)
    wanted = request.args.get("m")
    states = {key: row.checks[key].status if key in row.checks else "none" for key in page.measures}
    open_ones = [key for key in states if states[key] in ("none", "started")]
    key = wanted if wanted in states else next(iter([*open_ones, *states]), None)
    if key is None:
        raise NotFound(kind="measure")
    return asking.handle(asked_in_meeting(page, row, key, [one for one in open_ones if one != key]))


def asked_in_meeting(page: MeetingPage, row: RosterRow, key: str, others: list[str]) -> asking.Asking:
    """Give everything that asking one member one measure in this meeting needs."""
    measure, point = get_measure_by_key(key), page.point_of(key).value
    given = find_answers(row.enrolment_id, key, session_id=page.session_id, point=point)
    spoken_in = spoken_tag(page.language)
    target = Target(
        member_id=row.member_id,
        measure=key,
        point=point,
        on_date=page.held_on or likely_day(page),
        enrolment_id=row.enrolment_id,
        session_id=page.session_id,
        label=page.label if page.kind == "follow_up" else None,
        mode="paper" if "whole" in request.form else "interviewer",
        relation="own_facilitator",
        language=spoken_in,
    )
    following = next((one for one in page.to_ask if one is not row and page.check_state(one) == "none"), None)
    link = partial(
        url_for,
        "meeting.check_in",
        session_id=page.session_id,
        enrolment_id=row.enrolment_id,
        m=key if len(page.measures) > 1 else None,
    )
    return asking.Asking(
        target,
        measure,
        given,
        row.sign,
        row.name,
        find_wording(measure, spoken_in, approved_words, loaded_wordings),
        link,
        url_for("meeting.check_list", session_id=page.session_id),
        row.episode_id,
        link(m=others[0]) if others else None,
        (link(enrolment_id=following.enrolment_id, m=None), following.sign) if following else None,
        scale_for_site(page.site_id, spoken_in),
    )


# --- guide --------------------------------------------------------------------------------------------------------


@blueprint.route("/s/<session_id>/guide/<int:number>", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def guide(session_id: str, number: int) -> Any:
    """Show one step of the guide; "Done" remembers the place."""
    page, form = load(session_id), Form()
    steps = check_step(page.guide, number).steps
    following = url_for("meeting.guide", session_id=session_id, number=number + 1)
    if number == len(steps):
        following = url_for("meeting.run", session_id=session_id)
    if form.posted:
        kept = dict.fromkeys([*page.steps_done, steps[number - 1].id])
        actions.note_guide_step(
            session_id=session_id, steps_done=list(kept), by=actor(), now=now(), op=form.op
        )
        return onward(following)
    # Read ahead of the day nothing is ticked, and the meeting begins at its first step.
    reading = page.status != "held" and page.on_date > today()
    if not reading:
        remember_place(session_id, number)
    shown = step_page(
        outline_of(page, check_step(page.guide, number)),
        number,
        version=page.curriculum.version,
        link=partial(url_for, "meeting.guide", session_id=session_id),
        following=following,
        done_steps=page.steps_done,
        reading=reading,
        by_phone=page.mode != "in_person",
        remark_href=url_for("guide_remarks.meeting", session_id=session_id, number=number),
        remarks=own_remarks(actor(), page.cycle_id),
    )
    title = _("Step %(number)d of %(total)d", number=number, total=len(steps))
    return form.page(
        "meeting/guide.html", title=title, **shown, **phone(url_for("meeting.run", session_id=session_id))
    )


def outline_of(page: MeetingPage, guide: SessionGuide) -> Outline:
    """Give a meeting's outline in the words that its cycle reads."""
    return spoken(page.curriculum, guide, page.language, page.words, page.gender)


# --- close, not held ----------------------------------------------------------------------------------------------


@blueprint.route("/s/<session_id>/close", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def close(session_id: str) -> Any:
    """Close the meeting; shows what is missing and never blocks."""
    page, form = load(session_id), Form()
    if form.posted:
        with form.catching():
            return store_close(form, page)
    renew(form)
    outline = outline_of(page, page.guide) if page.guide else None
    return form.page(
        "meeting/close.html",
        title=_("Close meeting"),
        page=page,
        steps=[(step.id, step.title) for step in outline.guide.steps] if outline else [],
        outline=outline,
        said=marks_of(session_id) if outline and outline.guide.fidelity else {},
        ratings=labels("fidelity_rating")[::-1],
        feels=labels("feel", plain=True),
        turnout=turnout_options() if 0 < len(page.came) < FEW_PRESENT else (),
        **phone(url_for("meeting.run", session_id=session_id)),
    )


def turnout_options() -> list[tuple[str, str]]:
    """Give what can be said when few came; how the group goes on is the supervisor's decision."""
    return [("continue", _("We go on as we are")), ("ask", _("Please talk with me about it"))]


def store_close(form: Form, page: MeetingPage) -> Response:
    """Store how the meeting went."""
    steps = [step.id for step in page.guide.steps] if page.guide else []
    closing = actions.Closing(
        session_id=page.session_id,
        feel=form.choice("feel", FEELS),
        steps_done=form.choices("steps", steps),
        minutes_held=form.whole("minutes", low=1, high=600),
        children_present=form.whole("children", low=0, high=99),
        note=form.note_text("note"),
        turnout_decision=form.choice("turnout", TURNOUT),
        fidelity=read_fidelity(form, page),
    )
    form.check()
    actions.close_session(closing=closing, by=actor(), now=now(), op=form.op)
    return done(closed_words(page), "today.page")


def read_fidelity(form: Form, page: MeetingPage) -> dict[str, str]:
    """Read how far each thing was done; what was left open is not there, and nothing here stops the closing."""
    items = page.guide.fidelity if page.guide else ()
    given = {item.key: form.raw(f"f[{item.id}]") for item in items}
    return {key: rating for key, rating in given.items() if rating in set(FidelityRating)}


def closed_words(page: MeetingPage) -> str:
    """Say what was closed and how many members are to be asked after."""
    missed = sum(1 for row in page.roster if row.mark in ("absent_told", "absent_unknown"))
    closed = _("%(meeting)s is closed.", meeting=title_of(page))
    if page.kind != "core" or not missed:
        return closed
    return f"{closed} " + ngettext("%(num)d member to follow up.", "%(num)d members to follow up.", missed)


@blueprint.route("/s/<session_id>/not-held", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def not_held(session_id: str) -> Any:
    """Say that the meeting did not happen and why; the coordinator finds another day."""
    page, form = load(session_id), Form()
    reasons = labels("cancel_reason", plain=True)
    if form.posted:
        with form.catching():
            reason = form.choice("reason", [code for code, _words in reasons], required=True)
            note = form.note_text("note")
            form.check()
            actions.report_not_held(
                session_id=session_id, reason=reason or "", note=note, by=actor(), now=now(), op=form.op
            )
            return done(_("Noted. Your coordinator finds another day."), "today.page")
    renew(form)
    return form.page(
        "meeting/not_held.html",
        title=_("Did not happen"),
        page=page,
        reasons=reasons,
        **phone(url_for("today.page")),
    )
