"""Reports that are made by themselves for every period, and which period was asked for already.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("site_ids", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("purpose", sa.LargeBinary(), nullable=True),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('external', 'internal')", name=op.f("ck_report_schedule_kind_known")),
        sa.CheckConstraint(
            "rhythm IN ('monthly', 'quarterly', 'half_yearly', 'yearly')",
            name=op.f("ck_report_schedule_rhythm_known"),
        ),
        sa.CheckConstraint("days BETWEEN 1 AND 60", name=op.f("ck_report_schedule_days_range")),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'stopped', 'ended')", name=op.f("ck_report_schedule_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff.id"], name=op.f("fk_report_schedule_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedule")),
    )
    with op.batch_alter_table("report_schedule", schema=None) as batch:
        batch.create_index(batch.f("ix_report_schedule_by_id"), ["by_id"], unique=False)
    op.create_table(
        "report_due",
        sa.Column("schedule_id", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["report_schedule.id"],
            name=op.f("fk_report_due_schedule_id_report_schedule"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["report_run.id"], name=op.f("fk_report_due_run_id_report_run"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("schedule_id", "from_on", name=op.f("pk_report_due")),
    )
    with op.batch_alter_table("report_due", schema=None) as batch:
        batch.create_index(batch.f("ix_report_due_run_id"), ["run_id"], unique=False)


def downgrade() -> None:
    op.drop_table("report_due")
    op.drop_table("report_schedule")
