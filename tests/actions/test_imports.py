"""Bringing spreadsheets in: what is written, what is not, that it is written once, and that it can be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from time import process_time
from typing import Any

import pytest
import sqlalchemy as sa

from gipt.actions.base import digest, verify_chain
from gipt.actions.imports import choose_import, confirm_import, start_import
from gipt.actions.imports_undo import undo_import
from gipt.actions.members import MemberRecord, add_member, change_member
from gipt.actions.programme import ProgrammeRecord, set_programme
from gipt.calendars import CalendarKind
from gipt.db import Base, db
from gipt.domain.access import OPERATOR, Actor
from gipt.domain.problems import BadFile, Conflict, NotFound, TooManyTries
from gipt.intake.dates import DateChoice
from gipt.intake.fields import Kind
from gipt.intake.grid import CellValue, Grid, Sheet
from gipt.intake.results import RowState
from gipt.models import (
    AbsenceFollowUp,
    Answer,
    Assessment,
    Attendance,
    AuditEvent,
    ClosedDay,
    Consent,
    Cycle,
    ImportRun,
    Member,
    SafetyEpisode,
    SafetyReview,
    Screening,
    Session,
    Site,
    Staff,
    Venue,
)
from gipt.queries.import_plans import Choices, Plan, pack_choices
from gipt.queries.imports import find_run, make_plan
from tests.cast import NOW, Cast
from tests.world import World, make_running_group

LATER = NOW + timedelta(minutes=5)
TODAY = NOW.date()
APART = {"audit_event", "operation", "import_run", "import_change"}
PHQ = [f"PHQ-9 Q{number}" for number in range(1, 10)]
TWELVE = [2, 2, 2, 2, 2, 1, 1, 0, 0]
POSITIVE = [2, 2, 2, 2, 2, 1, 1, 0, 1]
HEADS: list[CellValue] = ["Name", "Sex", "Age", "Phone", "Village", "Consent", "Screening date", *PHQ]
PEOPLE: list[list[CellValue]] = [
    HEADS,
    ["Amina Nakato", "F", 30, "0700111222", "Hill", "yes", TODAY, *TWELVE],
    ["Halima Begum", "F", "thirty", "0700111333", "Hill", "yes", TODAY, *TWELVE],
    ["ሰላም ተስፋዬ", "F", 41, "", "Market", "yes", TODAY, *TWELVE],
    ["Okello Peter", "M", 1980, "", "Market", "no", TODAY, *[0] * 9],
]


def grid(*rows: list[CellValue], name: str = "Sheet1") -> Grid:
    return Grid((Sheet(name, tuple(tuple(row) for row in rows)),), "xlsx")


def brought(
    kind: Kind,
    file: Grid,
    by: Actor,
    choices: Choices | None = None,
    *,
    now: datetime = NOW,
    site: str | None = None,
) -> str:
    import_id = start_import(kind=kind, read=lambda: file, site_id=site, by=by, now=now)
    if choices is not None:
        choose_import(import_id=import_id, choices=pack_choices(choices), by=by, now=now)
    return import_id


def planned(import_id: str, by: Actor, now: datetime = NOW) -> Plan:
    return make_plan(find_run(by, import_id), by, now)


def confirmed(
    kind: Kind,
    file: Grid,
    by: Actor,
    choices: Choices | None = None,
    *,
    now: datetime = NOW,
    whole: bool = False,
) -> dict[str, Any]:
    return confirm_import(import_id=brought(kind, file, by, choices, now=now), whole=whole, by=by, now=now)


def digests() -> dict[str, str]:
    """Give a digest of every table but those of runs and of the record of acts."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in APART:
            rows = [dict(row) for row in db.session.execute(sa.select(table)).mappings()]
            found[table.name] = digest(sorted(digest(row) for row in rows))
    return found


