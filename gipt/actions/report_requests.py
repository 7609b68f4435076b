"""Asking for reports and seeing to their runs: who may, stopping, fetching, deleting.

The run is a row of ours (decision 30). What freezes a report stays with the row when its file is gone
(decision 13). The making is in `gipt.actions.report_runs`.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gipt.actions.base import action, audit, require
from gipt.actions.report_files import find_definition, settings
from gipt.actions.report_formats import ENDINGS
from gipt.actions.report_queue import enqueue
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.periods import Period, check_whole_months
from gipt.domain.problems import Conflict, Invalid, NotFound, NotReady, Unknown
from gipt.domain.research import Licence, PackageForm, Terms, check_terms
from gipt.i18n import find_language, languages
from gipt.interop.parquet import is_installed
from gipt.models import ReportRun, ReportTerms, Site
from gipt.queries.report_templates import find_line, read_template
from gipt.reports.definition import Definition, ReportKind
from gipt.reports.template_report import PREFIX, cells_of

MAKER = Actor(staff_id=None, label="clock")
"""The worker; audited under this name."""
KEPT = timedelta(days=30)
LONGEST_PURPOSE = 400
NEEDED = {
    ReportKind.EXTERNAL: Permission.REPORT_EXTERNAL,
    ReportKind.INTERNAL: Permission.REPORT_INTERNAL,
    ReportKind.RESEARCH: Permission.REPORT_RESEARCH,
}
WAITING = ("queued", "running")


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What somebody asks for: a definition by name, both days included; no sites means all that one may see.

    `terms`: of a research package, for whom and on what terms.
    """

    report: str
    from_on: date
    to_on: date
    language: str
    site_ids: tuple[str, ...] = ()
    purpose: str | None = None
    terms: Terms | None = None


@action("request_report")
def request_report(
    *, record: ReportRequest, by: Actor, now: datetime, op: str | None = None, at_work: bool = True
) -> str:
    """Put a report in the queue; gives the id of its run. `at_work` False: whoever asks makes it at once.

    Raises Unknown for a report or language that does not exist, Invalid for a period (external ones take whole
    months), a missing purpose (internal ones say what for) or missing terms (research packages), NotFound for a site
    that is not the actor's.
    """
    definition = find_definition(record.report)
    site_ids = check_request(record, definition, by)
    run = ReportRun(
        id=new_id(),
        code=next_code(),
        report=definition.id,
        definition_version=str(definition.version),
        kind=definition.kind.value,
        from_on=record.from_on,
        to_on=record.to_on,
        site_ids=list(site_ids),
        language=record.language,
        purpose=(record.purpose or "").strip() or None,
        by_id=by.staff_id,
        state="queued",
        created_at=now,
    )
    db.session.add(run)
    db.session.flush()
    terms = add_terms(run.id, record, definition)
    if at_work:
        enqueue(run.id)
    audit(
        "request_report",
        by=by,
        now=now,
        entity="report_run",
        entity_id=run.id,
        op=op,
        code=run.code,
        report=run.report,
        version=run.definition_version,
        first=record.from_on,
        last=record.to_on,
        sites=list(site_ids),
        language=record.language,
        **terms,
    )
    return run.id


def add_terms(run_id: str, record: ReportRequest, definition: Definition) -> dict[str, Any]:
    """Store the terms of a research package; gives what of them is audited: never what somebody typed."""
    if definition.research is None:
        return {}
    terms = check_terms(record.terms, definition.research.k)
    db.session.add(
        ReportTerms(
            run_id=run_id,
            agreement=terms.agreement,
            recipient=terms.recipient,
            licence=terms.licence.value,
            k=terms.k,
            form=terms.form.value,
        )
    )
    return {"licence": terms.licence.value, "k": terms.k, "form": terms.form.value}


def terms_of(run_id: str) -> Terms | None:
    """Give the terms of a research package; None for every other report."""
    row = db.session.get(ReportTerms, run_id)
    if row is None:
        return None
    return Terms(row.agreement, row.recipient, Licence(row.licence), row.k, PackageForm(row.form))


def check_request(record: ReportRequest, definition: Definition, by: Actor) -> tuple[str, ...]:
    """Give the sites of a request, by id; raise the fault of whatever does not fit."""
    permission = NEEDED[definition.kind]
    require(by, permission)
    period = Period(record.from_on, record.to_on)
    known = find_language(record.language)
    if known is None or not known.shipped:
        raise Unknown(kind="language", name=record.language, known=[one.tag for one in languages()])
    if record.report.startswith(PREFIX):
        check_template(record.report.removeprefix(PREFIX))
    if definition.kind is ReportKind.EXTERNAL:
        check_whole_months(period)
    elif not (record.purpose or "").strip():
        raise Invalid(field="purpose", reason="missing")
    if len(record.purpose or "") > LONGEST_PURPOSE:
        raise Invalid(field="purpose", reason="too_long", high=LONGEST_PURPOSE)
    if definition.research is not None:
        check_research(record, definition.research.k)
    return sites_of(record, permission, by)


def check_research(record: ReportRequest, least: int) -> None:
    """Raise Invalid for terms that do not fit, NotReady for a form that cannot be written here."""
    terms = check_terms(record.terms, least)
    if terms.form is PackageForm.PARQUET and not is_installed():
        raise NotReady(missing=["parquet"])


