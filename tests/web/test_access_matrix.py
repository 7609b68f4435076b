"""Every page × every method × every role × own and foreign site, made from the URL map and `matrix.toml`.

Who may not, gets the page that does not exist; who may, but at another site, gets the same; a foreign id answers
exactly as a missing one; nobody is told anything about the other site; and whatever is refused changes nothing.
"""

import re
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from gipt import create_app
from gipt.config import Settings
from gipt.db import db, new_id
from gipt.domain.access import PERMISSIONS, Permission, Role
from gipt.models import AuditEvent
from gipt.web.guard import needed_by
from tests.cast import Cast, Person, make_cast, signed_in_client
from tests.conftest import KEYS, copied, opened
from tests.web.two_sites import CANARIES, Objects, make_objects

MATRIX: dict[str, Any] = tomllib.loads((Path(__file__).with_name("matrix.toml")).read_text("utf-8"))
IDS: dict[str, str] = MATRIX.pop("ids")
QUIET: dict[str, str] = MATRIX.pop("quiet")
ONLY: dict[str, list[str]] = MATRIX.pop("only")
ROWS: dict[str, Any] = {
    f"{blueprint}.{view}": needed for blueprint, views in MATRIX.items() for view, needed in views.items()
}
SITES = ("own", "foreign")
FREE = ("anybody", "signed_in")
# Values that stand for themselves: they are no objects of a site.
PLAIN: dict[str, Any] = {
    "number": 2,
    "language": "fr",
    "way": "move",
    "token": "no-such-token",
    "kind": "people",
    "domain": "safety",
    "curriculum name": "who-8",
    "adaptation": "kibera",
    "file kind": "po",
    "measure": "phq9",
}
NO_SITE = {
    *PLAIN,
    "curriculum",
    "edit",
    "funder",
    "published words",
    "template",
    "translation file",
    "wording",
}


def routes() -> list[Rule]:
    """Give the rules of an application that was never opened: the list of tests must not need a database."""
    folder = Path(tempfile.gettempdir())
    settings = Settings(data=folder, database_url=f"sqlite:///{folder / 'never-opened.sqlite'}", keys=KEYS)
    return [rule for rule in create_app(settings).url_map.iter_rules() if rule.endpoint != "static"]


RULES = routes()
CASES = [(rule, method) for rule in RULES for method in ("GET", "POST") if method in (rule.methods or ())]


def name_of(rule: Rule, method: str) -> str:
    return f"{method} {rule.rule}"


def needed(endpoint: str, method: str) -> str:
    """Give the permission that a row asks for."""
    row = ROWS.get(endpoint)
    assert row is not None, (
        f"the page {endpoint} has no row: add to tests/web/matrix.toml, under [{endpoint.split('.')[0]}], "
        f'{endpoint.split(".")[1]} = "permission"'
    )
    return str(row[method] if isinstance(row, dict) else row)


def kind_of(rule: Rule, argument: str) -> str | None:
    """Give the kind of object that an id in a URL names; None when the table does not say."""
    return IDS.get(f"{rule.endpoint}.{argument}") or IDS.get(argument)


def may(role: Role, permission: str) -> bool:
    return permission in FREE or Permission(permission) in PERMISSIONS[role]


# --- the table ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.endpoint)
def test_every_page_has_a_row_and_asks_for_what_the_row_says(rule: Rule) -> None:
    methods = [method for method in ("GET", "POST") if method in (rule.methods or ())]
    said = {needed(rule.endpoint, method) for method in methods}
    folder = Path(tempfile.gettempdir())
    settings = Settings(data=folder, database_url=f"sqlite:///{folder / 'never-opened.sqlite'}", keys=KEYS)
    asked = needed_by(create_app(settings), rule.endpoint)
    assert str(getattr(asked, "value", asked)) in said


def test_every_row_has_a_page() -> None:
    assert set(ROWS) - {rule.endpoint for rule in RULES} == set()
    assert set(QUIET) - {rule.endpoint for rule in RULES} == set()


def test_every_row_names_a_permission() -> None:
    named = {one for row in ROWS.values() for one in (row.values() if isinstance(row, dict) else [row])}
    assert named - {*FREE, *Permission} == set()


