"""Sizes of scripts and their tests, and who imports whom.

`deno fmt` lays out: a function ends at the first brace under its beginning.
"""

import json
import re
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings

from core.web.scripts import JOINED, LATE, late_scripts, modules_of
from widget.loader.render import SCRIPT

SCRIPTS = Path(settings.BASE_DIR) / "static/kefu"
LONGEST_FILE = 450
LONGEST_FUNCTION = 150  # a module is often one: what is inside shares its variables
TESTS = Path(settings.BASE_DIR) / "tests/js"
TESTED = 0.5  # lines of test for each line, without a browser
OPENS = re.compile(r"^( *).*(?:\bfunction\b.*|=> |\) )\{$")
NO_FUNCTION = re.compile(r"^ *(?:\} )?(?:if|else|for|while|switch|try|catch|class|return \{)\b")


def functions(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First line and number of lines of each."""
    for at, line in enumerate(lines):
        opened = OPENS.match(line)
        if opened is None or NO_FUNCTION.match(line):
            continue
        closing = opened[1] + "}"
        length = next(n for n, other in enumerate(lines[at + 1 :], 2) if other.startswith(closing))
        yield at + 1, length


def lines_of(folder: Path) -> dict[str, list[str]]:
    return {str(path.relative_to(folder)): path.read_text().splitlines() for path in folder.rglob("*.js")}


@cache
def imports() -> Mapping[Path, frozenset[Path]]:
    """Module → what it imports, at once or late, as Deno's parser reads it."""
    with TemporaryDirectory() as folder:
        everything = Path(folder).resolve() / "everything.js"
        everything.write_text("".join(f'import "{path}";\n' for path in sorted(SCRIPTS.rglob("*.js"))))
        command = [str(Path(sys.executable).with_name("deno")), "info", "--json", str(everything)]
        read = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    found = {
        Path(module["local"]): frozenset(map(imported, module.get("dependencies", ()))) for module in read["modules"]
    }
    del found[everything]
    return found


def imported(dependency: Mapping[str, Mapping[str, str]]) -> Path:
    return Path(dependency["code"]["specifier"].removeprefix("file://"))


def late(path: Path) -> set[Path]:
    """What is told by its address, to be imported by somebody else: a form that parsers do not know."""
    return {(path.parent / address).resolve() for _, address in LATE.findall(path.read_text())}


def circle(graph: Mapping[Path, Collection[Path]]) -> list[str]:
    """The names along one of those that are there; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [path.name for path in error.args[1]]
    return []


def test_no_script_imports_itself_by_way_of_others() -> None:
    graph = {path: imports()[path] | late(path) for path in imports()}
    a, b, c = Path("a"), Path("b"), Path("c")
    assert sorted(circle({a: [b], b: [a], c: [a]})) == ["a", "a", "b"]
    assert len(graph) == len(list(SCRIPTS.rglob("*.js"))) > 100
    assert circle(graph) == []


@pytest.mark.parametrize("name", [*JOINED, *sorted(late_scripts()), SCRIPT])
def test_scripts_that_are_joined_are_read_as_a_parser_reads_them(name: str) -> None:
    for module in modules_of(name):
        assert module.imports.keys() | late(module.path) == imports()[module.path] | late(module.path), module.path


def test_no_script_is_longer_than_can_be_kept_in_mind() -> None:
    scripts = lines_of(SCRIPTS)
    assert len(scripts) > 50
    assert {name: len(lines) for name, lines in scripts.items() if len(lines) > LONGEST_FILE} == {}


def test_no_function_of_a_script_is_longer_than_can_be_kept_in_mind() -> None:
    lengths = {name: [length for _, length in functions(lines)] for name, lines in lines_of(SCRIPTS).items()}
    assert sum(map(len, lengths.values())) > 700
    longest = {name: max(found, default=0) for name, found in lengths.items()}
    assert {name: length for name, length in longest.items() if length > LONGEST_FUNCTION} == {}


def test_scripts_are_tested_without_a_browser() -> None:
    """Each folder's tests stand in one of the same name; what all of them share (`stand_ins/`) counts once."""
    scripts, tests = (sum(map(len, lines_of(folder).values())) for folder in (SCRIPTS, TESTS))
    assert tests >= TESTED * scripts, f"{tests} lines of test for {scripts}: {tests / scripts:.2f}"
