"""What there is to translate, domain by domain (decision 14), each as a template made from its source.

`messages` is the interface (Python, templates, titles of reports): the English sentence is the key. In the keyed
domains msgctxt is the key and msgid the English: `curriculum-<id>` (a guide, freely adapted; a step that other
curricula `use` stands once, where its key belongs), `measures` (validated wordings, locked) and `safety` (locked).
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from gipt.content import safety_words
from gipt.content.adaptations import FOLDER as ADAPTATIONS
from gipt.content.adaptations import adaptation_ids, load_adapted
from gipt.content.curricula import STRUCTURE, Library, curricula_folders, curriculum_ids, load_curriculum
from gipt.content.guide_texts import GuideText, texts_of
from gipt.content.po_files import PoCatalog, template
from gipt.content.wordings import parts
from gipt.domain.measures import all_measures
from gipt.i18n.catalogs import MEASURES, MESSAGES, SAFETY, guide_domain, is_guide, owner_of

FOLDER = "translations"
CURRICULA = "curricula"
MAPPING = "babel.cfg"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "NC_": ((1, "c"), 2),
    "lazy_gettext": None,
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_ngettext": (1, 2),
}
COMMENT_TAGS = ("Translators:",)
GUIDE_LICENCE = "CC BY 4.0"


def domains(root: Path) -> list[str]:
    """List the domains of a checkout: interface, safety, measures, and each guide that has words of its own."""
    return [MESSAGES, SAFETY, MEASURES, *map(guide_domain, sorted(own_texts(root)))]


def is_keyed(domain: str) -> bool:
    """Say whether entries of a domain are known by a key, so that a changed sentence can be noticed."""
    return domain != MESSAGES


def title_of(domain: str) -> str:
    """Name a domain in the header of its files."""
    if is_guide(domain):
        return f"the guide {owner_of(domain)}"
    return {MESSAGES: "gipt", MEASURES: "measures", SAFETY: "safety"}[domain]


def licence_of(domain: str) -> str:
    """Name the licence of a domain's texts; wordings of measures name their own, one by one."""
    if is_guide(domain):
        return GUIDE_LICENCE
    return "each measure's own, named in this header" if domain == MEASURES else "Apache-2.0"


def templates(root: Path) -> dict[str, PoCatalog]:
    """Make the template of every domain from its source."""
    found = {MESSAGES: interface(root), SAFETY: safety(), MEASURES: measures()}
    for owner, texts in sorted(own_texts(root).items()):
        found[guide_domain(owner)] = guide(root, owner, texts)
    return found


def empty(domain: str) -> PoCatalog:
    """Give an empty template of a domain."""
    return template(f"Texts of {title_of(domain)}", licence_of(domain))


def interface(root: Path) -> PoCatalog:
    """Extract every marked text of Python files, page templates and report definitions."""
    with (root / FOLDER / MAPPING).open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream, MAPPING)  # type: ignore[no-untyped-call]
    made = empty(MESSAGES)
    found = extract_from_dir(
        root, methods, options, KEYWORDS, COMMENT_TAGS, strip_comment_tags=True, directory_filter=is_program
    )
    for file, line, msgid, comments, context in found:
        made.add(msgid, None, [(Path(file).as_posix(), line)], auto_comments=comments, context=context)
    return made


def is_program(folder: str) -> bool:
    """Tell whether the walk goes into a folder; caches, environments and tests hold no text for people."""
    name = Path(folder).name
    return not name.startswith(".") and name not in {"__pycache__", "tests", "translations", "node_modules"}


def own_texts(root: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """Give {curriculum: {key: (text, note)}} of every curriculum of a checkout, each key once, where it belongs.

    What a preset takes by `use` keeps the key of the curriculum that wrote it, and is that one's. The steps that
    adaptations add come after the curriculum's own.
    """
    folder = root / CURRICULA
    if not folder.is_dir():
        return {}
    here = [one for one in curriculum_ids(folder) if (folder / one / STRUCTURE).is_file()]
    # Who owns a text gives it in reading order; what only others use of it comes after.
    found: dict[str, dict[str, tuple[str, str]]] = {one: {} for one in here}
    read = {one: list(all_that_is_said(one, folder)) for one in here}
    for owner in here:
        for user in sorted(here, key=lambda one: (one != owner, one)):
            for key, text, note in read[user]:
                if key.partition("/")[0] == owner:
                    found[owner].setdefault(key, (text, note))
    return {owner: texts for owner, texts in found.items() if texts}


def all_that_is_said(
    curriculum_id: str, folder: Path | None = None, library: Library | None = None
) -> Iterator[GuideText]:
    """Give the texts of a curriculum, then those of each of its adaptations; a key may come more than once."""
    library = library or Library(curricula_folders(folder))
    yield from texts_of(load_curriculum(curriculum_id, folder, library))
    for name in adaptation_ids(curriculum_id, folder):
        yield from texts_of(load_adapted(curriculum_id, name, folder, library))


def guide(root: Path, owner: str, texts: dict[str, tuple[str, str]]) -> PoCatalog:
    """Make the template of one guide, in reading order."""
    made = empty(guide_domain(owner))
    for key, (text, note) in texts.items():
        made.add(text, None, [(source_file(root, key), 0)], auto_comments=[note] if note else [], context=key)
    return made


def source_file(root: Path, key: str) -> str:
    """Name the file that a guide's key was written in."""
    owner, meeting, *_rest = key.split("/")
    places = (f"{CURRICULA}/{owner}/{meeting}.toml", f"{CURRICULA}/{owner}/{ADAPTATIONS}/{meeting}.toml")
    return next((one for one in places if (root / one).is_file()), f"{CURRICULA}/{owner}/{STRUCTURE}")


def measures() -> PoCatalog:
    """Make the template of the wordings that ship in English; the header names source and licence of each."""
    made, sources = empty(MEASURES), []
    for measure in all_measures():
        if not measure.has_wording:
            continue
        sources.append(f"# {measure.name}: {measure.citation}. {measure.licence}.")
        place = f"gipt/domain/measures/{measure.code}.py"
        for key, text, _ships in parts(measure):
            made.add(text, None, [(place, 0)], auto_comments=[LOCKED], context=key)
    made.header_comment = "\n".join([made.header_comment, *sources])
    return made


LOCKED = "Locked: only a whole validated wording may stand here, with its source in the header."


def safety() -> PoCatalog:
    """Make the template of the safety text."""
    made = empty(SAFETY)
    for key, text in safety_words.texts():
        file = "protocol_skeleton" if key.startswith("protocol/") else "safety_words"
        made.add(text, None, [(f"gipt/content/{file}.py", 0)], auto_comments=[REVIEWED], context=key)
    return made


REVIEWED = "Shown only after two people of the programme approved exactly these words."


def live(catalog: Catalog) -> Iterator:  # type: ignore[type-arg]
    """Yield the entries of a catalog without its header."""
    return (message for message in catalog if message.id)
