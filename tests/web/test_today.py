"""Today, the own groups, one member, asking after who did not come, and "me"."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from gipt.actions.assessments import Form, Target, record_assessment
from gipt.actions.members import SafeContact, set_safe_contact
from gipt.actions.programme import ProgrammeRules, set_rules
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.models import AbsenceFollowUp, Cycle, Enrolment, SafetyEpisode, Session
from tests.cast import NOW, Cast, signed_in_client
from tests.world import World, hold_meeting, local_today, make_running_group


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in_client(app, cast.people[("facilitator", "own")])


def text(client: FlaskClient, path: str) -> str:
    """Give what a person reads in the main part of a page."""
    html = client.get(path).get_data(as_text=True)
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert main is not None, html
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.group(0)))


def test_without_a_group_today_says_who_gives_one(client: FlaskClient) -> None:
    assert "Your coordinator has not given you a group yet." in text(client, "/today")


def test_after_the_last_group_has_ended_today_does_not_say_there_was_none(
    client: FlaskClient, cast: Cast
) -> None:
    world = make_running_group(cast, first=local_today() - timedelta(days=90))
    db.session.execute(sa.update(Session).values(status="cancelled", cancel_reason="other"))
    db.session.execute(sa.update(Cycle).values(status="closed", closed_on=local_today() - timedelta(days=9)))
    db.session.commit()
    for path in ("/today", "/g"):
        shown = text(client, path)
        assert "Your coordinator will tell you when your next group begins." in shown
        assert "has not given you a group yet" not in shown
    listed = client.get("/g").get_data(as_text=True)
    assert f'href="/g/{world.cycle_id}"' in listed
    assert "Ended on" in listed
    assert client.get(f"/g/{world.cycle_id}").status_code == 200


def test_the_meeting_of_today_starts_with_its_register(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=8)
    html = client.get("/today").get_data(as_text=True)
    assert "Meeting 1 of 8 · 8 members" in html
    assert f'href="/s/{world.session_ids[0]}/r">Start' in html


def test_once_somebody_is_marked_the_meeting_goes_on(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=8)
    hold_meeting(cast, world, 1)
    assert f'href="/s/{world.session_ids[0]}">Go on' in client.get("/today").get_data(as_text=True)


def test_a_day_without_a_meeting_names_the_next(client: FlaskClient, cast: Cast) -> None:
    make_running_group(cast, members=8, first=local_today() + timedelta(days=3))
    shown = text(client, "/today")
    assert "No meeting today" in shown
    assert "Next:" in shown
    assert "This week" in shown


def test_what_is_to_do_stands_people_first(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=8, first=local_today() - timedelta(days=3))
    hold_meeting(cast, world, 1, ["present"] * 7 + ["absent_unknown"])
    shown = text(client, "/today")
    assert shown.index("did not come to meeting 1") < shown.index("Meeting 1: not closed yet")


def test_old_meetings_leave_today(client: FlaskClient, cast: Cast) -> None:
    make_running_group(cast, members=8, first=local_today() - timedelta(days=22))
    assert "3 meetings not closed yet" in text(client, "/today")  # of the fourth, three weeks have passed


def test_first_talks_that_are_missing_are_counted(client: FlaskClient, cast: Cast) -> None:
    make_running_group(cast, members=6, talked=False, started=False, first=local_today() + timedelta(days=5))
    assert "6 first talks to hold" in text(client, "/today")


def test_last_check_ins_are_due_from_the_last_meeting_on(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=6, first=local_today() - timedelta(days=48))
    assert "last check-in" not in text(client, "/today")
    assert f"/g/{world.cycle_id}/after" not in client.get("/today").get_data(as_text=True)
    for meeting in db.session.scalars(sa.select(Session).where(Session.kind == "core")):
        meeting.on_date -= timedelta(days=1)
    db.session.commit()
    assert "6 last check-ins to hold" in text(client, "/today")


# --- follow up ----------------------------------------------------------------------------------------------------


@pytest.fixture
def missed(cast: Cast) -> World:
    world = make_running_group(cast, members=6, first=local_today() - timedelta(days=9))
    hold_meeting(cast, world, 1, ["present"] * 5 + ["absent_unknown"])
    hold_meeting(cast, world, 2, ["present"] * 5 + ["absent_unknown"])
    return world


def follow_up(world: World, number: int = 2) -> str:
    return f"/f/{world.session_ids[number - 1]}/{world.enrolment_ids[5]}"


def test_somebody_who_missed_twice_is_one_task(client: FlaskClient, missed: World) -> None:
    shown = text(client, "/f")
    assert shown.count("did not come") == 1
    assert "did not come 2 times" in shown


def test_asking_once_settles_the_earlier_absence_too(client: FlaskClient, missed: World) -> None:
    answer = client.post(follow_up(missed), data={"tried_by": "visit", "reached": "yes", "coming": "yes"})
    assert answer.status_code == 303
    assert "Nobody to follow up" in text(client, "/f")


def test_whether_the_member_was_reached_must_be_said(client: FlaskClient, missed: World) -> None:
    answer = client.post(follow_up(missed), data={"tried_by": "visit"})
    assert answer.status_code == 422
    assert re.search(r'value="visit" checked', answer.get_data(as_text=True))


def test_who_must_not_be_called_is_not_called(client: FlaskClient, cast: Cast, missed: World) -> None:
    contact = SafeContact("+256 700 111 222", "no", "no", "Only by visit")
    set_safe_contact(member_id=missed.member_ids[5], contact=contact, by=cast.actor("coordinator"), now=NOW)
    html = client.get(follow_up(missed)).get_data(as_text=True)
    main = html[html.index("<main") :]
    assert "This member asked us not to call." in main
    assert "tel:" not in main
    assert "sms:" not in main
    assert 'value="call"' not in main


def test_a_message_names_no_topic_and_nobody(client: FlaskClient, cast: Cast, missed: World) -> None:
    contact = SafeContact("+256700111222", "yes", "neutral", None)
    set_safe_contact(member_id=missed.member_ids[5], contact=contact, by=cast.actor("coordinator"), now=NOW)
    shown = text(client, follow_up(missed))
    message = re.search("“(.*?)”", shown)
    assert message is not None
    assert message.group(1).startswith("Greetings from the meeting. We keep your place on")


def test_a_worry_opens_help_even_when_the_rest_is_missing(client: FlaskClient, missed: World) -> None:
    answer = client.post(follow_up(missed), data={"worried": "1"})
    episode = db.session.scalars(sa.select(SafetyEpisode)).one()
    assert (answer.status_code, answer.location) == (303, f"/h/{episode.id}/ask")
    assert episode.member_id == missed.member_ids[5]
    assert db.session.scalars(sa.select(AbsenceFollowUp.done_at)).all() == [None, None]


# --- groups and members -------------------------------------------------------------------------------------------


def test_a_group_shows_where_it_is_and_who_came(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=6, first=local_today() - timedelta(days=7))
    hold_meeting(cast, world, 1, ["present", "late", "absent_unknown", "not_expected", "present", "present"])
    html = client.get(f"/g/{world.cycle_id}").get_data(as_text=True)
    assert "Open meeting 2" in html
    words = re.findall(r'<span class="vh">(\d of \d came)</span>', html)
    assert words == ["1 of 1 came", "1 of 1 came", "0 of 1 came", "0 of 0 came", "1 of 1 came", "1 of 1 came"]


def asked_three_times(cast: Cast) -> World:
    """Make a group whose first member was asked in three meetings: 16, 8 and 8."""
    world = make_running_group(cast, members=6, first=local_today() - timedelta(days=14))
    for number, value in ((1, "2"), (2, "1"), (3, "1")):
        session_id = hold_meeting(cast, world, number)
        target = Target(
            world.member_ids[0],
            "phq9",
            "session",
            world.first,
            enrolment_id=world.enrolment_ids[0],
            session_id=session_id,
        )
        form = Form({f"q{n}": value for n in range(1, 9)} | {"q9": "0"})
        record_assessment(target=target, form=form, by=cast.actor("facilitator"), now=NOW)
    return world


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_how_it_goes_is_an_arrow_and_words_never_a_number(client: FlaskClient, cast: Cast) -> None:
    world = asked_three_times(cast)
    html = client.get(f"/g/{world.cycle_id}/m/{world.enrolment_ids[0]}").get_data(as_text=True)
    covered = re.search(r'<details class="see".*?</details>', html, re.DOTALL)
    assert covered is not None
    words = re.sub(r"<[^>]+>", "", covered.group(0))
    assert "Meeting 2: ↗ better than last time" in words
    assert "Meeting 3: → same as last time" in words
    assert not re.search(r"\b(8|16)\b", words)


@pytest.mark.parametrize("when", ["hold", "always"])
def test_a_programme_may_show_numbers_after_a_tap_or_always(
    client: FlaskClient, cast: Cast, when: str
) -> None:
    world = asked_three_times(cast)
    set_rules(rules=ProgrammeRules(show_numbers=when), by=OPERATOR, now=NOW)
    html = client.get(f"/g/{world.cycle_id}/m/{world.enrolment_ids[0]}").get_data(as_text=True)
    part = html.split("How it goes</h2>")[1].split('class="btns"')[0]
    covered = re.search(r'<details class="see" data-close="10">.*?</details>', part, re.DOTALL)
    assert (covered is not None) == (when == "hold")
    words = plain(covered.group(0) if covered else part)
    assert "Meeting 1: 16 of 27" in words
    assert "Meeting 2: 8 of 27 ↗ better than last time" in words
    assert "Meeting 3: 8 of 27 → same as last time" in words


@pytest.mark.parametrize("when", ["never", "hold", "always"])
def test_the_whole_form_has_its_sum_and_the_page_after_a_question_never(
    client: FlaskClient, cast: Cast, when: str
) -> None:
    """The member sits beside the page after the last question (F9); the whole form is the facilitator's (F10)."""
    world = asked_three_times(cast)
    set_rules(rules=ProgrammeRules(show_numbers=when), by=OPERATOR, now=NOW)
    page = f"/s/{world.session_ids[0]}/c/{world.enrolment_ids[0]}"
    assert "16 of 27" not in client.get(f"{page}?end=1").text
    whole = client.get(f"{page}?whole=1").text
    covered = re.search(r'<details class="see" data-close="10">.*?</details>', whole, re.DOTALL)
    assert ("16 of 27" in plain(whole)) == (when != "never")
    assert (covered is not None and "16 of 27" in plain(covered.group(0))) == (when == "hold")


