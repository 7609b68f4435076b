"""The figures of a report, worked out a second time by numpy, SciPy and statsmodels on generated programmes.

Nothing here calls the rules of gipt: who is counted is said again with arrays, the statistics are the libraries'.
Equal to 1e-9. Needs the extra `check`; a machine that demands it sets GIPT_REQUIRE_CHECK.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from gipt.domain.indicators import EnrolmentFact, ReportFacts, Tally
from gipt.domain.indicators.means import MeanChange
from gipt.domain.people import ExitType
from gipt.domain.statistics import critical_change, t_interval, t_quantile, wilson_interval
from gipt.reports import load_definition
from gipt.reports.counted import Counted
from gipt.reports.figures import count_facts
from tests.reports.programme import PERIOD, context, full_of_gaps

if os.environ.get("GIPT_TEST_DATABASE_URL"):
    pytest.skip("no database in it: once is enough", allow_module_level=True)
if not os.environ.get("GIPT_REQUIRE_CHECK"):
    pytest.importorskip("scipy")
    pytest.importorskip("statsmodels")

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

FULL = load_definition("full-data")
CHOICES = replace(context().choices, function_measure="whodas12@0-4")
EXACT = 1e-9
Array = Any
SIZES = [(seed, people) for seed, people in enumerate((12, 40, 90, 250, 400), start=1)]


@dataclass(frozen=True)
class Columns:
    """The people of a programme as columns, one place a person, by the first enrolment; nan is not known."""

    facts: ReportFacts
    first: list[EnrolmentFact]
    started: Array
    completed: Array
    dropped: Array
    pre: Array
    post: Array
    carried: Array
    screening: Array
    midline: Array
    function_pre: Array
    function_post: Array
    follow_up: Array
    attended: Array


def columns(facts: ReportFacts) -> Columns:
    """Read the facts anew: everything by numpy, enrolments of a person together."""
    persons = sorted({one.person for one in facts.enrolments})
    own = [
        sorted(
            (one for one in facts.enrolments if one.person == key),
            key=lambda one: (one.enrolled_on, one.enrolment),
        )
        for key in persons
    ]
    first = [rows[0] for rows in own]

    def total(read: Callable[[EnrolmentFact], float | None]) -> Array:
        return np.array([np.nan if (value := read(one)) is None else float(value) for one in first])

    latest_started = [next((one for one in reversed(rows) if one.attended), None) for rows in own]
    completed = np.array([any(one.attended >= one.threshold for one in rows) for rows in own])
    # Staying to the end with too few sessions explains nothing; every other end but dropping out does.
    other_exits = set(ExitType) - {ExitType.DROPPED_OUT, ExitType.COMPLETED}
    return Columns(
        facts=facts,
        first=first,
        started=np.array([any(one.attended > 0 for one in rows) for rows in own]),
        completed=completed,
        dropped=np.array([one is not None and one.exit not in other_exits for one in latest_started]) & ~completed,
        pre=total(lambda one: one.baseline and one.baseline.total),
        post=total(lambda one: one.endline and one.endline.total),
        carried=total(lambda one: one.last_valid),
        screening=total(lambda one: one.screening),
        midline=total(lambda one: one.midline),
        function_pre=total(lambda one: one.function_pre),
        function_post=total(lambda one: one.function_post),
        follow_up=total(lambda one: one.follow_ups[0].total if one.follow_ups else None),
        attended=total(lambda one: one.attended),
    )  # fmt: skip


@pytest.fixture(scope="module", params=SIZES, ids=[f"{people} people" for _, people in SIZES])
def both(request: pytest.FixtureRequest) -> tuple[Counted, Columns]:
    seed, people = request.param
    facts = full_of_gaps(people, seed)
    return count_facts(FULL, facts, PERIOD, CHOICES), columns(facts)


def known(*arrays: Array) -> Array:
    return np.logical_and.reduce([~np.isnan(one) for one in arrays])


def shares(c: Columns) -> dict[str, tuple[Array, Array]]:
    """Give numerator and denominator of each share about people, as masks."""
    paired = c.started & known(c.pre, c.post)
    case = paired & (c.pre >= 10)
    conservative = c.started & ~(c.pre < 10)
    # Carried forward: the endline, else the last score after the baseline, else the baseline itself.
    last = np.where(np.isnan(c.post), np.where(np.isnan(c.carried), c.pre, c.carried), c.post)
    scored = c.started & known(c.pre)
    carried = scored & (c.pre >= 10)
    function = c.started & known(c.function_pre, c.function_post)
    remission = case & (c.post < 5)
    followed = remission & known(c.follow_up)

    def change(
        name: str, mask: Callable[[Array, Array], Array], base: bool
    ) -> dict[str, tuple[Array, Array]]:
        with np.errstate(invalid="ignore"):
            met, met_last = mask(c.pre, c.post), mask(c.pre, last)
        sets = (case, conservative, carried) if base else (paired, c.started, scored)
        return {
            f"{name} observed": (met & sets[0], sets[0]),
            f"{name} conservative": (met & sets[0], sets[1]),
            f"{name} locf": (met_last & sets[2], sets[2]),
        }

    return {
        "I-04": (c.started, np.ones_like(c.started)),
        "I-05": (c.completed & c.started, c.started),
        "I-06": (c.dropped, c.started),
        "I-09": (c.started & known(c.post), c.started),
        "I-15": (function & (c.function_pre - c.function_post >= 1), function),
        "I-16": (followed & (c.follow_up < 5), followed),
        "I-16-C": (followed, remission),
        **change("I-11", lambda pre, post: (pre > 0) & (post <= pre / 2), base=True),
        **change("I-12", lambda pre, post: post < 5, base=True),
        **change("I-13", lambda pre, post: post < 10, base=True),
        **change("I-14a", lambda pre, post: pre - post >= 6, base=False),
        **change("I-14b", lambda pre, post: post - pre >= 6, base=False),
    }


def counted_shares(counted: Counted) -> dict[str, Tally]:
    found = {code: tally for code, tally in counted.tallies.items() if tally.denominator_set is not None}
    return found | {f"{code} {which.value}": tally for (code, which), tally in counted.by_set.items()}


def test_every_share_about_people_and_its_interval_are_those_of_statsmodels(
    both: tuple[Counted, Columns],
) -> None:
    counted, c = both
    ours = counted_shares(counted)
    for name, (above, below) in shares(c).items():
        assert (ours[name].numerator, ours[name].denominator) == (above.sum(), below.sum()), name
        check_interval(ours[name], int(above.sum()), int(below.sum()))


def check_interval(tally: Tally, above: int, below: int) -> None:
    """Compare share and Wilson interval."""
    if not below:
        assert tally.interval is None
        return
    low, high = proportion_confint(above, below, alpha=0.05, method="wilson")
    assert tally.interval is not None
    assert tally.value == pytest.approx(above / below, abs=EXACT)
    assert (tally.interval.low, tally.interval.high) == pytest.approx((low, high), abs=EXACT)


def test_every_other_share_is_counted_alike(both: tuple[Counted, Columns]) -> None:
    """Screenings, attendances, sessions, episodes and referrals."""
    counted, c = both
    facts, ours = c.facts, counted.tallies
    # Everybody was screened once in these programmes.
    complete = [one for one in facts.screenings if one.complete]
    enrolled = {one.person for one in facts.enrolments}
    came = [one for one in facts.enrolments if one.attended]
    held = [one for one in facts.sessions if one.status.value == "held"]
    off = np.array([abs((one.held_on - one.due_on).days) for one in held if one.held_on])
    expected = {
        "I-02": (sum(bool(one.positive) for one in complete), len(complete)),
        "I-03": (
            len({one.person for one in complete if one.eligible} & enrolled),
            sum(one.eligible for one in complete),
        ),
        "I-07": (sum(one.attended for one in came), sum(one.expected for one in came)),
        "I-17": (len(held), len(facts.sessions)),
        "I-18": (int((off <= 2).sum()), len(off)),
        "I-21": (
            sum(one.in_time is True for one in facts.safety), sum(one.in_time is not None for one in facts.safety),
        ),
        "I-22": (sum(one.arrived is True for one in facts.referrals), len(facts.referrals)),
    }  # fmt: skip
    for code, (above, below) in expected.items():
        assert (ours[code].numerator, ours[code].denominator) == (above, below), code
        check_interval(ours[code], above, below)


def pairs(c: Columns) -> dict[str, tuple[Array, Array]]:
    """Give the two scores of each mean change."""
    both_ends = c.started & known(c.pre, c.post)
    last = np.where(np.isnan(c.post), np.where(np.isnan(c.carried), c.pre, c.carried), c.post)
    wanted = {
        "observed": (both_ends, c.pre, c.post),
        "locf": (c.started & known(c.pre), c.pre, last),
        "screening": (both_ends & known(c.screening), c.screening, c.pre),
        "midline": (both_ends & known(c.midline), c.pre, c.midline),
        "function": (c.started & known(c.function_pre, c.function_post), c.function_pre, c.function_post),
    }
    return {name: (one[mask], other[mask]) for name, (mask, one, other) in wanted.items()}


def test_every_mean_change_is_that_of_scipy(both: tuple[Counted, Columns]) -> None:
    counted, c = both
    wanted = pairs(c)
    assert wanted.keys() == counted.means.keys()
    for name, (pre, post) in wanted.items():
        check_change(counted.means[name], pre, post)


def check_change(ours: MeanChange, pre: Array, post: Array) -> None:
    """Compare n, means, spreads, t interval, d, g and their interval."""
    change, n = ours.change, len(pre)
    assert change.n == n
    if n < 3:
        return
    difference = pre - post
    assert change.mean_pre == pytest.approx(pre.mean(), abs=EXACT)
    assert change.mean_post == pytest.approx(post.mean(), abs=EXACT)
    assert change.sd_pre == pytest.approx(np.std(pre, ddof=1), abs=EXACT)
    assert change.sd_post == pytest.approx(np.std(post, ddof=1), abs=EXACT)
    assert change.mean_change == pytest.approx(difference.mean(), abs=EXACT)
    assert change.sd_change == pytest.approx(np.std(difference, ddof=1), abs=EXACT)
    paired = stats.ttest_rel(pre, post).confidence_interval(0.95)
    by_statsmodels = DescrStatsW(difference).tconfint_mean(alpha=0.05)
    assert change.change_interval is not None
    ends = (change.change_interval.low, change.change_interval.high)
    assert ends == pytest.approx((paired.low, paired.high), abs=EXACT)
    assert ends == pytest.approx(by_statsmodels, abs=EXACT)
    r = stats.pearsonr(pre, post).statistic
    d = difference.mean() / np.sqrt((np.var(pre, ddof=1) + np.var(post, ddof=1)) / 2)
    g = (1 - 3 / (4 * (n - 1) - 1)) * d
    half = stats.norm.ppf(0.975) * np.sqrt((1 / n + d**2 / (2 * n)) * 2 * (1 - r)) * g / d
    assert change.correlation == pytest.approx(r, abs=EXACT)
    assert change.d_av == pytest.approx(d, abs=EXACT)
    assert change.g_av == pytest.approx(g, abs=EXACT)
    assert change.g_av_interval is not None
    assert (change.g_av_interval.low, change.g_av_interval.high) == pytest.approx(
        (g - half, g + half), abs=EXACT
    )


def test_change_by_sessions_attended_is_that_of_each_part(both: tuple[Counted, Columns]) -> None:
    counted, c = both
    paired = c.started & known(c.pre, c.post)
    assert [part.attended for part in counted.doses] == sorted(set(c.attended[c.started].astype(int)))
    for part in counted.doses:
        inside = paired & (c.attended == part.attended)
        difference = c.pre[inside] - c.post[inside]
        assert part.change.n == inside.sum()
        if inside.sum() > 2:
            ends = stats.t.interval(0.95, len(difference) - 1, difference.mean(), stats.sem(difference))
            assert part.change.change_interval is not None
            own = (part.change.change_interval.low, part.change.change_interval.high)
            assert own == pytest.approx(ends, abs=EXACT)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_quantiles_are_those_of_scipy(level: float) -> None:
    tail = (1 + level) / 2
    for df in (*range(1, 61), 120, 500, 999, 1000, 1001, 5000, 100_000):
        assert t_quantile(tail, df) == pytest.approx(stats.t.ppf(tail, df), abs=EXACT), df
    assert critical_change(5.5, 0.84, level) == pytest.approx(
        stats.norm.ppf(tail) * np.sqrt(2) * 5.5 * np.sqrt(1 - 0.84), abs=EXACT
    )


def test_intervals_of_every_small_share_and_of_a_small_mean_are_those_of_the_libraries() -> None:
    for n in range(1, 41):
        for count in range(n + 1):
            found = wilson_interval(count, n)
            assert found is not None
            expected = proportion_confint(count, n, method="wilson")
            assert (found.low, found.high) == pytest.approx(expected, abs=EXACT)
    values = (3, 8, 1, 9)
    found = t_interval(values)
    assert found is not None
    expected = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert (found.low, found.high) == pytest.approx(expected, abs=EXACT)
