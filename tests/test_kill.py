"""kill -9 in the middle of work: what was acknowledged is there, and nothing is there twice."""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from gipt.actions.base import verify_chain
from gipt.db import db, new_id
from gipt.models import Attendance, AttendanceCorrection, AuditEvent, Operation, Visitor
from tests.cast import make_cast
from tests.conftest import POSTGRES, opened
from tests.world import World, make_running_group

KILLS = int(os.environ.get("GIPT_TEST_KILLS", "60"))
"""At least 50; a release is tried with 1,000 (GIPT_TEST_KILLS)."""
CLIENTS = 6
LONGEST = 0.4
"""Seconds between "ready" and the kill, at most."""
STATUSES = ("present", "late", "absent_told", "absent_unknown")

pytestmark = pytest.mark.skipif(POSTGRES is not None, reason="kills the process that holds the SQLite file")


@dataclass
class Work:
    """What the clients sent and what was acknowledged; one operation stays open until somebody answers it."""

    session: tuple[str, ...]
    random: random.Random
    open: dict[str, dict[str, object]] = field(default_factory=dict)
    acknowledged: dict[str, object] = field(default_factory=dict)
    sent: dict[str, dict[str, object]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    interrupted: int = 0
    repeated: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> dict[str, object]:
        """Give an operation that was never answered, one that was (again), or a new one."""
        with self.lock:
            if self.open:
                return self.open.popitem()[1]
            if self.acknowledged and self.random.random() < 0.15:
                self.repeated += 1
                return self.sent[self.random.choice(list(self.acknowledged))]
            return self.new()

    def new(self) -> dict[str, object]:
        op = new_id()
        if self.random.random() < 0.7:
            made: dict[str, object] = {"op": op, "kind": "visitor", "name": f"Visitor {len(self.sent)}"}
        else:
            marks = [(one, self.random.choice(STATUSES)) for one in self.session]
            made = {"op": op, "kind": "register", "marks": marks}
        self.sent[op] = made
        return made

    def answered(self, one: dict[str, object], status: int, body: bytes) -> None:
        op = str(one["op"])
        with self.lock:
            if status != 200:
                self.refused.append(f"{status} {body[:200]!r}")
                self.open[op] = one
                return
            result = json.loads(body)["result"]
            if op in self.acknowledged and self.acknowledged[op] != result:
                self.refused.append(f"{op} gave another result the second time")
            self.acknowledged[op] = result

    def lost(self, one: dict[str, object]) -> None:
        with self.lock:
            self.interrupted += 1
            if str(one["op"]) not in self.acknowledged:
                self.open[str(one["op"])] = one


def client(work: Work, port: int, stop: threading.Event) -> None:
    """Send until stopped or cut off."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with contextlib.closing(connection):
        while not stop.is_set():
            one = work.next()
            try:
                connection.request("POST", "/act", json.dumps(one), {"Content-Type": "application/json"})
                with connection.getresponse() as answer:
                    work.answered(one, answer.status, answer.read())
            except (OSError, http.client.HTTPException):
                work.lost(one)
                return


def send_once(work: Work, port: int) -> None:
    stop = threading.Event()
    before = len(work.acknowledged) + work.repeated
    thread = threading.Thread(target=client, args=(work, port, stop))
    thread.start()
    while thread.is_alive() and len(work.acknowledged) + work.repeated == before and not work.refused:
        time.sleep(0.002)
    stop.set()
    thread.join()


def is_ready(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Server:
    """The process that starts servers, and the port that each of them takes."""

    port: int
    starter: subprocess.Popen[str]

    def start(self) -> int:
        """Start a server; give its process group once it answers."""
        assert self.starter.stdin is not None
        assert self.starter.stdout is not None
        self.starter.stdin.write("start\n")
        self.starter.stdin.flush()
        group = int(self.starter.stdout.readline())
        deadline = time.monotonic() + 30
        while not is_ready(self.port):
            assert time.monotonic() < deadline, "the server does not come up"
            time.sleep(0.005)
        return group

    def kill(self, group: int) -> None:
        os.killpg(group, signal.SIGKILL)
        assert self.starter.stdout is not None
        assert self.starter.stdout.readline() == "gone\n"


@pytest.fixture
def scene(template: str, tmp_path: Path) -> tuple[World, str, str]:
    """Make a running group in the file that the servers will use; give it with its facilitator and site."""
    path = tmp_path / "gipt.sqlite"
    path.write_bytes(Path(template).read_bytes())
    with opened(tmp_path, f"sqlite:///{path}"):
        cast = make_cast()
        world = make_running_group(cast, members=6)
        return world, cast.staff_id("facilitator"), cast.own


@pytest.fixture
def server(scene: tuple[World, str, str], tmp_path: Path) -> Iterator[Server]:
    world, staff_id, site_id = scene
    port = free_port()
    call = [sys.executable, "-m", "tests.kill_server", str(tmp_path), str(port)]
    starter = subprocess.Popen(
        [*call, world.session_ids[0], staff_id, site_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
    )
    yield Server(port, starter)
    starter.communicate(timeout=30)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(
    scene: tuple[World, str, str], server: Server, tmp_path: Path
) -> None:
    chance = random.Random(20260302)
    work = Work(scene[0].enrolment_ids, chance)
    for _ in range(KILLS):
        run_until_killed(work, server, chance.uniform(0, LONGEST))
    finish(work, server)
    assert work.refused == []
    assert work.interrupted >= KILLS, "the kills did not hit anything"
    assert work.repeated > 0
    print(f"{KILLS} kills, {len(work.acknowledged)} acknowledged, {work.interrupted} interrupted")
    check_file(tmp_path / "gipt.sqlite")
    with opened(tmp_path, f"sqlite:///{tmp_path / 'gipt.sqlite'}"):
        check_rows(work)


def run_until_killed(work: Work, server: Server, seconds: float) -> None:
    group, stop = server.start(), threading.Event()
    send_once(work, server.port)  # a server without warm caches would be killed before its first answer
    threads = [threading.Thread(target=client, args=(work, server.port, stop)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    server.kill(group)
    stop.set()
    for thread in threads:
        thread.join()


def finish(work: Work, server: Server) -> None:
    """Let one server live until everything open is answered, then kill it as well."""
    group = server.start()
    while work.open and not work.refused:
        stop = threading.Event()
        runner = threading.Thread(target=client, args=(work, server.port, stop))
        runner.start()
        while work.open and runner.is_alive():
            time.sleep(0.01)
        stop.set()
        runner.join()
    server.kill(group)


def check_file(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def check_rows(work: Work) -> None:
    visitors = {one.id: one.name for one in db.session.execute(sa.select(Visitor.id, Visitor.name))}
    acknowledged = {
        str(result): work.sent[op]["name"]
        for op, result in work.acknowledged.items()
        if work.sent[op]["kind"] == "visitor"
    }
    assert acknowledged == visitors  # each there, none twice, none that nobody sent
    stored = dict(
        db.session.execute(
            sa.select(Operation.id, Operation.result).where(Operation.id.in_(list(work.sent)))
        ).all()
    )
    assert stored == work.acknowledged
    acts = Counter(
        db.session.scalars(
            sa.select(AuditEvent.operation_id).where(AuditEvent.operation_id.in_(list(work.sent)))
        )
    )
    assert set(acts) == set(work.acknowledged)
    assert set(acts.values()) == {1}
    check_registers()
    assert verify_chain() is None


def check_registers() -> None:
    """Every change of a mark has its correction: revision 1 and one more for each."""
    corrections = Counter(db.session.scalars(sa.select(AttendanceCorrection.attendance_id)))
    marks = db.session.execute(sa.select(Attendance.id, Attendance.revision)).all()
    assert len(marks) == 6
    assert {one.id: one.revision - 1 for one in marks} == {one.id: corrections[one.id] for one in marks}
    assert sum(corrections.values()) > 0
