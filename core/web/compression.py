"""Compression of answers that are made for their request. Static files are compressed when they are collected.

Encryption hides what an answer says, not its length. Who can watch lengths and make somebody's browser ask again and
again, with guesses in the address, learns what else stands in a compressed answer: a guess that is right makes it
shorter (BREACH). Hence, beside random lengths (as Django's own middleware has them), no answer is compressed that
another site may have asked for with the reader's cookies. Browsers say who asked (Sec-Fetch-Site).

The proxy compresses nothing by itself, since it cannot know: docs/decisions/0016-what-goes-over-the-wire.md.
"""

import asyncio
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.text import compress_string

AT_LEAST = 500  # bytes; shorter ones fit a packet with their head anyway
AT_ONCE = 16 * 1024  # bytes; longer ones take milliseconds, in which the event loop must not stand still
RANDOM_BYTES = 100
WORTH_IT = re.compile(r"text/|application/(?:json|javascript|manifest\+json)\b|image/svg\+xml\b")
GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)


class Compressed(MiddlewareMixin):
    """Compresses texts for browsers that take it."""

    def __call__(self, request: HttpRequest) -> Any:
        if self.async_mode:
            return self._async(request)
        response = self.get_response(request)
        if _wants_compression(request, response):
            _compress(response)
        return response

    async def _async(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await self.get_response(request)  # type: ignore[misc]
        if not _wants_compression(request, response):
            return response
        if len(response.content) > AT_ONCE:  # type: ignore[attr-defined]
            await asyncio.to_thread(_compress, response)
        else:
            _compress(response)
        return response


def _wants_compression(request: HttpRequest, response: Any) -> bool:
    """Whether to compress; adds the headers that are right whether it is or not."""
    if etag := response.get("ETag"):
        response.headers["ETag"] = etag if etag.startswith("W/") else f"W/{etag}"  # one for both forms
    if (
        response.streaming
        or response.has_header("Content-Encoding")
        or not WORTH_IT.match(response.get("Content-Type", "text/"))
    ):
        return False
    patch_vary_headers(response, ["Accept-Encoding"])
    if not _is_public(response) and _can_be_guessed_at(request):
        patch_cache_control(response, no_transform=True)
    return (
        len(response.content) >= AT_LEAST
        and "no-transform" not in response.get("Cache-Control", "")
        and GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
    )


def _can_be_guessed_at(request: HttpRequest) -> bool:
    """Whether another site may have asked as a signed-in agent, over a connection that hides the answer.

    Browsers before 2023 may not say who asked; then it may have been anybody.
    """
    asked_by = request.headers.get("Sec-Fetch-Site", "cross-site")
    return (
        request.is_secure()
        and settings.SESSION_COOKIE_NAME in request.COOKIES
        and asked_by not in ("same-origin", "none")
    )


def _is_public(response: HttpResponseBase) -> bool:
    return "public" in response.get("Cache-Control", "")


def _compress(response: Any) -> None:
    random_bytes = 0 if _is_public(response) else RANDOM_BYTES
    response.content = compress_string(response.content, max_random_bytes=random_bytes)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.content))
