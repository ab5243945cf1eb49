"""Every text of the interface is there in every language."""

import re

import pytest

from tests.house.catalogues import HOLDERS, LANGUAGES, entries, path_of, wanted, written
from tests.house.sources import ROOT, name_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    missing = {text: use.files for text, use in wanted().items() if text not in entries(language)}
    left_over = entries(language).keys() - wanted().keys()
    assert (missing, left_over) == ({}, set())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("holder", HOLDERS)
def test_catalogues_are_sorted_and_say_where_their_texts_are_shown(holder: str, language: str) -> None:
    path = path_of(holder, language)
    there = path.read_text() if path.is_file() else None
    assert there == written(holder, language), "python -m tests.house.catalogues writes it"


def test_no_catalogue_stands_elsewhere() -> None:
    known = {path_of(holder, language) for holder in HOLDERS for language in LANGUAGES}
    found = {*ROOT.glob("locale/**/*.po"), *ROOT.glob("*/locale/**/*.po")}
    assert {name_of(path) for path in found - known} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_empty_or_unsure(language: str) -> None:
    assert [text for text, entry in entries(language).items() if entry.fuzzy] == []
    forms = {text: list(entry.msgstr_plural.values()) or [entry.msgstr] for text, entry in entries(language).items()}
    assert [text for text, translated in forms.items() if not all(translated)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_places_for_values(language: str) -> None:
    places = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w+}")
    wrong = [
        entry.msgid
        for entry in entries(language).values()
        if not entry.msgid_plural and sorted(places.findall(entry.msgid)) != sorted(places.findall(entry.msgstr))
    ]
    assert wrong == []
