"""Whole jobs of the office with a keyboard only, at 320 px, no scripts; the coordinator's also from right to left."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions.consents import ConsentRecord, give_consent
from gipt.actions.groups import GroupRecord, form_group
from gipt.actions.members import MemberRecord, add_member
from gipt.actions.report_runs import run_waiting_reports
from gipt.actions.safety import raise_worry
from gipt.actions.screenings import ScreeningRecord, record_screening
from gipt.cli import first_link
from gipt.db import db
from gipt.domain.access import Actor, Granted, Role
from gipt.models import Cycle, Group, Member, SafetyEpisode, Screening, Site
from tests.cast import Cast
from tests.e2e.conftest import OpenPage, signed_in_cookies
from tests.e2e.keyboard import Keyboard
from tests.world import local_today, make_curriculum, make_protocol, make_running_group

pytestmark = pytest.mark.browser
SignIn = Callable[..., Keyboard]


@pytest.fixture
def keyboard(app: Flask, open_page: OpenPage, live_server: str, request: pytest.FixtureRequest) -> SignIn:
    """Give a function that puts somebody before a narrow window without scripts, in a language."""

    def sit_down(role: str | None = None, language: str = "en") -> Keyboard:
        page = open_page(scripts=False, width=320, height=640, accept_downloads=True)
        if role is not None:
            cast: Cast = request.getfixturevalue("cast")
            person = cast.people[(role, "own")]
            page.context.add_cookies(signed_in_cookies(app, person, live_server, language=language))
        return Keyboard(page, "rtl" if language == "ar" else "ltr")

    return sit_down


def one(statement: Any) -> Any:
    """Read one value, as other connections left it."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalar(statement)


WOMEN = ("Grace Akello", "Mary Nakato", "Fatuma Ali", "Jane Achieng", "Ruth Auma", "Adjoa Mensah")


def people_who_wait(site_id: str, by: Actor, names: tuple[str, ...] = WOMEN) -> list[str]:
    """Add women who were screened and wait, with their consent."""
    now = datetime.now(UTC) - timedelta(hours=1)
    made = []
    for name in names:
        record = MemberRecord(site_id=site_id, name=name, sex="female", birth_year=1990)
        member_id = add_member(record=record, by=by, now=now)
        consent = ConsentRecord(member_id, "service", True, local_today(), "spoken")
        give_consent(record=consent, by=by, now=now)
        record_screening(record=ScreeningRecord(member_id, local_today(), total="14"), by=by, now=now)
        made.append(member_id)
    return made


def set_up_programme(keys: Keyboard) -> None:
    """From the one-time link to a programme with a place and two people."""
    keys.go(f"/link/{first_link()}")
    keys.write("password", "four quiet rivers meet")
    keys.write("again", "four quiet rivers meet")
    keys.press()
    assert "/a/set-up" in keys.page.url
    keys.press("a[href$='/a/set-up/programme']")
    keys.write("name", "Hope Circles")
    keys.choose("country", "Uganda")
    keys.press()
    keys.press("a[href$='/a/set-up/place']")
    keys.write("name", "Hill office")
    keys.write("code", "HILL")
    keys.write("venue", "Under the fig tree")
    keys.press()
    for name, role in (("grace", "supervisor"), ("amina", "facilitator")):
        keys.go("/a/staff")
        keys.press("a[href$='/a/staff/new']")
        keys.write("sign_in_name", name)
        keys.pick("role", role)
        keys.choose("site", "Hill")
        keys.press()
        assert "/link/" in keys.text()


def fill_protocol(keys: Keyboard) -> None:
    keys.go("/a/protocol")
    for row, (name, number) in enumerate(
        (("Grace", "+256 700 550 101"), ("Health centre", "+256 700 550 102"))
    ):
        keys.write(f"contact-{row}-name", name)
        keys.write(f"contact-{row}-phone", number)
    keys.write("approver", "Dr. Achieng")
    day = local_today() - timedelta(days=1)
    keys.write("approved_on-day", str(day.day))
    keys.choose("approved_on-month", day.strftime("%B"))
    keys.write("approved_on-year", str(day.year))
    keys.press()
    assert keys.refused() == ""


def plan_dates(keys: Keyboard, group_id: str) -> None:
    """Plan a cycle: ask, see the dates, confirm."""
    start = local_today() + timedelta(days=14)
    keys.go(f"/o/cycles/plan/{group_id}")
    keys.write("start-day", str(start.day))
    keys.write("start-month", str(start.month))
    keys.write("start-year", str(start.year))
    keys.press("button[name=do][value=show]")
    assert keys.refused() == ""
    assert keys.page.locator("#dates tbody tr").count() == 8
    assert one(sa.select(sa.func.count()).select_from(Cycle)) == 0  # shown, not stored
    keys.press("button[name=do][value=plan]")


