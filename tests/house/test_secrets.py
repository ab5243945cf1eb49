"""Secrets in answers that are compressed: what length tells, and to whom (BREACH).

An attacker needs somebody's browser to ask again and again, with guesses in the address. Another site can make it ask;
then nothing is compressed. What is compressed holds no secret that stays the same.
"""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.house.test_routes import OF_A_DRAFT, ROUTES, foreign_addresses, secrets
from tests.sockets import signed_in

__all__ = ["secrets"]  # the fixture
TAKES_IT = {"Accept-Encoding": "gzip"}
OURS = {**TAKES_IT, "Sec-Fetch-Site": "same-origin"}
THEIRS = ({**TAKES_IT, "Sec-Fetch-Site": "cross-site"}, {**TAKES_IT, "Sec-Fetch-Site": "same-site"}, TAKES_IT)
ENDS_THE_SESSION = "accounts:sign_out"
TOKEN = re.compile(r'(?:name="csrfmiddlewaretoken" value="|"csrf": "|"token": ")(\w+)"')


@pytest.fixture
def addresses(cast: Cast, secrets: dict[str, Any]) -> dict[str, str]:
    """Every address that the owner can open, with ids of the owner's company."""
    plain = {name: reverse(name) for name, entry in ROUTES.items() if not entry.pattern.converters}
    del plain[ENDS_THE_SESSION]
    return {
        name: found for name, found in {**plain, **foreign_addresses(cast, secrets)}.items() if name not in OF_A_DRAFT
    }


def is_public(answer: Any) -> bool:
    """Whether anybody may have it; it has no secret."""
    return "public" in answer.get("Cache-Control", "")


def test_what_another_site_may_have_asked_for_is_not_compressed(cast: Cast, addresses: dict[str, str]) -> None:
    client, compressed = signed_in(cast.alice), 0
    for name, address in addresses.items():
        ours = client.get(address, headers=OURS, secure=True)
        compressed += ours.get("Content-Encoding") == "gzip"
        for headers in THEIRS:
            answer = client.get(address, headers=headers, secure=True)
            assert is_public(answer) or not answer.has_header("Content-Encoding"), name
            # A proxy must not compress it either.
            assert not ours.has_header("Content-Encoding") or "no-transform" in answer["Cache-Control"], name
    assert compressed > 30


def test_no_secret_that_stays_the_same_stands_in_an_answer(cast: Cast, addresses: dict[str, str]) -> None:
    client, masked = signed_in(cast.alice), 0
    for name, address in addresses.items():
        texts = [b"".join(client.get(address)).decode(errors="replace") for _ in range(2)]
        lasting = [client.cookies[settings.SESSION_COOKIE_NAME].value]
        if settings.CSRF_COOKIE_NAME in client.cookies:
            lasting.append(client.cookies[settings.CSRF_COOKIE_NAME].value)
        assert [secret for secret in lasting for text in texts if secret and secret in text] == [], name
        one, other = (set(TOKEN.findall(text)) for text in texts)
        assert not one & other, name
        masked += bool(one)
    assert masked > 20


def test_a_visitors_token_is_another_one_in_each_answer(cast: Cast) -> None:
    payload: dict[str, str] = {"channel": cast.shop.channel.public_id, "token": cast.shop.token(cast.carol)}
    answers = [Client().post(reverse("widget:session"), payload, content_type="application/json") for _ in range(2)]
    tokens = {answer.json()["token"] for answer in answers} | {payload["token"]}
    assert len(tokens) == 3
