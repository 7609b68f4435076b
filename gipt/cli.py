"""The command line: parse, call an action or a query, print.

Exit 0 = done; 1 = refused, with one sentence on stderr that names what to mend; 2 = the line cannot be parsed.
`--json` prints one object whose keys stand in docs/cli.md. Commands are audited as `operator`.
"""

import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    cli_plan,
    cli_translations,
    create_app,
    migrations,
)
from gipt.actions import (
    backups,
    report_queue,
    report_runs,
    restores,
    sign_ins,
    staff,
    staff_roles,
    worker,
)
from gipt.actions.curricula import own_folder
from gipt.cli_base import (
    application,
    as_json_option,
    check_source,
    check_target,
    now,
    parse_role,
    refuse,
    refused_in_words,
    say,
    site_id_of,
)
from gipt.config import data_directory, load_settings, write_secrets
from gipt.content.entries import read_ahead
from gipt.db import ServerLock, read_profile, wal_size
from gipt.domain.access import OPERATOR, Granted, Role
from gipt.domain.problems import NotReady, Unknown
from gipt.queries import language_coverage, lists
from gipt.reports.definition import check_definitions, refuse_bad_definitions
from gipt.words import sentence


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
    threading.Thread(target=count_languages, args=(app,), name="gipt-catalogs", daemon=True).start()
    try:
        waitress.serve(app, host=host, port=port, threads=8, ident=None)
    except KeyboardInterrupt:
        pass
    finally:
        stop()


def count_languages(app: Flask) -> None:
    """Read the catalogs beside the pages; a fault is the log's, the page of languages says it again."""
    with app.app_context():
        try:
            read_ahead(own_folder())
            language_coverage.coverage(own_folder())
        except Exception as error:  # nothing that is only remembered may stop a server
            logging.getLogger("gipt.catalogs").warning("not read ahead: %s", type(error).__name__)


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
        staff_id = lists.find_staff_id(name)
        if staff_id is None:
            record = staff.StaffRecord(sign_in_name=name, grants=(granted,))
            staff_id = staff.add_staff(record=record, by=OPERATOR, now=now())
        else:
            staff_roles.add_grants(staff_id=staff_id, grants=(granted,), afresh=True, by=OPERATOR, now=now())
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
@click.argument("file", type=click.Path(path_type=Path))
@as_json_option
@refused_in_words
def backup(file: Path, as_json: bool) -> None:
    """Write an encrypted backup and check it by opening it again."""
    check_target(file)
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
    check_source(file)
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
    """Check this installation: database profile, audit chain, safety inbox, disk, last backup, what is missing."""
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
            "wal_mb": wal_size(settings) // 1_000_000 if settings.is_sqlite else None,
            "last_backup": lists.last_backup(),
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
    demonstration.check_folder(data)
    write_secrets(data)
    app = create_app()
    with app.app_context():
        if migrations.current_revision() is None:
            migrations.upgrade()
    with application() as app:
        demonstration.check_empty()
        click.echo("Playing an invented programme through the real actions. This takes about a minute.")
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
        leads = "  (leads the running group)" if account.leads else ""
        click.echo(f"  {account.sign_in_name:<10} {account.role:<14} {way}{leads}")
    if not no_serve:
        click.echo(f"gipt serves on {base} (stop with Ctrl+C)")
        run_server(app, host, port)


@contextmanager
def steps_bar() -> Iterator[Callable[[str], None]]:
    """Give a function that shows each step of long work as a bar on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    with click.progressbar(length=10, file=sys.stderr, show_eta=False) as bar:

        def tell(step: str) -> None:
            bar.label = step
            bar.update(1)

        yield tell


for command in (
    cli_plan.plan,
    cli_import.template,
    cli_import.import_file,
    cli_export.export,
    cli_export.exports,
    cli_interop.commands,
    cli_catalogs.catalogs,
    cli_measures.measures,
    cli_translations.translations,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
