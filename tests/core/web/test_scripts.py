"""Scripts that are served as one file."""

import re

import pytest

from core.web.scripts import IMPORT, JOINED, STATIC, TOP_LEVEL, join_modules

EACH = pytest.mark.parametrize("name", JOINED)


@EACH
def test_a_joined_script_imports_only_what_stands_apart(name: str) -> None:
    text = join_modules(name)
    found = {(STATIC / name).parent.joinpath(address).resolve() for _, address in IMPORT.findall(text)}
    assert found == {STATIC / other for other in JOINED[name]}
    assert "export " not in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


@EACH
def test_no_two_modules_of_a_joined_script_call_something_alike(name: str) -> None:
    text = join_modules(name)
    names = TOP_LEVEL.findall(text) + re.findall(r"[\w$]+", "".join(names for names, _ in IMPORT.findall(text)))
    assert len(names) > 30
    assert sorted({each for each in names if names.count(each) > 1}) == []


@EACH
def test_what_a_joined_script_loads_late_is_named_from_where_it_stands(name: str) -> None:
    late = re.findall(r'(?:new URL|import)\("(\.[^"]+)"', join_modules(name))
    assert "../js/thread/links.js" in late
    assert [each for each in late if not (STATIC / name).parent.joinpath(each).is_file()] == []