def test_signs_can_stand_for_names(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=6)
    page = f"/s/{world.session_ids[0]}/r"
    assert "Grace Akello" in client.get(page).get_data(as_text=True)
    client.post("/me/names")
    for path in (page, f"/g/{world.cycle_id}", f"/g/{world.cycle_id}/m/{world.enrolment_ids[0]}"):
        shown = text(client, path)
        assert "Grace" not in shown
        assert "sun" in shown


def test_who_stopped_coming_is_noted_by_the_facilitator(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=6, first=local_today() - timedelta(days=7))
    page = f"/g/{world.cycle_id}/m/{world.enrolment_ids[0]}"
    assert client.post(page + "/stopped", data={}).status_code == 422
    assert client.post(page + "/stopped", data={"exit_type": "moved"}).status_code == 303
    db.session.expire_all()
    row = db.session.get_one(Enrolment, world.enrolment_ids[0])
    assert (row.exit_type, row.exit_by_id) == ("moved", cast.staff_id("facilitator"))
    assert "No longer in the group" in text(client, f"/g/{world.cycle_id}")
    assert world.enrolment_ids[0] not in client.get(f"/s/{world.session_ids[1]}/r").get_data(as_text=True)


OTHERS = [
    "/g/{c}",
    "/g/{c}/m/{e}",
    "/g/{c}/m/{e}/stopped",
    "/g/{c}/after",
    "/g/{c}/after/{e}",
    "/g/{c}/t",
    "/g/{c}/t/{e}",
]


