"""The statistics of a report, without a library.

Lives here: mean, spread, t and Wilson intervals, paired change with its effect sizes, reliable change index.
Does not live here: who is counted and which outcome (`gipt.domain.outcomes`). Formulas and their sources:
domain.md 5.4.2. No p-values on purpose.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

LEAST_N_FOR_EFFECT_SIZE = 10  # below this a report says "n too small" instead of d and its interval
LEVEL = 0.95

_SERIES_FROM_DF = (
    1000  # here the expansion is exact to 1e-13 and the continued fraction begins to lose digits
)
_TINY = 1e-300
_EPSILON = 1e-16


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends of a confidence interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PairedChange:
    """Change from first to second score of the same n people; positive `mean_change` = better.

    None where n is too small or nothing varies. `d_av` divides by the mean of both variances and is the one
    to print, as `g_av` with Hedges' correction; `d_pre` compares programmes; `d_z` is inflated when scores
    correlate and is never a headline.
    """

    n: int
    mean_pre: float | None
    sd_pre: float | None
    mean_post: float | None
    sd_post: float | None
    mean_change: float | None
    sd_change: float | None
    se_change: float | None
    change_interval: Interval | None
    correlation: float | None
    d_av: float | None
    d_pre: float | None
    d_z: float | None
    hedges_j: float | None
    g_av: float | None
    g_av_interval: Interval | None

    @property
    def effect_size_may_be_shown(self) -> bool:
        return self.n >= LEAST_N_FOR_EFFECT_SIZE and self.g_av is not None


def mean(values: Sequence[float]) -> float | None:
    """Give the mean; None for no values."""
    return math.fsum(values) / len(values) if values else None


def standard_deviation(values: Sequence[float]) -> float | None:
    """Give the sample standard deviation (n - 1); None below two values."""
    middle = mean(values)
    if middle is None or len(values) < 2:
        return None
    return math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def standard_error(values: Sequence[float]) -> float | None:
    """Give the standard error of the mean; None below two values."""
    spread = standard_deviation(values)
    return None if spread is None else spread / math.sqrt(len(values))


def t_interval(values: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Give the confidence interval of the mean by Student's t; None below two values."""
    middle, error = mean(values), standard_error(values)
    if middle is None or error is None:
        return None
    half = t_quantile((1 + level) / 2, len(values) - 1) * error
    return Interval(middle - half, middle + half)


def wilson_interval(count: int, n: int, level: float = LEVEL) -> Interval | None:
    """Give Wilson's score interval of a proportion, as fractions of 1; None for n = 0.

    Source: Wilson 1927, J Am Stat Assoc 22:209.
    """
    if n == 0:
        return None
    z = normal_quantile((1 + level) / 2)
    share, square = count / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return Interval(
        0.0 if count == 0 else max(0.0, middle - half), 1.0 if count == n else min(1.0, middle + half)
    )


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Give Pearson's r; None when either does not vary. Raises ValueError for unequal lengths."""
    mean_first, mean_second = mean(first), mean(second)
    if mean_first is None or mean_second is None:
        return None
    pairs = [(a - mean_first, b - mean_second) for a, b in zip(first, second, strict=True)]
    spread = math.sqrt(math.fsum(a * a for a, _ in pairs) * math.fsum(b * b for _, b in pairs))
    return None if spread == 0 else math.fsum(a * b for a, b in pairs) / spread


def hedges_j(df: int) -> float | None:
    """Give Hedges' correction for small samples, 1 - 3 / (4 * df - 1); None for df < 1."""
    return None if df < 1 else 1 - 3 / (4 * df - 1)


