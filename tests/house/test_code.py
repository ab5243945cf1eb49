"""Rules of the house that can be read from the code."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOT, name_of, nodes, python_files, templates, texts, tree

Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
LONGEST_FILE = 450
LONGEST_FUNCTION = 60
WRITERS_OF_STATE = ("conversations/lifecycle/state.py", "_enter")


def test_nobody_imports_from_a_higher_floor() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def public_definitions() -> Iterator[tuple[Path, Defined]]:
    """Functions and classes that other modules may use, without the overloads that only types read."""
    for path in python_files():
        for node in tree(path).body:
            if not isinstance(node, Defined) or node.name.startswith("_"):
                continue
            if "overload" not in map(ast.unparse, node.decorator_list):
                yield path, node


def test_what_other_modules_use_says_its_contract() -> None:
    silent = [f"{name_of(path)}: {node.name}" for path, node in public_definitions() if not ast.get_docstring(node)]
    assert silent == []


def enclosing_function(path: Path, wanted: ast.AST) -> str:
    """The name of the function a node stands in."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(each is wanted for each in ast.walk(node)):
            return node.name
    return ""


def test_a_conversations_state_has_one_writer() -> None:
    targets = [
        (path, node, target)
        for path, node in nodes(ast.AST)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    writers = {
        (name_of(path), enclosing_function(path, node))
        for path, node, target in targets
        if isinstance(target, ast.Attribute) and target.attr == "state" and name_of(path).startswith("conversations/")
    }
    assert writers == {WRITERS_OF_STATE}


def test_no_statement_updates_a_conversations_state() -> None:
    """Neither a queryset's `update(state=…)` nor SQL that assigns the column."""
    updates = [
        name_of(path)
        for path, node in nodes(ast.Call)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in ("update", "bulk_update", "aupdate")
        and any(keyword.arg == "state" for keyword in node.keywords)
    ]
    assert updates == []
    statements = [
        name_of(path)
        for path, node in nodes(ast.Constant)
        if isinstance(node.value, str)
        for assigned in re.findall(r"update conversations_conversation\b(.*?)\bwhere\b", node.value, re.DOTALL)
        if re.search(r"(?<![.\w])state\s*=", assigned)
    ]
    assert statements == []


def test_tasks_are_queued_in_one_place_only() -> None:
    rings = {
        (name_of(path), node.func.attr)
        for path, node in nodes(ast.Call)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in ("delay", "apply_async", "delay_on_commit", "apply_async_on_commit", "send_task")
    }
    assert rings == {("core/tasks.py", "apply_async")}


def handler_names(handler: ast.ExceptHandler) -> set[str]:
    """What an `except` catches."""
    if handler.type is None:
        return {"everything"}
    return {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}


def test_no_error_is_swallowed() -> None:
    """Who catches everything says so in the log, or raises again."""
    silent = []
    for path, handler in nodes(ast.ExceptHandler):
        if handler_names(handler) & {"everything", "Exception", "BaseException"}:
            calls = [node for statement in handler.body for node in ast.walk(statement)]
            logs = any(isinstance(node, ast.Attribute) and node.attr in ("exception", "warning") for node in calls)
            if not logs and not any(isinstance(node, ast.Raise) for node in calls):
                silent.append(f"{name_of(path)}:{handler.lineno}")
    assert silent == []


def test_nothing_is_suppressed_wholesale() -> None:
    wide = [
        f"{name_of(path)}:{node.lineno}"
        for path, node in nodes(ast.Call)
        if isinstance(node.func, ast.Name)
        and node.func.id == "suppress"
        and any(isinstance(each, ast.Name) and each.id in ("Exception", "BaseException") for each in node.args)
    ]
    assert wide == []


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_files_are_about_one_thing(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


def test_functions_can_be_read_in_a_breath() -> None:
    long = [
        f"{name_of(path)}:{node.name} has {(node.end_lineno or 0) - node.lineno + 1} lines"
        for path, node in nodes(ast.AST)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_work_is_left_lying_about() -> None:
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    found = [
        f"{name_of(path)}:{number}"
        for path in texts()
        if path.suffix != ".lock"
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if words.search(line)
    ]
    assert found == []


INLINE = {
    "script without src": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/json|importmap)\")[^>]*>", re.I
    ),
    "style element": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "handler attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "javascript address": re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.I),
    "htmx handler": re.compile(r"\shx-on[:\-=]", re.I),
}


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", "", path.read_text(), flags=re.DOTALL)
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_templates_escape_what_they_show(path: Path) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape\s+off", path.read_text())


def test_data_is_never_written_as_markup() -> None:
    """In our own JavaScript, text is set as text."""
    words = re.compile(r"\.(?:innerHTML|outerHTML)\s*[+]?=|insertAdjacentHTML|document\.write|\beval\(|new Function\(")
    scripts = sorted((ROOT / "static").rglob("*.js"))
    assert scripts
    assert [name_of(path) for path in scripts if words.search(path.read_text())] == []


def test_no_package_registry_is_named() -> None:
    """Where packages come from is the installer's setting, never ours."""
    hosts = re.compile(
        r"py[p]i\.(?:org|python\.org)|files\.python[h]osted|registry\.n[p]mjs|index-url|https?://[^\s\"']*/simple\b",
        re.I,
    )
    ours = [path for path in texts() if path != Path(__file__)]
    assert [
        name_of(path) for path in [*ours, *(ROOT / "requirements").iterdir()] if hosts.search(path.read_text())
    ] == []


def test_forms_say_what_is_wrong_in_our_words() -> None:
    """All are made of `core.console.forms.Form`; Django's own would answer with Django's sentences."""
    made_of = {
        name_of(path)
        for path, node in nodes(ast.ClassDef)
        for base in node.bases
        if isinstance(base, ast.Attribute) and base.attr in ("Form", "ModelForm", "BaseForm")
    }
    assert made_of == {"core/console/forms.py"}
