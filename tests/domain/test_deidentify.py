"""Rows about people made coarse: whatever the population, nobody stands in a class of fewer than k."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.deidentify import (
    HIERARCHIES,
    LEAST_CLASSES,
    Place,
    Quasi,
    Rules,
    Traits,
    band,
    best_levels,
    classes_at,
    deidentify,
    diverse,
    left_out,
    loss,
    pseudonyms,
    shared,
    shown_count,
)
from gipt.domain.people import Disability, Displacement, Sex
from gipt.domain.problems import Conflict, Invalid
from gipt.domain.research import Licence, Terms, Word, agrees, check_terms

DAY = date(2026, 5, 4)
ALL_TRAITS = tuple(Quasi)


def traits(
    age: int | None = 30,
    sex: Sex = Sex.FEMALE,
    district: str | None = "Hill",
    displacement: Displacement = Displacement.HOST,
    on: date = DAY,
    sessions: int = 8,
) -> Traits:
    place = Place(district, "UG")
    return Traits(age, sex, place, displacement, Disability.UNKNOWN, on, sessions)


people = st.builds(
    traits,
    age=st.none() | st.integers(0, 110),
    sex=st.sampled_from(Sex),
    district=st.sampled_from([None, "Hill", "Lake"]),
    displacement=st.sampled_from(Displacement),
    on=st.integers(0, 700).map(lambda days: DAY + timedelta(days=days)),
    sessions=st.sampled_from([8, 8, 8, 10]),
)
populations = st.lists(st.tuples(people, st.sampled_from([None, True, False])), min_size=25, max_size=90)


@pytest.mark.parametrize(
    ("age", "years", "shown"),
    [
        (0, 5, "0-4"), (25, 5, "25-29"), (29, 5, "25-29"), (30, 5, "30-34"), (84, 5, "80-84"), (85, 5, "85+"),
        (93, 5, "85+"), (29, 10, "20-29"), (80, 10, "80+"), (119, 10, "80+"), (39, 20, "20-39"), (81, 20, "80+"),
        (None, 5, "unknown"), (None, 20, "unknown"),
    ],
)  # fmt: skip
def test_ages_stand_in_bands_and_the_oldest_in_one(age: int | None, years: int, shown: str) -> None:
    assert band(age, years) == shown


@pytest.mark.parametrize(
    ("quasi", "one", "steps"),
    [
        (Quasi.AGE, traits(age=37), ["35-39", "30-39", "20-39", "all"]),
        (Quasi.SEX, traits(sex=Sex.OTHER), ["other", "all"]),
        (Quasi.AREA, traits(), ["UG / Hill", "UG", "all"]),
        (Quasi.AREA, traits(district=None), ["UG / unknown", "UG", "all"]),
        (Quasi.DISPLACEMENT, traits(displacement=Displacement.IDP), ["idp", "displaced", "all"]),
        (Quasi.DISPLACEMENT, traits(displacement=Displacement.HOST), ["host", "host", "all"]),
        (Quasi.DISPLACEMENT, traits(displacement=Displacement.UNKNOWN), ["unknown", "unknown", "all"]),
        (Quasi.DISABILITY, traits(), ["unknown", "all"]),
        (Quasi.ENROLLED, traits(on=date(2026, 6, 30)), ["2026-Q2", "2026-H1", "2026", "all"]),
        (Quasi.ENROLLED, traits(on=date(2026, 7, 1)), ["2026-Q3", "2026-H2", "2026", "all"]),
    ],
)
def test_each_trait_grows_coarser_step_by_step(quasi: Quasi, one: Traits, steps: list[str]) -> None:
    assert [step(one) for _name, step in HIERARCHIES[quasi]] == steps


@given(st.lists(people, min_size=2, max_size=40))
@settings(deadline=None)
def test_who_is_alike_at_one_level_is_alike_at_every_coarser_one(listed: list[Traits]) -> None:
    for steps in HIERARCHIES.values():
        for (_, fine), (_, coarse) in pairwise(steps):
            found: dict[str, set[str]] = defaultdict(set)
            for one in listed:
                found[fine(one)].add(coarse(one))
            assert all(len(values) == 1 for values in found.values())
        assert len({steps[-1][1](one) for one in listed}) == 1


@given(populations, st.sampled_from([5, 6, 10, 11]), st.integers(0, 30))
@settings(deadline=None, max_examples=60)
def test_no_class_is_smaller_than_k_and_none_shares_one_flag(
    population: list[tuple[Traits, bool | None]], k: int, share: int
) -> None:
    listed, flags = [one for one, _ in population], [flag for _, flag in population]
    rules = Rules(ALL_TRAITS, k, share)
    try:
        made = deidentify(listed, flags, rules)
    except Conflict:
        sizes = Counter(one.sessions for one in listed)
        assert len(listed) < LEAST_CLASSES * k or max(sizes.values()) < k
        return
    sizes_of = Counter(one for one in made.classes if one is not None)
    assert min(sizes_of.values()) == made.smallest
    assert made.smallest is not None
    assert made.smallest >= k
    assert made.kept + made.left_out == len(listed)
    shown: dict[tuple[str, ...], set[bool]] = defaultdict(set)
    for one, before, after in zip(made.classes, flags, made.flags, strict=True):
        assert after in (None, before)
        assert one is not None or after is None
        if one is not None and after is not None:
            shown[one].add(after)
    assert all(values == {True, False} for values in shown.values())
    # Left out are only people whose own class is too small.
    whole = Counter(classes_at(listed, made.quasi, made.levels))
    assert all(
        (one is None) == (whole[before] < k)
        for one, before in zip(made.classes, classes_at(listed, made.quasi, made.levels), strict=True)
    )


@given(populations)
@settings(deadline=None, max_examples=30)
def test_the_same_people_give_the_same_levels_in_whatever_order(
    population: list[tuple[Traits, bool | None]],
) -> None:
    listed = [one for one, _ in population]
    rules = Rules(ALL_TRAITS)
    assert best_levels(listed, rules, {}) == best_levels(list(reversed(listed)), rules, {})


@given(populations)
@settings(deadline=None, max_examples=30)
def test_going_coarser_never_leaves_out_more(population: list[tuple[Traits, bool | None]]) -> None:
    alike = Counter(one for one, _ in population)
    rules = Rules(ALL_TRAITS)
    fine = best_levels(list(alike.elements()), rules, {})
    for place, quasi in enumerate(ALL_TRAITS):
        if fine[place] + 1 < len(HIERARCHIES[quasi]):
            coarse = (*fine[:place], fine[place] + 1, *fine[place + 1 :])
            assert left_out(alike, rules, coarse) <= left_out(alike, rules, fine)


def test_nothing_is_made_coarse_where_all_are_alike() -> None:
    made = deidentify([traits()] * 25, [True, False] * 12 + [None], Rules(ALL_TRAITS))
    assert made.levels == (0, 0, 0, 0, 0, 0)
    assert (made.kept, made.left_out, made.smallest, made.hidden_flags) == (25, 0, 25, 0)


def test_one_who_stands_out_is_left_out_rather_than_all_made_coarse() -> None:
    made = deidentify([traits()] * 29 + [traits(age=80)], [None] * 30, Rules(ALL_TRAITS))
    assert (made.levels[0], made.left_out) == (0, 1)
    strict = deidentify([traits()] * 29 + [traits(age=80)], [None] * 30, Rules(ALL_TRAITS, most_left_out=0))
    assert (strict.levels[0], strict.left_out) == (3, 0)


def test_who_had_another_number_of_sessions_is_never_pooled() -> None:
    made = deidentify([traits()] * 26 + [traits(sessions=16)] * 4, [None] * 30, Rules(ALL_TRAITS))
    assert made.left_out == 4


def test_levels_of_an_earlier_package_are_a_floor() -> None:
    made = deidentify([traits()] * 30, [None] * 30, Rules(ALL_TRAITS), {Quasi.AGE: 2, Quasi.SEX: 1})
    assert made.levels == (2, 1, 0, 0, 0, 0)


def test_too_few_people_are_refused() -> None:
    with pytest.raises(Conflict, match="conflict"):
        deidentify([traits()] * 24, [None] * 24, Rules(ALL_TRAITS))


def test_a_flag_shows_only_where_both_values_stand_in_the_class() -> None:
    classes = [("a",), ("a",), ("b",), ("b",), None]
    shown, hidden = diverse(classes, [True, False, True, None, True])
    assert shown == (True, False, None, None, None)
    assert hidden == 1


def test_loss_is_all_of_who_is_left_out_and_the_height_of_who_is_kept() -> None:
    assert loss((Quasi.AGE, Quasi.SEX), (0, 0), 0, 10) == 0
    assert loss((Quasi.AGE, Quasi.SEX), (3, 1), 0, 10) == 1
    assert loss((Quasi.AGE, Quasi.SEX), (0, 1), 5, 10) == 0.75


def test_random_names_are_all_different_and_no_numbers() -> None:
    names = pseudonyms(3_000)
    assert len(set(names)) == 3_000
    assert all(len(one) == 10 and one.isalpha() for one in names)
    assert not set(names) & set(pseudonyms(3_000))


def test_patterns_show_where_enough_share_them() -> None:
    assert shared(["a"] * 5 + ["b"] * 4, 5) == [True] * 5 + [False] * 4


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (40, "40")])
def test_counts_below_k_say_only_that(count: int, shown: str) -> None:
    assert shown_count(count, 5) == shown


YES, NO = Word("self", True, DAY), Word("self", False, DAY)
CARER = Word("caregiver", True, DAY)


@pytest.mark.parametrize(
    ("words", "minor", "said"),
    [
        ([], False, False),
        ([YES], False, True),
        ([YES, NO], False, False),
        ([NO, YES], False, True),
        ([Word("self", True, DAY + timedelta(days=1))], False, False),
        ([YES, Word("self", False, DAY + timedelta(days=9))], False, False),
        ([YES], True, False),
        ([CARER], True, False),
        ([YES, CARER], True, True),
        ([YES, CARER, Word("caregiver", False, DAY)], True, False),
        ([CARER], False, False),
        ([YES, Word("caregiver", False, DAY)], False, False),
    ],
    ids=[
        "never asked", "yes", "yes then no", "no then yes", "a yes for later", "a no for later counts now",
        "a minor alone", "a caregiver alone", "both", "a caregiver's no", "an adult's caregiver",
        "somebody else's no",
    ],
)  # fmt: skip
def test_who_agrees_to_research(words: list[Word], minor: bool, said: bool) -> None:
    assert agrees(words, DAY, minor=minor) is said


def test_a_licence_for_everybody_asks_for_eleven() -> None:
    terms = Terms("A", "B", Licence.CC_BY_NC, 10)
    with pytest.raises(Invalid) as caught:
        check_terms(terms, 5)
    assert caught.value.details == {"field": "k", "reason": "public_needs_more", "least": 11}
    assert check_terms(Terms(" A ", "B", Licence.CC_BY_NC, 11), 5).agreement == "A"
    with pytest.raises(Invalid):
        check_terms(Terms("A", "B", k=7), 8)
