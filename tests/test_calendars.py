"""Public holidays of real countries and conversions between calendars."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import jdatetime
import nepali_datetime
import pytest
from hijridate import Gregorian
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.calendars import (
    CalendarKind,
    calendar_of,
    closed_holidays,
    ethiopian_clock,
    from_local,
    known_countries,
    month_name,
    parse_local,
    public_holidays,
    to_local,
    weekend_of,
)
from gipt.domain.problems import Invalid, Unknown
from gipt.domain.scheduling import ClashCode, Severity, plan_cycle
from tests.domain.schedules import curriculum, request

GREGORIAN, ETHIOPIAN, NEPALI = CalendarKind.GREGORIAN, CalendarKind.ETHIOPIAN, CalendarKind.BIKRAM_SAMBAT
HIJRI, SOLAR = CalendarKind.HIJRI, CalendarKind.SOLAR_HIJRI


@pytest.mark.parametrize(
    ("on", "calendar", "expected"),
    [
        # ux 2.9
        (date(2026, 9, 11), ETHIOPIAN, (2019, 1, 1)),
        (date(2026, 9, 11), NEPALI, (2083, 5, 26)),
        (date(2026, 9, 11), SOLAR, (1405, 6, 20)),
        (date(2026, 9, 11), HIJRI, (1448, 3, 29)),
        (date(2027, 9, 12), ETHIOPIAN, (2020, 1, 1)),
        (date(2026, 3, 20), HIJRI, (1447, 10, 1)),
        (date(2026, 3, 20), ETHIOPIAN, (2018, 7, 11)),
        # domain 7.4, and the days around a sixth of Pagumen
        (date(2024, 9, 11), ETHIOPIAN, (2017, 1, 1)),
        (date(2023, 9, 11), ETHIOPIAN, (2015, 13, 6)),
        (date(2023, 9, 12), ETHIOPIAN, (2016, 1, 1)),
        (date(2027, 9, 11), ETHIOPIAN, (2019, 13, 6)),
        (date(2026, 9, 10), ETHIOPIAN, (2018, 13, 5)),
        (date(2000, 2, 29), ETHIOPIAN, (1992, 6, 21)),
        # Nepal's new year, and the last day of the Persian year
        (date(2026, 4, 14), NEPALI, (2083, 1, 1)),
        (date(2027, 4, 14), NEPALI, (2084, 1, 1)),
        (date(2026, 3, 21), SOLAR, (1405, 1, 1)),
        (date(2026, 10, 14), GREGORIAN, (2026, 10, 14)),
    ],
)
def test_known_days_convert_both_ways(
    on: date, calendar: CalendarKind, expected: tuple[int, int, int]
) -> None:
    local = to_local(on, calendar)
    assert (local.year, local.month, local.day) == expected
    assert from_local(calendar, *expected) == on
    assert local.about is (calendar is HIJRI)


def ethiopian_by_hand(on: date) -> tuple[int, int, int]:
    """Count cycles of 1,461 days from 1 Meskerem 1 (29 August 8 Julian); the third year of each is the leap year."""
    cycles, rest = divmod(on.toordinal() - 2796, 1461)
    in_cycle = 2 if rest == 3 * 365 else min(rest // 365, 3)
    year_day = rest - in_cycle * 365 - (in_cycle == 3)
    return cycles * 4 + in_cycle + 1, year_day // 30 + 1, year_day % 30 + 1


def days_between(first: date, last: date) -> Iterator[date]:
    """Give every day, both ends included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def test_ethiopian_days_agree_with_the_cycles_counted_by_hand() -> None:
    for on in days_between(date(2015, 1, 1), date(2036, 12, 31)):
        local = to_local(on, ETHIOPIAN)
        assert (local.year, local.month, local.day) == ethiopian_by_hand(on)


def test_ethiopian_days_of_two_centuries_agree_with_another_library() -> None:
    other = pytest.importorskip("abyssinica.calendar")
    for on in days_between(date(1900, 1, 1), date(2100, 12, 31)):
        local, theirs = to_local(on, ETHIOPIAN), other.Date.from_gregorian(on)
        assert (local.year, local.month, local.day) == (theirs.year, theirs.month, theirs.day)


def by_its_library(on: date, calendar: CalendarKind) -> tuple[int, int, int]:
    """Ask the library of a calendar directly."""
    if calendar is NEPALI:
        nepali = nepali_datetime.date.from_datetime_date(on)
        return nepali.year, nepali.month, nepali.day
    if calendar is SOLAR:
        solar = jdatetime.GregorianToJalali(on.year, on.month, on.day)
        return solar.jyear, solar.jmonth, solar.jday
    hijri = Gregorian.fromdate(on).to_hijri()
    return hijri.year, hijri.month, hijri.day


