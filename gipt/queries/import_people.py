"""People of a spreadsheet laid against the people who are known: what is new, what differs, what to ask."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gipt.domain.names import normalise_name, phone_tail
from gipt.domain.people import Disability, Displacement, Sex
from gipt.domain.risk import REVIEW_AFTER_DAYS
from gipt.intake.records import MeasureEntry, PersonRow
from gipt.intake.results import RowResult, RowState
from gipt.queries.import_matching import (
    MOST_CANDIDATES,
    Known,
    KnownPerson,
    Match,
    known_people,
    match,
    with_history,
)
from gipt.queries.import_measures import differs
from gipt.queries.import_places import Headings, ImportSites
from gipt.queries.import_plans import Candidate, Choices, PlannedRow

CODE = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9/.-]{0,15}")
OWN_CODE = re.compile(r"M-\d{4,7}")


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What was resolved for one row: where it is written, and what is left to write.

    `changes` are columns of the member; `entries` measures that are not stored yet as they stand; `screening_id`
    the screening that goes on, None for a new one; `consent` whether consent is to be written down.
    """

    site_id: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    consent: bool = False
    screen: bool = False
    screening_id: str | None = None
    entries: tuple[MeasureEntry, ...] = ()
    from_row: str = ""


# --- what differs -------------------------------------------------------------------------------------------------


def member_changes(record: PersonRow, person: KnownPerson | None, *, rename: bool) -> dict[str, Any]:
    """Give the columns that the row would write: for a known person only what differs, never an empty cell."""
    said: dict[str, Any] = {
        "called_name": record.called_name, "phone": record.phone, "place": record.place,
        "sex": "" if record.sex is Sex.MISSING else record.sex.value, "birth_year": record.birth_year,
        "language": record.language,
        "disability": "" if record.disability is Disability.UNKNOWN else record.disability.value,
        "displacement": "" if record.displacement is Displacement.UNKNOWN else record.displacement.value,
        "contact_note": record.safe_contact, "caregiver_name": record.caregiver, "note": record.notes,
    }  # fmt: skip
    said = {name: value for name, value in said.items() if value}
    if person is None:
        return {**said, "birth_estimated": record.birth_year_about or record.birth_year is None}
    stored = person.columns
    changes = {name: value for name, value in said.items() if not _equal(name, value, stored, record)}
    if "birth_year" in changes:
        changes["birth_estimated"] = record.birth_year_about
    if rename and normalise_name(record.name) != normalise_name(stored["name"] or ""):
        changes["name"] = record.name
    return changes


def _equal(name: str, value: Any, stored: Mapping[str, Any], record: PersonRow) -> bool:
    have: Any = stored[name]
    if name == "phone":
        return bool(have) and phone_tail(have) == phone_tail(value)
    if name == "birth_year" and have and (record.birth_year_about or stored["birth_estimated"]):
        # An age is worked out again from another day: a year more or less says nothing new.
        return bool(abs(have - value) <= 2)
    return bool(have == value)


def consent_differs(record: PersonRow, person: KnownPerson | None) -> bool:
    """Say whether the row's word about consent is not written down yet."""
    if record.consent is None:
        return False
    if person is None or not person.consents:
        return True
    if record.consented_on is not None:
        return not any((record.consent, record.consented_on) == one for one in person.consents)
    return person.consents[0][0] is not record.consent


# --- the plan -----------------------------------------------------------------------------------------------------


