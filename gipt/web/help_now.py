"""Help now: stay, who, ask, do, write, hand over. One tap begins, and nothing that is missing stops it.

The first tap already writes the worry down; everything after it adds. For facilitators the pages stand in their
own layout, for everybody else in the office's.
"""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from gipt.actions import safety as actions
from gipt.domain.access import Permission
from gipt.domain.problems import Invalid
from gipt.domain.safety_protocol import Reply, SafetyQuestion, protocol_from_mapping
from gipt.i18n import format_datetime, format_time
from gipt.i18n import gettext as _
from gipt.queries.help_now import HelpPage, find_by_code, find_nameable, find_own_open, get_help
from gipt.web.forms.reader import Form
from gipt.web.frame import done, frame, help_block, saved, today, works_on_phone, zone
from gipt.web.guard import actor, needs, now
from gipt.web.phone import renew
from gipt.web.safety_words import lines_at, safety_lines
from gipt.words.safety import REPLY_WORDS, STEP_WORDS, said

blueprint = Blueprint("help_now", __name__)


@blueprint.record
def give_words(state: Any) -> None:
    """Let every template say the fixed words of the safety text."""
    state.app.jinja_env.globals.update(safety_lines=safety_lines, lines_at=lines_at)


def layout() -> str:
    """Give the layout of the person who asks."""
    return "facilitator.html" if works_on_phone() else "office.html"


def show(form: Form, template: str, title: str, back: str, **context: Any) -> Any:
    """Show one page of the help path."""
    return form.page(
        f"help_now/{template}.html",
        layout=layout(),
        title=title,
        back_href=back,
        help=help_block(),
        local_time=local_time,
        **context,
    )


def local_time(moment: datetime) -> str:
    """Write a moment as time of day in the programme's zone; with the date when it was another day."""
    there = moment.astimezone(zone())
    return format_time(there.time()) if there.date() == today() else format_datetime(moment, zone=zone())


def questions() -> tuple[SafetyQuestion, ...]:
    """Give the questions of the protocol in force; none before one was adopted."""
    found = frame()
    return protocol_from_mapping(found.protocol).questions if found and found.protocol else ()


@blueprint.get("/h")
@needs(Permission.SAFETY_RAISE)
def start() -> Any:
    """Show the first steps, the numbers and the one button that begins."""
    own = find_own_open(actor(), now())
    return show(Form(), "start", _("Help now"), url_for("front.home"), own=own)


@blueprint.post("/h")
@needs(Permission.SAFETY_RAISE)
def begin() -> Any:
    """Write the worry down at once; who it is about may follow."""
    form = Form()
    with form.catching():
        episode_id = actions.raise_worry(
            member_id=form.text("member"), session_id=form.text("session"), by=actor(), now=now(), op=form.op
        )
        following = "help_now.ask" if form.text("member") else "help_now.person"
        return saved(following, episode_id=episode_id)
    return show(form, "start", _("Help now"), url_for("front.home"), own=())


@blueprint.route("/h/<episode_id>/who", methods=["GET", "POST"])
@needs(Permission.SAFETY_RAISE)
def person(episode_id: str) -> Any:
    """Say who it is, or go on with "someone"."""
    form = Form()
    found = get_help(actor(), episode_id, today())
    if form.posted:
        with form.catching():
            kept = actions.link_member(
                episode_id=episode_id, member_id=chosen_member(form), by=actor(), now=now(), op=form.op
            )
            return saved("help_now.ask", episode_id=kept)
    groups: dict[str, list[Any]] = {}
    for one in find_nameable(actor(), today()):
        groups.setdefault(one.group_name, []).append(one)
    return show(form, "who", _("Who?"), url_for(".page", episode_id=episode_id), found=found, groups=groups)


def chosen_member(form: Form) -> str:
    """Give the member who was tapped or whose code was typed; raise Invalid when there is no such member."""
    if form.raw("member"):
        return form.raw("member")
    code = form.text("code", required=True)
    form.check()
    member_id = find_by_code(actor(), code or "", today())
    if member_id is None:
        raise Invalid(field="code", reason="not_there")
    return member_id


