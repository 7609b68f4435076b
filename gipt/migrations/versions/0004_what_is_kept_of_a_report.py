"""What is kept of a finished report: the figures as printed and its cells, so that it can be compared and checked.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_frozen",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["report_run.id"], name=op.f("fk_report_frozen_run_id_report_run"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_report_frozen")),
    )
    for event in ("UPDATE", "DELETE"):
        name = f"tr_report_frozen_no_{event.lower()}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON report_frozen "
            "BEGIN SELECT RAISE(ABORT, 'rows of report_frozen are never changed'); END"
            if op.get_bind().dialect.name == "sqlite"
            else f"CREATE TRIGGER {name} BEFORE {event} ON report_frozen "
            "FOR EACH ROW EXECUTE FUNCTION gipt_refuse_change()"
        )
    with op.batch_alter_table("report_run", schema=None) as batch:
        batch.create_index(batch.f("ix_report_run_data_hash"), ["data_hash"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("report_run", schema=None) as batch:
        batch.drop_index(batch.f("ix_report_run_data_hash"))
    op.drop_table("report_frozen")