def paired_change(
    pre: Sequence[float], post: Sequence[float], higher_is_worse: bool = True, level: float = LEVEL
) -> PairedChange:
    """Give the change of n people with both scores, `pre` and `post` in the same order.

    The interval of g uses var(d) = (1/n + d^2 / 2n) * 2 * (1 - r), a large-sample approximation.
    """
    sign = 1 if higher_is_worse else -1
    changes = [sign * (a - b) for a, b in zip(pre, post, strict=True)]
    n, change, sd_change = len(changes), mean(changes), standard_deviation(changes)
    sd_pre, sd_post, r = standard_deviation(pre), standard_deviation(post), correlation(pre, post)
    sd_av = None if sd_pre is None or sd_post is None else math.sqrt((sd_pre**2 + sd_post**2) / 2)
    d_av, j = _ratio(change, sd_av), hedges_j(n - 1)
    g_av = None if d_av is None or j is None else j * d_av
    return PairedChange(
        n=n,
        mean_pre=mean(pre),
        sd_pre=sd_pre,
        mean_post=mean(post),
        sd_post=sd_post,
        mean_change=change,
        sd_change=sd_change,
        se_change=standard_error(changes),
        change_interval=t_interval(changes, level),
        correlation=r,
        d_av=d_av,
        d_pre=_ratio(change, sd_pre),
        d_z=_ratio(change, sd_change),
        hedges_j=j,
        g_av=g_av,
        g_av_interval=_g_interval(d_av, j, r, n, level),
    )


def reliable_change_index(pre: float, post: float, sd: float, reliability: float) -> float:
    """Give (post - pre) / (sqrt(2) * sd * sqrt(1 - reliability)); beyond +-1.96 exceeds measurement error.

    Source: Jacobson and Truax 1991, J Consult Clin Psychol 59:12. `sd` and `reliability` come from a
    reference sample, are printed with the figure, and are never computed from a programme's few people.
    """
    return (post - pre) / (math.sqrt(2) * sd * math.sqrt(1 - reliability))


def critical_change(sd: float, reliability: float, level: float = LEVEL) -> float:
    """Give the smallest change, in points, that exceeds measurement error."""
    return normal_quantile((1 + level) / 2) * math.sqrt(2) * sd * math.sqrt(1 - reliability)


def normal_quantile(p: float) -> float:
    """Give z with P(Z <= z) = p, for 0 < p < 1."""
    return NormalDist().inv_cdf(p)


@lru_cache(maxsize=512)
def t_quantile(p: float, df: float) -> float:
    """Give t with P(T <= t) = p for Student's t with `df` degrees of freedom; infinity is the normal.

    Exact to about 1e-10. Below df 1000 by bisection of the incomplete beta function, above by the
    Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5).
    """
    if not (0 < p < 1 and df > 0):
        raise ValueError("t_quantile needs 0 < p < 1 and df > 0")
    if p == 0.5:
        return 0.0
    if p < 0.5:
        return -_t_of_upper_tail(p, df)
    return _t_of_upper_tail(1 - p, df)


def _t_of_upper_tail(tail: float, df: float) -> float:
    if df >= _SERIES_FROM_DF:
        return _t_by_expansion(-normal_quantile(tail), df)
    low, high = 0.0, 1.0
    while t_upper_tail(high, df) > tail:
        low, high = high, high * 2
    while True:
        middle = (low + high) / 2
        if not low < middle < high:
            return middle
        if t_upper_tail(middle, df) > tail:
            low = middle
        else:
            high = middle


def _t_by_expansion(z: float, df: float) -> float:
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / df**power for power, term in enumerate(terms, start=1))


def t_upper_tail(t: float, df: float) -> float:
    """Give P(T > t) for t >= 0 and finite df."""
    square = t * t
    return 0.5 * _incomplete_beta(df / 2, 0.5, df / (df + square), square / (df + square))


def _incomplete_beta(a: float, b: float, x: float, y: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b); y = 1 - x is passed to keep its digits."""
    if x <= 0 or y <= 0:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(y))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, y) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Give the continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value, m = d, 0
    while True:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 / _not_zero(1 + step * d)
            c = _not_zero(1 + step / c)
            value *= d * c
        if abs(d * c - 1) < 4 * _EPSILON or m > 10_000:
            return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _ratio(top: float | None, bottom: float | None) -> float | None:
    return None if top is None or bottom is None or bottom == 0 else top / bottom


def _g_interval(d: float | None, j: float | None, r: float | None, n: int, level: float) -> Interval | None:
    if d is None or j is None or r is None:
        return None
    variance = (1 / n + d * d / (2 * n)) * 2 * max(0.0, 1 - r)
    half = normal_quantile((1 + level) / 2) * j * math.sqrt(variance)
    return Interval(j * d - half, j * d + half)
