"""Which words a cycle reads: pinned when it is planned and started, moved only by a person (decision 16)."""

from datetime import datetime

from gipt.actions.base import action, audit
from gipt.actions.cycles import CHANGEABLE, cycle_to_change
from gipt.db import db
from gipt.domain.access import Actor
from gipt.domain.adaptation_life import may_start
from gipt.domain.guides import GuideStatus
from gipt.domain.problems import Conflict, Invalid, NotReady
from gipt.models import CycleGuide
from gipt.queries.translations import best_translation, get_translation, pinned_guide


@action("choose_guide")
def choose_guide(
    *,
    cycle_id: str,
    translation_id: str | None,
    pilot: bool = False,
    by: Actor,
    now: datetime,
    op: str | None = None,
) -> str:
    """Choose the words that a cycle reads (None: the curriculum's own); gives the cycle's id.

    A planned cycle may take any words that are not retired; one that runs only what it could be started with.
    Raises NotFound, Invalid (`guide`) for words of another curriculum version, NotReady `guide_approved`.
    """
    stored = cycle_to_change(cycle_id, by)
    if stored.status not in CHANGEABLE:
        raise Conflict(reason="cycle_closed")
    pinned = pinned_guide(cycle_id)
    if translation_id is not None:
        found = get_translation(translation_id)
        if found.curriculum_version_id != pinned.curriculum_version_id or found.status is GuideStatus.RETIRED:
            raise Invalid(field="guide", reason="unknown_choice")
        if stored.status != "planned" and not may_start(found.status, pilot=pilot):
            raise NotReady(missing=["guide_approved"])
    pin(cycle_id, translation_id, by, now, chosen=True, pilot=pilot)
    audit(
        "choose_guide",
        by=by,
        now=now,
        entity="cycle",
        entity_id=cycle_id,
        op=op,
        translation=translation_id,
        pilot=pilot,
    )
    return cycle_id


def pin(
    cycle_id: str,
    translation_id: str | None,
    by: Actor,
    now: datetime,
    *,
    chosen: bool = False,
    pilot: bool = False,
) -> None:
    """Store what a cycle reads from now on."""
    row = db.session.get(CycleGuide, cycle_id) or CycleGuide(cycle_id=cycle_id)
    row.translation_id, row.chosen, row.pilot = translation_id, chosen, pilot
    row.pinned_at, row.pinned_by_id = now, by.staff_id
    db.session.add(row)
    db.session.flush()


def pin_best(cycle_id: str, by: Actor, now: datetime) -> None:
    """Pin the newest approved words in the cycle's language where nobody chose; without any nothing is pinned."""
    pinned = pinned_guide(cycle_id)
    if pinned.chosen:
        return
    best = best_translation(pinned.curriculum_version_id, pinned.language)
    if best != pinned.translation_id:
        pin(cycle_id, best, by, now)
