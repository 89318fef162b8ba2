"""Codes and sessions of the web know the staff chat that they come from; who is in such a chat.

Of those that are there nobody knows. Where the room on the web is the only staff chat they are of
it; else only those of an admin go on.
"""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0008_rights_of_rooms'
down_revision = '0007_web_codes'
branch_labels = None
depends_on = None

ROOM = "(SELECT id FROM staff_chats WHERE channel = 'web' AND chat = 'staff')"
ALONE = "(SELECT count(*) FROM staff_chats) = 1"


def upgrade() -> None:
    op.create_table('staff_members',
    sa.Column('staff_chat_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('inside', sa.Boolean(), nullable=False),
    sa.Column('asked_at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_chat_id'], ['staff_chats.id'], name=op.f('fk_staff_members_staff_chat_id_staff_chats')),
    sa.PrimaryKeyConstraint('staff_chat_id', 'account', name=op.f('pk_staff_members'))
    )
    for table in ('web_codes', 'web_sessions'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('staff_chat_id', sa.Integer(), nullable=True))
            batch_op.add_column(sa.Column('asked_by', sa.String(length=80), server_default='', nullable=False))
            batch_op.create_foreign_key(batch_op.f(f'fk_{table}_staff_chat_id_staff_chats'), 'staff_chats', ['staff_chat_id'], ['id'])
    op.execute(f"UPDATE web_codes SET staff_chat_id = {ROOM} WHERE admin OR {ALONE}")
    op.execute(f"UPDATE web_sessions SET staff_chat_id = {ROOM} WHERE staff AND (account = 'admin' OR {ALONE})")
    op.execute("DELETE FROM web_codes WHERE staff_chat_id IS NULL")
    op.execute("DELETE FROM web_sessions WHERE staff AND staff_chat_id IS NULL")


def downgrade() -> None:
    for table in ('web_sessions', 'web_codes'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f'fk_{table}_staff_chat_id_staff_chats'), type_='foreignkey')
            batch_op.drop_column('asked_by')
            batch_op.drop_column('staff_chat_id')
    op.drop_table('staff_members')
