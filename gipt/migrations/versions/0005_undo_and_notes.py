"""Changes of a schedule that can be undone, notes on members, and visitors who are still to come.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('move_one', 'move_this_and_after', 'cancel', 'append', 'accept', 'held_on_another_day', "
    "'hand_over', 'follow_up')"
)


def to(target: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    """Give a foreign key to the id of another table."""
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="RESTRICT")


def upgrade() -> None:
    op.create_table(
        "schedule_change",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by_id", sa.Text(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_schedule_change_kind_known")),
        sa.CheckConstraint(
            "undone_at IS NOT NULL OR undone_by_id IS NULL", name=op.f("ck_schedule_change_undone_has_time")
        ),
        to("cycle", "cycle_id", "schedule_change"),
        to("staff", "by_id", "schedule_change"),
        to("staff", "undone_by_id", "schedule_change"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_change")),
    )
    op.create_index(op.f("ix_schedule_change_cycle_id"), "schedule_change", ["cycle_id"])
    op.create_index(op.f("ix_schedule_change_at"), "schedule_change", ["at"])
    op.create_table(
        "member_note",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("enrolment_id", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("replaced_by_id", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        to("enrolment", "enrolment_id", "member_note"),
        to("member_note", "replaced_by_id", "member_note"),
        to("staff", "by_id", "member_note"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_note")),
    )
    op.create_index(op.f("ix_member_note_enrolment_id"), "member_note", ["enrolment_id"])
    op.create_index(op.f("ix_member_note_replaced_by_id"), "member_note", ["replaced_by_id"])
    op.add_column("visitor", sa.Column("note", sa.LargeBinary(), nullable=True))
    op.add_column("visitor", sa.Column("came", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("visitor", "came")
    op.drop_column("visitor", "note")
    op.drop_table("member_note")
    op.drop_table("schedule_change")
