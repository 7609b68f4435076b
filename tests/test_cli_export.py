"""`gipt export` makes a workbook, says in JSON what is in it, and refuses in one sentence."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from gipt import cli, cli_base
from tests.cast import Cast
from tests.world import hold_meeting, make_running_group

KEYS = {
    "report", "definition_version", "from", "to", "sites", "language", "file", "sheets", "rows", "data_sha256",
    "file_sha256", "hidden_cells",
}  # fmt: skip
QUARTER = ("--from", "2026-01-01", "--to", "2026-03-31")


@pytest.fixture
def installation(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Give a running group to the command line, which opens the application of this test."""
    world = make_running_group(cast, members=3, first=date(2026, 1, 19))
    hold_meeting(cast, world, 1)
    monkeypatch.setattr(cli_base, "create_app", lambda: app)
    return app


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, ["export", *map(str, arguments)])


@pytest.mark.usefixtures("installation")
def test_the_funders_workbook_is_written_and_described(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    result = run("funder-standard", *QUARTER, "--to-file", target, "--json")
    assert result.exit_code == 0, result.stderr
    said = json.loads(result.stdout)
    assert said.keys() == KEYS
    assert said["sites"] == ["HILL", "LAKE"]
    assert (said["from"], said["to"], said["language"]) == ("2026-01-01", "2026-03-31", "en")
    assert said["file_sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert said["sheets"] == list(said["rows"])
    assert len(openpyxl.load_workbook(target).worksheets) == len(said["sheets"])
    assert said["hidden_cells"] > 0


@pytest.mark.usefixtures("installation")
def test_the_full_data_of_one_site_needs_no_whole_months(tmp_path: Path) -> None:
    result = run(
        "full-data", "--from", "2026-01-03", "--to", "2026-01-20", "--site", "HILL", "--to-file",
        tmp_path / "x.xlsx", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    said = json.loads(result.stdout)
    assert said["sites"] == ["HILL"]
    assert said["rows"]["members"] == 3  # enrolled two weeks before meeting 1, on 5 January
    assert said["hidden_cells"] == 0


@pytest.mark.usefixtures("installation")
def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    assert run("funder-standard", *QUARTER, "--to-file", target).exit_code == 0
    assert target.read_bytes()[:2] == b"PK"


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("nope", *QUARTER), "funder-standard"),
        (("funder-standard", "--from", "2026-13-01", "--to", "2026-03-31"), "2026-13-01"),
        (("funder-standard", "--from", "2026-01-02", "--to", "2026-03-31"), "whole months"),
        (("funder-standard", "--from", "2026-04-01", "--to", "2026-03-31"), "not before the first"),
        (("funder-standard", *QUARTER, "--site", "NOWHERE"), "NOWHERE"),
        (("funder-standard", *QUARTER, "--language", "tlh"), "tlh"),
    ],
    ids=["no such report", "bad date", "half a month", "backwards", "no such site", "no such language"],
)
def test_a_refusal_is_one_sentence_and_leaves_no_file(
    tmp_path: Path, arguments: tuple[str, ...], named: str
) -> None:
    result = run(*arguments, "--to-file", tmp_path / "out.xlsx")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert named in result.stderr
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.glob("*.xlsx*")) == []


@pytest.mark.usefixtures("installation")
def test_a_folder_that_does_not_exist_is_named_before_any_work(tmp_path: Path) -> None:
    result = run("funder-standard", *QUARTER, "--to-file", tmp_path / "no" / "out.xlsx")
    assert (result.exit_code, "out.xlsx" in result.stderr) == (1, True)


def test_a_line_that_cannot_be_parsed_exits_with_2() -> None:
    assert run("funder-standard").exit_code == 2


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize(
    ("report", "said"),
    [
        ("funder-standard", r"\d+ rows on 12 sheets\."),
        ("cycle-summary", r"\d+ rows on 1 sheet\."),
        ("full-data-csv", r"\d+ rows in \d files\."),
        ("measures-fhir", r"\d+ resources\."),
    ],
)
def test_the_last_line_says_sheets_of_a_workbook_and_files_of_a_zip(
    tmp_path: Path, report: str, said: str
) -> None:
    target = tmp_path / "out"
    result = run(report, *QUARTER, "--to-file", target)
    assert result.exit_code == 0, result.stderr
    assert re.fullmatch(f"{re.escape(str(target))}: {said}\n", result.stdout)


@pytest.mark.parametrize(
    ("public", "report", "shown"),
    [
        ("https://gipt.example.org/", "funder-standard", "https://gipt.example.org/verify"),
        ("https://gipt.example.org", "full-data", None),
        (None, "funder-standard", None),
    ],
    ids=["for a funder", "for inside", "no public address"],
)
def test_the_cover_says_where_a_report_can_be_checked(
    installation: Flask, tmp_path: Path, public: str | None, report: str, shown: str | None
) -> None:
    installation.extensions["gipt.settings"] = replace(
        installation.extensions["gipt.settings"], public_url=public
    )
    target = tmp_path / "out.xlsx"
    assert run(report, *QUARTER, "--to-file", target).exit_code == 0
    cover = dict(row[:2] for row in openpyxl.load_workbook(target).worksheets[0].iter_rows(values_only=True))
    assert cover.get("Whether it is unchanged, anybody can check at") == shown
    assert installation.url_map.bind("localhost").match("/verify")[0] == "verify.page"
