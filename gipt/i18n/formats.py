"""Dates, times, numbers and percentages as the readers of a language write them, through Babel only.

Figures are rounded half up, as people do by hand. Digits are Latin, dates Gregorian and hours those of the usual clock
unless the programme or the person chose otherwise (`current_style`). Other calendars keep the language's order of
weekday, day, month and year.
"""

import copy
import datetime as dt
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates, lists
from babel.numbers import NumberPattern

from gipt.calendars import CalendarKind, ethiopian_clock, month_name, to_local
from gipt.domain.problems import Invalid
from gipt.i18n.current import ETHIOPIAN_CLOCK, LOCAL, current_digits, current_language, current_style

LOCAL_DIGITS = {
    "arab": str.maketrans("0123456789.,%", "٠١٢٣٤٥٦٧٨٩٫٬٪"),
    "arabext": str.maketrans("0123456789.,%", "۰۱۲۳۴۵۶۷۸۹٫٬٪"),
    "deva": str.maketrans("0123456789", "०१२३४५६७८९"),
    "beng": str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯"),
    "mymr": str.maketrans("0123456789", "၀၁၂၃၄၅၆၇၈၉"),
}
ONLY_DIGITS = {name: {code: table[code] for code in range(48, 58)} for name, table in LOCAL_DIGITS.items()}
WIDTHS = frozenset({"short", "medium", "long", "full"})
SKELETONS = {"weekday": "MMMEd", "day": "MMMd", "month": "yMMMM", "weekday_long": "MMMMEEEEd"}
"""Own widths: `weekday` "Wed 14 Oct", `day` "14 Oct", `month` "October 2026", `weekday_long` in words."""


def current_locale() -> Locale:
    """Give the Babel locale (perhaps a stand-in) of the language in use."""
    return Locale.parse(current_language().formatting_locale)


def format_date(value: dt.date, width: str = "medium") -> str:
    """Write a date in the reader's calendar; `width` is short, medium, long, full or one of SKELETONS.

    `month` names a month of the Gregorian calendar, by which reports are made, whatever the reader's.
    """
    return write_date(value, current_style().calendar, width)


def write_date(value: dt.date, calendar: CalendarKind, width: str = "medium") -> str:
    """Write a date in a calendar; in the Gregorian one where the calendar's table does not reach it."""
    spoken = current_language()
    text = ""
    if calendar is not CalendarKind.GREGORIAN and width != "month":
        day = value.date() if isinstance(value, dt.datetime) else value
        text = written_elsewhere(day, calendar, width, spoken.tag, spoken.formatting_locale)
    return local_digits(text or written_date(value, width, spoken.formatting_locale))


OTHER_SKELETONS = {
    **SKELETONS,
    "short": "yMMMd",
    "medium": "yMMMd",
    "long": "yMMMMd",
    "full": "yMMMMEEEEd",
}
"""Widths in other calendars; a short date has its month in words too, for 2/4 would be read in the wrong calendar."""


@lru_cache(maxsize=4096)
def written_elsewhere(value: dt.date, calendar: CalendarKind, width: str, tag: str, locale: str) -> str:
    """Write a date of another calendar in the locale's own order; empty outside the calendar's table."""
    try:
        found = to_local(value, calendar)
    except Invalid:
        return ""
    known = Locale.parse(locale)
    skeleton = OTHER_SKELETONS[width if width in OTHER_SKELETONS else checked_width(width)]
    best = dates.match_skeleton(skeleton, known.datetime_skeletons) or "yMMMd"
    names = known.days["format"]["wide" if "EEEE" in skeleton else "abbreviated"]
    fields = {
        "y": str(found.year),
        "M": month_name(calendar, found.month, tag),
        "d": str(found.day),
        "E": names[value.weekday()],
    }
    fields["L"], fields["c"] = fields["M"], fields["E"]
    return "".join(
        fields[part[0]] if kind == "field" else str(part)
        for kind, part in dates.tokenize_pattern(str(known.datetime_skeletons[best]))
    )


@lru_cache(maxsize=4096)
def written_date(value: dt.date, width: str, locale: str) -> str:
    """Write a date by a locale's rules; a page names the same few days again and again."""
    if width in SKELETONS:
        return str(dates.format_skeleton(SKELETONS[width], value, locale=locale))
    return str(dates.format_date(value, checked_width(width), locale=locale))


def format_time(
    value: dt.time | dt.datetime, width: str = "short", *, zone: str | dt.tzinfo | None = None
) -> str:
    """Write a time of day by the reader's clock; an aware datetime is moved to `zone` first."""
    if isinstance(value, dt.datetime):
        value = in_zone(value, zone).time()
    if current_style().clock == ETHIOPIAN_CLOCK:
        return ethiopian_time(value)
    return usual_time(value, width)


