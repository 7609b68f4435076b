"""`gipt exports check` names what is wrong with a definition; a server does not start with a wrong one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from gipt import cli, cli_base
from gipt.reports.definition import definition_names


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments)


@pytest.fixture
def wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of the programme's own with a definition that names an indicator nobody counts."""
    content = (Path("exports") / "cycle-summary.toml").read_text("utf-8")
    path = tmp_path / "ours.toml"
    path.write_text(content.replace('"cycle-summary"', '"ours"').replace('"I-26"', '"I-99"'), "utf-8")
    monkeypatch.setenv("GIPT_EXPORTS", str(tmp_path))
    return path


def test_the_shipped_reports_are_listed() -> None:
    result = run("exports", "check", "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert (said["ok"], said["problems"]) == (True, [])
    assert [one["id"] for one in said["reports"]] == list(definition_names())
    assert all(one.keys() == {"id", "version", "kind", "sheets"} for one in said["reports"])


def test_a_wrong_file_is_named_with_its_key_and_the_others_are_still_listed(wrong: Path) -> None:
    result = run("exports", "check", "--json")
    assert result.exit_code == 1
    assert result.stderr.startswith("ours.toml: “indicators” has no “I-99”. Please choose of: I-01")
    said = json.loads(result.stdout)
    assert not said["ok"]
    assert [(one["file"], one["key"], one["reason"]) for one in said["problems"]] == [
        ("ours.toml", "indicators", "unknown_name")
    ]
    assert "funder-standard" in [one["id"] for one in said["reports"]]


def test_a_server_does_not_start_with_a_wrong_file_and_the_doctor_tells_why(
    app: Flask, wrong: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.extensions, "gipt.settings", replace(app.extensions["gipt.settings"], exports=wrong.parent)
    )
    for module in (cli, cli_base):
        monkeypatch.setattr(module, "create_app", lambda *_settings: app)
    monkeypatch.setattr(cli, "run_server", lambda *_arguments: pytest.fail("it was started"))
    started = run("serve")
    assert (started.exit_code, started.stderr.count("\n")) == (1, 1)
    assert "ours.toml: “indicators”" in started.stderr
    told = run("doctor", "--json")
    assert told.exit_code == 1
    assert "“I-99”" in json.loads(told.stdout)["wrong_reports"][0]
