"""Statements that are planned once for each connection: for those that take longer to plan than to run.

PostgreSQL replaces the parameters, so the text is the same at each call.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Self

from psycopg import RawCursor

PARAMETER = re.compile(r"%\((\w+)\)s")


@cache
def numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with `$1` for names, and the names in order; cached, because psycopg would convert it on every
    call."""
    names = tuple(dict.fromkeys(PARAMETER.findall(statement)))
    return PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", statement).encode(), names


class PreparedCursor(RawCursor[tuple[Any, ...]]):
    """A cursor whose statements have named parameters (`%(name)s`) and are prepared on their first use."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """Django's wrappers call it with the statement and its values as they were given."""
        given: Mapping[str, Any] = params or {}
        text, names = numbered(query)
        return super().execute(text, [given[name] for name in names], prepare=True)
