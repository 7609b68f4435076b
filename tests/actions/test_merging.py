"""Merging two records of one person: nothing is lost, danger wins, and it can be taken apart."""

import pytest
import sqlalchemy as sa
from flask import Flask

from gipt.actions.groups import enrol_candidates
from gipt.actions.members import living_member, set_not_together
from gipt.actions.merging import merge_members, undo_merge
from gipt.actions.screenings import ScreeningRecord, record_screening
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.domain.problems import Conflict, NotFound
from gipt.models import Consent, Enrolment, Member, NotTogether, SafetyEpisode, Screening
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
