"""A research package through the real actions: who is in it, what is in no byte of it, and that the log adds up."""

import csv
import hashlib
import io
import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from gipt.actions.assessments import Form, Target, record_assessment, record_total
from gipt.actions.consents import ConsentRecord, give_consent, withdraw_consent
from gipt.actions.report_runs import (
    ReportRequest,
    delete_report,
    download_report,
    file_of,
    repeat_report,
    request_report,
    run_report,
)
from gipt.actions.safety import raise_worry
from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.problems import Invalid, NotAllowed
from gipt.domain.research import Licence, PackageForm, Terms
from gipt.models import Answer, AuditEvent, Enrolment, Group, Member, ReportRun, ReportTerms, Session, Site
from tests.cast import Cast
from tests.world import World, hold_meeting, make_running_group

FIRST = date(2026, 1, 12)
NOW = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
TERMS = Terms("MoU 2026/04", "Invented University")
QUASI = ("sessions", "age", "sex", "area", "displacement", "disability", "enrolled")
FILES = {
    "README.txt", "LICENCE.txt", "persons.csv", "sessions.csv", "scores.csv", "codebook.csv", "suppression_log.csv",
}  # fmt: skip


@pytest.fixture
def worlds(cast: Cast) -> list[World]:
    """Thirty people in three groups, of whom everybody agreed to research."""
    made = []
    for number, born in enumerate((1990, 1984, 2001)):
        world = make_running_group(
            cast, members=10, first=FIRST, name=f"Group {number}", offset=10 * number, born=born
        )
        hold_meeting(cast, world, 1, ["present"] * 8 + ["absent_unknown"] * 2)
        hold_meeting(cast, world, 2)
        agree(cast, world.member_ids)
        made.append(world)
    return made


def agree(cast: Cast, member_ids: Iterable[str], given: bool = True, on: date = FIRST) -> None:
    for member_id in member_ids:
        record = ConsentRecord(member_id, "research", given, on, "written")
        give_consent(record=record, by=cast.actor("coordinator"), now=NOW)


def ask(by: Actor, terms: Terms | None = TERMS, purpose: str | None = "Who comes, and why") -> str:
    record = ReportRequest(
        "research", date(2025, 12, 1), date(2026, 3, 31), "en", purpose=purpose, terms=terms
    )
    return request_report(record=record, by=by, now=NOW)


def make(by: Actor, terms: Terms = TERMS, later: timedelta = timedelta(0)) -> bytes:
    run_id = ask(by, terms)
    assert run_report(run_id, NOW + later) == "done"
    return file_of(db.session.get_one(ReportRun, run_id).code).read_bytes()


def files(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(raw: bytes, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files(raw)[f"{name}.csv"].decode("utf-8-sig"))))


def log(raw: bytes) -> dict[str, str]:
    return {one["rule"]: one["value"] for one in rows(raw, "suppression_log")}


def test_the_package_holds_tables_codebook_log_terms_and_hashes(cast: Cast, worlds: list[World]) -> None:
    raw = make(cast.actor("clinical_lead"))
    found = files(raw)
    assert set(found) == FILES
    readme = found["README.txt"].decode()
    for words in ("MoU 2026/04", "Invented University", "Who comes, and why", "R-0001", "2026-04-15"):
        assert words in readme
    for name in FILES - {"README.txt", "LICENCE.txt"}:
        assert hashlib.sha256(found[name]).hexdigest() in readme
        assert found[name].startswith(b"\xef\xbb\xbf")
    assert db.session.scalar(sa.select(ReportRun.data_hash)) in readme
    assert "passed on" in found["LICENCE.txt"].decode()
    persons = rows(raw, "persons")
    assert len(persons) == 30
    assert len({one["person"] for one in persons}) == 30
    assert [one["person"] for one in persons] == sorted(one["person"] for one in persons)
    assert Counter(one["attended"] for one in persons) == {"2": 24, "1": 6}
    assert len(rows(raw, "sessions")) == 30 * 8


@pytest.mark.parametrize("k", [5, 6])
def test_every_class_has_k_people_and_no_class_a_flag_that_all_share(
    cast: Cast, worlds: list[World], k: int
) -> None:
    for member_id in worlds[0].member_ids[:3]:
        raise_worry(member_id=member_id, by=cast.actor("coordinator"), now=NOW)
    raw = make(cast.actor("me"), replace(TERMS, k=k))
    classes: dict[tuple[str, ...], list[str]] = {}
    for one in rows(raw, "persons"):
        classes.setdefault(tuple(one[name] for name in QUASI), []).append(one["safety_flag"])
    assert min(map(len, classes.values())) >= k
    assert all(len(set(flags) - {""}) != 1 for flags in classes.values())
    assert log(raw)["k_asked"] == str(k)
    assert int(log(raw)["k_reached"]) >= k


