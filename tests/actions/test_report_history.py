"""A report that went out is kept in mind when the next one is made; one that nobody fetched is not."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gipt.actions.report_runs import download_report, export_report, run_report
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.domain.periods import Period
from gipt.models import ReportFrozen
from gipt.queries.report_frozen import find_report
from gipt.queries.report_history import find_history
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
