"""Our own sources, for the rules that are read from them."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.settings")  # also for `python -m tests.house.catalogues`
ROOT = Path(__file__).resolve().parents[2]
N = TypeVar("N", bound=ast.AST)
APPS = tuple(app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir())


def name_of(path: Path) -> str:
    """A path as messages show it."""
    return str(path.relative_to(ROOT))


@cache
def python_files() -> list[Path]:
    """The product's Python, without migrations."""
    found = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
    assert len(found) > 50
    return found


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(), filename=str(path))


def nodes(kind: type[N]) -> Iterator[tuple[Path, N]]:
    """Every node of a kind in the product."""
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, kind):
                yield path, node


def templates() -> list[Path]:
    """The templates."""
    return sorted((ROOT / "templates").rglob("*.html"))


def texts() -> list[Path]:
    """Everything of ours that people or machines read as text."""
    folders = [*APPS, "templates", "static", "docs", "tests", "bin", "bench", ".ci"]
    kinds = {".py", ".html", ".js", ".css", ".md", ".toml", ".yml", ".yaml", ".json", ".svg", ".sh", ""}
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    found += [path for path in sorted(ROOT.iterdir()) if path.is_file()]
    return [path for path in found if path.suffix in kinds and "__pycache__" not in path.parts]
