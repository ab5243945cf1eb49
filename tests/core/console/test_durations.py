"""Lengths of time: one style everywhere, the server's and the browser's (tests/js/base/durations.test.js)."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import translation

from core.console.durations import duration_text, patterns

TABLE = json.loads(Path(__file__).with_name("durations.json").read_text())


@pytest.mark.parametrize("language", TABLE)
def test_lengths_are_written_with_their_units(language: str) -> None:
    with translation.override(language):
        assert patterns() == TABLE[language]["patterns"]
        for length, text in TABLE[language]["texts"]:
            assert duration_text(length) == text
    with translation.override("en"):
        assert duration_text(timedelta(minutes=1, seconds=15)) == "1m 15s"