@pytest.mark.parametrize("path", OTHERS)
def test_a_group_of_others_does_not_exist(app: Flask, cast: Cast, path: str) -> None:
    world = make_running_group(cast, members=6)
    stranger = signed_in_client(app, cast.people[("facilitator", "foreign")])
    assert stranger.get(path.format(c=world.cycle_id, e=world.enrolment_ids[0])).status_code == 404


# --- after the last meeting ---------------------------------------------------------------------------------------


@pytest.fixture
def ended(cast: Cast) -> World:
    world = make_running_group(cast, members=6, first=local_today() - timedelta(days=52))
    hold_meeting(cast, world, 8)
    return world


def test_the_last_check_in_is_asked_inside_its_window(client: FlaskClient, ended: World) -> None:
    shown = text(client, f"/g/{ended.cycle_id}/after")
    assert "Please ask until" in shown
    assert "0 of 6 done" in shown
    page = f"/g/{ended.cycle_id}/after/{ended.enrolment_ids[0]}"
    assert client.post(page, data={"item": "q1", "v": "1"}).location == page
    assert "started" in text(client, f"/g/{ended.cycle_id}/after")


def test_what_was_begun_in_the_last_meeting_goes_on_there(client: FlaskClient, ended: World) -> None:
    begun = f"/s/{ended.session_ids[7]}/c/{ended.enrolment_ids[0]}"
    client.post(begun, data={"item": "q1", "v": "1"})
    assert f'href="{begun}"' in client.get(f"/g/{ended.cycle_id}/after").get_data(as_text=True)


def test_before_the_last_meeting_nobody_is_asked(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=6)
    html = client.get(f"/g/{world.cycle_id}/after").get_data(as_text=True)
    assert "They begin on" in html
    assert f"/after/{world.enrolment_ids[0]}" not in html


def test_after_the_window_later_answers_are_kept(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=6, first=local_today() - timedelta(days=49 + 29))
    assert "Later answers are kept and marked." in text(client, f"/g/{world.cycle_id}/after")


def test_a_meeting_after_the_cycle_has_its_own_check_in(client: FlaskClient, ended: World) -> None:
    later = ended.follow_up_ids[0]
    client.post(f"/s/{later}/r", data={"all": "came"})
    client.post(f"/s/{later}/c/{ended.enrolment_ids[0]}", data={"item": "q1", "v": "1"})
    row = db.session.execute(sa.text("SELECT point, label FROM assessment")).one()
    assert tuple(row) == ("follow_up", "after-4-weeks")


# --- me -----------------------------------------------------------------------------------------------------------


def test_me_counts_the_own_work(client: FlaskClient, cast: Cast) -> None:
    world = make_running_group(cast, members=6, first=local_today() - timedelta(days=7))
    hold_meeting(cast, world, 1)
    shown = text(client, "/me")
    assert re.search(r"Groups\s+1\s+Meetings held\s+1\s+Members\s+6", shown)
    assert "For a new PIN, ask your coordinator." in shown


def test_big_letters_stay_switched_on(client: FlaskClient) -> None:
    client.post("/me/letters")
    assert 'class="big"' in client.get("/today").get_data(as_text=True)