def plan_people(
    rows: Sequence[RowResult], choices: Choices, sites: ImportSites, headings: Headings, today: date
) -> tuple[PlannedRow, ...]:
    """Lay the rows of a file against the people known at the sites; four statements and some per 400 people."""
    records = [row.record for row in rows if isinstance(row.record, PersonRow)]
    chosen = {text.partition(":")[2] for text in choices.decisions.values() if text.startswith("same:")}
    known = known_people(records, sites, chosen)
    claimed: set[str] = set()
    matches: dict[int, Match] = {}
    of_rows: dict[str, str] = {}
    for place, row in enumerate(rows):
        if isinstance(row.record, PersonRow) and row.state is not RowState.SKIP:
            matches[place] = _decided(row, choices, known, match(row.record, known, claimed), of_rows)
            if matches[place].same:
                claimed.add(matches[place].same)
                of_rows[f"{row.sheet}!{row.row}"] = matches[place].same
    with_history(known, {one.same for one in matches.values() if one.same})
    by_row = {(row.sheet, row.row): row for row in rows}
    planner = _Planner(known, choices, sites, headings, today, by_row)
    return tuple(
        planner.plan(row, matches[place]) if place in matches else PlannedRow(row)
        for place, row in enumerate(rows)
    )


def _decided(
    row: RowResult, choices: Choices, known: Known, found: Match, of_rows: Mapping[str, str]
) -> Match:
    """Give the match with what a person chose laid over it; something unknown counts as not chosen.

    `of_rows` holds who the earlier rows are. When the person of an earlier row is known already, so is this one:
    the same file brought in again must not make a new person of its second spelling.
    """
    choice = choices.decisions.get(f"{row.sheet}!{row.row}", "")
    kind, _, name = choice.partition(":")
    asked = tuple(dict.fromkeys([*found.alike, *([found.same] if found.same else [])]))
    if kind == "same" and name in known.people:
        return Match(name, tuple(dict.fromkeys([*asked, name])), choice)
    if kind == "row" and name.isdigit() and int(name) in row.like_rows:
        return Match(of_rows.get(f"{row.sheet}!{name}", ""), asked, choice)
    if kind == "different":
        return Match("", asked, choice)
    return found


