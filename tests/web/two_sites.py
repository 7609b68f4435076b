"""One of everything at each of two sites, for the access matrix; all invented."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from gipt.actions.assessments import Target, record_total
from gipt.actions.complaints import ComplaintRecord, file_complaint
from gipt.actions.costs import CostRecord, VolunteerRecord, add_cost, add_volunteer_time, set_ledger_currency
from gipt.actions.curricula import publish_curriculum
from gipt.actions.funding import add_funder
from gipt.actions.imports import start_import
from gipt.actions.incidents import IncidentRecord, raise_incident
from gipt.actions.measure_wordings import (
    Evidence,
    ReadWording,
    load_measure_wording,
    send_measure_wording,
)
from gipt.actions.meetings import add_visitor
from gipt.actions.programme import ClosedDayRecord, add_closed_day
from gipt.actions.referrals import ReferralRecord, refer
from gipt.actions.report_requests import ReportRequest, request_report
from gipt.actions.report_schedules import ScheduleRecord, add_schedule
from gipt.actions.report_templates import add_template
from gipt.actions.safety import raise_worry
from gipt.actions.safety_reviews import open_review
from gipt.actions.schedules import ChangeRecord, change_schedule
from gipt.actions.screenings import ScreeningRecord, record_screening
from gipt.actions.staff import StaffRecord, change_staff
from gipt.actions.targets import TargetRecord, set_target
from gipt.actions.translation_files import send_translation_file
from gipt.actions.translations import edit_translation, publish_translation
from gipt.content.wordings import parts
from gipt.db import db, new_id
from gipt.domain.access import OPERATOR, Granted, Role
from gipt.domain.measures import PHQ9
from gipt.domain.research import Terms
from gipt.i18n.exchange import CatalogFile, Entry, FileKind, State
from gipt.intake.fields import Kind
from gipt.intake.reader import read_paste
from gipt.models import Assessment, WorseScore
from gipt.queries.schedule_changes import find_undoable
from gipt.queries.translation_files import catalog_now
from tests.cast import Cast
from tests.reports.plain_template import plain_template
from tests.world import NAMES, World, hold_meeting, local_today, make_members, make_running_group

Objects = dict[str, str]
GROUPS = {"own": "Fig tree group", "foreign": "Lake shore group"}
OFFSET = {"own": 0, "foreign": 6}
CANARIES = {site: (*NAMES[offset : offset + 6], GROUPS[site]) for site, offset in OFFSET.items()}
"""Words that only people of the site may see."""


def make_objects(cast: Cast) -> dict[str, Objects]:
    """Make both sites; gives the id of each kind of object at each."""
    return {site: _objects(cast, site) for site in ("own", "foreign")}


def _package(month: date) -> ReportRequest:
    terms = Terms("MoU 2026/04", "Invented University")
    return ReportRequest("research", month, month, "en", purpose="Who comes", terms=terms)


def _objects(cast: Cast, site: str) -> Objects:
    now, today = datetime.now(UTC), local_today()
    facilitator, supervisor = cast.actor("facilitator", site), cast.actor("supervisor", site)
    site_id = cast.own if site == "own" else cast.foreign
    record = StaffRecord(
        f"facilitator.{site}",
        (Granted(Role.FACILITATOR, site_id),),
        supervisor_id=cast.staff_id("supervisor", site),
    )
    change_staff(staff_id=cast.staff_id("facilitator", site), record=record, by=OPERATOR, now=now)
    world = make_running_group(
        cast, 6, first=today - timedelta(days=7), site=site, name=GROUPS[site], offset=OFFSET[site]
    )
    hold_meeting(cast, world, 1, ["present"] * 5 + ["absent_unknown"], site=site)
    alone = make_members(cast, 1, site=site, first=OFFSET[site] + 5)[0]
    screening = ScreeningRecord(alone, today, total="14")
    screened = record_screening(record=screening, by=cast.actor("coordinator", site), now=now)
    episode_id = raise_worry(member_id=world.member_ids[0], by=facilitator, now=now)
    sent = ReferralRecord("Clinic", "soon", today)
    month = today.replace(day=1)
    report = ReportRequest("full-data", month, today, "en", purpose="Quarter")
    form = plain_template({"A1": "{{F5}}"})
    day = ClosedDayRecord("Market", "single", site_id=site_id, first_on=date(2030, 1, 1))
    return {
        "cycle": world.cycle_id,
        "group": world.group_id,
        "session": world.session_ids[0],
        "enrolment": world.enrolment_ids[5],
        "member": world.member_ids[0],
        "other member": world.member_ids[1],
        "episode": episode_id,
        "referral": refer(episode_id=episode_id, record=sent, by=supervisor, now=now),
        "report schedule": add_schedule(
            record=ScheduleRecord("funder-standard", "monthly", 5, "en"),
            by=cast.actor("coordinator", site),
            now=now,
        ),
        "template": add_template(name="Form", content=form, by=cast.actor("me", site), now=now),
        "report": request_report(record=report, by=cast.actor("coordinator", site), now=now),
        "research package": request_report(record=_package(month), by=cast.actor("me", site), now=now),
        "review": _review(world.member_ids[2], site_id, now),
        "screening": str(screened["screening_id"]),
        "site": site_id,
        "venue": cast.venues[site],
        "closed day": add_closed_day(record=day, by=cast.actor("coordinator", site), now=now),
        "staff": cast.staff_id("reviewer", site),
        "schedule change": _moved(cast, site, world, now),
        "follow-up meeting": world.follow_up_ids[0],
        "visitor": add_visitor(session_id=world.session_ids[0], name="A cousin", by=facilitator, now=now),
        "import": _import(cast, site, now),
        "curriculum": _curriculum(now),
        "edit": edit_translation(
            domain="safety", tag="fr", key="protocol/step/stay", text="Restez.", by=OPERATOR, now=now
        ),
        "translation file": _translation_file(now),
        "wording": _wording(now),
        "published words": publish_translation(
            curriculum_version_id=_curriculum(now), tag="fr", by=OPERATOR, now=now
        ),
        **_records(cast, site, world, now),
    }


def _translation_file(now: datetime) -> str:
    key = "protocol/step/stay"
    english = next(one.source for one in catalog_now("safety", "fr", None).entries if one.key == key)
    sent = CatalogFile("safety", "fr", "", (Entry(key, english, ("Restez ici.",), State.TRANSLATED),))
    return send_translation_file(sent=sent, kind=FileKind.PO, domain="safety", tag="fr", by=OPERATOR, now=now)


def _wording(now: datetime) -> str:
    texts = {key: f"maneno {key}" for key, _text, _ships in parts(PHQ9)}
    wording = ReadWording("xlsx", texts)
    wording_id = send_measure_wording(measure="phq9", tag="fr", wording=wording, by=OPERATOR, now=now)
    evidence = Evidence("Invented 2020", "Invented people", 9, "Invented", "None needed")
    return load_measure_wording(wording_id=wording_id, evidence=evidence, by=OPERATOR, now=now)


def _curriculum(now: datetime) -> str:
    return publish_curriculum(curriculum="preset-6", by=OPERATOR, now=now)


def _records(cast: Cast, site: str, world: World, now: datetime) -> Objects:
    """Make one of every record; the funder is the programme's own, the same for both sites."""
    site_id, today = (cast.own if site == "own" else cast.foreign), now.date() - timedelta(days=1)
    coordinator, facilitator = cast.actor("coordinator", site), cast.actor("facilitator", site)
    incident = IncidentRecord("injury", today, "Fell on the way.", world.member_ids[0])
    complaint = ComplaintRecord("service", "Too far away.", "spoken", today, site_id=site_id)
    set_ledger_currency(currency="UGX", by=OPERATOR, now=now)
    cost = CostRecord(today, "delivery", 5_000, site_id=site_id)
    given = VolunteerRecord(today, "delivery", 90, site_id=site_id)
    target = TargetRecord("F5", Decimal(40), site_id=site_id)
    return {
        "incident": raise_incident(record=incident, by=facilitator, now=now),
        "worse score": _worse_score(world, site_id, now),
        "complaint": file_complaint(record=complaint, by=facilitator, now=now),
        "cost": add_cost(record=cost, by=coordinator, now=now),
        "volunteer time": add_volunteer_time(record=given, by=coordinator, now=now),
        "target": set_target(record=target, by=coordinator, now=now),
        "funder": add_funder(code=site, name="A fund", by=coordinator, now=now),
    }


