"""Indicators I-21 and I-22: counts about safety and referrals, never a row per event (domain.md 5.2)."""

from collections.abc import Iterable, Sequence

from gipt.domain.indicators.facts import EnrolmentFact, ReferralFact, SafetyFact, ScreeningFact
from gipt.domain.indicators.tally import Entry, Tally, Unit
from gipt.domain.periods import Period

UNTRIAGED = "unknown"
LEVELS = ("1", "2", "3", UNTRIAGED)


def opened(episodes: Iterable[SafetyFact], period: Period) -> Tally:
    """Count the safety episodes opened in the period, by level."""
    entries = tuple(
        Entry(one.site, None, 1, 0, group=level_code(one)) for one in episodes if period.holds(one.opened_on)
    )
    return Tally("I-21", Unit.EPISODES, "episodes", entries, rules=("episodes",))


def handled_in_time(episodes: Iterable[SafetyFact], period: Period) -> Tally:
    """Count I-21: episodes acknowledged within the limit, of those whose limit has passed or was met."""
    inside = [one for one in episodes if period.holds(one.opened_on)]
    entries = tuple(
        Entry(one.site, None, int(one.in_time), 1, group=level_code(one))
        for one in inside
        if one.in_time is not None
    )
    return Tally(
        "I-21", Unit.EPISODES, "in_time", entries, "clocked_episodes", "late_episodes",
        missing_set="clock_running", missing=len(inside) - len(entries), rules=("in_time",), sensitive=True,
    )  # fmt: skip


def referral_completion(referrals: Iterable[ReferralFact], period: Period) -> Tally:
    """Count I-22: referrals of which the person arrived, of all that were given."""
    inside = [one for one in referrals if period.holds(one.given_on)]
    entries = tuple(Entry(one.site, None, int(one.arrived is True), 1) for one in inside)
    return Tally(
        "I-22", Unit.REFERRALS, "arrived", entries, "referred", "not_arrived",
        missing_set="arrival_unknown", missing=sum(one.arrived is None for one in inside),
        rules=("referral",), sensitive=True,
    )  # fmt: skip


def safety_unknown(rows: Sequence[EnrolmentFact], screenings: Sequence[ScreeningFact]) -> int:
    """Give how many scores came in as a total without answers, so that the safety item is not known."""
    scores = [score for one in rows for score in (one.baseline, one.endline, *one.follow_ups) if score]
    return sum(score.totals_only for score in scores) + sum(one.totals_only for one in screenings)


def level_code(one: SafetyFact) -> str:
    """Give the level as a code; an episode that nobody has triaged has its own."""
    return UNTRIAGED if one.level is None else str(int(one.level))
