"""Accounts and links: nobody opens with a link what the giver may not do, and a new office needs a new sign-in."""

import pytest
import sqlalchemy as sa

from gipt.actions.sign_ins import open_sign_in
from gipt.actions.staff import StaffRecord, add_staff, give_link
from gipt.actions.staff_roles import add_grants
from gipt.db import db
from gipt.domain.access import OPERATOR, Granted, Role
from gipt.domain.problems import NotAllowed, NotFound
from gipt.models import SignIn
from tests.cast import NOW, Cast


def hire(*grants: Granted) -> str:
    return add_staff(record=StaffRecord(sign_in_name="ruth.two", grants=grants), by=OPERATOR, now=NOW)


def test_a_coordinator_gives_links_to_facilitators_of_own_sites_only(cast: Cast) -> None:
    own = hire(Granted(Role.FACILITATOR, cast.own))
    assert give_link(staff_id=own, by=cast.actor("coordinator"), now=NOW)
    for foreign in (cast.foreign, None):
        add_grants(staff_id=own, grants=(Granted(Role.FACILITATOR, foreign),), by=OPERATOR, now=NOW)
        with pytest.raises((NotFound, NotAllowed)):
            give_link(staff_id=own, by=cast.actor("coordinator"), now=NOW)
    assert give_link(staff_id=own, by=cast.actor("admin"), now=NOW)


@pytest.mark.parametrize(("afresh", "left"), [(True, 0), (False, 1)])
def test_a_further_role_ends_the_sign_ins_only_where_that_is_asked(
    cast: Cast, afresh: bool, left: int
) -> None:
    staff_id = hire(Granted(Role.FACILITATOR, cast.own))
    open_sign_in(staff_id=staff_id, kind="phone", by=cast.actor("facilitator"), now=NOW)
    more = (Granted(Role.SUPERVISOR, cast.own),)
    assert add_grants(staff_id=staff_id, grants=more, afresh=afresh, by=OPERATOR, now=NOW) == 1
    still_open = sa.select(sa.func.count()).where(SignIn.staff_id == staff_id, SignIn.ended_at.is_(None))
    assert db.session.scalar(still_open) == left
    assert add_grants(staff_id=staff_id, grants=more, afresh=True, by=OPERATOR, now=NOW) == 0
    assert db.session.scalar(still_open) == left, "nothing new, nobody signed out"