def _worse_score(world: World, site_id: str, now: datetime) -> str:
    """Put a score that got worse on the supervisor's list."""
    for point, total, days in (("pre_group", 8, 10), ("midline", 19, 2)):
        on = now.date() - timedelta(days=days)
        target = Target(world.member_ids[3], "phq9", point, on, enrolment_id=world.enrolment_ids[3])
        record_total(target=target, text=str(total), scale=None, by=OPERATOR, now=now)
    wanted = sa.select(WorseScore.id).where(WorseScore.site_id == site_id)
    return str(db.session.scalars(wanted).one())


def _moved(cast: Cast, site: str, world: World, now: datetime) -> str:
    later = world.first + timedelta(days=7 * 4 + 1)
    record = ChangeRecord(world.cycle_id, "move_one", 5, to=later)
    change_schedule(record=record, by=cast.actor("coordinator", site), now=now)
    return find_undoable(world.cycle_id, now)[0].change_id


def _import(cast: Cast, site: str, now: datetime) -> str:
    cells = f"Name\tAge\n{NAMES[OFFSET[site]]}\t31\n"
    by = cast.actor("coordinator", site)
    return start_import(kind=Kind.PEOPLE, read=lambda: read_paste(cells), by=by, now=now)


def _review(member_id: str, site_id: str, now: datetime) -> str:
    assessment_id = new_id()
    values = {
        "id": assessment_id,
        "member_id": member_id,
        "measure": "phq9",
        "measure_version": "1",
        "point": "session",
        "on_date": now.date() - timedelta(days=90),
        "mode": "sheet",
        "status": "done",
        "safety": "positive",
        "created_at": now,
        "changed_at": now,
    }
    db.session.execute(sa.insert(Assessment).values(**values))
    db.session.commit()
    return open_review(
        assessment_id=assessment_id, member_id=member_id, site_id=site_id, by=OPERATOR, now=now
    )
