"""Identifiers and docstrings use the field's terms (each with what to write instead)."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import name_of, python_files, tree

# Parts of identifiers: what a newcomer cannot guess → the term.
IDENTIFIERS = {
    "wish": "command, payload",
    "wishes": "commands",
    "whisper": "whisper is a feature: a lossy frame is sent lossy",
    "party": "client",
    "parties": "clients, connections",
    "speaker": "level, place",
    "said": "override, value, text",
    "unsay": "clear",
    "told": "message, text, sent",
    "heard": "delivered, received",
    "hear": "receive, handle, on_frame",
    "whom": "what the rows are",
    "ring": "enqueue, call, notify",
    "rings": "row_level_security",
    "deaf": "what it refuses",
    "good": "valid",
}
# Words of docstrings and comments: what tells the mood → what tells the contract.
WORDS = {
    "whoever": "the caller, the agent, the client: who it is",
    "wish": "command",
    "wishes": "commands",
    "told": "sent, published, shown, reported",
    "heard": "received",
    "rung": "called, enqueued",
    "anew": "again, recomputed",
    "in vain": "what does not happen",
    "good since": "valid from",
}


def defined(path: Path) -> Iterator[str]:
    """Names of functions, classes, parameters and variables that a module defines."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def parts_of(name: str) -> set[str]:
    """The words of an identifier in lower case."""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def prose_of(path: Path) -> Iterator[str]:
    """Docstrings and comments."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield ast.get_docstring(node) or ""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def test_identifiers_are_terms_of_the_field() -> None:
    banned = {
        f"{name_of(path)}: {name}": IDENTIFIERS[part]
        for path in python_files()
        for name in defined(path)
        for part in parts_of(name) & IDENTIFIERS.keys()
    }
    assert banned == {}


def test_bounds_are_called_max_and_min() -> None:
    names = {f"{name_of(path)}: {name}" for path in python_files() for name in defined(path)}
    assert [each for each in sorted(names) if re.search(r": (MOST|FEWEST)(_|$)", each)] == []


def test_docstrings_and_comments_state_contracts() -> None:
    banned = re.compile(rf"\b({'|'.join(WORDS)})\b", re.IGNORECASE)
    moody = {
        f"{name_of(path)}: {found[0]}": WORDS[found[0].lower()]
        for path in python_files()
        for text in prose_of(path)
        for found in banned.finditer(text)
    }
    assert moody == {}