def test_first_run_from_the_link_to_a_started_group(app: Flask, keyboard: SignIn) -> None:
    keys = keyboard()
    set_up_programme(keys)
    keys.go("/a/set-up")
    keys.tick("[name=roles][value=clinical_lead]")
    keys.tick("[name=roles][value=coordinator]")
    keys.press("form[action$='/roles'] button")

    keys.go("/a/guides")
    keys.press("form:has([name=curriculum][value='who-8']) button")

    site_id = one(sa.select(Site.id))
    by = Actor(None, frozenset({Granted(Role.COORDINATOR, None)}), "operator")
    members = people_who_wait(site_id, by)
    group = GroupRecord(site_id=site_id, name="Hill group", note="First group")
    group_id = form_group(record=group, member_ids=members, by=by, now=datetime.now(UTC))

    plan_dates(keys, group_id)
    cycle = keys.page.url
    assert "What is missing before this cycle can start" in keys.text()
    assert keys.page.locator("form[action$='/start']").count() == 0

    fill_protocol(keys)
    keys.go(cycle)
    assert "What is missing before this cycle can start" in keys.text()

    keys.go("/a/guides")
    keys.open("main details summary")
    keys.tick("[name=read]")
    keys.press("form[action$='/adopt'] button")
    keys.go(cycle)
    keys.press("form[action$='/start'] button")
    assert one(sa.select(Cycle.status)) == "running"
    keys.go("/a/set-up")
    assert "5 of 5 done" in keys.text()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_coordinator_brings_a_person_into_a_group_and_starts_it(
    cast: Cast, keyboard: SignIn, language: str
) -> None:
    make_protocol(cast)
    make_curriculum(cast)
    people_who_wait(cast.own, cast.actor("coordinator"))
    keys = keyboard("coordinator", language)

    keys.go("/o/people")
    keys.press("a[href$='/o/people/new']")
    keys.write("name", "ሰላም አበራ")
    keys.pick("sex", "female")
    keys.write("birth_year", "١٩٩٢")
    keys.press()
    member_id = one(sa.select(Member.id).order_by(Member.code.desc()))
    assert one(sa.select(Member.birth_year).where(Member.id == member_id)) == 1992
    keys.go(f"/o/people/{member_id}/consent")
    keys.pick("purpose", "service")
    keys.pick("given", "yes")
    keys.pick("how", "spoken")
    keys.press()
    assert keys.refused() == ""

    keys.go(f"/o/people/{member_id}/screen")
    keys.write("phq9-line", "222222220")
    keys.press()
    assert keys.refused() == ""
    assert one(sa.select(Screening.outcome).where(Screening.member_id == member_id)) == "eligible"

    keys.go("/o/waiting")
    for box in keys.page.locator("[name=chosen]").all():
        keys.tick(f"[name=chosen][value='{box.get_attribute('value')}']")
    keys.press("button[name=do][value=group]")
    assert keys.page.locator("[name=member]").count() == 7
    keys.write("name", "Hill group")
    keys.write("note", "Agreed with the supervisor")
    keys.press("button[name=do][value=form]")
    assert keys.refused() == ""
    group_id = one(sa.select(Group.id))

    plan_dates(keys, group_id)
    keys.press("form[action$='/start'] button")
    assert one(sa.select(Cycle.status)) == "running"
    assert len(keys.seen) > 10


PASTED = """Name\tSex\tAge\tPhone\tVillage
Asha Nambi\tF\t31\t0700100001\tKasubi
Rose Atim\tF\tabout forty\t0700100002\tKasubi
Joy Apio\tF\t28\t0700100003\tNakulabye
"""


def test_a_pasted_list_is_looked_at_mended_confirmed_and_taken_back(cast: Cast, keyboard: SignIn) -> None:
    keys = keyboard("coordinator")
    keys.go("/o/import")
    keys.write("cells", PASTED)
    keys.press()
    assert "Step 2 of 3" in keys.text()
    assert one(sa.select(sa.func.count()).select_from(Member)) == 0
    wrong = keys.page.locator("main article input[name^='e:']").first.get_attribute("name")
    keys.write(wrong, "40")
    keys.press("button[name=do][value=check]")
    assert keys.page.locator("main article").count() == 0
    keys.press("button[name=do][value=good]")
    assert "Step 3 of 3" in keys.text()
    assert one(sa.select(sa.func.count()).select_from(Member)) == 3
    keys.press("form[action$='/undo'] button")
    assert "Taken back" in keys.text()
    assert one(sa.select(sa.func.count()).select_from(Member)) == 0


def test_b13_a_supervisor_sees_and_acknowledges_within_two_actions(cast: Cast, keyboard: SignIn) -> None:
    raise_worry(by=cast.actor("facilitator"), now=datetime.now(UTC))
    keys = keyboard("supervisor")
    keys.go("/")  # where work begins: what happened is seen without an action
    assert "1 new" in keys.text()
    keys.press("form[action$='/seen'] button")
    assert "0 new" in keys.text()
    assert one(sa.select(SafetyEpisode.acknowledged_at)) is not None


def test_a_coordinator_asks_for_the_funders_workbook_and_fetches_it(
    cast: Cast, keyboard: SignIn, tmp_path: Path
) -> None:
    make_running_group(cast)
    keys = keyboard("coordinator")
    keys.go("/o/reports")
    keys.press("a[href$='/o/reports/new']")
    keys.pick("report", "funder-standard")
    keys.press()
    assert "/o/reports" in keys.page.url
    run_waiting_reports(datetime.now(UTC))
    keys.go("/o/reports")
    keys.reach("form[action$='/file'] button")
    with keys.page.expect_download() as download:
        keys.page.keyboard.press("Enter")
    assert re.fullmatch(r"[a-z0-9-]+\.xlsx", download.value.suggested_filename.lower())
    download.value.save_as(tmp_path / "report.xlsx")
    book = openpyxl.load_workbook(BytesIO((tmp_path / "report.xlsx").read_bytes()))
    assert {"Cover", "Indicators", "Dictionary"} <= set(book.sheetnames)
