"""Full data as CSV and measurements as FHIR: reports like any other, internal, with codes and a purpose."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions.assessments import Form, Target, record_assessment, record_total
from gipt.actions.consents import ConsentRecord, give_consent
from gipt.actions.report_runs import (
    ReportRequest,
    delete_report,
    download_report,
    file_of,
    request_report,
    run_report,
)
from gipt.db import db
from gipt.domain.access import OPERATOR, Actor
from gipt.domain.problems import BadDefinition, Invalid
from gipt.models import Member, ReportRun
from gipt.reports.definition import parse_definition
from tests.cast import Cast, signed_in_client
from tests.world import World, hold_meeting, make_running_group

FIRST = date(2026, 1, 12)
NOW = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_running_group(cast, members=3, first=FIRST)
    hold_meeting(cast, made, 1)
    return made


def make(by: Actor, report: str) -> bytes:
    record = ReportRequest(report, date(2025, 12, 1), date(2026, 3, 31), "en", purpose="Analysis")
    run_id = request_report(record=record, by=by, now=NOW)
    assert run_report(run_id, NOW) == "done"
    code = db.session.scalar(sa.select(ReportRun.code).where(ReportRun.id == run_id))
    return file_of(str(code)).read_bytes()


def tables(raw: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {
            name.removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))
            )
            for name in archive.namelist()
        }


def names() -> list[str]:
    return [one for one in db.session.scalars(sa.select(Member.name)) if one]


def test_the_full_data_stands_in_csv_files_with_codes_and_without_names(cast: Cast, world: World) -> None:
    raw = make(cast.actor("me"), "full-data-csv")
    found = tables(raw)
    assert set(found) == {"members", "sessions", "outcomes", "summary", "dose"}
    assert [one["member"][:2] for one in found["members"]] == ["M-"] * 3
    assert {one["site"] for one in found["members"]} == {"HILL"}
    assert found["members"][0]["enrolled_on"].startswith("202")
    text = b"".join(zipfile.ZipFile(io.BytesIO(raw)).read(f"{name}.csv") for name in found).decode()
    assert not [name for name in names() if name in text]


def test_it_is_fetched_and_deleted_under_its_own_ending(app: Flask, cast: Cast, world: World) -> None:
    make(cast.actor("me"), "full-data-csv")
    run_id = db.session.scalars(sa.select(ReportRun.id)).one()
    assert download_report(run_id=run_id, by=cast.actor("me"), now=NOW).endswith("-R-0001.zip")
    answer = signed_in_client(app, cast.people[("me", "own")]).post(f"/o/reports/{run_id}/file")
    assert answer.mimetype == "application/zip"
    answer.close()
    delete_report(run_id=run_id, by=cast.actor("me"), now=NOW)
    assert not list(file_of("R-0001").parent.glob("R-0001.*"))


def measured(cast: Cast, world: World) -> None:
    """Give the first member all answers of a PHQ-9, the second a total."""
    by = cast.actor("coordinator")
    first, second = (
        Target(world.member_ids[n], "phq9", "endline", date(2026, 3, 20), enrolment_id=world.enrolment_ids[n])
        for n in (0, 1)
    )
    answers = {f"q{number}": "1" for number in range(1, 10)} | {"function": "0"}
    record_assessment(target=first, form=Form(answers), by=by, now=NOW)
    record_total(target=second, text="7", scale=None, by=by, now=NOW)


def resources(raw: bytes) -> list[dict[str, Any]]:
    return [one["resource"] for one in json.loads(raw)["entry"]]


def test_single_answers_with_a_safety_question_are_for_who_handles_safety(cast: Cast, world: World) -> None:
    measured(cast, world)
    plain = resources(make(cast.actor("me"), "measures-fhir"))
    assert [one["resourceType"] for one in plain] == ["Observation", "Observation"]
    assert sorted(one["valueInteger"] for one in plain) == [7, 9]
    whole = resources(make(OPERATOR, "measures-fhir"))
    (response,) = [one for one in whole if one["resourceType"] == "QuestionnaireResponse"]
    assert len(response["item"]) == 10
    assert response["subject"]["identifier"]["value"].startswith("M-")
    text = json.dumps(whole)
    assert not [name for name in names() if name in text]
    assert world.member_ids[0] not in text


def test_who_withdrew_is_in_no_resource(cast: Cast, world: World) -> None:
    measured(cast, world)
    record = ConsentRecord(world.member_ids[0], "service", False, date(2026, 4, 1), "spoken", given_by="self")
    give_consent(record=record, by=cast.actor("coordinator"), now=NOW)
    assert [one["valueInteger"] for one in resources(make(cast.actor("me"), "measures-fhir"))] == [7]


@pytest.mark.parametrize("report", ["full-data-csv", "measures-fhir"])
def test_both_need_a_purpose(cast: Cast, world: World, report: str) -> None:
    record = ReportRequest(report, date(2026, 1, 1), date(2026, 3, 31), "en")
    with pytest.raises(Invalid):
        request_report(record=record, by=cast.actor("me"), now=NOW)


def test_rows_about_people_cannot_be_made_external() -> None:
    content = {
        "id": "x", "version": 1, "kind": "external", "title": "X", "format": "fhir", "sheets": ["indicators"],
        "indicators": ["F5"],
    }  # fmt: skip
    with pytest.raises(BadDefinition) as caught:
        parse_definition("x.toml", content)
    assert caught.value.details["key"] == "format"