def test_every_id_in_a_url_names_a_kind_of_object() -> None:
    unknown = {(rule.endpoint, one) for rule in RULES for one in rule.arguments if not kind_of(rule, one)}
    assert unknown == set(), "add it to [ids] of tests/web/matrix.toml"


def test_every_url_says_nothing_about_a_person() -> None:
    for rule in RULES:
        assert not rule.arguments & {"name", "phone", "email", "code", "birth_year"}, rule.rule
        assert not re.search(r"diagnos|score|depress|suicid|phq|mental", rule.rule), rule.rule


# --- the pages ----------------------------------------------------------------------------------------------------


class Scene:
    """Hold one application with both sites in it, and a signed-in client for everybody."""

    def __init__(
        self, app: Flask, cast: Cast, objects: dict[str, Objects], tokens: dict[tuple[str, str], str]
    ) -> None:
        self.app, self.cast, self.objects, self.tokens = app, cast, objects, tokens
        self.clients: dict[tuple[str, str], FlaskClient] = {}
        self.missing: dict[tuple[str, str], tuple[int, str, str]] = {}

    def page_that_does_not_exist(self, role: str, site: str) -> tuple[int, str, str]:
        """Give what a person gets for an address that nothing answers."""
        if (role, site) not in self.missing:
            url = "/no-such-page"
            self.missing[(role, site)] = plain(self.client(role, site).get(url), url)
        return self.missing[(role, site)]

    def client(self, role: str, site: str) -> FlaskClient:
        """Give the signed-in browser of a person; reading does not change what it holds."""
        if (role, site) not in self.clients:
            self.clients[(role, site)] = self.fresh_client(role, site)
        return self.clients[(role, site)]

    def fresh_client(self, role: str, site: str) -> FlaskClient:
        client = self.app.test_client()
        client.set_cookie("gipt", self.tokens[(role, site)])
        with client.session_transaction() as session:
            session["seen"] = int(datetime.now(UTC).timestamp())
            session["unlocked"] = True
        return client

    def url(self, rule: Rule, site: str, **other: str) -> str:
        values = {}
        for one in rule.arguments:
            kind = kind_of(rule, one) or ""
            values[one] = other.get(one) or PLAIN.get(kind) or self.objects[site][kind]
        with self.app.test_request_context():
            _domain, path = rule.build(values) or ("", "")
        return path

    def state(self) -> int:
        """Give the number of the newest audit event: whatever was written moved it."""
        with self.app.app_context():
            return db.session.scalar(sa.select(sa.func.max(AuditEvent.n))) or 0


def populate(app: Flask) -> tuple[Cast, dict[str, Objects], dict[tuple[str, str], str]]:
    cast = make_cast()
    objects = make_objects(cast)
    tokens = {key: token_of(app, person) for key, person in cast.people.items()}
    return cast, objects, tokens


def token_of(app: Flask, person: Person) -> str:
    cookie = signed_in_client(app, person).get_cookie("gipt")
    assert cookie is not None
    return str(cookie.value)


@pytest.fixture(scope="module")
def scene(shared_app: Flask) -> Scene:
    """Give the scene that all tests look at; only refused and reading requests may use it."""
    return Scene(shared_app, *populate(shared_app))


