"""Documents and comments name only what there is."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from accounts.permissions import Permission
from core.events.catalogue import all_events
from kefu.wiring import LISTENERS
from tests.examples import introduced
from tests.house.sources import APPS, ROOT, name_of, python_files, templates, texts, tree
from widget.visitor import VisitorClient
from workbench.agent import AgentClient

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")])
FOLDERS = (*APPS, "templates", "static", "locale", "tests", "bench", "docs", "bin", "deploy", "requirements")
KINDS = r"py|js|css|html|md|po|txt|toml|sh"
# A path from the root, wherever it stands; `*` and `<a word>` stand for any name.
FROM_THE_ROOT = re.compile(rf"(?<![\w/.*\"-])(?:{'|'.join(FOLDERS)})/[\w./*<>-]*[\w>/]\.(?:{KINDS})\b")
IN_BACKTICKS = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
A_FILE = re.compile(rf"[\w/.*-]+\.(?:{KINDS})")
A_FOLDER = re.compile(rf"(?:{'|'.join(FOLDERS)})/(?:[\w-]+/)*")
A_NAME = re.compile(r"([a-z_]\w*(?:\.\w+)+)(?:\(.*\))?")
IN_EXAMPLES = re.compile(r"\b((?:actions|forms|filters|queries|rules|views)\.(?!py\b)\w+)")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
# Names with a dot that are other people's, or a browser's.
FOREIGN = {"django.core.paginator", "history.state.kefu", "kefu.tenant", "kefu.unscoped", "kefu.v1"}
# Members of objects that the same page describes.
MEMBERS = {
    "config.recalls",
    "config.sends",
    "config.texts",
    "data.n",
    "form.errors",
    "last.author",
    "last.text",
    "row.agent",
    "row.seq",
    "self.value",
}


@cache
def files() -> frozenset[str]:
    """Every file and folder of ours, with a slash before it."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    return frozenset(f"/{name_of(path)}" for path in [*found, *ROOT.iterdir()])


def is_there(path: str) -> bool:
    """Whether a path as people write it is one of ours: from the root, or its end."""
    if re.search(r"[*<]", path):
        return any(ROOT.glob(re.sub(r"<[^>]*>", "*", path)))
    end = f"/{path.rstrip('/')}"
    return end in files() or any(name.endswith(end) for name in files())


@cache
def modules() -> dict[str, frozenset[str]]:
    """Every module by its dotted name, with what it defines, imports, or hands to its instances."""
    return {name_of(path).removesuffix(".py").replace("/", "."): names_in(path) for path in python_files()}


def names_in(path: Path) -> frozenset[str]:
    """What stands in a module."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.alias():
                found.add(node.asname or node.name)
    return frozenset(found)


@cache
def words() -> frozenset[str]:
    """Names with a dot that are no code: events, commands, permissions, columns, and what the clock and events call."""
    columns = {
        f"{model._meta.db_table}.{field.column}" for model in apps.get_models() for field in model._meta.concrete_fields
    }
    commands = {name for client in (VisitorClient, AgentClient) for name in client.commands}
    called = [each for found in LISTENERS.values() for each in found]
    in_apps = {f"{each.__module__.split('.')[0]}.{each.__name__}" for each in called}
    events = {event.name for event in all_events()}
    return frozenset({*events, *commands, *Permission, *columns, *in_apps, *FOREIGN, *MEMBERS})


def is_known(name: str) -> bool:
    """Whether a dotted name is a module of ours, something in one, or a word of the product."""
    front, _, last = name.rpartition(".")
    return name in words() or any(
        f".{module}".endswith(f".{name}") or (f".{module}".endswith(f".{front}") and last in defined)
        for module, defined in modules().items()
    )


def gone(text: str) -> list[str]:
    """The files, folders, modules and functions that a text names and that are none."""
    quoted = IN_BACKTICKS.findall(text)
    paths = [word for word in quoted if A_FILE.fullmatch(word) or A_FOLDER.fullmatch(word)]
    names = [found[1] for word in quoted if not A_FILE.fullmatch(word) and (found := A_NAME.fullmatch(word))]
    return [path for path in paths if not is_there(path)] + [name for name in names if not is_known(name)]


def missing_at_root(text: str) -> list[str]:
    """The same of paths from the root, which need no backticks."""
    return [path for path in FROM_THE_ROOT.findall(text) if path not in introduced() and not is_there(path)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_documents_name_only_what_there_is(document: Path) -> None:
    text = document.read_text()
    assert [*gone(text), *missing_at_root(text)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_examples_call_only_what_there_is(document: Path) -> None:
    examples = re.findall(r"^```python\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE)
    called = {name for example in examples for name in IN_EXAMPLES.findall(example)}
    templates_shown = {name for example in examples for name in re.findall(r'"([\w/]+\.html)"', example)}
    assert {name for name in called if not is_known(name)} == set()
    assert {name for name in templates_shown if not is_there(name)} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    assert [link for link in LINK.findall(document.read_text()) if not (document.parent / link).exists()] == []


def test_comments_name_only_what_there_is() -> None:
    spoken = {name_of(path): gone(path.read_text()) for path in [*python_files(), *templates()]}
    anywhere = {name_of(path): missing_at_root(path.read_text()) for path in texts()}
    assert {where: names for found in (spoken, anywhere) for where, names in found.items() if names} == {}


def test_decisions_are_numbered_one_after_the_other() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [each.name[:4] for each in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for each in decisions:
        assert each.read_text().startswith(f"# {each.name[:4]} "), each.name
