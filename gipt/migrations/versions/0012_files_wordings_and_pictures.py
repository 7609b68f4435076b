"""Files of translators that came back, loaded wordings of measures, tests of picture scales.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('measure_wording',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('tag', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('citation', sa.Text(), nullable=False),
    sa.Column('licence', sa.Text(), nullable=False),
    sa.Column('permission', sa.Text(), nullable=False),
    sa.Column('population', sa.Text(), nullable=False),
    sa.Column('cut_off', sa.Integer(), nullable=True),
    sa.Column('content_hash', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('loaded_at', sa.BigInteger(), nullable=True),
    sa.Column('withdrawn_at', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("kind IN ('fhir', 'xlsform', 'po', 'xlsx')", name=op.f('ck_measure_wording_kind_known')),
    sa.CheckConstraint("state IN ('read', 'loaded', 'withdrawn')", name=op.f('ck_measure_wording_state_known')),
    sa.CheckConstraint('cut_off BETWEEN 0 AND 200', name=op.f('ck_measure_wording_cut_off_range')),
    sa.CheckConstraint('length(trim(measure)) > 0', name=op.f('ck_measure_wording_measure_not_blank')),
    sa.CheckConstraint('length(trim(tag)) > 0', name=op.f('ck_measure_wording_tag_not_blank')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_measure_wording_by_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_wording'))
    )
    with op.batch_alter_table('measure_wording', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_measure_wording_by_id'), ['by_id'], unique=False)

    op.create_table('translation_file',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('domain', sa.Text(), nullable=False),
    sa.Column('tag', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('content_hash', sa.Text(), nullable=False),
    sa.Column('entries', sa.JSON(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('applied_at', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("kind IN ('po', 'xliff', 'xlsx')", name=op.f('ck_translation_file_kind_known')),
    sa.CheckConstraint("state IN ('read', 'applied', 'dropped')", name=op.f('ck_translation_file_state_known')),
    sa.CheckConstraint('length(trim(domain)) > 0', name=op.f('ck_translation_file_domain_not_blank')),
    sa.CheckConstraint('length(trim(tag)) > 0', name=op.f('ck_translation_file_tag_not_blank')),
    sa.CheckConstraint('unchanged BETWEEN 0 AND 100000', name=op.f('ck_translation_file_unchanged_range')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_translation_file_by_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_translation_file'))
    )
    with op.batch_alter_table('translation_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_translation_file_by_id'), ['by_id'], unique=False)

    op.create_table('picture_scale_test',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('scale', sa.Text(), nullable=False),
    sa.Column('tag', sa.Text(), nullable=False),
    sa.Column('site_id', sa.Text(), nullable=False),
    sa.Column('population', sa.Text(), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('ordered_right', sa.Integer(), nullable=False),
    sa.Column('named_a_mood', sa.Integer(), nullable=False),
    sa.Column('tested_on', sa.Date(), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("scale IN ('glasses', 'dots')", name=op.f('ck_picture_scale_test_scale_known')),
    sa.CheckConstraint('asked BETWEEN 1 AND 1000', name=op.f('ck_picture_scale_test_asked_range')),
    sa.CheckConstraint('length(trim(population)) > 0', name=op.f('ck_picture_scale_test_population_not_blank')),
    sa.CheckConstraint('length(trim(tag)) > 0', name=op.f('ck_picture_scale_test_tag_not_blank')),
    sa.CheckConstraint('named_a_mood BETWEEN 0 AND asked', name=op.f('ck_picture_scale_test_named_a_mood_range')),
    sa.CheckConstraint('ordered_right BETWEEN 0 AND asked', name=op.f('ck_picture_scale_test_ordered_right_range')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_picture_scale_test_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_picture_scale_test_site_id_site'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_picture_scale_test'))
    )
    with op.batch_alter_table('picture_scale_test', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_picture_scale_test_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_picture_scale_test_site_id'), ['site_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('picture_scale_test', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_picture_scale_test_site_id'))
        batch_op.drop_index(batch_op.f('ix_picture_scale_test_by_id'))

    op.drop_table('picture_scale_test')
    with op.batch_alter_table('translation_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_translation_file_by_id'))

    op.drop_table('translation_file')
    with op.batch_alter_table('measure_wording', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_measure_wording_by_id'))

    op.drop_table('measure_wording')
