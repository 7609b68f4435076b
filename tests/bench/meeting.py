"""Decision 34, first half: recording a meeting of 16 through the real page, against a bare page with the same rows."""

import contextlib
import sqlite3
import uuid
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from tests.bench import bare
from tests.bench.load import Browser, Job, rate, served
from tests.bench.scene import Scene, browser, form_key

ROUNDS = 5


def measure(scene: Scene, folder: Path) -> tuple[float, float]:
    """Give requests per second of ours and of the bare page, medians of rounds that take turns."""
    bare_file = folder / "bare.sqlite"
    table = bare.table_of(scene.file)
    with served(scene.served) as port, served(lambda: bare.storing_app(bare_file, table)) as bare_port:
        ours = our_jobs(scene, port)
        theirs = [[(bare_browser(bare_port, one), *rest) for one, *rest in mine] for mine in ours]
        rate(renewed(ours))
        rate(theirs)  # type: ignore[arg-type]
        found: list[tuple[float, float]] = []
        for _ in range(ROUNDS):
            clear(scene.file)
            bare.empty(bare_file)
            found.append((rate(renewed(ours)), rate(theirs)))  # type: ignore[arg-type]
    return median(one for one, _ in found), median(other for _, other in found)


_bare: dict[int, Browser] = {}


def bare_browser(port: int, one: Browser) -> Browser:
    """Give the bare page's browser that stands for one of ours."""
    return _bare.setdefault(id(one), Browser(port))


def our_jobs(scene: Scene, port: int) -> list[list[Job]]:
    """Give one list for each facilitator: every own meeting once."""
    app, jobs = scene.app(), []
    for leader in scene.leaders:
        one = browser(app, port, leader.token)
        key = form_key(one, f"/s/{leader.sessions[0][0]}/r")
        mine: list[Job] = []
        for session_id, enrolments in leader.sessions:
            fields = {"csrf_token": key, **{f"a[{e}]": "present" for e in enrolments}}
            mine.append((one, "POST", f"/s/{session_id}/r", urlencode(fields).encode(), 303))
        jobs.append(mine)
    return jobs


def renewed(jobs: list[list[Job]]) -> list[list[Job]]:
    """Give every form an operation id of its own, as each shown form has."""
    return [
        [
            (one, method, path, body + b"&op=" + uuid.uuid4().hex.encode(), status)
            for one, method, path, body, status in mine
        ]
        for mine in jobs
    ]


def clear(path: Path) -> None:
    """Take the registers out again, so that every round stores 16 new rows for each meeting."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout=10000").fetchall()
        stored = connection.execute("SELECT count(*) FROM attendance").fetchone()[0]
        assert stored, "nothing was stored"
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM attendance")
        connection.execute("UPDATE session SET status = 'confirmed', held_on = NULL WHERE status = 'held'")
        connection.execute("COMMIT")
