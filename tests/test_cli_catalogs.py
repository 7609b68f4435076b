"""`gipt catalogs export` and `import`: out as three kinds of file, back after a look."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from gipt import cli_base
from gipt.cli import main
from gipt.db import db
from gipt.models import AuditEvent, TranslationEdit
from tests.cast import Cast

GUIDE = "curriculum-who-8"


@pytest.fixture
def run(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Give a function that runs a command line on the test's own installation."""
    monkeypatch.setattr(cli_base, "create_app", lambda: app)

    def call(*line: str) -> Result:
        return CliRunner().invoke(main, [str(one) for one in line])

    return call


@pytest.mark.parametrize("suffix", ["po", "xlf", "xlsx"])
def test_a_catalog_goes_out_and_an_untouched_one_changes_nothing(run, tmp_path: Path, suffix: str) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / f"guide.{suffix}"
    done = run("catalogs", "export", "sw", GUIDE, str(file))
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Written:")
    back = run("catalogs", "import", str(file), "--json")
    result = json.loads(back.output)
    assert (result["language"], result["domain"], result["applied"]) == ("sw", GUIDE, False)
    assert result["counts"]["unchanged"] > 300
    assert sum(result["counts"].values()) == result["counts"]["unchanged"]


def test_a_file_is_shown_first_and_taken_by_name(run, tmp_path: Path, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "guide.po"
    run("catalogs", "export", "sw", GUIDE, str(file))
    before = 'msgctxt "who-8/session-1/title"\n'
    head, tail = file.read_text("utf-8").split(before)
    english, _mark, rest = tail.partition("\nmsgstr ")
    said = rest.partition("\n\n")[2]
    file.write_text(f'{head}{before}{english}\nmsgstr "Karibu tena"\n\n{said}', "utf-8")
    looked = run("catalogs", "import", str(file))
    assert "Changed: 1" in looked.output
    assert "Nothing was stored." in looked.output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TranslationEdit)) == 0
    taken = run("catalogs", "import", str(file), "--apply", "--by", "translator.own")
    assert taken.exit_code == 0, taken.output
    assert "Taken." in taken.output
    db.session.rollback()
    assert db.session.scalars(sa.select(TranslationEdit.texts)).all() == [["Karibu tena"]]
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n.desc())).first()
    assert event
    assert (event.action, event.actor_id) == ("apply_translation_file", cast.staff_id("translator"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("export", "xx", GUIDE, "x.po"), "could not find"),
        (("export", "sw", "no-such", "x.po"), "could not find"),
        (("export", "sw", GUIDE, "x.doc"), ".po, .xlf"),
        (("export", "sw", GUIDE, "x.po", "--format", "doc"), "po, xliff"),
        (("import", "missing.po"), "could not read"),
    ],
)
def test_what_is_not_possible_is_one_sentence(run, tmp_path: Path, line: tuple[str, ...], words: str) -> None:  # type: ignore[no-untyped-def]
    done = run(
        "catalogs", *[str(tmp_path / one) if one.startswith(("x.", "missing")) else one for one in line]
    )
    assert done.exit_code == 1
    assert words in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_a_name_that_nobody_has_and_a_role_that_may_not_are_refused(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "guide.xlf"
    run("catalogs", "export", "sw", GUIDE, str(file))
    assert "Nobody has the sign-in name" in run("catalogs", "import", str(file), "--by", "nobody").output
    assert "Your role does not include this" in run("catalogs", "import", str(file), "--by", "me.own").output


def test_the_wording_of_a_measure_goes_out_and_never_in(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "measures.xlsx"
    assert run("catalogs", "export", "sw", "measures", str(file)).exit_code == 0
    assert "locked" in run("catalogs", "import", str(file), "--apply").output
