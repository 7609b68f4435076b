"""Guides in a language: publish words, their life and evidence, the record of an adaptation."""

from typing import Any

from flask import Blueprint

from gipt.actions import translations as actions
from gipt.actions.curricula import own_folder, publish_curriculum
from gipt.content.adaptations import load_adaptation, load_adapted
from gipt.content.curricula import load_curriculum
from gipt.content.entries import known_adaptations
from gipt.domain.access import Permission
from gipt.domain.adaptation_life import Evidence
from gipt.domain.adaptations import Adaptation, Change
from gipt.domain.guides import Curriculum, GuideStatus, content_hash
from gipt.domain.problems import BadDefinition, NotFound, Unknown
from gipt.i18n import find_language
from gipt.i18n import gettext as _
from gipt.queries import translation_life as life
from gipt.queries.curricula import PublishedVersion, published, published_versions
from gipt.queries.language_coverage import readers_of_words
from gipt.queries.translation_work import get_language
from gipt.queries.translations import PublishedTranslation, get_translation, published_translations
from gipt.web.forms.reader import Form, options
from gipt.web.frame import done, zone
from gipt.web.guard import actor, may, needs, now
from gipt.web.language_words import sheets_of
from gipt.words import label, sentence

blueprint = Blueprint("language_guides", __name__)


@blueprint.route("/languages/<tag>/guides", methods=["GET", "POST"])
@needs(Permission.TRANSLATION_EDIT)
def page(tag: str) -> Any:
    """List the words of guides that were published in a language; publish those of today."""
    tongue, form = get_language(tag), Form()
    versions = [one for one in published_versions() if one.status != GuideStatus.RETIRED]
    if form.posted:
        with form.catching():
            version_id = form.choice("guide", [one.version_id for one in versions], required=True)
            form.check()
            found = actions.publish_translation(
                curriculum_version_id=version_id or "", tag=tag, by=actor(), now=now(), op=form.op
            )
            return done(_("These words are published."), "language_guides.words", translation_id=found)
    rows = [one for one in published_translations() if one.tag == tag]
    return form.page(
        "languages/guides.html",
        title=_("Published words"),
        sheets=sheets_of(tongue),
        tongue=tongue,
        rows=rows,
        readers=readers_of_words([one.translation_id for one in rows]),
        guides=[(one.version_id, version_words(one)) for one in versions],
        records=records_of(tag),
    )


def version_words(version: PublishedVersion) -> str:
    """Name a published curriculum, with the adaptation that shaped it."""
    adaptation = published(version.content_hash).adaptation
    name = f"{version.curriculum} {version.version}"
    return f"{name} · {adaptation}" if adaptation else name


def records_of(tag: str) -> list[Adaptation]:
    """Give the adaptations whose words stand under a tag."""
    return [one for one in known_adaptations(own_folder()) if one.locale == tag]


# --- one published translation ----------------------------------------------------------------------------------------


@blueprint.get("/languages/words/<translation_id>")
@needs(Permission.TRANSLATION_EDIT)
def words(translation_id: str) -> Any:
    """Show the life of published words and what may come next."""
    return show(Form(), get_translation(translation_id))


def show(form: Form, found: PublishedTranslation) -> Any:
    """Show the page, with what was refused."""
    tongue = find_language(found.tag)
    if tongue is None:
        raise NotFound(kind="language")
    steps = life.steps_from(found, actor())
    return form.page(
        "languages/words.html",
        title=_("Published words"),
        sheets=sheets_of(tongue),
        found=found,
        tongue=tongue,
        adaptation=life.adaptation_of(found),
        steps=life.life_of(found.translation_id),
        evidence=life.evidence_of(found.translation_id),
        following=[(one, against_words(one)) for one in steps],
        kinds=options(Evidence, lambda code: label("evidence", code)),
        readers=readers_of_words([found.translation_id]).get(found.translation_id, 0),
        zone=zone(),
    )


def against_words(step: life.NextStep) -> str:
    """Say why the person cannot take a step; empty when they can."""
    if not step.allowed:
        return _("Another role does this.")
    return str(sentence(step.fault)) if step.fault else ""


