"""Wordings of measures that were loaded, in what state they are; tests of picture scales."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gipt.content.wordings import (
    LoadedWording,
    WholeWording,
    candidates,
    is_english,
    whole_of,
    whole_wording,
)
from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.adaptation_life import PictureTest, pictures_understood
from gipt.domain.measures import Measure, all_measures
from gipt.domain.picture_scales import Scale
from gipt.domain.problems import NotFound
from gipt.i18n import Language, find_language, languages
from gipt.i18n.catalogs import MEASURES
from gipt.i18n.registry import PSEUDO
from gipt.models import Cycle, Group, MeasureWording, PictureScaleTest, Programme, Site, Staff, TextApproval
from gipt.queries.rows import record


@dataclass(frozen=True, slots=True)
class WordingRow:
    """One wording as it was loaded, in whatever state."""

    wording_id: str
    measure: str
    version: str
    tag: str
    kind: str
    state: str
    texts: Mapping[str, str]
    citation: str
    licence: str
    permission: str
    population: str
    cut_off: int | None
    created_at: datetime
    loaded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Signed:
    """One person's approval of exact words."""

    person: str
    staff_id: str
    clinical: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A measure in a language: the wording that stands there, who approved it, and what is in use.

    `in_use`: some wording is read to members now; `waits`: the newest is not approved yet.
    """

    measure: Measure
    language: Language
    whole: WholeWording | None
    signed: tuple[Signed, ...]
    in_use: bool
    waits: bool
    ships: bool = False


@dataclass(frozen=True, slots=True)
class TestRow:
    """One recorded test of a picture scale."""

    scale: Scale
    tag: str
    site: str
    population: str
    test: PictureTest
    tested_on: date

    @property
    def passed(self) -> bool:
        """Say whether the pictures were understood."""
        return pictures_understood(self.test)


def worded_measures() -> list[Measure]:
    """List the measures of which a wording may be loaded."""
    return [one for one in all_measures() if one.text_allowed and not one.number_only]


def find_measure(code: str) -> Measure:
    """Give a measure of which a wording may be shown; raise NotFound."""
    found = next((one for one in worded_measures() if one.code == code), None)
    if found is None:
        raise NotFound(kind="measure")
    return found


def wording_language(tag: str) -> Language:
    """Give a language in which a wording may be loaded, English too; raise NotFound."""
    found = find_language(tag)
    if found is None or found.tag in PSEUDO or found.tag != tag:
        raise NotFound(kind="language")
    return found


def loaded_wordings(tags: Sequence[str]) -> list[LoadedWording]:
    """Give the wordings that were loaded for these tags and not withdrawn, newest first."""
    rows = db.session.execute(
        sa.select(
            MeasureWording.id,
            MeasureWording.measure,
            MeasureWording.version,
            MeasureWording.tag,
            MeasureWording.texts,
            MeasureWording.citation,
            MeasureWording.licence,
            MeasureWording.permission,
            MeasureWording.population,
            MeasureWording.cut_off,
        )
        .where(MeasureWording.state == "loaded", MeasureWording.tag.in_(list(tags)))
        .order_by(MeasureWording.loaded_at.desc(), MeasureWording.id)
    )
    return [LoadedWording(*row) for row in rows]


def loaders_of(language: Language) -> dict[tuple[str, str], frozenset[str | None]]:
    """Give who loaded the wordings that count in a language, by (measure, hash of exactly these words)."""
    rows = db.session.execute(
        sa.select(MeasureWording.id, MeasureWording.by_id).where(MeasureWording.state == "loaded")
    )
    people = {row.id: row.by_id for row in rows}
    found: dict[tuple[str, str], frozenset[str | None]] = {}
    for one in loaded_wordings(language.chain):
        measure = next((each for each in worded_measures() if each.code == one.code), None)
        whole = whole_of(measure, one) if measure else None
        if whole is not None:
            place = (one.code, whole.words_hash)
            found[place] = found.get(place, frozenset()) | {people.get(one.wording_id)}
    return found


def loaded_for(domain: str, language: Language) -> Sequence[LoadedWording]:
    """Give the loaded wordings that count in a language, where the domain is that of the measures."""
    return loaded_wordings(language.chain) if domain == MEASURES else ()


def find_wording_row(wording_id: str) -> WordingRow:
    """Give one wording; raise NotFound."""
    row = db.session.execute(_rows().where(MeasureWording.id == wording_id)).one_or_none()
    if row is None:
        raise NotFound(kind="measure_wording")
    return record(WordingRow, row)


def wording_rows(code: str | None = None, tag: str | None = None) -> list[WordingRow]:
    """List the wordings of a measure in a language that were loaded, newest first, withdrawn ones too."""
    statement = _rows().where(MeasureWording.state != "read")
    if code is not None:
        statement = statement.where(MeasureWording.measure == code)
    if tag is not None:
        statement = statement.where(MeasureWording.tag == tag)
    order = (MeasureWording.loaded_at.desc(), MeasureWording.id)
    return [record(WordingRow, row) for row in db.session.execute(statement.order_by(*order))]


def _rows() -> Any:
    return sa.select(
        MeasureWording.id,
        MeasureWording.measure,
        MeasureWording.version,
        MeasureWording.tag,
        MeasureWording.kind,
        MeasureWording.state,
        MeasureWording.texts,
        MeasureWording.citation,
        MeasureWording.licence,
        MeasureWording.permission,
        MeasureWording.population,
        MeasureWording.cut_off,
        MeasureWording.created_at,
        MeasureWording.loaded_at,
    )


def standing_wording(measure: Measure, language: Language) -> Standing:
    """Give what stands for a measure in a language, and who approved it."""
    from gipt.queries.translations import approved_words

    if is_english(language) and measure.has_wording:
        return Standing(measure, language, None, (), in_use=True, waits=False, ships=True)
    found = list(candidates(measure, language, loaded_wordings(language.chain)))
    approved = approved_words(MEASURES, language.tag) if found else frozenset()
    signed = _signed(measure.code, language.tag, found[0].words_hash) if found else ()
    usable = [(measure.code, one.words_hash) in approved for one in found]
    return Standing(
        measure, language, found[0] if found else None, signed, any(usable), bool(usable) and not usable[0]
    )


def _signed(code: str, tag: str, words_hash: str) -> tuple[Signed, ...]:
    rows = db.session.execute(
        sa.select(
            Staff.name,
            Staff.sign_in_name,
            TextApproval.staff_id,
            TextApproval.clinical,
            TextApproval.at,
        )
        .join(Staff, Staff.id == TextApproval.staff_id)
        .where(TextApproval.domain == MEASURES, TextApproval.tag == tag)
        .where(TextApproval.entry_key == code, TextApproval.words_hash == words_hash)
        .order_by(TextApproval.at)
    )
    return tuple(Signed(row[0] or row[1], *row[2:]) for row in rows)


def wordings_everywhere() -> list[Standing]:
    """List every measure in every language that the programme speaks or has a wording for, English first."""
    rows = db.session.execute(
        sa.select(MeasureWording.measure, MeasureWording.tag).where(MeasureWording.state == "loaded")
    )
    loaded = {(row.measure, row.tag) for row in rows}
    spoken = db.session.scalar(sa.select(Programme.languages)) or []
    offered = [one.tag for one in languages() if one.tag in spoken or one.tag == "en"]
    found = []
    for measure in worded_measures():
        more = [
            one.tag
            for one in languages(shipped_only=False)
            if one.tag not in offered and whole_wording(measure, one) is not None
        ]
        tags = [*offered, *sorted(tag for code, tag in loaded if code == measure.code), *more]
        tongues = (find_language(tag) for tag in dict.fromkeys(tags))
        found += [standing_wording(measure, one) for one in tongues if one is not None]
    return found


# --- picture scales -----------------------------------------------------------------------------------------------


def scale_for_cycle(cycle_id: str, tag: str | None) -> Scale | None:
    """Give the picture scale that people at a cycle's site understood in its language; None for words only."""
    site = (
        sa.select(Group.site_id)
        .join(Cycle, Cycle.group_id == Group.id)
        .where(Cycle.id == cycle_id)
        .scalar_subquery()
    )
    return scale_where(PictureScaleTest.site_id == site, tag)


