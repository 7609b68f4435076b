"""A server to be killed: the real actions on the real database behind waitress, started anew for each kill.

The process that the test starts only imports and assembles; for each line on stdin it forks a server in a process
group of its own, so that a start is quick and the test can afford many kills. No connection is open before the
fork.

    python -m tests.kill_server DATA PORT SESSION_ID STAFF_ID SITE_ID
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import waitress
from flask import Flask, jsonify, request

from gipt import create_app
from gipt.actions.meetings import add_visitor
from gipt.actions.registers import Mark, SessionRecord, record_session
from gipt.db import ServerLock, db
from gipt.domain.access import Actor, Granted, Role
from gipt.domain.problems import Problem
from gipt.web import guard
from tests.conftest import settings_for


def make(data: Path, session_id: str, staff_id: str, site_id: str) -> Flask:
    """Assemble the application with one route that runs an action with the operation id of the client."""
    app = create_app(settings_for(data, f"sqlite:///{data / 'gipt.sqlite'}"))
    by = Actor(staff_id, frozenset({Granted(Role.FACILITATOR, site_id)}))

    def act() -> object:
        sent = request.get_json()
        now = datetime.now(UTC)
        if sent["kind"] == "visitor":
            result = add_visitor(session_id=session_id, name=sent["name"], by=by, now=now, op=sent["op"])
            return jsonify({"result": result})
        marks = tuple(Mark(one, status) for one, status in sent["marks"])
        record_session(record=SessionRecord(session_id, now.date(), marks), by=by, now=now, op=sent["op"])
        return jsonify({"result": None})

    app.add_url_rule("/act", "act", guard.anybody(act), methods=["POST"])
    csrf_exempt(app)
    return app


def serve(app: Flask, data: Path, port: int) -> None:
    """Serve until killed, as the one server of this folder."""
    lock = ServerLock(data)
    waitress.serve(app, host="127.0.0.1", port=port, threads=8, _quiet=True)
    lock.release()


def csrf_exempt(app: Flask) -> None:
    """Let the test's own route be posted without a form key, and keep faults out of the output."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.register_error_handler(Problem, lambda problem: (str(problem), 409))

    @app.teardown_appcontext
    def close(error: BaseException | None) -> None:
        db.session.remove()


def main() -> None:
    """Fork a server for each line; say its process group."""
    data, port, *ids = sys.argv[1:]
    app = make(Path(data), *ids)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            sys.stdin.close()
            serve(app, Path(data), int(port))
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main()