@blueprint.post("/languages/words/<translation_id>/step")
@needs(Permission.TRANSLATION_EDIT)
def step(translation_id: str) -> Any:
    """Take one step in the life of published words."""
    form, found = Form(), get_translation(translation_id)
    with form.catching():
        status = form.choice("status", GuideStatus, required=True)
        comment = form.note_text("comment")
        form.check()
        actions.take_translation_step(
            translation_id=translation_id,
            status=GuideStatus(status or ""),
            comment=comment,
            by=actor(),
            now=now(),
            op=form.op,
        )
        return done(_("Written down."), "language_guides.words", translation_id=translation_id)
    return show(form, found)


@blueprint.post("/languages/words/<translation_id>/evidence")
@needs(Permission.TRANSLATION_EDIT)
def evidence(translation_id: str) -> Any:
    """Write down what was tried with whom, and what was understood."""
    form, found = Form(), get_translation(translation_id)
    with form.catching():
        kind = form.choice("kind", Evidence, required=True)
        text = form.text("evidence", required=True, longest=actions.LONGEST_NOTE)
        form.check()
        actions.add_translation_evidence(
            translation_id=translation_id,
            kind=Evidence(kind or ""),
            text=text or "",
            by=actor(),
            now=now(),
            op=form.op,
        )
        return done(_("Written down."), "language_guides.words", translation_id=translation_id)
    return show(form, found)


# --- the record of an adaptation --------------------------------------------------------------------------------------


@blueprint.get("/languages/adaptations/<curriculum_id>/<adaptation_id>")
@needs(Permission.TRANSLATION_EDIT)
def adaptation(curriculum_id: str, adaptation_id: str) -> Any:
    """Show for whom a guide was adapted, each change with its reasons, and how far it is."""
    return show_record(Form(), curriculum_id, adaptation_id)


def show_record(form: Form, curriculum_id: str, adaptation_id: str) -> Any:
    """Show the record, with what was refused."""
    try:
        found = load_adaptation(curriculum_id, adaptation_id, own_folder())
        plain = load_curriculum(curriculum_id, own_folder())
    except (Unknown, BadDefinition) as fault:
        raise NotFound(kind="adaptation") from fault
    shaped, fault_words = shaped_by(found)
    versions = [
        one
        for one in published_versions()
        if one.curriculum == curriculum_id and published(one.content_hash).adaptation == adaptation_id
    ]
    return form.page(
        "languages/adaptation.html",
        title=_("Record of an adaptation"),
        found=found,
        tongue=find_language(found.locale) if found.locale else None,
        changes=[(one, step_of(plain, one), is_core(plain, one)) for one in found.changes],
        fault=fault_words,
        versions=versions,
        is_published=shaped is not None and content_hash(shaped) in {one.content_hash for one in versions},
        may_publish=may(Permission.CURRICULUM_ADOPT) or may(Permission.PROGRAMME_EDIT),
        words=[
            (one, life.life_of(one.translation_id))
            for one in published_translations()
            if one.tag == found.locale and found.locale
        ],
        zone=zone(),
    )


def shaped_by(found: Adaptation) -> tuple[Curriculum | None, str]:
    """Give the curriculum as an adaptation shapes it, or why it cannot."""
    try:
        return load_adapted(found.curriculum, found.id, own_folder()), ""
    except BadDefinition as fault:
        return None, str(sentence(fault))


def step_of(curriculum: Curriculum, change: Change) -> str:
    """Give the title of the step that a change touches; the new one's for a step that is added."""
    if change.new is not None:
        return change.new.title
    guide = curriculum.meetings.get(change.meeting)
    return next((one.title for one in guide.steps if one.id == change.step), "") if guide else ""


def is_core(curriculum: Curriculum, change: Change) -> bool:
    """Say whether a change leaves out or replaces a step that belongs to the core."""
    guide = curriculum.meetings.get(change.meeting)
    touched = change.kind.value in ("omit", "replace") and guide is not None
    return touched and guide is not None and any(one.core for one in guide.steps if one.id == change.step)


@blueprint.post("/languages/adaptations/<curriculum_id>/<adaptation_id>/publish")
@needs(Permission.CURRICULUM_ADOPT)
def publish(curriculum_id: str, adaptation_id: str) -> Any:
    """Publish the steps of a guide as an adaptation shapes them."""
    form = Form()
    with form.catching():
        publish_curriculum(
            curriculum=curriculum_id, adaptation=adaptation_id, by=actor(), now=now(), op=form.op
        )
        return done(
            _("Published. The clinical lead can adopt it now."),
            "language_guides.adaptation",
            curriculum_id=curriculum_id,
            adaptation_id=adaptation_id,
        )
    return show_record(form, curriculum_id, adaptation_id)