def count(model: type, *where: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def sentences(plan: Plan) -> list[str]:
    return [problem.sentence() for row in plan.rows for problem in row.result.problems]


@pytest.fixture
def coordinator(cast: Cast) -> Actor:
    return cast.actor("coordinator")


# --- people -------------------------------------------------------------------------------------------------------


def test_nothing_is_written_before_it_is_confirmed(cast: Cast, coordinator: Actor) -> None:
    before = digests()
    import_id = brought(Kind.PEOPLE, grid(*PEOPLE), coordinator)
    plan = planned(import_id, coordinator)
    assert plan.counts() == {"new": 3, "update": 0, "unchanged": 0, "maybe_same": 0, "problem": 1, "skip": 0}
    assert sentences(plan) == ["Row 3, Age: “thirty” is not a number. Write 30."]
    assert digests() == before


def test_good_rows_go_in_and_the_rest_is_kept_for_later(cast: Cast, coordinator: Actor) -> None:
    events = count(AuditEvent)
    import_id = brought(Kind.PEOPLE, grid(*PEOPLE), coordinator)
    before = count(AuditEvent)
    done = confirm_import(import_id=import_id, by=coordinator, now=NOW)
    assert done["counts"] == {"new": 3, "update": 0, "unchanged": 0, "skip": 0, "kept": 1}
    assert count(AuditEvent) == before + 1 > events
    assert verify_chain() is None
    later = find_run(coordinator, done["later"])
    assert later.grid is not None
    assert [number for number, _ in later.grid.sheets[0].filled_rows()] == [1, 3]
    mended = Choices(edits={"0!C3": "30"})
    choose_import(import_id=done["later"], choices=pack_choices(mended), by=coordinator, now=LATER)
    again = confirm_import(import_id=done["later"], by=coordinator, now=LATER)
    assert again["counts"]["new"] == 1
    assert again["later"] is None
    assert count(Member) == 4


def test_a_person_comes_in_whole(cast: Cast, coordinator: Actor) -> None:
    confirmed(Kind.PEOPLE, grid(*PEOPLE[:2]), coordinator)
    member = db.session.scalars(sa.select(Member)).one()
    born = (member.birth_year, member.birth_estimated)
    assert (member.name, member.sex, *born) == ("Amina Nakato", "female", 1996, True)
    assert (member.phone, member.place, member.site_id, member.code) == (
        "0700111222",
        "Hill",
        cast.own,
        "M-0001",
    )
    consent = db.session.scalars(sa.select(Consent)).one()
    assert (consent.purpose, consent.given, consent.on_date, consent.how) == (
        "service",
        True,
        TODAY,
        "paper_on_file",
    )
    screening = db.session.scalars(sa.select(Screening)).one()
    assert (screening.outcome, screening.waiting, screening.complete) == ("eligible", "waiting", True)
    asked = db.session.scalars(sa.select(Assessment)).one()
    assert (asked.total, asked.mode, asked.safety, asked.total_only) == (12, "sheet", "negative", False)
    assert count(Answer) == 9


def test_bringing_the_same_file_again_changes_nothing(cast: Cast, coordinator: Actor) -> None:
    rows = [*PEOPLE[:2], *PEOPLE[3:], ["Nameless Facts", "", "", "", "", "", None, *[None] * 9]]
    confirmed(Kind.PEOPLE, grid(*rows), coordinator)
    before = digests()
    plan = planned(brought(Kind.PEOPLE, grid(*rows), coordinator, now=LATER), coordinator, LATER)
    assert plan.counts()["unchanged"] == 4
    assert not plan.may_confirm
    done = confirmed(Kind.PEOPLE, grid(*rows), coordinator, now=LATER)
    assert done["counts"] == {"new": 0, "update": 0, "unchanged": 4, "skip": 0, "kept": 0}
    assert digests() == before


def test_the_same_file_a_year_later_still_finds_everybody(cast: Cast, coordinator: Actor) -> None:
    rows = [[cell for place, cell in enumerate(row) if place != 6] for row in PEOPLE[:2]]
    confirmed(Kind.PEOPLE, grid(*rows), coordinator)
    before = digests()
    next_year = NOW + timedelta(days=370)
    assert confirmed(Kind.PEOPLE, grid(*rows), coordinator, now=next_year)["counts"]["unchanged"] == 1
    assert digests() == before


def test_what_differs_is_named_and_only_that_is_written(cast: Cast, coordinator: Actor) -> None:
    confirmed(Kind.PEOPLE, grid(*PEOPLE[:2]), coordinator)
    changed = [*PEOPLE[1]]
    changed[4], changed[7] = "Valley", 3
    import_id = brought(Kind.PEOPLE, grid(HEADS, changed), coordinator, now=LATER)
    (row,) = planned(import_id, coordinator, LATER).rows
    assert (row.state, row.fields) == (RowState.UPDATE, ("place", "screening"))
    confirm_import(import_id=import_id, by=coordinator, now=LATER)
    assert db.session.scalars(sa.select(Member.place)).all() == ["Valley"]
    assert db.session.scalars(sa.select(Assessment.total)).all() == [13]
    assert (count(Member), count(Screening), count(Consent)) == (1, 1, 1)


def test_an_empty_cell_never_wipes_out_what_is_known(cast: Cast, coordinator: Actor) -> None:
    confirmed(Kind.PEOPLE, grid(*PEOPLE[:2]), coordinator)
    before = digests()
    bare = ["Amina Nakato", "", 30, "", "", "", TODAY, *[None] * 9]
    confirmed(Kind.PEOPLE, grid(HEADS, bare), coordinator, now=LATER)
    assert digests() == before


def test_somebody_who_sounds_alike_is_asked_about(cast: Cast, coordinator: Actor) -> None:
    record = MemberRecord(cast.own, "Fatuma Ali", birth_year=1999, place="Hill")
    known = add_member(record=record, by=coordinator, now=NOW)
    rows = grid(["Name", "Age", "Village"], ["Fatma Aly", 27, "Hill"])
    import_id = brought(Kind.PEOPLE, rows, coordinator)
    (row,) = planned(import_id, coordinator).rows
    assert row.state is RowState.MAYBE_SAME
    assert [(one.code, one.name) for one in row.candidates] == [("M-0001", "Fatuma Ali")]
    assert confirm_import(import_id=import_id, by=coordinator, now=NOW)["counts"]["kept"] == 1
    same = confirmed(Kind.PEOPLE, rows, coordinator, Choices(decisions={"0!2": f"same:{known}"}))
    assert same["counts"]["unchanged"] == 1
    assert (
        confirmed(Kind.PEOPLE, rows, coordinator, Choices(decisions={"0!2": "different"}))["counts"]["new"]
        == 1
    )
    assert count(Member) == 2
    before = digests()
    assert confirmed(Kind.PEOPLE, rows, coordinator, now=LATER)["counts"]["unchanged"] == 1
    assert digests() == before


def test_two_rows_of_one_file_can_be_one_person(cast: Cast, coordinator: Actor) -> None:
    rows = grid(
        ["Name", "Age", "Village", "Notes"], ["Fatuma Ali", 27, "Hill", ""], ["Fatma Aly", 27, "Hill", "tall"]
    )
    first = planned(brought(Kind.PEOPLE, rows, coordinator), coordinator)
    assert [row.state for row in first.rows] == [RowState.NEW, RowState.MAYBE_SAME]
    done = confirmed(Kind.PEOPLE, rows, coordinator, Choices(decisions={"0!3": "row:2"}))
    assert (done["counts"]["new"], done["counts"]["update"]) == (1, 1)
    assert [(one.name, one.note) for one in db.session.scalars(sa.select(Member))] == [("Fatuma Ali", "tall")]


def test_the_code_of_an_old_list_finds_the_person_again(cast: Cast, coordinator: Actor) -> None:
    rows = grid(["Code", "Name"], ["kbr/0012", "Amina Nakato"], ["Amina", "Ruth Auma"])
    import_id = brought(Kind.PEOPLE, rows, coordinator)
    assert sentences(planned(import_id, coordinator)) == [
        "Row 3, Code: “Amina” has no digit or is too long, so it is not kept as a code."
    ]
    confirm_import(import_id=import_id, by=coordinator, now=NOW)
    assert set(db.session.scalars(sa.select(Member.code))) == {"KBR/0012", "M-0001"}
    renamed = grid(["Code", "Name"], ["KBR/0012", "Amina Nakatto"])
    (row,) = planned(brought(Kind.PEOPLE, renamed, coordinator), coordinator).rows
    assert (row.state, row.fields) == (RowState.UPDATE, ("name",))


def test_a_code_of_somebody_with_another_name_is_asked_about(cast: Cast, coordinator: Actor) -> None:
    add_member(record=MemberRecord(cast.own, "Fatuma Ali"), by=coordinator, now=NOW)
    rows = grid(["Code", "Name"], ["M-0001", "Peter Okello"])
    (row,) = planned(brought(Kind.PEOPLE, rows, coordinator), coordinator).rows
    assert row.state is RowState.MAYBE_SAME


@pytest.mark.parametrize("site", ["LAKE", "Lake office", "MOON"])
def test_a_foreign_site_answers_as_one_that_does_not_exist(cast: Cast, coordinator: Actor, site: str) -> None:
    rows = grid(["Name", "Site"], ["Amina Nakato", site])
    plan = planned(brought(Kind.PEOPLE, rows, coordinator), coordinator)
    assert sentences(plan) == [f"Row 2, Site: “{site}” is not one of your sites. Write one of: HILL."]


def test_people_of_a_foreign_site_are_never_matched(cast: Cast, coordinator: Actor) -> None:
    add_member(record=MemberRecord(cast.foreign, "Amina Nakato", birth_year=1996), by=OPERATOR, now=NOW)
    (row,) = planned(brought(Kind.PEOPLE, grid(*PEOPLE[:2]), coordinator), coordinator).rows
    assert (row.state, row.candidates) == (RowState.NEW, ())


def test_two_sites_and_none_named_is_asked_for(cast: Cast) -> None:
    rows = grid(["Name"], ["Amina Nakato"])
    wide = brought(Kind.PEOPLE, rows, OPERATOR)
    assert sentences(planned(wide, OPERATOR)) == ["Row 2, Site: write the site. Yours are: HILL, LAKE."]
    chosen = brought(Kind.PEOPLE, rows, OPERATOR, site=cast.foreign)
    assert [row.facts.site_id for row in planned(chosen, OPERATOR).rows] == [cast.foreign]


def test_other_answers_without_a_day_are_not_guessed_to_be_a_correction(
    cast: Cast, coordinator: Actor
) -> None:
    heads: list[CellValue] = ["Name", "Age", *PHQ]
    confirmed(Kind.PEOPLE, grid(heads, ["Amina Nakato", 30, *TWELVE]), coordinator)
    plan = planned(
        brought(Kind.PEOPLE, grid(heads, ["Amina Nakato", 30, *[1] * 9]), coordinator), coordinator
    )
    assert sentences(plan) == [
        "Row 2, Date of screening: other answers are known already. Write the date of screening."
    ]


def test_a_total_alone_is_stored_as_a_total_with_safety_unknown(cast: Cast, coordinator: Actor) -> None:
    rows = grid(["Name", "Screening date", "PHQ-9 total"], ["Amina Nakato", TODAY, 14])
    done = confirmed(Kind.PEOPLE, rows, coordinator)
    asked = db.session.scalars(sa.select(Assessment)).one()
    assert (asked.total, asked.total_only, asked.safety, asked.answered) == (14, True, "unknown", 0)
    assert done["episodes"] == 0
    before = digests()
    assert confirmed(Kind.PEOPLE, rows, coordinator)["counts"]["unchanged"] == 1
    assert digests() == before


def test_all_or_nothing_writes_nothing_while_a_row_needs_somebody(cast: Cast, coordinator: Actor) -> None:
    before = digests()
    with pytest.raises(Conflict) as refused:
        confirmed(Kind.PEOPLE, grid(*PEOPLE), coordinator, whole=True)
    assert refused.value.details == {"reason": "rows_to_mend", "count": 1}
    assert digests() == before


def test_one_row_that_is_refused_while_writing_is_kept_with_its_sentence(
    cast: Cast, coordinator: Actor
) -> None:
    rows = grid(
        ["Name", "Age", "Consent", "Date of consent"], ["Amina", 30, "yes", TODAY], ["Ruth", 30, "", None]
    )
    import_id = brought(Kind.PEOPLE, rows, coordinator)
    assert (
        confirm_import(import_id=import_id, by=coordinator, now=NOW - timedelta(days=3))["counts"]["kept"]
        == 1
    )
    assert db.session.scalars(sa.select(Member.name)).all() == ["Ruth"]


# --- calendars ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "calendar", "written", "meant"),
    [
        ("ET", CalendarKind.ETHIOPIAN, "21/06/2018", date(2026, 2, 28)),
        ("NP", CalendarKind.BIKRAM_SAMBAT, "17/11/2082", date(2026, 3, 1)),
    ],
    ids=["Ethiopia", "Nepal"],
)
def test_dates_of_another_calendar_wait_for_a_confirmed_example(
    cast: Cast, coordinator: Actor, country: str, calendar: CalendarKind, written: str, meant: date
) -> None:
    record = ProgrammeRecord("Hope Circles", "Community meeting", country, "Africa/Kampala")
    set_programme(record=record, by=OPERATOR, now=NOW)
    rows = grid(["Name", "Screening date", *PHQ], ["Amina Nakato", written, *TWELVE])
    import_id = brought(Kind.PEOPLE, rows, coordinator)
    plan = planned(import_id, coordinator)
    (asked,) = plan.questions
    assert not plan.may_confirm
    with pytest.raises(Conflict):
        confirm_import(import_id=import_id, by=coordinator, now=NOW)
    wrong = DateChoice(calendar, "dmy", asked.question.example, meant + timedelta(days=1))
    choose_import(
        import_id=import_id,
        choices=pack_choices(Choices(date_choices={asked.key: wrong})),
        by=coordinator,
        now=NOW,
    )
    assert planned(import_id, coordinator).questions
    right = replace(wrong, reads_as=meant)
    choose_import(
        import_id=import_id,
        choices=pack_choices(Choices(date_choices={asked.key: right})),
        by=coordinator,
        now=NOW,
    )
    confirm_import(import_id=import_id, by=coordinator, now=NOW)
    assert db.session.scalars(sa.select(Screening.on_date)).all() == [meant]


