"""The words for the signs by which members and groups are told apart without a name."""

from gipt.i18n import NC_, pgettext

SIGNS = {
    "sun": NC_("sign", "sun"),
    "pot": NC_("sign", "pot"),
    "goat": NC_("sign", "goat"),
    "bicycle": NC_("sign", "bicycle"),
    "tree": NC_("sign", "tree"),
    "boat": NC_("sign", "boat"),
    "drum": NC_("sign", "drum"),
    "basket": NC_("sign", "basket"),
    "fish": NC_("sign", "fish"),
    "moon": NC_("sign", "moon"),
    "key": NC_("sign", "key"),
    "cup": NC_("sign", "cup"),
    "house": NC_("sign", "house"),
    "star": NC_("sign", "star"),
    "leaf": NC_("sign", "leaf"),
    "bird": NC_("sign", "bird"),
}
PICTURES = tuple(SIGNS)


def sign_word(picture: str) -> str:
    """Give the word for a picture; empty for one that is not among the signs."""
    marked = SIGNS.get(picture)
    return pgettext(*marked) if marked else ""
