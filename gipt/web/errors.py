"""The one place where a fault becomes a page."""

import logging
import secrets

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from gipt.domain.problems import BadFile, NotAllowed, NotFound, Problem, TooManyTries
from gipt.i18n import gettext as _
from gipt.web.guard import keep_typed, kept_typed, who
from gipt.words import sentence

log = logging.getLogger("gipt")

Answer = tuple[str, int]
STATUS: dict[type[Problem], int] = {NotFound: 404, NotAllowed: 404, TooManyTries: 429}


def show(title: str, message: str, status: int) -> Answer:
    """Show one calm page with one sentence and a way on."""
    return render_template(
        "errors/problem.html", title=title, message=message, signed_in=who() is not None
    ), status


def on_problem(problem: Problem) -> Answer:
    """Show a named fault; what is missing and what is forbidden look the same."""
    status = next((code for kind, code in STATUS.items() if isinstance(problem, kind)), 409)
    if status == 404:
        return not_there()
    return show(_("Please check"), str(sentence(problem)), status)


def not_there() -> Answer:
    """Show the one page for whatever does not exist for this person."""
    return show(
        _("Not found"), _("There is no such page for you. It may have moved, or belong to others."), 404
    )


def on_http(error: HTTPException) -> Answer:
    """Show the faults of HTTP itself."""
    code = error.code or 500
    if code == 404:
        return not_there()
    if code == 405:
        return show(
            _("Please go back"), _("This page cannot be opened like this. Go back and use the button."), 405
        )
    return show(_("Please check"), _("We could not read what was sent. Go back and try again."), code)


def on_too_large(error: RequestEntityTooLarge) -> Answer:
    """Say how large a file may be."""
    return show(_("Please check"), str(sentence(BadFile(reason="too_large", limit_mb=16))), 413)


def on_csrf(error: CSRFError) -> Answer:
    """Offer everything that was typed again, with a fresh form key: a stale page must not eat a meeting."""
    found = kept_typed(keep_typed())
    path, fields = found if found is not None else (request.full_path, [])
    return render_template("errors/resend.html", title=_("Please send again"), path=path, fields=fields), 400


def on_fault(error: Exception) -> Answer:
    """Show that something broke, with a number that the log carries too; the log never carries what was typed."""
    number = secrets.token_hex(4)
    # Only the kind and place of the fault: messages of a database hold values of people.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place is not None else "?"
    log.error("fault %s %s at %s endpoint=%s", number, type(error).__name__, where, request.endpoint)
    if current_app.testing:
        raise error
    message = _(
        "Something broke on our side. Nothing half-done was stored. Number %(number)s.", number=number
    )
    return show(_("Please try again"), message, 500)


def on_busy(error: TimeoutError) -> tuple[str, int, dict[str, str]]:
    """Ask to try again when another write takes too long."""
    text, _status = show(_("Please try again"), _("Others are saving right now. Try again in a moment."), 503)
    return text, 503, {"Retry-After": "3"}


def init_app(app: Flask) -> None:
    """Attach the pages to the application."""
    app.register_error_handler(Problem, on_problem)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(RequestEntityTooLarge, on_too_large)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(TimeoutError, on_busy)
    app.register_error_handler(Exception, on_fault)
