"""`gipt translations`: the same rules as on the pages, one sentence for what is refused."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from gipt import cli, cli_base
from gipt.actions.translations import edit_translation
from gipt.domain.guides import GuideStatus
from gipt.queries.translations import approved_words, get_translation
from tests.cast import NOW, Cast
from tests.world import make_curriculum

STAY = "protocol/step/stay"


@pytest.fixture(autouse=True)
def installed(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_base, "create_app", lambda: app)
    make_curriculum(cast, now=NOW)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["translations", *arguments])


def said(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def by(role: str) -> tuple[str, str]:
    return "--by", f"{role}.own"


def test_words_go_from_published_to_approved() -> None:
    found = said("publish", "who-8", "sw", *by("translator"))
    one = found["translation"]
    assert found == {"translation": one, "tag": "sw", "untranslated": 0}
    said("step", one, "translated", *by("translator"))
    said("step", one, "language_reviewed", *by("reviewer"), "--comment", "Read aloud")
    said("step", one, "clinically_reviewed", *by("clinical_lead"))
    said("evidence", one, "field_test", "Six women, one meeting.", *by("reviewer"))
    said("step", one, "field_tested", *by("reviewer"))
    assert said("step", one, "approved", *by("clinical_lead")) == {"translation": one, "status": "approved"}
    assert get_translation(one).status is GuideStatus.APPROVED
    listed = said("list", "sw")
    assert [row["status"] for row in listed["published"]] == ["approved"]
    guide = next(row for row in listed["coverage"] if row["domain"] == "curriculum-who-8")
    assert (guide["translated"], guide["total"], guide["changed"]) == (guide["total"], guide["total"], 0)
    assert "curriculum-who-8" in run("list").stdout


def test_exact_words_are_shown_before_they_are_signed_by_two_people(cast: Cast) -> None:
    edit_translation(
        domain="safety", tag="lg", key=STAY, text="Sigala awo.", by=cast.actor("translator"), now=NOW
    )
    shown = said("approve", "safety", "lg", STAY, *by("reviewer"))
    assert (shown["words"], shown["approval"]) == (["Sigala awo."], None)
    for role in ("reviewer", "clinical_lead"):
        assert said("approve", "safety", "lg", STAY, "--hash", shown["hash"], *by(role))["approval"]
    assert (STAY, shown["hash"]) in approved_words("safety", "lg")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (("publish", "who-8", "sw", "--by", "nobody"), "Nobody has the sign-in name “nobody”."),
        (("publish", "who-9", "sw", *by("translator")), "There is no curriculum “who-9”."),
        (("publish", "who-8", "xx", *by("translator")), "Language: please choose one of the list."),
        (("publish", "who-8", "sw", *by("coordinator")), "Your role does not include this."),
        (("step", "none", "translated", *by("translator")), "We could not find this."),
        (("step", "none", "great", *by("translator")), "There is no status “great”."),
        (("evidence", "none", "rumour", "x", *by("translator")), "There is no evidence “rumour”."),
        (("approve", "messages", "lg", STAY, *by("reviewer")), "There is no domain “messages”."),
        (("approve", "safety", "lg", STAY, *by("reviewer")), "We could not find this."),
    ],
)
def test_what_is_refused_is_one_sentence(line: tuple[str, ...], sentence: str) -> None:
    result = run(*line)
    assert result.exit_code == 1
    assert result.stderr.startswith(sentence)
