"""A word of ours in every language that has it, so that a template made in one language is read in all."""

from functools import lru_cache

from gipt.i18n import gettext, languages, use_language


@lru_cache(maxsize=512)
def in_every_language(message: str) -> frozenset[str]:
    """Give a marked message in every listed language, English included.

    Kept for the life of the process: a language added meanwhile is known after the next start.
    """
    found = {message}
    for language in languages():
        with use_language(language):
            found.add(gettext(message))
    return frozenset(found)
