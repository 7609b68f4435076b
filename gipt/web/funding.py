"""Funding: the funders, and which part of a cycle each pays."""

from typing import Any

from flask import Blueprint

from gipt.actions import funding as actions
from gipt.domain.access import Permission
from gipt.i18n import gettext as _
from gipt.queries import costs
from gipt.web.calendar_words import date_fields
from gipt.web.forms.reader import Form
from gipt.web.frame import done, today
from gipt.web.guard import actor, needs, now
from gipt.web.people import form_with

blueprint = Blueprint("funding", __name__)


@blueprint.get("/o/funding")
@needs(Permission.RECORDS_EDIT)
def page() -> Any:
    """List cycles with their shares, and the funders."""
    return show(Form())


def show(form: Form) -> Any:
    """Show the page, with what was refused."""
    funders = costs.find_funders()
    return form.page(
        "funding/page.html",
        title=_("Funding"),
        cycles=costs.find_funded_cycles(actor()),
        funders=funders,
        codes={one.funder_id: one.code for one in funders},
    )


@blueprint.post("/o/funding/funders")
@needs(Permission.RECORDS_EDIT)
def add() -> Any:
    """Add a funder."""
    form = Form()
    with form.catching():
        code, name = (
            form.text("code", required=True, longest=16),
            form.text("name", required=True, longest=120),
        )
        form.check()
        actions.add_funder(code=code or "", name=name or "", by=actor(), now=now(), op=form.op)
        return done(_("Saved."), "funding.page")
    return show(form)


@blueprint.post("/o/funding/funders/<funder_id>")
@needs(Permission.RECORDS_EDIT)
def change(funder_id: str) -> Any:
    """Rename a funder, or offer it no longer."""
    form = Form()
    with form.catching():
        name = form.text("name", required=True, longest=120)
        form.check()
        actions.change_funder(
            funder_id=funder_id,
            name=name or "",
            active=form.flag("active"),
            by=actor(),
            now=now(),
            op=form.op,
        )
        return done(_("Saved."), "funding.page")
    return show(form)


@blueprint.route("/o/funding/<cycle_id>", methods=["GET", "POST"])
@needs(Permission.RECORDS_EDIT)
def cycle(cycle_id: str) -> Any:
    """Set who pays which part of a cycle."""
    found = costs.get_funded_cycle(actor(), cycle_id)
    offered = [one for one in costs.find_funders() if one.active or one.funder_id in found.shares]
    stored = {f"share-{funder_id}": percent for funder_id, percent in found.shares.items()}
    form = form_with({**stored, **date_fields("agreed_on", found.agreed_on or today())})
    if form.posted:
        with form.catching():
            shares = {
                one.funder_id: form.whole(f"share-{one.funder_id}", low=0, high=100) or 0 for one in offered
            }
            agreed_on = form.date("agreed_on", required=True)
            form.check()
            actions.set_funding(
                cycle_id=cycle_id,
                shares={funder_id: percent for funder_id, percent in shares.items() if percent},
                agreed_on=agreed_on or today(),
                by=actor(),
                now=now(),
                op=form.op,
            )
            return done(_("Saved."), "funding.page")
    return form.page("funding/cycle.html", title=_("Funding of a cycle"), found=found, funders=offered)
