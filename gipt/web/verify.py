"""The check of a report without sign-in: is this workbook still what it was when it was made?

Nothing that is sent is kept. A file is opened only by the guarded reader in a process of its own (decision 36). Who
does not hold a report's checksum learns nothing, not even that the report exists.
"""

import re
import threading
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import FileStorage

from gipt.domain.problems import BadFile
from gipt.i18n import digits_to_ascii
from gipt.i18n import gettext as _
from gipt.intake.grid import Grid
from gipt.intake.reader import read_upload
from gipt.queries.report_proofs import Proof, find_proof
from gipt.reports.proof import Change, Pages, Place, differences, marks_of, pages_of
from gipt.web.forms.reader import Form
from gipt.web.guard import anybody
from gipt.web.pace import Pace
from gipt.words import sentence

blueprint = Blueprint("verify", __name__)
PACE = Pace(most=20, most_of_all=200, seconds=600)
WALL_SECONDS = 30.0
MOST_SHOWN = 50
"""Places listed; a file that differs in more is another file."""
# One file at a time: whoever is not signed in never takes the place of a list that somebody brings in.
_place = threading.BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the check found: `unchanged`, `changed`, `not_ours`, `too_large`, or `belongs` for number and checksum."""

    state: str
    proof: Proof | None = None
    places: tuple[Place, ...] = ()
    more: int = 0
    formulas: bool = False


@blueprint.route("/verify", methods=["GET", "POST"])
@anybody
def page() -> Any:
    """Ask for a workbook, or for its number and checksum, and say what became of it."""
    form, answer = Form(), None
    if form.posted:
        PACE.take(request.remote_addr or "")
        try:
            with form.catching():
                answer = check(form)
        except BadFile as fault:
            form.errors["file"] = str(sentence(fault))
    return form.page("verify/page.html", title=_("Check a report"), answer=answer, Change=Change)


def check(form: Form) -> Answer:
    """Check what was sent: a file first, else number and checksum."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return check_file(file)
    code, checksum = form.text("code"), form.text("checksum")
    if code is None and checksum is None:
        form.refuse("file", "missing")
    elif code is None or checksum is None:
        form.refuse("code" if code is None else "checksum", "missing")
    form.check()
    return check_marks(code or "", checksum or "")


def check_marks(code: str, checksum: str) -> Answer:
    """Say whether a number and a checksum belong together; a wrong one and an unknown one look the same."""
    digits = re.sub(r"\D", "", digits_to_ascii(code))
    number = f"R-{int(digits):04d}" if 0 < len(digits) < 10 else ""
    proof = find_proof([number], [re.sub(r"\s", "", digits_to_ascii(checksum)).lower()])
    return Answer("not_ours" if proof is None else "belongs", proof)


def check_file(file: FileStorage) -> Answer:
    """Read a workbook and compare its cells with those of the report whose number and checksum it carries."""
    grid = read(file)
    if grid.source != "xlsx":
        raise BadFile(reason="not_a_workbook")
    pages = grid_pages(grid)
    proof = find_proof(*marks_of(pages))
    if proof is None:
        return Answer("not_ours")
    if proof.pages is None:
        return Answer("too_large", proof)
    found = differences(proof.pages, pages)
    state = "changed" if found or grid.formulas else "unchanged"
    shown = tuple(found[:MOST_SHOWN])
    return Answer(state, proof, shown, len(found) - len(shown), grid.formulas)


def read(file: FileStorage) -> Grid:
    """Give the grid of the sent file; raises BadFile."""
    if not _place.acquire(timeout=WALL_SECONDS):
        raise BadFile(reason="busy")
    try:
        return read_upload(file.read(), file.filename or "", wall_seconds=WALL_SECONDS)
    finally:
        _place.release()


def grid_pages(grid: Grid) -> Pages:
    """Give what was read as canonical text; hidden sheets count too, a report has none."""
    return pages_of((sheet.name, sheet.rows) for sheet in grid.sheets)
