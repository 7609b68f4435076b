"""Which words of the guide a group reads: named on the cycle's page, chosen here, with what stands against a start."""

from typing import Any

from flask import Blueprint

from gipt.actions.cycle_guides import choose_guide
from gipt.domain.access import Permission
from gipt.domain.adaptation_life import may_start
from gipt.domain.guides import GuideStatus
from gipt.i18n import find_language, format_date
from gipt.i18n import gettext as _
from gipt.queries.cycles import LIVE, CyclePage
from gipt.queries.translations import Pinned, PublishedTranslation, pinned_guide, published_translations
from gipt.web.forms.reader import Form
from gipt.web.frame import done, frame
from gipt.web.guard import actor, needs, now
from gipt.web.planner import load
from gipt.words import label

blueprint = Blueprint("cycle_guides", __name__)
OWN_WORDS = "own"
"""What the form sends for the curriculum's own words."""


@blueprint.route("/o/cycles/<cycle_id>/guide", methods=["GET", "POST"])
@needs(Permission.GROUPS_EDIT)
def page(cycle_id: str) -> Any:
    """Choose which published words a group reads."""
    found, form = load(cycle_id), Form()
    pinned = pinned_guide(cycle_id)
    offered = [
        one
        for one in published_translations(pinned.curriculum_version_id)
        if one.status is not GuideStatus.RETIRED or one.translation_id == pinned.translation_id
    ]
    if form.posted:
        with form.catching():
            chosen = form.choice(
                "guide", [OWN_WORDS, *(one.translation_id for one in offered)], required=True
            )
            form.check()
            choose_guide(
                cycle_id=cycle_id,
                translation_id=None if chosen == OWN_WORDS else chosen,
                pilot=form.flag("pilot"),
                by=actor(),
                now=now(),
                op=form.op,
            )
            return done(_("Saved."), "planner.cycle", cycle_id=cycle_id)
    return form.page(
        "planner/guide.html",
        title=_("Guide of this group"),
        found=found,
        pinned=pinned,
        language=spoken_name(pinned),
        options=[*(offer_words(one) for one in offered), own_words(found)],
        chosen=form.raw("guide") or pinned.translation_id or (OWN_WORDS if pinned.chosen else None),
        pilot=form.flag("pilot") if form.posted else pinned.pilot,
        live=found.status in LIVE,
    )


def spoken_name(pinned: Pinned) -> str:
    """Name the language of the group, else the programme's."""
    around = frame()
    known = find_language(pinned.language or (around.language if around else "en"))
    return known.name if known else ""


def own_words(found: CyclePage) -> tuple[str, str, str]:
    """Offer the curriculum's own words."""
    known = find_language(found.curriculum.language)
    return OWN_WORDS, known.name if known else found.curriculum.language, _("The guide as it was written.")


def offer_words(one: PublishedTranslation) -> tuple[str, str, str]:
    """Offer published words with their day and how far they are."""
    known = find_language(one.tag)
    name = _(
        "%(language)s of %(day)s",
        language=known.name if known else one.tag,
        day=format_date(one.published_at),
    )
    if may_start(one.status):
        return one.translation_id, name, label("guide_status", one.status)
    if may_start(one.status, pilot=True):
        return one.translation_id, name, _("Field tested: groups can start with it as a pilot only.")
    return (
        one.translation_id,
        name,
        _("%(status)s: no group can start with it yet.", status=label("guide_status", one.status)),
    )
