"""A report that went out is kept in mind when the next one is made; one that nobody fetched is not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from gipt.actions.report_runs import download_report, export_report, run_report
from gipt.actions.targets import TargetRecord, set_target
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.domain.disclosure import Mark
from gipt.domain.periods import Period
from gipt.models import ReportFrozen
from gipt.queries.report_frozen import find_report
from gipt.queries.report_history import find_history
from gipt.reports.frozen import pack_told, unpack_told
from tests.actions.test_report_runs import FUNDER, NOW, ask
from tests.cast import Cast
from tests.world import World, hold_meeting, make_running_group

HALF = Period(FUNDER.from_on, FUNDER.to_on)


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_running_group(cast, members=3)
    hold_meeting(cast, made, 1)
    return made


def made_report(cast: Cast, later: int = 0) -> str:
    run_id = ask(cast.actor("coordinator"))
    assert run_report(run_id, NOW + timedelta(minutes=later)) == "done"
    return run_id


def history(run_id: str, period: Period = HALF) -> int:
    db.session.rollback()
    _, frozen = find_report(OPERATOR, run_id)
    site_ids = db.session.scalars(sa.text("SELECT id FROM site")).all()
    return len(find_history(db.session.connection(), period, site_ids, frozen.rules))


def test_only_a_report_that_was_fetched_went_out(cast: Cast, world: World) -> None:
    run_id = made_report(cast)
    assert history(run_id) == 0
    download_report(run_id=run_id, by=cast.actor("coordinator"), now=NOW)
    assert history(run_id) == 1
    assert history(run_id, Period(HALF.last + timedelta(1), HALF.last + timedelta(30))) == 0


def test_what_a_command_wrote_elsewhere_went_out(cast: Cast, world: World, tmp_path: Path) -> None:
    run_id, _ = export_report(
        record=FUNDER, target=tmp_path / "out.xlsx", by=OPERATOR, now=NOW, clock=lambda: NOW, tell=lambda *_: None
    )  # fmt: skip
    assert history(run_id) == 1


def test_the_counts_behind_a_report_are_sealed(cast: Cast, world: World) -> None:
    run_id = made_report(cast)
    db.session.rollback()
    raw = db.session.scalar(sa.text("SELECT counts FROM report_frozen"))
    assert b"enrolled" not in bytes(raw)
    assert b"enrolled" in db.session.get_one(ReportFrozen, run_id).counts.encode()  # type: ignore[union-attr]


def test_the_same_data_are_printed_alike_after_a_report_went_out(cast: Cast, world: World) -> None:
    first = made_report(cast)
    download_report(run_id=first, by=cast.actor("coordinator"), now=NOW)
    second = made_report(cast, 1)
    sheets = [find_report(cast.actor("coordinator"), one)[1].sheets for one in (first, second)]
    assert [one.rows for one in sheets[0]] == [one.rows for one in sheets[1]]


def test_what_a_report_tells_of_the_whole_project_is_kept_in_mind_for_the_months_before_it(
    cast: Cast, tmp_path: Path
) -> None:
    make_running_group(cast, members=3, first=date(2026, 1, 12))
    promise = TargetRecord("F5", Decimal(60))
    set_target(record=promise, by=OPERATOR, now=NOW)
    late = replace(FUNDER, from_on=date(FUNDER.to_on.year, FUNDER.to_on.month, 1))
    before = Period(FUNDER.from_on, late.from_on - timedelta(1))
    run_id, made = export_report(
        record=late, target=tmp_path / "out.xlsx", by=OPERATOR, now=NOW, clock=lambda: NOW, tell=lambda *_: None
    )  # fmt: skip
    sheet = made.frozen.sheet("indicators")
    assert sheet is not None
    codes = [one.code for one in sheet.columns]
    enrolled = next(row for row in sheet.rows if row[0] == "F5")
    # Nobody was enrolled in the last month; the three of before are too few to be told of.
    assert [enrolled[codes.index(code)] for code in ("value", "target_life", "life_value")] == [0, 60, "*"]
    own, beside = made.frozen.told
    assert (beside.scope.period.last, beside.counts["enrolled"].value) == (before.last, 3)
    assert {one.mark for one in beside.counts.values()} <= {Mark.HIDDEN, Mark.SHOWN}
    assert unpack_told(pack_told([own, beside]), own.scope) == [own, beside]
    assert unpack_told(pack_told([own]), own.scope) == [own]
    assert history(run_id, before) == 1
    assert history(run_id, Period(late.from_on, late.to_on)) == 1
