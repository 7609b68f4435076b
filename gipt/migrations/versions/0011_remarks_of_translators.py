"""What a translator writes beside an edit: what the words say in the other language, and a remark.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("translation_edit") as table:
        table.add_column(sa.Column("back_translation", sa.Text(), nullable=True))
        table.add_column(sa.Column("comment", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("translation_edit") as table:
        table.drop_column("comment")
        table.drop_column("back_translation")
