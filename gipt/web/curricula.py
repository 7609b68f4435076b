"""Guides: what lies in the folder, what was published, what the clinical lead adopted."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from gipt.actions.curricula import adopt_curriculum, own_folder, publish_curriculum, retire_curriculum
from gipt.content.curricula import curriculum_ids, load_curriculum
from gipt.domain.access import Permission
from gipt.domain.guides import Curriculum, content_hash
from gipt.domain.problems import BadDefinition
from gipt.i18n import gettext as _
from gipt.i18n import lazy_gettext
from gipt.queries.curricula import published, published_versions
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done
from gipt.web.guard import actor, may, needs, now
from gipt.words import label, sentence
from gipt.words.guides import guide_title

blueprint = Blueprint("curricula", __name__)
NAV = (NavItem(92, "curricula.page", lazy_gettext("Guides"), Permission.PROTOCOL_EDIT, "curricula"),)


@dataclass(frozen=True, slots=True)
class Offered:
    """One curriculum of the folder; `fault` says why it cannot be read."""

    id: str
    curriculum: Curriculum | None
    published: bool
    fault: str = ""


@blueprint.get("/a/guides")
@needs(Permission.PROTOCOL_EDIT)
def page() -> Any:
    """List the curricula and their versions."""
    return show(Form())


def show(form: Form) -> Any:
    """Show the page, with what was refused."""
    versions = published_versions()
    hashes = {one.content_hash for one in versions}
    return form.page(
        "set_up/curricula.html",
        title=_("Guides"),
        versions=versions,
        offered=offered(hashes),
        label=label,
        guide_title=guide_title,
        contents={one.version_id: published(one.content_hash) for one in versions},
        may_adopt=may(Permission.CURRICULUM_ADOPT),
    )


def offered(hashes: set[str]) -> list[Offered]:
    """Give what lies in the folder and whether this very content was published."""
    found = []
    for name in curriculum_ids(own_folder()):
        try:
            content = load_curriculum(name, own_folder())
        except BadDefinition as fault:
            found.append(Offered(name, None, False, str(sentence(fault))))
        else:
            found.append(Offered(name, content, content_hash(content) in hashes))
    return found


@blueprint.post("/a/guides/publish")
@needs(Permission.PROTOCOL_EDIT)
def publish() -> Any:
    """Store the present content of one curriculum."""
    form = Form()
    with form.catching():
        name = form.choice("curriculum", curriculum_ids(own_folder()), required=True)
        form.check()
        publish_curriculum(curriculum=name or "", by=actor(), now=now(), op=form.op)
        return done(_("Published. The clinical lead can adopt it now."), "curricula.page")
    return show(form)


@blueprint.post("/a/guides/<version_id>/adopt")
@needs(Permission.CURRICULUM_ADOPT)
def adopt(version_id: str) -> Any:
    """Adopt a version: groups may start with it."""
    form = Form()
    with form.catching():
        if not form.flag("read"):
            form.refuse("read", "choose_one")
        form.check()
        adopt_curriculum(version_id=version_id, note=form.text("note"), by=actor(), now=now(), op=form.op)
        return done(_("Adopted. Groups can start with it."), "curricula.page")
    return show(form)


@blueprint.post("/a/guides/<version_id>/retire")
@needs(Permission.CURRICULUM_ADOPT)
def retire(version_id: str) -> Any:
    """Offer a version no longer for new groups."""
    form = Form()
    retire_curriculum(version_id=version_id, by=actor(), now=now(), op=form.op)
    return done(_("Not offered any more. Running groups go on."), "curricula.page")
