"""A running group for tests: published and adopted curriculum, protocol, members, cycle, meetings; all invented.

Everything goes through the real actions. Dates are weekly from `first` whatever the calendar of the day on which
the tests run: after planning, meetings that a holiday had moved are put back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gipt.actions.consents import ConsentRecord, give_consent
from gipt.actions.curricula import adopt_curriculum, publish_curriculum
from gipt.actions.cycles import CycleRecord, plan_cycle, start_cycle
from gipt.actions.groups import GroupRecord, form_group
from gipt.actions.members import MemberRecord, add_member
from gipt.actions.pre_group import PreGroupRecord, record_pre_group
from gipt.actions.registers import Mark, SessionRecord, record_session
from gipt.actions.safety_protocols import adopt_protocol
from gipt.db import db
from gipt.domain.risk import Level
from gipt.domain.safety_protocol import EmergencyContact, SafetyProtocol, SafetyQuestion
from gipt.models import Enrolment, Membership, Session
from tests.cast import Cast

NAMES = (
    "Grace Akello",
    "Mary Nakato",
    "Fatuma Ali",
    "Jane Achieng Odhiambo",
    "Ruth Auma",
    "Adjoa Mensah",
    "Nyakim Deng",
    "Rose Apio",
    "Hana Bekele",
    "Zeinab Idris",
    "Sarah Namuli",
    "Esther Lamwaka",
    "Joyce Atim",
    "Agnes Nabirye",
    "Betty Acan",
    "Lucy Amony",
)
ZONE = ZoneInfo("Africa/Kampala")


@dataclass(frozen=True, slots=True)
class World:
    """Name what `make_running_group` made; ids stand in the order of session numbers and of signs."""

    cycle_id: str
    group_id: str
    session_ids: tuple[str, ...]
    follow_up_ids: tuple[str, ...]
    enrolment_ids: tuple[str, ...]
    member_ids: tuple[str, ...]
    first: date = field(default_factory=date.today)


def local_today() -> date:
    """Give today's date where the cast's programme works."""
    return datetime.now(ZONE).date()


def make_protocol(cast: Cast, *, immediate: bool = False, now: datetime | None = None) -> str:
    """Adopt a protocol with two numbers and two questions."""
    moment = now or datetime.now(UTC)
    protocol = SafetyProtocol(
        steps=("Stay. Do not leave the person alone.", "Find a quiet place.", "Ask what happened. Listen."),
        questions=(
            SafetyQuestion("now", "Do you think of ending your life now?", yes=Level.NOW, unsure=Level.NOW),
            SafetyQuestion("plan", "Have you thought of how?", yes=Level.TODAY, unsure=Level.TODAY),
        ),
        contacts=(
            EmergencyContact("Grace", "+256 711 222 333", "Supervisor"),
            EmergencyContact("Hill clinic", "0800 111", "", "24 hours"),
        ),
        approver="Dr. Achieng",
        approved_on=moment.date() - timedelta(days=30),
        immediate=immediate,
    )
    return adopt_protocol(protocol=protocol, language="en", by=cast.actor("clinical_lead"), now=moment)


def make_curriculum(cast: Cast, curriculum: str = "who-8", *, now: datetime | None = None) -> str:
    """Publish and adopt a shipped curriculum; gives the version's id, the same one when called again."""
    moment, lead = now or datetime.now(UTC), cast.actor("clinical_lead")
    version = publish_curriculum(curriculum=curriculum, by=lead, now=moment)
    return adopt_curriculum(version_id=version, by=lead, now=moment)


def make_members(
    cast: Cast,
    count: int = 8,
    *,
    site: str = "own",
    born: int = 1990,
    first: int = 0,
    now: datetime | None = None,
) -> tuple[str, ...]:
    """Add members who agreed to take part; a member under 18 also has the caregiver's yes."""
    moment, by = now or datetime.now(UTC), cast.actor("coordinator", site)
    site_id = cast.own if site == "own" else cast.foreign
    made = []
    for number in range(first, first + count):
        name = NAMES[number % len(NAMES)] + ("" if number < len(NAMES) else f" {number}")
        record = MemberRecord(
            site_id=site_id, name=name, sex="female", birth_year=born, phone=f"07001{number:05d}"
        )
        member_id = add_member(record=record, by=by, now=moment)
        for giver in ("self", "caregiver") if moment.year - born < 18 else ("self",):
            consent = ConsentRecord(member_id, "service", True, moment.date(), "spoken", given_by=giver)
            give_consent(record=consent, by=by, now=moment)
        made.append(member_id)
    return tuple(made)


