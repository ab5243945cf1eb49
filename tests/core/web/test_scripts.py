"""Scripts that are served as one file."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from conversations.messages.contents import SCRIPT
from conversations.messages.kinds.declare import registry
from core.web.scripts import (
    APART,
    IMPORT,
    JOINED,
    LATE,
    STATIC,
    CannotJoin,
    join_in_one_scope,
    join_modules,
    modules_of,
)
from core.web.static_files import collected

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FRAME = "console/base.html"
# The page of each, and how many modules it has at least.
PAGES = dict(
    zip(
        JOINED,
        (
            ("widget/chat/chat.html", 12),
            ("workbench/desk/desk.html", 12),
            (FRAME, 12),
            ("stats/reports/report.html", 2),
            ("stats/monitor/monitor.html", 2),
        ),
        strict=True,
    )
)
WITH_A_THREAD = JOINED[:2]
EACH = pytest.mark.parametrize("name", JOINED)


def imports_of(text: str, where: Path) -> set[str]:
    return {str((where.parent / address).resolve().relative_to(STATIC)) for _, address in IMPORT.findall(text)}


def late_in(text: str, where: Path) -> set[Path]:
    return {(where.parent / address).resolve() for _, address in LATE.findall(text)}


def asked_in(template: str) -> list[str]:
    """The scripts that a template asks for itself."""
    page = (TEMPLATES / template).read_text()
    return re.findall(r"""(?:modulepreload" href|module" src)="{% static ['"]([^'"]+\.js)['"] %}""", page)


@EACH
def test_a_joined_script_imports_what_stands_apart_and_its_page_asks_for_that_at_once(name: str) -> None:
    page, _ = PAGES[name]
    around = asked_in(FRAME) if 'extends "console/' in (TEMPLATES / page).read_text() else []
    imported = imports_of(join_modules(name), STATIC / name)
    assert imported == set(APART) if name in WITH_A_THREAD else imported <= set(APART)
    assert sorted(asked_in(page)) == sorted({name, *imported} - set(around))


@EACH
def test_each_module_is_in_it_once_and_none_is_missing(name: str) -> None:
    text = join_modules(name)
    needed, found = [STATIC / name], set()
    while needed:
        module = needed.pop()
        if module in found or str(module.relative_to(STATIC)) in APART:
            continue
        found.add(module)
        needed += [STATIC / other for other in imports_of(module.read_text(), module)]
        assert text.count(module.read_text().split("*/")[0]) == 1, module
    assert text.count("= (() => {\n") == len(found) >= PAGES[name][1]


@EACH
def test_each_module_begins_a_line_of_what_is_served(name: str) -> None:
    """So an error's line says the module, in the order of `modules_of`."""
    begun = [int(at) for at in re.findall(r"^const m(\d+)=\(\(\)=>\{", collected(name), re.MULTILINE)]
    assert begun == list(range(len(modules_of(name, APART))))


@pytest.mark.parametrize("name", WITH_A_THREAD)
def test_what_it_loads_late_is_there_and_imports_only_what_the_page_has(name: str) -> None:
    """A browser remembers a module that did not come, and what stands under another module cannot be asked for anew."""
    contents = {STATIC / SCRIPT.format(kind) for kind in registry}  # named by the page's configuration
    waiting, seen = late_in(join_modules(name), STATIC / name) | contents, set()
    while waiting:
        late = waiting.pop()
        assert imports_of(late.read_text(), late) <= set(APART), late
        seen.add(late)
        waiting |= late_in(late.read_text(), late) - seen
    assert {STATIC / "kefu/js/thread/paging.js", STATIC / "kefu/js/thread/contents/text.js"} <= seen


@pytest.mark.parametrize("name", [name for name in JOINED if name not in WITH_A_THREAD])
def test_scripts_of_the_console_load_nothing_late(name: str) -> None:
    assert late_in(join_modules(name), STATIC / name) == set()


def written(folder: Path, **texts: str) -> str:
    """Modules under these names; the name of a script that is called `script`."""
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text)
    return str(folder / "script.js")


def output(folder: Path, text: str) -> str:
    """What a script writes to its console."""
    (folder / "run.js").write_text(text)
    command = [str(Path(sys.executable).with_name("deno")), "run", "--no-prompt", str(folder / "run.js")]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


COUNTING = "export const step = 2;\nexport function add(n) {\n  return n + step;\n}\nexport class Never {}\n"


def test_modules_of_a_page_may_use_a_name_for_different_things(tmp_path: Path) -> None:
    user = 'import { add as plus } from "./counting.js";\nconst step = 10;\nexport const add = (n) => plus(n) + step;\n'
    script = 'import { add } from "./user.js";\nimport {\n  Never,\n  step,\n} from "./counting.js";\n' + (
        "console.log(add(1), step, Never.name);\n"
    )
    name = written(tmp_path, counting=COUNTING, user=user, script=script)
    assert output(tmp_path, join_modules(name)) == output(tmp_path, script) == "13 2 Never\n"


def test_a_joined_script_exports_what_its_entry_does(tmp_path: Path) -> None:
    entry = 'import { add } from "./counting.js";\nexport const three = add(1);\nexport const four = add(2);\n'
    (tmp_path / "joined.js").write_text(join_modules(written(tmp_path, counting=COUNTING, script=entry)))
    assert output(tmp_path, 'import { four } from "./joined.js";\nconsole.log(four);\n') == "4\n"


def test_modules_in_one_scope_see_what_becomes_of_a_variable(tmp_path: Path) -> None:
    box = "export let value = 1;\nexport function fill(other) {\n  value = other;\n}\n"
    script = 'import { fill, value } from "./box.js";\nfill(2);\nconsole.log(value);\n'
    name = written(tmp_path, box=box, script=script)
    assert output(tmp_path, join_in_one_scope(name)) == output(tmp_path, script) == "2\n"
    assert (
        output(tmp_path, "const value = 3, fill = () => {};\n" + join_in_one_scope(name, [str(tmp_path / "box.js")]))
        == "3\n"
    )
    with pytest.raises(CannotJoin, match=r"box\.js: export let value"):
        join_modules(name)


@pytest.mark.parametrize(
    ("other", "script", "why"),
    [
        ('import { b } from "./script.js";\nexport const a = b;\n', "", "script.js > other.js > script.js"),
        ("const a = 1;\nexport { a };\n", "", "export { a };"),
        ("export default 1;\n", "", "export default 1;"),
        ("export const b = 1;\n", "", "does not export a"),
        ("export const a = 1;\n", 'import "./other.js";\n', 'import "./other.js";'),
    ],
)  # fmt: skip
def test_a_script_that_is_written_otherwise_is_refused(tmp_path: Path, other: str, script: str, why: str) -> None:
    name = written(tmp_path, other=other, script=f'import {{ a }} from "./other.js";\n{script}export const b = a;\n')
    with pytest.raises(CannotJoin, match=re.escape(why)):
        join_modules(name)


def test_one_scope_has_one_name_for_a_thing(tmp_path: Path) -> None:
    name = written(tmp_path, counting=COUNTING, script='import { add as plus } from "./counting.js";\nplus(1);\n')
    with pytest.raises(CannotJoin, match="under another name"):
        join_in_one_scope(name)
