"""People for the office: list and search, one person with consents and way through the programme, duplicates."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gipt.actions import consents as consent_actions
from gipt.actions import members as actions
from gipt.actions import merging
from gipt.domain.access import Permission, allows_at
from gipt.domain.group_formation import LinkKind
from gipt.domain.names import NameEvidence
from gipt.domain.people import ADULT_FROM, OLDEST, Disability, Displacement, Sex, age_on, is_minor
from gipt.domain.problems import Invalid
from gipt.i18n import find_language, lazy_gettext, local_digits
from gipt.i18n import gettext as _
from gipt.queries import consents, likeness, members
from gipt.queries.groups import history_of
from gipt.queries.member_notes import find_notes
from gipt.web.calendar_words import date_fields
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, frame, today, zone
from gipt.web.guard import actor, may, needs, now
from gipt.web.patterns import Row
from gipt.words import labels
from gipt.words.people import action_word, because, days_words, reasons_words, rule_sentence, wait_words

blueprint = Blueprint("people", __name__)
NAV = (NavItem(30, "people.page", lazy_gettext("People"), Permission.PEOPLE_SEE, "people"),)


def language_name(tag: str | None) -> str:
    """Give a language by its own name."""
    known = find_language(tag) if tag else None
    return known.name if known is not None else (tag or "")


def language_options(tags: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give languages for a list of choices."""
    return [(tag, language_name(tag)) for tag in tags]


@blueprint.record
def add_words(state: Any) -> None:
    """Give templates the words for people."""
    state.app.jinja_env.globals.update(
        labels=labels,
        language_name=language_name,
        language_options=language_options,
        reasons_words=reasons_words,
        rule_sentence=rule_sentence,
        action_word=action_word,
        days_words=days_words,
        wait_words=wait_words,
        because=because,
    )


