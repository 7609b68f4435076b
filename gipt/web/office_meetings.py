"""The office enters a meeting from paper or after the fact: one row for each member, keyboard only (decision 9)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash
from werkzeug.wrappers import Response

from gipt.actions import meetings as actions
from gipt.actions.assessments import Form as AnswerForm
from gipt.actions.assessments import Target, record_assessment
from gipt.actions.registers import SessionRecord, record_session
from gipt.domain.access import Permission, allows_at
from gipt.domain.problems import NotFound, Problem
from gipt.domain.risk import SafetyState
from gipt.i18n import gettext as _
from gipt.queries.meetings import MeetingPage, get_meeting
from gipt.queries.sheets import NOTHING, SheetAnswers, find_sheet
from gipt.queries.visitors import find_visitors
from gipt.web.calendar_words import day_of
from gipt.web.forms.reader import Form, new_op
from gipt.web.forms.sheets import (
    TypedAnswers,
    away_with_answers,
    cells_of,
    code_words,
    read_answers,
    read_code,
)
from gipt.web.frame import done, saved, today
from gipt.web.guard import actor, needs, now

blueprint = Blueprint("office_meetings", __name__)
SOURCES = ("paper", "office")
Stored = dict[tuple[str, str], SheetAnswers]


@dataclass(slots=True)
class Sheet:
    """One sheet while it is read: what can be stored, and how much of it was."""

    answers: list[TypedAnswers]
    stored: int = 0
    danger: bool = False


def load(session_id: str) -> MeetingPage:
    """Give the meeting when its office is the person's."""
    page = get_meeting(actor(), session_id, today())
    if not allows_at(actor(), Permission.MEETING_OFFICE, page.site_id):
        raise NotFound(kind="session")
    return page


@blueprint.route("/o/m/<session_id>", methods=["GET", "POST"])
@needs(Permission.MEETING_OFFICE)
def page(session_id: str) -> Any:
    """Show the sheet of one meeting and store what was typed."""
    found, form = load(session_id), Form()
    stored = find_sheet(session_id, found.measures)
    if form.posted:
        answer = save(form, found, stored)
        if answer is not None:
            return answer
    return form.page(
        "office_meetings/page.html",
        title=_("Who came"),
        found=found,
        cells=cells_of(form, found, stored),
        codes=code_words(),
        sources=[("paper", _("From paper")), ("office", _("Told to the office"))],
        on=day_of(form.fields, "held_on", found.held_on or min(found.on_date, today())),
        visitors=find_visitors(actor(), today(), session_id),
    )


def save(form: Form, found: MeetingPage, stored: Stored) -> Response | None:
    """Store a sheet: answers first, since one may mean danger, then who came; None shows the page again."""
    on = form.date("held_on", required=True)
    via = form.choice("via", SOURCES, required=True)
    reason = form.note_text("correction")
    marks, sheet = [], Sheet([])
    for row in found.roster:
        typed = [
            read_answers(form, row, key, stored.get((row.enrolment_id, key), NOTHING))
            for key in found.measures
        ]
        answers = [one for one in typed if one is not None]
        asked_back = away_with_answers(form, row, answers)
        # What may mean danger is stored whatever else is wrong with the sheet.
        sheet.answers += [one for one in answers if one.positive or not asked_back]
        mark = read_code(form, row)
        if mark is not None and not asked_back:
            marks.append(mark)
    store_answers(form, sheet, found, on if on is not None and on <= today() else likely_day(found))
    with form.catching():
        form.check()
        if on is not None and (marks or on != found.held_on):
            record = SessionRecord(found.session_id, on, tuple(marks), via or "paper", reason)
            record_session(record=record, by=actor(), now=now(), op=form.op)
        elif not sheet.stored:
            return saved("office_meetings.page", session_id=found.session_id)
        return done(_("The sheet is saved."), "office_meetings.page", session_id=found.session_id)
    if sheet.stored:
        # What is typed next is another content: a used operation id must not come again with it.
        form.op = new_op()
        flash(_("The answers that could be read are saved. Please check the rest."), "attention")
    return None


def likely_day(found: MeetingPage) -> date:
    """Give the day of the meeting where the typed one cannot be used."""
    return found.held_on or min(found.on_date, today())


def store_answers(form: Form, sheet: Sheet, found: MeetingPage, on: date) -> None:
    """Store every check-in that can be read; a fault of one goes beside it and the others go on."""
    for one in sheet.answers:
        target = Target(
            member_id=one.row.member_id,
            measure=one.measure,
            point=found.point_of(one.measure).value,
            on_date=on,
            enrolment_id=one.row.enrolment_id,
            session_id=found.session_id,
            label=found.label if found.kind == "follow_up" else None,
            mode="paper",
            language=found.language,
        )
        op = f"{form.op}-{one.row.sign}-{one.measure}"
        try:
            given = record_assessment(
                target=target, form=AnswerForm(dict(one.texts)), by=actor(), now=now(), op=op
            )
        except Problem as problem:
            form.note(problem)
            continue
        sheet.stored += 1
        if given["safety"] == SafetyState.POSITIVE.value and one.positive:
            say_danger(one)


def say_danger(one: TypedAnswers) -> None:
    """Say that an answer needs somebody now; nobody is said to have been told."""
    words = _(
        "%(name)s gave an answer that needs help. It is on the safety list. Speak to the supervisor now.",
        name=one.row.name or one.row.sign,
    )
    flash(words, "attention")


@blueprint.post("/o/m/<session_id>/v/<visitor_id>")
@needs(Permission.MEETING_OFFICE)
def visitor(session_id: str, visitor_id: str) -> Response:
    """Decide about somebody new who came."""
    load(session_id)
    if visitor_id not in {one.visitor_id for one in find_visitors(actor(), today(), session_id)}:
        raise NotFound(kind="visitor")
    form = Form()
    decision = "added" if form.raw("decision") == "added" else "visit_only"
    actions.decide_visitor(visitor_id=visitor_id, decision=decision, by=actor(), now=now(), op=form.op)
    return done(_("Saved."), "office_meetings.page", session_id=session_id)
