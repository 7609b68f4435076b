"""The Flask application of gipt: what Flask and Jinja work out anew for each request although it never changes.

Our views, hooks and error pages are all plain functions, and the key of the session cookie is the same until the next
start. Flask asks each function at each call whether it is asynchronous, and makes two signers for each request. Jinja
asks each object that a template calls whether it wants to be given the page.
"""

import sys
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from jinja2.runtime import Context, Macro


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


class Page(Context):
    """What a template sees; macros and plain functions, which are nearly all that it calls, are called at once."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call something a template names, as Jinja does."""
        kind = type(called)
        if kind is Macro or (kind is FunctionType and not hasattr(called, "jinja_pass_arg")):
            # Jinja's own notes about the place of the call, for functions that ask for the page.
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return called(self.eval_ctx, *args, **kwargs) if kind is Macro else called(*args, **kwargs)
        return super().call(called, *args, **kwargs)


SWITCH_SECONDS = 0.0005
"""How long a thread computes before another may. With Python's own 5 ms whoever holds the write lock waits that long
after each of its statements while others draw pages, and everybody who wants to record waits with it."""


def take_short_turns() -> None:
    """Let threads take turns often; called by whoever starts a server."""
    sys.setswitchinterval(SWITCH_SECONDS)
