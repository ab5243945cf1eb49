"""Encoding of values in frames. Pure."""

from datetime import datetime
from typing import overload


@overload
def milliseconds(moment: datetime) -> int: ...
@overload
def milliseconds(moment: None) -> None: ...
def milliseconds(moment: datetime | None) -> int | None:
    """A time as milliseconds since 1970 UTC."""
    return None if moment is None else int(moment.timestamp() * 1000)
