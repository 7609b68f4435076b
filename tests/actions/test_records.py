"""Incidents, worse scores, satisfaction, complaints, money and targets: who may, what is kept, what is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions import (
    assessments,
    complaints,
    costs,
    funding,
    incidents,
    records,
    satisfaction,
    targets,
    worse_scores,
)
from gipt.actions.base import verify_chain
from gipt.db import db
from gipt.domain.access import OPERATOR, Actor
from gipt.domain.costs import Conversion
from gipt.domain.periods import Period
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound, NotReady, TooManyTries
from gipt.domain.records import RecordKind
from gipt.models import (
    AuditEvent,
    Complaint,
    ComplaintNote,
    CostLine,
    FundingShare,
    Incident,
    IncidentNote,
    Satisfaction,
    Staff,
    WorseScore,
)
from gipt.queries import complaints as complaint_reads
from gipt.queries import costs as cost_reads
from gipt.queries.incidents import find_incidents, find_worse_scores, get_incident
from gipt.queries.records import recorded_since
from tests.cast import Cast
from tests.world import World, hold_meeting, make_running_group

FIRST = date(2026, 1, 12)
NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def world(app: Flask, cast: Cast) -> World:
    found = make_running_group(cast, members=4, first=FIRST)
    for number in range(1, 9):
        hold_meeting(cast, found, number)
    return found


def denied(problem: type[Exception], write: Callable[[], object]) -> None:
    """Run a write that must be refused, and see that it left nothing in the audit chain."""
    db.session.rollback()
    before = db.session.scalar(sa.select(sa.func.max(AuditEvent.n)))
    with pytest.raises(problem):
        write()
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.max(AuditEvent.n))) == before


# --- incidents ----------------------------------------------------------------------------------------------------


def raised(cast: Cast, world: World, category: str = "emergency_stay", role: str = "facilitator") -> str:
    record = incidents.IncidentRecord(
        category, TODAY - timedelta(days=1), "Fell ill on the way.", world.member_ids[0]
    )
    return incidents.raise_incident(record=record, by=cast.actor(role), now=NOW)


def test_a_facilitator_raises_and_a_supervisor_judges_reports_and_closes(cast: Cast, world: World) -> None:
    incident_id, supervisor = raised(cast, world), cast.actor("supervisor")
    row = find_incidents(supervisor)[0]
    assert (row.code, row.serious, row.report_by) == ("IN-0001", True, NOW + timedelta(hours=24))
    assert not row.overdue(NOW + timedelta(hours=24))
    assert row.overdue(NOW + timedelta(hours=25))
    denied(NotReady, lambda: incidents.close_incident(incident_id=incident_id, by=supervisor, now=NOW))
    judgement = incidents.IncidentJudgement("emergency_stay", "unrelated", False, "recovered", "Went along.")
    incidents.judge_incident(incident_id=incident_id, judgement=judgement, by=supervisor, now=NOW)
    again = incidents.IncidentJudgement(
        "emergency_stay", "possible", False, "recovered", "Sister went along."
    )
    incidents.judge_incident(incident_id=incident_id, judgement=again, by=supervisor, now=NOW)
    incidents.report_incident(
        incident_id=incident_id, reported_to="Country office", by=supervisor, now=NOW + timedelta(hours=1)
    )
    incidents.close_incident(incident_id=incident_id, by=supervisor, now=NOW)
    page = get_incident(supervisor, incident_id)
    assert [one.note for one in page.notes] == ["Went along."]  # what was written first is not lost
    assert (page.relation, page.action_taken, page.reported_to) == (
        "possible",
        "Sister went along.",
        "Country office",
    )
    denied(Conflict, lambda: incidents.close_incident(incident_id=incident_id, by=supervisor, now=NOW))
    assert recorded_since()[RecordKind.INCIDENTS] == TODAY - timedelta(days=1)
    assert verify_chain() is None


def test_an_event_taken_for_a_small_one_has_its_clock_from_the_beginning(cast: Cast, world: World) -> None:
    incident_id = raised(cast, world, "injury")
    later = NOW + timedelta(hours=30)
    assert db.session.get(Incident, incident_id).report_by is None
    judgement = incidents.IncidentJudgement("serious_violence")
    incidents.judge_incident(
        incident_id=incident_id, judgement=judgement, by=cast.actor("clinical_lead"), now=later
    )
    assert find_incidents(cast.actor("clinical_lead"))[0].overdue(later)


def test_incidents_of_another_place_do_not_exist(cast: Cast, world: World) -> None:
    incident_id = raised(cast, world)
    other = cast.actor("supervisor", "foreign")
    assert find_incidents(other) == ()
    for write in (
        lambda: get_incident(other, incident_id),
        lambda: incidents.report_incident(incident_id=incident_id, reported_to="x", by=other, now=NOW),
        lambda: raised(cast, world, role="me"),
        lambda: incidents.raise_incident(
            record=incidents.IncidentRecord("other", TODAY, "x", site_id=cast.own), by=other, now=NOW
        ),
    ):
        denied(NotFound, write)
    denied(
        NotAllowed,
        lambda: incidents.close_incident(incident_id=incident_id, by=cast.actor("coordinator"), now=NOW),
    )


def test_notes_are_only_ever_added_and_texts_are_sealed(cast: Cast, world: World) -> None:
    incident_id = raised(cast, world)
    by = cast.actor("supervisor")
    incidents.add_incident_note(incident_id=incident_id, note="A neighbour saw it.", by=by, now=NOW)
    for statement in (sa.delete(IncidentNote), sa.update(IncidentNote).values(by_id=None)):
        with pytest.raises(sa.exc.DatabaseError):
            db.session.execute(statement)
        db.session.rollback()
    stored = db.session.execute(sa.text("SELECT what FROM incident")).scalar()
    assert b"ill" not in bytes(stored)


# --- worse scores -------------------------------------------------------------------------------------------------


def scored(cast: Cast, world: World, total: int, point: str, on: date) -> None:
    target = assessments.Target(world.member_ids[0], "phq9", point, on, enrolment_id=world.enrolment_ids[0])
    assessments.record_total(
        target=target, text=str(total), scale=None, by=cast.actor("facilitator"), now=NOW
    )


@pytest.mark.parametrize(("after", "prompts"), [(17, 0), (18, 1), (3, 0)])
def test_a_score_worse_by_six_asks_somebody_to_look(
    cast: Cast, world: World, after: int, prompts: int
) -> None:
    scored(cast, world, 12, "pre_group", FIRST - timedelta(days=3))
    scored(cast, world, after, "endline", FIRST + timedelta(days=56))
    assert len(find_worse_scores(cast.actor("supervisor"))) == prompts
    assert find_worse_scores(cast.actor("supervisor", "foreign")) == ()
    assert find_incidents(cast.actor("supervisor")) == ()  # never an incident by itself


def test_a_prompt_is_decided_once_and_may_become_an_incident(cast: Cast, world: World) -> None:
    scored(cast, world, 12, "pre_group", FIRST - timedelta(days=3))
    scored(cast, world, 19, "endline", FIRST + timedelta(days=56))
    by = cast.actor("supervisor")
    (row,) = find_worse_scores(by)
    denied(
        NotFound,
        lambda: worse_scores.decide_worse_score(
            prompt_id=row.prompt_id, decision="known", by=cast.actor("supervisor", "foreign"), now=NOW
        ),
    )
    made = worse_scores.decide_worse_score(
        prompt_id=row.prompt_id, decision="incident", what="Much worse at the end.", by=by, now=NOW
    )
    assert find_incidents(by)[0].incident_id == made
    assert find_worse_scores(by) == ()
    denied(
        Conflict,
        lambda: worse_scores.decide_worse_score(prompt_id=row.prompt_id, decision="known", by=by, now=NOW),
    )


def test_a_corrected_score_takes_its_prompt_back(cast: Cast, world: World) -> None:
    scored(cast, world, 12, "pre_group", FIRST - timedelta(days=3))
    scored(cast, world, 21, "endline", FIRST + timedelta(days=56))
    scored(cast, world, 12, "endline", FIRST + timedelta(days=56))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WorseScore)) == 0


# --- satisfaction -------------------------------------------------------------------------------------------------


def said(cast: Cast, world: World, asker: str | None, collector: str = "staff", **change: object) -> bool:
    values = {
        "answer": "satisfied",
        "asked_on": TODAY,
        "collector": collector,
        "asked_by_id": asker,
        **change,
    }
    record = satisfaction.SatisfactionRecord(world.enrolment_ids[0], **values)  # type: ignore[arg-type]
    return satisfaction.record_satisfaction(record=record, by=cast.actor("coordinator"), now=NOW)


def test_the_own_facilitators_answer_is_kept_and_does_not_count(cast: Cast, world: World) -> None:
    assert said(cast, world, cast.staff_id("facilitator")) is False
    assert said(cast, world, cast.staff_id("me")) is True
    assert said(cast, world, None, "outside") is True
    assert said(cast, world, cast.staff_id("facilitator"), "alone") is True
    row = db.session.scalars(sa.select(Satisfaction)).one()  # one answer for an enrolment, corrected
    assert (row.collector, row.asked_by_id, row.independent) == ("alone", None, True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answer": "great"}, "answer"),
        ({"collector": "x"}, "collector"),
        ({"asked_on": date(2027, 1, 1)}, "asked_on"),
        ({"asked_on": date(2020, 1, 1)}, "asked_on"),
        ({"asked_by_id": None}, "asked_by"),
        ({"asked_by_id": "0" * 32}, "asked_by"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(
    cast: Cast, world: World, change: dict[str, object], field: str
) -> None:
    values = {"asker": cast.staff_id("me"), **change}
    with pytest.raises(Invalid) as refused:
        said(cast, world, **{"asker": values.pop("asker"), **values})  # type: ignore[arg-type]
    assert refused.value.details["field"] == field


# --- complaints ---------------------------------------------------------------------------------------------------


def complained(cast: Cast, *staff: str, about: str = "conduct", by: Actor | None = None) -> str:
    record = complaints.ComplaintRecord(
        about, "She shouted at us.", "spoken", TODAY, None, cast.own, tuple(staff)
    )
    return complaints.file_complaint(record=record, by=by or cast.actor("facilitator"), now=NOW)


def test_a_complaint_goes_round_whom_it_concerns(cast: Cast) -> None:
    concerned, coordinator = cast.staff_id("coordinator"), cast.actor("coordinator")
    lead = cast.actor("clinical_lead")
    about_her = complained(cast, concerned)
    about_another = complained(cast, cast.staff_id("facilitator"))
    assert [one.complaint_id for one in complaint_reads.find_complaints(coordinator)] == [about_another]
    assert {one.complaint_id for one in complaint_reads.find_complaints(lead)} == {about_her, about_another}
    denied(NotFound, lambda: complaint_reads.get_complaint(coordinator, about_her))
    denied(
        NotFound,
        lambda: complaints.close_complaint(
            complaint_id=about_her, outcome="not_upheld", note=None, by=coordinator, now=NOW
        ),
    )
    assert complaint_reads.get_complaint(lead, about_her).text == "She shouted at us."
    for role in ("admin", "supervisor", "facilitator", "me"):
        assert complaint_reads.find_complaints(cast.actor(role)) == ()
    assert complaint_reads.find_complaints(OPERATOR) == ()


def test_whoever_supervises_the_concerned_does_not_read_it(cast: Cast) -> None:
    facilitator = cast.staff_id("facilitator")
    db.session.execute(
        sa.update(Staff).where(Staff.id == facilitator).values(supervisor_id=cast.staff_id("coordinator"))
    )
    db.session.commit()
    complained(cast, facilitator)
    assert complaint_reads.find_complaints(cast.actor("coordinator")) == ()
    assert len(complaint_reads.find_complaints(cast.actor("clinical_lead"))) == 1


def test_naming_a_handler_takes_the_complaint_out_of_their_sight(cast: Cast) -> None:
    complaint_id = complained(cast, about="service")
    lead = cast.actor("clinical_lead")
    still = complaints.place_complaint(
        complaint_id=complaint_id, about="conduct", site_id=cast.own,
        staff_ids=(cast.staff_id("clinical_lead"),), by=lead, now=NOW,
    )  # fmt: skip
    assert still is False
    assert complaint_reads.find_complaints(lead) == ()


def test_a_complaint_is_answered_and_closed_within_its_days(cast: Cast) -> None:
    complaint_id, by = complained(cast, about="service"), cast.actor("coordinator")
    row = complaint_reads.find_complaints(by)[0]
    assert (row.code, row.close_by) == ("C-0001", TODAY + timedelta(days=30))
    complaints.answer_complaint(complaint_id=complaint_id, note="Told by phone.", by=by, now=NOW)
    complaints.close_complaint(
        complaint_id=complaint_id,
        outcome="partly",
        note="Place changed.",
        by=by,
        now=NOW + timedelta(minutes=1),
    )
    page = complaint_reads.get_complaint(by, complaint_id)
    assert (page.row.state, page.outcome, page.row.closed_on) == ("closed", "partly", TODAY)
    assert [one.note for one in page.notes] == ["Told by phone.", "Place changed."]
    denied(
        Conflict,
        lambda: complaints.answer_complaint(complaint_id=complaint_id, note="Again", by=by, now=NOW),
    )
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.delete(ComplaintNote))
    db.session.rollback()


def test_the_public_page_keeps_nothing_about_who_writes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def write() -> str:
        return complaints.file_public_complaint(
            about="harm", text="He touched a girl.", contact=None, by=complaints.ANYBODY, now=NOW
        )

    complaint_id = write()
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n.desc())).first()
    assert event is not None
    assert (event.actor_id, event.actor, event.details) == (None, "anybody", {})
    # Nobody knows who it is about: whoever leads or watches over groups does not read it.
    assert [one.complaint_id for one in complaint_reads.find_complaints(cast.actor("clinical_lead"))] == [
        complaint_id
    ]
    assert complaint_reads.find_complaints(cast.actor("supervisor")) == ()
    monkeypatch.setattr(complaints, "A_DAY", 1)
    denied(TooManyTries, write)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Complaint)) == 1


# --- money --------------------------------------------------------------------------------------------------------


def spend(cast: Cast, role: str = "coordinator", **change: object) -> str:
    values = {
        "spent_on": date(2026, 3, 9),
        "scope": "delivery",
        "minor": 125_050,
        "site_id": cast.own,
        **change,
    }
    return costs.add_cost(record=costs.CostRecord(**values), by=cast.actor(role), now=NOW)  # type: ignore[arg-type]


def test_costs_need_a_currency_and_keep_what_was_paid_in_another(cast: Cast) -> None:
    denied(NotReady, lambda: spend(cast))
    costs.set_ledger_currency(currency="ugx", by=cast.actor("me"), now=NOW)
    denied(Conflict, lambda: costs.set_ledger_currency(currency="USD", by=cast.actor("me"), now=NOW))
    original = Conversion(100_00, "USD", Decimal("3700"), date(2026, 3, 8))
    spend(cast, minor=None, original=original, whole_month=True, note="Transport")
    (row,) = cost_reads.find_costs(cast.actor("coordinator"))
    assert (row.currency, row.minor, row.spent_on) == ("UGX", 370_000, date(2026, 3, 1))
    assert (row.original, row.original_currency, row.rate) == (Decimal("100.00"), "USD", "3700")
    denied(Invalid, lambda: spend(cast, minor=None, original=Conversion(5, "UGX", Decimal(1), TODAY)))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"minor": 0}, Invalid),
        ({"scope": "parties"}, Invalid),
        ({"spent_on": date(2027, 1, 1)}, Invalid),
        ({"site_id": None}, NotFound),
        ({"funder_id": "0" * 32}, NotFound),
        ({"role": "supervisor"}, NotAllowed),
    ],
    ids=[
        "nothing",
        "no such scope",
        "a day to come",
        "the whole programme is not hers",
        "no funder",
        "no cost for supervisors",
    ],
)
def test_a_cost_that_does_not_fit_is_refused(
    cast: Cast, change: dict[str, object], problem: type[Exception]
) -> None:
    costs.set_ledger_currency(currency="USD", by=OPERATOR, now=NOW)
    denied(problem, lambda: spend(cast, **change))  # type: ignore[arg-type]


def test_a_line_that_was_wrong_is_taken_out_and_stays_in_the_database(cast: Cast) -> None:
    costs.set_ledger_currency(currency="USD", by=OPERATOR, now=NOW)
    line_id = spend(cast)
    denied(
        NotFound, lambda: costs.remove_cost(line_id=line_id, by=cast.actor("coordinator", "foreign"), now=NOW)
    )
    costs.remove_cost(line_id=line_id, by=cast.actor("coordinator"), now=NOW)
    assert cost_reads.find_costs(cast.actor("coordinator")) == ()
    assert db.session.get(CostLine, line_id) is not None


def test_hours_of_volunteers_stand_beside_the_money(cast: Cast) -> None:
    record = costs.VolunteerRecord(date(2026, 3, 9), "delivery", 90, site_id=cast.own)
    costs.add_volunteer_time(record=record, by=cast.actor("coordinator"), now=NOW)
    (row,) = cost_reads.find_volunteer_time(cast.actor("coordinator"))
    assert row.minutes == 90
    assert RecordKind.COSTS not in recorded_since()
    costs.remove_volunteer_time(time_id=row.time_id, by=cast.actor("coordinator"), now=NOW)
    assert cost_reads.find_volunteer_time(cast.actor("coordinator")) == ()


def funders(cast: Cast, *codes: str) -> list[str]:
    return [
        funding.add_funder(code=one, name=f"The {one} fund", by=cast.actor("me"), now=NOW) for one in codes
    ]


def test_shares_of_a_cycle_never_add_to_more_than_the_whole(cast: Cast, world: World) -> None:
    one, other = funders(cast, "SUN", "MOON")
    by = cast.actor("coordinator")

    def share(**given: int) -> None:
        ids = {"one": one, "other": other, "nobody": "0" * 32}
        shares = {ids[name]: percent for name, percent in given.items()}
        funding.set_funding(cycle_id=world.cycle_id, shares=shares, agreed_on=TODAY, by=by, now=NOW)

    share(one=60, other=40)
    share(one=100)
    share(one=30, other=30)
    denied(Invalid, lambda: share(one=60, other=50))
    denied(Invalid, lambda: share(one=0))
    denied(NotFound, lambda: share(nobody=10))
    assert cost_reads.get_funded_cycle(by, world.cycle_id).shares == {one: 30, other: 30}
    with pytest.raises(sa.exc.IntegrityError):  # whatever writes: the database refuses it too
        db.session.execute(sa.update(FundingShare).where(FundingShare.funder_id == one).values(percent=71))
    db.session.rollback()
    foreign = cast.actor("coordinator", "foreign")
    denied(
        NotFound,
        lambda: funding.set_funding(cycle_id=world.cycle_id, shares={}, agreed_on=TODAY, by=foreign, now=NOW),
    )


def test_funders_have_their_own_code(cast: Cast) -> None:
    funders(cast, "SUN")
    denied(Conflict, lambda: funders(cast, "sun"))
    denied(Invalid, lambda: funders(cast, "S U N"))


# --- targets ------------------------------------------------------------------------------------------------------

QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


def promise(cast: Cast, role: str = "coordinator", **change: object) -> str:
    values = {"indicator": "F5", "value": Decimal("40"), "period": QUARTER, "site_id": cast.own, **change}
    record = targets.TargetRecord(**values)  # type: ignore[arg-type]
    return targets.set_target(record=record, by=cast.actor(role), now=NOW)


def test_a_target_stands_once_for_its_indicator_place_and_period(cast: Cast) -> None:
    first = promise(cast)
    assert promise(cast, value=Decimal("45.5"), baseline=Decimal(3)) == first
    life = promise(cast, period=None, value=Decimal(400))
    rows = {one.target_id: one for one in cost_reads.find_targets(cast.actor("coordinator"))}
    assert (rows[first].value, rows[first].baseline, rows[life].from_on) == (
        Decimal("45.5"),
        Decimal(3),
        None,
    )
    assert cost_reads.find_targets(cast.actor("coordinator", "foreign")) == ()
    denied(NotFound, lambda: targets.remove_target(target_id=life, by=cast.actor("me", "foreign"), now=NOW))
    targets.remove_target(target_id=life, by=cast.actor("me"), now=NOW)
    assert [one.target_id for one in cost_reads.find_targets(cast.actor("me"))] == [first]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"indicator": "I-99"}, Invalid),
        ({"value": Decimal(-1)}, Invalid),
        ({"value": Decimal("0.005")}, Invalid),
        ({"period": Period(date(2026, 1, 1), date(2026, 3, 30))}, Invalid),
        ({"site_id": None}, NotFound),
        ({"role": "supervisor"}, NotAllowed),
    ],
)
def test_a_target_that_does_not_fit_is_refused(
    cast: Cast, change: dict[str, object], problem: type[Exception]
) -> None:
    denied(problem, lambda: promise(cast, **change))  # type: ignore[arg-type]


def test_recording_may_begin_before_anything_happened(cast: Cast) -> None:
    records.start_recording(kind="complaints", first_on=date(2026, 1, 1), by=cast.actor("me"), now=NOW)
    assert recorded_since() == {RecordKind.COMPLAINTS: date(2026, 1, 1)}
    complained(cast, about="service")
    assert recorded_since() == {RecordKind.COMPLAINTS: date(2026, 1, 1)}
    denied(
        Invalid, lambda: records.start_recording(kind="rain", first_on=TODAY, by=cast.actor("me"), now=NOW)
    )
    denied(
        Invalid,
        lambda: records.start_recording(kind="costs", first_on=date(2027, 1, 1), by=OPERATOR, now=NOW),
    )
