"""Keeping the empty workbooks of funders, and which of their cells are filled with what.

A file comes in through the guarded reader of imports (decision 36): what is too large, encrypted, can run programs or
is no workbook never gets here.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission
from gipt.domain.problems import Conflict, Invalid, NotFound
from gipt.intake.reader import read_upload
from gipt.models import ReportTemplate
from gipt.reports.template_cells import Look, look_at
from gipt.reports.template_places import parse_wanted

LONGEST_NAME = 120
MOST_CHOSEN = 2_000


def examine(raw: bytes, filename: str) -> Look:
    """Give what is in a file that somebody sent, before anything is kept; raise BadFile when it is not taken.

    Not a transaction: the guarded reader may take seconds.
    """
    read_upload(raw, filename if "." in filename else f"{filename}.xlsx")
    return look_at(raw, {})


@action("add_report_template")
def add_template(
    *,
    name: str,
    content: bytes,
    definitions: bool = False,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Keep a workbook that `examine` has let pass; gives the template's id. Raises Invalid for a missing name."""
    require(by, Permission.REPORT_EXTERNAL)
    look = look_at(content, {})
    template = ReportTemplate(
        id=new_id(),
        code=next_code(),
        name=checked_name(name),
        content=b64encode(content).decode(),
        content_hash=hashlib.sha256(content).hexdigest(),
        content_bytes=len(content),
        chosen={},
        definitions=definitions,
        version=1,
        by_id=by.staff_id,
        created_at=now,
        changed_at=now,
    )
    db.session.add(template)
    note("add_report_template", template, by, now, op, sha256=template.content_hash, cells=len(look.spots))
    return template.id


@action("replace_report_template")
def replace_template(
    *, template_id: str, content: bytes, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Put a newer file in the place of a template's; what was chosen stays. Gives the template's id."""
    template = template_for(by, template_id)
    look = look_at(content, template.chosen)
    template.content = b64encode(content).decode()
    template.content_hash = hashlib.sha256(content).hexdigest()
    template.content_bytes = len(content)
    changed(template, now)
    note(
        "replace_report_template", template, by, now, op, sha256=template.content_hash, cells=len(look.spots)
    )
    return template.id


@action("choose_template_cells")
def choose_cells(
    *, template_id: str, chosen: Mapping[str, str], by: Actor, now: datetime, op: str | None = None
) -> str:
    """Say what stands in cells (`B5!Sheet` to a figure); an empty text takes the choice back. Gives the id.

    Raises Invalid for a text that stands for nothing, naming the word and, as `place`, the cell.
    """
    template = template_for(by, template_id)
    kept = dict(template.chosen)
    for key, text in chosen.items():
        if text.strip():
            kept[key] = canonical(key, text)
        else:
            kept.pop(key, None)
    if len(kept) > MOST_CHOSEN:
        raise Invalid(field="cell", reason="too_many_places", high=MOST_CHOSEN)
    if kept != template.chosen:
        template.chosen = kept
        changed(template, now)
        note("choose_template_cells", template, by, now, op, cells=sorted(chosen))
    return template.id


def canonical(key: str, text: str) -> str:
    """Give what was typed in the one way in which it is kept."""
    try:
        return parse_wanted(text.strip().removeprefix("{{").removesuffix("}}")).text()
    except Invalid as problem:
        raise Invalid(**{**problem.details, "place": key}) from None


@action("change_report_template")
def change_template(
    *,
    template_id: str,
    name: str,
    definitions: bool,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Change a template's name, and whether a sheet of definitions is added; gives its id."""
    template = template_for(by, template_id)
    template.name, template.definitions = checked_name(name), definitions
    changed(template, now)
    note("change_report_template", template, by, now, op, definitions=definitions)
    return template.id


@action("retire_report_template")
def retire_template(*, template_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Put a template away: no new reports from it, those made stay. Gives its id."""
    template = template_for(by, template_id)
    template.retired_at = now
    note("retire_report_template", template, by, now, op)
    return template.id


@action("restore_report_template")
def restore_template(*, template_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Take a template back that was put away; gives its id."""
    require(by, Permission.REPORT_EXTERNAL)
    template = db.session.get(ReportTemplate, template_id)
    if template is None:
        raise NotFound(kind="report_template")
    template.retired_at = None
    note("restore_report_template", template, by, now, op)
    return template.id


def template_for(by: Actor, template_id: str) -> ReportTemplate:
    """Give a template in use; raise NotFound, or Conflict when it was put away."""
    require(by, Permission.REPORT_EXTERNAL)
    template = db.session.get(ReportTemplate, template_id)
    if template is None:
        raise NotFound(kind="report_template")
    if template.retired_at is not None:
        raise Conflict(reason="template_retired")
    return template


def changed(template: ReportTemplate, now: datetime) -> None:
    """Count one more version."""
    template.version += 1
    template.changed_at = now


def note(
    name: str, template: ReportTemplate, by: Actor, now: datetime, op: str | None, **details: object
) -> None:
    """Add the audit event of one change."""
    audit(
        name,
        by=by,
        now=now,
        entity="report_template",
        entity_id=template.id,
        op=op,
        code=template.code,
        version=template.version,
        **details,
    )


def checked_name(name: str) -> str:
    """Give a name without outer blanks; raise Invalid when it is missing or too long."""
    text = name.strip()
    if not text:
        raise Invalid(field="name", reason="missing")
    if len(text) > LONGEST_NAME:
        raise Invalid(field="name", reason="too_long", high=LONGEST_NAME)
    return text


def next_code() -> str:
    """Give the next code of a template: T-0001, T-0002, …"""
    number = sa.cast(sa.func.substr(ReportTemplate.code, 3), sa.Integer)
    return f"T-{(db.session.scalar(sa.select(sa.func.max(number))) or 0) + 1:04d}"
