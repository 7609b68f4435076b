"""Curricula as values: what is checked, what is derived, what survives being stored."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.guide_steps import Line, ProblemArea
from gipt.domain.guides import (
    CompletionRule,
    EndlineWindow,
    FollowUp,
    GroupSize,
    Phase,
    content_hash,
    from_mapping,
    to_mapping,
)
from gipt.domain.measures.base import AssessmentPoint
from gipt.domain.problems import BadDefinition
from tests.domain.schedules import curriculum, mapping, meeting, step

POINT = AssessmentPoint


def test_a_definition_becomes_a_curriculum() -> None:
    plain = curriculum(8)
    assert (plain.id, plain.version, plain.sessions, plain.minutes) == ("plain", "1.0.0", 8, 90)
    assert plain.group_size == GroupSize(6, 8, 10)
    assert plain.endline == EndlineWindow(0, 28)
    assert plain.follow_ups == (FollowUp("w4", "4 weeks", 28, 7, 14),)
    assert plain.guide_of(3).key == "plain/session-3"
    assert plain.guide_of(3).number == 3
    assert plain.pre_group.number is None
    assert plain.caregiver is None


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ("1|2-7|8", "immmmmmt"),
        ("1|2-9|10", "immmmmmmmt"),
        ("1-4|5-9|10-12", "iiiimmmmmttt"),
        ("1-2|3-13|14-16", "iimmmmmmmmmmmttt"),
    ],
)
def test_every_session_number_has_its_phase(spans: str, expected: str) -> None:
    phases = []
    for name, span in zip(("initial", "middle", "termination"), spans.split("|"), strict=True):
        first, _, last = span.partition("-")
        phases.append({"phase": name, "first": int(first), "last": int(last or first)})
    plain = curriculum(len(expected), phases=phases)
    assert "".join(plain.phase_of(n).value[0] for n in range(1, len(expected) + 1)) == expected


def test_a_number_after_the_last_belongs_to_the_last_phase() -> None:
    assert curriculum(8).phase_of(9) is Phase.TERMINATION


@pytest.mark.parametrize(
    ("phases", "key", "reason"),
    [
        ([], "phases", "missing"),
        ([("initial", 1, 7)], "phases", "gap"),
        ([("initial", 2, 8)], "phases.1.first", "gap"),
        ([("initial", 1, 3), ("middle", 5, 8)], "phases.2.first", "gap"),
        ([("initial", 1, 4), ("middle", 4, 8)], "phases.2.first", "overlap"),
        ([("initial", 1, 9)], "phases.1.last", "out_of_range"),
        ([("initial", 1, 4), ("initial", 5, 8)], "phases", "duplicate"),
        ([("initial", 1, 4), ("middle", 5, 4)], "phases.2.last", "before_first"),
        ([("warm-up", 1, 8)], "phases.1.phase", "unknown_value"),
    ],
)
def test_phases_must_cover_every_number_once(
    phases: list[tuple[str, int, int]], key: str, reason: str
) -> None:
    spans = [{"phase": name, "first": first, "last": last} for name, first, last in phases]
    with pytest.raises(BadDefinition) as refused:
        from_mapping(mapping(8, phases=spans), "here.toml")
    assert refused.value.details == {"file": "here.toml", "key": key, "reason": reason}


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({"id": "Not A Name"}, "id", "not_a_name"),
        ({"version": "1.0"}, "version", "not_a_version"),
        ({"title": "  "}, "title", "not_a_text"),
        ({"status": "finished"}, "status", "unknown_value"),
        ({"sessions": "8"}, "sessions", "not_a_number"),
        ({"sessions": True}, "sessions", "not_a_number"),
        ({"sessions": 0}, "sessions", "out_of_range"),
        ({"rhythm_days": 0}, "rhythm_days", "out_of_range"),
        ({"joining_closes_after": 9}, "joining_closes_after", "out_of_range"),
        ({"caregiver_meeting": "yes"}, "caregiver_meeting", "not_true_or_false"),
        ({"caregiver_meeting": True}, "caregiver", "missing"),
        ({"group_size": {"min": 8, "target": 6, "max": 10}}, "group_size.target", "out_of_range"),
        ({"group_size": [6, 8, 10]}, "group_size", "not_a_table"),
        ({"completion": {"percent": 0}}, "completion.percent", "out_of_range"),
        ({"completion": {"sessions": 9}}, "completion.sessions", "out_of_range"),
        ({"endline": {"first_day": 5, "last_day": 4}}, "endline.last_day", "out_of_range"),
        ({"measures": [{"measure": "phq9", "point": "screening", "required": True}]}, "measures.1.point",
         "unknown_value"),
        ({"measures": [{"measure": "phq9", "point": "session", "sessions": [9], "required": True}]},
         "measures.1.sessions", "out_of_range"),
        ({"measures": [{"measure": "phq9", "point": "session", "required": True}]}, "measures.1.sessions",
         "missing"),
        ({"measures": [{"measure": "phq9", "point": "follow_up", "follow_ups": ["w9"], "required": True}]},
         "measures.1.follow_ups", "unknown_value"),
        ({"measures": [{"measure": "phq9", "point": "endline", "required": True}] * 2}, "measures",
         "duplicate"),
        ({"guides": [meeting("plain/session-1")]}, "guides", "wrong_count"),
        ({"colour": "red"}, "colour", "unknown_key"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_place(changes: dict[str, Any], key: str, reason: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        from_mapping(mapping(8) | changes)
    assert (refused.value.details["key"], refused.value.details["reason"]) == (key, reason)


@pytest.mark.parametrize("key", sorted(set(mapping()) - {"citations", "follow_ups", "measures"}))
def test_nothing_that_is_needed_may_be_missing(key: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        from_mapping({name: value for name, value in mapping().items() if name != key})
    assert refused.value.details["key"] == key


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"title": "x" * 41}, "title", "too_long"),
        ({"minutes": 0}, "minutes", "out_of_range"),
        ({"say": []}, "do", "missing"),
        ({"say": ["x"] * 7}, "say", "too_many"),
        ({"say": "Welcome."}, "say", "not_a_list"),
        ({"key": "plain session"}, "key", "not_a_path"),
        ({"speak": ["x"]}, "speak", "unknown_key"),
    ],
)
def test_a_step_that_cannot_be_shown_is_named(change: dict[str, Any], key: str, reason: str) -> None:
    bad = meeting("plain/session-1") | {"steps": [step() | change]}
    with pytest.raises(BadDefinition) as refused:
        curriculum(1, guides=[bad])
    assert refused.value.details["key"] == f"guides.1.steps.1.{key}"
    assert refused.value.details["reason"] == reason


def test_two_steps_of_a_meeting_may_not_share_an_id() -> None:
    with pytest.raises(BadDefinition) as refused:
        curriculum(1, guides=[meeting("plain/session-1") | {"steps": [step(), step()]}])
    assert refused.value.details["reason"] == "duplicate"


@pytest.mark.parametrize(
    ("rule", "sessions", "needed"),
    [
        (CompletionRule(), 6, 5),
        (CompletionRule(), 8, 6),
        (CompletionRule(), 10, 7),
        (CompletionRule(), 12, 9),
        (CompletionRule(), 16, 12),
        (CompletionRule(), 1, 1),
        (CompletionRule(100), 8, 8),
        (CompletionRule(sessions=4), 8, 4),
        (CompletionRule(sessions=9), 8, 8),
    ],
)
def test_completing_takes_seven_tenths_rounded_up(rule: CompletionRule, sessions: int, needed: int) -> None:
    assert rule.needed(sessions) == needed


@given(percent=st.integers(1, 100), sessions=st.integers(1, 52))
def test_completing_takes_the_fewest_sessions_that_reach_the_share(percent: int, sessions: int) -> None:
    needed = CompletionRule(percent).needed(sessions)
    assert 1 <= needed <= sessions
    assert needed * 100 >= percent * sessions > (needed - 1) * 100


def test_what_is_due_is_found_by_point_and_number() -> None:
    plain = curriculum(
        4,
        measures=[
            {"measure": "phq9", "point": "pre_group", "required": True},
            {"measure": "phq9", "point": "session", "sessions": "each", "required": True},
            {"measure": "gad7", "point": "session", "sessions": [1, 4], "required": False},
            {"measure": "phq9", "point": "follow_up", "follow_ups": "each", "required": False},
        ],
    )
    assert [(d.measure, d.required) for d in plain.due(POINT.SESSION, session=4)] == [
        ("phq9", True),
        ("gad7", False),
    ]
    assert [d.measure for d in plain.due(POINT.SESSION, session=2)] == ["phq9"]
    assert [d.measure for d in plain.due(POINT.PRE_GROUP)] == ["phq9"]
    assert [d.measure for d in plain.due(POINT.FOLLOW_UP, follow_up="w4")] == ["phq9"]
    assert plain.due(POINT.ENDLINE) == ()


def test_a_curriculum_survives_being_stored_as_json() -> None:
    plain = curriculum(10, caregiver_meeting=True, caregiver=meeting("plain/caregiver"))
    stored = json.loads(json.dumps(to_mapping(plain)))
    assert from_mapping(stored) == plain
    assert content_hash(from_mapping(stored)) == content_hash(plain)


def test_what_was_published_by_the_first_release_keeps_its_hash() -> None:
    assert content_hash(curriculum(8)) == "4d4a5af3d32b2c055206964437db1816370f16dff6c56e15a54d443e7361e5c5"


FULL = step() | {
    "aim": "Arrive.",
    "say": {"greet": "Welcome.", "stays": "What we say here stays here."},
    "do": [{"id": "stand", "text": "Stand at the door."}, "Greet each one."],
    "materials": {"cups": "Cups"},
    "branches": {
        "late": {"title": "If someone is late", "say": ["Come in."], "do": {"seat": "Offer a seat."}}
    },
    "areas": {"grief": {"say": {"miss": "Whom do you miss?"}}, "dispute": {"do": ["Ask who else is in it."]}},
    "phone": {"where": "Ask where each one is."},
}
FIDELITY = [{"id": "on-time", "key": "plain/fidelity/on-time", "text": "Began on time"}]


def full(**changes: Any) -> dict[str, Any]:
    return meeting("plain/session-1") | {"steps": [FULL | changes], "fidelity": FIDELITY}


def test_a_whole_step_is_read_with_an_id_for_every_line() -> None:
    guide = curriculum(1, guides=[full()]).guide_of(1)
    found = guide.steps[0]
    assert found.say == (Line("greet", "Welcome."), Line("stays", "What we say here stays here."))
    assert [line.id for line in found.do] == ["stand", "2"]
    assert [(one.id, one.title, one.say[0].text) for one in found.branches] == [
        ("late", "If someone is late", "Come in.")
    ]
    assert [(one.area, len(one.say), len(one.do)) for one in found.areas] == [
        (ProblemArea.GRIEF, 1, 0),
        (ProblemArea.DISPUTE, 0, 1),
    ]
    assert (found.aim, found.phone[0].id, guide.materials) == ("Arrive.", "where", ("Cups",))
    assert [(item.id, item.key) for item in guide.fidelity] == [("on-time", "plain/fidelity/on-time")]


def test_a_whole_guide_survives_being_stored_whatever_the_order_of_keys() -> None:
    follow_up = mapping()["follow_ups"][0] | {"guide": meeting("plain/later")}
    whole = curriculum(1, guides=[full()], follow_ups=[follow_up])
    stored = json.loads(json.dumps(to_mapping(whole), sort_keys=True))
    assert from_mapping(stored) == whole
    assert content_hash(from_mapping(stored)) == content_hash(whole)
    assert list(whole.meetings) == ["pre-group", "session-1", "w4"]


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"say": {"Greet": "Welcome."}}, "say.1.id", "not_a_name"),
        ({"say": {"greet": ""}}, "say.greet", "not_a_text"),
        ({"say": {"greet": "x" * 201}}, "say.greet", "too_long"),
        ({"say": {"greet": {"text": "Welcome.", "loud": True}}}, "say.1.loud", "unknown_key"),
        ({"say": [{"id": "a", "text": "A."}, {"id": "a", "text": "B."}]}, "say", "duplicate"),
        ({"branches": {"late": {"title": "If late"}}}, "branches.1.do", "missing"),
        ({"branches": [{"title": "If late", "do": ["Wait."]}]}, "branches.1.id", "missing"),
        ({"areas": {"money": {"do": ["Ask."]}}}, "areas.1.area", "unknown_value"),
        ({"areas": [{"area": "grief", "do": ["Ask."]}] * 2}, "areas", "duplicate"),
        ({"points": [{"id": "a", "title": "A"}] * 2}, "points", "duplicate"),
        ({"phone": "Ask."}, "phone", "not_a_list"),
    ],
)  # fmt: skip
def test_a_part_of_a_step_that_is_wrong_is_named(change: dict[str, Any], key: str, reason: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        curriculum(1, guides=[full(**change)])
    assert refused.value.details["key"] == f"guides.1.steps.1.{key}"
    assert refused.value.details["reason"] == reason


LINES = st.dictionaries(st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True), st.just("A line."), max_size=6)


@given(say=LINES, materials=LINES, phone=LINES)
def test_lines_keep_their_order_and_ids_through_a_store(
    say: dict[str, str], materials: dict[str, str], phone: dict[str, str]
) -> None:
    one = step() | {"say": say, "do": ["Do."], "materials": materials, "phone": phone}
    whole = curriculum(1, guides=[meeting("plain/session-1") | {"steps": [one]}])
    again = from_mapping(json.loads(json.dumps(to_mapping(whole), sort_keys=True)))
    assert again == whole
    assert [line.id for line in again.guide_of(1).steps[0].say] == list(say)


def test_the_hash_follows_the_content_and_not_the_order_of_keys() -> None:
    backwards = dict(reversed(mapping().items()))
    assert content_hash(from_mapping(backwards)) == content_hash(curriculum())
    other = [*mapping()["guides"][:-1], meeting("plain/session-8") | {"aim": "Part well."}]
    assert content_hash(curriculum(guides=other)) != content_hash(curriculum())
