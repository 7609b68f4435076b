"""Today: one obvious next thing, then what is to do, then this week; and asking after who did not come."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect

from gipt.actions import meetings as actions
from gipt.actions.safety import raise_worry
from gipt.domain.access import Permission
from gipt.i18n import format_date, lazy_gettext, ngettext
from gipt.i18n import gettext as _
from gipt.queries.absences import Absence, AbsencePage, find_absences, get_absence
from gipt.queries.endlines import OpenWork, find_open_work
from gipt.queries.meetings import MeetingCard, find_meetings
from gipt.queries.own_groups import has_ended_groups
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, link, today
from gipt.web.guard import actor, needs, now
from gipt.web.patterns import Row
from gipt.web.phone import called, onward, phone, picture, renew
from gipt.words import label, labels

blueprint = Blueprint("today", __name__)

# Who also works in the office reaches the own meetings from there.
NAV = (NavItem(5, "today.page", lazy_gettext("My meetings"), Permission.MEETING_RUN, "today"),)

MOST_TASKS = 5
GONE = ("cancelled", "merged")


@blueprint.get("/today")
@needs(Permission.MEETING_RUN)
def page() -> Any:
    """Show today's meetings, the tasks and the rest of the week."""
    day = today()
    cards = [card for card in find_meetings(actor(), day) if card.status not in GONE]
    absences, work = find_absences(actor(), day), find_open_work(actor(), day)
    coming = [card for card in cards if card.on_date > day]
    idle = not (cards or absences or work)
    return Form().page(
        "today/page.html",
        title=_("Today"),
        day=day,
        meetings=[card for card in cards if card.on_date == day],
        tasks=tasks(cards, absences, work, day)[:MOST_TASKS],
        follow_ups=len({one.enrolment_id for one in absences}),
        coming=coming,
        idle=idle,
        ended=idle and has_ended_groups(actor(), day),
        start=start_of,
        place=place_of,
        **phone(),
    )


def start_of(card: MeetingCard) -> str:
    """Give where "Start" leads: the register while nobody is marked, the meeting afterwards."""
    endpoint = "meeting.run" if card.marked or card.cycle_status == "planned" else "meeting.register"
    return link(endpoint, session_id=card.session_id)


def place_of(card: MeetingCard) -> str:
    """Say which meeting of how many, with how many members."""
    members = ngettext("%(num)d member", "%(num)d members", card.members)
    if card.kind != "core":
        return f"{label('session_kind', card.kind, plain=True)} · {members}"
    return _("Meeting %(number)d of %(of)d", number=card.number, of=card.of) + f" · {members}"


def tasks(cards: list[MeetingCard], absences: list[Absence], work: list[OpenWork], day: date) -> list[Row]:
    """Give what is to do, the most urgent first: people before records."""
    found = people_to_ask(absences)[: MOST_TASKS - 1]
    found += record_tasks([card for card in cards if is_unfinished(card, day)])
    found += [talk_task(one) for one in work if one.talks]
    found += [
        end_task(one)
        for one in work
        if one.ends and one.last_on and one.last_on <= day and one.status != "planned"
    ]
    return found


def people_to_ask(absences: list[Absence]) -> list[Row]:
    """Give one task for each member, the most urgent first; it leads to the latest meeting that was missed."""
    missed: dict[str, list[Absence]] = {}
    for one in absences:
        missed.setdefault(one.enrolment_id, []).append(one)
    return [absence_task(max(found, key=lambda one: one.number), len(found)) for found in missed.values()]


def absence_task(one: Absence, times: int) -> Row:
    """Give the task of asking after one member."""
    words = _("did not come to meeting %(number)d", number=one.number)
    if times > 1:
        words = ngettext("did not come %(num)d time", "did not come %(num)d times", times)
    return (picture(one.sign), True), {
        "name": called(one.member_name, one.sign),
        "number": one.sign,
        "href": link("today.follow_up", session_id=one.session_id, enrolment_id=one.enrolment_id),
        "words": words,
    }


def is_unfinished(card: MeetingCard, day: date) -> bool:
    """Say whether a past meeting still waits for its record or its end."""
    return card.on_date < day and not card.closed and card.cycle_status != "planned"


def record_tasks(cards: list[MeetingCard]) -> list[Row]:
    """Give one task for each group: the meeting itself, or the group when several wait."""
    waiting: dict[str, list[MeetingCard]] = {}
    for card in cards:
        waiting.setdefault(card.cycle_id, []).append(card)
    return [record_task(found[0]) if len(found) == 1 else several_task(found) for found in waiting.values()]


