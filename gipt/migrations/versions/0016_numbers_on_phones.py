"""A programme says whether its facilitators see check-ins as numbers too.

Revision: 0016, after 0015. Every programme begins with what was so far: an arrow and a word, never a number.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.add_column(sa.Column("show_numbers", sa.Text(), nullable=False, server_default="never"))
        table.create_check_constraint(
            op.f("ck_programme_show_numbers_known"), "show_numbers IN ('never', 'hold', 'always')"
        )
    with op.batch_alter_table("programme") as table:
        table.alter_column("show_numbers", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.drop_constraint(op.f("ck_programme_show_numbers_known"), type_="check")
        table.drop_column("show_numbers")
