"""Facts about records: limited to the sites of the report, and what belongs to no site only where all are in it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from gipt.actions.complaints import (
    ANYBODY,
    ComplaintRecord,
    close_complaint,
    file_complaint,
    file_public_complaint,
)
from gipt.actions.costs import (
    CostRecord,
    VolunteerRecord,
    add_cost,
    add_volunteer_time,
    remove_cost,
    set_ledger_currency,
)
from gipt.actions.funding import add_funder, set_funding
from gipt.actions.incidents import IncidentRecord, raise_incident
from gipt.actions.satisfaction import SatisfactionRecord, record_satisfaction
from gipt.actions.targets import TargetRecord, set_target
from gipt.domain.access import OPERATOR
from gipt.domain.indicators import FundingShare, ReportFacts, SatisfactionFact
from gipt.domain.periods import Period
from gipt.domain.records import RecordKind
from gipt.domain.satisfaction import SatisfactionAnswer
from gipt.queries.report_context import read_programming
from gipt.queries.report_facts import read_facts
from gipt.queries.report_rows import Scope, snapshot
from tests.cast import Cast
from tests.world import World, hold_meeting, make_running_group

PERIOD = Period(date(2026, 1, 1), date(2026, 3, 31))
NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 9)


@pytest.fixture
def world(app: Flask, cast: Cast) -> World:
    found = make_running_group(cast, members=3, first=date(2026, 1, 12))
    hold_meeting(cast, found, 1)
    return found


def read(*sites: str, now: datetime = NOW) -> ReportFacts:
    with snapshot() as connection:
        rules = read_programming(connection, now).rules
        return read_facts(connection, Scope(sites, PERIOD), rules)


def test_each_site_reads_its_own_and_the_whole_reads_what_has_none(cast: Cast, world: World) -> None:
    set_ledger_currency(currency="USD", by=OPERATOR, now=NOW)
    for site_id in (cast.own, cast.foreign, None):
        add_cost(record=CostRecord(DAY, "delivery", 5_000, site_id=site_id), by=OPERATOR, now=NOW)
        add_volunteer_time(record=VolunteerRecord(DAY, "training", 60, site_id=site_id), by=OPERATOR, now=NOW)
        set_target(record=TargetRecord("F5", Decimal(40), site_id=site_id), by=OPERATOR, now=NOW)
    for site_id in (cast.own, cast.foreign):
        incident = IncidentRecord("death", DAY, "Died at home.", site_id=site_id)
        raise_incident(record=incident, by=OPERATOR, now=NOW - timedelta(hours=25))
        complaint = ComplaintRecord("service", "Too far.", "box", DAY, site_id=site_id)
        file_complaint(record=complaint, by=OPERATOR, now=NOW)
    file_public_complaint(about="other", text="Noise.", contact=None, by=ANYBODY, now=NOW)
    own, whole = read(cast.own), read(cast.own, cast.foreign)
    for name, here, everywhere in (
        ("costs", 1, 3), ("volunteers", 1, 3), ("complaints", 1, 3), ("incidents", 1, 2), ("targets", 1, 1),
    ):  # fmt: skip
        assert (len(getattr(own, name)), len(getattr(whole, name))) == (here, everywhere), name
    assert (own.whole_programme, whole.whole_programme) == (False, True)
    assert (own.targets[0].site, whole.targets[0].site) == ("HILL", None)
    assert own.incidents[0].in_time is False  # nobody told anybody within 24 hours
    assert {kind for kind, _ in own.recorded_since} == set(RecordKind) - {RecordKind.SATISFACTION}


def test_a_line_that_was_taken_out_and_days_outside_count_nowhere(cast: Cast, world: World) -> None:
    set_ledger_currency(currency="USD", by=OPERATOR, now=NOW)
    line_id = add_cost(record=CostRecord(DAY, "delivery", 5_000), by=OPERATOR, now=NOW)
    add_cost(record=CostRecord(date(2025, 12, 31), "delivery", 7_000), by=OPERATOR, now=NOW)
    remove_cost(line_id=line_id, by=OPERATOR, now=NOW)
    assert read(cast.own, cast.foreign).costs == ()


def test_complaints_are_held_against_their_date(cast: Cast, world: World) -> None:
    by = cast.actor("clinical_lead")
    ids = [
        file_complaint(
            record=ComplaintRecord("service", "x", "box", DAY, site_id=cast.own), by=OPERATOR, now=NOW
        )
        for _ in range(2)
    ]
    close_complaint(complaint_id=ids[0], outcome="upheld", note=None, by=by, now=NOW)
    assert sorted(map(str, (one.in_time for one in read(cast.own).complaints))) == ["None", "True"]
    late = read(cast.own, now=NOW + timedelta(days=40)).complaints
    assert sorted(one.in_time is True for one in late) == [False, True]


def test_satisfaction_and_shares_belong_to_the_enrolments_of_the_scope(cast: Cast, world: World) -> None:
    for position, asker in enumerate(("facilitator", "me")):
        record = SatisfactionRecord(
            world.enrolment_ids[position], "satisfied", DAY, "staff", cast.staff_id(asker)
        )
        record_satisfaction(record=record, by=OPERATOR, now=NOW)
    funder = add_funder(code="SUN", name="Sun fund", by=OPERATOR, now=NOW)
    set_funding(cycle_id=world.cycle_id, shares={funder: 60}, agreed_on=DAY, by=OPERATOR, now=NOW)
    facts = read(cast.own)
    # The group was formed before the period began: its enrolments lie outside, and so do their answers.
    inside = {one.enrolment for one in facts.enrolments}
    assert {one.enrolment for one in facts.satisfaction} == inside & set(world.enrolment_ids[:2])
    assert facts.funding == (FundingShare(world.cycle_id, "SUN", 60),)
    assert facts.funders == (("SUN", "Sun fund"),)
    with snapshot() as connection:
        rules = read_programming(connection, NOW).rules
        wide = Scope((cast.own,), Period(date(2025, 12, 1), date(2026, 3, 31)))
        answers = read_facts(connection, wide, rules).satisfaction
    assert set(answers) == {
        SatisfactionFact(world.enrolment_ids[0], DAY, SatisfactionAnswer.SATISFIED, False),
        SatisfactionFact(world.enrolment_ids[1], DAY, SatisfactionAnswer.SATISFIED, True),
    }
    assert read(cast.foreign).funding == ()
