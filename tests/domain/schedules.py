"""A small cast for scheduling tests: one curriculum for any N, one group, one way to read dates."""

from datetime import date, time
from typing import Any

from gipt.domain.guides import Curriculum, from_mapping
from gipt.domain.scheduling import CyclePlan, CycleRequest


def step(step_id: str = "welcome", meeting: str = "plain/session-1") -> dict[str, Any]:
    """Give one short step."""
    return {
        "id": step_id,
        "key": f"{meeting}/{step_id}",
        "title": "Welcome everybody",
        "minutes": 10,
        "core": True,
        "say": ["Welcome."],
    }


def meeting(key: str) -> dict[str, Any]:
    """Give one meeting with one step."""
    return {"key": key, "title": "A meeting", "aim": "Meet.", "steps": [step(meeting=key)]}


def mapping(sessions: int = 8, **changes: Any) -> dict[str, Any]:
    """Give a valid definition for any number of sessions."""
    phases = [{"phase": "initial", "first": 1, "last": 1}]
    if sessions > 2:
        phases.append({"phase": "middle", "first": 2, "last": sessions - 1})
    if sessions > 1:
        phases.append({"phase": "termination", "first": sessions, "last": sessions})
    return {
        "id": "plain",
        "version": "1.0.0",
        "title": "Plain",
        "licence": "CC-BY-4.0",
        "citations": [],
        "language": "en",
        "status": "draft",
        "sessions": sessions,
        "minutes": 90,
        "rhythm_days": 7,
        "joining_closes_after": min(2, sessions),
        "pre_group_meetings": 1,
        "caregiver_meeting": False,
        "phases": phases,
        "group_size": {"min": 6, "target": 8, "max": 10},
        "completion": {"percent": 70},
        "endline": {"first_day": 0, "last_day": 28},
        "follow_ups": [
            {"key": "w4", "label": "4 weeks", "offset_days": 28, "before_days": 7, "after_days": 14}
        ],
        "measures": [
            {"measure": "phq9", "point": "pre_group", "required": True},
            {"measure": "phq9", "point": "session", "sessions": "each", "required": True},
        ],
        "pre_group": meeting("plain/pre-group"),
        "guides": [meeting(f"plain/session-{n}") for n in range(1, sessions + 1)],
    } | changes


def curriculum(sessions: int = 8, **changes: Any) -> Curriculum:
    """Give a curriculum of any number of sessions."""
    return from_mapping(mapping(sessions, **changes))


def request(**changes: Any) -> CycleRequest:
    """Give Amina's group on the hill: Wednesdays at ten from 4 March 2026 in Uganda."""
    asked: dict[str, Any] = {
        "group": "G-01",
        "start": date(2026, 3, 4),
        "starts": time(10, 0),
        "zone": "Africa/Kampala",
        "venue": "fig-tree",
        "facilitators": ("amina",),
        "members": frozenset({"m1", "m2"}),
    }
    return CycleRequest(**asked | changes)


def dates(plan: CyclePlan) -> list[str]:
    """Give the dates of a plan as month-day."""
    return [session.on.strftime("%m-%d") for session in plan.sessions]
