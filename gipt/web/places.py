"""Places: sites, venues, minutes between them, days on which nobody meets, public holidays."""

from typing import Any

from flask import Blueprint

from gipt.actions import places as changes
from gipt.actions.programme import (
    ClosedDayRecord,
    SiteRecord,
    add_closed_day,
    add_site,
    add_venue,
    remove_closed_day,
    set_travel,
)
from gipt.calendars import Holiday, public_holidays
from gipt.domain.access import Permission, sites_for
from gipt.domain.problems import Unknown
from gipt.i18n import current_language, format_date, lazy_pgettext, pgettext, weekday_name
from gipt.i18n import gettext as _
from gipt.queries.places import ClosedRow, find_closed_days, find_sites, find_venues, get_site
from gipt.web.choices import countries, months, weekdays, zones
from gipt.web.forms.reader import Form
from gipt.web.frame import NavItem, done, frame, today
from gipt.web.guard import actor, needs, now

blueprint = Blueprint("places", __name__)
NAV = (NavItem(60, "places.page", lazy_pgettext("page", "Places"), Permission.PLACES_EDIT, "places"),)


def everywhere() -> bool:
    """Say whether the person may close days of the whole programme."""
    return sites_for(actor(), Permission.PLACES_EDIT) is None


@blueprint.get("/o/places")
@needs(Permission.PLACES_EDIT)
def page() -> Any:
    """List the sites and the closed days of the whole programme."""
    return show_list(Form())


def show_list(form: Form) -> Any:
    """Show the list of sites, with what was refused."""
    found = frame()
    venues: dict[str, list[Any]] = {}
    for one in find_venues(actor(), Permission.PLACES_EDIT):
        venues.setdefault(one.site_id, []).append(one)
    return form.page(
        "places/page.html",
        title=pgettext("page", "Places"),
        sites=find_sites(actor(), Permission.PLACES_EDIT),
        venues=venues,
        closed=find_closed_days(None),
        holidays=holidays(found.country) if found else (),
        everywhere=everywhere(),
        **closed_words(),
    )


def closed_words() -> dict[str, Any]:
    """Give what the form of a closed day and its list need."""
    return {
        "weekdays": weekdays(),
        "months": months(),
        "closed_sentence": closed_sentence,
        "kinds": [
            ("single", _("One day")),
            ("range", _("From … to …")),
            ("weekly", _("Every week")),
            ("every", _("Every so many days")),
        ],
    }


def closed_sentence(row: ClosedRow) -> str:
    """Say in words when a closed day is."""
    first = format_date(row.first_on) if row.first_on else ""
    if row.kind == "weekly":
        return _("every %(weekday)s", weekday=weekday_name(row.weekday or 0))
    if row.kind == "every":
        return _("every %(days)d days from %(first)s", days=row.every_days, first=first)
    if row.kind == "range":
        return _("%(first)s to %(last)s", first=first, last=format_date(row.last_on) if row.last_on else "–")
    return first


def holidays(country: str) -> tuple[Holiday, ...]:
    """Give the public holidays of this and next year that are still to come; none where they are not known."""
    try:
        found = public_holidays(country, (today().year, today().year + 1), current_language().tag)
    except Unknown:
        return ()
    return tuple(one for one in found if one.on >= today())


@blueprint.route("/o/places/new", methods=["GET", "POST"])
@needs(Permission.PLACES_EDIT)
def add() -> Any:
    """Add a site."""
    form = Form()
    if form.posted:
        with form.catching():
            record = read_site(form)
            form.check()
            site_id = add_site(record=record, by=actor(), now=now(), op=form.op)
            if everywhere():
                return done(_("Saved."), "places.site", site_id=site_id)
            return done(_("Saved. An administrator can give you this place."), "places.page")
    return form.page("places/new.html", title=_("New place"), countries=countries(), zones=zones())


def read_site(form: Form) -> SiteRecord:
    """Read the fields of a site."""
    return SiteRecord(
        code=form.text("code", required=True) or "",
        name=form.text("name", required=True) or "",
        district=form.text("district"),
        focal_person=form.text("focal_person"),
        country=form.choice("country", [code for code, _name in countries()]),
        time_zone=form.choice("time_zone", [code for code, _name in zones()]),
    )


@blueprint.route("/o/places/<site_id>", methods=["GET", "POST"])
@needs(Permission.PLACES_EDIT)
def site(site_id: str) -> Any:
    """Show a site with its venues and closed days; change its details."""
    form = Form()
    get_site(actor(), site_id)
    if form.posted:
        with form.catching():
            record = read_site(form)
            form.check()
            changes.change_site(
                site_id=site_id, record=record, active=form.flag("active"), by=actor(), now=now(), op=form.op
            )
            return done(_("Saved."), "places.site", site_id=site_id)
    return show_site(form, site_id, "details")


