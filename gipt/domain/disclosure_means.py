"""Which means may stand in one workbook, so that none is about few people, alone or by subtraction.

Two means over nearly the same people give away the few between them: n * mean is a sum, and sums subtract.
Lives here: the choice among means whose own n may be printed. Counts: `gipt.domain.disclosure`.

Why it holds: the printed means divide the people into parts, those who are in exactly the same means. Every
number that can be worked out of them is a sum over whole parts, each with some weight; when no part is smaller
than the threshold, none is about fewer people than that.
"""

from collections.abc import Iterable, Mapping, Sequence


def means_that_may_stand(
    populations: Sequence[tuple[str, frozenset[str]]], threshold: int | None
) -> frozenset[str]:
    """Give the names of the means that may be printed, chosen in the order given: the dearest first.

    `populations`: the people behind each mean of one variable, by name. `threshold` None = inside the
    organisation, all stand. A mean over nobody never stands.
    """
    chosen: list[frozenset[str]] = []
    names: set[str] = set()
    for name, people in populations:
        if not people:
            continue
        if threshold is None or people in chosen or smallest_part([*chosen, people]) >= threshold:
            chosen.append(people)
            names.add(name)
    return frozenset(names)


def smallest_part(populations: Sequence[frozenset[str]]) -> int:
    """Give the size of the smallest group of people who are in exactly the same populations; 0 for nobody."""
    sizes = part_sizes(populations)
    return min(sizes.values(), default=0)


def part_sizes(populations: Iterable[frozenset[str]]) -> Mapping[int, int]:
    """Give how many people are in exactly the same populations; the key has one bit for each of these."""
    membership: dict[str, int] = {}
    for number, people in enumerate(populations):
        bit = 1 << number
        for one in people:
            membership[one] = membership.get(one, 0) | bit
    sizes: dict[int, int] = {}
    for signature in membership.values():
        sizes[signature] = sizes.get(signature, 0) + 1
    return sizes