@dataclass(frozen=True, slots=True)
class _Planner:
    known: Known
    choices: Choices
    sites: ImportSites
    headings: Headings
    today: date
    by_row: Mapping[tuple[int, int], RowResult]

    def plan(self, row: RowResult, found: Match) -> PlannedRow:
        record = row.record
        assert isinstance(record, PersonRow)
        kind, _, number = found.decided.partition(":")
        row, site_id = self._site(row, record, found.same)
        person = self.known.people.get(found.same)
        row, code = self._code(row, record, person)
        row, facts, labels = self._facts(row, record, person, site_id, code)
        # A second spelling of somebody known says nothing new: only a person made in this run is filled in by it.
        second = kind == "row" and bool(found.same)
        facts = replace(facts, from_row=f"{row.sheet}!{number}" if kind == "row" and not second else "")
        labels = () if second else labels
        urgent = any(is_urgent(entry, self.today) for entry in record.measures)
        candidates = self._candidates(row, found)
        state = self._state(row, found, facts, labels, candidates)
        return PlannedRow(
            replace(row, state=state), found.same, labels, candidates, found.decided, urgent, facts
        )

    def _state(
        self,
        row: RowResult,
        found: Match,
        facts: PersonFacts,
        labels: tuple[str, ...],
        asked: Sequence[Candidate],
    ) -> RowState:
        if row.state is RowState.PROBLEM:
            return row.state
        if found.same or facts.from_row:
            return RowState.UPDATE if labels or facts.from_row else RowState.UNCHANGED
        return RowState.MAYBE_SAME if asked and not found.decided else RowState.NEW

    def _site(self, row: RowResult, record: PersonRow, same: str) -> tuple[RowResult, str]:
        stored = str(self.known.people[same].columns["site_id"]) if same in self.known.people else ""
        if record.site:
            site = self.sites.find(record.site)
            if site is None:
                fault = self.headings.fault(
                    row, "site", "unknown_site", value=record.site, known=self.sites.known
                )
                return fault, stored
            return row, site.site_id
        default = self.sites.default
        if stored or default is not None:
            return row, stored or (default.site_id if default else "")
        return self.headings.fault(row, "site", "site_missing", known=self.sites.known), ""

    def _code(self, row: RowResult, record: PersonRow, person: KnownPerson | None) -> tuple[RowResult, str]:
        """Give the code a new person takes from the sheet; a known person keeps the own one."""
        code = record.code.strip().upper()
        if not code or person is not None:
            return row, ""
        fits = CODE.fullmatch(code) and (not code.startswith("M-") or OWN_CODE.fullmatch(code))
        if not fits:
            return self.headings.fault(row, "code", "code_not_kept", blocking=False, value=record.code), ""
        if code in self.known.taken and code not in self.known.by_code:
            return self.headings.fault(row, "code", "code_taken", value=record.code), ""
        return row, "" if code in self.known.taken else code

    def _facts(
        self, row: RowResult, record: PersonRow, person: KnownPerson | None, site_id: str, code: str
    ) -> tuple[RowResult, PersonFacts, tuple[str, ...]]:
        rename = person is not None and person.columns["code"].upper() == record.code.strip().upper()
        changes = member_changes(record, person, rename=rename)
        if person is not None and record.site and site_id != person.columns["site_id"]:
            changes["site_id"] = site_id
        consent = consent_differs(record, person)
        row, screening, entries = self._screening(row, record, person)
        labels = [*(name for name in changes if name != "birth_estimated"), *(["consent"] if consent else [])]
        screen = bool(entries) or (person is None and record.screened_on is not None)
        if screen:
            labels.append("screening")
        facts = PersonFacts(site_id, changes, code, consent, screen, screening, entries)
        return row, facts, tuple(labels)

    def _screening(
        self, row: RowResult, record: PersonRow, person: KnownPerson | None
    ) -> tuple[RowResult, str | None, tuple[MeasureEntry, ...]]:
        """Find the screening that the row goes on with, and the measures that are not stored as they stand."""
        if person is None or not record.measures or not person.screenings:
            return row, None, record.measures
        if record.screened_on is None:
            stored = person.screenings[0]
            new = tuple(one for one in record.measures if differs(one, stored.measures.get(one.measure)))
            if new and any(one.measure in stored.measures for one in new):
                return self.headings.fault(row, "screened_on", "screened_before"), None, ()
            return row, stored.screening_id, new
        same_day = [one for one in person.screenings if one.on_date == record.screened_on]
        if not same_day:
            return row, None, record.measures
        stored = same_day[0]
        new = tuple(one for one in record.measures if differs(one, stored.measures.get(one.measure)))
        if new and stored.overridden:
            return self.headings.fault(row, "screened_on", "screening_decided"), None, ()
        if any(one.totals_only and (old := stored.measures.get(one.measure)) and old.answers for one in new):
            return self.headings.fault(row, "", "total_beside_answers"), None, ()
        return row, stored.screening_id, new

    def _candidates(self, row: RowResult, found: Match) -> tuple[Candidate, ...]:
        if found.same and not found.decided:
            return ()
        known = [
            Candidate(
                f"same:{one}", str(got["code"]), str(got["name"] or ""), got["birth_year"], got["place"] or ""
            )
            for one in found.alike
            if (got := self.known.people[one].columns)
        ]
        rows = [
            Candidate(f"row:{number}", "", other.record.name, other.record.birth_year, other.record.place)
            for number in row.like_rows[:MOST_CANDIDATES]
            if (other := self.by_row.get((row.sheet, number))) is not None
            and isinstance(other.record, PersonRow)
        ]
        return (*known, *rows)


def is_urgent(entry: MeasureEntry, today: date) -> bool:
    """Say whether an entry holds a positive safety answer that is recent, or of an unknown day."""
    return entry.safety_positive and (entry.taken_on is None or is_recent(entry.taken_on, today))


def is_recent(on: date, today: date) -> bool:
    """Say whether an answer of a day is too new for the review list."""
    return (today - on).days <= REVIEW_AFTER_DAYS
