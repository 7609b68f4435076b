"""A second calendar, the clock and the first day of the week of a programme; what a person chose for themselves.

Revision: 0013, after 0012. Programmes with another calendar saw the Gregorian one beside it, and still do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.add_column(sa.Column("second_calendar", sa.Text(), nullable=True))
        table.add_column(sa.Column("clock", sa.Text(), nullable=False, server_default="usual"))
        table.add_column(sa.Column("first_weekday", sa.Integer(), nullable=True))
        table.create_check_constraint(op.f("ck_programme_clock_known"), "clock IN ('usual', 'ethiopian')")
        table.create_check_constraint(op.f("ck_programme_first_weekday_range"), "first_weekday BETWEEN 0 AND 6")
    with op.batch_alter_table("programme") as table:
        table.alter_column("clock", server_default=None)
    programme = sa.table("programme", sa.column("calendar"), sa.column("second_calendar"))
    op.execute(
        programme.update().where(programme.c.calendar != "gregorian").values(second_calendar="gregorian")
    )
    with op.batch_alter_table("staff") as table:
        for name in ("calendar", "second_calendar", "digits", "clock"):
            table.add_column(sa.Column(name, sa.Text(), nullable=True))
        table.create_check_constraint(op.f("ck_staff_digits_known"), "digits IN ('latin', 'local')")
        table.create_check_constraint(op.f("ck_staff_clock_known"), "clock IN ('usual', 'ethiopian')")


def downgrade() -> None:
    with op.batch_alter_table("staff") as table:
        table.drop_constraint(op.f("ck_staff_digits_known"), type_="check")
        table.drop_constraint(op.f("ck_staff_clock_known"), type_="check")
        for name in ("calendar", "second_calendar", "digits", "clock"):
            table.drop_column(name)
    with op.batch_alter_table("programme") as table:
        table.drop_constraint(op.f("ck_programme_clock_known"), type_="check")
        table.drop_constraint(op.f("ck_programme_first_weekday_range"), type_="check")
        for name in ("second_calendar", "clock", "first_weekday"):
            table.drop_column(name)
