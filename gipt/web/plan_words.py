"""A plan and its changes in words: clashes as sentences with names, meetings before and after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Any

from gipt.domain.access import Actor
from gipt.domain.scheduling import (
    Change,
    ChangeKind,
    Clash,
    ClashCode,
    CyclePlan,
    Pair,
    ScheduledSession,
    Skip,
)
from gipt.i18n import format_list, format_time
from gipt.i18n import gettext as _
from gipt.queries.leaders import Names, names_of
from gipt.queries.schedule_changes import ChangePage
from gipt.web.calendar_words import DayWords, day_line, day_words
from gipt.words import label, reason_sentence

Sessions = Iterable[ScheduledSession]


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about a date; `hard` ones forbid it."""

    hard: bool
    words: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One session of a plan that was not written yet."""

    number: int
    day: DayWords
    at: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class SkipRow:
    """One date of the rhythm that was not taken, and why."""

    number: int
    day: DayWords
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One line of what will change, as `preview_table` draws it."""

    what: str
    before: str
    after: str
    note: str
    changed: bool = True


def find_names(by: Actor, sessions: Sessions, skipped: Iterable[Skip] = ()) -> Names:
    """Look up every name that the sentences about these sessions need, in at most four statements."""
    rows = list(sessions)
    clashes = [clash for row in rows for clash in row.clashes]
    clashes += [clash for skip in skipped for clash in skip.reasons]
    met = [one for one in clashes if one.code is ClashCode.MEMBER_BUSY]
    others = [one for one in clashes if one.code is not ClashCode.MEMBER_BUSY]
    staff = {person for one in others for person in one.people} | {
        one for row in rows for one in row.facilitators
    }
    away = (ClashCode.CLOSED_DAY, ClashCode.NEAR_ESTIMATED)
    return names_of(
        by,
        staff=staff,
        members={person for one in met for person in one.people},
        groups={one.source for one in clashes if one.source and one.code not in away},
        venues={one.venue for one in clashes if one.venue} | {row.venue for row in rows if row.venue},
    )


def clash_words(clash: Clash, names: Names) -> str:
    """Say one clash; what the person may not know by name is left out of the sentence."""
    details = {key: value for key, value in asdict(clash).items() if key not in ("code", "severity", "on")}
    details["people"] = names.known(clash.people)
    details["source"] = names.groups.get(clash.source, "")
    details["venue"] = names.venues.get(clash.venue, "")
    if clash.other_on is not None:
        details["other_on"] = day_line(clash.other_on)
    if clash.starts is not None:
        details["starts"] = format_time(clash.starts)
    return reason_sentence(clash.code.value, details)


def remarks_of(session: ScheduledSession, names: Names) -> tuple[Remark, ...]:
    """Give all sentences about one session, what forbids it first, each once."""
    said = {clash_words(clash, names): clash.is_hard for clash in session.clashes}
    return tuple(Remark(hard, words) for words, hard in sorted(said.items(), key=lambda one: not one[1]))


def plan_rows(plan: CyclePlan, names: Names) -> list[PlanRow]:
    """Give the sessions of a plan in words."""
    return [
        PlanRow(one.number, day_words(one.on), format_time(one.starts), remarks_of(one, names))
        for one in plan.sessions
    ]


def skip_rows(skipped: Iterable[Skip], names: Names) -> list[SkipRow]:
    """Give the dates that were not taken, each with its reasons."""
    return [
        SkipRow(
            skip.number,
            day_words(skip.on),
            tuple(dict.fromkeys(clash_words(clash, names) for clash in skip.reasons)),
        )
        for skip in skipped
    ]


def session_line(session: ScheduledSession, names: Names, *, people: bool = False) -> str:
    """Write when and where a session is on one line, and who leads it where that is what changes."""
    parts = [f"{day_line(session.on)}, {format_time(session.starts)}"]
    if session.venue in names.venues:
        parts.append(names.venues[session.venue])
    if people:
        parts.append(format_list(names.known(session.facilitators)) or "–")
    return " · ".join(parts)


