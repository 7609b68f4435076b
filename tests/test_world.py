"""The world that other tests stand on is what it says."""

from datetime import timedelta

from tests.cast import Cast
from tests.world import hold_meeting, local_today, make_running_group


def test_a_running_group_has_its_meetings_and_members_in_order(cast: Cast) -> None:
    world = make_running_group(cast, members=8)
    assert len(world.session_ids) == 8
    assert len(world.follow_up_ids) == 2
    assert len(set(world.enrolment_ids)) == len(set(world.member_ids)) == 8
    assert world.first == local_today()


def test_a_meeting_of_the_past_can_be_held(cast: Cast) -> None:
    world = make_running_group(cast, members=6, first=local_today() - timedelta(days=14))
    assert hold_meeting(cast, world, 1, ["present"] * 5 + ["absent_unknown"]) == world.session_ids[0]
