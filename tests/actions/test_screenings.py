"""Screening: outcome with reasons, versions of criteria, safety before everything, the waiting list."""

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions.consents import ConsentRecord, give_consent, withdraw_consent
from gipt.actions.screenings import (
    CriteriaRecord,
    ReferralRecord,
    ScreeningRecord,
    adopt_criteria,
    override_screening,
    record_screening,
    refer_member,
    set_waiting,
)
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound
from gipt.models import Consent, Criteria, Referral, SafetyEpisode, Screening
from gipt.queries.consents import consent_states
from tests.actions.people import DAY, NINE, POSITIVE, TWELVE, person, texts, waiting
from tests.cast import NOW, Cast


def screen(member_id: str, given: dict[str, str | None], **more: object) -> dict[str, object]:
    record = ScreeningRecord(member_id, DAY, given, **more)  # type: ignore[arg-type]
    return record_screening(record=record, by=OPERATOR, now=NOW)


@pytest.mark.parametrize(
    ("given", "more", "outcome", "reasons", "stands"),
    [
        (TWELVE, {}, "eligible", ["meets_cut_off"], "waiting"),
        (TWELVE, {"place_free": False}, "eligible_waitlisted", ["meets_cut_off", "no_place"], "waiting"),
        (NINE, {}, "below_threshold", ["below_cut_off"], None),
        (
            TWELVE,
            {"exclusions": frozenset({"psychosis"})},
            "excluded_other_referred",
            ["exclusion", "exclusion:psychosis"],
            None,
        ),
        (
            TWELVE,
            {"exclusions": frozenset({"recent_attempt"}), "declined": True},
            "excluded_risk_referred",
            ["exclusion", "exclusion:recent_attempt"],
            None,
        ),
        (TWELVE, {"declined": True}, "declined", ["declined"], None),
        (texts(2, 2, 2, 2, 2, 2, None, 0, 0), {}, None, ["score_missing"], None),
        (texts(3, 3, 3, 3, 3, 3, 3, 3, None), {}, None, ["score_missing", "safety_unknown"], None),
    ],
    ids=[
        "twelve",
        "no place",
        "nine",
        "psychosis",
        "risk first",
        "declined",
        "one missing",
        "safety not asked",
    ],
)
def test_the_outcome_comes_with_its_reasons(
    app: Flask,
    cast: Cast,
    given: dict[str, str | None],
    more: dict[str, object],
    outcome: str | None,
    reasons: list[str],
    stands: str | None,
) -> None:
    found = screen(person(cast), given, **more)
    row = db.session.get_one(Screening, found["screening_id"])
    assert (row.outcome, row.reasons, row.waiting) == (outcome, reasons, stands)


def test_a_new_version_never_rewrites_what_an_older_one_decided(app: Flask, cast: Cast) -> None:
    old = screen(person(cast), TWELVE)
    lead = cast.actor("clinical_lead")
    record = CriteriaRecord(measure="phq9", cut_off=15, citation="Local study of 2025, page 3")
    assert adopt_criteria(record=record, by=lead, now=NOW) == 2
    new = screen(person(cast, "Ruth Akello"), TWELVE)
    again = record_screening(
        record=ScreeningRecord(db.session.get_one(Screening, old["screening_id"]).member_id, DAY, TWELVE),
        screening_id=str(old["screening_id"]),
        by=OPERATOR,
        now=NOW,
    )
    assert (old["outcome"], again["outcome"], new["outcome"]) == ("eligible", "eligible", "below_threshold")
    with pytest.raises(NotAllowed):
        adopt_criteria(record=record, by=cast.actor("coordinator"), now=NOW)
    assert db.session.scalars(sa.select(Criteria.cutoff).order_by(Criteria.version)).all() == [10, 15]


def test_a_positive_safety_answer_is_stored_although_another_cannot_be_read(app: Flask, cast: Cast) -> None:
    member_id = person(cast)
    found = screen(member_id, {**POSITIVE, "q1": "7"})
    assert (found["outcome"], found["safety"]) == (None, "positive")
    assert [fault["reason"] for fault in found["faults"]] == ["out_of_range"]  # type: ignore[attr-defined]
    assert db.session.scalars(sa.select(SafetyEpisode.member_id)).all() == [member_id]


