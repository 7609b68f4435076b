"""The last look at a workbook before it leaves.

Nothing hidden in it, no stored name, phone or code (domain.md 5.7).
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import IO

FORBIDDEN_PARTS = (
    "xl/comments", "xl/threadedComments", "xl/externalLinks/", "xl/embeddings/", "xl/pivotCache/", "xl/pivotTables/",
    "xl/vbaProject", "xl/customXml", "customXml/", "xl/connections", "xl/queryTables/",
)  # fmt: skip
# Print titles are stored as a name of the workbook; every other name could point at something out of sight.
_NAME = re.compile(r'<definedName[^>]*name="([^"]+)"')
_ALLOWED_NAMES = frozenset({"_xlnm.Print_Titles", "_xlnm.Print_Area", "_xlnm._FilterDatabase"})
_HIDDEN = (
    (re.compile(r'<sheet [^>]*state="(?:hidden|veryHidden)"'), "hidden_sheet"),
    (re.compile(r'<(?:row|col) [^>]*hidden="(?:1|true)"'), "hidden_row_or_column"),
    (re.compile(r"<dataValidations\b"), "data_validation"),
    (re.compile(r"<f\b[^>]*>"), "formula"),
    (re.compile(r'TargetMode="External"'), "external_link"),
)
_CHART = re.compile(r"^xl/charts/")
SHORTEST_CANARY = 3
"""Letters; anything shorter is found in every text."""


def leaks(package: Path | str | IO[bytes], canaries: Iterable[str] = ()) -> list[str]:
    """Give what must not leave with a workbook, as `part: reason`; empty when it is clean.

    `canaries`: names, phone numbers and codes that are stored. They are looked for in every part and in the
    names of parts, whatever their case and composition.
    """
    wanted = {folded(canary): canary for canary in canaries if len(canary.strip()) >= SHORTEST_CANARY}
    with zipfile.ZipFile(package) as opened:
        return sorted(
            {
                f"{info.filename}: {reason}"
                for info in opened.infolist()
                for reason in part_leaks(info.filename, opened.read(info), wanted)
            }
        )


def part_leaks(name: str, content: bytes, wanted: dict[str, str]) -> Iterator[str]:
    """Give the reasons why one part must not leave."""
    if name.startswith(FORBIDDEN_PARTS):
        yield "forbidden_part"
    text = unescape(content.decode("utf-8", "replace"))
    for pattern, reason in _HIDDEN:
        # A chart names the cells it draws with an element of the same name as a formula.
        if not (reason == "formula" and _CHART.match(name)) and pattern.search(text):
            yield reason
    for found in _NAME.findall(text):
        if found not in _ALLOWED_NAMES:
            yield "defined_name"
    searched = folded(f"{name} {text}")
    for canary in wanted:
        if canary in searched:
            yield "canary"


def folded(text: str) -> str:
    """Give a text without case, composition and runs of space, for finding."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
