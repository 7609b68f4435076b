"""Signing in, unlocking a phone, one-time links, the own account."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from gipt.actions import sign_ins as actions
from gipt.domain.problems import NotFound
from gipt.i18n import gettext as _
from gipt.queries import sign_ins
from gipt.web.forms.reader import Form
from gipt.web.frame import done, works_on_phone
from gipt.web.guard import (
    anybody,
    drop_cookie,
    keep_typed,
    kept_typed,
    mark_seen,
    now,
    safe_next,
    set_cookie,
    signed_in,
    who,
)

blueprint = Blueprint("sign_in", __name__)


def own_post() -> bool:
    """Say whether this POST is for the page itself, not for another page that asked to sign in first."""
    return request.method == "POST" and request.endpoint in ("sign_in.page", "sign_in.unlock")


def show(template: str, title: str, form: Form) -> Any:
    """Show a sign-in page; what was typed elsewhere waits, sealed, in a hidden field."""
    kept = ""
    if request.method == "POST":
        kept = request.form.get("kept", "") if own_post() else keep_typed()
    following = (
        safe_next(url_for("front.home")) if request.method == "GET" or own_post() else url_for("front.home")
    )
    return form.page(template, title=title, kept=kept, following=following)


def go_on(response_to: str) -> Response:
    """Go where the person wanted to go, or offer again what was typed before signing in."""
    kept = kept_typed(request.form["kept"]) if request.form.get("kept") else None
    if kept is None:
        return redirect(safe_next(response_to), 303)
    # The form key must belong to the new session, so the page is built after the cookie is set.
    page = render_template("errors/resend.html", title=_("Your work is here"), path=kept[0], fields=kept[1])
    return make_response(page)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@anybody
def page() -> Any:
    """Sign in by name and password."""
    form = Form()
    if own_post():
        with form.catching():
            token = actions.sign_in(
                sign_in_name=form.raw("sign_in_name"),
                password=request.form.get("password", ""),
                address=request.remote_addr,
                now=now(),
            )
            language = session.get("language")
            session.clear()
            if language:
                session["language"] = language
            mark_seen()
            return set_cookie(go_on(url_for("front.home")), token, "office")
    return show("sign_in/page.html", _("Sign in"), form)


@blueprint.route("/unlock", methods=["GET", "POST"])
@anybody
def unlock() -> Any:
    """Ask for the PIN of a signed-in phone."""
    signed = who()
    if signed is None:
        return redirect(url_for("sign_in.page"), 303)
    form = Form()
    if own_post():
        with form.catching():
            actions.check_unlock(staff_id=signed.staff_id, pin=form.raw("pin"), now=now())
            mark_seen()
            return go_on(url_for("front.home"))
    return show("sign_in/unlock.html", _("Enter your PIN"), form)


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@anybody
def link(token: str) -> Any:
    """Set a password or PIN by a one-time link and sign in."""
    found = sign_ins.find_link(token, now())
    if found is None:
        raise NotFound(kind="link")
    form = Form()
    pin = found.purpose == "phone"
    if form.posted:
        with form.catching():
            secret = request.form.get("pin" if pin else "password", "")
            if secret != request.form.get("again", ""):
                form.refuse("again", "not_the_same")
            form.check()
            cookie = actions.use_link(token=token, secret=secret, now=now())
            session.clear()
            mark_seen()
            return set_cookie(redirect(url_for("front.home"), 303), cookie, "phone" if pin else "office")
    title = _("Choose your PIN") if pin else _("Choose your password")
    return form.page("sign_in/link.html", title=title, pin=pin, sign_in_name=found.sign_in_name)


@blueprint.get("/account")
@signed_in
def account() -> str:
    """Show the own account: name, language, letters, sign out."""
    return render_template(
        "sign_in/account.html", title=_("My account"), signed=who(), on_phone=works_on_phone()
    )


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End this sign-in on the server and in the browser."""
    signed = who()
    assert signed is not None
    actions.end_sign_in(sign_in_id=signed.sign_in_id, by=signed.actor, now=now())
    return drop_cookie(redirect(url_for("sign_in.page"), 303))


@blueprint.post("/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> Response:
    """End every sign-in of the person, on this and on all other machines."""
    signed = who()
    assert signed is not None
    actions.end_all_sign_ins(staff_id=signed.staff_id, by=signed.actor, now=now())
    return drop_cookie(redirect(url_for("sign_in.page"), 303))


@blueprint.post("/account/letters")
@signed_in
def letters() -> Response:
    """Switch big letters on or off in this browser."""
    session["big"] = not session.get("big")
    return done(_("Changed."), "sign_in.account")
