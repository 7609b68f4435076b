"""Me: who is signed in on this phone, language, letters, names or signs, sign out."""

from typing import Any

from flask import Blueprint, request, session, url_for
from werkzeug.wrappers import Response

from gipt.domain.access import Permission
from gipt.i18n import gettext as _
from gipt.queries.own_groups import find_groups
from gipt.web.forms.reader import Form
from gipt.web.frame import today
from gipt.web.guard import actor, needs, safe_next, who
from gipt.web.phone import onward, phone, shows_names

blueprint = Blueprint("me", __name__)


@blueprint.get("/me")
@needs(Permission.MEETING_RUN)
def page() -> Any:
    """Show the person's own counts and what can be changed on this phone."""
    groups = find_groups(actor(), today())
    return Form().page(
        "me/page.html",
        title=_("Me"),
        signed=who(),
        groups=len(groups),
        held=sum(one.held for one in groups),
        members=sum(one.members for one in groups),
        names=shows_names(),
        **phone(),
    )


@blueprint.post("/me/names")
@needs(Permission.MEETING_RUN)
def names() -> Response:
    """Switch between names and signs in this browser."""
    session["names"] = "signs" if shows_names() else "names"
    return onward(safe_next(url_for("me.page")))


@blueprint.post("/me/letters")
@needs(Permission.MEETING_RUN)
def letters() -> Response:
    """Choose big or usual letters in this browser; without a choice they are switched."""
    size = request.form.get("size")
    session["big"] = size == "big" if size else not session.get("big")
    return onward(safe_next(url_for("me.page")))
