"""The Flask application of gipt: what Flask works out anew for each request although it never changes.

Our views, hooks and error pages are all plain functions, and the key of the session cookie is the same until the next
start. Flask asks each function at each call whether it is asynchronous, and makes two signers for each request.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface


class Cookies(SecureCookieSessionInterface):
    """Flask's own signed cookies with one signer for each key."""

    def __init__(self) -> None:
        self._signer = lru_cache(maxsize=8)(self._make_signer)

    def _make_signer(self, app: Flask, _key: object, *_older: object) -> Any:
        return super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> Any:
        """Give the signer of the application's keys; None without one."""
        return self._signer(app, app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ()))


class Application(Flask):
    """Flask without asynchronous functions."""

    session_interface = Cookies()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function itself; none of ours is asynchronous."""
        return func
