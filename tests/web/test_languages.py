"""The pages of languages: how far each is, one text beside its English, review, and the life of published words."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from babel.messages.pofile import normalize
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipt.actions.translations import edit_translation
from gipt.content.entries import message_key, source_texts
from gipt.content.wordings import find_wording, parts
from gipt.db import db
from gipt.domain.guides import GuideStatus
from gipt.domain.measures import get_measure_by_key
from gipt.i18n import Shelf, catalog_folders, shelf, use_shelf
from gipt.models import TranslationEdit
from gipt.queries.translations import approved_words, get_translation
from tests.cast import NOW, Cast, signed_in_client
from tests.web.test_planner import statements
from tests.world import make_curriculum

GUIDE = "curriculum-who-8"
SENTENCES = len(source_texts("safety"))
TITLE = "who-8/session-1/title"
Put = Callable[..., None]
As = Callable[[str], FlaskClient]


@pytest.fixture
def as_(app: Flask, cast: Cast) -> As:
    """Give a function that gives the browser of a role."""
    return lambda role: signed_in_client(app, cast.people[(role, "own")])


@pytest.fixture
def own_catalog(cast: Cast, tmp_path: Path) -> Iterator[Put]:
    """Give a function that writes entries into a catalog of the programme's own in Luganda."""
    folder = tmp_path / "words"
    old = use_shelf(Shelf(catalog_folders(folder), recheck=0))

    def write(entries: str, domain: str = GUIDE) -> None:
        path = folder / "lg" / "LC_MESSAGES" / f"{domain}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        header = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        path.write_text(header + entries, "utf-8")

    yield write
    use_shelf(old or Shelf(catalog_folders()))


def words(answer: TestResponse) -> str:
    """Give the words of an answer as a person reads them."""
    plain = re.sub(
        r"<(?:bdi|b|span|small)\b[^>]*>|</(?:bdi|b|span|small)>", "", answer.get_data(as_text=True)
    )
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def edit(cast: Cast, text: str, *, role: str = "translator", tag: str = "lg", key: str = TITLE) -> str:
    return edit_translation(domain=GUIDE, tag=tag, key=key, text=text, by=cast.actor(role), now=NOW)


def entry(tag: str, domain: str, key: str, **more: str) -> str:
    others = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/languages/{tag}/{domain}/entry?key={key}{others}"


# Coverage


def test_coverage_says_in_words_what_is_translated_signed_and_missing(as_: As) -> None:
    page = words(as_("translator").get("/languages"))
    assert "Kiswahili" in page
    assert re.search(r"640 of 1[,.]?220 translated · 580 not translated", page)
    assert f"0 of {SENTENCES} signed" in page
    assert "Draft" in page
    assert "Not ready" in page
    assert page.index("Safety text") < page.index("Questionnaires") < page.index("Pages")


def test_a_language_without_locale_data_and_an_adaptation_are_shown_like_the_others(as_: As) -> None:
    page = words(as_("translator").get("/languages"))
    assert "Acholi ach" in page
    assert "sw_KE@kibera" in page
    assert f"{SENTENCES} not translated" in words(as_("translator").get("/languages/ach"))


@pytest.mark.parametrize("tag", ["en", "qps", "xx", "..", "SW", "sw_KE@" + "x" * 60])
def test_only_a_language_that_can_be_translated_into_has_a_page(as_: As, tag: str) -> None:
    assert as_("translator").get(f"/languages/{tag}").status_code == 404


def test_coverage_takes_the_same_statements_whatever_was_edited_and_signed(as_: As, cast: Cast) -> None:
    client = as_("translator")
    client.get("/languages")
    with statements() as before:
        client.get("/languages")
    for tag in ("lg", "sw", "am", "fr", "ach"):
        edit(cast, "Karibu", tag=tag)
        stay(cast, "Sigala awo.", tag=tag)
    with statements() as after:
        assert "10 texts wait for review" in words(client.get("/languages"))
    reads = [[one for one in seen if one.startswith("SELECT")] for seen in (before, after)]
    assert len(reads[0]) == len(reads[1]) <= 12


# The list of texts


