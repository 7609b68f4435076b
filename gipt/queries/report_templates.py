"""Templates of funders as lists, pages and the maker of reports need them.

They belong to the programme, like report definitions, and hold no data about people: who may make reports for funders
may see them all.
"""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.db import db
from gipt.domain.problems import NotFound
from gipt.models import ReportTemplate
from gipt.reports.definition import Definition
from gipt.reports.template_report import PREFIX, Template, template_definition


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One template as a line of the list; `report` is its name among reports."""

    template_id: str
    code: str
    name: str
    size: int
    version: int
    definitions: bool
    changed_at: datetime
    retired_at: datetime | None

    @property
    def report(self) -> str:
        return f"{PREFIX}{self.template_id}"


_LINE = (
    ReportTemplate.id,
    ReportTemplate.code,
    ReportTemplate.name,
    ReportTemplate.content_bytes,
    ReportTemplate.version,
    ReportTemplate.definitions,
    ReportTemplate.changed_at,
    ReportTemplate.retired_at,
)


def list_templates(*, retired: bool = False) -> list[TemplateLine]:
    """List the templates in use, or those put away, by name. One statement; no file is read."""
    state = ReportTemplate.retired_at.is_not(None) if retired else ReportTemplate.retired_at.is_(None)
    rows = db.session.execute(
        sa.select(*_LINE).where(state).order_by(ReportTemplate.name, ReportTemplate.code)
    )
    return [TemplateLine(*row) for row in rows]


def find_line(template_id: str) -> TemplateLine:
    """Give one template without its file; raise NotFound."""
    row = db.session.execute(sa.select(*_LINE).where(ReportTemplate.id == template_id)).one_or_none()
    if row is None:
        raise NotFound(kind="report_template")
    return TemplateLine(*row)


def template_names(reports: Sequence[str]) -> dict[str, str]:
    """Give the names of those reports that are templates, by the name of the report."""
    ids = {one.removeprefix(PREFIX) for one in reports if one.startswith(PREFIX)}
    if not ids:
        return {}
    rows = db.session.execute(
        sa.select(ReportTemplate.id, ReportTemplate.name).where(ReportTemplate.id.in_(sorted(ids)))
    )
    return {f"{PREFIX}{template_id}": name for template_id, name in rows}


def read_template(template_id: str, connection: Connection | None = None) -> Template:
    """Give a template with its file; raise NotFound."""
    statement = sa.select(
        ReportTemplate.id,
        ReportTemplate.name,
        ReportTemplate.version,
        ReportTemplate.content,
        ReportTemplate.chosen,
        ReportTemplate.definitions,
    ).where(ReportTemplate.id == template_id)
    row = (connection or db.session).execute(statement).one_or_none()
    if row is None or row.content is None:
        raise NotFound(kind="report_template")
    return Template(row.id, row.name, row.version, b64decode(row.content), dict(row.chosen), row.definitions)


def named_definition(report: str) -> Definition:
    """Give a template as a report that can be asked for, without reading its file; raise NotFound."""
    line = find_line(report.removeprefix(PREFIX))
    return template_definition(Template(line.template_id, line.name, line.version, b""), ())
