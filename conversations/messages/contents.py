"""Message kinds for pages: how to show them, labels and texts, and who may send and recall them."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

from conversations.messages.kinds.declare import Sender, registry

SCRIPT = "kefu/js/thread/contents/{}.js"


def content_scripts() -> dict[str, str]:
    """Kind → address of its script, for kinds that have one. Others are shown by their text."""
    scripts = {name: kind.script or name for name, kind in registry.items()}
    return {name: static(SCRIPT.format(script)) for name, script in scripts.items() if _has_script(script)}


@cache
def _has_script(name: str) -> bool:
    return (Path(settings.BASE_DIR) / "static" / SCRIPT.format(name)).is_file()


def content_marks() -> dict[str, str]:
    """Kind → the label that stands for such a message in previews."""
    return {name: str(kind.mark) for name, kind in registry.items() if kind.mark}


def sent_kinds(sender: Sender) -> list[str]:
    """The pages' `sends`: the kinds that this side may send."""
    return [name for name, kind in registry.items() if sender in kind.senders]


def recalled_kinds() -> list[str]:
    """The pages' `recalls`: the kinds that can be taken back. Of others, and of those a page does not know, it draws no
    button."""
    return [name for name, kind in registry.items() if kind.recallable]


def content_texts() -> dict[str, Any]:
    """The texts of all kinds' scripts."""
    return {key: text for kind in registry.values() for key, text in kind.texts.items()}
