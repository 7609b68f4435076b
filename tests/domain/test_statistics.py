"""Statistics against published tables, closed forms and the worked example."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain import statistics
from gipt.domain.statistics import (
    Interval,
    critical_change,
    hedges_j,
    mean,
    normal_quantile,
    paired_change,
    reliable_change_index,
    standard_deviation,
    standard_error,
    t_interval,
    t_quantile,
    t_upper_tail,
    wilson_interval,
)

PRE = (16, 14, 19, 12, 17, 21, 10, 15)
POST = (7, 9, 11, 4, 6, 18, 3, 10)
GOLDEN = paired_change(PRE, POST)


def ends(interval: Interval | None) -> tuple[float, float]:
    assert interval is not None
    return interval.low, interval.high


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mean_pre", 15.5),
        ("sd_pre", 3.586),
        ("mean_post", 8.5),
        ("sd_post", 4.751),
        ("mean_change", 7.0),
        ("sd_change", 2.563),
        ("se_change", 0.906),
        ("correlation", 0.847),
        ("d_z", 2.731),
        ("d_av", 1.663),
        ("d_pre", 1.952),
        ("hedges_j", 0.889),
        ("g_av", 1.478),
    ],
)
def test_the_worked_example_to_three_decimals(name: str, expected: float) -> None:
    assert round(getattr(GOLDEN, name), 3) == expected


def test_the_intervals_of_the_worked_example() -> None:
    assert ends(GOLDEN.change_interval) == pytest.approx((4.857, 9.143), abs=5e-4)
    assert ends(GOLDEN.g_av_interval) == pytest.approx((0.952, 2.004), abs=5e-4)


def test_no_effect_size_is_shown_below_ten_people() -> None:
    assert not GOLDEN.effect_size_may_be_shown
    assert paired_change(PRE + PRE, POST + POST).effect_size_may_be_shown


def test_change_of_a_measure_where_higher_is_better_is_turned_round() -> None:
    assert paired_change([20, 40], [60, 60], higher_is_worse=False).mean_change == 30
    assert paired_change(POST, PRE, higher_is_worse=False).d_av == pytest.approx(GOLDEN.d_av)


@pytest.mark.parametrize(
    ("df", "expected"),
    [(1, 12.706), (2, 4.303), (5, 2.571), (7, 2.365), (9, 2.262), (29, 2.045), (40, 2.021), (120, 1.980)],
)
def test_t_agrees_with_the_printed_table(df: int, expected: float) -> None:
    assert round(t_quantile(0.975, df), 3) == expected


def test_t_with_endless_degrees_of_freedom_is_the_normal() -> None:
    assert t_quantile(0.975, math.inf) == pytest.approx(1.959963984540054, abs=1e-12)


@pytest.mark.parametrize("p", [0.5, 0.51, 0.6, 0.9, 0.975, 0.995, 0.9999])
def test_t_agrees_with_its_closed_forms(p: float) -> None:
    two = (2 * p - 1) * math.sqrt(2 / (4 * p * (1 - p)))
    root = math.sqrt(4 * p * (1 - p))
    four = math.sqrt(max(0.0, 4 * (math.cos(math.acos(root) / 3) / root - 1)))
    assert t_quantile(p, 1) == pytest.approx(math.tan(math.pi * (p - 0.5)), rel=1e-10, abs=1e-12)
    assert t_quantile(p, 2) == pytest.approx(two, rel=1e-10, abs=1e-12)
    assert t_quantile(p, 4) == pytest.approx(four, rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("p", [0.6, 0.9, 0.975, 0.995, 0.9999])
def test_both_ways_to_t_meet_where_they_change_over(p: float) -> None:
    below = t_quantile(p, 999)
    by_series = statistics._t_by_expansion(normal_quantile(p), 999)
    assert by_series == pytest.approx(below, abs=1e-10)


@given(st.floats(0.5001, 0.9999), st.integers(1, 999))
def test_the_quantile_is_the_inverse_of_the_tail(p: float, df: int) -> None:
    assert t_upper_tail(t_quantile(p, df), df) == pytest.approx(1 - p, abs=1e-12)


@given(st.floats(0.01, 0.49), st.integers(1, 2000))
def test_t_is_symmetrical(p: float, df: int) -> None:
    assert t_quantile(p, df) == pytest.approx(-t_quantile(1 - p, df), rel=1e-9)


@pytest.mark.parametrize(("p", "df"), [(0, 5), (1, 5), (0.5, 0), (1.2, 3)])
def test_a_quantile_that_does_not_exist_is_an_error(p: float, df: float) -> None:
    with pytest.raises(ValueError, match="t_quantile"):
        t_quantile(p, df)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(4, 12, 13.8, 60.9), (4, 8, 21.5, 78.5), (29, 31, 79.3, 98.2)],
    ids=["conservative", "observed", "ethiopia_29_of_31"],
)
def test_wilson_intervals_of_the_worked_example(count: int, n: int, low: float, high: float) -> None:
    found = ends(wilson_interval(count, n))
    assert (round(100 * found[0], 1), round(100 * found[1], 1)) == (low, high)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_wilson_interval_holds_its_share_and_stays_between_none_and_all(pair: tuple[int, int]) -> None:
    count, n = pair
    low, high = ends(wilson_interval(count, n))
    assert 0 <= low <= count / n <= high <= 1
    assert low < high


def test_nothing_is_said_about_nobody() -> None:
    assert wilson_interval(0, 0) is None
    assert mean([]) is None
    empty = paired_change([], [])
    assert (empty.n, empty.mean_change, empty.g_av, empty.change_interval) == (0, None, None, None)


def test_one_person_has_a_change_but_no_spread() -> None:
    one = paired_change([12], [5])
    assert (one.n, one.mean_change, one.sd_change, one.change_interval, one.g_av) == (1, 7, None, None, None)


def test_scores_that_do_not_vary_have_no_effect_size() -> None:
    same = paired_change([10, 10, 10], [5, 5, 5])
    assert (same.mean_change, same.sd_change, same.correlation) == (5, 0, None)
    assert (same.d_av, same.d_pre, same.d_z, same.g_av, same.g_av_interval) == (None, None, None, None, None)


def test_lists_of_unequal_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired_change([1, 2], [1])


@given(st.lists(st.integers(0, 27), min_size=2, max_size=40))
def test_the_interval_lies_evenly_around_the_mean(values: list[int]) -> None:
    low, high = ends(t_interval(values))
    assert (low + high) / 2 == pytest.approx(mean(values), abs=1e-9)
    spread, error = standard_deviation(values), standard_error(values)
    assert spread is not None
    assert error == pytest.approx(spread / math.sqrt(len(values)))


def test_hedges_correction_needs_two_people() -> None:
    assert hedges_j(0) is None
    assert hedges_j(7) == pytest.approx(1 - 3 / 27)


def test_a_change_beyond_the_critical_one_has_an_index_beyond_196() -> None:
    critical = critical_change(sd=5.5, reliability=0.85)
    assert critical == pytest.approx(5.904, abs=5e-4)
    assert reliable_change_index(20, 20 - critical, 5.5, 0.85) == pytest.approx(-1.959964, abs=1e-6)
