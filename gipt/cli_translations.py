"""`gipt translations`: the life of words from the command line, by the same actions as the pages.

`--by` names the person who acts: steps and
signatures belong to people, and two of them are told apart by their sign-in names.
"""

from typing import Any

import click

from gipt import cli_base as cli
from gipt.actions import translations as actions
from gipt.actions.curricula import own_folder
from gipt.content.locked_words import locked_words
from gipt.domain.access import Actor
from gipt.domain.adaptation_life import Evidence
from gipt.domain.guides import GuideStatus
from gipt.domain.problems import NotFound, Unknown
from gipt.i18n.catalogs import MEASURES, SAFETY
from gipt.queries.curricula import published, published_versions
from gipt.queries.language_coverage import coverage
from gipt.queries.measure_wordings import loaded_for
from gipt.queries.staff import find_actor
from gipt.queries.translation_work import get_language
from gipt.queries.translations import edits_for, get_translation, published_translations

by_option = click.option("--by", "name", required=True, help="Sign-in name of the person who does this.")


def person(name: str) -> Actor:
    """Give who acts; raise Unknown for a sign-in name that nobody has."""
    found = find_actor(name)
    if found is None:
        raise Unknown(kind="staff", name=name)
    return found


def one_of(kind: str, name: str, known: list[str]) -> str:
    """Give a name of a closed list; raise Unknown with the list."""
    if name not in known:
        raise Unknown(kind=kind, name=name, known=known)
    return name


@click.group()
def translations() -> None:
    """Publish words of guides, take them to approval, sign what is locked."""


@translations.command("list")
@click.argument("tag", required=False)
@cli.as_json_option
@cli.refused_in_words
def list_all(tag: str | None, as_json: bool) -> None:
    """Show how far each language is, and what was published (of one language)."""
    with cli.application():
        rows = [
            {
                "tag": found.language.tag,
                "domain": one.domain,
                "total": one.counts.total,
                "translated": one.counts.translated,
                "stale": one.counts.stale,
                "missing": one.counts.missing,
                "signed": one.signed,
                "changed": one.changed,
                "groups": one.groups,
            }
            for found in coverage(own_folder())
            for one in found.domains
            if tag == found.language.tag or (tag is None and found.is_begun)
        ]
        words = [
            {
                "translation": one.translation_id,
                "tag": one.tag,
                "curriculum": one.curriculum,
                "version": one.version,
                "status": one.status.value,
                "untranslated": one.untranslated,
            }
            for one in published_translations()
            if tag in (None, one.tag)
        ]
    lines = [
        f"{row['tag']:12} {row['domain']:24} {row['translated']:5} of {row['total']:5}, {row['stale']} stale"
        + ("" if row["signed"] is None else f", {row['signed']} signed")
        for row in rows
    ]
    lines += [
        f"{row['tag']:12} {row['curriculum']} {row['version']} {row['status']} {row['translation']}"
        for row in words
    ]
    cli.say({"coverage": rows, "published": words}, as_json, "\n".join(lines))


@translations.command("publish")
@click.argument("curriculum")
@click.argument("tag")
@click.option("--adaptation", default="", help="The adaptation that shaped the steps.")
@by_option
@cli.as_json_option
@cli.refused_in_words
def publish(curriculum: str, tag: str, adaptation: str, name: str, as_json: bool) -> None:
    """Publish the present words of a published curriculum in a language."""
    with cli.application():
        versions = [
            one
            for one in published_versions()
            if one.curriculum == curriculum
            and one.status != GuideStatus.RETIRED
            and published(one.content_hash).adaptation == adaptation
        ]
        if not versions:
            known = sorted({one.curriculum for one in published_versions()})
            raise Unknown(kind="curriculum", name=curriculum, known=known)
        found = actions.publish_translation(
            curriculum_version_id=versions[0].version_id, tag=tag, by=person(name), now=cli.now()
        )
        stored = get_translation(found)
    result = {"translation": found, "tag": stored.tag, "untranslated": stored.untranslated}
    cli.say(result, as_json, f"Published as {found}; {stored.untranslated} texts are not translated.")


@translations.command("step")
@click.argument("translation")
@click.argument("status")
@click.option("--comment", default=None)
@by_option
@cli.as_json_option
@cli.refused_in_words
def step(translation: str, status: str, comment: str | None, name: str, as_json: bool) -> None:
    """Take one step in the life of published words: translated, language_reviewed and so on."""
    wanted = GuideStatus(one_of("status", status, [one.value for one in GuideStatus]))
    with cli.application():
        actions.take_translation_step(
            translation_id=translation, status=wanted, comment=comment, by=person(name), now=cli.now()
        )
    cli.say({"translation": translation, "status": wanted.value}, as_json, f"Now: {wanted.value}")


@translations.command("evidence")
@click.argument("translation")
@click.argument("kind")
@click.argument("text")
@by_option
@cli.as_json_option
@cli.refused_in_words
def evidence(translation: str, kind: str, text: str, name: str, as_json: bool) -> None:
    """Attach evidence: how many people, where, and what they understood."""
    wanted = Evidence(one_of("evidence", kind, [one.value for one in Evidence]))
    with cli.application():
        found = actions.add_translation_evidence(
            translation_id=translation, kind=wanted, text=text, by=person(name), now=cli.now()
        )
    cli.say({"evidence": found, "kind": wanted.value}, as_json, "Written down.")


@translations.command("approve")
@click.argument("domain")
@click.argument("tag")
@click.argument("key")
@click.option(
    "--hash", "words_hash", default=None, help="Of the words that you read; without it they are shown."
)
@click.option("--note", default=None)
@by_option
@cli.as_json_option
@cli.refused_in_words
def approve(
    domain: str, tag: str, key: str, words_hash: str | None, note: str | None, name: str, as_json: bool
) -> None:
    """Sign the exact words of a questionnaire or of a sentence of the safety text."""
    one_of("domain", domain, [SAFETY, MEASURES])
    with cli.application():
        by, language = person(name), get_language(tag)
        edits = edits_for([domain], language.chain) if domain == SAFETY else ()
        words = locked_words(domain, language, edits, loaded_for(domain, language)).get(key)
        if words is None:
            raise NotFound(kind="text")
        result: dict[str, Any] = {"key": key, "words": list(words.words), "hash": words.words_hash}
        if words_hash is None:
            lines = [*words.words, "", f"Read these words. Sign them with --hash {words.words_hash}"]
            return cli.say({**result, "approval": None}, as_json, "\n".join(lines))
        found = actions.approve_words(
            domain=domain, tag=tag, key=key, words_hash=words_hash, note=note, by=by, now=cli.now()
        )
    return cli.say({**result, "approval": found}, as_json, "Signed.")
