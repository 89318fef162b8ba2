"""Who has an appeal, and what of the history a message to its resident says: to correct it there."""

import sqlalchemy as sa
from alembic import op

revision = '0020_who_has_it'
down_revision = '0019_devices'
branch_labels = None
depends_on = None

# The employee who moved it last; the program before went on without one.
LAST = """
SELECT {column} FROM history
WHERE history.appeal_id = appeals.id AND history.role = 'employee' AND history.state_to != ''
ORDER BY history.id DESC LIMIT 1
"""
FILL = f"""
UPDATE appeals SET
    employee = COALESCE(({LAST.format(column='actor')}), ''),
    employee_name = COALESCE(({LAST.format(column='actor_name')}), '')
WHERE state IN ('need_info', 'in_work', 'forwarded', 'answered')
"""


def upgrade() -> None:
    op.add_column("appeals", sa.Column("employee", sa.String(80), server_default="", nullable=False))
    op.add_column("appeals", sa.Column("employee_name", sa.String(200), server_default="", nullable=False))
    op.add_column("chat_messages", sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.execute(FILL)


def downgrade() -> None:
    op.drop_column("chat_messages", "entry_id")
    op.drop_column("appeals", "employee_name")
    op.drop_column("appeals", "employee")
