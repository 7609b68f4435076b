"""A neutral page on which anybody can say that something was not right, without signing in and without a name.

It names no programme and no illness. Nothing about the sender is stored: not the address, not whether the browser is
signed in. Each process remembers for ten minutes how often an address wrote, only to slow down a machine.
"""

import time
from collections import deque
from typing import Any

from flask import Blueprint, request

from gipt.actions.complaints import ANYBODY, file_public_complaint
from gipt.domain.complaints import ComplaintAbout
from gipt.domain.problems import TooManyTries
from gipt.i18n import gettext as _
from gipt.web.forms.reader import Form
from gipt.web.guard import anybody, now

blueprint = Blueprint("tell_us", __name__)
MOST, WINDOW = 10, 600.0
"""Complaints that one address may send in so many seconds: a village may share one address."""
_sent: dict[str, deque[float]] = {}


def slow_down(address: str, moment: float) -> None:
    """Raise TooManyTries when an address wrote too often; forget everybody whose time is over."""
    for known in [one for one, times in _sent.items() if times[-1] < moment - WINDOW]:
        del _sent[known]
    times = _sent.setdefault(address, deque(maxlen=MOST))
    if len(times) == MOST and times[0] > moment - WINDOW:
        raise TooManyTries(seconds=int(times[0] + WINDOW - moment) + 1)
    times.append(moment)


@blueprint.route("/c", methods=["GET", "POST"])
@anybody
def page() -> Any:
    """Take what somebody wants to say."""
    form = Form()
    if form.posted:
        with form.catching():
            about = form.choice("about", ComplaintAbout, required=True) or ""
            text, contact = form.text("text", required=True, longest=4000) or "", form.text("contact")
            form.check()
            slow_down(request.remote_addr or "", time.monotonic())
            file_public_complaint(about=about, text=text, contact=contact, by=ANYBODY, now=now(), op=form.op)
            return form.page("tell_us/thanks.html", title=_("Thank you"))
    return form.page("tell_us/page.html", title=_("Tell us"))
