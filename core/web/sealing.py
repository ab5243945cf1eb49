"""Encrypted and authenticated values that are handed out and come back: tokens, links.

    text = seal("visitor", {"customer": 7})
    unseal("visitor", text, at_most=180 * 24 * 3600)

Fernet of the package `cryptography` (AES and HMAC) under a key per purpose, derived from the secret key. The text
consists of letters, digits, "-" and "_". Its age is counted from a timestamp inside: Fernet's own would refuse what was
made before a clock was set back.
"""

import base64
import json
import time
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class InvalidSeal(ValueError):
    """Not made by us, changed, made for another purpose, or expired."""


def seal(purpose: str, value: Any) -> str:
    """Encrypts a JSON value for a purpose."""
    content = json.dumps([int(time.time()), value], separators=(",", ":")).encode()
    return _box(purpose, *_keys()).encrypt(content).decode().rstrip("=")


def unseal(purpose: str, text: str, *, at_most: int) -> Any:
    """The value sealed for the purpose at most `at_most` seconds ago; raises `InvalidSeal`."""
    try:
        content = _box(purpose, *_keys()).decrypt(text + "=" * (-len(text) % 4))
    except (InvalidToken, ValueError) as other:
        raise InvalidSeal from other
    made, value = json.loads(content)
    if time.time() - made > at_most:
        raise InvalidSeal
    return value


def seal_stable(purpose: str, value: Any, *, within: int) -> str:
    """As `seal`, but deterministic: the same text for the same value for `within` seconds, so that browsers can cache.

    AES-SIV: comparing two texts reveals whether their values are equal, and nothing else. The age counts from the
    beginning of that period.
    """
    content = json.dumps([int(time.time()) // within * within, value], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_alike(purpose, settings.SECRET_KEY).encrypt(content, None)).decode().rstrip("=")


def unseal_stable(purpose: str, text: str, *, at_most: int) -> Any:
    """The value that `seal_stable` sealed at most `at_most` seconds ago; raises `InvalidSeal`."""
    for key in _keys():
        try:
            content = _alike(purpose, key).decrypt(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), None)
        except (InvalidTag, ValueError):
            continue
        made, value = json.loads(content)
        if time.time() - made <= at_most:
            return value
    raise InvalidSeal


@cache
def _alike(purpose: str, key: str) -> AESSIV:
    info = f"kefu {purpose} alike".encode()
    return AESSIV(HKDF(SHA256(), length=64, salt=None, info=info).derive(key.encode()))


def _keys() -> tuple[str, ...]:
    return settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS


@cache
def _box(purpose: str, *keys: str) -> MultiFernet:
    """Encrypts with the first key, decrypts with any."""
    info = f"kefu {purpose}".encode()
    made = [HKDF(SHA256(), length=32, salt=None, info=info).derive(key.encode()) for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])