def test_the_list_is_limited_searched_and_cut_into_pages(as_: As, cast: Cast) -> None:
    client = as_("translator")
    everything = words(client.get(f"/languages/am/{GUIDE}"))
    assert re.search(r"1–50 of 1[,.]?220", everything)
    assert "1–50 of 580" in words(client.get(f"/languages/am/{GUIDE}?show=missing"))
    assert "551–580 of 580" in words(client.get(f"/languages/am/{GUIDE}?show=missing&page=12"))
    edit(cast, "Karibu", tag="am")
    assert "Waits for review" in words(client.get(f"/languages/am/{GUIDE}?show=edited"))
    assert "Karibu" in words(client.get(f"/languages/am/{GUIDE}?q=karibu"))
    assert "No text fits." in words(client.get(f"/languages/am/{GUIDE}?q=nosuchword"))


def test_measures_are_locked_item_by_item(as_: As) -> None:
    client = as_("translator")
    assert "These words are locked" in words(client.get("/languages/fr/measures"))
    page = client.get(entry("fr", "measures", "phq9/q1"))
    assert "These words are locked" in words(page)
    assert "<textarea" not in page.get_data(as_text=True)
    refused = client.post(entry("fr", "measures", "phq9/q1"), data={"translation": "Mot"})
    assert refused.status_code == 422
    assert "This wording is locked." in words(refused)


# One text


def test_what_is_written_waits_for_another_person_and_is_shown_with_its_history(as_: As, cast: Cast) -> None:
    client, path = as_("translator"), entry("lg", GUIDE, TITLE)
    form = {"translation": "Okusisinkana", "back_translation": "Meeting", "comment": "Asked two women"}
    answer = client.post(path, data={**form, "do": "finish"}, follow_redirects=True)
    page = words(answer)
    assert "Saved. Another person reviews it now." in page
    assert "Waits for review" in page
    assert "These words are good" not in page
    as_reviewer = as_("reviewer")
    assert "Okusisinkana" in words(as_reviewer.get("/languages/waiting"))
    edit_id = db.session.query(TranslationEdit.id).scalar()
    answer = as_reviewer.post(f"/languages/edits/{edit_id}/review", data={}, follow_redirects=True)
    page = words(answer)
    assert "Reviewed" in page
    assert "In English again" in page
    assert "Asked two women" in page


def test_nobody_reviews_words_of_their_own(as_: As, cast: Cast) -> None:
    edit_id = edit(cast, "Okusisinkana", role="reviewer")
    client = as_("reviewer")
    assert "You wrote this. Another person has to review it." in words(client.get("/languages/waiting"))
    refused = client.post(f"/languages/edits/{edit_id}/review", data={})
    assert refused.status_code == 422
    assert "Another person has to take this step." in words(refused)


def test_what_is_refused_stays_in_the_form_with_one_sentence(as_: As) -> None:
    text = "Okusisinkana %(name)s <b>"
    refused = as_("translator").post(entry("lg", GUIDE, TITLE), data={"translation": text, "comment": "Why?"})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "is not in the English text" in words(refused)
    assert "Okusisinkana %(name)s &lt;b&gt;" in page
    assert "Why?" in page
    assert db.session.query(TranslationEdit).count() == 0


def test_a_text_that_was_only_begun_takes_no_finished_words_away(as_: As, cast: Cast) -> None:
    edit(cast, "Okusisinkana")
    client = as_("translator")
    client.post(entry("lg", GUIDE, TITLE), data={"translation": "Oku", "do": "draft"})
    page = words(client.get(f"/languages/lg/{GUIDE}?show=draft"))
    assert "Translated" in page
    assert "Begun" in page


def test_the_english_that_changed_is_shown_word_by_word(as_: As, own_catalog: Put) -> None:
    own_catalog(
        '#, fuzzy\n#| msgid "Begin together slowly"\n'
        f'msgctxt "{TITLE}"\nmsgid "English of today"\nmsgstr "Tandika"\n'
    )
    page = as_("translator").get(entry("lg", GUIDE, TITLE))
    assert "What has changed in it" in words(page)
    assert re.search(r"<del>[^<]*slowly", page.get_data(as_text=True))
    assert "Tandika" in page.get_data(as_text=True)
    assert "English has changed" in words(page)


