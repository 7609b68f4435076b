"""Publishing words, their life, what a cycle reads, edits of the app, approvals; through the real actions."""

from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path

import pytest
import sqlalchemy as sa
from babel.messages.pofile import normalize

from gipt.actions.curricula import publish_curriculum
from gipt.actions.cycle_guides import choose_guide
from gipt.actions.cycles import CycleRecord, plan_cycle, start_cycle
from gipt.actions.groups import GroupRecord, form_group
from gipt.actions.translations import (
    add_translation_evidence,
    approve_words,
    edit_translation,
    publish_translation,
    review_edit,
    take_translation_step,
    withdraw_edit,
)
from gipt.content.entries import message_key
from gipt.content.guide_texts import texts_of
from gipt.content.locked_words import locked_words, skeleton_in
from gipt.content.protocol_skeleton import SKELETON
from gipt.content.protocol_skeleton import texts as safety_texts
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.domain.adaptation_life import Evidence
from gipt.domain.guides import Curriculum, GuideStatus
from gipt.domain.problems import Conflict, Invalid, NotAllowed, NotFound, NotReady
from gipt.i18n import Shelf, catalog_folders, language, use_shelf
from gipt.i18n.lint import Fault
from gipt.models import AuditEvent, CurriculumVersion, GuideTranslation, TranslationEdit
from gipt.queries.curricula import published
from gipt.queries.translations import (
    approved_words,
    best_translation,
    edits_for,
    get_translation,
    pinned_guide,
    published_translations,
    published_words,
    sign_offs,
)
from gipt.words.faults import PROBLEM_SENTENCES
from tests.cast import NOW, Cast
from tests.world import make_curriculum, make_members, make_protocol

TITLE = "who-8/session-1/title"
HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
Put = Callable[..., None]


@pytest.fixture
def put(cast: Cast, tmp_path: Path) -> Iterator[Put]:
    """Give a function that writes a catalog of the programme's own: put(tag, domain, {key: (english, text)})."""
    folder = tmp_path / "words"
    old = use_shelf(Shelf(catalog_folders(folder), recheck=0))

    def write(tag: str, domain: str, entries: dict[str, tuple[str, str]]) -> None:
        path = folder / tag / "LC_MESSAGES" / f"{domain}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = [
            f'msgctxt "{key}"\nmsgid {normalize(english)}\nmsgstr {normalize(text)}\n'
            for key, (english, text) in entries.items()
        ]
        path.write_text("\n".join([HEADER, *parts]), "utf-8")

    yield write
    use_shelf(old or Shelf(catalog_folders()))


def version(cast: Cast) -> tuple[str, Curriculum]:
    version_id = make_curriculum(cast, now=NOW)
    digest = db.session.scalar(
        sa.select(CurriculumVersion.content_hash).where(CurriculumVersion.id == version_id)
    )
    assert digest
    return version_id, published(digest)


def whole(curriculum: Curriculum, mark: str, *, skip: str = "") -> dict[str, tuple[str, str]]:
    """Translate every text of a guide by a mark before it."""
    return {one.key: (one.text, f"{mark} {one.text}") for one in texts_of(curriculum) if one.key != skip}


def publish(cast: Cast, version_id: str, tag: str = "sw", role: str = "translator") -> str:
    return publish_translation(curriculum_version_id=version_id, tag=tag, by=cast.actor(role), now=NOW)


def take(cast: Cast, translation_id: str, status: str, role: str, comment: str | None = None) -> None:
    take_translation_step(
        translation_id=translation_id,
        status=GuideStatus(status),
        comment=comment,
        by=cast.actor(role),
        now=NOW,
    )


def field_tested(cast: Cast, translation_id: str) -> str:
    """Bring a translation to the end of its field test."""
    take(cast, translation_id, "translated", "translator")
    take(cast, translation_id, "language_reviewed", "reviewer")
    take(cast, translation_id, "clinically_reviewed", "clinical_lead")
    add_translation_evidence(
        translation_id=translation_id,
        kind=Evidence.FIELD_TEST,
        text="Six women, one meeting; all could say what the step was for.",
        by=cast.actor("reviewer"),
        now=NOW,
    )
    take(cast, translation_id, "field_tested", "reviewer")
    return translation_id


def approved(cast: Cast, translation_id: str) -> str:
    take(cast, field_tested(cast, translation_id), "approved", "clinical_lead")
    return translation_id


