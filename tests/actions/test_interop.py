"""Figures to another system: the same marks as in a workbook, seen before sent, written down whatever comes of it."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions import interop
from gipt.actions.base import verify_chain
from gipt.actions.interop import SendRequest, compare, digest_of, gather, send
from gipt.actions.report_files import settings
from gipt.config import OtherSystem, other_system
from gipt.db import db
from gipt.domain.problems import (
    BadDefinition,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotReady,
    RemoteFault,
    Unknown,
)
from gipt.interop import remote
from gipt.interop.dhis2 import Change
from gipt.models import AuditEvent, ReportRun
from gipt.queries.report_frozen import find_report
from gipt.queries.report_runs import find_runs
from tests.cast import Cast
from tests.interop.fake_dhis2 import TOKEN, FakeDhis2, fake_dhis2
from tests.world import hold_meeting, make_running_group

NOW = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
QUARTER = SendRequest("hmis", date(2026, 1, 1), date(2026, 3, 31))
MAP = """
id = "hmis"
title = "Quarterly set"
data_set = "dataSet0001"
period = "quarterly"
[org_units]
HILL = "orgUnit0001"
[[value]]
figure = "I-07, numerator"
data_element = "element0001"
[[value]]
figure = "F5"
data_element = "element0002"
category_option_combo = "comboFemale"
[[value]]
figure = "I-05, numerator, sex=female"
data_element = "element0003"
"""
WHOLE = MAP.replace('[org_units]\nHILL = "orgUnit0001"', "").replace(
    'period = "', 'org_unit = "orgUnit0009"\nperiod = "'
)


@pytest.fixture
def maps(app: Flask, cast: Cast, tmp_path: Path) -> Path:
    """Give a folder of definitions of the programme's own, with one code map; twelve people came once."""
    folder = tmp_path / "own" / "dhis2"
    folder.mkdir(parents=True)
    # Of twelve people who came once, attendance is the one count that is not hidden.
    (folder / "hmis.toml").write_text(MAP, "utf-8")
    (folder / "whole.toml").write_text(WHOLE.replace('id = "hmis"', 'id = "whole"'), "utf-8")
    app.extensions["gipt.settings"] = replace(settings(), exports=tmp_path / "own")
    hold_meeting(cast, make_running_group(cast, members=12, first=date(2026, 2, 9)), 1)
    return folder


@pytest.fixture
def dhis2(app: Flask, maps: Path) -> Iterator[FakeDhis2]:
    with fake_dhis2() as server:
        app.extensions["gipt.settings"] = replace(settings(), dhis2=OtherSystem(server.url, TOKEN))
        yield server


def events() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.n)))[-2:]


def test_what_would_be_sent_stands_beside_what_is_there_and_nothing_is_written(
    cast: Cast, dhis2: FakeDhis2
) -> None:
    dhis2.values = [
        {"dataElement": "element0001", "orgUnit": "orgUnit0001", "period": "2026Q1", "value": "9"}
    ]
    before = events()
    gathered, found = compare(record=QUARTER, by=cast.actor("me"), now=NOW)
    assert [(one.change, one.ours, one.theirs) for one in found] == [
        (Change.CHANGED, "12", "9"),
        (Change.HIDDEN, None, None),
        (Change.HIDDEN, None, None),
    ]
    assert gathered.site_ids == (cast.own,)
    assert events() == before
    assert [method for method, *_ in dhis2.asked] == ["GET"]


def test_what_was_seen_is_sent_and_hidden_counts_are_not(cast: Cast, dhis2: FakeDhis2) -> None:
    gathered, _ = compare(record=QUARTER, by=cast.actor("me"), now=NOW)
    done = send(record=QUARTER, seen=digest_of(gathered), by=cast.actor("me"), now=NOW)
    assert (done.outcome.ok, done.outcome.imported) == (True, 1)
    assert dhis2.values == [
        {"dataElement": "element0001", "period": "2026Q1", "orgUnit": "orgUnit0001", "value": "12"}
    ]
    assert events() == ["begin_sending", "note_sent"]
    line = find_runs(cast.actor("me"), NOW)[0]
    assert (line.state, line.rows, line.hidden_cells, line.can_fetch) == ("done", 1, 2, False)
    _, frozen = find_report(cast.actor("me"), done.run_id)
    assert [row[2] for row in frozen.sheets[0].rows] == [12, "*", "*"]
    assert verify_chain() is None
    _, after = compare(record=QUARTER, by=cast.actor("me"), now=NOW)
    assert after[0].change is Change.SAME


