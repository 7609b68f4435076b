"""`gipt measures`: which wordings there are, loading a validated one, and whether it is whole."""

import sys
from pathlib import Path
from typing import Any

import click

from gipt.actions import measure_wordings as actions
from gipt.cli_base import actor_named, application, as_json_option, by_option, now, refused_in_words, say
from gipt.content.wordings import parts
from gipt.domain.measures import Measure
from gipt.domain.problems import NotFound, Unknown
from gipt.i18n import Language
from gipt.intake.reader import read_raw
from gipt.queries import measure_wordings as queries
from gipt.queries.measure_wordings import Standing, worded_measures, wording_language
from gipt.words.measure_wordings import state_words


@click.group()
def measures() -> None:
    """Load validated wordings of measures, and see what is read out in which language."""


def find_measure(code: str) -> Measure:
    """Give a measure; raise Unknown naming those of which a wording may be loaded."""
    try:
        return queries.find_measure(code)
    except NotFound:
        raise Unknown(kind="measure", name=code, known=[one.code for one in worded_measures()]) from None


def find_tongue(tag: str) -> Language:
    """Give a language; raise Unknown."""
    try:
        return wording_language(tag)
    except NotFound:
        raise Unknown(kind="language", name=tag[:40], known=[]) from None


@measures.command("list")
@as_json_option
@refused_in_words
def measures_list(as_json: bool) -> None:
    """List every measure in the programme's languages with what is read out there."""
    with application():
        rows = [row_of(one) for one in queries.wordings_everywhere()]
        lines = [f"{row['measure']:6} {row['language']:10} {row['words']}" for row in rows]
    say({"count": len(rows), "rows": rows}, as_json, "\n".join(lines))


def row_of(one: Standing) -> dict[str, Any]:
    """Give a measure in a language as the object that --json prints."""
    loaded = one.whole.loaded if one.whole else None
    return {
        "measure": one.measure.code,
        "language": one.language.tag,
        "in_use": one.in_use,
        "waits": one.waits,
        "approvals": len(one.signed),
        "citation": one.whole.citation if one.whole else None,
        "population": loaded.population if loaded else None,
        "cut_off": loaded.cut_off if loaded else None,
        "licence": loaded.licence if loaded else None,
        "permission": loaded.permission if loaded else None,
        "words": state_words(one)[1],
    }


@measures.command("show")
@click.argument("measure")
@click.argument("tag")
@as_json_option
@refused_in_words
def measures_show(measure: str, tag: str, as_json: bool) -> None:
    """Show the exact words of a measure in a language beside the English coded terms."""
    found, tongue = find_measure(measure), find_tongue(tag)
    with application():
        standing = queries.standing_wording(found, tongue)
        result = row_of(standing)
    texts = standing.whole.texts if standing.whole else ()
    english = [(key, text) for key, text, _ships in parts(found)]
    result["texts"] = [
        {"key": key, "english": text, "words": words}
        for (key, text), words in zip(english, texts, strict=False)
    ]
    lines = [f"{found.name} {tongue.tag}: {result['words']}"]
    lines += [f"  {row['key']}: {row['english']} | {row['words']}" for row in result["texts"]]
    say(result, as_json, "\n".join(lines))


@measures.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--measure", required=True)
@click.option("--language", "tag", required=True)
@click.option("--stem", default="", help="The sentence before the questions, where the file has none.")
@as_json_option
@refused_in_words
def measures_check(file: Path, measure: str, tag: str, stem: str, as_json: bool) -> None:
    """Compare a file with a measure, item by item, and store nothing."""
    found = read(file, measure, tag, stem)
    lines = [f"{key}: {text}" for key, text in found.texts.items()]
    result = {"file": file.name, "kind": found.kind, "texts": found.texts, "whole": True}
    say(result, as_json, "\n".join([*lines, "Whole. Nothing was stored."]))


@measures.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--measure", required=True)
@click.option("--language", "tag", required=True)
@click.option("--cut-off", "cut_off", required=True, type=int, help="As the validation gives it.")
@click.option("--population", required=True, help="Whom it was validated with, and where.")
@click.option("--citation", default=None, help="Authors, year, journal; else what the file names.")
@click.option("--licence", default=None, help="Else what the file names.")
@click.option("--permission", required=True, help="Reference of the permission, or why none is needed.")
@click.option("--stem", default="", help="The sentence before the questions, where the file has none.")
@by_option
@as_json_option
@refused_in_words
def measures_load(
    file: Path,
    measure: str,
    tag: str,
    cut_off: int,
    population: str,
    citation: str | None,
    licence: str | None,
    permission: str,
    stem: str,
    by_name: str | None,
    as_json: bool,
) -> None:
    """Load a validated wording from FHIR (.json), XLSForm or plain sheet (.xlsx), or PO; two people approve it."""
    found = read(file, measure, tag, stem)
    evidence = actions.Evidence(
        citation if citation is not None else found.citation,
        population,
        cut_off,
        licence if licence is not None else found.licence,
        permission,
    )
    with application():
        by = actor_named(by_name)
        wording_id = actions.send_measure_wording(measure=measure, tag=tag, wording=found, by=by, now=now())
        actions.load_measure_wording(wording_id=wording_id, evidence=evidence, by=by, now=now())
        standing = queries.standing_wording(find_measure(measure), find_tongue(tag))
    result = {"wording": wording_id, "kind": found.kind, **row_of(standing)}
    say(result, as_json, f"Loaded. It is read out once two people approved it: /measures/{measure}/{tag}")
    if standing.whole is None:
        sys.exit(1)


def read(file: Path, measure: str, tag: str, stem: str) -> actions.ReadWording:
    """Read a file as a wording of a measure."""
    return actions.read_wording(
        read_raw(file), file.name, measure=find_measure(measure), language=find_tongue(tag), stem=stem
    )
