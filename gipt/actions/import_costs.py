"""Writing lines of spending of a spreadsheet, by the action that the page of costs uses."""

from gipt.actions.costs import CostRecord, add_cost
from gipt.actions.import_rows import Writer
from gipt.intake.records import CostRow
from gipt.queries.import_costs import CostFacts


def write_cost(record: CostRow, facts: CostFacts, writer: Writer) -> None:
    """Add one line to the ledger."""
    line = CostRecord(
        spent_on=record.spent_on,
        scope=record.scope,
        minor=facts.minor,
        original=facts.original,
        whole_month=record.whole_month,
        site_id=facts.site_id,
        funder_id=facts.funder_id,
        note=record.note or None,
    )
    add_cost(record=line, by=writer.by, now=writer.now)
