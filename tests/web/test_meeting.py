"""The meeting in one page: register, check-ins, guide, close; and what is never shown."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.content.guide_texts import texts_of
from gipt.db import db, new_id
from gipt.i18n import Shelf, catalog_folders, language, shelf, use_shelf
from gipt.models import (
    Answer,
    Assessment,
    Attendance,
    AttendanceCorrection,
    CurriculumVersion,
    Cycle,
    CycleGuide,
    GuideTranslation,
    SafetyEpisode,
    Session,
    Visitor,
)
from gipt.queries.curricula import published
from tests.cast import NOW, Cast, signed_in_client
from tests.world import World, hold_meeting, local_today, make_protocol, make_running_group


@pytest.fixture
def world(cast: Cast) -> World:
    return make_running_group(cast, members=8)


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("facilitator", "own")])


def statuses(session_id: str) -> list[str]:
    db.session.expire_all()
    return sorted(db.session.scalars(sa.select(Attendance.status).where(Attendance.session_id == session_id)))


def mark(world: World, place: int, value: str = "present") -> dict[str, str]:
    return {f"a[{world.enrolment_ids[place]}]": value}


def check_in(world: World, place: int = 0, session: int = 0) -> str:
    return f"/s/{world.session_ids[session]}/c/{world.enrolment_ids[place]}"


def assessment(world: World, place: int = 0) -> Assessment:
    db.session.expire_all()
    wanted = sa.select(Assessment).where(Assessment.enrolment_id == world.enrolment_ids[place])
    return db.session.scalars(wanted).one()


def answers(world: World, place: int = 0) -> dict[str, int | str | None]:
    rows = db.session.scalars(sa.select(Answer).where(Answer.assessment_id == assessment(world, place).id))
    return {row.item: row.missing or row.value for row in rows}


# --- register -----------------------------------------------------------------------------------------------------


def test_nobody_is_marked_beforehand(client: FlaskClient, world: World) -> None:
    html = client.get(f"/s/{world.session_ids[0]}/r").get_data(as_text=True)
    assert not re.search(r'type="radio" id="[xy]-[^>]* checked', html)
    assert html.count('data-tick="came"') == 8


def test_everyone_came_marks_only_who_has_no_mark(client: FlaskClient, world: World) -> None:
    fields = {**mark(world, 2, "absent_unknown"), "all": "came"}
    answer = client.post(f"/s/{world.session_ids[0]}/r", data=fields)
    assert answer.status_code == 303
    assert statuses(world.session_ids[0]) == ["absent_unknown"] + ["present"] * 7


def test_who_is_not_ticked_stays_unmarked(client: FlaskClient, world: World) -> None:
    client.post(f"/s/{world.session_ids[0]}/r", data=mark(world, 0))
    assert statuses(world.session_ids[0]) == ["present"]
    assert "1 of 8 came" in client.get(f"/s/{world.session_ids[0]}").get_data(as_text=True)


DETAILS = [
    ("present", "late", ("late", None, None)),
    ("present", "left_half", ("left_early", None, True)),
    ("present", "left_before", ("left_early", None, False)),
    ("absent_unknown", "told", ("absent_told", None, None)),
    ("absent_unknown", "excused:funeral", ("excused", "funeral", None)),
    ("", "told", ("absent_told", None, None)),
    ("", "late", ("late", None, None)),
    ("present", "told", ("present", None, None)),
    ("absent_unknown", "late", ("absent_unknown", None, None)),
    ("present", "not_expected", ("not_expected", None, None)),
]


@pytest.mark.parametrize(
    ("tick", "detail", "stored"), DETAILS, ids=[f"{a or 'none'}+{b}" for a, b, _ in DETAILS]
)
def test_a_detail_counts_where_it_fits_the_tick(
    client: FlaskClient, world: World, tick: str, detail: str, stored: tuple[str, str | None, bool | None]
) -> None:
    fields = {**mark(world, 0, tick), f"d[{world.enrolment_ids[0]}]": detail}
    client.post(f"/s/{world.session_ids[0]}/r", data=fields)
    row = db.session.scalars(sa.select(Attendance)).one()
    assert (row.status, row.reason, row.left_after_half) == stored


def test_saving_again_without_a_change_corrects_nothing(client: FlaskClient, world: World) -> None:
    fields = {**mark(world, 0), f"d[{world.enrolment_ids[0]}]": "late"}
    for _ in range(2):
        client.post(f"/s/{world.session_ids[0]}/r", data=fields)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AttendanceCorrection)) == 0


def test_a_closed_meeting_is_corrected_with_a_reason_only(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    hold_meeting(cast, world, 1)
    client.post(f"/s/{world.session_ids[0]}/close", data={"feel": "easy"})
    page = f"/s/{world.session_ids[0]}/r"
    refused = client.post(page, data=mark(world, 0, "absent_unknown"))
    assert refused.status_code == 422
    assert "Please write why this is changed." in refused.get_data(as_text=True)
    assert re.search(rf'id="x-{world.enrolment_ids[0]}"[^>]* checked', refused.get_data(as_text=True))
    client.post(page, data={**mark(world, 0, "absent_unknown"), "correction": "Wrong row"})
    assert statuses(world.session_ids[0]).count("absent_unknown") == 1


def test_the_register_of_another_day_says_which(client: FlaskClient, world: World) -> None:
    yesterday = local_today() - timedelta(days=1)
    parts = {
        "held": "other",
        "held-day": yesterday.day,
        "held-month": yesterday.month,
        "held-year": yesterday.year,
    }
    client.post(f"/s/{world.session_ids[0]}/r", data={**mark(world, 0), **parts})
    db.session.expire_all()
    assert db.session.get_one(Session, world.session_ids[0]).held_on == yesterday


def test_a_day_that_is_no_day_is_refused_and_nothing_is_lost(client: FlaskClient, world: World) -> None:
    parts = {"held": "other", "held-day": "31", "held-month": "2", "held-year": "2026"}
    answer = client.post(f"/s/{world.session_ids[0]}/r", data={**mark(world, 0), **parts})
    assert answer.status_code == 422
    assert re.search(rf'id="y-{world.enrolment_ids[0]}"[^>]* checked', answer.get_data(as_text=True))


def test_somebody_new_waits_for_the_coordinator(client: FlaskClient, world: World) -> None:
    client.post(f"/s/{world.session_ids[0]}/r", data={"visitor": "Amal"})
    assert db.session.scalars(sa.select(Visitor)).one().name == "Amal"
    assert statuses(world.session_ids[0]) == []


def test_a_double_submit_is_one_register(client: FlaskClient, world: World) -> None:
    fields = {**mark(world, 0), "op": "a" * 32}
    for _ in range(2):
        assert client.post(f"/s/{world.session_ids[0]}/r", data=fields).status_code == 303
    assert statuses(world.session_ids[0]) == ["present"]


# --- check-ins ----------------------------------------------------------------------------------------------------


def test_one_tap_stores_and_moves_on(client: FlaskClient, cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    html = client.get(check_in(world)).get_data(as_text=True)
    assert "Little interest or pleasure in doing things" in html
    assert "1 of 10" in html
    answer = client.post(check_in(world), data={"item": "q1", "v": "2"})
    assert (answer.status_code, answer.location) == (303, check_in(world))
    assert "2 of 10" in client.get(check_in(world)).get_data(as_text=True)
    assert answers(world) == {"q1": 2}


def test_the_page_of_a_question_shows_the_sign_and_no_name(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    hold_meeting(cast, world, 1)
    html = client.get(check_in(world)).get_data(as_text=True)
    assert "Grace" not in re.sub(r'<section class="help".*?</section>', "", html, flags=re.DOTALL)


def test_prefer_not_to_answer_is_stored_as_that(client: FlaskClient, cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    client.post(check_in(world), data={"item": "q1", "v": "refused"})
    assert answers(world) == {"q1": "refused"}


def test_going_back_keeps_answers_and_marks_the_one_given(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    hold_meeting(cast, world, 1)
    client.post(check_in(world), data={"item": "q1", "v": "2"})
    html = client.get(check_in(world) + "?i=q1").get_data(as_text=True)
    assert re.search(r'class="ans was" name="v" value="2"', html)


def ask_all(client: FlaskClient, world: World, last: str = "0", place: int = 0) -> list[str]:
    places = []
    for number in range(1, 9):
        places.append(client.post(check_in(world, place), data={"item": f"q{number}", "v": "0"}).location)
    places.append(client.post(check_in(world, place), data={"item": "q9", "v": last}).location)
    places.append(client.post(check_in(world, place), data={"item": "function", "v": "0"}).location)
    return places


def test_the_last_answer_leads_to_a_page_without_any_figure(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    hold_meeting(cast, world, 1)
    assert ask_all(client, world)[-1] == check_in(world) + "?end=1"
    html = client.get(check_in(world) + "?end=1").get_data(as_text=True)
    assert "10 answers saved." in html
    assert "Talk alone" not in html
    assert assessment(world).status == "done"


def test_a_positive_answer_sets_a_quiet_mark_and_leads_to_help_at_the_end(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    hold_meeting(cast, world, 1)
    before = client.get(check_in(world)).get_data(as_text=True)
    places = ask_all(client, world, "1")
    assert places[8] == check_in(world)  # no sudden change of screens
    episode = db.session.scalars(sa.select(SafetyEpisode)).one()
    after = client.get(check_in(world) + "?i=function").get_data(as_text=True)
    end = client.get(check_in(world) + "?end=1").get_data(as_text=True)
    assert "quiet-mark" not in before
    assert "quiet-mark" in after
    assert "Please talk with this member alone before they leave." in end
    assert f"/h/{episode.id}/ask" in end


def test_leaving_a_worrying_check_in_passes_the_calm_page(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    hold_meeting(cast, world, 1)
    client.post(check_in(world), data={"item": "q9", "v": "2"})
    html = client.get(check_in(world)).get_data(as_text=True)
    assert f'class="back" href="{check_in(world)}?end=1"' in html
    assert "Go on asking" in client.get(check_in(world) + "?end=1").get_data(as_text=True)


def test_the_protocol_may_want_help_at_once(
    app: Flask, client: FlaskClient, cast: Cast, world: World
) -> None:
    make_protocol(cast, immediate=True)
    hold_meeting(cast, world, 1)
    answer = client.post(check_in(world), data={"item": "q9", "v": "1"})
    assert answer.location == check_in(world) + "?pause=1"
    html = client.get(answer.location).get_data(as_text=True)
    assert "Stop here for a moment" in html
    assert "Go on asking" in html


def test_a_refused_safety_question_asks_to_be_asked_again(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    hold_meeting(cast, world, 1)
    ask_all(client, world, "refused")
    html = client.get(check_in(world) + "?end=1").get_data(as_text=True)
    assert "Please ask again in private today." in html


def test_who_does_not_want_to_be_asked_counts_as_asked(client: FlaskClient, cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    client.post(check_in(world), data={"do": "decline"})
    html = client.get(f"/s/{world.session_ids[0]}/c").get_data(as_text=True)
    assert "did not want to" in html
    assert "1 of 8 done" in client.get(f"/s/{world.session_ids[0]}").get_data(as_text=True)


def test_answers_of_somebody_else_are_taken_back_after_a_yes(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    hold_meeting(cast, world, 1)
    client.post(check_in(world), data={"item": "q1", "v": "2"})
    assert "1 answer is taken back." in client.get(check_in(world) + "?other=1").get_data(as_text=True)
    client.post(check_in(world), data={"do": "restart"})
    assert answers(world) == {}


LINES = ["120301120", "1 2 0 3 0 1 1 2 0", "١٢٠٣٠١١٢٠", "१२०३०११२०"]


@pytest.mark.parametrize("line", LINES, ids=["plain", "spaced", "arabic", "devanagari"])
def test_the_digits_from_paper_fill_the_boxes(
    client: FlaskClient, cast: Cast, world: World, line: str
) -> None:
    hold_meeting(cast, world, 1)
    answer = client.post(check_in(world), data={"whole": "1", "line": line})
    assert answer.location == check_in(world) + "?whole=1&check=1"
    html = client.get(answer.location).get_data(as_text=True)
    assert [html.count(f'name="q{n}" value="{v}" checked') for n, v in enumerate("120301120", 1)] == [1] * 9
    assert assessment(world).total == 10


def test_a_dash_on_paper_is_no_answer(client: FlaskClient, cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    client.post(check_in(world), data={"whole": "1", "line": "1203011-0"})
    assert answers(world)["q8"] == "blank"
    assert assessment(world).total is None


def test_a_line_of_another_length_is_refused_and_kept(client: FlaskClient, cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    answer = client.post(check_in(world), data={"whole": "1", "line": "12030"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="12030"' in html
    assert "please write 9 digits" in html


def test_an_answer_that_cannot_be_read_keeps_the_others_and_says_what_may_stand(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    hold_meeting(cast, world, 1)
    answer = client.post(check_in(world), data={"whole": "1", "line": "120701122"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Answer 4 must be 0, 1, 2, 3 or -." in html
    assert answers(world)["q9"] == 2  # the safety answer is stored although another is wrong
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SafetyEpisode)) == 1
    fixed = re.search(r'name="op" value="(\w+)"><input type="hidden" name="whole"', html)
    assert fixed is not None
    again = client.post(check_in(world), data={"whole": "1", "line": "120301122", "op": fixed.group(1)})
    assert again.status_code == 303


def test_a_language_without_a_wording_shows_numbers_only(app: Flask, cast: Cast) -> None:
    world = make_running_group(cast, members=6, language="sw")
    hold_meeting(cast, world, 1)
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    html = client.get(check_in(world)).get_data(as_text=True)
    assert "Read from your approved sheet." in html
    assert "Little interest" not in html
    assert html.count('class="score') == 10


def test_the_last_meeting_asks_the_endline_once(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=6, first=local_today() - timedelta(days=49))
    hold_meeting(cast, world, 8)
    client.post(check_in(world, session=7), data={"item": "q1", "v": "0"})
    assert assessment(world).point == "endline"


def test_who_did_not_come_can_still_be_asked(client: FlaskClient, cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1, ["present"] * 7 + ["absent_unknown"])
    html = client.get(f"/s/{world.session_ids[0]}/c").get_data(as_text=True)
    came, _, others = html.partition("Ask by visit or phone, if you may.")
    assert world.enrolment_ids[7] not in came
    assert world.enrolment_ids[7] in others


# --- guide, close, not held ---------------------------------------------------------------------------------------


def test_a_step_shows_what_to_do_if_and_what_fits_each_problem(client: FlaskClient, world: World) -> None:
    html = client.get(f"/s/{world.session_ids[2]}/guide/5").get_data(as_text=True)
    for words in ("Work on what members bring", "If someone is silent", "When it is about", "Disagreement"):
        assert words in html
    assert html.index("Who wants to work on something today?") < html.index("If someone is silent")
    assert "Do not go to the violent person." in html


def test_what_to_bring_is_shown_and_phone_lines_are_open_when_the_group_meets_by_phone(
    client: FlaskClient, world: World
) -> None:
    path = f"/s/{world.session_ids[0]}/guide/1"
    html = client.get(path).get_data(as_text=True)
    assert "Chairs or mats in a circle" in html
    assert '<details class="fold"><summary>When you meet by phone' in html
    db.session.get_one(Session, world.session_ids[0]).mode = "phone"
    db.session.commit()
    assert '<details class="fold" open><summary>When you meet by phone' in client.get(path).get_data(
        as_text=True
    )


def test_a_later_meeting_has_its_own_guide(client: FlaskClient, world: World) -> None:
    first, second = world.follow_up_ids
    assert "Welcome each other back" in client.get(f"/s/{first}/guide/1").get_data(as_text=True)
    assert "See what has lasted" in client.get(f"/s/{second}/guide/4").get_data(as_text=True)
    assert client.get(f"/s/{first}/guide/7").status_code == 404


def test_the_guide_remembers_the_place(client: FlaskClient, cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1)
    assert "Welcome everybody" in client.get(f"/s/{world.session_ids[0]}/guide/1").get_data(as_text=True)
    answer = client.post(f"/s/{world.session_ids[0]}/guide/1")
    assert answer.location == f"/s/{world.session_ids[0]}/guide/2"
    assert "step 2 of 7" in client.get(f"/s/{world.session_ids[0]}").get_data(as_text=True)


def test_a_coming_meeting_is_read_without_ticking(client: FlaskClient, world: World) -> None:
    html = client.get(f"/s/{world.session_ids[3]}/guide/1").get_data(as_text=True)
    assert "Done – next" not in html


def test_a_group_with_another_language_sees_where_the_text_falls_back(app: Flask, cast: Cast) -> None:
    world = make_running_group(cast, members=6, language="sw")
    client = signed_in_client(app, cast.people[("facilitator", "own")])
    html = client.get(f"/s/{world.session_ids[0]}/guide/1").get_data(as_text=True)
    assert "This page is not yet in Kiswahili. Shown in English." in html


def test_headings_of_the_page_say_their_language_in_a_guide_of_another(
    client: FlaskClient, world: World
) -> None:
    path = f"/s/{world.session_ids[2]}/guide/5"
    assert '<h2 lang="' not in client.get(path).get_data(as_text=True)
    with client.session_transaction() as session:
        session["language"] = "ar"
    html = client.get(path).get_data(as_text=True)
    assert '<div lang="en" dir="ltr">' in html
    headings = re.findall(
        r"<h[23]( lang=\"[^>]*)?>", html[html.index('<div lang="en"') : html.index("</main>")]
    )
    assert len(headings) > 2
    assert set(headings) == {' lang="ar" dir="rtl"'}
    assert '<summary><span lang="ar" dir="rtl">' in html


def test_closing_says_what_is_missing_and_does_not_block(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    hold_meeting(cast, world, 1, ["present"] * 5 + ["absent_unknown"] * 2)
    page = f"/s/{world.session_ids[0]}/close"
    html = client.get(page).get_data(as_text=True)
    assert "1 member is not marked." in html
    assert "5 check-ins are missing." in html
    answer = client.post(page, data={"feel": "hard", "children": "٣", "note": "Rain"}, follow_redirects=True)
    assert "Meeting 1 is closed. 2 members to follow up." in answer.get_data(as_text=True)
    db.session.expire_all()
    row = db.session.get_one(Session, world.session_ids[0])
    assert (row.feel, row.children_present, row.note, row.closed_at is not None) == ("hard", 3, "Rain", True)


def test_without_a_register_closing_points_to_it(client: FlaskClient, world: World) -> None:
    assert "Mark who came first." in client.get(f"/s/{world.session_ids[0]}/close").get_data(as_text=True)


def test_few_present_is_asked_about_and_many_are_not(client: FlaskClient, cast: Cast, world: World) -> None:
    hold_meeting(cast, world, 1, ["present"] * 4 + ["absent_told"] * 4)
    assert "Few came. What now?" in client.get(f"/s/{world.session_ids[0]}/close").get_data(as_text=True)
    hold_meeting(cast, world, 1, ["present"] * 5 + ["absent_told"] * 3)
    assert "Few came. What now?" not in client.get(f"/s/{world.session_ids[0]}/close").get_data(as_text=True)


def test_a_meeting_that_did_not_happen_leaves_its_number_to_the_coordinator(
    client: FlaskClient, world: World
) -> None:
    page = f"/s/{world.session_ids[0]}/not-held"
    assert client.post(page, data={}).status_code == 422
    assert client.post(page, data={"reason": "weather"}).status_code == 303
    db.session.expire_all()
    row = db.session.get_one(Session, world.session_ids[0])
    assert (row.status, row.cancel_reason, row.gap) == ("cancelled", "weather", "open")
    assert "This meeting did not happen." in client.get(f"/s/{world.session_ids[0]}").get_data(as_text=True)


# --- whose it is --------------------------------------------------------------------------------------------------

PAGES = ["", "/r", "/c", "/c/{e}", "/guide/1", "/close", "/not-held"]


@pytest.mark.parametrize("page", PAGES, ids=[page or "run" for page in PAGES])
def test_a_meeting_of_others_does_not_exist(app: Flask, cast: Cast, world: World, page: str) -> None:
    stranger = signed_in_client(app, cast.people[("facilitator", "foreign")])
    path = f"/s/{world.session_ids[0]}{page}".format(e=world.enrolment_ids[0])
    missing = f"/s/{'0' * 32}{page}".format(e=world.enrolment_ids[0])
    foreign, none = stranger.get(path), stranger.get(missing)
    assert foreign.status_code == none.status_code == 404
    shown = foreign.get_data(as_text=True).replace(world.session_ids[0], "0" * 32)
    assert shown == none.get_data(as_text=True)


def test_a_member_of_another_meeting_is_not_found(client: FlaskClient, cast: Cast, world: World) -> None:
    other = make_running_group(cast, members=6, site="foreign", offset=8, name="Lake group")
    assert client.get(f"/s/{world.session_ids[0]}/c/{other.enrolment_ids[0]}").status_code == 404


# --- the guide in the words of its cycle --------------------------------------------------------------------------


def read_in_arabic(world: World, cast: Cast, *untranslated: str) -> None:
    """Pin a cycle to published words in Arabic that leave some texts in English."""
    cycle = db.session.get(Cycle, world.cycle_id)
    assert cycle is not None
    version = db.session.get(CurriculumVersion, cycle.curriculum_version_id)
    assert version is not None
    keys = [one.key for one in texts_of(published(version.content_hash))]
    texts = {key: ["ar", f"كلام {key}"] for key in keys if not key.startswith(untranslated or ("-",))}
    row = GuideTranslation(
        id=new_id(),
        curriculum_version_id=version.id,
        tag="ar",
        content_hash=new_id(),
        texts=texts,
        untranslated=len(keys) - len(texts),
        published_at=NOW,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(CycleGuide(cycle_id=world.cycle_id, translation_id=row.id, pinned_at=NOW))
    db.session.commit()


def first_step(client: FlaskClient, world: World) -> str:
    return client.get(f"/s/{world.session_ids[0]}/guide/1").get_data(as_text=True)


def test_the_guide_and_the_page_may_be_in_two_languages(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    read_in_arabic(world, cast)
    html = first_step(client, world)
    assert '<html lang="en"' in html
    assert '<div lang="ar" dir="rtl">' in html
    assert "كلام who-8/frame/welcome/title" in html
    assert "not yet in" not in html


def test_single_lines_that_fall_back_are_marked_and_say_their_language(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    read_in_arabic(world, cast, "who-8/frame/welcome/do")
    html = first_step(client, world)
    assert "Some lines are not yet in" in html
    assert '<div lang="ar" dir="rtl">' in html
    assert '<li lang="en" dir="ltr">' in html
    assert '<p class="ask">كلام' in html


def test_a_step_that_is_not_translated_at_all_is_shown_whole_in_the_source(
    client: FlaskClient, cast: Cast, world: World
) -> None:
    read_in_arabic(world, cast, "who-8/frame/welcome/")
    html = first_step(client, world)
    assert "This page is not yet in" in html
    assert '<div lang="en" dir="ltr">' in html
    assert "<li lang=" not in html


def test_an_edited_catalog_never_changes_a_running_group(
    client: FlaskClient, cast: Cast, world: World, tmp_path: Path
) -> None:
    read_in_arabic(world, cast)
    before = first_step(client, world)
    path = tmp_path / "words" / "ar" / "LC_MESSAGES" / "curriculum-who-8.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgctxt "who-8/frame/welcome/title"\nmsgid "Welcome everybody"\nmsgstr "شيء آخر"\n', "utf-8"
    )
    old = use_shelf(Shelf(catalog_folders(tmp_path / "words"), recheck=0))
    try:
        found = shelf().find(
            language("ar"), "curriculum-who-8", ("Welcome everybody",), context="who-8/frame/welcome/title"
        )
        assert found.text == "شيء آخر"
        assert "كلام who-8/frame/welcome/title" in first_step(client, world)
        assert before.count("كلام") == first_step(client, world).count("كلام")
    finally:
        use_shelf(old or Shelf(catalog_folders()))
