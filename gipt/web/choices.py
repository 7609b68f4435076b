"""Lists to choose from: countries, time zones, weekdays, months, in the language in use."""

import zoneinfo
from functools import lru_cache

from babel import Locale
from babel.core import get_global

from gipt.i18n import current_language, languages, week_order, weekday_name

Choices = list[tuple[str, str]]


def countries() -> Choices:
    """Give the countries by their name in the language in use."""
    # The codes are text; Babel types the keys of its tables loosely.
    names: dict[str, str] = dict(Locale.parse(current_language().formatting_locale).territories)
    found = [
        (code, names[code])
        for code in names
        if len(code) == 2 and code.isalpha() and code not in ("EU", "UN")
    ]
    return sorted(found, key=lambda pair: pair[1])


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return tuple(
        sorted(one for one in zoneinfo.available_timezones() if "/" in one and not one.startswith("Etc/"))
    )


def zones() -> Choices:
    """Give the time zones by their name."""
    return [(name, name.replace("_", " ")) for name in _zones()]


def zone_of(country: str) -> str | None:
    """Give the time zone of a country that has only one; None when there are several or none is known."""
    found = {zone for zone, place in get_global("zone_territories").items() if place == country}
    known = sorted(found & set(_zones()))
    return known[0] if len(known) == 1 else None


def language_choices() -> Choices:
    """Give the languages that gipt speaks."""
    return [(one.tag, one.name) for one in languages()]


def weekdays() -> Choices:
    """Give the weekdays (Monday 0) in the order of the reader's week."""
    return [(str(number), weekday_name(number)) for number in week_order()]


def months() -> list[str]:
    """Give the names of the twelve months."""
    names = Locale.parse(current_language().formatting_locale).months["stand-alone"]["wide"]
    return [names[number] for number in range(1, 13)]
