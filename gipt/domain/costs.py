"""Costs: what they were for, amounts in minor units of one currency, hours of volunteers.

An amount is a whole number of the smallest unit of its currency (cents, or shillings where there are none). Sums
never mix currencies: what was paid in another one is turned into the ledger's at a rate that is kept with its day
(domain.md 5.5).
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from enum import StrEnum

from gipt.domain.problems import Invalid

# ISO 4217, currencies whose number of decimals is not two.
NO_DECIMALS = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
        *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
MOST_MINOR = 10**15
"""The largest amount taken, in minor units: a slip of the finger is larger."""
RATE_DECIMALS = 8


class CostScope(StrEnum):
    """What money was spent on; the first is direct delivery, all together are the full cost."""

    DELIVERY = "delivery"
    SCREENING = "screening"
    TRAINING = "training"
    SUPERVISION = "supervision"
    MANAGEMENT = "management"
    OTHER = "other"


DIRECT = frozenset({CostScope.DELIVERY})


@dataclass(frozen=True, slots=True)
class Conversion:
    """What an amount was before it was turned into the ledger's currency, at which rate of which day.

    `rate`: units of the ledger's currency for one unit of the original.
    """

    minor: int
    currency: str
    rate: Decimal
    rate_on: date


def minor_digits(currency: str) -> int:
    """Give the number of decimals of a currency (ISO 4217)."""
    return 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2


def check_currency(code: str, field: str = "currency") -> str:
    """Give the code in capitals; raise Invalid when it is no three-letter code."""
    kept = code.strip().upper()
    if not CURRENCY.fullmatch(kept):
        raise Invalid(field=field, reason="currency_code", value=kept[:8])
    return kept


def parse_amount(text: str, currency: str, field: str = "amount") -> int:
    """Give minor units of an amount such as `1,250.50`; raise Invalid when it is none, or not above 0.

    Blanks and thousands separators fall away; the last point or comma is the decimal sign when the digits after it
    are not three, or when the other sign stands before it.
    """
    digits = minor_digits(currency)
    value = parse_decimal(text, field, thousands=digits != 3)
    scaled = value.scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise Invalid(field=field, reason="too_fine", decimals=digits)
    return check_amount(int(scaled), field)


def check_amount(minor: int, field: str = "amount") -> int:
    """Give an amount in minor units; raise Invalid unless it is above 0 and sensible."""
    if not 0 < minor <= MOST_MINOR:
        raise Invalid(field=field, reason="not_an_amount")
    return minor


def parse_decimal(text: str, field: str, *, thousands: bool = True) -> Decimal:
    """Give a number above 0 as people write it; raise Invalid when it cannot be read."""
    plain = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    signs = re.sub(r"[^.,]", "", plain)
    decimal = ""
    if signs:
        last = plain.rfind(signs[-1])
        grouped = thousands and len(plain) - last - 1 == 3 and len(set(signs)) == 1 and plain[0] != "0"
        repeated = signs.count(signs[-1]) > 1
        decimal = "" if grouped or repeated else signs[-1]
    whole = "".join(sign for sign in plain if sign not in ".," or sign == decimal).replace(",", ".")
    try:
        value = Decimal(whole)
    except InvalidOperation as error:
        raise Invalid(field=field, reason="not_an_amount") from error
    if not value.is_finite() or value <= 0:
        raise Invalid(field=field, reason="not_an_amount")
    return value


def parse_rate(text: str, field: str = "rate") -> Decimal:
    """Give an exchange rate above 0 with at most 8 decimals; a point or a comma is the decimal sign."""
    value = parse_decimal(text, field, thousands=False)
    return value.quantize(Decimal(1).scaleb(-RATE_DECIMALS)) if value < 10**9 else refuse_rate(field)


def refuse_rate(field: str) -> Decimal:
    """Raise Invalid for a rate that no currency has."""
    raise Invalid(field=field, reason="not_an_amount")


def convert(original: Conversion, ledger: str) -> int:
    """Give the amount in minor units of the ledger's currency, rounded half to even."""
    value = Decimal(original.minor).scaleb(-minor_digits(original.currency)) * original.rate
    scaled = value.scaleb(minor_digits(ledger)).quantize(Decimal(1), ROUND_HALF_EVEN)
    return check_amount(int(scaled))


def major_units(minor: int, currency: str) -> Decimal:
    """Give an amount in whole units of its currency, with its decimals."""
    return Decimal(minor).scaleb(-minor_digits(currency))
