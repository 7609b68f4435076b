"""Find rows of one file that may be the same person, or say the same thing twice.

Suggestions only: a person decides. Comparing is kept to rows that share two sounding words, a phone number,
or a single name with a place.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from gipt.domain.names import NameEvidence, likely_same, normalise_name, phone_tail, sound_keys
from gipt.domain.people import Sex
from gipt.intake.records import PersonRow, RegisterRow
from gipt.intake.results import RowResult, RowState
from gipt.intake.rows import RowProblem

# In a bucket of one very common name only the last ones are compared: time stays in proportion to rows.
NEIGHBOURS = 30


def find_duplicates(rows: Sequence[RowResult]) -> list[RowResult]:
    """Give the rows with likely duplicates marked: the later row points at the earlier ones."""
    marked = list(rows)
    codes: dict[str, int] = {}
    said: dict[tuple[object, ...], int] = {}
    buckets: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(marked):
        if isinstance(row.record, PersonRow):
            row = _with_same_code(row, codes)
            like = _alike(marked, row.record, buckets, place) if isinstance(row.record, PersonRow) else ()
            state = RowState.MAYBE_SAME if like and row.state is RowState.NEW else row.state
            marked[place] = replace(row, like_rows=like, state=state)
        elif isinstance(row.record, RegisterRow):
            marked[place] = _with_same_saying(row, said)
    return marked


def evidence(record: PersonRow) -> NameEvidence:
    """Give what two people are compared by."""
    sex = "" if record.sex is Sex.MISSING else record.sex.value
    return NameEvidence(record.name, record.birth_year, record.phone, record.place, sex)


def _alike(
    rows: Sequence[RowResult], record: PersonRow, buckets: dict[tuple[str, ...], list[int]], place: int
) -> tuple[int, ...]:
    """Give the numbers of earlier rows that may be this person, and enter this row into its buckets."""
    mine = evidence(record)
    found: set[int] = set()
    seen: set[int] = set()
    for bucket in _buckets(record):
        for earlier in buckets[bucket][-NEIGHBOURS:]:
            other = rows[earlier].record
            if earlier in seen or not isinstance(other, PersonRow):
                continue
            seen.add(earlier)
            if likely_same(evidence(other), mine):
                found.add(other.row)
        buckets[bucket].append(place)
    return tuple(sorted(found))


def _buckets(record: PersonRow) -> Iterator[tuple[str, ...]]:
    keys = sound_keys(record.name)
    for pair in combinations(sorted(keys), 2):
        yield ("pair", *pair)
    if record.phone:
        yield ("phone", phone_tail(record.phone))
    for key in keys:
        if record.place:
            yield ("one", key, *sound_keys(record.place))


def _with_same_code(row: RowResult, codes: dict[str, int]) -> RowResult:
    record = row.record
    code = normalise_name(record.code) if isinstance(record, PersonRow) else ""
    if not code or code not in codes:
        if code:
            codes[code] = row.row
        return row
    assert isinstance(record, PersonRow)
    problem = RowProblem(row.row, "", "", "same_code", {"value": record.code, "other": codes[code]})
    return replace(row, state=RowState.PROBLEM, problems=(*row.problems, problem))


def _with_same_saying(row: RowResult, said: dict[tuple[object, ...], int]) -> RowResult:
    """Refuse a second mark or measure for the same member, session and measure in one file."""
    assert isinstance(row.record, RegisterRow)
    doubled = [said[key] for key in _sayings(row.record) if key in said]
    for key in _sayings(row.record):
        said.setdefault(key, row.row)
    if not doubled:
        return row
    problem = RowProblem(row.row, "", "", "same_row", {"other": doubled[0]})
    return replace(row, state=RowState.PROBLEM, problems=(*row.problems, problem))


def _sayings(record: RegisterRow) -> Iterable[tuple[object, ...]]:
    who = (record.group, record.cycle, normalise_name(record.member_code or record.member_name))
    for mark in record.marks:
        yield (*who, "mark", mark.session, mark.held_on)
    for entry in record.measures:
        yield (*who, entry.measure, entry.point, entry.session, entry.taken_on)
