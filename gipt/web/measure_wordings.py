"""Measures in languages: which wording is read out where, loading a validated one, approving it, picture tests."""

from io import BytesIO
from typing import Any

from flask import Blueprint, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from gipt.actions import measure_wordings as actions
from gipt.actions.curricula import own_folder
from gipt.actions.translations import approve_words
from gipt.content.wordings import parts
from gipt.domain.access import Permission
from gipt.domain.adaptation_life import PictureTest
from gipt.domain.measures import Measure
from gipt.domain.picture_scales import FREQUENCY, LETTERS, Scale
from gipt.domain.problems import BadFile, NotFound
from gipt.i18n import Language, find_language, lazy_gettext
from gipt.i18n import gettext as _
from gipt.i18n.catalogs import MEASURES
from gipt.i18n.registry import PSEUDO, SOURCE
from gipt.intake.wording_sheets import make_sheet
from gipt.queries import measure_wordings as queries
from gipt.queries.language_coverage import all_languages
from gipt.queries.measure_wordings import WordingRow, find_measure, worded_measures, wording_language
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, today, zone
from gipt.web.guard import actor, may, needs, now
from gipt.words import label, sentence
from gipt.words.measure_wordings import card_orders, kind_words, state_words

blueprint = Blueprint("measure_wordings", __name__)
NAV = (
    NavItem(
        94, "measure_wordings.page", lazy_gettext("Measures"), Permission.TRANSLATION_EDIT, "measure_wordings"
    ),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/measures")
@needs(Permission.TRANSLATION_EDIT)
def page() -> Any:
    """List every measure in the programme's languages with what is read out there."""
    found = queries.wordings_everywhere()
    return Form().page(
        "measure_wordings/page.html",
        title=_("Measures in languages"),
        rows=[(one, [each for each in found if each.measure is one]) for one in worded_measures()],
        state_words=state_words,
    )


@blueprint.route("/measures/load", methods=["GET", "POST"])
@needs(Permission.TRANSLATION_EDIT)
def load() -> Any:
    """Send the file of a wording; it is read item by item and shown before it is loaded."""
    form = Form() if request.method == "POST" else Form(request.args)
    if form.posted:
        with form.catching():
            wording_id = sent(form)
            return redirect(url_for("measure_wordings.wording", wording_id=wording_id), 303)
    return form.page(
        "measure_wordings/load.html",
        title=_("Load a wording"),
        measures=[(one.code, one.name) for one in worded_measures()],
        languages=language_choices(),
    )


def language_choices() -> list[tuple[str, str]]:
    """List the languages and adaptations in which a wording can be loaded, each adaptation after its language.

    People of one place may have a validated wording of their own: `sw_KE@kibera` is offered, and so is `sw_KE`.
    """
    known = [one for one in all_languages(own_folder()) if one.tag not in PSEUDO]
    tags = [SOURCE, *(tag for one in known for tag in reversed(one.chain))]
    found = (find_language(tag) for tag in sorted(dict.fromkeys(tags)))
    return [(one.tag, f"{one.name} ({one.tag})") for one in found if one is not None]


def sent(form: Form) -> str:
    """Read the file that was sent and keep it; gives the wording's id. Raises Wrong with a sentence."""
    code = form.choice("measure", [one.code for one in worded_measures()], required=True)
    tag = form.choice("language", [tag for tag, _words in language_choices()], required=True)
    stem = form.text("stem", longest=actions.LONGEST)
    file = request.files.get("file")
    if file is None or not file.filename:
        form.refuse("file", "missing")
    form.check()
    assert file is not None
    measure, tongue = find_measure(code or ""), wording_language(tag or "")
    try:
        found = actions.read_wording(
            file.read(), file.filename or "", measure=measure, language=tongue, stem=stem or ""
        )
    except BadFile as fault:
        form.errors["file"] = str(sentence(fault))
        form.check()
        raise
    return actions.send_measure_wording(
        measure=measure.code, tag=tongue.tag, wording=found, by=actor(), now=now(), op=form.op
    )


@blueprint.get("/measures/<measure>/sheet")
@needs(Permission.TRANSLATION_EDIT)
def sheet(measure: str) -> Response:
    """Give the empty sheet of a measure, to write a validated wording into."""
    found = find_measure(measure)
    return send_file(
        BytesIO(make_sheet(found)), XLSX, as_attachment=True, download_name=f"{found.code}-wording.xlsx"
    )


@blueprint.route("/measures/wordings/<wording_id>", methods=["GET", "POST"])
@needs(Permission.TRANSLATION_EDIT)
def wording(wording_id: str) -> Any:
    """Show a wording that was read beside the English, and load it with its evidence."""
    found = queries.find_wording_row(wording_id)
    measure, tongue = find_measure(found.measure), wording_language(found.tag)
    form = Form()
    if form.posted:
        with form.catching():
            evidence = actions.Evidence(
                citation=form.text("citation", longest=actions.LONGEST) or "",
                population=form.text("population", longest=actions.LONGEST) or "",
                cut_off=form.whole("cut_off", low=measure.total_min, high=measure.total_max, required=True),
                licence=form.text("licence", longest=actions.LONGEST) or "",
                permission=form.text("permission", longest=actions.LONGEST) or "",
            )
            form.check()
            actions.load_measure_wording(
                wording_id=wording_id, evidence=evidence, by=actor(), now=now(), op=form.op
            )
            words = _("Loaded. It is read out once two people approved exactly these words.")
            return done(words, "measure_wordings.show", measure=measure.code, tag=tongue.tag)
    return form.page(
        "measure_wordings/wording.html",
        title=_("Look at the wording"),
        found=found,
        measure=measure,
        tongue=tongue,
        lines=beside(measure, found),
        kind_words=kind_words,
    )


def beside(measure: Measure, found: WordingRow) -> list[tuple[str, str, str]]:
    """Give (place, English coded term, words) of every part of a wording."""
    return [
        (key.partition("/")[2], english.replace("_", " "), found.texts.get(key, ""))
        for key, english, _ships in parts(measure)
    ]


@blueprint.get("/measures/<measure>/<tag>")
@needs(Permission.TRANSLATION_EDIT)
def show(measure: str, tag: str) -> Any:
    """Show what stands for a measure in a language, its evidence, and who approved it."""
    return show_page(Form(), find_measure(measure), wording_language(tag))


def show_page(form: Form, measure: Measure, tongue: Language) -> Any:
    """Show the page, with what was refused."""
    standing = queries.standing_wording(measure, tongue)
    sources = [(key.partition("/")[2], text.replace("_", " ")) for key, text, _ships in parts(measure)]
    texts = standing.whole.texts if standing.whole else ()
    return form.page(
        "measure_wordings/show.html",
        title=_("One measure in one language"),
        standing=standing,
        measure=measure,
        tongue=tongue,
        lines=[(place, english, words) for (place, english), words in zip(sources, texts, strict=False)],
        history=queries.wording_rows(measure.code, tongue.tag),
        state_words=state_words,
        kind_words=kind_words,
        may_approve=may(Permission.TRANSLATION_REVIEW),
        signed_by_me=any(one.staff_id == actor().staff_id for one in standing.signed),
        loaded_by_me=standing.whole is not None
        and actor().staff_id
        in queries.loaders_of(tongue).get((measure.code, standing.whole.words_hash), frozenset()),
        may_choose=may(Permission.CRITERIA_EDIT),
        zone=zone(),
    )


@blueprint.post("/measures/<measure>/<tag>/approve")
@needs(Permission.TRANSLATION_REVIEW)
def approve(measure: str, tag: str) -> Any:
    """Approve exactly the words that were looked at."""
    found, tongue, form = find_measure(measure), wording_language(tag), Form()
    with form.catching():
        approve_words(
            domain=MEASURES,
            tag=tongue.tag,
            key=found.code,
            words_hash=form.raw("words"),
            by=actor(),
            now=now(),
            op=form.op,
        )
        return done(_("Approved."), "measure_wordings.show", measure=measure, tag=tag)
    return show_page(form, found, tongue)


@blueprint.post("/measures/wordings/<wording_id>/withdraw")
@needs(Permission.TRANSLATION_REVIEW)
def withdraw(wording_id: str) -> Any:
    """Take a loaded wording out of use."""
    found, form = queries.find_wording_row(wording_id), Form()
    with form.catching():
        actions.withdraw_measure_wording(wording_id=wording_id, by=actor(), now=now(), op=form.op)
        return done(_("Taken out of use."), "measure_wordings.show", measure=found.measure, tag=found.tag)
    return show_page(form, find_measure(found.measure), wording_language(found.tag))


# --- picture scales -----------------------------------------------------------------------------------------------


@blueprint.route("/measures/pictures", methods=["GET", "POST"])
@needs(Permission.TRANSLATION_EDIT)
def pictures() -> Any:
    """Show the picture scales, how to test one, and record what came of a test."""
    form, sites = Form(), queries.sites_of_tests(actor())
    if form.posted:
        with form.catching():
            record(form, [site_id for site_id, _name in sites])
            return done(_("Recorded."), "measure_wordings.pictures")
    return form.page(
        "measure_wordings/pictures.html",
        title=_("Picture scales"),
        scales=[(one.value, label("picture_scale", one.value)) for one in Scale],
        answers=FREQUENCY,
        letters=LETTERS,
        orders=card_orders(now().toordinal()),
        sites=sites,
        languages=language_choices(),
        tests=[(one, find_language(one.tag)) for one in queries.picture_tests(actor())],
        today=today(),
    )


def record(form: Form, sites: list[str]) -> None:
    """Read one test and store it."""
    scale = form.choice("scale", list(Scale), required=True)
    tag = form.choice("language", [tag for tag, _words in language_choices()], required=True)
    site_id = form.choice("site", sites, required=True)
    asked = form.whole("asked", low=1, high=1_000, required=True)
    right = form.whole("ordered_right", low=0, high=asked or 1_000, required=True)
    moods = form.whole("named_a_mood", low=0, high=asked or 1_000, required=True)
    population = form.text("population", required=True, longest=actions.LONGEST_POPULATION)
    on = form.date("tested_on", required=True)
    form.check()
    if on is None or scale is None:
        raise NotFound(kind="test")
    actions.record_picture_test(
        scale=Scale(scale), tag=tag or "", site_id=site_id or "", population=population or "",
        test=PictureTest(asked or 0, right or 0, moods or 0), tested_on=on, by=actor(), now=now(), op=form.op,
    )  # fmt: skip