def page_number() -> int:
    """Give the page asked for; anything odd is the first."""
    text = request.args.get("page", "1")
    return max(1, min(int(text), 100_000)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def one_of(name: str, codes: tuple[str, ...]) -> str | None:
    """Give a parameter of the address when it is one of the codes."""
    value = request.args.get(name, "")
    return value if value in codes else None


def form_with(values: dict[str, Any]) -> Form:
    """Give a form that shows stored values until something is posted."""
    if request.method == "POST":
        return Form()
    return Form(MultiDict({key: str(value) for key, value in values.items() if value not in (None, "")}))


@blueprint.get("/o/people")
@needs(Permission.PEOPLE_SEE)
def page() -> str:
    """List people by page, without anybody's name in the address."""
    sort, on = one_of("sort", members.SORTS) or "code", today()
    sites = members.own_sites(actor(), Permission.PEOPLE_SEE)
    site = one_of("site", tuple(site_id for site_id, _name in sites))
    state = one_of("state", members.STATES)
    found = members.list_members(actor(), on, site_id=site, state=state, sort=sort, page=page_number())
    return render_template(
        "people/page.html",
        title=_("People"),
        found=found,
        rows=[person_row(one, on) for one in found.rows],
        sites=sites,
        site=site,
        state=state,
        sort=sort,
        size=members.PAGE,
        may_edit=may(Permission.PEOPLE_EDIT),
    )


def person_row(one: members.MemberRow, on: date) -> Row:
    """Give one person of the list for the pattern of its row."""
    age = one.age(on)
    shape = "none" if age is None else "about" if one.estimated else "exact"
    return (shape, one.sex, None if one.group else one.waiting, bool(one.group)), {
        "member_id": one.member_id,
        "code": one.code,
        "name": one.name,
        "age": local_digits(str(age)) if shape == "about" else age,
        "place": one.place or one.site,
        "group": one.group,
    }


@blueprint.post("/o/people/find")
@needs(Permission.PEOPLE_SEE)
def find() -> str:
    """Find people by code, name or phone; posted, so that no name stands in an address or a log."""
    text, on = request.form.get("q", "")[:200], today()
    found = members.find_people(actor(), on, text)
    return render_template(
        "people/found.html",
        title=_("People found"),
        found=found,
        rows=[person_row(one, on) for one in found.rows],
        searched=text,
        size=members.PAGE,
        may_edit=may(Permission.PEOPLE_EDIT),
    )


# --- one person ---------------------------------------------------------------------------------------------------


def show_member(template: str, member_id: str, tab: str, **context: Any) -> Any:
    """Show one tab of a person; the record of a merged person leads to the one it became."""
    card = members.find_member(actor(), member_id, today())
    if card.merged_into is not None:
        return redirect(url_for(f"people.{tab}", member_id=card.merged_into), 303)
    more = {key: value() for key, value in context.items()}
    return render_template(
        f"people/{template}.html",
        title=_("Person"),
        card=card,
        tab=tab,
        on=today(),
        age=age_on(today(), birth_year=card.birth_year),
        zone=zone(),
        may_edit=allows_at(actor(), Permission.PEOPLE_EDIT, card.site_id),
        may_override=allows_at(actor(), Permission.SAFETY_HANDLE, card.site_id),
        may_group=allows_at(actor(), Permission.GROUPS_EDIT, card.site_id),
        **more,
    )


@blueprint.get("/o/people/<member_id>")
@needs(Permission.PEOPLE_SEE)
def member(member_id: str) -> Any:
    """Show details, consents and with whom not together."""
    return show_member(
        "member",
        member_id,
        "member",
        consent=lambda: members.consents_of(member_id),
        apart=lambda: members.apart_from(member_id),
    )


@blueprint.get("/o/people/<member_id>/course")
@needs(Permission.PEOPLE_SEE)
def course(member_id: str) -> Any:
    """Show screenings and groups."""
    return show_member(
        "course",
        member_id,
        "course",
        screenings=lambda: members.screenings_of(member_id),
        enrolments=lambda: members.enrolments_of(member_id),
        notes=lambda: find_notes(actor(), today(), member_id=member_id),
    )


@blueprint.get("/o/people/<member_id>/history")
@needs(Permission.PEOPLE_SEE)
def history(member_id: str) -> Any:
    """Show what was done in this record, when and by whom."""
    return show_member("history", member_id, "history", acts=lambda: history_of([member_id]))


def read_record(form: Form, sites: tuple[tuple[str, str], ...]) -> actions.MemberRecord:
    """Read the form of a person; "about" ages become estimated birth years."""
    year, estimated = read_birth(form)
    site = form.choice("site", [site_id for site_id, _name in sites], required=True) or ""
    return actions.MemberRecord(
        site_id=site,
        name=form.text("name", required=True, longest=120) or "",
        called_name=form.text("called_name", longest=60),
        phone=form.text("phone", longest=40),
        place=form.text("place", longest=120),
        sex=form.choice("sex", Sex),
        birth_year=year,
        birth_estimated=estimated,
        language=form.choice("language", spoken()),
        disability=form.choice("disability", Disability),
        displacement=form.choice("displacement", Displacement),
        may_call=form.choice("may_call", actions.MAY_CALL),
        may_text=form.choice("may_text", actions.MAY_TEXT),
        contact_note=form.note_text("contact_note"),
        caregiver_name=form.text("caregiver_name", longest=120),
        caregiver_relation=form.text("caregiver_relation", longest=60),
        note=form.note_text("note"),
    )


def read_birth(form: Form) -> tuple[int | None, bool]:
    """Read the year of birth, or an age from which the year is estimated; the year wins."""
    year = form.whole("birth_year", low=today().year - OLDEST, high=today().year)
    age = form.whole("age", low=0, high=OLDEST)
    if year is not None:
        return year, form.flag("estimated")
    return (None, True) if age is None else (today().year - age, True)


def spoken() -> tuple[str, ...]:
    """Give the languages of the programme."""
    found = frame()
    return found.languages if found else ("en",)


def likely_same(record: actions.MemberRecord, without: str | None = None) -> Any:
    """Give the people who may be the one described."""
    evidence = NameEvidence(
        record.name,
        record.birth_year,
        record.phone or "",
        record.place or "",
        record.sex if record.sex in ("female", "male") else "",
    )
    return likeness.find_likely_same(actor(), today(), evidence, without)


@blueprint.route("/o/people/new", methods=["GET", "POST"])
@needs(Permission.PEOPLE_EDIT)
def add() -> Any:
    """Add a person; somebody who may be the same is shown first."""
    sites = members.own_sites(actor(), Permission.PEOPLE_EDIT)
    form, alike = form_with({"site": sites[0][0] if len(sites) == 1 else None}), ()
    if form.posted:
        with form.catching():
            record = read_record(form, sites)
            form.check()
            alike = () if form.flag("new_person") else likely_same(record)
            if not alike:
                member_id = actions.add_member(record=record, by=actor(), now=now(), op=form.op)
                return done(_("Saved."), "people.member", member_id=member_id)
    return form.page(
        "people/form.html",
        title=_("Add a person"),
        sites=sites,
        alike=alike,
        on=today(),
        card=None,
        spoken=spoken(),
        adult_from=ADULT_FROM,
    )


@blueprint.route("/o/people/<member_id>/edit", methods=["GET", "POST"])
@needs(Permission.PEOPLE_EDIT)
def edit(member_id: str) -> Any:
    """Change what is known of a person."""
    card = members.find_member(actor(), member_id, today())
    sites = members.own_sites(actor(), Permission.PEOPLE_EDIT)
    form = form_with(stored_values(card))
    if form.posted:
        with form.catching():
            record = read_record(form, sites)
            form.check()
            actions.change_member(member_id=member_id, record=record, by=actor(), now=now(), op=form.op)
            return done(_("Saved."), "people.member", member_id=member_id)
    return form.page(
        "people/form.html",
        title=_("Change details"),
        sites=sites,
        alike=(),
        on=today(),
        card=card,
        spoken=spoken(),
        adult_from=ADULT_FROM,
    )


def stored_values(card: members.MemberCard) -> dict[str, Any]:
    """Give the fields of the form as stored."""
    fields = (
        "name",
        "called_name",
        "phone",
        "place",
        "sex",
        "birth_year",
        "language",
        "disability",
        "displacement",
        "may_call",
        "may_text",
        "contact_note",
        "caregiver_name",
        "caregiver_relation",
        "note",
    )
    values = {field: getattr(card, field) for field in fields}
    return {**values, "site": card.site_id, "estimated": "1" if card.birth_estimated else None}


@blueprint.route("/o/people/<member_id>/consent", methods=["GET", "POST"])
@needs(Permission.PEOPLE_EDIT)
def consent(member_id: str) -> Any:
    """Write down a consent, a refusal or a withdrawal."""
    card = members.find_member(actor(), member_id, today())
    form = form_with(date_fields("on_date", today()))
    if form.posted:
        with form.catching():
            record = read_consent(form, member_id)
            form.check()
            consent_actions.give_consent(record=record, by=actor(), now=now(), op=form.op)
            return done(_("Saved."), "people.member", member_id=member_id)
    minor = is_minor(age_on(today(), birth_year=card.birth_year)) is not False
    return form.page(
        "people/consent.html",
        title=_("Consent"),
        card=card,
        spoken=spoken(),
        minor=minor,
        purposes=consents.PURPOSES,
        ways=consents.WAYS,
    )


def read_consent(form: Form, member_id: str) -> consent_actions.ConsentRecord:
    """Read the consent form."""
    return consent_actions.ConsentRecord(
        member_id=member_id,
        purpose=form.choice("purpose", consents.PURPOSES, required=True) or "",
        given=form.choice("given", ("yes", "no"), required=True) == "yes",
        on_date=form.date("on_date", required=True) or today(),
        how=form.choice("how", consents.WAYS, required=True) or "",
        given_by=form.choice("given_by", ("self", "caregiver")) or "self",
        language=form.choice("language", spoken()),
        version=form.text("version", longest=40),
        witness=form.text("witness", longest=120),
    )


@blueprint.route("/o/people/<member_id>/apart", methods=["GET", "POST"])
@needs(Permission.PEOPLE_EDIT)
def apart(member_id: str) -> Any:
    """Note with whom a person must not sit together, found by code."""
    card = members.find_member(actor(), member_id, today())
    form = Form()
    if form.posted:
        with form.catching():
            other = read_other(form, member_id)
            kind = form.choice("kind", LinkKind, required=True) or ""
            note = form.note_text("note")
            form.check()
            actions.set_not_together(
                member_ids=(member_id, other), kind=kind, note=note, by=actor(), now=now(), op=form.op
            )
            return done(_("Saved."), "people.member", member_id=member_id)
    return form.page(
        "people/apart.html", title=_("Not together"), card=card, kinds=[one.value for one in LinkKind]
    )


def read_other(form: Form, member_id: str) -> str:
    """Read the code of another person; the id of the one that has it."""
    text = form.text("other", required=True, longest=20) or ""
    found = [one for one in members.find_people(actor(), today(), text).rows if one.member_id != member_id]
    if text and len(found) != 1:
        raise Invalid(field="other", reason="unknown_person")
    return found[0].member_id if found else ""


@blueprint.post("/o/people/<member_id>/apart/<other_id>/clear")
@needs(Permission.PEOPLE_EDIT)
def clear_apart(member_id: str, other_id: str) -> Response:
    """Take back that two people must not sit together."""
    actions.clear_not_together(member_ids=(member_id, other_id), by=actor(), now=now(), op=Form().op)
    return done(_("Taken back."), "people.member", member_id=member_id)


# --- duplicates ---------------------------------------------------------------------------------------------------


@blueprint.get("/o/people/duplicates")
@needs(Permission.PEOPLE_EDIT)
def duplicates() -> str:
    """List pairs that may be one person."""
    return render_template(
        "people/duplicates.html",
        title=_("Same person?"),
        on=today(),
        pairs=likeness.likely_pairs(actor(), today()),
    )


@blueprint.route("/o/people/duplicates/<first_id>/<second_id>", methods=["GET", "POST"])
@needs(Permission.PEOPLE_EDIT)
def compare(first_id: str, second_id: str) -> Any:
    """Compare two records side by side; merge them or decide that they are two people."""
    form = Form()
    cards = [members.find_member(actor(), one, today()) for one in (first_id, second_id)]
    if form.posted:
        with form.catching():
            keep = form.choice("keep", (first_id, second_id, "different"), required=True)
            form.check()
            return decide(keep or "", first_id, second_id, form.op)
    return form.page(
        "people/compare.html",
        title=_("Same person?"),
        cards=cards,
        on=today(),
        ages=[age_on(today(), birth_year=card.birth_year) for card in cards],
    )


def decide(keep: str, first_id: str, second_id: str, op: str) -> Response:
    """Do what was decided about two records that look alike."""
    if keep == "different":
        actions.set_different_people(member_ids=(first_id, second_id), by=actor(), now=now(), op=op)
        return done(_("Noted: two people."), "people.duplicates")
    other = second_id if keep == first_id else first_id
    merging.merge_members(keep_id=keep, other_id=other, by=actor(), now=now(), op=op)
    return redirect_with_undo(keep, other)


def redirect_with_undo(keep: str, other: str) -> Response:
    """Go to the kept record, which offers to take the merge apart."""
    return done(_("The two records are one now."), "people.merged", member_id=keep, other_id=other)


@blueprint.route("/o/people/<member_id>/merged/<other_id>", methods=["GET", "POST"])
@needs(Permission.PEOPLE_EDIT)
def merged(member_id: str, other_id: str) -> Any:
    """Say that two records are one now, and offer to take that back."""
    card = members.find_member(actor(), member_id, today())
    form = Form()
    if form.posted:
        with form.catching():
            merging.undo_merge(member_id=other_id, by=actor(), now=now(), op=form.op)
            return done(_("The merge was taken apart."), "people.member", member_id=other_id)
    return form.page("people/merged.html", title=_("Merged"), card=card, other_id=other_id)
