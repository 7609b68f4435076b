"""Validated wordings of measures: read a file item by item, load it with its evidence, withdraw it; picture tests.

A loaded wording is in use only once two people other than who loaded it approved exactly its words (`approve_words`,
decision 14). Its words,
source and cut-off never change: another wording is another row.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from gipt.actions.base import action, audit, require, require_at
from gipt.content.po_exchange import from_po
from gipt.content.po_wordings import wording_in
from gipt.content.wordings import is_english, parts
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.adaptation_life import PictureTest, pictures_understood
from gipt.domain.measures import Measure
from gipt.domain.measures.wordings import SentWording, match_wording
from gipt.domain.picture_scales import Scale
from gipt.domain.problems import BadFile, Conflict, Invalid, NotFound
from gipt.i18n import Language
from gipt.i18n.lint import Fault, Plural, faults_of
from gipt.intake.reader import read_exact
from gipt.intake.wording_fhir import from_fhir
from gipt.intake.wording_sheets import from_workbook
from gipt.models import MeasureWording, PictureScaleTest
from gipt.queries.measure_wordings import find_measure, find_wording_row, wording_language

LONGEST = 1_000
LONGEST_POPULATION = 400
HARMLESS = frozenset({Fault.TOO_LONG, Fault.STRAY_PERCENT})
"""What a wording may do and a message may not: it is never filled in, and it may be longer than a code."""


@dataclass(frozen=True, slots=True)
class ReadWording:
    """Hold what a file gave: its kind, the words by key, and source and licence as far as it names them."""

    kind: str
    texts: dict[str, str]
    citation: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hold what is stored with a wording: the validation it comes from, for whom, its cut-off, the right to use it.

    `cut_off` is on the scale of the measure's total; `permission` names the permission, or why none is needed.
    """

    citation: str
    population: str
    cut_off: int | None
    licence: str
    permission: str


def read_wording(
    raw: bytes, filename: str, *, measure: Measure, language: Language, stem: str = ""
) -> ReadWording:
    """Read the wording of a measure from a FHIR Questionnaire, an XLSForm, a PO file or a plain sheet.

    Not a transaction: workbooks are opened in the guarded reader. Raises BadFile, Conflict (`numbers_only`, `ships`),
    and Invalid naming the item that is missing, unknown, twice, out of order, or has other answers.
    """
    if is_english(language) and measure.has_wording:
        raise Conflict(reason="wording_ships", measure=measure.name)
    kind, sent = _sent(raw, filename, measure, language)
    texts = match_wording(measure, sent, stem)
    english = {key: text for key, text, _ships in parts(measure)}
    for key, text in texts.items():
        faults = [
            one for one in faults_of((english[key],), (text,), Plural(language.plural)) if one not in HARMLESS
        ]
        if faults:
            raise Invalid(field="file", reason="wording_signs", item=key.partition("/")[2])
    return ReadWording(kind, texts, sent.citation, sent.licence)


def _sent(raw: bytes, filename: str, measure: Measure, language: Language) -> tuple[str, SentWording]:
    extension = Path(filename).suffix.lower()
    if extension == ".json":
        return "fhir", from_fhir(raw, language.tag)
    if extension == ".po":
        file = from_po(raw, filename)
        if file.tag and file.tag not in (language.tag, *language.chain):
            raise Invalid(field="file", reason="other_language", value=file.tag[:40], language=language.tag)
        return "po", wording_in(file, measure)
    if extension == ".xlsx":
        return from_workbook(read_exact(raw), language)
    raise BadFile(reason="not_a_wording", extension=extension[:8])


