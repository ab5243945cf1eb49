"""The worked examples of docs/adding.md: what the page shows is what the tests in `tests/adding/` run.

An example is a fenced block whose first line names the file it would stand in:

    ```python folder/of/a/noun/subject.py
    SUBJECT = Subject(…)
    ```
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
    name = file.removesuffix(".py").replace("/", ".")
    module = ModuleType(name)
    module.__dict__.update(known)
    sys.modules[name] = module
    exec(compile(code(section, file), f"{PAGE}:{file}", "exec"), module.__dict__)
    return module
