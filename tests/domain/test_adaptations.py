"""Laying an adaptation over a curriculum: what changes, what is refused, what always stays."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipt.domain.adaptations import Adaptation, adaptation_from_mapping, adapted
from gipt.domain.guides import Curriculum, content_hash, from_mapping, to_mapping
from gipt.domain.problems import BadDefinition
from tests.domain.schedules import curriculum, meeting, step

FRAME = {
    "when": "planning",
    "planned": "proactive",
    "decided_by": ["community", "supervisor"],
    "what": "content",
    "level": "group",
    "nature": ["adding"],
    "fidelity": "consistent",
    "goal": ["culture"],
    "reason": ["recipient"],
    "explanation": "Members asked for it.",
}
POINTS = [{"id": "greeted", "title": "All were greeted"}]


def base() -> Curriculum:
    """Give two sessions; the steps `game` and `song` are not core."""
    steps = [
        step("welcome") | {"points": POINTS},
        step("game") | {"core": False},
        step("talk"),
        step("song") | {"core": False},
    ]
    return curriculum(2, guides=[meeting("plain/session-1") | {"steps": steps}, meeting("plain/session-2")])


def change(kind: str, **fields: Any) -> dict[str, Any]:
    common = {"id": kind, "title": "A change", "kind": kind, "dimensions": ["methods"], "frame": FRAME}
    return common | ({} if kind == "words" else {"meeting": "session-1"}) | fields


def new(step_id: str, **fields: Any) -> dict[str, Any]:
    return step(step_id, "plain/hill/session-1") | {"core": False} | fields


def overlay(*changes: dict[str, Any], **fields: Any) -> Adaptation:
    mapping = {
        "id": "hill",
        "curriculum": "plain",
        "version": "1.0.0",
        "title": "The hill",
        "population": "Women of the hill",
        "place": "The hill",
        "language": "sw",
        "locale": "sw_KE@hill",
        "status": "draft",
        "changes": list(changes),
    }
    return adaptation_from_mapping(mapping | fields, "plain/adaptations/hill.toml")


def ids(found: Curriculum) -> list[str]:
    return [one.id for one in found.guide_of(1).steps]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([change("add", new=new("tea"))], ["tea", "welcome", "game", "talk", "song"]),
        ([change("add", after="talk", new=new("tea"))], ["welcome", "game", "talk", "tea", "song"]),
        ([change("add", after="song", new=new("tea"))], ["welcome", "game", "talk", "song", "tea"]),
        ([change("omit", step="game")], ["welcome", "talk", "song"]),
        ([change("omit", step="talk", approved_by_clinical_lead="Board of 4 May")], ["welcome", "game", "song"]),
        ([change("replace", step="game", new=new("dance"))], ["welcome", "dance", "talk", "song"]),
        ([change("reorder", order=["game", "welcome", "talk", "song"])], ["game", "welcome", "talk", "song"]),
        ([change("minutes", step="talk", minutes=25)], ["welcome", "game", "talk", "song"]),
        ([change("words", texts=["plain/session-1/talk/say/1"])], ["welcome", "game", "talk", "song"]),
        (
            [change("omit", step="game"), change("add", after="talk", new=new("game"))],
            ["welcome", "talk", "game", "song"],
        ),
    ],
    ids=["first", "between", "last", "omit", "omit core", "replace", "reorder", "minutes", "words", "in turn"],
)  # fmt: skip
def test_changes_are_made_in_order(changes: list[dict[str, Any]], expected: list[str]) -> None:
    found = adapted(base(), overlay(*changes))
    assert ids(found) == expected
    assert found.guide_of(2) == base().guide_of(2)
    assert found.adaptation == "hill"
    assert content_hash(found) != content_hash(base())
    assert from_mapping(to_mapping(found)) == found


def test_a_replaced_step_keeps_what_the_record_asks_unless_it_has_points_of_its_own() -> None:
    def replaced(**fields: Any) -> list[str]:
        one = change(
            "replace",
            step="welcome",
            new=new("welcome", core=True, **fields),
            approved_by_clinical_lead="Board",
        )
        return [point.id for point in adapted(base(), overlay(one)).guide_of(1).steps[0].points]

    assert replaced() == ["greeted"]
    assert replaced(points=[{"id": "tea", "title": "Tea was served"}]) == ["tea"]


def test_minutes_are_the_only_thing_that_a_change_of_minutes_changes() -> None:
    before, after = base(), adapted(base(), overlay(change("minutes", step="talk", minutes=25)))
    assert [s.minutes for s in after.guide_of(1).steps] == [10, 10, 25, 10]
    assert [s.say for s in after.guide_of(1).steps] == [s.say for s in before.guide_of(1).steps]


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ([change("omit", step="talk")], "changes.1.approved_by_clinical_lead", "missing"),
        ([change("replace", step="welcome", new=new("x"))], "changes.1.approved_by_clinical_lead", "missing"),
        ([change("omit", step="nap")], "changes.1.step", "unknown_reference"),
        ([change("minutes", step="nap", minutes=5)], "changes.1.step", "unknown_reference"),
        ([change("add", after="nap", new=new("tea"))], "changes.1.after", "unknown_reference"),
        ([change("omit", meeting="session-3", step="talk")], "changes.1.meeting", "unknown_value"),
        ([change("add", after="talk", new=new("game"))], "changes.1.new.id", "duplicate"),
        ([change("replace", step="game", new=new("song"))], "changes.1.new.id", "duplicate"),
        ([change("reorder", order=["game", "talk"])], "changes.1.order", "other_steps"),
        ([change("reorder", order=["game", "talk", "talk", "song"])], "changes.1.order", "other_steps"),
        ([change("words", texts=["plain/session-9/talk"])], "changes.1.texts.1", "unknown_reference"),
        ([change("omit", step="game"), change("omit", step="game", id="again")], "changes.2.step",
         "unknown_reference"),
        ([change("omit", meeting="session-2", step="welcome", approved_by_clinical_lead="Board")],
         "changes.1.step", "nothing_left"),
    ],
)  # fmt: skip
def test_a_change_that_does_not_fit_is_refused_with_its_place(
    changes: list[dict[str, Any]], key: str, reason: str
) -> None:
    with pytest.raises(BadDefinition) as refused:
        adapted(base(), overlay(*changes))
    assert refused.value.details == {"file": "plain/adaptations/hill.toml", "key": key, "reason": reason}


@pytest.mark.parametrize("key", ["curriculum", "version"])
def test_an_adaptation_of_something_else_is_refused(key: str) -> None:
    other = {"curriculum": "other", "version": "1.0.1"}
    with pytest.raises(BadDefinition) as refused:
        adapted(base(), overlay(change("omit", step="game"), **{key: other[key]}))
    assert (refused.value.details["key"], refused.value.details["reason"]) == (key, "another_curriculum")


@pytest.mark.parametrize("key", sorted(FRAME))
def test_every_field_of_the_record_is_needed(key: str) -> None:
    short = {name: value for name, value in FRAME.items() if name != key}
    with pytest.raises(BadDefinition) as refused:
        overlay(change("omit", step="game", frame=short))
    assert (refused.value.details["key"], refused.value.details["reason"]) == (
        f"changes.1.frame.{key}",
        "missing",
    )


@pytest.mark.parametrize(
    ("fields", "key", "reason"),
    [
        ({"dimensions": []}, "dimensions", "missing"),
        ({"dimensions": ["taste"]}, "dimensions", "unknown_value"),
        ({"frame": FRAME | {"goal": ["fame"]}}, "frame.goal", "unknown_value"),
        ({"frame": FRAME | {"when": "later"}}, "frame.when", "unknown_value"),
        ({"kind": "shout"}, "kind", "unknown_value"),
        ({"new": new("tea")}, "new", "unknown_key"),
        ({"colour": "red"}, "colour", "unknown_key"),
    ],
)
def test_a_record_that_says_something_else_is_named(fields: dict[str, Any], key: str, reason: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        overlay(change("omit", step="game") | fields)
    assert (refused.value.details["key"], refused.value.details["reason"]) == (f"changes.1.{key}", reason)


def test_two_changes_may_not_share_an_id_and_an_adaptation_changes_something() -> None:
    for changes, reason in (
        ([change("omit", step="game"), change("omit", step="song")], "duplicate"),
        ([], "missing"),
    ):
        with pytest.raises(BadDefinition) as refused:
            overlay(*changes)
        assert (refused.value.details["key"], refused.value.details["reason"]) == ("changes", reason)


KINDS = st.sampled_from(["add", "omit", "replace", "reorder", "minutes"])


@given(
    st.lists(st.tuples(KINDS, st.sampled_from(["welcome", "game", "talk", "song"])), min_size=1, max_size=5)
)
def test_no_run_of_changes_drops_a_core_step_without_the_clinical_lead(made: list[tuple[str, str]]) -> None:
    changes = []
    for number, (kind, name) in enumerate(made):
        fields: dict[str, Any] = {"step": name}
        if kind in ("add", "replace"):
            fields = {"after" if kind == "add" else "step": name, "new": new(f"new-{number}")}
        elif kind == "reorder":
            fields = {"order": ["song", "talk", "game", "welcome"]}
        elif kind == "minutes":
            fields["minutes"] = number + 1
        changes.append(change(kind, id=f"c{number}", **fields))
    with suppress(BadDefinition):
        found = adapted(base(), overlay(*changes))
        assert {"welcome", "talk"} <= set(ids(found))
        assert len(set(ids(found))) == len(ids(found))
