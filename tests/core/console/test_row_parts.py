"""Ticks and menus of rows: drawn once for all of them, and filled with what each is called."""

from urllib.parse import urlencode

import pytest
from django.utils.html import escape

from tests.cast import Cast
from tests.sockets import signed_in


@pytest.mark.parametrize("words", ["ROW-TITLE", "CELL-VALUE", "ROW-ID-ROW-ID-RO", "%(name)s", '"><b>{{ name }}'])
def test_names_and_the_address_stand_in_them_as_they_are(cast: Cast, words: str) -> None:
    cast.shop.hire("1002", words)
    client = signed_in(cast.alice)
    client.cookies["kefu_language"] = "en"
    address = f"/console/agents/?{urlencode({'q': words})}"
    page = client.get(address).content.decode()
    (row,) = page.split("<tbody")[1].split("</tbody")[0].split("<tr")[1:]
    assert [f'aria-label="{told} {escape(words)}"' in row for told in ("Select", "More for")] == [True, True]
    assert f'name="next" value="{escape(address)}"' in row
    assert f">{escape(words)}</a>" in row
