"""A page left alone: what was typed stays, what is left empty is left, at the time that the server goes by too."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gipt.actions.safety import raise_worry
from gipt.db import db
from gipt.models import Programme, SafetyEvent
from gipt.web import guard
from tests.cast import Cast
from tests.e2e.conftest import OpenPage, follow
from tests.world import World, make_protocol, make_running_group

pytestmark = pytest.mark.browser

TYPED = "We talked about her sister."
Open = Callable[[str], Any]


@pytest.fixture
def world(cast: Cast) -> World:
    return make_running_group(cast, members=4)


@pytest.fixture
def sit(cast: Cast, open_page: OpenPage) -> Open:
    """Give a function that opens a window for a role, whose clock a test can move."""

    def open_it(role: str) -> Any:
        page = open_page(cast.people[(role, "own")], width=360 if role == "facilitator" else 1280)
        page.clock.install()
        return page

    return open_it


def wait(page: Any, minutes: float) -> None:
    """Let minutes pass in the browser in which nobody touches it."""
    page.clock.run_for(round(minutes * 60_000))


def covered(page: Any) -> bool:
    return bool(page.evaluate("getComputedStyle(document.body).visibility === 'hidden'"))


def worry(cast: Cast, world: World) -> str:
    make_protocol(cast)
    at = datetime.now(UTC)
    return raise_worry(member_id=world.member_ids[0], by=cast.actor("facilitator"), now=at)


def written(episode_id: str) -> list[str | None]:
    db.session.expire_all()
    asked = sa.select(SafetyEvent.note).where(
        SafetyEvent.episode_id == episode_id, SafetyEvent.kind == "note"
    )
    return list(db.session.scalars(asked))


# --- the office -----------------------------------------------------------------------------------------------------


def test_an_office_form_with_something_typed_is_covered_and_comes_back(sit: Open) -> None:
    page = sit("coordinator")
    page.goto("/o/people/new")
    page.get_by_label("Full name").fill("Halima Begum")
    wait(page, 29)
    assert not covered(page)
    wait(page, 90)
    assert covered(page)
    assert page.url.endswith("/o/people/new")
    page.keyboard.press("Shift")
    assert not covered(page)
    assert page.get_by_label("Full name").input_value() == "Halima Begum"


def test_a_chosen_box_counts_as_something_typed(sit: Open, world: World) -> None:
    page = sit("admin")
    page.goto("/a/set-up/programme")
    page.locator("label[for=clock-2]").click()
    wait(page, 31)
    assert covered(page)
    assert page.url.endswith("/a/set-up/programme")


def test_a_refused_form_is_not_left_although_nobody_typed_again(sit: Open) -> None:
    page = sit("coordinator")
    page.goto("/o/people/new")
    page.locator("textarea").last.fill(TYPED)
    follow(page, page.get_by_role("button", name="Save").first)
    page.locator(".summary").wait_for()
    wait(page, 31)
    assert covered(page)
    assert "/cover" not in page.url
    assert page.locator("textarea").last.input_value() == TYPED


def test_an_office_page_without_anything_typed_is_left_after_half_an_hour_and_not_before(sit: Open) -> None:
    page = sit("coordinator")
    page.goto("/o/people")
    wait(page, 29.5)
    assert not covered(page)
    with page.expect_navigation(url="**/cover"):
        wait(page, 1)


def test_a_search_that_was_not_sent_holds_nothing_to_lose(sit: Open) -> None:
    page = sit("coordinator")
    page.goto("/o/people")
    page.get_by_label("Find by name, code or phone").fill("Halima")
    with page.expect_navigation(url="**/cover"):
        wait(page, 31)


def test_leaving_one_window_does_not_sign_the_office_out_of_another(sit: Open) -> None:
    page = sit("coordinator")
    page.goto("/o/people")
    other = page.context.new_page()
    other.goto("/o/people/new")
    with page.expect_navigation(url="**/cover"):
        wait(page, 31)
    other.goto("/o/people")
    assert other.url.endswith("/o/people")


def test_what_waited_longer_than_the_sign_in_is_offered_again(
    sit: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server goes by the same half hour: it asks who is there, and keeps what was typed meanwhile."""
    page = sit("coordinator")
    page.goto("/o/people/new")
    page.get_by_label("Full name").fill("Halima Begum")
    wait(page, 31)
    monkeypatch.setattr(guard, "now", lambda: datetime.now(UTC) + timedelta(minutes=31))
    page.keyboard.press("Shift")
    follow(page, page.get_by_role("button", name="Save").first)
    page.get_by_text("Sign in to go on. Your work is here.").wait_for()


