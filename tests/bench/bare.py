"""What we compare ourselves with: the least that Flask and the driver need for the same rows, queries and bytes."""

import contextlib
import sqlite3
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from gipt.secrecy import unseal
from tests.conftest import KEYS

Statement = tuple[str, Any, list[tuple[int, str]]]
"""SQL, its values, and which columns of the answer lie encrypted, with the place they are bound to."""


def connect(path: Path, references: str = "ON") -> sqlite3.Connection:
    """Open a connection that is as durable as ours."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for setting in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        f"foreign_keys={references}",
    ):
        connection.execute(f"PRAGMA {setting}").fetchall()
    return connection


class Connections(threading.local):
    """Keep one connection for each thread."""

    def to(self, path: Path, references: str = "ON") -> sqlite3.Connection:
        """Give the thread's connection."""
        if not hasattr(self, "kept"):
            self.kept = connect(path, references)
        return self.kept


def table_of(path: Path) -> list[str]:
    """Give the statements that make our table of marks with its rules and indexes."""
    with contextlib.closing(connect(path)) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'attendance' AND sql IS NOT NULL"
        )
        return [sql for (sql,) in rows.fetchall()]


STORE = (
    "INSERT INTO attendance (id, session_id, enrolment_id, status, with_child, via, by_id, at, revision) "
    "VALUES (?, ?, ?, ?, 0, 'phone', ?, ?, 1)"
)


def storing_app(path: Path, table: list[str]) -> Flask:
    """Give a page that stores one row for each posted mark, in one transaction, and redirects.

    The same rows are rows of the same table: all its columns, rules and indexes. What it refers to is not there, so
    references are not looked up: that is ours to pay for.
    """
    connection = connect(path)
    for statement in table:
        connection.execute(statement)
    connection.close()
    app, connections, lock = Flask("bare"), Connections(), threading.Lock()

    @app.post("/s/<session_id>/r")
    def store(session_id: str) -> AnyResponse:
        at = int(time.time() * 1000)
        rows = [
            (uuid.uuid4().hex, session_id, name[2:-1], value, "somebody", at)
            for name, value in request.form.items()
            if name.startswith("a[")
        ]
        connection = connections.to(path, references="OFF")
        with lock:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(STORE, rows)
            connection.execute("COMMIT")
        return redirect(f"/s/{session_id}", 303)

    return app


def reading_app(path: Path, pages: dict[str, tuple[list[Statement], bytes]]) -> Flask:
    """Give pages that read the signed cookie, run the same statements, note the time and send the same bytes.

    Names and places lie encrypted and stand in the bytes: a page that sends them has to decrypt what it was given.
    """
    app, connections = Flask("bare"), Connections()
    app.secret_key = KEYS.session
    app.config["SESSION_COOKIE_NAME"] = "gipt_page"

    def page(**_values: str) -> Response:
        if not session.get("unlocked") or "gipt" not in request.cookies:
            return Response(status=401)
        statements, content = pages[request.path]
        connection = connections.to(path)
        connection.execute("BEGIN")
        for statement, values, sealed in statements:
            for row in connection.execute(statement, values).fetchall():
                for column, where in sealed:
                    if row[column] is not None:
                        unseal(row[column], where, KEYS.fields)
        connection.execute("COMMIT")
        session["seen"] = int(time.time())
        return Response(content, content_type="text/html; charset=utf-8")

    for number, path_of_page in enumerate(pages):
        app.add_url_rule(path_of_page, f"page{number}", page)
    return app


def empty(path: Path) -> None:
    """Take the stored rows out again."""
    with contextlib.closing(connect(path, references="OFF")) as connection:
        connection.execute("DELETE FROM attendance")
