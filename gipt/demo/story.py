"""Play the invented programme through the real actions, on real calendars.

Every date comes from the planner: holidays of Uganda, Ethiopia and Nepal move meetings as they would have moved. The
story stops at `until`: meetings that were still to come then stay planned.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gipt.actions.assessments import Form, Target, record_assessment
from gipt.actions.consents import ConsentRecord, give_consent
from gipt.actions.curricula import adopt_curriculum, publish_curriculum
from gipt.actions.cycles import CycleRecord, close_cycle, note_no_endline, plan_cycle, start_cycle
from gipt.actions.enrolments import add_member_to_cycle, leave
from gipt.actions.groups import GroupRecord, form_group
from gipt.actions.meetings import Closing, FollowUpRecord, close_session, record_follow_up
from gipt.actions.pre_group import PreGroupRecord, record_pre_group
from gipt.actions.programme import (
    ClosedDayRecord,
    ProgrammeRecord,
    SiteRecord,
    add_closed_day,
    add_site,
    add_venue,
    set_programme,
    set_travel,
)
from gipt.actions.referrals import ReferralRecord, record_arrival, refer
from gipt.actions.registers import Mark, SessionRecord, record_session
from gipt.actions.safety import triage
from gipt.actions.safety_care import acknowledge, close_episode, record_contact
from gipt.actions.safety_protocols import adopt_protocol
from gipt.actions.schedules import ChangeRecord, change_schedule
from gipt.actions.staff import StaffRecord, add_staff
from gipt.content.protocol_skeleton import SKELETON
from gipt.demo import languages
from gipt.demo.people import FOLLOW_UPS, GROUPS, SAFETY_PERSON, GroupStory, PersonStory
from gipt.domain.access import OPERATOR, Actor, Granted, Role
from gipt.domain.safety_protocol import EmergencyContact, SafetyProtocol
from gipt.queries import lists
from gipt.queries.meetings import get_meeting
from gipt.queries.own_groups import GroupPage, get_group
from gipt.queries.safety import find_inbox

SITES = (
    ("HILL", "Hill office, Kampala", "UG", "Africa/Kampala"),
    ("ADAMA", "Adama office", "ET", "Africa/Addis_Ababa"),
    ("KAVRE", "Kavre office", "NP", "Asia/Kathmandu"),
)
STAFF = (
    ("paul", Role.COORDINATOR, "HILL", "Paul Ssempa", "male"),
    ("liya", Role.COORDINATOR, "ADAMA", "Liya Bekele", "female"),
    ("prakash", Role.COORDINATOR, "KAVRE", "Prakash Shah", "male"),
    ("grace", Role.SUPERVISOR, "HILL", "Grace Namara", "female"),
    ("selam", Role.SUPERVISOR, "ADAMA", "Selam Abera", "female"),
    ("bina", Role.SUPERVISOR, "KAVRE", "Bina Joshi", "female"),
    ("amina", Role.FACILITATOR, "HILL", "Amina Nakalema", "female"),
    ("ruth", Role.FACILITATOR, "HILL", "Ruth Among", "female"),
    ("abebech", Role.FACILITATOR, "ADAMA", "Abebech Tola", "female"),
    ("dawit", Role.FACILITATOR, "ADAMA", "Dawit Assefa", "male"),
    ("sita", Role.FACILITATOR, "KAVRE", "Sita Karki", "female"),
    ("ingrid", Role.ME, None, "Ingrid Holm", "female"),
    ("noor", Role.CLINICAL_LEAD, None, "Noor Haddad", "female"),
    *languages.STAFF,
)
SUPERVISED = {"amina": "grace", "ruth": "grace", "abebech": "selam", "dawit": "selam", "sita": "bina"}
MARKS = {
    "1": "present", "L": "late", "E": "left_early", "A": "absent_unknown", "T": "absent_told", "X": "excused",
}  # fmt: skip
CURRICULUM = "who-8"
FORMED_BEFORE = timedelta(days=16)
"""Days between forming a group and the first possible meeting: time for the first talks."""


@dataclass(slots=True)
class Story:
    """Hold who acts where while the story is played."""

    until: datetime
    draw: random.Random
    sites: dict[str, str] = field(default_factory=dict)
    zones: dict[str, ZoneInfo] = field(default_factory=dict)
    venues: dict[str, str] = field(default_factory=dict)
    staff: dict[str, Actor] = field(default_factory=dict)
    cycles: dict[str, str] = field(default_factory=dict)
    version: str = ""
    words: dict[str, str] = field(default_factory=dict)

    def at(self, site: str, day: date, clock: time) -> datetime:
        """Give a local moment at a site as an aware UTC time."""
        return datetime.combine(day, clock, self.zones[site]).astimezone(UTC)

    def coordinator(self, site: str) -> Actor:
        """Give the coordinator of a site."""
        return self.staff[
            next(name for name, role, where, *_ in STAFF if role is Role.COORDINATOR and where == site)
        ]


def set_the_stage(now: datetime, until: datetime, seed: int) -> Story:
    """Make the programme, its places and people who work, the safety protocol and the adopted curriculum."""
    # The seed moves single answers only, never totals, passwords, keys or codes.
    story = Story(until, random.Random(seed))  # noqa: S311 - answers of invented people
    record = ProgrammeRecord(
        name="Hope Circles (demonstration)",
        cover_name="Community meeting",
        country="UG",
        time_zone="Africa/Kampala",
        languages=("en", "fr", "ar"),
    )
    set_programme(record=record, by=OPERATOR, now=now)
    for code, name, country, zone in SITES:
        site = SiteRecord(code=code, name=name, country=country, time_zone=zone)
        story.sites[code] = add_site(record=site, by=OPERATOR, now=now)
        story.zones[code] = ZoneInfo(zone)
    for group in GROUPS:
        story.venues[group.code] = add_venue(
            site_id=story.sites[group.site], name=group.venue, by=OPERATOR, now=now
        )
    set_travel(from_id=story.venues["G-0001"], to_id=story.venues["G-0003"], minutes=40, by=OPERATOR, now=now)
    market = ClosedDayRecord(
        name="Market day", kind="weekly", site_id=story.sites["HILL"], weekday=1, hard=False
    )
    add_closed_day(record=market, by=OPERATOR, now=now)
    _hire(story, now)
    protocol = SafetyProtocol(
        steps=SKELETON.steps, questions=SKELETON.questions,
        contacts=(
            EmergencyContact("Grace", "+256 700 550 101", "supervisor"),
            EmergencyContact("Hill health centre", "+256 700 550 102", "clinic", "24 hours"),
        ),
        approver="Noor Haddad", approved_on=now.date(),
    )  # fmt: skip
    adopt_protocol(protocol=protocol, language="en", by=story.staff["noor"], now=now)
    version = publish_curriculum(curriculum=CURRICULUM, by=OPERATOR, now=now)
    story.version = adopt_curriculum(version_id=version, by=story.staff["noor"], now=now)
    story.words = languages.publish_words(version, story.staff, now)
    return story


def _hire(story: Story, now: datetime) -> None:
    ids: dict[str, str] = {}
    for sign_in_name, role, site, name, sex in STAFF:
        granted = Granted(role, story.sites[site] if site else None)
        record = StaffRecord(
            sign_in_name=sign_in_name,
            grants=(granted,),
            name=name,
            sex=sex,
            supervisor_id=ids.get(SUPERVISED.get(sign_in_name, "")),
        )
        ids[sign_in_name] = add_staff(record=record, by=OPERATOR, now=now)
        story.staff[sign_in_name] = Actor(ids[sign_in_name], frozenset({granted}))


def play(
    story: Story, groups: Sequence[GroupStory] = GROUPS, tell: Callable[[str], None] = lambda _words: None
) -> None:
    """Play every group of the story as far as `until`; `tell` is called with the code of each group."""
    members = lists.member_ids()
    for group in groups:
        if story.at(group.site, group.start, time(6)) > story.until + timedelta(days=60):
            continue
        tell(group.code)
        play_group(story, group, members)


def play_group(story: Story, group: GroupStory, members: dict[str, str]) -> str:
    """Form one group, plan and hold its meetings; gives the cycle's id."""
    people = dict(_people_of(group, members))
    formed = group.start - FORMED_BEFORE
    now = story.at(group.site, formed, time(9))
    by = story.coordinator(group.site)
    _consents(story, group, people, formed, now)
    late = group.late_joiner
    chosen = [member for number, member in people.items() if number != late]
    record = GroupRecord(
        site_id=story.sites[group.site],
        name=group.name,
        language=group.language,
        sex=group.sex,
        minors=group.minors,
        venue_id=story.venues[group.code],
        note="Agreed with the supervisor",
    )
    group_id = form_group(record=record, member_ids=chosen, by=by, now=now)
    leader = story.staff[group.facilitator].staff_id
    assert leader is not None
    plan = CycleRecord(
        group_id=group_id,
        curriculum_version_id=story.version,
        start=group.start,
        starts=group.starts,
        facilitators=(leader,),
    )
    cycle_id = plan_cycle(record=plan, by=by, now=now)
    story.cycles[group.code] = cycle_id
    languages.read_in(cycle_id, story.words.get(group.language), by, now)
    start_cycle(cycle_id=cycle_id, by=by, now=now)
    _first_talks(story, group, cycle_id)
    _meetings(story, group, cycle_id, people)
    _endings(story, group, cycle_id)
    return cycle_id


