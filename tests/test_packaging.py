"""What a wheel holds: everything that gipt needs, and nothing that somebody wrote into the folders of content."""

import ast
import configparser
import fnmatch
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTENT = ("curricula", "exports", "translations")
SUFFIXES_OF_WORKBOOKS = (".xlsx", ".xlsm", ".csv", ".ods", ".sqlite", ".zip", ".pdf")
# What stays in the checkout, with the reason.
NOT_SHIPPED = {
    "translations/babel.cfg": "the extractor reads it in a checkout only",
}


def read_setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


SETUP = read_setup()


def listed(section: str, option: str) -> list[str]:
    """Give the lines of a list in setup.cfg without comments."""
    lines = (line.strip() for line in SETUP[section][option].splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def folders() -> dict[str, Path]:
    """Give each package of the wheel with the folder that it comes from."""
    moved = dict(re.split(r"\s*=\s*", line) for line in listed("options", "package_dir"))
    return {name: ROOT / moved.get(name, name.replace(".", "/")) for name in listed("options", "packages")}


def matches(path: str, pattern: str) -> bool:
    """Match as setuptools does: a star stays within one folder."""
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))


def is_shipped(path: Path) -> bool:
    """Say whether a file that is not Python is in the wheel."""
    for package, folder in folders().items():
        if folder in path.parents and SETUP.has_option("options.package_data", package):
            inside = path.relative_to(folder).as_posix()
            if any(matches(inside, pattern) for pattern in listed("options.package_data", package)):
                return True
    return False


def tracked() -> list[Path]:
    """Give the files of the checkout that are not ignored, also those not committed yet."""
    if not (ROOT / ".git").exists():
        return [path for top in ("gipt", *CONTENT) for path in (ROOT / top).rglob("*") if path.is_file()]
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "gipt", *CONTENT],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_every_package_of_the_program_is_listed_and_no_other() -> None:
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in tracked()
        if path.name == "__init__.py" and path.is_relative_to(ROOT / "gipt")
    }
    assert {name for name in folders() if name.removeprefix("gipt.") not in CONTENT} == found


def test_every_module_lies_in_a_listed_package() -> None:
    packages = set(folders().values())
    lost = [path for path in tracked() if path.suffix == ".py" and path.parent not in packages]
    assert lost == []


def test_every_other_file_is_shipped_or_named_as_left_out() -> None:
    others = [path for path in tracked() if path.suffix not in (".py", ".pyc") and path.name != ".gitkeep"]
    left_out = {path.relative_to(ROOT).as_posix() for path in others if not is_shipped(path)}
    assert left_out == {name for name in NOT_SHIPPED if (ROOT / name).exists()}


@pytest.mark.parametrize("suffix", SUFFIXES_OF_WORKBOOKS)
@pytest.mark.parametrize("folder", ["", "funder-standard/", "a/b/"])
def test_a_file_written_into_the_content_never_travels(folder: str, suffix: str) -> None:
    for top in CONTENT:
        assert not is_shipped(ROOT / top / f"{folder}members{suffix}")


def test_no_pattern_reaches_through_all_folders() -> None:
    patterns = [
        line for package in SETUP["options.package_data"] for line in listed("options.package_data", package)
    ]
    assert not [
        pattern for pattern in patterns if "**" in pattern or pattern.endswith("/*") or pattern == "*"
    ]


def test_the_build_file_leaves_the_metadata_to_setup_cfg() -> None:
    # Any [tool.setuptools] or [project] table would make setuptools ignore the metadata of setup.cfg.
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "project" not in build
    assert "setuptools" not in build.get("tool", {})


def test_the_version_is_the_same_everywhere() -> None:
    from gipt import __version__

    assert SETUP["metadata"]["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def requirements() -> list[str]:
    """Give the run-time dependencies."""
    return listed("options", "install_requires")


def test_every_import_from_outside_is_a_named_dependency() -> None:
    named = {re.split(r"[<>=;\[ ]", line)[0].lower().replace("-", "_") for line in requirements()}
    # Imported by us, and always there with what we require.
    brought = {"alembic": "flask_migrate", "wtforms": "flask_wtf", "markupsafe": "jinja2", "click": "flask"}
    optional = {"psycopg", "procrastinate", "pyarrow"}
    found = set()
    for path in (ROOT / "gipt").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    outside = found - set(sys.stdlib_module_names) - {"gipt"}
    assert {name for name in outside - optional if brought.get(name, name) not in named} == set()
