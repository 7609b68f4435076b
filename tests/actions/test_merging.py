"""Merging two records of one person: nothing is lost, danger wins, and it can be taken apart."""

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions.episodes import highest_level
from gipt.actions.groups import enrol_candidates
from gipt.actions.members import living_member, set_not_together
from gipt.actions.merging import merge_members, undo_merge
from gipt.actions.safety import set_level
from gipt.actions.screenings import ScreeningRecord, record_screening
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.domain.problems import Conflict, NotFound
from gipt.models import Consent, Enrolment, Member, NotTogether, SafetyEpisode, Screening
from gipt.queries.help_now import find_by_code
from tests.actions.people import DAY, POSITIVE, person, waiting
from tests.actions.test_groups import cycle, group
from tests.cast import NOW, Cast


def owners(table: type) -> set[str]:
    return set(db.session.scalars(sa.select(table.member_id)))  # type: ignore[attr-defined]


def test_both_histories_stay_and_the_old_id_leads_to_the_kept_record(app: Flask, cast: Cast) -> None:
    keep, _ = waiting(cast, "Fatuma Ali")
    other, _ = waiting(cast, "Fatma Ali", phone="0772 123456")
    merge_members(keep_id=keep, other_id=other, by=cast.actor("coordinator"), now=NOW)
    assert living_member(other).id == keep
    assert owners(Screening) == owners(Consent) == {keep}
    states = sorted(db.session.scalars(sa.select(Screening.waiting)))  # type: ignore[type-var]
    assert states == ["closed", "waiting"]
    assert db.session.get_one(Member, keep).phone == "0772 123456"


def test_the_stricter_rule_about_contact_stays(app: Flask, cast: Cast) -> None:
    keep = person(cast, "Fatuma Ali", may_call="yes", may_text="yes")
    other = person(cast, "Fatma Ali", may_call="no", may_text="neutral")
    merge_members(keep_id=keep, other_id=other, by=cast.actor("coordinator"), now=NOW)
    kept = db.session.get_one(Member, keep)
    assert (kept.may_call, kept.may_text) == ("no", "neutral")


def test_of_two_open_episodes_the_more_dangerous_values_stay_open(app: Flask, cast: Cast) -> None:
    keep, other = person(cast, "Fatuma Ali"), person(cast, "Fatma Ali")
    for member_id in (keep, other):
        record_screening(record=ScreeningRecord(member_id, DAY, POSITIVE), by=OPERATOR, now=NOW)
    theirs = db.session.scalars(sa.select(SafetyEpisode).where(SafetyEpisode.member_id == other)).one()
    theirs.level = 3
    mine = db.session.scalars(sa.select(SafetyEpisode).where(SafetyEpisode.member_id == keep)).one()
    mine.unseen, mine.level = False, 1
    db.session.commit()
    merge_members(keep_id=keep, other_id=other, by=cast.actor("coordinator"), now=NOW)
    rows = db.session.scalars(sa.select(SafetyEpisode)).all()
    assert {row.member_id for row in rows} == {keep}
    still = [row for row in rows if row.status != "closed"]
    assert [(row.level, row.unseen) for row in still] == [(3, True)]


def test_who_must_not_meet_the_one_must_not_meet_the_kept(app: Flask, cast: Cast) -> None:
    keep, other, third = (person(cast, name) for name in ("Fatuma Ali", "Fatma Ali", "Ruth Akello"))
    by = cast.actor("coordinator")
    set_not_together(member_ids=(other, third), kind="safety", by=by, now=NOW)
    merge_members(keep_id=keep, other_id=other, by=by, now=NOW)
    pairs = {(row.member_a, row.member_b) for row in db.session.scalars(sa.select(NotTogether))}
    assert tuple(sorted((keep, third))) in pairs


def test_two_records_in_one_cycle_are_not_merged(app: Flask, cast: Cast) -> None:
    members = [waiting(cast, name)[0] for name in ("Fatuma Ali", "Fatma Ali")]
    enrol_candidates(cycle_id=cycle(group(cast, members, note="Small")), by=OPERATOR, now=NOW)
    with pytest.raises(Conflict):
        merge_members(keep_id=members[0], other_id=members[1], by=cast.actor("coordinator"), now=NOW)


def test_a_merge_is_taken_apart_with_what_came_along(app: Flask, cast: Cast) -> None:
    keep, _ = waiting(cast, "Fatuma Ali")
    other, _ = waiting(cast, "Fatma Ali")
    enrol_candidates(cycle_id=cycle(group(cast, [other], note="Small")), by=OPERATOR, now=NOW)
    by = cast.actor("coordinator")
    merge_members(keep_id=keep, other_id=other, by=by, now=NOW)
    assert owners(Enrolment) == {keep}
    undo_merge(member_id=other, by=by, now=NOW)
    assert owners(Enrolment) == {other}
    assert owners(Screening) == {keep, other}
    assert living_member(other).id == other


def test_foreign_records_are_not_merged(app: Flask, cast: Cast) -> None:
    mine, theirs = person(cast, "Fatuma Ali"), person(cast, "Fatma Ali", site="foreign")
    with pytest.raises(NotFound):
        merge_members(keep_id=mine, other_id=theirs, by=cast.actor("coordinator"), now=NOW)


def test_what_was_ever_now_and_a_request_to_close_do_not_get_lost_in_a_merge(app: Flask, cast: Cast) -> None:
    keep, other = person(cast, "Fatuma Ali"), person(cast, "Fatma Ali")
    for member_id in (keep, other):
        record_screening(record=ScreeningRecord(member_id, DAY, POSITIVE), by=OPERATOR, now=NOW)
    ids = {
        member_id: db.session.scalars(
            sa.select(SafetyEpisode.id).where(SafetyEpisode.member_id == member_id)
        ).one()
        for member_id in (keep, other)
    }
    for level in (3, 1):
        set_level(episode_id=ids[other], level=level, by=cast.actor("supervisor"), now=NOW)
    db.session.get_one(SafetyEpisode, ids[keep]).close_asked_by_id = cast.actor("supervisor").staff_id
    db.session.commit()
    merge_members(keep_id=keep, other_id=other, by=cast.actor("coordinator"), now=NOW)
    db.session.expire_all()
    (still,) = db.session.scalars(sa.select(SafetyEpisode).where(SafetyEpisode.status != "closed"))
    assert still.close_asked_by_id is None
    assert highest_level(still) == 3


def test_the_code_of_a_merged_record_leads_to_the_kept_one(app: Flask, cast: Cast) -> None:
    keep, other = person(cast, "Fatuma Ali"), person(cast, "Fatma Ali")
    code = db.session.get_one(Member, other).code
    merge_members(keep_id=keep, other_id=other, by=cast.actor("coordinator"), now=NOW)
    assert find_by_code(cast.actor("coordinator"), code, DAY) == keep
