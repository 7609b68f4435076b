"""The people who work in the programme: add, roles, one-time link shown once, days away, farewell."""

from typing import Any

import segno
from flask import Blueprint, make_response, render_template, url_for

from gipt.actions import staff as actions
from gipt.domain.access import Granted, Permission, Role, allows_at
from gipt.i18n import gettext as _
from gipt.i18n import lazy_gettext
from gipt.queries.places import SiteRow, find_sites
from gipt.queries.staff import StaffPage, find_staff, find_with_role, get_staff
from gipt.web.choices import language_choices, months
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, today
from gipt.web.guard import actor, may, needs, now, settings
from gipt.words import label

blueprint = Blueprint("staff_list", __name__)
NAV = (NavItem(70, "staff_list.page", lazy_gettext("Team"), Permission.STAFF_SEE, "staff_list"),)


def offered_roles() -> list[tuple[str, str]]:
    """Give the roles that the person may give."""
    roles = list(Role) if may(Permission.STAFF_EDIT) else [Role.FACILITATOR]
    return [(role.value, label("role", role.value)) for role in roles]


def sites() -> tuple[SiteRow, ...]:
    """Give the sites at which the person may give roles."""
    wanted = Permission.STAFF_EDIT if may(Permission.STAFF_EDIT) else Permission.STAFF_LINK
    return find_sites(actor(), wanted, all_of_them=False)


def grant_words(grants: frozenset[Granted], names: dict[str, str]) -> list[str]:
    """Say what a person may do where."""
    ordered = sorted(grants, key=lambda one: (list(Role).index(one.role), one.site_id or ""))
    return [
        f"{label('role', one.role.value)} · {names.get(one.site_id, '–') if one.site_id else _('everywhere')}"
        for one in ordered
    ]


@blueprint.get("/a/staff")
@needs(Permission.STAFF_SEE)
def page() -> str:
    """List the team."""
    names = {one.site_id: one.name for one in find_sites(actor(), Permission.STAFF_SEE)}
    people = [(one, grant_words(one.grants, names)) for one in find_staff(actor())]
    return render_template(
        "staff_list/page.html", title=_("Team"), people=people, may_add=may(Permission.STAFF_LINK)
    )


@blueprint.route("/a/staff/new", methods=["GET", "POST"])
@needs(Permission.STAFF_LINK)
def add() -> Any:
    """Add a person and show the one-time link."""
    form = Form()
    if form.posted:
        with form.catching():
            record = read_staff(form, (read_first_grant(form),))
            form.check()
            staff_id = actions.add_staff(record=record, by=actor(), now=now(), op=form.op)
            return show_link(staff_id)
    return form.page(
        "staff_list/new.html",
        title=_("New person"),
        roles=offered_roles(),
        sites=sites(),
        everywhere=may(Permission.STAFF_EDIT),
        supervisors=supervisors(),
        languages_offered=language_choices(),
    )


def supervisors() -> list[tuple[str, str]]:
    """Give the supervisors to choose from."""
    return [(one.staff_id, one.shown) for one in find_with_role(Role.SUPERVISOR)]


def read_first_grant(form: Form) -> Granted:
    """Read the one role of a new person; without a site it holds everywhere."""
    role = form.choice("role", [code for code, _words in offered_roles()], required=True) or "facilitator"
    site_id = form.choice("site", [one.site_id for one in sites()], required=not may(Permission.STAFF_EDIT))
    return Granted(Role(role), site_id)


def read_staff(form: Form, grants: tuple[Granted, ...]) -> actions.StaffRecord:
    """Read the details of a person."""
    return actions.StaffRecord(
        sign_in_name=form.text("sign_in_name", required=True) or "",
        grants=grants,
        name=form.text("name"),
        phone=form.text("phone"),
        email=form.text("email"),
        sex=form.choice("sex", ("female", "male", "other")),
        language=form.choice("language", [tag for tag, _name in language_choices()]),
        supervisor_id=form.choice("supervisor", [code for code, _name in supervisors()]),
    )


def show_link(staff_id: str) -> Any:
    """Make a one-time link and show it, once: reloading the page makes another."""
    token = actions.give_link(staff_id=staff_id, by=actor(), now=now())
    found = get_staff(actor(), staff_id)
    path = url_for("sign_in.link", token=token)
    public = settings().public_url
    address = public.rstrip("/") + path if public else url_for("sign_in.link", token=token, _external=True)
    code = segno.make(address, micro=False, error="m").svg_data_uri(scale=5, border=4)
    return make_response(
        render_template(
            "staff_list/link.html", title=_("One-time link"), found=found, address=address, code=code
        )
    )


