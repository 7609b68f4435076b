"""What is known about a member stays where it belongs: not in addresses, headers, logs, file names, workbooks for
others, the audit, the access log, and not readable in the bytes of the database.
"""

import http.client
import logging
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from waitress.server import create_server

from gipt.actions import views
from gipt.actions.assessments import Form, Target, record_assessment
from gipt.actions.consents import ConsentRecord, give_consent
from gipt.actions.imports import confirm_import, start_import
from gipt.actions.meetings import Closing, FollowUpRecord, close_session, record_follow_up
from gipt.actions.member_notes import ask_to_add, write_note
from gipt.actions.members import MemberRecord, change_member
from gipt.actions.pre_group import PreGroupRecord, record_pre_group
from gipt.actions.programme import SiteRecord, add_site
from gipt.actions.referrals import ReferralRecord, refer
from gipt.actions.report_runs import ReportRequest, export_report
from gipt.actions.safety import raise_worry
from gipt.actions.safety_care import acknowledge, record_contact
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.intake.fields import Kind
from gipt.intake.reader import read_paste
from gipt.models import Member
from tests.cast import Cast, signed_in_client
from tests.e2e import crawl
from tests.world import World, hold_meeting, local_today, make_running_group

NASTY = '"><img src=x onerror=alert(1)>\r\nWARNING gipt forged \x1b[31mline\u2028\u202etxet'
"""Appended to canaries and sent into every field: markup, a second line, a terminal's colours, a turned text."""


