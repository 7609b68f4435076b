"""Counts behind finished reports, sealed: a later report must not be subtracted from an earlier one.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("report_frozen") as table:
        table.add_column(sa.Column("counts", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("report_frozen") as table:
        table.drop_column("counts")
