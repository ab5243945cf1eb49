"""Parts of files: players ask for them to begin in the middle (RFC 9110, "Range Requests")."""

import re
from typing import IO, Any

RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class NotSatisfiable(ValueError):
    """The range begins behind the end of the file."""


def range_of(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte that a `Range` header asks for; None where all of it is to be sent: without a header, for
    several ranges, for what is no range. Raises `NotSatisfiable`."""
    found = RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:  # so many at the end
        begin, end = max(0, size - int(last)), size - 1
    else:
        begin, end = int(first), min(int(last), size - 1) if last else size - 1
    if begin >= size or (not first and int(last) == 0):
        raise NotSatisfiable
    return (begin, end) if begin <= end else None


class Part:
    """The bytes of an open file from `begin` to `end`, both included; closing it closes the file."""

    def __init__(self, file: IO[bytes] | Any, begin: int, end: int) -> None:
        self._file, self._left = file, end - begin + 1
        file.seek(begin)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes."""
        wanted = self._left if size < 0 else min(size, self._left)
        found: bytes = self._file.read(wanted)
        self._left -= len(found)
        return found

    def close(self) -> None:
        """The file, too."""
        self._file.close()
