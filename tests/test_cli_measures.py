"""`gipt measures`: check, load, show and list wordings from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from gipt import cli_base
from gipt.cli import main
from gipt.db import db
from gipt.domain.measures import PHQ9
from gipt.queries.measure_wordings import loaded_wordings
from tests import wordings as made
from tests.cast import Cast

Run = Callable[..., Result]
WANTED = ("--measure", "phq9", "--language", "sw")
EVIDENCE = ("--cut-off", "9", "--population", "Invented people", "--permission", "None needed")


@pytest.fixture
def run(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a function that runs a command line on the test's own installation."""
    monkeypatch.setattr(cli_base, "create_app", lambda: app)
    return lambda *line: CliRunner().invoke(main, ["measures", *map(str, line)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "q.po"
    path.write_bytes(made.po(PHQ9))
    return path


def test_a_wording_is_checked_loaded_shown_and_listed(run: Run, file: Path) -> None:
    checked = run("check", file, *WANTED)
    assert checked.exit_code == 0, checked.output
    assert "Whole. Nothing was stored." in checked.output
    done = run("load", file, *WANTED, *EVIDENCE, "--by", "translator.own", "--json")
    assert done.exit_code == 0, done.output
    result = json.loads(done.output)
    assert (result["kind"], result["cut_off"], result["in_use"], result["waits"]) == ("po", 9, False, True)
    assert (result["citation"], result["licence"]) == ("Invented 2020", "Invented")
    shown = run("show", "phq9", "sw")
    assert "Waits for approval by two people" in shown.output
    assert "phq9/q1: Little interest or pleasure in doing things | maneno q1" in shown.output
    rows = json.loads(run("list", "--json").output)["rows"]
    assert [row["words"] for row in rows if (row["measure"], row["language"]) == ("phq9", "sw")] == [
        "Waits for approval by two people"
    ]
    db.session.rollback()
    assert len(loaded_wordings(["sw"])) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("check", "FILE", "--measure", "epds", "--language", "sw"), "There is no measure “epds”."),
        (("check", "FILE", "--measure", "phq2", "--language", "sw"), "is missing in this file"),
        (("check", "FILE", "--measure", "phq9", "--language", "xx"), "xx"),
        (("check", "FILE", "--measure", "phq9", "--language", "fr"), "not for “fr”"),
        (("load", "FILE", *WANTED, *EVIDENCE, "--citation", " "), "Source: not answered yet."),
        (("load", "FILE", *WANTED, *EVIDENCE, "--by", "nobody"), "Nobody has the sign-in name"),
        (("load", "FILE", *WANTED, *EVIDENCE, "--by", "me.own"), "Your role does not include this."),
        (("show", "phq9", "xx"), "xx"),
    ],
)
def test_what_is_refused_is_one_sentence(run: Run, file: Path, line: tuple[str, ...], words: str) -> None:
    done = run(*[file if one == "FILE" else one for one in line])
    assert done.exit_code == 1
    assert words in done.output
    assert len(done.output.strip().splitlines()) == 1