# --- safety -------------------------------------------------------------------------------------------------------


def screened(name: str, on: date | None, answers: list[int], age: int = 30) -> list[CellValue]:
    return [name, "F", age, "", "Hill", "yes", on, *answers]


def test_a_recent_positive_answer_opens_an_ordinary_episode(cast: Cast, coordinator: Actor) -> None:
    done = confirmed(Kind.PEOPLE, grid(HEADS, screened("Amina Nakato", TODAY, POSITIVE)), coordinator)
    assert (done["episodes"], done["reviews"]) == (1, 0)
    episode = db.session.scalars(sa.select(SafetyEpisode)).one()
    assert (episode.status, episode.unseen, episode.site_id) == ("new", True, cast.own)


def test_an_old_positive_of_somebody_who_does_not_wait_goes_on_the_list_without_clocks(
    cast: Cast, coordinator: Actor
) -> None:
    old = TODAY - timedelta(days=200)
    low = [0, 0, 0, 0, 0, 0, 0, 0, 1]
    done = confirmed(Kind.PEOPLE, grid(HEADS, screened("Amina Nakato", old, low)), coordinator)
    assert (done["episodes"], done["reviews"]) == (0, 1)
    assert (count(SafetyEpisode), count(SafetyReview)) == (0, 1)


def test_an_old_positive_of_somebody_who_waits_opens_an_episode(cast: Cast, coordinator: Actor) -> None:
    old = TODAY - timedelta(days=200)
    done = confirmed(Kind.PEOPLE, grid(HEADS, screened("Amina Nakato", old, POSITIVE)), coordinator)
    assert (done["episodes"], done["reviews"]) == (1, 0)


