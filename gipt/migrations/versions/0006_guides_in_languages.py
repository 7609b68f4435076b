"""Guides in languages: published words, their life, what cycles read, words edited in the app, approved locked words.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('text_approval',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('domain', sa.Text(), nullable=False),
    sa.Column('tag', sa.Text(), nullable=False),
    sa.Column('entry_key', sa.Text(), nullable=False),
    sa.Column('words_hash', sa.Text(), nullable=False),
    sa.Column('staff_id', sa.Text(), nullable=False),
    sa.Column('clinical', sa.Boolean(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.CheckConstraint("domain IN ('measures', 'safety')", name=op.f('ck_text_approval_domain_known')),
    sa.CheckConstraint('length(trim(entry_key)) > 0', name=op.f('ck_text_approval_entry_key_not_blank')),
    sa.CheckConstraint('length(trim(tag)) > 0', name=op.f('ck_text_approval_tag_not_blank')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_text_approval_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_approval')),
    sa.UniqueConstraint('domain', 'tag', 'entry_key', 'words_hash', 'staff_id', name=op.f('uq_text_approval_domain_tag_entry_key_words_hash_staff_id'))
    )
    with op.batch_alter_table('text_approval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_text_approval_staff_id'), ['staff_id'], unique=False)

    op.create_table('translation_edit',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('domain', sa.Text(), nullable=False),
    sa.Column('tag', sa.Text(), nullable=False),
    sa.Column('entry_key', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('source_hash', sa.Text(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Text(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('reviewer_id', sa.Text(), nullable=True),
    sa.Column('reviewed_at', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("status IN ('draft', 'translated', 'language_reviewed', 'withdrawn')", name=op.f('ck_translation_edit_status_known')),
    sa.CheckConstraint('length(trim(domain)) > 0', name=op.f('ck_translation_edit_domain_not_blank')),
    sa.CheckConstraint('length(trim(entry_key)) > 0', name=op.f('ck_translation_edit_entry_key_not_blank')),
    sa.CheckConstraint('length(trim(tag)) > 0', name=op.f('ck_translation_edit_tag_not_blank')),
    sa.CheckConstraint('number BETWEEN 1 AND 100000', name=op.f('ck_translation_edit_number_range')),
    sa.ForeignKeyConstraint(['author_id'], ['staff.id'], name=op.f('fk_translation_edit_author_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reviewer_id'], ['staff.id'], name=op.f('fk_translation_edit_reviewer_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_translation_edit')),
    sa.UniqueConstraint('domain', 'tag', 'entry_key', 'number', name=op.f('uq_translation_edit_domain_tag_entry_key_number'))
    )
    with op.batch_alter_table('translation_edit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_translation_edit_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_translation_edit_reviewer_id'), ['reviewer_id'], unique=False)

    op.create_table('guide_translation',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('curriculum_version_id', sa.Text(), nullable=False),
    sa.Column('tag', sa.Text(), nullable=False),
    sa.Column('content_hash', sa.Text(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('untranslated', sa.Integer(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('published_at', sa.BigInteger(), nullable=False),
    sa.Column('published_by_id', sa.Text(), nullable=True),
    sa.CheckConstraint("status IN ('draft', 'translated', 'language_reviewed', 'clinically_reviewed', 'field_tested', 'approved', 'retired')", name=op.f('ck_guide_translation_status_known')),
    sa.CheckConstraint('length(trim(tag)) > 0', name=op.f('ck_guide_translation_tag_not_blank')),
    sa.CheckConstraint('untranslated BETWEEN 0 AND 100000', name=op.f('ck_guide_translation_untranslated_range')),
    sa.ForeignKeyConstraint(['curriculum_version_id'], ['curriculum_version.id'], name=op.f('fk_guide_translation_curriculum_version_id_curriculum_version'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['published_by_id'], ['staff.id'], name=op.f('fk_guide_translation_published_by_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_translation')),
    sa.UniqueConstraint('curriculum_version_id', 'tag', 'content_hash', name=op.f('uq_guide_translation_curriculum_version_id_tag_content_hash'))
    )
    with op.batch_alter_table('guide_translation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guide_translation_content_hash'), ['content_hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_guide_translation_curriculum_version_id'), ['curriculum_version_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guide_translation_published_by_id'), ['published_by_id'], unique=False)

    op.create_table('translation_evidence',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('translation_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('staff_id', sa.Text(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind IN ('back_translation', 'panel', 'expert', 'cognitive_test', 'comprehension_test', 'field_test')", name=op.f('ck_translation_evidence_kind_known')),
    sa.CheckConstraint('length(trim(text)) > 0', name=op.f('ck_translation_evidence_text_not_blank')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_translation_evidence_staff_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['translation_id'], ['guide_translation.id'], name=op.f('fk_translation_evidence_translation_id_guide_translation'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_translation_evidence'))
    )
    with op.batch_alter_table('translation_evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_translation_evidence_staff_id'), ['staff_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_translation_evidence_translation_id'), ['translation_id'], unique=False)

    op.create_table('translation_step',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('translation_id', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('staff_id', sa.Text(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.CheckConstraint("status IN ('draft', 'translated', 'language_reviewed', 'clinically_reviewed', 'field_tested', 'approved', 'retired')", name=op.f('ck_translation_step_status_known')),
    sa.CheckConstraint('number BETWEEN 1 AND 10000', name=op.f('ck_translation_step_number_range')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_translation_step_staff_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['translation_id'], ['guide_translation.id'], name=op.f('fk_translation_step_translation_id_guide_translation'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_translation_step')),
    sa.UniqueConstraint('translation_id', 'number', name=op.f('uq_translation_step_translation_id_number'))
    )
    with op.batch_alter_table('translation_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_translation_step_staff_id'), ['staff_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_translation_step_translation_id'), ['translation_id'], unique=False)

    op.create_table('cycle_guide',
    sa.Column('cycle_id', sa.Text(), nullable=False),
    sa.Column('translation_id', sa.Text(), nullable=True),
    sa.Column('chosen', sa.Boolean(), nullable=False),
    sa.Column('pilot', sa.Boolean(), nullable=False),
    sa.Column('pinned_at', sa.BigInteger(), nullable=False),
    sa.Column('pinned_by_id', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id'], name=op.f('fk_cycle_guide_cycle_id_cycle'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['pinned_by_id'], ['staff.id'], name=op.f('fk_cycle_guide_pinned_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['translation_id'], ['guide_translation.id'], name=op.f('fk_cycle_guide_translation_id_guide_translation'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('cycle_id', name=op.f('pk_cycle_guide'))
    )
    with op.batch_alter_table('cycle_guide', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cycle_guide_pinned_by_id'), ['pinned_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cycle_guide_translation_id'), ['translation_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('cycle_guide', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cycle_guide_translation_id'))
        batch_op.drop_index(batch_op.f('ix_cycle_guide_pinned_by_id'))

    op.drop_table('cycle_guide')
    with op.batch_alter_table('translation_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_translation_step_translation_id'))
        batch_op.drop_index(batch_op.f('ix_translation_step_staff_id'))

    op.drop_table('translation_step')
    with op.batch_alter_table('translation_evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_translation_evidence_translation_id'))
        batch_op.drop_index(batch_op.f('ix_translation_evidence_staff_id'))

    op.drop_table('translation_evidence')
    with op.batch_alter_table('guide_translation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guide_translation_published_by_id'))
        batch_op.drop_index(batch_op.f('ix_guide_translation_curriculum_version_id'))
        batch_op.drop_index(batch_op.f('ix_guide_translation_content_hash'))

    op.drop_table('guide_translation')
    with op.batch_alter_table('translation_edit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_translation_edit_reviewer_id'))
        batch_op.drop_index(batch_op.f('ix_translation_edit_author_id'))

    op.drop_table('translation_edit')
    with op.batch_alter_table('text_approval', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_text_approval_staff_id'))

    op.drop_table('text_approval')