def test_another_language_stands_beside_it(as_: As) -> None:
    page = as_("translator").get(entry("lg", GUIDE, TITLE, beside="fr")).get_data(as_text=True)
    assert re.search(r'<h2><bdi lang="fr">Français</bdi></h2><p><span lang="fr" dir="ltr">\w+', page)


def test_each_plural_form_names_numbers_that_take_it(as_: As) -> None:
    key = message_key(None, ("%(num)d session", "%(num)d sessions"))
    client = as_("translator")
    page = words(client.get(entry("ar", "messages", key)))
    assert "Words for 0 " in page
    assert "Words for 3, 4, 5, 6 " in page
    assert "Words for 100, 101, 102 " in page
    forms = {
        f"translation-{n}": text for n, text in enumerate(("لا", "a", "b", "%(num)d c", "%(num)d d", "e"))
    }
    refused = client.post(entry("ar", "messages", key), data=forms)
    assert "one %(name)s of the English text is missing" in words(refused)
    forms["translation-5"] = "%(num)d e"
    assert client.post(entry("ar", "messages", key), data={**forms, "do": "finish"}).status_code == 303
    assert db.session.query(TranslationEdit.texts).scalar() == [*forms.values()]


def test_a_form_for_a_woman_is_a_text_beside_it(as_: As) -> None:
    client = as_("translator")
    assert "Words for a woman" in words(client.get(entry("fr", GUIDE, TITLE)))
    answer = client.post(
        entry("fr", GUIDE, f"{TITLE}|f"),
        data={"translation": "Entre femmes", "do": "finish"},
        follow_redirects=True,
    )
    assert "for a woman" in words(answer)
    assert "Entre femmes" in words(client.get(f"/languages/fr/{GUIDE}?show=edited"))


# Published words


def publish(client: FlaskClient, cast: Cast, tag: str = "sw") -> str:
    version_id = make_curriculum(cast, now=NOW)
    answer = client.post(f"/languages/{tag}/guides", data={"guide": version_id})
    assert answer.status_code == 303
    return str(answer.location.rsplit("/", 1)[1])


def test_words_go_their_way_with_names_and_evidence_and_the_page_says_why_not(as_: As, cast: Cast) -> None:
    found = publish(as_("translator"), cast)
    path = f"/languages/words/{found}"

    def take(role: str, status: str, **more: str) -> str:
        answer = as_(role).post(f"{path}/step", data={"status": status, **more}, follow_redirects=True)
        return words(answer)

    assert "No step was taken yet." in words(as_("translator").get(path))
    assert "Another role does this." in words(as_("translator").get(path))
    take("reviewer", "translated")
    assert "Another person has to take this step." in words(as_("reviewer").get(path))
    take("clinical_lead", "language_reviewed", comment="Read aloud with two women")
    take("clinical_lead", "clinically_reviewed")
    assert "Add a field test or a test of understanding first." in words(as_("reviewer").get(path))
    data = {"kind": "field_test", "evidence": "Six women, one meeting."}
    assert "Six women, one meeting." in words(
        as_("reviewer").post(f"{path}/evidence", data=data, follow_redirects=True)
    )
    take("reviewer", "field_tested")
    page = take("clinical_lead", "approved")
    assert "Approved" in page
    assert "Read aloud with two women" in page
    assert "clinical_lead.own" in page
    assert get_translation(found).status is GuideStatus.APPROVED


def test_who_wrote_texts_that_nobody_reviewed_does_not_review_the_language(as_: As, cast: Cast) -> None:
    edit(cast, "Karibu", role="reviewer", tag="sw")
    found = publish(as_("translator"), cast)
    path = f"/languages/words/{found}"
    as_("translator").post(f"{path}/step", data={"status": "translated"})
    assert "You wrote 1 of these texts." in words(as_("reviewer").get(path))
    refused = as_("reviewer").post(f"{path}/step", data={"status": "language_reviewed"})
    assert refused.status_code == 422
    assert "You wrote 1 of these texts." in words(refused)


def test_a_step_back_asks_for_a_remark_and_keeps_the_page(as_: As, cast: Cast) -> None:
    path = f"/languages/words/{publish(as_('translator'), cast)}"
    as_("translator").post(f"{path}/step", data={"status": "translated"})
    refused = as_("reviewer").post(f"{path}/step", data={"status": "draft"})
    assert refused.status_code == 422
    assert "Remark: not answered yet." in words(refused)


