"""What a browser calls a language, as people call it."""

import pytest

from customers.visits.language import own_name


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("zh-CN", "简体中文"),
        ("zh", "简体中文"),
        ("zh-Hant-TW", "繁體中文"),
        ("zh_HK", "繁體中文"),
        ("en-US", "English"),
        ("de-CH", "Deutsch"),
        ("xx-YY", ""),
        ("", ""),
    ],
)
def test_a_language_has_its_own_name(tag: str, name: str) -> None:
    assert own_name(tag) == name
