"""What is compressed, and what is not."""

import gzip
from http import HTTPStatus
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import AsyncClient, Client, RequestFactory
from django.urls import reverse

from core.web.compression import AT_ONCE, Compressed
from tests.cast import Cast
from tests.sockets import signed_in, signed_in_async

TAKES_IT = {"Accept-Encoding": "gzip, deflate, br"}
LONG = "words " * 1000


def sent(response: HttpResponseBase, accepts: str = "gzip", **headers: str) -> Any:
    """The answer as it leaves."""
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts, **headers})
    answer: Any = Compressed(lambda _request: response)(request)
    return answer


def is_compressed(answer: Any) -> bool:
    """Whether it is, by what it says and by what it holds."""
    if answer.streaming or answer.get("Content-Encoding") != "gzip":
        return False
    assert answer["Content-Length"] == str(len(answer.content))
    assert gzip.decompress(answer.content)
    return True


@pytest.mark.parametrize(
    "kind",
    [
        "text/html; charset=utf-8",
        "text/javascript; charset=utf-8",
        "application/json",
        "image/svg+xml",
    ],
)
@pytest.mark.parametrize("accepts", ["gzip", "GZIP", "br;q=1.0, gzip;q=0.8, *;q=0.1"])
def test_texts_are_compressed(kind: str, accepts: str) -> None:
    answer = sent(HttpResponse(LONG, content_type=kind), accepts)
    assert is_compressed(answer)
    assert gzip.decompress(answer.content).decode() == LONG
    assert len(answer.content) < len(LONG) / 10
    assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepts", ["", "br", "identity", "gzip;q=0", "GZIP;Q=0", "br, gzip; q=0.0, deflate"])
def test_a_client_that_takes_no_gzip_gets_the_text(accepts: str) -> None:
    answer = sent(HttpResponse(LONG), accepts)
    assert not is_compressed(answer)
    assert answer.content.decode() == LONG
    assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(LONG, content_type="image/png"),
        HttpResponse(LONG, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        HttpResponse(LONG, content_type="font/woff2"),
        HttpResponse("short"),
        HttpResponse(status=204),
        HttpResponse(LONG, headers={"Content-Encoding": "br"}),
        HttpResponse(LONG, headers={"Cache-Control": "no-store, no-transform"}),
        StreamingHttpResponse([LONG], content_type="text/event-stream"),
    ],
    ids=["picture", "spreadsheet", "font", "short", "empty", "done already", "not to be touched", "stream"],
)
def test_what_would_gain_nothing_or_must_keep_its_form_is_left_alone(response: Any) -> None:
    before = (response.get("Content-Encoding"), None if response.streaming else response.content)
    answer = sent(response)
    assert (answer.get("Content-Encoding"), None if answer.streaming else answer.content) == before


@pytest.mark.parametrize("tag", ['"x"', 'W/"x"'])
def test_both_forms_have_one_weak_tag(tag: str) -> None:
    for accepts in ("gzip", ""):
        assert sent(HttpResponse(LONG, headers={"ETag": tag}), accepts)["ETag"] == 'W/"x"'


def test_only_what_anybody_may_read_has_the_length_that_it_has() -> None:
    def lengths(**headers: str) -> set[int]:
        return {len(sent(HttpResponse(LONG, headers=headers)).content) for _ in range(30)}

    assert len(lengths(**{"Cache-Control": "public, max-age=120"})) == 1
    assert len(lengths()) > 5


def test_the_loader_is_found_unchanged_by_its_tag_in_either_form(cast: Cast) -> None:
    address = reverse("widget:loader", args=[cast.shop.channel.public_id])
    plain, packed = Client().get(address), Client().get(address, headers=TAKES_IT)
    assert is_compressed(packed) and not is_compressed(plain)
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == plain["ETag"]
    for headers in ({}, TAKES_IT):
        again = Client().get(address, headers={**headers, "If-None-Match": packed["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (HTTPStatus.NOT_MODIFIED, b"", packed["ETag"])


@pytest.mark.parametrize("name", ["loader", "chat"])
def test_a_head_says_what_the_page_would_have(cast: Cast, name: str) -> None:
    address = reverse(f"widget:{name}", args=[cast.shop.channel.public_id])
    whole, head = (getattr(Client(), method)(address, headers=TAKES_IT) for method in ("get", "head"))
    assert head.content == b""
    same = ("Content-Encoding", "Content-Type", "Vary", *(["Content-Length", "ETag"] if name == "loader" else []))
    assert [head.get(header) for header in same] == [whole.get(header) for header in same]
    assert head["Content-Encoding"] == "gzip"


async def test_long_answers_are_compressed_beside_the_loop(cast: Cast) -> None:
    """As the server runs it: all middleware asynchronous."""
    answer = await signed_in_async(cast.alice).get(reverse("accounts:agents"), headers=TAKES_IT)
    assert is_compressed(answer)
    assert len(gzip.decompress(answer.content)) > AT_ONCE
    short = await AsyncClient().get(reverse("accounts:session"), headers=TAKES_IT)
    assert not is_compressed(short)


def test_what_a_visitors_words_bring_about_is_never_compressed(cast: Cast) -> None:
    """A poll answers when somebody writes, with these words among others."""
    client = signed_in(cast.bob)
    headers = {**TAKES_IT, "X-CSRFToken": "unused"}
    answer = client.post(reverse("workbench:poll"), {"after": {}}, content_type="application/json", headers=headers)
    assert answer.status_code == HTTPStatus.OK
    assert not is_compressed(answer)
    assert "no-transform" in answer["Cache-Control"]
