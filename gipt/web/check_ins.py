"""Asking one member one measure: question by question, as a whole form, and the calm page at the end.

Used by meetings, first talks and the time after the last meeting. A tap stores and moves on. Nothing here shows a total
but the whole form, which is the facilitator's own, and only where the programme allows numbers. A positive safety
answer sets a quiet mark on the next screens and leads to Help now from the last one, or at once where the programme's
protocol says so, or when the check-in is left (decision 7).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from gipt.actions import assessments as actions
from gipt.actions.assessments import Target
from gipt.content.wordings import Wording
from gipt.domain.measures import Item, Measure
from gipt.domain.picture_scales import Scale, fits
from gipt.domain.problems import NotFound
from gipt.i18n import gettext as _
from gipt.queries.given_answers import GivenAnswers
from gipt.web.forms import answers as parsing
from gipt.web.forms.reader import Form
from gipt.web.frame import frame
from gipt.web.guard import actor, now
from gipt.web.phone import help_link, number_words, numbers_shown, onward, phone, renew


@dataclass(frozen=True, slots=True)
class Asking:
    """One member being asked: `link` builds this page's address, `back` is the list, `following` the next member."""

    target: Target
    measure: Measure
    given: GivenAnswers
    sign: int
    name: str | None
    wording: Wording | None
    link: Callable[..., str]
    back: str
    episode_id: str | None = None
    next_measure: str | None = None
    following: tuple[str, int] | None = None
    scale: Scale | None = None

    @property
    def open_items(self) -> tuple[Item, ...]:
        """Give what was not asked yet, in order."""
        return tuple(item for item in self.measure.items if not self.given.given(item.id))

    @property
    def worrying(self) -> bool:
        """Say whether an answer asks for a talk alone."""
        return self.given.safety == "positive"

    @property
    def leave(self) -> str:
        """Give where leaving goes: past the calm page when there is something to talk about."""
        return self.link(end=1) if self.worrying else self.back


def is_immediate() -> bool:
    """Say whether the protocol wants Help now at once, not after the last question."""
    found = frame()
    return bool(found and found.protocol and found.protocol.get("immediate"))


def handle(asking: Asking) -> Any:
    """Answer one request of a check-in."""
    form = Form()
    if form.posted:
        with form.catching():
            response = store(asking, form)
            if response is not None:
                return response
    if form.posted:
        # What was readable is stored under this operation; the next try is a new one.
        renew(form)
        return (
            whole(asking, form)
            if "whole" in form.fields or asking.wording is None
            else question(asking, form)
        )
    for name, page in (("end", end), ("pause", pause), ("other", other)):
        if name in request.args:
            return page(asking, form)
    if "whole" in request.args or asking.wording is None:
        return whole(asking, form)
    if asking.given.status == "done" and "i" not in request.args:
        return end(asking, form)
    return question(asking, form)


def store(asking: Asking, form: Form) -> Response | None:
    """Carry out what was tapped and go on; None when answers have to be looked at again."""
    wish = form.raw("do")
    who: dict[str, Any] = {"target": asking.target, "by": actor(), "now": now(), "op": form.op}
    if wish == "decline":
        actions.decline_assessment(**who)
        return onward(asking.leave if asking.worrying else asking.link(end=1))
    if wish == "restart":
        actions.restart_assessment(**who)
        return onward(asking.link())
    if "whole" in form.fields:
        return store_whole(asking, form)
    item, text = form.raw("item"), form.raw("v")
    result = actions.answer_item(item=item, text=text, **who)
    return onward(after_answer(asking, item, result))


def after_answer(asking: Asking, item: str, result: dict[str, Any]) -> str:
    """Give the address after one answer: the next question, the calm pause, or the end."""
    risky = {one.item_id for one in asking.measure.safety_items}
    if item in risky and result["safety"] == "positive" and result["missing"] and is_immediate():
        return asking.link(pause=1)
    return asking.link() if result["missing"] else asking.link(end=1)


def store_whole(asking: Asking, form: Form) -> Response | None:
    """Store a whole form; answers that cannot be read are shown again, the others are kept."""
    texts = parsing.form_texts(form, asking.measure)
    if parsing.LINE in form.errors and not texts:
        return None
    # "finished" is the form's business: an answer that nobody ticked was not given.
    typed = {item.id: texts.get(item.id) for item in asking.measure.items if item.scored or item.id in texts}
    result = actions.record_assessment(
        target=asking.target, form=actions.Form(typed), by=actor(), now=now(), op=form.op
    )
    parsing.note_faults(form, asking.measure, result["faults"])
    if form.errors:
        return None
    return onward(asking.link(whole=1, check=1) if form.raw(parsing.LINE) else asking.link(end=1))


def show(asking: Asking, form: Form, template: str, back: str, **context: Any) -> Any:
    """Show one page of the check-in under a title that says nothing."""
    return form.page(
        f"meeting/{template}.html",
        title=_("Check-in"),
        ask=asking,
        **phone(back, help_link=help_link(asking.episode_id), **context),
    )


def question(asking: Asking, form: Form) -> Any:
    """Show one question with its answers as buttons."""
    items = asking.measure.items
    wanted = form.raw("item") or request.args.get("i")
    item = asking.measure.find_item(wanted) if wanted else next(iter(asking.open_items or items[-1:]))
    if item is None or asking.wording is None:
        raise NotFound(kind="item")
    place = items.index(item)
    back = asking.link(i=items[place - 1].id) if place else asking.leave
    options = [(value, asking.wording.options[item.id, value]) for value in item.values]
    given = asking.given.values.get(item.id)
    return show(
        asking,
        form,
        "question",
        back,
        item=item,
        number=place + 1,
        total=len(items),
        options=options,
        # Pictures only where people of this place understood them, and only beside answers of how often.
        scale=asking.scale.value if asking.scale and fits(item) else None,
        value="refused" if asking.given.missing.get(item.id) == "refused" else given,
    )


def whole(asking: Asking, form: Form) -> Any:
    """Show every question with its boxes, the field for the digits from paper, and their sum where it is allowed."""
    back, total, when = asking.leave, asking.given.total, numbers_shown()
    values = parsing.shown_values(form, asking.measure, asking.given)
    return show(
        asking,
        form,
        "whole",
        back,
        shown=values,
        checking="check" in request.args,
        total_words=None if total is None or when == "never" else number_words(total, asking.measure),
        uncovered=when == "always",
    )


def end(asking: Asking, form: Form) -> Any:
    """Show what was stored, the calm way to Help now where it is needed, and the way on."""
    return show(asking, form, "end", asking.back, answered=len(asking.given.values))


def pause(asking: Asking, form: Form) -> Any:
    """Show the calm page in the middle, where the programme wants it at once."""
    return show(asking, form, "pause", asking.link())


def other(asking: Asking, form: Form) -> Any:
    """Ask whether these answers belong to somebody else."""
    return show(asking, form, "other", asking.link())
