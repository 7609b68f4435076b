"""The fixed cast of the tests: one programme, two sites, a person for every role at each; all invented."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.programme import ProgrammeRecord, SiteRecord, add_site, add_venue, set_programme
from gipt.actions.sign_ins import open_sign_in
from gipt.actions.staff import StaffRecord, add_staff
from gipt.domain.access import OPERATOR, Actor, Granted, Role

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday morning on which the cast is made."""


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person who works in the programme."""

    staff_id: str
    actor: Actor
    role: Role
    site_id: str


@dataclass(slots=True)
class Cast:
    """Who and what every test can name: `own` and `foreign` are the two sites."""

    programme_id: str
    own: str
    foreign: str
    venues: dict[str, str] = field(default_factory=dict)
    people: dict[tuple[str, str], Person] = field(default_factory=dict)

    def actor(self, role: str, site: str = "own") -> Actor:
        """Give the person of a role at the own or foreign site."""
        return self.people[(role, site)].actor

    def staff_id(self, role: str, site: str = "own") -> str:
        """Give the staff id of the person of a role."""
        return self.people[(role, site)].staff_id


def make_cast(now: datetime = NOW) -> Cast:
    """Make the cast through the real actions."""
    programme_id = set_programme(
        record=ProgrammeRecord(
            name="Hope Circles",
            cover_name="Community meeting",
            country="UG",
            time_zone="Africa/Kampala",
            languages=("en", "fr", "ar"),
        ),
        by=OPERATOR,
        now=now,
    )
    sites = {
        "own": add_site(record=SiteRecord(code="HILL", name="Hill office"), by=OPERATOR, now=now),
        "foreign": add_site(record=SiteRecord(code="LAKE", name="Lake office"), by=OPERATOR, now=now),
    }
    cast = Cast(programme_id=programme_id, own=sites["own"], foreign=sites["foreign"])
    for site, site_id in sites.items():
        cast.venues[site] = add_venue(site_id=site_id, name="Under the fig tree", by=OPERATOR, now=now)
        for role in Role:
            granted = Granted(role, site_id)
            staff_id = add_staff(
                record=StaffRecord(sign_in_name=f"{role.value}.{site}", grants=(granted,)),
                by=OPERATOR,
                now=now,
            )
            cast.people[(role.value, site)] = Person(
                staff_id, Actor(staff_id, frozenset({granted})), role, site_id
            )
    return cast


def signed_in_client(app: Flask, person: Person, now: datetime | None = None) -> FlaskClient:
    """Give a client that carries the cookie of an open sign-in of the person."""
    moment = datetime.now(UTC) if now is None else now
    kind = "phone" if person.role is Role.FACILITATOR else "office"
    token = open_sign_in(staff_id=person.staff_id, kind=kind, by=person.actor, now=moment)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.set_cookie("gipt", token)
    with client.session_transaction() as session:
        session["seen"] = int(moment.timestamp())
        session["unlocked"] = True
    return client
