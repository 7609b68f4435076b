"""Which words a group reads: named on its page, chosen by the office, with what stands against a start."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.translations import publish_translation
from gipt.domain.guides import GuideStatus
from gipt.queries.translations import pinned_guide
from tests.actions.test_translations import approved, field_tested, plan, take
from tests.cast import NOW, Cast, signed_in_client
from tests.web.test_languages import words
from tests.world import make_curriculum, make_protocol


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("coordinator", "own")])


@pytest.fixture
def published(cast: Cast) -> tuple[str, str]:
    """Publish the guide and its words in Swahili; gives both ids."""
    version_id = make_curriculum(cast, now=NOW)
    make_protocol(cast, now=NOW)
    return version_id, publish_translation(
        curriculum_version_id=version_id, tag="sw", by=cast.actor("translator"), now=NOW
    )


def test_the_page_names_the_words_and_says_what_stands_against_a_start(
    cast: Cast, client: FlaskClient, published: tuple[str, str]
) -> None:
    version_id, draft = published
    cycle_id = plan(cast, version_id)
    path = f"/o/cycles/{cycle_id}"
    assert "Reads the guide who-8" in words(client.get(path))
    offer = words(client.get(f"{path}/guide"))
    assert "The group speaks Kiswahili." in offer
    assert "Draft: no group can start with it yet." in offer
    client.post(f"{path}/guide", data={"guide": draft})
    page = words(client.get(path))
    assert "The clinical lead has to approve the words of this guide first. Choose other words" in page
    client.post(f"{path}/guide", data={"guide": "own"})
    assert pinned_guide(cycle_id).translation_id is None
    assert "Start the cycle" in words(client.get(path))


def test_field_tested_words_start_as_a_pilot_only(
    cast: Cast, client: FlaskClient, published: tuple[str, str]
) -> None:
    version_id, draft = published
    cycle_id = plan(cast, version_id)
    path = f"/o/cycles/{cycle_id}"
    field_tested(cast, draft)
    client.post(f"{path}/guide", data={"guide": draft})
    assert "Start the cycle" not in words(client.get(path))
    client.post(f"{path}/guide", data={"guide": draft, "pilot": "1"})
    page = words(client.get(path))
    assert "Pilot" in page
    assert "Start the cycle" in page


def test_a_running_group_is_moved_only_to_words_it_could_start_with(
    cast: Cast, client: FlaskClient, published: tuple[str, str]
) -> None:
    version_id, draft = published
    cycle_id = plan(cast, version_id)
    path = f"/o/cycles/{cycle_id}"
    client.post(f"{path}/start", data={})
    refused = client.post(f"{path}/guide", data={"guide": draft})
    assert refused.status_code == 422
    assert "The clinical lead has to approve the words of this guide first." in words(refused)
    approved(cast, draft)
    client.post(f"{path}/guide", data={"guide": draft})
    assert pinned_guide(cycle_id).status is GuideStatus.APPROVED
    take(cast, draft, "retired", "clinical_lead")
    assert "Retired" in words(client.get(path))


def test_nothing_chosen_is_a_sentence_and_another_site_sees_nothing(
    app: Flask, cast: Cast, client: FlaskClient, published: tuple[str, str]
) -> None:
    cycle_id = plan(cast, published[0])
    assert "Guide: please choose one answer." in words(client.post(f"/o/cycles/{cycle_id}/guide", data={}))
    stranger = signed_in_client(app, cast.people[("coordinator", "foreign")])
    assert stranger.get(f"/o/cycles/{cycle_id}/guide").status_code == 404