def several_task(cards: list[MeetingCard]) -> Row:
    """Give the task of finishing several meetings of one group."""
    words = ngettext("%(num)d meeting not closed yet", "%(num)d meetings not closed yet", len(cards))
    one = cards[0]
    return group_task(one.group_name, one.sign, link("groups.group", cycle_id=one.cycle_id), words)


def record_task(card: MeetingCard) -> Row:
    """Give the task of finishing the record of a past meeting."""
    title = _("Meeting %(number)d", number=card.number)
    if card.kind != "core":
        title = label("session_kind", card.kind, plain=True)
    words = _("not closed yet") if card.marked else _("no record yet")
    return group_task(
        card.group_name, card.sign, link("meeting.run", session_id=card.session_id), f"{title}: {words}"
    )


def talk_task(one: OpenWork) -> Row:
    """Give the task of the first talks that are missing."""
    words = ngettext("%(num)d first talk to hold", "%(num)d first talks to hold", one.talks)
    return group_task(one.group_name, one.sign, link("first_talk.page", cycle_id=one.cycle_id), words)


def end_task(one: OpenWork) -> Row:
    """Give the task of the last check-ins that are missing."""
    words = ngettext("%(num)d last check-in to hold", "%(num)d last check-ins to hold", one.ends)
    return group_task(one.group_name, one.sign, link("after.page", cycle_id=one.cycle_id), words)


def group_task(name: str, sign: int, href: str, words: str) -> Row:
    """Give a task that belongs to a group."""
    return (picture(sign + 1), False), {"name": name, "number": None, "href": href, "words": words}


@blueprint.get("/f")
@needs(Permission.MEETING_RUN)
def follow_ups() -> Any:
    """List everybody to be asked after."""
    return Form().page(
        "today/follow_ups.html",
        title=_("Follow up"),
        tasks=people_to_ask(find_absences(actor(), today())),
        **phone(link("today.page")),
    )


@blueprint.route("/f/<session_id>/<enrolment_id>", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def follow_up(session_id: str, enrolment_id: str) -> Any:
    """Ask after one member, kindly and safely, and note what came of it."""
    found, form = get_absence(actor(), session_id, enrolment_id, today()), Form()
    if form.posted:
        with form.catching():
            return store_follow_up(form, found)
    renew(form)
    return form.page(
        "today/follow_up.html",
        title=_("Follow up"),
        found=found,
        choices={
            "tried_by": tried_options(found),
            "reached": labels("reached"),
            "reason": labels("absence_reason"),
            "coming": labels("coming"),
        },
        message=message_words(found),
        **phone(link("today.page")),
    )


def tried_options(found: AbsencePage) -> list[tuple[str, str]]:
    """Give the ways to ask that the member agreed to."""
    forbidden = {"call"} if found.may_call == "no" else set()
    forbidden |= {"message"} if found.may_text == "no" else set()
    return [(code, words) for code, words in labels("tried_by") if code not in forbidden]


def message_words(found: AbsencePage) -> str:
    """Give a message that names no topic."""
    if found.next_on is None:
        return _("Greetings from the meeting.")
    day = format_date(found.next_on, "weekday")
    return _("Greetings from the meeting. We keep your place on %(day)s.", day=day)


def store_follow_up(form: Form, found: AbsencePage) -> Any:
    """Store the answers; a worry goes on to Help now."""
    record = actions.FollowUpRecord(
        session_id=found.session_id,
        enrolment_id=found.enrolment_id,
        tried_by=form.choice("tried_by", [code for code, _words in labels("tried_by")]),
        reached=form.choice("reached", [code for code, _words in labels("reached")], required=True),
        reason=form.choice("reason", [code for code, _words in labels("absence_reason")]),
        coming=form.choice("coming", [code for code, _words in labels("coming")]),
        note=form.note_text("note"),
    )
    worried = form.flag("worried")
    if worried:
        # First of all, whatever else may be missing in the form.
        episode_id = raise_worry(
            member_id=found.member_id, session_id=found.session_id, by=actor(), now=now(), op=form.op
        )
        if form.errors:
            return redirect(link("help_now.ask", episode_id=episode_id), 303)
    form.check()
    # An operation of its own, the same one when the form comes twice.
    actions.record_follow_up(record=record, by=actor(), now=now(), op=f"{form.op[:30]}fu")
    if worried:
        return onward(link("help_now.ask", episode_id=episode_id))
    return done(_("Noted. Thank you for asking."), "today.page")
