"""Adopting the programme's safety protocol: each version is kept, the newest is in force."""

from datetime import datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.actions.safety import civil_day
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.safety_protocol import (
    SafetyProtocol as Protocol,
)
from gipt.domain.safety_protocol import check_protocol, protocol_to_mapping
from gipt.models import SafetyProtocol


@action("adopt_protocol")
def adopt_protocol(
    *, protocol: Protocol, language: str, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Adopt a protocol that its approver stands for; gives the version's id. The same content again adds nothing."""
    require(by, Permission.PROTOCOL_EDIT)
    check_protocol(protocol, civil_day(now))
    body = protocol_to_mapping(protocol)
    newest = db.session.scalar(sa.select(SafetyProtocol).order_by(SafetyProtocol.version.desc()).limit(1))
    if newest is not None and newest.body == body and newest.language == language:
        return newest.id
    protocol_id = new_id()
    version = newest.version + 1 if newest is not None else 1
    db.session.add(
        SafetyProtocol(
            id=protocol_id,
            version=version,
            language=language,
            body=body,
            approver=protocol.approver.strip(),
            approved_on=protocol.approved_on,
            adopted_by_id=by.staff_id,
            adopted_at=now,
        )
    )
    audit(
        "adopt_protocol",
        by=by,
        now=now,
        entity="safety_protocol",
        entity_id=protocol_id,
        op=op,
        version=version,
        contacts=len(protocol.contacts),
    )
    return protocol_id
