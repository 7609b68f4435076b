"""How many people each funder may count, so that all funders together never count more than there are.

A cycle of 9 people paid half and half gives each funder 4.5 person-shares. Shares of all cycles are added up for each
funder, exactly, and only the sums are turned into whole people: everybody gets the whole part, and the people left
over go one by one to the largest fractions (largest remainder, Hamilton's method). Between equal fractions the funder
whose code comes first wins, and what nobody pays for comes last. So the result is the same every time, adds up to
exactly the number of people, and differs from the exact share by less than one person for each funder.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gipt.domain.funding import WHOLE
from gipt.domain.indicators.facts import FundingShare

NOBODY = ""
"""Code of the part that no funder pays for."""


@dataclass(frozen=True, slots=True)
class Attributed:
    """Whole people counted for one funder; `hundredths`: the exact person-shares they stand for, times 100."""

    funder: str
    people: int
    hundredths: int


def attribute(people: Mapping[str, int], shares: Iterable[FundingShare]) -> tuple[Attributed, ...]:
    """Give each funder its people, by code, then the part of nobody; `people` counts each person once, by cycle.

    A share of a cycle without people counts nothing. Shares of one cycle that add to more than 100 are a broken
    promise of the database and raise ValueError.
    """
    quotas: dict[str, int] = {}
    given: dict[str, int] = {}
    for share in shares:
        given[share.cycle] = given.get(share.cycle, 0) + share.percent
        quotas[share.funder] = quotas.get(share.funder, 0) + people.get(share.cycle, 0) * share.percent
    if any(percent > WHOLE for percent in given.values()):
        raise ValueError("funding shares of a cycle add to more than 100")
    total = sum(people.values())
    quotas = dict(sorted(quotas.items()))
    quotas[NOBODY] = total * WHOLE - sum(quotas.values())
    whole = {funder: quota // WHOLE for funder, quota in quotas.items()}
    left = total - sum(whole.values())
    order = sorted(quotas, key=lambda funder: (-(quotas[funder] % WHOLE), funder == NOBODY, funder))
    for funder in order[:left]:
        whole[funder] += 1
    return tuple(Attributed(funder, whole[funder], quota) for funder, quota in quotas.items())
