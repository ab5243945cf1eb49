"""The size of scripts. `deno fmt` lays them out, so a function ends at the first brace under its beginning."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

SCRIPTS = Path(settings.BASE_DIR) / "static/kefu"
LONGEST_FILE = 450
LONGEST_FUNCTION = 150  # a module is often one: what is inside shares its variables
# Every visitor loads these, and each further module costs some of the bytes that test_sizes.py allows: what is
# too long here may become shorter, and not longer. Lines of the file, and of the longest function in it.
STILL_TOO_LONG = {
    "widget/loader.js": (356, 346),
}
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


def test_no_script_is_longer_than_can_be_kept_in_mind() -> None:
    lengths = {str(path.relative_to(SCRIPTS)): len(path.read_text().splitlines()) for path in SCRIPTS.rglob("*.js")}
    assert len(lengths) > 50
    allowed = {name: max(LONGEST_FILE, length) for name, (length, _) in STILL_TOO_LONG.items()}
    assert {name: n for name, n in lengths.items() if n > allowed.get(name, LONGEST_FILE)} == {}


def test_no_function_of_a_script_is_longer_than_can_be_kept_in_mind() -> None:
    longest: dict[str, int] = {}
    found = 0
    for path in SCRIPTS.rglob("*.js"):
        lengths = [length for _, length in functions(path.read_text().splitlines())]
        found += len(lengths)
        longest[str(path.relative_to(SCRIPTS))] = max(lengths, default=0)
    assert found > 700
    too_long = {name: n for name, n in longest.items() if n > LONGEST_FUNCTION}
    assert set(too_long) == set(STILL_TOO_LONG), "who became shorter leaves the list"
    assert {name: n for name, n in too_long.items() if n > STILL_TOO_LONG[name][1]} == {}
