"""``python -m tests.faults.world.broken_update``: a newer bot whose migration fails half way."""

import os
import sys
import tempfile
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import storage.migrations
from bot.commands.command_line import main as run_bot

MIGRATION = '''
"""A mistake."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{newest}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table("half_way", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("UPDATE there_is_no_such_table SET id = 1")
'''


def main() -> None:
    """The bot as it is, with one more migration."""
    own = Path(storage.migrations.__file__).parent
    newest = ScriptDirectory(str(own)).get_current_head()
    folder = Path(tempfile.mkdtemp(prefix="mcu-broken-"))
    (folder / "9999_broken.py").write_text(MIGRATION.format(newest=newest), encoding="utf-8")
    config = storage.migrations.config

    def with_the_broken_one(connection: Connection) -> Config:
        made = config(connection)
        made.set_main_option("path_separator", "os")
        places = os.pathsep.join((str(own / "versions"), str(folder)))
        made.set_main_option("version_locations", places)
        return made

    storage.migrations.config = with_the_broken_one
    sys.exit(run_bot())


if __name__ == "__main__":
    sys.argv[0] = "bot"
    main()
