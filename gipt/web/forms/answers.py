"""Reading check-ins as they are typed: boxes, or the line of digits from paper.

Texts go to the action as they were typed: what can be read is stored although other answers cannot (decision 7).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from gipt.domain.measures import Measure
from gipt.domain.numerals import strip_blanks
from gipt.domain.problems import Invalid
from gipt.i18n import gettext as _
from gipt.queries.given_answers import GivenAnswers
from gipt.web.forms.reader import Form

NONE_GIVEN = "-"
"""The sign for an answer that was not given, on paper and in the boxes."""
LINE = "line"


def form_texts(form: Form, measure: Measure) -> dict[str, str | None]:
    """Give the typed answers by item; a line of digits stands for the scored items, boxes for the rest."""
    texts: dict[str, str | None] = {
        item.id: form.fields[item.id] for item in measure.items if item.id in form.fields
    }
    return texts | line_texts(form, measure)


def line_texts(form: Form, measure: Measure) -> dict[str, str | None]:
    """Give the signs of the line from paper, one for each scored item; a line of another length is refused."""
    signs = [sign for sign in strip_blanks(form.raw(LINE)) if not sign.isspace()]
    items = measure.scored_items
    if not signs:
        return {}
    if len(signs) != len(items):
        form.note(Invalid(field="answers", reason="wrong_length", expected=len(items), given=len(signs)))
        form.errors[LINE] = form.errors.pop("answers")
        return {}
    return {item.id: sign for item, sign in zip(items, signs, strict=True)}


def note_faults(form: Form, measure: Measure, faults: Iterable[Mapping[str, Any]]) -> None:
    """Say beside each answer that could not be read what may stand there."""
    for fault in faults:
        item = measure.find_item(str(fault["field"]))
        if item is not None:
            form.errors[item.id] = _(
                "Answer %(number)d must be %(values)s or -.",
                number=item.number,
                values=", ".join(str(value) for value in item.values),
            )


def shown_values(form: Form, measure: Measure, given: GivenAnswers) -> dict[str, str]:
    """Give what each row of boxes shows: as typed just now, else as stored."""
    typed = form_texts(form, measure) if form.posted else {}
    shown = {}
    for item in measure.items:
        text = typed.get(item.id)
        if text is not None:
            shown[item.id] = strip_blanks(text)
        elif item.id in given.values:
            value = given.values[item.id]
            shown[item.id] = NONE_GIVEN if value is None else str(value)
    return shown
