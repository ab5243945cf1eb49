"""What a video tells of where it was taken is forgotten; picture and sound stay."""

import io
import struct

import pytest

from core.files.boxes import forget_metadata

PLACE = b"+39.9042+116.4074/"


def box(kind: bytes, *content: bytes, large: bool = False) -> bytes:
    """A box of these parts."""
    inside = b"".join(content)
    if large:
        return struct.pack(">I4sQ", 1, kind, len(inside) + 16) + inside
    return struct.pack(">I4s", len(inside) + 8, kind) + inside


def film(*, large: bool = False) -> bytes:
    """As phones write them."""
    track = box(b"trak", box(b"tkhd", b"t" * 20), box(b"udta", PLACE), box(b"mdia", b"m" * 40))
    movie = box(b"moov", box(b"mvhd", b"h" * 30), track, box(b"udta", box(b"\xa9xyz", PLACE)), box(b"meta", PLACE))
    return box(b"ftyp", b"mp42") + box(b"uuid", PLACE) + movie + box(b"mdat", b"picture and sound" * 9, large=large)


def forgotten(content: bytes) -> bytes:
    """What is left of it."""
    file = io.BytesIO(content)
    forget_metadata(file, len(content))
    return file.getvalue()


@pytest.mark.parametrize("large", [False, True])
def test_the_place_is_forgotten_and_all_else_stands_where_it_stood(large: bool) -> None:
    before, after = film(large=large), forgotten(film(large=large))
    assert PLACE not in after
    assert len(after) == len(before)
    for kept in (b"mvhd" + b"h" * 30, b"tkhd", b"mdia" + b"m" * 40, b"picture and sound" * 9):
        assert after.index(kept) == before.index(kept)
    assert after.count(b"free") == 4
    assert forgotten(after) == after


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0",
        box(b"moov", b"\0\0\0\x01udta"),
        struct.pack(">I4s", 900, b"moov"),
        struct.pack(">I4s", 7, b"udta"),
    ],
)
def test_what_is_no_box_is_left_as_it_is(content: bytes) -> None:
    assert forgotten(content) == content


def test_a_file_of_nothing_but_heads_takes_no_time() -> None:
    heads = box(b"free") * 100_000
    nested = box(b"moov", box(b"trak", box(b"moov", box(b"trak", PLACE)))) * 20_000
    assert (forgotten(heads), forgotten(nested)) == (heads, nested)
