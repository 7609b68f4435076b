"""The headers that every answer carries, errors and files included (reliability.md 4.14, decision 26)."""

from collections.abc import Mapping

from flask import Flask, request
from werkzeug.wrappers import Response

from gipt.config import Settings

DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
}


def with_directives(changes: Mapping[str, str]) -> str:
    """Give the policy of every page with some directives of one page changed."""
    return "; ".join(f"{name} {value}" for name, value in {**DIRECTIVES, **changes}.items())


POLICY = with_directives({})
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": on https the form protection compares the referrer (decision 26).
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
EACH = tuple((name, name.lower(), value) for name, value in HEADERS.items())
HSTS = "max-age=31536000; includeSubDomains"
YEAR = 31_536_000


def init_app(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer of the application."""

    def add_headers(response: Response) -> Response:
        # One look through what is there, not one for each header.
        taken = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - not a dictionary
        for name, lower, value in EACH:
            if lower not in taken:
                response.headers.add(name, value)
        if settings.secure_cookies:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if request.endpoint == "static" and response.status_code in (200, 304):
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
            response.headers.pop("Set-Cookie", None)
        else:
            response.headers["Cache-Control"] = "no-store"
            response.vary.add("Cookie")
        return response

    app.after_request(add_headers)
