"""The people who are known already and can matter for a file, and who of them a row is.

A person is found by code, or by whole name (blind index) with birth year or phone that agree. Who only sounds
alike is never decided here: a person chooses.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.names import NameEvidence, likely_same, normalise_name, phone_tail, sound_keys
from gipt.domain.people import Sex
from gipt.intake.records import PersonRow
from gipt.models import Consent, Member, MemberSound
from gipt.queries.import_measures import KnownMeasure, known_screenings
from gipt.queries.import_places import ImportSites
from gipt.secrecy import blind_index

CHUNK = 400
"""Values in one IN list; SQLite takes 32,766 in all, and several lists stand in one statement."""
MOST_CANDIDATES = 4
COLUMNS = (
    "id", "code", "name", "called_name", "name_index", "phone", "place", "sex", "birth_year", "birth_estimated",
    "language", "disability", "displacement", "contact_note", "caregiver_name", "note", "site_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownScreening:
    """One stored screening with its measures by key."""

    screening_id: str
    on_date: date
    overridden: bool
    measures: Mapping[str, KnownMeasure]


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A known person as rows are compared with: stored columns, consent to take part, screenings newest first."""

    member_id: str
    columns: Mapping[str, Any]
    consents: tuple[tuple[bool, date], ...] = ()
    screenings: tuple[KnownScreening, ...] = ()

    @property
    def evidence(self) -> NameEvidence:
        """Give what this person is compared by."""
        got = self.columns
        sex = got["sex"] if got["sex"] in ("female", "male") else ""
        return NameEvidence(
            got["name"] or "", got["birth_year"], got["phone"] or "", got["place"] or "", sex or ""
        )


def evidence_of(record: PersonRow) -> NameEvidence:
    """Give what a row is compared by."""
    sex = record.sex.value if record.sex in (Sex.FEMALE, Sex.MALE) else ""
    return NameEvidence(record.name, record.birth_year, record.phone, record.place, sex)


def chunks(values: Iterable[str]) -> Iterable[list[str]]:
    """Give sorted different values in portions that fit one statement."""
    ordered = sorted(set(values))
    return (ordered[first : first + CHUNK] for first in range(0, len(ordered), CHUNK))


# --- who is known -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Known:
    """The known people who can matter for a file, and indexes into them."""

    people: dict[str, KnownPerson] = field(default_factory=dict)
    by_code: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_phone: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_sound: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    taken: frozenset[str] = frozenset()


def known_people(records: Sequence[PersonRow], sites: ImportSites, named: Iterable[str] = ()) -> Known:
    """Read the people at the sites who share a code, name, sound or phone with a row, or were chosen (`named`)."""
    sounds = {blind_index(key, "sound"): key for record in records for key in sound_keys(record.name)}
    names = {blind_index(normalise_name(record.name), "name") for record in records}
    phones = {blind_index(phone_tail(record.phone), "phone") for record in records if record.phone}
    codes = {record.code.strip().upper() for record in records if record.code}
    known = Known()
    found: dict[str, list[str]] = defaultdict(list)
    for part in chunks(sounds):
        rows = db.session.execute(
            sa.select(MemberSound.member_id, MemberSound.sound).where(MemberSound.sound.in_(part))
        )
        for member_id, sound in rows:
            found[member_id].append(sounds[sound])
    _read(known, Member.id, set(found) | set(named), sites)
    _read(known, Member.name_index, names, sites)
    _read(known, Member.phone_index, phones, sites)
    _read(known, Member.code, codes, sites)
    for member_id, keys in found.items():
        if member_id in known.people:
            for key in keys:
                known.by_sound[key].append(member_id)
    _index(known)
    known.taken = _taken(codes)
    return known


def _read(known: Known, column: Any, values: Iterable[str], sites: ImportSites) -> None:
    wanted = [getattr(Member, name) for name in COLUMNS]
    for part in chunks(values):
        rows = db.session.execute(
            sa.select(*wanted).where(
                column.in_(part), Member.merged_into_id.is_(None), Member.site_id.in_(sorted(sites.ids))
            )
        )
        for row in rows.mappings():
            known.people.setdefault(row["id"], KnownPerson(row["id"], dict(row)))