@pytest.mark.parametrize("calendar", [NEPALI, SOLAR, HIJRI])
def test_ten_years_agree_with_the_library_day_by_day(calendar: CalendarKind) -> None:
    for on in days_between(date(2021, 1, 1), date(2030, 12, 31)):
        local = to_local(on, calendar)
        assert (local.year, local.month, local.day) == by_its_library(on, calendar)


@pytest.mark.parametrize("calendar", list(CalendarKind))
def test_every_day_of_many_years_comes_back(calendar: CalendarKind) -> None:
    day, last = date(2015, 1, 1), date(2036, 12, 31)
    before = to_local(day - timedelta(days=1), calendar)
    while day <= last:
        local = to_local(day, calendar)
        assert from_local(calendar, local.year, local.month, local.day) == day
        follows = (local.year, local.month, local.day - 1) == (before.year, before.month, before.day)
        assert follows or local.day == 1
        day, before = day + timedelta(days=1), local


@settings(max_examples=300, deadline=None)
@given(st.dates(date(1800, 1, 1), date(2299, 12, 31)))
def test_ethiopian_years_have_thirteen_months_of_thirty_days_and_a_short_one(on: date) -> None:
    local = to_local(on, ETHIOPIAN)
    assert 1 <= local.month <= 13
    assert 1 <= local.day <= (30 if local.month < 13 else 5 + (local.year % 4 == 3))
    assert from_local(ETHIOPIAN, local.year, local.month, local.day) == on


@pytest.mark.parametrize(
    ("calendar", "parts"),
    [
        (ETHIOPIAN, (2018, 13, 6)),
        (ETHIOPIAN, (2019, 14, 1)),
        (ETHIOPIAN, (2019, 1, 31)),
        (ETHIOPIAN, (0, 1, 1)),
        (NEPALI, (2083, 1, 33)),
        (NEPALI, (2083, 13, 1)),
        (NEPALI, (2300, 1, 1)),
        (SOLAR, (1405, 12, 30)),
        (HIJRI, (1448, 1, 31)),
        (GREGORIAN, (2026, 2, 29)),
    ],
)
def test_a_day_that_does_not_exist_is_refused(calendar: CalendarKind, parts: tuple[int, int, int]) -> None:
    with pytest.raises(Invalid) as refused:
        from_local(calendar, *parts)
    assert refused.value.details["reason"] == "no_such_date"


def test_a_day_outside_a_published_table_is_refused() -> None:
    for calendar in (NEPALI, HIJRI):
        with pytest.raises(Invalid) as refused:
            to_local(date(2200, 1, 1), calendar)
        assert refused.value.details["reason"] == "outside_calendar"


@pytest.mark.parametrize(
    ("text", "calendar", "expected"),
    [
        ("2018-07-11", ETHIOPIAN, date(2026, 3, 20)),
        ("11/07/2018", ETHIOPIAN, date(2026, 3, 20)),
        ("11.7.2018 E.C.", ETHIOPIAN, date(2026, 3, 20)),
        ("11 Megabit 2018", ETHIOPIAN, date(2026, 3, 20)),
        ("Megabit 11, 2018", ETHIOPIAN, date(2026, 3, 20)),
        ("4 tikimt 2019", ETHIOPIAN, date(2026, 10, 14)),
        ("4 Tekemt 2019", ETHIOPIAN, date(2026, 10, 14)),
        ("መስከረም 1 ቀን 2019 ዓ.ም.", ETHIOPIAN, date(2026, 9, 11)),
        ("6 Pagumen 2015", ETHIOPIAN, date(2023, 9, 11)),
        ("2083-05-26", NEPALI, date(2026, 9, 11)),
        ("२०८३-०५-२६", NEPALI, date(2026, 9, 11)),
        ("२०८३ भदौ २६", NEPALI, date(2026, 9, 11)),
        ("२६ भाद्र २०८३", NEPALI, date(2026, 9, 11)),
        ("2083 Bhadra 26 B.S.", NEPALI, date(2026, 9, 11)),
        ("26/5/2083", NEPALI, date(2026, 9, 11)),
        ("۱۴۰۵/۰۶/۲۰", SOLAR, date(2026, 9, 11)),
        ("1 شوال 1447", HIJRI, date(2026, 3, 20)),
        ("20 March 2026", GREGORIAN, date(2026, 3, 20)),
    ],
)
def test_written_dates_are_read(text: str, calendar: CalendarKind, expected: date) -> None:
    assert parse_local(text, calendar) == expected


