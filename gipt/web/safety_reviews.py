"""Old positive answers that came from spreadsheets: a list without clocks, ticked one by one."""

from typing import Any

from flask import Blueprint

from gipt.actions.safety_reviews import DECISIONS, decide_review
from gipt.domain.access import Permission
from gipt.i18n import gettext as _
from gipt.queries.safety import find_reviews
from gipt.web.forms.reader import Form
from gipt.web.frame import done
from gipt.web.guard import actor, needs, now
from gipt.words.safety import DECISION_WORDS, said

blueprint = Blueprint("safety_reviews", __name__)


@blueprint.get("/o/safety/reviews")
@needs(Permission.SAFETY_HANDLE)
def page() -> Any:
    """Show what waits to be ticked."""
    return show(Form())


def show(form: Form) -> Any:
    """Show the list, with what was refused."""
    decisions = [(code, said(DECISION_WORDS, code)) for code in DECISIONS]
    return form.page(
        "safety/reviews.html", title=_("Old answers"), rows=find_reviews(actor()), decisions=decisions
    )


@blueprint.post("/o/safety/reviews/<review_id>")
@needs(Permission.SAFETY_HANDLE)
def decide(review_id: str) -> Any:
    """Tick one old answer."""
    form = Form()
    with form.catching():
        decision = form.choice("decision", DECISIONS, required=True)
        form.check()
        opened = decide_review(
            review_id=review_id, decision=decision or "", by=actor(), now=now(), op=form.op
        )
        if opened:
            return done(_("Episode opened."), "safety.episode", episode_id=opened)
        return done(_("Ticked."), "safety_reviews.page")
    return show(form)