def _people_of(group: GroupStory, members: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Give (place in the group, member id); the person who comes again stands last in her second group."""
    for place in range(1, len(group.people) + 1):
        number = group.first + place - 1
        if group.again is not None and place == len(group.people):
            number = group.again
        yield place, members[f"M-{number:04d}"]


def _consents(story: Story, group: GroupStory, people: dict[int, str], day: date, now: datetime) -> None:
    by = story.coordinator(group.site)
    for member_id in people.values():
        for giver in ("self", "caregiver") if group.minors else ("self",):
            record = ConsentRecord(member_id, "service", True, day, "thumbprint", given_by=giver)
            give_consent(record=record, by=by, now=now)
    if not group.minors and group.again is None:
        for place, member_id in people.items():
            # Research is a word of its own; one in eight says no. Enough say yes for a research package.
            record = ConsentRecord(member_id, "research", place % 8 != 0, day, "thumbprint")
            give_consent(record=record, by=by, now=now)


def _page(cycle_id: str, day: date) -> GroupPage:
    return get_group(OPERATOR, cycle_id, day)


def _enrolments(cycle_id: str, day: date) -> dict[str, str]:
    return {member.member_id: member.enrolment_id for member in _page(cycle_id, day).members}


def answers_for(total: int, draw: random.Random, *, worry: int = 0) -> dict[str, str | None]:
    """Give nine answers with this total, spread at random over items 1-8; the last question has `worry`."""
    points = [0] * 8
    while sum(points) < total - worry:
        place = draw.randrange(8)
        points[place] += points[place] < 3
    given = {f"q{number}": str(value) for number, value in enumerate([*points, worry], 1)}
    return {**given, "function": str(min(3, total // 6))}


def _ask(
    story: Story, group: GroupStory, target: Target, total: int, now: datetime, *, worry: int = 0
) -> None:
    form = Form(answers_for(total, story.draw, worry=worry))
    record_assessment(target=target, form=form, by=story.staff[group.facilitator], now=now)


def _first_talks(story: Story, group: GroupStory, cycle_id: str) -> None:
    """Hold the individual meetings in the days before meeting 1."""
    page = _page(cycle_id, group.start)
    first = min(item.on_date for item in page.strip if item.kind == "core")
    places = {member: place for place, member in _people_of(group, lists.member_ids())}
    for member in page.members:
        place = places[member.member_id]
        _first_talk(
            story, group, member.enrolment_id, member.member_id, place, first - timedelta(days=1 + place % 5)
        )


def _first_talk(
    story: Story, group: GroupStory, enrolment_id: str, member_id: str, place: int, day: date
) -> None:
    now = story.at(group.site, day, time(9))
    if now > story.until:
        return
    areas = ("grief", "dispute", "life_change", "loneliness")
    record = PreGroupRecord(
        enrolment_id=enrolment_id,
        held_on=day,
        steps_done=("welcome", "story", "goals"),
        problem_area=areas[place % 4],
        goals=("Sleep through the night",),
        confirmed_dates=True,
    )
    record_pre_group(record=record, by=story.staff[group.facilitator], now=now)
    target = Target(
        member_id=member_id,
        measure="phq9",
        point="pre_group",
        on_date=day,
        enrolment_id=enrolment_id,
        relation="own_facilitator",
    )
    _ask(story, group, target, group.people[place - 1].before, now)


def _meetings(story: Story, group: GroupStory, cycle_id: str, people: dict[int, str]) -> None:
    done: set[int] = set()
    while True:
        page = _page(cycle_id, group.start)
        waiting = [
            item
            for item in page.strip
            if item.kind == "core"
            and item.status in ("planned", "confirmed", "postponed")
            and item.number not in done
        ]
        if not waiting:
            return
        item = min(waiting, key=lambda one: one.on_date)
        now = story.at(group.site, item.on_date, group.starts) + timedelta(minutes=100)
        if now > story.until:
            return
        if item.number == group.cancelled and item.number not in done and not _made_up(page, item.number):
            _cancel(story, group, cycle_id, item.number, now)
            if not group.made_up:
                done.add(item.number)
            continue
        _arrivals(story, group, cycle_id, people, item.number, item.on_date)
        _hold(story, group, cycle_id, people, item.session_id, item.number, item.on_date, now)
        _exits(story, group, cycle_id, people, item.number, item.on_date, now)
        done.add(item.number)


def _made_up(page: GroupPage, number: int) -> bool:
    return any(
        item.kind == "core" and item.number == number and item.status == "cancelled" for item in page.strip
    )


def _cancel(story: Story, group: GroupStory, cycle_id: str, number: int, now: datetime) -> None:
    by = story.coordinator(group.site)
    reason = "funeral" if group.made_up else "security"
    change_schedule(record=ChangeRecord(cycle_id, "cancel", number=number, reason=reason), by=by, now=now)
    decision = "append" if group.made_up else "accept"
    change_schedule(record=ChangeRecord(cycle_id, decision, number=number), by=by, now=now)


def _arrivals(
    story: Story, group: GroupStory, cycle_id: str, people: dict[int, str], number: int, day: date
) -> None:
    """Enrol who joins with this meeting, the day before it."""
    place = group.late_joiner
    if place is None or group.people[place - 1].marks.count(".") + 1 != number:
        return
    before = day - timedelta(days=1)
    now = story.at(group.site, before, time(8))
    enrolment_id = add_member_to_cycle(
        cycle_id=cycle_id, member_id=people[place], on_date=before, by=story.coordinator(group.site), now=now
    )
    _first_talk(story, group, enrolment_id, people[place], place, before)


def _hold(
    story: Story,
    group: GroupStory,
    cycle_id: str,
    people: dict[int, str],
    session_id: str,
    number: int,
    day: date,
    now: datetime,
) -> None:
    """Take the register, ask who came, close the meeting, ask after who did not come."""
    by = story.staff[group.facilitator]
    enrolments = _enrolments(cycle_id, day)
    marks, asked = [], []
    for place, person in enumerate(group.people, 1):
        code = person.marks[number - 1]
        if code not in MARKS:
            continue
        enrolment_id = enrolments[people[place]]
        marks.append(
            Mark(
                enrolment_id,
                MARKS[code],
                reason="illness" if code == "X" else None,
                minutes_late=20 if code == "L" else None,
                left_after_half=True if code == "E" else None,
            )
        )
        if code in "1LE":
            asked.append((place, person, enrolment_id))
    record_session(record=SessionRecord(session_id, day, tuple(marks)), by=by, now=now)
    for place, person, enrolment_id in asked:
        _check_in(story, group, people[place], place, person, enrolment_id, session_id, number, day, now)
    steps = tuple(
        step.id for step in get_meeting(OPERATOR, session_id, day).curriculum.guide_of(number).steps
    )
    closing = Closing(session_id, feel="easy" if number > 2 else "mixed", steps_done=steps, minutes_held=95)
    close_session(closing=closing, by=by, now=now + timedelta(minutes=5))
    for place, person in enumerate(group.people, 1):
        if person.marks[number - 1] in "AT":
            follow_up = FollowUpRecord(session_id, enrolments[people[place]], "visit", "yes", "work", "yes")
            record_follow_up(record=follow_up, by=by, now=now + timedelta(days=2))


def _check_in(
    story: Story,
    group: GroupStory,
    member_id: str,
    place: int,
    person: PersonStory,
    enrolment_id: str,
    session_id: str,
    number: int,
    day: date,
    now: datetime,
) -> None:
    """Ask one member; totals go straight from before to after."""
    after = person.after if person.after is not None else person.before
    total = person.before + (after - person.before) * number // 9
    worry = int(group.first + place - 1 == SAFETY_PERSON and number == 2 and not group.again)
    target = Target(
        member_id=member_id,
        measure="phq9",
        point="session",
        on_date=day,
        enrolment_id=enrolment_id,
        session_id=session_id,
        relation="own_facilitator",
    )
    _ask(story, group, target, total, now, worry=worry)
    if worry:
        _care(story, group, now)


def _care(story: Story, group: GroupStory, now: datetime) -> None:
    """Play the safety loop: questions, seen within the hour, referred, arrived, watched, closed."""
    supervisor = story.staff[SUPERVISED[group.facilitator]]
    day = now.astimezone(story.zones[group.site]).date()
    episode = find_inbox(supervisor, now, day).open[0].episode_id
    questions = SKELETON.questions
    replies = {question.key: "yes" if position == 0 else "no" for position, question in enumerate(questions)}
    triage(
        episode_id=episode, replies=replies, by=story.staff[group.facilitator], now=now + timedelta(minutes=3)
    )
    acknowledge(episode_id=episode, by=supervisor, now=now + timedelta(minutes=9))
    record_contact(episode_id=episode, way="visit", reached=True, by=supervisor, now=now + timedelta(hours=3))
    record = ReferralRecord(to_service="Hill health centre", urgency="soon", given_on=day, agreed="yes")
    referral = refer(episode_id=episode, record=record, by=supervisor, now=now + timedelta(hours=4))
    arrived = day + timedelta(days=3)
    record_arrival(referral_id=referral, arrived_on=arrived, by=supervisor, now=now + timedelta(days=4))
    close_episode(
        episode_id=episode,
        outcome="settled",
        reason="Seen by the clinic; calm for four weeks.",
        by=supervisor,
        now=now + timedelta(days=30),
    )


def _exits(
    story: Story,
    group: GroupStory,
    cycle_id: str,
    people: dict[int, str],
    number: int,
    day: date,
    now: datetime,
) -> None:
    for place, person in enumerate(group.people, 1):
        if person.left is None or len(person.marks.rstrip("-C")) != number:
            continue
        enrolment_id = _enrolments(cycle_id, day)[people[place]]
        leave(
            enrolment_id=enrolment_id,
            exit_type=person.left,
            on_date=day + timedelta(days=1),
            by=story.coordinator(group.site),
            now=now + timedelta(days=2),
        )


def _endings(story: Story, group: GroupStory, cycle_id: str) -> None:
    """Ask everybody once more a week after the last meeting, close the cycle, visit the first group."""
    page = _page(cycle_id, group.start)
    core = [item for item in page.strip if item.kind == "core" and item.status != "cancelled"]
    last = max(item.on_date for item in core)
    if any(item.status != "held" for item in core):
        return
    day = last + timedelta(days=7)
    now = story.at(group.site, day, time(9))
    if now > story.until:
        return
    places = {member: place for place, member in _people_of(group, lists.member_ids())}
    for member in page.members:
        person = group.people[places[member.member_id] - 1]
        if person.after is not None:
            target = Target(
                member_id=member.member_id,
                measure="phq9",
                point="endline",
                on_date=day,
                enrolment_id=member.enrolment_id,
                relation="own_facilitator",
            )
            _ask(story, group, target, person.after, now)
        elif person.left is None:
            note_no_endline(
                enrolment_id=member.enrolment_id,
                reason="not_reached",
                by=story.coordinator(group.site),
                now=now,
            )
    close_cycle(cycle_id=cycle_id, on_date=day, by=story.coordinator(group.site), now=now + timedelta(days=1))
    if group.code == "G-0001":
        _visits(story, group, page, places)


def _visits(story: Story, group: GroupStory, page: GroupPage, places: dict[str, int]) -> None:
    follow_up = min((item for item in page.strip if item.kind == "follow_up"), key=lambda item: item.number)
    now = story.at(group.site, follow_up.on_date, time(15))
    if now > story.until:
        return
    for member in page.members:
        total = FOLLOW_UPS.get(places[member.member_id])
        if total is None:
            continue
        target = Target(
            member_id=member.member_id,
            measure="phq9",
            point="follow_up",
            label=follow_up.label,
            on_date=follow_up.on_date,
            enrolment_id=member.enrolment_id,
            relation="own_facilitator",
        )
        _ask(story, group, target, total, now)
