"""`gipt catalogs`: keep the catalogs true to the source, and carry them to translators and back."""

import sys
from pathlib import Path
from typing import Any

import click

from gipt.actions import translation_files as files
from gipt.cli_base import (
    actor_named,
    application,
    as_json_option,
    by_option,
    check_target,
    now,
    refused_in_words,
    say,
)
from gipt.domain.problems import Invalid, Unknown
from gipt.i18n.exchange import FileKind
from gipt.intake.reader import read_raw
from gipt.queries.translation_files import FilePlan, Outcome, PlannedEntry
from gipt.words.translation_files import line_words, outcome_words


@click.group()
def catalogs() -> None:
    """Keep the translation catalogs true to the source."""


@catalogs.command("extract")
@refused_in_words
def catalogs_extract() -> None:
    """Collect every text of program, guides, measures and safety into the templates of translations/."""
    from gipt.content.catalogs import extract

    click.echo("\n".join(extract()) or "Up to date.")


@catalogs.command("update")
@click.option("--language", "tags", multiple=True, help="Only this one; begins it where it is not there.")
@click.option("--domain", help="Only this one, such as curriculum-who-8.")
@refused_in_words
def catalogs_update(tags: tuple[str, ...], domain: str | None) -> None:
    """Bring every language's catalogs up to date with the collected texts."""
    from gipt.content.catalogs import update

    click.echo("\n".join(update(None, tags, domain)) or "Up to date.")


@catalogs.command("coverage")
@refused_in_words
def catalogs_coverage() -> None:
    """Count what is translated, language by language and domain by domain."""
    from gipt.content.catalog_checks import coverage

    for one in coverage():
        click.echo(str(one))


@catalogs.command("readability")
@refused_in_words
def catalogs_readability() -> None:
    """Say how long the sentences of each curriculum are and how hard its English is to read."""
    from gipt.content.curricula import curriculum_ids
    from gipt.content.readability import readability_of_curriculum

    for name in curriculum_ids():
        found = readability_of_curriculum(name)
        grade = "" if found.grade is None else f", Flesch-Kincaid grade {found.grade}"
        click.echo(
            f"{name}: {found.sentences} sentences, {found.words} words, median {found.median:g} words,"
            f" longest {found.longest}, {found.long:.0%} over 12{grade}"
        )


@catalogs.command("check")
@refused_in_words
def catalogs_check() -> None:
    """Name every catalog that is out of date or holds an entry that must not be shown, by file and line."""
    from gipt.content.catalog_checks import survey

    findings, counted = survey()
    for one in counted:
        click.echo(str(one))
    for finding in findings:
        click.echo(str(finding), err=True)
    if findings:
        sys.exit(1)


@catalogs.command("export")
@click.argument("tag")
@click.argument("domain")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "kind", default=None, help="po, xliff or xlsx; else what the file's name says.")
@as_json_option
@refused_in_words
def catalogs_export(tag: str, domain: str, file: Path, kind: str | None, as_json: bool) -> None:
    """Write one domain in a language for a translator, with what was edited in the app and its state."""
    wanted = parse_kind(kind) if kind else files.kind_of(file.name)
    check_target(file)
    with application():
        content = files.export_catalog(domain, tag, wanted)
    file.write_bytes(content)
    result = {
        "file": str(file),
        "language": tag,
        "domain": domain,
        "format": wanted.value,
        "bytes": len(content),
    }
    say(result, as_json, f"Written: {file}")


@catalogs.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", "tag", default=None, help="Where the file does not say it.")
@click.option("--domain", default=None, help="Where the file does not say it, such as curriculum-who-8.")
@click.option("--apply", "really", is_flag=True, help="Take what is good; without this it is only shown.")
@by_option
@as_json_option
@refused_in_words
def catalogs_import(
    file: Path, tag: str | None, domain: str | None, really: bool, by_name: str | None, as_json: bool
) -> None:
    """Show what a translator's file would change; take it with --apply. What is refused is named by its row."""
    sent, kind = files.read_catalog_file(read_raw(file), file.name)
    wanted = {"language": tag or sent.tag, "domain": domain or sent.domain}
    for name, value in wanted.items():
        if not value:
            raise Invalid(field=name, reason="missing")
    with application():
        by = actor_named(by_name)
        place = {"domain": wanted["domain"], "tag": wanted["language"]}
        plan = files.look_at_file(sent, kind, by=by, **place)
        if really:
            file_id = files.send_translation_file(sent=sent, kind=kind, by=by, now=now(), **place)
            files.apply_translation_file(file_id=file_id, by=by, now=now())
        result = plan_result(plan, applied=really)
        say(result, as_json, "\n".join(plan_lines(plan, applied=really)))


def parse_kind(text: str) -> FileKind:
    """Read a kind of file; raise Unknown naming the kinds there are."""
    try:
        return FileKind(text)
    except ValueError:
        raise Unknown(kind="kind", name=text, known=[one.value for one in FileKind]) from None


def plan_result(plan: FilePlan, *, applied: bool) -> dict[str, Any]:
    """Give a plan as the object that --json prints."""
    return {
        "domain": plan.domain,
        "language": plan.tag,
        "format": plan.kind.value,
        "applied": applied,
        "counts": plan.counts(),
        "left": [
            {
                "row": one.entry.row,
                "key": one.entry.key,
                "outcome": one.outcome.value,
                "reason": one.reason or None,
            }
            for one in left_in(plan)
        ],
    }


def plan_lines(plan: FilePlan, *, applied: bool) -> list[str]:
    """Give a plan as lines for a person."""
    counts = [f"{outcome_words(name)}: {number}" for name, number in plan.counts().items()]
    lines = [f"{plan.tag} {plan.domain}", *counts, *(line_words(one) for one in left_in(plan))]
    return [*lines, "Taken." if applied else "Nothing was stored. Add --apply to take it."]


def left_in(plan: FilePlan) -> list[PlannedEntry]:
    """List what is not taken and has to be looked at."""
    return [one for one in plan.entries if one.outcome in (Outcome.REFUSED, Outcome.STALE, Outcome.UNKNOWN)]
