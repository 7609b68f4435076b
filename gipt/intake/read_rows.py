"""One row of each table as a record: people, register, sites, venues, staff, closed days."""

import re
from collections.abc import Callable
from datetime import date

from gipt.domain.people import Disability, Displacement, Sex
from gipt.intake import values
from gipt.intake.cost_cells import read_cost
from gipt.intake.grid import CellValue, Sheet, as_text
from gipt.intake.headers import point_of
from gipt.intake.recognise import TableGuess
from gipt.intake.records import (
    ClosedDayRow,
    PersonRow,
    Record,
    RegisterMark,
    RegisterRow,
    SiteRow,
    StaffRow,
    VenueRow,
)
from gipt.intake.rows import RowReader, TableFacts

ABOUT_A_YEAR = 1  # an age and a birth date may differ by a birthday


def read_person(row: RowReader) -> PersonRow | None:
    """Give one person; None without a name."""
    name = row.text("name")
    screened_on, consented_on = row.day("screened_on"), row.day("consented_on")
    birth_date, birth_year, about = _birth(row, screened_on or row.options.today)
    consent = row.read("consent", values.yes_no)
    if consented_on is not None and consent is False:
        row.say("consent", "consent_before")
    record = PersonRow(
        sheet=row.sheet.name,
        row=row.row,
        name=name,
        code=row.text("code"),
        called_name=row.text("called_name"),
        sex=row.read("sex", lambda value: values.sex(value, row.facts.sexes)) or Sex.MISSING,
        birth_date=birth_date,
        birth_year=birth_year,
        birth_year_about=about,
        phone=row.read("phone", values.phone) or "",
        place=row.text("place"),
        site=row.text("site"),
        language=row.text("language"),
        preferred_days=row.read("preferred_days", values.days) or (),
        consent=True if consent is None and consented_on is not None else consent,
        consented_on=consented_on,
        screened_on=screened_on,
        disability=row.read("disability", values.disability) or Disability.UNKNOWN,
        displacement=row.read("displacement", values.displacement) or Displacement.UNKNOWN,
        safe_contact=row.text("safe_contact"),
        caregiver=row.text("caregiver"),
        notes=row.text("notes"),
        measures=row.measures("screening", None, screened_on),
    )
    return record if name else None


def _birth(row: RowReader, seen_on: date) -> tuple[date | None, int | None, bool]:
    """Give birth date, birth year, and whether the year is worked out from an age on the day of screening."""
    born = row.day("birth_date")
    year = row.read("birth_year", lambda value: values.number(value, seen_on.year - 120, seen_on.year))
    age = row.read("age", lambda value: values.age(value, seen_on.year))
    about = False
    if age is not None:
        meant = age[1] if age[0] == "birth_year" else seen_on.year - age[1]
        known = born.year if born else year
        if known is not None and abs(known - meant) > ABOUT_A_YEAR:
            row.say("age", "age_differs")
        if known is None:
            year, about = meant, age[0] == "age"
    return born, born.year if born else year, about


def table_facts(sheet: Sheet, guess: TableGuess) -> TableFacts:
    """Give what only the whole table tells; worked out once, not for each row."""
    sexes = {as_text(cell) for cell in _cells(sheet, guess, "sex")}
    keys = [column.field for column in guess.columns if column.field.partition("@")[0] == "mark"]
    marks = [cell for key in keys for cell in _cells(sheet, guess, key)]
    return TableFacts(tuple(sorted(sexes)), values.mark_meaning_of_x(marks))


def _cells(sheet: Sheet, guess: TableGuess, key: str) -> list[CellValue]:
    column = guess.column_of(key)
    if column is None:
        return []
    return [sheet.cell(number, column) for number in range(guess.header_row + 1, len(sheet.rows) + 1)]


def read_register(row: RowReader) -> RegisterRow | None:
    """Give what one row says of one member: marks of one or of many sessions, and measures."""
    group = row.text("group")
    code, name = row.text("member_code"), row.text("member_name")
    if not code and not name:
        row.say("member_name" if row.guess.column_of("member_name") else "member_code", "who_missing")
    session = row.read("session_number", lambda value: values.number(_session(value), 1, 40))
    held_on, measured_on = row.day("session_date"), row.day("measured_on")
    point = row.read("point", _point) or ("session" if session is not None else "")
    marks = _marks(row, session, held_on)
    record = RegisterRow(
        sheet=row.sheet.name,
        row=row.row,
        group=group,
        cycle=row.text("cycle"),
        member_code=code,
        member_name=name,
        marks=marks,
        measures=row.measures(point, session, measured_on or held_on),
        notes=row.text("notes"),
    )
    return record if group and (code or name) else None