def show_site(form: Form, site_id: str, part: str = "") -> Any:
    """Show the page of a site; `part` names the section whose form was refused."""
    found = get_site(actor(), site_id)
    return form.page(
        "places/site.html",
        title=_("Place"),
        page=found,
        site=found.site,
        part=part if form.posted else "",
        countries=countries(),
        zones=zones(),
        holidays=holidays(found.site.country),
        **closed_words(),
        venue_choices=[
            (one.venue_id, one.name) for one in find_venues(actor(), Permission.PLACES_EDIT) if one.active
        ],
    )


@blueprint.post("/o/places/<site_id>/venues")
@needs(Permission.PLACES_EDIT)
def new_venue(site_id: str) -> Any:
    """Add a meeting place."""
    form = Form()
    with form.catching():
        name = form.text("name", required=True)
        form.check()
        add_venue(site_id=site_id, name=name or "", by=actor(), now=now(), op=form.op)
        return done(_("Saved."), "places.site", site_id=site_id)
    return show_site(form, site_id, "venues")


@blueprint.post("/o/places/<site_id>/venues/<venue_id>")
@needs(Permission.PLACES_EDIT)
def venue(site_id: str, venue_id: str) -> Any:
    """Rename a meeting place or take it out of use."""
    form = Form()
    with form.catching():
        name = form.text("name", required=True)
        form.check()
        changes.change_venue(
            venue_id=venue_id, name=name or "", active=form.flag("active"), by=actor(), now=now(), op=form.op
        )
        return done(_("Saved."), "places.site", site_id=site_id)
    return show_site(form, site_id, "venues")


@blueprint.post("/o/places/<site_id>/travel")
@needs(Permission.PLACES_EDIT)
def travel(site_id: str) -> Any:
    """Set the minutes between two meeting places."""
    form = Form()
    with form.catching():
        first, second = form.text("from", required=True), form.text("to", required=True)
        minutes = form.whole("minutes", low=0, high=1440, required=True)
        form.check()
        set_travel(
            from_id=first or "", to_id=second or "", minutes=minutes or 0, by=actor(), now=now(), op=form.op
        )
        return done(_("Saved."), "places.site", site_id=site_id)
    return show_site(form, site_id, "travel")


def read_closed(form: Form, site_id: str | None) -> ClosedDayRecord:
    """Read the fields of closed days."""
    kind = form.choice("kind", ("single", "range", "weekly", "every"), required=True) or "single"
    weekday = form.choice("weekday", [str(number) for number in range(7)])
    return ClosedDayRecord(
        name=form.text("day_name", required=True) or "",
        kind=kind,
        site_id=site_id,
        first_on=form.date("first_on"),
        last_on=form.date("last_on") if kind == "range" else None,
        weekday=int(weekday) if weekday else None,
        every_days=form.whole("every_days", low=2, high=366) if kind == "every" else None,
        hard=form.raw("hard") != "no",
    )


@blueprint.post("/o/places/<site_id>/closed")
@needs(Permission.PLACES_EDIT)
def close_days(site_id: str) -> Any:
    """Add days on which a site does not meet."""
    form = Form()
    with form.catching():
        record = read_closed(form, site_id)
        form.check()
        add_closed_day(record=record, by=actor(), now=now(), op=form.op)
        return done(_("Saved."), "places.site", site_id=site_id)
    return show_site(form, site_id, "closed")


@blueprint.post("/o/places/closed")
@needs(Permission.PLACES_EDIT)
def close_everywhere() -> Any:
    """Add days on which no site meets."""
    form = Form()
    with form.catching():
        record = read_closed(form, None)
        form.check()
        add_closed_day(record=record, by=actor(), now=now(), op=form.op)
        return done(_("Saved."), "places.page")
    return show_list(form)


@blueprint.post("/o/places/closed/<closed_id>/remove")
@needs(Permission.PLACES_EDIT)
def open_days(closed_id: str) -> Any:
    """Take closed days out; cycles that are planned keep their dates."""
    form = Form()
    site_id = form.raw("site")
    remove_closed_day(closed_day_id=closed_id, by=actor(), now=now(), op=form.op)
    if site_id:
        return done(_("Taken out."), "places.site", site_id=site_id)
    return done(_("Taken out."), "places.page")