def change_rows(change: Change, names: Names) -> list[ChangeRow]:
    """Give every session as it was and as it will be; those that stay are marked as such."""
    changed = {(pair.after.number, pair.after.key): pair for pair in change.pairs}
    rows = []
    for session in change.sessions:
        pair = changed.get((session.number, session.key))
        what = _("Meeting %(number)d", number=session.number)
        if pair is None:
            if session.is_open:
                rows.append(ChangeRow(what, session_line(session, names), "", "", changed=False))
            continue
        rows.append(changed_row(what, pair, change.kind, names))
    return rows


def changed_row(what: str, pair: Pair, kind: ChangeKind, names: Names) -> ChangeRow:
    """Give one changed session before and after."""
    people = kind is ChangeKind.HAND_OVER
    before = session_line(pair.before, names, people=people) if pair.before else ""
    after = session_line(pair.after, names, people=people)
    if kind is ChangeKind.HELD_ON_ANOTHER_DAY:
        after = f"{after} · {label('session_status', 'held')}"
    elif pair.after.cancel_reason and kind is ChangeKind.CANCEL:
        after = f"{label('session_status', 'cancelled')} · {label('cancel_reason', pair.after.cancel_reason.value)}"
    elif pair.after.gap.value in ("accepted", "replaced") and kind in (ChangeKind.ACCEPT, ChangeKind.APPEND):
        before, after = label("gap", "open"), label("gap", pair.after.gap.value)
    note = " ".join(one.words for one in remarks_of(pair.after, names))
    return ChangeRow(what, before, after, note)


def told(change: Change, names: Names) -> list[str]:
    """Give the names of everybody who leads a changed session, before or after."""
    staff: Sequence[str] = [
        one
        for pair in change.pairs
        for session in (pair.before, pair.after)
        if session is not None
        for one in session.facilitators
    ]
    return names.known(list(dict.fromkeys(staff)))


def change_title(kind: str, number: int | None) -> str:
    """Name a change that was made, with the meeting it began with."""
    if number is None:
        return label("schedule_change", kind)
    return f"{label('schedule_change', kind)}: {_('Meeting %(number)d', number=number)}"


def undo_rows(change: ChangePage, names: Names) -> list[ChangeRow]:
    """Give every meeting and everybody's days as they are now and as they will be again."""
    rows = []
    meetings = change.before["session"] | {key: one for key, one in change.after["session"].items() if one}
    for key in sorted(meetings, key=lambda key: (meetings[key]["kind"] != "core", meetings[key]["on_date"])):
        before, after = change.before["session"][key], change.after["session"][key]
        rows.append((meeting_words(before or after), stored_line(after, names), stored_line(before, names)))
    for key, before in change.before["assignment"].items():
        after = change.after["assignment"][key]
        who = names.known([(before or after)["staff_id"]])
        rows.append((format_list(who) or "–", days_line(after), days_line(before)))
    if change.before["cycle"]:
        rows.append((_("Number of meetings"), label("gap", "accepted"), label("gap", "open")))
    return [ChangeRow(what, now, again, "") for what, now, again in rows]


def meeting_words(row: Mapping[str, Any]) -> str:
    """Name a remembered meeting."""
    if row["kind"] == "core":
        return _("Meeting %(number)d", number=row["number"])
    return label("session_kind", row["kind"])


def stored_line(row: Mapping[str, Any] | None, names: Names) -> str:
    """Write when and where a remembered meeting is, and its state where it is not simply to come."""
    if row is None:
        return ""
    parts = [day_line(date.fromisoformat(row["held_on"] or row["on_date"]))]
    parts.append(format_time(time.fromisoformat(row["at_time"])))
    if row["venue_id"] in names.venues:
        parts.append(names.venues[row["venue_id"]])
    if row["status"] in ("held", "cancelled"):
        parts.append(label("session_status", row["status"]))
    if row["gap"] != "none":
        parts.append(label("gap", row["gap"]))
    return " · ".join(parts)


def days_line(row: Mapping[str, Any] | None) -> str:
    """Write from when to when somebody leads; empty for not at all."""
    if row is None:
        return ""
    first = day_line(date.fromisoformat(row["from_on"]))
    if row["to_on"] is None:
        return _("leads from %(first)s", first=first)
    last = day_line(date.fromisoformat(row["to_on"]))
    return _("leads from %(first)s to %(last)s", first=first, last=last)
