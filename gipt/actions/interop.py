"""Sending figures to another system: gather, compare with what it has, send, write down what came of it.

Nothing is sent that a funder's workbook of the same period would hide, and nothing before somebody has seen the
difference. The network is used outside transactions; before a sending and after it stands an audit event, and a sent
set is a line of the history of reports like any workbook.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gipt.actions.base import action, audit, require
from gipt.actions.report_files import Spec, context_of, effective, settings
from gipt.actions.report_requests import next_code
from gipt.actions.report_runs import role_of
from gipt.db import db, new_id
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.periods import Period
from gipt.domain.problems import BadDefinition, Invalid, NotFound, NotReady, Problem, RemoteFault
from gipt.i18n import use_language
from gipt.interop import adx, dhis2, remote
from gipt.interop.code_map import CodeMap, Datum, Target, check_period, load_code_map, map_names
from gipt.models import ReportFrozen, ReportRun, Site
from gipt.queries.report_context import read_programming
from gipt.queries.report_facts import read_facts
from gipt.queries.report_rows import Scope, snapshot
from gipt.reports.definition import Definition, definition_folders
from gipt.reports.frozen import Frozen, FrozenColumn, FrozenSheet, pack
from gipt.reports.template_cells import Spot
from gipt.reports.template_count import count_template
from gipt.reports.template_figures import Figures, State
from gipt.reports.template_places import Wanted, parse_wanted
from gipt.reports.template_report import Template, periods_of, template_definition
from gipt.reports.workbook import Kind

PREFIX = "dhis2:"
PATH = "dataValueSets"
EXTERNAL = Permission.REPORT_EXTERNAL


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What to send: a code map by name and one period of its data set, both days included."""

    code_map: str
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Gathered:
    """What would be sent: the code map, its period, every value with its state, and the sites that it speaks of."""

    code_map: CodeMap
    period: Period
    data: tuple[Datum, ...]
    site_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a sending: the id of its line in the history, and what the server said."""

    run_id: str
    outcome: dhis2.Outcome


def code_maps() -> list[CodeMap]:
    """Give the code maps of this installation, by name."""
    folders = definition_folders(settings().exports)
    return [load_code_map(name, folders) for name in map_names(folders)]


def maps_for(by: Actor) -> tuple[list[CodeMap], list[BadDefinition]]:
    """Give the code maps all of whose sites are the actor's, and what is wrong with files that cannot be read."""
    require(by, EXTERNAL)
    found, faults = [], []
    for name in map_names(definition_folders(settings().exports)):
        try:
            code_map = find_code_map(name)
            sites_of(db.session.connection(), code_map, by)
            found.append(code_map)
        except BadDefinition as fault:
            faults.append(fault)
        except NotFound:
            continue
    return found, faults


def find_code_map(name: str) -> CodeMap:
    """Give a code map whose figures can all be counted; raise Unknown, or BadDefinition naming the figure."""
    found = load_code_map(name, definition_folders(settings().exports))
    for target in found.targets:
        wanted_of(found, target, "S1" if found.org_units else None)
    return found


def wanted_of(code_map: CodeMap, target: Target, site: str | None) -> Wanted:
    """Give the figure of one line at one site; raise BadDefinition naming file and figure."""
    text = target.figure if site is None else f"{target.figure}, site={site}"
    try:
        wanted = parse_wanted(text)
        if not wanted.indicator or wanted.period != "this":
            raise Invalid(field="figure", reason="place_period")
    except Invalid as problem:
        raise BadDefinition(
            file=f"{code_map.id}.toml", key=target.figure, reason="figure", why=problem.details.get("reason")
        ) from problem
    return wanted


def server() -> remote.Server:
    """Give the other system; raise NotReady when none is set up."""
    found = settings().dhis2
    if found is None:
        raise NotReady(missing=["other_system"])
    return remote.Server(found.url, found.token)


def server_host() -> str | None:
    """Give the host of the other system for a page; None when none is set up or its address is wrong."""
    try:
        return server().host
    except (NotReady, RemoteFault):
        return None


# --- gathering ----------------------------------------------------------------------------------------------------


