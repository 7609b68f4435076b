"""What raises an episode, and that nothing about it is lost, lowered or deleted by the wrong hand."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from gipt.actions.assessments import Target, answer_item, restart_assessment
from gipt.actions.safety import (
    Step,
    link_member,
    note_assessment_safety,
    raise_worry,
    record_steps,
    set_level,
    triage,
)
from gipt.actions.safety_care import acknowledge, close_episode
from gipt.actions.safety_reviews import decide_review, open_review
from gipt.db import db
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound
from gipt.models import Answer, AuditEvent, SafetyEpisode, SafetyEvent
from gipt.queries.safety import find_inbox, find_reviews
from tests.actions.safety_cast import adopt, make_assessment, make_member
from tests.cast import NOW, Cast

LATER = NOW + timedelta(minutes=30)
HOURS = timedelta(hours=1)


def note(
    cast: Cast, assessment_id: str, member_id: str, state: str = "positive", now: datetime = NOW
) -> str | None:
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


def episode_of(episode_id: str | None) -> SafetyEpisode:
    db.session.expire_all()
    found = db.session.get(SafetyEpisode, episode_id)
    assert found is not None
    return found


def events(episode_id: str | None) -> list[str]:
    return sorted(db.session.scalars(sa.select(SafetyEvent.kind).where(SafetyEvent.episode_id == episode_id)))


def worry(cast: Cast, role: str = "facilitator", **more: str) -> str:
    return raise_worry(by=cast.actor(role), now=NOW, **more)


# Raising


def test_a_positive_item_opens_an_untriaged_episode_on_the_two_hour_clock(cast: Cast) -> None:
    member_id = make_member(cast)
    episode = episode_of(note(cast, make_assessment(member_id), member_id))
    assert (episode.trigger, episode.level, episode.status, episode.unseen) == ("item", None, "new", True)
    assert episode.acknowledge_by == NOW + 2 * HOURS
    assert re.fullmatch(r"([ACEFHJKMNPRTWXY][34679]){2,4}", episode.code)


@pytest.mark.parametrize("state", ["negative", "not_asked"])
def test_other_states_open_nothing(cast: Cast, state: str) -> None:
    member_id = make_member(cast)
    assert note(cast, make_assessment(member_id), member_id, state) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SafetyEpisode)) == 0


def test_an_open_safety_question_opens_an_episode_of_its_own_kind(cast: Cast) -> None:
    member_id = make_member(cast)
    episode = episode_of(note(cast, make_assessment(member_id, None), member_id, "unknown"))
    assert episode.trigger == "item_unknown"


def test_the_same_answer_saved_twice_raises_once_even_after_it_was_seen(cast: Cast) -> None:
    member_id = make_member(cast)
    assessment_id = make_assessment(member_id)
    first = note(cast, assessment_id, member_id)
    acknowledge(episode_id=first, by=cast.actor("supervisor"), now=LATER)
    assert note(cast, assessment_id, member_id, now=LATER) == first
    assert events(first) == ["opened", "seen"]
    assert episode_of(first).unseen is False


def test_a_higher_answer_of_the_same_check_in_makes_it_unseen_again(cast: Cast) -> None:
    member_id = make_member(cast)
    assessment_id = make_assessment(member_id)
    first = note(cast, assessment_id, member_id)
    acknowledge(episode_id=first, by=cast.actor("supervisor"), now=NOW)
    db.session.execute(sa.update(Answer).values(value=3))
    db.session.commit()
    assert note(cast, assessment_id, member_id, now=LATER) == first
    episode = episode_of(first)
    assert (episode.unseen, episode.unseen_since, episode.acknowledge_by) == (True, LATER, LATER + 2 * HOURS)


def test_a_new_positive_joins_the_open_episode_and_does_not_set_a_running_clock_back(cast: Cast) -> None:
    member_id = make_member(cast)
    first = note(cast, make_assessment(member_id), member_id)
    assert note(cast, make_assessment(member_id), member_id, now=LATER) == first
    assert events(first) == ["joined", "opened"]
    assert episode_of(first).acknowledge_by == NOW + 2 * HOURS


@pytest.mark.parametrize("role", ["facilitator", "supervisor", "coordinator", "me", "clinical_lead", "admin"])
def test_every_role_may_write_down_a_worry_about_somebody(cast: Cast, role: str) -> None:
    episode = episode_of(worry(cast, role))
    assert (episode.member_id, episode.site_id, episode.trigger) == (None, cast.own, "worry")


def test_two_worries_about_somebody_stay_two(cast: Cast) -> None:
    assert worry(cast) != worry(cast)


def test_a_double_tap_writes_one_worry(cast: Cast) -> None:
    assert worry(cast, op="a" * 32) == worry(cast, op="a" * 32)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SafetyEpisode)) == 1


def test_a_worry_about_a_person_of_others_is_refused_as_missing(cast: Cast) -> None:
    member_id = make_member(cast, "foreign")
    with pytest.raises(NotFound):
        worry(cast, "coordinator", member_id=member_id)


def test_somebody_who_was_only_screened_can_be_the_person(cast: Cast) -> None:
    member_id = make_member(cast)
    assert episode_of(worry(cast, "coordinator", member_id=member_id)).member_id == member_id


# Naming and merging


def test_naming_someone_keeps_code_and_log(cast: Cast) -> None:
    member_id, episode_id = make_member(cast), worry(cast, "coordinator")
    code = episode_of(episode_id).code
    kept = link_member(episode_id=episode_id, member_id=member_id, by=cast.actor("coordinator"), now=LATER)
    episode = episode_of(kept)
    assert (kept, episode.code, episode.member_id) == (episode_id, code, member_id)
    assert events(kept) == ["linked", "opened"]


def test_naming_a_person_with_an_open_episode_makes_one_of_two_and_keeps_the_more_dangerous(
    cast: Cast,
) -> None:
    member_id = make_member(cast)
    calm = note(cast, make_assessment(member_id), member_id)
    acknowledge(episode_id=calm, by=cast.actor("supervisor"), now=NOW)
    someone = worry(cast, "coordinator")
    set_level(episode_id=someone, level=3, by=cast.actor("coordinator"), now=NOW)
    kept = link_member(episode_id=someone, member_id=member_id, by=cast.actor("coordinator"), now=LATER)
    assert kept == calm
    episode, other = episode_of(kept), episode_of(someone)
    assert (episode.level, episode.unseen, episode.paused) == (3, True, True)
    assert episode.acknowledge_by == NOW + timedelta(minutes=15)
    assert (other.status, other.outcome, other.closed_at) == ("closed", "merged", LATER)


def test_a_named_episode_is_renamed_by_nobody_who_does_not_handle_it(cast: Cast) -> None:
    first, second = make_member(cast), make_member(cast, code="M-0002")
    episode_id = worry(cast, "coordinator", member_id=first)
    with pytest.raises(Conflict):
        link_member(episode_id=episode_id, member_id=second, by=cast.actor("coordinator"), now=LATER)


# Sorting


def sort_out(cast: Cast, episode_id: str, replies: dict[str, str], finished: bool = True) -> int | None:
    return triage(
        episode_id=episode_id, replies=replies, finished=finished, by=cast.actor("facilitator"), now=NOW
    )


@pytest.mark.parametrize(
    ("replies", "finished", "level"),
    [
        ({"plan": "yes"}, False, 3),
        ({"thoughts": "no"}, False, None),
        ({"thoughts": "no", "plan": "no"}, True, 1),
        ({"thoughts": "yes", "plan": "no"}, True, 2),
        ({"thoughts": "no", "plan": "not_sure"}, True, 3),
        ({"thoughts": "no"}, True, 3),
        ({}, True, None),
    ],
    ids=["yes at once", "no alone", "two no", "yes and no", "not sure", "not asked", "nothing asked"],
)
def test_answers_lead_to_levels_and_unsure_to_the_higher(
    cast: Cast, replies: dict[str, str], finished: bool, level: int | None
) -> None:
    adopt(cast)
    assert sort_out(cast, worry(cast), replies, finished) == level


def test_the_level_never_falls_by_answering_again(cast: Cast) -> None:
    adopt(cast)
    episode_id = worry(cast)
    sort_out(cast, episode_id, {"thoughts": "yes", "plan": "yes"})
    assert sort_out(cast, episode_id, {"thoughts": "no", "plan": "no"}) == 3


def test_level_now_has_fifteen_minutes_and_pauses_the_group(cast: Cast) -> None:
    adopt(cast)
    episode_id = worry(cast)
    sort_out(cast, episode_id, {"plan": "yes"})
    episode = episode_of(episode_id)
    assert (episode.acknowledge_by, episode.paused) == (NOW + timedelta(minutes=15), True)


@pytest.mark.parametrize("level", [2, 3])
def test_anybody_may_choose_a_more_dangerous_level(cast: Cast, level: int) -> None:
    assert set_level(episode_id=worry(cast), level=level, by=cast.actor("facilitator"), now=NOW) == level


@pytest.mark.parametrize("role", ["facilitator", "coordinator", "admin", "me"])
def test_nobody_else_lowers(cast: Cast, role: str) -> None:
    episode_id = worry(cast, role)
    set_level(episode_id=episode_id, level=3, by=cast.actor(role), now=NOW)
    with pytest.raises(NotAllowed):
        set_level(episode_id=episode_id, level=2, by=cast.actor(role), now=NOW)


def test_nobody_sorts_below_the_two_hour_clock_without_asking(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        set_level(episode_id=worry(cast), level=1, by=cast.actor("facilitator"), now=NOW)


@pytest.mark.parametrize("role", ["supervisor", "clinical_lead"])
def test_a_supervisor_or_clinician_lowers(cast: Cast, role: str) -> None:
    episode_id = worry(cast)
    set_level(episode_id=episode_id, level=3, by=cast.actor("facilitator"), now=NOW)
    assert set_level(episode_id=episode_id, level=1, by=cast.actor(role), now=NOW) == 1
    assert "level_lowered" in events(episode_id)


def test_a_supervisor_of_another_site_lowers_nothing(cast: Cast) -> None:
    episode_id = worry(cast)
    set_level(episode_id=episode_id, level=3, by=cast.actor("facilitator"), now=NOW)
    with pytest.raises(NotFound):
        set_level(episode_id=episode_id, level=1, by=cast.actor("supervisor", "foreign"), now=NOW)


def test_news_of_more_danger_makes_a_seen_episode_unseen(cast: Cast) -> None:
    episode_id = worry(cast)
    acknowledge(episode_id=episode_id, by=cast.actor("supervisor"), now=NOW)
    set_level(episode_id=episode_id, level=3, by=cast.actor("facilitator"), now=LATER)
    episode = episode_of(episode_id)
    assert (episode.unseen, episode.acknowledge_by) == (True, LATER + timedelta(minutes=15))


def test_another_facilitator_does_not_get_into_the_episode(cast: Cast) -> None:
    episode_id = worry(cast)
    with pytest.raises(NotFound):
        record_steps(
            episode_id=episode_id, steps=(Step("stayed"),), by=cast.actor("facilitator", "foreign"), now=NOW
        )


# What was done


def test_what_was_done_is_added_line_by_line_and_stops_no_clock(cast: Cast) -> None:
    episode_id = worry(cast)
    steps = (Step("stayed"), Step("spoke_to", "Grace"), Step("plan_made"))
    record_steps(
        episode_id=episode_id, steps=steps, text="She is calm.", by=cast.actor("facilitator"), now=NOW
    )
    episode = episode_of(episode_id)
    assert (episode.unseen, episode.status, episode.safety_plan) == (True, "new", True)
    assert events(episode_id) == ["note", "opened", "plan_made", "spoke_to", "step_done"]


def test_an_unknown_step_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        record_steps(episode_id=worry(cast), steps=(Step("prayed"),), by=cast.actor("facilitator"), now=NOW)


@pytest.mark.parametrize("statement", ["DELETE FROM safety_event", "UPDATE safety_event SET kind = 'note'"])
def test_the_database_refuses_to_change_the_log(cast: Cast, statement: str) -> None:
    episode_id = worry(cast)
    with pytest.raises(DBAPIError, match="never changed"):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    assert events(episode_id) == ["opened"]


def test_the_audit_trail_names_acts_and_no_words_of_people(cast: Cast) -> None:
    episode_id = worry(cast, text="Her uncle beats her")
    found = db.session.execute(
        sa.select(AuditEvent.action, AuditEvent.details).where(AuditEvent.entity_id == episode_id)
    ).all()
    assert [row.action for row in found] == ["raise_worry"]
    assert "uncle" not in str(found)


# Old answers


def test_an_old_answer_is_ticked_once_and_opens_an_episode_only_when_asked(cast: Cast) -> None:
    member_id = make_member(cast)
    assessment_id = make_assessment(member_id)
    where = {"assessment_id": assessment_id, "member_id": member_id, "site_id": cast.own}
    review_id = open_review(**where, by=cast.actor("coordinator"), now=NOW)
    assert open_review(**where, by=cast.actor("coordinator"), now=NOW) == review_id
    supervisor = cast.actor("supervisor")
    assert [row.review_id for row in find_reviews(supervisor)] == [review_id]
    assert find_reviews(cast.actor("supervisor", "foreign")) == ()
    assert find_inbox(supervisor, NOW, NOW.date()).open == ()
    opened = decide_review(review_id=review_id, decision="opened", by=supervisor, now=LATER)
    assert [row.episode_id for row in find_inbox(supervisor, LATER, NOW.date()).open] == [opened]
    with pytest.raises(Conflict):
        decide_review(review_id=review_id, decision="known", by=supervisor, now=LATER)


def test_a_foreign_old_answer_does_not_exist(cast: Cast) -> None:
    member_id = make_member(cast)
    review_id = open_review(
        assessment_id=make_assessment(member_id),
        member_id=member_id,
        site_id=cast.own,
        by=cast.actor("coordinator"),
        now=NOW,
    )
    with pytest.raises(NotFound):
        decide_review(review_id=review_id, decision="known", by=cast.actor("supervisor", "foreign"), now=NOW)


# A new answer after an episode was closed


def ask(cast: Cast, member_id: str, text: str, hours: int) -> str | None:
    """Answer the last question of the same check-in at an hour; gives the newest open episode."""
    target = Target(member_id, "phq9", point="screening", on_date=NOW.date())
    answer_item(
        target=target, item="q9", text=text, by=cast.actor("facilitator"), now=NOW + timedelta(hours=hours)
    )
    return open_episode(member_id)


def open_episode(member_id: str) -> str | None:
    db.session.expire_all()
    return db.session.scalar(
        sa.select(SafetyEpisode.id).where(
            SafetyEpisode.member_id == member_id, SafetyEpisode.status != "closed"
        )
    )


def close(cast: Cast, episode_id: str | None, hours: int) -> None:
    by, now = cast.actor("supervisor"), NOW + timedelta(hours=hours)
    acknowledge(episode_id=episode_id, by=by, now=now)
    close_episode(episode_id=episode_id, outcome="mistake", reason="Another woman", by=by, now=now)


def test_the_right_woman_is_not_hidden_behind_a_closed_mistake(cast: Cast) -> None:
    member_id = make_member(cast)
    first = ask(cast, member_id, "1", 0)
    assert first is not None
    restart_assessment(
        target=Target(member_id, "phq9", point="screening", on_date=NOW.date()),
        by=cast.actor("facilitator"),
        now=NOW + HOURS,
    )
    close(cast, first, 2)
    second = ask(cast, member_id, "1", 3)
    assert second not in (None, first)


def test_an_answer_given_anew_after_closing_opens_an_episode(cast: Cast) -> None:
    member_id = make_member(cast)
    first = ask(cast, member_id, "2", 0)
    assert ask(cast, member_id, "0", 1) == first
    close(cast, first, 2)
    assert ask(cast, member_id, "1", 24) not in (None, first)


def test_the_same_answer_sent_again_after_closing_opens_nothing(cast: Cast) -> None:
    member_id = make_member(cast)
    first = ask(cast, member_id, "1", 0)
    close(cast, first, 2)
    assert ask(cast, member_id, "1", 3) is None