@blueprint.get("/a/staff/<staff_id>")
@needs(Permission.STAFF_SEE)
def person(staff_id: str) -> Any:
    """Show one person."""
    return show_person(Form(), staff_id)


def show_person(form: Form, staff_id: str, part: str = "") -> Any:
    """Show the page of a person; `part` names the section whose form was refused."""
    found = get_staff(actor(), staff_id)
    all_sites = find_sites(actor(), Permission.STAFF_SEE)
    names = {one.site_id: one.name for one in all_sites}
    return form.page(
        "staff_list/person.html",
        title=_("Person"),
        found=found,
        row=found.row,
        part=part,
        months=months(),
        held=grant_words(found.row.grants, names),
        grant_choices=grant_choices(all_sites),
        ticked=form.fields.getlist("grants") or [grant_code(one) for one in found.row.grants],
        may_edit=may(Permission.STAFF_EDIT),
        may_link=may_link(found),
        supervisors=supervisors(),
        languages_offered=language_choices(),
        me=actor().staff_id,
        today_parts=today(),
    )


def may_link(found: StaffPage) -> bool:
    """Say whether the person may give this one a link: administrators to all, coordinators to own facilitators."""
    if not found.row.active:
        return False
    only_field = {one.role for one in found.row.grants} == {Role.FACILITATOR}
    everywhere = all(allows_at(actor(), Permission.STAFF_LINK, one.site_id) for one in found.row.grants)
    return may(Permission.STAFF_EDIT) or (only_field and everywhere)


def grant_code(grant: Granted) -> str:
    """Write a grant as the value of a tick box."""
    return f"{grant.role.value}@{grant.site_id or ''}"


def grant_choices(all_sites: tuple[SiteRow, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give the tick boxes of every role: everywhere, and at each site."""
    places = [("", _("everywhere")), *((one.site_id, one.name) for one in all_sites)]
    return [
        (label("role", role.value), [(f"{role.value}@{place}", words) for place, words in places])
        for role in Role
    ]


@blueprint.post("/a/staff/<staff_id>")
@needs(Permission.STAFF_EDIT)
def change(staff_id: str) -> Any:
    """Change details and roles; a person whose roles change signs in anew."""
    form = Form()
    get_staff(actor(), staff_id)
    with form.catching():
        codes = [
            code
            for _role, pairs in grant_choices(find_sites(actor(), Permission.STAFF_SEE))
            for code, _words in pairs
        ]
        chosen = form.choices("grants", codes)
        if not chosen:
            form.refuse("grants", "choose_one")
        grants = tuple(Granted(Role(code.split("@")[0]), code.split("@")[1] or None) for code in chosen)
        record = read_staff(form, grants)
        form.check()
        actions.change_staff(staff_id=staff_id, record=record, by=actor(), now=now(), op=form.op)
        return done(_("Saved."), "staff_list.person", staff_id=staff_id)
    return show_person(form, staff_id, "details")


@blueprint.post("/a/staff/<staff_id>/link")
@needs(Permission.STAFF_LINK)
def link(staff_id: str) -> Any:
    """Make a new one-time link; the older one stops working."""
    get_staff(actor(), staff_id)
    return show_link(staff_id)


@blueprint.post("/a/staff/<staff_id>/leave")
@needs(Permission.STAFF_LINK)
def leave(staff_id: str) -> Any:
    """Note days on which a person is away."""
    form = Form()
    get_staff(actor(), staff_id)
    with form.catching():
        first, last = form.date("first_on", required=True), form.date("last_on", required=True)
        form.check()
        actions.add_leave(
            staff_id=staff_id,
            first_on=first or today(),
            last_on=last or today(),
            by=actor(),
            now=now(),
            op=form.op,
        )
        return done(_("Saved."), "staff_list.person", staff_id=staff_id)
    return show_person(form, staff_id, "leave")


@blueprint.post("/a/staff/<staff_id>/farewell")
@needs(Permission.STAFF_EDIT)
def farewell(staff_id: str) -> Any:
    """Close the account of a person who leaves; what they recorded stays."""
    form = Form()
    get_staff(actor(), staff_id)
    with form.catching():
        on_date = form.date("left_on") or today()
        form.check()
        actions.say_farewell(staff_id=staff_id, on_date=on_date, by=actor(), now=now(), op=form.op)
        return done(_("The account is closed. What was recorded stays."), "staff_list.page")
    return show_person(form, staff_id, "farewell")
