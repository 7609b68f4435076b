"""How often one address may ask for something costly without signing in.

Counted in memory: nothing about visitors is stored. Several server processes count each for itself.
"""

import threading
import time
from collections import OrderedDict, deque

from gipt.domain.problems import TooManyTries

MOST_ADDRESSES = 1_000
"""Addresses remembered; the one that was silent longest is forgotten first."""


class Pace:
    """Let through at most `most` requests of one address, and `most_of_all` of everybody, in `seconds`."""

    def __init__(self, most: int, most_of_all: int, seconds: int) -> None:
        self.most, self.most_of_all, self.seconds = most, most_of_all, seconds
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, address: str, now: float | None = None) -> None:
        """Count one request; raises TooManyTries with the seconds to wait."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            for name, limit in (("", self.most_of_all), (f"@{address}", self.most)):
                times = self._seen.setdefault(name, deque())
                while times and times[0] <= moment - self.seconds:
                    times.popleft()
                if len(times) >= limit:
                    raise TooManyTries(seconds=max(1, int(times[0] + self.seconds - moment) + 1))
            for name in ("", f"@{address}"):
                self._seen[name].append(moment)
                self._seen.move_to_end(name)
            while len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)

    def forget(self) -> None:
        """Begin again."""
        with self._lock:
            self._seen.clear()
