"""Dates as people live them: typed in their calendar and digits, written in it beside the Gregorian one."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from gipt.calendars import CalendarKind, month_names, to_local
from gipt.db import db
from gipt.domain.problems import Invalid
from gipt.i18n import (
    DateStyle,
    digits_to_ascii,
    format_date,
    format_datetime,
    format_time,
    use_language,
    week_order,
    write_date,
)
from gipt.i18n.formats import LOCAL_DIGITS
from gipt.models import AuditEvent, ClosedDay, Programme, Staff
from gipt.web.calendar_words import day_of, day_words, entry_calendars
from gipt.web.forms.reader import Form, date_of_parts
from tests.cast import Cast, signed_in_client
from tests.world import local_today, make_running_group

GREGORIAN, ETHIOPIAN, NEPALI = CalendarKind.GREGORIAN, CalendarKind.ETHIOPIAN, CalendarKind.BIKRAM_SAMBAT
HIJRI, SOLAR = CalendarKind.HIJRI, CalendarKind.SOLAR_HIJRI
OCTOBER = date(2026, 10, 14)


# --- written ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "calendar", "digits", "medium", "weekday"),
    [
        ("en", GREGORIAN, "latin", "14 Oct 2026", "Wed 14 Oct"),
        ("en", ETHIOPIAN, "latin", "4 Tikimt 2019", "Wed 4 Tikimt"),
        ("am", ETHIOPIAN, "latin", "ጥቅምት 4 2019", "ረቡዕ፣ ጥቅምት 4"),
        ("ti", ETHIOPIAN, "latin", "4 ጥቅምቲ 2019", None),
        ("ne", NEPALI, "local", "२०८३ असोज २८", "असोज २८, बुध"),
        ("ne", NEPALI, "latin", "2083 असोज 28", None),
        ("ar", HIJRI, "local", "٣ جمادى الأولى ١٤٤٨", "الأربعاء، ٣ جمادى الأولى"),
        ("prs", SOLAR, "local", "میزان ۲۲, ۱۴۰۵", None),
        ("ps", SOLAR, "latin", "1405 تله 22", None),
        ("ur", HIJRI, "latin", "3 جمادی الاول، 1448", None),
        ("fr", SOLAR, "latin", "22 Mehr 1405", "mer. 22 Mehr"),
    ],
)
def test_a_date_keeps_the_order_of_its_language(
    tag: str, calendar: CalendarKind, digits: str, medium: str, weekday: str | None
) -> None:
    with use_language(tag, digits=digits, style=DateStyle(calendar)):
        assert format_date(OCTOBER) == medium
        assert weekday is None or format_date(OCTOBER, "weekday") == weekday


@pytest.mark.parametrize("calendar", list(CalendarKind))
@pytest.mark.parametrize("width", ["short", "medium", "long", "full", "weekday", "day", "weekday_long"])
def test_every_width_says_the_day_in_the_readers_calendar(calendar: CalendarKind, width: str) -> None:
    with use_language("fr", style=DateStyle(calendar)):
        assert re.search(rf"\b{to_local(OCTOBER, calendar).day}\b", format_date(OCTOBER, width))


@pytest.mark.parametrize("kind", list(CalendarKind))
def test_only_hijri_days_to_come_are_about(kind: CalendarKind) -> None:
    """Months of the Hijri calendar begin when the moon is seen; a table says it a day wrong at most (ux 2.9)."""
    today = datetime.now(UTC).date()
    for day, expected in ((today + timedelta(days=30), kind is HIJRI), (today - timedelta(days=30), False)):
        with use_language("en", style=DateStyle(kind, GREGORIAN)):
            assert day_words(day).main.startswith("about ") is expected
            assert not day_words(day).second.startswith("about")
        with use_language("en", style=DateStyle(GREGORIAN, kind)):
            assert day_words(day).second.startswith("about ") is expected


def test_months_of_reports_stay_gregorian() -> None:
    with use_language("en", style=DateStyle(ETHIOPIAN)):
        assert format_date(date(2026, 10, 1), "month") == "October 2026"


def test_a_day_that_the_table_does_not_reach_is_written_in_the_gregorian_calendar() -> None:
    with use_language("en", style=DateStyle(NEPALI)):
        assert format_date(date(2200, 1, 1)) == "1 Jan 2200"


def test_what_leaves_the_programme_is_gregorian(app: Flask) -> None:
    with app.test_request_context():
        from flask import g

        g.date_style = DateStyle(ETHIOPIAN, GREGORIAN)
        g.language = "en"
        assert day_words(OCTOBER).line == "Wed 4 Tikimt 2019 · 14 Oct 2026"
        with use_language("en"):
            assert format_date(OCTOBER) == "14 Oct 2026"


@pytest.mark.parametrize(
    ("at", "usual", "ethiopian"),
    [
        (time(9, 0), "09:00", "3:00 day"),
        (time(6, 0), "06:00", "12:00 day"),
        (time(17, 59), "17:59", "11:59 day"),
        (time(18, 0), "18:00", "12:00 night"),
        (time(0, 30), "00:30", "6:30 night"),
    ],
)
def test_the_ethiopian_clock_counts_from_six(at: time, usual: str, ethiopian: str) -> None:
    with use_language("en"):
        assert format_time(at) == usual
    with use_language("en", style=DateStyle(ETHIOPIAN, clock="ethiopian")):
        assert format_time(at) == ethiopian
        assert format_datetime(datetime.combine(OCTOBER, at), "short") == f"4 Tikimt 2019, {ethiopian}"


def test_the_week_begins_where_the_reader_begins_it() -> None:
    with use_language("en", style=DateStyle(first_weekday=5)):
        assert week_order() == (5, 6, 0, 1, 2, 3, 4)


# --- typed --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "locale", "parts", "expected"),
    [
        # ux 2.9
        (ETHIOPIAN, "am", ("2019", "1", "1"), date(2026, 9, 11)),
        (NEPALI, "ne", ("2083", "5", "26"), date(2026, 9, 11)),
        (SOLAR, "fa_AF", ("1405", "6", "20"), date(2026, 9, 11)),
        (HIJRI, "ar", ("1448", "3", "29"), date(2026, 9, 11)),
        (ETHIOPIAN, "am", ("2020", "1", "1"), date(2027, 9, 12)),
        (HIJRI, "ar", ("1447", "10", "1"), date(2026, 3, 20)),
        (ETHIOPIAN, "am", ("2018", "7", "11"), date(2026, 3, 20)),
        # names in the language, other spellings, digits of the script
        (ETHIOPIAN, "am", ("2018", "መጋቢት", "11"), date(2026, 3, 20)),
        (ETHIOPIAN, "am", ("2019", "ህዳር", "1"), date(2026, 11, 10)),
        (ETHIOPIAN, "en", ("2019", "tekemt", "4"), OCTOBER),
        (ETHIOPIAN, "ti", ("2019", "ጥቅምቲ", "4"), OCTOBER),
        (ETHIOPIAN, "am", ("2015", "13", "6"), date(2023, 9, 11)),
        (NEPALI, "ne", ("२०८३", "भदौ", "२६"), date(2026, 9, 11)),
        (NEPALI, "ne", ("२०८३", "०५", "२६"), date(2026, 9, 11)),
        (HIJRI, "ar", ("١٤٤٧", "شوال", "١"), date(2026, 3, 20)),
        (SOLAR, "fa_AF", ("۱۴۰۵", "سنبله", "۲۰"), date(2026, 9, 11)),
        (SOLAR, "fa_AF", ("۱۴۰۵", "شهریور", "۲۰"), date(2026, 9, 11)),
        (SOLAR, "ps", ("1405", "وږی", "20"), date(2026, 9, 11)),
        (GREGORIAN, "ar", ("٢٠٢٦", "أكتوبر", "١٤"), OCTOBER),
        (GREGORIAN, "fr", ("2026", "Oct.", "14"), OCTOBER),
        (GREGORIAN, "am", ("2026", "October", "14"), OCTOBER),
    ],
)
def test_a_date_is_read_in_its_calendar(
    kind: CalendarKind, locale: str, parts: tuple[str, str, str], expected: date
) -> None:
    assert date_of_parts(parts, kind, locale) == expected


@pytest.mark.parametrize(
    ("kind", "parts", "reason"),
    [
        (ETHIOPIAN, ("2018", "13", "6"), "month_days"),
        (ETHIOPIAN, ("2019", "14", "1"), "unknown_month"),
        (ETHIOPIAN, ("2019", "October", "1"), "unknown_month"),
        (ETHIOPIAN, ("19", "2", "4"), "year_two_digits"),
        (ETHIOPIAN, ("2019", "2", ""), "date_incomplete"),
        (NEPALI, ("2083", "1", "33"), "month_days"),
        (NEPALI, ("2300", "1", "1"), "no_such_date"),
        (SOLAR, ("1405", "12", "30"), "month_days"),
        (HIJRI, ("1448", "1", "31"), "month_days"),
        (GREGORIAN, ("2026", "2", "29"), "month_days"),
        (GREGORIAN, ("2026", "2", "x"), "month_days"),
        (GREGORIAN, ("0000", "2", "2"), "no_such_date"),
    ],
)
def test_a_date_that_is_none_is_refused_with_what_to_mend(
    kind: CalendarKind, parts: tuple[str, str, str], reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        date_of_parts(parts, kind, "en")
    assert refused.value.details["reason"] == reason


@settings(deadline=None)
@given(
    st.dates(date(2016, 1, 1), date(2035, 12, 31)),
    st.sampled_from(list(CalendarKind)),
    st.sampled_from([("am", "latin"), ("ne", "local"), ("ar", "local"), ("prs", "local"), ("en", "latin")]),
    st.booleans(),
)
def test_what_is_shown_can_be_typed_again(
    on: date, kind: CalendarKind, spoken: tuple[str, str], by_name: bool
) -> None:
    tag, digits = spoken
    with use_language(tag, digits=digits) as language:
        local, names = to_local(on, kind), month_names(kind, tag)
        month = names[local.month - 1] if by_name else str(local.month)
        shown = (str(local.year), month, str(local.day))
        if digits == "local":
            shown = tuple(part.translate(LOCAL_DIGITS[language.digits]) for part in shown)
        assert date_of_parts(shown, kind, language.formatting_locale) == on


def read(app: Flask, fields: dict[str, str]) -> Form:
    with app.test_request_context(method="POST"):
        from flask import g

        g.language, g.date_style = "en", DateStyle(ETHIOPIAN, GREGORIAN)
        form = Form(MultiDict(fields))
        form.date("first_on", required=True)
        return form


def test_the_calendar_is_the_one_that_was_said_never_the_likelier(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        fields = {"d-day": "4", "d-month": "2", "d-year": "2019"}
        assert Form(MultiDict(fields)).date("d") == date(2019, 2, 4)
        assert Form(MultiDict({**fields, "d-calendar": "ethiopian"})).date("d") == OCTOBER
        assert Form(MultiDict({"d": "2026-10-14"})).date("d") == OCTOBER
        wrong = Form(MultiDict({**fields, "d-calendar": "mayan"}))
        wrong.date("d")
        assert wrong.errors


def test_another_day_is_read_from_the_boxes(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        boxes = {"d-day": "4", "d-month": "Tikimt", "d-year": "2019", "d-calendar": "ethiopian"}
        assert Form(MultiDict({"d": "other", **boxes})).date("d") == OCTOBER
        # A day of the list wins over boxes that only came with the year.
        assert Form(MultiDict({"d": "2026-10-01", "d-year": "2019"})).date("d") == date(2026, 10, 1)
        empty = Form(MultiDict({"d": "other"}))
        assert empty.date("d") is None
        assert "day, month and year" in str(empty.errors)


def test_a_faulty_date_names_the_month_and_its_days(app: Flask) -> None:
    typed = {"first_on-day": "31", "first_on-month": "2", "first_on-year": "2019"}
    assert (
        "this month has 30 days" in read(app, {**typed, "first_on-calendar": "ethiopian"}).errors["first_on"]
    )
    named = read(app, {**typed, "first_on-month": "Octember", "first_on-calendar": "ethiopian"})
    assert "1 to 13" in named.errors["first_on"]


def test_the_boxes_ask_for_the_calendar_only_where_there_are_two(app: Flask) -> None:
    with app.test_request_context():
        from flask import g

        g.language = "en"
        assert entry_calendars() == []
        assert day_of({}, "d", OCTOBER)["month"] == 10
        g.date_style = DateStyle(ETHIOPIAN)
        assert [code for code, _words in entry_calendars()] == ["ethiopian", "gregorian"]
        assert day_of({}, "d", OCTOBER) == {"day": 4, "month": 2, "year": 2019, "calendar": "ethiopian"}
        assert day_of({"d-day": "x", "d-calendar": "gregorian"}, "d", OCTOBER)["day"] == "x"
        assert day_of({}, "d", year="2026-10-14")["year"] == 2019
        assert write_date(OCTOBER, HIJRI) == "3 Jumada al-Ula 1448"


# --- on pages -----------------------------------------------------------------------------------------------------


def live_by(calendar: str, **more: object) -> None:
    db.session.execute(sa.update(Programme).values(calendar=calendar, second_calendar="gregorian", **more))
    db.session.commit()


@pytest.mark.parametrize(
    ("language", "calendar", "typed", "expected", "shown"),
    [
        ("am", "ethiopian", ("4", "ጥቅምት", "2019"), OCTOBER, "ጥቅምት 4 2019"),
        ("ne", "bikram_sambat", ("२८", "असोज", "२०८३"), OCTOBER, "२०८३ असोज २८"),
        ("ar", "hijri", ("٣", "جمادى الأولى", "١٤٤٨"), OCTOBER, "٣ جمادى الأولى ١٤٤٨"),
        ("ar", "solar_hijri", ("۲۲", "میزان", "۱۴۰۵"), OCTOBER, "٢٢ Mehr ١٤٠٥"),
        ("en", "ethiopian", ("4", "Tikimt", "2019"), OCTOBER, "4 Tikimt 2019"),
    ],
)
def test_a_day_is_typed_and_shown_in_the_calendar_of_the_programme(
    app: Flask,
    cast: Cast,
    language: str,
    calendar: str,
    typed: tuple[str, str, str],
    expected: date,
    shown: str,
) -> None:
    live_by(calendar, digits="local")
    client = signed_in_client(app, cast.people[("admin", "own")])
    client.get(f"/language/{language}")
    names = ("first_on-day", "first_on-month", "first_on-year")
    fields = {"day_name": "X", "kind": "single", **dict(zip(names, typed, strict=True))}
    fields |= {"first_on-calendar": calendar, "op": "a" * 32}
    wrong = client.post(f"/o/places/{cast.own}/closed", data={**fields, names[0]: "41"})
    assert wrong.status_code == 422
    assert 'value="41"' in wrong.text
    assert f'value="{typed[1]}"' in wrong.text
    assert f'<option value="{calendar}" selected>' in wrong.text
    assert client.post(f"/o/places/{cast.own}/closed", data=fields).status_code == 303
    assert db.session.scalar(sa.select(ClosedDay.first_on)) == expected
    assert shown in client.get(f"/o/places/{cast.own}").text


def test_a_person_may_read_another_calendar_than_the_programme(app: Flask, cast: Cast) -> None:
    live_by("ethiopian")
    person = cast.people[("facilitator", "own")]
    make_running_group(cast, 2, first=local_today())
    client = signed_in_client(app, person)
    today = client.get("/today").text
    assert month_names(ETHIOPIAN)[to_local(local_today(), ETHIOPIAN).month - 1] in today
    assert f"{local_today():%Y}" in today
    assert "/account/dates" in client.get("/me").text
    assert "Ethiopian" in client.get("/account/dates").text
    chosen = {"calendar": "solar_hijri", "second_calendar": "none", "digits": "latin", "clock": "ethiopian"}
    assert client.post("/account/dates", data={**chosen, "op": "b" * 32}).status_code == 303
    staff = db.session.get_one(Staff, person.staff_id)
    assert (staff.calendar, staff.second_calendar, staff.clock) == ("solar_hijri", "none", "ethiopian")
    assert db.session.scalar(sa.select(AuditEvent.n).where(AuditEvent.action == "set_own_dates"))
    page = client.get("/account/dates").text
    assert "22 Mehr 1405" in page
    assert "3:00 day" in page
    assert "14 Oct 2026" not in page
    assert client.post("/account/dates", data={"op": "c" * 32}).status_code == 303
    assert "4 Tikimt 2019 · 14 Oct 2026" in client.get("/account/dates").text
    refused = client.post("/account/dates", data={"calendar": "mayan", "op": "d" * 32})
    assert refused.status_code == 422


def test_the_programme_chooses_calendars_clock_and_week(app: Flask, cast: Cast) -> None:
    client = signed_in_client(app, cast.people[("admin", "own")])
    record = {"name": "Hope", "country": "ET", "language": "en", "calendar": "ethiopian", "op": "e" * 32}
    more = {"second_calendar": "gregorian", "clock": "ethiopian", "digits": "local", "first_weekday": "5"}
    assert client.post("/a/set-up/programme", data={**record, **more}).status_code == 303
    row = db.session.scalars(sa.select(Programme)).one()
    assert (row.calendar, row.second_calendar, row.clock, row.first_weekday) == (
        "ethiopian",
        "gregorian",
        "ethiopian",
        5,
    )
    page = client.get("/a/set-up/programme").text
    assert "4 Tikimt 2019 · 14 Oct 2026 · 3:00 day" in page
    # The page of places lists the weekdays in the order of this week.
    listed = client.get(f"/o/places/{cast.own}").text
    assert listed.index(">Saturday<") < listed.index(">Sunday<") < listed.index(">Monday<")
    same = {**record, "second_calendar": "ethiopian", "op": "f" * 32}
    assert client.post("/a/set-up/programme", data=same).status_code == 303
    db.session.expire_all()
    assert db.session.scalar(sa.select(Programme.second_calendar)) is None


def test_phone_numbers_stay_in_the_digits_of_the_keypad(app: Flask, cast: Cast) -> None:
    from tests.world import make_protocol

    live_by("hijri", digits="local")
    make_protocol(cast)
    client: FlaskClient = signed_in_client(app, cast.people[("facilitator", "own")])
    client.get("/language/ar")
    page = client.get("/today").text
    numbers = re.findall(r'href="tel:([^"]*)"', page)
    assert numbers
    for number in numbers:
        assert number.isascii()
        assert digits_to_ascii(page).count(number[-6:]) == page.count(number[-6:])


def test_a_number_is_read_in_any_digits(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        for typed in ("١٢٣٤٥٦", "۱۲۳۴۵۶", "१२३४५६", "১২৩৪৫৬", "၁၂၃၄၅၆", "123456"):
            assert Form(MultiDict({"n": typed})).whole("n", low=0, high=999_999) == 123_456


def test_days_of_a_fortnight_are_read_as_they_are_shown(app: Flask) -> None:
    """The register offers days as ISO values whatever the calendar in which they are written."""
    with app.test_request_context(method="POST"):
        for back in range(14):
            day = OCTOBER - timedelta(days=back)
            assert Form(MultiDict({"held": day.isoformat()})).date("held") == day
