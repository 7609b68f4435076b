"""The records that indicators need: incidents, satisfaction, complaints, costs, funding shares, targets.

Notes about incidents and complaints are only ever added. Shares of one cycle never add to more than 100: a trigger
looks at all of them, since no check of one row can.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

ADDED_ONLY = ('incident_note', 'complaint_note')


def upgrade() -> None:
    op.create_table('funder',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('length(trim(code)) > 0', name=op.f('ck_funder_code_not_blank')),
    sa.CheckConstraint('length(trim(name)) > 0', name=op.f('ck_funder_name_not_blank')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_funder')),
    sa.UniqueConstraint('code', name=op.f('uq_funder_code'))
    )
    op.create_table('record_since',
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind IN ('incidents', 'satisfaction', 'complaints', 'costs')", name=op.f('ck_record_since_kind_known')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_record_since_by_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_record_since'))
    )
    op.create_table('complaint',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('site_id', sa.Text(), nullable=True),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=True),
    sa.Column('contact', sa.LargeBinary(), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('close_by', sa.Date(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name=op.f('ck_complaint_closed_has_date')),
    sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name=op.f('ck_complaint_closed_has_outcome')),
    sa.CheckConstraint("about IN ('harm', 'conduct', 'money', 'confidentiality', 'other_member', 'service', 'other')", name=op.f('ck_complaint_about_known')),
    sa.CheckConstraint("channel IN ('page', 'spoken', 'phone', 'letter', 'box')", name=op.f('ck_complaint_channel_known')),
    sa.CheckConstraint("outcome IN ('upheld', 'partly', 'not_upheld', 'passed_on', 'withdrawn', 'not_possible')", name=op.f('ck_complaint_outcome_known')),
    sa.CheckConstraint("state = 'received' OR answered_on IS NOT NULL", name=op.f('ck_complaint_answered_has_date')),
    sa.CheckConstraint("state IN ('received', 'answered', 'closed')", name=op.f('ck_complaint_state_known')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_complaint_site_id_site'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint')),
    sa.UniqueConstraint('code', name=op.f('uq_complaint_code'))
    )
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.create_index('ix_complaint_received_on', ['received_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_site_id'), ['site_id'], unique=False)

    op.create_table('cost_line',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('spent_on', sa.Date(), nullable=False),
    sa.Column('whole_month', sa.Boolean(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('site_id', sa.Text(), nullable=True),
    sa.Column('funder_id', sa.Text(), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('minor', sa.BigInteger(), nullable=False),
    sa.Column('original_currency', sa.Text(), nullable=True),
    sa.Column('original_minor', sa.BigInteger(), nullable=True),
    sa.Column('rate', sa.Text(), nullable=True),
    sa.Column('rate_on', sa.Date(), nullable=True),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('removed_at', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("scope IN ('delivery', 'screening', 'training', 'supervision', 'management', 'other')", name=op.f('ck_cost_line_scope_known')),
    sa.CheckConstraint('(original_minor IS NULL) = (original_currency IS NULL) AND (original_minor IS NULL) = (rate IS NULL) AND (original_minor IS NULL) = (rate_on IS NULL)', name=op.f('ck_cost_line_conversion_complete')),
    sa.CheckConstraint('length(currency) = 3', name=op.f('ck_cost_line_currency_code')),
    sa.CheckConstraint('minor > 0', name=op.f('ck_cost_line_minor_positive')),
    sa.CheckConstraint('original_minor > 0', name=op.f('ck_cost_line_original_positive')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_cost_line_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['funder_id'], ['funder.id'], name=op.f('fk_cost_line_funder_id_funder'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_cost_line_site_id_site'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_line'))
    )
    with op.batch_alter_table('cost_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cost_line_funder_id'), ['funder_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cost_line_site_id'), ['site_id'], unique=False)
        batch_op.create_index('ix_cost_line_spent_on', ['spent_on'], unique=False)

    op.create_table('target',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('indicator', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=True),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.Column('site_id', sa.Text(), nullable=True),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('baseline', sa.BigInteger(), nullable=True),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(period = 'life') = (from_on IS NULL)", name=op.f('ck_target_life_has_no_dates')),
    sa.CheckConstraint('(from_on IS NULL) = (to_on IS NULL)', name=op.f('ck_target_both_dates')),
    sa.CheckConstraint('length(trim(indicator)) > 0', name=op.f('ck_target_indicator_not_blank')),
    sa.CheckConstraint('to_on >= from_on', name=op.f('ck_target_ends_after_start')),
    sa.CheckConstraint('value >= 0', name=op.f('ck_target_value_not_negative')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_target_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_target_site_id_site'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target')),
    sa.UniqueConstraint('indicator', 'period', 'site_id', name=op.f('uq_target_indicator_period_site_id'))
    )
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_target_site_id'), ['site_id'], unique=False)
        batch_op.create_index('uq_target_whole_programme', ['indicator', 'period'], unique=True, sqlite_where=sa.text('site_id IS NULL'), postgresql_where=sa.text('site_id IS NULL'))

    op.create_table('volunteer_time',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('whole_month', sa.Boolean(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('site_id', sa.Text(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('removed_at', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("scope IN ('delivery', 'screening', 'training', 'supervision', 'management', 'other')", name=op.f('ck_volunteer_time_scope_known')),
    sa.CheckConstraint('minutes BETWEEN 1 AND 6000000', name=op.f('ck_volunteer_time_minutes_range')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_volunteer_time_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_volunteer_time_site_id_site'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_volunteer_time'))
    )
    with op.batch_alter_table('volunteer_time', schema=None) as batch_op:
        batch_op.create_index('ix_volunteer_time_given_on', ['given_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_volunteer_time_site_id'), ['site_id'], unique=False)

    op.create_table('complaint_note',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('complaint_id', sa.Text(), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_complaint_note_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_complaint_note_complaint_id_complaint'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_note'))
    )
    with op.batch_alter_table('complaint_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_note_complaint_id'), ['complaint_id'], unique=False)

    op.create_table('complaint_staff',
    sa.Column('complaint_id', sa.Text(), nullable=False),
    sa.Column('staff_id', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_complaint_staff_complaint_id_complaint'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_complaint_staff_staff_id_staff'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('complaint_id', 'staff_id', name=op.f('pk_complaint_staff'))
    )
    with op.batch_alter_table('complaint_staff', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_staff_staff_id'), ['staff_id'], unique=False)

    op.create_table('funding_share',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('cycle_id', sa.Text(), nullable=False),
    sa.Column('funder_id', sa.Text(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('percent BETWEEN 1 AND 100', name=op.f('ck_funding_share_percent_range')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_funding_share_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id'], name=op.f('fk_funding_share_cycle_id_cycle'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['funder_id'], ['funder.id'], name=op.f('fk_funding_share_funder_id_funder'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_funding_share')),
    sa.UniqueConstraint('cycle_id', 'funder_id', name=op.f('uq_funding_share_cycle_id_funder_id'))
    )
    with op.batch_alter_table('funding_share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_funding_share_funder_id'), ['funder_id'], unique=False)

    op.create_table('incident',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('site_id', sa.Text(), nullable=False),
    sa.Column('member_id', sa.Text(), nullable=True),
    sa.Column('cycle_id', sa.Text(), nullable=True),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('what', sa.LargeBinary(), nullable=True),
    sa.Column('action_taken', sa.LargeBinary(), nullable=True),
    sa.Column('relation', sa.Text(), nullable=True),
    sa.Column('expected', sa.Boolean(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('report_by', sa.BigInteger(), nullable=True),
    sa.Column('reported_to', sa.LargeBinary(), nullable=True),
    sa.Column('reported_at', sa.BigInteger(), nullable=True),
    sa.Column('raised_by_id', sa.Text(), nullable=True),
    sa.Column('raised_at', sa.BigInteger(), nullable=False),
    sa.Column('closed_at', sa.BigInteger(), nullable=True),
    sa.Column('closed_by_id', sa.Text(), nullable=True),
    sa.CheckConstraint("category IN ('death', 'suicide_attempt', 'victimisation', 'serious_violence', 'emergency_stay', 'lack_of_food', 'other_serious', 'injury', 'rise_in_thoughts', 'concrete_plan', 'rise_in_distress', 'rise_in_conflict', 'other_violence', 'confidentiality', 'other')", name=op.f('ck_incident_category_known')),
    sa.CheckConstraint("outcome IN ('recovered', 'improving', 'ongoing', 'lasting', 'died', 'not_known')", name=op.f('ck_incident_outcome_known')),
    sa.CheckConstraint("relation IN ('unrelated', 'possible', 'probable', 'definite')", name=op.f('ck_incident_relation_known')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['staff.id'], name=op.f('fk_incident_closed_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id'], name=op.f('fk_incident_cycle_id_cycle'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_incident_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['raised_by_id'], ['staff.id'], name=op.f('fk_incident_raised_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_incident_site_id_site'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident')),
    sa.UniqueConstraint('code', name=op.f('uq_incident_code'))
    )
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_cycle_id'), ['cycle_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_incident_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_incident_site_id_happened_on', ['site_id', 'happened_on'], unique=False)

    op.create_table('incident_note',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('incident_id', sa.Text(), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_incident_note_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_incident_note_incident_id_incident'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_note'))
    )
    with op.batch_alter_table('incident_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_note_incident_id'), ['incident_id'], unique=False)

    op.create_table('satisfaction',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('enrolment_id', sa.Text(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('collector', sa.Text(), nullable=False),
    sa.Column('asked_by_id', sa.Text(), nullable=True),
    sa.Column('independent', sa.Boolean(), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(collector = 'staff') = (asked_by_id IS NOT NULL)", name=op.f('ck_satisfaction_staff_has_name')),
    sa.CheckConstraint("answer IN ('very_dissatisfied', 'dissatisfied', 'neither', 'satisfied', 'very_satisfied', 'declined')", name=op.f('ck_satisfaction_answer_known')),
    sa.CheckConstraint("collector IN ('staff', 'outside', 'alone')", name=op.f('ck_satisfaction_collector_known')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['staff.id'], name=op.f('fk_satisfaction_asked_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_satisfaction_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_satisfaction_enrolment_id_enrolment'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_satisfaction')),
    sa.UniqueConstraint('enrolment_id', name=op.f('uq_satisfaction_enrolment_id'))
    )
    op.create_table('worse_score',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('member_id', sa.Text(), nullable=False),
    sa.Column('site_id', sa.Text(), nullable=False),
    sa.Column('assessment_id', sa.Text(), nullable=False),
    sa.Column('found_at', sa.BigInteger(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=True),
    sa.Column('decided_at', sa.BigInteger(), nullable=True),
    sa.Column('decided_by_id', sa.Text(), nullable=True),
    sa.CheckConstraint("decision IN ('known', 'contacted', 'incident', 'not_worse')", name=op.f('ck_worse_score_decision_known')),
    sa.CheckConstraint('(decision IS NULL) = (decided_at IS NULL)', name=op.f('ck_worse_score_decided_has_time')),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_worse_score_assessment_id_assessment'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['staff.id'], name=op.f('fk_worse_score_decided_by_id_staff'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_worse_score_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_worse_score_site_id_site'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worse_score')),
    sa.UniqueConstraint('assessment_id', name=op.f('uq_worse_score_assessment_id'))
    )
    with op.batch_alter_table('worse_score', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_worse_score_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_worse_score_site_id_decision', ['site_id', 'decision'], unique=False)

    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.add_column(sa.Column('incident_hours', sa.Integer(), nullable=False, server_default='24'))
        batch_op.add_column(sa.Column('complaint_days', sa.Integer(), nullable=False, server_default='30'))
        batch_op.add_column(sa.Column('ledger_currency', sa.Text(), nullable=True))
        batch_op.create_check_constraint(op.f('ck_programme_incident_hours_range'), 'incident_hours BETWEEN 1 AND 720')
        batch_op.create_check_constraint(op.f('ck_programme_complaint_days_range'), 'complaint_days BETWEEN 1 AND 365')

    sqlite = op.get_bind().dialect.name == 'sqlite'
    for table in ADDED_ONLY:
        for event in ('UPDATE', 'DELETE'):
            refuse_change(table, event, sqlite)
    if not sqlite:
        # The lock on the cycle makes two writers of the same cycle wait for each other: each sees the other's shares.
        op.execute(
            'CREATE FUNCTION gipt_check_shares() RETURNS trigger LANGUAGE plpgsql AS '
            '$$ BEGIN PERFORM 1 FROM cycle WHERE id = NEW.cycle_id FOR UPDATE; '
            'IF (SELECT sum(percent) FROM funding_share WHERE cycle_id = NEW.cycle_id) > 100 THEN '
            "RAISE EXCEPTION 'shares of a cycle add to more than 100' USING ERRCODE = 'check_violation', "
            "CONSTRAINT = 'funding_share_at_most_whole'; END IF; RETURN NULL; END $$"
        )
    for event in ('INSERT', 'UPDATE'):
        check_shares(event, sqlite)


def refuse_change(table: str, event: str, sqlite: bool) -> None:
    """Let the database refuse to change or delete rows of a table, as those of revision 0002."""
    name = f'tr_{table}_no_{event.lower()}'
    if sqlite:
        op.execute(
            f'CREATE TRIGGER {name} BEFORE {event} ON {table} '
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
        )
    else:
        op.execute(
            f'CREATE TRIGGER {name} BEFORE {event} ON {table} '
            'FOR EACH ROW EXECUTE FUNCTION gipt_refuse_change()'
        )


def check_shares(event: str, sqlite: bool) -> None:
    """Let the database refuse shares of a cycle that add to more than 100."""
    name = f'tr_funding_share_whole_{event.lower()}'
    if sqlite:
        op.execute(
            f'CREATE TRIGGER {name} AFTER {event} ON funding_share '
            'WHEN (SELECT sum(percent) FROM funding_share WHERE cycle_id = NEW.cycle_id) > 100 '
            "BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: funding_share_at_most_whole'); END"
        )
    else:
        op.execute(
            f'CREATE TRIGGER {name} AFTER {event} ON funding_share '
            'FOR EACH ROW EXECUTE FUNCTION gipt_check_shares()'
        )


def downgrade() -> None:
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_programme_complaint_days_range'), type_='check')
        batch_op.drop_constraint(op.f('ck_programme_incident_hours_range'), type_='check')
        batch_op.drop_column('ledger_currency')
        batch_op.drop_column('complaint_days')
        batch_op.drop_column('incident_hours')

    with op.batch_alter_table('worse_score', schema=None) as batch_op:
        batch_op.drop_index('ix_worse_score_site_id_decision')
        batch_op.drop_index(batch_op.f('ix_worse_score_member_id'))

    op.drop_table('worse_score')
    op.drop_table('satisfaction')
    with op.batch_alter_table('incident_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_note_incident_id'))

    op.drop_table('incident_note')
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.drop_index('ix_incident_site_id_happened_on')
        batch_op.drop_index(batch_op.f('ix_incident_member_id'))
        batch_op.drop_index(batch_op.f('ix_incident_cycle_id'))

    op.drop_table('incident')
    with op.batch_alter_table('funding_share', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_funding_share_funder_id'))

    op.drop_table('funding_share')
    with op.batch_alter_table('complaint_staff', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_staff_staff_id'))

    op.drop_table('complaint_staff')
    with op.batch_alter_table('complaint_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_note_complaint_id'))

    op.drop_table('complaint_note')
    with op.batch_alter_table('volunteer_time', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_volunteer_time_site_id'))
        batch_op.drop_index('ix_volunteer_time_given_on')

    op.drop_table('volunteer_time')
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.drop_index('uq_target_whole_programme', sqlite_where=sa.text('site_id IS NULL'), postgresql_where=sa.text('site_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_target_site_id'))

    op.drop_table('target')
    with op.batch_alter_table('cost_line', schema=None) as batch_op:
        batch_op.drop_index('ix_cost_line_spent_on')
        batch_op.drop_index(batch_op.f('ix_cost_line_site_id'))
        batch_op.drop_index(batch_op.f('ix_cost_line_funder_id'))

    op.drop_table('cost_line')
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_site_id'))
        batch_op.drop_index('ix_complaint_received_on')

    op.drop_table('complaint')
    op.drop_table('record_since')
    op.drop_table('funder')
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('DROP FUNCTION gipt_check_shares()')
