"""Who may import whom: read from the source with `ast`, so that no import needs to run.

A module that belongs to no layer fails; so does an import against the direction, also one inside a function.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gipt"


@dataclass(frozen=True)
class Layer:
    """Say what one layer may import: `ours` are layers, `others` packages from outside the standard library."""

    ours: frozenset[str]
    others: frozenset[str]


def layer(ours: str = "", others: str = "") -> Layer:
    return Layer(frozenset(ours.split()), frozenset(others.split()))


GROUND = "domain config secrecy db i18n words"
LAYERS = {
    "domain": layer(),
    "calendars": layer("domain", "ethiocalendar holidays nepali_datetime hijridate jdatetime babel"),
    "config": layer("domain"),
    "i18n": layer("domain config calendars", "flask flask_babel babel jinja2 markupsafe"),
    "words": layer("domain i18n"),
    "secrecy": layer("config", "flask cryptography"),
    "locks": layer(),
    "db": layer("domain config secrecy locks", "flask flask_sqlalchemy sqlalchemy"),
    "models": layer("domain db", "sqlalchemy"),
    "migrations": layer("db models", "flask flask_migrate sqlalchemy alembic procrastinate"),
    "content": layer("domain config i18n words", "babel"),
    "reports": layer("domain calendars config i18n words content", "openpyxl babel"),
    "intake": layer("domain calendars config i18n words", "openpyxl defusedxml babel"),
    "interop": layer("domain calendars config i18n words", "pyarrow"),
    "queries": layer(f"{GROUND} models calendars content reports intake interop", "sqlalchemy flask"),
    "actions": layer(
        f"{GROUND} models calendars content reports intake interop queries migrations",
        "sqlalchemy werkzeug flask cryptography procrastinate",
    ),
    "web": layer(
        "domain config secrecy i18n words calendars content reports intake interop queries actions",
        "flask flask_wtf wtforms werkzeug jinja2 markupsafe segno babel",
    ),
    "cli": layer(
        "app domain config secrecy db i18n words migrations calendars content reports intake interop queries "
        "actions web demo",
        "flask click waitress segno werkzeug",
    ),
    "demo": layer(
        "app domain config db i18n words calendars content reports intake queries actions", "flask openpyxl"
    ),
    # gipt/__init__.py: the only assembly point.
    "app": layer("config db i18n migrations web domain", "flask"),
    "main": layer("cli"),
}
NAMES = {
    "__init__": "app",
    "__main__": "main",
    "cli_base": "cli",
    "cli_catalogs": "cli",
    "cli_import": "cli",
    "cli_export": "cli",
    "cli_interop": "cli",
    "cli_measures": "cli",
    "cli_plan": "cli",
    "cli_translations": "cli",
}

# Narrower than the layer: who in it may import a package at all.
ONLY_IN = {
    "openpyxl": ("reports/xlsx", "intake/", "demo"),
    "defusedxml": ("intake/",),
    "procrastinate": ("actions/report_queue", "migrations/queue"),
    "pyarrow": ("interop/parquet",),
    "waitress": ("cli", "web/server"),
    "cryptography": ("secrecy", "actions/backups", "actions/restor"),
}
NEVER = {
    "web": ("gipt.models", "sqlalchemy", "flask_sqlalchemy"),
    "cli": ("gipt.models", "sqlalchemy", "flask_sqlalchemy"),
}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def short(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def layer_of(dotted: str) -> str:
    """Give the layer of a dotted name of ours: its second part."""
    parts = dotted.split(".")
    name = parts[1] if len(parts) > 1 else "__init__"
    return NAMES.get(name, name)


def layer_of_file(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return NAMES.get(first, first)


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Give every imported dotted name with its line; `from gipt import db` counts as `gipt.db`."""
    package = ("gipt", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                module = ".".join((*package[: len(package) - node.level + 1], *filter(None, [module])))
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield (inner if module == "gipt" and is_module(inner) else module), node.lineno


def is_module(dotted: str) -> bool:
    target = ROOT.joinpath(*dotted.split("."))
    return target.is_dir() or target.with_suffix(".py").is_file()


def faults(path: Path) -> list[str]:
    """Give one line for every import that the table does not allow."""
    own = layer_of_file(path)
    if own not in LAYERS:
        return [f"{short(path)} belongs to no layer: add it to LAYERS and to docs/adr/0001"]
    allowed, found = LAYERS[own], []
    for name, line in imports(path):
        top = name.split(".")[0]
        where = f"{path.relative_to(ROOT)}:{line} imports {name}"
        if top == "gipt":
            target = layer_of(name)
            if target != own and target not in allowed.ours:
                found.append(f"{where}: {own} may not use {target}")
        elif top not in sys.stdlib_module_names and top not in allowed.others:
            found.append(f"{where}: {own} may not use {top}")
        if top in ONLY_IN and not short(path).startswith(ONLY_IN[top]):
            found.append(f"{where}: only {', '.join(ONLY_IN[top])}")
        if any(name == banned or name.startswith(f"{banned}.") for banned in NEVER.get(own, ())):
            found.append(f"{where}: never in {own}")
    return found


@pytest.mark.parametrize("path", modules(), ids=short)
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    assert faults(path) == []


def test_the_layers_have_no_circle() -> None:
    """Follow the table: no layer reaches itself, so the order can be read from top to bottom."""
    reach = {name: set(one.ours) for name, one in LAYERS.items()}
    for _ in LAYERS:
        reach = {
            name: below.union(*(reach.get(other, set()) for other in below)) for name, below in reach.items()
        }
    assert [name for name, below in reach.items() if name in below] == []


@pytest.mark.parametrize(
    ("place", "source", "expected"),
    [
        ("domain/planted", "import sqlalchemy", "domain may not use sqlalchemy"),
        ("domain/planted", "from gipt.db import db", "domain may not use db"),
        ("web/planted", "def view():\n    from gipt import models", "web may not use models"),
        ("web/planted", "from sqlalchemy import select", "web may not use sqlalchemy"),
        ("reports/planted", "import openpyxl", "only reports/xlsx"),
        ("queries/planted", "from gipt.actions.base import action", "queries may not use actions"),
        ("planted", "import json", "belongs to no layer"),
        ("domain/planted", "from ..db import db", "domain may not use db"),
    ],
)
def test_a_planted_import_against_the_direction_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, source: str, expected: str
) -> None:
    path = tmp_path / "gipt" / f"{place}.py"
    path.parent.mkdir(parents=True)
    path.write_text(source, "utf-8")
    (tmp_path / "gipt" / "models").mkdir(exist_ok=True)
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path / "gipt")
    found = faults(path)
    assert found
    assert expected in " | ".join(found)


def test_rules_read_no_clock_and_no_environment() -> None:
    calls = {"today", "now", "utcnow", "getenv", "urandom", "open", "print", "time_ns"}
    found = []
    for path in modules():
        if layer_of_file(path) != "domain":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if name in calls:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} calls {name}")
    assert found == []


def test_only_actions_reach_for_a_write_transaction() -> None:
    found = []
    for path in modules():
        if layer_of_file(path) in ("db", "actions", "migrations"):
            continue
        text = path.read_text("utf-8")
        found += [
            f"{short(path)} names {word}" for word in ("write_transaction", ".commit()") if word in text
        ]
    assert found == []
