"""Facts about incidents, satisfaction, complaints, costs, funding and targets, limited to the sites of a report.

What belongs to no site (a complaint that names none, the cost of the head office) is part of a report about every
site and of no other.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.domain.complaints import closed_in_time
from gipt.domain.costs import CostScope
from gipt.domain.incidents import IncidentCategory, reported_in_time
from gipt.domain.indicators import (
    ComplaintFact,
    CostFact,
    FundingShare,
    IncidentFact,
    SatisfactionFact,
    VolunteerFact,
)
from gipt.domain.periods import Period
from gipt.domain.records import RecordKind
from gipt.domain.satisfaction import SatisfactionAnswer
from gipt.domain.targets import Target, fitting
from gipt.models import (
    Complaint,
    CostLine,
    Enrolment,
    Funder,
    Incident,
    RecordSince,
    Satisfaction,
    Site,
    VolunteerTime,
)
from gipt.models import FundingShare as ShareRow
from gipt.models import Target as TargetRow
from gipt.queries.report_enrolments import Rules
from gipt.queries.report_rows import Scope, cycles_of, in_scope


class RecordReader:
    """Read one kind of fact per call, one statement each, on the connection of the report."""

    def __init__(self, connection: Connection, scope: Scope, rules: Rules) -> None:
        self.connection, self.scope, self.rules = connection, scope, rules
        rows = list(connection.execute(sa.select(Site.id, Site.code).order_by(Site.code)))
        self.sites = tuple(code for site_id, code in rows if site_id in scope.site_ids)
        self.whole_programme = len(self.sites) == len(rows)

    def here(self, column: sa.orm.InstrumentedAttribute[str | None]) -> Any:
        """Hold for rows of the sites, and for those of no site when the report is about every site."""
        inside = column.in_(self.scope.site_ids)
        return sa.or_(inside, column.is_(None)) if self.whole_programme else inside

    def during(self, column: sa.orm.InstrumentedAttribute[date]) -> Any:
        """Hold for rows dated in the period."""
        return column.between(self.scope.period.first, self.scope.period.last)

    def incidents(self) -> tuple[IncidentFact, ...]:
        """Read the incidents of the period."""
        rows = self.connection.execute(
            sa.select(
                Site.code, Incident.happened_on, Incident.category, Incident.report_by, Incident.reported_at
            )
            .join(Site, Site.id == Incident.site_id)
            .where(Incident.site_id.in_(self.scope.site_ids), self.during(Incident.happened_on))
            .order_by(Incident.happened_on, Incident.id)
        )
        return tuple(
            IncidentFact(
                site,
                on,
                IncidentCategory(category),
                reported_in_time(due, reported_at, self.rules.now),
            )
            for site, on, category, due, reported_at in rows
        )

    def satisfaction(self) -> tuple[SatisfactionFact, ...]:
        """Read what the enrolled of the scope said at the end."""
        rows = self.connection.execute(
            in_scope(
                sa.select(
                    Satisfaction.enrolment_id,
                    Satisfaction.asked_on,
                    Satisfaction.answer,
                    Satisfaction.independent,
                ).join(Enrolment, Enrolment.id == Satisfaction.enrolment_id),
                self.scope,
            ).order_by(Satisfaction.enrolment_id)
        )
        return tuple(
            SatisfactionFact(enrolment, on, SatisfactionAnswer(answer), independent)
            for enrolment, on, answer, independent in rows
        )

    def complaints(self) -> tuple[ComplaintFact, ...]:
        """Read when the complaints of the period came and were closed, nothing else about them."""
        rows = self.connection.execute(
            sa.select(Site.code, Complaint.received_on, Complaint.close_by, Complaint.closed_on)
            .outerjoin(Site, Site.id == Complaint.site_id)
            .where(self.here(Complaint.site_id), self.during(Complaint.received_on))
            .order_by(Complaint.received_on, Complaint.id)
        )
        today = self.rules.now.date()
        return tuple(
            ComplaintFact(site, received_on, closed_in_time(due_on, closed_on, today))
            for site, received_on, due_on, closed_on in rows
        )

    def costs(self) -> tuple[CostFact, ...]:
        """Read what was spent in the period; lines that were taken out are not in it."""
        rows = self.connection.execute(
            sa.select(
                CostLine.spent_on, CostLine.scope, CostLine.currency, CostLine.minor, Site.code, Funder.code
            )
            .outerjoin(Site, Site.id == CostLine.site_id)
            .outerjoin(Funder, Funder.id == CostLine.funder_id)
            .where(self.here(CostLine.site_id), self.during(CostLine.spent_on), CostLine.removed_at.is_(None))
            .order_by(CostLine.spent_on, CostLine.id)
        )
        return tuple(
            CostFact(on, CostScope(scope), currency, minor, site, funder)
            for on, scope, currency, minor, site, funder in rows
        )

    def volunteers(self) -> tuple[VolunteerFact, ...]:
        """Read the time that volunteers gave in the period."""
        rows = self.connection.execute(
            sa.select(VolunteerTime.given_on, VolunteerTime.scope, VolunteerTime.minutes, Site.code)
            .outerjoin(Site, Site.id == VolunteerTime.site_id)
            .where(
                self.here(VolunteerTime.site_id),
                self.during(VolunteerTime.given_on),
                VolunteerTime.removed_at.is_(None),
            )
            .order_by(VolunteerTime.given_on, VolunteerTime.id)
        )
        return tuple(VolunteerFact(on, CostScope(scope), minutes, site) for on, scope, minutes, site in rows)

    def funding(self) -> tuple[FundingShare, ...]:
        """Read the shares of the cycles that members of the scope are counted in."""
        rows = self.connection.execute(
            sa.select(ShareRow.cycle_id, Funder.code, ShareRow.percent)
            .join(Funder, Funder.id == ShareRow.funder_id)
            .where(ShareRow.cycle_id.in_(cycles_of(self.scope)))
            .order_by(ShareRow.cycle_id, Funder.code)
        )
        return tuple(FundingShare(*row) for row in rows)

    def funders(self) -> tuple[tuple[str, str], ...]:
        """Read code and name of every funder."""
        rows = self.connection.execute(sa.select(Funder.code, Funder.name).order_by(Funder.code))
        return tuple((code, name) for code, name in rows)

    def targets(self) -> tuple[Target, ...]:
        """Read what was promised for the sites of the report."""
        rows = self.connection.execute(
            sa.select(
                TargetRow.indicator,
                TargetRow.value,
                Site.code,
                TargetRow.from_on,
                TargetRow.to_on,
                TargetRow.baseline,
            )
            .outerjoin(Site, Site.id == TargetRow.site_id)
            .order_by(TargetRow.indicator, TargetRow.period, Site.code)
        )
        return fitting((target_of(row) for row in rows), self.sites, self.whole_programme)

    def recorded_since(self) -> tuple[tuple[RecordKind, date], ...]:
        """Read since which day each kind is recorded."""
        rows = self.connection.execute(
            sa.select(RecordSince.kind, RecordSince.first_on).order_by(RecordSince.kind)
        )
        return tuple((RecordKind(kind), first_on) for kind, first_on in rows)


def target_of(row: Any) -> Target:
    """Give a target from its row; values are stored in hundredths."""
    indicator, value, site, first, last, baseline = row
    return Target(
        indicator,
        hundredths(value),
        site,
        None if first is None else Period(first, last),
        None if baseline is None else hundredths(baseline),
    )


def hundredths(value: int) -> Decimal:
    """Give a stored whole number of hundredths as a decimal."""
    return Decimal(value) / 100
