"""Means stand only where no few people can be worked out of them by subtraction."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.disclosure_means import means_that_may_stand


def crowd(first: int, last: int) -> frozenset[str]:
    return frozenset(str(number) for number in range(first, last))


@pytest.mark.parametrize(
    ("populations", "stand"),
    [
        ([("observed", crowd(0, 54)), ("locf", crowd(0, 59))], {"observed"}),
        ([("observed", crowd(0, 54)), ("locf", crowd(0, 64))], {"observed", "locf"}),
        ([("observed", crowd(0, 54)), ("locf", crowd(0, 54))], {"observed", "locf"}),
        ([("observed", crowd(0, 9)), ("locf", crowd(0, 12))], {"locf"}),
        ([("observed", frozenset())], set()),
        # Of 40 people 20 came 8 times and 15 seven times: the five others would be told by subtraction.
        ([("all", crowd(0, 40)), ("8", crowd(0, 20)), ("7", crowd(20, 35))], {"all", "8"}),
        ([("all", crowd(0, 45)), ("8", crowd(0, 20)), ("7", crowd(20, 35))], {"all", "8", "7"}),
        # Two that leave out nearly the same people, both far enough from all.
        ([("all", crowd(0, 60)), ("a", crowd(0, 40)), ("b", crowd(3, 43))], {"all", "a"}),
    ],
    ids=[
        "five carried",
        "ten carried",
        "nobody carried",
        "too few",
        "nobody",
        "rest of dose",
        "dose",
        "overlap",
    ],
)
def test_a_mean_stands_where_nobody_can_subtract_few(
    populations: list[tuple[str, frozenset[str]]], stand: set[str]
) -> None:
    assert means_that_may_stand(populations, 10) == stand


def test_inside_the_organisation_every_mean_of_somebody_stands() -> None:
    assert means_that_may_stand([("a", crowd(0, 1)), ("b", crowd(0, 2)), ("c", crowd(0, 0))], None) == {
        "a",
        "b",
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.frozensets(st.integers(0, 24).map(str), max_size=25), min_size=1, max_size=4),
    st.integers(2, 6),
)
def test_no_sum_or_difference_of_printed_means_is_about_fewer_people(
    populations: list[frozenset[str]], threshold: int
) -> None:
    """Every combination of the printed sums with weights -2 to 2: whom it weighs at all, it weighs many."""
    named = [(str(number), people) for number, people in enumerate(populations)]
    printed = [people for name, people in named if name in means_that_may_stand(named, threshold)]
    for weights in product((-2, -1, 0, 1, 2), repeat=len(printed)):
        weighed: dict[Fraction, set[str]] = {}
        for one in frozenset().union(*printed) if printed else frozenset():
            weight = Fraction(sum(w for w, people in zip(weights, printed, strict=True) if one in people))
            weighed.setdefault(weight, set()).add(one)
        for weight, people in weighed.items():
            assert weight == 0 or len(people) >= threshold
