"""Every code has a word and every fault a sentence, in two registers and every language."""

import ast
import datetime as dt
import importlib
import inspect
import pkgutil
import re
from enum import StrEnum
from pathlib import Path

import pytest

import gipt.domain
from gipt.domain import problems
from gipt.domain.group_suggestion import PassedOver
from gipt.domain.problems import (
    BadDefinition,
    BadFile,
    Conflict,
    Invalid,
    NotFound,
    NotReady,
    Problem,
    TooManyTries,
    Unknown,
)
from gipt.i18n import gettext, use_language
from gipt.i18n.placeholders import placeholders
from gipt.words import (
    GROUP_SENTENCES,
    LABELS,
    PLAIN,
    PLANNING_SENTENCES,
    PROBLEM_SENTENCES,
    label,
    labels,
    level_label,
    reason_sentence,
    sentence,
)
from gipt.words.people import ACTIONS, PASSED_OVER, passed_over_word

KINDS = {
    "Licence": "licence",
    "PackageForm": "package_form",
    "AskedBy": "asked_by",
    "Role": "role",
    "AttendanceStatus": "attendance",
    "ExcuseReason": "excuse_reason",
    "SessionStatus": "session_status",
    "CancelReason": "cancel_reason",
    "Gap": "gap",
    "Phase": "phase",
    "ExitType": "exit_type",
    "CourseStatus": "course_status",
    "EligibilityOutcome": "eligibility",
    "EligibilityReason": "eligibility_reason",
    "Exclusion": "exclusion",
    "SafetyState": "safety_state",
    "Trigger": "safety_trigger",
    "Reply": "safety_answer",
    "LinkKind": "relation",
    "Audience": "audience",
    "AnalysisSet": "analysis_set",
    "GuideStatus": "guide_status",
    "ProblemArea": "problem_area",
    "FidelityRating": "fidelity_rating",
    "GuidePicture": "guide_picture",
    "RemarkReason": "remark_reason",
    "RemarkOutcome": "remark_outcome",
    "AdaptationKind": "adaptation_kind",
    "EcologicalDimension": "ecological_dimension",
    "FrameStage": "frame_stage",
    "FramePlanning": "frame_planning",
    "FrameDecider": "frame_decider",
    "FramePart": "frame_part",
    "FrameLevel": "frame_level",
    "FrameNature": "frame_nature",
    "FrameFidelity": "frame_fidelity",
    "FrameGoal": "frame_goal",
    "FrameReason": "frame_reason",
    "Unit": "unit",
    "Dimension": "dimension",
    "Basis": "basis",
    "Repeat": "repeat",
    "CompletionBase": "completion_base",
    "Sex": "sex",
    "Displacement": "displacement",
    "Disability": "disability",
    "FunctionDomain": "function_domain",
    "Difficulty": "difficulty",
    "Direction": "direction",
    "MissingReason": "missing_reason",
    "AssessmentPoint": "assessment_point",
    "EntryConvention": "entry_convention",
    "TotalScale": "total_scale",
    "ClosedKind": "closed_kind",
    "ClosedRule": "closed_rule",
    "ChangeKind": "change",
    "SuggestionKind": "suggestion",
    "PartOfDay": "part_of_day",
    "RecordKind": "record_kind",
    "IncidentCategory": "incident_category",
    "IncidentRelation": "incident_relation",
    "IncidentOutcome": "incident_outcome",
    "SatisfactionAnswer": "satisfaction",
    "Collector": "collector",
    "ComplaintAbout": "complaint_about",
    "ComplaintChannel": "complaint_channel",
    "ComplaintState": "complaint_state",
    "ComplaintOutcome": "complaint_outcome",
    "Evidence": "evidence",
    "Scale": "picture_scale",
    "CostScope": "cost_scope",
    "CostStage": "cost_stage",
    "CostBasis": "cost_basis",
    "Rhythm": "report_rhythm",
}
"""Enumerations of the domain that people see, and the kind of label that names their members."""

# ux.md 2.2: what never stands on a facilitator's screen.
NEVER_PLAIN = re.compile(
    r"\b(?:patient|case|client|beneficiar|depress|phq|gad|epds|whodas|who-5|score|severe|suicid|absent|default|"
    r"drop-?out|dropped out|lost|fail|invalid|illegal|exclude|error|sync|upload|server|cache)",
    re.IGNORECASE,
)


