"""Writes of targets: what was promised of an indicator, for a period or for the life of the project."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from gipt.actions.base import action, audit, require_at
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, allows_at
from gipt.domain.periods import Period, check_whole_months
from gipt.domain.problems import Invalid, NotFound
from gipt.models import Site, Target
from gipt.reports.definition import INDICATORS

LIFE = "life"
HIGHEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class TargetRecord:
    """Describe a target in the unit of its indicator; `period` None = life of the project, `site_id` None = all."""

    indicator: str
    value: Decimal
    period: Period | None = None
    site_id: str | None = None
    baseline: Decimal | None = None


@action("set_target")
def set_target(*, record: TargetRecord, by: Actor, now: datetime, op: str | None = None) -> str:
    """Set a target, or change the one of the same indicator, place and period; gives its id."""
    require_at(by, Permission.RECORDS_EDIT, record.site_id)
    if record.site_id is not None and db.session.get(Site, record.site_id) is None:
        raise NotFound(kind="site")
    if record.indicator not in INDICATORS:
        raise Invalid(field="indicator", reason="choose_one")
    value = in_hundredths("value", record.value)
    baseline = None if record.baseline is None else in_hundredths("baseline", record.baseline)
    key = LIFE if record.period is None else f"{record.period.first}/{record.period.last}"
    if record.period is not None:
        check_whole_months(record.period)
    row = db.session.scalar(
        sa.select(Target).where(
            Target.indicator == record.indicator,
            Target.period == key,
            Target.site_id.is_not_distinct_from(record.site_id),
        )
    )
    before = None if row is None else row.value
    if row is None:
        row = Target(
            id=new_id(),
            indicator=record.indicator,
            period=key,
            from_on=record.period.first if record.period else None,
            to_on=record.period.last if record.period else None,
            site_id=record.site_id,
        )
        db.session.add(row)
    row.value, row.baseline, row.by_id, row.changed_at = value, baseline, by.staff_id, now
    audit(
        "set_target",
        by=by,
        now=now,
        entity="target",
        entity_id=row.id,
        op=op,
        indicator=record.indicator,
        changes=[before, value],
    )
    return row.id


@action("remove_target")
def remove_target(*, target_id: str, by: Actor, now: datetime, op: str | None = None) -> None:
    """Take back a target; the audit event keeps what it was."""
    row = db.session.get(Target, target_id)
    if row is None or not allows_at(by, Permission.RECORDS_EDIT, row.site_id):
        raise NotFound(kind="target")
    db.session.delete(row)
    audit(
        "remove_target",
        by=by,
        now=now,
        entity="target",
        entity_id=target_id,
        op=op,
        indicator=row.indicator,
        period=row.period,
        value=row.value,
    )


def in_hundredths(field: str, value: Decimal) -> int:
    """Give a value as it is stored; raise Invalid when it is negative, huge, or finer than two decimals."""
    scaled = value * 100
    if not value.is_finite() or not 0 <= value <= HIGHEST or scaled != scaled.to_integral_value():
        raise Invalid(field=field, reason="not_a_target")
    return int(scaled)
