"""The loader script of a channel: one file that contains its configuration."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Literal

from django.utils import translation

from channels_app.embed_codes.icons import SPEECH
from core.web.scripts import STATIC, join_in_one_scope
from core.web.static_files import minified
from widget.loader.texts import LOADER_TEXTS

SCRIPT = "kefu/widget/loader/loader.js"
CONFIGURATION = "kefu/widget/loader/config.js"  # what stands at the end instead
STYLE = "kefu/widget/loader.css"
LANGUAGES = ("zh-hans", "zh-hant", "en")


@dataclass(frozen=True)
class LoaderConfig:
    """What the loader is configured with. `origin` is ours, without a slash at the end; `x` and `y` are pixels; `chat`
    is the frame's address, to which the language is added, by default derived from `channel`.

    `sites` are the origins that may show the chat, None for all: elsewhere there is no button.

    `locale` is used where neither the page nor the browser names one of our languages. `text` is visible on the button,
    `label` and `title` name the button and the chat for screen readers; empty ones follow the language.
    """

    channel: str
    origin: str
    version: str
    locale: str = "zh-hans"
    color: str = "#1a56db"
    on_color: str = "#ffffff"
    side: Literal["end", "start"] = "end"
    x: int = 20
    y: int = 20
    label: str = ""
    title: str = ""
    text: str = ""
    icon: str = SPEECH
    chat: str = ""
    sites: tuple[str, ...] | None = None


def render_loader(config: LoaderConfig) -> str:
    """The script; deterministic, so that it can carry an ETag."""
    values = asdict(config)
    chosen = {"label": values.pop("label"), "title": values.pop("title")}
    values["onColor"] = values.pop("on_color")
    values["chat"] = config.chat or f"{config.origin}/chat/{config.channel}/?v={config.version}&lang="
    values["texts"] = {language: _texts(language, chosen) for language in LANGUAGES}
    return _source().replace('"CONFIG"', _literal(values))


def _texts(language: str, chosen: dict[str, str]) -> dict[str, str]:
    with translation.override(language):
        texts = {key: str(text) for key, text in LOADER_TEXTS.items()}
    return texts | {key: text for key, text in chosen.items() if text}


def _literal(value: object) -> str:
    """JSON that is safe inside a script: no `</script`, no U+2028 or U+2029."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def source_digest() -> str:
    """Eight digits that tell the loaders of two versions of kefu apart, whatever their configuration."""
    return hashlib.sha256(_source().encode()).hexdigest()[:8]


@cache
def _source() -> str:
    style = _small(STYLE, (STATIC / STYLE).read_text(), minified_style)
    body = join_in_one_scope(SCRIPT, given=[CONFIGURATION]).replace("STYLE;", f"{_literal(style)};")
    return _small(SCRIPT, f'((config) => {{\n{body}}})("CONFIG");', minified_script)


def _small(name: str, text: str, without_minifier: Callable[[str], str]) -> str:
    small = minified(name, text)
    return small if small != text else without_minifier(text)


def minified_style(text: str) -> str:
    """Where there is no minifier: without comments and needless spaces, which no string in loader.css may hold."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{}:;,>]) ?", r"\1", text).replace(";}", "}").strip()


def minified_script(text: str) -> str:
    """The script without comments, indentation and spaces around operators, where the minifier is not installed.

    For the loader's source only, whose rules it relies on: comments on lines of their own, strings in double quotes, no
    regular expression with a space.
    """
    text = re.sub(r"^\s*/\*.*?\*/\n", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^\s*//.*\n|^\s+", "", text, flags=re.MULTILINE)
    parts = re.split(r'("(?:[^"\\]|\\.)*")', text)
    parts[::2] = [re.sub(r" ?([=+?:,{}()<>|&!]+) ?", r"\1", code) for code in parts[::2]]
    return "".join(parts)
