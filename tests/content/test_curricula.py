"""The curricula that ship, the loader, and their texts as messages."""

import re
import tomllib
from pathlib import Path

import pytest

from gipt.content.curricula import curricula_folders, curriculum_ids, load_curriculum
from gipt.content.guide_texts import texts_of, translated, translated_guide
from gipt.domain.guides import GuideStatus, Phase, content_hash
from gipt.domain.measures.base import AssessmentPoint
from gipt.domain.problems import BadDefinition, Unknown

SHIPPED = ["preset-10", "preset-12", "preset-16", "preset-6", "who-8"]
ROOT = Path(__file__).parents[2] / "curricula"

# Sentences on a facilitator's page have at most 12 words (ux 2.2).
LONGEST_SENTENCE = 12


def copy_of(tmp_path: Path, curriculum_id: str, **files: str) -> Path:
    """Make a programme's own folder with one curriculum whose files can be replaced."""
    folder = tmp_path / curriculum_id
    folder.mkdir(parents=True)
    for source in (ROOT / curriculum_id).glob("*.toml"):
        (folder / source.name).write_text(source.read_text("utf-8"), "utf-8")
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(text, "utf-8")
    return tmp_path


def texts_in(curriculum_id: str) -> dict[str, str]:
    """Give the texts of a curriculum by key."""
    return {one.key: one.text for one in texts_of(load_curriculum(curriculum_id))}


def test_five_curricula_ship() -> None:
    assert [name for name in SHIPPED if name in curriculum_ids()] == SHIPPED


@pytest.mark.parametrize(
    ("curriculum_id", "phases", "size", "needed"),
    [
        ("preset-6", "immmmt", (6, 8, 10), 5),
        ("who-8", "immmmmmt", (6, 8, 10), 6),
        ("preset-10", "immmmmmmmt", (6, 7, 8), 7),
        ("preset-12", "iiiimmmmmttt", (12, 13, 15), 9),
        ("preset-16", "iimmmmmmmmmmmttt", (8, 10, 12), 12),
    ],
)
def test_structure_is_as_published(
    curriculum_id: str, phases: str, size: tuple[int, int, int], needed: int
) -> None:
    found = load_curriculum(curriculum_id)
    assert found.sessions == len(phases)
    assert "".join(found.phase_of(n).value[0] for n in range(1, len(phases) + 1)) == phases
    assert (found.group_size.min, found.group_size.target, found.group_size.max) == size
    assert found.needed_to_complete == needed
    assert (found.minutes, found.rhythm_days, found.joining_closes_after) == (90, 7, 2)
    assert [(f.offset_days, f.before_days, f.after_days) for f in found.follow_ups] == [
        (28, 7, 14),
        (84, 14, 28),
    ]


@pytest.mark.parametrize("curriculum_id", SHIPPED)
def test_everything_shipped_is_a_draft_of_our_own_with_its_sources(curriculum_id: str) -> None:
    found = load_curriculum(curriculum_id)
    assert found.status is GuideStatus.DRAFT
    assert (found.licence, found.permission) == ("CC-BY-4.0", "")
    assert any("WHO/MSD/MER/16.4" in citation for citation in found.citations)


@pytest.mark.parametrize("curriculum_id", SHIPPED)
def test_the_check_in_is_due_before_at_every_session_at_the_end_and_after(curriculum_id: str) -> None:
    found = load_curriculum(curriculum_id)
    point = AssessmentPoint
    assert [d.measure for d in found.due(point.PRE_GROUP)] == ["phq9"]
    for number in range(1, found.sessions + 1):
        assert [d.measure for d in found.due(point.SESSION, session=number)] == ["phq9"]
    assert [d.measure for d in found.due(point.ENDLINE)] == ["phq9"]
    assert [f.key for f in found.follow_ups if found.due(point.FOLLOW_UP, follow_up=f.key)] == [
        "after-4-weeks",
        "after-12-weeks",
    ]


