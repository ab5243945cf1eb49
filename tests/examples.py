"""The worked examples of docs/adding.md: what the page shows is what the tests in `tests/adding/` run.

An example is a fenced block whose first line names the file it would stand in:

    ```python folder/of/a/noun/subject.py
    SUBJECT = Subject(…)
    ```

What an example changes in a file that is there is a `diff` of it; `@@` stands between two places.
"""

import re
import sys
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from tests.house.sources import ROOT

PAGE = ROOT / "docs" / "adding.md"
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """One block: its language, the file it would stand in, and what stands there."""

    language: str
    file: str
    code: str


@cache
def sections() -> Mapping[str, tuple[Block, ...]]:
    """Heading → the blocks below it, in order."""
    return {
        heading: tuple(Block(*found) for found in BLOCK.findall(body))
        for heading, body in SECTION.findall(PAGE.read_text())
    }


def introduced() -> frozenset[str]:
    """The files that the examples would add."""
    return frozenset(block.file for blocks in sections().values() for block in blocks)


def code(section: str, file: str) -> str:
    """The block of that file in a section."""
    return next(block.code for block in sections()[section] if block.file == file)


def run(section: str, file: str, **known: Any) -> ModuleType:
    """Execute a Python block as a module of that name, which later blocks can import; `known` stands there already.

    Whoever runs it takes it out of `sys.modules` again, with what it registered.
    """
    return _module(file, code(section, file), known)


def changed(section: str, file: str) -> str:
    """A file of ours as the `diff` in a section would have it."""
    text = (ROOT / file).read_text()
    for place in code(section, file).split("@@\n"):
        lines = place.splitlines()
        before, after = (_without(sign, lines) for sign in "+-")
        assert text.count(before) == 1, f"{file} has not once:\n{before}"
        text = text.replace(before, after)
    return text


def run_changed(section: str, file: str) -> ModuleType:
    """Execute a file of ours as the `diff` in a section would have it, in place of what stands in `sys.modules`."""
    return _module(file, changed(section, file), {})


def _without(sign: str, lines: list[str]) -> str:
    return "".join(f"{line[1:]}\n" for line in lines if line[:1] != sign)


def _module(file: str, source: str, known: Mapping[str, Any]) -> ModuleType:
    name = file.removesuffix(".py").replace("/", ".")
    module = ModuleType(name)
    module.__dict__.update(known)
    sys.modules[name] = module
    exec(compile(source, f"{PAGE}:{file}", "exec"), module.__dict__)
    return module