def test_the_order_of_day_and_month_is_the_callers() -> None:
    assert parse_local("03/07/2018", ETHIOPIAN) == from_local(ETHIOPIAN, 2018, 7, 3)
    assert parse_local("03/07/2018", ETHIOPIAN, day_first=False) == from_local(ETHIOPIAN, 2018, 3, 7)
    assert parse_local("3 Megabit 2018", ETHIOPIAN, day_first=False) == from_local(ETHIOPIAN, 2018, 7, 3)


@pytest.mark.parametrize("text", ["", "soon", "2018", "11/07", "11/07/18", "1 2 3 4 2018", "Megabit 2018"])
def test_what_is_not_a_whole_date_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_local(text, ETHIOPIAN)
    assert refused.value.details["reason"] == "not_a_date"


@settings(max_examples=100, deadline=None)
@given(
    on=st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    calendar=st.sampled_from([ETHIOPIAN, NEPALI, SOLAR, HIJRI]),
)
def test_a_written_date_with_its_month_name_is_read_back(on: date, calendar: CalendarKind) -> None:
    local = to_local(on, calendar)
    for language in ("en", "am", "ne", "ar", "fa", "prs"):
        name = month_name(calendar, local.month, language)
        assert parse_local(f"{local.day} {name} {local.year}", calendar) == on


def test_months_have_names_in_their_own_script_or_in_latin_letters() -> None:
    assert month_name(ETHIOPIAN, 2) == "Tikimt"
    assert month_name(ETHIOPIAN, 13, "am_ET") == "ጳጉሜን"
    assert month_name(NEPALI, 5, "ne-NP") == "भदौ"
    assert month_name(SOLAR, 1, "fa_AF") == "فروردین"
    assert month_name(ETHIOPIAN, 2, "fr") == "Tikimt"
    assert to_local(date(2026, 10, 14), ETHIOPIAN).month_key == "ethiopian-2"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (time(6, 0), (12, 0, True)),
        (time(9, 0), (3, 0, True)),
        (time(15, 30), (9, 30, True)),
        (time(17, 59), (11, 59, True)),
        (time(18, 0), (12, 0, False)),
        (time(21, 0), (3, 0, False)),
        (time(0, 30), (6, 30, False)),
        (time(5, 59), (11, 59, False)),
    ],
)
def test_the_ethiopian_clock_counts_from_six(moment: time, expected: tuple[int, int, bool]) -> None:
    assert ethiopian_clock(moment) == expected


@pytest.mark.parametrize(
    ("country", "calendar"),
    [("ET", ETHIOPIAN), ("np", NEPALI), ("AF", SOLAR), ("UG", GREGORIAN), ("??", GREGORIAN)],
)
def test_a_country_suggests_a_calendar(country: str, calendar: CalendarKind) -> None:
    assert calendar_of(country) is calendar


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("UG", {"2026-06-03": "Uganda Martyrs' Day", "2027-06-09": "National Heroes' Day"}),
        ("ET", {"2026-03-02": "Adwa Victory Day", "2026-09-11": "Ethiopian New Year",
                "2027-09-12": "Ethiopian New Year", "2027-01-07": "Christmas Day"}),
        ("NP", {"2026-09-19": "Constitution Day", "2027-04-14": "Nepali New Year"}),
    ],
)  # fmt: skip
def test_public_holidays_of_2026_and_2027_are_known(country: str, expected: dict[str, str]) -> None:
    found = {holiday.on.isoformat(): holiday.name for holiday in public_holidays(country, [2026, 2027])}
    assert {day: found.get(day) for day in expected} == expected


@pytest.mark.parametrize(
    ("country", "language", "mark"),
    [("UG", "en", "estimated"), ("ET", "am", "ግምት"), ("ET", "en", "estimated"), ("NP", "ne", "अनुमानित"),
     ("SN", "fr", "estimé"), ("YE", "ar", "تقديري"), ("SO", "so", "la qiyaasay"), ("KE", "sw", "inakadiriwa"),
     ("AF", "fa_AF", "برآورد"), ("BD", "bn", "আনুমানিক"), ("PK", "en", "estimated")],
)  # fmt: skip
def test_moon_days_are_marked_in_every_language_and_the_mark_leaves_the_name(
    country: str, language: str, mark: str
) -> None:
    found = public_holidays(country, [2027], language)
    estimated = {holiday.on for holiday in found if holiday.estimated}
    assert estimated & {date(2027, 3, 9), date(2027, 3, 10)}
    assert estimated == {holiday.on for holiday in public_holidays(country, [2027]) if holiday.estimated}
    assert not [holiday.name for holiday in found if mark in holiday.name]
    assert date(2027, 5, 1) not in estimated


def test_a_feast_that_was_announced_is_no_longer_an_estimate() -> None:
    (eid,) = [holiday for holiday in public_holidays("KE", [2026]) if holiday.name == "Eid al-Fitr"]
    assert (eid.on, eid.estimated) == (date(2026, 3, 20), False)


