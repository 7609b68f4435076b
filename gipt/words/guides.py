"""Names that a curriculum gives, in the language of who reads: of itself, and of the meetings after a cycle.

They are texts of the curriculum's catalog, like the guide's own (`gipt.content.guide_texts` has their keys).
"""

from gipt.domain.guides import Curriculum
from gipt.i18n import current_language, shelf
from gipt.i18n.catalogs import guide_domain


def guide_title(curriculum: Curriculum) -> str:
    """Give the name of a curriculum."""
    return _named(curriculum.id, "title", curriculum.title)


def later_meeting(curriculum_id: str, key: str, words: str) -> str:
    """Give the words for a meeting after the cycle; `words` are the curriculum's own."""
    return _named(curriculum_id, f"follow-up/{key}", words)


def later_meetings(curriculum: Curriculum) -> dict[str, str]:
    """Give the words for every meeting after the cycle, by its key."""
    return {one.key: later_meeting(curriculum.id, one.key, one.label) for one in curriculum.follow_ups}


def _named(curriculum_id: str, part: str, words: str) -> str:
    found = shelf().find(
        current_language(), guide_domain(curriculum_id), (words,), context=f"{curriculum_id}/{part}"
    )
    return found.text
