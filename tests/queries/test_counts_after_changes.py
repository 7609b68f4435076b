"""Merging, moving, cancelling, withdrawing and coming back change exactly the figures that they should."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gipt.actions.consents import withdraw_consent
from gipt.actions.enrolments import add_member_to_cycle, leave, move_member
from gipt.actions.merging import merge_members, undo_merge
from gipt.actions.schedules import ChangeRecord, change_schedule
from tests.cast import Cast
from tests.queries.test_report_facts import (
    FIRST,
    LAST,
    NOW,
    YEAR,
    close,
    facts_of,
    hold_all,
    hold_everything,
    measure,
)
from tests.reports.test_properties import tallies_of
from tests.world import World, hold_meeting, make_running_group

Figures = dict[str, tuple[int, int | None, int, int]]


@pytest.fixture
def world(cast: Cast) -> World:
    return make_running_group(cast, members=3, first=FIRST)


def figures(cast: Cast) -> Figures:
    """Give numerator, denominator, not known and left out of everything a report counts."""
    found = tallies_of(facts_of(cast), YEAR)
    return {code: (one.numerator, one.denominator, one.missing, one.excluded) for code, one in found.items()}


def changes(
    before: Figures, after: Figures
) -> dict[str, tuple[tuple[int, int | None], tuple[int, int | None]]]:
    """Give what changed: numerator and denominator before and after."""
    return {code: (old[:2], after[code][:2]) for code, old in before.items() if old[:2] != after[code][:2]}


def finished(cast: Cast, world: World) -> None:
    """Let the three finish a cycle, with both scores for the first."""
    measure(world, 0, "pre_group", FIRST - timedelta(days=3), 18)
    hold_everything(cast, world)
    measure(world, 0, "endline", LAST, 6)
    close(cast, world)


def test_merging_duplicates_takes_one_person_away_and_undoing_it_brings_all_back(
    cast: Cast, world: World
) -> None:
    again = make_running_group(cast, members=1, first=FIRST + timedelta(weeks=9), name="Second", offset=9)
    finished(cast, world)
    hold_meeting(cast, again, 1)
    before = figures(cast)
    by = cast.actor("coordinator")
    merge_members(keep_id=world.member_ids[0], other_id=again.member_ids[0], by=by, now=NOW)
    # Both records had started; the kept one had completed. Two enrolments stay two, and 8 + 8 + 8 + 1 marks stay 25.
    assert changes(before, figures(cast)) == {
        "F5": ((4, None), (3, None)),
        "I-08": ((4, None), (3, None)),
        "I-04": ((4, 4), (3, 3)),
        "I-05": ((3, 4), (3, 3)),
        "I-06": ((0, 4), (0, 3)),
        "I-09": ((1, 4), (1, 3)),
        **{
            f"{code} conservative": ((met, 4), (met, 3))
            for code, met in (("I-11", 1), ("I-12", 0), ("I-13", 1), ("I-14a", 1), ("I-14b", 0))
        },
    }
    assert figures(cast)["I-07"][:2] == before["I-07"][:2] == (25, 25)
    undo_merge(member_id=again.member_ids[0], by=by, now=NOW)
    assert figures(cast) == before


def test_moving_a_member_between_groups_changes_no_figure(cast: Cast, world: World) -> None:
    other = make_running_group(cast, members=3, first=FIRST, name="Lake group", offset=8)
    hold_all(cast, world, [["present"] * 3] * 2)
    hold_all(cast, other, [["present"] * 3] * 2)
    before = figures(cast)
    move_member(
        enrolment_id=world.enrolment_ids[0],
        to_cycle_id=other.cycle_id,
        on_date=date(2026, 1, 21),
        by=cast.actor("coordinator"),
        now=datetime(2026, 1, 21, 9, tzinfo=UTC),
    )
    assert figures(cast) == before


def test_cancelling_a_session_changes_why_it_was_not_held_and_nothing_else(cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    before, reasons = figures(cast), facts_of(cast).sessions
    change_schedule(
        record=ChangeRecord(world.cycle_id, "cancel", 2, reason="weather"),
        by=cast.actor("coordinator"),
        now=datetime(2026, 1, 18, 9, tzinfo=UTC),
    )
    assert figures(cast) == before
    assert (reasons[1].cancel_reason, facts_of(cast).sessions[1].cancel_reason) == (None, "weather")


def test_withdrawing_consent_takes_nobody_out_of_what_happened_and_is_no_dropout(
    cast: Cast, world: World
) -> None:
    hold_all(cast, world, [["present"] * 3] * 2)
    before = figures(cast)
    by, moment = cast.actor("coordinator"), datetime(2026, 1, 21, 9, tzinfo=UTC)
    withdraw_consent(
        member_id=world.member_ids[0], purpose="service", on_date=date(2026, 1, 21), by=by, now=moment
    )
    assert figures(cast) == before
    leave(
        enrolment_id=world.enrolment_ids[1],
        exit_type="withdrew_consent",
        on_date=date(2026, 1, 21),
        by=by,
        now=moment,
    )
    assert figures(cast) == before


def test_coming_back_for_a_second_cycle_is_one_more_enrolment_of_the_same_person(
    cast: Cast, world: World
) -> None:
    finished(cast, world)
    again = make_running_group(cast, members=2, first=FIRST + timedelta(weeks=9), name="Second", offset=9)
    before = figures(cast)
    add_member_to_cycle(
        cycle_id=again.cycle_id,
        member_id=world.member_ids[0],
        on_date=FIRST + timedelta(weeks=9),
        reason="Asked to come again",
        by=cast.actor("coordinator"),
        now=datetime(2026, 3, 16, 5, tzinfo=UTC),
    )
    assert changes(before, figures(cast)) == {"F5-E": ((5, None), (6, None))}
