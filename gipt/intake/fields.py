"""The columns that each kind of sheet may have: their keys, what their cells hold, and the label people see.

One file can hold several tables (the programme kind does). Keys are stable: mappings that users saved,
templates and records use them. Measure columns are not listed here: their keys are made (`phq9.q3`,
`phq9.total@endline`), see `gipt.intake.headers`.
"""

from dataclasses import dataclass
from enum import StrEnum

from gipt.i18n import N_


class Kind(StrEnum):
    """What a person wants to bring in."""

    PEOPLE = "people"
    REGISTER = "register"
    PROGRAMME = "programme"


class Holds(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    SEX = "sex"
    YES_NO = "yes_no"
    DISABILITY = "disability"
    DISPLACEMENT = "displacement"
    COUNTRY = "country"
    PHONE = "phone"
    DAYS = "days"
    AGE = "age"
    MARK = "mark"
    POINT = "point"
    ROLE = "role"
    HARDNESS = "hardness"
    ANSWER = "answer"
    PURPOSE = "purpose"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Field:
    """Name one column. Without a `needed` one a row says nothing; `past` bounds dates to today."""

    key: str
    holds: Holds
    label: str
    needed: bool = False
    past: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Name one table of a kind; `title` names its sheet in templates."""

    key: str
    kind: Kind
    title: str
    fields: tuple[Field, ...]

    def find(self, key: str) -> Field | None:
        """Give the field of a key, None for measure columns and unknown keys."""
        return next((field for field in self.fields if field.key == key), None)


PEOPLE = Table("people", Kind.PEOPLE, N_("People"), (
    Field("code", Holds.TEXT, N_("Code")),
    Field("name", Holds.TEXT, N_("Name"), needed=True),
    Field("called_name", Holds.TEXT, N_("Called name")),
    Field("sex", Holds.SEX, N_("Sex")),
    Field("age", Holds.AGE, N_("Age")),
    Field("birth_year", Holds.NUMBER, N_("Birth year")),
    Field("birth_date", Holds.DATE, N_("Date of birth")),
    Field("phone", Holds.PHONE, N_("Phone")),
    Field("place", Holds.TEXT, N_("Place")),
    Field("site", Holds.TEXT, N_("Site")),
    Field("language", Holds.TEXT, N_("Language")),
    Field("preferred_days", Holds.DAYS, N_("Preferred days")),
    Field("consent", Holds.YES_NO, N_("Consent")),
    Field("consented_on", Holds.DATE, N_("Date of consent")),
    Field("screened_on", Holds.DATE, N_("Date of screening")),
    Field("disability", Holds.DISABILITY, N_("Disability")),
    Field("displacement", Holds.DISPLACEMENT, N_("Displacement")),
    Field("safe_contact", Holds.TEXT, N_("Safe contact")),
    Field("caregiver", Holds.TEXT, N_("Caregiver")),
    Field("notes", Holds.TEXT, N_("Notes")),
))  # fmt: skip

REGISTER = Table("register", Kind.REGISTER, N_("Register"), (
    Field("group", Holds.TEXT, N_("Group"), needed=True),
    Field("cycle", Holds.TEXT, N_("Cycle")),
    Field("session_number", Holds.NUMBER, N_("Session number")),
    Field("session_date", Holds.DATE, N_("Date of session")),
    Field("member_code", Holds.TEXT, N_("Member code")),
    Field("member_name", Holds.TEXT, N_("Member name")),
    Field("mark", Holds.MARK, N_("Attendance")),
    Field("point", Holds.POINT, N_("Point of measurement")),
    Field("measured_on", Holds.DATE, N_("Date of measurement")),
    Field("notes", Holds.TEXT, N_("Notes")),
))  # fmt: skip

SITES = Table("sites", Kind.PROGRAMME, N_("Sites"), (
    Field("code", Holds.TEXT, N_("Code")),
    Field("name", Holds.TEXT, N_("Name"), needed=True),
    Field("country", Holds.COUNTRY, N_("Country")),
    Field("region", Holds.TEXT, N_("Region")),
    Field("time_zone", Holds.TEXT, N_("Time zone")),
    Field("language", Holds.TEXT, N_("Language")),
))  # fmt: skip

VENUES = Table("venues", Kind.PROGRAMME, N_("Venues"), (
    Field("site", Holds.TEXT, N_("Site"), needed=True),
    Field("name", Holds.TEXT, N_("Name"), needed=True),
    Field("place", Holds.TEXT, N_("Place")),
    Field("capacity", Holds.NUMBER, N_("Places")),
    Field("travel_minutes", Holds.NUMBER, N_("Travel minutes")),
    Field("days", Holds.DAYS, N_("Open days")),
    Field("notes", Holds.TEXT, N_("Notes")),
))  # fmt: skip

STAFF = Table("staff", Kind.PROGRAMME, N_("Staff"), (
    Field("name", Holds.TEXT, N_("Name"), needed=True),
    Field("role", Holds.ROLE, N_("Role"), needed=True),
    Field("site", Holds.TEXT, N_("Site")),
    Field("sex", Holds.SEX, N_("Sex")),
    Field("phone", Holds.PHONE, N_("Phone")),
    Field("email", Holds.TEXT, N_("E-mail")),
    Field("languages", Holds.TEXT, N_("Languages")),
))  # fmt: skip

CLOSED_DAYS = Table("closed_days", Kind.PROGRAMME, N_("Closed days"), (
    Field("site", Holds.TEXT, N_("Site")),
    Field("name", Holds.TEXT, N_("Reason")),
    Field("from_date", Holds.DATE, N_("From"), needed=True, past=False),
    Field("to_date", Holds.DATE, N_("To"), past=False),
    Field("every_days", Holds.NUMBER, N_("Repeats every (days)")),
    Field("hard", Holds.HARDNESS, N_("No meetings at all")),
))  # fmt: skip

COSTS = Table("costs", Kind.PROGRAMME, N_("Costs"), (
    Field("spent_on", Holds.DATE, N_("Date")),
    Field("month", Holds.TEXT, N_("Month")),
    Field("cost_scope", Holds.PURPOSE, N_("What it was for"), needed=True),
    Field("amount", Holds.AMOUNT, N_("Amount"), needed=True),
    Field("currency", Holds.TEXT, N_("Currency")),
    Field("rate", Holds.AMOUNT, N_("Exchange rate")),
    Field("rate_on", Holds.DATE, N_("Day of the rate")),
    Field("site", Holds.TEXT, N_("Site")),
    Field("funder", Holds.TEXT, N_("Funder")),
    Field("notes", Holds.TEXT, N_("Note")),
))  # fmt: skip

TABLES = {table.key: table for table in (PEOPLE, REGISTER, SITES, VENUES, STAFF, CLOSED_DAYS, COSTS)}


def tables_of(kind: Kind) -> tuple[Table, ...]:
    """Give the tables of a kind in the order of their sheets."""
    return tuple(table for table in TABLES.values() if table.kind is kind)
