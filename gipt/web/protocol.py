"""The safety protocol as a form: steps, questions with what they lead to, numbers, and who approved it."""

from dataclasses import replace
from typing import Any

from flask import Blueprint

from gipt.actions.safety_protocols import adopt_protocol
from gipt.content.locked_words import skeleton_in
from gipt.domain.access import Permission
from gipt.domain.problems import Invalid
from gipt.domain.risk import Level
from gipt.domain.safety_protocol import (
    EmergencyContact,
    SafetyProtocol,
    SafetyQuestion,
    protocol_from_mapping,
)
from gipt.i18n import current_language, lazy_gettext
from gipt.i18n import gettext as _
from gipt.i18n.catalogs import SAFETY
from gipt.queries.programme import find_protocols
from gipt.queries.translations import approved_words, edits_for
from gipt.web.choices import months
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, frame, today
from gipt.web.guard import actor, needs, now
from gipt.words import label

blueprint = Blueprint("protocol", __name__)
NAV = (NavItem(91, "protocol.page", lazy_gettext("Safety protocol"), Permission.PROTOCOL_EDIT, "protocol"),)
QUESTION_ROWS = CONTACT_ROWS = 6


@blueprint.route("/a/protocol", methods=["GET", "POST"])
@needs(Permission.PROTOCOL_EDIT)
def page() -> Any:
    """Show the protocol in force, or the skeleton to start from; adopt what was written."""
    form = Form()
    versions = find_protocols()
    if form.posted:
        with form.catching():
            protocol = read_protocol(form)
            form.check()
            adopt(protocol, form)
            return done(_("The safety protocol is in force now."), "protocol.page")
    skeleton, english = skeleton_here()
    shown = protocol_from_mapping(versions[0].body) if versions else skeleton
    if form.posted:
        shown = read_protocol(Form())
    return form.page(
        "set_up/protocol.html",
        title=_("Safety protocol"),
        shown=shown,
        falls_back=bool(english) and not versions and not form.posted,
        versions=versions,
        months=months(),
        question_rows=range(min(QUESTION_ROWS, max(4, len(shown.questions) + 1))),
        contact_rows=range(min(CONTACT_ROWS, max(3, len(shown.contacts) + 1))),
        today_parts=today(),
        levels=[
            ("", _("Nothing by itself")),
            *((str(int(one)), label("safety_level", str(int(one)))) for one in Level),
        ],
    )


def skeleton_here() -> tuple[SafetyProtocol, frozenset[str]]:
    """Give the skeleton in the page's language as far as two people approved its words, and what stayed in English."""
    tongue = current_language()
    return skeleton_in(tongue, approved_words(SAFETY, tongue.tag), edits_for([SAFETY], [tongue.tag]))


def adopt(protocol: SafetyProtocol, form: Form) -> None:
    """Adopt the protocol; a fault in a numbered row is noted beside that row."""
    found = frame()
    try:
        adopt_protocol(
            protocol=protocol, language=found.language if found else "en", by=actor(), now=now(), op=form.op
        )
    except Invalid as fault:
        number = fault.details.get("number")
        if number is None:
            raise
        details = {**fault.details, "field": f"{fault.details['field']}-{number}"}
        raise Invalid(**details) from fault


def read_protocol(form: Form) -> SafetyProtocol:
    """Read the whole form; empty rows are left out."""
    questions = [read_question(form, row) for row in range(QUESTION_ROWS)]
    contacts = [
        EmergencyContact(
            name=form.text(f"contact-{row}-name") or "",
            phone=form.text(f"contact-{row}-phone") or "",
            role=form.text(f"contact-{row}-role") or "",
            hours=form.text(f"contact-{row}-hours") or "",
        )
        for row in range(CONTACT_ROWS)
    ]
    steps = form.text("steps", longest=4000) or ""
    return SafetyProtocol(
        steps=tuple(line.strip() for line in steps.splitlines() if line.strip()),
        questions=tuple(one for one in questions if one.text),
        contacts=tuple(
            one for one in contacts if replace(one, role="", hours="") != EmergencyContact("", "")
        ),
        approver=form.text("approver") or "",
        approved_on=form.date("approved_on"),
        immediate=form.flag("immediate"),
    )


def read_question(form: Form, row: int) -> SafetyQuestion:
    """Read one question and the levels that its replies lead to."""
    yes, no, unsure = (
        Level(int(code)) if (code := form.choice(f"question-{row}-{reply}", ("1", "2", "3"))) else None
        for reply in ("yes", "no", "unsure")
    )
    return SafetyQuestion(
        key=form.text(f"question-{row}-key") or f"q{row + 1}",
        text=form.text(f"question-{row}-text") or "",
        yes=yes,
        no=no,
        unsure=unsure,
    )
