"""Targets: what was promised of each indicator, for a period or for the life of the project."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint

from gipt.actions import targets as actions
from gipt.domain.access import Permission
from gipt.domain.costs import parse_decimal
from gipt.domain.periods import Period
from gipt.domain.problems import Invalid
from gipt.i18n import digits_to_ascii, format_date, gettext
from gipt.i18n import gettext as _
from gipt.i18n.placeholders import placeholders
from gipt.queries import costs
from gipt.queries.records import find_places
from gipt.reports.definition import INDICATORS
from gipt.reports.indicator_labels import INDICATORS as NAMES
from gipt.web.costs import everywhere, read_site
from gipt.web.forms.reader import Form
from gipt.web.frame import done, today
from gipt.web.guard import actor, needs, now
from gipt.web.reports import end_of

blueprint = Blueprint("targets", __name__)
AHEAD, BACK = 24, 36
"""Months offered after this one and before it."""


@blueprint.route("/o/targets", methods=["GET", "POST"])
@needs(Permission.RECORDS_EDIT)
def page() -> Any:
    """List the targets and set one."""
    form = Form()
    if form.posted:
        with form.catching():
            record = read_target(form)
            form.check()
            actions.set_target(record=record, by=actor(), now=now(), op=form.op)
            return done(_("Saved."), "targets.page")
    return form.page(
        "targets/page.html",
        title=_("Targets"),
        rows=costs.find_targets(actor()),
        names=indicator_names(),
        months=months(),
        sites=[(one.key, one.shown) for one in find_places(actor(), Permission.RECORDS_EDIT)],
        everywhere=everywhere(),
    )


def months() -> list[tuple[str, str]]:
    """Give the months that a target can be of, in order."""
    here = today().year * 12 + today().month - 1
    firsts = [date(number // 12, number % 12 + 1, 1) for number in range(here - BACK, here + AHEAD + 1)]
    return [(f"{one:%Y-%m}", format_date(one, "month")) for one in firsts]


def indicator_names() -> list[tuple[str, str]]:
    """Give code and name of every indicator that can have a target."""
    return [(code, f"{code} · {plain_name(code)}") for code in INDICATORS]


def plain_name(code: str) -> str:
    """Give the name of an indicator, with dots where it carries a number of the report."""
    name = NAMES[code]
    return gettext(name, **dict.fromkeys(placeholders(name), "…"))


def read_target(form: Form) -> actions.TargetRecord:
    """Read the form; without months it is for the life of the project."""
    codes = [code for code, _words in months()]
    first, last = form.choice("from", codes), form.choice("to", codes)
    period = None
    if first or last:
        start, end = date.fromisoformat(f"{first or last}-01"), date.fromisoformat(f"{last or first}-01")
        if end < start:
            form.refuse("to", "before_from")
        else:
            period = Period(start, end_of(end))
    return actions.TargetRecord(
        indicator=form.choice("indicator", INDICATORS, required=True) or "",
        value=read_number(form, "value", required=True) or Decimal(0),
        period=period,
        site_id=read_site(form),
        baseline=read_number(form, "baseline"),
    )


def read_number(form: Form, name: str, *, required: bool = False) -> Decimal | None:
    """Read a number from 0, in digits of any script."""
    text = digits_to_ascii(form.text(name, required=required, longest=20) or "")
    if not text or set(text) <= set("0.,"):
        return Decimal(0) if text else None
    try:
        return parse_decimal(text, name)
    except Invalid:
        form.refuse(name, "not_a_target")
        return None


@blueprint.post("/o/targets/<target_id>/remove")
@needs(Permission.RECORDS_EDIT)
def remove(target_id: str) -> Any:
    """Take back a target."""
    actions.remove_target(target_id=target_id, by=actor(), now=now(), op=Form().op)
    return done(_("Taken out."), "targets.page")
