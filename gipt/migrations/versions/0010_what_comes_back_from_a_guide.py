"""What comes back from the use of a guide: how far things were done, remarks on steps, answers to them.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fidelity_mark",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.Column("item_key", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "rating IN ('not_done', 'partly', 'done')", name=op.f("ck_fidelity_mark_rating_known")
        ),
        sa.CheckConstraint(
            "seen_by IN ('facilitator', 'observer')", name=op.f("ck_fidelity_mark_seen_by_known")
        ),
        sa.CheckConstraint("length(trim(item_key)) > 0", name=op.f("ck_fidelity_mark_item_key_not_blank")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_fidelity_mark_session_id_session"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff.id"], name=op.f("fk_fidelity_mark_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fidelity_mark")),
        sa.UniqueConstraint(
            "session_id", "seen_by", "item_key", name=op.f("uq_fidelity_mark_session_id_seen_by_item_key")
        ),
    )
    op.create_table(
        "remark_answer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("translation_id", sa.Text(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("outcome IN ('changed', 'kept')", name=op.f("ck_remark_answer_outcome_known")),
        sa.ForeignKeyConstraint(
            ["translation_id"],
            ["guide_translation.id"],
            name=op.f("fk_remark_answer_translation_id_guide_translation"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff.id"], name=op.f("fk_remark_answer_by_id_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark_answer")),
    )
    op.create_table(
        "guide_remark",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("curriculum_version_id", sa.Text(), nullable=False),
        sa.Column("translation_id", sa.Text(), nullable=True),
        sa.Column("guide_key", sa.Text(), nullable=False),
        sa.Column("step_key", sa.Text(), nullable=False),
        sa.Column("text_keys", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("answer_id", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('not_understood', 'felt_wrong', 'too_long')",
            name=op.f("ck_guide_remark_reason_known"),
        ),
        sa.CheckConstraint("length(trim(step_key)) > 0", name=op.f("ck_guide_remark_step_key_not_blank")),
        sa.CheckConstraint("length(trim(language)) > 0", name=op.f("ck_guide_remark_language_not_blank")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_guide_remark_{column}_{table}"), ondelete="RESTRICT"
            )
            for column, table in (
                ("cycle_id", "cycle"),
                ("session_id", "session"),
                ("curriculum_version_id", "curriculum_version"),
                ("translation_id", "guide_translation"),
                ("answer_id", "remark_answer"),
                ("by_id", "staff"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_remark")),
    )
    with op.batch_alter_table("guide_remark") as table:
        table.create_index("ix_guide_remark_answer_id", ["answer_id"])
        table.create_index("ix_guide_remark_by_id_cycle_id", ["by_id", "cycle_id"])
        table.create_index(
            "ix_guide_remark_curriculum_version_id_step_key", ["curriculum_version_id", "step_key"]
        )


def downgrade() -> None:
    op.drop_table("guide_remark")
    op.drop_table("remark_answer")
    op.drop_table("fidelity_mark")