def make_running_group(
    cast: Cast,
    members: int = 8,
    *,
    first: date | None = None,
    curriculum: str = "who-8",
    site: str = "own",
    name: str = "Hill group",
    talked: bool = True,
    started: bool = True,
    immediate: bool = False,
    born: int = 1990,
    offset: int = 0,
    at: time = time(10, 0),
    language: str | None = None,
) -> World:
    """Make a group whose meeting 1 is on `first` (today by default), led by the site's facilitator.

    `talked`: everybody had the first talk. `offset` takes other names for a second group.
    """
    day = first or local_today()
    moment = datetime.combine(day - timedelta(days=14), time(6, 0), UTC)
    coordinator = cast.actor("coordinator", site)
    make_protocol(cast, immediate=immediate, now=moment)
    version = make_curriculum(cast, curriculum, now=moment)
    people = make_members(cast, members, site=site, born=born, first=offset, now=moment)
    record = GroupRecord(
        site_id=cast.own if site == "own" else cast.foreign,
        name=name,
        venue_id=cast.venues[site],
        minors=moment.year - born < 18,
        language=language,
        note="Made for tests",
    )
    group_id = form_group(record=record, member_ids=people, by=coordinator, now=moment)
    plan = CycleRecord(
        group_id=group_id,
        curriculum_version_id=version,
        start=day,
        starts=at,
        facilitators=(cast.staff_id("facilitator", site),),
    )
    cycle_id = plan_cycle(record=plan, by=coordinator, now=moment)
    if started:
        start_cycle(cycle_id=cycle_id, by=coordinator, now=moment)
    sessions = weekly(cycle_id, day)
    world = World(cycle_id, group_id, sessions, _ids(cycle_id, "follow_up"), *_people(cycle_id), day)
    if talked:
        for enrolment_id in world.enrolment_ids:
            talk = PreGroupRecord(enrolment_id, day - timedelta(days=3), confirmed_dates=True)
            record_pre_group(record=talk, by=cast.actor("facilitator", site), now=moment)
    return world


def weekly(cycle_id: str, first: date, every: int = 7) -> tuple[str, ...]:
    """Put the core meetings of a cycle on `first` and every seventh day after; gives their ids."""
    sessions = _ids(cycle_id, "core")
    for position, session_id in enumerate(sessions):
        day = first + timedelta(days=every * position)
        db.session.execute(
            sa.update(Session).where(Session.id == session_id).values(on_date=day, first_confirmed_on=day)
        )
    db.session.commit()
    return sessions


def hold_meeting(
    cast: Cast,
    world: World,
    number: int,
    statuses: Sequence[str] | None = None,
    *,
    site: str = "own",
    on: date | None = None,
) -> str:
    """Record the register of meeting `number` (1..N) on its day; `statuses` by sign, all present by default."""
    session_id = world.session_ids[number - 1]
    day = on or world.first + timedelta(days=7 * (number - 1))
    marks = statuses or ["present"] * len(world.enrolment_ids)
    record = SessionRecord(
        session_id,
        day,
        tuple(
            Mark(one, status, reason="work" if status == "excused" else None)
            for one, status in zip(world.enrolment_ids, marks, strict=False)
        ),
    )
    moment = datetime.combine(day, time(9, 0), UTC)
    record_session(record=record, by=cast.actor("facilitator", site), now=moment)
    return session_id


def _ids(cycle_id: str, kind: str) -> tuple[str, ...]:
    return tuple(
        db.session.scalars(
            sa.select(Session.id)
            .where(Session.cycle_id == cycle_id, Session.kind == kind)
            .order_by(Session.number)
        )
    )


def _people(cycle_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = db.session.execute(
        sa.select(Enrolment.id, Enrolment.member_id)
        .join(Membership, Membership.enrolment_id == Enrolment.id)
        .where(Membership.cycle_id == cycle_id)
        .order_by(Membership.sign)
    ).all()
    return tuple(row.id for row in rows), tuple(row.member_id for row in rows)