def test_the_office_is_not_asked_whether_it_wants_to_leave_a_form(sit: Open) -> None:
    page, asked = sit("coordinator"), []
    page.on("dialog", lambda box: (asked.append(box.type), box.accept()))
    page.goto("/o/people/new")
    page.get_by_label("Full name").press_sequentially("Halima")
    follow(page, page.locator("nav.side a").first)
    assert asked == []


# --- the phone ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [3, 10])
def test_a_phone_leaves_after_the_minutes_of_its_programme(sit: Open, world: World, minutes: int) -> None:
    db.session.execute(sa.update(Programme).values(lock_minutes=minutes))
    db.session.commit()
    page = sit("facilitator")
    page.goto("/today")
    wait(page, minutes - 0.5)
    assert not covered(page)
    page.mouse.wheel(0, 10)
    page.keyboard.press("Shift")
    wait(page, minutes - 0.5)
    assert not covered(page)
    with page.expect_navigation(url="**/cover"):
        wait(page, 1)


def test_what_was_written_in_help_now_waits_and_can_be_sent(cast: Cast, world: World, sit: Open) -> None:
    episode_id = worry(cast, world)
    page = sit("facilitator")
    page.goto(f"/h/{episode_id}")
    page.get_by_label("Anything else").fill(TYPED)
    wait(page, 20)
    assert covered(page)
    page.keyboard.press("Shift")
    assert page.get_by_label("Anything else").input_value() == TYPED
    follow(page, page.get_by_role("button", name="Write down"))
    assert written(episode_id) == [TYPED]


@pytest.mark.parametrize("role", ["facilitator", "supervisor"])
def test_hide_stores_what_was_written_in_help_now(cast: Cast, world: World, sit: Open, role: str) -> None:
    episode_id = worry(cast, world)
    page, asked = sit(role), []
    page.on("dialog", lambda box: (asked.append(box.type), box.accept()))
    page.goto(f"/h/{episode_id}")
    page.get_by_label("Anything else").press_sequentially(TYPED)
    with page.expect_navigation(url="**/cover"):
        page.get_by_role("button", name="Hide").click()
    assert written(episode_id) == [TYPED]
    assert asked == []
    page.goto(f"/h/{episode_id}")
    assert TYPED not in page.content()
    assert page.locator("input[type=password]").count() == 1


def test_leaving_what_was_written_in_help_now_is_asked_about(cast: Cast, world: World, sit: Open) -> None:
    episode_id = worry(cast, world)
    page, asked = sit("facilitator"), []
    page.on("dialog", lambda box: (asked.append(box.type), box.dismiss()))
    page.goto(f"/h/{episode_id}")
    page.get_by_label("Anything else").press_sequentially(TYPED)
    page.locator(".bar a").first.click(no_wait_after=True)
    page.wait_for_function("1")
    assert asked == ["beforeunload"]
    assert page.get_by_label("Anything else").input_value() == TYPED


def test_hide_covers_at_once_asks_nothing_and_back_shows_nothing(world: World, sit: Open) -> None:
    """A register with ticks that were not saved: Hide is meant, so nothing stands in its way (A18)."""
    page, asked = sit("facilitator"), []
    page.on("dialog", lambda box: (asked.append(box.type), box.accept()))
    page.goto("/today")
    page.goto(f"/s/{world.session_ids[0]}/r")
    page.locator("[data-tick=came]").first.check()
    with page.expect_navigation(url="**/cover"):
        page.get_by_role("button", name="Hide").click()
    assert asked == []
    page.go_back()
    assert page.locator(".reg, .mem, .card").count() == 0
    assert page.locator("input[type=password]").count() == 1