def test_a_later_negative_answer_makes_an_old_positive_old(cast: Cast, coordinator: Actor) -> None:
    recent, old = TODAY - timedelta(days=60), TODAY - timedelta(days=200)
    confirmed(Kind.PEOPLE, grid(HEADS, screened("Amina Nakato", recent, TWELVE)), coordinator)
    done = confirmed(Kind.PEOPLE, grid(HEADS, screened("Amina Nakato", old, POSITIVE)), coordinator)
    assert (done["episodes"], done["reviews"]) == (0, 1)


def test_an_episode_survives_the_undo_with_the_answer_it_rests_on(cast: Cast, coordinator: Actor) -> None:
    rows = grid(HEADS, screened("Amina Nakato", TODAY, POSITIVE), screened("Ruth Auma", TODAY, TWELVE, 50))
    done = confirmed(Kind.PEOPLE, rows, coordinator)
    undone = undo_import(import_id=done["import"], by=coordinator, now=LATER)
    assert undone["kept"] == ["M-0001"]
    assert db.session.scalars(sa.select(Member.name)).all() == ["Amina Nakato"]
    assert (count(SafetyEpisode), count(Assessment), count(Answer), count(Consent)) == (1, 1, 9, 1)


def test_an_undecided_old_answer_goes_with_its_undo_and_a_decided_one_stays(
    cast: Cast, coordinator: Actor
) -> None:
    from gipt.actions.safety_reviews import decide_review

    old, low = TODAY - timedelta(days=200), [0, 0, 0, 0, 0, 0, 0, 0, 1]
    rows = grid(HEADS, screened("Amina Nakato", old, low), screened("Ruth Auma", old, low, 50))
    done = confirmed(Kind.PEOPLE, rows, coordinator)
    first = db.session.scalars(
        sa.select(SafetyReview.id)
        .join(Member, Member.id == SafetyReview.member_id)
        .where(Member.code == "M-0001")
    ).one()
    decide_review(review_id=first, decision="known", by=cast.actor("supervisor"), now=LATER)
    assert undo_import(import_id=done["import"], by=coordinator, now=LATER)["kept"] == ["M-0001"]
    assert (count(SafetyReview), count(Member)) == (1, 1)


