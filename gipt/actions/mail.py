"""Mail to staff about safety: neutral rows written with what caused them, sent later by a worker.

A message holds a code and the request to open gipt: no name, no topic, no place. It is queued only when the
operator named an SMTP server, in the same transaction as the episode; so it leaves if and only if the episode is
stored. Sending happens outside every transaction, and a failed try is repeated with growing pauses.
"""

import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid

import sqlalchemy as sa
from flask import current_app

from gipt.actions.base import action, audit
from gipt.config import Mail, Settings
from gipt.db import db, new_id
from gipt.domain.access import Actor
from gipt.domain.escalation import REMIND_EVERY
from gipt.i18n import gettext as _
from gipt.i18n import use_language
from gipt.models import OutgoingMail, Programme, SafetyEpisode, Staff
from gipt.queries.safety_people import Ladder, Person, find_ladder

CLOCK = Actor(staff_id=None, label="clock")
"""The worker that watches clocks and sends mail; audited under this name."""
PAUSES = (1, 2, 5, 15, 30, 60, 120, 240, 480, 720)
"""Minutes between tries; after the last one the message is marked as failed and shown to the administrator."""
AT_ONCE = 20
SECONDS_TO_CONNECT = 20


def mail_settings() -> Mail | None:
    """Give the operator's SMTP server; None when mail was not configured."""
    settings: Settings = current_app.extensions["gipt.settings"]
    return settings.mail


def tell_first(episode: SafetyEpisode, now: datetime) -> None:
    """Queue the message about a new or again unseen episode for those whose task it is."""
    if mail_settings() is not None:
        _queue(episode, "safety_new", _ladder(episode).first, now)


def tell_coordinators(episode: SafetyEpisode, now: datetime) -> None:
    """Queue the message about level Now for the coordinators of the site (domain.md 3.3: within an hour)."""
    if mail_settings() is not None:
        _queue(episode, "safety_new", _ladder(episode).coordinators, now)


def tell_colleague(episode: SafetyEpisode, staff_id: str, now: datetime) -> None:
    """Queue the message for the one colleague to whom an episode was handed."""
    if mail_settings() is not None:
        ladder = _ladder(episode)
        _queue(
            episode,
            "safety_new",
            [one for one in (*ladder.first, *ladder.next) if one.staff_id == staff_id],
            now,
        )


def _ladder(episode: SafetyEpisode) -> Ladder:
    return find_ladder(episode.site_id, episode.cycle_id, episode.opened_by_id)


def _queue(episode: SafetyEpisode, kind: str, people: Iterable[Person], now: datetime) -> int:
    rows = [
        OutgoingMail(
            id=new_id(),
            kind=kind,
            to_staff_id=one.staff_id,
            episode_id=episode.id,
            code=episode.code,
            not_before=now,
            created_at=now,
        )
        for one in people
        if one.email
    ]
    db.session.add_all(rows)
    return len(rows)


@action("escalate")
def escalate(*, now: datetime, by: Actor = CLOCK) -> int:
    """Queue messages about episodes that nobody saw in time and contacts that are overdue; gives how many.

    An unseen episode goes to everybody on the first two rungs, and at level Now also to the coordinators. Nobody
    gets two messages about one episode within a day.
    """
    if mail_settings() is None:
        return 0
    count = sum(_escalate_one(episode, now) for episode in overdue_episodes(now))
    if count:
        audit("escalate", by=by, now=now, entity="outgoing_mail", messages=count)
    return count


def overdue_episodes(now: datetime) -> list[SafetyEpisode]:
    """Give the open episodes whose clock has run out or whose day of contact has passed."""
    # The day is over everywhere on earth twelve hours after it ended in UTC: no false alarm from time zones.
    day = (now - timedelta(hours=12)).date()
    return list(
        db.session.scalars(
            sa.select(SafetyEpisode)
            .where(
                SafetyEpisode.status != "closed",
                sa.or_(
                    sa.and_(SafetyEpisode.unseen.is_(True), SafetyEpisode.acknowledge_by < now),
                    SafetyEpisode.next_contact_on < day,
                ),
            )
            .order_by(SafetyEpisode.acknowledge_by)
        )
    )


def _escalate_one(episode: SafetyEpisode, now: datetime) -> int:
    since = now - REMIND_EVERY
    if episode.unseen and episode.unseen_since > since:
        since = episode.unseen_since
    told = set(
        db.session.scalars(
            sa.select(OutgoingMail.to_staff_id).where(
                OutgoingMail.episode_id == episode.id,
                OutgoingMail.kind == "safety_overdue",
                OutgoingMail.created_at >= since,
            )
        )
    )
    people = _ladder(episode)
    wanted = [*people.first, *people.next]
    if episode.unseen and episode.level == 3:
        wanted += people.coordinators
    return _queue(episode, "safety_overdue", [one for one in wanted if one.staff_id not in told], now)