def _session(value: CellValue) -> CellValue:
    """Take the number out of "Session 3"."""
    found = re.fullmatch(r"\D*?(\d{1,2})", as_text(value)) if isinstance(value, str) else None
    return found.group(1) if found else value


def _point(value: CellValue) -> str:
    found = point_of(value)
    if not found:
        raise values.fault("unknown_point", value)
    return found


def _marks(row: RowReader, session: int | None, held_on: date | None) -> tuple[RegisterMark, ...]:
    keys = row.marks() + (["mark"] if row.cell("mark") is not None else [])
    if not keys:
        return ()
    marks = []
    for key in keys:
        value = row.cell(key)
        if value is None or not as_text(value).strip("-–— ."):
            continue
        status = row.read(key, lambda cell: values.mark(cell, x_means=row.facts.x_means))
        if status is None:
            continue
        if key == "mark":
            if session is None and held_on is None:
                row.say("mark", "when_missing")
            marks.append(RegisterMark(status, session, held_on, row.address(key)))
        else:
            when = key.removeprefix("mark@")
            number = int(when[1:]) if when.startswith("s") else None
            day = None if number else date.fromisoformat(when)
            marks.append(RegisterMark(status, number, day, row.address(key)))
    return tuple(marks)


def read_site(row: RowReader) -> SiteRow | None:
    """Give one site."""
    record = SiteRow(
        sheet=row.sheet.name,
        row=row.row,
        name=row.text("name"),
        code=row.text("code"),
        country=row.read("country", values.country) or "",
        region=row.text("region"),
        time_zone=row.text("time_zone"),
        language=row.text("language"),
    )
    return record if record.name else None


def read_venue(row: RowReader) -> VenueRow | None:
    """Give one meeting place."""
    record = VenueRow(
        sheet=row.sheet.name,
        row=row.row,
        site=row.text("site"),
        name=row.text("name"),
        place=row.text("place"),
        capacity=row.read("capacity", lambda value: values.number(value, 1, 1000)),
        travel_minutes=row.read("travel_minutes", lambda value: values.number(value, 0, 1440)),
        days=row.read("days", values.days) or (),
        notes=row.text("notes"),
    )
    return record if record.name and record.site else None


def read_staff(row: RowReader) -> StaffRow | None:
    """Give one person who works in the programme."""
    role = row.read("role", values.role) or ""
    if row.cell("role") is None:
        row.say("role", "empty")
    email = row.text("email")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        row.say("email", "not_an_address", value=email)
    record = StaffRow(
        sheet=row.sheet.name,
        row=row.row,
        name=row.text("name"),
        role=role,
        site=row.text("site"),
        sex=row.read("sex", lambda value: values.sex(value, row.facts.sexes)) or Sex.MISSING,
        phone=row.read("phone", values.phone) or "",
        email=email,
        languages=row.text("languages"),
    )
    return record if record.name and record.role else None


def read_closed_day(row: RowReader) -> ClosedDayRow | None:
    """Give one closed day, span or repeating day; a hard one unless the sheet says no."""
    first, last = row.day("from_date"), row.day("to_date")
    if row.cell("from_date") is None:
        row.say("from_date", "empty")
    if first is not None and last is not None and last < first:
        row.say("to_date", "end_before_start")
    hard = row.read("hard", values.yes_no)
    every = row.read("every_days", lambda value: values.number(value, 1, 366))
    site, name = row.text("site"), row.text("name")
    if first is None:
        return None
    return ClosedDayRow(
        sheet=row.sheet.name,
        row=row.row,
        from_date=first,
        to_date=last,
        site=site,
        name=name,
        every_days=every,
        hard=hard is not False,
    )


READERS: dict[str, Callable[[RowReader], Record | None]] = {
    "people": read_person,
    "register": read_register,
    "sites": read_site,
    "venues": read_venue,
    "staff": read_staff,
    "closed_days": read_closed_day,
    "costs": read_cost,
}
