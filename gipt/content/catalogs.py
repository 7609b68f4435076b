"""Catalogs as work: extract the texts of every domain and bring every language up to date.

Each domain has a template `translations/<domain>.pot` made from its source (`domains`), and each language one `.po`
file per domain, which is the only artefact (decision 16). Checking and counting is in `catalog_checks`. Functions
take the folder that holds `gipt/`, `curricula/` and `translations/`.
"""

from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from gipt.content.domains import (
    FOLDER,
    MAPPING,
    domains,
    is_keyed,
    licence_of,
    live,
    templates,
    title_of,
)
from gipt.content.po_files import PoCatalog, header, read, started, write
from gipt.domain.problems import BadDefinition
from gipt.i18n import Language
from gipt.i18n.catalogs import MESSAGES, as_texts
from gipt.i18n.registry import SOURCE, Registry, load_registry
from gipt.i18n.variants import variants_of

STATUS_NOTES = {
    "draft": "Status: draft. Written without the review of a native speaker; do not take it as approved.",
    "source": "Status: source. Programme's own words for single terms may stand here.",
}


def root_folder() -> Path:
    """Give the folder of the checkout this code runs from; raise BadDefinition in an installed wheel."""
    root = Path(__file__).resolve().parents[2]
    if not (root / FOLDER / MAPPING).is_file():
        raise BadDefinition(file=MAPPING, key=FOLDER, reason="missing")
    return root


def template_path(root: Path, domain: str = MESSAGES) -> Path:
    """Give the path of a domain's template."""
    return root / FOLDER / f"{domain}.pot"


def catalog_path(root: Path, tag: str, domain: str = MESSAGES) -> Path:
    """Give the path of one language's catalog."""
    return catalog_path_in(root / FOLDER, tag, domain)


def catalog_path_in(folder: Path, tag: str, domain: str) -> Path:
    """Give the path of one language's catalog in a folder of catalogs."""
    return folder / tag / "LC_MESSAGES" / f"{domain}.po"


def coverage_name(tag: str, domain: str) -> str:
    """Name a catalog for people: `fr/messages`."""
    return f"{tag}/{domain}"


def registry_of(root: Path) -> Registry:
    """Read the languages of a folder."""
    return load_registry([root / FOLDER])


def languages_with_catalogs(root: Path, domain: str = MESSAGES) -> list[Language]:
    """List the languages to keep up to date in a domain, listed ones first, adaptations after.

    The interface is kept for every language that is offered; everything else where somebody began a catalog.
    """
    registry = registry_of(root)
    found = [
        one
        for one in registry.listed.values()
        if one.tag != SOURCE
        and ((one.shipped and domain == MESSAGES) or catalog_path(root, one.tag, domain).is_file())
    ]
    tags = (path.parent.parent.name for path in (root / FOLDER).glob(f"*/LC_MESSAGES/{domain}.po"))
    others = (registry.find(tag) for tag in sorted(tags) if tag not in registry.listed)
    return found + [one for one in others if one is not None]


def extract(root: Path | None = None) -> list[str]:
    """Write the templates anew; list the domains that changed. A template whose source is gone goes too."""
    root = root or root_folder()
    made = templates(root)
    changed = [domain for domain, template in made.items() if write(template_path(root, domain), template)]
    for path in (root / FOLDER).glob("*.pot"):
        if path.stem not in made:
            path.unlink()
            changed.append(path.stem)
    return changed


def update(root: Path | None = None, tags: Iterable[str] = (), only: str | None = None) -> list[str]:
    """Bring the catalogs of `tags` (else of all kept languages) up to date; list those that changed.

    `only` names one domain, which is begun for `tags` where it is not there. New messages come in empty, never
    guessed from similar ones; translations of texts that are gone stay at the end of the file as obsolete entries.
    """
    root = root or root_folder()
    registry, wanted = registry_of(root), [*tags]
    changed = []
    for domain in [only] if only else domains(root):
        template = read(template_path(root, domain))
        kept = languages_with_catalogs(root, domain)
        if wanted:
            named = [registry.get(tag) for tag in wanted]
            begins = bool(only) or domain == MESSAGES
            kept = [one for one in named if begins or catalog_path(root, one.tag, domain).is_file()]
        changed += [coverage_name(one.tag, domain) for one in kept if update_one(root, one, template, domain)]
    return changed


