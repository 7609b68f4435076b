"""After the last meeting: the last check-in inside its window, and the meetings that follow (F16)."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from gipt.actions.assessments import Target
from gipt.content.wordings import find_wording
from gipt.domain.access import Permission
from gipt.domain.measures import AssessmentPoint, get_measure_by_key
from gipt.domain.problems import NotFound
from gipt.i18n import gettext as _
from gipt.queries.endlines import AfterMeeting, AfterPage, EndRow, get_after, get_enrolled
from gipt.queries.given_answers import find_answers
from gipt.queries.measure_wordings import loaded_wordings, scale_for_cycle
from gipt.queries.translations import approved_words
from gipt.web import check_ins as asking
from gipt.web.forms.reader import Form
from gipt.web.frame import today
from gipt.web.guard import actor, needs
from gipt.web.phone import phone, spoken_tag
from gipt.words import label
from gipt.words.guides import later_meetings

blueprint = Blueprint("after", __name__)


@blueprint.get("/g/<cycle_id>/after")
@needs(Permission.MEETING_RUN)
def page(cycle_id: str) -> Any:
    """Show who still needs a last check-in, until when, and the meetings after the cycle."""
    found, day = get_after(actor(), cycle_id, today()), today()
    return Form().page(
        "after/page.html",
        title=_("After the last meeting"),
        found=found,
        day=day,
        rows=[(row, state_words(found, row)) for row in found.members],
        finished=sum(1 for row in found.members if found.state(row) in ("done", "declined")),
        link=partial(row_link, found),
        labels=later_meetings(found.curriculum),
        meeting_words=meeting_words,
        **phone(url_for("groups.group", cycle_id=cycle_id)),
    )


def state_words(found: AfterPage, row: EndRow) -> str:
    """Say how far a member's last check-in is."""
    words = {
        "none": _("not asked"),
        "started": _("started"),
        "done": _("done"),
        "declined": _("did not want to"),
    }
    return words[found.state(row)]


def row_link(found: AfterPage, row: EndRow) -> str:
    """Give where a member is asked; what was begun in a meeting goes on there."""
    begun = next((session_id for _status, session_id in row.checks.values() if session_id), None)
    if begun is not None:
        return url_for("meeting.check_in", session_id=begun, enrolment_id=row.enrolment_id)
    return url_for("after.check_in", cycle_id=found.cycle_id, enrolment_id=row.enrolment_id)


def meeting_words(one: AfterMeeting) -> str:
    """Say where a meeting after the cycle stands."""
    return label("session_status", one.status, plain=True)


@blueprint.route("/g/<cycle_id>/after/<enrolment_id>", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def check_in(cycle_id: str, enrolment_id: str) -> Any:
    """Ask one member the last check-in outside a meeting."""
    found = get_enrolled(actor(), cycle_id, enrolment_id, today())
    keys = [one.measure for one in found.curriculum.due(AssessmentPoint.ENDLINE)]
    return ask_outside(
        found, keys, AssessmentPoint.ENDLINE.value, "after.check_in", url_for("after.page", cycle_id=cycle_id)
    )


def ask_outside(found: Any, keys: list[str], point: str, endpoint: str, back: str) -> Any:
    """Ask a measure that belongs to no meeting: one after the other when several are due."""
    key = request.args.get("m") or next(iter(keys), None)
    if key is None or key not in keys:
        raise NotFound(kind="measure")
    measure, spoken_in = get_measure_by_key(key), spoken_tag(found.language)
    given = find_answers(found.enrolment_id, key, session_id=None, point=point)
    target = Target(
        member_id=found.member_id,
        measure=key,
        point=point,
        on_date=today(),
        enrolment_id=found.enrolment_id,
        mode="paper" if "whole" in request.form else "interviewer",
        relation="own_facilitator",
        language=spoken_in,
    )
    link = partial(
        url_for,
        endpoint,
        cycle_id=found.cycle_id,
        enrolment_id=found.enrolment_id,
        m=key if len(keys) > 1 else None,
    )
    place = keys.index(key)
    return asking.handle(
        asking.Asking(
            target,
            measure,
            given,
            found.sign,
            found.name,
            find_wording(measure, spoken_in, approved_words, loaded_wordings),
            link,
            back,
            found.episode_id,
            link(m=keys[place + 1]) if place + 1 < len(keys) else None,
            scale=scale_for_cycle(found.cycle_id, spoken_in),
        )
    )
