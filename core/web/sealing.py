"""Values that leave the house with somebody and come back: whoever carries them can neither read nor change them.

    text = seal("visitor", {"customer": 7})
    unseal("visitor", text, at_most=180 * 24 * 3600)

Fernet of the package `cryptography` (AES and HMAC) under a key of the purpose's own, made from the secret key. The text
is made of letters, digits, "-" and "_". Its age is counted from a time inside that is ours: Fernet's own would refuse
what was made before a clock was set back.
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


class Unsealed(ValueError):
    """Not ours, changed on the way, made for something else, or too old."""


def seal(purpose: str, value: Any) -> str:
    """A JSON value, for nobody's eyes but ours."""
    content = json.dumps([int(time.time()), value], separators=(",", ":")).encode()
    return _box(purpose, *_keys()).encrypt(content).decode().rstrip("=")


def unseal(purpose: str, text: str, *, at_most: int) -> Any:
    """The value that was sealed for the purpose `at_most` seconds ago; raises `Unsealed`."""
    try:
        content = _box(purpose, *_keys()).decrypt(text + "=" * (-len(text) % 4))
    except (InvalidToken, ValueError) as other:
        raise Unsealed from other
    made, value = json.loads(content)
    if time.time() - made > at_most:
        raise Unsealed
    return value


def seal_alike(purpose: str, value: Any, *, within: int) -> str:
    """As `seal`, but the same text for the same value for `within` seconds at a time: browsers keep what is behind it.

    AES-SIV: whoever compares two texts sees whether they are of one value, and nothing else. Its age counts from the
    beginning of that time.
    """
    content = json.dumps([int(time.time()) // within * within, value], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_alike(purpose, settings.SECRET_KEY).encrypt(content, None)).decode().rstrip("=")


def unseal_alike(purpose: str, text: str, *, at_most: int) -> Any:
    """The value that `seal_alike` sealed; raises `Unsealed`."""
    for key in _keys():
        try:
            content = _alike(purpose, key).decrypt(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), None)
        except (InvalidTag, ValueError):
            continue
        made, value = json.loads(content)
        if time.time() - made <= at_most:
            return value
    raise Unsealed


@cache
def _alike(purpose: str, key: str) -> AESSIV:
    info = f"kefu {purpose} alike".encode()
    return AESSIV(HKDF(SHA256(), length=64, salt=None, info=info).derive(key.encode()))


def _keys() -> tuple[str, ...]:
    return settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS


@cache
def _box(purpose: str, *keys: str) -> MultiFernet:
    """Seals with the first key, opens with any."""
    info = f"kefu {purpose}".encode()
    made = [HKDF(SHA256(), length=32, salt=None, info=info).derive(key.encode()) for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])
