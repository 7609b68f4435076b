"""Safety: what raises an episode, how dangerous it is, by when somebody must have seen it.

Lives here: the state of safety items, levels, clocks, who may lower or close, joining and merging, old
answers that are imported. Does not live here: the programme's protocol (`gipt.domain.safety_protocol`),
words, storage. Rules of domain.md 3.1-3.3 and decision 7. A safety item never depends on the total, and
nothing here ever says "low risk".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum

from gipt.domain.access import Role
from gipt.domain.measures import Answers, Item, Measure, MissingReason, parse_answer
from gipt.domain.numerals import whole_number
from gipt.domain.problems import Invalid

REVIEW_AFTER_DAYS = 30  # imported positives not older than this open an episode; a setting


class Level(IntEnum):
    """How dangerous it is; an episode that nobody has triaged has no level."""

    TALK_AND_PLAN = 1
    TODAY = 2
    NOW = 3


class Trigger(StrEnum):
    """What raised an episode."""

    ITEM = "item"
    ITEM_UNKNOWN = "item_unknown"
    WORRY = "worry"
    FAMILY_CONCERN = "family_concern"
    PSYCHOSIS_OR_SEVERE = "psychosis_or_severe"
    VIOLENCE = "violence"
    CHILD_PROTECTION = "child_protection"
    SAFEGUARDING = "safeguarding"
    MEDICAL = "medical"


class SafetyState(StrEnum):
    """What one administration says about safety.

    `unknown`: asked for but not answered; somebody asks again in private or tells the supervisor the same
    day. `not_asked`: the measure has no safety item, or nothing of it was asked.
    """

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Safety:
    """The state, and the ids of the items that made it so (positive or unanswered ones)."""

    state: SafetyState
    items: tuple[str, ...] = ()

    @property
    def opens_episode(self) -> bool:
        return self.state is SafetyState.POSITIVE


def safety_state(measure: Measure, answers: Answers) -> Safety:
    """Say what the safety items of one administration mean, whatever its total.

    Any value at or above the trigger is positive, even one that the item does not offer: a slip must not
    hide it. A refused, blank or unasked safety item of a measure that was otherwise begun is unknown.
    """
    values = {safety.item_id: _given(answers, safety.item_id) for safety in measure.safety_items}
    positive = tuple(
        safety.item_id
        for safety in measure.safety_items
        if (value := values[safety.item_id]) is not None and value >= safety.at_least
    )
    if positive:
        return Safety(SafetyState.POSITIVE, positive)
    if not values or all(_is_unasked(answers, item) for item in measure.items):
        return Safety(SafetyState.NOT_ASKED)
    unanswered = tuple(item_id for item_id, value in values.items() if value is None or value < 0)
    return Safety(SafetyState.UNKNOWN, unanswered) if unanswered else Safety(SafetyState.NEGATIVE)


def safety_of_texts(measure: Measure, texts: Mapping[str, str | None]) -> Safety:
    """Say the same of a form as it was typed, before anything else is validated.

    A text that is no number counts as not answered, a number that is too high as positive; so a positive
    item is found whatever else is wrong with the form.
    """
    return safety_state(
        measure, {item.id: _readable(item, texts) for item in measure.items if item.id in texts}
    )


def safety_of_total(measure: Measure) -> Safety:
    """Say what a total without answers means: unknown for every safety item."""
    items = tuple(safety.item_id for safety in measure.safety_items)
    return Safety(SafetyState.UNKNOWN, items) if items else Safety(SafetyState.NOT_ASKED)


def _given(answers: Answers, item_id: str) -> int | None:
    answer = answers.get(item_id, MissingReason.NOT_ASKED)
    return None if isinstance(answer, MissingReason) else answer


def _is_unasked(answers: Answers, item: Item) -> bool:
    return answers.get(item.id, MissingReason.NOT_ASKED) is MissingReason.NOT_ASKED


def _readable(item: Item, texts: Mapping[str, str | None]) -> int | MissingReason:
    try:
        return parse_answer(texts[item.id], item)
    except Invalid:
        value = whole_number(texts[item.id] or "")
        return MissingReason.BLANK if value is None else value


# Clocks


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long an episode may stay unseen; settings of the programme.

    Level 3: 15 minutes, level 2: 2 hours (domain.md 3.5). Level 1: a day, since lay workers tell the
    supervisor on the same day (domain.md 3.3, after PM+). Whatever nobody has triaged runs on the level-2
    clock (decision 7).
    """

    now: timedelta = timedelta(minutes=15)
    today: timedelta = timedelta(hours=2)
    talk_and_plan: timedelta = timedelta(hours=24)

    def limit(self, level: Level | None) -> timedelta:
        if level is Level.NOW:
            return self.now
        return self.talk_and_plan if level is Level.TALK_AND_PLAN else self.today


DEFAULT_CLOCKS = Clocks()


def check_clocks(clocks: Clocks) -> None:
    """Refuse limits that are not positive, or longer for a more dangerous level (Invalid, `clocks`)."""
    if not timedelta(0) < clocks.now <= clocks.today <= clocks.talk_and_plan:
        raise Invalid(field="clocks", reason="not_in_order")


def acknowledge_by(
    opened_at: datetime, level: Level | None = None, clocks: Clocks = DEFAULT_CLOCKS
) -> datetime:
    """Give the moment until which somebody must have seen it; `opened_at` is aware, else Invalid."""
    if opened_at.utcoffset() is None:
        raise Invalid(field="opened_at", reason="no_time_zone")
    return opened_at + clocks.limit(level)


