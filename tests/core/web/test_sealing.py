"""What goes out with somebody: unreadable to whoever carries it, refused where it is not ours, good from before."""

import base64
import time
from typing import Any
from unittest import mock

import pytest
from django.conf import LazySettings
from django.core.signing import TimestampSigner

from core.errors import NotFound
from core.files.tickets import file_url, read_ticket
from core.web.sealing import InvalidSeal, seal, seal_stable, unseal, unseal_stable
from customers.profiles import visitor_tokens
from customers.profiles.visitor_tokens import VisitorToken

CAROL = VisitorToken(tenant=2, channel=31, customer=3457, generation=1)


def opened_by_a_stranger(text: str) -> bytes:
    """All that base64 gives away."""
    return b"".join(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in text.split(":") if part)


def test_neither_a_token_nor_an_address_of_a_file_shows_an_id() -> None:
    ticket = file_url(3457, "abcdefghijkl", "x.pdf").split("/")[2]
    for text in (visitor_tokens.sign(CAROL), ticket):
        assert text.isascii()
        assert not {b"3457", b"tenant", b"abcdefghijkl"} & set(opened_by_a_stranger(text).split(b'"'))
        assert b"3457" not in opened_by_a_stranger(text)
    assert visitor_tokens.read(visitor_tokens.sign(CAROL)) == CAROL
    assert read_ticket(ticket) == (3457, "abcdefghijkl")


def test_what_browsers_still_carry_from_before_is_good() -> None:
    signed: Any = TimestampSigner(salt="visitor").sign_object(vars(CAROL))
    assert visitor_tokens.read(signed) == CAROL
    assert visitor_tokens.read(signed[:-1] + ("A" if signed[-1] != "A" else "B")) is None
    assert read_ticket(TimestampSigner(salt="file").sign_object([2, "abc"])) == (2, "abc")
    with pytest.raises(NotFound):
        read_ticket("2:abc:forged")


@pytest.mark.parametrize("text", ["", "x", "é" * 40, "A" * 183, "gAAAA", "=", "a b"])
def test_what_is_not_ours_is_not_opened(text: str) -> None:
    with pytest.raises(InvalidSeal):
        unseal("visitor", text, at_most=60)
    with pytest.raises(InvalidSeal):
        unseal_stable("visitor", text, at_most=60)


def test_what_is_sealed_alike_opens_for_its_purpose_and_in_its_time_alone(settings: LazySettings) -> None:
    noon = int(time.time()) // 60 * 60
    with mock.patch("core.web.sealing.time.time", return_value=noon + 5):
        text = seal_stable("file", [1], within=60)
        assert text == seal_stable("file", [1], within=60) != seal_stable("file", [2], within=60)
    for moment, opens in {noon + 59: True, noon + 120: True, noon + 121: False}.items():
        with mock.patch("core.web.sealing.time.time", return_value=moment):
            if opens:
                assert unseal_stable("file", text, at_most=120) == [1]
            else:
                with pytest.raises(InvalidSeal):
                    unseal_stable("file", text, at_most=120)
    with mock.patch("core.web.sealing.time.time", return_value=noon):
        for other in (("visitor", text), ("file", text[:-2] + "AA")):
            with pytest.raises(InvalidSeal):
                unseal_stable(*other, at_most=60)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
        assert unseal_stable("file", text, at_most=60) == [1]


def test_it_opens_for_its_purpose_and_in_its_time_alone() -> None:
    text = seal("visitor", [1])
    assert unseal("visitor", text, at_most=60) == [1]
    with pytest.raises(InvalidSeal):
        unseal("file", text, at_most=60)
    with mock.patch("core.web.sealing.time.time", return_value=time.time() + 90), pytest.raises(InvalidSeal):
        unseal("visitor", text, at_most=60)
    with mock.patch("core.web.sealing.time.time", return_value=time.time() - 3600):
        assert unseal("visitor", text, at_most=60) == [1], "a clock that is set back makes nobody a stranger"


def test_an_earlier_key_still_opens(settings: LazySettings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old" * 20, []
    text = seal("visitor", [1])
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]
    assert unseal("visitor", text, at_most=60) == [1]
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidSeal):
        unseal("visitor", text, at_most=60)
