"""What facilitators say of a guide after using it, and what came of it (ux.md F6, T5).

A remark is about words, never about a person: a worry belongs to Help now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class RemarkReason(StrEnum):
    """Name why a step did not work where it was used."""

    NOT_UNDERSTOOD = "not_understood"
    FELT_WRONG = "felt_wrong"
    TOO_LONG = "too_long"


class RemarkOutcome(StrEnum):
    """Name what the adaptation team did about remarks: other words, or the same ones for a reason."""

    CHANGED = "changed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Frequency:
    """Hold how often a step was remarked on under one version, beside how many meetings used it."""

    version: str
    remarks: int
    held: int

    @property
    def per_ten(self) -> float | None:
        """Give the remarks for each ten meetings held; None before any was held."""
        return round(10 * self.remarks / self.held, 1) if self.held else None


def compare(frequencies: Iterable[Frequency]) -> float | None:
    """Give by how much remarks for each ten meetings fell from the second newest version to the newest.

    `frequencies` stand newest first; versions that no meeting used are passed over. None with fewer than two.
    """
    rates = [one.per_ten for one in frequencies if one.per_ten is not None]
    return round(rates[1] - rates[0], 1) if len(rates) > 1 else None
