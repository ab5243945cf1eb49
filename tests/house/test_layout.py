"""Where things stand."""

import ast
import tomllib
from pathlib import Path

import pytest

from tests.house.sources import APPS, ROOT, name_of, nodes, python_files, tree

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
FLOORS = {contract["containers"][0]: contract["layers"] for contract in CONTRACTS if "containers" in contract}
# What each of them holds: docs/architecture.md.
KINDS = {"actions", "queries", "rules", "forms", "filters", "views", "urls", "exports", "wire", "commands", "listeners"}
KINDS |= {"settings", "subject", "sweeps", "texts", "wording"}
OF_THE_FRAMEWORK = {"__init__", "__main__", "apps", "ws_urls"}
DOORS = KINDS - {"actions", "sweeps"}
SAYS_NOTHING = {"common", "helpers", "lib", "misc", "policies", "services", "tasks", "tools", "utils"}
WRITES = {"bulk_create", "bulk_update", "create", "delete", "get_or_create", "update", "update_or_create"}


def test_images_hold_every_app() -> None:
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert let_in >= {*APPS, "templates", "static", "locale", "manage.py"}


@pytest.mark.parametrize("app", FLOORS)
def test_the_page_draws_the_floors_that_are_checked(app: str) -> None:
    line = f"- {app}: {' > '.join(FLOORS[app])}"
    assert line in (ROOT / "docs/architecture.md").read_text().splitlines()


def files_of_nouns() -> list[Path]:
    """The files in the folders of the apps; what the apps themselves hold is on their ground."""
    return [path for path in python_files() if len(path.relative_to(ROOT).parts) > 2]


def test_files_are_named_for_their_kind_or_say_what_they_hold() -> None:
    rest = [path for path in files_of_nouns() if path.stem not in KINDS | OF_THE_FRAMEWORK]
    assert [name_of(path) for path in rest if not ast.get_docstring(tree(path))] == []
    assert [name_of(path) for path in rest if path.stem in SAYS_NOTHING] == []


def test_no_name_tells_a_noun_that_a_folder_should() -> None:
    """Not `views_team.py` or `settings_views.py` beside others, but `views.py` in a folder."""
    parts = {path: set(path.stem.split("_")) for path in python_files() if path.stem not in KINDS | OF_THE_FRAMEWORK}
    assert [name_of(path) for path, words in parts.items() if words & {"actions", "queries", "forms", "views"}] == []


def test_doors_and_reads_do_not_write() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path, node in nodes(ast.Call)
        if path.stem in DOORS and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
        if ".objects" in ast.unparse(node.func)
    ]
    assert found == []
