"""The database itself knows how long a meeting can have lasted, and that a closed cycle has a day of its end.

Revision: 0015, after 0014. Pages never stored anything else; a length outside the range is taken as not written down.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    session = sa.table("session", sa.column("minutes_held"))
    op.execute(session.update().where(~session.c.minutes_held.between(1, 600)).values(minutes_held=sa.null()))
    cycle = sa.table("cycle", sa.column("status"), sa.column("closed_on"), sa.column("started_on"))
    op.execute(
        cycle.update()
        .where(cycle.c.status == "closed", cycle.c.closed_on.is_(None))
        .values(closed_on=cycle.c.started_on)
    )
    with op.batch_alter_table("session") as table:
        table.create_check_constraint(op.f("ck_session_minutes_held_range"), "minutes_held BETWEEN 1 AND 600")
    with op.batch_alter_table("cycle") as table:
        table.create_check_constraint(
            op.f("ck_cycle_closed_has_date"), "status <> 'closed' OR closed_on IS NOT NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("cycle") as table:
        table.drop_constraint(op.f("ck_cycle_closed_has_date"), type_="check")
    with op.batch_alter_table("session") as table:
        table.drop_constraint(op.f("ck_session_minutes_held_range"), type_="check")
