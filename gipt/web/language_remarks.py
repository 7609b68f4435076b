"""What facilitators said of the guide, for whoever mends its words (T5): counts by step, the stream, the answer."""

from datetime import datetime
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from gipt.actions.guide_remarks import LONGEST_WORDS, answer_remark
from gipt.content.guide_texts import texts_of_step
from gipt.domain.access import Permission
from gipt.domain.guide_remarks import RemarkOutcome, compare
from gipt.domain.guide_steps import Step
from gipt.domain.problems import NotFound
from gipt.i18n import find_language, format_date
from gipt.i18n import gettext as _
from gipt.i18n.catalogs import guide_domain
from gipt.i18n.registry import SOURCE
from gipt.queries.curricula import published
from gipt.queries.guide_remarks import RemarkedStep, frequencies, remarked_steps
from gipt.queries.translations import published_translations
from gipt.web.forms.reader import Form
from gipt.web.frame import done
from gipt.web.guard import actor, needs, now
from gipt.words import label, labels

blueprint = Blueprint("language_remarks", __name__)
MOST_ANSWERED = 500


@blueprint.get("/languages/remarks")
@needs(Permission.TRANSLATION_EDIT)
def page() -> Any:
    """Show the steps that did not work somewhere, those with the most open remarks first."""
    wish = request.args.get("language")
    found = remarked_steps(actor())
    tags = sorted({one.language for one in found})
    return Form().page(
        "language_remarks/page.html",
        title=_("Remarks on guides"),
        steps=[(one, step_of(one)) for one in found if wish not in tags or one.language == wish],
        tags=[(tag, language_name(tag)) for tag in tags],
        wish=wish if wish in tags else None,
        language_name=language_name,
        count_words=count_words,
    )


def step_of(found: RemarkedStep) -> Step:
    """Give a remarked step as its newest remark read it, in the curriculum's own language."""
    meetings = published(found.content_hash).meetings
    steps = (step for guide in meetings.values() for step in guide.steps if step.key == found.step_key)
    step = next(steps, None)
    if step is None:
        raise NotFound(kind="step")
    return step


def language_name(tag: str) -> str:
    """Name a language in itself."""
    known = find_language(tag)
    return known.name if known else tag


def count_words(kind: str | None, counted: list[tuple[str, int]]) -> str:
    """Say how often each of some codes (with `kind`) or names came."""
    return ", ".join(f"{label(kind, code) if kind else code} {count}" for code, count in counted)


@blueprint.route("/languages/remarks/step", methods=["GET", "POST"])
@needs(Permission.TRANSLATION_EDIT)
def step() -> Any:
    """Show all remarks on one step (`key`) in one language, and answer those that are open."""
    key, tag, form = request.args.get("key", ""), request.args.get("language", ""), Form()
    found = next(iter(remarked_steps(actor(), language=tag, step_key=key)), None)
    if found is None:
        raise NotFound(kind="remark")
    versions = {
        one.translation_id: words_version(one.version, one.published_at)
        for one in published_translations()
        if one.tag == tag and one.curriculum == found.curriculum
    }
    if form.posted:
        with form.catching():
            return store_answer(form, found, list(versions))
    texts = texts_of_step(step_of(found))
    counts = dict(found.lines)
    read = frequencies(actor(), key, tag)
    return form.page(
        "language_remarks/step.html",
        title=_("Remarks on one step"),
        found=found,
        step=step_of(found),
        lines=[(text, counts[text.key]) for text in texts if text.key in counts],
        entry_href=lambda text_key: entry_href(tag, text_key),
        first_key=texts[0].key,
        language_name=language_name,
        outcomes=labels("remark_outcome"),
        versions=list(versions.items()),
        words_version=words_version,
        read=read,
        fell=compare(one.frequency for one in read),
    )


def entry_href(tag: str, key: str) -> str | None:
    """Give where one line is edited; the curriculum's own language is edited in its files."""
    if tag == SOURCE:
        return None
    return url_for("languages.entry", tag=tag, domain=guide_domain(key), key=key)


def words_version(version: str, words_of: datetime | None) -> str:
    """Name a version of the words that groups read: of the curriculum, and when its words were published."""
    if words_of is None:
        return version
    return _("%(version)s, words of %(day)s", version=version, day=format_date(words_of.date()))


def store_answer(form: Form, found: RemarkedStep, versions: list[str]) -> Response:
    """Answer the remarks that the person has read: those that came meanwhile stay open."""
    read = form.choices("remark", [row.remark_id for row in found.open])[:MOST_ANSWERED]
    outcome = form.choice("outcome", RemarkOutcome, required=True)
    translation_id = form.choice("version", versions)
    words = form.text("words", longest=LONGEST_WORDS)
    form.check()
    answer_remark(
        remark_ids=read,
        outcome=outcome or "",
        translation_id=translation_id,
        words=words,
        by=actor(),
        now=now(),
        op=form.op,
    )
    return done(_("Answered. Whoever made the remarks sees it."), "language_remarks.page")
