"""The first page for each role, the neutral cover page, the choice of language."""

from calendar import Calendar

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from gipt.actions.sign_ins import end_sign_in
from gipt.domain.access import Permission
from gipt.i18n import find_language, format_date, week_order, weekday_name
from gipt.web.frame import today, works_on_phone
from gipt.web.guard import anybody, drop_cookie, may, now, safe_next, signed_in, who

blueprint = Blueprint("front", __name__)

# Where a person starts: the first of these that the person may use.
STARTS = (
    (Permission.SAFETY_HANDLE, "safety.inbox"),
    (Permission.PROGRAMME_EDIT, "set_up.page"),
    (Permission.GROUPS_EDIT, "group_list.page"),
    (Permission.REPORT_EXTERNAL, "reports.page"),
    (Permission.TRANSLATION_EDIT, "languages.page"),
)


@blueprint.get("/")
@signed_in
def home() -> Response:
    """Go to the page on which this person's work begins."""
    if works_on_phone():
        return redirect(url_for("today.page"), 303)
    for permission, endpoint in STARTS:
        if may(permission) and endpoint in current_app.view_functions:
            return redirect(url_for(endpoint), 303)
    return redirect(url_for("sign_in.account"), 303)


@blueprint.get("/cover")
@anybody
def cover() -> str:
    """Show this month's calendar and nothing else."""
    day = today() if who() is not None else now().date()
    weeks = Calendar(week_order()[0]).monthdatescalendar(day.year, day.month)
    return render_template(
        "front/cover.html",
        title=format_date(day, "month"),
        weeks=weeks,
        day=day,
        weekdays=[(weekday_name(number), weekday_name(number, "narrow")) for number in week_order()],
    )


@blueprint.post("/hide")
@signed_in
def hide() -> Response:
    """Lock this browser at once and show the neutral page; Back shows nothing."""
    signed = who()
    assert signed is not None
    if signed.kind == "phone":
        session["unlocked"] = False
        return redirect(url_for("front.cover"), 303)
    end_sign_in(sign_in_id=signed.sign_in_id, by=signed.actor, now=now())
    return drop_cookie(redirect(url_for("front.cover"), 303))


@blueprint.get("/language/<tag>")
@anybody
def choose_language(tag: str) -> Response:
    """Keep the chosen language in this browser's signed cookie and go back to the page."""
    known = find_language(tag)
    if known is not None and known.is_offered:
        session["language"] = known.tag
    return redirect(safe_next(request.script_root + "/"), 303)
