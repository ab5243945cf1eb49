"""The texts of the chat and the scripts that show them fit together."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from conversations.timeline.wording import FOR_VISITORS
from widget.chat.texts import CHAT_TEXTS

FOLDER = Path(settings.BASE_DIR) / "static/kefu"
SHARED = ("base", "live", "thread", "composer")
SCRIPTS = [
    *sorted((FOLDER / "chat").glob("*.js")),
    *(path for name in SHARED for path in sorted((FOLDER / "js" / name).glob("*.js"))),
]
LINES = {f"line_{key}" for key in FOR_VISITORS}


@pytest.fixture(scope="module")
def source() -> str:
    return "\n".join(path.read_text() for path in SCRIPTS)


def test_every_text_that_a_script_asks_for_exists(source: str) -> None:
    asked = set(re.findall(r'\b(?:t|line|act)\("([a-z_]+)"', source))
    assert asked
    assert asked | LINES <= set(CHAT_TEXTS)


def test_keys_that_the_server_says_are_asked_of_what_may_not_know_them(source: str) -> None:
    assert re.findall(r"\bt\(`[^`]+`", source) == []
    assert re.findall(r"\bt\.known\((`[^`]+`)", source) == ["`line_${what.say.key}`"]


def test_every_text_is_shown_by_some_script(source: str) -> None:
    words = set(re.findall(r"\w+", source)) | LINES
    assert set(CHAT_TEXTS) <= words


def test_the_values_of_a_text_are_given(source: str) -> None:
    names = {name for text in CHAT_TEXTS.values() for name in re.findall(r"%\((\w+)\)s", str(text))}
    assert names == {"agent", "count", "name", "position", "size", "when"}
