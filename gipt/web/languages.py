"""Languages for translators: how far each one is (T1), the texts of a domain, one text beside its English (T3)."""

from typing import Any

from flask import Blueprint, request, url_for

from gipt.actions import translations as actions
from gipt.actions.curricula import own_folder
from gipt.content.entries import known_adaptations
from gipt.content.glossaries import terms_in, warnings_about
from gipt.domain.access import Permission
from gipt.domain.problems import Invalid, NotFound
from gipt.domain.text_changes import text_changes
from gipt.i18n import Language, find_language, lazy_gettext
from gipt.i18n import gettext as _
from gipt.i18n.catalogs import MEASURES, MESSAGES, is_guide
from gipt.i18n.variants import GENDERS, base_of, variant_of
from gipt.queries import language_coverage, translation_work
from gipt.queries.guide_remarks import RemarkedStep, remarked_steps
from gipt.queries.translation_work import SHOWN, Work, get_language
from gipt.web.forms.reader import Form, options
from gipt.web.frame import NavItem, done, zone
from gipt.web.guard import actor, may, needs, now
from gipt.web.language_words import (
    count_words,
    domain_words,
    form_examples,
    links_of,
    reference_choices,
    sheets_of,
    warning_words,
    words_beside,
)
from gipt.words import label, sentence

blueprint = Blueprint("languages", __name__)
NAV = (NavItem(93, "languages.page", lazy_gettext("Languages"), Permission.TRANSLATION_EDIT, "languages"),)
PAGE = 50


@blueprint.get("/languages")
@needs(Permission.TRANSLATION_EDIT)
def page() -> Any:
    """Show every language and adaptation with what is translated, signed and read by groups."""
    found = language_coverage.coverage(own_folder())
    return Form().page(
        "languages/page.html",
        title=_("Languages"),
        records=known_adaptations(own_folder()),
        begun=sorted((one for one in found if one.is_begun), key=lambda one: -one.speakers),
        others=[one for one in found if not one.is_begun],
        waiting=len(translation_work.waiting_edits()),
        domain_words=domain_words,
        count_words=count_words,
    )


@blueprint.get("/languages/<tag>")
@needs(Permission.TRANSLATION_EDIT)
def language(tag: str) -> Any:
    """Show one language: its domains with what can be done there."""
    tongue = get_language(tag)
    found = language_coverage.coverage_of(tongue, own_folder())
    return Form().page(
        "languages/language.html",
        title=_("One language"),
        sheets=sheets_of(found.language),
        found=found,
        rows=[(one, links_of(tag, one.domain)) for one in found.domains],
        beside_file=translation_work.beside_file(MESSAGES, tongue, own_folder()),
        domain_words=domain_words,
        count_words=count_words,
        zone=zone(),
    )


@blueprint.get("/languages/<tag>/<domain>")
@needs(Permission.TRANSLATION_EDIT)
def entries(tag: str, domain: str) -> Any:
    """List the texts of a domain: limited to a state, searched, fifty at a time."""
    tongue = get_language(tag)
    edits = translation_work.newest_edits(domain, tag)
    works = translation_work.work_on(domain, tongue, own_folder(), edits)
    if not works:
        raise NotFound(kind="text")
    shown, wanted = shown_wish(), request.args.get("q", "").strip()[:100]
    listed = [one for one in works.values() if translation_work.is_shown(one, shown)]
    if wanted:
        listed = [one for one in listed if translation_work.matches(one, wanted)]
    number = max(1, int(text) if (text := request.args.get("page", "1")).isdigit() and len(text) < 6 else 1)
    return Form().page(
        "languages/entries.html",
        title=_("Texts to translate"),
        sheets=sheets_of(tongue),
        tongue=tongue,
        domain=domain,
        domain_words=domain_words,
        counts=translation_work.counts_of(domain, tongue, own_folder(), edits),
        count_words=count_words,
        filters_of=options(SHOWN, lambda code: label("entry_filter", code)),
        shown=shown,
        wanted=wanted,
        rows=listed[(number - 1) * PAGE : number * PAGE],
        total=len(listed),
        number=number,
        size=PAGE,
        locked=domain == MEASURES,
        links=links_of(tag, domain),
    )


def shown_wish() -> str:
    """Give what the list is limited to."""
    wish = request.args.get("show", "all")
    return wish if wish in SHOWN else "all"


@blueprint.route("/languages/<tag>/<domain>/entry", methods=["GET", "POST"])
@needs(Permission.TRANSLATION_EDIT)
def entry(tag: str, domain: str) -> Any:
    """Show one text (`key`) beside its English, and take the words that are written for it."""
    tongue, key, form = get_language(tag), request.args.get("key", ""), Form()
    work = translation_work.find_work(domain, tongue, key, own_folder())
    if form.posted:
        with form.catching():
            finished = form.raw("do") != "draft"
            write(form, work, tongue, domain, finished=finished)
            words = _("Saved. Another person reviews it now.") if finished else _("Kept as begun.")
            return done(words, "languages.entry", tag=tag, domain=domain, **request.args)
    return entry_page(form, work, tongue, domain)


def write(form: Form, work: Work, tongue: Language, domain: str, *, finished: bool) -> None:
    """Store what was written for one text."""
    forms = [form.raw(f"translation-{n}") for n in range(len(form_examples(tongue)))]
    actions.edit_translation(
        domain=domain,
        tag=tongue.tag,
        key=work.key,
        text=form.raw("translation").replace("\r\n", "\n"),
        forms=forms if len(work.source.texts) > 1 else (),
        finished=finished,
        back_translation=form.note_text("back_translation"),
        comment=form.note_text("comment"),
        by=actor(),
        now=now(),
        op=form.op,
    )


