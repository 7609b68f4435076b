"""The tap budgets of ux.md section 6, counted in a real browser, with scripts and without."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.db import db
from gipt.models import AbsenceFollowUp, Attendance, Session
from tests.cast import Cast
from tests.e2e.conftest import OpenPage
from tests.world import World, hold_meeting, local_today, make_running_group

pytestmark = pytest.mark.browser


class Taps:
    """Count every tap on a page."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.count = 0

    def on(self, locator: Any) -> None:
        """Tap something that can be seen and touched."""
        locator.click()
        self.count += 1

    def button(self, name: str) -> None:
        """Tap a button or link by its words."""
        button, link = (self.page.get_by_role(role, name=name, exact=True) for role in ("button", "link"))
        self.on(button.or_(link).first)


@pytest.fixture
def world(app: Flask, cast: Cast) -> World:
    return make_running_group(cast, members=8)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def page(scripts: bool, open_page: OpenPage, cast: Cast) -> Any:
    return open_page(cast.people[("facilitator", "own")], scripts=scripts, width=320, height=640)


def marks(session_id: str) -> list[str]:
    db.session.expire_all()
    return sorted(db.session.scalars(sa.select(Attendance.status).where(Attendance.session_id == session_id)))


def test_b1_the_register_of_eight_takes_at_most_six_taps(world: World, page: Any, scripts: bool) -> None:
    page.goto("/today")
    taps = Taps(page)
    taps.button("Start")
    taps.on(page.locator("[data-tick=missed]").nth(2))
    taps.on(page.locator("[data-tick=missed]").nth(5))
    taps.button("Everyone came")
    if scripts:  # without them the same button stores
        taps.button("Save")
    page.get_by_text("6 of 8 came").wait_for()
    assert taps.count <= 6
    assert marks(world.session_ids[0]) == ["absent_unknown"] * 2 + ["present"] * 6


def test_b2_a_check_in_of_ten_questions_takes_at_most_twelve_taps(
    cast: Cast, world: World, page: Any
) -> None:
    hold_meeting(cast, world, 1)
    page.goto(f"/s/{world.session_ids[0]}/c")
    taps = Taps(page)
    taps.on(page.locator(".mem a").first)
    for number in range(1, 10):
        page.get_by_text(f"{number} of 10", exact=True).wait_for()
        taps.button("Not at all")
    taps.button("Not difficult at all")
    page.get_by_text("10 answers saved.").wait_for()
    taps.button("Back to the list")
    assert taps.count <= 12
    assert page.locator(".mem").filter(has_text="done").count() == 1


SCREENS = (
    "/today",
    "/g",
    "/me",
    "/s/{s}",
    "/s/{s}/r",
    "/s/{s}/c",
    "/s/{s}/c/{e}",
    "/s/{s}/guide/1",
    "/s/{s}/close",
)


def test_b4_help_is_at_most_two_taps_away_and_asks_for_nothing(cast: Cast, world: World, page: Any) -> None:
    hold_meeting(cast, world, 1)
    for screen in SCREENS:
        page.goto(screen.format(s=world.session_ids[0], e=world.enrolment_ids[0]))
        page.wait_for_load_state("networkidle")
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        taps = Taps(page)
        taps.on(page.locator(".bar .sos"))
        page.locator("#help-now li").first.wait_for()
        assert page.locator("#help-now a[href^='tel:']").count() == 2
        assert taps.count <= 2
        assert [url for url in asked if "/static/icon.svg" not in url] == [], screen


def test_b5_closing_takes_at_most_six_taps(cast: Cast, world: World, page: Any) -> None:
    hold_meeting(cast, world, 1)
    page.goto("/today")
    taps = Taps(page)
    taps.button("Go on")
    taps.on(page.get_by_role("link", name="Close"))
    taps.on(page.get_by_label("Mixed"))
    taps.button("Close meeting")
    page.get_by_text("Meeting 1 is closed.").wait_for()
    assert taps.count <= 6
    db.session.expire_all()
    assert db.session.get_one(Session, world.session_ids[0]).feel == "mixed"


def test_b14_a_follow_up_takes_at_most_six_taps(cast: Cast, page: Any) -> None:
    world = make_running_group(cast, members=8, first=local_today() - timedelta(days=2))
    hold_meeting(cast, world, 1, ["absent_unknown"] + ["present"] * 7)
    page.goto("/today")
    taps = Taps(page)
    taps.on(page.locator(".mem a").first)
    taps.on(page.get_by_label("Visit", exact=True))
    taps.on(page.get_by_label("Reached", exact=True))
    taps.on(page.get_by_label("Yes", exact=True))
    taps.button("Save")
    page.get_by_text("Noted. Thank you for asking.").wait_for()
    assert taps.count <= 6
    db.session.expire_all()
    done = sa.select(sa.func.count()).where(AbsenceFollowUp.done_at.is_not(None))
    assert db.session.scalar(done) == 1
