"""The cycles that a report counts: their core sessions, when each counts, and what a list prints of it."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.domain.attendance import HELD, HeldSession
from gipt.domain.guides import FollowUp
from gipt.models import CurriculumVersion, Cycle, Group, Session, Site
from gipt.queries.report_rows import DAYS, Scope, cycles_of, driver_rows


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A core session: when it counts and whether it was held, and its cells in the list, the same for everybody."""

    counted: HeldSession
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One cycle with what counting needs; `planned` in order of number and date, `session_ids` beside it."""

    id: str
    site: str
    group: str
    number: int
    curriculum: str
    population: str | None
    status: str
    sessions: int
    threshold: int
    closed_on: date | None
    follow_ups: tuple[FollowUp, ...]
    session_ids: tuple[str, ...]
    planned: tuple[PlannedSession, ...]
    first_held: date | None = field(init=False)
    last_held: date | None = field(init=False)
    """Days of the first and the last core session that were held."""
    code: str = field(init=False)
    """The code of the cycle in lists: the group's, and which of its cycles it is."""

    def __post_init__(self) -> None:
        days = [one.counted.on for one in self.planned if one.counted.status == HELD]
        object.__setattr__(self, "first_held", min(days, default=None))
        object.__setattr__(self, "last_held", max(days, default=None))
        object.__setattr__(self, "code", f"{self.group}.{self.number}")

    @property
    def held(self) -> dict[str, HeldSession]:
        """Give the sessions that were held by id, in order of number."""
        both = zip(self.session_ids, self.planned, strict=True)
        return {key: one.counted for key, one in both if one.counted.status == HELD}

    def forget_ids(self) -> None:
        """Let go of the ids of the sessions, once no mark is looked for any more: those of many cycles take memory."""
        object.__setattr__(self, "session_ids", ())

    @property
    def closed(self) -> bool:
        return self.status == "closed"

    def cells_of(self, session: PlannedSession) -> tuple[Any, ...]:
        """Give what a list prints of one of its sessions."""
        return (self.group, self.code, self.curriculum, *session.cells)


def read_cycles(connection: Connection, scope: Scope) -> dict[str, CycleRow]:
    """Read the cycles of the sites, and those to which their members moved: three statements."""
    wanted = cycles_of(scope)
    ids: dict[str, list[str]] = {}
    planned: dict[str, list[PlannedSession]] = {}
    sessions = (
        sa.select(
            Session.cycle_id,
            Session.id,
            Session.number,
            Session.on_date,
            Session.first_confirmed_on,
            Session.held_on,
            Session.status,
            Session.cancel_reason,
        )
        .where(Session.cycle_id.in_(wanted), Session.kind == "core")
        .order_by(Session.cycle_id, Session.number, Session.on_date, Session.id)
    )
    row: Any
    for row in driver_rows(connection, sessions):
        ids.setdefault(row[0], []).append(row[1])
        planned.setdefault(row[0], []).append(planned_session(*row[2:]))
    follow_ups = read_follow_ups(connection, wanted)
    rows = connection.execute(
        sa.select(
            Cycle.id,
            Site.code,
            Group.code,
            Cycle.number,
            CurriculumVersion.curriculum + " " + CurriculumVersion.version,
            Group.population,
            Cycle.status,
            Cycle.sessions,
            Cycle.completion_sessions,
            Cycle.closed_on,
            Cycle.curriculum_version_id,
        )
        .join(Group, Group.id == Cycle.group_id)
        .join(Site, Site.id == Group.site_id)
        .join(CurriculumVersion, CurriculumVersion.id == Cycle.curriculum_version_id)
        .where(Cycle.id.in_(wanted))
    )
    names: dict[str, str] = {}
    found = {}
    for row in rows:
        # Site and curriculum stand in every cycle and take their place once.
        cycle_id, site, group, number, curriculum, population, status, *counted, version = row
        found[cycle_id] = CycleRow(
            cycle_id, names.setdefault(site, site), group, number, names.setdefault(curriculum, curriculum), population,
            names.setdefault(status, status), counted[0], counted[1], counted[2], follow_ups.get(version, ()),
            tuple(ids.pop(cycle_id, ())), tuple(planned.pop(cycle_id, ())),
        )  # fmt: skip
    return found


@lru_cache(maxsize=20_000)
def planned_session(
    number: int, planned_on: Any, confirmed_on: Any, held_on: Any, status: str, reason: str | None
) -> PlannedSession:
    """Give a session from its row; those alike are one object, since meetings of a week are alike."""
    on, confirmed, held = DAYS[planned_on], DAYS[confirmed_on], DAYS[held_on]
    days_off = None if held is None else (held - (confirmed or on)).days
    return PlannedSession(
        HeldSession(number, held if status == HELD else on, status),
        (number, on, confirmed, held, days_off, status, reason),
    )


def read_follow_ups(connection: Connection, cycles: sa.Select[Any]) -> dict[str, tuple[FollowUp, ...]]:
    """Read the follow-up windows of the curricula that the cycles are pinned to."""
    used = sa.select(Cycle.curriculum_version_id).where(Cycle.id.in_(cycles))
    rows = connection.execute(
        sa.select(CurriculumVersion.id, CurriculumVersion.content).where(CurriculumVersion.id.in_(used))
    )
    names = ("key", "label", "offset_days", "before_days", "after_days")
    return {
        version_id: tuple(FollowUp(*(one[name] for name in names)) for one in content.get("follow_ups", ()))
        for version_id, content in rows
    }
