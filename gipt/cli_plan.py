"""`gipt plan`: the dates of a group's cycle, and why each was taken or skipped."""

from dataclasses import asdict, replace
from typing import Any

import click

from gipt.actions import curricula, cycles
from gipt.cli_base import (
    application,
    as_json_option,
    now,
    parse_date,
    parse_time,
    parse_weekday,
    refused_in_words,
    say,
)
from gipt.content.curricula import load_curriculum
from gipt.domain.access import OPERATOR
from gipt.domain.problems import Unknown
from gipt.domain.scheduling import Clash, ClashCode, CyclePlan
from gipt.queries import lists
from gipt.words.planning import reason_sentence


@click.command()
@click.option("--group", "group_code", required=True)
@click.option("--curriculum", "curriculum_id", required=True)
@click.option("--start", required=True, help="First possible date, YYYY-MM-DD.")
@click.option("--weekday", required=True)
@click.option("--time", "at_time", required=True, help="Local time, HH:MM.")
@click.option("--facilitator", "facilitators", multiple=True, help="Sign-in name, lead first.")
@click.option("--dry-run", is_flag=True, help="Show the dates, store nothing.")
@as_json_option
@refused_in_words
def plan(
    group_code: str,
    curriculum_id: str,
    start: str,
    weekday: str,
    at_time: str,
    facilitators: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Plan the cycle of a group and say why each date was taken or skipped."""
    first, day, clock = parse_date(start, "start"), parse_weekday(weekday), parse_time(at_time)
    with application():
        group_id = lists.find_group_id(group_code)
        if group_id is None:
            raise Unknown(kind="group", name=group_code, known=[])
        leaders = tuple(_staff_id(name) for name in facilitators) or lists.group_leaders(group_id)[:1]
        content = load_curriculum(curriculum_id, curricula.own_folder())
        record = cycles.CycleRecord(
            group_id=group_id,
            curriculum_version_id="",
            start=first,
            starts=clock,
            weekday=day,
            facilitators=leaders,
        )
        # The curriculum of a dry run is read from its file: nothing is stored, not even a published version.
        planned = cycles.preview_cycle(record=record, content=content, by=OPERATOR)
        cycle_id = None if dry_run else _store(curriculum_id, record)
    result = plan_result(planned, group_code, dry_run, cycle_id)
    say(result, as_json, "\n".join(plan_lines(result)))


def _store(curriculum_id: str, record: cycles.CycleRecord) -> str:
    version = curricula.publish_curriculum(curriculum=curriculum_id, by=OPERATOR, now=now())
    return cycles.plan_cycle(record=replace(record, curriculum_version_id=version), by=OPERATOR, now=now())


def _staff_id(name: str) -> str:
    found = lists.find_staff_id(name)
    if found is None:
        raise Unknown(kind="staff", name=name, known=[])
    return found


def clash_row(one: Clash) -> dict[str, Any]:
    """Give a reason or warning as an object; its sentence names no people and no other group."""
    said = {name: value for name, value in asdict(one).items() if name not in ("people", "source", "venue")}
    return {
        "code": one.code.value,
        "hard": one.is_hard,
        "label": one.label,
        "estimated": one.estimated,
        "sentence": reason_sentence(one.code, said),
    }


def plan_result(planned: CyclePlan, group_code: str, dry_run: bool, cycle_id: str | None) -> dict[str, Any]:
    """Give a plan as the object that --json prints."""
    return {
        "group": group_code,
        "curriculum": planned.curriculum_id,
        "version": planned.curriculum_version,
        "dry_run": dry_run,
        "cycle": cycle_id,
        "sessions": [
            {
                "number": one.number,
                "phase": one.phase.value,
                "date": one.on.isoformat(),
                "time": one.starts.isoformat("minutes"),
                "zone": one.zone,
                "warnings": [clash_row(clash) for clash in one.clashes],
            }
            for one in planned.sessions
        ],
        "skipped": [
            {
                "date": skip.on.isoformat(),
                "number": skip.number,
                "reasons": [clash_row(reason) for reason in skip.reasons],
            }
            for skip in planned.skipped
        ],
        "pre_group": {"from": planned.pre_group.first.isoformat(), "to": planned.pre_group.last.isoformat()},
        "follow_ups": [{"key": one.key, "date": one.on.isoformat()} for one in planned.follow_ups],
    }


def notes(clashes: list[dict[str, Any]]) -> str:
    """Give reasons or warnings as one line, with the mark of a date that may still move."""
    moves = " Its date may move."
    return " ".join(
        one["sentence"] + (moves if one["estimated"] and one["code"] == ClashCode.CLOSED_DAY else "")
        for one in clashes
    )


def plan_lines(result: dict[str, Any]) -> list[str]:
    """Give a plan as lines for a person."""
    lines = [f"{result['group']}: {result['curriculum']} {result['version']}"]
    for one in result["sessions"]:
        lines.append(f"  {one['number']:>2}  {one['date']}  {one['time']}  {notes(one['warnings'])}".rstrip())
    for skip in result["skipped"]:
        lines.append(f"  not {skip['date']} (for session {skip['number']}): {notes(skip['reasons'])}")
    lines.append("Nothing was stored." if result["dry_run"] else "Planned.")
    return lines
