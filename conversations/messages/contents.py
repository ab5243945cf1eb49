"""What pages are told of the kinds of messages: how to show them, what stands for them, what their scripts say, who may
send them and take them back."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

from conversations.messages.kinds.declare import Sender, registry

SCRIPT = "kefu/js/thread/contents/{}.js"


def content_scripts() -> dict[str, str]:
    """The pages' `contents`: the address of the script of each kind that has one. Others are shown by their words."""
    return {name: static(SCRIPT.format(name)) for name in registry if _has_script(name)}


@cache
def _has_script(name: str) -> bool:
    return (Path(settings.BASE_DIR) / "static" / SCRIPT.format(name)).is_file()


def content_marks() -> dict[str, str]:
    """The pages' `marks`: what stands for a message of a kind where there is room for words only."""
    return {name: str(kind.mark) for name, kind in registry.items() if kind.mark}


def sent_kinds(sender: Sender) -> list[str]:
    """The pages' `sends`: the kinds that this side may send."""
    return [name for name, kind in registry.items() if sender in kind.senders]


def recalled_kinds() -> list[str]:
    """The pages' `recalls`: the kinds that can be taken back. Of others, and of those a page does not know, it draws no
    button."""
    return [name for name, kind in registry.items() if kind.recallable]


def content_texts() -> dict[str, Any]:
    """What the scripts of all kinds say."""
    return {key: text for kind in registry.values() for key, text in kind.texts.items()}
