"""Reports that went out, as later ones have to keep to them (`gipt.domain.disclosure_history`)."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.domain.disclosure_history import Published, Scope
from gipt.domain.periods import Period
from gipt.models import AuditEvent, ReportFrozen, ReportRun, Site
from gipt.reports.frozen import unpack, unpack_told

MOST = 60
"""Reports that are looked back to, the newest first: five years of months."""
BESIDE_COUNTING = frozenset(
    {"version", "threshold", "sheets", "indicators", "divided", "dimensions", "completion", "software", "cut_off_at"}
)  # fmt: skip
"""Rules that do not say who is counted."""


def find_history(
    connection: Connection, period: Period, site_ids: Collection[str], rules: Mapping[str, Any]
) -> tuple[Published, ...]:
    """Give what earlier external reports about the same days and places told, whatever their definition.

    Only those that went out: fetched at least once, or written elsewhere by a command. Only those that count by the
    same rules: others count other people under the same names.
    """
    fetched = sa.exists().where(AuditEvent.entity_id == ReportRun.id, AuditEvent.action == "download_report")
    rows = connection.execute(
        sa.select(
            ReportRun.from_on, ReportRun.to_on, ReportRun.site_ids, ReportFrozen.content, ReportFrozen.counts
        )
        .join(ReportFrozen, ReportFrozen.run_id == ReportRun.id)
        .where(
            ReportRun.kind == "external",
            ReportRun.state == "done",
            # A report may also tell of days before its own, never of later ones.
            ReportRun.to_on >= period.first,
            ReportFrozen.counts.is_not(None),
            sa.or_(fetched, ReportRun.deleted_at == ReportRun.finished_at),
        )
        .order_by(ReportRun.finished_at.desc(), ReportRun.code.desc())
        .limit(MOST)
    ).all()
    codes = {row.id: row.code for row in connection.execute(sa.select(Site.id, Site.code))}
    found: list[Published] = []
    for row in rows:
        if set(row.site_ids) & set(site_ids) and counts_alike(unpack(row.content).rules, rules):
            sites = frozenset(codes.get(one, "") for one in row.site_ids)
            told = unpack_told(row.counts, Scope(Period(row.from_on, row.to_on), sites))
            found += [one for one in told if overlap(one.scope.period, period)]
    return tuple(found)


def overlap(one: Period, other: Period) -> bool:
    """Say whether two periods have a day in common."""
    return one.first <= other.last and other.first <= one.last


def counts_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether two reports count by the same rules."""
    names = (one.keys() | other.keys()) - BESIDE_COUNTING
    return all(one.get(name) == other.get(name) for name in names)