@pytest.fixture(scope="module")
def worn_scene(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Give a second scene for requests that may write; a sign-out there ends only the browser that asked."""
    folder = tmp_path_factory.mktemp("worn")
    with copied(template, folder) as url, opened(folder, url) as app:
        yield Scene(app, *populate(app))


def plain(answer: TestResponse, *ids: str) -> tuple[int, str, str]:
    """Give an answer without what is new each time: ids that were asked for, form keys, operation ids, numbers."""
    text = answer.get_data(as_text=True)
    for one in ids:  # as a whole address or id, not as part of another word
        text = re.sub(rf"{re.escape(one)}(?![\w-])(?!>)", "ID", text)
    text = re.sub(r'name="(csrf_token|op|kept)"[^>]*', r'name="\1"', text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "HEX", text)
    return answer.status_code, re.sub("|".join(ids) or "$^", "ID", answer.location or ""), text


def send(client: FlaskClient, method: str, url: str) -> TestResponse:
    return client.open(url, method=method, data={"op": new_id()} if method == "POST" else None)


@pytest.mark.parametrize(("rule", "method"), CASES, ids=[name_of(*case) for case in CASES])
def test_who_is_not_signed_in_is_asked_to(scene: Scene, rule: Rule, method: str) -> None:
    answer = send(scene.app.test_client(), method, scene.url(rule, "own"))
    if needed(rule.endpoint, method) == "anybody":
        assert answer.status_code in (200, 303, 404, 409, 422)
    elif method == "GET":
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize(("rule", "method"), CASES, ids=[name_of(*case) for case in CASES])
def test_a_role_without_the_permission_gets_the_page_that_does_not_exist(
    scene: Scene, rule: Rule, method: str
) -> None:
    permission = needed(rule.endpoint, method)
    before = scene.state()
    for role in Role:
        if may(role, permission):
            continue
        for site in SITES:
            url = scene.url(rule, "own")
            answer = plain(send(scene.client(role, site), method, url), url)
            if isinstance(ROWS[rule.endpoint], dict) and may(role, needed(rule.endpoint, "GET")):
                assert answer[0] in (404, 409, 422), (role, site)
                continue
            assert answer == scene.page_that_does_not_exist(role, site), (role, site)
    assert scene.state() == before


@pytest.mark.parametrize(
    "rule", [rule for rule, method in CASES if method == "GET"], ids=lambda rule: rule.rule
)
def test_a_role_with_the_permission_opens_the_page_of_its_own_site(scene: Scene, rule: Rule) -> None:
    permission = needed(rule.endpoint, "GET")
    for role in Role:
        for site in SITES:
            if permission == "anybody" or not may(role, permission):
                continue
            answer = send(scene.client(role, site), "GET", scene.url(rule, site))
            seen = rule.endpoint not in QUIET and role in ONLY.get(rule.endpoint, [role])
            wanted = (200, 303) if seen else (200, 404)
            assert answer.status_code in wanted, (role, site, answer.status_code)
            text = answer.get_data().decode("utf-8", "replace")
            found = [canary for canary in CANARIES["foreign" if site == "own" else "own"] if canary in text]
            assert found == [], (role, site)


def foreign_cases() -> list[tuple[Rule, str, str]]:
    return [
        (rule, method, one)
        for rule, method in CASES
        for one in sorted(rule.arguments)
        if kind_of(rule, one) not in {*NO_SITE, None}
    ]


@pytest.mark.parametrize(
    ("rule", "method", "argument"),
    foreign_cases(),
    ids=[f"{name_of(rule, method)} {one}" for rule, method, one in foreign_cases()],
)
def test_a_foreign_id_answers_exactly_as_a_missing_one(
    scene: Scene, rule: Rule, method: str, argument: str
) -> None:
    permission = needed(rule.endpoint, method)
    before = scene.state()
    for role in Role:
        if not may(role, permission):
            continue
        foreign, missing = scene.objects["foreign"][str(kind_of(rule, argument))], new_id()
        answers = []
        for one in (foreign, missing):
            answer = send(scene.client(role, "own"), method, scene.url(rule, "own", **{argument: one}))
            answers.append(plain(answer, one))
        assert answers[0] == answers[1], role
        # A form that is wrong in itself may be refused before anybody looks for the thing.
        if rule.endpoint not in QUIET:
            assert answers[0][0] in ((404,) if method == "GET" else (404, 409, 422)), role
    assert scene.state() == before


@pytest.mark.parametrize(
    "rule", [rule for rule, method in CASES if method == "POST"], ids=lambda rule: rule.rule
)
def test_a_role_with_the_permission_is_let_through_to_the_form(worn_scene: Scene, rule: Rule) -> None:
    permission, scene = needed(rule.endpoint, "POST"), worn_scene
    for role in Role:
        if permission == "anybody" or not may(role, permission) or rule.endpoint in QUIET:
            continue
        if role not in ONLY.get(rule.endpoint, [role]):
            continue
        client = signed_in_client(scene.app, scene.cast.people[(role, "own")])
        answer = send(client, "POST", scene.url(rule, "own"))
        assert answer.status_code in (200, 303, 409, 422), (role, answer.status_code)
        break  # what one did may be in the way of the next
