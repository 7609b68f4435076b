"""The supervisor's safety inbox (S1): nothing unseen, one tap to say "I have seen it", and everything after it."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response

from gipt.actions import referrals, safety_care
from gipt.actions import safety as actions
from gipt.domain.access import Permission
from gipt.domain.escalation import NEXT_CONTACT_DAYS
from gipt.domain.risk import Level
from gipt.i18n import format_date, format_datetime, format_time, lazy_gettext, weekday_name
from gipt.i18n import gettext as _
from gipt.queries.help_now import find_by_code
from gipt.queries.safety import (
    LogLine,
    count_unseen,
    find_closed,
    find_inbox,
    get_episode,
)
from gipt.web.choices import months
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, local_now, saved, today, zone
from gipt.web.guard import actor, may, needs, now
from gipt.words import label, labels
from gipt.words import safety as words

blueprint = Blueprint("safety", __name__)
NAV = (NavItem(5, "safety.inbox", lazy_gettext("Safety"), Permission.SAFETY_HANDLE, "safety"),)


@blueprint.before_app_request
def count_for_navigation() -> None:
    """Put the number of unseen episodes beside the entry of the navigation."""
    if request.method == "GET" and request.endpoint not in (None, "static") and may(Permission.SAFETY_HANDLE):
        g.setdefault("nav_counts", {})["safety"] = count_unseen(actor())


@blueprint.get("/o/safety")
@needs(Permission.SAFETY_HANDLE)
def inbox() -> str:
    """Show every open episode: unseen first, then by level, then by age."""
    moment = now()
    found = find_inbox(actor(), moment, today())
    return render_template(
        "safety/inbox.html",
        title=_("Safety"),
        inbox=found,
        words=words,
        moment=moment,
        label=label,
        checked=format_time(local_now().time()),
        new_on=today(),
    )


@blueprint.get("/o/safety/closed")
@needs(Permission.SAFETY_HANDLE)
def closed() -> str:
    """Show the closed episodes."""
    found = find_closed(actor(), now(), today())
    return render_template("safety/closed.html", title=_("Closed"), rows=found, words=words, local=local)


@blueprint.post("/o/safety/<episode_id>/seen")
@needs(Permission.SAFETY_HANDLE)
def seen(episode_id: str) -> Response:
    """Say "I have seen it", from the inbox or from the page."""
    form = Form()
    safety_care.acknowledge(episode_id=episode_id, by=actor(), now=now(), op=form.op)
    if form.raw("back") == "inbox":
        return done(_("Noted: you have seen it."), "safety.inbox")
    return done(_("Noted: you have seen it."), "safety.episode", episode_id=episode_id)


@blueprint.get("/o/safety/<episode_id>")
@needs(Permission.SAFETY_HANDLE)
def episode(episode_id: str) -> Any:
    """Show one episode with its log and what can be done."""
    return show(Form(), episode_id)


def show(form: Form, episode_id: str, part: str = "") -> Any:
    """Show the page of an episode; `part` names the section whose form was refused."""
    page = get_episode(actor(), episode_id, now(), today())
    level = Level(page.row.level) if page.row.level else None
    return form.page(
        "safety/episode.html",
        title=_("Safety"),
        page=page,
        row=page.row,
        words=words,
        part=part,
        label=label,
        labels=labels,
        moment=now(),
        local=local,
        log=[log_words(line) for line in page.log],
        months=months(),
        next_days=next_days(level),
        me=actor().staff_id,
        outcomes=pairs(words.OUTCOME_WORDS, safety_care.OUTCOMES),
        ways=pairs(words.WAY_WORDS, safety_care.CONTACT_WAYS),
        levels=[
            (3, label("safety_level", "3")),
            (2, label("safety_level", "2")),
            (1, label("safety_level", "1")),
        ],
    )


def pairs(table: Any, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give (code, words) pairs for a list of choices."""
    return [(code, words.said(table, code)) for code in codes]


def local(moment: datetime) -> str:
    """Write a moment in the programme's zone."""
    return format_datetime(moment, "short", zone=zone())


