"""What follows from a customer's public id: the number in a first name, and a colour. Pure."""

import hashlib

HUES = 8


def number_of(public_id: str) -> str:
    """Four digits, to tell nameless visitors apart when speaking of them; not unique."""
    return f"{int.from_bytes(hashlib.blake2s(public_id.encode(), digest_size=4).digest()) % 10_000:04d}"


def hue_of(public_id: str) -> int:
    """The number of a colour, from 1 to `HUES`; static/kefu/js/desk/lists/row.js has the same."""
    return sum(map(ord, public_id)) % HUES + 1
