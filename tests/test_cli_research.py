"""`gipt export research` writes a package under an agreement, and refuses one without in a sentence."""

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from gipt import cli, cli_base
from gipt.db import db
from gipt.models import ReportTerms
from tests.actions.test_report_research import FILES, agree
from tests.cast import Cast
from tests.world import make_running_group

DAYS = ("--from", "2025-12-01", "--to", "2026-03-31")
TERMS = {
    "--agreement": "MoU 2026/04", "--recipient": "Invented University", "--purpose": "Who comes",
    "--licence": "agreement",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _installation(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_base, "create_app", lambda: app)


def run(report: str, target: Path, terms: dict[str, str]) -> Result:
    said = [part for pair in terms.items() for part in pair]
    return CliRunner().invoke(cli.main, ["export", report, *DAYS, "--to-file", str(target), *said, "--json"])


def test_a_package_is_written_with_its_terms(cast: Cast, tmp_path: Path) -> None:
    for number in range(3):
        world = make_running_group(
            cast, members=10, first=date(2026, 1, 12), name=f"Group {number}", offset=10 * number
        )
        agree(cast, world.member_ids)
    target = tmp_path / "package.zip"
    result = run("research", target, {**TERMS, "--k": "6"})
    assert result.exit_code == 0, result.stderr
    said = json.loads(result.stdout)
    assert (said["report"], said["sheets"], said["rows"]["persons"]) == (
        "research", ["persons", "sessions", "scores"], 30,
    )  # fmt: skip
    with zipfile.ZipFile(target) as archive:
        assert set(archive.namelist()) == FILES
        readme = archive.read("README.txt").decode()
    assert all(TERMS[name] in readme for name in ("--agreement", "--recipient", "--purpose"))
    assert db.session.scalars(sa.select(ReportTerms.k)).one() == 6


@pytest.mark.parametrize("missing", list(TERMS))
def test_without_its_terms_there_is_none(missing: str, tmp_path: Path) -> None:
    result = run(
        "research", tmp_path / "x.zip", {name: text for name, text in TERMS.items() if name != missing}
    )
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "not answered yet" in result.stderr
    assert list(tmp_path.glob("*.zip*")) == []


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        ({"--k": "4"}, "5"),
        ({"--k": "51"}, "50"),
        ({"--licence": "cc_by_nc"}, "11 or more"),
        ({}, "Too few people"),
    ],
    ids=["k of 4", "k of 51", "public with k of 5", "nobody agreed"],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    terms: dict[str, str], named: str, tmp_path: Path
) -> None:
    result = run("research", tmp_path / "x.zip", TERMS | terms)
    assert (result.exit_code, named in result.stderr, result.stderr.count("\n")) == (1, True, 1)
    assert list(tmp_path.glob("*.zip*")) == []


def test_other_reports_take_no_terms(tmp_path: Path) -> None:
    result = run("funder-standard", tmp_path / "x.xlsx", {"--agreement": "MoU 2026/04"})
    assert (result.exit_code, result.stderr) == (
        1, "Agreement: only a research package takes it. Please leave it out.\n",
    )  # fmt: skip
