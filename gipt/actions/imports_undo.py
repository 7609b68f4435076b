"""Taking an import back within seven days: what it created goes, what it changed is as before.

What somebody changed since, or what something else has come to rest on, stays and is named by its code. Safety
episodes, their log and the audit are never touched; append-only tables refuse it anyway.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gipt.actions import trace
from gipt.actions.base import action, audit, require
from gipt.actions.members import sound_indexes
from gipt.db import Base, db
from gipt.domain.access import Actor, Permission
from gipt.domain.problems import Conflict, NotFound
from gipt.domain.records import RecordKind
from gipt.models import (
    Assessment,
    Attendance,
    CostLine,
    Cycle,
    Enrolment,
    Group,
    ImportChange,
    ImportRun,
    Member,
    MemberSound,
    SafetyReview,
    Staff,
    WorseScore,
)
from gipt.queries.import_matching import chunks
from gipt.queries.imports import find_run, mine

OWNED = {"member_sound": "member_id", "answer": "assessment_id", "grant_of_role": "staff_id"}
"""Rows that belong to one other row and go only with it; by the column that names it."""
UNDER = {
    "consent": "member_id",
    "screening": "member_id",
    "assessment": "member_id",
    "answer": "assessment_id",
    "grant_of_role": "staff_id",
}
"""A created row stays when the created row that it describes stays."""
CREATED_AS = {"answer": "assessment", "grant_of_role": "staff"}
REVIEWS: tuple[Any, ...] = (SafetyReview, WorseScore)
"""Lists of answers to look at, that an import fills as well."""
UNDECIDED_GO = frozenset({"import_change", *(table.__tablename__ for table in REVIEWS)})
"""Tables whose rows do not hold back what they refer to; those that somebody decided about do."""

Rows = dict[str, dict[str, Any]]
"""What was said of each row when it was traced, by key."""


@action("undo_import")
def undo_import(*, import_id: str, by: Actor, now: datetime, op: str | None = None) -> dict[str, Any]:
    """Take an import back; gives `removed`, `restored` and `kept`, the codes of what had to stay.

    Raises Conflict `undo_too_late` after seven days or when it was taken back before.
    """
    require(by, Permission.IMPORT)
    locked = sa.select(ImportRun.id).where(ImportRun.id == import_id, mine(by)).with_for_update()
    if db.session.scalar(locked) is None:
        raise NotFound(kind="import")
    run = find_run(by, import_id, whole=False)
    if not run.may_undo(now):
        raise Conflict(reason="undo_too_late")
    undo = _Undo(import_id)
    undo.restore()
    undo.remove()
    result = {"removed": undo.removed, "restored": undo.restored, "kept": sorted(undo.kept)[:500]}
    db.session.execute(
        sa.update(ImportRun)
        .where(ImportRun.id == import_id)
        .values(state="undone", undone_at=now, counts={**run.counts, "undo": result})
    )
    audit(
        "undo_import", by=by, now=now, entity="import", entity_id=import_id, op=op, removed=undo.removed,
        restored=undo.restored, kept=len(undo.kept),
    )  # fmt: skip
    db.session.expire_all()
    return result


class _Undo:
    """Carry one undo through its steps."""

    def __init__(self, import_id: str) -> None:
        self.removed = self.restored = 0
        self.kept: set[str] = set()
        self.created: dict[str, Rows] = defaultdict(dict)
        self.stays: dict[str, set[str]] = defaultdict(set)
        self.changes: list[tuple[str, str, dict[str, Any]]] = []
        rows = db.session.execute(
            sa.select(ImportChange.entity, ImportChange.entity_id, ImportChange.change, ImportChange.before)
            .where(ImportChange.import_id == import_id)
            .order_by(ImportChange.position.desc())
        )
        for entity, key, change, before in rows:
            said = json.loads(before or "{}")
            if change == "created":
                self.created[entity][key] = said
            else:
                self.changes.append((entity, key, said))

    # --- what was changed

    def restore(self) -> None:
        """Put back the old value of every column that nobody changed since."""
        for entity, key, said in self.changes:
            table = Base.metadata.tables[entity]
            row = db.session.execute(sa.select(table).where(trace.key_is(table, key))).mappings().first()
            if row is None:
                continue
            columns: dict[str, Any] = {str(name): value for name, value in row.items()}
            back = {
                name: trace.unpack(value)
                for name, value in said["before"].items()
                if trace.pack(columns[name]) == said["after"][name] and not _would_lower(entity, name, said)
            }
            if entity == "session" and (len(back) < len(said["before"]) or self._others_marked(key)):
                back = {}
            if len(back) < len(said["before"]) and key not in self.created[entity]:
                self.kept.add(_code(entity, columns))
            if back:
                db.session.execute(sa.update(table).where(trace.key_is(table, key)).values(**back))
                self.restored += key not in self.created[entity]
                if entity == "member" and "name" in back:
                    _index_again(key, back["name"])

    def _others_marked(self, session_id: str) -> bool:
        """Say whether somebody else wrote marks for a session: then it was held, whatever the import said first."""
        marks = db.session.scalars(sa.select(Attendance.id).where(Attendance.session_id == session_id))
        return any(one not in self.created["attendance"] for one in marks)

    # --- what was created

    def remove(self) -> None:
        """Remove what was created, unless it was changed or something else rests on it."""
        for entity in self.created:
            self._keep_changed(entity)
        self._keep_recorded()
        while self._keep_one_round():
            pass
        _drop_undecided_reviews(self.created["assessment"])
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in OWNED:
                self._delete_owned(table)
            self._delete(table)

    def _keep_recorded(self) -> None:
        """Go on saying that costs are recorded where lines stay that the import did not bring."""
        lines = set(db.session.scalars(sa.select(CostLine.id).where(CostLine.removed_at.is_(None))))
        if lines - set(self.created["cost_line"]):
            self.created["record_since"].pop(RecordKind.COSTS.value, None)

    def _rows(self, entity: str) -> Iterable[dict[str, Any]]:
        table = Base.metadata.tables[entity]
        first = next(iter(table.primary_key.columns))
        heads = {key.partition("|")[0] for key in self.created[entity]}
        for part in chunks(heads):
            for row in db.session.execute(sa.select(table).where(first.in_(part))).mappings():
                columns: dict[str, Any] = {str(name): value for name, value in row.items()}
                if trace.key_of(table, columns) in self.created[entity]:
                    yield columns

    def _keep_changed(self, entity: str) -> None:
        table = Base.metadata.tables[entity]
        there = set()
        for row in list(self._rows(entity)):
            key = trace.key_of(table, row)
            there.add(key)
            if trace.row_digest(row) != self.created[entity][key]["digest"]:
                self._keep(entity, key, row)
        for key in set(self.created[entity]) - there:
            del self.created[entity][key]

    def _keep(self, entity: str, key: str, row: dict[str, Any]) -> None:
        self.created[entity].pop(key, None)
        self.stays[entity].add(key)
        if entity != "criteria":  # the programme's own settings, written down by the first screening
            self.kept.add(_code(entity, row))

    def _keep_one_round(self) -> bool:
        """Keep what is rested on by anything that stays, and what describes it; say whether anything was found."""
        found = False
        for entity in list(self.created):
            blocked = self._rested_on(entity)
            if not blocked:
                continue
            found = True
            table = Base.metadata.tables[entity]
            for row in list(self._rows(entity)):
                if (key := trace.key_of(table, row)) in blocked:
                    self._keep(entity, key, row)
        return self._keep_below() or found

    def _rested_on(self, entity: str) -> set[str]:
        """Give the created rows of a table to which a row that stays refers."""
        blocked: set[str] = set()
        mine = self.created[entity]
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if not any(key.column.table.name == entity for key in column.foreign_keys):
                    continue
                if OWNED.get(table.name) == column.name or table.name in UNDECIDED_GO:
                    continue
                going = self.created.get(table.name, {})
                wanted = [*table.primary_key.columns, column.label("_refers")]
                for part in chunks(mine):
                    for row in db.session.execute(sa.select(*wanted).where(column.in_(part))).mappings():
                        if trace.key_of(table, {str(k): v for k, v in row.items()}) not in going:
                            blocked.add(str(row["_refers"]))
        return blocked | (self._reviewed(mine) if entity in ("assessment", "member") else set())

    def _reviewed(self, mine: Rows) -> set[str]:
        """Give what an entry of a review list rests on that somebody has decided about."""
        found: set[str] = set()
        for part in chunks(mine):
            for table in REVIEWS:
                rows = db.session.execute(
                    sa.select(table.assessment_id, table.member_id).where(
                        table.decision.is_not(None),
                        sa.or_(table.assessment_id.in_(part), table.member_id.in_(part)),
                    )
                )
                for assessment_id, member_id in rows:
                    found |= {assessment_id, member_id} & set(mine)
        return found

    def _keep_below(self) -> bool:
        """Keep the consents, screenings and check-ins of people who stay although they were created here."""
        found = False
        for entity, column in UNDER.items():
            owner = CREATED_AS.get(entity, "member")
            for row in list(self._rows(entity)):
                if row[column] in self.stays[owner]:
                    key = trace.key_of(Base.metadata.tables[entity], row)
                    self.created[entity].pop(key, None)
                    self.stays[entity].add(key)
                    found = True
        return found

    def _delete_owned(self, table: sa.Table) -> None:
        column = table.columns[OWNED[table.name]]
        owner = next(iter(column.foreign_keys)).column.table.name
        for part in chunks(self.created.get(owner, {})):
            db.session.execute(sa.delete(table).where(column.in_(part)))

    def _delete(self, table: sa.Table) -> None:
        keys = self.created.get(table.name, {})
        columns = list(table.primary_key.columns)
        if len(columns) == 1:
            for part in chunks(keys):
                db.session.execute(sa.delete(table).where(columns[0].in_(part)))
        else:
            for key in keys:
                db.session.execute(sa.delete(table).where(trace.key_is(table, key)))
        if table.name not in OWNED:
            self.removed += len(keys)


def _would_lower(entity: str, name: str, said: dict[str, Any]) -> bool:
    """Say whether putting a value back would make a positive safety answer look like a milder one."""
    return entity == "assessment" and name == "safety" and said["after"][name] == "positive"


def _index_again(member_id: str, name: str) -> None:
    """Make the sounds of a name anew after the name was put back."""
    db.session.execute(sa.delete(MemberSound).where(MemberSound.member_id == member_id))
    sounds = [{"member_id": member_id, "sound": sound} for sound in sound_indexes(name)]
    if sounds:
        db.session.execute(sa.insert(MemberSound), sounds)


def _drop_undecided_reviews(assessments: Rows) -> None:
    """Take entries that nobody has looked at off the review lists, with the answers that they point to."""
    for part in chunks(assessments):
        for table in REVIEWS:
            db.session.execute(
                sa.delete(table).where(table.assessment_id.in_(part), table.decision.is_(None))
            )


def _code(entity: str, row: dict[str, Any]) -> str:
    """Give the code by which people know a row: of the member, site or person it is about."""
    if row.get("code"):
        return str(row["code"])
    if row.get("member_id") or row.get("member_a"):
        wanted = row.get("member_id") or row.get("member_a")
        return db.session.scalar(sa.select(Member.code).where(Member.id == wanted)) or entity
    if row.get("enrolment_id"):
        found = sa.select(Member.code).join(Enrolment, Enrolment.member_id == Member.id)
        return db.session.scalar(found.where(Enrolment.id == row["enrolment_id"])) or entity
    if row.get("staff_id"):
        return db.session.scalar(sa.select(Staff.code).where(Staff.id == row["staff_id"])) or entity
    if row.get("cycle_id") and "number" in row:
        group = (
            sa.select(Group.code).join(Cycle, Cycle.group_id == Group.id).where(Cycle.id == row["cycle_id"])
        )
        return f"{db.session.scalar(group)}/{row['number']}"
    if row.get("assessment_id"):
        member = sa.select(Member.code).join(Assessment, Assessment.member_id == Member.id)
        return db.session.scalar(member.where(Assessment.id == row["assessment_id"])) or entity
    return str(row.get("name") or entity)
