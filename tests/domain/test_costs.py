"""Amounts as people write them, currencies with and without decimals, what was paid in another currency."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.costs import (
    MOST_MINOR,
    Conversion,
    check_currency,
    convert,
    major_units,
    minor_digits,
    parse_amount,
    parse_rate,
)
from gipt.domain.problems import Invalid


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1250", "USD", 125_000),
        ("1,250", "USD", 125_000),
        ("1.250", "EUR", 125_000),
        ("1,250.50", "USD", 125_050),
        ("1.250,50", "EUR", 125_050),
        ("1 250,5", "EUR", 125_050),
        ("12,5", "EUR", 1_250),
        ("0.50", "USD", 50),
        ("1'250.05", "CHF", 125_005),
        ("2,500,000", "UGX", 2_500_000),
        ("1.250", "KWD", 1_250),
        ("1,250.500", "KWD", 1_250_500),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("", "USD", "not_an_amount"),
        ("ten", "USD", "not_an_amount"),
        ("0", "USD", "not_an_amount"),
        ("-5", "USD", "not_an_amount"),
        ("NaN", "USD", "not_an_amount"),
        ("1e99", "USD", "not_an_amount"),
        ("0.505", "USD", "too_fine"),
        ("12.5", "UGX", "too_fine"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_amount(text, currency)
    assert refused.value.details["reason"] == reason


@pytest.mark.parametrize(("currency", "digits"), [("UGX", 0), ("XOF", 0), ("KWD", 3), ("NPR", 2), ("USD", 2)])
def test_currencies_have_their_own_decimals(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@given(st.integers(1, MOST_MINOR), st.sampled_from(["USD", "UGX", "KWD"]))
def test_an_amount_written_out_is_read_back(minor: int, currency: str) -> None:
    # Three decimals are always written, so that no sign can be taken for one of thousands.
    assert parse_amount(f"{major_units(minor, currency):,f}", currency) == minor


@pytest.mark.parametrize(
    ("original", "ledger", "expected"),
    [
        (Conversion(100_00, "USD", Decimal("3700"), date(2026, 3, 1)), "UGX", 370_000),
        (Conversion(370_000, "UGX", Decimal("0.00027"), date(2026, 3, 1)), "USD", 99_90),
        (Conversion(1_000, "KWD", Decimal("3.25"), date(2026, 3, 1)), "USD", 3_25),
    ],
)
def test_what_was_paid_in_another_currency_is_turned_into_the_ledgers(
    original: Conversion, ledger: str, expected: int
) -> None:
    assert convert(original, ledger) == expected


def test_a_rate_keeps_its_decimals() -> None:
    assert parse_rate("0,00027") == Decimal("0.00027000")
    assert parse_rate("3.712") == Decimal("3.712")
    with pytest.raises(Invalid):
        parse_rate("-1")


def test_a_currency_has_three_letters() -> None:
    assert check_currency(" ugx ") == "UGX"
    with pytest.raises(Invalid):
        check_currency("shillings")
