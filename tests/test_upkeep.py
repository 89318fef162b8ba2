"""What the program clears away by itself."""

import json
import os
import time
from pathlib import Path

from bot.__main__ import assemble
from config.settings import load_settings

DAY = 24 * 60 * 60


def planted(folder: Path, ref: str, age: float) -> Path:
    """An upload to the web chat that was never said, that old in seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    upload = folder / ref
    upload.write_bytes(b"a photo")
    about = folder / f"{ref}.json"
    about.write_text(json.dumps({"owner": "nobody", "file": {}}), encoding="utf-8")
    then = time.time() - age
    os.utime(about, (then, then))
    return upload


async def test_uploads_that_were_never_said_are_swept(tmp_path: Path) -> None:
    settings = load_settings({"MCU_DATA_DIR": str(tmp_path), "MCU_WEB_PORT": "0"})
    old = planted(settings.data_dir / "web-uploads", "o" * 32, 2 * DAY)
    fresh = planted(settings.data_dir / "web-uploads", "f" * 32, DAY / 2)
    program = await assemble(settings)

    [job] = [job for job in program.ticker.get_jobs() if job.name == "sweeping"]
    await job.func()

    assert not old.exists()
    assert fresh.exists()
    for adapter in program.adapters:
        await adapter.close()
    await program.database.close()
