"""What was done, by whom, when: operations, the audit chain, views of named data, mail waiting to leave."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gipt.db import Mapped, Model, choice, id_column, mapped_column, reference


class Operation(Model):
    """One operation id with the hash of its content and its result: doing it twice does it once."""

    __tablename__ = "operation"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    action: Mapped[str]
    content_hash: Mapped[str]
    result: Mapped[Any] = mapped_column(sa.JSON, nullable=True)
    at: Mapped[datetime]


class AuditEvent(Model):
    """One act, chained by hash to the one before; the database refuses to change or delete it."""

    __tablename__ = "audit_event"

    n: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    actor_id: Mapped[str | None]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    entity: Mapped[str | None]
    entity_id: Mapped[str | None] = mapped_column(index=True)
    operation_id: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AccessView(Model):
    """One page of named data that was seen: ids only, stored in batches outside the request."""

    __tablename__ = "access_view"

    id: Mapped[str] = id_column()
    staff_id: Mapped[str]
    view: Mapped[str]
    entity_id: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)


class OutgoingMail(Model):
    """One neutral message waiting to leave; stored with what caused it, sent by a worker."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        choice("state", ("waiting", "sent", "failed")),
        choice("kind", ("safety_new", "safety_overdue")),
    )

    id: Mapped[str] = id_column()
    kind: Mapped[str]
    to_staff_id: Mapped[str] = reference("staff.id")
    episode_id: Mapped[str | None] = reference("safety_episode.id", nullable=True)
    code: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    problem: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
