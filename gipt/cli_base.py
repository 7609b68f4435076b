"""What every command of the line shares: the clock, one sentence for a refusal, the open installation, who acts,
and the reading of dates, roles and codes.
"""

import errno
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from gipt import create_app, migrations
from gipt.domain.access import OPERATOR, Actor, Role
from gipt.domain.periods import FIRST_YEAR, LAST_YEAR
from gipt.domain.problems import BadDefinition, Invalid, NotReady, Problem, Unknown
from gipt.i18n import use_language
from gipt.queries import lists
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


def words_for(problem: Problem) -> str:
    """Give the sentence of a fault; a list of languages that is wrong cannot say so in any of them."""
    try:
        return str(sentence(problem))
    except BadDefinition as broken:
        return f"{broken.details['file']}: please check “{broken.details['key']}”."


def refused_in_words(command: Command) -> Command:
    """Turn a named fault into its sentence and exit code 1; a fault of ours keeps its traceback."""

    @wraps(command)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            with use_language("en"):
                return command(*args, **kwargs)
        except Problem as problem:
            return refuse(words_for(problem))
        except BrokenPipeError:
            raise  # "gipt list members | head": the reader had enough; click ends without a word
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return refuse("Something else uses this port. Choose another with --port.")
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


def check_source(path: Path) -> None:
    """Refuse a file that is not there, before it is called unreadable."""
    if path.is_dir():
        raise Invalid(field="file", reason="not_a_file", name=path.name)
    if not path.exists():
        raise Invalid(field="file", reason="no_such_file", name=path.name)


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


def parse_date(text: str, field: str) -> date:
    """Read YYYY-MM-DD; raise Invalid naming the option when it is no date, or one that nobody can mean."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(field=field, reason="iso_date", value=text) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(field=field, reason="far_year")
    return day


def parse_time(text: str) -> time:
    """Read HH:MM, the time on the clock of the place; raise Invalid."""
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        clock = None
    if clock is None or clock.tzinfo is not None:
        raise Invalid(field="time", reason="not_a_time", value=text)
    return clock


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse_weekday(text: str) -> int:
    """Read an English weekday or its first three letters; Monday is 0."""
    for number, name in enumerate(WEEKDAYS):
        if text.casefold() in (name, name[:3]):
            return number
    raise Unknown(kind="weekday", name=text, known=list(WEEKDAYS))


def parse_role(text: str) -> Role:
    """Read a role; raise Unknown naming the roles there are."""
    try:
        return Role(text)
    except ValueError:
        raise Unknown(kind="role", name=text, known=[role.value for role in Role]) from None


def site_id_of(code: str | None) -> str | None:
    """Give the id of a site code; raise Unknown for another."""
    if code is None:
        return None
    found = lists.find_site_id(code)
    if found is None:
        raise Unknown(kind="site", name=code, known=[])
    return found