def test_a_refused_row_with_a_positive_answer_is_urgent_and_noted_for_a_known_person(
    cast: Cast, coordinator: Actor
) -> None:
    known = add_member(
        record=MemberRecord(cast.own, "Amina Nakato", phone="0700111222"), by=coordinator, now=NOW
    )
    bad = ["Amina Nakato", "F", "thirty", "0700111222", "Hill", "yes", TODAY, *POSITIVE]
    import_id = brought(Kind.PEOPLE, grid(HEADS, bad), coordinator)
    plan = planned(import_id, coordinator)
    assert [row.target for row in plan.urgent] == [known]
    done = confirm_import(import_id=import_id, by=coordinator, now=NOW)
    assert (done["episodes"], done["counts"]["kept"]) == (1, 1)
    assert db.session.scalars(sa.select(SafetyEpisode.member_id)).all() == [known]
    assert count(Consent) == 0


def test_a_refused_row_of_somebody_unknown_is_urgent_on_the_page(cast: Cast, coordinator: Actor) -> None:
    bad = ["Amina Nakato", "F", "thirty", "", "Hill", "yes", TODAY, *POSITIVE]
    plan = planned(brought(Kind.PEOPLE, grid(HEADS, bad), coordinator), coordinator)
    assert [row.target for row in plan.urgent] == [""]


# --- taking back --------------------------------------------------------------------------------------------------


def test_undo_restores_exactly_what_was_before(cast: Cast, coordinator: Actor) -> None:
    confirmed(Kind.PEOPLE, grid(*PEOPLE[:2]), coordinator)
    before = digests()
    changed = [*PEOPLE[1]]
    changed[4] = "Valley"
    done = confirmed(Kind.PEOPLE, grid(HEADS, changed, *PEOPLE[3:]), coordinator, now=LATER)
    assert digests() != before
    undone = undo_import(import_id=done["import"], by=coordinator, now=LATER)
    assert undone["kept"] == []
    assert digests() == before
    assert find_run(coordinator, done["import"]).state == "undone"


