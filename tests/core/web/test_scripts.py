"""Scripts that are served as one file."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from conversations.messages.contents import SCRIPT
from conversations.messages.kinds.declare import registry
from core.web import scripts
from core.web.scripts import (
    APART,
    HANDED,
    IMPORT,
    JOINED,
    LATE,
    STATIC,
    WHOLE,
    CannotJoin,
    handed,
    join_in_one_scope,
    join_modules,
    late_scripts,
    left_out_of,
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
            ("widget/chat/closed.html", 3),
            ("widget/preview/sample.html", 3),
            (FRAME, 12),
            ("stats/reports/report.html", 2),
            ("stats/monitor/monitor.html", 2),
        ),
        strict=True,
    )
)
WITH_A_THREAD = JOINED[:2]
LATE_SCRIPTS = sorted(late_scripts())
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
    assert imported <= (set() if name in WHOLE else set(APART))
    assert sorted(asked_in(page)) == sorted({name, *imported} - set(around))


@pytest.mark.parametrize("name", [*JOINED, *LATE_SCRIPTS])
def test_each_module_is_in_it_once_and_none_is_missing(name: str) -> None:
    text, left_out = join_modules(name), left_out_of(name)
    needed, found = [STATIC / name], set()
    while needed:
        module = needed.pop()
        if module in found or str(module.relative_to(STATIC)) in left_out:
            continue
        found.add(module)
        needed += [STATIC / other for other in imports_of(module.read_text(), module)]
        assert text.count(module.read_text().split("*/")[0]) == 1, module
    assert text.count("= (() => {\n") == len(found) >= PAGES.get(name, ("", 1))[1]


@pytest.mark.parametrize("name", [*JOINED, *LATE_SCRIPTS])
def test_each_module_begins_a_line_of_what_is_served(name: str) -> None:
    """So an error's line says the module, in the order of `modules_of`."""
    begun = [int(at) for at in re.findall(r"^const m(\d+)=\(\(\)=>\{", collected(name), re.MULTILINE)]
    assert begun == list(range(len(modules_of(name, left_out_of(name)))))


def late_from(name: str) -> set[Path]:
    """What a page's script loads late, and what that loads late in turn."""
    # Named by the page's configuration.
    contents = {STATIC / SCRIPT.format(kind.script or each) for each, kind in registry.items()}
    waiting, seen = late_in(join_modules(name), STATIC / name) | (contents if name in WITH_A_THREAD else set()), set()
    while waiting:
        late = waiting.pop()
        seen.add(late)
        waiting |= late_in(join_modules(str(late.relative_to(STATIC))), late) - seen
    return seen


@pytest.mark.parametrize("name", WHOLE)
def test_what_it_loads_late_is_there_and_brings_nothing_along(name: str) -> None:
    """A browser remembers a module that did not come, and what stands under another module cannot be asked for anew."""
    late = late_from(name)
    assert {str(path.relative_to(STATIC)) for path in late} <= set(LATE_SCRIPTS)
    assert [path for path in late if imports_of(join_modules(str(path.relative_to(STATIC))), path)] == []
    if name in WITH_A_THREAD:
        assert {STATIC / "kefu/js/thread/paging.js", STATIC / "kefu/js/thread/contents/text.js"} <= late


@pytest.mark.parametrize("name", WHOLE)
def test_a_page_has_one_of_each_module_whatever_it_loads_late(name: str) -> None:
    held = [module.path for module in modules_of(name)]
    for late in late_from(name):
        held += [module.path for module in modules_of(str(late.relative_to(STATIC)), left_out_of("late"))]
    assert sorted(held) == sorted(set(held))


@pytest.mark.parametrize("name", [name for name in JOINED if name not in WHOLE])
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


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose `script` and `other` are pages' scripts."""
    monkeypatch.setattr(scripts, "STATIC", tmp_path)
    monkeypatch.setattr(scripts, "WHOLE", ("script.js", "other.js"))
    monkeypatch.setattr(scripts, "JOINED", ("script.js", "other.js"))
    cached = (scripts.handed, scripts.late_scripts, scripts._held, scripts._late_by_page)
    for each in cached:
        each.cache_clear()
    yield tmp_path
    for each in cached:
        each.cache_clear()


COUNTER = "let count = 0;\nexport const next = () => ++count;\n"
LOADS = 'import { next } from "./counter.js";\nnext();\nvoid import("./late.js").then(({ show }) => show());\n'


def test_what_is_loaded_late_shares_the_modules_of_its_page(pages: Path) -> None:
    own = 'import { next } from "./counter.js";\nexport const twice = () => [next(), next()];\n'
    late = 'import { twice } from "./own.js";\nexport const show = () => console.log(...twice());\n'
    written(pages, counter=COUNTER, own=own, late=late, script=LOADS, other=LOADS)
    (pages / "served").mkdir()
    for name in ("script", "late"):
        (pages / f"served/{name}.js").write_text(join_modules(f"{name}.js"))
    assert HANDED in (pages / "served/late.js").read_text()
    assert output(pages / "served", 'import "./script.js";\n') == output(pages, LOADS) == "2 3\n"


@pytest.mark.parametrize(
    ("other", "script", "why"),
    [
        ('void import("./late.js");\n', LOADS, "which other.js does not have"),
        ("", f'import {{ show }} from "./late.js";\n{LOADS}', "script.js imports .*late.js, and loads it late"),
    ],
)  # fmt: skip
def test_what_would_be_there_twice_or_not_at_all_is_refused(pages: Path, other: str, script: str, why: str) -> None:
    late = 'import { next } from "./counter.js";\nexport const show = () => next();\n'
    written(pages, counter=COUNTER, late=late, script=script, other=other)
    with pytest.raises(CannotJoin, match=why):
        handed()


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
