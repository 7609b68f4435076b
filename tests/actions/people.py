"""Short ways to make people for tests; every name is invented."""

from datetime import date

from gipt.actions.consents import ConsentRecord, give_consent
from gipt.actions.members import MemberRecord, add_member
from gipt.actions.screenings import ScreeningRecord, record_screening
from gipt.domain.access import OPERATOR
from gipt.domain.measures import PHQ9
from tests.cast import NOW, Cast

DAY = date(2026, 3, 2)


def texts(*values: int | None) -> dict[str, str | None]:
    """Give a PHQ-9 form with the nine answers as typed; None is an empty box."""
    return {
        item.id: "" if value is None else str(value)
        for item, value in zip(PHQ9.scored_items, values, strict=True)
    }


TWELVE = texts(2, 2, 2, 2, 2, 1, 1, 0, 0)
NINE = texts(2, 2, 2, 2, 1, 0, 0, 0, 0)
POSITIVE = texts(2, 2, 2, 2, 2, 1, 1, 0, 1)


def person(
    cast: Cast,
    name: str = "Amina Nakato",
    *,
    site: str = "own",
    birth_year: int | None = 1990,
    consent: bool = True,
    sex: str = "female",
    **more: object,
) -> str:
    """Add a person, with consent to take part."""
    record = MemberRecord(site_id=getattr(cast, site), name=name, sex=sex, birth_year=birth_year, **more)  # type: ignore[arg-type]
    member_id = add_member(record=record, by=OPERATOR, now=NOW)
    if consent:
        agree(member_id)
    return member_id


def agree(member_id: str, given_by: str = "self", purpose: str = "service") -> None:
    give_consent(
        record=ConsentRecord(member_id, purpose, True, DAY, "spoken", given_by=given_by), by=OPERATOR, now=NOW
    )


def waiting(cast: Cast, name: str = "Amina Nakato", on: date = DAY, **more: object) -> tuple[str, str]:
    """Add a person who was found eligible and waits; gives member and screening id."""
    member_id = person(cast, name, **more)  # type: ignore[arg-type]
    found = record_screening(record=ScreeningRecord(member_id, on, TWELVE), by=OPERATOR, now=NOW)
    return member_id, found["screening_id"]