def plan(cast: Cast, version_id: str, tag: str = "sw", first: int = 0) -> str:
    people = make_members(cast, 3, first=first, now=NOW)
    record = GroupRecord(
        cast.own, f"Hill {first}", venue_id=cast.venues["own"], language=tag, note="For tests"
    )
    group_id = form_group(record=record, member_ids=people, by=cast.actor("coordinator"), now=NOW)
    wish = CycleRecord(
        group_id,
        version_id,
        start=date(2026, 3, 11),
        starts=time(10, 0),
        facilitators=(cast.staff_id("facilitator"),),
    )
    return plan_cycle(record=wish, by=cast.actor("coordinator"), now=NOW)


def start(cast: Cast, cycle_id: str) -> None:
    start_cycle(cycle_id=cycle_id, by=cast.actor("coordinator"), now=NOW)


# Publishing


def test_the_same_words_are_published_once_and_other_words_are_another_draft(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    first = publish(cast, version_id)
    assert publish(cast, version_id) == first
    approved(cast, first)
    put("sw", "curriculum-who-8", whole(curriculum, "sw") | {TITLE: (curriculum.guides[0].title, "Karibu")})
    second = publish(cast, version_id)
    assert second != first
    assert get_translation(second).status is GuideStatus.DRAFT
    assert get_translation(first).status is GuideStatus.APPROVED
    words, old = published_words(second), published_words(first)
    assert words
    assert old
    assert words.find(TITLE) == ("sw", "Karibu")
    assert old.find(TITLE) == ("sw", f"sw {curriculum.guides[0].title}")


def test_what_stays_in_the_source_language_is_counted(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("lg", "curriculum-who-8", whole(curriculum, "lg", skip=TITLE))
    found = get_translation(publish(cast, version_id, "lg"))
    assert found.untranslated == 1
    assert published_translations(version_id) == [found]


def test_each_text_says_which_catalog_of_the_chain_it_came_from(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    second = curriculum.guides[1]
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    put("sw_KE", "curriculum-who-8", {f"{second.key}/title": (second.title, "Kenya")})
    put("sw_KE@kibera", "curriculum-who-8", {TITLE: (curriculum.guides[0].title, "Kibera")})
    words = published_words(publish(cast, version_id, "sw_KE@kibera"))
    assert words
    assert words.find(TITLE) == ("sw_KE@kibera", "Kibera")
    assert words.find(f"{second.key}/title") == ("sw_KE", "Kenya")
    assert words.find(f"{second.key}/aim") == ("sw", f"sw {second.aim}")


@pytest.mark.parametrize("tag", ["en", "qps", "xx", "../sw", "sw_KE@" + "x" * 60])
def test_only_a_language_that_can_be_translated_into_is_published(cast: Cast, put: Put, tag: str) -> None:
    with pytest.raises(Invalid):
        publish(cast, version(cast)[0], tag)


def test_nothing_is_published_where_nothing_is_translated(cast: Cast, put: Put) -> None:
    with pytest.raises(Conflict) as refused:
        publish(cast, version(cast)[0], "lg")
    assert refused.value.details["reason"] == "nothing_translated"


@pytest.mark.parametrize("role", ["facilitator", "supervisor", "coordinator", "me", "admin"])
def test_others_neither_publish_nor_edit_nor_approve(cast: Cast, put: Put, role: str) -> None:
    version_id, _curriculum = version(cast)
    someone = cast.actor(role)
    with pytest.raises(NotAllowed):
        publish(cast, version_id, role=role)
    with pytest.raises(NotAllowed):
        edit_translation(domain="curriculum-who-8", tag="sw", key=TITLE, text="x", by=someone, now=NOW)
    with pytest.raises(NotAllowed):
        approve_words(domain="safety", tag="sw", key="x", words_hash="y", by=someone, now=NOW)


def test_an_adaptation_is_published_with_its_structure_and_its_words(cast: Cast, put: Put) -> None:
    lead = cast.actor("clinical_lead")
    plain = publish_curriculum(curriculum="who-8", by=lead, now=NOW)
    version_id = publish_curriculum(curriculum="who-8", adaptation="perinatal", by=lead, now=NOW)
    assert version_id != plain
    digest = db.session.scalar(
        sa.select(CurriculumVersion.content_hash).where(CurriculumVersion.id == version_id)
    )
    assert digest
    adapted = published(digest)
    assert adapted.adaptation == "perinatal"
    put("en@perinatal", "curriculum-who-8", {TITLE: (adapted.guides[0].title, "Mothers together")})
    found = get_translation(publish(cast, version_id, "en@perinatal"))
    words = published_words(found.translation_id)
    assert words
    assert words.spoken(adapted.guides[0]).guide.title == "Mothers together"
    assert found.untranslated == 0


# Life


def test_the_way_to_approval_is_recorded_step_by_step(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    done = approved(cast, publish(cast, version_id))
    assert [one.status.value for one in sign_offs(done)] == [
        "translated", "language_reviewed", "clinically_reviewed", "field_tested", "approved",
    ]  # fmt: skip
    events = list(
        db.session.scalars(
            sa.select(AuditEvent.action).where(AuditEvent.entity_id == done).order_by(AuditEvent.n)
        )
    )
    assert events[0] == "publish_translation"
    assert events.count("take_translation_step") == 5
    assert "add_translation_evidence" in events


def test_a_step_of_another_role_or_out_of_order_changes_nothing(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    draft = publish(cast, version_id)
    with pytest.raises(NotAllowed):
        take(cast, draft, "translated", "coordinator")
    with pytest.raises(Conflict):
        take(cast, draft, "approved", "clinical_lead")
    take(cast, draft, "translated", "reviewer")
    with pytest.raises(Conflict):
        take(cast, draft, "language_reviewed", "reviewer")
    with pytest.raises(Invalid):
        take(cast, draft, "draft", "clinical_lead")
    take(cast, draft, "draft", "clinical_lead", "Step 2 sounds like an order")
    assert get_translation(draft).status is GuideStatus.DRAFT


def test_a_gap_blocks_approval(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("lg", "curriculum-who-8", whole(curriculum, "lg", skip=TITLE))
    nearly = field_tested(cast, publish(cast, version_id, "lg"))
    with pytest.raises(Conflict) as refused:
        take(cast, nearly, "approved", "clinical_lead")
    assert refused.value.details == {"reason": "untranslated", "count": 1}


def test_a_missing_translation_is_missing(cast: Cast) -> None:
    with pytest.raises(NotFound):
        take(cast, "0" * 32, "translated", "translator")


# What a cycle reads


def test_a_cycle_reads_the_approved_words_of_its_language_from_the_day_it_starts(
    cast: Cast, put: Put
) -> None:
    version_id, curriculum = version(cast)
    make_protocol(cast, now=NOW)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    first, cycle_id = publish(cast, version_id), plan(cast, version_id)
    assert pinned_guide(cycle_id).translation_id is None
    approved(cast, first)
    start(cast, cycle_id)
    assert pinned_guide(cycle_id).translation_id == first
    # A changed file, and even newer approved words, never change a running group.
    put("sw", "curriculum-who-8", whole(curriculum, "new"))
    approved(cast, publish(cast, version_id))
    assert pinned_guide(cycle_id).translation_id == first
    words = published_words(first)
    assert words
    assert words.spoken(curriculum.guides[0]).guide.title == f"sw {curriculum.guides[0].title}"
    assert words.spoken(curriculum.guides[0]).untranslated == frozenset()


def test_a_language_without_approved_words_starts_in_the_curriculums_own(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    make_protocol(cast, now=NOW)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    publish(cast, version_id)
    cycle_id = plan(cast, version_id)
    start(cast, cycle_id)
    assert pinned_guide(cycle_id).translation_id is None


def test_chosen_words_that_are_not_approved_stop_the_start_unless_it_is_a_pilot(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    make_protocol(cast, now=NOW)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    draft, cycle_id, office = publish(cast, version_id), plan(cast, version_id), cast.actor("coordinator")
    choose_guide(cycle_id=cycle_id, translation_id=draft, pilot=True, by=office, now=NOW)
    with pytest.raises(NotReady) as refused:
        start(cast, cycle_id)
    assert refused.value.details["missing"] == ["guide_approved"]
    field_tested(cast, draft)
    choose_guide(cycle_id=cycle_id, translation_id=draft, by=office, now=NOW)
    with pytest.raises(NotReady):
        start(cast, cycle_id)
    choose_guide(cycle_id=cycle_id, translation_id=draft, pilot=True, by=office, now=NOW)
    start(cast, cycle_id)
    assert pinned_guide(cycle_id).translation_id == draft


def test_a_running_cycle_is_moved_by_a_person_and_only_to_what_could_start(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    make_protocol(cast, now=NOW)
    cycle_id, office = plan(cast, version_id), cast.actor("coordinator")
    start(cast, cycle_id)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    draft = publish(cast, version_id)
    with pytest.raises(NotReady):
        choose_guide(cycle_id=cycle_id, translation_id=draft, by=office, now=NOW)
    approved(cast, draft)
    choose_guide(cycle_id=cycle_id, translation_id=draft, by=office, now=NOW)
    assert pinned_guide(cycle_id).translation_id == draft
    choose_guide(cycle_id=cycle_id, translation_id=None, by=office, now=NOW)
    assert pinned_guide(cycle_id).translation_id is None
    with pytest.raises(NotFound):
        choose_guide(
            cycle_id=cycle_id, translation_id=draft, by=cast.actor("coordinator", "foreign"), now=NOW
        )


def test_words_of_another_version_or_retired_ones_are_not_chosen(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    retired, cycle_id, office = publish(cast, version_id), plan(cast, version_id), cast.actor("coordinator")
    take(cast, retired, "retired", "clinical_lead")
    preset = publish_curriculum(curriculum="preset-6", by=cast.actor("clinical_lead"), now=NOW)
    for translation_id in (retired, publish(cast, preset)):
        with pytest.raises(Invalid):
            choose_guide(cycle_id=cycle_id, translation_id=translation_id, by=office, now=NOW)


def test_the_nearest_approved_words_of_the_chain_are_found(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    put("sw_KE@kibera", "curriculum-who-8", {TITLE: (curriculum.guides[0].title, "Kibera")})
    base, special = (approved(cast, publish(cast, version_id, tag)) for tag in ("sw", "sw_KE@kibera"))
    assert best_translation(version_id, "sw_KE@kibera") == special
    assert best_translation(version_id, "sw_KE") == base
    assert best_translation(version_id, "sw") == base
    assert best_translation(version_id, "fr") is None
    assert best_translation(version_id, None) is None


def test_an_adapted_guide_is_read_in_the_words_of_its_adaptation(cast: Cast, put: Put) -> None:
    version_id = publish_curriculum(curriculum="who-8", adaptation="kibera", by=cast.actor("admin"), now=NOW)
    plain_id, plain = version(cast)
    digest = db.session.scalar(
        sa.select(CurriculumVersion.content_hash).where(CurriculumVersion.id == version_id)
    )
    assert digest
    put("sw", "curriculum-who-8", whole(plain, "sw") | whole(published(digest), "sw"))
    put("sw_KE@kibera", "curriculum-who-8", {TITLE: (plain.guides[0].title, "Kibera")})
    base, special = (approved(cast, publish(cast, version_id, tag)) for tag in ("sw", "sw_KE@kibera"))
    assert best_translation(version_id, "sw") == special
    assert best_translation(version_id, "sw_KE") == special
    assert best_translation(version_id, "en") is None
    unshaped, other = (approved(cast, publish(cast, plain_id, tag)) for tag in ("sw", "sw_KE@kibera"))
    assert best_translation(plain_id, "sw") == unshaped
    assert len({base, special, unshaped, other}) == 4


def test_the_form_for_women_is_read_where_there_is_one(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    guide = curriculum.guides[0]
    put("fr", "curriculum-who-8", whole(curriculum, "fr") | {f"{TITLE}|f": (guide.title, "Entre femmes")})
    words = published_words(publish(cast, version_id, "fr"))
    assert words
    assert words.spoken(guide, "f").guide.title == "Entre femmes"
    assert words.spoken(guide, "m").guide.title == f"fr {guide.title}"
    assert words.spoken(guide).guide.title == f"fr {guide.title}"
    assert words.spoken(guide, "f").guide.steps[0].title == f"fr {guide.steps[0].title}"


# Edits made in the app


def edit(cast: Cast, text: str, role: str = "translator", key: str = TITLE, **more: object) -> str:
    return edit_translation(
        domain="curriculum-who-8", tag="sw", key=key, text=text, by=cast.actor(role), now=NOW, **more
    )  # type: ignore[arg-type]


def test_an_edit_stands_before_the_file_is_published_with_it_and_can_be_taken_back(
    cast: Cast, put: Put
) -> None:
    version_id, curriculum = version(cast)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    before = publish(cast, version_id)
    edit(cast, "Kwanza")
    newest = edit(cast, "Tukutane")
    words = published_words(publish(cast, version_id))
    assert words
    assert words.find(TITLE) == ("sw", "Tukutane")
    withdraw_edit(edit_id=newest, by=cast.actor("translator"), now=NOW)
    assert publish(cast, version_id) == before


def test_an_unfinished_edit_and_one_for_another_english_do_not_count(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    before = publish(cast, version_id)
    edit(cast, "Tuku", finished=False)
    assert publish(cast, version_id) == before
    edit(cast, "Tukutane")
    db.session.execute(sa.update(TranslationEdit).values(source_hash="of an older sentence"))
    db.session.commit()
    assert publish(cast, version_id) == before


def test_an_edit_is_reviewed_by_another_and_only_the_newest_one(cast: Cast, put: Put) -> None:
    version(cast)
    old, new = edit(cast, "Kwanza", "reviewer"), edit(cast, "Tukutane", "reviewer")
    with pytest.raises(Conflict) as refused:
        review_edit(edit_id=old, by=cast.actor("clinical_lead"), now=NOW)
    assert refused.value.details["reason"] == "edited_again"
    with pytest.raises(Conflict):
        review_edit(edit_id=new, by=cast.actor("reviewer"), now=NOW)
    review_edit(edit_id=new, by=cast.actor("clinical_lead"), now=NOW)
    assert [one.text for one in edits_for(["curriculum-who-8"], ["sw"])] == ["Tukutane"]


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        (TITLE, "<b>Kwanza</b>", "markup"),
        (TITLE, "", "empty"),
        (TITLE, "x" * 400, "too_long"),
        (TITLE, "%(name)s", "unknown_placeholder"),
        (TITLE, "Ku\u202etukutane", "bidi_character"),
    ],
)
def test_an_edit_passes_the_checks_of_every_catalog(
    cast: Cast, put: Put, key: str, text: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        edit(cast, text, key=key)
    assert refused.value.details["reason"] == reason


def test_every_check_has_a_sentence() -> None:
    by_file = {Fault.FUZZY, Fault.PLURAL_COUNT}  # nobody types these on a page
    assert [
        one for one in Fault if f"invalid.{one.value}" not in PROBLEM_SENTENCES and one not in by_file
    ] == []


def test_an_unknown_key_and_the_wording_of_a_measure_are_not_edited(cast: Cast, put: Put) -> None:
    with pytest.raises(NotFound):
        edit(cast, "x", key="who-8/no/such")
    with pytest.raises(Conflict) as refused:
        edit_translation(
            domain="measures", tag="sw", key="phq9/q1", text="x", by=cast.actor("clinical_lead"), now=NOW
        )
    assert refused.value.details["reason"] == "locked"


def test_what_somebody_only_began_takes_no_finished_words_away(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    edit(cast, "Tukutane")
    with_edit = publish(cast, version_id)
    edit(cast, "Tuku", finished=False)
    assert publish(cast, version_id) == with_edit


def test_a_text_of_the_pages_is_edited_with_all_its_plural_forms(cast: Cast, put: Put) -> None:
    key = message_key(None, ("%(num)d session", "%(num)d sessions"))

    def write(*forms: str) -> str:
        return edit_translation(
            domain="messages", tag="sw", key=key, text="", forms=forms, by=cast.actor("translator"), now=NOW
        )

    for wrong in (("kikao %(num)d",), ("kikao %(num)d", "")):
        with pytest.raises(Invalid):
            write(*wrong)
    write("kikao %(num)d", "vikao %(num)d")
    assert db.session.scalar(sa.select(TranslationEdit.texts)) == ["kikao %(num)d", "vikao %(num)d"]


def test_whoever_wrote_texts_that_nobody_looked_at_does_not_review_the_language(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    written = edit(cast, "Tukutane", role="reviewer")
    translation_id = publish(cast, version_id)
    take(cast, translation_id, "translated", "translator")
    with pytest.raises(Conflict) as refused:
        take(cast, translation_id, "language_reviewed", "reviewer")
    assert refused.value.details == {"reason": "own_edits", "count": 1}
    review_edit(edit_id=written, by=cast.actor("clinical_lead"), now=NOW)
    take(cast, translation_id, "language_reviewed", "reviewer")


# Locked words

STAY = "protocol/step/stay"


def safety(put: Put, **changes: str) -> None:
    put(
        "fr",
        "safety",
        {key: (english, changes.get(key, f"fr {english}")) for key, english in safety_texts()},
    )


def approve(cast: Cast, key: str, *roles: str, domain: str = "safety") -> None:
    words = locked_words(domain, language("fr"))[key]
    for role in roles:
        approve_words(
            domain=domain, tag="fr", key=key, words_hash=words.words_hash, by=cast.actor(role), now=NOW
        )


def shown() -> tuple[str, frozenset[str]]:
    skeleton, english = skeleton_in(language("fr"), approved_words("safety", "fr"))
    return skeleton.steps[0], english


def test_safety_text_is_english_until_two_people_approved_these_words(cast: Cast, put: Put) -> None:
    safety(put)
    english, translated = SKELETON.steps[0], f"fr {SKELETON.steps[0]}"
    assert shown()[0] == english
    approve(cast, STAY, "reviewer", "reviewer")
    assert shown()[0] == english
    approve(cast, STAY, "clinical_lead")
    assert shown()[0] == translated
    assert STAY not in shown()[1]


def test_two_reviewers_without_a_clinical_lead_are_not_enough(cast: Cast, put: Put) -> None:
    safety(put)
    words = locked_words("safety", language("fr"))[STAY]
    for site in ("own", "foreign"):
        approve_words(
            domain="safety",
            tag="fr",
            key=STAY,
            words_hash=words.words_hash,
            by=cast.actor("reviewer", site),
            now=NOW,
        )
    assert shown()[0] == SKELETON.steps[0]


@pytest.mark.parametrize("key", [key for key, _english in safety_texts()])
def test_a_changed_word_of_any_sentence_takes_its_approval_away(cast: Cast, put: Put, key: str) -> None:
    safety(put)
    for one, _english in safety_texts():
        approve(cast, one, "reviewer", "clinical_lead")
    assert skeleton_in(language("fr"), approved_words("safety", "fr"))[1] == frozenset()
    safety(put, **{key: f"fr! {dict(safety_texts())[key]}"})
    assert skeleton_in(language("fr"), approved_words("safety", "fr"))[1] == {key}


def test_words_that_changed_since_they_were_read_are_not_approved(cast: Cast, put: Put) -> None:
    safety(put)
    words = locked_words("safety", language("fr"))[STAY]
    safety(put, **{STAY: "fr Autre chose"})
    with pytest.raises(Conflict) as refused:
        approve_words(
            domain="safety",
            tag="fr",
            key=STAY,
            words_hash=words.words_hash,
            by=cast.actor("reviewer"),
            now=NOW,
        )
    assert refused.value.details["reason"] == "words_changed"


def test_whoever_wrote_words_of_the_safety_text_does_not_approve_them(cast: Cast, put: Put) -> None:
    edit_translation(
        domain="safety", tag="lg", key=STAY, text="Sigala awo.", by=cast.actor("reviewer"), now=NOW
    )
    words = locked_words("safety", language("lg"), edits_for(["safety"], ["lg"]))[STAY]
    with pytest.raises(Conflict) as refused:
        approve_words(
            domain="safety",
            tag="lg",
            key=STAY,
            words_hash=words.words_hash,
            by=cast.actor("reviewer"),
            now=NOW,
        )
    assert refused.value.details["reason"] == "other_person_needed"


def test_the_operator_of_the_machine_is_no_reviewer(cast: Cast, put: Put) -> None:
    safety(put)
    words = locked_words("safety", language("fr"))[STAY]
    with pytest.raises(NotAllowed):
        approve_words(domain="safety", tag="fr", key=STAY, words_hash=words.words_hash, by=OPERATOR, now=NOW)


def test_a_published_translation_holds_texts_and_no_names(cast: Cast, put: Put) -> None:
    version_id, curriculum = version(cast)
    put("sw", "curriculum-who-8", whole(curriculum, "sw"))
    row = db.session.get(GuideTranslation, publish(cast, version_id))
    assert row
    assert set(row.texts) == {one.key for one in texts_of(curriculum)}
    assert row.texts[TITLE] == ["sw", f"sw {curriculum.guides[0].title}"]
