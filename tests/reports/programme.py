"""An invented programme as facts, the same for every run of a seed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from gipt.domain.attendance import AttendanceStatus
from gipt.domain.indicators import (
    AskedBy,
    AttendanceFact,
    Choices,
    EnrolmentFact,
    ReferralFact,
    ReportFacts,
    SafetyFact,
    Score,
    ScreeningFact,
    SessionFact,
    Traits,
)
from gipt.domain.people import Disability, Displacement, ExitType, Sex
from gipt.domain.periods import Period
from gipt.domain.risk import Level
from gipt.domain.scheduling import CancelReason, SessionStatus
from gipt.reports import Place, ReportContext

FIRST = date(2026, 1, 5)
PERIOD = Period(date(2026, 1, 1), date(2026, 6, 30))
SITES = ("S1", "S2", "S3")


def invented(people: int = 70, seed: int = 1, repeats: int = 2) -> ReportFacts:
    """Give facts about so many screened people, of whom some enrol, some twice."""
    rng = Random(seed)
    screenings = tuple(screening(rng, number) for number in range(people))
    chosen = [one for one in screenings if one.eligible]
    rows = [enrolment(rng, one, number) for number, one in enumerate(chosen + chosen[:repeats])]
    return ReportFacts(
        enrolments=tuple(rows),
        screenings=screenings,
        sessions=tuple(session(rng, site, k, n) for site in SITES for k in range(3) for n in range(1, 9)),
        attendance=tuple(mark for one in rows for mark in marks(rng, one)),
        safety=tuple(episode(rng) for _ in range(people // 5)),
        referrals=tuple(
            ReferralFact("p1", rng.choice(SITES), FIRST, rng.choice([True, False, None]))
            for _ in range(people // 8)
        ),
        sites=SITES,
    )


def screening(rng: Random, number: int) -> ScreeningFact:
    traits = Traits(
        sex=rng.choices(list(Sex), [70, 25, 2, 1, 2])[0],
        age=rng.choice([None, *range(15, 70)]),
        disability=rng.choices(list(Disability), [1, 6, 3])[0],
        displacement=rng.choices(list(Displacement), [6, 4, 2, 1, 0.2, 1])[0],
    )
    positive = rng.random() < 0.85
    eligible = positive and rng.random() < 0.95
    return ScreeningFact(f"p{number}", rng.choice(SITES), FIRST, traits, True, positive, eligible, 10)


def enrolment(rng: Random, one: ScreeningFact, number: int) -> EnrolmentFact:
    attended = min(8, max(0, int(rng.gauss(6.3, 2))))
    pre = rng.randint(8, 22)
    post = max(0, pre - rng.randint(-2, 14)) if attended > 2 and rng.random() < 0.9 else None
    followed = (Score(FIRST, rng.randint(0, 12)),) if post is not None and rng.random() < 0.7 else ()
    return EnrolmentFact(
        person=one.person,
        enrolment=f"enrolment-{number}",
        site=one.site,
        cycle=f"C-{one.site}",
        enrolled_on=FIRST + timedelta(10 + number % 30),
        traits=one.traits,
        sessions=8,
        threshold=6,
        attended=attended,
        expected=8,
        completed=attended >= 6,
        cycle_closed=True,
        exit=ExitType.MOVED if attended < 6 and rng.random() < 0.3 else None,
        baseline=Score(FIRST, pre),
        endline=None if post is None else Score(FIRST, post),
        last_valid=post,
        follow_ups=followed,
    )


def session(rng: Random, site: str, cycle: int, number: int) -> SessionFact:
    due = FIRST + timedelta(14 + 7 * number)
    if rng.random() < 0.9:
        held = due + timedelta(rng.choice([0, 0, 0, 1, 5]))
        return SessionFact(site, f"{site}-{cycle}", number, due, SessionStatus.HELD, due, held)
    reason = rng.choice(list(CancelReason))
    return SessionFact(site, f"{site}-{cycle}", number, due, SessionStatus.CANCELLED, due, None, reason)


def marks(rng: Random, one: EnrolmentFact) -> list[AttendanceFact]:
    came = set(rng.sample(range(1, 9), one.attended))
    told = {True: AttendanceStatus.PRESENT, False: AttendanceStatus.ABSENT_TOLD}
    return [AttendanceFact(one.enrolment, n, told[n in came], True, n in came) for n in range(1, 9)]


def episode(rng: Random) -> SafetyFact:
    level = rng.choice([None, *Level])
    return SafetyFact("p1", rng.choice(SITES), FIRST, level, rng.choice([True, True, True, False, None]))


def context(language: str = "en", right_to_left: bool = False) -> ReportContext:
    """Give the frame of a half-yearly report."""
    return ReportContext(
        programme="Hope & Light",
        period=PERIOD,
        places=(Place("S1", "North"), Place("S2", "East"), Place("S3", "West")),
        made_at=datetime(2026, 7, 3, 9, 30, tzinfo=UTC),
        cut_off_at=datetime(2026, 7, 1, tzinfo=UTC),
        language=language,
        right_to_left=right_to_left,
        choices=Choices(cut_off_citation="Kroenke 2001"),
        report_id="R-0001",
        made_by_role="coordinator",
        software="gipt 0.1.0",
    )


def full_of_gaps(people: int = 90, seed: int = 1) -> ReportFacts:
    """Give an invented programme in which every score may be missing, late, carried forward or there twice."""
    rng, facts = Random(seed * 7919), invented(people, seed, repeats=max(1, people // 12))

    def with_gaps(one: EnrolmentFact) -> EnrolmentFact:
        pre = None if rng.random() < 0.08 else one.baseline
        post = None if rng.random() < 0.15 else one.endline
        last = post.total if post else (rng.randint(0, 20) if pre and rng.random() < 0.5 else None)
        before = None if rng.random() < 0.2 else rng.randint(4, 40)
        return replace(
            one,
            baseline=pre,
            endline=None if post is None else replace(post, asked_by=rng.choice(list(AskedBy))),
            late_endline=post is None and rng.random() < 0.3,
            last_valid=last,
            screening=None
            if rng.random() < 0.2
            else min(27, (pre.total if pre else 12) + rng.randint(-1, 5)),
            midline=rng.randint(2, 18) if rng.random() < 0.7 else None,
            function_pre=before,
            function_post=None
            if before is None or rng.random() < 0.2
            else max(0, before - rng.randint(-4, 9)),
            exit=rng.choice([None, *ExitType]) if one.attended < one.threshold else None,
        )

    return replace(facts, enrolments=tuple(with_gaps(one) for one in facts.enrolments))