def next_days(level: Level | None) -> list[tuple[str, str]]:
    """Give the likely days of the next contact, the one for this level first."""
    lengths = sorted(
        set(NEXT_CONTACT_DAYS.values()), key=lambda days: (days != NEXT_CONTACT_DAYS[level], days)
    )
    days = [today() + timedelta(days=length) for length in lengths]
    return [(day.isoformat(), f"{weekday_name(day.weekday())}, {format_date(day)}") for day in days]


def log_words(line: LogLine) -> dict[str, str | None]:
    """Say one line of the log: what, when, by whom."""
    said = label("safety_event", line.kind)
    code = line.code or ""
    if line.kind in ("step_done", "called", "spoke_to", "plan_made"):
        said = words.said(words.STEP_WORDS, code) if code in words.STEP_WORDS else said
    elif line.kind == "contacted":
        way, _colon, reached = code.partition(":")
        result = _("reached") if reached == "reached" else _("not reached")
        said = f"{words.said(words.WAY_WORDS, way)}: {result}"
    elif line.kind in ("opened", "joined") and ":" not in code:
        said = f"{said}: {label('safety_trigger', code)}"
    elif line.kind in ("opened", "joined") and code.startswith("item"):
        said = f"{said}: {label('safety_trigger', 'item')}"
    elif line.kind in ("closed", "close_asked"):
        said = f"{said}: {words.said(words.OUTCOME_WORDS, code)}" if ":" not in code else said
    return {
        "what": said,
        "level": str(line.level) if line.level else None,
        "note": line.note,
        "by": line.by,
        "at": local(line.at),
        "on": format_date(line.on_date) if line.on_date else None,
    }


@blueprint.post("/o/safety/<episode_id>/contact")
@needs(Permission.SAFETY_HANDLE)
def contact(episode_id: str) -> Any:
    """Write down a contact or a try, and the day of the next one."""
    form = Form()
    with form.catching():
        way = form.choice("way", safety_care.CONTACT_WAYS, required=True)
        reached = form.choice("reached", ("yes", "no"), required=True)
        text, next_on = form.note_text("contact_text"), form.date("next_on")
        form.check()
        safety_care.record_contact(
            episode_id=episode_id,
            way=way or "",
            reached=reached == "yes",
            text=text,
            next_on=next_on,
            by=actor(),
            now=now(),
            op=form.op,
        )
        return done(_("Written down."), "safety.episode", episode_id=episode_id)
    return show(form, episode_id, "contact")


@blueprint.post("/o/safety/<episode_id>/level")
@needs(Permission.SAFETY_HANDLE)
def level(episode_id: str) -> Any:
    """Set the level, also a lower one."""
    form = Form()
    with form.catching():
        number = form.whole("level", low=1, high=3, required=True)
        form.check()
        actions.set_level(episode_id=episode_id, level=number or 0, by=actor(), now=now(), op=form.op)
        return saved("safety.episode", episode_id=episode_id)
    return show(form, episode_id, "level")


@blueprint.post("/o/safety/<episode_id>/plan")
@needs(Permission.SAFETY_HANDLE)
def plan(episode_id: str) -> Any:
    """Write down that a safety plan was made."""
    form = Form()
    with form.catching():
        means = form.choice("means", ("yes", "no"))
        text = form.note_text("plan_text")
        form.check()
        safety_care.make_plan(
            episode_id=episode_id,
            text=text,
            means_restricted=None if means is None else means == "yes",
            by=actor(),
            now=now(),
            op=form.op,
        )
        return done(_("Written down."), "safety.episode", episode_id=episode_id)
    return show(form, episode_id, "plan")


@blueprint.post("/o/safety/<episode_id>/person")
@needs(Permission.SAFETY_HANDLE)
def person(episode_id: str) -> Any:
    """Say who "someone" is, by code."""
    form = Form()
    with form.catching():
        code = form.text("code", required=True)
        form.check()
        member_id = find_by_code(actor(), code or "", today())
        if member_id is None:
            form.refuse("code", "not_there")
        form.check()
        kept = actions.link_member(
            episode_id=episode_id, member_id=member_id or "", by=actor(), now=now(), op=form.op
        )
        return done(_("Named."), "safety.episode", episode_id=kept)
    return show(form, episode_id, "person")


