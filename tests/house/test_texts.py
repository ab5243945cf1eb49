"""Every text of the interface is there in every language."""

import io
import re
from functools import cache
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract
from django.utils.translation import templatize

from tests.house.sources import ROOT, name_of, python_files, templates

LANGUAGES = ("zh_Hans", "zh_Hant")
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
Text = tuple[str, str]  # context and source text


def found_in(path: Path) -> set[Text]:
    """The texts that a file marks."""
    source = path.read_text()
    # In brackets Python does not mind how a template is indented.
    code = f"(\n{templatize(source)}\n)" if path.suffix == ".html" else source
    texts = set()
    for _, message, _, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
        first = message[0] if isinstance(message, tuple) else message
        texts.add((context or "", first))
    return texts


@cache
def wanted() -> dict[Text, str]:
    """Every text, and where it was seen."""
    found = {text: name_of(path) for path in [*python_files(), *templates()] for text in found_in(path)}
    assert len(found) > 100
    return found


def catalogue(language: str) -> polib.POFile:
    """A language's texts."""
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    assert path.is_file(), f"{name_of(path)} is missing"
    return polib.pofile(str(path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    there = {(entry.msgctxt or "", entry.msgid) for entry in catalogue(language) if not entry.obsolete}
    missing = {text: where for text, where in wanted().items() if text not in there}
    assert missing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_empty_or_unsure(language: str) -> None:
    entries = [entry for entry in catalogue(language) if not entry.obsolete]
    assert [entry.msgid for entry in entries if entry.fuzzy] == []
    forms = {entry.msgid: list(entry.msgstr_plural.values()) or [entry.msgstr] for entry in entries}
    assert [text for text, translated in forms.items() if not all(translated)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_places_for_values(language: str) -> None:
    places = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w+}")
    wrong = [
        entry.msgid
        for entry in catalogue(language)
        if not entry.obsolete and not entry.msgid_plural
        and sorted(places.findall(entry.msgid)) != sorted(places.findall(entry.msgstr))
    ]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language: str) -> None:
    there = {(entry.msgctxt or "", entry.msgid) for entry in catalogue(language) if not entry.obsolete}
    assert there - set(wanted()) == set()
