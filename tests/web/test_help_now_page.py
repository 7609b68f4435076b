"""The page of one concern offers the numbers of the programme's own protocol."""

from flask import Flask

from gipt.actions.safety import raise_worry
from tests.actions.people import person
from tests.cast import NOW, Cast, signed_in_client
from tests.world import make_protocol


def test_each_number_of_the_protocol_can_be_ticked_as_called(app: Flask, cast: Cast) -> None:
    make_protocol(cast, now=NOW)
    episode_id = raise_worry(member_id=person(cast), by=cast.actor("coordinator"), now=NOW)
    answer = signed_in_client(app, cast.people[("coordinator", "own")]).get(f"/h/{episode_id}")
    assert answer.status_code == 200
    assert 'value="called:' in answer.get_data(as_text=True)