def check_template(template_id: str) -> None:
    """Raise Conflict for a funder's template that was put away, or of which some cell cannot be filled."""
    if find_line(template_id).retired_at is not None:
        raise Conflict(reason="template_retired")
    cells_of(read_template(template_id))


def sites_of(record: ReportRequest, permission: Permission, by: Actor) -> tuple[str, ...]:
    """Give the sites that were chosen, else all that the actor may report on; a foreign one does not exist."""
    allowed = sites_for(by, permission)
    held = set(db.session.scalars(sa.select(Site.id)))
    allowed_here = held if allowed is None else held & allowed
    chosen = set(record.site_ids) or allowed_here
    if not chosen <= allowed_here:
        raise NotFound(kind="site")
    if not chosen:
        raise NotReady(missing=["site"])
    return tuple(sorted(chosen))


def next_code() -> str:
    """Give the next code of a run: R-0001, R-0002, …"""
    last = db.session.scalar(sa.select(sa.func.max(sa.cast(sa.func.substr(ReportRun.code, 3), sa.Integer))))
    return f"R-{(last or 0) + 1:04d}"


# --- seeing to a run ----------------------------------------------------------------------------------------------


def run_for(by: Actor, run_id: str) -> ReportRun:
    """Give a run all of whose sites the actor may report on; raise NotFound otherwise."""
    run = db.session.get(ReportRun, run_id)
    if run is None or not may_see(by, run):
        raise NotFound(kind="report_run")
    return run


def may_see(by: Actor, run: ReportRun) -> bool:
    """Say whether all sites of a run are the actor's, by the permission that its kind needs."""
    allowed = sites_for(by, NEEDED[ReportKind(run.kind)])
    return allowed is None or (bool(run.site_ids) and set(run.site_ids) <= allowed)


@action("cancel_report")
def cancel_report(*, run_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Stop a run that waits or is being made; gives its id. Whoever makes it hears at its next beat."""
    run = run_for(by, run_id)
    if run.state not in WAITING:
        raise Conflict(reason="report_over")
    run.state, run.finished_at, run.lease_until = "cancelled", now, None
    audit("cancel_report", by=by, now=now, entity="report_run", entity_id=run.id, op=op, code=run.code)
    return run.id


@action("repeat_report")
def repeat_report(*, run_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Ask for the same report again, over the data of now; a new run with its own code. Gives its id."""
    run = run_for(by, run_id)
    record = ReportRequest(run.report, run.from_on, run.to_on, run.language, tuple(run.site_ids), run.purpose)
    record = replace(record, terms=terms_of(run.id))
    return request_report(record=record, by=by, now=now)


@action("download_report")
def download_report(*, run_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Note that somebody fetches the file; gives the name under which it is handed out, without names or places.

    Raises Conflict `report_not_done`, or `report_gone` when the file was deleted.
    """
    run = run_for(by, run_id)
    if run.state != "done":
        raise Conflict(reason="report_not_done")
    path = file_of(run.code)
    if run.deleted_at is not None or not path.is_file():
        raise Conflict(reason="report_gone")
    audit(
        "download_report", by=by, now=now, entity="report_run", entity_id=run.id, op=op,
        code=run.code, file_sha256=run.file_hash,
    )  # fmt: skip
    kind = run.report.partition(":")[0]
    return f"{kind}-{run.from_on:%Y-%m}-{run.to_on:%Y-%m}-{run.code}{path.suffix}"


@action("delete_report_file")
def delete_report(*, run_id: str, by: Actor, now: datetime, op: str | None = None) -> str:
    """Delete the file of a run; the run stays in the history with its hashes. Gives the run's id."""
    run = run_for(by, run_id)
    if run.state in WAITING:
        raise Conflict(reason="report_not_done")
    file_of(run.code).unlink(missing_ok=True)
    run.deleted_at = run.deleted_at or now
    audit("delete_report_file", by=by, now=now, entity="report_run", entity_id=run.id, op=op, code=run.code)
    return run.id


@action("delete_old_reports")
def delete_old_reports(*, now: datetime, by: Actor = MAKER) -> int:
    """Delete files older than 30 days, and what broken runs left behind; gives how many."""
    rows = db.session.scalars(
        sa.select(ReportRun).where(
            ReportRun.state == "done", ReportRun.deleted_at.is_(None), ReportRun.finished_at < now - KEPT
        )
    ).all()
    for run in rows:
        file_of(run.code).unlink(missing_ok=True)
        run.deleted_at = now
    if rows:
        audit("delete_old_reports", by=by, now=now, entity="report_run", codes=[run.code for run in rows])
    return len(rows)


def folder() -> Path:
    """Give the folder of finished files, made when it is missing, open to its owner only."""
    path = settings().data / "reports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(code: str, form: str | None = None) -> Path:
    """Give where the finished file of a run lies, or will lie in the form that its definition names."""
    here = folder()
    found = (path for ending in ENDINGS.values() if (path := here / f"{code}{ending}").is_file())
    return here / f"{code}{ENDINGS[form]}" if form else next(found, here / f"{code}.xlsx")