def acknowledged_in_time(due: datetime, acknowledged_at: datetime | None, now: datetime) -> bool | None:
    """Say whether an episode was seen in time; None while the clock still runs (indicator I-21)."""
    if acknowledged_at is not None:
        return acknowledged_at <= due
    return False if now > due else None


# Levels: anybody raises, few lower

LOWERING_ROLES = frozenset({Role.SUPERVISOR, Role.CLINICAL_LEAD})


def may_lower(roles: Iterable[str]) -> bool:
    """Say whether one of `roles` may lower or close: a supervisor or a clinician (domain.md 9)."""
    return not LOWERING_ROLES.isdisjoint(roles)


def may_choose_level(
    level: Level, roles: Iterable[str], *, current: Level | None = None, implied: Level | None = None
) -> bool:
    """Say whether this person may set `level`.

    Anybody may set what is at least as dangerous as the present level and as the answers imply.
    """
    return level >= max(current or 0, implied or 0) or may_lower(roles)


def needs_second_person_to_close(highest_level: Level | None) -> bool:
    """Say whether closing needs a second person: whenever the episode was ever at level Now (ux.md S1)."""
    return highest_level is Level.NOW


def most_dangerous(levels: Iterable[Level | None]) -> Level | None:
    """Give the most dangerous of several levels; untriaged (None) lies between Talk and plan and Today."""
    return max(levels, key=lambda level: 1.5 if level is None else float(level), default=None)


# Episodes


@dataclass(frozen=True, slots=True)
class Episode:
    """What joining and merging need of an episode.

    `person` None = somebody who is not named yet. `unseen_since` None = acknowledged; else the moment from
    which its clock runs. All times aware.
    """

    person: str | None
    opened_at: datetime
    unseen_since: datetime | None
    level: Level | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def due(self, clocks: Clocks = DEFAULT_CLOCKS) -> datetime | None:
        """Give the moment until which it must be seen; None when it was seen or closed."""
        if self.unseen_since is None or not self.is_open:
            return None
        return acknowledge_by(self.unseen_since, self.level, clocks)


def opened(person: str | None, at: datetime, level: Level | None = None) -> Episode:
    """Give a new episode, unseen from the moment of the answer."""
    return Episode(person, at, at, level)


def joins_open_episode(episode: Episode, person: str | None) -> bool:
    """Say whether a new trigger of `person` belongs to `episode` instead of opening another.

    Two people who are not named may be two people, so theirs stay apart until somebody names them.
    """
    return episode.is_open and person is not None and episode.person == person


def joined(episode: Episode, at: datetime, level: Level | None = None) -> Episode:
    """Give the episode after a new trigger: unseen again, never less dangerous.

    A clock that is running is not set back by it. A new trigger without a level is untriaged, so an episode
    at Talk and plan is untriaged again and runs on the shorter clock.
    """
    since = at if episode.unseen_since is None else min(episode.unseen_since, at)
    return replace(episode, unseen_since=since, level=most_dangerous((episode.level, level)))


def merged(first: Episode, second: Episode) -> Episode:
    """Give one episode for two of one person (found to be the same, or sent twice).

    Each value is the more dangerous: open if either is open, unseen if either is and from the earlier
    moment, at the higher level.
    """
    unseen = [one.unseen_since for one in (first, second) if one.unseen_since is not None]
    closed = [one.closed_at for one in (first, second) if one.closed_at is not None]
    return Episode(
        person=first.person if first.person is not None else second.person,
        opened_at=min(first.opened_at, second.opened_at),
        unseen_since=min(unseen, default=None),
        level=most_dangerous((first.level, second.level)),
        closed_at=max(closed) if len(closed) == 2 else None,
    )


# Old answers that come in from a spreadsheet


class ImportRoute(StrEnum):
    """Where an imported positive answer goes: an ordinary episode, or a list that is ticked one by one."""

    EPISODE = "episode"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """One administration's safety, imported or known before; `answered_on` None = the day is not known.

    `current`: the person is in a running cycle or on the waiting list now.
    """

    person: str
    answered_on: date | None
    state: SafetyState
    current: bool
    imported: bool = True


def import_routes(
    answers: Sequence[PastAnswer], today: date, days: int = REVIEW_AFTER_DAYS
) -> tuple[ImportRoute | None, ...]:
    """Give where each imported positive goes, in the order of `answers`; None for every other entry.

    An episode opens when it is the person's latest answer and the person is in a running cycle or waiting,
    or when it is not older than `days`; the others go to the review list without clocks. Give the answers
    known before too (`imported=False`): a later negative one makes an old positive not the latest. Refused
    and blank answers say nothing, so they replace no positive. An unknown day counts as recent.
    """
    latest = _latest_days(answers)
    return tuple(_route(answer, latest.get(answer.person), today, days) for answer in answers)


def _latest_days(answers: Sequence[PastAnswer]) -> dict[str, date]:
    latest: dict[str, date] = {}
    for answer in answers:
        known = answer.state in (SafetyState.POSITIVE, SafetyState.NEGATIVE)
        if known and answer.answered_on is not None:
            latest[answer.person] = max(answer.answered_on, latest.get(answer.person, date.min))
    return latest


def _route(answer: PastAnswer, latest: date | None, today: date, days: int) -> ImportRoute | None:
    if not answer.imported or answer.state is not SafetyState.POSITIVE:
        return None
    if answer.answered_on is None or (today - answer.answered_on).days <= days:
        return ImportRoute.EPISODE
    if answer.current and answer.answered_on == latest:
        return ImportRoute.EPISODE
    return ImportRoute.REVIEW
