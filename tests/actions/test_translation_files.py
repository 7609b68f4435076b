"""A translator's file is looked at, what is good in it becomes edits, and everything else is named."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from gipt.actions.translation_files import (
    apply_translation_file,
    drop_translation_file,
    export_catalog,
    look_at_file,
    read_catalog_file,
    send_translation_file,
)
from gipt.actions.translations import edit_translation, review_edit, withdraw_edit
from gipt.content.locked_words import locked_words
from gipt.db import db
from gipt.domain.problems import BadFile, Conflict, Invalid, NotAllowed, NotFound
from gipt.i18n import Shelf, catalog_folders, language, use_shelf
from gipt.i18n.exchange import CatalogFile, Entry, FileKind, State
from gipt.models import AuditEvent, TranslationEdit, TranslationFile
from gipt.queries.translation_files import Outcome, catalog_now, find_file, plan_of, recent_files, remarks_of
from gipt.queries.translations import edits_for
from tests.cast import NOW, Cast

GUIDE = "curriculum-who-8"
TITLE = "who-8/session-1/title"
AIM = "who-8/session-1/aim"
STAY = "protocol/step/stay"
KINDS = list(FileKind)


@pytest.fixture(autouse=True)
def shelf_of_files(cast: Cast) -> Iterator[None]:
    """Read the shipped catalogs afresh."""
    old = use_shelf(Shelf(catalog_folders(), recheck=0))
    yield
    use_shelf(old or Shelf(catalog_folders()))


def export(
    domain: str = GUIDE, tag: str = "sw", kind: FileKind = FileKind.PO
) -> tuple[CatalogFile, FileKind]:
    """Give a catalog as a translator gets it, read again."""
    suffix = {"po": "po", "xliff": "xlf", "xlsx": "xlsx"}[kind.value]
    return read_catalog_file(export_catalog(domain, tag, kind), f"{domain}.{suffix}")


def changed(file: CatalogFile, **texts: str) -> CatalogFile:
    """Give a file in which some entries have other words; names use __ for /."""
    wanted = {key.replace("__", "/"): text for key, text in texts.items()}
    entries = tuple(
        replace(one, texts=(wanted[one.key],), state=State.TRANSLATED) if one.key in wanted else one
        for one in file.entries
    )
    return replace(file, entries=entries)


def send(cast: Cast, file: CatalogFile, kind: FileKind = FileKind.PO, role: str = "translator") -> str:
    return send_translation_file(
        sent=file, kind=kind, domain=file.domain, tag=file.tag, by=cast.actor(role), now=NOW
    )


def with_text(file: CatalogFile, key: str, text: str) -> CatalogFile:
    return changed(file, **{key.replace("/", "__"): text})


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_file_changes_nothing(cast: Cast, kind: FileKind) -> None:
    file, _kind = export(kind=kind)
    plan = look_at_file(file, kind, domain=GUIDE, tag="sw", by=cast.actor("translator"))
    assert plan.counts() == {
        "unchanged": len(file.entries), "changed": 0, "new": 0, "refused": 0, "stale": 0, "unknown": 0,
    }  # fmt: skip
    assert plan.entries == ()


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_becomes_an_edit_and_goes_out_again(cast: Cast, kind: FileKind) -> None:
    file = with_text(export(kind=kind)[0], TITLE, "Karibu tena")
    file_id = send(cast, file, kind)
    assert plan_of(file_id, None).counts()["changed"] == 1
    counts = apply_translation_file(file_id=file_id, by=cast.actor("translator"), now=NOW)
    assert counts["changed"] == 1
    assert [(one.key, one.text) for one in edits_for([GUIDE], ["sw"])] == [(TITLE, "Karibu tena")]
    events = db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.n)).all()
    assert events[-2:] == ["send_translation_file", "apply_translation_file"]
    again, _kind = export(kind=kind)
    assert next(one for one in again.entries if one.key == TITLE).texts == ("Karibu tena",)
    assert recent_files(GUIDE, "sw")[0].result["counts"] == counts


def test_a_new_translation_is_new_and_an_unfinished_one_stays_a_draft(cast: Cast) -> None:
    english = {one.key: one.source for one in catalog_now(GUIDE, "lg", None).entries}
    entries = (
        Entry(TITLE, english[TITLE], ("Tukusanyukidde",), State.TRANSLATED),
        Entry(AIM, english[AIM], ("Mpola",), State.DRAFT),
    )
    file_id = send(cast, CatalogFile(GUIDE, "lg", "", entries))
    assert apply_translation_file(file_id=file_id, by=cast.actor("translator"), now=NOW)["new"] == 2
    assert [one.key for one in edits_for([GUIDE], ["lg"])] == [TITLE]
    states = {one.key: one.state for one in catalog_now(GUIDE, "lg", None).entries}
    assert (states[TITLE], states[AIM]) == (State.TRANSLATED, State.DRAFT)


def test_what_is_wrong_is_named_by_its_row_and_the_rest_is_kept(cast: Cast) -> None:
    file = with_text(with_text(export(kind=FileKind.XLSX)[0], TITLE, "<b>Karibu</b>"), AIM, "Lengo jipya")
    first = file.entries[0]
    entries = [
        replace(one, source=("Another English",), texts=("x",)) if one.key == first.key else one
        for one in file.entries
    ]
    entries += [
        Entry("who-8/no/such", ("What?",), ("Nini?",), State.TRANSLATED, row=9_001),
        Entry(
            AIM, next(one.source for one in entries if one.key == AIM), ("Tena",), State.TRANSLATED, row=9_002
        ),
    ]
    file_id = send(cast, replace(file, entries=tuple(entries)), FileKind.XLSX)
    plan = plan_of(file_id, None)
    assert [(one.entry.key, one.reason) for one in plan.of(Outcome.REFUSED)] == [
        (TITLE, "markup"),
        (AIM, "twice"),
    ]
    assert [one.entry.key for one in plan.of(Outcome.STALE)] == [first.key]
    assert [one.entry.row for one in plan.of(Outcome.UNKNOWN)] == [9_001]
    counts = apply_translation_file(file_id=file_id, by=cast.actor("translator"), now=NOW)
    assert counts == plan.counts()
    assert (counts["changed"], counts["refused"], counts["stale"], counts["unknown"]) == (1, 2, 1, 1)
    assert sum(counts.values()) == len(entries)
    assert [one.text for one in edits_for([GUIDE], ["sw"])] == ["Lengo jipya"]
    left = find_file(file_id).result["left"]
    assert [line[2] for line in left] == ["stale", "refused", "unknown", "refused"]


def test_an_empty_cell_takes_nothing_away_and_a_remark_is_kept(cast: Cast) -> None:
    file, kind = export(kind=FileKind.XLSX)
    entries = tuple(
        replace(one, texts=(), state=State.MISSING, remark="What is meant?") if one.key == TITLE else one
        for one in file.entries
    )
    file_id = send(cast, replace(file, entries=entries), kind)
    counts = apply_translation_file(file_id=file_id, by=cast.actor("translator"), now=NOW)
    assert counts["unchanged"] == len(entries)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TranslationEdit)) == 0
    assert [(one.key, one.remark) for one in remarks_of(file_id)] == [(TITLE, "What is meant?")]


def test_edits_of_the_app_go_out_with_their_state(cast: Cast) -> None:
    def state(kind: FileKind) -> State:
        return next(one.state for one in export(kind=kind)[0].entries if one.key == TITLE)

    def edit(text: str, *, finished: bool) -> str:
        return edit_translation(
            domain=GUIDE,
            tag="sw",
            key=TITLE,
            text=text,
            finished=finished,
            by=cast.actor("translator"),
            now=NOW,
        )

    edit("Kari", finished=False)
    assert {state(kind) for kind in KINDS} == {State.DRAFT}
    edit_id = edit("Karibuni", finished=True)
    assert {state(kind) for kind in KINDS} == {State.TRANSLATED}
    review_edit(edit_id=edit_id, by=cast.actor("reviewer"), now=NOW)
    assert {state(kind) for kind in KINDS} == {State.REVIEWED}
    withdraw_edit(edit_id=edit_id, by=cast.actor("translator"), now=NOW)
    file, _kind = export()
    assert next(one.texts for one in file.entries if one.key == TITLE) != ("Karibuni",)


def test_safety_text_comes_in_as_drafts_that_nobody_approved(cast: Cast) -> None:
    english = {one.key: one.source for one in catalog_now("safety", "sw", None).entries}
    sent = CatalogFile("safety", "sw", "", (Entry(STAY, english[STAY], ("Kaa naye.",), State.TRANSLATED),))
    file_id = send(cast, sent)
    apply_translation_file(file_id=file_id, by=cast.actor("translator"), now=NOW)
    words = locked_words("safety", language("sw"), edits_for(["safety"], ["sw"]))[STAY]
    assert words.words == ("Kaa naye.",)
    from gipt.queries.translations import approved_words

    assert approved_words("safety", "sw") == frozenset()


def test_the_wording_of_a_measure_is_never_taken_from_a_file(cast: Cast) -> None:
    file, kind = export("measures")
    with pytest.raises(Conflict) as refused:
        look_at_file(file, kind, domain="measures", tag="sw", by=cast.actor("clinical_lead"))
    assert refused.value.details["reason"] == "locked"


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_the_interface_come_in_with_all_their_forms(cast: Cast, kind: FileKind) -> None:
    file, kind = export("messages", kind=kind)
    forms = next(one for one in file.entries if one.has_plural)
    entries = tuple(
        replace(one, texts=tuple(f"{text} x" for text in one.texts), remark="Better so")
        if one == forms
        else one
        for one in file.entries
    )
    file_id = send(cast, replace(file, entries=entries), kind)
    counts = apply_translation_file(file_id=file_id, by=cast.actor("translator"), now=NOW)
    assert (counts["changed"], counts["refused"]) == (1, 0)
    edit = db.session.scalars(sa.select(TranslationEdit)).one()
    assert (edit.texts, edit.comment) == ([f"{text} x" for text in forms.texts], "Better so")
    again, _kind = export("messages", kind=kind)
    assert [one.texts for one in again.entries] == [one.texts for one in entries]


def test_a_file_is_taken_once_and_a_dropped_one_never(cast: Cast) -> None:
    who = cast.actor("translator")
    first, second = (send(cast, with_text(export()[0], TITLE, text)) for text in ("Moja", "Mbili"))
    apply_translation_file(file_id=first, by=who, now=NOW)
    drop_translation_file(file_id=second, by=who, now=NOW)
    for file_id in (first, second):
        with pytest.raises(Conflict) as refused:
            apply_translation_file(file_id=file_id, by=who, now=NOW)
        assert refused.value.details["reason"] == "file_over"
    assert [one.file_id for one in recent_files(GUIDE, "sw")] == [first]


@pytest.mark.parametrize(
    ("domain", "tag", "reason"),
    [(GUIDE, "fr", "other_language"), ("safety", "sw", "other_domain")],
)
def test_a_file_for_something_else_is_refused(cast: Cast, domain: str, tag: str, reason: str) -> None:
    file, kind = export()
    with pytest.raises(Invalid) as refused:
        look_at_file(file, kind, domain=domain, tag=tag, by=cast.actor("translator"))
    assert refused.value.details["reason"] == reason


@pytest.mark.parametrize("tag", ["en", "qps", "xx", "../sw", "sw_KE@" + "x" * 60])
def test_only_languages_that_are_translated_into_have_files(cast: Cast, tag: str) -> None:
    with pytest.raises(NotFound):
        export_catalog(GUIDE, tag, FileKind.PO)


@pytest.mark.parametrize("domain", ["curriculum-no-such", "curriculum-../x", "other", ""])
def test_only_domains_that_are_there_have_files(cast: Cast, domain: str) -> None:
    with pytest.raises(NotFound):
        export_catalog(domain, "sw", FileKind.PO)


@pytest.mark.parametrize("role", ["facilitator", "supervisor", "coordinator", "me", "admin"])
def test_others_neither_send_nor_apply(cast: Cast, role: str) -> None:
    file = with_text(export()[0], TITLE, "Moja")
    file_id = send(cast, file)
    with pytest.raises(NotAllowed):
        send(cast, file, role=role)
    with pytest.raises(NotAllowed):
        apply_translation_file(file_id=file_id, by=cast.actor(role), now=NOW)
    assert db.session.scalar(sa.select(TranslationFile.state)) == "read"


HOSTILE = (
    b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xliff>&b;</xliff>"""
)


