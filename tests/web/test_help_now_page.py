"""The page of one concern offers the numbers of the programme's own protocol."""

import re

import pytest
from flask import Flask

from gipt.actions.safety import raise_worry
from gipt.db import db
from gipt.models import SafetyEpisode
from tests.actions.people import person
from tests.cast import NOW, Cast, signed_in_client
from tests.world import make_protocol


def test_each_number_of_the_protocol_can_be_ticked_as_called(app: Flask, cast: Cast) -> None:
    make_protocol(cast, now=NOW)
    episode_id = raise_worry(member_id=person(cast), by=cast.actor("coordinator"), now=NOW)
    answer = signed_in_client(app, cast.people[("coordinator", "own")]).get(f"/h/{episode_id}")
    assert answer.status_code == 200
    assert 'value="called:' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "typed", [{"text": "Her sister is with her."}, {"where": "Hill clinic"}, {"steps": "stayed"}]
)
def test_what_was_begun_to_be_written_outlives_a_more_dangerous_level(
    app: Flask, cast: Cast, typed: dict[str, str]
) -> None:
    """Both stand on one page: raising the level must not cost the words, and they can still be sent."""
    make_protocol(cast, now=NOW)
    episode_id = raise_worry(member_id=person(cast), by=cast.actor("coordinator"), now=NOW)
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    raised = client.post(f"/h/{episode_id}/level", data={"op": "a" * 32, "level": "3", **typed})
    assert raised.status_code == 200
    assert db.session.get_one(SafetyEpisode, episode_id).level == 3
    name, value = next(iter(typed.items()))
    assert value in raised.text
    if name == "steps":
        assert re.search(rf'name="steps" value="{value}" checked', raised.text)
    form = raised.text.split('id="did"')[1].split("</form>")[0]
    op = form.split('name="op" value="')[1].split('"')[0]
    assert op != "a" * 32  # under the old one, what is sent now would count as sent already
    assert client.post(f"/h/{episode_id}/did", data={"op": op, **typed}).status_code == 303
    assert value in client.get(f"/h/{episode_id}").text


def test_a_more_dangerous_level_with_nothing_written_goes_back_to_the_page(app: Flask, cast: Cast) -> None:
    make_protocol(cast, now=NOW)
    episode_id = raise_worry(member_id=person(cast), by=cast.actor("coordinator"), now=NOW)
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    assert client.post(f"/h/{episode_id}/level", data={"op": "a" * 32, "level": "3"}).status_code == 303