def test_undo_keeps_what_somebody_changed_since(cast: Cast, coordinator: Actor) -> None:
    done = confirmed(Kind.PEOPLE, grid(*PEOPLE[:2], *PEOPLE[3:]), coordinator)
    member = db.session.scalars(sa.select(Member).where(Member.code == "M-0001")).one()
    record = MemberRecord(cast.own, "Amina Nakato", phone="0799000111")
    change_member(member_id=member.id, record=record, by=coordinator, now=LATER)
    undone = undo_import(import_id=done["import"], by=coordinator, now=LATER)
    assert undone["kept"] == ["M-0001"]
    assert (count(Member), count(Screening), count(Consent)) == (1, 1, 1)


def test_undo_works_once_and_for_seven_days(cast: Cast, coordinator: Actor) -> None:
    done = confirmed(Kind.PEOPLE, grid(*PEOPLE[:2]), coordinator)
    with pytest.raises(Conflict):
        undo_import(import_id=done["import"], by=coordinator, now=NOW + timedelta(days=7, minutes=1))
    undo_import(import_id=done["import"], by=coordinator, now=NOW + timedelta(days=7))
    with pytest.raises(Conflict):
        undo_import(import_id=done["import"], by=coordinator, now=NOW + timedelta(days=7))


# --- whose run it is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda run, by: find_run(by, run),
        lambda run, by: choose_import(import_id=run, choices=pack_choices(Choices()), by=by, now=NOW),
        lambda run, by: confirm_import(import_id=run, by=by, now=NOW),
        lambda run, by: undo_import(import_id=run, by=by, now=NOW),
    ],
    ids=["see", "choose", "confirm", "undo"],
)
def test_another_person_s_import_does_not_exist(
    cast: Cast, coordinator: Actor, act: Callable[..., Any]
) -> None:
    import_id = brought(Kind.PEOPLE, grid(*PEOPLE), coordinator)
    with pytest.raises(NotFound):
        act(import_id, cast.actor("coordinator", "foreign"))


def test_a_list_in_zawgyi_is_refused_and_nothing_of_it_is_kept(coordinator: Actor) -> None:
    with pytest.raises(BadFile) as refused:
        brought(Kind.PEOPLE, grid(["Name"], ["ေနေကာင္းလား"]), coordinator)
    assert refused.value.details["cell"] == "A2"
    assert db.session.scalars(sa.select(ImportRun.state)).all() == ["dropped"]


def test_thirty_files_an_hour_are_enough(cast: Cast, coordinator: Actor) -> None:
    def refuse() -> Grid:
        raise BadFile(reason="macro")

    for minute in range(30):
        with pytest.raises(BadFile):
            start_import(kind=Kind.PEOPLE, read=refuse, by=coordinator, now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyTries) as refused:
        brought(Kind.PEOPLE, grid(*PEOPLE), coordinator, now=NOW + timedelta(minutes=40))
    assert refused.value.details["seconds"] == 20 * 60
    brought(Kind.PEOPLE, grid(*PEOPLE), coordinator, now=NOW + timedelta(minutes=61))


def test_what_was_sent_is_sealed_until_confirmed_and_gone_afterwards(cast: Cast, coordinator: Actor) -> None:
    import_id = brought(Kind.PEOPLE, grid(*PEOPLE[:2]), coordinator)
    raw = db.session.execute(
        sa.text("SELECT grid FROM import_run WHERE id = :id"), {"id": import_id}
    ).scalar()
    assert b"Amina" not in bytes(raw)
    confirm_import(import_id=import_id, by=coordinator, now=NOW)
    assert db.session.scalars(sa.select(ImportRun.grid).where(ImportRun.id == import_id)).one() is None


def test_a_double_submit_brings_the_rows_in_once(cast: Cast, coordinator: Actor) -> None:
    import_id = brought(Kind.PEOPLE, grid(*PEOPLE[:2]), coordinator)
    first = confirm_import(import_id=import_id, by=coordinator, now=NOW, op="one")
    assert confirm_import(import_id=import_id, by=coordinator, now=LATER, op="one") == first
    assert count(Member) == 1


# --- registers ----------------------------------------------------------------------------------------------------


@pytest.fixture
def world(cast: Cast) -> World:
    """Give a group of four whose first meeting was four weeks ago."""
    return make_running_group(cast, 4, first=TODAY - timedelta(days=28))


def register(world: World, *rows: list[CellValue], heads: list[CellValue] | None = None) -> Grid:
    code = db.session.scalar(sa.text("SELECT code FROM group_of_members"))
    return grid(["Group", "Member code", *(heads or ["S1", "S2"])], *([code, *row] for row in rows))


def codes(world: World) -> list[str]:
    rows = {row[0]: row[1] for row in db.session.execute(sa.select(Member.id, Member.code))}
    return [rows[one] for one in world.member_ids]


