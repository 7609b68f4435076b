"""Screening and the waiting list: who waits, new screenings, overrides, referrals, the criteria."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for

from gipt.actions import screenings as actions
from gipt.domain.access import Permission
from gipt.domain.eligibility import EligibilityOutcome, Exclusion
from gipt.domain.measures import Measure, all_measures, get_measure_by_key, parse_answer_line
from gipt.domain.people import age_band_codes
from gipt.domain.problems import Invalid
from gipt.domain.risk import safety_of_texts
from gipt.i18n import gettext as _
from gipt.i18n import lazy_gettext
from gipt.queries import members, screenings
from gipt.queries.consents import WAYS
from gipt.queries.measure_wordings import find_wording_row
from gipt.web.calendar_words import date_fields
from gipt.web.choices import weekdays
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, today
from gipt.web.guard import actor, may, needs, now
from gipt.web.people import form_with, one_of, page_number, spoken
from gipt.words import label
from gipt.words.faults import sentence

blueprint = Blueprint("waiting", __name__)
NAV = (
    NavItem(32, "waiting.page", lazy_gettext("Waiting list"), Permission.PEOPLE_SEE, "waiting"),
    NavItem(80, "waiting.criteria", lazy_gettext("Who can join"), Permission.CRITERIA_EDIT, "waiting"),
)
PARTS = ("morning", "afternoon", "any")
MOVES = ("offered", "accepted", "not_now", "waiting", "closed")


def read_filters(sites: tuple[tuple[str, str], ...]) -> screenings.Filters:
    """Read what the list is limited to; anything odd limits nothing."""
    day = one_of("day", tuple("0123456"))
    return screenings.Filters(
        site_id=one_of("site", tuple(site_id for site_id, _name in sites)),
        view=one_of("view", screenings.VIEWS),
        sex=one_of("sex", ("female", "male", "other", "prefer_not_to_say")),
        band=one_of("band", tuple(band.code for band in screenings.BANDS)),
        language=one_of("language", spoken()),
        day=None if day is None else int(day),
        part=one_of("part", PARTS[:2]),
    )


def filter_lists() -> dict[str, Any]:
    """Give the choices of the filters."""
    return {
        "days": weekdays(),
        "bands": [(code, label("age_band", code)) for code in age_band_codes() if not code.startswith("un")],
        "parts": [(code, label("part_of_day", code)) for code in PARTS],
        "spoken": spoken(),
    }


def view_words() -> list[tuple[str, str]]:
    """Give the views of the list by their words."""
    own = {"unfinished": _("Not finished"), "not_included": _("Not included")}
    return [(view, own.get(view) or label("waiting", view)) for view in screenings.VIEWS]


@blueprint.route("/o/waiting", methods=["GET", "POST"])
@needs(Permission.PEOPLE_SEE)
def page() -> Any:
    """List who waits, longest first; one form moves the ticked people."""
    form = Form()
    if form.posted and may(Permission.PEOPLE_EDIT):
        with form.catching():
            return move(form)
    sites = members.own_sites(actor(), Permission.PEOPLE_SEE)
    filters = read_filters(sites)
    found = screenings.waiting_list(actor(), today(), filters, page_number())
    return form.page(
        "waiting/page.html",
        title=_("Waiting list"),
        found=found,
        filters=filters,
        sites=sites,
        views=view_words(),
        on=today(),
        size=screenings.PAGE,
        ways=WAYS,
        args=request.args.to_dict(),
        may_edit=may(Permission.PEOPLE_EDIT),
        **filter_lists(),
    )


def move(form: Form) -> Any:
    """Move the ticked people, or take them to the page that forms a group."""
    chosen = tuple(dict.fromkeys(form.fields.getlist("chosen")))
    state = form.choice("do", (*MOVES, "group"), required=True) or ""
    how = form.choice("consent_how", WAYS)
    if not chosen:
        form.refuse("chosen", "missing")
    form.check()
    if state == "group":
        return redirect(url_for("group_list.add", s=chosen), 303)
    moved = actions.set_waiting(
        screening_ids=chosen, state=state, consent_how=how, on_date=today(), by=actor(), now=now(), op=form.op
    )
    message = _("%(state)s: %(count)s", state=label("waiting", state), count=moved)
    return done(message, "waiting.page", **request.args.to_dict())


# --- one screening ------------------------------------------------------------------------------------------------


@blueprint.route("/o/people/<member_id>/screen", methods=["GET", "POST"])
@needs(Permission.PEOPLE_EDIT)
def screen(member_id: str) -> Any:
    """Screen a person."""
    card = members.find_member(actor(), member_id, today())
    rules = screenings.criteria_now()
    form = form_with(date_fields("on_date", today()))
    return show_screening(form, card, rules, None, _("New screening"))


@blueprint.route("/o/screening/<screening_id>", methods=["GET", "POST"])
@needs(Permission.PEOPLE_EDIT)
def screening(screening_id: str) -> Any:
    """Go on with a screening, or mend it."""
    stored = screenings.find_screening(actor(), screening_id, Permission.PEOPLE_EDIT)
    card = members.find_member(actor(), stored.member_id, today())
    form = form_with(stored_values(stored))
    if not form.posted:
        for code in (
            reason.partition(":")[2] for reason in stored.reasons if reason.startswith("exclusion:")
        ):
            form.fields.add("exclusions", code)
        for day in range(7):
            if stored.days >> day & 1:
                form.fields.add("days", str(day))
    return show_screening(form, card, stored.criteria, screening_id, _("Screening"))


def show_screening(
    form: Form, card: members.MemberCard, rules: screenings.CriteriaView, screening_id: str | None, title: str
) -> Any:
    """Store what was posted, then go to the result; or show the form with what is to be mended."""
    measures = [get_measure_by_key(key) for key in (rules.measure, rules.function_measure) if key]
    if form.posted:
        with form.catching():
            record = read_screening(form, card.member_id, measures)
            at_risk = safety_of_texts(measures[0], record.texts).opens_episode
            # A positive safety answer is stored whatever else is wrong with the form (decision 7).
            if not at_risk:
                form.check()
            return store(form, record, screening_id)
    return form.page(
        "waiting/screening.html",
        title=title,
        card=card,
        rules=rules,
        measures=measures,
        wording=wording,
        exclusions=[(one.value, label("exclusion", one)) for one in Exclusion],
        on=today(),
        screening_id=screening_id,
        **filter_lists(),
    )


def store(form: Form, record: actions.ScreeningRecord, screening_id: str | None) -> Any:
    """Store a screening; with answers to mend, come back to it."""
    found = actions.record_screening(
        record=record, screening_id=screening_id, by=actor(), now=now(), op=form.op
    )
    if not form.errors and not found["faults"]:
        return done(_("Screening saved."), "people.course", member_id=record.member_id)
    wrong = [
        str(
            sentence(Invalid(**{**fault, "field": _("Question %(number)s", number=fault.get("number", "?"))}))
        )
        for fault in found["faults"]
    ]
    message = _(
        "What could be read is saved. Please check: %(what)s", what=" ".join([*form.errors.values(), *wrong])
    )
    return done(message, "waiting.screening", screening_id=found["screening_id"])


def read_screening(form: Form, member_id: str, measures: list[Measure]) -> actions.ScreeningRecord:
    """Read the form of a screening; the line of digits wins over the boxes."""
    texts = [read_answers(form, measure) for measure in measures]
    days = form.choices("days", tuple("0123456"))
    return actions.ScreeningRecord(
        member_id=member_id,
        on_date=form.date("on_date", required=True) or today(),
        texts=texts[0],
        function_texts=texts[1] if len(texts) > 1 else {},
        exclusions=frozenset(form.choices("exclusions", tuple(Exclusion))),
        declined=form.flag("declined"),
        reachable=not form.flag("not_reachable"),
        place_free=not form.flag("no_place"),
        days=sum(1 << int(day) for day in days) or actions.EVERY_DAY,
        part_of_day=form.choice("part", PARTS) or "any",
        mode=form.choice("mode", ("interviewer", "self", "phone", "paper")) or "interviewer",
    )


def read_answers(form: Form, measure: Measure) -> Mapping[str, str | None]:
    """Read the answers of one measure as typed: from the line of digits, or from the boxes."""
    line = form.raw(f"{measure.code}-line")
    if line:
        try:
            return {
                item: str(getattr(answer, "value", answer))
                for item, answer in parse_answer_line(line, measure).items()
            }
        except Invalid as problem:
            form.note(Invalid(**{**problem.details, "field": f"{measure.code}-line"}))
    return {item.id: form.raw(f"{measure.code}-{item.id}") for item in measure.items}


def stored_values(stored: screenings.ScreeningForm) -> dict[str, Any]:
    """Give the fields of the form as stored."""
    values: dict[str, Any] = {"part": stored.part_of_day, **date_fields("on_date", stored.on_date)}
    for measure, answers in stored.answers.items():
        code = measure.partition("@")[0]
        values.update({f"{code}-{item}": text for item, text in answers.items()})
    values["declined"] = "1" if "declined" in stored.reasons else None
    values["not_reachable"] = "1" if "not_reachable" in stored.reasons else None
    values["no_place"] = "1" if "no_place" in stored.reasons else None
    return values


def wording(item: Any, language: str) -> str:
    """Give the published English text of a question on an English page, else its number: never a free translation."""
    if item.text and language.partition("_")[0] == "en":
        return str(item.text)
    return _("Question %(number)s of your approved sheet", number=item.number)


@blueprint.route("/o/screening/<screening_id>/override", methods=["GET", "POST"])
@needs(Permission.SAFETY_HANDLE)
def override(screening_id: str) -> Any:
    """Decide otherwise than the criteria, with a reason."""
    stored = screenings.find_screening(actor(), screening_id, Permission.SAFETY_HANDLE)
    form = Form()
    if form.posted:
        with form.catching():
            outcome = form.choice("outcome", EligibilityOutcome, required=True) or ""
            reason = form.note_text("reason") or ""
            form.check()
            actions.override_screening(
                screening_id=screening_id, outcome=outcome, reason=reason, by=actor(), now=now(), op=form.op
            )
            return done(_("Decided."), "front.home" if not may(Permission.PEOPLE_SEE) else "waiting.page")
    return form.page("waiting/override.html", title=_("Decide otherwise"), stored=stored)


@blueprint.route("/o/screening/<screening_id>/refer", methods=["GET", "POST"])
@needs(Permission.PEOPLE_EDIT)
def refer(screening_id: str) -> Any:
    """Send a screened person on to another service."""
    stored = screenings.find_screening(actor(), screening_id, Permission.PEOPLE_EDIT)
    form = form_with(date_fields("given_on", today()))
    if form.posted:
        with form.catching():
            record = actions.ReferralRecord(
                member_id=stored.member_id,
                screening_id=screening_id,
                to_service=form.text("to_service", required=True) or "",
                given_on=form.date("given_on", required=True) or today(),
                urgency=form.choice("urgency", ("now", "today", "soon"), required=True) or "",
                agreed=form.choice("agreed", ("yes", "no", "not_asked")) or "not_asked",
                accompanied=form.flag("accompanied") or None,
            )
            form.check()
            actions.refer_member(record=record, by=actor(), now=now(), op=form.op)
            return done(_("Referral saved."), "people.course", member_id=stored.member_id)
    return form.page("waiting/refer.html", title=_("Refer"), stored=stored)


# --- criteria -----------------------------------------------------------------------------------------------------


@blueprint.route("/o/criteria", methods=["GET", "POST"])
@needs(Permission.CRITERIA_EDIT)
def criteria() -> Any:
    """Show who can join by which version, and adopt a new one; older decisions stay."""
    current = screenings.criteria_now()
    fields = ("measure", "cut_off", "citation", "age_from", "age_to", "function_measure", "function_cutoff")
    offered = {field: getattr(current, field) for field in fields}
    if wording_id := request.args.get("wording"):
        offered |= cut_off_of(wording_id)
    form = form_with(offered)
    if form.posted:
        with form.catching():
            record = read_criteria(form)
            form.check()
            version = actions.adopt_criteria(record=record, by=actor(), now=now(), op=form.op)
            return done(_("Version %(version)s is in force.", version=version), "waiting.criteria")
    return form.page(
        "waiting/criteria.html",
        title=_("Who can join"),
        current=current,
        versions=screenings.criteria_versions(),
        measures=[(one.key, one.name) for one in all_measures()],
    )


def cut_off_of(wording_id: str) -> dict[str, Any]:
    """Give what the form offers when somebody comes from a loaded wording: its cut-off, with its citation."""
    found = find_wording_row(wording_id)
    about = f"{found.citation} ({found.population})"
    return {"measure": found.measure, "cut_off": found.cut_off, "citation": about[:400]}


def read_criteria(form: Form) -> actions.CriteriaRecord:
    """Read the form of the criteria."""
    keys = [one.key for one in all_measures()]
    return actions.CriteriaRecord(
        measure=form.choice("measure", keys, required=True) or "",
        cut_off=form.whole("cut_off", low=0, high=200, required=True) or 0,
        citation=form.text("citation", required=True) or "",
        age_from=form.whole("age_from", low=0, high=120),
        age_to=form.whole("age_to", low=0, high=120),
        function_measure=form.choice("function_measure", keys),
        function_cutoff=form.whole("function_cutoff", low=0, high=200),
    )
