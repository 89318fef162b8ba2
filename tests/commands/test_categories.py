"""The category tree as a file on the command line."""

from pathlib import Path

from bot.commands.categories import export_tree, import_tree
from tests.support.servers.command_line import command
from tests.support.towns.conversation import Town
from tests.support.towns.town_hall import POTHOLES, topic, tree_of


async def test_the_command_line_writes_and_takes_a_file(bor: Town, tmp_path: Path) -> None:
    path = tmp_path / "tree.yaml"
    written, code = await export_tree(bor.database, bor.texts, path)
    assert (code, str(path) in written) == (0, True)
    shown, _ = await export_tree(bor.database, bor.texts, None)
    assert f"{shown}\n" == path.read_text(encoding="utf-8")
    same, code = await import_tree(bor.database, bor.texts, path, yes=True)
    assert (same, code) == (bor.texts("admin-plan-nothing"), 0)
    path.write_text(shown.replace(POTHOLES, "Ямы"), encoding="utf-8")
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    kept = await import_tree(bor.database, bor.texts, path, yes=False, ask=no)
    assert kept == (bor.texts("categories-kept"), 1)
    assert "Изменено (1): Ямы" in asked[0]
    assert (await topic(bor, "pothole")).title == POTHOLES
    told, code = await import_tree(bor.database, bor.texts, path, yes=True)
    assert (code, "загружены" in told) == (0, True)

    assert (await topic(bor, "pothole")).title == "Ямы"


async def test_the_command_line_tells_every_mistake_and_changes_nothing(
    bor: Town, tmp_path: Path
) -> None:
    path = tmp_path / "tree.yaml"
    missing = await import_tree(bor.database, bor.texts, path, yes=True)
    assert missing[1] == 1
    assert "не прочитан" in missing[0]
    path.write_text("- id: A\n- id: B\n", encoding="utf-8")
    told, code = await import_tree(bor.database, bor.texts, path, yes=True)
    assert code == 1
    assert "Строка 1:" in told
    assert "Строка 2:" in told
    unwritten = await export_tree(bor.database, bor.texts, tmp_path)
    assert unwritten[1] == 1

    assert len((await tree_of(bor)).categories) == 16


def test_the_categories_are_exported_to_the_screen_and_to_a_file(tmp_path: Path) -> None:
    shown = command(tmp_path, "categories", "export")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "roads" in shown.stdout

    written = command(tmp_path, "categories", "export", "tree.yaml")

    assert written.returncode == 0
    assert (tmp_path / "tree.yaml").read_text(encoding="utf-8").strip() == shown.stdout.strip()
