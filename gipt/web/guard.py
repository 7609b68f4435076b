"""Who is asking, and whether this view is for them.

Every view says once what it needs: `@needs(Permission.X)`, `@signed_in` or `@anybody`. The application does not
start with a view that says nothing. A view that is not for the person answers as a page that does not exist.
"""

import functools
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from flask import (
    Flask,
    current_app,
    g,
    has_request_context,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from gipt.actions.views import note_view
from gipt.config import Settings
from gipt.domain.access import Actor, Permission, allows
from gipt.domain.problems import NotFound
from gipt.queries import sign_ins
from gipt.queries.sign_ins import SignedIn
from gipt.secrecy import CannotUnseal, current_keys, seal, unseal

View = TypeVar("View", bound=Callable[..., Any])

OFFICE_IDLE = timedelta(minutes=30)
LOCK_MINUTES = 3
"""After how many idle minutes a phone asks for the PIN, where the programme has not said."""
ANYBODY = "anybody"
SIGNED_IN = "signed_in"


def needs(permission: Permission) -> Callable[[View], View]:
    """Say that a view is for people who hold the permission somewhere."""

    def mark(view: View) -> View:
        view.gipt_needs = permission  # type: ignore[attr-defined]
        return view

    return mark


def anybody(view: View) -> View:
    """Say that a view is for everybody, signed in or not."""
    view.gipt_needs = ANYBODY  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Say that a view is for every person who is signed in."""
    view.gipt_needs = SIGNED_IN  # type: ignore[attr-defined]
    return view


def needed_by(app: Flask, endpoint: str) -> Permission | str | None:
    """Give what the view of an endpoint needs; None when it does not say."""
    view = app.view_functions[endpoint]
    needed: Permission | str | None = getattr(view, "gipt_needs", None)
    return ANYBODY if endpoint == "static" else needed


def check_views(app: Flask) -> None:
    """Raise when a view does not say what it needs: a forgotten rule must never ship."""
    silent = [endpoint for endpoint in app.view_functions if needed_by(app, endpoint) is None]
    if silent:
        raise RuntimeError(f"views without a rule: {', '.join(sorted(silent))}")


def now() -> datetime:
    """Give the current time, aware and in UTC."""
    return datetime.now(UTC)


def settings() -> Settings:
    """Give the settings of the running application."""
    return cast(Settings, current_app.extensions["gipt.settings"])


def who() -> SignedIn | None:
    """Give who is signed in, if anybody."""
    return cast("SignedIn | None", g.get("who"))


def actor() -> Actor:
    """Give who acts; only for views that need a signed-in person."""
    signed = who()
    if signed is None:
        raise NotFound(kind="page")
    return signed.actor


def may(permission: Permission) -> bool:
    """Say whether the signed-in person holds the permission somewhere."""
    signed = who()
    return signed is not None and allows(signed.actor, permission)


# --- the cookie ---------------------------------------------------------------------------------------------------


def cookie_name() -> str:
    """Give the cookie's name; browsers bind the `__Host-` prefix to https and this host."""
    return "__Host-gipt" if settings().secure_cookies else "gipt"


def set_cookie(response: AnyResponse, token: str, kind: str) -> AnyResponse:
    """Put the sign-in token into the answer; a phone keeps it 30 days, an office browser until it closes."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=30 * 86400 if kind == "phone" else None,
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def mark_seen() -> None:
    """Note in the signed cookie that the person is here and unlocked; no row is written."""
    session["seen"] = int(now().timestamp())
    session["unlocked"] = True


def drop_cookie(response: AnyResponse) -> AnyResponse:
    """Take the sign-in out of the browser."""
    session.clear()
    response.delete_cookie(cookie_name(), path="/")
    return response


# --- before each request ------------------------------------------------------------------------------------------


def load_person() -> None:
    """Find who is behind the cookie: one query, only when there is a cookie."""
    token = request.cookies.get(cookie_name())
    g.who = sign_ins.find_signed_in(token, now()) if token and request.endpoint != "static" else None
    for name in ("date_style", "gipt_patterns"):  # of an earlier request in the same application context
        g.pop(name, None)
    if g.who is not None and g.who.language:
        g.setdefault("language_wish", g.who.language)


def is_idle(signed: SignedIn) -> bool:
    """Say whether the person did nothing for so long that the page must be unlocked first."""
    seen = session.get("seen")
    return not session.get("unlocked") or seen is None or now().timestamp() - seen > idle_seconds(signed)


def idle_seconds(signed: SignedIn) -> int:
    """Give how long a person may do nothing: what the server asks again after, and app.js covers or leaves after."""
    minutes = signed.frame.lock_minutes if signed.frame else LOCK_MINUTES
    return int((timedelta(minutes=minutes) if signed.kind == "phone" else OFFICE_IDLE).total_seconds())


def guard_view() -> AnyResponse | str | tuple[str, int] | None:
    """Let the request through, or answer with sign-in, unlocking or "no such page"."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    needed = needed_by(current_app, request.endpoint)
    if needed == ANYBODY:
        return None
    signed = who()
    if signed is None or (signed.kind == "office" and is_idle(signed)):
        return ask_again("sign_in.page")
    if signed.kind == "phone" and is_idle(signed):
        return ask_again("sign_in.unlock")
    session["seen"] = int(now().timestamp())
    if isinstance(needed, Permission) and not allows(signed.actor, needed):
        raise NotFound(kind="page")
    return None


def ask_again(endpoint: str) -> AnyResponse:
    """Send the person to sign in or unlock; what was typed is kept and offered again afterwards."""
    if request.method == "POST":
        return make_response(current_app.view_functions[endpoint](), 401)
    return redirect(url_for(endpoint, next=request.full_path.rstrip("?")), 303)


KEPT_CHARACTERS = 1_000_000
KEPT_PLACE = "form.kept"


def keep_typed() -> str:
    """Give the posted fields, sealed, for a hidden field: a person on the same browser cannot read them.

    Nothing stays on the server, so it works with several processes and after a restart.
    """
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in UNKEPT]
    if request.form.get("kept"):
        return request.form["kept"]
    text = json.dumps([request.full_path.rstrip("?"), fields])
    if len(text) > KEPT_CHARACTERS:
        return ""
    return urlsafe_b64encode(seal(text, KEPT_PLACE, current_keys().fields)).decode("ascii")