def test_a_register_brings_marks_of_many_sessions(cast: Cast, coordinator: Actor, world: World) -> None:
    first, second, *_ = codes(world)
    done = confirmed(Kind.REGISTER, register(world, [first, 1, 0], [second, "L", 1]), coordinator)
    assert done["counts"]["new"] == 2
    held = db.session.execute(
        sa.select(Session.status, Session.held_on, Session.recorded_via).where(
            Session.id == world.session_ids[0]
        )
    ).one()
    assert tuple(held) == ("held", TODAY - timedelta(days=28), "sheet")
    wanted = sa.select(Attendance.enrolment_id, Attendance.status).where(
        Attendance.session_id == world.session_ids[0]
    )
    marks = {row[0]: row[1] for row in db.session.execute(wanted)}
    assert [marks.get(one) for one in world.enrolment_ids] == ["present", "late", None, None]
    assert count(AbsenceFollowUp) == 0


def test_the_same_register_again_changes_nothing_and_undo_restores(
    cast: Cast, coordinator: Actor, world: World
) -> None:
    before = digests()
    heads: list[CellValue] = ["S1", "S2", "PHQ-9 S1", "PHQ-9 baseline"]
    rows = register(world, [codes(world)[0], 1, 0, 9, 14], [codes(world)[1], 1, 1, 8, None], heads=heads)
    done = confirmed(Kind.REGISTER, rows, coordinator)
    after = digests()
    assert confirmed(Kind.REGISTER, rows, coordinator, now=LATER)["counts"]["unchanged"] == 2
    assert digests() == after
    assert count(Assessment, Assessment.total_only) >= 3
    undo_import(import_id=done["import"], by=coordinator, now=LATER)
    assert digests() == before


def test_a_coarse_word_never_replaces_a_finer_one(cast: Cast, coordinator: Actor, world: World) -> None:
    code = codes(world)[0]
    confirmed(Kind.REGISTER, register(world, [code, "L", 0]), coordinator)
    before = digests()
    assert confirmed(Kind.REGISTER, register(world, [code, 1, 0]), coordinator)["counts"]["unchanged"] == 1
    assert digests() == before


def test_answers_in_a_register_are_scored_and_a_recent_positive_opens(
    cast: Cast, coordinator: Actor, world: World
) -> None:
    heads: list[CellValue] = ["Session number", "Attendance", *PHQ]
    done = confirmed(
        Kind.REGISTER, register(world, [codes(world)[0], 4, 1, *POSITIVE], heads=heads), coordinator
    )
    asked = db.session.scalars(sa.select(Assessment).where(Assessment.mode == "sheet")).one()
    assert (asked.point, asked.session_id) == ("session", world.session_ids[3])
    assert (asked.total, asked.safety) == (13, "positive")
    assert done["episodes"] == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["G-9999", "M-0001", 1], "Row 2, Group: there is no group “G-9999” at your sites."),
        (
            ["G-0001", "M-9999", 1],
            "Row 2, Member code: “M-9999” is not in G-0001. Add the person to the group first.",
        ),
        (["G-0001", "M-0001", None, None, 1], "Row 2, S8: session 8 of G-0001 has not come yet."),
        (["G-0001", "M-0001", None, 1], "Row 2, S40: G-0001 has no session 40."),
    ],
    ids=["group", "member", "future", "number"],
)
def test_what_is_missing_for_a_register_is_said_with_its_cell(
    cast: Cast, coordinator: Actor, world: World, row: list[CellValue], said: str
) -> None:
    file = grid(["Group", "Member code", "S1", "S40", "S8"], row)
    assert sentences(planned(brought(Kind.REGISTER, file, coordinator), coordinator)) == [said]


def test_a_foreign_group_does_not_exist(cast: Cast, world: World) -> None:
    foreign = cast.actor("coordinator", "foreign")
    plan = planned(brought(Kind.REGISTER, register(world, [codes(world)[0], 1, 1]), foreign), foreign)
    assert sentences(plan) == ["Row 2, Group: there is no group “G-0001” at your sites."]


def test_a_group_without_a_cycle_is_sent_to_the_planner(cast: Cast, coordinator: Actor) -> None:
    from gipt.actions.groups import GroupRecord, form_group

    form_group(record=GroupRecord(cast.own, "Hill"), by=coordinator, now=NOW)
    file = grid(["Group", "Member code", "S1"], ["G-0001", "M-0001", 1])
    assert sentences(planned(brought(Kind.REGISTER, file, coordinator), coordinator)) == [
        "Row 2, Group: plan the cycle of G-0001 first."
    ]


def test_a_cycle_of_the_past_takes_its_old_register(cast: Cast, coordinator: Actor) -> None:
    past = make_running_group(cast, 3, first=TODAY - timedelta(days=400))
    db.session.rollback()
    heads: list[CellValue] = [f"S{number}" for number in range(1, 9)]
    file = register(past, *([code, *[1] * 8] for code in codes(past)), heads=heads)
    assert confirmed(Kind.REGISTER, file, coordinator)["counts"]["new"] == 3
    assert count(Attendance) == 24
    assert db.session.scalars(sa.select(Cycle.status)).all() == ["closing"]


