"""“This did not work here”: what a facilitator says of a step of the guide, in one tap and back to the step."""

from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from gipt.actions.guide_remarks import LONGEST_WORDS, RemarkRecord, remark_on_guide
from gipt.content.guide_texts import texts_of_step
from gipt.domain.access import Permission
from gipt.domain.guide_remarks import RemarkReason
from gipt.i18n import gettext as _
from gipt.web import first_talk
from gipt.web import meeting as meetings
from gipt.web.forms.reader import Form
from gipt.web.frame import done
from gipt.web.guard import actor, needs, now
from gipt.web.guides import Outline, check_step
from gipt.web.phone import phone, renew
from gipt.words import labels

blueprint = Blueprint("guide_remarks", __name__)


@blueprint.route("/s/<session_id>/guide/<int:number>/remark", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def meeting(session_id: str, number: int) -> Any:
    """Say that a step of a meeting's guide did not work."""
    page = meetings.load(session_id)
    guide = check_step(page.guide, number)
    place = page.label or "" if page.kind == "follow_up" else f"session-{page.number}"
    back = ("meeting.guide", {"session_id": session_id, "number": number})
    return ask(meetings.outline_of(page, guide), number, place, back, session_id=session_id)


@blueprint.route("/g/<cycle_id>/t/<enrolment_id>/guide/<int:number>/remark", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def talk(cycle_id: str, enrolment_id: str, number: int) -> Any:
    """Say that a step of the guide of the first talk did not work."""
    found = first_talk.load(cycle_id, enrolment_id)
    guide = check_step(found.curriculum.pre_group, number)
    back = ("first_talk.guide", {**first_talk.ids(found), "number": number})
    return ask(first_talk.outline_of(found, guide), number, "pre-group", back, cycle_id=cycle_id)


@blueprint.route(
    "/g/<cycle_id>/t/<enrolment_id>/caregiver/guide/<int:number>/remark", methods=["GET", "POST"]
)
@needs(Permission.MEETING_RUN)
def caregiver(cycle_id: str, enrolment_id: str, number: int) -> Any:
    """Say that a step of the guide of the talk with a caregiver did not work."""
    found = first_talk.load(cycle_id, enrolment_id)
    guide = check_step(found.curriculum.caregiver, number)
    back = ("first_talk.caregiver_guide", {**first_talk.ids(found), "number": number})
    return ask(first_talk.outline_of(found, guide), number, "caregiver", back, cycle_id=cycle_id)


def ask(
    outline: Outline,
    number: int,
    place: str,
    back: tuple[str, dict[str, Any]],
    *,
    session_id: str | None = None,
    cycle_id: str | None = None,
) -> Any:
    """Show the three choices, or keep the remark and go back to the step."""
    form, step = Form(), outline.guide.steps[number - 1]
    texts = [(text.key, text.text) for text in texts_of_step(step)]
    if form.posted:
        with form.catching():
            record = RemarkRecord(
                guide=place,
                step_key=step.key,
                reason=form.choice("reason", RemarkReason, required=True) or "",
                language=outline.tongue(step.key).tag,
                session_id=session_id,
                cycle_id=cycle_id,
                text_keys=form.choices("lines", [key for key, _text in texts]),
                words=form.text("words", longest=LONGEST_WORDS),
            )
            form.check()
            return store(form, record, back)
    renew(form)
    return form.page(
        "meeting/remark.html",
        title=_("Did not work"),
        outline=outline,
        step=step,
        texts=texts,
        reasons=labels("remark_reason", plain=True),
        **phone(url_for(back[0], **back[1])),
    )


def store(form: Form, record: RemarkRecord, back: tuple[str, dict[str, Any]]) -> Response:
    """Keep the remark."""
    remark_on_guide(record=record, by=actor(), now=now(), op=form.op)
    return done(_("Noted. Thank you."), back[0], **back[1])
