"""Messages about safety: written with the episode, neutral, sent by a real conversation with a mail server."""

import contextlib
import dataclasses
import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions.mail import PAUSES, build_message, escalate, send_waiting_mail, watch
from gipt.actions.safety import raise_worry, set_level
from gipt.actions.safety_care import acknowledge, hand_over
from gipt.config import Mail
from gipt.db import db
from gipt.domain.problems import NotFound
from gipt.models import OutgoingMail, SafetyEpisode, Staff
from tests.actions.safety_cast import make_member
from tests.cast import NOW, Cast

MINUTE = timedelta(minutes=1)


class MailServer:
    """A mail server that keeps what it is given; `refuse` makes it answer every message with a fault."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.refuse = False
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self.talk(stream)

    def talk(self, stream) -> None:  # type: ignore[no-untyped-def]
        def say(line: str) -> None:
            stream.write(line.encode() + b"\r\n")
            stream.flush()

        say("220 ready")
        for raw in stream:
            word = raw.decode().strip().upper()[:4]
            if word == "DATA":
                say("354 go on")
                lines = []
                for part in stream:
                    if part == b".\r\n":
                        break
                    lines.append(part.decode())
                self.messages.append("".join(lines))
                say("250 taken")
            elif word == "RCPT" and self.refuse:
                say("550 no such person")
            elif word == "QUIT":
                say("221 bye")
                return
            else:
                say("250 fine")

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(timeout=5)


@pytest.fixture
def server(app: Flask, cast: Cast) -> Iterator[MailServer]:
    """Run a mail server that the application is configured for; give everybody an address."""
    running = MailServer()
    configured = Mail("127.0.0.1", running.port, "gipt@example.org", starttls=False)
    app.extensions["gipt.settings"] = dataclasses.replace(
        app.extensions["gipt.settings"], mail=configured, public_url="https://gipt.example.org"
    )
    for staff in db.session.scalars(sa.select(Staff)):
        staff.email = f"{staff.sign_in_name}@example.org"
    db.session.commit()
    yield running
    running.close()


def waiting(kind: str | None = None) -> list[str]:
    """Give the sign-in names to whom messages wait, in order."""
    db.session.expire_all()
    wanted = sa.select(Staff.sign_in_name).join(OutgoingMail, OutgoingMail.to_staff_id == Staff.id)
    if kind:
        wanted = wanted.where(OutgoingMail.kind == kind)
    return sorted(db.session.scalars(wanted))


def worry(cast: Cast, **more: str) -> str:
    return raise_worry(by=cast.actor("facilitator"), now=NOW, **more)


def test_without_a_server_nothing_is_queued(cast: Cast) -> None:
    worry(cast)
    assert waiting() == []
    assert watch(NOW) == 0


def test_a_new_episode_is_queued_for_the_supervisor_of_the_site_only(cast: Cast, server: MailServer) -> None:
    worry(cast)
    assert waiting() == ["supervisor.own"]


def test_a_supervisor_of_ones_own_is_told_first(cast: Cast, server: MailServer) -> None:
    facilitator = db.session.get(Staff, cast.staff_id("facilitator"))
    assert facilitator is not None
    facilitator.supervisor_id = cast.staff_id("supervisor")
    db.session.commit()
    worry(cast)
    assert waiting() == ["supervisor.own"]


def test_a_refused_worry_queues_nothing(cast: Cast, server: MailServer) -> None:
    with pytest.raises(NotFound):
        worry(cast, member_id=make_member(cast, "foreign"))
    assert waiting() == []


def test_level_now_tells_the_coordinator_too(cast: Cast, server: MailServer) -> None:
    set_level(episode_id=worry(cast), level=3, by=cast.actor("facilitator"), now=NOW)
    assert waiting() == ["coordinator.own", "supervisor.own"]


def test_a_message_holds_a_code_and_nothing_about_anybody(cast: Cast, server: MailServer) -> None:
    member_id = make_member(cast)
    episode_id = raise_worry(member_id=member_id, text="plan", by=cast.actor("coordinator"), now=NOW)
    code = db.session.get(SafetyEpisode, episode_id).code
    assert send_waiting_mail(NOW) == 1
    (message,) = server.messages
    assert code in message
    assert "https://gipt.example.org" in message
    body = message.split("\n\n", 1)[-1] + message
    for word in (
        "Mary",
        "M-0001",
        "Hill",
        "Hope",
        "plan",
        "safety",
        "suicid",
        "risk",
        "worr",
        "danger",
        "help",
    ):
        assert not re.search(word, body, re.IGNORECASE), word


@pytest.mark.parametrize("kind", ["safety_new", "safety_overdue"])
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_language_says_the_code(app: Flask, cast: Cast, kind: str, language: str) -> None:
    message = build_message(kind, "H7F3", "grace@example.org", language, "gipt@example.org")
    assert "H7F3" in message["Subject"]
    assert "H7F3" in message.get_content()


def test_a_sent_message_is_not_sent_again(cast: Cast, server: MailServer) -> None:
    worry(cast)
    assert (send_waiting_mail(NOW), send_waiting_mail(NOW + 60 * MINUTE)) == (1, 0)
    assert len(server.messages) == 1


def test_a_failed_try_is_repeated_with_pauses_and_given_up_at_last(cast: Cast, server: MailServer) -> None:
    server.refuse = True
    worry(cast)
    moment = NOW
    for tries, pause in enumerate(PAUSES, start=1):
        assert send_waiting_mail(moment) == 0
        row = db.session.scalars(sa.select(OutgoingMail)).one()
        assert (row.tries, row.problem) == (tries, "SMTPRecipientsRefused")
        assert send_waiting_mail(moment) == 0
        db.session.expire_all()
        assert row.tries == tries
        moment += pause * MINUTE
    assert row.state == "failed"


def test_a_silent_server_costs_nothing_but_a_try(cast: Cast, server: MailServer) -> None:
    worry(cast)
    server.close()
    assert send_waiting_mail(NOW) == 0
    row = db.session.scalars(sa.select(OutgoingMail)).one()
    assert (row.state, row.tries) == ("waiting", 1)


# Escalation


def test_nobody_is_bothered_before_the_clock_runs_out(cast: Cast, server: MailServer) -> None:
    worry(cast)
    assert escalate(now=NOW + 120 * MINUTE) == 0


def test_an_unseen_episode_goes_to_the_next_people_once_a_day(cast: Cast, server: MailServer) -> None:
    worry(cast)
    assert escalate(now=NOW + 121 * MINUTE) == 2
    assert waiting("safety_overdue") == ["clinical_lead.own", "supervisor.own"]
    assert escalate(now=NOW + 180 * MINUTE) == 0
    assert escalate(now=NOW + 121 * MINUTE + timedelta(hours=24, minutes=1)) == 2


def test_level_now_unseen_goes_to_the_coordinator_within_the_hour(cast: Cast, server: MailServer) -> None:
    set_level(episode_id=worry(cast), level=3, by=cast.actor("facilitator"), now=NOW)
    assert escalate(now=NOW + 16 * MINUTE) == 3
    assert "coordinator.own" in waiting("safety_overdue")


def test_a_seen_episode_escalates_no_more(cast: Cast, server: MailServer) -> None:
    episode_id = worry(cast)
    acknowledge(episode_id=episode_id, by=cast.actor("supervisor"), now=NOW)
    assert escalate(now=NOW + 600 * MINUTE) == 0


def test_the_colleague_to_whom_it_was_handed_is_told(cast: Cast, server: MailServer) -> None:
    episode_id = worry(cast)
    hand_over(
        episode_id=episode_id,
        to_staff_id=cast.staff_id("clinical_lead"),
        by=cast.actor("supervisor"),
        now=NOW,
    )
    assert waiting("safety_new") == ["clinical_lead.own", "supervisor.own"]
