"""Reading what a coordinator asks of a schedule, and showing what it would do before anything is written.

Nothing is saved that was not shown: the page carries a fingerprint of what it showed, and a save whose result would
be another one (other answers, or somebody changed the schedule meanwhile) is shown again instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gipt.actions import schedules
from gipt.actions.base import digest
from gipt.actions.cycles import CycleRecord
from gipt.actions.schedules import ChangeRecord
from gipt.domain.problems import Invalid
from gipt.domain.scheduling import CancelReason, ChangeKind, Suggestion, SuggestionKind
from gipt.i18n import format_time
from gipt.i18n import gettext as _
from gipt.queries.cycles import CyclePage
from gipt.web.calendar_words import day_line
from gipt.web.forms.reader import Form
from gipt.web.frame import today
from gipt.web.guard import actor
from gipt.web.plan_words import ChangeRow, SkipRow, change_rows, find_names, skip_rows, told

MODES = ("in_person", "phone", "hybrid")
OTHER = "other"
WAYS = {
    "move": ChangeKind.MOVE_ONE,
    "move-all": ChangeKind.MOVE_THIS_AND_AFTER,
    "cancel": ChangeKind.CANCEL,
    "held": ChangeKind.HELD_ON_ANOTHER_DAY,
    "append": ChangeKind.APPEND,
    "accept": ChangeKind.ACCEPT,
    "hand-over": ChangeKind.HAND_OVER,
}
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do, in words; `mark` is the fingerprint of exactly this."""

    rows: tuple[ChangeRow, ...]
    skipped: tuple[SkipRow, ...]
    people: tuple[str, ...]
    blocked: bool
    mark: str


def show_change(record: ChangeRecord) -> Preview:
    """Work out what a change would do; raises what the change itself would raise."""
    by = actor()
    change, moves = schedules.preview_all(record=record, by=by)
    befores = [pair.before for pair in change.pairs if pair.before is not None]
    names = find_names(by, [*change.sessions, *befores], change.skipped)
    along = [
        ChangeRow(_("Follow-up meeting"), day_line(move.before), day_line(move.after.on), "")
        for move in moves
    ]
    return Preview(
        rows=(*change_rows(change, names), *along),
        skipped=tuple(skip_rows(change.skipped, names)),
        people=tuple(told(change, names)),
        blocked=change.is_blocked and change.kind not in schedules.FACTS,
        mark=digest([record, change.pairs, [(one.session_id, one.after.on) for one in moves]]),
    )


# --- the wish for a new cycle -----------------------------------------------------------------------------------------


def read_plan(form: Form, group_id: str, versions: Pairs, venues: Pairs, leaders: Pairs) -> CycleRecord:
    """Read the form of a new cycle; raises Wrong when something is missing."""
    staff = [staff_id for staff_id, _name in leaders]
    lead, co = form.choice("lead", staff, required=True), form.choice("co", staff)
    weekday = form.choice("weekday", [str(day) for day in range(7)])
    version = form.choice("version", [one for one, _name in versions], required=True)
    start, starts = form.date("start", required=True), form.time("starts", required=True)
    rhythm, minutes = form.whole("rhythm", low=1, high=60), form.whole("minutes", low=10, high=480)
    venue, mode = form.choice("venue", [one for one, _name in venues]), form.choice("mode", MODES)
    form.check()
    assert start is not None
    assert starts is not None
    return CycleRecord(
        group_id=group_id,
        curriculum_version_id=version or "",
        start=start,
        starts=starts,
        weekday=int(weekday) if weekday else None,
        rhythm_days=rhythm,
        minutes=minutes,
        venue_id=venue,
        facilitators=tuple(one for one in dict.fromkeys((lead, co)) if one),
        mode=mode or "in_person",
    )


# --- wishes for a schedule that exists --------------------------------------------------------------------------------


def read_change(
    form: Form, way: str, page: CyclePage, number: int, offered: Sequence[Suggestion]
) -> ChangeRecord:
    """Read the form of one way to change session `number`; raises Wrong when something is missing."""
    kind = WAYS[way].value
    if way == "move":
        return read_move(form, page, number, offered)
    if way == "move-all":
        to = form.date("to")
        not_past(form, to)
        form.check()
        return ChangeRecord(page.cycle_id, kind, number, to=to)
    if way == "cancel":
        reason = form.choice("reason", CancelReason, required=True)
        note = form.note_text("note")
        form.check()
        return ChangeRecord(page.cycle_id, kind, number, reason=reason, note=note)
    if way == "held":
        on, starts = form.date("to", required=True), form.time("starts")
        if on is not None and on > today():
            form.refuse("to", "in_future")
        form.check()
        return ChangeRecord(page.cycle_id, kind, number, to=on, starts=starts)
    return ChangeRecord(page.cycle_id, kind, number)


def read_move(form: Form, page: CyclePage, number: int, offered: Sequence[Suggestion]) -> ChangeRecord:
    """Read which of the offered ways out was chosen, or the other day, hour and place."""
    chosen = form.choice("choice", [*(one.kind.value for one in offered), OTHER], required=True)
    found = next((one for one in offered if one.kind.value == chosen), None)
    if found is not None:
        if found.kind is SuggestionKind.NEXT_WEEK_ALL_AFTER:
            return ChangeRecord(page.cycle_id, ChangeKind.MOVE_THIS_AND_AFTER.value, number)
        return ChangeRecord(
            page.cycle_id, ChangeKind.MOVE_ONE.value, number, to=found.on, starts=found.starts
        )
    to, starts = form.date("to", required=chosen == OTHER), form.time("starts")
    not_past(form, to)
    form.check()
    venue = form.raw("venue") or None
    return ChangeRecord(
        page.cycle_id, ChangeKind.MOVE_ONE.value, number, to=to, starts=starts, venue_id=venue
    )


def not_past(form: Form, day: date | None) -> None:
    """Refuse a day that is over: what happened then is written down as held on another day."""
    if day is not None and day < today():
        form.refuse("to", "in_past")


def read_hand_over(form: Form, page: CyclePage, leaders: Pairs) -> ChangeRecord:
    """Read who takes over, and what: everything from a day on, some days, or one meeting."""
    staff = [staff_id for staff_id, _name in leaders]
    lead, co = form.choice("lead", staff, required=True), form.choice("co", staff)
    scope = form.choice("scope", ("good", "while", "one"), required=True)
    first = last = None
    if scope == "one":
        dates = {str(one.number): one.on_date for one in page.core if one.status not in ("held", "cancelled")}
        number = form.choice("meeting", dates, required=True)
        first = last = dates.get(number or "")
    elif scope is not None:
        first = form.date("first", required=True)
        last = form.date("last", required=True) if scope == "while" else None
        if first is not None and last is not None and last < first:
            form.note(Invalid(field="last", reason="before_first"))
    form.check()
    people = tuple(one for one in dict.fromkeys((lead, co)) if one)
    return ChangeRecord(
        page.cycle_id, ChangeKind.HAND_OVER.value, facilitators=people, first=first, last=last
    )


def suggestion_options(offered: Sequence[Suggestion]) -> list[tuple[str, str, str]]:
    """Give the ways out as radio buttons: when, and what comes with it."""
    options = []
    for one in offered:
        when = f"{day_line(one.on)}, {format_time(one.starts)}"
        hint = _("everybody is free") if one.everybody_free else _("see what stands against it")
        if one.kind is SuggestionKind.NEXT_WEEK_ALL_AFTER:
            hint = _("and all meetings after it, too")
        options.append((one.kind.value, when, hint))
    return [*options, (OTHER, _("Another day, time or place"), "")]
