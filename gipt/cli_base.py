"""What every command of the line shares: the clock, one sentence for a refusal, the open installation, who acts."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from gipt import create_app, migrations
from gipt.domain.access import OPERATOR, Actor
from gipt.domain.problems import Invalid, NotReady, Problem, Unknown
from gipt.i18n import use_language
from gipt.queries.staff import find_actor
from gipt.words import sentence

Command = TypeVar("Command", bound=Callable[..., Any])


def now() -> datetime:
    """Give the current time, aware and in UTC."""
    return datetime.now(UTC)


def refuse(message: str) -> None:
    """End with one sentence on stderr and exit code 1."""
    click.echo(message, err=True)
    sys.exit(1)


def say(result: dict[str, Any], as_json: bool, line: str) -> None:
    """Print one JSON object, or one line for a person."""
    click.echo(json.dumps(result, ensure_ascii=False, default=str) if as_json else line)


def refused_in_words(command: Command) -> Command:
    """Turn a named fault into its sentence and exit code 1; a fault of ours keeps its traceback."""

    @wraps(command)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            with use_language("en"):
                return command(*args, **kwargs)
        except Problem as problem:
            return refuse(str(sentence(problem)))
        except OSError as error:
            return refuse(f"The file {Path(error.filename or '?').name} cannot be used: {error.strerror}.")

    return call  # type: ignore[return-value]


@contextmanager
def application() -> Any:
    """Open the installation named by GIPT_DATA; raises NotReady when it is not there or too old."""
    app = create_app()
    with app.app_context():
        revision = migrations.current_revision()
        if revision != migrations.HEAD:
            raise NotReady(missing=["database_upgraded" if revision else "initialised"])
        yield app


def actor_named(name: str | None) -> Actor:
    """Give the person of a sign-in name with their roles, the operator without one; raise Unknown."""
    if name is None:
        return OPERATOR
    found = find_actor(name)
    if found is None:
        raise Unknown(kind="staff", name=name, known=[])
    return found


as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
by_option = click.option(
    "--by", "by_name", default=None, help="Sign-in name of who does it; else the operator."
)


def check_target(path: Path) -> None:
    """Refuse a place where no file can be written, before any work is done."""
    if path.is_dir():
        raise Invalid(field="to_file", reason="not_a_file", name=path.name)
    if not path.parent.is_dir():
        raise Invalid(field="to_file", reason="no_such_folder", name=path.name)


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str, int], None]]:
    """Give a function that shows per cent done on a terminal; nothing in a pipe or with --json."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage, percent: None
        return
    with click.progressbar(length=100, file=sys.stderr, show_pos=False) as bar:

        def tell(stage: str, percent: int) -> None:
            bar.label = stage
            bar.update(max(0, percent - bar.pos))

        yield tell
        bar.update(100 - bar.pos)
