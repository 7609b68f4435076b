"""Decision 33: the full-data export of many members against the same rows through other writers.

CPU seconds, the least of a few rounds in one run; the peak of memory in a process of its own for two sizes. The members
are rows of numbers and codes put in by SQL; nobody is invented here. The other writers get rows that stand in memory
already: beside the whole export (read, count, write, hash, check) the writing alone of the same rows is measured too.
"""

import gc
import json
import os
import resource
import sqlite3
import subprocess
import sys
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from gipt import create_app, migrations
from gipt.actions.curricula import publish_curriculum
from gipt.actions.report_files import Made, Spec, effective, find_definition, make_file
from gipt.config import Settings, database_url
from gipt.db import db, new_id
from gipt.domain.access import OPERATOR
from gipt.domain.periods import Period
from gipt.models import (
    Assessment,
    Attendance,
    Cycle,
    Enrolment,
    Group,
    Member,
    Membership,
    Session,
)
from gipt.queries.report_context import read_programming
from gipt.queries.report_facts import read_facts
from gipt.queries.report_lines import Lines
from gipt.queries.report_rows import Scope, snapshot
from gipt.reports.build_full import (
    MEMBER_COLUMNS,
    MEMBER_RUNS,
    OUTCOME_COLUMNS,
    OUTCOME_RUNS,
    SESSION_COLUMNS,
    SESSION_RUNS,
)
from gipt.reports.workbook import Column, Sheet, Workbook
from gipt.reports.xlsx import write_xlsx
from tests.cast import make_cast
from tests.conftest import KEYS

MEMBERS, MANY = 10_000, 100_000
SIZE, SESSIONS = 10, 8
FIRST = date(2026, 1, 5)
NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
ROUNDS = 3
SERVER = os.environ.get("GIPT_TEST_DATABASE_URL")
PLAIN = ("member", "enrolment", "membership", "attendance", "assessment")
"""Tables of which a report reads every row."""
ROW = tuple[Any, ...]


@dataclass(frozen=True)
class Ratios:
    """CPU seconds of our export, of the other writers, and of reading and deflating alone; memory in MB."""

    ours: float
    writing: float
    """Our writer over the rows of the three sheets, which stand in memory as for the others."""
    others: dict[str, float]
    reading: float
    deflating: float
    rows: int
    peak: dict[int, float]
    sizes: dict[str, int]
    """Bytes of each file; the others deflate at level 6."""
    postgres: "Postgres | None"
    """The same export on PostgreSQL; None without a server."""
    funder: tuple[float, float, int]
    """Funder's workbook of 100,000 members: its seconds, those of plain SQL over its rows, their number."""


@dataclass(frozen=True)
class Postgres:
    """CPU seconds of our process alone for the export of 10,000 members, and for reading its rows; memory in MB."""

    ours: float
    reading: float
    peak: dict[int, float]


def application(data: Path, url: str | None = None) -> Flask:
    """Assemble the application over a database file, or the database of a server."""
    return create_app(Settings(data=data, database_url=url or f"sqlite:///{data / 'gipt.sqlite'}", keys=KEYS))


def fill(data: Path, members: int, url: str | None = None) -> None:
    """Make a programme of this size: one enrolment each, eight sessions, ten assessments."""
    data.mkdir()
    app = application(data, url)
    with app.app_context():
        migrations.upgrade()
        cast = make_cast(NOW)
        version = publish_curriculum(curriculum="who-8", by=OPERATOR, now=NOW)
        for start in range(0, members, 5_000):
            with db.engine.begin() as connection:
                _fill_part(connection, cast.own, version, start, min(members, start + 5_000))
        db.session.remove()
        db.engine.dispose()


