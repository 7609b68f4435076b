"""What the invented programme writes down beside its meetings: incidents, complaints, costs, funders, targets."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from gipt.actions.complaints import ComplaintRecord, answer_complaint, close_complaint, file_complaint
from gipt.actions.costs import CostRecord, VolunteerRecord, add_cost, add_volunteer_time, set_ledger_currency
from gipt.actions.funding import add_funder, set_funding
from gipt.actions.incidents import (
    IncidentJudgement,
    IncidentRecord,
    close_incident,
    judge_incident,
    raise_incident,
    report_incident,
)
from gipt.actions.records import start_recording
from gipt.actions.satisfaction import SatisfactionRecord, record_satisfaction
from gipt.actions.targets import TargetRecord, set_target
from gipt.demo.story import Story
from gipt.domain.access import OPERATOR
from gipt.domain.costs import Conversion
from gipt.domain.periods import Period
from gipt.queries import lists

BEGUN = date(2026, 3, 1)
KNOWN_FROM = datetime(2026, 6, 1, tzinfo=UTC)
"""Before this day the story has not come far enough."""
COSTS = (
    # month, scope, site, US dollars, funder
    (date(2026, 2, 1), "training", None, "2,400", "SUN"),
    (date(2026, 3, 1), "delivery", "HILL", "3,150", "SUN"),
    (date(2026, 3, 1), "delivery", "ADAMA", "2,080", "RIVER"),
    (date(2026, 3, 1), "delivery", "KAVRE", "1,240", "RIVER"),
    (date(2026, 4, 1), "supervision", None, "1,300", "SUN"),
    (date(2026, 4, 1), "management", None, "2,750", None),
)
SHARES = {"G-0001": {"SUN": 100}, "G-0002": {"SUN": 60}, "G-0004": {"RIVER": 100}, "G-0006": {"RIVER": 75}}
ANSWERS = ("very_satisfied", "satisfied", "satisfied", "neither", "very_satisfied", "declined")
TARGETS = (("F5", "60", None), ("I-05", "75", None), ("I-11", "50", "40"), ("I-26", "80", None))
TARGETS_OF_THE_PROJECT = (("F5", "120"), ("I-05", "75"))


def keep(story: Story, now: datetime) -> None:
    """Write everything down through the real actions; nothing when the story ends before it happened."""
    if story.until < KNOWN_FROM:
        return
    for kind in ("incidents", "satisfaction", "complaints", "costs"):
        start_recording(kind=kind, first_on=BEGUN, by=OPERATOR, now=now)
    _money(story, now)
    _incident(story)
    _complaint(story)
    _satisfaction(story, now)
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    for indicator, value, baseline in TARGETS:
        first = None if baseline is None else Decimal(baseline)
        record = TargetRecord(indicator, Decimal(value), year, baseline=first)
        set_target(record=record, by=OPERATOR, now=now)
    for indicator, value in TARGETS_OF_THE_PROJECT:
        set_target(record=TargetRecord(indicator, Decimal(value)), by=OPERATOR, now=now)


def _money(story: Story, now: datetime) -> None:
    set_ledger_currency(currency="USD", by=OPERATOR, now=now)
    names = (("SUN", "Sunrise Fund"), ("RIVER", "River Trust"))
    funders = {code: add_funder(code=code, name=name, by=OPERATOR, now=now) for code, name in names}
    for month, scope, site, dollars, funder in COSTS:
        record = CostRecord(
            month,
            scope,
            minor=int(dollars.replace(",", "")) * 100,
            whole_month=True,
            site_id=story.sites[site] if site else None,
            funder_id=funders[funder] if funder else None,
        )
        add_cost(record=record, by=OPERATOR, now=now)
    paid = Conversion(480_000, "UGX", Decimal("0.00027"), date(2026, 3, 9))
    hall = CostRecord(date(2026, 3, 10), "delivery", original=paid, site_id=story.sites["HILL"], note="Hall")
    add_cost(record=hall, by=OPERATOR, now=now)
    given = VolunteerRecord(date(2026, 4, 1), "delivery", 38 * 60, True, story.sites["KAVRE"])
    add_volunteer_time(record=given, by=OPERATOR, now=now)
    for group, shares in SHARES.items():
        set_funding(
            cycle_id=story.cycles[group],
            shares={funders[code]: percent for code, percent in shares.items()},
            agreed_on=BEGUN,
            by=OPERATOR,
            now=now,
        )


def _incident(story: Story) -> None:
    """Somebody fell on the way to a meeting; a week later the supervisor closes it."""
    now = story.at("HILL", date(2026, 4, 1), time(12))
    supervisor = story.staff["grace"]
    member = lists.member_ids()["M-0003"]
    record = IncidentRecord(
        "injury", date(2026, 4, 1), "Slipped on the wet path, sprained her ankle.", member
    )
    incident_id = raise_incident(record=record, by=story.staff["amina"], now=now)
    report_incident(
        incident_id=incident_id, reported_to="Paul Ssempa", by=supervisor, now=now + timedelta(hours=3)
    )
    found = IncidentJudgement("injury", "possible", True, "recovered", "Bandaged at the health centre.")
    judge_incident(incident_id=incident_id, judgement=found, by=supervisor, now=now + timedelta(hours=4))
    close_incident(incident_id=incident_id, by=supervisor, now=now + timedelta(days=7))


def _complaint(story: Story) -> None:
    """Two complaints: one about the place, answered and closed; one about a facilitator, which waits."""
    now = story.at("ADAMA", date(2026, 3, 20), time(10))
    coordinator = story.staff["liya"]
    record = ComplaintRecord(
        "service",
        "The room is too hot in the afternoon.",
        "box",
        date(2026, 3, 20),
        None,
        story.sites["ADAMA"],
    )
    complaint_id = file_complaint(record=record, by=coordinator, now=now)
    answer_complaint(
        complaint_id=complaint_id,
        note="Told the group: an hour later.",
        by=coordinator,
        now=now + timedelta(days=3),
    )
    close_complaint(
        complaint_id=complaint_id, outcome="upheld", note=None, by=coordinator, now=now + timedelta(days=9)
    )
    day = story.until.date() - timedelta(days=6)
    leader = story.staff["ruth"].staff_id or ""
    later = ComplaintRecord(
        "conduct", "She often comes late.", "spoken", day, None, story.sites["HILL"], (leader,)
    )
    file_complaint(record=later, by=story.staff["paul"], now=story.at("HILL", day, time(15)))


def _satisfaction(story: Story, now: datetime) -> None:
    """Ingrid asked whoever ended the cycle of the first group; two answered to Amina herself."""
    asker, leader = story.staff["ingrid"].staff_id, story.staff["amina"].staff_id
    for number, enrolment_id in enumerate(lists.ended_enrolments(story.cycles["G-0001"])):
        record = SatisfactionRecord(
            enrolment_id,
            ANSWERS[number % len(ANSWERS)],
            date(2026, 5, 8),
            "staff",
            leader if number in (2, 5) else asker,
        )
        record_satisfaction(record=record, by=OPERATOR, now=now)
