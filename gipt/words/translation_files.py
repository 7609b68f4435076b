"""Words for files of translators: what becomes of an entry, and one sentence for each that is not taken."""

from collections.abc import Mapping
from typing import Protocol

from gipt.domain.problems import Invalid
from gipt.i18n import NC_, Marked, pgettext
from gipt.i18n import gettext as _
from gipt.i18n.exchange import Entry
from gipt.words.faults import sentence

OUTCOMES: Mapping[str, Marked] = {
    "unchanged": NC_("entry of a file", "As it is here"),
    "changed": NC_("entry of a file", "Changed"),
    "new": NC_("entry of a file", "New"),
    "refused": NC_("entry of a file", "Refused"),
    "stale": NC_("entry of a file", "Made for other English"),
    "unknown": NC_("entry of a file", "Not known here"),
}
KINDS: Mapping[str, Marked] = {
    "po": NC_("kind of file", "PO, for translation programs"),
    "xliff": NC_("kind of file", "XLIFF 1.2, for translation offices"),
    "xlsx": NC_("kind of file", "Excel, for everybody"),
}


class Planned(Protocol):
    """Ask of a planned entry only what a sentence needs."""

    @property
    def entry(self) -> Entry: ...
    @property
    def outcome(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def high(self) -> int: ...


def outcome_words(code: str) -> str:
    """Name what becomes of entries."""
    return pgettext(*OUTCOMES[code])


def kind_words(code: str) -> str:
    """Name a kind of file."""
    return pgettext(*KINDS[code])


def line_words(one: Planned) -> str:
    """Say which entry is not taken and why, in one sentence."""
    key = one.entry.key or one.entry.source[0][:60]
    return left_words(one.entry.row, key, str(one.outcome), one.reason, one.high)


def left_words(row: int, key: str, outcome: str, reason: str, high: int) -> str:
    """Say which entry was not taken and why: its row or line, its key, and what to mend."""
    place = _("Row %(row)s, %(key)s", row=row, key=key[:60])
    if outcome == "stale":
        return _("%(place)s: the English has changed since. Translate it anew.", place=place)
    if outcome == "unknown":
        return _("%(place)s: there is no such text here.", place=place)
    why = str(sentence(Invalid(field="translation", reason=reason, high=high)))
    return _("%(place)s. %(why)s", place=place, why=why)
