"""A clinician must be able to recognise group IPT in the guide: phases, areas, techniques, the link, the ending."""

import re

import pytest

from gipt.content.curricula import load_curriculum
from gipt.content.guide_texts import texts_of
from gipt.domain.guide_steps import ProblemArea, SessionGuide, Step
from gipt.domain.guides import Curriculum

SHIPPED = ["preset-6", "who-8", "preset-10", "preset-12", "preset-16"]
WHO_8 = load_curriculum("who-8")
MEETINGS = list(WHO_8.meetings)
ALL_STEPS = {step.key: step for guide in WHO_8.meetings.values() for step in guide.steps}


def ids(guide: SessionGuide) -> list[str]:
    return [step.id for step in guide.steps]


def points(guide: SessionGuide) -> set[str]:
    return {point.id for step in guide.steps for point in step.points}


@pytest.mark.parametrize("curriculum_id", SHIPPED)
def test_every_session_and_follow_up_checks_symptoms_and_ties_mood_to_events(curriculum_id: str) -> None:
    found = load_curriculum(curriculum_id)
    later = [one.guide for one in found.follow_ups if one.guide]
    assert len(later) == len(found.follow_ups)
    for guide in [*found.guides, *later]:
        assert {"symptoms", "mood-and-events"} <= points(guide), guide.key
        rated = {item.id for item in guide.fidelity}
        assert {"checked", "linked"} <= rated, guide.key


# Asrat 2021, table 2: what belongs to which session of the 8-session form, and the order of techniques.
TECHNIQUES = {
    1: ["names", "rules", "how-it-works", "stories"],
    2: ["week", "one-event", "offer-ways"],
    3: ["work", "hard-talk"],
    4: ["work", "weigh"],
    5: ["work", "practise"],
    6: ["loss", "old-and-new", "helpers"],
    7: ["work", "ending-soon", "on-my-own"],
    8: ["look-back", "hard-times", "more-help", "goodbye"],
}


@pytest.mark.parametrize(("number", "steps"), TECHNIQUES.items())
def test_each_session_has_its_technique_between_the_check_in_and_the_end(
    number: int, steps: list[str]
) -> None:
    found = ids(WHO_8.guide_of(number))
    assert found[0] == "welcome"
    assert [name for name in found if name in steps] == steps
    assert found[-1] == ("goodbye" if number == 8 else "close")


@pytest.mark.parametrize("curriculum_id", SHIPPED)
def test_the_middle_has_tasks_and_their_review_and_the_end_is_announced(curriculum_id: str) -> None:
    found = load_curriculum(curriculum_id)
    tasked = [number for number in range(2, found.sessions) if "new-task" in ids(found.guide_of(number))]
    assert tasked == list(range(2, found.sessions))
    for number in range(3, found.sessions + 1):
        assert "last-task" in ids(found.guide_of(number)), number
    before_last = {name for guide in found.guides[:-1] for name in ids(guide)}
    assert "ending-soon" in before_last
    assert {"look-back", "hard-times", "more-help", "goodbye"} <= set(ids(found.guides[-1]))


@pytest.mark.parametrize("number", range(1, 9))
def test_every_session_speaks_to_all_four_problem_areas(number: int) -> None:
    areas = {one.area for step in WHO_8.guide_of(number).steps for one in step.areas}
    assert areas == set(ProblemArea)


def test_the_first_talk_finds_the_area_the_people_and_the_goal() -> None:
    assert points(WHO_8.pre_group) >= {"symptoms", "named", "problem-area", "people", "goals", "dates"}
    assert {one.area for step in WHO_8.pre_group.steps for one in step.areas} == set(ProblemArea)


@pytest.mark.parametrize("name", MEETINGS)
def test_every_meeting_can_be_carried_from_its_guide(name: str) -> None:
    guide = WHO_8.meetings[name]
    assert 4 <= len(guide.steps) <= 9
    assert len(guide.fidelity) >= 4
    assert sum(len(step.phone) for step in guide.steps) >= 1


@pytest.mark.parametrize("key", ALL_STEPS)
def test_every_step_says_does_watches_and_knows_what_if(key: str) -> None:
    step: Step = ALL_STEPS[key]
    assert step.aim
    assert 3 <= len(step.say) <= 6
    assert 3 <= len(step.do) <= 6
    assert 1 <= len(step.watch) <= 3
    assert 1 <= len(step.branches) <= 4
    assert all(branch.title.startswith("If ") for branch in step.branches)


def test_words_about_dying_and_violence_lead_to_help_now() -> None:
    for step in ALL_STEPS.values():
        for branch in step.branches:
            heading = branch.title.lower()
            if any(word in heading for word in ("dying", "violence", "worries you", "the dead", "danger")):
                assert any("Help now" in line.text for line in branch.do), (step.key, branch.id)
    for key in ("who-8/frame/check-in", "who-8/pre-group/check-in"):
        assert any("open Help now" in line.text for line in ALL_STEPS[key].do)


def test_nobody_promises_secrecy() -> None:
    said = [line.text for step in ALL_STEPS.values() for line in step.say]
    said += [line.text for step in ALL_STEPS.values() for one in step.branches for line in one.say]
    assert [text for text in said if re.search(r"\bsecret|\bI promise|never tell", text, re.IGNORECASE)] == []
    for key in ("who-8/frame/welcome", "who-8/pre-group/privacy", "who-8/caregiver/explain"):
        assert any("danger" in line.text for line in ALL_STEPS[key].say)


def diagnosis_words(curriculum: Curriculum) -> set[str]:
    found = (
        one
        for one in texts_of(curriculum)
        if re.search(r"depress|suicid|patient|therap", one.text, re.IGNORECASE)
    )
    return {one.key for one in found}


def test_the_programmes_own_word_stands_in_two_places_only() -> None:
    assert diagnosis_words(WHO_8) == {
        "who-8/pre-group/name-it/say/name",
        "who-8/session-1/how-it-works/say/name",
    }