def enumerations() -> dict[str, type[StrEnum]]:
    """Find every enumeration of the domain by name."""
    found = {}
    for module in pkgutil.walk_packages(gipt.domain.__path__, "gipt.domain."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if inspect.isclass(value) and issubclass(value, StrEnum) and value is not StrEnum:
                found[name] = value
    return found


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_every_code_that_people_see_has_a_word(name: str, kind: str) -> None:
    assert {member.value for member in enumerations()[name]} - set(LABELS[kind]) == set()


def test_no_enumeration_of_the_domain_is_forgotten() -> None:
    inner = {
        "Check",  # its words stand with their meanings in gipt/reports/build_quality.py
        "ClashCode",
        "FindingCode",
        "ImportRoute",
        "Mark",
        "PassedOver",
        "Permission",
        "Quasi",  # columns of a research package; their words stand in gipt/reports/research_words.py
        "Rung",
        "Severity",
    }
    assert {name for name in enumerations() if not name.startswith("_")} - set(KINDS) - inner == set()


def test_everybody_left_out_of_a_suggestion_is_told_why() -> None:
    assert set(PASSED_OVER) == set(PassedOver)
    assert len({passed_over_word(why) for why in PassedOver}) == len(PassedOver)


def test_every_act_in_the_history_of_a_person_or_a_group_has_words() -> None:
    kinds, named = {"member", "group", "cycle"}, set()
    for path in (Path(gipt.domain.__file__).parents[1] / "actions").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "audit":
                said = {one.arg: getattr(one.value, "value", None) for one in call.keywords}
                act = getattr(call.args[0], "value", None)
                named |= {act} if said.get("entity") in kinds and isinstance(act, str) else set()
    assert len(named) > 15
    assert named - set(ACTIONS) == set()


def test_problem_areas_are_those_of_group_ipt_in_plain_words() -> None:
    assert dict(labels("problem_area", plain=True)) == {
        "grief": "Grief",
        "dispute": "Disagreement",
        "life_change": "Life change",
        "loneliness": "Loneliness",
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("18-24", "18 to 24"),
        ("60+", "60 and over"),
        ("under_10", "Under 10"),
        ("unknown", "Not known"),
        ("x", "x"),
    ],
)
def test_age_bands_are_said_whatever_ages_the_programme_chose(code: str, expected: str) -> None:
    assert label("age_band", code) == expected


def test_every_plain_word_belongs_to_a_code() -> None:
    assert {kind: set(codes) - set(LABELS[kind]) for kind, codes in PLAIN.items()} == {
        kind: set() for kind in PLAIN
    }


def test_each_word_is_marked_with_its_own_kind() -> None:
    wrong = [
        (kind, code)
        for table in (LABELS, PLAIN)
        for kind, codes in table.items()
        for code, (context, _) in codes.items()
        if context != kind
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", sorted(PLAIN))
def test_facilitators_never_read_a_diagnosis_a_score_or_blame(kind: str) -> None:
    for _, word in labels(kind, plain=True):
        assert not NEVER_PLAIN.search(word), word
        assert len(word.split()) <= 12
        assert "!" not in word


def test_the_two_registers_differ_where_they_must() -> None:
    assert label("attendance", "absent_unknown") == "Absent, reason not known"
    assert label("attendance", "absent_unknown", plain=True) == "Did not come"
    assert label("exit_type", "dropped_out", plain=True) == "Stopped coming"
    assert label("role", "coordinator", plain=True) == label("role", "coordinator") == "Coordinator"


def test_codes_that_are_missing_or_unknown_are_shown_and_never_raise() -> None:
    assert label("attendance", None) == "–"
    assert label("problem_area", "land_question") == "land question"
    assert [level_label(level) for level in (3, 2, 1, None)] == [
        "Now",
        "Today",
        "Talk and plan",
        "Not yet sorted",
    ]
    with pytest.raises(KeyError):
        label("no such kind", "x")


def test_labels_speak_the_language_in_use() -> None:
    with use_language("qps"):
        assert label("role", "coordinator").startswith("⟦")
        assert sentence(NotFound()).startswith("⟦")


# Faults


def problem_classes() -> list[type[Problem]]:
    return [
        value for value in vars(problems).values() if inspect.isclass(value) and issubclass(value, Problem)
    ]


@pytest.mark.parametrize("fault", problem_classes(), ids=lambda fault: str(fault.code))
def test_every_fault_has_a_sentence_even_without_details(fault: type[Problem]) -> None:
    assert fault.code in PROBLEM_SENTENCES
    said = sentence(fault())
    assert said.endswith(".")
    assert "%(" not in said


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Invalid(field="password", reason="too_short", low=10), "Password: please write at least 10 signs."),
        (Invalid(field="weekday", reason="out_of_range", low=0, high=6), "Day of the week: please choose from 0 to 6."),
        (Invalid(field="shoe_size", reason="odd"), "shoe size: please check this."),
        (Conflict(reason="session_held", number=3), "This meeting was held, so its date stays."),
        (Unknown(kind="role", name="boss", known=["admin", "me"]),
         "There is no role “boss”. Please choose one of: admin and me."),
        (Unknown(kind="planet", name="X", known=["Y"]), "“X” is not known. Please choose one of: Y."),
        (NotReady(missing=["secrets"], path="s"), "This folder is not set up yet. Run “gipt init” first."),
        (NotReady(missing=["safety_protocol", "curriculum"]),
         "Adopt a safety protocol with two phone numbers first. "
         "The clinical lead has to adopt this curriculum first."),
        (NotReady(missing=["moon"]), "Something has to be set up first: moon."),
        (NotReady(missing=[]), "Something has to be set up first: –."),
        (BadFile(reason="too_big", megabytes=16), "This file is too big. Please send at most 16 MB."),
        (BadFile(reason="too_big"), "We could not read this file. Save it as .xlsx or .csv and try again."),
        (BadDefinition(file="x.toml", key="a.b", reason="odd"), "x.toml: please check “a.b”."),
        (TooManyTries(seconds=60), "Please wait 60 seconds, then try again."),
    ],
)  # fmt: skip
def test_a_fault_says_what_to_mend(fault: Problem, expected: str) -> None:
    assert sentence(fault) == expected