class Canaries:
    """Make texts that occur nowhere else, and remember them."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, about: str) -> str:
        """Give one more text, for people and machines to find again."""
        text = f"Zq{about}Xj{len(self.made):02d}"
        self.made.append(text)
        return text

    def phone(self) -> str:
        """Give one more telephone number."""
        number = f"07559{len(self.made):02d}3131"
        self.made += [number, number.lstrip("0")]
        return number

    def inside(self, what: str | bytes) -> list[str]:
        """Give the canaries that can be read in a text or in bytes, in the encodings that files use."""
        if isinstance(what, str):
            return [one for one in self.made if one.casefold() in what.casefold()]
        plain = what.lower()
        kinds = ("utf-8", "utf-16-le", "utf-16-be")
        return [one for one in self.made if any(one.lower().encode(kind) in plain for kind in kinds)]


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def world(app: Flask, cast: Cast, canaries: Canaries) -> World:
    """Make a group that met once, and write a canary into every text that is about a person."""
    world = make_running_group(cast, first=local_today() - timedelta(days=7))
    coordinator, facilitator = cast.actor("coordinator"), cast.actor("facilitator")
    supervisor, now = cast.actor("supervisor"), datetime.now(UTC)
    for member_id in world.member_ids:
        write_person(cast, canaries, member_id, now)
    consent = ConsentRecord(
        world.member_ids[0], "contact", True, local_today(), "spoken", witness=canaries("Witness")
    )
    give_consent(record=consent, by=coordinator, now=now)
    talk = PreGroupRecord(
        world.enrolment_ids[0], world.first, story=canaries("Story"), goals=(canaries("Goal"),)
    )
    record_pre_group(record=talk, by=facilitator, now=now)
    held = hold_meeting(cast, world, 1, ["absent_unknown"] + ["present"] * 7)
    note = FollowUpRecord(
        held, world.enrolment_ids[0], "visit", "yes", "work", "yes", note=canaries("Absence")
    )
    record_follow_up(record=note, by=facilitator, now=now)
    write_note(enrolment_id=world.enrolment_ids[0], text=canaries("Remark"), by=facilitator, now=now)
    ask_to_add(
        cycle_id=world.cycle_id, name=canaries("Asked"), note=canaries("Where"), by=facilitator, now=now
    )
    close_session(closing=Closing(held, feel="mixed", note=canaries("Closing")), by=facilitator, now=now)
    answers = {f"q{number}": "1" for number in range(1, 10)} | {"function": "1"}
    target = Target(
        world.member_ids[1],
        "phq9",
        "session",
        world.first,
        world.enrolment_ids[1],
        held,
        relation="own_facilitator",
    )
    record_assessment(target=target, form=Form(answers), by=facilitator, now=now)
    worry = raise_worry(member_id=world.member_ids[2], text=canaries("Worry"), by=facilitator, now=now)
    acknowledge(episode_id=worry, by=supervisor, now=now)
    record_contact(
        episode_id=worry, way="visit", reached=True, text=canaries("Contact"), by=supervisor, now=now
    )
    sent = ReferralRecord(canaries("Service"), "soon", local_today())
    refer(episode_id=worry, record=sent, by=supervisor, now=now)
    site = SiteRecord(code="FAR", name="Far office", focal_person=canaries("Focal"))
    add_site(record=site, by=OPERATOR, now=now)
    bring_list(cast, canaries, now)
    return world


def write_person(cast: Cast, canaries: Canaries, member_id: str, now: datetime) -> None:
    record = MemberRecord(
        site_id=cast.own,
        name=f"{canaries('Given')} {canaries('Family')}",
        called_name=canaries("Called"),
        phone=canaries.phone(),
        place=canaries("Place"),
        sex="female",
        birth_year=1990,
        may_call="yes",
        contact_note=canaries("Safe"),
        caregiver_name=canaries("Carer"),
        caregiver_relation=canaries("Aunt"),
        note=canaries("Note"),
    )
    change_member(member_id=member_id, record=record, by=cast.actor("coordinator"), now=now)


def bring_list(cast: Cast, canaries: Canaries, now: datetime) -> None:
    """Import one list and leave another waiting."""
    for sure in (True, False):
        row = "\t".join([canaries("Listed"), "F", "31", canaries.phone(), canaries("Village")])
        text = f"Name\tSex\tAge\tPhone\tVillage\n{row}\n"
        by = cast.actor("coordinator")
        import_id = start_import(
            kind=Kind.PEOPLE, read=lambda text=text: read_paste(text), site_id=cast.own, by=by, now=now
        )
        if sure:
            confirm_import(import_id=import_id, by=by, now=now)


ROLES = ("facilitator", "supervisor", "coordinator", "me", "clinical_lead", "admin")


def clients(app: Flask, cast: Cast) -> Iterator[tuple[str, FlaskClient]]:
    for role in ROLES:
        yield role, signed_in_client(app, cast.people[(role, "own")])


def test_addresses_titles_and_headers_name_nobody(
    app: Flask, cast: Cast, world: World, canaries: Canaries
) -> None:
    faults, named = [], 0
    for role, client in clients(app, cast):
        for page in crawl.crawl(app, client, examples=3):
            parsed = crawl.parse(page.html)
            named += len(canaries.inside(parsed.text)) > 0
            links = [link for link in parsed.links if not link.startswith("tel:")]
            told = [page.path, parsed.title, str(page.response.headers), *links]
            faults += [f"{role} {page.endpoint}: {one}" for text in told for one in canaries.inside(text)]
    assert faults == []
    assert named >= 8  # otherwise nothing was looked for


def test_a_search_for_a_name_leaves_no_trace_in_the_answer_but_the_page(
    app: Flask, cast: Cast, world: World, canaries: Canaries, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    answer = client.post("/o/people/find", data={"q": canaries.made[0]})
    assert canaries.made[0] in answer.get_data(as_text=True)
    assert canaries.inside(str(answer.headers)) == []
    assert canaries.inside(caplog.text) == []


def texts_of_tables() -> Iterator[tuple[str, str]]:
    """Give every value of every table as the database holds it."""
    with db.engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                for value in row:
                    yield (
                        table,
                        bytes(value).decode("latin-1")
                        if isinstance(value, bytes | memoryview)
                        else str(value),
                    )


def test_no_table_holds_a_readable_word_about_a_person(app: Flask, world: World, canaries: Canaries) -> None:
    """Audit and access log included; names of tables in the message, never the values."""
    db.session.remove()
    found = {(table, canary) for table, text in texts_of_tables() for canary in canaries.inside(text)}
    assert found == set()
    assert db.session.get_one(Member, world.member_ids[0]).name.startswith("ZqGiven")  # and yet it is there


def test_the_files_of_the_installation_can_be_read_by_nobody_else(
    app: Flask, cast: Cast, world: World, canaries: Canaries
) -> None:
    for _role, client in clients(app, cast):
        crawl.crawl(app, client)
    assert views.store(datetime.now(UTC)) > 0
    db.session.remove()
    folder = app.extensions["gipt.settings"].data
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {str(path): found for path in files if (found := canaries.inside(path.read_bytes()))} == {}
    assert [path.name for path in files if canaries.inside(path.name)] == []


@pytest.mark.parametrize("report", ["funder-standard", "full-data"])
def test_workbooks_hold_no_name_no_number_and_no_note(
    app: Flask, cast: Cast, world: World, canaries: Canaries, tmp_path: Path, report: str
) -> None:
    target = tmp_path / "out.xlsx"
    month = local_today().replace(day=1)
    record = ReportRequest(report, date(month.year, 1, 1), last_day(month), "en", purpose="Quarter")
    now = datetime.now(UTC)
    export_report(
        record=record,
        target=target,
        by=cast.actor("coordinator"),
        now=now,
        clock=lambda: now,
        tell=lambda *_: None,
    )
    with zipfile.ZipFile(target) as book:
        parts = {name: canaries.inside(book.read(name)) for name in book.namelist()}
    assert len(parts) > 5
    assert {name: found for name, found in parts.items() if found} == {}


def last_day(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


# --- the log --------------------------------------------------------------------------------------------------------


def lines_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Give what a handler would write for every record, traceback included."""
    form = logging.Formatter("%(levelname)s %(name)s %(message)s")
    ours = ("gipt", "waitress", "werkzeug", "root")
    return [form.format(one) for one in caplog.records if one.name.split(".")[0] in ours]


