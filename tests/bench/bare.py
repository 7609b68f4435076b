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

from tests.conftest import KEYS

Statement = tuple[str, Any]


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection that is as durable as ours."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for setting in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}").fetchall()
    return connection


class Connections(threading.local):
    """Keep one connection for each thread."""

    def to(self, path: Path) -> sqlite3.Connection:
        """Give the thread's connection."""
        if not hasattr(self, "kept"):
            self.kept = connect(path)
        return self.kept


def storing_app(path: Path) -> Flask:
    """Give a page that stores one row for each posted mark, in one transaction, and redirects."""
    connection = connect(path)
    connection.execute(
        "CREATE TABLE IF NOT EXISTS attendance (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, "
        "enrolment_id TEXT NOT NULL, status TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (session_id, enrolment_id))"
    )
    connection.close()
    app, connections, lock = Flask("bare"), Connections(), threading.Lock()

    @app.post("/s/<session_id>/r")
    def store(session_id: str) -> AnyResponse:
        at = int(time.time() * 1000)
        rows = [
            (uuid.uuid4().hex, session_id, name[2:-1], value, at)
            for name, value in request.form.items()
            if name.startswith("a[")
        ]
        connection = connections.to(path)
        with lock:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO attendance VALUES (?, ?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
        return redirect(f"/s/{session_id}", 303)

    return app


def reading_app(path: Path, pages: dict[str, tuple[list[Statement], bytes]]) -> Flask:
    """Give pages that read the signed cookie, run the same statements, note the time and send the same bytes."""
    app, connections = Flask("bare"), Connections()
    app.secret_key = KEYS.session
    app.config["SESSION_COOKIE_NAME"] = "gipt_page"

    def page(**_values: str) -> Response:
        if not session.get("unlocked") or "gipt" not in request.cookies:
            return Response(status=401)
        statements, content = pages[request.path]
        connection = connections.to(path)
        connection.execute("BEGIN")
        for statement, values in statements:
            connection.execute(statement, values).fetchall()
        connection.execute("COMMIT")
        session["seen"] = int(time.time())
        return Response(content, content_type="text/html; charset=utf-8")

    for number, path_of_page in enumerate(pages):
        app.add_url_rule(path_of_page, f"page{number}", page)
    return app


def empty(path: Path) -> None:
    """Take the stored rows out again."""
    with contextlib.closing(connect(path)) as connection:
        connection.execute("DELETE FROM attendance")
