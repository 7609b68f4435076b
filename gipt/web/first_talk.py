"""The talk before the group, with one member: short pages in any order, each saved when it is left (domain.md 1.6)."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from gipt.actions.consents import PURPOSES, WAYS, ConsentRecord, give_consent
from gipt.actions.members import MAY_CALL, MAY_TEXT, SafeContact, set_safe_contact
from gipt.actions.pre_group import AREAS, PreGroupRecord, record_caregiver, record_pre_group
from gipt.content.safety_words import CONSENT_ASK, CONSENT_SAY
from gipt.domain.access import Permission
from gipt.domain.guide_steps import SessionGuide
from gipt.domain.measures import AssessmentPoint
from gipt.domain.safety_protocol import is_phone
from gipt.i18n import format_date, ngettext
from gipt.i18n import gettext as _
from gipt.queries.endlines import get_enrolled
from gipt.queries.first_talks import FirstTalk, get_first_talk
from gipt.queries.guide_remarks import own_remarks
from gipt.queries.own_groups import get_group
from gipt.web.after import ask_outside
from gipt.web.forms.reader import Form
from gipt.web.frame import done, today
from gipt.web.guard import actor, needs, now
from gipt.web.guides import Outline, check_step, place_in, remember_place, spoken, step_page
from gipt.web.phone import help_link, onward, phone, renew
from gipt.web.safety_words import safety_lines
from gipt.words import label, labels

blueprint = Blueprint("first_talk", __name__)

MOST_GOALS = 2
REMARKS = {"guide": "talk", "caregiver_guide": "caregiver"}
"""Pages of a guide that is read, and the pages on which they are remarked."""


def load(cycle_id: str, enrolment_id: str) -> FirstTalk:
    """Give the talk when the member is the person's own."""
    return get_first_talk(actor(), cycle_id, enrolment_id, today())


def stored(talk: FirstTalk) -> PreGroupRecord:
    """Give what is stored so far, for a page that changes a part of it."""
    return PreGroupRecord(
        enrolment_id=talk.enrolment_id,
        held_on=None,
        steps_done=talk.steps_done,
        problem_area=talk.problem_area,
        other_areas=talk.other_areas,
        story=talk.story,
        goals=talk.goals,
        confirmed_dates=talk.confirmed_dates,
    )


def address(talk: FirstTalk, endpoint: str = "talk") -> str:
    """Give the address of a page of this talk."""
    return url_for(f"first_talk.{endpoint}", cycle_id=talk.cycle_id, enrolment_id=talk.enrolment_id)


def show(form: Form, talk: FirstTalk, template: str, title: str, **context: Any) -> Any:
    """Show one page of the talk; a refused form is tried again under a new operation."""
    renew(form)
    return form.page(f"first_talk/{template}.html", title=title, talk=talk, **phone(address(talk), **context))


@blueprint.get("/g/<cycle_id>/t")
@needs(Permission.MEETING_RUN)
def page(cycle_id: str) -> Any:
    """List the members of a group with the state of their first talks."""
    group = get_group(actor(), cycle_id, today())
    members = [one for one in group.members if one.exit_type is None]
    return Form().page(
        "first_talk/page.html",
        title=_("First talks"),
        group=group,
        members=members,
        held=sum(1 for one in members if one.pre_group_held),
        **phone(url_for("groups.group", cycle_id=cycle_id)),
    )


@blueprint.get("/g/<cycle_id>/t/<enrolment_id>")
@needs(Permission.MEETING_RUN)
def talk(cycle_id: str, enrolment_id: str) -> Any:
    """Show the parts of one first talk."""
    found = load(cycle_id, enrolment_id)
    return Form().page(
        "first_talk/talk.html",
        title=_("First talk"),
        talk=found,
        place=1 if found.held_on else place_in(place_of(found, "guide")) or 1,
        steps=parts(found),
        help_link=help_link(found.episode_id),
        **phone(url_for("first_talk.page", cycle_id=cycle_id)),
    )


