"""Dates, times, numbers and digits in the languages that are shipped, and in one that CLDR does not know."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.i18n import (
    digits_to_ascii,
    format_date,
    format_datetime,
    format_list,
    format_number,
    format_percent,
    format_time,
    gettext,
    languages,
    use_language,
    weekday_name,
)

DAY = dt.date(2026, 10, 14)


@pytest.mark.parametrize(
    ("tag", "width", "expected"),
    [
        ("en", "medium", "14 Oct 2026"),
        ("en", "weekday", "Wed 14 Oct"),
        ("en", "weekday_long", "Wednesday 14 October"),
        ("en", "month", "October 2026"),
        ("fr", "long", "14 octobre 2026"),
        ("fr", "weekday", "mer. 14 oct."),
        ("ar", "long", "14 أكتوبر 2026"),
        ("ach", "day", "14 Oct"),
        ("sw", "month", "Oktoba 2026"),
        ("pt", "weekday", "qua. 14 de out."),
        ("ar", "weekday", "الأربعاء، 14 أكتوبر"),
    ],
)
def test_a_date_is_written_as_its_readers_write_it(tag: str, width: str, expected: str) -> None:
    with use_language(tag):
        assert format_date(DAY, width).replace(",", "") == expected


def test_a_width_that_is_no_width_is_refused_and_never_taken_as_a_pattern() -> None:
    with pytest.raises(ValueError, match="width"):
        format_date(DAY, "yyyy 'of' MM")


def test_times_move_to_the_zone_of_the_place() -> None:
    moment = dt.datetime(2026, 10, 14, 7, 4, tzinfo=dt.UTC)
    assert format_time(moment, zone="Africa/Kampala") == "10:04"
    assert format_time(dt.time(10, 4)) == "10:04"
    assert format_datetime(moment, zone="Asia/Kathmandu").endswith("12:49:00")
    new_year = dt.datetime(2026, 12, 31, 22, 0, tzinfo=dt.UTC)
    assert format_datetime(new_year, zone="Africa/Kampala").startswith("1 Jan 2027")


@pytest.mark.parametrize(
    ("tag", "digits", "expected"),
    [
        ("en", "latin", ["1,234.5", "41.7%"]),
        ("fr", "latin", ["1\u202f234,5", "41,7\u202f%"]),
        ("ar", "latin", ["1,234.5", "41.7%"]),
        ("ar", "local", ["١٬٢٣٤٫٥", "٤١٫٧٪"]),
        ("ne", "local", ["१,२३४.५", "४१.७%"]),
        ("fr", "local", ["1\u202f234,5", "41,7\u202f%"]),
    ],
)
def test_numbers_take_the_separators_and_digits_of_the_language(
    tag: str, digits: str, expected: list[str]
) -> None:
    with use_language(tag, digits=digits):
        shown = [format_number(1234.5), format_percent(0.417, 1)]
    plain = [
        text.translate({0xA0: 0x202F, 0x200E: None}) for text in shown
    ]  # CLDR changes these between versions
    assert plain == expected


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (2.5, 0, "3"),
        (3.5, 0, "4"),
        (-2.5, 0, "-3"),
        (0.125, 2, "0.13"),
        (Decimal("1.005"), 2, "1.01"),
        (7, 1, "7.0"),
        (float("nan"), 1, "–"),
        (float("inf"), None, "–"),
        (1 / 3, None, "0.333"),
        (10, None, "10"),
    ],
)
def test_figures_are_rounded_half_up(value: float, places: int | None, expected: str) -> None:
    assert format_number(value, places) == expected


@pytest.mark.parametrize(("fraction", "expected"), [(0.415, "42%"), (0.005, "1%"), (0, "0%"), (1, "100%")])
def test_percentages_are_rounded_half_up(fraction: float, expected: str) -> None:
    assert format_percent(fraction) == expected


def test_numbers_in_sentences_and_dates_take_the_digits_too() -> None:
    with use_language("ar", digits="local"):
        assert gettext("%(n)d %(m)s", n=12, m=3) == "١٢ ٣"
        assert format_time(dt.time(10, 4)).startswith("١٠:٠٤")
    with use_language("ar"):
        assert gettext("%(n)d", n=12) == "12"


def test_lists_and_weekdays_speak_the_language() -> None:
    with use_language("fr"):
        assert format_list(["Amina", "Ruth", "Grace"]) == "Amina, Ruth et Grace"
        assert weekday_name(0) == "lundi"
    assert format_list([]) == ""


def test_every_listed_language_writes_dates_and_numbers() -> None:
    for language in languages(shipped_only=False):
        with use_language(language):
            assert all(
                (format_date(DAY), format_date(DAY, "weekday"), format_number(5.5), format_percent(0.5))
            )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("١٢٫٥", "12.5"),
        ("۱۲۳", "123"),
        ("१४/०३", "14/03"),
        ("၁၂", "12"),
        ("1٬234", "1234"),
        ("１２", "12"),
        ("abc", "abc"),
        ("፲", "፲"),
        ("", ""),
    ],
)
def test_digits_of_any_script_become_ascii(text: str, expected: str) -> None:
    assert digits_to_ascii(text) == expected


@settings(deadline=None)  # the first of each language reads its catalog
@given(st.integers(0, 10**12), st.sampled_from(["ar", "ne"]))
def test_local_digits_come_back_as_the_same_number(number: int, tag: str) -> None:
    with use_language(tag, digits="local"):
        shown = gettext("%(n)d", n=number)
    assert int(digits_to_ascii(shown)) == number
