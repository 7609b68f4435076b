"""The command line by hand: what is refused and how, the keys of `--json` as docs/cli.md has them, what is stored."""

import json
import re
import socket
import stat
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from gipt import cli, cli_base, cli_plan
from gipt.actions.groups import GroupRecord, form_group
from gipt.actions.staff import add_leave
from gipt.db import db
from gipt.models import AuditEvent, CurriculumVersion, Cycle, Grant, SignIn, Staff
from tests.cast import NOW, Cast
from tests.conftest import POSTGRES
from tests.world import make_running_group

PAPER = (Path(__file__).parents[1] / "docs" / "cli.md").read_text("utf-8")


@pytest.fixture
def installation(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Give the cast to the command line, which opens the application of this test."""
    monkeypatch.setattr(cli_base, "create_app", lambda: app)
    return cast


@pytest.fixture
def group(installation: Cast) -> str:
    """Form a group without a cycle; gives its code."""
    record = GroupRecord(site_id=installation.own, name="Hill 9", note="Made for tests")
    form_group(record=record, member_ids=(), by=installation.actor("coordinator"), now=NOW)
    return "G-0001"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [*map(str, arguments)])


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def keys_of(command: str) -> set[str]:
    """Give the outer keys that the paper names under a command."""
    part = PAPER.split(f"### `gipt {command}", 1)[1].split("\n### ", 1)[0]
    block = " ".join(line.strip() for line in part.splitlines() if line.startswith("    "))
    return set(re.findall(r'"(\w+)"', re.sub(r"\[[^\[\]]*(\[[^\[\]]*\][^\[\]]*)*\]|: \{[^}]*\}", "", block)))


PLAN = (
    "plan",
    "--facilitator",
    "facilitator.own",
    "--curriculum",
    "who-8",
    "--weekday",
    "tue",
    "--time",
    "10:00",
)


def test_a_dry_run_of_a_plan_says_why_and_stores_nothing(group: str) -> None:
    said = answer(*PLAN, "--group", group, "--start", "2027-03-01", "--dry-run")
    assert said.keys() == keys_of("plan --group")
    assert [one["number"] for one in said["sessions"]] == [*range(1, 9)]
    assert [(one["date"], one["reasons"][0]["sentence"]) for one in said["skipped"]] == [
        ("2027-03-09", "Eid al-Fitr: closed on this day.")
    ]
    for table in (Cycle, CurriculumVersion):
        assert not db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_plan_is_stored_and_audited_as_the_operator(group: str) -> None:
    said = answer(*PLAN, "--group", group, "--start", "2027-03-01")
    cycle = db.session.scalars(sa.select(Cycle)).one()
    assert (said["cycle"], cycle.status) == (cycle.id, "planned")
    actors = db.session.scalars(sa.select(AuditEvent.actor).where(AuditEvent.action == "plan_cycle")).all()
    assert set(actors) == {"operator"}
    again = run(*PLAN, "--group", group, "--start", "2027-03-01")
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)


def test_lines_for_a_person_say_warnings_in_words(installation: Cast, group: str) -> None:
    add_leave(
        staff_id=installation.staff_id("facilitator"), first_on=date(2027, 3, 16), last_on=date(2027, 3, 18),
        by=installation.actor("coordinator"), now=NOW,
    )  # fmt: skip
    result = run(*PLAN, "--group", group, "--start", "2027-03-01", "--dry-run")
    assert (
        "not 2027-03-09 (for session 2): Eid al-Fitr: closed on this day. Its date may move." in result.stdout
    )
    assert "The facilitator is away on this day." in result.stdout
    assert "_" not in result.stdout, "no codes where words are read"
    assert result.stdout.endswith("Nothing was stored.\n")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"--start": "2027-02-30"}, "is no date"),
        ({"--start": "1/3/2027"}, "is no date"),
        ({"--start": "9999-12-01"}, "check the year"),
        ({"--start": "0001-01-01"}, "check the year"),
        ({"--start": "1901-01-01"}, "from 1950 to 2150"),
        ({"--time": "25:00"}, "like 14:30"),
        ({"--time": "10:00+05:00"}, "like 14:30"),
        ({"--weekday": "someday"}, "monday"),
        ({"--curriculum": "who-9"}, "who-8"),
        ({"--group": "G-99"}, "gipt list groups"),
        ({"--facilitator": "nobody"}, "sign-in name"),
    ],
)
def test_a_wrong_plan_is_refused_in_one_sentence(group: str, changed: dict[str, str], words: str) -> None:
    line = {"--group": group, "--curriculum": "who-8", "--start": "2027-03-01", "--weekday": "wed",
            "--time": "10:00"} | changed  # fmt: skip
    result = run("plan", *(part for pair in line.items() for part in pair))
    assert (result.exit_code, result.stderr.count("\n"), result.stdout) == (1, 1, ""), result.exception
    assert words in result.stderr


def test_a_line_that_cannot_be_parsed_exits_with_2() -> None:
    for line in (["plan", "--group", "G-0001"], ["listt"], ["serve", "--port", "x"], ["user", "add"]):
        assert run(*line).exit_code == 2


def test_a_new_person_gets_a_link(installation: Cast) -> None:
    said = answer("user", "add", "ruth", "--role", "facilitator", "--site", "HILL")
    assert said.keys() == keys_of("user add")
    assert (said["name"], said["role"], said["site"], said["hours"]) == ("ruth", "facilitator", "HILL", 24)


def test_a_role_is_added_to_a_person_who_then_signs_in_afresh(installation: Cast) -> None:
    staff_id = installation.staff_id("facilitator")
    name = db.session.scalar(sa.select(Staff.sign_in_name).where(Staff.id == staff_id))
    assert name is not None
    from gipt.actions.sign_ins import open_sign_in

    open_sign_in(staff_id=staff_id, kind="phone", by=installation.actor("facilitator"), now=NOW)
    answer("user", "add", name, "--role", "supervisor")
    held = db.session.scalars(sa.select(Grant.role).where(Grant.staff_id == staff_id)).all()
    assert sorted(held) == ["facilitator", "supervisor"]
    still = sa.select(sa.func.count()).where(SignIn.staff_id == staff_id, SignIn.ended_at.is_(None))
    assert db.session.scalar(still) == 0
    answer("user", "add", name, "--role", "supervisor")
    assert len(db.session.scalars(sa.select(Grant.role).where(Grant.staff_id == staff_id)).all()) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("user", "add", "ann", "--role", "king"), "facilitator"),
        (("user", "add", "ann", "--role", "admin", "--site", "NOPE"), "gipt list sites"),
        (("user", "add", "", "--role", "admin"), "letters"),
        (("list", "cats"), "members"),
        (("import", "people", "none.xlsx"), "There is no file none.xlsx."),
        (("import", "people", "."), "is a folder"),
        (("restore", "none.backup"), "There is no file none.backup."),
        (("backup", "no-such-folder/b"), "Make it first"),
        (("template", "people", "--to-file", "."), "is a folder"),
        (
            ("export", "funder-standard", "--from", "0001-01-01", "--to", "9999-12-31", "--to-file", "x"),
            "year",
        ),
    ],
)
@pytest.mark.usefixtures("installation")
def test_what_is_refused_names_what_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...], words: str
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    result = run(*line)
    assert (result.exit_code, result.stderr.count("\n"), result.stdout) == (1, 1, ""), result.exception
    assert words in result.stderr
    assert not [*here.iterdir()]


ROWS = PAPER.split("Keys of a row:", 1)[1].split("\n\n")[0]
ROW_KEYS = {
    kind: set(names.split()) for kind, names in re.findall(r"(\w+) `([\w ]+)`", " ".join(ROWS.split()))
}


@pytest.mark.parametrize("kind", sorted(cli.lists.KINDS))
def test_lists_have_the_keys_of_the_paper_and_no_names(installation: Cast, kind: str) -> None:
    make_running_group(installation, members=2)
    said = answer("list", kind)
    assert said.keys() == keys_of("list")
    assert said["count"] == len(said["rows"])
    for row in said["rows"]:
        assert row.keys() == ROW_KEYS[kind]
    assert "Grace Akello" not in json.dumps(said)
    assert said["rows"] or kind in {"episodes", "reports"}


def test_the_doctor_says_what_the_paper_names(installation: Cast) -> None:
    said = answer("doctor")
    assert said.keys() == keys_of("doctor")
    assert (said["ok"], said["audit_chain"], said["last_backup"]) == (True, "whole", None)


@pytest.mark.skipif(
    POSTGRES is not None, reason="a backup of PostgreSQL is tried in tests/actions/test_restores.py"
)
def test_a_backup_says_what_the_paper_names(installation: Cast, tmp_path: Path) -> None:
    target = tmp_path / "b.gipt-backup"
    said = answer("backup", target)
    assert said.keys() == keys_of("backup")
    assert said["verified"] is True
    made = datetime.fromisoformat(answer("doctor")["last_backup"])
    assert made.tzinfo is not None
    assert datetime.now(UTC) - timedelta(minutes=5) < made <= datetime.now(UTC)
    again = run("backup", target)
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)


def test_the_reader_of_a_pipe_may_stop(installation: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(cli.json, "dumps", gone)
    result = run("list", "sites", "--json")
    assert (result.exit_code, result.stderr) == (1, "")


# --- in a folder of its own --------------------------------------------------------------------------------------


def gipt(data: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "gipt.cli", *arguments],
        env={"GIPT_DATA": str(data), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **more},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_nobody_else_on_the_machine_reads_the_database(tmp_path: Path) -> None:
    data = tmp_path / "open"
    data.mkdir(mode=0o755)
    assert gipt(data, "init").returncode == 0
    for file in data.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file.name


def test_a_demonstration_is_not_mixed_with_other_files(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    result = gipt(tmp_path, "demo", "--no-serve")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "This data directory holds other files. Name an empty one with GIPT_DATA.\n"
    assert [one.name for one in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_demonstration_is_not_played_beside_people(tmp_path: Path) -> None:
    assert gipt(tmp_path, "init").returncode == 0
    assert gipt(tmp_path, "user", "add", "ann", "--role", "admin").returncode == 0
    result = gipt(tmp_path, "demo", "--no-serve")
    assert (result.returncode, result.stdout) == (1, "")
    assert (
        result.stderr == "This data directory holds a programme already. Name an empty one with GIPT_DATA.\n"
    )


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path) -> None:
    assert gipt(tmp_path, "init").returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = gipt(tmp_path, "serve", "--port", str(taken.getsockname()[1]))
    assert (result.returncode, result.stderr) == (
        1,
        "Something else uses this port. Choose another with --port.\n",
    )


def test_a_list_of_languages_that_is_wrong_is_named_in_a_sentence(tmp_path: Path) -> None:
    own = tmp_path / "translations"
    own.mkdir()
    (own / "languages.toml").write_text('[xog]\nname = "Lusoga"\n', "utf-8")
    result = gipt(tmp_path / "data", "catalogs", "coverage", GIPT_TRANSLATIONS=str(own))
    assert (result.returncode, result.stderr) == (1, "languages.toml: please check “xog.english_name”.\n")


def test_plans_are_read_by_the_line_only_as_hours_and_minutes() -> None:
    assert cli_plan.parse_time("09:05").isoformat("minutes") == "09:05"
