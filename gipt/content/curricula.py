"""Curricula from files: find the folder, read the TOML, follow `use`, give a checked `Curriculum`.

`use = "<curriculum>/<file>"` takes a whole meeting and `use = "<curriculum>/<file>/<step>"` one step, with
its key, so that a text that is used ten times is translated once. `fidelity.use` takes the fidelity items of
other files, and `guide = "<curriculum>/<file>"` names the meeting of a follow-up. A programme's own folder is
named by a path or by `GIPT_CURRICULA`; what it does not hold is taken from the folder that came with gipt.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gipt.domain.guides import Curriculum, from_mapping
from gipt.domain.problems import BadDefinition, Unknown

STRUCTURE = "curriculum.toml"
IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PACKAGE = Path(__file__).resolve().parent.parent

Table = dict[str, Any]


def curricula_folders(own: Path | None = None) -> tuple[Path, ...]:
    """Give the folders to look in: the programme's own first, then the one that came with gipt.

    Shipped curricula lie beside `gipt/` in a checkout, inside the package or under `gipt_data` in a wheel.
    """
    named = os.environ.get("GIPT_CURRICULA")
    wanted = own or (Path(named) if named else None)
    shipped = (
        PACKAGE.parent / "curricula",
        PACKAGE / "curricula",
        PACKAGE / "gipt_data" / "curricula",
        PACKAGE.parent / "gipt_data" / "curricula",
    )
    candidates = [*([wanted] if wanted else []), *shipped]
    return tuple(folder for folder in candidates if any(folder.glob(f"*/{STRUCTURE}")))


def curriculum_ids(own: Path | None = None) -> tuple[str, ...]:
    """Give the ids of all curricula that can be loaded, sorted."""
    found = {path.parent.name for folder in curricula_folders(own) for path in folder.glob(f"*/{STRUCTURE}")}
    return tuple(sorted(name for name in found if IDENTIFIER.fullmatch(name)))


def load_curriculum(
    curriculum_id: str, own: Path | None = None, library: Library | None = None
) -> Curriculum:
    """Load one curriculum, or raise `Unknown` (kind curriculum) or `BadDefinition` (file, key, reason).

    A `library` that is given has read files before: who loads many at once reads each file once.
    """
    known = curriculum_ids(own)
    if curriculum_id not in known:
        raise Unknown(kind="curriculum", name=curriculum_id, known=list(known))
    return (library or Library(curricula_folders(own))).curriculum(curriculum_id)


class Library:
    """Read the files of one load, each once, and resolve references between them (also for adaptations)."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._tables: dict[str, Table] = {}
        self._open: list[str] = []

    def curriculum(self, curriculum_id: str) -> Curriculum:
        """Give one curriculum, or raise `BadDefinition`."""
        table = dict(self._table(curriculum_id, STRUCTURE.removesuffix(".toml")))
        if table.get("id") != curriculum_id:
            raise BadDefinition(file=f"{curriculum_id}/{STRUCTURE}", key="id", reason="not_the_folder")
        file = f"{curriculum_id}/{STRUCTURE}"
        table["pre_group"] = self._meeting_of(curriculum_id, "pre-group", table.get("pre_group"))
        if "caregiver" in table or self._exists(curriculum_id, "caregiver"):
            table["caregiver"] = self._meeting_of(curriculum_id, "caregiver", table.get("caregiver"))
        table["follow_ups"] = self._follow_ups(table.get("follow_ups", []), file)
        inline = table.get("guides", [])
        if not isinstance(inline, list):
            raise BadDefinition(file=file, key="guides", reason="not_a_list")
        count = table.get("sessions")
        numbers = range(1, count + 1) if isinstance(count, int) and 0 < count <= 52 else range(0)
        named = [(f"session-{n}", guide) for n, guide in enumerate(inline, 1)]
        named = named or [(f"session-{n}", None) for n in numbers]
        table["guides"] = [self._meeting_of(curriculum_id, name, guide) for name, guide in named]
        return from_mapping(table, file)

    def _follow_ups(self, raw: object, file: str) -> object:
        """Put the meeting in the place of its name; what is no list is refused later, with its place."""
        if not isinstance(raw, list) or not all(isinstance(item, Mapping) for item in raw):
            return raw
        return [
            {**item, "guide": self._used_meeting(str(item["guide"]), file)} if "guide" in item else item
            for item in raw
        ]

    def _meeting_of(self, curriculum_id: str, name: str, inline: object) -> Table:
        key = f"{curriculum_id}/{name}"
        if inline is not None:
            return self._meeting(key, inline, f"{curriculum_id}/{STRUCTURE}")
        return self._meeting(key, self._table(curriculum_id, name), f"{key}.toml")

    def _meeting(self, key: str, raw: object, file: str) -> Table:
        """Give one meeting with every reference followed."""
        table = _table(raw, file, key)
        if "use" in table:
            return self._used_meeting(str(table["use"]), file)
        steps = table.get("steps", [])
        if not isinstance(steps, list):
            raise BadDefinition(file=file, key="steps", reason="not_a_list")
        meeting = {**table, "key": key, "steps": [self.step(key, step, file) for step in steps]}
        if "fidelity" in table:
            meeting["fidelity"] = self._fidelity(key, table["fidelity"], file)
        return meeting

    def _used_meeting(self, path: str, file: str) -> Table:
        parts = path.split("/")
        if len(parts) != 2 or path in self._open:
            raise BadDefinition(file=file, key="use", reason="bad_reference")
        self._open.append(path)
        meeting = self._meeting(path, self._table(parts[0], parts[1], file), f"{path}.toml")
        self._open.pop()
        return meeting

    def _fidelity(self, meeting: str, raw: object, file: str) -> list[Table]:
        """Give the items of the files that are used, then the meeting's own (`id = "text"`)."""
        own = _table(raw, file, "fidelity")
        used = own.pop("use", [])
        if not isinstance(used, list):
            raise BadDefinition(file=file, key="fidelity.use", reason="not_a_list")
        found: list[Table] = []
        for path in map(str, used):
            parts = path.split("/")
            if len(parts) != 2 or path == meeting:
                raise BadDefinition(file=file, key="fidelity.use", reason="bad_reference")
            items = _table(
                self._table(parts[0], parts[1], file).get("fidelity", {}), f"{path}.toml", "fidelity"
            )
            found += [_item(path, name, text) for name, text in items.items() if name != "use"]
        return found + [_item(meeting, name, text) for name, text in own.items()]

    def step(self, meeting: str, raw: object, file: str) -> Table:
        """Give one step with its key, or the step that it names with `use`."""
        step = _table(raw, file, "steps")
        if "use" in step:
            return self._used_step(str(step["use"]), {k: v for k, v in step.items() if k != "use"}, file)
        return {**step, "key": f"{meeting}/{step.get('id', '')}"}

    def _used_step(self, path: str, changes: Table, file: str) -> Table:
        """Give a step of another file; only its minutes may be changed, since a text belongs to its key."""
        parts = path.split("/")
        if len(parts) != 3 or set(changes) - {"minutes"}:
            raise BadDefinition(file=file, key="use", reason="bad_reference")
        for raw in self._table(parts[0], parts[1], file).get("steps", []):
            if isinstance(raw, Mapping) and raw.get("id") == parts[2]:
                return {**raw, **changes, "key": path}
        raise BadDefinition(file=file, key="use", reason="unknown_reference")

    def _exists(self, curriculum_id: str, name: str) -> bool:
        return any((folder / curriculum_id / f"{name}.toml").is_file() for folder in self._folders)

    def _table(self, curriculum_id: str, name: str, asked_by: str = "") -> Table:
        """Read one file from the first folder that holds its curriculum."""
        place = f"{curriculum_id}/{name}"
        if place not in self._tables:
            fits = IDENTIFIER.fullmatch(curriculum_id) and IDENTIFIER.fullmatch(name)
            paths = [folder / curriculum_id / f"{name}.toml" for folder in self._folders if fits]
            path = next((path for path in paths if path.is_file()), None)
            if path is None:
                reason = "unknown_reference" if asked_by else "no_such_file"
                raise BadDefinition(file=asked_by or f"{place}.toml", key=place, reason=reason)
            self._tables[place] = read_toml(path, f"{place}.toml")
        return self._tables[place]


def _item(meeting: str, name: str, text: object) -> Table:
    return {"id": name, "key": f"{meeting}/fidelity/{name}", "text": text}


def _table(raw: object, file: str, key: str) -> Table:
    if not isinstance(raw, Mapping):
        raise BadDefinition(file=file, key=key, reason="not_a_table")
    return dict(raw)


def read_toml(path: Path, file: str) -> Table:
    """Read one file, or raise `BadDefinition` with the name it is known by."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadDefinition(file=file, key="", reason="not_toml") from fault
