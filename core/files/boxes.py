"""Boxes of ISO base media files (MP4, MOV, M4A; ISO/IEC 14496-12), and what is beside picture and sound in them."""

import struct
from collections.abc import Iterator
from typing import IO, Any, Final, NamedTuple

HEAD: Final = struct.Struct(">I4s")  # size with its head, type
LARGE_SIZE: Final = struct.Struct(">Q")
MAX_BOXES: Final = 300  # that are looked into, and of each; films have a few
CONTAINERS: Final[tuple[bytes, ...]] = (b"moov", b"trak")  # one in the other
# Where and when it was taken, with what, by whom; a preview; what programs add for themselves.
BESIDE: Final = frozenset({b"udta", b"meta", b"uuid"})
FREE: Final = b"free"  # players pass over it
ZEROS: Final = bytes(64 * 1024)


class Box(NamedTuple):
    """A box from `begin` to `end`, with its content from `inside`."""

    kind: bytes
    begin: int
    inside: int
    end: int


def forget_metadata(file: IO[bytes] | Any, size: int) -> None:
    """Empties what stands beside picture and sound, where it stands: the file keeps its length. What is no box any more
    is left as it is."""
    places = [(0, size, CONTAINERS)]
    for _ in range(MAX_BOXES):
        if not places:
            return
        begin, end, containers = places.pop()
        for box in list(_boxes(file, begin, end)):
            if box.kind in BESIDE:
                _empty(file, box)
            elif box.kind in containers[:1]:
                places.append((box.inside, box.end, containers[1:]))


def _boxes(file: IO[bytes] | Any, begin: int, end: int) -> Iterator[Box]:
    at = begin
    for _ in range(MAX_BOXES):
        if at + HEAD.size > end:
            return
        file.seek(at)
        size, kind = HEAD.unpack(file.read(HEAD.size))
        inside = at + HEAD.size
        if size == 1 and inside + LARGE_SIZE.size <= end:
            (size,) = LARGE_SIZE.unpack(file.read(LARGE_SIZE.size))
            inside += LARGE_SIZE.size
        elif size == 0:
            size = end - at  # to the end
        if not inside - at <= size <= end - at:
            return
        yield Box(kind, at, inside, at + size)
        at += size


def _empty(file: IO[bytes] | Any, box: Box) -> None:
    file.seek(box.begin + HEAD.size - len(FREE))
    file.write(FREE)
    file.seek(box.inside)
    left = box.end - box.inside
    while left:
        left -= file.write(ZEROS[:left])