@blueprint.post("/o/safety/<episode_id>/refer")
@needs(Permission.SAFETY_HANDLE)
def refer(episode_id: str) -> Any:
    """Send the person on to another service."""
    form = Form()
    with form.catching():
        record = referrals.ReferralRecord(
            to_service=form.text("to_service", required=True) or "",
            urgency=form.choice("urgency", referrals.URGENCIES, required=True) or "",
            given_on=form.date("given_on") or today(),
            agreed=form.choice("agreed", referrals.AGREED) or "not_asked",
            accompanied={"yes": True, "no": False}.get(form.raw("accompanied")),
        )
        form.check()
        referrals.refer(episode_id=episode_id, record=record, by=actor(), now=now(), op=form.op)
        return done(_("Referral written down."), "safety.episode", episode_id=episode_id)
    return show(form, episode_id, "refer")


@blueprint.post("/o/safety/<episode_id>/arrived/<referral_id>")
@needs(Permission.SAFETY_HANDLE)
def arrived(episode_id: str, referral_id: str) -> Any:
    """Confirm that the person arrived at the service."""
    form = Form()
    with form.catching():
        arrived_on, feedback = form.date("arrived_on", required=True), form.note_text("feedback")
        form.check()
        referrals.record_arrival(
            referral_id=referral_id,
            arrived_on=arrived_on or today(),
            feedback=feedback,
            by=actor(),
            now=now(),
            op=form.op,
        )
        return done(_("Arrival confirmed."), "safety.episode", episode_id=episode_id)
    return show(form, episode_id, "refer")


@blueprint.post("/o/safety/<episode_id>/hand-over")
@needs(Permission.SAFETY_HANDLE)
def hand_over(episode_id: str) -> Any:
    """Give the episode to a colleague, who then has to see it."""
    form = Form()
    with form.catching():
        to = form.text("to_staff", required=True)
        text = form.note_text("hand_text")
        form.check()
        safety_care.hand_over(
            episode_id=episode_id, to_staff_id=to or "", text=text, by=actor(), now=now(), op=form.op
        )
        return done(
            _("Handed over. It counts when your colleague has seen it."),
            "safety.episode",
            episode_id=episode_id,
        )
    return show(form, episode_id, "hand-over")


@blueprint.post("/o/safety/<episode_id>/clear")
@needs(Permission.SAFETY_HANDLE)
def clear(episode_id: str) -> Any:
    """Say which clinician lets the person take part again."""
    form = Form()
    with form.catching():
        name = form.text("clinician", required=True)
        form.check()
        safety_care.clear_to_join(
            episode_id=episode_id, clinician=name or "", by=actor(), now=now(), op=form.op
        )
        return done(_("Written down."), "safety.episode", episode_id=episode_id)
    return show(form, episode_id, "clear")


@blueprint.post("/o/safety/<episode_id>/close")
@needs(Permission.SAFETY_HANDLE)
def close(episode_id: str) -> Any:
    """Close, or ask a second person to close."""
    form = Form()
    with form.catching():
        outcome = form.choice("outcome", safety_care.OUTCOMES, required=True)
        reason = form.text("reason", required=True, longest=4000)
        form.check()
        result = safety_care.close_episode(
            episode_id=episode_id,
            outcome=outcome or "",
            reason=reason or "",
            by=actor(),
            now=now(),
            op=form.op,
        )
        if result == safety_care.ASKED:
            return done(_("A second person has to close this."), "safety.episode", episode_id=episode_id)
        return done(_("Closed."), "safety.inbox")
    return show(form, episode_id, "close")


@blueprint.post("/o/safety/<episode_id>/confirm")
@needs(Permission.SAFETY_HANDLE)
def confirm(episode_id: str) -> Any:
    """Close as the second person."""
    form = Form()
    with form.catching():
        safety_care.confirm_close(episode_id=episode_id, by=actor(), now=now(), op=form.op)
        return done(_("Closed."), "safety.inbox")
    return show(form, episode_id, "close")


@blueprint.post("/o/safety/<episode_id>/reopen")
@needs(Permission.SAFETY_HANDLE)
def reopen(episode_id: str) -> Any:
    """Open a closed episode again."""
    form = Form()
    with form.catching():
        safety_care.reopen(
            episode_id=episode_id, text=form.note_text("reopen_text"), by=actor(), now=now(), op=form.op
        )
        return done(_("Open again."), "safety.episode", episode_id=episode_id)
    return show(form, episode_id, "close")
