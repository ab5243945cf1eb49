"""What is written to the audit log can be read there: every act and every kind has its words."""

import ast
import re

from accounts.audit.kinds import actions, kinds
from accounts.audit.subjects import ACTS
from core.console.subject import subjects
from tests.house.sources import nodes, python_files, tree

WORDS = {kind.name for kind in kinds()} | {"setting"}
# Recorded for every subject alike: `tests/house/test_subjects.py` sends each form and reads the entries.
ALIKE = {f"{each.kind}.{act}" for each in subjects() if each.new_page for act in ACTS}
ALIKE |= {f"{each.export_kind}.exported" for each in subjects() if each.exports}

EXPORTERS = {"export_with_audit", "export_of"}


def acts() -> set[str]:
    """The names of acts in the files that write to the log, such as "agent.changed"."""
    writers = [path for path in python_files() if re.search(r"audit\.record\(|export_with_audit\(", path.read_text())]
    assert len(writers) > 4
    named = re.compile(rf"(?:{'|'.join(sorted(WORDS))})\.[a-z_]+\Z")
    recorded = {
        f"{node.args[0].id.lower()}.{node.args[1].value!s}"  # `record_act(CHANNEL, "design_drafted", …)`
        for _path, node in nodes(ast.Call)
        if getattr(node.func, "id", "") == "record_act"
        and isinstance(node.args[0], ast.Name)
        and isinstance(node.args[1], ast.Constant)
        if node.args[0].id.isupper()
    }
    return recorded | {
        node.value
        for path in writers
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.match(node.value)
    }


def test_every_act_that_is_recorded_has_words() -> None:
    assert acts() <= set(actions())


def test_every_act_that_has_words_is_recorded() -> None:
    assert set(actions()) <= acts() | ALIKE


def test_every_kind_that_is_recorded_is_known() -> None:
    recorded = {
        keyword.value.value
        for _path, node in nodes(ast.Call)
        for keyword in node.keywords
        if keyword.arg == "kind"
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("record", "export_with_audit")
        if isinstance(keyword.value, ast.Constant)
    }
    assert recorded
    assert recorded <= {kind.name for kind in kinds()}


def test_what_takes_rows_away_is_sent_by_a_form_and_never_opened_by_a_link() -> None:
    """An address that is only opened leaves no entry with whoever was made to open it."""
    takers = {
        node: [ast.unparse(each) for each in node.decorator_list]
        for _path, node in nodes(ast.FunctionDef)
        if any(isinstance(each, ast.Call) and ast.unparse(each.func) in EXPORTERS for each in ast.walk(node))
        and node.name not in EXPORTERS
    }
    assert len(takers) >= 3
    assert {node.name for node, decorators in takers.items() if "require_POST" not in decorators} == set()
