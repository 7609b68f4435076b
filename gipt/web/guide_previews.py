"""The guide as a facilitator sees it, in a frame of 320 px beside its texts (T2): drafts, made-up languages, no fonts.

Only `framed` may be shown in a frame, and only in one of this site; every other answer stays as it is. The frame runs
no script and sends no form. Nothing here is of a person: the page has no member, no group and no protocol.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, g, make_response, request, url_for
from werkzeug.wrappers import Response

from gipt.actions.curricula import own_folder
from gipt.content.adaptations import load_adapted
from gipt.content.curricula import curriculum_ids, load_curriculum
from gipt.content.entries import known_adaptations
from gipt.content.guide_texts import texts_of_step, translated_guide
from gipt.content.spoken_guides import Words, words_of
from gipt.domain.access import Permission
from gipt.domain.guide_steps import SessionGuide
from gipt.domain.guides import Curriculum
from gipt.domain.problems import NotFound
from gipt.i18n import Language, language
from gipt.i18n import gettext as _
from gipt.i18n.catalogs import guide_domain
from gipt.i18n.pseudo import pseudo
from gipt.i18n.registry import PSEUDO
from gipt.queries.curricula import published, published_versions
from gipt.queries.translation_work import Work, get_language, work_on
from gipt.queries.translations import (
    PublishedTranslation,
    edits_for,
    published_translations,
    published_words,
)
from gipt.web.forms.reader import Form
from gipt.web.frame import font_sheet, zone
from gipt.web.guard import needs
from gipt.web.guides import Outline, spoken, step_page
from gipt.web.headers import with_directives
from gipt.web.phone import phone

blueprint = Blueprint("guide_previews", __name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at and how: a step of a guide in the words of today or in published ones, and the switches."""

    tongue: Language
    curriculum: Curriculum
    meeting: str
    number: int
    published: PublishedTranslation | None
    made_up: str
    big: bool
    no_fonts: bool

    @property
    def guide(self) -> SessionGuide:
        """Give the meeting that is looked at, as the curriculum has it."""
        return self.curriculum.meetings[self.meeting]

    def address(self, view: str = "page", **changes: Any) -> str:
        """Give the address of the same look with some things changed."""
        here = {
            "guide": self.curriculum.id,
            "meeting": self.meeting,
            "number": self.number,
            "words": self.published.translation_id if self.published else None,
            "as": self.made_up or None,
            "big": "1" if self.big else None,
            "fonts": "0" if self.no_fonts else None,
        }
        return url_for(f"guide_previews.{view}", tag=self.tongue.tag, **{**here, **changes})


def look_of(tag: str) -> Look:
    """Read what is wished for from the address; raise NotFound for a guide that is not there."""
    tongue, wish = get_language(tag), request.args
    name = wish.get("guide", "")
    if name not in curriculum_ids(own_folder()):
        raise NotFound(kind="curriculum")
    known = {one.translation_id: one for one in published_ones(tongue.tag, name)}
    chosen = known.get(wish.get("words", ""))
    curriculum = curriculum_of(name, tongue) if chosen is None else pinned(chosen)
    meeting, number = place_of(
        curriculum, wish.get("meeting", ""), wish.get("number", ""), wish.get("key", "")
    )
    made_up = wish.get("as", "")
    return Look(
        tongue,
        curriculum,
        meeting,
        number,
        chosen,
        made_up if made_up in PSEUDO else "",
        wish.get("big") == "1",
        wish.get("fonts") == "0",
    )


def curriculum_of(name: str, tongue: Language) -> Curriculum:
    """Give a curriculum as it is written, as the adaptation shapes it whose words stand under this tag."""
    shaped = (one for one in known_adaptations(own_folder()) if one.curriculum == name)
    adaptation = next((one.id for one in shaped if one.locale == tongue.tag), None)
    return load_adapted(name, adaptation, own_folder()) if adaptation else load_curriculum(name, own_folder())


def published_ones(tag: str, curriculum: str) -> list[PublishedTranslation]:
    """List what was published of a guide in a language, newest first."""
    return [one for one in published_translations() if one.tag == tag and one.curriculum == curriculum]


def pinned(chosen: PublishedTranslation) -> Curriculum:
    """Give the curriculum as it was when these words were published."""
    versions = {one.version_id: one.content_hash for one in published_versions()}
    return published(versions[chosen.curriculum_version_id])