def test_other_numbers_than_those_that_were_seen_are_not_sent(cast: Cast, dhis2: FakeDhis2) -> None:
    with pytest.raises(Invalid) as caught:
        send(record=QUARTER, seen="0" * 64, by=cast.actor("me"), now=NOW)
    assert caught.value.details["reason"] == "changed_since"
    assert dhis2.asked == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "not_signed_in"), (403, "not_signed_in"), (404, "not_there"), (302, "redirected"), (500, "server_broken"),
     (400, "refused")],
)  # fmt: skip
def test_a_server_that_refuses_is_one_sentence_and_a_failed_line(
    cast: Cast, dhis2: FakeDhis2, status: int, reason: str
) -> None:
    gathered = gather(record=QUARTER, by=cast.actor("me"), now=NOW)
    dhis2.status = status
    with pytest.raises(RemoteFault) as caught:
        send(record=QUARTER, seen=digest_of(gathered), by=cast.actor("me"), now=NOW)
    assert caught.value.details["reason"] == reason
    run = db.session.scalars(sa.select(ReportRun)).one()
    assert (run.state, run.problem) == ("failed", f"remote_fault.{reason}")
    assert (
        len([one for one in dhis2.asked if one[1] != "/hmis/api/dataValueSets"]) == 0
    )  # no redirect was followed


def test_a_part_that_the_server_refuses_makes_a_failed_line_with_its_counts(
    cast: Cast, dhis2: FakeDhis2
) -> None:
    dhis2.unknown, dhis2.status = frozenset({"element0001"}), 409
    gathered = gather(record=QUARTER, by=cast.actor("me"), now=NOW)
    done = send(record=QUARTER, seen=digest_of(gathered), by=cast.actor("me"), now=NOW)
    assert (done.outcome.ok, done.outcome.ignored) == (False, 1)
    run = db.session.scalars(sa.select(ReportRun)).one()
    assert run.state == "failed"
    assert run.row_counts["outcome"] == {"imported": 0, "updated": 0, "ignored": 1, "conflicts": 1}


@pytest.mark.parametrize("raw", [b"<html>", b"", b'{"status": "OK"}', b"[]"])
def test_an_answer_that_cannot_be_read_is_a_fault_and_no_crash(
    cast: Cast, dhis2: FakeDhis2, raw: bytes
) -> None:
    gathered = gather(record=QUARTER, by=cast.actor("me"), now=NOW)
    dhis2.raw = raw
    with pytest.raises(RemoteFault):
        send(record=QUARTER, seen=digest_of(gathered), by=cast.actor("me"), now=NOW)


