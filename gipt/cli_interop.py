"""`gipt interop`: other systems, from the command line."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from gipt.actions import interop
from gipt.cli_base import application, as_json_option, check_target, now, parse_date, refused_in_words, say
from gipt.domain.access import OPERATOR
from gipt.interop.dhis2 import Change, Difference


def list_maps() -> dict[str, Any]:
    """Give the code maps of this installation, and the host that they would be sent to."""
    rows = [
        {"code_map": one.id, "version": one.version, "period": one.period.value, "values": len(one.targets),
         "places": len(one.places())}
        for one in interop.code_maps()
    ]  # fmt: skip
    return {"host": interop.server_host(), "count": len(rows), "rows": rows}


def exchange(code_map: str, first: date, last: date, *, really: bool, now: datetime) -> dict[str, Any]:
    """Compare a set with what the server has and, if `really`, send it; gives what `--json` prints."""
    record = interop.SendRequest(code_map, first, last)
    gathered, found = interop.compare(record=record, by=OPERATOR, now=now)
    result: dict[str, Any] = {
        "code_map": code_map,
        "host": interop.server_host(),
        "sent": False,
        "counts": {one.value: sum(each.change is one for each in found) for one in Change},
        "values": [value_row(one) for one in found],
        "outcome": None,
    }
    if really:
        done = interop.send(record=record, seen=interop.digest_of(gathered), by=OPERATOR, now=now)
        counts = interop.counts_of(done.outcome)
        result |= {"sent": True, "outcome": {"ok": done.outcome.ok, **counts}}
    return result


def value_row(one: Difference) -> dict[str, Any]:
    """Give one value as a row; a hidden one has no number."""
    target = one.datum.target
    return {
        "figure": target.figure,
        "site": one.datum.site,
        "org_unit": one.datum.org_unit,
        "data_element": target.data_element,
        "ours": one.ours,
        "theirs": one.theirs,
        "change": one.change.value,
    }


def shown_lines(result: dict[str, Any]) -> list[str]:
    """Write a comparison for a person."""
    lines = [
        f"{row['change']:9} {row['site'] or '-':8} {row['figure']}: {row['theirs'] or '-'} → {row['ours'] or '-'}"
        for row in result["values"]
    ]
    outcome = result["outcome"]
    if outcome is None:
        return [*lines, "Nothing was sent. Add --send to send it."]
    words = "Sent" if outcome["ok"] else "Sent, but the server refused some"
    return [
        *lines,
        f"{words}: {outcome['imported']} new, {outcome['updated']} updated, {outcome['ignored']} ignored.",
    ]


def write_adx(code_map: str, first: date, last: date, target: Path, now: datetime) -> dict[str, Any]:
    """Write a set as an ADX document; gives what `--json` prints."""
    gathered = interop.gather(record=interop.SendRequest(code_map, first, last), by=OPERATOR, now=now)
    interop.note_adx(gathered=interop.summary_of(gathered), by=OPERATOR, now=now)
    content = interop.as_adx(gathered, now)
    target.write_bytes(content)
    hidden = sum(one.state == "hidden" for one in gathered.data)
    sent = sum(one.value is not None for one in gathered.data)
    return {
        "code_map": code_map,
        "file": str(target),
        "values": sent,
        "hidden": hidden,
        "bytes": len(content),
    }


@click.group("interop")
def commands() -> None:
    """Other systems: look at what would be sent to DHIS2, send it, or write it as an ADX file."""


@commands.command("list")
@as_json_option
@refused_in_words
def interop_list(as_json: bool) -> None:
    """List the code maps."""
    with application():
        result = list_maps()
    lines = [f"{row['code_map']}: {row['values']} values, {row['period']}" for row in result["rows"]]
    say(result, as_json, "\n".join(lines) or "No code map.")


@commands.command("dhis2")
@click.argument("code_map")
@click.option("--from", "first", required=True, help="First day of the period, YYYY-MM-DD.")
@click.option("--to", "last", required=True, help="Last day of the period, YYYY-MM-DD.")
@click.option("--send", "really", is_flag=True, help="Send it; without this only the difference is shown.")
@as_json_option
@refused_in_words
def interop_dhis2(code_map: str, first: str, last: str, really: bool, as_json: bool) -> None:
    """Show what would be sent beside what the server has; send it with --send."""
    from_on, to_on = parse_date(first, "from"), parse_date(last, "to")
    with application():
        result = exchange(code_map, from_on, to_on, really=really, now=now())
    say(result, as_json, "\n".join(shown_lines(result)))
    if really and not result["outcome"]["ok"]:
        sys.exit(1)


@commands.command("adx")
@click.argument("code_map")
@click.option("--from", "first", required=True, help="First day of the period, YYYY-MM-DD.")
@click.option("--to", "last", required=True, help="Last day of the period, YYYY-MM-DD.")
@click.option("--to-file", "to_file", required=True, type=click.Path(path_type=Path))
@as_json_option
@refused_in_words
def interop_adx(code_map: str, first: str, last: str, to_file: Path, as_json: bool) -> None:
    """Write the same values as an ADX file, for a server that takes files."""
    from_on, to_on = parse_date(first, "from"), parse_date(last, "to")
    check_target(to_file)
    with application():
        result = write_adx(code_map, from_on, to_on, to_file, now())
    say(result, as_json, f"{to_file}: {result['values']} values, {result['hidden']} hidden and left out.")