UNKEPT = frozenset({"csrf_token", "kept", "password", "pin"})


def kept_typed(kept: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Open what `keep_typed` sealed: the path and the fields; None when it does not fit."""
    try:
        path, fields = json.loads(unseal(urlsafe_b64decode(kept), KEPT_PLACE, current_keys().fields))
    except (ValueError, CannotUnseal):
        return None
    return str(path), [(str(name), str(value)) for name, value in fields]


def safe_next(default: str) -> str:
    """Give where to go after signing in: a path of this site, never another host."""
    wish = request.values.get("next", "")
    return wish if wish.startswith("/") and not wish.startswith(("//", "/\\")) else default


NAMED = frozenset(Permission) - {
    Permission.OWN_ACCOUNT,
    Permission.REPORT_EXTERNAL,
    Permission.PROGRAMME_EDIT,
    Permission.PLACES_EDIT,
    Permission.PROTOCOL_EDIT,
    Permission.CURRICULUM_ADOPT,
    Permission.TRANSLATION_EDIT,
    Permission.TRANSLATION_REVIEW,
    Permission.CRITERIA_EDIT,
    Permission.AUDIT_SEE,
    Permission.BACKUP,
    Permission.COMPLAINT_RAISE,
    Permission.RECORDS_EDIT,
}
"""Permissions whose pages show people: who looked at them is kept."""


def note_named_view(response: AnyResponse) -> AnyResponse:
    """Note that a page with named data was shown: ids only, stored later by the worker (decision 26)."""
    signed = who()
    if signed is None or request.method != "GET" or response.status_code != 200 or request.endpoint is None:
        return response
    if needed_by(current_app, request.endpoint) in NAMED:
        entity = next(iter((request.view_args or {}).values()), None)
        note_view(signed.staff_id, request.endpoint, None if entity is None else str(entity), now())
    return response


def init_app(app: Flask) -> None:
    """Attach the guard to every request."""
    app.before_request(load_person)
    app.before_request(guard_view)
    app.after_request(note_named_view)


def cached_per_request(function: Callable[[], Any]) -> Callable[[], Any]:
    """Remember the answer of a function without arguments for the rest of the request.

    Requests made inside one application context (a script, a test) share `g`: what one remembered is not the next
    one's, whose session may say otherwise.
    """
    name = f"cached_{function.__module__}_{function.__name__}"

    @functools.wraps(function)
    def call() -> Any:
        here = request._get_current_object() if has_request_context() else None  # type: ignore[attr-defined]
        known = g.get(name)
        if known is None or known[0] is not here:
            known = (here, function())
            setattr(g, name, known)
        return known[1]

    return call