def gather(*, record: SendRequest, by: Actor, now: datetime) -> Gathered:
    """Count what a code map names, everything protected together; writes nothing.

    Raises NotAllowed, Unknown or BadDefinition for the code map, Invalid for a period that is not one of its data
    set, NotFound when a site of the map is not the actor's.
    """
    require(by, EXTERNAL)
    code_map = find_code_map(record.code_map)
    period = check_period(code_map.period, Period(record.from_on, record.to_on))
    with snapshot() as connection:
        site_ids = sites_of(connection, code_map, by)
        data = count(connection, code_map, period, site_ids, now)
    return Gathered(code_map, period, tuple(data), site_ids)


def sites_of(connection: Connection, code_map: CodeMap, by: Actor) -> tuple[str, ...]:
    """Give the sites that a code map speaks of, all if it has one unit for the programme; all must be the actor's."""
    held = {code: site_id for site_id, code in connection.execute(sa.select(Site.id, Site.code))}
    named = list(held) if code_map.org_unit else list(code_map.org_units)
    allowed = sites_for(by, EXTERNAL)
    found = tuple(sorted(held[code] for code in named if code in held))
    if len(found) != len(named) or not found or not (allowed is None or set(found) <= allowed):
        raise NotFound(kind="site")
    return found


def count(
    connection: Connection, code_map: CodeMap, period: Period, site_ids: tuple[str, ...], now: datetime
) -> list[Datum]:
    """Give every value of a code map, hidden ones without their number."""
    lines = [
        (target, site, unit, wanted_of(code_map, target, site))
        for site, unit in code_map.places()
        for target in code_map.targets
    ]
    spots = [Spot("", "", (wanted,)) for *_, wanted in lines]
    programming = read_programming(connection, now)
    definition = effective(definition_of(code_map, spots), programming)
    spec = Spec(definition, period, site_ids, "en", "", "me", now)
    context = context_of(connection, spec, programming)
    facts = read_facts(connection, Scope(site_ids, period, definition.basis), programming.rules)
    with use_language("en"):
        counts = count_template(definition, facts, context.choices, periods_of(spots, period))
        figures = Figures(counts, context)
        return [datum(target, site, unit, figures, wanted) for (target, site, unit, wanted) in lines]


def definition_of(code_map: CodeMap, spots: Sequence[Spot]) -> Definition:
    """Give the report that a code map is: the indicators and breakdowns that its figures name."""
    plain = template_definition(Template(code_map.id, code_map.title, code_map.version, b""), spots)
    return replace(plain, id=f"{PREFIX}{code_map.id}")


def datum(target: Target, site: str | None, unit: str, figures: Figures, wanted: Wanted) -> Datum:
    """Give one value; a text (something not recorded) is no number and is not sent."""
    found = figures.figure(wanted)
    if found.state is State.FILLED and isinstance(found.value, int | float):
        return Datum(target, unit, found.value, State.FILLED.value, site)
    state = State.NOTHING if found.state is State.FILLED else found.state
    return Datum(target, unit, None, state.value, site)


def as_adx(gathered: Gathered, now: datetime) -> bytes:
    """Give the set as an ADX document; raise Conflict when nothing may be sent."""
    return adx.to_adx(gathered.code_map, gathered.period, gathered.data, now)


# --- dry run and sending ------------------------------------------------------------------------------------------


def compare(*, record: SendRequest, by: Actor, now: datetime) -> tuple[Gathered, list[dhis2.Difference]]:
    """Give what would be sent beside what the server has now; writes nothing anywhere. Raises RemoteFault too."""
    gathered = gather(record=record, by=by, now=now)
    answer = remote.get_json(server(), PATH, dhis2.read_query(gathered.code_map, gathered.period))
    return gathered, dhis2.differences(gathered.data, dhis2.current_values(answer))


def digest_of(gathered: Gathered) -> str:
    """Give the SHA-256 of what would be sent, so that what is sent is what somebody saw."""
    body = dhis2.data_value_set(gathered.code_map, gathered.period, gathered.data)
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def send(*, record: SendRequest, seen: str, by: Actor, now: datetime, op: str | None = None) -> Sent:
    """Send a set that somebody has seen; gives its line in the history and what the server did.

    `seen` is the digest that came with the difference: other numbers meanwhile are Invalid `changed_since`. A fault
    of the server is written down as well, then raised. Not one transaction: the network lies between.
    """
    gathered = gather(record=record, by=by, now=now)
    if digest_of(gathered) != seen:
        raise Invalid(field="period", reason="changed_since")
    body = dhis2.data_value_set(gathered.code_map, gathered.period, gathered.data)
    if not body["dataValues"]:
        raise Invalid(field="period", reason="nothing_to_send")
    target = server()
    begin_sending(gathered=summary_of(gathered), host=target.host, by=by, now=now, op=op)
    try:
        query = dhis2.send_query(gathered.code_map, dry_run=False)
        outcome = dhis2.read_outcome(remote.post_json(target, PATH, query, body))
    except Problem as problem:
        reason = str(problem.details.get("reason", ""))
        note_sent(gathered=gathered, outcome=None, problem=f"{problem.code}.{reason}", by=by, now=now)
        raise
    return Sent(note_sent(gathered=gathered, outcome=outcome, problem=None, by=by, now=now), outcome)


