"""For whom and on what terms a research package was made.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_terms",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("agreement", sa.LargeBinary(), nullable=True),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.CheckConstraint("licence IN ('agreement', 'cc_by_nc')", name=op.f("ck_report_terms_licence_known")),
        sa.CheckConstraint("form IN ('csv', 'parquet')", name=op.f("ck_report_terms_form_known")),
        sa.CheckConstraint("k BETWEEN 5 AND 50", name=op.f("ck_report_terms_k_range")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["report_run.id"], name=op.f("fk_report_terms_run_id_report_run"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_report_terms")),
    )


def downgrade() -> None:
    op.drop_table("report_terms")
