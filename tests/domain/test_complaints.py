"""Complaints: who may read one, worked out from whom it concerns; and when it is late."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.access import Role
from gipt.domain.complaints import (
    ABOUT_STAFF,
    ComplaintAbout,
    Concern,
    Reader,
    close_by,
    closed_in_time,
    readers,
)

HILL, LAKE = "hill", "lake"


def reader(
    name: str,
    sites: str | None = HILL,
    *,
    roles: tuple[Role, ...] = (Role.COORDINATOR,),
    over: tuple[str, ...] = (),
    last: bool = False,
) -> Reader:
    at = None if sites is None else frozenset(sites.split())
    return Reader(name, at, frozenset(roles), frozenset(over), last)


COORDINATOR = reader("coordinator")
LEADS_TOO = reader("leads too", roles=(Role.COORDINATOR, Role.FACILITATOR))
WATCHES_TOO = reader("watches too", roles=(Role.COORDINATOR, Role.SUPERVISOR), over=("amina",))
CLINICIAN = reader("clinician", None, roles=(Role.CLINICAL_LEAD,))
ELSEWHERE = reader("elsewhere", LAKE)
ADMIN = reader("admin", None, roles=(Role.ADMIN,), last=True)
EVERYBODY = (COORDINATOR, LEADS_TOO, WATCHES_TOO, CLINICIAN, ELSEWHERE, ADMIN)


def about(kind: ComplaintAbout = ComplaintAbout.SERVICE, site: str | None = HILL, *staff: str) -> Concern:
    return Concern(kind, site, frozenset(staff))


@pytest.mark.parametrize(
    ("concern", "handlers", "expected"),
    [
        (about(), EVERYBODY, {"coordinator", "leads too", "watches too", "clinician"}),
        (about(ComplaintAbout.CONDUCT, HILL, "amina"), EVERYBODY, {"coordinator", "leads too", "clinician"}),
        (
            about(ComplaintAbout.HARM, HILL, "leads too"),
            EVERYBODY,
            {"coordinator", "watches too", "clinician"},
        ),
        (about(ComplaintAbout.HARM, HILL, "coordinator"), (COORDINATOR, CLINICIAN), {"clinician"}),
        (about(ComplaintAbout.HARM), EVERYBODY, {"coordinator", "clinician"}),
        (about(ComplaintAbout.OTHER_MEMBER), (LEADS_TOO,), {"leads too"}),
        (about(ComplaintAbout.SERVICE, None), EVERYBODY, {"clinician"}),
        (about(ComplaintAbout.SERVICE, None), (COORDINATOR, ELSEWHERE), {"coordinator", "elsewhere"}),
        (about(ComplaintAbout.CONDUCT, HILL, "coordinator"), (COORDINATOR, ELSEWHERE, ADMIN), {"elsewhere"}),
        (about(ComplaintAbout.CONDUCT, HILL, "coordinator"), (COORDINATOR, ADMIN), {"admin"}),
        (about(ComplaintAbout.HARM, HILL, "coordinator", "admin"), (COORDINATOR, ADMIN), set()),
    ],
    ids=[
        "nobody is concerned: who handles complaints of the place",
        "never whoever watches over the person",
        "never the person",
        "the only one of the place is concerned: who serves every place",
        "somebody of the programme, nobody knows who: nobody who leads or watches over leaders",
        "about another member: whoever handles complaints",
        "no place: who serves every place",
        "no place and nobody serves every place: anybody who handles complaints",
        "nobody left at the place: somebody from elsewhere, before an administrator",
        "nobody left at all: an administrator",
        "all are concerned: nobody, whatever is left",
    ],
)
def test_who_may_read_a_complaint(concern: Concern, handlers: tuple[Reader, ...], expected: set[str]) -> None:
    assert readers(concern, handlers) == expected


NAMES = st.sampled_from(["a", "b", "c", "d"])
READERS = st.lists(
    st.builds(
        Reader,
        staff_id=NAMES,
        sites=st.sampled_from([None, frozenset({HILL}), frozenset({LAKE})]),
        roles=st.frozensets(st.sampled_from(list(Role)), min_size=1, max_size=3),
        watches_over=st.frozensets(NAMES, max_size=2),
        last_resort=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda one: one.staff_id,
)
CONCERNS = st.builds(
    Concern,
    about=st.sampled_from(list(ComplaintAbout)),
    site=st.sampled_from([None, HILL, LAKE]),
    staff=st.frozensets(NAMES, max_size=3),
)


@given(CONCERNS, READERS)
def test_nobody_reads_about_themselves_or_those_they_watch_over(
    concern: Concern, handlers: list[Reader]
) -> None:
    allowed = readers(concern, handlers)
    assert not allowed & concern.staff
    by_id = {one.staff_id: one for one in handlers}
    assert all(not by_id[one].watches_over & concern.staff for one in allowed)
    if concern.about in ABOUT_STAFF and not concern.staff:
        assert all(not by_id[one].roles & {Role.FACILITATOR, Role.SUPERVISOR} for one in allowed)


@given(CONCERNS, READERS)
def test_naming_somebody_more_never_lets_the_named_read(concern: Concern, handlers: list[Reader]) -> None:
    wider = Concern(concern.about, concern.site, concern.staff | {"a"})
    assert "a" not in readers(wider, handlers)


@pytest.mark.parametrize(
    ("closed", "today", "expected"),
    [
        (None, date(2026, 3, 31), None),
        (None, date(2026, 4, 1), False),
        (date(2026, 3, 31), date(2026, 6, 1), True),
        (date(2026, 4, 1), date(2026, 6, 1), False),
    ],
    ids=["its time still runs", "its time has run out", "on the last day", "a day too late"],
)
def test_a_complaint_is_in_time_until_the_thirtieth_day(
    closed: date | None, today: date, expected: bool | None
) -> None:
    due = close_by(date(2026, 3, 1))
    assert due == date(2026, 3, 31)
    assert closed_in_time(due, closed, today) is expected
