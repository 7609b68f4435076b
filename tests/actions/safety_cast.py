"""Members and check-ins for the tests of safety, stored directly: how they come in is not what these are about."""

from datetime import date

from gipt.actions.safety_protocols import adopt_protocol
from gipt.db import db, new_id
from gipt.domain.risk import Level
from gipt.domain.safety_protocol import EmergencyContact, SafetyProtocol, SafetyQuestion
from gipt.models import Answer, Assessment, Member
from tests.cast import NOW, Cast

PROTOCOL = SafetyProtocol(
    steps=("Stay.", "Call."),
    questions=(
        SafetyQuestion("thoughts", "Thoughts?", yes=Level.TODAY),
        SafetyQuestion("plan", "A plan?", yes=Level.NOW),
    ),
    contacts=(EmergencyContact("Grace", "+256 700 123456"), EmergencyContact("Clinic", "0414 000 111")),
    approver="Dr Okello",
    approved_on=date(2026, 1, 15),
)


def adopt(cast: Cast) -> str:
    """Adopt the protocol of the tests."""
    return adopt_protocol(protocol=PROTOCOL, language="en", by=cast.actor("clinical_lead"), now=NOW)


def make_member(cast: Cast, site: str = "own", code: str = "M-0001") -> str:
    """Store a member."""
    member_id = new_id()
    site_id = cast.own if site == "own" else cast.foreign
    db.session.add(
        Member(id=member_id, site_id=site_id, code=code, name="Mary N.", created_at=NOW, changed_at=NOW)
    )
    db.session.commit()
    return member_id


def make_assessment(member_id: str, value: int | None = 1) -> str:
    """Store a check-in whose ninth item has the value."""
    assessment_id = new_id()
    db.session.add(
        Assessment(
            id=assessment_id,
            member_id=member_id,
            measure="phq9",
            measure_version="1",
            point="session",
            on_date=date(2026, 3, 2),
            mode="interviewer",
            status="done",
            safety="positive",
            created_at=NOW,
            changed_at=NOW,
        )
    )
    db.session.flush()
    if value is not None:
        db.session.add(Answer(assessment_id=assessment_id, item="phq9_9", value=value, at=NOW))
    db.session.commit()
    return assessment_id
