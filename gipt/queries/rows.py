"""Turning a row of a result into a value object."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def record(kind: Callable[..., T], columns: Iterable[Any], **more: Any) -> T:
    """Build `kind` from columns in the order of its fields, and `more` by name."""
    return kind(*columns, **more)
