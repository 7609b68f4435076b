"""Small counts stay hidden from somebody who knows every printed number and what the marks mean."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipt.domain.disclosure import (
    Count,
    Mark,
    Relation,
    check_threshold,
    printed,
    protect,
    speaks_of_everybody,
)
from gipt.domain.problems import Invalid

# --- an attacker of its own: bounds, then trial and error; it shares nothing with the code under test


def attacker_values(
    counts: Sequence[Count], relations: Sequence[Relation], marks: Mapping[str, Mark], threshold: int
) -> dict[str, set[int]]:
    """Give, for each hidden printed count, up to threshold - 1 values that agree with what is printed."""
    ceiling = 4 * threshold + 2 * max((c.value for c in counts), default=0)
    box: dict[str, tuple[int, int]] = {}
    for c in counts:
        box[c.key] = {
            Mark.SHOWN: (c.value, c.value),
            Mark.SMALL: (1, threshold - 1),
            Mark.HIDDEN: (0, ceiling),
        }[marks[c.key]]
    sums = [[(-1, r.total), *r.parts] for r in relations]
    found: dict[str, set[int]] = {}
    for c in counts:
        if marks[c.key] is Mark.SHOWN or not (c.printed or 0 < c.value < threshold):
            continue
        values: set[int] = set()
        tries = sorted(range(box[c.key][0], box[c.key][1] + 1), key=lambda v, c=c: abs(v - c.value))
        for value in tries:
            if possible({**box, c.key: (value, value)}, sums):
                values.add(value)
            if len(values) >= threshold - 1:
                break
        found[c.key] = values
    return found


def narrowed(box: dict[str, tuple[int, int]], sums: list[list[tuple[int, str]]]) -> bool:
    """Tighten all bounds in place until nothing moves; False when a bound becomes empty."""
    moving = True
    while moving:
        moving = False
        for terms in sums:
            low = sum(a * (box[k][0] if a > 0 else box[k][1]) for a, k in terms)
            high = sum(a * (box[k][1] if a > 0 else box[k][0]) for a, k in terms)
            if low > 0 or high < 0:
                return False
            for a, k in terms:
                lo, hi = box[k]
                own_low, own_high = (a * lo, a * hi) if a > 0 else (a * hi, a * lo)
                most, least = -(low - own_low), -(high - own_high)
                new = (-(-least // a), most // a) if a > 0 else (-(most // -a), -(least // -a))
                new = (max(lo, new[0]), min(hi, new[1]))
                if new[0] > new[1]:
                    return False
                if new != (lo, hi):
                    box[k] = new
                    moving = True
                    low = sum(b * (box[j][0] if b > 0 else box[j][1]) for b, j in terms)
                    high = sum(b * (box[j][1] if b > 0 else box[j][0]) for b, j in terms)
    return True


def possible(box: dict[str, tuple[int, int]], sums: list[list[tuple[int, str]]]) -> bool:
    """Say whether whole numbers within the bounds satisfy all sums (exact: tries them all in the end)."""
    box = dict(box)
    if not narrowed(box, sums):
        return False
    open_keys = [k for k, (lo, hi) in box.items() if lo < hi]
    if not open_keys:
        return True
    key = min(open_keys, key=lambda k: box[k][1] - box[k][0])
    lo, hi = box[key]
    return any(possible({**box, key: (value, value)}, sums) for value in range(lo, hi + 1))


def assert_safe(counts: Sequence[Count], relations: Sequence[Relation], threshold: int) -> Mapping[str, Mark]:
    marks = protect(counts, relations, threshold)
    for key, values in attacker_values(counts, relations, marks, threshold).items():
        assert len(values) >= threshold - 1, (key, sorted(values), marks)
    return marks


def cross_table(rows: Sequence[Sequence[int]]) -> tuple[list[Count], list[Relation]]:
    """Give a table with its row, column and grand totals."""
    width = len(rows[0])
    counts = [Count(f"{r},{c}", v) for r, row in enumerate(rows) for c, v in enumerate(row)]
    counts += [Count(f"{r},+", sum(row), 1) for r, row in enumerate(rows)]
    counts += [Count(f"+,{c}", sum(row[c] for row in rows), 1) for c in range(width)]
    counts.append(Count("+,+", sum(map(sum, rows)), 2))
    relations = [Relation.of(f"{r},+", [f"{r},{c}" for c in range(width)]) for r in range(len(rows))]
    relations += [Relation.of(f"+,{c}", [f"{r},{c}" for r in range(len(rows))]) for c in range(width)]
    relations.append(Relation.of("+,+", [f"{r},+" for r in range(len(rows))]))
    relations.append(Relation.of("+,+", [f"+,{c}" for c in range(width)]))
    return counts, relations


# --- what is printed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "mark", "text"),
    [(0, Mark.SHOWN, 0), (12, Mark.SHOWN, 12), (3, Mark.SMALL, "<10"), (14, Mark.HIDDEN, "*")],
    ids=["zero", "large", "primary", "complementary"],
)
def test_a_mark_prints_as_the_readers_were_told(value: int, mark: Mark, text: int | str) -> None:
    assert printed(value, mark, 10) == text


def test_a_lone_small_count_is_hidden_and_a_zero_and_a_ten_are_shown() -> None:
    marks = protect([Count("a", 9), Count("b", 0), Count("c", 10), Count("d", 1)], [], 10)
    # Nothing is tied to them, so nothing narrows them.
    assert marks == {"a": Mark.SMALL, "b": Mark.SHOWN, "c": Mark.SHOWN, "d": Mark.SMALL}


def test_the_rest_of_a_shown_denominator_is_hidden_with_a_small_numerator() -> None:
    counts = [Count("came", 3), Count("rest", 30), Count("all", 33, 1)]
    marks = assert_safe(counts, [Relation.of("all", ["came", "rest"])], 10)
    assert marks == {"came": Mark.SMALL, "rest": Mark.HIDDEN, "all": Mark.SHOWN}


def test_two_small_parts_of_a_shown_total_do_not_both_promise_to_be_under_ten() -> None:
    # 4 + 8 = 12: were both marked <10, the first could only be 3..9.
    counts = [Count("came", 4), Count("rest", 8), Count("all", 12, 1)]
    marks = assert_safe(counts, [Relation.of("all", ["came", "rest"])], 10)
    assert marks["all"] is Mark.SHOWN
    assert sorted([marks["came"], marks["rest"]]) == [Mark.HIDDEN, Mark.SMALL]


def test_a_small_denominator_with_both_parts_keeps_nine_values_for_each() -> None:
    counts = [Count("came", 2), Count("rest", 3), Count("all", 5, 1)]
    marks = assert_safe(counts, [Relation.of("all", ["came", "rest"])], 10)
    assert Mark.SHOWN not in marks.values()


def test_a_second_cell_of_the_column_is_hidden_with_the_first() -> None:
    counts, relations = cross_table([[3, 40], [50, 60], [70, 80]])
    marks = assert_safe(counts, relations, 10)
    hidden = {key for key, mark in marks.items() if mark is not Mark.SHOWN}
    assert hidden == {"0,0", "0,1", "1,0", "1,1"}


def test_a_difference_that_nobody_prints_is_protected_too() -> None:
    # Responded 30 and remitted 28 of them: the two between can be subtracted, so one of the numbers must go.
    counts = [Count("responded", 30), Count("remitted", 28), Count("between", 2, printed=False)]
    marks = assert_safe(counts, [Relation.of("responded", ["remitted", "between"])], 10)
    assert Mark.HIDDEN in (marks["responded"], marks["remitted"])


def test_a_count_that_stands_on_two_sheets_is_marked_once() -> None:
    counts = [
        Count("x", 4),
        Count("rest", 40),
        Count("all", 44),
        Count("x", 4),
        Count("y", 50),
        Count("xy", 54),
    ]
    relations = [Relation.of("all", ["x", "rest"]), Relation.of("xy", ["x", "y"])]
    marks = assert_safe(counts, relations, 10)
    assert marks["x"] is Mark.SMALL
    assert Mark.SHOWN in (marks["all"], marks["rest"])
    assert Mark.HIDDEN in (marks["y"], marks["xy"])


def test_a_weighted_sum_cannot_be_solved_for_a_small_count() -> None:
    # Dose: 2 people came 0 times, 20 once, 30 twice; people and attendances are both printed.
    counts = [Count(f"dose{k}", v) for k, v in enumerate((2, 20, 30, 25))]
    counts += [Count("people", 77, 2), Count("attendances", 155, 2)]
    relations = [
        Relation.of("people", [f"dose{k}" for k in range(4)]),
        Relation("attendances", tuple((k, f"dose{k}") for k in range(1, 4))),
    ]
    assert_safe(counts, relations, 10)


@pytest.mark.parametrize(
    ("numerator", "denominator", "answer"),
    [(0, 19, True), (19, 19, True), (0, 20, False), (5, 19, False), (0, 0, False)],
)
def test_a_rate_of_none_or_all_speaks_of_everybody_below_twice_the_threshold(
    numerator: int, denominator: int, answer: bool
) -> None:
    assert speaks_of_everybody(numerator, denominator, 10) is answer


def test_a_forced_zero_is_hidden_and_cannot_be_worked_out() -> None:
    counts = [Count("late", 0, forced=True), Count("in time", 15, forced=True), Count("flags", 15, 1)]
    marks = assert_safe(counts, [Relation.of("flags", ["late", "in time"])], 10)
    assert marks == {"late": Mark.HIDDEN, "in time": Mark.HIDDEN, "flags": Mark.SHOWN}


@pytest.mark.parametrize("threshold", [4, 1, 0, -3])
def test_a_threshold_below_five_is_refused(threshold: int) -> None:
    with pytest.raises(Invalid) as caught:
        check_threshold(threshold)
    assert caught.value.details["reason"] == "too_low"


@pytest.mark.parametrize(
    ("counts", "relations", "reason"),
    [
        ([Count("a", 1), Count("a", 2)], [], "two_values"),
        ([Count("a", 1), Count("b", 2)], [Relation.of("b", ["a"])], "not_true"),
        ([Count("a", 1)], [Relation.of("a", ["b"])], "unknown_count"),
    ],
)
def test_counts_that_contradict_each_other_are_refused(
    counts: list[Count], relations: list[Relation], reason: str
) -> None:
    with pytest.raises(Invalid) as caught:
        protect(counts, relations, 10)
    assert caught.value.details["reason"] == reason


# --- properties -----------------------------------------------------------------------------------

SIZES = st.one_of(st.integers(0, 12), st.integers(0, 40))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 3).flatmap(
        lambda width: st.lists(st.lists(SIZES, min_size=width, max_size=width), min_size=2, max_size=3)
    ),
    st.sampled_from([5, 10]),
)
def test_rows_columns_and_totals_never_narrow_a_hidden_count(rows: list[list[int]], threshold: int) -> None:
    counts, relations = cross_table(rows)
    marks = assert_safe(counts, relations, threshold)
    for c in counts:
        if 0 < c.value < threshold:
            assert marks[c.key] is not Mark.SHOWN
        if c.value == 0:
            assert marks[c.key] is Mark.SHOWN


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.integers(0, 2)), max_size=45),
    st.sampled_from([5, 10]),
)
def test_a_funnel_broken_down_twice_never_narrows_a_hidden_count(
    people: list[tuple[bool, bool, bool, int]], threshold: int
) -> None:
    """Started within enrolled and completed within started, by sex and by site, as a report prints them."""
    counts: list[Count] = []
    relations: list[Relation] = []
    slices = {"all": lambda p: True}
    slices |= {f"sex{v}": (lambda p, v=v: p[2] is v) for v in (False, True)}
    slices |= {f"site{v}": (lambda p, v=v: p[3] == v) for v in (0, 1, 2)}
    stages = {
        "enrolled": lambda p: True,
        "started": lambda p: p[0],
        "completed": lambda p: p[0] and p[1],
        "not started": lambda p: not p[0],
        "not completed": lambda p: p[0] and not p[1],
    }
    for where, inside in slices.items():
        for stage, reached in stages.items():
            value = sum(1 for p in people if inside(p) and reached(p))
            counts.append(Count(f"{stage} {where}", value, 2 if where == "all" else 0))
        relations.append(Relation.of(f"enrolled {where}", [f"started {where}", f"not started {where}"]))
        relations.append(Relation.of(f"started {where}", [f"completed {where}", f"not completed {where}"]))
    for stage in stages:
        relations.append(Relation.of(f"{stage} all", [f"{stage} sex{v}" for v in (False, True)]))
        relations.append(Relation.of(f"{stage} all", [f"{stage} site{v}" for v in (0, 1, 2)]))
    assert_safe(counts, relations, threshold)
