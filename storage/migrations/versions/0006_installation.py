"""What an installation keeps about itself, the same for all its replicas."""

import sqlalchemy as sa
from alembic import op

revision = '0006_installation'
down_revision = '0005_web_uploads'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('installation',
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_installation'))
    )


def downgrade() -> None:
    op.drop_table('installation')
