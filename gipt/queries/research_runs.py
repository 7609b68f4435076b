"""The research packages that were asked for, with their terms, as their page shows them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor
from gipt.models import ReportTerms
from gipt.queries.report_runs import RunLine, find_runs


@dataclass(frozen=True, slots=True)
class PackageLine:
    """One package: its run, for whom and on what terms, and the earlier ones that overlap it, as (code, agreement)."""

    run: RunLine
    agreement: str
    recipient: str
    licence: str
    k: int
    overlaps: tuple[tuple[str, str], ...]


def find_packages(by: Actor, now: datetime) -> list[PackageLine]:
    """List the packages of the last twelve months that the person may see, newest first. Three statements.

    Another package overlaps when it was made and both have months and places in common, whatever its agreement.
    """
    runs = find_runs(by, now, kinds=("research",))
    wanted = sa.select(ReportTerms).where(ReportTerms.run_id.in_([one.run_id for one in runs]))
    terms = {one.run_id: one for one in db.session.scalars(wanted)} if runs else {}
    found = []
    for place, run in enumerate(runs):
        own = terms[run.run_id]
        others = tuple(
            (one.code, terms[one.run_id].agreement or "") for one in runs[place + 1 :] if overlap(run, one)
        )
        found.append(PackageLine(run, own.agreement or "", own.recipient or "", own.licence, own.k, others))
    return found


def overlap(one: RunLine, earlier: RunLine) -> bool:
    """Say whether an earlier package was made of some of the same months and places."""
    same_days = earlier.from_on <= one.to_on and one.from_on <= earlier.to_on
    return earlier.state == "done" and same_days and bool(set(one.sites) & set(earlier.sites))