@blueprint.route("/h/<episode_id>/ask", methods=["GET", "POST"])
@needs(Permission.SAFETY_RAISE)
def ask(episode_id: str) -> Any:
    """Ask the protocol's questions one by one; each reply is stored at once."""
    form = Form()
    found = get_help(actor(), episode_id, today())
    asked = questions()
    if form.posted:
        with form.catching():
            return store_reply(form, found, asked)
    wanted = request.args.get("q")
    open_ones = [one for one in asked if one.key not in found.replies]
    question = next((one for one in asked if one.key == wanted), next(iter(open_ones), None))
    if question is None or found.closed:
        return redirect(url_for(".page", episode_id=episode_id), 303)
    place = asked.index(question)
    back = (
        url_for(".ask", episode_id=episode_id, q=asked[place - 1].key)
        if place
        else url_for(".page", episode_id=episode_id)
    )
    return show(
        form,
        "ask",
        _("Ask"),
        back,
        found=found,
        question=question,
        number=place + 1,
        total=len(asked),
        replies=[(reply.value, said(REPLY_WORDS, reply.value)) for reply in Reply],
    )


def store_reply(form: Form, found: HelpPage, asked: tuple[SafetyQuestion, ...]) -> Response:
    """Store one reply, or the wish to stop asking, and go on to the next open question."""
    stop = form.flag("stop")
    replies = {} if stop else {form.raw("question"): form.raw("reply")}
    open_ones = [one for one in asked if one.key not in {*found.replies, *replies}]
    actions.triage(
        episode_id=found.episode_id,
        replies=replies,
        finished=stop or not open_ones,
        by=actor(),
        now=now(),
        op=form.op,
    )
    return saved("help_now.page" if stop or not open_ones else "help_now.ask", episode_id=found.episode_id)


@blueprint.get("/h/<episode_id>")
@needs(Permission.SAFETY_RAISE)
def page(episode_id: str) -> Any:
    """Show what to do, whom to call, what was done, and whether somebody has seen it."""
    return show_page(Form(), episode_id)


def show_page(form: Form, episode_id: str) -> Any:
    """Show the page of one episode, with whatever was typed."""
    found = get_help(actor(), episode_id, today())
    block = help_block()
    names = [str(one.name) for one in block["phones"]] if block else []
    names += [one.name for one in found.people if one.name not in names]
    return show(
        form,
        "page",
        _("Help now"),
        url_for("front.home"),
        found=found,
        names=names,
        steps=step_choices(names),
        chosen=form.fields.getlist("steps"),
        questions=questions(),
        step_words={code: said(STEP_WORDS, code) for code in STEP_WORDS},
    )


def step_choices(names: list[str]) -> list[tuple[str, str]]:
    """Give the tick boxes of "what did you do": one for each number to call and each person to speak to."""
    choices = []
    for code in STEP_WORDS:
        if code == "called":
            choices += [(f"called:{name}", _("Called %(name)s", name=name)) for name in names]
        elif code == "spoke_to":
            choices += [(f"spoke_to:{name}", _("Spoke to %(name)s", name=name)) for name in names]
        elif code == "taken_to":
            choices.append((code, _("Went with the person to a place of help")))
        else:
            choices.append((code, said(STEP_WORDS, code)))
    return choices


@blueprint.post("/h/<episode_id>/did")
@needs(Permission.SAFETY_RAISE)
def write(episode_id: str) -> Any:
    """Store what was done: ticks, a place, a few words."""
    form = Form()
    with form.catching():
        text = form.note_text("text")
        where = form.text("where")
        steps = read_steps(form, where)
        if not steps and not text:
            form.refuse("steps", "choose_one")
        form.check()
        actions.record_steps(episode_id=episode_id, steps=steps, text=text, by=actor(), now=now(), op=form.op)
        return done(_("Written down."), "help_now.page", episode_id=episode_id)
    return show_page(form, episode_id)


def read_steps(form: Form, where: str | None) -> tuple[actions.Step, ...]:
    """Read the ticked steps; a place that was typed counts as a tick."""
    ticked = dict.fromkeys(form.fields.getlist("steps")[:40])
    if where:
        ticked.setdefault("taken_to")
    pairs = (text.partition(":") for text in ticked)
    return tuple(
        actions.Step(code, where if code == "taken_to" else whom[:200] or None)
        for code, _colon, whom in pairs
    )


@blueprint.post("/h/<episode_id>/level")
@needs(Permission.SAFETY_RAISE)
def level(episode_id: str) -> Any:
    """Set a more dangerous level by hand; what was begun to be written is on the page again."""
    form = Form()
    with form.catching():
        number = form.whole("level", low=1, high=3, required=True)
        form.check()
        actions.set_level(episode_id=episode_id, level=number or 3, by=actor(), now=now(), op=form.op)
        if form.raw("text") or form.raw("where") or form.fields.getlist("steps"):
            renew(form)
            return show_page(form, episode_id)
        return saved("help_now.page", episode_id=episode_id)
    return show_page(form, episode_id)
