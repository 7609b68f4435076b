"""Files of translators: read one that came back, look at it, and take what is good in it as edits, in one act.

What is good becomes an edit like one that was typed in the app: a draft beside the catalogs (decision 16), with the
remark of its row. Measures are refused: their wordings are loaded whole.
"""

import hashlib
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gipt.actions.base import action, audit, gathering, require
from gipt.actions.curricula import own_folder
from gipt.actions.translations import LONGEST_NOTE, edit_translation
from gipt.content.catalog_entries import edit_key
from gipt.content.po_exchange import as_po, from_po
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.problems import BadFile, Conflict, NotFound
from gipt.i18n.exchange import CatalogFile, FileKind
from gipt.intake.catalog_sheet import as_sheet, from_sheet
from gipt.intake.reader import read_exact, read_xml
from gipt.intake.xliff import as_xliff, from_xliff
from gipt.models import TranslationFile
from gipt.queries.translation_files import (
    FilePlan,
    Outcome,
    PlannedEntry,
    catalog_now,
    is_editable,
    pack_entries,
    plan_file,
    plan_of,
    target_language,
)

KINDS = {".po": FileKind.PO, ".xlf": FileKind.XLIFF, ".xliff": FileKind.XLIFF, ".xlsx": FileKind.XLSX}
MOST_NAMED = 500
"""Entries that were not taken, named in the result; the rest is counted."""


def export_catalog(domain: str, tag: str, kind: FileKind) -> bytes:
    """Give a domain in a language as a file of a kind, edits of the app included; raise NotFound."""
    file, language = catalog_now(domain, tag, own_folder()), target_language(tag)
    if kind is FileKind.PO:
        return as_po(file, language)
    return as_xliff(file, language.html_tag) if kind is FileKind.XLIFF else as_sheet(file, language)


def kind_of(filename: str) -> FileKind:
    """Give the kind of file that a name says; raise BadFile for another."""
    extension = Path(filename).suffix.lower()
    if extension not in KINDS:
        raise BadFile(reason="not_a_catalog", extension=extension[:8])
    return KINDS[extension]


def read_catalog_file(raw: bytes, filename: str) -> tuple[CatalogFile, FileKind]:
    """Read a file that somebody sent, workbooks and XML in the guarded reader; raise BadFile. Not a transaction."""
    kind = kind_of(filename)
    if kind is FileKind.PO:
        return from_po(raw, filename), kind
    if kind is FileKind.XLIFF:
        return from_xliff(read_xml(raw)), kind
    return from_sheet(read_exact(raw)), kind


def look_at_file(sent: CatalogFile, kind: FileKind, *, domain: str, tag: str, by: Actor) -> FilePlan:
    """Say what would become of a file, and keep nothing. Raises NotFound, Conflict `locked`, Invalid."""
    require(by, Permission.TRANSLATION_EDIT)
    check_domain(domain)
    return plan_file(sent, kind, catalog_now(domain, tag, own_folder()))


def check_domain(domain: str) -> None:
    """Refuse a domain whose words are not taken from files: Conflict `locked`."""
    if not is_editable(domain):
        raise Conflict(reason="locked", domain=domain)


@action("send_translation_file")
def send_translation_file(
    *,
    sent: CatalogFile,
    kind: FileKind,
    domain: str,
    tag: str,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Keep a file to look at before it is applied; gives its id. Raises as `look_at_file`."""
    plan = look_at_file(sent, kind, domain=domain, tag=tag, by=by)
    packed = pack_entries(one.entry for one in plan.entries)
    digest = hashlib.sha256(repr(packed).encode("utf-8", "surrogatepass")).hexdigest()
    kept = sum(one.outcome is Outcome.UNCHANGED for one in plan.entries)
    file_id = new_id()
    db.session.add(
        TranslationFile(
            id=file_id, domain=domain, tag=tag, kind=kind.value, state="read", content_hash=digest,
            entries=packed, unchanged=plan.unchanged - kept, result={}, by_id=by.staff_id, created_at=now,
        )
    )  # fmt: skip
    audit(
        "send_translation_file", by=by, now=now, entity="translation_file", entity_id=file_id, op=op,
        domain=domain, tag=tag, kind=kind.value, hash=digest, counts=plan.counts(),
    )  # fmt: skip
    return file_id


@action("apply_translation_file")
def apply_translation_file(
    *, file_id: str, by: Actor, now: datetime, op: str | None = None
) -> dict[str, int]:
    """Take what is good in a file that waits; gives the counts by outcome.

    What is refused, stale or unknown is named in the file's result and changes nothing. Raises NotFound, and Conflict
    `file_over` for a file that was applied or dropped.
    """
    require(by, Permission.TRANSLATION_EDIT)
    file = _waiting(file_id)
    check_domain(file.domain)
    plan = plan_of(file_id, own_folder())
    with gathering():
        for one in plan.taken:
            remark = one.entry.remark
            edit_translation(
                domain=plan.domain,
                tag=plan.tag,
                key=edit_key(plan.domain, one.entry),
                text=one.entry.texts[0],
                forms=one.entry.texts,
                finished=one.entry.state.is_finished,
                comment=remark if len(remark) <= LONGEST_NOTE else None,
                by=by,
                now=now,
            )
    counts = plan.counts()
    file.state, file.applied_at = "applied", now
    file.result = {"counts": counts, "left": _left(plan)}
    audit(
        "apply_translation_file", by=by, now=now, entity="translation_file", entity_id=file_id, op=op,
        domain=plan.domain, tag=plan.tag, counts=counts,
    )  # fmt: skip
    return counts


def _left(plan: FilePlan) -> list[list[object]]:
    """Name what was not taken: row, key, outcome, reason, most signs."""

    def line(one: PlannedEntry) -> list[object]:
        return [one.entry.row, one.entry.key or one.entry.source[0], one.outcome.value, one.reason, one.high]

    wanted = (Outcome.REFUSED, Outcome.STALE, Outcome.UNKNOWN)
    return [line(one) for one in plan.entries if one.outcome in wanted][:MOST_NAMED]


@action("drop_translation_file")
def drop_translation_file(*, file_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Put a file away without taking anything; gives its id."""
    require(by, Permission.TRANSLATION_EDIT)
    file = _waiting(file_id)
    file.state = "dropped"
    audit("drop_translation_file", by=by, now=now, entity="translation_file", entity_id=file_id, op=op)
    return file_id


def _waiting(file_id: str) -> TranslationFile:
    file = db.session.scalar(
        sa.select(TranslationFile).where(TranslationFile.id == file_id).with_for_update()
    )
    if file is None:
        raise NotFound(kind="translation_file")
    if file.state != "read":
        raise Conflict(reason="file_over")
    return file
