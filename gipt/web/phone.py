"""What every page of the facilitator shares: its frame, signs and names, the way on after a tap."""

from typing import Any

from flask import redirect, session, url_for
from werkzeug.wrappers import Response

from gipt.domain.measures import Measure
from gipt.i18n import Language, find_language, format_number
from gipt.i18n import gettext as _
from gipt.web.forms.reader import Form, new_op
from gipt.web.frame import facilitator_nav, frame
from gipt.web.guard import cached_per_request, now
from gipt.words.signs import PICTURES, sign_word


def picture(number: int) -> str:
    """Give the picture of a sign; with more members than pictures they begin again, the number tells them apart."""
    return PICTURES[(number - 1) % len(PICTURES)]


def group_picture(number: int) -> str:
    """Give the picture of a group, counted from 0."""
    return PICTURES[number % len(PICTURES)]


@cached_per_request
def shows_names() -> bool:
    """Say whether names are shown: the person's choice in this browser, else the programme's."""
    found = frame()
    wish = session.get("names") or (found.names_shown if found else "names")
    return str(wish) != "signs"


def numbers_shown() -> str:
    """Say when facilitators see check-ins as numbers: never, hold (after a tap) or always (ux.md 2.5, 3.6)."""
    found = frame()
    return found.show_numbers if found else "never"


def number_words(total: int, measure: Measure) -> str:
    """Give a total with the most that it could be; facilitators' pages name no measure (ux.md 2.2)."""
    return _("%(total)s of %(most)s", total=format_number(total), most=format_number(measure.total_max))


def called(name: str | None, sign: int) -> str:
    """Give what a member is called on the screen: the name, or the word of the sign."""
    if name and shows_names():
        return name
    return sign_word(picture(sign))


def phone(back: str | None = None, **more: Any) -> dict[str, Any]:
    """Give the context of a facilitator page: bottom bar, way back, signs, and what the page adds."""
    return {
        "nav": facilitator_nav(),
        "back_href": back,
        "picture": picture,
        "group_picture": group_picture,
        "called": called,
        **more,
    }


def renew(form: Form) -> None:
    """Give a refused form a new operation: a part of it may be stored under the old one."""
    if form.posted:
        form.op = new_op()


def onward(address: str) -> Response:
    """Note when the last thing was saved for the status line, and go on (303, so that reloading repeats nothing)."""
    session["saved"] = int(now().timestamp())
    return redirect(address, 303)


def spoken_tag(language: str | None) -> str:
    """Give the language in which a group is spoken with: its own, else the programme's."""
    found = frame()
    return language or (found.language if found else "en")


def spoken_language(language: str | None) -> Language | None:
    """Give that language where gipt knows it."""
    return find_language(spoken_tag(language))


def help_link(episode_id: str | None) -> str:
    """Give the next step of an open concern; without one, the start of Help now."""
    if episode_id is None:
        return url_for("help_now.start")
    return url_for("help_now.ask", episode_id=episode_id)