def test_an_argument_in_a_fault_is_shown_as_it_is() -> None:
    said = sentence(Unknown(kind="report", name="%(known)s <b>", known=[dt.date(2026, 10, 14), 3]))
    assert said == "There is no report “%(known)s <b>”. Please choose one of: 14 Oct 2026 and 3."


@pytest.mark.parametrize("text", PROBLEM_SENTENCES.values())
def test_sentences_about_faults_blame_nobody(text: str) -> None:
    assert not re.search(r"\b(?:failed|invalid|illegal|error|wrong|forbidden)\b|!", text, re.IGNORECASE)
    assert text.endswith((".", ". "))


REASONED = {"Invalid": "invalid", "Conflict": "conflict", "BadFile": "bad_file", "Unknown": "unknown"}


def words_of(value: ast.expr | None) -> list[str]:
    """List the codes that are written out in an expression: one, a list of them, or either of two."""
    if isinstance(value, ast.IfExp):
        return words_of(value.body) + words_of(value.orelse)
    if isinstance(value, ast.List):
        return [word for one in value.elts for word in words_of(one)]
    return [str(value.value)] if isinstance(value, ast.Constant) else []


def keys_of(call: ast.Call) -> list[str]:
    """List the keys of the sentences that one call of the program asks for."""
    name = ast.unparse(call.func)
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if name == "form.refuse":
        return [f"invalid.{word}" for word in words_of(call.args[1])]
    if name == "NotReady":
        return [f"not_ready.{word}" for word in words_of(given.get("missing"))]
    asked = given.get("reason", given.get("kind"))
    return [f"{REASONED[name]}.{word}" for word in words_of(asked)] if name in REASONED else []


def test_every_reason_that_is_raised_has_a_sentence_of_its_own() -> None:
    asked = set()
    for path in Path(gipt.domain.__path__[0]).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            asked |= set(keys_of(node)) if isinstance(node, ast.Call) else set()
    assert len(asked) > 100
    assert sorted(asked - set(PROBLEM_SENTENCES)) == []


# Planning


def test_every_reason_of_the_planner_has_a_sentence_that_needs_nothing() -> None:
    found = enumerations()
    assert {code.value for code in found["ClashCode"]} == set(PLANNING_SENTENCES)
    assert {code.value for code in found["FindingCode"]} == set(GROUP_SENTENCES)
    both = {**PLANNING_SENTENCES, **GROUP_SENTENCES}
    assert [code for code, texts in both.items() if placeholders(texts[-1])] == []


@pytest.mark.parametrize(
    ("code", "details", "expected"),
    [
        ("closed_day", {"label": "Eid al-Fitr"}, "Eid al-Fitr: closed on this day."),
        ("closed_day", {"label": "", "kind": "market"}, "Market day: closed on this day."),
        ("closed_day", {}, "Closed on this day."),
        ("facilitator_busy", {"people": ("Amina",), "source": "Youth", "starts": dt.time(9, 30)},
         "Amina already meets another group: Youth at 09:30."),
        ("travel_time", {"people": ("Amina", "Ruth"), "needed": 40, "found": 10, "venue": "Hill"},
         "Amina and Ruth needs 40 minutes from Hill and has 10."),
        ("near_estimated", {"label": "Eid", "other_on": dt.date(2026, 3, 20)},
         "Eid is expected on 20 Mar 2026, give or take a day."),
        ("load", {}, "The facilitator would meet more groups in this week than the limit."),
        ("moon_phase", {}, "moon phase"),
        ("too_few", {"size": 4, "minimum": 6}, "The group has 4 members. The smallest size is 6."),
        ("no_consent", {"people": ("Halima",)}, "Halima has not given consent."),
    ],
)  # fmt: skip
def test_a_reason_of_the_planner_is_said_with_what_is_known(
    code: str, details: dict[str, object], expected: str
) -> None:
    assert reason_sentence(code, details) == expected


def test_words_are_found_by_their_own_context() -> None:
    assert gettext("Closed") == "Closed"
    assert label("cycle_status", "closed") == label("safety_status", "closed") == "Closed"
