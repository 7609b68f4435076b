"""The guide in the languages of the groups: published, reviewed and tried out by invented people, as a pilot.

The shipped words are drafts (decision 18); the demonstration takes them through the same steps as a programme would.
They are not whole, so the clinical lead cannot approve them: the groups that speak these languages are pilots, and
every line that is missing is shown in English with its mark.
"""

from datetime import datetime

from gipt.actions.cycle_guides import choose_guide
from gipt.actions.translations import (
    add_translation_evidence,
    edit_translation,
    publish_translation,
    take_translation_step,
)
from gipt.domain.access import Actor, Role
from gipt.domain.adaptation_life import Evidence
from gipt.domain.guides import GuideStatus

STAFF = (
    ("hana", Role.TRANSLATOR, None, "Hana Girma", "female"),
    ("rahel", Role.REVIEWER, None, "Rahel Desta", "female"),
    ("manoj", Role.TRANSLATOR, None, "Manoj Thapa", "male"),
    ("deepa", Role.REVIEWER, None, "Deepa Rai", "female"),
)
TEAMS = {"am": ("hana", "rahel"), "ne": ("manoj", "deepa")}
"""Who translated and who reviewed, by language."""
TRIED = {
    "am": "Read aloud to 7 women in Adama. All could say what each step was for; two sentences were made shorter.",
    "ne": "Read aloud to 6 women in Banepa. All understood; the word for check-in was changed after they laughed.",
}


def publish_words(version_id: str, staff: dict[str, Actor], now: datetime) -> dict[str, str]:
    """Publish the words and take them through review and field test; gives the translations by language."""
    made = {}
    for tag, (translator, reviewer) in TEAMS.items():
        found = publish_translation(curriculum_version_id=version_id, tag=tag, by=staff[translator], now=now)
        for status, name in (
            (GuideStatus.TRANSLATED, translator),
            (GuideStatus.LANGUAGE_REVIEWED, reviewer),
            (GuideStatus.CLINICALLY_REVIEWED, "noor"),
        ):
            take_translation_step(translation_id=found, status=status, by=staff[name], now=now)
        add_translation_evidence(
            translation_id=found, kind=Evidence.COGNITIVE_TEST, text=TRIED[tag], by=staff[reviewer], now=now
        )
        take_translation_step(
            translation_id=found, status=GuideStatus.FIELD_TESTED, by=staff[reviewer], now=now
        )
        made[tag] = found
    edit_translation(
        domain="curriculum-who-8",
        tag="ne",
        key="who-8/session-1/title",
        text="पहिलो भेटघाट",
        back_translation="The first meeting",
        comment="Shorter; two women in Banepa asked for it.",
        by=staff["manoj"],
        now=now,
    )
    return made


def read_in(cycle_id: str, translation_id: str | None, by: Actor, now: datetime) -> None:
    """Let a group read the words of its language as a pilot; without any it reads the guide as written."""
    if translation_id is not None:
        choose_guide(cycle_id=cycle_id, translation_id=translation_id, pilot=True, by=by, now=now)
