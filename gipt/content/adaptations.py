"""Adaptations from files: `curricula/<curriculum>/adaptations/<id>.toml`, each laid over the curriculum in turn.

A new step gets the key `<curriculum>/<adaptation>/<meeting>/<step>`, so its texts belong to the catalog of the
curriculum; `new = { use = "who-8/session-3/hard-talk" }` takes a step that is there already, with its key. An
adaptation with a `parent` is laid over that one. The programme's own folder comes first, as for curricula.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gipt.content.curricula import (
    IDENTIFIER,
    Library,
    curricula_folders,
    curriculum_ids,
    load_curriculum,
    read_toml,
)
from gipt.domain.adaptations import Adaptation, adaptation_from_mapping, adapted
from gipt.domain.guides import Curriculum
from gipt.domain.problems import BadDefinition, Unknown

FOLDER = "adaptations"


def adaptation_ids(curriculum_id: str, own: Path | None = None) -> tuple[str, ...]:
    """Give the ids of the adaptations of a curriculum, sorted."""
    if not IDENTIFIER.fullmatch(curriculum_id):
        return ()
    found = {
        path.stem
        for folder in curricula_folders(own)
        for path in (folder / curriculum_id / FOLDER).glob("*.toml")
    }
    return tuple(sorted(name for name in found if IDENTIFIER.fullmatch(name)))


def load_adaptation(
    curriculum_id: str, name: str, own: Path | None = None, library: Library | None = None
) -> Adaptation:
    """Load one adaptation, or raise `Unknown` (kind adaptation) or `BadDefinition`."""
    known = adaptation_ids(curriculum_id, own)
    if name not in known:
        raise Unknown(kind="adaptation", name=name, known=list(known))
    file = f"{curriculum_id}/{FOLDER}/{name}.toml"
    folders = curricula_folders(own)
    table = read_toml(next(folder / file for folder in folders if (folder / file).is_file()), file)
    if table.get("id") != name or table.get("curriculum") != curriculum_id:
        raise BadDefinition(file=file, key="id", reason="not_the_folder")
    changes = table.get("changes")
    if isinstance(changes, list):
        library = library or Library(folders)
        table["changes"] = [_with_key(library, f"{curriculum_id}/{name}", change, file) for change in changes]
    return adaptation_from_mapping(table, file)


def _with_key(library: Library, prefix: str, change: Any, file: str) -> Any:
    """Give a change whose new step knows its key; what is no table is refused later, with its place."""
    if not isinstance(change, Mapping) or "new" not in change:
        return change
    return {**change, "new": library.step(f"{prefix}/{change.get('meeting', '')}", change["new"], file)}


def load_adapted(
    curriculum_id: str, name: str, own: Path | None = None, library: Library | None = None
) -> Curriculum:
    """Load a curriculum as an adaptation shapes it, its parents first; raises `Unknown` or `BadDefinition`."""
    chain: list[Adaptation] = []
    while name:
        found = load_adaptation(curriculum_id, name, own, library)
        if any(found.id == one.id for one in chain):
            raise BadDefinition(file=found.file, key="parent", reason="circle")
        chain.append(found)
        name = found.parent
    curriculum = load_curriculum(curriculum_id, own, library)
    for one in reversed(chain):
        curriculum = adapted(curriculum, one)
    return curriculum


def all_adaptations(own: Path | None = None) -> list[Adaptation]:
    """Give every adaptation that can be read, by curriculum and id; a wrong file is named where it is published."""
    found = []
    for curriculum_id in curriculum_ids(own):
        for name in adaptation_ids(curriculum_id, own):
            with suppress(BadDefinition):
                found.append(load_adaptation(curriculum_id, name, own))
    return found