# Sending


@action("claim_mail")
def _claim(*, now: datetime, by: Actor) -> list[str]:
    """Take the messages that are due and push their next try into the future, so that nobody sends them twice."""
    rows = db.session.scalars(
        sa.select(OutgoingMail)
        .where(OutgoingMail.state == "waiting", OutgoingMail.not_before <= now)
        .order_by(OutgoingMail.not_before)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.not_before = now + timedelta(minutes=PAUSES[min(row.tries, len(PAUSES) - 1)])
        row.tries += 1
    if rows:
        audit("claim_mail", by=by, now=now, entity="outgoing_mail", messages=len(rows))
    return [row.id for row in rows]


@action("note_mail")
def _note_sent(*, results: dict[str, str | None], now: datetime, by: Actor) -> None:
    """Write what became of each message: None = accepted by the server, else the name of the fault."""
    for row in db.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.id.in_(sorted(results)))):
        row.problem = results[row.id]
        if row.problem is None:
            row.state, row.sent_at = "sent", now
        elif row.tries >= len(PAUSES):
            row.state = "failed"
    sent = sum(problem is None for problem in results.values())
    audit("note_mail", by=by, now=now, entity="outgoing_mail", sent=sent, failed=len(results) - sent)


def send_waiting_mail(now: datetime) -> int:
    """Send what is due through the operator's SMTP server; gives how many messages it took.

    Called by the worker every minute. Without an SMTP server nothing happens.
    """
    server = mail_settings()
    if server is None or not _anything_due(now):
        return 0
    messages = _messages(_claim(now=now, by=CLOCK), server)
    db.session.rollback()  # no transaction stays open while the network is slow
    results = _deliver(server, messages)
    if results:
        _note_sent(results=results, now=now, by=CLOCK)
    return sum(problem is None for problem in results.values())


def watch(now: datetime) -> int:
    """Do one round of the worker: escalate what is overdue, then send; gives how many messages left."""
    if mail_settings() is None:
        return 0
    if overdue_episodes(now):
        escalate(now=now)
    return send_waiting_mail(now)


def _anything_due(now: datetime) -> bool:
    due = sa.exists().where(OutgoingMail.state == "waiting", OutgoingMail.not_before <= now)
    return bool(db.session.scalar(sa.select(due)))


def _messages(ids: list[str], server: Mail) -> dict[str, EmailMessage | None]:
    """Build the claimed messages; None for people who have no address any more."""
    language = db.session.scalar(sa.select(Programme.language)) or "en"
    rows = db.session.execute(
        sa.select(OutgoingMail.id, OutgoingMail.kind, OutgoingMail.code, Staff.email, Staff.language)
        .join(Staff, Staff.id == OutgoingMail.to_staff_id)
        .where(OutgoingMail.id.in_(ids))
        .order_by(OutgoingMail.created_at)
    ).all()
    return {
        row.id: build_message(row.kind, row.code, row.email, row.language or language, server.sender)
        if row.email
        else None
        for row in rows
    }


def build_message(kind: str, code: str, address: str, language: str, sender: str) -> EmailMessage:
    """Build one neutral message: the code and the request to open gipt, in the reader's language."""
    settings: Settings = current_app.extensions["gipt.settings"]
    with use_language(language):
        subject = _("Please open gipt: %(code)s", code=code)
        if kind == "safety_overdue":
            lines = [_("Code %(code)s still waits for you.", code=code), _("Please open gipt now.")]
        else:
            lines = [_("Code %(code)s waits for you.", code=code), _("Please open gipt.")]
    if settings.public_url:
        lines.append(settings.public_url)
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, sender, address
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    message.set_content("\n".join(lines) + "\n")
    return message


def _deliver(server: Mail, messages: dict[str, EmailMessage | None]) -> dict[str, str | None]:
    """Hand the messages to the server; the result names a fault by its kind only, never by its text."""
    results: dict[str, str | None] = {}
    try:
        with _connect(server) as connection:
            for mail_id, message in messages.items():
                results[mail_id] = "no_address" if message is None else _send_one(connection, message)
    except (OSError, smtplib.SMTPException) as fault:
        for mail_id in messages:
            results.setdefault(mail_id, type(fault).__name__)
    return results


def _connect(server: Mail) -> smtplib.SMTP:
    if server.port == 465:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS_TO_CONNECT)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS_TO_CONNECT)
        if server.starttls:
            connection.starttls()
    if server.user and server.password:
        connection.login(server.user, server.password)
    return connection


def _send_one(connection: smtplib.SMTP, message: EmailMessage) -> str | None:
    try:
        connection.send_message(message)
    except smtplib.SMTPException as fault:
        return type(fault).__name__
    return None
