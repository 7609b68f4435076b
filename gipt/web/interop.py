"""Sending figures to another system: choose, look at the difference, then send (issue: to other systems)."""

from collections import Counter
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, send_file

from gipt.actions import interop as actions
from gipt.domain.access import Permission
from gipt.i18n import gettext as _
from gipt.interop.code_map import MONTHS, CodeMap
from gipt.interop.dhis2 import Change
from gipt.web.forms.reader import Form
from gipt.web.frame import done
from gipt.web.guard import actor, needs, now
from gipt.web.reports import beginning, end_of, months
from gipt.words import sentence
from gipt.words.interop import CHANGES, change_words

blueprint = Blueprint("interop", __name__)
ADX = "application/adx+xml"


@blueprint.route("/o/reports/send", methods=["GET", "POST"])
@needs(Permission.REPORT_EXTERNAL)
def page() -> Any:
    """Choose a code map and its period; then show what would be sent beside what the server has."""
    form = Form() if Form().posted else Form(beginning())
    if form.posted:
        with form.catching():
            record = read_request(form, actions.maps_for(actor())[0])
            gathered, found = actions.compare(record=record, by=actor(), now=now())
            return render_template(
                "interop/difference.html", title=_("What would be sent"), record=record, gathered=gathered,
                found=found, counts=Counter(one.change for one in found), changes=list(Change),
                change_words=change_words, kinds=CHANGES, seen=actions.digest_of(gathered),
                host=actions.server_host(),
            )  # fmt: skip
    return choosing(form)


def choosing(form: Form) -> Any:
    """Show the first page again, with what is wrong."""
    maps, faults = actions.maps_for(actor())
    return form.page(
        "interop/page.html",
        title=_("Send to another system"),
        maps=maps,
        faults=[str(sentence(one)) for one in faults],
        months=months(),
        host=actions.server_host(),
    )


def read_request(form: Form, maps: list[CodeMap]) -> actions.SendRequest:
    """Read the form; the last month follows from the first and the length of the data set's period."""
    name = form.choice("code_map", [one.id for one in maps], required=True)
    first = form.choice("from", [code for code, _words in months()], required=True)
    form.check()
    start = date.fromisoformat(f"{first}-01")
    length = MONTHS[next(one.period for one in maps if one.id == name)]
    number = start.year * 12 + start.month - 1 + length - 1
    return actions.SendRequest(name or "", start, end_of(date(number // 12, number % 12 + 1, 1)))


@blueprint.post("/o/reports/send/now")
@needs(Permission.REPORT_EXTERNAL)
def send() -> Any:
    """Send what was looked at."""
    form = Form()
    with form.catching():
        record = read_request(form, actions.maps_for(actor())[0])
        sent = actions.send(record=record, seen=form.raw("seen"), by=actor(), now=now(), op=form.op)
        if not sent.outcome.ok:
            return done(_("The other system refused a part. See what it did in the history."), "reports.page")
        return done(_("Sent."), "reports.page")
    return choosing(form)


@blueprint.post("/o/reports/send/adx")
@needs(Permission.REPORT_EXTERNAL)
def adx() -> Any:
    """Hand out the same values as an ADX file; posted, because who took it is kept."""
    form = Form()
    with form.catching():
        record = read_request(form, actions.maps_for(actor())[0])
        gathered = actions.gather(record=record, by=actor(), now=now())
        content = actions.as_adx(gathered, now())
        actions.note_adx(gathered=actions.summary_of(gathered), by=actor(), now=now(), op=form.op)
        name = f"adx-{record.from_on:%Y-%m}-{record.to_on:%Y-%m}.xml"
        return send_file(BytesIO(content), ADX, as_attachment=True, download_name=name, max_age=0)
    return choosing(form)