SKIPPED = ("sign_out", "sign-out", "/hide")


def send_everything(app: Flask, client: FlaskClient, text: str) -> list[str]:
    """Send a text through every field of every form that a person reaches; gives what was answered wrongly."""
    faults = []
    for page in crawl.crawl(app, client, examples=1):
        for form in crawl.parse(page.html).forms:
            if any(word in form.action for word in SKIPPED):
                continue
            data = {name: text if name in form.written else value for name, value in form.fields.items()}
            where = crawl.local(page.path, form.action) if form.action else page.path
            if form.method == "post":
                answer = client.post(where, data=data)
            else:  # as in a browser, the fields take the place of what the address asked for
                answer = client.get(where.split("?")[0], query_string=data)
            html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            if answer.status_code >= 500 or "<img src=x" in html:
                faults.append(f"{where}: {answer.status_code}")
            if "forged" in (answer.location or ""):
                faults.append(f"{where} leads to what was typed")
    return faults


@pytest.mark.parametrize("role", ["facilitator", "supervisor", "coordinator", "clinical_lead", "admin"])
def test_no_field_of_any_form_reaches_the_log_or_breaks_the_page(
    app: Flask, cast: Cast, world: World, canaries: Canaries, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    typed = canaries("Typed")
    client = signed_in_client(app, cast.people[(role, "own")])
    assert send_everything(app, client, typed + NASTY) == []
    lines = lines_of(caplog)
    assert [line for line in lines if canaries.inside(line) or "forged" in line] == []


def test_a_fault_of_the_database_logs_its_kind_and_place_on_one_line(
    app: Flask, cast: Cast, canaries: Canaries, caplog: pytest.LogCaptureFixture
) -> None:
    """The messages of a database hold the values that it was given."""
    caplog.set_level(logging.DEBUG)
    client = signed_in_client(app, cast.people[("coordinator", "own")])
    app.testing = False
    db.session.execute(sa.text("ALTER TABLE consent RENAME TO consent_gone"))
    db.session.execute(sa.text("ALTER TABLE member RENAME TO member_gone"))
    db.session.commit()
    data = {"op": "a" * 32, "site": cast.own, "name": canaries("Broken") + NASTY, "phone": canaries.phone()}
    answer = client.post("/o/people/new", data=data)
    assert answer.status_code == 500
    lines = lines_of(caplog)
    assert len([line for line in lines if "fault" in line]) == 1
    assert [line for line in lines if canaries.inside(line) or set("\r\n\x1b") & set(line)] == []


@pytest.fixture
def served(app: Flask) -> Iterator[int]:
    """Serve with waitress, as in earnest; gives the port."""
    server = create_server(app, host="127.0.0.1", port=0, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    # First the requests under way, then the sockets, which belong to the loop.
    server.task_dispatcher.shutdown()
    server.trigger.pull_trigger(server.close)
    thread.join(5)


def test_the_server_writes_no_line_that_was_sent(
    served: int, canaries: Canaries, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    wanted = canaries("Path")
    forged = "%0d%0aWARNING%20gipt%20forged%1b%5b31m"
    for path in (
        f"/{wanted}{forged}",
        f"/o/people/{wanted}{forged}",
        f"/link/{wanted}",
        f"/sign-in?next=/{wanted}{forged}",
    ):
        connection = http.client.HTTPConnection("127.0.0.1", served, timeout=10)
        connection.request("GET", path, headers={"User-Agent": wanted, "Referer": f"http://x/{wanted}"})
        answer = connection.getresponse()
        headers = answer.getheaders()
        answer.read()
        connection.close()
        assert answer.status < 500
        assert [name for name, value in headers if "forged" in name or set("\r\n\x1b") & set(value)] == []
    out, err = capfd.readouterr()
    for text in (caplog.text, out, err):
        assert canaries.inside(text) == []
        assert "forged" not in text