@pytest.mark.parametrize(
    ("raw", "name", "reason"),
    [
        (b"", "x.po", "empty"),
        (b"\xff\xfe\x00", "x.po", "not_a_po"),
        (b"hello", "x.po", "po_line"),
        (b'msgid ""\nmsgstr ""\n', "x.po", "not_a_po"),
        (b'msgid "a"\nmsgstr "b"\nwhat is this\n', "x.po", "po_line"),
        (b"<xliff", "x.xlf", "not_xml"),
        (b"<html><body/></html>", "x.xliff", "not_xliff"),
        (b"PK\x03\x04", "x.xlf", "not_xml"),
        (HOSTILE, "x.xlf", "hostile"),
        (b"<a>" * 100 + b"</a>" * 100, "x.xlf", "too_heavy"),
        (b"PK\x03\x04", "x.xlsx", "truncated"),
        (b"key,source", "x.xlsx", "not_a_workbook"),
        (b"{}", "x.json", "not_a_catalog"),
        (b"x", "po", "not_a_catalog"),
    ],
)
def test_what_is_no_file_of_translations_is_refused_in_a_sentence(
    cast: Cast, raw: bytes, name: str, reason: str
) -> None:
    with pytest.raises(BadFile) as refused:
        read_catalog_file(raw, name)
    assert refused.value.details["reason"] == reason


def test_an_edit_made_while_the_file_waited_is_seen(cast: Cast) -> None:
    file_id = send(cast, with_text(export()[0], TITLE, "Kutoka faili"))
    edit_translation(
        domain=GUIDE, tag="sw", key=TITLE, text="Kutoka faili", by=cast.actor("reviewer"), now=NOW
    )
    assert plan_of(file_id, None).counts()["changed"] == 0
    assert apply_translation_file(file_id=file_id, by=cast.actor("translator"), now=NOW)["unchanged"] > 0