def test_evidence_needs_a_kind_and_words(as_: As, cast: Cast) -> None:
    path = f"/languages/words/{publish(as_('translator'), cast)}"
    refused = as_("translator").post(f"{path}/evidence", data={"kind": "panel"})
    assert refused.status_code == 422
    assert "Evidence: not answered yet." in words(refused)


def test_the_list_says_who_reads_what_was_published(as_: As, cast: Cast) -> None:
    publish(as_("translator"), cast)
    page = words(as_("translator").get("/languages/sw/guides"))
    assert "who-8" in page
    assert "Draft" in page
    nothing = as_("translator").post("/languages/ach/guides", data={"guide": make_curriculum(cast, now=NOW)})
    assert nothing.status_code == 422
    assert "Nothing of this guide is translated" in words(nothing)


# The record of an adaptation


def test_the_record_says_for_whom_what_and_why(as_: As) -> None:
    page = words(as_("translator").get("/languages/adaptations/who-8/kibera"))
    assert "Kibera, Nairobi, Kenya" in page
    assert "Fitted in details" in page
    assert "Core kept" in page
    assert "Fit the culture" in page
    assert as_("translator").get("/languages/adaptations/who-8/nowhere").status_code == 404


def test_its_steps_are_published_by_who_may_adopt_them(as_: As) -> None:
    path = "/languages/adaptations/who-8/kibera"
    assert "Publish these steps" not in words(as_("translator").get(path))
    answer = as_("clinical_lead").post(f"{path}/publish", data={}, follow_redirects=True)
    assert "Published. The clinical lead can adopt it now." in words(answer)
    assert "Publish these steps" not in words(answer)


# Signing what is locked

STAY = "protocol/step/stay"
SIGN = "/languages/lg/safety/sign-off"


def tick(client: FlaskClient, *, note: str = "") -> str:
    """Sign everything that can be signed."""
    page = client.get(SIGN).get_data(as_text=True)
    ticked = re.findall(r'name="words" value="([^"]+)"', page)
    return words(client.post(SIGN, data={"words": ticked, "note": note}, follow_redirects=True))


def stay(cast: Cast, text: str, role: str = "translator", tag: str = "lg") -> str:
    return edit_translation(domain="safety", tag=tag, key=STAY, text=text, by=cast.actor(role), now=NOW)


def test_safety_text_is_signed_by_two_people_and_a_changed_word_takes_it_back(as_: As, cast: Cast) -> None:
    stay(cast, "Sigala awo.")
    assert "Sign what is ticked" not in words(as_("translator").get(SIGN))
    assert "Two people have to sign" in words(as_("reviewer").get(SIGN))
    page = tick(as_("reviewer"), note="Read aloud")
    assert "You signed 1 text." in page
    assert "The clinical lead has to sign too." in page
    assert "Read aloud" in page
    page = tick(as_("clinical_lead"))
    assert f"1 of {SENTENCES} signed" in page
    assert "clinical lead" in page
    stay(cast, "Beera awo.")
    page = words(as_("translator").get(SIGN))
    assert "Other words were signed before" in page
    assert f"0 of {SENTENCES} signed" in page
    assert "1 changed since the last sign-off" in words(as_("translator").get("/languages/lg"))


def test_who_wrote_a_safety_sentence_does_not_sign_it(as_: As, cast: Cast) -> None:
    stay(cast, "Sigala awo.", role="reviewer")
    page = as_("reviewer").get(SIGN)
    assert 'name="words"' not in page.get_data(as_text=True)
    digest = re.search(r"[0-9a-f]{64}", as_("clinical_lead").get(SIGN).get_data(as_text=True))
    assert digest
    refused = as_("reviewer").post(SIGN, data={"words": f"{STAY}:{digest[0]}"})
    assert refused.status_code == 422
    assert "Another person has to take this step." in words(refused)


