"""Signing what is locked (T4): two people, one of them a clinical lead, approve exactly the words that stand there."""

from typing import Any

from flask import Blueprint

from gipt.actions.translations import approve_words
from gipt.content.entries import source_texts
from gipt.content.wordings import parts
from gipt.domain.access import Permission
from gipt.domain.measures import all_measures
from gipt.domain.problems import NotFound
from gipt.i18n import Language, ngettext
from gipt.i18n import gettext as _
from gipt.i18n.catalogs import MEASURES, SAFETY
from gipt.queries.language_coverage import asked_measures
from gipt.queries.translation_life import ToSign, words_to_sign
from gipt.queries.translation_work import get_language
from gipt.web.forms.reader import Form
from gipt.web.frame import done, zone
from gipt.web.guard import actor, may, needs, now
from gipt.web.language_words import domain_words, links_of, sheets_of

blueprint = Blueprint("language_sign_offs", __name__)


@blueprint.route("/languages/<tag>/<domain>/sign-off", methods=["GET", "POST"])
@needs(Permission.TRANSLATION_EDIT)
def page(tag: str, domain: str) -> Any:
    """Show the exact words with who signed them; sign those that are ticked."""
    tongue = get_language(tag)
    if domain not in (SAFETY, MEASURES):
        raise NotFound(kind="page")
    form, rows = Form(), rows_of(tongue, domain)
    if form.posted:
        if not may(Permission.TRANSLATION_REVIEW):
            raise NotFound(kind="page")
        with form.catching():
            count = sign(form, tongue, domain)
            words = ngettext("You signed %(num)d text.", "You signed %(num)d texts.", count)
            return done(words, "language_sign_offs.page", tag=tag, domain=domain)
        rows = rows_of(tongue, domain)
    signed = sum(one.is_approved for one in rows)
    return form.page(
        "languages/sign_off.html",
        title=_("Sign-off"),
        sheets=sheets_of(tongue),
        tongue=tongue,
        domain=domain,
        domain_words=domain_words,
        rows=[(one, pairs(one), lacking_words(one)) for one in rows],
        signed=signed,
        asked=asked_measures() if domain == MEASURES else frozenset(),
        names={one.code: one.name for one in all_measures()},
        may_sign=may(Permission.TRANSLATION_REVIEW),
        me=actor().staff_id,
        to_sign=[one.key for one in rows if can_sign(one)],
        can_sign=can_sign,
        links=links_of(tag, domain),
        zone=zone(),
    )


def rows_of(tongue: Language, domain: str) -> list[ToSign]:
    """Give what is to be signed: each sentence of the safety text, or each questionnaire as a whole."""
    if domain == SAFETY:
        sources = [(key, one.texts) for key, one in source_texts(SAFETY).items()]
    else:
        sources = [
            (one.code, tuple(text for _key, text, _ships in parts(one)))
            for one in all_measures()
            if one.text_allowed and not one.number_only
        ]
    return words_to_sign(domain, tongue, sources)


def can_sign(row: ToSign) -> bool:
    """Say whether the person can still sign: there are words, and they neither wrote, loaded nor signed them."""
    me = actor().staff_id
    return row.words_hash is not None and me not in row.authors and not row.signed_by(me)


def pairs(row: ToSign) -> list[tuple[str, str]]:
    """Give (English, words) line by line."""
    return list(zip(row.source, row.words or ("",) * len(row.source), strict=False))


def lacking_words(row: ToSign) -> str:
    """Say what is still needed before the words are shown; empty when they are."""
    if row.words_hash is None or row.is_approved:
        return ""
    if row.needs_clinical and row.lacking == 1:
        return _("The clinical lead has to sign too.")
    if row.needs_clinical:
        return _("Two people have to sign, one of them the clinical lead.")
    return _("One more person has to sign.")


def sign(form: Form, tongue: Language, domain: str) -> int:
    """Sign what is ticked, each by the hash of the words that were looked at; gives how many."""
    ticked = form.fields.getlist("words")[:500]
    if not ticked:
        form.refuse("words", "choose_one")
    note = form.text("note")
    form.check()
    for number, one in enumerate(ticked):
        key, _colon, digest = one.rpartition(":")
        approve_words(
            domain=domain,
            tag=tongue.tag,
            key=key,
            words_hash=digest,
            note=note,
            by=actor(),
            now=now(),
            op=f"{form.op}-{number}",
        )
    return len(ticked)