def test_only_who_agreed_is_in_it_and_who_withdrew_is_out(cast: Cast, worlds: list[World]) -> None:
    coordinator = cast.actor("coordinator")
    first, second, third = worlds[0].member_ids[:3]
    agree(cast, [first], given=False, on=date(2026, 2, 1))
    withdraw_consent(member_id=second, purpose="service", on_date=date(2026, 2, 1), by=coordinator, now=NOW)
    agree(cast, [third], on=date(2026, 4, 16))  # tomorrow: a yes counts from its day on, and replaces nothing
    raw = make(cast.actor("me"))
    assert len(rows(raw, "persons")) == 28
    assert log(raw)["kept"] == "28"
    assert log(raw)["enrolled"] == "*"  # 30 would tell that two did not agree
    run = db.session.scalars(sa.select(ReportRun)).one()
    assert run.row_counts["agreed"] == 28
    assert run.row_counts["agreed"] - run.row_counts["left_out"] == run.row_counts["sheets"]["persons"]


def test_a_minor_needs_both_words(cast: Cast) -> None:
    worlds = [
        make_running_group(cast, members=10, first=FIRST, name=f"G{n}", offset=10 * n, born=2012)
        for n in range(3)
    ]
    for world in worlds:
        agree(cast, world.member_ids)
    run_id = ask(cast.actor("me"))
    assert run_report(run_id, NOW) == "failed"
    assert db.session.get_one(ReportRun, run_id).problem == "conflict.research_too_few"
    for world in worlds:
        for member_id in world.member_ids:
            record = ConsentRecord(member_id, "research", True, FIRST, "written", given_by="caregiver")
            give_consent(record=record, by=cast.actor("coordinator"), now=NOW)
    assert len(rows(make(cast.actor("me")), "persons")) == 30


def test_too_few_people_make_no_package(cast: Cast) -> None:
    world = make_running_group(cast, members=10, first=FIRST)
    agree(cast, world.member_ids)
    run_id = ask(cast.actor("me"))
    assert run_report(run_id, NOW) == "failed"
    run = db.session.get_one(ReportRun, run_id)
    assert run.problem == "conflict.research_too_few"
    assert not file_of(run.code).exists()


def measured(cast: Cast, worlds: list[World]) -> None:
    by = cast.actor("coordinator")
    for world in worlds:
        for place, (member_id, enrolment_id) in enumerate(
            zip(world.member_ids, world.enrolment_ids, strict=True)
        ):
            before = Target(member_id, "phq9", "pre_group", date(2026, 1, 5), enrolment_id=enrolment_id)
            record_total(target=before, text=str(10 + place), scale=None, by=by, now=NOW)
            after = Target(member_id, "phq9", "endline", date(2026, 3, 20), enrolment_id=enrolment_id)
            answers = {f"q{number}": "1" for number in range(1, 10)} | {"function": "0"}
            record_assessment(target=after, form=Form(answers), by=by, now=NOW)


def secrets_of_the_database() -> list[str]:
    """Give every id, code, name, phone number and title of a place or group that stands in the database."""
    found: list[str] = []
    for statement in (
        sa.select(Member.id, Member.code, Member.name, Member.phone, Member.site_id),
        sa.select(Enrolment.id, Enrolment.cycle_id),
        sa.select(Group.id, Group.code, Group.name),
        sa.select(Session.id),
        sa.select(Site.id, Site.code, Site.name),
        sa.select(Answer.assessment_id),
        sa.select(ReportRun.id),
    ):
        for row in db.session.execute(statement):
            found += [one for one in row if one]
    return found


@pytest.mark.parametrize("form", list(PackageForm))
def test_no_name_code_id_or_date_is_in_any_byte(cast: Cast, worlds: list[World], form: PackageForm) -> None:
    if form is PackageForm.PARQUET and not os.environ.get("GIPT_REQUIRE_CHECK"):
        pytest.importorskip("pyarrow")
    measured(cast, worlds)
    found = files(make(cast.actor("me"), replace(TERMS, form=form)))
    texts = {name: content.decode("utf-8", "replace") for name, content in found.items()}
    if form is PackageForm.PARQUET:
        import pyarrow.parquet

        for name in ("persons", "sessions", "scores"):
            table = pyarrow.parquet.read_table(io.BytesIO(found[f"{name}.parquet"]))
            texts[f"{name} as text"] = str(table.to_pydict())
            assert table.num_rows
    hidden = secrets_of_the_database()
    assert len(hidden) > 150
    for name, text in texts.items():
        assert [one for one in hidden if one in text] == [], name
        if name.startswith(("persons", "sessions", "scores")):
            assert not re.search(r"\d{4}-\d{2}-\d{2}", text), name


