"""`gipt interop` looks before it sends, says in JSON what it did, and refuses in one sentence."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from gipt import cli, cli_base
from gipt.actions.report_files import settings
from gipt.config import OtherSystem
from tests.actions.test_interop import MAP
from tests.cast import Cast
from tests.interop.fake_dhis2 import TOKEN, FakeDhis2, fake_dhis2
from tests.world import hold_meeting, make_running_group

QUARTER = ("--from", "2026-01-01", "--to", "2026-03-31")


@pytest.fixture
def dhis2(app: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDhis2]:
    folder = tmp_path / "own" / "dhis2"
    folder.mkdir(parents=True)
    (folder / "hmis.toml").write_text(MAP, "utf-8")
    hold_meeting(cast, make_running_group(cast, members=12, first=date(2026, 2, 9)), 1)
    monkeypatch.setattr(cli_base, "create_app", lambda: app)
    with fake_dhis2() as server:
        other = OtherSystem(server.url, TOKEN)
        app.extensions["gipt.settings"] = replace(settings(), exports=tmp_path / "own", dhis2=other)
        yield server


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, ["interop", *map(str, arguments)])


def test_without_send_nothing_is_sent(dhis2: FakeDhis2) -> None:
    result = run("dhis2", "hmis", *QUARTER, "--json")
    assert result.exit_code == 0, result.stderr
    said = json.loads(result.stdout)
    assert said.keys() == {"code_map", "host", "sent", "counts", "values", "outcome"}
    assert (said["sent"], said["outcome"], said["host"]) == (False, None, "127.0.0.1")
    assert said["counts"] == {"new": 1, "same": 0, "changed": 0, "hidden": 2, "not_sent": 0}
    assert said["values"][1] == {
        "figure": "F5", "site": "HILL", "org_unit": "orgUnit0001", "data_element": "element0002", "ours": None,
        "theirs": None, "change": "hidden",
    }  # fmt: skip
    assert dhis2.values == []
    assert "Nothing was sent." in run("dhis2", "hmis", *QUARTER).stdout


def test_with_send_it_is_sent_and_said(dhis2: FakeDhis2) -> None:
    result = run("dhis2", "hmis", *QUARTER, "--send", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["outcome"] == {
        "ok": True, "imported": 1, "updated": 0, "ignored": 0, "conflicts": 0,
    }  # fmt: skip
    assert [one["value"] for one in dhis2.values] == ["12"]
    dhis2.unknown = frozenset({"element0001"})
    refused = run("dhis2", "hmis", *QUARTER, "--send")
    assert refused.exit_code == 1
    assert "refused some" in refused.stdout


def test_the_same_values_as_a_file(dhis2: FakeDhis2, tmp_path: Path) -> None:
    target = tmp_path / "set.xml"
    result = run("adx", "hmis", *QUARTER, "--to-file", target, "--json")
    assert result.exit_code == 0, result.stderr
    said = json.loads(result.stdout)
    assert (said["values"], said["hidden"], said["bytes"]) == (1, 2, target.stat().st_size)
    assert b"urn:ihe:qrph:adx:2015" in target.read_bytes()


def test_the_code_maps_are_listed(dhis2: FakeDhis2) -> None:
    said = json.loads(run("list", "--json").stdout)
    assert {row["code_map"] for row in said["rows"]} == {"example", "hmis"}
    assert "hmis: 3 values, quarterly" in run("list").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("dhis2", "nope", *QUARTER), "There is no code map “nope”."),
        (("dhis2", "hmis", "--from", "2026-01-01", "--to", "2026-06-30"), "one period at a time"),
        (("dhis2", "example", *QUARTER), "We could not find this."),
    ],
)
def test_a_refusal_is_one_sentence_on_stderr(
    dhis2: FakeDhis2, arguments: tuple[str, ...], sentence: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert result.stdout == ""


def test_the_token_is_in_no_output(dhis2: FakeDhis2) -> None:
    dhis2.status = 401
    result = run("dhis2", "hmis", *QUARTER)
    assert result.exit_code == 1
    assert "does not accept the token" in result.stderr
    assert TOKEN not in result.output
