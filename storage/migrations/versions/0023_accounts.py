"""A resident is a person with accounts; a code joins another account to the person.

Each resident has the account that was the resident so far. The program before knows nothing of
the table: an account of which it made a resident meanwhile is added when that person is met.
"""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0023_accounts'
down_revision = '0022_place_codes'
branch_labels = None
depends_on = None

# Of whom is erased nothing is left that could be found.
FILL = """
    INSERT INTO accounts (resident_id, channel, account, chat, through, blocked_at, created_at,
        home_at)
    SELECT id, channel, account, chat, through, blocked_at, created_at, created_at
    FROM residents WHERE withdrawn_at IS NULL
"""


def upgrade() -> None:
    op.create_table('accounts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resident_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('chat', sa.String(length=64), nullable=False),
    sa.Column('through', sa.String(length=16), server_default='', nullable=False),
    sa.Column('blocked_at', storage.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('home_at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('came_with', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('wrong_codes', sa.Integer(), server_default='0', nullable=False),
    sa.Column('wrong_at', storage.tables.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_accounts_resident_id_residents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('channel', 'account', name=op.f('uq_accounts_channel'))
    )
    op.execute(FILL)
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.create_index('ix_accounts_chat', ['channel', 'chat'], unique=False)
        batch_op.create_index(op.f('ix_accounts_resident_id'), ['resident_id'], unique=False)
    op.create_table('link_codes',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('sheet', sa.String(length=2), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('wrong_tries', sa.Integer(), nullable=False),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_link_codes_account_id_accounts')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_link_codes'))
    )
    with op.batch_alter_table('link_codes', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_link_codes_sheet'), ['sheet'], unique=False)
        batch_op.create_index(op.f('ix_link_codes_entered_by'), ['entered_by'], unique=False)
    op.add_column('residents', sa.Column('home_fixed', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('consents', sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))


def downgrade() -> None:
    op.drop_column('consents', 'account_id')
    op.drop_column('residents', 'home_fixed')
    op.drop_table('link_codes')
    op.drop_table('accounts')
