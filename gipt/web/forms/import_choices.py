"""What a person chose on the preview of an import, read from the form into the choices that are kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from gipt.calendars import CalendarKind
from gipt.intake.dates import DateChoice
from gipt.queries.import_plans import Choices
from gipt.web.forms.reader import LONGEST, Form


def read_choices(form: Form, before: Choices, cells: Mapping[str, str]) -> Choices:
    """Give the choices with what the page sent laid over them; rows that the page did not show stay as chosen.

    `cells` are the texts that the page showed by "SHEET!C12": only a cell that was changed is kept as an edit.
    """
    sent = {name: form.fields.get(name, "") for name in form.fields}
    shown = {name.removeprefix("row:") for name in sent if name.startswith("row:")}
    skipped = {name.removeprefix("skip:") for name in sent if name.startswith("skip:")}
    return replace(
        before,
        mapping={**before.mapping, **_changed(sent, "m:", "was-m:")},
        date_choices={**before.date_choices, **_dates(sent)},
        defaults={**before.defaults, **_texts(sent, "d:")},
        conventions={**before.conventions, **_texts(sent, "c:")},
        scales={**before.scales, **_texts(sent, "s:")},
        edits={**before.edits, **_edits(sent, cells)},
        decisions={**before.decisions, **_texts(sent, "who:")},
        skip=tuple(sorted((set(before.skip) - shown) | (skipped & shown))),
    )


def _texts(sent: Mapping[str, str], prefix: str) -> dict[str, str]:
    found = {name.removeprefix(prefix): text for name, text in sent.items() if name.startswith(prefix)}
    return {name: clean(text) for name, text in found.items() if text.strip()}


def _changed(sent: Mapping[str, str], prefix: str, before: str) -> dict[str, str]:
    """Give the columns whose field was changed on the page: what was only guessed stays a guess."""
    found = {name.removeprefix(prefix): text for name, text in sent.items() if name.startswith(prefix)}
    return {name: text for name, text in found.items() if sent.get(before + name, "") != text}


def _edits(sent: Mapping[str, str], cells: Mapping[str, str]) -> dict[str, str]:
    found = {name.removeprefix("e:"): clean(text) for name, text in sent.items() if name.startswith("e:")}
    return {place: text for place, text in found.items() if place in cells and cells[place] != text}


def _dates(sent: Mapping[str, str]) -> dict[str, DateChoice]:
    """Read the confirmed examples: "calendar|order|day|cell"; anything odd is as if nothing was chosen."""
    found = {}
    for name, text in sent.items():
        parts = text.split("|")
        if not name.startswith("q:") or len(parts) != 4:
            continue
        try:
            day = date.fromisoformat(parts[2])
            found[name.removeprefix("q:")] = DateChoice(CalendarKind(parts[0]), parts[1], parts[3], day)
        except ValueError:
            continue
    return found


def clean(text: str) -> str:
    """Give a text as a cell can hold it."""
    kept = text.replace("\x00", "").strip()[:LONGEST]
    return kept.encode("utf-8", "replace").decode("utf-8")