def test_the_codebook_names_each_column_of_each_file(cast: Cast, worlds: list[World]) -> None:
    measured(cast, worlds)
    raw = make(cast.actor("me"))
    named = [(one["file"], one["column"]) for one in rows(raw, "codebook")]
    heads = [(name, column) for name in ("persons", "sessions", "scores") for column in rows(raw, name)[0]]
    assert named == heads
    assert all(one["label"] and one["type"] for one in rows(raw, "codebook"))
    by_column = {one["column"]: one for one in rows(raw, "codebook")}
    assert by_column["measure"]["values"].startswith("phq9 = PHQ-9")
    assert by_column["sex"]["values"] in ("female = Female", "all = not told apart")
    assert by_column["age"]["level"]


def test_weeks_that_too_few_share_stay_empty(cast: Cast, worlds: list[World]) -> None:
    by = cast.actor("coordinator")
    for number, (member_id, enrolment_id) in enumerate(
        zip(worlds[0].member_ids, worlds[0].enrolment_ids, strict=True)
    ):
        day = date(2026, 1, 20) + timedelta(days=7 * (number % 5))
        target = Target(member_id, "phq9", "midline", day, enrolment_id=enrolment_id)
        record_total(target=target, text="9", scale=None, by=by, now=NOW)
    raw = make(cast.actor("me"))
    assert {one["week"] for one in rows(raw, "scores")} == {""}
    assert {one["occasion"] for one in rows(raw, "scores")} == {"1"}
    assert log(raw)["hidden_weeks"] == "10"


@pytest.mark.parametrize(
    ("terms", "purpose", "field"),
    [
        (None, "Why", "agreement"),
        (replace(TERMS, agreement="  "), "Why", "agreement"),
        (replace(TERMS, recipient=None), "Why", "recipient"),
        (replace(TERMS, agreement="x" * 201), "Why", "agreement"),
        (replace(TERMS, k=4), "Why", "k"),
        (replace(TERMS, k=10, licence=Licence.CC_BY_NC), "Why", "k"),
        (TERMS, " ", "purpose"),
    ],
    ids=[
        "nothing",
        "no agreement",
        "no recipient",
        "too long",
        "k of 4",
        "public with k of 10",
        "no purpose",
    ],
)
def test_without_agreement_recipient_and_purpose_nothing_is_made(
    cast: Cast, terms: Terms | None, purpose: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        ask(cast.actor("me"), terms, purpose)
    assert caught.value.details["field"] == field
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportRun)) == 0


@pytest.mark.parametrize("role", ["coordinator", "supervisor", "facilitator", "admin", "translator"])
def test_others_may_not_ask_for_one(cast: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        ask(cast.actor(role))


def test_terms_are_sealed_and_the_audit_holds_nothing_that_was_typed(cast: Cast, worlds: list[World]) -> None:
    make(cast.actor("me"))
    row = db.session.execute(sa.text("SELECT agreement, recipient FROM report_terms")).one()
    assert b"MoU" not in bytes(row.agreement)
    assert b"University" not in bytes(row.recipient)
    (kept,) = db.session.scalars(sa.select(ReportTerms))
    assert (kept.agreement, kept.recipient, kept.licence, kept.k) == (
        *("MoU 2026/04", "Invented University"),
        "agreement",
        5,
    )
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "request_report")).one()
    assert event.details["k"] == 5
    assert "MoU" not in str(event.details)


def test_a_second_package_shares_no_name_with_the_first_and_names_it(cast: Cast, worlds: list[World]) -> None:
    me = cast.actor("me")
    first = make(me)
    second = make(me, replace(TERMS, agreement="MoU 2026/05"), timedelta(minutes=1))
    names = [{one["person"] for one in rows(raw, "persons")} for raw in (first, second)]
    assert not names[0] & names[1]
    earlier = [one["value"] for one in rows(second, "suppression_log") if one["rule"] == "earlier_package"]
    assert earlier == ["R-0001 · MoU 2026/04"]
    assert "earlier_package" not in log(first)


def test_a_later_package_is_never_finer_than_an_earlier_one(cast: Cast, worlds: list[World]) -> None:
    me = cast.actor("me")
    make(me, replace(TERMS, k=6))
    make(me, replace(TERMS, k=5), timedelta(minutes=1))
    first, second = (
        one.row_counts["levels"] for one in db.session.scalars(sa.select(ReportRun).order_by(ReportRun.code))
    )
    assert all(second[name] >= first[name] for name in first)
    assert [one.row_counts["k"] for one in db.session.scalars(sa.select(ReportRun))] == [6, 6]


def test_it_is_fetched_made_again_and_deleted_like_any_report(cast: Cast, worlds: list[World]) -> None:
    lead = cast.actor("clinical_lead")
    make(lead)
    run = db.session.scalars(sa.select(ReportRun)).one()
    assert download_report(run_id=run.id, by=lead, now=NOW).endswith("-R-0001.zip")
    again = repeat_report(run_id=run.id, by=lead, now=NOW)
    assert db.session.get_one(ReportTerms, again).agreement == "MoU 2026/04"
    delete_report(run_id=run.id, by=lead, now=NOW)
    assert not file_of("R-0001").exists()