@action("send_measure_wording")
def send_measure_wording(
    *, measure: str, tag: str, wording: ReadWording, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Keep a wording that was read, to be looked at before it is loaded; gives its id. Raises NotFound."""
    require(by, Permission.TRANSLATION_EDIT)
    found, language = find_measure(measure), wording_language(tag)
    digest = hashlib.sha256(repr(sorted(wording.texts.items())).encode("utf-8", "surrogatepass")).hexdigest()
    wording_id = new_id()
    db.session.add(
        MeasureWording(
            id=wording_id,
            measure=found.code,
            version=found.version,
            tag=language.tag,
            kind=wording.kind,
            state="read",
            texts=dict(wording.texts),
            citation=wording.citation[:LONGEST],
            licence=wording.licence[:LONGEST],
            permission="",
            population="",
            cut_off=None,
            content_hash=digest,
            by_id=by.staff_id,
            created_at=now,
        )
    )
    _note("send_measure_wording", wording_id, by, now, op, measure=found.code, tag=tag, hash=digest)
    return wording_id


@action("load_measure_wording")
def load_measure_wording(
    *, wording_id: str, evidence: Evidence, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Load a wording that was read, with its evidence; gives its id. It waits for two approvals.

    Whoever sent the file loads it, and is not one of the two. Raises NotFound (another's too), Conflict
    (`wording_over`), and Invalid for evidence that is missing or a cut-off off the scale.
    """
    require(by, Permission.TRANSLATION_EDIT)
    row = _row(wording_id, "read")
    if row.by_id != by.staff_id:
        raise NotFound(kind="measure_wording")
    measure = find_measure(row.measure)
    if measure.version != row.version:
        raise Conflict(reason="wording_over")
    row.citation = said("citation", evidence.citation, LONGEST)
    row.population = said("population", evidence.population, LONGEST_POPULATION)
    row.licence = said("licence", evidence.licence, LONGEST)
    row.permission = said("permission", evidence.permission, LONGEST)
    if evidence.cut_off is None:
        raise Invalid(field="cut_off", reason="missing")
    if not measure.total_min <= evidence.cut_off <= measure.total_max:
        raise Invalid(field="cut_off", reason="out_of_range", low=measure.total_min, high=measure.total_max)
    row.cut_off, row.state, row.loaded_at = evidence.cut_off, "loaded", now
    _note(
        "load_measure_wording", wording_id, by, now, op,
        measure=row.measure, tag=row.tag, hash=row.content_hash, cut_off=row.cut_off,
    )  # fmt: skip
    return wording_id


@action("withdraw_measure_wording")
def withdraw_measure_wording(*, wording_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Take a loaded wording out of use; the one before it, or the file's, stands again. Gives its id."""
    require(by, Permission.TRANSLATION_REVIEW)
    row = _row(wording_id, "loaded")
    row.state, row.withdrawn_at = "withdrawn", now
    _note("withdraw_measure_wording", wording_id, by, now, op, measure=row.measure, tag=row.tag)
    return wording_id


@action("record_picture_test")
def record_picture_test(
    *,
    scale: Scale,
    tag: str,
    site_id: str,
    population: str,
    test: PictureTest,
    tested_on: date,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Record a test of a picture scale at a site: numbers only; gives its id. The newest test of a scale counts.

    Raises NotFound for a foreign site or unknown language, Invalid for numbers that cannot be, or a day to come.
    """
    require_at(by, Permission.TRANSLATION_EDIT, site_id)
    language = wording_language(tag)
    if not 1 <= test.asked <= 1_000:
        raise Invalid(field="asked", reason="out_of_range", low=1, high=1_000)
    for field, number in (("ordered_right", test.ordered_right), ("named_a_mood", test.named_a_mood)):
        if not 0 <= number <= test.asked:
            raise Invalid(field=field, reason="out_of_range", low=0, high=test.asked)
    if tested_on > now.date():
        raise Invalid(field="tested_on", reason="in_future")
    test_id = new_id()
    db.session.add(
        PictureScaleTest(
            id=test_id,
            scale=scale.value,
            tag=language.tag,
            site_id=site_id,
            population=said("population", population, LONGEST_POPULATION),
            asked=test.asked,
            ordered_right=test.ordered_right,
            named_a_mood=test.named_a_mood,
            tested_on=tested_on,
            by_id=by.staff_id,
            at=now,
        )
    )
    audit(
        "record_picture_test", by=by, now=now, entity="picture_scale_test", entity_id=test_id, op=op,
        scale=scale.value, tag=language.tag, passed=pictures_understood(test),
    )  # fmt: skip
    return test_id


def said(field: str, text: str, longest: int) -> str:
    """Give a text without outer blanks; raise Invalid when it is missing or too long."""
    text = text.strip()
    if not text:
        raise Invalid(field=field, reason="missing")
    if len(text) > longest:
        raise Invalid(field=field, reason="too_long", high=longest)
    return text


def _row(wording_id: str, state: str) -> MeasureWording:
    find_wording_row(wording_id)
    row = db.session.scalar(
        sa.select(MeasureWording).where(MeasureWording.id == wording_id).with_for_update()
    )
    if row is None:
        raise NotFound(kind="measure_wording")
    if row.state != state:
        raise Conflict(reason="wording_over")
    return row


def _note(name: str, wording_id: str, by: Actor, now: datetime, op: str | None, **details: object) -> None:
    audit(name, by=by, now=now, entity="measure_wording", entity_id=wording_id, op=op, **details)