def parts(talk: FirstTalk) -> list[dict[str, Any]]:
    """Give the parts of the talk for the step list, each with its state as shape and words."""
    said = [talk.consents.said(purpose) for purpose in PURPOSES]
    asked = len(PURPOSES) - said.count("not_asked")
    found = [
        part(talk, "consent", _("Consent"), asked, len(PURPOSES), consent_words(talk)),
        part(talk, "check_in", _("First check-in"), *check_in_state(talk)),
    ]
    if not talk.measures:
        found.pop()
    if talk.minor(today()) is not False:
        agreed = talk.consents.said("service", "caregiver")
        words = label("consent_by", "caregiver") if agreed == "not_asked" else yes_no(agreed)
        found.append(part(talk, "caregiver", _("Caregiver"), int(agreed != "not_asked"), 1, words))
    found += [
        part(talk, "area", _("What it is about"), int(talk.problem_area is not None), 1, area_words(talk)),
        part(talk, "goals", _("Goals"), len(talk.goals), 1, goal_words(talk)),
        part(talk, "contact", _("Safe contact"), int(talk.may_call is not None), 1, contact_words(talk)),
        part(talk, "finish", _("Dates and invitation"), int(talk.held_on is not None), 1, ""),
    ]
    return found


def part(talk: FirstTalk, endpoint: str, title: str, finished: int, of: int, words: str) -> dict[str, Any]:
    """Give one part of the step list."""
    state = "done" if finished >= of else ("part" if finished else "open")
    return {"href": address(talk, endpoint), "title": title, "state": state, "words": words}


def yes_no(said: str) -> str:
    """Say yes, no or not asked."""
    return {"yes": _("Yes"), "no": _("No"), "not_asked": _("Not asked yet")}[said]


def consent_words(talk: FirstTalk) -> str:
    """Say what was answered about taking part."""
    return _("Taking part: %(answer)s", answer=yes_no(talk.consents.said("service")))


def check_in_state(talk: FirstTalk) -> tuple[int, int, str]:
    """Give how far the first check-in is."""
    words = {"none": "", "started": _("started"), "done": _("done"), "declined": _("did not want to")}
    return {"none": 0, "started": 1}.get(talk.check_in, 2), 2, words[talk.check_in]


def area_words(talk: FirstTalk) -> str:
    """Say the agreed area in plain words."""
    return label("problem_area", talk.problem_area, plain=True) if talk.problem_area else ""


def goal_words(talk: FirstTalk) -> str:
    """Say how many goals are written down."""
    return ngettext("%(num)d goal", "%(num)d goals", len(talk.goals)) if talk.goals else ""


def contact_words(talk: FirstTalk) -> str:
    """Say whether the member may be called."""
    if talk.may_call is None:
        return ""
    return _("May be called") if talk.may_call == "yes" else _("Must not be called")


# --- consent ------------------------------------------------------------------------------------------------------