def test_the_token_is_in_no_log_no_fault_and_no_stored_row(
    cast: Cast, dhis2: FakeDhis2, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gathered = gather(record=QUARTER, by=cast.actor("me"), now=NOW)
    dhis2.status = 500
    with pytest.raises(RemoteFault) as caught:
        send(record=QUARTER, seen=digest_of(gathered), by=cast.actor("me"), now=NOW)
    shown = [
        repr(caught.value),
        caplog.text,
        repr(settings()),
        repr(interop.server()),
        repr(caught.value.__context__),
    ]
    assert not [one for one in shown if TOKEN in one]
    for table in ("audit_event", "report_run"):
        rows = db.session.execute(sa.text(f"SELECT * FROM {table}")).all()
        assert TOKEN not in repr(rows)


def test_nobody_answers(app: Flask, cast: Cast, maps: Path) -> None:
    app.extensions["gipt.settings"] = replace(settings(), dhis2=OtherSystem("http://127.0.0.1:9/api", TOKEN))
    with pytest.raises(RemoteFault) as caught:
        compare(record=QUARTER, by=cast.actor("me"), now=NOW)
    assert caught.value.details["reason"] == "not_reached"


def test_a_server_that_dawdles(cast: Cast, dhis2: FakeDhis2, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "SECONDS", 0.1)
    dhis2.delay = 0.4
    with pytest.raises(RemoteFault) as caught:
        compare(record=QUARTER, by=cast.actor("me"), now=NOW)
    assert caught.value.details["reason"] == "too_slow"


@pytest.mark.parametrize(
    "url",
    ["http://hmis.example.org/api", "ftp://127.0.0.1", "https://", "https://user:pw@hmis.example.org", "file:///etc/passwd",
     "https://hmis.example.org/api?token=x"],
)  # fmt: skip
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(RemoteFault):
        remote.Server(url, TOKEN)


def test_without_another_system_there_is_a_sentence(cast: Cast, maps: Path) -> None:
    with pytest.raises(NotReady):
        compare(record=QUARTER, by=cast.actor("me"), now=NOW)


def test_the_token_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", "utf-8")
    found = other_system(
        {"GIPT_DHIS2_URL": "https://hmis.example.org/api", "GIPT_DHIS2_TOKEN_FILE": str(file)}
    )
    assert found is not None
    assert (found.token, TOKEN in repr(found)) == (TOKEN, False)
    assert other_system({"GIPT_DHIS2_URL": "https://hmis.example.org/api"}) is None


# --- who and what -------------------------------------------------------------------------------------------------


def test_a_map_of_a_foreign_site_does_not_exist_for_others(cast: Cast, maps: Path) -> None:
    with pytest.raises(NotFound):
        gather(record=QUARTER, by=cast.actor("me", "foreign"), now=NOW)


def test_one_unit_for_the_programme_needs_every_site(cast: Cast, maps: Path) -> None:
    with pytest.raises(NotFound):
        gather(record=replace(QUARTER, code_map="whole"), by=cast.actor("me"), now=NOW)


@pytest.mark.parametrize("role", ["facilitator", "supervisor", "clinical_lead", "admin"])
def test_only_roles_with_the_permission_may(cast: Cast, maps: Path, role: str) -> None:
    with pytest.raises(NotAllowed):
        gather(record=QUARTER, by=cast.actor(role), now=NOW)


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (replace(QUARTER, code_map="nope"), Unknown),
        (replace(QUARTER, to_on=date(2026, 6, 30)), Invalid),
        (replace(QUARTER, from_on=date(2026, 1, 2)), Invalid),
    ],
    ids=["no such map", "half a year", "a cut month"],
)
def test_a_request_that_does_not_fit_is_refused(
    cast: Cast, maps: Path, record: SendRequest, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        gather(record=record, by=cast.actor("me"), now=NOW)


@pytest.mark.parametrize("figure", ["I-99", "F5, 2026-Q1", "programme", "I-10", "F5, female, 18-24"])
def test_a_figure_that_cannot_be_counted_by_site_is_named_with_its_file(
    cast: Cast, maps: Path, figure: str
) -> None:
    (maps / "hmis.toml").write_text(MAP.replace("I-07, numerator", figure), "utf-8")
    with pytest.raises(BadDefinition) as caught:
        gather(record=QUARTER, by=cast.actor("me"), now=NOW)
    assert caught.value.details["file"] == "hmis.toml"


def test_the_shipped_example_reads_and_matches_no_site(cast: Cast) -> None:
    assert "example" in [one.id for one in interop.code_maps()]
    with pytest.raises(NotFound):
        gather(record=replace(QUARTER, code_map="example"), by=cast.actor("me"), now=NOW)


def test_an_adx_file_needs_a_value_that_may_leave(cast: Cast, maps: Path) -> None:
    content = interop.as_adx(gather(record=QUARTER, by=cast.actor("me"), now=NOW), NOW)
    assert content.count(b"<dataValue") == 1
    empty = SendRequest("hmis", date(2024, 1, 1), date(2024, 3, 31))
    found = gather(record=empty, by=cast.actor("me"), now=NOW)
    if not any(one.value is not None for one in found.data):
        with pytest.raises(Conflict):
            interop.as_adx(found, NOW)
