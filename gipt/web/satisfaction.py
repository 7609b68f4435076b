"""What a member says at the end, asked by somebody else than who led the group."""

from typing import Any

from flask import Blueprint

from gipt.actions.satisfaction import SatisfactionRecord, record_satisfaction
from gipt.domain.access import Permission
from gipt.domain.satisfaction import Collector, SatisfactionAnswer
from gipt.i18n import gettext as _
from gipt.queries.records import find_colleagues
from gipt.queries.satisfaction import SatisfactionPage, get_satisfaction
from gipt.web.calendar_words import date_fields
from gipt.web.forms.reader import Form
from gipt.web.frame import done, today
from gipt.web.guard import actor, needs, now
from gipt.web.people import form_with

blueprint = Blueprint("satisfaction", __name__)


@blueprint.route("/o/enrolments/<enrolment_id>/satisfaction", methods=["GET", "POST"])
@needs(Permission.PEOPLE_EDIT)
def page(enrolment_id: str) -> Any:
    """Write down or correct the answer."""
    found = get_satisfaction(actor(), enrolment_id)
    form = form_with(stored(found))
    staff = [(one.key, one.shown) for one in find_colleagues(actor(), Permission.PEOPLE_EDIT)]
    if form.posted:
        with form.catching():
            record = read_answer(form, enrolment_id, [key for key, _name in staff])
            form.check()
            counts = record_satisfaction(record=record, by=actor(), now=now(), op=form.op)
            return done(said(counts), "people.course", member_id=found.member_id)
    return form.page("satisfaction/page.html", title=_("Satisfaction"), found=found, staff=staff)


def stored(found: SatisfactionPage) -> dict[str, Any]:
    """Give what the form first shows."""
    values = {"answer": found.answer, "collector": found.collector, "asked_by": found.asked_by_id}
    return {**values, **date_fields("asked_on", found.asked_on or today())}


def said(counts: bool) -> str:
    """Say whether the answer counts."""
    if counts:
        return _("Saved.")
    return _("Saved. It does not count, because somebody who led the group asked.")


def read_answer(form: Form, enrolment_id: str, staff: list[str]) -> SatisfactionRecord:
    """Read the form."""
    collector = form.choice("collector", Collector, required=True) or ""
    return SatisfactionRecord(
        enrolment_id=enrolment_id,
        answer=form.choice("answer", SatisfactionAnswer, required=True) or "",
        asked_on=form.date("asked_on", required=True) or today(),
        collector=collector,
        asked_by_id=form.choice("asked_by", staff, required=collector == Collector.STAFF),
    )