def test_words_that_changed_while_they_were_read_are_not_signed(as_: As, cast: Cast) -> None:
    stay(cast, "Sigala awo.")
    page = as_("reviewer").get(SIGN).get_data(as_text=True)
    ticked = re.findall(r'name="words" value="([^"]+)"', page)
    stay(cast, "Beera awo.")
    refused = as_("reviewer").post(SIGN, data={"words": ticked})
    assert "These words changed meanwhile. Please read them again." in words(refused)
    nothing = as_("reviewer").post(SIGN, data={})
    assert nothing.status_code == 422


def test_who_may_not_review_signs_nothing(as_: As, cast: Cast) -> None:
    stay(cast, "Sigala awo.")
    assert as_("translator").post(SIGN, data={"words": "x:y"}).status_code == 404
    assert as_("clinical_lead").get("/languages/lg/messages/sign-off").status_code == 404


def test_a_loaded_wording_is_signed_as_a_whole_and_then_offered(
    as_: As, cast: Cast, own_catalog: Put
) -> None:
    measure = get_measure_by_key("phq2")
    path = "/languages/lg/measures/sign-off"
    assert "Not offered in this language" in words(as_("reviewer").get(path))
    entries = "".join(
        f"msgctxt {normalize(key)}\nmsgid {normalize(english)}\nmsgstr {normalize('lg ' + english)}\n\n"
        for key, english, _ships in parts(measure)
    )
    own_catalog(entries, "measures")
    file = shelf().folders[0] / "lg" / "LC_MESSAGES" / "measures.po"
    header = '"X-Source-phq2: Invented for a test\\n"\n"X-Licence-phq2: Invented\\n"\n'
    file.write_text(file.read_text("utf-8").replace('"Plural', header + '"Plural', 1), "utf-8")
    for role in ("reviewer", "clinical_lead"):
        client = as_(role)
        page = client.get(path).get_data(as_text=True)
        ticked = re.findall(r'name="words" value="([^"]+)"', page)
        assert [one.split(":")[0] for one in ticked] == ["phq2"]
        assert find_wording(measure, "lg", approved_words) is None
        client.post(path, data={"words": ticked})
    assert find_wording(measure, "lg", approved_words)
    assert "1 of 4 signed" in words(as_("reviewer").get(path))


# Glossary and warnings


def test_terms_of_the_glossary_stand_beside_the_english_and_words_to_avoid_warn_only(as_: As) -> None:
    client = as_("translator")
    key = next(key for key, one in source_texts(GUIDE).items() if "group" in one.texts[0].split())
    assert "Glossary" in words(client.get(entry("fr", GUIDE, key)))
    answer = client.post(
        entry("fr", GUIDE, key),
        data={"translation": "Chaque patient parle au groupe !", "do": "finish"},
        follow_redirects=True,
    )
    page = words(answer)
    assert "Saved." in page
    assert "The glossary has another word: patient → membre" in page
    assert "it sounds like shouting" in page


def test_much_longer_words_and_long_sentences_are_named(as_: As) -> None:
    text = "un deux trois quatre cinq six sept huit neuf dix onze douze treize"
    answer = as_("translator").post(
        entry("fr", GUIDE, TITLE), data={"translation": text, "do": "draft"}, follow_redirects=True
    )
    page = words(answer)
    assert "This is much longer than the English: 66 signs." in page
    assert "One sentence has 13 words." in page


def test_edits_of_pages_that_are_not_in_the_file_are_counted_on_the_page_of_the_language(
    as_: As, cast: Cast
) -> None:
    client = as_("translator")
    assert "not in the file yet" not in words(client.get("/languages/sw"))
    one = next(one for one in source_texts("messages").values() if one.texts == ("Save",))
    edit_translation(
        domain="messages", tag="sw", key=one.key, text="Weka akiba", by=cast.actor("translator"), now=NOW
    )
    shown = words(client.get("/languages/sw"))
    assert "1 edit is not in the file yet" in shown
    assert "Pages show these words once they stand in the file." in shown


def test_the_own_words_of_an_adaptation_can_be_listed_alone(as_: As) -> None:
    page = as_("translator").get(f"/languages/sw_KE@kibera/{GUIDE}?show=own")
    assert "Its own words" in words(page)
    assert "mawazo mengi" in words(page)
    assert page.get_data(as_text=True).count("/entry?key=") == 6
