"""Groups, cycles, sessions, members and marks that a register speaks of, read in a fixed number of statements."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.names import NameEvidence, likely_same, normalise_name
from gipt.intake.records import RegisterRow
from gipt.models import Attendance, Cycle, Enrolment, Group, Member, Membership, Session
from gipt.queries.import_measures import KnownMeasure, known_in_cycles
from gipt.queries.import_places import ImportSites


@dataclass(slots=True)
class CycleFacts:
    """What is known of one cycle that a file speaks of."""

    cycle_id: str
    group: str
    number: int
    status: str
    first_on: date
    closed_on: date | None
    sessions: list[Any] = field(default_factory=list)
    members: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    attendance: dict[tuple[str, str], str] = field(default_factory=dict)
    measures: Mapping[tuple[str, str, str | None, str | None, str], KnownMeasure] = field(
        default_factory=dict
    )

    def enrolment_of(self, code: str) -> str:
        """Give the enrolment of a member's code, "" when the member is not in the cycle."""
        wanted = code.strip().upper()
        return next((one for one, rows in self.members.items() if rows[0].code.upper() == wanted), "")

    def called(self, name: str) -> list[str]:
        """Give the enrolments of the members who have exactly this name."""
        wanted = normalise_name(name)
        return [one for one, rows in self.members.items() if wanted in _names(rows[0])]

    def sounding(self, name: str) -> list[str]:
        """Give the enrolments of the members whose names sound like this one."""
        mine = NameEvidence(name)
        return [
            one for one, rows in self.members.items() if likely_same(NameEvidence(rows[0].name or ""), mine)
        ]

    def was_member(self, enrolment_id: str, on: date) -> bool:
        """Say whether an enrolled person belonged to the cycle on a day."""
        rows = self.members[enrolment_id]
        return any(row.joined_on <= on and (row.left_on is None or row.left_on > on) for row in rows)


def _names(row: Any) -> set[str]:
    return {normalise_name(name) for name in (row.name, row.called_name) if name}


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """One group at the sites with its cycles, newest first."""

    code: str
    cycles: tuple[CycleFacts, ...]

    def cycle(self, text: str) -> CycleFacts | None:
        """Give the cycle that a cell names by number; the newest where it is empty."""
        number = re.search(r"\d+", text)
        if not text:
            return next((one for one in self.cycles if one.status != "planned"), self.cycles[0])
        return next((one for one in self.cycles if number and one.number == int(number.group())), None)


def known_groups(records: Iterable[RegisterRow], sites: ImportSites) -> dict[str, KnownGroup]:
    """Give the groups that a file names, by the normal form of code and name; foreign groups do not exist."""
    wanted = {normalise_name(record.group) for record in records}
    rows = db.session.execute(
        sa.select(Group.id, Group.code, Group.name)
        .where(Group.site_id.in_(sorted(sites.ids)))
        .order_by(Group.code)
    ).all()
    named: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for text in {normalise_name(row.code), normalise_name(row.name)} & wanted:
            named[text].append(row)
    # Two groups of one name: only the code tells them apart.
    single = {text: found for text, found in named.items() if len(found) == 1 or _has_code(text, found)}
    cycles = _cycles({found.id for rows_ in single.values() for found in rows_})
    return {
        text: KnownGroup(one.code, tuple(cycles.get(one.id, ())))
        for text, found in single.items()
        for one in [next((row for row in found if normalise_name(row.code) == text), found[0])]
    }


def _has_code(text: str, found: list[Any]) -> bool:
    return any(normalise_name(row.code) == text for row in found)


def _cycles(group_ids: set[str]) -> dict[str, list[CycleFacts]]:
    rows = db.session.execute(
        sa.select(
            Cycle.id, Cycle.group_id, Group.code, Cycle.number, Cycle.status, Cycle.first_on, Cycle.closed_on
        )
        .join(Group, Group.id == Cycle.group_id)
        .where(Cycle.group_id.in_(sorted(group_ids)), Cycle.status != "cancelled")
        .order_by(Cycle.number.desc())
    ).all()
    facts = {row.id: CycleFacts(row.id, row.code, *row[3:]) for row in rows}
    _fill(facts)
    found: dict[str, list[CycleFacts]] = defaultdict(list)
    for row in rows:
        found[row.group_id].append(facts[row.id])
    return found


def _fill(facts: dict[str, CycleFacts]) -> None:
    """Read sessions, members, marks and measures of the cycles: five statements whatever their number."""
    ids = sorted(facts)
    sessions = db.session.execute(
        sa.select(
            Session.id, Session.cycle_id, Session.kind, Session.number, Session.label, Session.status,
            Session.on_date, Session.held_on,
        ).where(Session.cycle_id.in_(ids)).order_by(Session.number)
    ).all()  # fmt: skip
    for session in sessions:
        facts[session.cycle_id].sessions.append(session)
    members = db.session.execute(
        sa.select(
            Membership.cycle_id, Enrolment.id.label("enrolment_id"), Member.id.label("member_id"), Member.code,
            Member.name, Member.called_name, Member.birth_year, Membership.joined_on, Membership.left_on,
        )
        .join(Enrolment, Enrolment.id == Membership.enrolment_id)
        .join(Member, Member.id == Enrolment.member_id)
        .where(Membership.cycle_id.in_(ids)).order_by(Member.code, Membership.joined_on)
    ).all()  # fmt: skip
    for member in members:
        facts[member.cycle_id].members[member.enrolment_id].append(member)
    marks = db.session.execute(
        sa.select(Session.cycle_id, Attendance.session_id, Attendance.enrolment_id, Attendance.status)
        .join(Session, Session.id == Attendance.session_id)
        .where(Session.cycle_id.in_(ids))
    )
    for mark in marks:
        facts[mark.cycle_id].attendance[(mark.session_id, mark.enrolment_id)] = mark.status
    measures = known_in_cycles([row.enrolment_id for row in members])
    for one in facts.values():
        one.measures = measures
