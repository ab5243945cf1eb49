"""What a visitor's browser has to load stays small. Sizes are those of the files as they are served, compressed."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command as CollectStatic
from django.core.management import call_command
from django.template.loader import render_to_string
from django.utils import translation

from core.web.static_files import HashedStaticFiles
from widget.chat.texts import chat_texts
from widget.loader.render import LANGUAGES, LoaderConfig, render_loader

KILOBYTE = 1024
CHAT_SCRIPTS = ("chat/chat.js",)
CHAT_STYLES = ("chat/chat.css",)
OFF = "/* off */"
CONFIG = LoaderConfig(
    channel="x7Kq2mPw9Lt4",
    origin="https://service.example.com",
    version="20261122.1",
    text="在线客服",
    color="#0e7a5f",
)


def compressed(text: str) -> int:
    return len(gzip.compress(text.encode(), 9))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HashedStaticFiles]:
    """The static files as production serves them."""
    storage = HashedStaticFiles(location=str(tmp_path_factory.mktemp("static")), base_url="/static/")
    command = CollectStatic()
    command.storage = storage
    call_command(command, interactive=False, verbosity=0)
    yield storage


def size(served: HashedStaticFiles, name: str) -> int:
    return compressed(Path(served.path(served.stored_name(f"kefu/{name}"))).read_text())


def chat_page(language: str) -> str:
    with translation.override(language):
        config = {"title": "在线客服", "locale": language, "texts": chat_texts()}
        return render_to_string("widget/chat/chat.html", {"config": config, "channel": CONFIG.channel})


def test_the_list_here_is_what_the_page_preloads() -> None:
    preloaded = re.findall(r'(?:modulepreload" href|module" src)="[^"]*kefu/([a-z0-9/]+\.js)"', chat_page("en"))
    assert sorted(preloaded) == sorted(CHAT_SCRIPTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_loader_is_at_most_three_and_a_half_kilobytes(language: str) -> None:
    with translation.override(language):
        assert compressed(render_loader(CONFIG)) <= 3.5 * KILOBYTE


def test_the_scripts_of_the_chat_are_at_most_fifteen_and_a_half_kilobytes(served: HashedStaticFiles) -> None:
    assert sum(size(served, name) for name in CHAT_SCRIPTS) <= 15.5 * KILOBYTE


def test_the_styles_of_the_chat_are_at_most_three_kilobytes(served: HashedStaticFiles) -> None:
    assert sum(size(served, name) for name in CHAT_STYLES) <= 3 * KILOBYTE


def test_a_first_open_is_at_most_twenty_two_kilobytes(served: HashedStaticFiles) -> None:
    page = max(compressed(chat_page(language)) for language in LANGUAGES)
    assert page + sum(size(served, name) for name in CHAT_SCRIPTS + CHAT_STYLES) <= 22 * KILOBYTE


def test_scripts_import_hashed_names_alone(served: HashedStaticFiles) -> None:
    """Under another name a module would be there twice."""
    names = [name for name in served.hashed_files.values() if name.startswith("kefu/") and name.endswith(".js")]
    imported = {name: re.findall(r'\}\s*from\s*"([^"]+)"', Path(served.path(name)).read_text()) for name in names}
    assert sum(map(len, imported.values())) > 20
    assert [each for found in imported.values() for each in found if not re.search(r"\.[0-9a-f]{8}\.js$", each)] == []


def test_what_is_loaded_late_brings_nothing_along(served: HashedStaticFiles) -> None:
    """A browser remembers a module that did not come, and what stands under another module cannot be asked for anew."""
    hashed = {served.stored_name(f"kefu/{name}") for name in CHAT_SCRIPTS}
    loaded = [Path(served.path(name)) for name in hashed]
    seen: set[Path] = set()
    while loaded:
        script = loaded.pop()
        for name in re.findall(r'new URL\("([^"]+)",import\.meta\.url\)', script.read_text()):
            late = (script.parent / name).resolve()
            assert late.is_file(), f"{script.name} asks for {name}"
            brought = re.findall(r'from ?"([^"]+)"', late.read_text())
            assert {str((late.parent / each).resolve().relative_to(served.location)) for each in brought} <= hashed
            if late not in seen:
                loaded.append(late)
            seen.add(late)
    assert len(seen) >= 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_with_its_texts_is_at_most_three_kilobytes(language: str) -> None:
    assert compressed(chat_page(language)) <= 3 * KILOBYTE


def test_a_configuration_cannot_break_out_of_the_loader() -> None:
    hostile = LoaderConfig(channel="c", origin="https://h", version="1", text='</script>"\\\u2028', title="'*/")
    script = render_loader(hostile)
    assert "</script" not in script
    assert "\u2028" not in script
    values = script[script.rindex("})(") + 3 : script.rindex(")")]
    assert json.loads(values)["text"] == hostile.text


def test_both_ways_into_the_dark_theme_have_the_same_colours() -> None:
    """Each colour names its dark one beside it; both ways turn the same switches."""
    styles = (Path(settings.BASE_DIR) / "static/kefu/css/tokens.css").read_text()
    by_system = styles[styles.index('not([data-theme="light"])') :].split("}")[0]
    by_choice = styles[styles.index(':root[data-theme="dark"]') :].split("}")[0]
    switches = [re.findall(r"(--[\w-]+): (.+);", block) for block in (by_system, by_choice)]
    assert switches == [[("--light", OFF), ("--dark", "initial")]] * 2
    assert f"  --light: initial;\n  --dark: {OFF};\n" in styles.split("}")[0]
    assert len(re.findall(r"--[\w-]+: var\(--light, #\w+\) var\(--dark, #\w+\);", styles)) > 30
    assert re.findall(r"(--[\w-]+): #\w+;", styles) == ["--on-bubble-me"]


def test_a_switch_that_is_off_is_empty_as_old_browsers_take_it(served: HashedStaticFiles) -> None:
    """Before 2021 a value of nothing at all was none: between colon and end stands at least a space."""
    for name in ("css/tokens.css", *CHAT_STYLES):
        styles = Path(served.path(served.stored_name(f"kefu/{name}"))).read_text()
        assert len(re.findall(r"--(?:light|dark):(?: |/\*.*?\*/)", styles)) == 3