@pytest.mark.parametrize("curriculum_id", SHIPPED)
def test_steps_fill_the_meeting_and_every_meeting_asks_how_members_are(curriculum_id: str) -> None:
    found = load_curriculum(curriculum_id)
    assert [guide.minutes for guide in found.guides] == [found.minutes] * found.sessions
    assert all("check-in" in {step.id for step in guide.steps} for guide in found.guides)
    assert 60 <= found.pre_group.minutes <= 90
    assert found.guides[-1].steps[-1].id == "goodbye"
    assert found.phase_of(found.sessions) is Phase.TERMINATION


@pytest.mark.parametrize("curriculum_id", SHIPPED)
def test_words_are_plain(curriculum_id: str) -> None:
    texts = texts_in(curriculum_id)
    long = {
        key: sentence
        for key, text in texts.items()
        for line in text.splitlines()
        for sentence in re.split(r"(?<=[.?:;])\s", line)
        if len(sentence.split()) > LONGEST_SENTENCE
    }
    assert long == {}
    assert not [key for key, text in texts.items() if "!" in text or "%" in text]


def test_presets_say_nothing_twice_but_share_the_texts_of_the_first() -> None:
    base = texts_in("who-8")
    for curriculum_id in SHIPPED[:-1]:
        for key, text in texts_in(curriculum_id).items():
            if key.startswith("who-8/"):
                assert base[key] == text
            else:
                assert key.split("/")[-1] in {"title", "aim"} or "/follow-up/" in key


def test_a_used_session_keeps_its_keys_and_has_the_number_of_its_place() -> None:
    guide = load_curriculum("preset-10").guide_of(5)
    assert (guide.number, guide.key) == (5, "who-8/session-4")
    assert guide.steps == load_curriculum("who-8").guide_of(4).steps


def test_minutes_of_a_used_step_can_differ() -> None:
    minutes = {s.key: s.minutes for s in load_curriculum("preset-12").guide_of(2).steps}
    assert minutes["who-8/session-1/stories"] == 45


def test_an_unknown_curriculum_is_named_with_those_that_are_known() -> None:
    for name in ("who-9", "../secrets", ""):
        with pytest.raises(Unknown) as refused:
            load_curriculum(name)
        assert refused.value.details["kind"] == "curriculum"
        assert "who-8" in refused.value.details["known"]


def test_a_programmes_own_folder_comes_first_and_may_use_what_ships(tmp_path: Path) -> None:
    text = (ROOT / "preset-6" / "curriculum.toml").read_text("utf-8")
    own = tmp_path / "village-6"
    own.mkdir()
    (own / "curriculum.toml").write_text(
        text.replace('"preset-6"', '"village-6"').replace("minutes = 90", "minutes = 100"), "utf-8"
    )
    assert load_curriculum("village-6", tmp_path).minutes == 100
    assert "village-6" in curriculum_ids(tmp_path)
    assert "village-6" not in curriculum_ids()
    assert curricula_folders(tmp_path)[0] == tmp_path


def test_the_folder_can_be_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_of(tmp_path, "who-8")
    structure = folder / "who-8" / "curriculum.toml"
    structure.write_text(structure.read_text("utf-8").replace('"0.2.0"', '"9.9.9"'), "utf-8")
    monkeypatch.setenv("GIPT_CURRICULA", str(folder))
    assert load_curriculum("who-8").version == "9.9.9"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('use = "who-8/session-9"', "unknown_reference"),
        ('use = "who-8/../../secrets"', "bad_reference"),
        ('use = "../x/session-1"', "bad_reference"),
        ('use = "who-8"', "bad_reference"),
        ('use = "who-8/session-3"', "bad_reference"),
        ('title = "A"\naim = "B."\nsteps = [{ use = "who-8/frame/nothing" }]', "unknown_reference"),
        ('title = "A"\naim = "B."\nsteps = [{ use = "who-8/frame/close", title = "X" }]', "bad_reference"),
        ('title = "A"\naim = "B."\nsteps = 3', "not_a_list"),
        ("title = ", "not_toml"),
    ],
    ids=["no-file", "path", "upwards", "short", "itself", "no-step", "renamed", "no-list", "broken"],
)
def test_a_reference_that_leads_nowhere_is_named(tmp_path: Path, text: str, reason: str) -> None:
    own = copy_of(tmp_path, "who-8", session_3=text)
    with pytest.raises(BadDefinition) as refused:
        load_curriculum("who-8", own)
    assert refused.value.details["reason"] == reason
    assert "session-3" in refused.value.details["file"]