def update_one(root: Path, language: Language, template: Catalog, domain: str = MESSAGES) -> bool:
    """Bring one language's catalog up to date, or begin it; say whether the file changed."""
    path = catalog_path(root, language.tag, domain)
    catalog = read(path, language) if path.is_file() else started(language)
    merge(catalog, template, keyed=is_keyed(domain), whole=not (is_adaptation(language) and path.is_file()))
    dress(catalog, language, domain)
    return write(path, catalog, language)


def is_adaptation(language: Language) -> bool:
    """Say whether a language is that of a place or a group of people, whose catalogs say only what differs."""
    return "@" in language.tag


def dress(catalog: Catalog, language: Language, domain: str) -> None:
    """Give a catalog the header of its domain and language."""
    catalog.header_comment = header(
        f"{language.english_name} ({language.tag}) texts of {title_of(domain)}",
        STATUS_NOTES.get(language.status, ""),
        licence_of(domain),
    )
    catalog.fuzzy = False
    catalog.mime_headers = [("Plural-Forms", language.plural)]


def merge(catalog: PoCatalog, template: Catalog, *, keyed: bool, whole: bool = True) -> None:
    """Bring the entries of a catalog in line with a template, in its order.

    In a keyed domain a translation whose English changed is kept as *stale*: marked fuzzy, with the English it was
    made for beside it (`#|`), so that it is never shown and no other key's words are ever borrowed. When the English
    comes back, so does the translation. Variants for a gender stay beside their message. Without `whole` no message is
    added that the catalog does not have.
    """

    def key(message: Message) -> tuple[str | None, ...]:
        return (message.context,) if keyed else (message.context, *as_texts(message.id))

    old = {key(message): message for message in list(live(catalog))}
    gone = {key(message): (name, message) for name, message in catalog.obsolete.items()}
    for message in old.values():
        catalog.delete(message.id, message.context)
    for message in live(template):
        for context in (message.context, *variants_of(message.context)):
            fresh = Message(
                message.id,
                locations=list(message.locations),
                flags=message.flags - {"fuzzy"},
                auto_comments=message.auto_comments,
                context=context,
            )
            before = old.pop(key(fresh), None)
            if before is None and key(fresh) in gone:
                name, before = gone.pop(key(fresh))
                del catalog.obsolete[name]
            if before is not None:
                carry(before, fresh)
            if before is not None or (whole and context == message.context):
                catalog[message.id] = fresh
    for message in old.values():
        retire(catalog, message)


def made_for(message: Message) -> tuple[str, ...]:
    """Give the English that a translation was made for."""
    return as_texts(message.previous_id if message.previous_id and message.fuzzy else message.id)


def carry(before: Message, fresh: Message) -> None:
    """Take a translation over; it is stale when it was made for another English."""
    fresh.string, fresh.user_comments = before.string, before.user_comments
    if any(as_texts(before.string)) and made_for(before) != as_texts(fresh.id):
        fresh.previous_id = list(made_for(before))
        fresh.flags.add("fuzzy")
    elif before.fuzzy and not before.previous_id:
        fresh.flags.add("fuzzy")


def retire(catalog: PoCatalog, message: Message) -> None:
    """Keep a translation whose text is gone at the end of the file, with the English it was made for."""
    texts = made_for(message)
    kept = message.clone()
    kept.id = texts if len(texts) > 1 else texts[0]
    catalog.obsolete[texts[0] if message.context is None else (texts[0], message.context)] = kept
