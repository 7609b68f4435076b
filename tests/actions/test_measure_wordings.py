"""A wording comes in item by item or not at all, with its evidence, and is used as two people approved it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gipt.actions.measure_wordings import (
    Evidence,
    ReadWording,
    load_measure_wording,
    read_wording,
    record_picture_test,
    send_measure_wording,
    withdraw_measure_wording,
)
from gipt.actions.translations import approve_words
from gipt.content.locked_words import locked_words
from gipt.content.wordings import Wording, find_wording
from gipt.db import db
from gipt.domain.adaptation_life import PictureTest
from gipt.domain.measures import PHQ2, PHQ9, WHO5, Measure, get_measure_by_key
from gipt.domain.picture_scales import Scale, fits
from gipt.domain.problems import BadFile, Conflict, Invalid, NotAllowed, NotFound
from gipt.i18n import Shelf, catalog_folders, language, use_shelf
from gipt.models import AuditEvent, MeasureWording
from gipt.queries.measure_wordings import (
    loaded_wordings,
    picture_tests,
    scale_for_site,
    standing_wording,
    wording_rows,
)
from gipt.queries.translation_life import words_to_sign
from gipt.queries.translations import approved_words
from tests import wordings as made
from tests.cast import NOW, Cast

EVIDENCE = Evidence(
    "Invented and others 2020", "Adults in an invented district", 9, "Invented, free", "Not needed"
)


@pytest.fixture(autouse=True)
def _shelf_of_files(cast: Cast) -> Iterator[None]:
    old = use_shelf(Shelf(catalog_folders(), recheck=0))
    yield
    use_shelf(old or Shelf(catalog_folders()))


def read(raw: bytes, name: str, measure: Measure = PHQ9, tag: str = "sw", stem: str = "") -> ReadWording:
    return read_wording(raw, name, measure=measure, language=language(tag), stem=stem)


def load(cast: Cast, wording: ReadWording, *, measure: str = "phq9", tag: str = "sw", **more: Any) -> str:
    by = cast.actor("translator")
    wording_id = send_measure_wording(measure=measure, tag=tag, wording=wording, by=by, now=NOW)
    evidence = replace(EVIDENCE, **more)
    return load_measure_wording(
        wording_id=wording_id, evidence=evidence, by=by, now=NOW + timedelta(seconds=1)
    )


def approve(cast: Cast, *roles: str, code: str = "phq9", tag: str = "sw") -> None:
    words = locked_words("measures", language(tag), (), loaded_wordings(language(tag).chain))[code]
    for role in roles:
        approve_words(
            domain="measures", tag=tag, key=code, words_hash=words.words_hash, by=cast.actor(role), now=NOW
        )


def offered(measure: Measure = PHQ9, tag: str = "sw") -> Wording | None:
    return find_wording(measure, tag, approved_words, loaded_wordings)


FILES: dict[str, tuple[str, str, Callable[[Measure], bytes]]] = {
    "FHIR by code": ("fhir", "q.json", lambda one: made.as_json(made.fhir(one))),
    "FHIR by number": ("fhir", "q.json", lambda one: made.as_json(made.fhir(one, loinc=False))),
    "XLSForm": ("xlsform", "q.xlsx", made.xlsform),
    "plain sheet": ("xlsx", "q.xlsx", made.plain),
    "PO": ("po", "q.po", made.po),
}


READABLE = [
    (kind, key)
    for key in ("phq9", "phq2", "gad7")
    for kind in FILES
    if kind != "FHIR by code" or all(item.loinc for item in get_measure_by_key(key).items)
]


@pytest.mark.parametrize(("kind", "key"), READABLE)
def test_a_whole_wording_is_read_from_every_kind_of_file(cast: Cast, kind: str, key: str) -> None:
    measure = get_measure_by_key(key)
    code, name, make = FILES[kind]
    found = read(make(measure), name, measure)
    assert found.kind == code
    assert found.texts == made.invented(measure)
    assert list(found.texts) == list(made.invented(measure)) or set(found.texts) == set(
        made.invented(measure)
    )


@pytest.mark.parametrize("kind", ["XLSForm", "plain sheet", "PO", "FHIR by number"])
def test_a_measure_without_published_english_is_read_too(cast: Cast, kind: str) -> None:
    _code, name, make = FILES[kind]
    assert read(make(WHO5), name, WHO5).texts == made.invented(WHO5)


def test_source_and_licence_are_taken_from_the_file_where_it_names_them(cast: Cast) -> None:
    by_fhir = read(made.as_json(made.fhir(PHQ9)), "q.json")
    assert (by_fhir.citation, by_fhir.licence) == ("Invented 2020, a validation", "Invented, free to use")
    assert read(made.po(PHQ9), "q.po").citation == "Invented 2020"


def test_translations_inside_a_fhir_file_are_found_by_their_language(cast: Cast) -> None:
    resource = made.fhir(PHQ2, "en")
    group = resource["item"][0]

    def translated(node: dict[str, Any], name: str) -> None:
        text = node[name]
        parts = [{"url": "lang", "valueCode": "sw"}, {"url": "content", "valueString": text}]
        node[f"_{name}"] = {"extension": [{"url": made.TRANSLATION, "extension": parts}]}
        node[name] = "English of another"

    for node in (group, *group["item"][:2]):
        translated(node, "text")
        for answer in node.get("answerOption", ()):
            translated(answer["valueCoding"], "display")
    assert read(made.as_json(resource), "q.json", PHQ2).texts == made.invented(PHQ2)
    with pytest.raises(Invalid) as refused:
        read(made.as_json(resource), "q.json", PHQ2, "fr")
    assert refused.value.details["reason"] == "wording_language"


ITEMS = PHQ9.items
SWAPPED = (*ITEMS[:3], ITEMS[4], ITEMS[3], *ITEMS[5:])
RENAMED = {"q5": {"linkId": "hunger", "code": []}}
EMPTY = {"q5": {"text": " "}}


def with_options(values: tuple[int, ...]) -> dict[str, Any]:
    """Give other answers for question 5."""
    return {"q5": {"answerOption": [
        {"valueCoding": {"display": f"jibu {n}", "extension": [{"url": made.ORDINAL, "valueDecimal": n}]}}
        for n in values
    ]}}  # fmt: skip


def other_words() -> dict[str, Any]:
    return with_options((0, 1, 2, 3))


@pytest.mark.parametrize(
    ("make", "name", "reason", "item"),
    [
        (lambda: made.as_json(made.fhir(PHQ9, items=ITEMS[:8])), "q.json", "wording_item_missing", "9 (q9)"),
        (lambda: made.xlsform(PHQ9, items=(*ITEMS[:3], *ITEMS[4:])), "q.xlsx", "wording_item_missing", "4 (q4)"),
        (lambda: made.plain(PHQ9, items=ITEMS[:9]), "q.xlsx", "wording_item_missing", "10 (function)"),
        (lambda: made.po(PHQ9, skip="phq9/q7"), "q.po", "wording_item_missing", "7 (q7)"),
        (lambda: made.as_json(made.fhir(PHQ9, items=SWAPPED)), "q.json", "wording_item_order", "5 (q5)"),
        (lambda: made.xlsform(PHQ9, items=SWAPPED), "q.xlsx", "wording_item_order", "5 (q5)"),
        (lambda: made.plain(PHQ9, items=SWAPPED), "q.xlsx", "wording_item_order", "5 (q5)"),
        (lambda: made.as_json(made.fhir(PHQ9, change=RENAMED)), "q.json", "wording_item_unknown", None),
        (lambda: made.plain(PHQ9, items=(*ITEMS, ITEMS[0])), "q.xlsx", "wording_item_twice", "1 (q1)"),
        (lambda: made.as_json(made.fhir(PHQ9, change=EMPTY)), "q.json", "wording_item_blank", "5 (q5)"),
        (lambda: made.as_json(made.fhir(PHQ9, change=with_options((0, 1, 2)))), "q.json", "wording_answers", "5 (q5)"),
        (lambda: made.as_json(made.fhir(PHQ9, change=with_options((1, 2, 3, 4)))), "q.json", "wording_answers",
         "5 (q5)"),
        (lambda: made.xlsform(PHQ9, drop_answer=3), "q.xlsx", "wording_answers", "1 (q1)"),
        (lambda: made.po(PHQ9, skip="phq9/option/several_days"), "q.po", "wording_answers", "1 (q1)"),
        (lambda: made.as_json(made.fhir(PHQ9, change=other_words())), "q.json", "wording_answers_differ", "5 (q5)"),
        (lambda: made.as_json({**made.fhir(PHQ9), "code": [{"system": "http://loinc.org", "code": "1-8"}]}), "q.json",
         "wording_other_measure", None),
        (lambda: made.po(PHQ9, skip="phq9/stem"), "q.po", "wording_stem", None),
        (lambda: made.po(PHQ9, english={"phq9/q3": "Older English"}), "q.po", "wording_stale", "3 (q3)"),
        (lambda: made.plain(PHQ9, change={"q3": "<b>maneno</b>"}), "q.xlsx", "wording_signs", "q3"),
        (lambda: made.plain(PHQ9, change={"q3": "neno\u202e"}), "q.xlsx", "wording_signs", "q3"),
        (lambda: made.plain(PHQ9, change={"q3": "x" * 1001}), "q.xlsx", "wording_too_long", None),
        (lambda: made.xlsform(PHQ9, head="label::English (en)"), "q.xlsx", "wording_language", None),
        (lambda: made.as_json(made.fhir(PHQ9, "fr")), "q.json", "wording_language", None),
    ],
)  # fmt: skip
def test_a_file_that_differs_in_anything_is_refused_with_the_item_named(
    cast: Cast, make: Callable[[], bytes], name: str, reason: str, item: str | None
) -> None:
    with pytest.raises(Invalid) as refused:
        read(make(), name)
    assert (refused.value.details["reason"], refused.value.details.get("item")) == (reason, item)


@pytest.mark.parametrize(
    ("raw", "name", "reason"),
    [
        (b"{}", "q.json", "not_fhir"),
        (b"[1", "q.json", "not_fhir"),
        (b'{"resourceType": "Patient"}', "q.json", "not_fhir"),
        (b"x", "q.docx", "not_a_wording"),
        (b"x", "q.xlsx", "not_a_workbook"),
        (
            made.workbook({"survey": [["type", "name", "label"]], "choices": [["name"]]}),
            "q.xlsx",
            "no_heading",
        ),
        (made.workbook({"Sheet": [["question", "text"], ["q1", "x"]]}), "q.xlsx", "no_heading"),
    ],
)
def test_what_is_no_wording_at_all_is_refused(cast: Cast, raw: bytes, name: str, reason: str) -> None:
    with pytest.raises(BadFile) as refused:
        read(raw, name)
    assert refused.value.details["reason"] == reason


def test_the_sentence_before_the_questions_can_be_given_beside_the_file(cast: Cast) -> None:
    found = read(made.po(PHQ9, skip="phq9/stem"), "q.po", stem="Katika siku hizi")
    assert found.texts["phq9/stem"] == "Katika siku hizi"


@pytest.mark.parametrize("key", ["epds", "whodas12@0-4"])
def test_measures_of_which_no_wording_may_be_shown_take_none(cast: Cast, key: str) -> None:
    with pytest.raises(Conflict) as refused:
        read(made.plain(PHQ9), "q.xlsx", get_measure_by_key(key))
    assert refused.value.details["reason"] == "numbers_only"


def test_published_english_is_not_replaced(cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        read(made.plain(PHQ9), "q.xlsx", PHQ9, "en_UG")
    assert refused.value.details["reason"] == "wording_ships"


# --- life ---------------------------------------------------------------------------------------------------------


def test_a_loaded_wording_is_offered_once_two_people_approved_its_words(cast: Cast) -> None:
    assert offered() is None
    load(cast, read(made.plain(PHQ9), "q.xlsx"))
    assert offered() is None
    approve(cast, "reviewer")
    assert offered() is None
    approve(cast, "clinical_lead")
    found = offered()
    assert found
    assert found.items["q9"] == "maneno q9"
    assert found.options["function", 3] == "maneno option/extremely_difficult"
    assert found.source == EVIDENCE.citation
    assert offered(tag="fr") is None
    events = db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.n)).all()
    assert events[-4:] == ["send_measure_wording", "load_measure_wording", "approve_words", "approve_words"]


def test_who_loaded_a_wording_is_not_one_of_its_two_approvers(cast: Cast) -> None:
    wording, lead = read(made.plain(PHQ9), "q.xlsx"), cast.actor("clinical_lead")
    wording_id = send_measure_wording(measure="phq9", tag="sw", wording=wording, by=lead, now=NOW)
    with pytest.raises(NotFound):
        load_measure_wording(wording_id=wording_id, evidence=EVIDENCE, by=cast.actor("translator"), now=NOW)
    load_measure_wording(wording_id=wording_id, evidence=EVIDENCE, by=lead, now=NOW)
    with pytest.raises(Conflict) as refused:
        approve(cast, "clinical_lead")
    assert refused.value.details["reason"] == "other_person_needed"
    [row] = words_to_sign("measures", language("sw"), [("phq9", ())])
    assert row.authors == {lead.staff_id}
    approve(cast, "reviewer")
    assert offered() is None


def test_an_english_wording_of_a_measure_without_published_items_is_loaded_and_signed(cast: Cast) -> None:
    load(cast, read(made.plain(WHO5), "q.xlsx", WHO5, "en"), measure="who5", tag="en", cut_off=50)
    approve(cast, "reviewer", "clinical_lead", code="who5", tag="en")
    found = offered(WHO5, "en")
    assert found
    assert found.items["q1"] == "maneno q1"


def test_a_newer_wording_waits_while_the_older_one_is_read_out(cast: Cast) -> None:
    load(cast, read(made.plain(PHQ9), "q.xlsx"))
    approve(cast, "reviewer", "clinical_lead")
    newer = read(made.plain(PHQ9, change={"q1": "maneno mapya"}), "q.xlsx")
    by = cast.actor("translator")
    wording_id = send_measure_wording(measure="phq9", tag="sw", wording=newer, by=by, now=NOW)
    load_measure_wording(wording_id=wording_id, evidence=EVIDENCE, by=by, now=NOW + timedelta(days=1))
    found, standing = offered(), standing_wording(PHQ9, language("sw"))
    assert found
    assert found.items["q1"] == "maneno q1"
    assert (standing.in_use, standing.waits) == (True, True)
    approve(cast, "reviewer", "clinical_lead")
    found = offered()
    assert found
    assert found.items["q1"] == "maneno mapya"
    withdraw_measure_wording(wording_id=wording_id, by=cast.actor("reviewer"), now=NOW)
    found = offered()
    assert found
    assert found.items["q1"] == "maneno q1"
    assert [one.state for one in wording_rows("phq9", "sw")] == ["withdrawn", "loaded"]


@pytest.mark.parametrize("change", [{"cut_off": 10}, {"citation": "Other 2021"}, {"population": "Others"}])
def test_the_evidence_is_part_of_what_was_approved(cast: Cast, change: dict[str, Any]) -> None:
    load(cast, read(made.plain(PHQ9), "q.xlsx"))
    approve(cast, "reviewer", "clinical_lead")
    db.session.execute(sa.update(MeasureWording).values(**change))
    db.session.commit()
    assert offered() is None


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"citation": " "}, "citation", "missing"),
        ({"population": ""}, "population", "missing"),
        ({"licence": ""}, "licence", "missing"),
        ({"permission": ""}, "permission", "missing"),
        ({"cut_off": None}, "cut_off", "missing"),
        ({"cut_off": 28}, "cut_off", "out_of_range"),
        ({"citation": "x" * 1001}, "citation", "too_long"),
    ],
)
def test_nothing_is_loaded_without_its_evidence(
    cast: Cast, change: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        load(cast, read(made.plain(PHQ9), "q.xlsx"), **change)
    assert (refused.value.details["field"], refused.value.details["reason"]) == (field, reason)
    assert loaded_wordings(["sw"]) == []


def test_a_wording_is_loaded_once_and_by_those_who_may(cast: Cast) -> None:
    wording_id = load(cast, read(made.plain(PHQ9), "q.xlsx"))
    with pytest.raises(Conflict):
        load_measure_wording(wording_id=wording_id, evidence=EVIDENCE, by=cast.actor("translator"), now=NOW)
    with pytest.raises(NotFound):
        load_measure_wording(wording_id="0" * 32, evidence=EVIDENCE, by=cast.actor("translator"), now=NOW)
    for role in ("facilitator", "coordinator", "me", "admin"):
        with pytest.raises(NotAllowed):
            send_measure_wording(
                measure="phq9", tag="sw", wording=ReadWording("xlsx", {}), by=cast.actor(role), now=NOW
            )
    with pytest.raises(NotAllowed):
        withdraw_measure_wording(wording_id=wording_id, by=cast.actor("translator"), now=NOW)
    with pytest.raises(NotFound):
        send_measure_wording(
            measure="epds", tag="sw", wording=ReadWording("xlsx", {}), by=cast.actor("translator"), now=NOW
        )


# --- picture scales -----------------------------------------------------------------------------------------------

PASSED = PictureTest(asked=10, ordered_right=8, named_a_mood=0)


def record(cast: Cast, test: PictureTest = PASSED, *, days: int = 0, site: str = "own", **more: Any) -> str:
    given: dict[str, Any] = {
        "scale": Scale.GLASSES,
        "tag": "sw",
        "population": "Women, little schooling",
    } | more
    return record_picture_test(
        site_id=cast.own if site == "own" else cast.foreign, test=test, tested_on=date(2026, 2, 1) + timedelta(days),
        by=cast.actor("translator"), now=NOW, **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("test", "offered"),
    [
        (PASSED, True),
        (PictureTest(10, 10, 0), True),
        (PictureTest(10, 7, 0), False),
        (PictureTest(10, 10, 1), False),
        (PictureTest(9, 9, 0), False),
        (PictureTest(20, 16, 0), True),
        (PictureTest(20, 15, 0), False),
    ],
)
def test_pictures_are_offered_where_people_understood_them(
    cast: Cast, test: PictureTest, offered: bool
) -> None:
    record(cast, test)
    assert (scale_for_site(cast.own, "sw") is Scale.GLASSES) == offered
    assert (scale_for_site(cast.own, "sw_KE") is Scale.GLASSES) == offered
    assert scale_for_site(cast.foreign, "sw") is None
    assert scale_for_site(cast.own, "fr") is None
    assert [one.passed for one in picture_tests(cast.actor("translator"))] == [offered]


def test_the_newest_test_of_a_scale_counts_and_of_two_scales_the_one_tested_last(cast: Cast) -> None:
    record(cast)
    record(cast, scale=Scale.DOTS, days=1)
    assert scale_for_site(cast.own, "sw") is Scale.DOTS
    record(cast, PictureTest(10, 3, 0), scale=Scale.DOTS, days=2)
    assert scale_for_site(cast.own, "sw") is Scale.GLASSES
    record(cast, PictureTest(10, 9, 2), days=3)
    assert scale_for_site(cast.own, "sw") is None


@pytest.mark.parametrize(
    ("test", "more", "field"),
    [
        (PictureTest(0, 0, 0), {}, "asked"),
        (PictureTest(10, 11, 0), {}, "ordered_right"),
        (PictureTest(10, 8, -1), {}, "named_a_mood"),
        (PASSED, {"population": " "}, "population"),
        (PASSED, {"days": 400}, "tested_on"),
    ],
)
def test_numbers_that_cannot_be_are_refused(
    cast: Cast, test: PictureTest, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        record(cast, test, **more)
    assert refused.value.details["field"] == field


def test_a_foreign_site_and_another_role_record_nothing(cast: Cast) -> None:
    with pytest.raises(NotFound):
        record(cast, site="foreign")
    with pytest.raises(NotAllowed):
        record_picture_test(
            scale=Scale.DOTS, tag="sw", site_id=cast.own, population="x", test=PASSED, tested_on=date(2026, 2, 1),
            by=cast.actor("coordinator"), now=NOW,
        )  # fmt: skip


def test_pictures_stand_beside_how_often_and_nothing_else() -> None:
    assert [item.id for item in PHQ9.items if not fits(item)] == ["function"]
    assert not any(fits(item) for item in WHO5.items)
