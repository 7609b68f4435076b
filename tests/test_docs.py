"""The papers say what is: every command and option, every variable, every command of make."""

import re
from pathlib import Path

import click
import pytest

from gipt.cli import main

ROOT = Path(__file__).resolve().parent.parent
CLI = (ROOT / "docs" / "cli.md").read_text("utf-8")
HEADINGS = "\n".join(line for line in CLI.splitlines() if line.startswith("### "))


def commands() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name, command in main.commands.items():
        if isinstance(command, click.Group):
            found += [(f"{name} {inner}", one) for inner, one in command.commands.items()]
        else:
            found.append((name, command))
    return found


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_command_and_option_stands_in_its_paper(name: str, command: click.Command) -> None:
    lines = [line for line in HEADINGS.splitlines() if f"`gipt {name}" in line]
    assert lines, f"gipt {name} is missing in docs/cli.md"
    options = {one.opts[-1] for one in command.params if isinstance(one, click.Option)} - {"--help"}
    assert [option for option in sorted(options) if option not in lines[0]] == []


def test_no_command_is_promised_that_does_not_exist() -> None:
    promised = set(
        re.findall(
            r"`gipt ([a-z]+(?: (?:add|extract|update|coverage|readability|check|list|dhis2|adx|publish|step|evidence"
            r"|approve|export|import|load|show))?)",
            HEADINGS,
        )
    )
    assert promised == {name for name, _ in commands()}


def test_every_variable_is_explained_to_the_operator() -> None:
    read = set()
    for path in (ROOT / "gipt").rglob("*.py"):
        read |= set(re.findall(r"[\"'`](GIPT_[A-Z_]+[A-Z])[\"'`]", path.read_text("utf-8")))
    paper = (ROOT / "docs" / "operator.md").read_text("utf-8")
    short = {name.replace("GIPT_SMTP", "") for name in read if name.startswith("GIPT_SMTP_")}
    plain = {name for name in read if not name.startswith("GIPT_SMTP_")}
    assert [name for name in sorted(plain | short) if f"`{name}`" not in paper and name != "_HOST"] == []


def test_help_names_every_target_of_make() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert targets is not None
    for target in set(targets[1].split()) - {"help"}:
        assert f"'make {target} " in text


def test_links_between_papers_lead_somewhere() -> None:
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), (path.name, target)
