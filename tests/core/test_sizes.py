"""Sizes of files read alike everywhere; tests/js/thread/thread.test.js has the same numbers."""

import pytest
from django.template import Context, Template
from django.utils import translation

from core.sizes import size_text

SIZES = {12: "12 B", 2000: "2 KB", 1_000_000: "977 KB", 1_600_000: "1.5 MB", 10_485_760: "10 MB"}


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_sizes_are_written_alike_in_every_language(language: str) -> None:
    with translation.override(language):
        for size, text in SIZES.items():
            assert size_text(size) == Template("{{ size|size_text }}").render(Context({"size": size})) == text
