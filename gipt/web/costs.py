"""Costs: the ledger's currency, lines of spending, hours of volunteers."""

from decimal import Decimal
from typing import Any

from babel.numbers import get_territory_currencies, is_currency
from flask import Blueprint

from gipt.actions import costs as actions
from gipt.domain.access import Permission, sites_for
from gipt.domain.costs import Conversion, CostScope, minor_digits, parse_amount, parse_decimal, parse_rate
from gipt.domain.problems import Invalid
from gipt.i18n import digits_to_ascii, format_number
from gipt.i18n import gettext as _
from gipt.queries import costs
from gipt.queries.records import find_places
from gipt.web.forms.reader import Form
from gipt.web.frame import done, frame, today
from gipt.web.guard import actor, may, needs, now
from gipt.web.records import form_for, read_day_or_month

blueprint = Blueprint("costs", __name__)


def money(amount: Decimal | None, currency: str | None) -> str:
    """Write an amount with its currency's decimals and code."""
    if amount is None or currency is None:
        return "–"
    return f"{format_number(amount, minor_digits(currency))} {currency}"


@blueprint.get("/o/costs")
@needs(Permission.RECORDS_EDIT)
def page() -> Any:
    """List the lines and show the form of a new one."""
    return show(form_for("spent_on"))


def show(form: Form, part: str = "") -> Any:
    """Show the page; `part` names the section whose form was refused."""
    found = frame()
    own = get_territory_currencies(found.country, tender=True) if found else []
    return form.page(
        "costs/page.html",
        title=_("Costs"),
        part=part,
        ledger=costs.ledger_currency(),
        proposed=own[0] if own else "USD",
        rows=costs.find_costs(actor()),
        hours=costs.find_volunteer_time(actor()),
        money=money,
        sites=[(one.key, one.shown) for one in find_places(actor(), Permission.RECORDS_EDIT)],
        everywhere=everywhere(),
        may_import=may(Permission.IMPORT),
        funders=[(one.funder_id, f"{one.code} · {one.name}") for one in costs.find_funders(active=True)],
    )


def everywhere() -> bool:
    """Say whether the person may write down what belongs to no site."""
    return sites_for(actor(), Permission.RECORDS_EDIT) is None


def read_site(form: Form) -> str | None:
    """Read the place; nothing chosen is the whole programme for who has all of it, else the one own place."""
    sites = [one.key for one in find_places(actor(), Permission.RECORDS_EDIT)]
    if not everywhere() and len(sites) == 1:
        return sites[0]
    return form.choice("site", sites, required=not everywhere())


@blueprint.post("/o/costs/currency")
@needs(Permission.RECORDS_EDIT)
def currency() -> Any:
    """Choose the currency of the ledger."""
    form = Form()
    with form.catching():
        code = read_currency(form, "currency")
        form.check()
        actions.set_ledger_currency(currency=code or "", by=actor(), now=now(), op=form.op)
        return done(_("Saved."), "costs.page")
    return show(form, "currency")


def read_currency(form: Form, name: str, *, required: bool = True) -> str | None:
    """Read the code of a currency that exists."""
    code = (form.text(name, required=required, longest=12) or "").upper()
    if code and not is_currency(code):
        form.refuse(name, "currency_code")
    return code or None


@blueprint.post("/o/costs")
@needs(Permission.RECORDS_EDIT)
def add() -> Any:
    """Add a line."""
    form = Form()
    with form.catching():
        record = read_cost(form)
        form.check()
        actions.add_cost(record=record, by=actor(), now=now(), op=form.op)
        return done(_("Saved."), "costs.page")
    return show(form, "cost")


def read_cost(form: Form) -> actions.CostRecord:
    """Read a line; an amount in another currency needs the rate and its day."""
    spent_on, whole_month = read_day_or_month(form, "spent_on")
    ledger = costs.ledger_currency() or "USD"
    paid_in = read_currency(form, "original_currency", required=False)
    minor = read_amount(form, paid_in or ledger)
    funders = [one.funder_id for one in costs.find_funders(active=True)]
    return actions.CostRecord(
        spent_on=spent_on or today(),
        scope=form.choice("cost_scope", CostScope, required=True) or "",
        minor=minor,
        original=read_conversion(form, paid_in, minor) if paid_in else None,
        whole_month=whole_month,
        site_id=read_site(form),
        funder_id=form.choice("funder", funders),
        note=form.text("note"),
    )


def read_amount(form: Form, currency: str) -> int:
    """Read an amount in minor units; 0 where it was refused."""
    text = digits_to_ascii(form.text("amount", required=True) or "")
    if not text or form.errors.get("original_currency"):
        return 0
    try:
        return parse_amount(text, currency)
    except Invalid as fault:
        form.note(fault)
        return 0


def read_conversion(form: Form, currency: str, minor: int) -> Conversion | None:
    """Read the rate and its day."""
    rate_on = form.date("rate_on", required=True)
    text = digits_to_ascii(form.text("rate", required=True) or "")
    try:
        return Conversion(minor, currency, parse_rate(text), rate_on or today()) if text else None
    except Invalid as fault:
        form.note(fault)
        return None


@blueprint.post("/o/costs/<line_id>/remove")
@needs(Permission.RECORDS_EDIT)
def remove(line_id: str) -> Any:
    """Take out a line that was wrong."""
    actions.remove_cost(line_id=line_id, by=actor(), now=now(), op=Form().op)
    return done(_("Taken out."), "costs.page")


@blueprint.post("/o/costs/hours")
@needs(Permission.RECORDS_EDIT)
def hours() -> Any:
    """Add hours that volunteers gave."""
    form = Form()
    with form.catching():
        given_on, whole_month = read_day_or_month(form, "given_on")
        minutes = read_hours(form)
        scope = form.choice("cost_scope", CostScope, required=True) or ""
        site_id = read_site(form)
        form.check()
        record = actions.VolunteerRecord(given_on or today(), scope, minutes, whole_month, site_id)
        actions.add_volunteer_time(record=record, by=actor(), now=now(), op=form.op)
        return done(_("Saved."), "costs.page")
    return show(form, "hours")


def read_hours(form: Form) -> int:
    """Read hours such as 12 or 7.5 as minutes."""
    text = digits_to_ascii(form.text("hours", required=True) or "")
    try:
        return int(parse_decimal(text, "hours", thousands=False) * 60) if text else 0
    except (Invalid, OverflowError):
        form.refuse("hours", "not_an_amount")
        return 0


@blueprint.post("/o/costs/hours/<time_id>/remove")
@needs(Permission.RECORDS_EDIT)
def remove_hours(time_id: str) -> Any:
    """Take out hours that were wrong."""
    actions.remove_volunteer_time(time_id=time_id, by=actor(), now=now(), op=Form().op)
    return done(_("Taken out."), "costs.page")