def scale_for_site(site_id: str, tag: str | None) -> Scale | None:
    """Give the picture scale that people of a site understood in a language; None for words only."""
    return scale_where(PictureScaleTest.site_id == site_id, tag)


def scale_where(place: sa.ColumnElement[bool], tag: str | None) -> Scale | None:
    """Give the scale whose newest test was passed; of two, the one tested last."""
    language = find_language(tag) if tag else None
    if language is None:
        return None
    chain = language.chain or (language.tag,)
    rows = db.session.execute(
        sa.select(
            PictureScaleTest.scale,
            PictureScaleTest.asked,
            PictureScaleTest.ordered_right,
            PictureScaleTest.named_a_mood,
        )
        .where(place, PictureScaleTest.tag.in_([*chain, language.tag]))
        .order_by(PictureScaleTest.tested_on.desc(), PictureScaleTest.at.desc())
    )
    newest: dict[str, PictureTest] = {}
    for row in rows:
        newest.setdefault(row.scale, PictureTest(row.asked, row.ordered_right, row.named_a_mood))
    return next((Scale(name) for name, test in newest.items() if pictures_understood(test)), None)


def picture_tests(by: Actor) -> list[TestRow]:
    """List the tests at the sites that the person sees, newest first."""
    rows = db.session.execute(
        sa.select(
            PictureScaleTest.scale,
            PictureScaleTest.tag,
            Site.code,
            PictureScaleTest.population,
            PictureScaleTest.asked,
            PictureScaleTest.ordered_right,
            PictureScaleTest.named_a_mood,
            PictureScaleTest.tested_on,
        )
        .join(Site, Site.id == PictureScaleTest.site_id)
        .where(_seen(by))
        .order_by(PictureScaleTest.tested_on.desc(), PictureScaleTest.at.desc())
    )
    return [TestRow(Scale(row[0]), *row[1:4], PictureTest(*row[4:7]), row[7]) for row in rows]


def sites_of_tests(by: Actor) -> list[tuple[str, str]]:
    """List (id, code and name) of the sites at which the person may record a test."""
    rows = db.session.execute(sa.select(Site.id, Site.code, Site.name).where(_seen(by)).order_by(Site.code))
    return [(row.id, f"{row.code} · {row.name}") for row in rows]


def _seen(by: Actor) -> sa.ColumnElement[bool]:
    sites = sites_for(by, Permission.TRANSLATION_EDIT)
    return sa.true() if sites is None else Site.id.in_(sorted(sites))
