"""What a supervisor does with an episode: seeing, contacts, handing over, clearing, closing with two people."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gipt.actions.referrals import ReferralRecord, record_arrival, refer
from gipt.actions.safety import raise_worry, set_level
from gipt.actions.safety_care import (
    acknowledge,
    clear_to_join,
    close_episode,
    confirm_close,
    hand_over,
    make_plan,
    record_contact,
    reopen,
    set_next_contact,
)
from gipt.db import db
from gipt.domain.access import OPERATOR, Actor
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound
from gipt.models import Referral, SafetyEpisode, SafetyEvent
from gipt.queries.safety import find_inbox, get_episode
from tests.actions.safety_cast import make_member
from tests.cast import NOW, Cast

LATER = NOW + timedelta(hours=3)
TODAY = NOW.date()


@pytest.fixture
def episode_id(cast: Cast) -> str:
    return raise_worry(member_id=make_member(cast), by=cast.actor("coordinator"), now=NOW)


def now_of(episode_id: str) -> SafetyEpisode:
    db.session.expire_all()
    found = db.session.get(SafetyEpisode, episode_id)
    assert found is not None
    return found


def count(episode_id: str, kind: str) -> int:
    where = (SafetyEvent.episode_id == episode_id, SafetyEvent.kind == kind)
    return db.session.scalar(sa.select(sa.func.count()).select_from(SafetyEvent).where(*where)) or 0


def test_seeing_stops_the_clock_once_and_keeps_the_first_moment(cast: Cast, episode_id: str) -> None:
    acknowledge(episode_id=episode_id, by=cast.actor("supervisor"), now=NOW)
    acknowledge(episode_id=episode_id, by=cast.actor("clinical_lead"), now=LATER)
    episode = now_of(episode_id)
    assert (episode.unseen, episode.status, episode.first_acknowledged_at) == (False, "seen", NOW)
    assert episode.acknowledged_by_id == cast.staff_id("supervisor")
    assert count(episode_id, "seen") == 1


@pytest.mark.parametrize("role", ["facilitator", "coordinator", "me", "admin"])
def test_nobody_else_can_say_seen(cast: Cast, episode_id: str, role: str) -> None:
    with pytest.raises(NotFound):
        acknowledge(episode_id=episode_id, by=cast.actor(role), now=NOW)
    assert now_of(episode_id).unseen is True


def act(name: str, episode_id: str, by: Actor) -> None:
    acts = {
        "acknowledge": lambda: acknowledge(episode_id=episode_id, by=by, now=NOW),
        "contact": lambda: record_contact(episode_id=episode_id, way="call", reached=True, by=by, now=NOW),
        "next": lambda: set_next_contact(episode_id=episode_id, on_date=TODAY, by=by, now=NOW),
        "plan": lambda: make_plan(episode_id=episode_id, by=by, now=NOW),
        "hand over": lambda: hand_over(episode_id=episode_id, to_staff_id="x", by=by, now=NOW),
        "clear": lambda: clear_to_join(episode_id=episode_id, clinician="Dr", by=by, now=NOW),
        "close": lambda: close_episode(
            episode_id=episode_id, outcome="settled", reason="Well", by=by, now=NOW
        ),
        "confirm": lambda: confirm_close(episode_id=episode_id, by=by, now=NOW),
        "reopen": lambda: reopen(episode_id=episode_id, by=by, now=NOW),
        "refer": lambda: refer(
            episode_id=episode_id, record=ReferralRecord("Clinic", "today", TODAY), by=by, now=NOW
        ),
    }
    acts[name]()


@pytest.mark.parametrize(
    "name",
    ["acknowledge", "contact", "next", "plan", "hand over", "clear", "close", "confirm", "reopen", "refer"],
)
def test_a_supervisor_of_another_site_meets_a_missing_episode(cast: Cast, episode_id: str, name: str) -> None:
    with pytest.raises(NotFound):
        act(name, episode_id, cast.actor("supervisor", "foreign"))
    assert now_of(episode_id).status == "new"


@pytest.mark.parametrize("name", ["clear", "close", "confirm"])
def test_the_machine_itself_neither_clears_nor_closes(cast: Cast, episode_id: str, name: str) -> None:
    with pytest.raises(NotAllowed):
        act(name, episode_id, OPERATOR)


def test_states_go_forward_from_seen_to_watching(cast: Cast, episode_id: str) -> None:
    by = cast.actor("supervisor")
    states = []
    for act in (
        lambda: acknowledge(episode_id=episode_id, by=by, now=NOW),
        lambda: record_contact(episode_id=episode_id, way="call", reached=False, by=by, now=NOW),
        lambda: record_contact(episode_id=episode_id, way="visit", reached=True, by=by, now=NOW),
        lambda: make_plan(episode_id=episode_id, means_restricted=True, by=by, now=NOW),
        lambda: set_next_contact(episode_id=episode_id, on_date=TODAY + timedelta(days=2), by=by, now=NOW),
        lambda: record_contact(episode_id=episode_id, way="call", reached=True, by=by, now=NOW),
    ):
        act()
        states.append(now_of(episode_id).status)
    assert states == ["seen", "seen", "contacted", "plan", "watching", "watching"]


def test_a_contact_needs_a_next_day_and_the_past_is_refused(cast: Cast, episode_id: str) -> None:
    by = cast.actor("supervisor")
    set_next_contact(episode_id=episode_id, on_date=TODAY, by=by, now=NOW)
    record_contact(episode_id=episode_id, way="call", reached=True, by=by, now=NOW)
    assert now_of(episode_id).next_contact_on is None
    with pytest.raises(Invalid):
        set_next_contact(episode_id=episode_id, on_date=TODAY - timedelta(days=1), by=by, now=NOW)


def test_an_overdue_contact_and_an_overdue_episode_are_marked(cast: Cast, episode_id: str) -> None:
    by = cast.actor("supervisor")
    (row,) = find_inbox(by, LATER, TODAY).open
    assert (row.overdue, row.contact_overdue) == (True, False)
    set_next_contact(episode_id=episode_id, on_date=TODAY, by=by, now=NOW)
    (row,) = find_inbox(by, LATER, TODAY + timedelta(days=1)).open
    assert (row.overdue, row.contact_overdue) == (False, True)


def test_whoever_gets_it_handed_over_has_to_see_it(cast: Cast, episode_id: str) -> None:
    hand_over(
        episode_id=episode_id,
        to_staff_id=cast.staff_id("clinical_lead"),
        by=cast.actor("supervisor"),
        now=LATER,
    )
    episode = now_of(episode_id)
    assert (episode.unseen, episode.unseen_since) == (True, LATER)
    assert episode.first_acknowledged_at == LATER


@pytest.mark.parametrize(("role", "site"), [("coordinator", "own"), ("supervisor", "foreign")])
def test_it_is_handed_only_to_people_who_handle_safety_there(
    cast: Cast, episode_id: str, role: str, site: str
) -> None:
    with pytest.raises(NotFound):
        hand_over(
            episode_id=episode_id, to_staff_id=cast.staff_id(role, site), by=cast.actor("supervisor"), now=NOW
        )


# Closing


def close(cast: Cast, episode_id: str, role: str = "supervisor") -> str:
    return close_episode(
        episode_id=episode_id, outcome="settled", reason="Two calm visits", by=cast.actor(role), now=LATER
    )


def test_one_person_closes_what_was_never_now(cast: Cast, episode_id: str) -> None:
    assert close(cast, episode_id) == "closed"
    episode = now_of(episode_id)
    assert (episode.status, episode.outcome, episode.closed_at) == ("closed", "settled", LATER)


@pytest.mark.parametrize(("outcome", "reason"), [("", "Well"), ("settled", "  ")], ids=["outcome", "reason"])
def test_closing_needs_both_fields(cast: Cast, episode_id: str, outcome: str, reason: str) -> None:
    with pytest.raises(Invalid):
        close_episode(
            episode_id=episode_id, outcome=outcome, reason=reason, by=cast.actor("supervisor"), now=NOW
        )


def test_what_was_ever_now_takes_two_people_even_when_it_was_lowered(cast: Cast, episode_id: str) -> None:
    set_level(episode_id=episode_id, level=3, by=cast.actor("coordinator"), now=NOW)
    set_level(episode_id=episode_id, level=1, by=cast.actor("supervisor"), now=NOW)
    assert close(cast, episode_id) == "asked"
    assert close(cast, episode_id) == "asked"
    with pytest.raises(Conflict):
        confirm_close(episode_id=episode_id, by=cast.actor("supervisor"), now=LATER)
    assert now_of(episode_id).status != "closed"
    assert confirm_close(episode_id=episode_id, by=cast.actor("clinical_lead"), now=LATER) == "closed"


def test_new_danger_takes_back_the_request_to_close(cast: Cast, episode_id: str) -> None:
    set_level(episode_id=episode_id, level=3, by=cast.actor("coordinator"), now=NOW)
    close(cast, episode_id)
    member_id = now_of(episode_id).member_id
    raise_worry(member_id=member_id, by=cast.actor("coordinator"), now=LATER)
    with pytest.raises(Conflict):
        confirm_close(episode_id=episode_id, by=cast.actor("clinical_lead"), now=LATER)


def test_a_worry_after_closing_opens_a_new_episode_and_the_old_one_stays_closed(
    cast: Cast, episode_id: str
) -> None:
    close(cast, episode_id)
    member_id = now_of(episode_id).member_id
    assert raise_worry(member_id=member_id, by=cast.actor("coordinator"), now=LATER) != episode_id
    with pytest.raises(Conflict):
        reopen(episode_id=episode_id, by=cast.actor("supervisor"), now=LATER)


def test_opening_again_keeps_why_it_was_closed_in_the_log(cast: Cast, episode_id: str) -> None:
    close(cast, episode_id)
    reopen(episode_id=episode_id, by=cast.actor("supervisor"), now=LATER)
    page = get_episode(cast.actor("supervisor"), episode_id, LATER, TODAY)
    assert page.row.closed_at is None
    assert "Two calm visits" in [line.note for line in page.log]


def test_the_group_waits_for_a_named_clinician(cast: Cast, episode_id: str) -> None:
    set_level(episode_id=episode_id, level=3, by=cast.actor("coordinator"), now=NOW)
    assert now_of(episode_id).paused is True
    clear_to_join(episode_id=episode_id, clinician="Dr Okello", by=cast.actor("supervisor"), now=LATER)
    episode = now_of(episode_id)
    assert (episode.paused, episode.cleared_by) == (False, "Dr Okello")


# Referrals


def test_given_and_arrived_are_two_facts(cast: Cast, episode_id: str) -> None:
    by = cast.actor("supervisor")
    record = ReferralRecord("Clinic", "now", TODAY, agreed="yes", accompanied=True)
    referral_id = refer(episode_id=episode_id, record=record, by=by, now=NOW)
    (row,) = get_episode(by, episode_id, NOW, TODAY).referrals
    assert (row.given_on, row.arrived_on) == (TODAY, None)
    record_arrival(referral_id=referral_id, arrived_on=TODAY, feedback="Admitted", by=by, now=LATER)
    record_arrival(referral_id=referral_id, arrived_on=TODAY, by=by, now=LATER)
    stored = db.session.get(Referral, referral_id)
    assert stored is not None
    assert (stored.arrived_on, stored.feedback) == (TODAY, "Admitted")


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 3)], ids=["before it was given", "tomorrow"])
def test_nobody_arrives_before_the_referral_or_tomorrow(cast: Cast, episode_id: str, day: date) -> None:
    by = cast.actor("supervisor")
    referral_id = refer(episode_id=episode_id, record=ReferralRecord("Clinic", "now", TODAY), by=by, now=NOW)
    with pytest.raises(Invalid):
        record_arrival(referral_id=referral_id, arrived_on=day, by=by, now=NOW)
