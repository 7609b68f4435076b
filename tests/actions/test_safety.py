"""What raises an episode, and that nothing about it is lost, lowered or deleted by the wrong hand."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gipt.actions.safety import note_assessment_safety
from gipt.db import db, new_id
from gipt.models import Answer, Assessment, Member, SafetyEpisode, SafetyEvent
from tests.cast import NOW, Cast

LATER = NOW + timedelta(minutes=30)


def make_member(cast: Cast, site: str = "own", code: str = "M-0001") -> str:
    """Store a member directly: how people are registered is not what these tests are about."""
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


def note(cast: Cast, assessment_id: str, member_id: str, state: str = "positive", now=NOW) -> str | None:
    return note_assessment_safety(
        assessment_id=assessment_id,
        member_id=member_id,
        site_id=cast.own,
        cycle_id=None,
        session_id=None,
        state=state,
        item="phq9_9",
        by=cast.actor("facilitator"),
        now=now,
    )


def events(episode_id: str) -> list[str]:
    return list(db.session.scalars(sa.select(SafetyEvent.kind).where(SafetyEvent.episode_id == episode_id)))


def test_a_positive_item_opens_an_untriaged_episode_on_the_two_hour_clock(cast: Cast) -> None:
    member_id = make_member(cast)
    episode = db.session.get(SafetyEpisode, note(cast, make_assessment(member_id), member_id))
    assert (episode.trigger, episode.level, episode.status, episode.unseen) == ("item", None, "new", True)
    assert episode.acknowledge_by == NOW + timedelta(hours=2)


@pytest.mark.parametrize("state", ["negative", "not_asked"])
def test_other_states_open_nothing(cast: Cast, state: str) -> None:
    member_id = make_member(cast)
    assert note(cast, make_assessment(member_id), member_id, state) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SafetyEpisode)) == 0


def test_the_same_answer_saved_twice_raises_once(cast: Cast) -> None:
    member_id = make_member(cast)
    assessment_id = make_assessment(member_id)
    first = note(cast, assessment_id, member_id)
    assert note(cast, assessment_id, member_id, now=LATER) == first
    assert events(first) == ["opened"]
