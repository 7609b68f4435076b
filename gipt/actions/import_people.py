"""Writing people of a spreadsheet: member, consent and screening of each row by the actions that pages use."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from gipt.actions import trace
from gipt.actions.assessments import Form, Target, record_assessment, record_total
from gipt.actions.consents import ConsentRecord, give_consent
from gipt.actions.import_rows import Outcome, Writer, as_texts, one_row, total_text
from gipt.actions.members import MemberRecord, add_member, change_member, set_different_people
from gipt.actions.screenings import ScreeningRecord, criteria_in_force, record_screening
from gipt.db import db
from gipt.domain.measures import TotalScale
from gipt.intake.records import MeasureEntry, PersonRow
from gipt.models import Answer, Assessment, Consent, Criteria, DifferentPeople, Member, Screening, Site
from gipt.queries.import_measures import KnownMeasure, known_screenings, telling
from gipt.queries.import_people import PersonFacts
from gipt.queries.import_plans import PlannedRow

PORTION = 250
"""Rows that are written before the session is emptied; also the size of one reading of the trace."""
EVERY_DAY = 127

_MEMBERS: Any = Member.__table__
_ASSESSMENTS: Any = Assessment.__table__
_ANSWERS: Any = Answer.__table__


def _of_members(table: Any) -> trace.Scope:
    return trace.Scope(table, lambda ids: table.c.member_id.in_(ids))


def _answers(ids: Sequence[str]) -> sa.ColumnElement[bool]:
    mine = sa.select(_ASSESSMENTS.c.id).where(_ASSESSMENTS.c.member_id.in_(ids))
    return sa.and_(_ANSWERS.c.assessment_id.in_(mine))


SCOPES = (
    trace.Scope(Criteria.__table__, lambda ids: sa.true()),  # type: ignore[arg-type]
    trace.Scope(_MEMBERS, lambda ids: _MEMBERS.c.id.in_(ids)),
    _of_members(Consent.__table__),
    _of_members(Screening.__table__),
    _of_members(_ASSESSMENTS),
    trace.Scope(_ANSWERS, _answers),
    trace.Scope(DifferentPeople.__table__, lambda ids: DifferentPeople.member_a.in_(ids)),  # type: ignore[arg-type]
)


def write_people(rows: Sequence[PlannedRow], writer: Writer, outcome: Outcome) -> None:
    """Write the rows in portions; every portion is traced for undo."""
    for first in range(0, len(rows), PORTION):
        portion = rows[first : first + PORTION]
        known = [row.target for row in portion if row.target]
        known += [one for row in portion if (one := outcome.made.get(_earlier(row)))]
        known += [one.choice.partition(":")[2] for row in portion for one in row.candidates]
        before = trace.read(SCOPES, known)
        stored = known_screenings(known)
        measures = {one[0]: one[3] for many in stored.values() for one in many}
        # The session forgets what nobody holds; these are looked up for every row.
        held = [*db.session.scalars(sa.select(Site)), *db.session.scalars(sa.select(Criteria))]
        for row in portion:
            with one_row(row, outcome):
                outcome.made[row.key] = write_person(row, writer, outcome, measures)
        db.session.flush()
        del held
        touched = sorted({*known, *(outcome.made[row.key] for row in portion if row.key in outcome.made)})
        outcome.position = trace.store(
            writer.import_id, before, trace.read(SCOPES, touched), outcome.position
        )
        # What was written is in the database now; keeping the objects would make memory grow with the file.
        db.session.expunge_all()
        writer.tell(100 * min(len(rows), first + PORTION) // len(rows))


def _earlier(row: PlannedRow) -> str:
    return row.facts.from_row if isinstance(row.facts, PersonFacts) else ""


def write_person(
    row: PlannedRow, writer: Writer, outcome: Outcome, measures: Mapping[str, Mapping[str, KnownMeasure]]
) -> str:
    """Write one row: the person, the consent, the screening; gives the member's id."""
    record, facts = row.result.record, row.facts
    assert isinstance(record, PersonRow)
    assert isinstance(facts, PersonFacts)
    member_id = row.target or outcome.made.get(facts.from_row, "")
    if member_id:
        _change(member_id, facts, writer)
    else:
        member_id = _add(record, facts, writer)
    if row.decided == "different":
        for one in row.candidates:
            if one.choice.startswith("same:"):
                pair = (member_id, one.choice.removeprefix("same:"))
                set_different_people(member_ids=pair, by=writer.by, now=writer.now)
    if facts.consent:
        _consent(member_id, record, writer)
    if facts.screen:
        _screen(member_id, record, facts, writer, outcome, measures.get(facts.screening_id or "", {}))
    return member_id


