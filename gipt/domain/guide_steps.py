"""What is said and done in one meeting: lines, branches, variants, steps, and what an observer rates.

Every line has an id of its own, so that a line put between two others moves no key of another one. In a file
lines are a table (`greet = "Welcome."`), in a stored copy a list, since JSON keeps no order of keys; a list of
plain texts, as the first release stored it, is read as lines with the ids 1, 2, 3 and given back as it was.
Which meetings there are and when is in `gipt.domain.guides`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gipt.domain.guide_fields import Record


class ProblemArea(StrEnum):
    """Name the four problem areas of IPT (Asrat 2021, table 2): death, disagreement, change, being alone."""

    GRIEF = "grief"
    DISPUTE = "dispute"
    LIFE_CHANGE = "life_change"
    LONELINESS = "loneliness"


class FidelityRating(StrEnum):
    """Name how far an observer saw one thing done (domain 4.3)."""

    NOT_DONE = "not_done"
    PARTLY = "partly"
    DONE = "done"


class GuidePicture(StrEnum):
    """Name the small pictures that a step may have; they are drawn by gipt and told in words beside (ux.md 2.8)."""

    CIRCLE = "circle"
    TALKING = "talking"
    LISTENING = "listening"
    HANDS = "hands"
    WEEK = "week"
    MOOD = "mood"
    WAYS = "ways"
    HOUSE = "house"
    TASK = "task"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one short line; `id` is unique among its neighbours and never reused for another sentence."""

    id: str
    text: str

    def __str__(self) -> str:
        """Give the text, so that a page can show a line as it is."""
        return self.text


Lines = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """Hold one thing that should be covered, in the words of the record of the meeting."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Branch:
    """Hold what to say and do if something happens; `title` names it ("If someone is silent")."""

    id: str
    title: str
    say: Lines = ()
    do: Lines = ()


@dataclass(frozen=True, slots=True)
class AreaVariant:
    """Hold what to say and do in a step for members with one problem area."""

    area: ProblemArea
    say: Lines = ()
    do: Lines = ()


@dataclass(frozen=True, slots=True)
class FidelityItem:
    """Hold one thing an observer rates as not done, partly or done."""

    id: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """Hold one step of a meeting: short lines, `minutes` about how long, `core` if it may not be dropped.

    `phone` says what is different when the group meets by phone; `picture` stands small beside the title.
    """

    id: str
    key: str
    title: str
    minutes: int
    core: bool
    say: Lines = ()
    do: Lines = ()
    watch: Lines = ()
    points: tuple[AgendaPoint, ...] = ()
    aim: str = ""
    materials: Lines = ()
    branches: tuple[Branch, ...] = ()
    areas: tuple[AreaVariant, ...] = ()
    phone: Lines = ()
    picture: GuidePicture | None = None


@dataclass(frozen=True, slots=True)
class SessionGuide:
    """Hold one meeting; `number` is None for every meeting that is not one of the sessions 1..N."""

    key: str
    number: int | None
    title: str
    aim: str
    steps: tuple[Step, ...]
    fidelity: tuple[FidelityItem, ...] = ()

    @property
    def minutes(self) -> int:
        """Give the minutes of all steps."""
        return sum(step.minutes for step in self.steps)

    @property
    def materials(self) -> tuple[str, ...]:
        """Give what to bring, each thing once, in the order of the steps."""
        return tuple(dict.fromkeys(line.text for step in self.steps for line in step.materials))


# Fields that came after the first release: left out of a stored copy when empty, so that what was published
# before keeps its hash.
LATER_FIELDS = frozenset({"aim", "materials", "branches", "areas", "phone"})


def read_guide(record: Record, number: int | None) -> SessionGuide:
    """Read one meeting, or raise `BadDefinition`."""
    guide = SessionGuide(
        key=record.path("key"),
        number=number,
        title=record.text("title", longest=60),
        aim=record.text("aim"),
        steps=tuple(read_step(step) for step in record.records("steps", 1)),
        fidelity=tuple(_fidelity(item) for item in record.records("fidelity", 0)),
    )
    unique(record, "steps", [step.id for step in guide.steps])
    unique(record, "fidelity", [item.id for item in guide.fidelity])
    record.nothing_else()
    return guide


def read_step(record: Record) -> Step:
    """Read one step; a title longer than 40 characters does not fit a phone's list (ux F6)."""
    step = Step(
        id=record.name("id"),
        key=record.path("key"),
        title=record.text("title", longest=40),
        minutes=record.number("minutes", 1, 120),
        core=record.flag("core"),
        say=read_lines(record, "say"),
        do=read_lines(record, "do"),
        watch=read_lines(record, "watch"),
        points=tuple(_point(point) for point in record.records("points", 0)),
        aim=record.optional_text("aim"),
        materials=read_lines(record, "materials"),
        branches=tuple(_branch(branch) for branch in record.records("branches", 0, "id")),
        areas=tuple(_variant(variant) for variant in record.records("areas", 0, "area")),
        phone=read_lines(record, "phone"),
        picture=GuidePicture(record.choice("picture", GuidePicture)) if record.has("picture") else None,
    )
    if not (step.say or step.do):
        raise record.fault("do", "missing")
    unique(record, "points", [point.id for point in step.points])
    unique(record, "branches", [branch.id for branch in step.branches])
    unique(record, "areas", [variant.area for variant in step.areas])
    record.nothing_else()
    return step


def read_lines(record: Record, key: str, most: int = 6) -> Lines:
    """Read lines: a table of id and text, a list of such pairs, or a list of texts (ids 1, 2, 3)."""
    lines = tuple(Line(*pair) for pair in record.pairs(key, most))
    unique(record, key, [line.id for line in lines])
    return lines


def unique(record: Record, key: str, ids: Sequence[str]) -> None:
    """Refuse ids that come twice."""
    if len(set(ids)) != len(ids):
        raise record.fault(key, "duplicate")


def _point(record: Record) -> AgendaPoint:
    point = AgendaPoint(record.name("id"), record.text("title", longest=90))
    record.nothing_else()
    return point


def _branch(record: Record) -> Branch:
    branch = Branch(
        id=record.name("id"),
        title=record.text("title", longest=60),
        say=read_lines(record, "say"),
        do=read_lines(record, "do"),
    )
    _need_words(record, branch)
    return branch


def _variant(record: Record) -> AreaVariant:
    variant = AreaVariant(
        area=ProblemArea(record.choice("area", ProblemArea)),
        say=read_lines(record, "say"),
        do=read_lines(record, "do"),
    )
    _need_words(record, variant)
    return variant


def _need_words(record: Record, part: Branch | AreaVariant) -> None:
    if not (part.say or part.do):
        raise record.fault("do", "missing")
    record.nothing_else()


def _fidelity(record: Record) -> FidelityItem:
    item = FidelityItem(record.name("id"), record.path("key"), record.text("text", longest=120))
    record.nothing_else()
    return item


def plain_lines(lines: Lines) -> list[dict[str, str]] | list[str]:
    """Give lines as plain values: texts alone when the ids are only their places, else pairs."""
    if all(line.id == str(place) for place, line in enumerate(lines, start=1)):
        return [line.text for line in lines]
    return [{"id": line.id, "text": line.text} for line in lines]
