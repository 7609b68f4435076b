"""Files of a language's domain: out as PO, XLIFF or Excel, back in after a look at what would change (T6)."""

from io import BytesIO
from typing import Any

from flask import Blueprint, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from gipt.actions import translation_files as actions
from gipt.actions.curricula import own_folder
from gipt.domain.access import Permission
from gipt.domain.problems import BadFile, NotFound
from gipt.i18n import gettext as _
from gipt.i18n.catalogs import MEASURES
from gipt.i18n.exchange import SUFFIXES, FileKind
from gipt.queries.translation_files import (
    Outcome,
    SentFile,
    catalog_now,
    find_file,
    is_editable,
    plan_of,
    recent_files,
    remarks_of,
)
from gipt.queries.translation_work import get_language
from gipt.web.forms.reader import Form
from gipt.web.frame import done, zone
from gipt.web.guard import actor, needs, now
from gipt.web.language_words import domain_words
from gipt.words import sentence
from gipt.words import translation_files as words

blueprint = Blueprint("translation_files", __name__)
TYPES = {
    FileKind.PO: "text/x-gettext-translation",
    FileKind.XLIFF: "application/x-xliff+xml",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN = 200
"""Entries that a page lists of each kind; the rest is counted."""


@blueprint.route("/languages/<tag>/<domain>/files", methods=["GET", "POST"])
@needs(Permission.TRANSLATION_EDIT)
def page(tag: str, domain: str) -> Any:
    """Take a domain out as a file, or send one back."""
    tongue, form = get_language(tag), Form()
    total = len(catalog_now(domain, tongue.tag, own_folder()).entries)
    if form.posted:
        with form.catching():
            # The status line keeps silent: nothing of the file is taken yet.
            return redirect(url_for("translation_files.sent", file_id=send(form, tongue.tag, domain)), 303)
    return form.page(
        "translation_files/page.html",
        title=_("Files for translators"),
        tongue=tongue,
        domain=domain,
        domain_words=domain_words,
        total=total,
        kinds=[(kind.value, words.kind_words(kind.value)) for kind in FileKind],
        editable=is_editable(domain),
        locked=domain == MEASURES,
        recent=recent_files(domain, tongue.tag),
        zone=zone(),
        words=words,
    )


def send(form: Form, tag: str, domain: str) -> str:
    """Read the file that was sent and keep it; gives its id. Raises Wrong with a sentence when it is not taken."""
    file = request.files.get("file")
    if file is None or not file.filename:
        form.refuse("file", "missing")
        form.check()
    assert file is not None
    # A larger upload lies in a temporary file, which is done with here.
    with file.stream:
        content = file.read()
    try:
        sent_file, kind = actions.read_catalog_file(content, file.filename or "")
    except BadFile as fault:
        form.errors["file"] = str(sentence(fault))
        form.check()
        raise
    return actions.send_translation_file(
        sent=sent_file, kind=kind, domain=domain, tag=tag, by=actor(), now=now(), op=form.op
    )


@blueprint.get("/languages/<tag>/<domain>/files/<kind>")
@needs(Permission.TRANSLATION_EDIT)
def export(tag: str, domain: str, kind: str) -> Response:
    """Give the file: words of the programme, nobody's data."""
    if kind not in set(FileKind):
        raise NotFound(kind="file")
    wanted = FileKind(kind)
    content = actions.export_catalog(domain, get_language(tag).tag, wanted)
    name = f"{domain}.{tag.replace('@', '-')}{SUFFIXES[wanted]}"
    return send_file(BytesIO(content), TYPES[wanted], as_attachment=True, download_name=name)


@blueprint.route("/languages/files/<file_id>", methods=["GET", "POST"])
@needs(Permission.TRANSLATION_EDIT)
def sent(file_id: str) -> Any:
    """Show what a file would change, and take it or drop it; afterwards what came of it."""
    found, form = find_file(file_id), Form()
    if form.posted:
        with form.catching():
            return decide(form, found)
    if found.state != "read":
        return result(form, found)
    plan = plan_of(file_id, own_folder())
    left = [
        words.line_words(one)
        for one in plan.entries
        if one.outcome in (Outcome.REFUSED, Outcome.STALE, Outcome.UNKNOWN)
    ]
    return form.page(
        "translation_files/sent.html",
        title=_("What this file changes"),
        found=found,
        tongue=get_language(found.tag),
        domain_words=domain_words,
        counts=plan.counts(),
        taken=plan.taken[:SHOWN],
        taken_total=len(plan.taken),
        left=left[:SHOWN],
        left_total=len(left),
        remarks=plan.remarks[:SHOWN],
        words=words,
    )


def decide(form: Form, found: SentFile) -> Response:
    """Take what is good in a file, or drop it."""
    if form.raw("do") == "drop":
        actions.drop_translation_file(file_id=found.file_id, by=actor(), now=now(), op=form.op)
        return done(
            _("Dropped. Nothing was taken."), "translation_files.page", tag=found.tag, domain=found.domain
        )
    actions.apply_translation_file(file_id=found.file_id, by=actor(), now=now(), op=form.op)
    return done(
        _("Taken. Another person reviews the words now."), "translation_files.sent", file_id=found.file_id
    )


def result(form: Form, found: SentFile) -> Any:
    """Show what came of a file that was taken; a dropped one is gone."""
    if found.state == "dropped":
        raise NotFound(kind="translation_file")
    return form.page(
        "translation_files/result.html",
        title=_("What came of this file"),
        found=found,
        tongue=get_language(found.tag),
        domain_words=domain_words,
        counts=found.result.get("counts", {}),
        left=[words.left_words(*line) for line in found.result.get("left", ())],
        remarks=remarks_of(found.file_id)[:SHOWN],
        zone=zone(),
        words=words,
    )