def _add(record: PersonRow, facts: PersonFacts, writer: Writer) -> str:
    described = MemberRecord(site_id=facts.site_id, name=record.name, **_columns(facts))
    member_id = add_member(record=described, by=writer.by, now=writer.now)
    if facts.code:
        db.session.get_one(Member, member_id).code = facts.code
        db.session.flush()
    return member_id


def _columns(facts: PersonFacts) -> dict[str, Any]:
    return {name: value for name, value in facts.changes.items() if name not in ("name", "site_id")}


def _change(member_id: str, facts: PersonFacts, writer: Writer) -> None:
    """Write what differs; who is found again as she is stays untouched."""
    if not facts.changes:
        return
    stored = db.session.get_one(Member, member_id)
    now = MemberRecord(**{one.name: getattr(stored, one.name) for one in fields(MemberRecord)})
    change_member(member_id=member_id, record=replace(now, **facts.changes), by=writer.by, now=writer.now)


def _consent(member_id: str, record: PersonRow, writer: Writer) -> None:
    said = ConsentRecord(
        member_id=member_id,
        purpose="service",
        given=bool(record.consent),
        on_date=record.consented_on or record.screened_on or writer.today,
        how="paper_on_file",
    )
    give_consent(record=said, by=writer.by, now=writer.now)


def _screen(
    member_id: str,
    record: PersonRow,
    facts: PersonFacts,
    writer: Writer,
    outcome: Outcome,
    stored: Mapping[str, KnownMeasure],
) -> None:
    """Store the screening with its measures; those that the criteria do not ask for stand beside it."""
    criteria = criteria_in_force(writer.by, writer.now)
    before = db.session.get(Screening, facts.screening_id) if facts.screening_id else None
    on = record.screened_on or (before.on_date if before else writer.today)
    entries = {entry.measure: entry for entry in facts.entries}
    main = entries.pop(criteria.measure, None)
    function = entries.get(criteria.function_measure or "")
    if function is not None and not function.totals_only:
        entries.pop(function.measure)
    else:
        function = None
    screening = ScreeningRecord(
        member_id=member_id,
        on_date=on,
        texts=_texts(main, stored),
        function_texts=_texts(function, stored),
        total=total_text(main) if main else None,
        total_scale=TotalScale.REPORTED.value,
        days=sum(1 << day for day in record.preferred_days) or (before.days if before else EVERY_DAY),
        part_of_day=before.part_of_day if before else "any",
        mode="sheet",
    )
    done = record_screening(record=screening, screening_id=facts.screening_id, by=writer.by, now=writer.now)
    for entry in entries.values():
        target = Target(
            member_id=member_id, measure=entry.measure, point="screening", on_date=on,
            screening_id=done["screening_id"], mode="sheet",
        )  # fmt: skip
        write_entry(target, entry, stored.get(entry.measure), writer)
    if record.screened_on is None:
        outcome.undated |= set(
            db.session.scalars(
                sa.select(Assessment.id).where(Assessment.screening_id == done["screening_id"])
            )
        )


def _texts(entry: MeasureEntry | None, stored: Mapping[str, KnownMeasure]) -> dict[str, str | None]:
    """Give only the answers that are not stored as they stand."""
    if entry is None or entry.totals_only:
        return {}
    have = stored[entry.measure].answers if entry.measure in stored else {}
    new = {
        item: value
        for item, value in telling(entry, stored.get(entry.measure)).items()
        if have.get(item) != value
    }
    return as_texts(new)


def write_entry(target: Target, entry: MeasureEntry, stored: KnownMeasure | None, writer: Writer) -> str:
    """Store one measure of a sheet: its answers, or the total that came alone; gives the assessment's id."""
    text = total_text(entry)
    if text is not None:
        scale = TotalScale.REPORTED.value
        return record_total(target=target, text=text, scale=scale, by=writer.by, now=writer.now)
    texts = _texts(entry, {entry.measure: stored} if stored else {})
    done = record_assessment(target=target, form=Form(texts), by=writer.by, now=writer.now)
    return str(done["assessment_id"])