@blueprint.route("/g/<cycle_id>/t/<enrolment_id>/consent", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def consent(cycle_id: str, enrolment_id: str) -> Any:
    """Ask for each purpose by itself; a yes or a no, never ticked beforehand."""
    found, form = load(cycle_id, enrolment_id), Form()
    if form.posted:
        with form.catching():
            return store_consents(form, found, "self", PURPOSES)
    return show(form, found, "consent", _("Consent"), **consent_choices(found, "self", PURPOSES))


def consent_choices(talk: FirstTalk, giver: str, purposes: tuple[str, ...]) -> dict[str, Any]:
    """Give the questions with what was said before."""
    asks = safety_lines(CONSENT_ASK, "consent")
    if giver == "caregiver":
        asks["service"] = asks["caregiver"]
    return {
        "purposes": [(code, asks[code], talk.consents.said(code, giver)) for code in purposes],
        "says": safety_lines(CONSENT_SAY, "consent"),
        "ways": labels("consent_how"),
        "said_words": [("yes", _("Yes")), ("no", _("No"))],
    }


def store_consents(form: Form, talk: FirstTalk, giver: str, purposes: tuple[str, ...]) -> Response:
    """Store what was answered and is not what stands already."""
    answers = {code: form.choice(code, ("yes", "no")) for code in purposes}
    given = {code: said for code, said in answers.items() if said and said != talk.consents.said(code, giver)}
    how = form.choice("how", WAYS, required=bool(given))
    witness = form.text("witness")
    form.check()
    for position, (code, said) in enumerate(given.items()):
        record = ConsentRecord(
            talk.member_id, code, said == "yes", today(), how or "spoken", given_by=giver, witness=witness
        )
        # One operation for each purpose, the same ones when the form comes twice.
        give_consent(record=record, by=actor(), now=now(), op=f"{form.op[:30]}{position:02d}")
    if answers.get("service") == "no":
        return done(_("Noted. Without a yes this member does not join."), "first_talk.talk", **ids(talk))
    return onward(address(talk))


def ids(talk: FirstTalk) -> dict[str, Any]:
    """Give the ids in the address of a talk."""
    return {"cycle_id": talk.cycle_id, "enrolment_id": talk.enrolment_id}


@blueprint.route("/g/<cycle_id>/t/<enrolment_id>/caregiver", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def caregiver(cycle_id: str, enrolment_id: str) -> Any:
    """Ask the caregiver of a member under age."""
    found, form = load(cycle_id, enrolment_id), Form()
    if form.posted:
        with form.catching():
            return store_caregiver(form, found)
    return show(form, found, "caregiver", _("Caregiver"), **consent_choices(found, "caregiver", ("service",)))


def store_caregiver(form: Form, talk: FirstTalk) -> Response:
    """Store who cares for the member and what this person agreed to."""
    name, relation = form.text("name", required=True), form.text("relation")
    form.check()
    record_caregiver(
        enrolment_id=talk.enrolment_id,
        name=name,
        relation=relation,
        held_on=today(),
        by=actor(),
        now=now(),
        op=f"{form.op[:30]}cg",
    )
    return store_consents(form, talk, "caregiver", ("service",))


# --- the baseline -------------------------------------------------------------------------------------------------


@blueprint.route("/g/<cycle_id>/t/<enrolment_id>/check-in", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def check_in(cycle_id: str, enrolment_id: str) -> Any:
    """Ask the first check-in, from which change is counted."""
    found = get_enrolled(actor(), cycle_id, enrolment_id, today())
    point = AssessmentPoint.PRE_GROUP
    keys = [one.measure for one in found.curriculum.due(point)]
    back = url_for("first_talk.talk", cycle_id=cycle_id, enrolment_id=enrolment_id)
    return ask_outside(found, keys, point.value, "first_talk.check_in", back)


# --- what it is about, goals, contact, dates ----------------------------------------------------------------------


@blueprint.route("/g/<cycle_id>/t/<enrolment_id>/area", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def area(cycle_id: str, enrolment_id: str) -> Any:
    """Agree on what it is about: one area to begin with, others, and the story in a few words."""
    found, form = load(cycle_id, enrolment_id), Form()
    if form.posted:
        with form.catching():
            main, story = form.choice("area", AREAS), form.note_text("story")
            others = form.choices("others", AREAS)
            form.check()
            record = replace(stored(found), problem_area=main, other_areas=others, story=story)
            return store_part(form, found, record)
    areas = [(code, label("problem_area", code, plain=True), AREA_HINTS[code]()) for code in AREAS]
    return show(
        form, found, "area", _("What it is about"), areas=areas, plain_areas=[one[:2] for one in areas]
    )


AREA_HINTS = {
    "grief": lambda: _("Somebody died."),
    "dispute": lambda: _("A quarrel with somebody who matters."),
    "life_change": lambda: _("Life changed: a move, a birth, an illness, work."),
    "loneliness": lambda: _("Few people to turn to."),
}


def store_part(form: Form, talk: FirstTalk, record: PreGroupRecord) -> Response:
    """Store a part of the talk and go back to the list."""
    record_pre_group(record=record, by=actor(), now=now(), op=form.op)
    return onward(address(talk))


@blueprint.route("/g/<cycle_id>/t/<enrolment_id>/goals", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def goals(cycle_id: str, enrolment_id: str) -> Any:
    """Write down one or two goals in the member's own words."""
    found, form = load(cycle_id, enrolment_id), Form()
    if form.posted:
        with form.catching():
            texts = [form.text(f"goal{number}") for number in range(1, max(MOST_GOALS, len(found.goals)) + 1)]
            form.check()
            return store_part(
                form, found, replace(stored(found), goals=tuple(text for text in texts if text))
            )
    shown = [*found.goals, *[""] * MOST_GOALS][: max(MOST_GOALS, len(found.goals))]
    return show(form, found, "goals", _("Goals"), goals=shown)


@blueprint.route("/g/<cycle_id>/t/<enrolment_id>/contact", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def contact(cycle_id: str, enrolment_id: str) -> Any:
    """Agree on a safe way to be in touch."""
    found, form = load(cycle_id, enrolment_id), Form()
    if form.posted:
        with form.catching():
            return store_contact(form, found)
    calls = [("yes", _("Yes")), ("no", _("No"))]
    texts = [("yes", _("Yes")), ("neutral", label("contact", "neutral")), ("no", _("No"))]
    return show(form, found, "contact", _("Safe contact"), calls=calls, texts=texts)


def store_contact(form: Form, talk: FirstTalk) -> Response:
    """Store how the member may be reached."""
    number = form.text("phone")
    if number and not is_phone(number):
        form.refuse("phone", "not_a_phone")
    record = SafeContact(
        phone=number,
        may_call=form.choice("may_call", MAY_CALL),
        may_text=form.choice("may_text", MAY_TEXT),
        note=form.note_text("note"),
    )
    form.check()
    set_safe_contact(member_id=talk.member_id, contact=record, by=actor(), now=now(), op=form.op)
    return onward(address(talk))


@blueprint.route("/g/<cycle_id>/t/<enrolment_id>/finish", methods=["GET", "POST"])
@needs(Permission.MEETING_RUN)
def finish(cycle_id: str, enrolment_id: str) -> Any:
    """Tell the dates, invite, and say on which day the talk was held."""
    found, form = load(cycle_id, enrolment_id), Form()
    if form.posted:
        with form.catching():
            held_on = form.date("held") or today()
            form.check()
            done_steps = tuple(step.id for step in found.curriculum.pre_group.steps)
            record = replace(
                stored(found), held_on=held_on, confirmed_dates=form.flag("dates"), steps_done=done_steps
            )
            record_pre_group(record=record, by=actor(), now=now(), op=form.op)
            return done(_("The first talk is saved."), "first_talk.page", cycle_id=cycle_id)
    day = found.held_on or today()
    likely = dict.fromkeys((day, today(), today() - timedelta(days=1)))
    days = [(one.isoformat(), format_date(one, "weekday")) for one in likely]
    return show(form, found, "finish", _("Dates and invitation"), day=day, days=days)


@blueprint.get("/g/<cycle_id>/t/<enrolment_id>/guide/<int:number>")
@needs(Permission.MEETING_RUN)
def guide(cycle_id: str, enrolment_id: str, number: int) -> Any:
    """Show one step of the guide of the first talk."""
    found = load(cycle_id, enrolment_id)
    return show_step(found, found.curriculum.pre_group, number, "guide", address(found))


@blueprint.get("/g/<cycle_id>/t/<enrolment_id>/caregiver/guide/<int:number>")
@needs(Permission.MEETING_RUN)
def caregiver_guide(cycle_id: str, enrolment_id: str, number: int) -> Any:
    """Show one step of the guide of the talk with a caregiver."""
    found = load(cycle_id, enrolment_id)
    back = url_for("first_talk.caregiver", **ids(found))
    return show_step(found, found.curriculum.caregiver, number, "caregiver_guide", back)


def show_step(talk: FirstTalk, guide: SessionGuide | None, number: int, view: str, back: str) -> Any:
    """Show a step of a guide that is read, not ticked; after the last one it goes `back`."""
    guide = check_step(guide, number)
    remember_place(place_of(talk, view), number)
    link = partial(url_for, f"first_talk.{view}", **ids(talk))
    shown = step_page(
        outline_of(talk, guide),
        number,
        version=talk.curriculum.version,
        link=link,
        following=back if number == len(guide.steps) else link(number=number + 1),
        done_steps=talk.steps_done if guide is talk.curriculum.pre_group else (),
        reading=True,
        remark_href=url_for(f"guide_remarks.{REMARKS[view]}", number=number, **ids(talk)),
        remarks=own_remarks(actor(), talk.cycle_id),
    )
    title = _("Step %(number)d of %(total)d", number=number, total=len(guide.steps))
    return Form().page("meeting/guide.html", title=title, **shown, **phone(back))


def place_of(talk: FirstTalk, view: str) -> str:
    """Give the key under which the place in a guide of this talk is remembered."""
    return f"{view[0]}{talk.enrolment_id}"


def outline_of(talk: FirstTalk, guide: SessionGuide) -> Outline:
    """Give the outline of a talk in the words that the cycle reads."""
    return spoken(talk.curriculum, guide, talk.language, talk.words, talk.gender)