def test_holiday_names_never_depend_on_the_servers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for environment in ("C", "ne_NP.UTF-8", "en_US.UTF-8"):
        monkeypatch.setenv("LANG", environment)
        monkeypatch.setenv("LANGUAGE", environment)
        year = {"C": 2031, "ne_NP.UTF-8": 2032, "en_US.UTF-8": 2033}[environment]
        assert "Prithvi Jayanti" in {holiday.name for holiday in public_holidays("NP", [year], "xx")}


TEN = ["UG", "ET", "NP", "KE", "ZM", "MW", "SO", "SN", "RW", "BD", "LB", "CD"]


@pytest.mark.parametrize("country", TEN)
def test_ten_countries_and_more_have_holidays_in_both_years(country: str) -> None:
    for year in (2026, 2027):
        assert len(public_holidays(country, [year])) >= 8
    assert weekend_of(country)


def test_a_country_without_published_holidays_gives_none_and_an_unknown_one_is_named() -> None:
    assert public_holidays("UA", [2026]) == ()
    with pytest.raises(Unknown) as refused:
        public_holidays("XX", [2026])
    assert refused.value.details["kind"] == "country"
    assert {"UG", "ET", "NP"} <= set(known_countries())


@pytest.mark.parametrize(
    ("country", "zone", "start", "dates", "skipped", "about"),
    [
        # Wednesdays: Eid al-Adha on 27 May (about), Martyrs' Day on 3 June.
        ("UG", "Africa/Kampala", date(2026, 4, 29),
         ["04-29", "05-06", "05-13", "05-20", "06-10", "06-17", "06-24", "07-01"],
         ["Eid al-Adha", "Uganda Martyrs' Day"], []),
        # Tuesdays: 16 February Luwum Day, 9 March Eid al-Fitr (about).
        ("UG", "Africa/Kampala", date(2027, 2, 2),
         ["02-02", "02-09", "02-23", "03-02", "03-16", "03-23", "03-30", "04-06"],
         ["Archbishop Janani Luwum Day", "Eid al-Fitr"], []),
        # Thursdays: 19 March is the day before Eid al-Fitr; nothing else is closed.
        ("ET", "Africa/Addis_Ababa", date(2026, 3, 5),
         ["03-05", "03-12", "03-19", "03-26", "04-02", "04-09", "04-16", "04-23"], [], [3]),
        # Tuesdays: 2 March Adwa, 9 March Eid al-Fitr (about), 19 January Epiphany.
        ("ET", "Africa/Addis_Ababa", date(2027, 1, 12),
         ["01-12", "01-26", "02-02", "02-09", "02-16", "02-23", "03-16", "03-23"],
         ["Epiphany", "Adwa Victory Day", "Eid al-Fitr"], []),
        # Wednesdays in Dashain and Tihar: 21 October and 11 November.
        ("NP", "Asia/Kathmandu", date(2026, 9, 30),
         ["09-30", "10-07", "10-14", "10-28", "11-04", "11-18", "11-25", "12-02"],
         ["Ekadashi (Dashain)", "Bhai Tika"], []),
        # Fridays in Dashain and Tihar 2027: 8 and 29 October.
        ("NP", "Asia/Kathmandu", date(2027, 9, 24),
         ["09-24", "10-01", "10-15", "10-22", "11-05", "11-12", "11-19", "11-26"],
         ["Maha Navami", "Gai Tihar"], []),
    ],
    ids=["uganda-2026", "uganda-2027", "ethiopia-2026", "ethiopia-2027", "nepal-2026", "nepal-2027"],
)  # fmt: skip
def test_a_cycle_is_planned_around_a_real_calendar(
    country: str, zone: str, start: date, dates: list[str], skipped: list[str], about: list[int]
) -> None:
    closed = closed_holidays(country, start, start + timedelta(days=200))
    plan = plan_cycle(request(zone=zone, start=start), curriculum(), closed)
    assert [session.on.strftime("%m-%d") for session in plan.sessions] == dates
    assert [skip.reasons[0].label for skip in plan.skipped] == skipped
    near = [number for number, clash in plan.warnings if clash.code is ClashCode.NEAR_ESTIMATED]
    assert near == about


def test_holidays_can_be_taken_as_soft_and_only_inside_the_dates_asked_for() -> None:
    closed = closed_holidays("UG", date(2026, 5, 1), date(2026, 6, 3), severity=Severity.SOFT)
    assert [(c.first, c.estimated, c.severity) for c in closed] == [
        (date(2026, 5, 1), False, Severity.SOFT),
        (date(2026, 5, 27), True, Severity.SOFT),
        (date(2026, 6, 3), False, Severity.SOFT),
    ]
    assert closed[0].key == "UG-2026-05-01"
