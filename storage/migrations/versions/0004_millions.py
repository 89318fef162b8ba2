"""Words to find appeals by, and indexes of the few rows that lists and jobs look at."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import indexes

revision = "0004_millions"
down_revision = "0004_outbox_due"
branch_labels = None
depends_on = None

OPEN = "state IN ('new', 'need_info', 'in_work', 'forwarded', 'reopened')"
PARTIAL = (
    ("ix_appeals_open", "appeals", ["municipality_id", "deadline_at", "id"], OPEN),
    ("ix_appeals_open_of_chat", "appeals", ["staff_chat_id", "deadline_at", "id"], OPEN),
    ("ix_appeals_to_warn", "appeals", ["deadline_at", "id"], f"{OPEN} AND warned <> 'due'"),
    (
        "ix_appeals_silent",
        "appeals",
        ["state", "state_at", "id"],
        "state IN ('need_info', 'answered')",
    ),
    ("ix_appeals_states", "appeals", ["state"], OPEN),
    ("ix_files_unfiled", "files", ["created_at", "id"], "appeal_id IS NULL"),
    ("ix_files_unfiled_of", "files", ["channel", "account"], "appeal_id IS NULL"),
    ("ix_parked_events_waiting", "parked_events", ["id"], "settled_at IS NULL"),
)
WHOLE = (
    ("ix_residents_chat", "residents", ["channel", "chat"]),
    ("ix_parked_events_channel", "parked_events", ["channel"]),
    ("ix_web_sessions_account", "web_sessions", ["account"]),
)


def upgrade() -> None:
    """Add them; the words of appeals that are there already are kept bit by bit by a job."""
    op.create_table(
        "appeal_words",
        sa.Column(
            "word",
            sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "appeal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("word", "appeal_id", name=op.f("pk_appeal_words")),
        sqlite_with_rowid=False,
    )
    op.add_column(
        "appeals",
        sa.Column("words_kept", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    for name, table, columns, where in PARTIAL:
        indexes.create(name, table, columns, where)
    indexes.create(
        "ix_appeals_wordless",
        "appeals",
        ["id"],
        "words_kept IS 0",
        postgresql="words_kept IS false",
    )
    for name, table, columns in WHOLE:
        indexes.create(name, table, columns)
    op.drop_index("ix_appeals_state_deadline", "appeals")


def downgrade() -> None:
    """Take them away."""
    op.create_index("ix_appeals_state_deadline", "appeals", ["state", "deadline_at"])
    for name, table, _ in reversed(WHOLE):
        op.drop_index(name, table)
    op.drop_index("ix_appeals_wordless", "appeals")
    for name, table, *_ in reversed(PARTIAL):
        op.drop_index(name, table)
    op.execute(
        "ALTER TABLE appeals DROP COLUMN words_kept"
    )  # a copied table would lose its references
    op.drop_table("appeal_words")