def test_mending_the_answer_gives_the_outcome_and_no_second_episode(app: Flask, cast: Cast) -> None:
    member_id = person(cast)
    first = screen(member_id, {**POSITIVE, "q1": "x"})
    second = record_screening(
        record=ScreeningRecord(member_id, DAY, POSITIVE),
        screening_id=str(first["screening_id"]),
        by=OPERATOR,
        now=NOW,
    )
    assert (second["screening_id"], second["outcome"]) == (first["screening_id"], "eligible")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SafetyEpisode)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Screening)) == 1


def test_a_total_from_an_old_list_decides_and_marks_that_safety_is_unknown(app: Flask, cast: Cast) -> None:
    found = screen(person(cast), {}, total="14")
    assert (found["outcome"], found["reasons"]) == ("eligible", ["meets_cut_off", "safety_unknown"])


def test_only_a_supervisor_or_clinician_decides_otherwise_and_says_why(app: Flask, cast: Cast) -> None:
    screening_id = str(screen(person(cast), NINE)["screening_id"])
    change = {"screening_id": screening_id, "outcome": "eligible", "now": NOW}
    for role, site, fault in (("coordinator", "own", NotAllowed), ("supervisor", "foreign", NotFound)):
        with pytest.raises(fault):
            override_screening(**change, reason="Knows her", by=cast.actor(role, site))
    with pytest.raises(Invalid):
        override_screening(**change, reason=" ", by=cast.actor("supervisor"))
    override_screening(**change, reason="Local signs of grief", by=cast.actor("supervisor"))
    row = db.session.get_one(Screening, screening_id)
    assert (row.outcome, row.waiting, row.override_reason) == ("eligible", "waiting", "Local signs of grief")
    assert row.reasons == ["below_cut_off", "overridden_from:below_threshold"]


def test_the_waiting_list_moves_and_accepting_can_note_consent(app: Flask, cast: Cast) -> None:
    member_id, screening_id = waiting(cast, consent=False)
    by = cast.actor("coordinator")
    set_waiting(screening_ids=(screening_id,), state="offered", by=by, now=NOW)
    assert not consent_states([member_id])
    set_waiting(screening_ids=(screening_id,), state="accepted", consent_how="spoken", by=by, now=NOW)
    assert db.session.get_one(Screening, screening_id).waiting == "accepted"
    assert consent_states([member_id])[member_id].agreed("service")


def test_somebody_placed_meanwhile_is_not_offered_another_place(app: Flask, cast: Cast) -> None:
    _member, screening_id = waiting(cast)
    db.session.get_one(Screening, screening_id).waiting = "placed"
    db.session.commit()
    with pytest.raises(Conflict):
        set_waiting(screening_ids=(screening_id,), state="offered", by=cast.actor("coordinator"), now=NOW)


def test_a_foreign_waiting_person_does_not_exist(app: Flask, cast: Cast) -> None:
    _member, screening_id = waiting(cast, site="foreign")
    with pytest.raises(NotFound):
        set_waiting(screening_ids=(screening_id,), state="offered", by=cast.actor("coordinator"), now=NOW)


def test_a_referral_ends_the_waiting(app: Flask, cast: Cast) -> None:
    member_id, screening_id = waiting(cast)
    record = ReferralRecord(member_id, "Health centre", DAY, screening_id=screening_id)
    refer_member(record=record, by=cast.actor("coordinator"), now=NOW)
    assert db.session.get_one(Screening, screening_id).waiting == "referred"
    assert db.session.scalars(sa.select(Referral.to_service)).all() == ["Health centre"]


def test_the_latest_word_counts_and_earlier_words_stay(app: Flask, cast: Cast) -> None:
    member_id, screening_id = waiting(cast)
    withdraw_consent(
        member_id=member_id,
        purpose="service",
        on_date=DAY.replace(day=3),
        by=OPERATOR,
        now=NOW.replace(day=3),
    )
    state = consent_states([member_id])[member_id]
    assert (state.said("service"), state.said("media"), len(state.rows)) == ("no", "not_asked", 2)
    assert db.session.get_one(Screening, screening_id).waiting == "closed"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Consent)) == 2


def test_an_adult_needs_no_caregiver(app: Flask, cast: Cast) -> None:
    adult, minor = person(cast, birth_year=1990), person(cast, "Ruth", birth_year=2012)
    for member_id, refused in ((adult, True), (minor, False)):
        record = ConsentRecord(member_id, "service", True, DAY, "written", given_by="caregiver")
        if refused:
            with pytest.raises(Conflict):
                give_consent(record=record, by=OPERATOR, now=NOW)
        else:
            give_consent(record=record, by=OPERATOR, now=NOW)
            assert consent_states([minor])[minor].agreed("service", "caregiver")