def _fill_part(connection: Any, site: str, version: str, start: int, stop: int) -> None:
    made: dict[Any, list[dict[str, Any]]] = {
        model: [] for model in (Group, Cycle, Session, Member, Enrolment, Membership, Attendance, Assessment)
    }
    for number in range(start // SIZE, (stop + SIZE - 1) // SIZE):
        _group(made, site, version, number)
    for model, rows in made.items():
        connection.execute(sa.insert(model.__table__), rows)


def _group(made: dict[Any, list[dict[str, Any]]], site: str, version: str, number: int) -> None:
    group, cycle = new_id(), new_id()
    at = {"created_at": NOW}
    clock = datetime(2026, 1, 1, 10, tzinfo=UTC).time()
    made[Group].append({"id": group, "site_id": site, "code": f"G-{number:05d}", "name": f"Group {number}",
                        "sign": number % 16, "minors": False, **at})  # fmt: skip
    made[Cycle].append({"id": cycle, "group_id": group, "number": 1, "curriculum_version_id": version,
                        "status": "closed", "mode": "in_person", "sessions": SESSIONS, "completion_sessions": 6,
                        "weekday": 0, "at_time": clock, "time_zone": "Africa/Kampala", "minutes": 90,
                        "rhythm_days": 7, "first_on": FIRST, "started_on": FIRST, "closed_on": date(2026, 3, 30),
                        **at})  # fmt: skip
    days = [FIRST + timedelta(days=7 * week) for week in range(SESSIONS)]
    sessions = [new_id() for _ in days]
    for position, (session, day) in enumerate(zip(sessions, days, strict=True), 1):
        made[Session].append({"id": session, "cycle_id": cycle, "kind": "core", "number": position,
                              "first_confirmed_on": day, "on_date": day, "at_time": clock, "minutes": 90,
                              "status": "held", "gap": "none", "held_on": day, "steps_done": [], **at})  # fmt: skip
    for sign in range(1, SIZE + 1):
        _member(made, site, cycle, number * SIZE + sign, sign, list(zip(sessions, days, strict=True)))


def _member(
    made: dict[Any, list[dict[str, Any]]], site: str, cycle: str, number: int, sign: int,
    sessions: list[tuple[str, date]],
) -> None:  # fmt: skip
    member, enrolment = new_id(), new_id()
    made[Member].append({"id": member, "site_id": site, "code": f"M-{number:06d}", "sex": "female",
                         "birth_year": 1960 + number % 48, "birth_estimated": True, "created_at": NOW,
                         "changed_at": NOW})  # fmt: skip
    made[Enrolment].append({"id": enrolment, "member_id": member, "cycle_id": cycle, "enrolled_on": FIRST,
                            "other_areas": [], "created_at": NOW})  # fmt: skip
    made[Membership].append({"id": new_id(), "enrolment_id": enrolment, "cycle_id": cycle, "sign": sign,
                             "joined_on": FIRST, "created_at": NOW})  # fmt: skip
    for position, (session, _day) in enumerate(sessions):
        status = "present" if (number + position) % 9 else "absent_unknown"
        made[Attendance].append({"id": new_id(), "session_id": session, "enrolment_id": enrolment, "status": status,
                                 "with_child": False, "via": "phone", "at": NOW, "revision": 1})  # fmt: skip
    points = [("pre_group", None, FIRST - timedelta(days=3))]
    points += [("session", session, day) for session, day in sessions]
    points += [("endline", None, sessions[-1][1] + timedelta(days=7))]
    for step, (point, session, day) in enumerate(points):
        made[Assessment].append({"id": uuid.uuid4().hex, "member_id": member, "enrolment_id": enrolment,
                                 "session_id": session, "measure": "phq9", "measure_version": "1", "point": point,
                                 "on_date": day, "mode": "interviewer", "status": "done", "answered": 9,
                                 "total": max(0, 16 - step - number % 5), "total_only": False, "prorated": False,
                                 "safety": "negative", "created_at": NOW, "changed_at": NOW})  # fmt: skip


def spec() -> Spec:
    """Give what is made: full-data over the whole year."""
    from gipt.queries.lists import all_site_ids

    return Spec(
        find_definition("full-data"), Period(date(2026, 1, 1), date(2026, 12, 31)),
        tuple(all_site_ids().values()), "en", "R-0001", "operator", NOW,
    )  # fmt: skip


def ours(data: Path) -> Made:
    """Make the workbook as the report run does."""
    return make_file(spec(), data / "full.xlsx", lambda _stage, _percent: None)


def read_rows() -> dict[str, list[ROW]]:
    """Read the rows of the three large sheets as our writer gets them."""
    asked = spec()
    with snapshot() as connection:
        programming = read_programming(connection, NOW)
        scope = Scope(asked.site_ids, asked.period, effective(asked.definition, programming).basis)
        facts = read_facts(connection, scope, programming.rules)
        lines = Lines(connection, scope, programming.rules, facts).full_rows()
        return {
            "Members": list(lines.members()), "Sessions": list(lines.sessions()), "Outcomes": list(lines.outcomes())
        }  # fmt: skip


def by_us(sheets: dict[str, list[ROW]], target: Path) -> None:
    """Write with our own writer, as the sheets of a report."""
    kinds = {"Members": (MEMBER_COLUMNS, MEMBER_RUNS), "Sessions": (SESSION_COLUMNS, SESSION_RUNS),
             "Outcomes": (OUTCOME_COLUMNS, OUTCOME_RUNS)}  # fmt: skip
    made = tuple(
        Sheet(
            name.lower(), name, tuple(Column(code, code, kind) for code, kind in kinds[name][0]),
            stream=rows.__iter__, runs=kinds[name][1],
        )
        for name, rows in sheets.items()
    )  # fmt: skip
    write_xlsx(Workbook("Bench", "gipt", NOW, "en", False, "", made), target)


def by_openpyxl(sheets: dict[str, list[ROW]], target: Path) -> None:
    """Write with openpyxl's write-only mode; it uses lxml where that is installed."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(target)


def by_xlsxwriter(sheets: dict[str, list[ROW]], target: Path) -> None:
    """Write with XlsxWriter and constant memory."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()


def by_pandas(sheets: dict[str, list[ROW]], target: Path) -> None:
    """Write with pandas through its openpyxl engine, frames made from the rows inside the clock."""
    import pandas

    with pandas.ExcelWriter(target, engine="openpyxl") as book:
        for name, rows in sheets.items():
            pandas.DataFrame(rows).to_excel(book, sheet_name=name, index=False, header=False)


def by_rust(sheets: dict[str, list[ROW]], target: Path) -> None:
    """Write with a writer whose core is Rust; it takes mappings, which are made inside the clock."""
    from rustpy_xlsxwriter import write_worksheets

    write_worksheets(
        [
            (name, [dict(zip(map(str, range(len(row))), row, strict=True)) for row in rows])
            for name, rows in sheets.items()
        ],
        str(target),
    )


WRITERS: dict[str, Callable[[dict[str, list[ROW]], Path], None]] = {
    "openpyxl write-only + lxml": by_openpyxl,
    "XlsxWriter constant_memory": by_xlsxwriter,
    "pandas, openpyxl engine": by_pandas,
    "rustpy-xlsxwriter": by_rust,
}


def cpu(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the least CPU seconds of a piece of work: what others did on the machine only adds."""
    spent = []
    for _ in range(rounds):
        gc.collect()
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent)


def write_cpu(
    write: Callable[[dict[str, list[ROW]], Path], None], sheets: dict[str, list[ROW]], target: Path
) -> float:
    """Give the CPU seconds in which a writer writes the same rows."""
    return cpu(lambda: write(sheets, target), 2)


def deflate(path: Path) -> None:
    """Deflate the XML of a finished workbook once more: what any writer must at least do."""
    import zipfile

    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            packer = zlib.compressobj(6)
            with package.open(name) as part:
                for chunk in iter(lambda part=part: part.read(1 << 16), b""):
                    packer.compress(chunk)
            packer.flush()


def read_plainly(data: Path) -> int:
    """Read through the driver, with plain SQL, the rows that a report counts; give how many."""
    with sqlite3.connect(f"file:{data / 'gipt.sqlite'}?mode=ro", uri=True) as driver:
        found = 0
        for table in PLAIN:
            rows = driver.execute(f"SELECT * FROM {table}")
            while part := rows.fetchmany(5_000):
                found += len(part)
        return found


def funder(data: Path) -> tuple[float, float, int]:
    """Give CPU seconds of the funder's workbook and of reading its rows with plain SQL, and how many rows."""
    with application(data).app_context():
        asked = replace(spec(), definition=find_definition("funder-standard"))
        spent = cpu(lambda: make_file(asked, data / "funder.xlsx", lambda _stage, _percent: None), 1)
        db.session.remove()
        db.engine.dispose()
    return spent, cpu(lambda: read_plainly(data), 1), read_plainly(data)


def measure(folder: Path) -> Ratios:
    """Measure the export of 10,000 members against the others, and its memory at ten times as many."""
    small, large = folder / "small", folder / "large"
    fill(small, MEMBERS)
    app = application(small)
    others, sizes = {}, {}
    with app.app_context():
        spent = cpu(lambda: ours(small))
        deflating = cpu(lambda: deflate(small / "full.xlsx"))
        reading = cpu(read_rows, 2)
        sheets = read_rows()
        count = sum(len(rows) for rows in sheets.values())
        for name, write in {"gipt": by_us, **WRITERS}.items():
            others[name] = write_cpu(write, sheets, folder / "other.xlsx")
            sizes[name] = (folder / "other.xlsx").stat().st_size
        del sheets
        db.session.remove()
        db.engine.dispose()
    writing = others.pop("gipt")
    server = on_postgres(folder / "server") if SERVER else None
    fill(large, MANY)
    peak = {MEMBERS: peak_of(small), MANY: peak_of(large)}
    return Ratios(spent, writing, others, reading, deflating, count, peak, sizes, server, funder(large))


def on_postgres(folder: Path) -> Postgres:
    """Measure the export on PostgreSQL: time with 10,000 members, memory also with ten times as many."""
    folder.mkdir()
    with on_server(folder / "small", MEMBERS) as url:
        with application(folder / "small", url).app_context():
            spent, reading = cpu(lambda: ours(folder / "small")), cpu(read_rows, 2)
            db.session.remove()
            db.engine.dispose()
        peak = {MEMBERS: peak_of(folder / "small", url)}
    with on_server(folder / "large", MANY) as url:
        peak[MANY] = peak_of(folder / "large", url)
    return Postgres(spent, reading, peak)


@contextmanager
def on_server(data: Path, members: int) -> Iterator[str]:
    """Make a programme of this size in a database of its own; give its address, and drop it afterwards."""
    server = sa.create_engine(
        database_url({"GIPT_DATABASE_URL": SERVER or ""}, Path()), isolation_level="AUTOCOMMIT"
    )
    name = f"gipt_bench_{os.getpid()}_{members}"
    with server.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    url = server.url.set(database=name).render_as_string(hide_password=False)
    try:
        fill(data, members, url)
        yield url
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.dispose()


def peak_of(data: Path, url: str | None = None) -> float:
    """Give the peak memory (MB) of a process that makes one workbook."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.export", str(data)], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "GIPT_BENCH_URL": url or ""},
    )  # fmt: skip
    return float(json.loads(done.stdout.splitlines()[-1])["peak_mb"])


def peak_mb() -> float:
    """Give the most memory (MB) that this program took; the figure of `resource` starts with that of its parent."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with application(folder, os.environ.get("GIPT_BENCH_URL")).app_context():
        ours(folder)
    print(json.dumps({"peak_mb": peak_mb()}))
