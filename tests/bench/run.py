"""`make bench`: the ratios of decisions 33 to 35 and of many languages, both sides measured in one run on 127.0.0.1."""

import platform
import sqlite3
import sys
import tempfile
from pathlib import Path

from tests.bench import catalogs, export, meeting, pages, planning
from tests.bench.scene import make_scene

LINE = "{:<58} {:>10} {:>10} {:>9}  {}"


def say(name: str, ours: str, other: str, ratio: str, wanted: str) -> None:
    """Print one line of the table."""
    print(LINE.format(name, ours, other, ratio, wanted), flush=True)


def decision_34(folder: Path) -> None:
    """Measure recording and reading pages."""
    data = folder / "data"
    data.mkdir()
    scene = make_scene(data)
    for one in pages.measure(scene):
        name = f"34  page {one.page.name}, {one.statements} queries, {one.bytes} bytes"
        say(
            name,
            f"{one.ours:.0f}/s",
            f"{one.bare:.0f}/s",
            f"{one.ours / one.bare:.2f}",
            ">= 0.30, <= 5 queries",
        )
    ours, bare = meeting.measure(scene, folder)
    say("34  record a meeting of 16", f"{ours:.0f}/s", f"{bare:.0f}/s", f"{ours / bare:.2f}", ">= 0.25")


def decision_35() -> None:
    """Measure planning."""
    seconds, planned = planning.measure()
    say(f"35  plan 500 cycles, {planned} meetings", f"{seconds:.2f} s", "", "", "<= 3 s")


def decision_33(folder: Path) -> None:
    """Measure the full-data export."""
    found = export.measure(folder)
    name = f"33  full-data export, {found.rows} rows"
    wanted = {"openpyxl write-only + lxml": "<= 0.12", "rustpy-xlsxwriter": "<= 1.2"}
    for other, spent in found.others.items():
        for what, own in (("whole export", found.ours), ("writing alone", found.writing)):
            ratio = f"{own / spent:.2f}"
            say(f"33  {what} / {other}", f"{own:.1f} s", f"{spent:.1f} s", ratio, wanted.get(other, ""))
    least = found.reading + found.deflating
    ratio = f"{found.ours / least:.2f}"
    say(f"{name} / reading + deflating", f"{found.ours:.1f} s", f"{least:.1f} s", ratio, "<= 2")
    floor = found.others["openpyxl write-only + lxml"]
    say("33  reading the rows alone / openpyxl", f"{found.reading:.1f} s", f"{floor:.1f} s",
        f"{found.reading / floor:.2f}", "")  # fmt: skip
    own, other = (found.sizes[one] / 1e6 for one in ("gipt", "openpyxl write-only + lxml"))
    say("33  size of the file / openpyxl", f"{own:.1f} MB", f"{other:.1f} MB", f"{own / other:.2f}", "")
    if found.postgres is not None:
        server = found.postgres
        least = server.reading + found.deflating
        ratio = f"{server.ours / floor:.2f}"
        say("33  PostgreSQL, whole export / openpyxl", f"{server.ours:.1f} s", f"{floor:.1f} s", ratio, "")
        ratio = f"{server.ours / least:.2f}"
        name = "33  PostgreSQL, whole export / reading + deflating"
        say(name, f"{server.ours:.1f} s", f"{least:.1f} s", ratio, "<= 2")
        memory("33  PostgreSQL, peak memory, 100,000 / 10,000 members", server.peak)
    memory("33  peak memory, 100,000 / 10,000 members", found.peak)
    spent, plain, rows = found.funder
    name = f"33  funder-standard, {export.MANY} members / {rows} rows in SQL"
    say(name, f"{spent:.1f} s", f"{plain:.1f} s", f"{spent / plain:.2f}", "<= 10")


def memory(name: str, peak: dict[int, float]) -> None:
    """Print how much more memory ten times as many members take."""
    small, large = (peak[size] for size in (export.MEMBERS, export.MANY))
    say(name, f"{large:.0f} MB", f"{small:.0f} MB", f"{large / small:.2f}", "<= 1.5")


def languages(folder: Path) -> None:
    """Measure the guide page with many languages."""
    data = folder / "data"
    data.mkdir()
    many, one = catalogs.measure(make_scene(data), folder)
    count = f"{len(catalogs.LANGUAGES)} languages and {len(catalogs.ADAPTATIONS)} adaptations / one language"
    for what, unit, place in (("time of a guide page", "ms", 0), ("largest memory", "MB", 1)):
        ratio = f"{many[place] / one[place]:.2f}"
        say(
            f"16  {what}", f"{many[place]:.1f} {unit}", f"{one[place]:.1f} {unit}", ratio, f"<= 1.2 ({count})"
        )


DECISIONS = {"16": languages, "33": decision_33, "34": decision_34, "35": lambda _folder: decision_35()}


def main() -> None:
    """Measure what the arguments name, else everything."""
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}"
    print(f"Medians of several rounds, both sides in this run. {versions}")
    say("what", "ours", "other", "ratio", "wanted")
    for name in sys.argv[1:] or DECISIONS:
        with tempfile.TemporaryDirectory(prefix="gipt-bench-") as folder:
            DECISIONS[name](Path(folder))


if __name__ == "__main__":
    main()