def _index(known: Known) -> None:
    for member_id, person in sorted(known.people.items(), key=lambda one: one[1].columns["code"]):
        known.by_code[person.columns["code"].upper()] = member_id
        known.by_name[normalise_name(person.columns["name"] or "")].append(member_id)
        if person.columns["phone"]:
            known.by_phone[phone_tail(person.columns["phone"])].append(member_id)


def _taken(codes: Iterable[str]) -> frozenset[str]:
    """Give the codes of the file that stand for somebody anywhere in the programme."""
    found: set[str] = set()
    for part in chunks(codes):
        found |= set(db.session.scalars(sa.select(Member.code).where(Member.code.in_(part))))
    return frozenset(found)


def with_history(known: Known, member_ids: Iterable[str]) -> None:
    """Add consents and screenings of the people whom rows were matched with."""
    consents: dict[str, list[tuple[bool, date]]] = defaultdict(list)
    for part in chunks(member_ids):
        rows = db.session.execute(
            sa.select(Consent.member_id, Consent.given, Consent.on_date)
            .where(Consent.member_id.in_(part), Consent.purpose == "service", Consent.given_by == "self")
            .order_by(Consent.on_date.desc(), Consent.created_at.desc())
        )
        for member_id, given, on in rows:
            consents[member_id].append((given, on))
        screenings = known_screenings(part)
        for member_id in part:
            mine = tuple(KnownScreening(*one) for one in screenings.get(member_id, ()))
            known.people[member_id] = replace(
                known.people[member_id], consents=tuple(consents[member_id]), screenings=mine
            )


# --- who is who ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """Say with whom a row was matched: one `same`, or some who are `alike`; `decided` holds a person's choice."""

    same: str = ""
    alike: tuple[str, ...] = ()
    decided: str = ""


def match(record: PersonRow, known: Known, claimed: set[str]) -> Match:
    """Find the known person of a row; nobody is taken for two rows of one file."""
    mine = evidence_of(record)
    by_code = known.by_code.get(record.code.strip().upper(), "")
    if by_code and by_code not in claimed:
        sound = likely_same(known.people[by_code].evidence, mine)
        return Match(by_code) if sound or _same_name(record, known.people[by_code]) else Match("", (by_code,))
    exact = [one for one in known.by_name.get(normalise_name(record.name), ()) if one not in claimed]
    possible = [one for one in exact if not _contradicts(record, known.people[one])]
    agreeing = [one for one in possible if _agrees(record, known.people[one])]
    if agreeing:
        return Match(agreeing[0])
    return Match(
        "", tuple(dict.fromkeys([*possible, *_alike(record, mine, known, claimed)]))[:MOST_CANDIDATES]
    )


def _same_name(record: PersonRow, person: KnownPerson) -> bool:
    return normalise_name(record.name) == normalise_name(person.columns["name"] or "")


def _contradicts(record: PersonRow, person: KnownPerson) -> bool:
    """Say whether something known speaks against one person: another sex, or years that cannot be one age."""
    one, two = evidence_of(record), person.evidence
    if one.sex and two.sex and one.sex != two.sex:
        return True
    return bool(one.birth_year and two.birth_year and abs(one.birth_year - two.birth_year) > 5)


def _agrees(record: PersonRow, person: KnownPerson) -> bool:
    """Say whether birth year or phone speak for one person, or nothing more is known of either."""
    one, two = evidence_of(record), person.evidence
    near = 2 if record.birth_year_about or person.columns["birth_estimated"] else 0
    if one.birth_year and two.birth_year:
        return abs(one.birth_year - two.birth_year) <= near
    if one.phone and two.phone:
        return phone_tail(one.phone) == phone_tail(two.phone)
    same_place = sound_keys(one.place) == sound_keys(two.place)
    return same_place and (one.birth_year, one.phone) == (two.birth_year, two.phone)


def _alike(record: PersonRow, mine: NameEvidence, known: Known, claimed: set[str]) -> list[str]:
    keys = sound_keys(record.name)
    shared = Counter(member_id for key in keys for member_id in known.by_sound.get(key, ()))
    near = [one for one, count in shared.items() if count >= min(2, len(keys))]
    near += known.by_phone.get(phone_tail(record.phone), []) if record.phone else []
    found = [
        one
        for one in dict.fromkeys(near)
        if one not in claimed and likely_same(known.people[one].evidence, mine)
    ]
    return sorted(found, key=lambda one: known.people[one].columns["code"])
