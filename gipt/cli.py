"""The command line: parse, call an action or a query, print.

Exit 0 = done; 1 = refused, with one sentence on stderr that names what to mend; 2 = the line cannot be parsed.
`--json` prints one object whose keys stand in docs/cli.md. Commands are audited as `operator`.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path
from typing import Any

import click
from flask import Flask

from gipt import (
    __version__,
    cli_catalogs,
    cli_export,
    cli_import,
    cli_interop,
    cli_measures,
    cli_translations,
    create_app,
    migrations,
)
from gipt.actions import (
    backups,
    curricula,
    cycles,
    report_queue,
    report_runs,
    restores,
    sign_ins,
    staff,
    worker,
)
from gipt.cli_base import (
    application,
    as_json_option,
    check_target,
    now,
    progress_bar,
    refuse,
    refused_in_words,
    say,
)
from gipt.config import data_directory, load_settings, own_exports, write_secrets
from gipt.db import ServerLock, read_profile
from gipt.domain.access import OPERATOR, Granted, Role
from gipt.domain.problems import Invalid, NotReady, Unknown
from gipt.queries import lists
from gipt.reports.definition import check_definitions, refuse_bad_definitions
from gipt.words import sentence


def parse_date(text: str, field: str) -> date:
    """Read YYYY-MM-DD; raise Invalid naming the option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(field=field, reason="iso_date", value=text) from None


def parse_time(text: str) -> time:
    """Read HH:MM; raise Invalid."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise Invalid(field="time", reason="not_a_time", value=text) from None


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse_weekday(text: str) -> int:
    """Read an English weekday or its first three letters; Monday is 0."""
    for number, name in enumerate(WEEKDAYS):
        if text.casefold() in (name, name[:3]):
            return number
    raise Unknown(kind="weekday", name=text, known=list(WEEKDAYS))


def parse_role(text: str) -> Role:
    """Read a role; raise Unknown naming the roles there are."""
    try:
        return Role(text)
    except ValueError:
        raise Unknown(kind="role", name=text, known=[role.value for role in Role]) from None


def site_id_of(code: str | None) -> str | None:
    """Give the id of a site code; raise Unknown naming the codes there are."""
    if code is None:
        return None
    found = lists.find_site_id(code)
    if found is None:
        raise Unknown(kind="site", name=code, known=sorted(lists.all_site_ids()))
    return found


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gipt")
def main() -> None:
    """Run group-IPT programmes: from a list of people to the funder's workbook."""


