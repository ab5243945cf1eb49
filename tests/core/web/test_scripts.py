"""Scripts that are served as one file."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from conversations.messages.contents import SCRIPT
from conversations.messages.kinds.declare import registry
from core.web.scripts import APART, IMPORT, JOINED, LATE, STATIC, join_modules

PAGES = dict(zip(JOINED, ("widget/chat/chat.html", "workbench/desk/desk.html"), strict=True))
EACH = pytest.mark.parametrize("name", JOINED)


def imports_of(text: str, where: Path) -> set[str]:
    return {str((where.parent / address).resolve().relative_to(STATIC)) for _, address in IMPORT.findall(text)}


def late_in(text: str, where: Path) -> set[Path]:
    return {(where.parent / address).resolve() for _, address in LATE.findall(text)}


@EACH
def test_a_joined_script_imports_what_stands_apart_and_its_page_asks_for_that_at_once(name: str) -> None:
    page = (Path(settings.BASE_DIR) / "templates" / PAGES[name]).read_text()
    asked = re.findall(r"""(?:modulepreload" href|module" src)="{% static ['"]([^'"]+\.js)['"] %}""", page)
    assert imports_of(join_modules(name), STATIC / name) == set(APART)
    assert sorted(asked) == sorted([name, *APART])


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
    assert text.count("= (() => {\n") == len(found) >= 12


@EACH
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