def test_a_name_that_sounds_like_a_member_s_is_asked_about(
    cast: Cast, coordinator: Actor, world: World
) -> None:
    file = grid(["Group", "Member name", "S1"], ["G-0001", "Fatma Aly", 1], ["G-0001", "Grace Akello", 1])
    import_id = brought(Kind.REGISTER, file, coordinator)
    plan = planned(import_id, coordinator)
    assert [row.state for row in plan.rows] == [RowState.MAYBE_SAME, RowState.NEW]
    choice = plan.rows[0].candidates[0].choice
    choose_import(
        import_id=import_id, choices=pack_choices(Choices(decisions={"0!2": choice})), by=coordinator, now=NOW
    )
    assert confirm_import(import_id=import_id, by=coordinator, now=NOW)["counts"]["new"] == 2


# --- the programme ------------------------------------------------------------------------------------------------


def workbook() -> Grid:
    def sheet(name: str, *rows: list[CellValue]) -> Sheet:
        return Sheet(name, tuple(tuple(row) for row in rows))

    return Grid(
        (
            sheet("Sites", ["Code", "Name", "Country", "Region"], ["", "Nakivale camp", "UG", "Isingiro"]),
            sheet(
                "Venues",
                ["Site", "Name", "Travel minutes"],
                ["Nakivale camp", "School hall", 20],
                ["Nakivale camp", "Clinic yard", 20],
            ),
            sheet(
                "Staff",
                ["Name", "Role", "Site", "Phone"],
                ["Grace Achieng", "facilitator", "Nakivale camp", "0700123456"],
                ["ሰላም", "facilitator", "HILL", ""],
            ),
            sheet(
                "Closed days",
                ["Site", "Reason", "From", "To", "Repeats every (days)"],
                ["HILL", "Market", date(2026, 4, 1), None, 14],
                ["", "Feast", date(2026, 5, 1), date(2026, 5, 3), None],
            ),
        ),
        "xlsx",
    )


def test_a_programme_comes_in_with_rows_that_name_one_another(cast: Cast) -> None:
    before = digests()
    done = confirmed(Kind.PROGRAMME, workbook(), OPERATOR)
    assert done["counts"] == {"new": 7, "update": 0, "unchanged": 0, "skip": 0, "kept": 0}
    site = db.session.scalars(sa.select(Site).where(Site.code == "NAKIVA")).one()
    assert set(db.session.scalars(sa.select(Venue.name).where(Venue.site_id == site.id))) == {
        "School hall",
        "Clinic yard",
    }
    assert set(db.session.scalars(sa.select(Staff.sign_in_name).where(Staff.name.is_not(None)))) == {
        "grace.achieng",
        "staff",
    }
    assert sorted(db.session.scalars(sa.select(ClosedDay.kind))) == ["every", "range"]
    after = digests()
    assert confirmed(Kind.PROGRAMME, workbook(), OPERATOR, now=LATER)["counts"]["unchanged"] == 7
    assert digests() == after
    undo_import(import_id=done["import"], by=OPERATOR, now=LATER)
    assert digests() == before


def test_a_coordinator_adds_only_what_the_own_role_may(cast: Cast, coordinator: Actor) -> None:
    file = grid(
        ["Name", "Role", "Site"], ["Grace Achieng", "supervisor", "HILL"], ["Ruth Auma", "facilitator", "LAKE"],
        ["Betty Acan", "facilitator", ""], name="Staff",
    )  # fmt: skip
    plan = planned(brought(Kind.PROGRAMME, file, coordinator), coordinator)
    assert sentences(plan) == [
        "Row 2, Role: your role may not give this role. Ask an administrator.",
        "Row 3, Site: “LAKE” is not one of your sites. Write one of: HILL.",
    ]
    assert plan.rows[2].facts.site_id == cast.own


# --- size ---------------------------------------------------------------------------------------------------------


def test_two_thousand_people_come_in_within_a_minute(cast: Cast, coordinator: Actor) -> None:
    def name(n: int) -> str:
        letters = [chr(97 + part) for part in (n % 26, n // 26 % 26, n // 676, n % 7)]
        return f"Person{letters[0]}{letters[1]} Family{letters[2]}{letters[3]}"

    rows: list[list[CellValue]] = [
        [name(n), "F", 20 + n % 40, f"07{n:08d}", "Hill", "yes", TODAY, *TWELVE] for n in range(2000)
    ]
    began = process_time()  # of this process: what else the machine does must not decide
    done = confirmed(Kind.PEOPLE, grid(HEADS, *rows), coordinator)
    assert done["counts"]["new"] + done["counts"]["kept"] == 2000
    assert process_time() - began < 60