def summary_of(gathered: Gathered) -> dict[str, Any]:
    """Give what is sent as the audit keeps it: names and counts, no figure."""
    return {
        "code_map": gathered.code_map.id,
        "version": gathered.code_map.version,
        "first": gathered.period.first.isoformat(),
        "last": gathered.period.last.isoformat(),
        "values": len(dhis2.sendable(gathered.data)),
        "hidden": sum(one.state == State.HIDDEN for one in gathered.data),
    }


@action("begin_sending")
def begin_sending(
    *, gathered: dict[str, Any], host: str, by: Actor, now: datetime, op: str | None = None
) -> str:
    """Note that a sending begins, so that one that never came back can be seen; gives the host."""
    require(by, EXTERNAL)
    audit("begin_sending", by=by, now=now, entity="other_system", op=op, host=host, **gathered)
    return host


@action("write_adx")
def note_adx(*, gathered: dict[str, Any], by: Actor, now: datetime, op: str | None = None) -> bool:
    """Note that somebody takes a set as an ADX file."""
    require(by, EXTERNAL)
    audit("write_adx", by=by, now=now, entity="other_system", op=op, **gathered)
    return True


@action("note_sent")
def note_sent(
    *, gathered: Gathered, outcome: dhis2.Outcome | None, problem: str | None, by: Actor, now: datetime
) -> str:
    """Write a sending into the history of reports; gives the id of its line."""
    require(by, EXTERNAL)
    done = outcome is not None and outcome.ok
    counts = {} if outcome is None else counts_of(outcome)
    sent = len(dhis2.sendable(gathered.data))
    hidden = sum(one.state == State.HIDDEN for one in gathered.data)
    run = ReportRun(
        id=new_id(),
        code=next_code(),
        report=f"{PREFIX}{gathered.code_map.id}",
        definition_version=str(gathered.code_map.version),
        kind="external",
        from_on=gathered.period.first,
        to_on=gathered.period.last,
        site_ids=list(gathered.site_ids),
        language="en",
        by_id=by.staff_id,
        state="done" if done else "failed",
        progress=100,
        problem=None if done else problem or "remote_fault.refused_data",
        tries=1,
        cut_off_at=now,
        row_counts={"sheets": {"values": sent}, "hidden_cells": hidden, "outcome": counts},
        data_hash=digest_of(gathered),
        created_at=now,
        finished_at=now,
        deleted_at=now,
    )
    db.session.add(run)
    db.session.flush()
    if done:
        db.session.add(
            ReportFrozen(
                run_id=run.id,
                role=role_of(by.staff_id, EXTERNAL),
                content=pack(Frozen((frozen_values(gathered),))),
            )
        )
    audit(
        "note_sent", by=by, now=now, entity="report_run", entity_id=run.id, code=run.code,
        state=run.state, problem=run.problem, **counts,
    )  # fmt: skip
    return run.id


def counts_of(outcome: dhis2.Outcome) -> dict[str, Any]:
    """Give the server's counts."""
    return {
        "imported": outcome.imported,
        "updated": outcome.updated,
        "ignored": outcome.ignored,
        "conflicts": len(outcome.conflicts),
    }


def frozen_values(gathered: Gathered) -> FrozenSheet:
    """Give what is kept of a sending: place and figure, value as sent, a hidden one as a star."""
    columns = tuple(
        FrozenColumn(code, code, kind)
        for code, kind in (("code", Kind.TEXT), ("indicator", Kind.TEXT), ("value", Kind.DECIMAL))
    )
    rows = tuple(
        (
            f"{one.org_unit}/{one.target.data_element}/{one.target.category_option_combo or '-'}",
            one.target.figure if one.site is None else f"{one.target.figure}, site={one.site}",
            "*" if one.state == State.HIDDEN else one.value,
        )
        for one in gathered.data
    )
    return FrozenSheet("indicators", "values", columns, rows)
