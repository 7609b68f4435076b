"""Making a research package: read who agreed, decide how coarse, write the files, look at every byte (decision 11)."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from gipt.domain.deidentify import deidentify
from gipt.domain.periods import Period
from gipt.domain.problems import Conflict
from gipt.domain.research import PackageForm, Terms
from gipt.i18n import use_language
from gipt.interop.package_zip import csv_file, write_package
from gipt.interop.parquet import parquet_file
from gipt.queries.report_context import Programming
from gipt.queries.report_rows import Scope
from gipt.queries.research import find_earlier, levels_so_far, read_found
from gipt.reports import research
from gipt.reports.definition import Definition
from gipt.reports.research import About, Tables


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written: rows by file, SHA-256 of the data, and what is kept to hold later packages to it."""

    rows: dict[str, int]
    data_sha256: str
    kept: dict[str, Any]


def write_research(
    connection: Connection,
    definition: Definition,
    period: Period,
    site_ids: tuple[str, ...],
    programming: Programming,
    about: About,
    language: str,
    part: Path,
    names: Iterable[str],
    now: datetime,
    tell: Callable[[str], None],
) -> Packed:
    """Write the zip; `names` must not be in it. Raises Conflict `research_too_few`, or `report_leaks`."""
    assert definition.research is not None
    cut_off = now.astimezone(ZoneInfo(programming.time_zone)).date()
    scope = Scope(site_ids, period, definition.basis)
    found = read_found(connection, scope, programming.rules, definition.repeat, cut_off)
    earlier = find_earlier(connection, period, site_ids)
    tell("counting")
    # Never weaker than an earlier package about some of the same people: their rows can be matched by scores.
    k = max(definition.research.k, about.terms.k, *(one.k for one in earlier))
    rules = replace(definition.research, k=k)
    people = found.subjects
    made = deidentify(
        [one.traits for one in people], [one.flag for one in people], rules, levels_so_far(earlier)
    )
    tables = research.build_tables(people, made, definition.sheets)
    about = replace(
        about,
        cut_off=cut_off,
        enrolled=found.enrolled,
        earlier=tuple(f"{one.code} · {one.agreement}" for one in earlier),
    )
    tell("writing")
    with use_language(language):
        beside = {
            "codebook": (research.CODEBOOK, research.codebook(tables.data, made, about)),
            "suppression_log": (research.LOG, research.suppression_log(made, about, tables.hidden_weeks)),
        }
        files, digest, plain = data_files(tables, about.terms)
        for name, (columns, rows) in beside.items():
            files[f"{name}.csv"], _ = csv_file(name, columns, rows)
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        texts = {
            "README.txt": research.readme(about, digests, digest).encode(),
            "LICENCE.txt": research.licence(about).encode(),
        }
    refuse_names({**texts, **files, **plain}, names)
    with part.open("wb") as target:
        write_package({**texts, **files}, target)
    levels = {one.value: level for one, level in zip(made.quasi, made.levels, strict=True)}
    return Packed(
        {one.name: len(one.rows) for one in tables.data},
        digest,
        {"levels": levels, "k": made.k, "agreed": len(people), "left_out": made.left_out},
    )


def data_files(tables: Tables, terms: Terms) -> tuple[dict[str, bytes], str, dict[str, bytes]]:
    """Give the files of data, the SHA-256 of their text, and that text where the files are compressed.

    The hash is that of the CSV text of all tables, whatever the form.
    """
    whole, files, plain = hashlib.sha256(), {}, {}
    for table in tables.data:
        content, digest = csv_file(table.name, table.heads, table.rows)
        whole.update(bytes.fromhex(digest))
        if terms.form is PackageForm.PARQUET:
            files[f"{table.name}.parquet"] = parquet_file(table.columns, table.rows)
            plain[f"{table.name}.csv"] = content
        else:
            files[f"{table.name}.csv"] = content
    return files, whole.hexdigest(), plain


def refuse_names(files: Mapping[str, bytes], names: Iterable[str]) -> None:
    """Raise Conflict when a name, phone number or code of somebody stands in a file."""
    wanted = [one.casefold() for one in names]
    for name, content in files.items():
        text = content.decode("utf-8", "replace").casefold()
        if any(one in text for one in wanted):
            raise Conflict(reason="report_leaks", found=[name])
