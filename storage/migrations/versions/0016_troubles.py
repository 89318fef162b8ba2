"""Troubles: which channel or staff chat takes nothing of ours, since when, and who was told.

What was given up after three days of such a trouble comes after all: a card to its staff chat now,
a message to a resident when they write again.
"""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0016_troubles'
down_revision = '0015_new_words'
branch_labels = None
depends_on = None


GIVEN_UP_CARDS = """
UPDATE outbox SET done_at = NULL, outcome = '', attempts = 0, next_at = created_at
WHERE outcome = 'undeliverable' AND coalesce LIKE 'card:%'
AND EXISTS (SELECT 1 FROM staff_chats
    WHERE staff_chats.channel = outbox.channel AND staff_chats.chat = outbox.chat)
AND EXISTS (SELECT 1 FROM appeals WHERE appeals.id = outbox.appeal_id
    AND appeals.state IN ('new', 'need_info', 'in_work', 'forwarded', 'reopened', 'answered'))
"""
NOT_REACHED = """
UPDATE residents SET blocked_at = CURRENT_TIMESTAMP
WHERE blocked_at IS NULL AND EXISTS (SELECT 1 FROM outbox
    WHERE outbox.channel = residents.channel AND outbox.chat = residents.chat
    AND outbox.outcome = 'undeliverable' AND outbox.push)
"""


def upgrade() -> None:
    op.create_table(
        'troubles',
        sa.Column('channel', sa.String(length=16), nullable=False),
        sa.Column('chat', sa.String(length=64), nullable=False),
        sa.Column('cause', sa.String(length=16), nullable=False),
        sa.Column('since', storage.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column('told', sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint('channel', 'chat', name=op.f('pk_troubles')),
    )
    op.execute(GIVEN_UP_CARDS)
    op.execute(NOT_REACHED)


def downgrade() -> None:
    op.drop_table('troubles')