def entry_page(form: Form, work: Work, tongue: Language, domain: str) -> Any:
    """Show one text with its neighbours, what its English was, the same in another language, and its history."""
    own, shown = own_folder(), shown_wish()
    works = translation_work.work_on(domain, tongue, own)
    listed = [key for key, one in works.items() if translation_work.is_shown(one, shown) or key == work.key]
    at = listed.index(work.key) if work.key in listed else 0
    beside = request.args.get("beside", "")
    said = words_beside(domain, work.key, beside)
    stale = work.state == "stale"
    return form.page(
        "languages/entry.html",
        title=_("One text"),
        sheets=sheets_of(tongue),
        work=work,
        tongue=tongue,
        domain=domain,
        domain_words=domain_words,
        locked=domain == MEASURES,
        was=[text_changes(old, new) for old, new in zip(work.entry.made_for, work.source.texts, strict=False)]
        if stale
        else [],
        beside=beside,
        choices=reference_choices(tongue),
        said=said,
        plural=form_examples(tongue) if len(work.source.texts) > 1 else [],
        shown_words=words_for_fields(form, work, tongue),
        terms=terms_in(work.source.texts, tongue),
        remarks=[
            warning_words(one)
            for one in warnings_about(domain, work.source.texts, words_for_fields(form, work, tongue), tongue)
        ],
        from_groups=from_groups(domain, work.key, tongue),
        history=translation_work.edit_history(domain, tongue.tag, work.key),
        fault=sentence_of(work),
        show=shown,
        before=listed[at - 1] if at else None,
        after=listed[at + 1] if at + 1 < len(listed) else None,
        variants=[(one, variant_of(base_of(work.key), one)) for one in GENDERS],
        base=base_of(work.key),
        link=lambda key: url_for(
            "languages.entry", tag=tongue.tag, domain=domain, **{**request.args, "key": key}
        ),
        may_review=may(Permission.TRANSLATION_REVIEW),
        me=actor().staff_id,
        zone=zone(),
        links=links_of(tongue.tag, domain, work.key),
    )


def from_groups(domain: str, key: str, tongue: Language) -> list[tuple[RemarkedStep, int]]:
    """Give what facilitators said of the step of a text, in this language and its adaptations, and of this line alone.

    A step's key is the beginning of the keys of its texts; that of an adaptation's own step has one part more.
    """
    if not is_guide(domain):
        return []
    parts = (base_of(key) or "").split("/")
    steps = ["/".join(parts[:length]) for length in (3, 4) if length < len(parts)]
    found = [one for step_key in steps for one in remarked_steps(actor(), step_key=step_key)]
    return [
        (one, dict(one.lines).get(base_of(key) or "", 0))
        for one in found
        if (spoken := find_language(one.language)) and tongue.tag in spoken.chain
    ]


def words_for_fields(form: Form, work: Work, tongue: Language) -> list[str]:
    """Give what stands in the fields: what was typed, else the newest words; one for each plural form."""
    count = len(form_examples(tongue)) if len(work.source.texts) > 1 else 1
    if form.posted:
        names = [f"translation-{n}" for n in range(count)] if len(work.source.texts) > 1 else ["translation"]
        return [form.raw(name) for name in names]
    return [*work.words, *[""] * count][:count]


def sentence_of(work: Work) -> str:
    """Say why the words of a file are not shown; empty when they are."""
    return (
        str(sentence(Invalid(field="translation", reason=work.entry.fault, high=0)))
        if work.entry.fault
        else ""
    )


# --- edits that wait --------------------------------------------------------------------------------------------------


@blueprint.get("/languages/waiting")
@needs(Permission.TRANSLATION_EDIT)
def waiting() -> Any:
    """List the finished edits that another person has to review."""
    return show_waiting(Form())


def show_waiting(form: Form) -> Any:
    """Show the list, with what was refused."""
    own = own_folder()
    rows = []
    for edit in translation_work.waiting_edits():
        tongue = get_language(edit.tag)
        rows.append((edit, tongue, translation_work.find_work(edit.domain, tongue, edit.key, own)))
    return form.page(
        "languages/waiting.html",
        title=_("Texts that wait for review"),
        rows=rows,
        domain_words=domain_words,
        may_review=may(Permission.TRANSLATION_REVIEW),
        me=actor().staff_id,
        zone=zone(),
    )


@blueprint.post("/languages/edits/<edit_id>/review")
@needs(Permission.TRANSLATION_REVIEW)
def review(edit_id: str) -> Any:
    """Say that another person's words are good."""
    form = Form()
    with form.catching():
        actions.review_edit(edit_id=edit_id, by=actor(), now=now(), op=form.op)
        return back_to(form, edit_id, _("Reviewed."))
    return show_waiting(form)


@blueprint.post("/languages/edits/<edit_id>/withdraw")
@needs(Permission.TRANSLATION_EDIT)
def withdraw(edit_id: str) -> Any:
    """Take an edit back: what the file says stands again."""
    form = Form()
    with form.catching():
        actions.withdraw_edit(edit_id=edit_id, by=actor(), now=now(), op=form.op)
        return back_to(form, edit_id, _("Taken back. The words of the file stand again."))
    return show_waiting(form)


def back_to(form: Form, edit_id: str, words: str) -> Any:
    """Go back to where the button stood: the list, or the text."""
    if form.raw("from") == "waiting":
        return done(words, "languages.waiting")
    edit = translation_work.get_edit(edit_id)
    return done(words, "languages.entry", tag=edit.tag, domain=edit.domain, key=edit.key)