def usual_time(value: dt.time, width: str = "short") -> str:
    """Write a time of day by the usual clock, as it is typed into forms."""
    return local_digits(
        dates.format_time(value.replace(tzinfo=None), checked_width(width), locale=current_locale())
    )


def ethiopian_time(value: dt.time) -> str:
    """Write a time of day by the Ethiopian clock, which counts from six: 09:00 is 3:00 of the day."""
    from gipt.i18n.messages import pgettext  # messages write their figures with this module

    hour, minute, day = ethiopian_clock(value)
    time = local_digits(f"{hour}:{minute:02d}")
    if day:
        return pgettext("ethiopian_clock", "%(time)s day", time=time)
    return pgettext("ethiopian_clock", "%(time)s night", time=time)


def format_datetime(value: dt.datetime, width: str = "medium", *, zone: str | dt.tzinfo | None = None) -> str:
    """Write a date with its time of day; an aware datetime is moved to `zone` first."""
    here, style = in_zone(value, zone).replace(tzinfo=None), current_style()
    if style.calendar is CalendarKind.GREGORIAN and style.clock != ETHIOPIAN_CLOCK:
        return local_digits(dates.format_datetime(here, checked_width(width), locale=current_locale()))
    pattern = str(current_locale().datetime_formats[checked_width(width)]).replace("'", "")
    time = format_time(here.time(), "short" if width == "short" else "medium")
    return pattern.replace("{1}", format_date(here.date(), width)).replace("{0}", time)


def in_zone(value: dt.datetime, zone: str | dt.tzinfo | None) -> dt.datetime:
    """Move an aware datetime to a zone (an IANA name or tzinfo); without one it stays as it is."""
    if zone is None or value.tzinfo is None:
        return value
    return value.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def checked_width(width: str) -> str:
    """Give a width that Babel knows; raise ValueError for others, which Babel takes as patterns."""
    if width not in WIDTHS:
        raise ValueError(f"width {width!r}")
    return width


def weekday_name(number: int, width: str = "wide") -> str:
    """Give the name of a weekday, Monday is 0; `width` is wide, abbreviated or narrow (one letter)."""
    return str(current_locale().days["stand-alone"][width][number])


def week_order() -> tuple[int, ...]:
    """Give the weekdays (Monday 0) in the order of the reader's week."""
    first = current_style().first_weekday
    return tuple((first + day) % 7 for day in range(7))


def format_number(value: float | Decimal, places: int | None = None) -> str:
    """Write a number with the language's separators and `places` decimals, else as many as it has (≤ 3)."""
    pattern = current_locale().decimal_formats[None]
    return apply_pattern(pattern, value, places, at_most=3)


def format_percent(fraction: float | Decimal, places: int = 0) -> str:
    """Write a fraction (0.417) as a percentage (42 %, or 41.7 % with one place)."""
    return apply_pattern(current_locale().percent_formats[None], fraction, places, at_most=places, shift=2)


def apply_pattern(
    pattern: NumberPattern, value: float | Decimal, places: int | None, *, at_most: int, shift: int = 0
) -> str:
    """Write a value by a CLDR pattern with fixed places; `shift` is 2 where it multiplies by 100."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if not exact.is_finite():
        return "–"
    wanted = at_most if places is None else places
    rounded = exact.quantize(Decimal(1).scaleb(-wanted - shift), rounding=ROUND_HALF_UP)
    own = copy.copy(pattern)
    own.frac_prec = (0 if places is None else places, wanted)
    return local_digits(own.apply(rounded, current_locale(), numbering_system="latn"), signs=True)


def format_list(items: Sequence[str]) -> str:
    """Join items as the language does: "Amina, Ruth and Grace"."""
    return lists.format_list(list(items), locale=current_locale())


def local_digits(text: str, *, signs: bool = False) -> str:
    """Write digits in the language's script if the programme wants it, with `signs` separators too."""
    if current_digits() != LOCAL:
        return text
    tables = LOCAL_DIGITS if signs else ONLY_DIGITS
    table = tables.get(current_language().digits)
    return text.translate(table) if table else text


def digits_to_ascii(text: str) -> str:
    """Give text with every decimal digit of any script as 0-9, and the Arabic decimal sign as a point.

    Arabic thousands separators fall away; Ethiopic numerals have no zero and no places and stay as they are.
    """
    text = text.replace("٫", ".").replace("٬", "")
    foreign = {ord(sign): str(unicodedata.decimal(sign)) for sign in set(text) if sign.isdecimal()}
    return text.translate(foreign)
