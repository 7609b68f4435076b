"""Adaptations from files: keys of new steps, parents, references, and which texts there are."""

from pathlib import Path

import pytest

from gipt.content.adaptations import adaptation_ids, load_adaptation, load_adapted
from gipt.content.curricula import load_curriculum
from gipt.content.domains import all_that_is_said
from gipt.content.guide_texts import texts_of
from gipt.content.po_files import read
from gipt.content.readability import LONG_SENTENCE, readability_of, sentences_in
from gipt.content.spoken_guides import words_of
from gipt.domain.adaptations import AdaptationKind
from gipt.domain.guides import GuideStatus, content_hash, from_mapping, to_mapping
from gipt.domain.problems import BadDefinition, Unknown
from gipt.i18n import language

ROOT = Path(__file__).parents[2] / "curricula"

HEAD = """
id = "{id}"
curriculum = "who-8"
version = "{version}"
title = "The hill"
population = "Women of the hill"
place = "The hill"
language = "sw"
locale = "sw_KE@hill"
parent = "{parent}"
status = "draft"
"""
FRAME = """
title = "Tea first"
dimensions = ["methods"]
[changes.frame]
when = "planning"
planned = "proactive"
decided_by = ["community"]
what = "content"
level = "group"
nature = ["adding"]
fidelity = "consistent"
goal = ["culture"]
reason = ["recipient"]
explanation = "Tea comes before talk."
"""
TEA = (
    """
[[changes]]
id = "tea"
kind = "add"
meeting = "session-2"
"""
    + FRAME
    + """
[changes.new]
id = "tea"
title = "Drink tea"
minutes = 5
core = false
say.pour = "Who pours today?"
"""
)
USED = (
    """
[[changes]]
id = "again"
kind = "add"
meeting = "session-2"
after = "{after}"
"""
    + FRAME
    + """
[changes.new]
use = "who-8/session-1/names"
"""
)


def own_folder(tmp_path: Path, **files: str) -> Path:
    """Make a programme's folder with a copy of who-8 and adaptations by name."""
    folder = tmp_path / "who-8"
    (folder / "adaptations").mkdir(parents=True)
    for source in (ROOT / "who-8").glob("*.toml"):
        (folder / source.name).write_text(source.read_text("utf-8"), "utf-8")
    for name, text in files.items():
        (folder / "adaptations" / f"{name}.toml").write_text(text, "utf-8")
    return tmp_path


def head(name: str = "hill", parent: str = "", version: str = "") -> str:
    return HEAD.format(id=name, parent=parent, version=version or load_curriculum("who-8").version)


def test_a_new_step_has_a_key_of_the_adaptation_and_a_used_one_keeps_its_own(tmp_path: Path) -> None:
    own = own_folder(tmp_path, hill=head() + TEA + USED.format(after="tea"))
    steps = load_adapted("who-8", "hill", own).guide_of(2).steps
    assert [step.key for step in steps[:2]] == ["who-8/hill/session-2/tea", "who-8/session-1/names"]
    texts = {one.key: one.text for one in all_that_is_said("who-8", own)}
    assert texts["who-8/hill/session-2/tea/say/pour"] == "Who pours today?"
    assert texts["who-8/session-1/names/title"]


def test_a_child_is_laid_over_its_parent(tmp_path: Path) -> None:
    child = head("child", parent="hill") + USED.format(after="tea")
    own = own_folder(tmp_path, hill=head() + TEA, child=child)
    found = load_adapted("who-8", "child", own)
    assert [step.id for step in found.guide_of(2).steps[:2]] == ["tea", "names"]
    assert found.adaptation == "child"
    assert {"child", "hill"} <= set(adaptation_ids("who-8", own))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (head(parent="hill") + TEA, "circle"),
        (head(version="9.9.9") + TEA, "another_curriculum"),
        (head("other") + TEA, "not_the_folder"),
        (head() + USED.format(after="").replace("/names", "/nothing"), "unknown_reference"),
        (head() + "changes = 3", "not_a_list"),
        ("id = ", "not_toml"),
    ],
    ids=["circle", "version", "renamed", "reference", "no list", "broken"],
)
def test_an_adaptation_that_cannot_be_laid_over_is_named(tmp_path: Path, text: str, reason: str) -> None:
    own = own_folder(tmp_path, hill=text)
    with pytest.raises(BadDefinition) as refused:
        load_adapted("who-8", "hill", own)
    assert refused.value.details["reason"] == reason
    assert refused.value.details["file"] == "who-8/adaptations/hill.toml"


