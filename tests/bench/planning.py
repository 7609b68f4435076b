"""Decision 35: 500 groups × 8 meetings, each seeing the earlier ones, with holidays, venues and facilitators."""

import time
from datetime import date, timedelta
from datetime import time as clock
from statistics import median

from gipt.calendars import closed_holidays
from gipt.content.curricula import load_curriculum
from gipt.domain.scheduling import Busy, ClosedCalendar, CycleRequest, plan_cycle, slots_of
from gipt.domain.scheduling.values import PlanningRules

GROUPS = 500
ROUNDS = 3


def measure() -> tuple[float, int]:
    """Give seconds, the median of rounds, and how many meetings were planned in each."""
    found = [once() for _ in range(ROUNDS)]
    return median(seconds for seconds, _ in found), found[0][1]


def once() -> tuple[float, int]:
    """Plan all groups one after the other."""
    curriculum = load_curriculum("who-8")
    rules = PlanningRules(travel_minutes=lambda _a, _b: 30, groups_a_week=5)
    began = time.perf_counter()
    closed = ClosedCalendar(closed_holidays("UG", date(2026, 1, 1), date(2027, 12, 31)))
    busy, planned = Busy(), 0
    for number in range(GROUPS):
        request = CycleRequest(
            group=f"G-{number}",
            start=date(2026, 3, 2) + timedelta(days=number % 5),
            starts=clock(8 + 2 * (number // 5 % 4)),
            zone="Africa/Kampala",
            venue=f"V-{number // 20}",
            facilitators=(f"F-{number // 10}",),
            members=frozenset(f"M-{number}-{member}" for member in range(8)),
        )
        plan = plan_cycle(request, curriculum, closed, busy, rules)
        busy.add(slots_of(plan))
        planned += len(plan.sessions)
    return time.perf_counter() - began, planned
