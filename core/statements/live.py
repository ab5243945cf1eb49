"""Statements of the event loop: set-based and by key, without threads and without the ORM."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.pq import Format

from core.statements.prepared import Asked, answers
from core.tenancy.pool import Connection, tenant_connection

Row = dict[str, Any]


async def fetch(tenant_id: int, statement: str, values: Mapping[str, Any]) -> list[Row]:
    """Rows of one statement in the tenant's scope, in autocommit."""
    async with tenant_connection(tenant_id) as connection:
        [rows] = await run_together(connection, [Asked(statement, values)])
    return rows


async def run_together(connection: Connection, statements: Sequence[Asked]) -> list[list[Row]]:
    """The rows of each statement, in one round trip. In autocommit all are one transaction, which has ended when this
    returns; raises what the first that failed was refused for."""
    return await connection.wait(answers(connection, statements, Format.BINARY))