def test_an_unknown_adaptation_is_named_with_those_that_are_known(tmp_path: Path) -> None:
    own = own_folder(tmp_path, hill=head() + TEA)
    with pytest.raises(Unknown) as refused:
        load_adaptation("who-8", "../secrets", own)
    assert (refused.value.details["kind"], "hill" in refused.value.details["known"]) == ("adaptation", True)
    assert adaptation_ids("../who-8", own) == ()


SHIPPED = ("adolescent", "kibera", "perinatal")


def test_three_examples_ship_for_a_place_an_age_and_a_time_of_life() -> None:
    assert [name for name in SHIPPED if name in adaptation_ids("who-8")] == list(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_a_draft_with_a_whole_record_that_drops_nothing_of_the_core(name: str) -> None:
    record = load_adaptation("who-8", name)
    assert (record.status, record.reviewers) == (GuideStatus.DRAFT, ())
    assert all(change.dimensions and change.frame.explanation for change in record.changes)
    assert not any(change.approved_by_clinical_lead for change in record.changes)
    assert {"words", "add"} <= {change.kind.value for change in record.changes}
    base, found = load_curriculum("who-8"), load_adapted("who-8", name)
    assert content_hash(found) != content_hash(base)
    assert from_mapping(to_mapping(found)) == found
    for place, guide in base.meetings.items():
        kept = {step.key for step in found.meetings[place].steps}
        assert {step.key for step in guide.steps if step.core} <= kept
    assert [guide.minutes for guide in found.guides] == [base.minutes] * base.sessions
    assert all(guide.minutes <= base.minutes for guide in found.meetings.values())


def test_together_they_show_every_kind_of_change() -> None:
    kinds = {change.kind for name in SHIPPED for change in load_adaptation("who-8", name).changes}
    assert kinds == set(AdaptationKind)


@pytest.mark.parametrize("name", SHIPPED)
def test_new_steps_are_as_plain_as_the_guide(name: str) -> None:
    added = [one.text for one in texts_of(load_adapted("who-8", name)) if f"/{name}/" in one.key]
    assert len(added) > 20
    found = readability_of(added)
    assert (found.long, found.longest <= LONG_SENTENCE) == (0, True)


SHIPPED_ADAPTATIONS = adaptation_ids("who-8")


@pytest.mark.parametrize("name", SHIPPED_ADAPTATIONS)
def test_every_change_of_words_has_words_and_no_word_is_changed_without_a_record(name: str) -> None:
    adaptation = load_adaptation("who-8", name)
    path = ROOT.parent / "translations" / adaptation.locale / "LC_MESSAGES" / "curriculum-who-8.po"
    catalog = read(path)
    said = {one.context for one in catalog if one.id and one.string}
    assert "Status: draft." in catalog.header_comment
    recorded = [one.texts for one in adaptation.changes if one.kind is AdaptationKind.WORDS]
    assert recorded
    for beginning in (text for texts in recorded for text in texts):
        assert any(key == beginning or key.startswith(f"{beginning}/") for key in said), beginning
    beginnings = [text for texts in recorded for text in texts]
    assert [
        key for key in said if not any(key == one or key.startswith(f"{one}/") for one in beginnings)
    ] == []


@pytest.mark.parametrize("name", SHIPPED_ADAPTATIONS)
def test_an_adaptation_falls_back_to_its_language_word_by_word(name: str) -> None:
    adaptation, curriculum = load_adaptation("who-8", name), load_adapted("who-8", name)
    tongue = language(adaptation.locale)
    words = words_of(curriculum, tongue)
    tags = {tag for tag, _text in words.texts.values()}
    assert tags == ({adaptation.locale} if tongue.chain[-1] == "en" else {adaptation.locale, "sw"})
    assert words.missing_in(curriculum, tongue) == []
    most = (
        max(len(sentence.split()) for _tag, text in words.texts.values() for sentence in sentences_in(text))
        if tongue.chain[-1] == "en"
        else 0
    )
    assert most <= LONG_SENTENCE
