"""`gipt demo`: set everything up in an empty data directory, play the programme, make the funder's workbook."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from gipt.actions.report_runs import ReportRequest, export_report
from gipt.actions.sign_ins import end_all_sign_ins, make_link, use_link
from gipt.actions.staff import StaffRecord, add_staff
from gipt.demo import bring_in, records, story
from gipt.demo.people import GROUPS, GroupStory
from gipt.domain.access import OPERATOR, Granted, Role
from gipt.domain.problems import Conflict
from gipt.queries.lists import holds_people

WORKBOOK = "funder-report.xlsx"
OWN_FILES = {"secrets.toml", "gipt.write-lock", "server.lock"} | {
    f"gipt.sqlite{tail}" for tail in ("", "-wal", "-shm")
}
SET_UP = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
LISTS_SENT = (datetime(2026, 2, 10, 7, 0, tzinfo=UTC), datetime(2026, 10, 10, 7, 0, tzinfo=UTC))
SECOND_WAVE_BEFORE = timedelta(days=14)
"""The last group of the demonstration began two weeks ago, so that Today has a meeting on most days."""


@dataclass(frozen=True, slots=True)
class Account:
    """One way to sign in to the demonstration; a password for the office, a link for a phone."""

    sign_in_name: str
    role: str
    password: str | None = None
    link_token: str | None = None
    leads: bool = False
    """Whether a group is running that this person leads: where somebody who looks finds most."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was made: the workbook and the accounts, whose passwords stand nowhere else."""

    workbook: Path
    accounts: tuple[Account, ...]


def groups_until(today: date) -> tuple[GroupStory, ...]:
    """Give the groups with the last one moved close to today, so that it is running whenever somebody looks."""
    last = GROUPS[-1]
    start = max(last.start, today - SECOND_WAVE_BEFORE)
    return (*GROUPS[:-1], replace(last, start=start))


def check_folder(data: Path) -> None:
    """Refuse a folder that holds more than `gipt init` makes: nobody's files are to lie among invented ones."""
    if data.is_dir() and any(one.name not in OWN_FILES for one in data.iterdir()):
        raise Conflict(reason="demo_other_files")


def check_empty() -> None:
    """Refuse a database that holds a programme, members or staff."""
    if holds_people():
        raise Conflict(reason="demo_needs_empty")


def make(data: Path, *, now: datetime, seed: int, tell: Callable[[str], None]) -> Demonstration:
    """Play the demonstration into an empty installation; raises Conflict when it holds anything."""
    check_empty()
    played = story.set_the_stage(SET_UP, now, seed)
    for path, sent in zip(bring_in.LISTS, LISTS_SENT, strict=True):
        if sent < now:
            tell(path.stem)
            bring_in.bring_in(path, by=OPERATOR, now=sent)
    story.play(played, groups_until(now.date()), tell)
    records.keep(played, now)
    tell(WORKBOOK)
    target = data / WORKBOOK
    record = ReportRequest(
        report="funder-standard", from_on=date(2026, 1, 1), to_on=date(2026, 12, 31), language="en"
    )
    export_report(
        record=record,
        target=target,
        by=OPERATOR,
        now=now,
        clock=lambda: datetime.now(UTC),
        tell=lambda *_: None,
    )
    return Demonstration(target, make_accounts(played, now))


def make_accounts(played: story.Story, now: datetime) -> tuple[Account, ...]:
    """Give everybody a way in: random passwords and one-time links, never drawn from the seed."""
    admin = StaffRecord(sign_in_name="admin", grants=(Granted(Role.ADMIN),), name="Sunil Rao")
    people = {"admin": add_staff(record=admin, by=OPERATOR, now=now)}
    people |= {name: actor.staff_id for name, actor in played.staff.items() if actor.staff_id}
    roles = {name: role for name, role, *_ in story.STAFF} | {"admin": Role.ADMIN}
    return tuple(_account(name, staff_id, roles[name], now) for name, staff_id in people.items())


def _account(name: str, staff_id: str, role: Role, now: datetime) -> Account:
    phone = role is Role.FACILITATOR
    token = make_link(staff_id=staff_id, purpose="phone" if phone else "password", by=OPERATOR, now=now)
    if phone:
        return Account(name, role.value, link_token=token, leads=name == GROUPS[-1].facilitator)
    password = secrets.token_urlsafe(12)
    use_link(token=token, secret=password, now=now)
    end_all_sign_ins(staff_id=staff_id, by=OPERATOR, now=now)
    return Account(name, role.value, password=password)
