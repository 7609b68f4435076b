"""Who pays for a cycle: shares in whole per cent that never add to more than all of it (domain.md 5.1)."""

from collections.abc import Mapping

from gipt.domain.problems import Invalid

WHOLE = 100
"""Per cent of a cycle that can be given to funders; what is left is nobody's."""


def check_shares(shares: Mapping[str, int]) -> None:
    """Raise Invalid when a share is no whole per cent from 1 to 100, or all together are more than 100."""
    for percent in shares.values():
        if not 1 <= percent <= WHOLE:
            raise Invalid(field="percent", reason="out_of_range", low=1, high=WHOLE)
    total = sum(shares.values())
    if total > WHOLE:
        raise Invalid(field="percent", reason="shares_over_whole", total=total)