@main.command()
@refused_in_words
def init() -> None:
    """Make the data directory, its secrets and its database; bring an older database up to date."""
    data = data_directory()
    path = write_secrets(data)
    app = create_app()
    with app.app_context():
        before = migrations.current_revision()
        if before is not None and before != migrations.HEAD:
            backup = data / f"before-upgrade-{now():%Y%m%d%H%M%S}.gipt-backup"
            backups.make_backup(backup, by=OPERATOR, now=now())
            click.echo(f"Backup made and checked: {backup.name}")
        migrations.upgrade()
    click.echo(f"Ready in {data}. Keep a copy of {path.name} apart from your backups.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
@refused_in_words
def serve(host: str, port: int) -> None:
    """Serve the pages (one process, threads); the first time it prints a link for the administrator."""
    with application() as app:
        refuse_bad_definitions(app.extensions["gipt.settings"].exports)
        lock = (
            ServerLock(app.extensions["gipt.settings"].data)
            if app.extensions["gipt.settings"].is_sqlite
            else None
        )
        link = first_link()
    if link is not None:
        click.echo("No administrator yet. Open this link once, within 24 hours:")
        click.echo(f"  http://{host}:{port}/link/{link}")
    click.echo(f"gipt serves on http://{host}:{port} (stop with Ctrl+C)")
    run_server(app, host, port)
    if lock is not None:
        lock.release()


@main.command("worker")
@refused_in_words
def work() -> None:
    """Make reports beside the servers, on PostgreSQL; as many workers on as many machines as you like."""
    with application() as app:
        if not report_queue.is_on():
            raise NotReady(missing=["queue"])
    click.echo("gipt makes reports as they are asked for (stop with Ctrl+C)")
    stop = worker.start(app, [report_runs.start_waiting])
    try:
        report_queue.run_worker(app, report_runs.make_taken)
    except KeyboardInterrupt:
        pass
    finally:
        stop()


def first_link() -> str | None:
    """Give a fresh one-time link for the first administrator; None when there is one with a password."""
    from gipt.queries.sign_ins import anybody_can_administer

    if anybody_can_administer():
        return None
    staff_id = lists.find_staff_id("admin")
    if staff_id is None:
        record = staff.StaffRecord(sign_in_name="admin", grants=(Granted(Role.ADMIN),))
        staff_id = staff.add_staff(record=record, by=OPERATOR, now=now())
    return sign_ins.make_link(staff_id=staff_id, purpose="password", by=OPERATOR, now=now())


def run_server(app: Flask, host: str, port: int) -> None:
    """Run waitress with eight threads, and the worker beside it, until interrupted."""
    import waitress

    from gipt.web.application import take_short_turns

    take_short_turns()
    stop = worker.start(app)
    try:
        waitress.serve(app, host=host, port=port, threads=8, ident=None)
    except KeyboardInterrupt:
        pass
    finally:
        stop()


@main.group()
def user() -> None:
    """Look after the people who sign in."""


@user.command("add")
@click.argument("name")
@click.option("--role", required=True)
@click.option("--site", default=None, help="Site code; without it the role holds everywhere.")
@as_json_option
@refused_in_words
def user_add(name: str, role: str, site: str | None, as_json: bool) -> None:
    """Add a person (or a role to a person) and print a one-time link."""
    granted_role = parse_role(role)
    with application() as app:
        granted = Granted(granted_role, site_id_of(site))
        record = staff.StaffRecord(sign_in_name=name, grants=(granted,))
        staff_id = staff.add_staff(record=record, by=OPERATOR, now=now())
        token = staff.give_link(staff_id=staff_id, by=OPERATOR, now=now())
        base = app.extensions["gipt.settings"].public_url or "http://127.0.0.1:8000"
        link = f"{base.rstrip('/')}/link/{token}"
    say(
        {"name": name, "role": granted_role.value, "site": site, "link": link, "hours": 24},
        as_json,
        f"{name} may sign in with this link, once, within 24 hours:\n  {link}",
    )


@main.command("list")
@click.argument("kind")
@as_json_option
@refused_in_words
def list_kind(kind: str, as_json: bool) -> None:
    """List sites, venues, staff, members, groups, sessions, curricula, episodes or reports."""
    if kind not in lists.KINDS:
        raise Unknown(kind="list", name=kind, known=sorted(lists.KINDS))
    with application():
        rows = lists.KINDS[kind]()
    if as_json:
        click.echo(json.dumps({"kind": kind, "count": len(rows), "rows": rows}, ensure_ascii=False))
        return
    if rows:
        click.echo("\t".join(rows[0]))
    for row in rows:
        click.echo("\t".join("" if value is None else str(value) for value in row.values()))


@main.command()
@click.option("--group", "group_code", required=True)
@click.option("--curriculum", "curriculum_id", required=True)
@click.option("--start", required=True, help="First possible date, YYYY-MM-DD.")
@click.option("--weekday", required=True)
@click.option("--time", "at_time", required=True, help="Local time, HH:MM.")
@click.option("--facilitator", "facilitators", multiple=True, help="Sign-in name, lead first.")
@click.option("--dry-run", is_flag=True, help="Show the dates, store nothing.")
@as_json_option
@refused_in_words
def plan(
    group_code: str,
    curriculum_id: str,
    start: str,
    weekday: str,
    at_time: str,
    facilitators: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Plan the cycle of a group and say why each date was taken or skipped."""
    first, day, clock = parse_date(start, "start"), parse_weekday(weekday), parse_time(at_time)
    with application():
        group_id = lists.find_group_id(group_code)
        if group_id is None:
            raise Unknown(
                kind="group", name=group_code, known=[row["code"] for row in lists.list_groups()][:20]
            )
        leaders = tuple(_staff_id(name) for name in facilitators) or lists.group_leaders(group_id)[:1]
        version = curricula.publish_curriculum(curriculum=curriculum_id, by=OPERATOR, now=now())
        record = cycles.CycleRecord(
            group_id=group_id,
            curriculum_version_id=version,
            start=first,
            starts=clock,
            weekday=day,
            facilitators=leaders,
        )
        planned = cycles.preview_cycle(record=record, by=OPERATOR)
        cycle_id = None if dry_run else cycles.plan_cycle(record=record, by=OPERATOR, now=now())
    result = plan_result(planned, group_code, dry_run, cycle_id)
    say(result, as_json, "\n".join(plan_lines(result)))


def _staff_id(name: str) -> str:
    found = lists.find_staff_id(name)
    if found is None:
        raise Unknown(kind="staff", name=name, known=[])
    return found


def plan_result(planned: Any, group_code: str, dry_run: bool, cycle_id: str | None) -> dict[str, Any]:
    """Give a plan as the object that --json prints."""

    def clash(one: Any) -> dict[str, Any]:
        return {"code": one.code.value, "hard": one.is_hard, "label": one.label, "estimated": one.estimated}

    return {
        "group": group_code,
        "curriculum": planned.curriculum_id,
        "version": planned.curriculum_version,
        "dry_run": dry_run,
        "cycle": cycle_id,
        "sessions": [
            {
                "number": one.number,
                "phase": one.phase.value,
                "date": one.on.isoformat(),
                "time": one.starts.isoformat("minutes"),
                "zone": one.zone,
                "warnings": [clash(w) for w in one.clashes],
            }
            for one in planned.sessions
        ],
        "skipped": [
            {
                "date": skip.on.isoformat(),
                "number": skip.number,
                "reasons": [clash(one) for one in skip.reasons],
            }
            for skip in planned.skipped
        ],
        "pre_group": {"from": planned.pre_group.first.isoformat(), "to": planned.pre_group.last.isoformat()},
        "follow_ups": [{"key": one.key, "date": one.on.isoformat()} for one in planned.follow_ups],
    }


def plan_lines(result: dict[str, Any]) -> list[str]:
    """Give a plan as lines for a person."""
    lines = [f"{result['group']}: {result['curriculum']} {result['version']}"]
    for one in result["sessions"]:
        notes = ", ".join(warning["label"] or warning["code"] for warning in one["warnings"])
        lines.append(f"  {one['number']:>2}  {one['date']}  {one['time']}  {notes}".rstrip())
    for skip in result["skipped"]:
        notes = ", ".join(reason["label"] or reason["code"] for reason in skip["reasons"])
        lines.append(f"  not {skip['date']} (for session {skip['number']}): {notes}")
    lines.append("Nothing was stored." if result["dry_run"] else "Planned.")
    return lines


@main.command()
@click.argument("report")
@click.option("--from", "first", required=True, help="First day, YYYY-MM-DD.")
@click.option(
    "--to", "last", required=True, help="Last day, YYYY-MM-DD; reports for funders take whole months."
)
@click.option("--site", "sites", multiple=True, help="Site code; without it all sites.")
@click.option("--language", default="en", show_default=True, help="Language of the workbook.")
@click.option("--to-file", "to_file", required=True, type=click.Path(path_type=Path))
@cli_export.terms_options
@as_json_option
@refused_in_words
def export(
    report: str,
    first: str,
    last: str,
    sites: tuple[str, ...],
    language: str,
    to_file: Path,
    as_json: bool,
    **terms: Any,
) -> None:
    """Make a report and write it into a file, which is replaced only by a whole one."""
    from_on, to_on = parse_date(first, "from"), parse_date(last, "to")
    check_target(to_file)
    with application():
        record = report_runs.ReportRequest(
            report=report,
            from_on=from_on,
            to_on=to_on,
            language=language,
            site_ids=tuple(found for code in sites if (found := site_id_of(code))),
            **cli_export.asked(report, **terms),
        )
        with progress_bar(as_json) as tell:
            run_id, made = report_runs.export_report(
                record=record, target=to_file, by=OPERATOR, now=now(), clock=now, tell=tell
            )
        shown = report_runs.describe(run_id)
        closing = cli_export.closing_line(report, to_file, made.rows)
    result = {
        **shown,
        "file": str(to_file),
        "sheets": list(made.rows),
        "rows": made.rows,
        "data_sha256": made.data_sha256,
        "file_sha256": made.file_sha256,
        "hidden_cells": made.hidden_cells,
    }
    say(result, as_json, closing)


@main.group()
def exports() -> None:
    """Look after the definitions of reports."""


@exports.command("check")
@as_json_option
@refused_in_words
def exports_check(as_json: bool) -> None:
    """Read every report definition, the shipped ones and those of GIPT_EXPORTS, and name what is wrong."""
    checked = check_definitions(own_exports())
    problems = [
        {**one.fault.details, "sentence": str(sentence(one.fault))}
        for one in checked
        if one.fault is not None
    ]
    good = [one.definition for one in checked if one.definition is not None]
    result = {
        "reports": [
            {"id": one.id, "version": one.version, "kind": one.kind.value, "sheets": list(one.sheets)}
            for one in good
        ],
        "problems": problems,
        "ok": not problems,
    }
    lines = [f"{one.id} {one.version}: {one.kind.value}, {len(one.sheets)} sheets" for one in good]
    say(result, as_json, "\n".join(lines))
    if problems:
        refuse("\n".join(one["sentence"] for one in problems))


@main.group()
def interop() -> None:
    """Other systems: look at what would be sent to DHIS2, send it, or write it as an ADX file."""


@interop.command("list")
@as_json_option
@refused_in_words
def interop_list(as_json: bool) -> None:
    """List the code maps."""
    with application():
        result = cli_interop.list_maps()
    lines = [f"{row['code_map']}: {row['values']} values, {row['period']}" for row in result["rows"]]
    say(result, as_json, "\n".join(lines) or "No code map.")


@interop.command("dhis2")
@click.argument("code_map")
@click.option("--from", "first", required=True, help="First day of the period, YYYY-MM-DD.")
@click.option("--to", "last", required=True, help="Last day of the period, YYYY-MM-DD.")
@click.option("--send", "really", is_flag=True, help="Send it; without this only the difference is shown.")
@as_json_option
@refused_in_words
def interop_dhis2(code_map: str, first: str, last: str, really: bool, as_json: bool) -> None:
    """Show what would be sent beside what the server has; send it with --send."""
    from_on, to_on = parse_date(first, "from"), parse_date(last, "to")
    with application():
        result = cli_interop.exchange(code_map, from_on, to_on, really=really, now=now())
    say(result, as_json, "\n".join(cli_interop.shown_lines(result)))
    if really and not result["outcome"]["ok"]:
        sys.exit(1)


@interop.command("adx")
@click.argument("code_map")
@click.option("--from", "first", required=True, help="First day of the period, YYYY-MM-DD.")
@click.option("--to", "last", required=True, help="Last day of the period, YYYY-MM-DD.")
@click.option("--to-file", "to_file", required=True, type=click.Path(path_type=Path))
@as_json_option
@refused_in_words
def interop_adx(code_map: str, first: str, last: str, to_file: Path, as_json: bool) -> None:
    """Write the same values as an ADX file, for a server that takes files."""
    from_on, to_on = parse_date(first, "from"), parse_date(last, "to")
    check_target(to_file)
    with application():
        result = cli_interop.write_adx(code_map, from_on, to_on, to_file, now())
    say(result, as_json, f"{to_file}: {result['values']} values, {result['hidden']} hidden and left out.")


@main.command()
@click.argument("kind")
@click.option("--to-file", "to_file", required=True, type=click.Path(path_type=Path))
@refused_in_words
def template(kind: str, to_file: Path) -> None:
    """Write an empty workbook with lists: people, register or programme."""
    wanted = cli_import.parse_kind(kind)
    check_target(to_file)
    with application():
        cli_import.write_template(wanted, to_file)
    click.echo(f"Written: {to_file}")


@main.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--site", default=None, help="Site code of rows that name none.")
@click.option(
    "--date-calendar", default=None, help="Calendar of dates: gregorian, ethiopian, bikram_sambat …"
)
@click.option("--date-order", default=None, help="Order of day and month: dmy, mdy or ymd.")
@click.option("--dry-run", is_flag=True, help="Say what would be stored, store nothing.")
@as_json_option
@refused_in_words
def import_file(
    kind: str,
    file: Path,
    site: str | None,
    date_calendar: str | None,
    date_order: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring in a list of people, a register or a programme from .xlsx or .csv."""
    wanted, reading = cli_import.parse_kind(kind), cli_import.parse_reading(date_calendar, date_order)
    with application(), progress_bar(as_json) as tell:
        result = cli_import.bring_in(
            wanted, file, site_id=site_id_of(site), reading=reading, dry_run=dry_run, now=now(), tell=tell
        )
    say(result, as_json, "\n".join(cli_import.lines(result)))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json_option
@refused_in_words
def backup(file: Path, as_json: bool) -> None:
    """Write an encrypted backup and check it by opening it again."""
    with application():
        manifest = backups.make_backup(file, by=OPERATOR, now=now())
    say(
        {
            "file": file.name,
            "rows": sum(manifest.rows.values()),
            "revision": manifest.revision,
            "sha256": manifest.sha256,
            "verified": True,
        },
        as_json,
        f"Backup made and checked: {file.name}, {sum(manifest.rows.values())} rows.",
    )


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Take the place of the present database; it is kept beside it.")
@refused_in_words
def restore(file: Path, replace: bool) -> None:
    """Put a backup in the place of the database of this installation, and check it there."""
    app = create_app(load_settings())
    settings = app.extensions["gipt.settings"]
    with app.app_context():
        lock = ServerLock(settings.data)
        try:
            if settings.is_sqlite:
                target = Path(settings.database_url.removeprefix("sqlite:///"))
                manifest = restores.restore_sqlite(file, target, replace=replace)
            else:
                manifest = restores.restore_postgres(file, replace=replace)
        finally:
            lock.release()
    click.echo(f"Restored: {sum(manifest.rows.values())} rows as of {manifest.made_at}.")


@main.command()
@as_json_option
@refused_in_words
def doctor(as_json: bool) -> None:
    """Check this installation: database profile, audit chain, safety inbox, disk, what is missing."""
    import shutil
    import sqlite3

    with application() as app:
        settings = app.extensions["gipt.settings"]
        checked = check_definitions(settings.exports)
        found: dict[str, Any] = {
            "version": __version__,
            "revision": migrations.current_revision(),
            "database": "sqlite" if settings.is_sqlite else "postgresql",
            "sqlite": sqlite3.sqlite_version if settings.is_sqlite else None,
            "profile": database_profile() if settings.is_sqlite else None,
            "audit_chain": "whole" if backups.chain_is_whole() else "broken",
            "mail": "configured" if settings.mail else "not configured",
            "free_mb": shutil.disk_usage(settings.data).free // 1_000_000,
            "reports": [one.name for one in checked if one.fault is None],
            "wrong_reports": [str(sentence(one.fault)) for one in checked if one.fault is not None],
            **lists.overview_counts(now().date()),
        }
    found["ok"] = found["audit_chain"] == "whole" and found["free_mb"] > 200 and not found["wrong_reports"]
    say(found, as_json, "\n".join(f"{name}: {value}" for name, value in found.items()))
    if not found["ok"]:
        refuse("Something needs you: see audit_chain, free_mb and wrong_reports above.")


def database_profile() -> dict[str, Any]:
    """Read the SQLite settings back from a pooled connection."""
    from gipt.db import db

    raw = db.engine.raw_connection()
    try:
        return read_profile(raw.driver_connection)  # type: ignore[arg-type]
    finally:
        raw.close()


@main.command()
@click.option("--no-serve", is_flag=True, help="Make everything, serve nothing.")
@click.option("--seed", default=1, show_default=True, type=int, help="Moves single answers, never secrets.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
@refused_in_words
def demo(no_serve: bool, seed: int, host: str, port: int) -> None:
    """Set up an invented programme in an empty data directory, make its workbook, and serve it."""
    from gipt.demo import run as demonstration

    data = data_directory()
    write_secrets(data)
    app = create_app()
    with app.app_context():
        if migrations.current_revision() is None:
            migrations.upgrade()
    with application() as app:
        click.echo("Playing an invented programme through the real actions. This takes about half a minute.")
        with steps_bar() as tell:
            made = demonstration.make(data, now=now(), seed=seed, tell=tell)
    click.echo(f"The funder's workbook: {made.workbook}")
    click.echo("Sign in with:")
    base = f"http://{host}:{port}"
    for account in made.accounts:
        way = (
            f"password {account.password}"
            if account.password
            else f"phone link {base}/link/{account.link_token}"
        )
        click.echo(f"  {account.sign_in_name:<10} {account.role:<14} {way}")
    if not no_serve:
        click.echo(f"gipt serves on {base} (stop with Ctrl+C)")
        run_server(app, host, port)


@contextmanager
def steps_bar() -> Iterator[Callable[[str], None]]:
    """Give a function that shows each step of long work: a bar on a terminal, a line each in a pipe."""
    if not sys.stderr.isatty():
        yield lambda step: click.echo(f"  {step}", err=True)
        return
    with click.progressbar(length=10, file=sys.stderr, show_eta=False) as bar:

        def tell(step: str) -> None:
            bar.label = step
            bar.update(1)

        yield tell


main.add_command(cli_catalogs.catalogs)
main.add_command(cli_measures.measures)
main.add_command(cli_translations.translations)


if __name__ == "__main__":
    main()
