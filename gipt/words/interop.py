"""Words about sending figures to another system."""

from collections.abc import Mapping

from gipt.i18n import NC_, Marked, pgettext

CHANGES: Mapping[str, tuple[str, Marked]] = {
    "new": ("part", NC_("send change", "New there")),
    "changed": ("update", NC_("send change", "Replaces another number")),
    "same": ("done", NC_("send change", "The same already")),
    "hidden": ("neutral", NC_("send change", "Hidden: it speaks of few people")),
    "not_sent": ("neutral", NC_("send change", "Not there")),
}
"""What sending would do, with the kind of mark that shows it."""


def change_words(code: str) -> str:
    """Give what sending would do to one value."""
    return pgettext(*CHANGES[code][1])