def place_of(curriculum: Curriculum, meeting: str, number: str, key: str) -> tuple[str, int]:
    """Give the meeting and the number of the step: by a key of one of its texts, else by place, else the first."""
    for name, guide in curriculum.meetings.items():
        for place, step in enumerate(guide.steps, 1):
            if key == step.key or key.startswith(f"{step.key}/"):
                return name, place
    name = meeting if meeting in curriculum.meetings else "session-1"
    last = len(curriculum.meetings[name].steps)
    return name, min(max(int(number), 1), last) if number.isdigit() and len(number) < 4 else 1


@blueprint.get("/languages/<tag>/preview")
@needs(Permission.TRANSLATION_EDIT)
def page(tag: str) -> Any:
    """Show a step as it is shown on a phone, the switches, and its texts with links to change them."""
    look = look_of(tag)
    step = look.guide.steps[look.number - 1]
    texts = texts_of_step(step)
    works: dict[str, Work] = {}
    for domain in dict.fromkeys(guide_domain(text.key) for text in texts):
        works |= work_on(domain, look.tongue, own_folder())
    answer = make_response(
        Form().page(
            "guide_previews/page.html",
            title=_("Preview"),
            look=look,
            step=step,
            texts=[(text, works.get(text.key), entry_href(look, text.key)) for text in texts],
            meetings=list(look.curriculum.meetings.items()),
            versions=published_ones(tag, look.curriculum.id),
            made_up=PSEUDO.values(),
            zone=zone(),
            # The texts beside the frame need their letters too.
            **({"font_sheet": script} if (script := font_sheet(look.tongue.script)) else {}),
        )
    )
    answer.headers["Content-Security-Policy"] = with_directives({"frame-src": "'self'"})
    return answer


def entry_href(look: Look, key: str) -> str:
    """Give where one text is edited."""
    return url_for("languages.entry", tag=look.tongue.tag, domain=guide_domain(key), key=key)


@blueprint.get("/languages/<tag>/preview/page")
@needs(Permission.TRANSLATION_EDIT)
def framed(tag: str) -> Response:
    """Show the step itself: the real page of a facilitator, around it nothing that belongs to anybody."""
    look = look_of(tag)
    shown = PSEUDO[look.made_up] if look.made_up else look.tongue
    g.language = shown.tag
    outline = outline_of(look)
    link = partial(look.address, "framed")
    total = len(look.guide.steps)
    step = step_page(
        outline,
        look.number,
        version=look.curriculum.version,
        link=link,
        following=link(number=min(look.number + 1, total)),
        remark_href="#main",
    )
    around = phone(link(number=max(look.number - 1, 1)))
    around["nav"] = tuple(one._replace(href="#main", current=False) for one in around["nav"])
    answer = make_response(
        Form().page(
            "meeting/guide.html",
            title=_("Step %(number)d of %(total)d", number=look.number, total=total),
            **{**step, **({"font_sheet": None} if look.no_fonts else {})},
            **around,
            big=look.big,
            still=True,  # the frame's sandbox refuses scripts, and says so for each that is asked for
            hide_url=None,
            help_block=None,
            flashes=[],
            status_line="",
        )
    )
    fonts = {"font-src": "'none'"} if look.no_fonts else {}
    answer.headers["Content-Security-Policy"] = with_directives({"frame-ancestors": "'self'", **fonts})
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def outline_of(look: Look) -> Outline:
    """Give the meeting in the words that are looked at; a made-up language has every text."""
    source = language(look.curriculum.language)
    if look.made_up:
        keys: set[str] = set()

        def disguise(key: str, text: str) -> tuple[str, bool]:
            keys.add(key)
            return pseudo(text), True

        done = translated_guide(look.guide, disguise)
        return Outline(done.guide, PSEUDO[look.made_up], source, frozenset(keys), frozenset())
    return spoken(look.curriculum, look.guide, look.tongue.tag, words_now(look))


def words_now(look: Look) -> Words | None:
    """Give the published words that were chosen, else those of today with what was written and begun in the app."""
    if look.published is not None:
        return published_words(look.published.translation_id)
    domains = {guide_domain(text.key) for step in look.guide.steps for text in texts_of_step(step)}
    return words_of(look.curriculum, look.tongue, edits_for(domains, look.tongue.chain, begun=True))