def test_a_curriculum_must_lie_in_the_folder_of_its_name(tmp_path: Path) -> None:
    text = (ROOT / "preset-6" / "curriculum.toml").read_text("utf-8")
    (tmp_path / "renamed").mkdir()
    (tmp_path / "renamed" / "curriculum.toml").write_text(text, "utf-8")
    with pytest.raises(BadDefinition) as refused:
        load_curriculum("renamed", tmp_path)
    assert refused.value.details["reason"] == "not_the_folder"


def test_texts_have_stable_keys_and_come_once_with_a_note() -> None:
    found = list(texts_of(load_curriculum("who-8")))
    keys = [one.key for one in found]
    assert len(keys) == len(set(keys))
    assert keys[0] == "who-8/title"
    notes = {one.key: one.note for one in found}
    assert all(notes.values())
    texts = texts_in("who-8")
    assert texts["who-8/session-3/title"] == "Saying what we mean"
    assert texts["who-8/frame/welcome/title"] == "Welcome everybody"
    assert notes["who-8/frame/welcome/title"] == "Title of a step: begins with a verb, at most 40 characters."


def test_a_line_between_two_others_moves_no_key(tmp_path: Path) -> None:
    line = """say = {{ before = "Before.", {new}after = "After." }}"""
    text = """title = "A"\naim = "B."\n[[steps]]\nid = "one"\ntitle = "One"\nminutes = 5\ncore = true\n"""
    found = []
    for name, new in (("old", ""), ("new", 'between = "Between.", ')):
        own = copy_of(tmp_path / name, "who-8", session_3=text + line.format(new=new))
        found.append({one.key: one.text for one in texts_of(load_curriculum("who-8", own))})
    old, new_texts = found
    assert old.items() <= new_texts.items()
    assert set(new_texts) - set(old) == {"who-8/session-3/one/say/between"}


def test_a_translated_guide_changes_its_texts_and_nothing_else() -> None:
    source = load_curriculum("who-8")
    done = translated(source, lambda key, text: (f"⟦{text}⟧", True))
    assert done.untranslated == frozenset()
    assert done.curriculum.guide_of(3).title == "⟦Saying what we mean⟧"
    assert [s.key for g in done.curriculum.guides for s in g.steps] == [
        s.key for g in source.guides for s in g.steps
    ]
    assert content_hash(done.curriculum) != content_hash(source)


def test_one_meeting_is_translated_as_in_the_whole() -> None:
    source = load_curriculum("who-8")

    def shout(key: str, text: str) -> tuple[str, bool]:
        return text.upper(), not key.endswith("/aim")

    whole = translated(source, shout)
    for name, guide in source.meetings.items():
        one = translated_guide(guide, shout)
        assert one.guide == whole.curriculum.meetings[name]
        assert one.untranslated <= whole.untranslated


def test_what_is_not_translated_stays_in_the_source_and_is_named() -> None:
    source = load_curriculum("who-8")
    done = translated(source, lambda key, text: ("", False) if key.endswith("/aim") else (text, True))
    assert done.curriculum == source
    assert done.untranslated == {key for key in texts_in("who-8") if key.endswith("/aim")}


def test_every_file_of_the_folder_is_toml() -> None:
    for path in ROOT.rglob("*.toml"):
        tomllib.loads(path.read_text("utf-8"))
