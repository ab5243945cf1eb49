"""Every text of the interface is there in Chinese, simplified and traditional, and reads as Chinese is printed."""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import polib
import pytest
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
CATALOGS = {language: ROOT / "locale" / language / "LC_MESSAGES" / "django.po" for language in ("zh_Hans", "zh_Hant")}
# What makemessages skips too (docs/translating.md).
NOT_OURS = {"var", "static-built", "node_modules"}
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)s")
CHINESE = "\u3400-\u9fff"
# Brackets around one word, as in "[图片]", are how chats abbreviate a picture; they stay narrow.
NARROW_BESIDE_CHINESE = re.compile(rf"[{CHINESE}”」）][,.;:?!()]|[,;:?!()][{CHINESE}“「（]")


class Text(NamedTuple):
    """What gettext takes for one and the same text."""

    context: str
    source: str
    plural: str


def ours(pattern: str) -> Iterator[Path]:
    """Files of the project."""
    for path in sorted(ROOT.rglob(pattern)):
        first = path.relative_to(ROOT).parts[0]
        if first not in NOT_OURS and not first.startswith("."):
            yield path


def as_python(template: Path) -> bytes:
    """A template as gettext's programs read it; indents go, because Python would count them."""
    lines = templatize(template.read_text(encoding="utf-8"), origin=str(template)).splitlines()
    return "\n".join(line.lstrip() for line in lines).encode()


@cache
def texts_of_the_code() -> dict[Text, str]:
    """Every text marked in code and templates, and one file that has it."""
    sources = [(path, path.read_bytes()) for path in ours("*.py")]
    sources += [(path, as_python(path)) for suffix in ("html", "txt") for path in ours(f"*.{suffix}")]
    found = {}
    for path, source in sources:
        for _line, message, _comments, context in extract("python", BytesIO(source), KEYWORDS):
            singular, plural = message if isinstance(message, tuple) else (message, "")
            if singular:
                found[Text(context or "", singular, plural)] = str(path.relative_to(ROOT))
    return found


@cache
def catalog(language: str) -> polib.POFile:
    """The catalog of a language."""
    return polib.pofile(str(CATALOGS[language]))


def translations(language: str) -> Iterator[tuple[str, str]]:
    """Each source text with its translation."""
    for entry in catalog(language):
        yield from ((entry.msgid, text) for text in (entry.msgstr_plural or {0: entry.msgstr}).values())


def test_the_code_has_texts() -> None:
    found = texts_of_the_code()
    assert Text("", "Sign in", "") in found, "texts of templates are not found"
    assert Text("", "The file is too large.", "") in found, "texts of code are not found"


@pytest.mark.parametrize("language", CATALOGS)
def test_every_text_is_translated(language: str) -> None:
    known = {Text(entry.msgctxt or "", entry.msgid, entry.msgid_plural): entry for entry in catalog(language)}
    found = texts_of_the_code()
    missing = {text.source: where for text, where in found.items() if text not in known}
    assert not missing, "extract and translate them, see docs/translating.md"
    left_over = [text.source for text in known if text not in found]
    assert not left_over, "no code shows these any more, see docs/translating.md"
    assert not [entry.msgid for entry in known.values() if entry.fuzzy or entry.obsolete or not entry.translated()]


@pytest.mark.parametrize("language", CATALOGS)
def test_placeholders_stay(language: str) -> None:
    for source, text in translations(language):
        assert sorted(set(PLACEHOLDER.findall(text))) == sorted(set(PLACEHOLDER.findall(source))), text


@pytest.mark.parametrize("language", CATALOGS)
def test_punctuation_is_chinese(language: str) -> None:
    for source, text in translations(language):
        bare = PLACEHOLDER.sub("N", text)
        assert not NARROW_BESIDE_CHINESE.search(bare), f"narrow punctuation: {text}"
        assert "..." not in text and "!" not in text and "！" not in text, text
        assert source.endswith("…") == text.endswith("…"), text
        assert source.endswith(".") == text.endswith("。") or source.endswith("?"), f"full stop: {text}"


@pytest.mark.parametrize(("language", "charset"), [("zh_Hans", "gb2312"), ("zh_Hant", "big5")])
def test_no_character_strays_in_from_the_other_script(language: str, charset: str) -> None:
    for _source, text in translations(language):
        for character in re.findall(rf"[{CHINESE}]", text):
            assert character.encode(charset, errors="ignore"), f"{character} in {text}"


@pytest.mark.parametrize("language", CATALOGS)
def test_the_header_names_nobody(language: str) -> None:
    header = catalog(language).metadata
    assert header["Project-Id-Version"] == "kefu"
    assert header["Language"] == language
    assert header["Plural-Forms"] == "nplurals=1; plural=0;"
    assert not [value for value in header.values() if "@" in value]
