"""Sizes of scripts and their tests. `deno fmt` lays out: a function ends at the first brace under its beginning."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

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
