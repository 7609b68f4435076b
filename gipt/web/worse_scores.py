"""Scores that got reliably worse: a list without clocks, looked at one by one."""

from typing import Any

from flask import Blueprint

from gipt.actions.worse_scores import DECISIONS, decide_worse_score
from gipt.domain.access import Permission
from gipt.i18n import gettext as _
from gipt.queries.incidents import find_worse_scores
from gipt.web.forms.reader import Form
from gipt.web.frame import done
from gipt.web.guard import actor, needs, now

blueprint = Blueprint("worse_scores", __name__)


@blueprint.get("/o/safety/worse")
@needs(Permission.SAFETY_HANDLE)
def page() -> Any:
    """Show what waits for somebody to look."""
    return show(Form())


def show(form: Form) -> Any:
    """Show the list, with what was refused."""
    return form.page("worse_scores/page.html", title=_("Got worse"), rows=find_worse_scores(actor()))


@blueprint.post("/o/safety/worse/<prompt_id>")
@needs(Permission.SAFETY_HANDLE)
def decide(prompt_id: str) -> Any:
    """Say what it is about."""
    form = Form()
    with form.catching():
        decision = form.choice("decision", DECISIONS, required=True)
        what = form.text("what", required=decision == "incident", longest=4000)
        form.check()
        made = decide_worse_score(
            prompt_id=prompt_id, decision=decision or "", what=what, by=actor(), now=now(), op=form.op
        )
        if made:
            return done(_("Written down."), "incidents.incident", incident_id=made)
        return done(_("Ticked."), "worse_scores.page")
    return show(form)
