"""What the pages are measured on: facilitators with two groups of 16 each, a coordinator, an office; all invented."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from gipt import create_app, migrations
from gipt.actions.sign_ins import open_sign_in
from gipt.actions.staff import StaffRecord, add_staff
from gipt.config import Settings
from gipt.db import db
from gipt.domain.access import OPERATOR, Actor, Granted, Role
from gipt.models import Assignment
from gipt.web.application import take_short_turns
from tests.bench.load import Browser
from tests.cast import make_cast
from tests.conftest import KEYS
from tests.world import local_today, make_running_group

FACILITATORS = 4
GROUPS_EACH = 2
MEMBERS = 16


@dataclass(frozen=True)
class Leader:
    """One facilitator: the cookie's token, own cycles, and own sessions with the enrolments expected in each."""

    token: str
    cycles: tuple[str, ...]
    sessions: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Scene:
    """Where the database lies, who leads, and the token of a coordinator."""

    data: Path
    leaders: tuple[Leader, ...]
    office: str

    @property
    def file(self) -> Path:
        """Give the SQLite file."""
        return self.data / "gipt.sqlite"

    def app(self) -> Flask:
        """Assemble the application as it is served."""
        settings = Settings(data=self.data, database_url=f"sqlite:///{self.file}", keys=KEYS)
        return create_app(settings)

    def served(self) -> Flask:
        """Assemble the application in a process that serves it, as `gipt serve` does."""
        take_short_turns()
        return self.app()


def make_scene(data: Path) -> Scene:
    """Make the database through the real actions."""
    empty = Scene(data, (), "")
    app = empty.app()
    with app.app_context():
        migrations.upgrade()
        cast = make_cast()
        first, leaders = local_today() - timedelta(days=56), []
        for number in range(FACILITATORS):
            record = StaffRecord(f"leader.{number}", (Granted(Role.FACILITATOR, cast.own),))
            staff_id = add_staff(record=record, by=OPERATOR, now=datetime.now(UTC))
            worlds = [
                make_running_group(
                    cast,
                    MEMBERS,
                    first=first,
                    offset=MEMBERS * (number * GROUPS_EACH + n),
                    name=f"Group {number}{n}",
                )
                for n in range(GROUPS_EACH)
            ]
            cycles = tuple(world.cycle_id for world in worlds)
            db.session.execute(
                sa.update(Assignment).where(Assignment.cycle_id.in_(cycles)).values(staff_id=staff_id)
            )
            db.session.commit()
            sessions = tuple((one, world.enrolment_ids) for world in worlds for one in world.session_ids)
            leaders.append(Leader(token(staff_id, "phone"), cycles, sessions))
        office = token(cast.staff_id("coordinator"), "office")
        db.session.remove()
        db.engine.dispose()
    return Scene(data, tuple(leaders), office)


def token(staff_id: str, kind: str) -> str:
    """Open a sign-in; gives the cookie's token."""
    return open_sign_in(staff_id=staff_id, kind=kind, by=Actor(staff_id), now=datetime.now(UTC))


def browser(app: Flask, port: int, sign_in: str) -> Browser:
    """Give a browser that is signed in and unlocked."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["seen"] = int(datetime.now(UTC).timestamp())
        session["unlocked"] = True
    page = client.get_cookie("gipt_page")
    assert page is not None
    return Browser(port, {b"gipt": sign_in.encode(), b"gipt_page": page.value.encode()})


def form_key(one: Browser, path: str) -> str:
    """Open a page and give the form key in it."""
    status, body = one.send("GET", path)
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', body)
    assert status == 200
    assert found is not None
    return found[1].decode()
