"""Several statements in one transaction and one round trip, by libpq's own calls.

psycopg's pipeline does the same with a cursor, a lock and a wait for each statement: for two statements 0.2 ms of
processor time, for which every message waited.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import fetch_many, send
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult
from psycopg.rows import DictRow

from core.tenancy.pool import Asked, Connection
from core.tenancy.postgres.prepared import numbered

Key = tuple[bytes, tuple[int, ...]]  # a statement's text, and the types of its parameters

_numbers = count()
_prepared: WeakKeyDictionary[Connection, dict[Key, bytes]] = WeakKeyDictionary()


class Call(NamedTuple):
    """A prepared statement with its parameters as they are sent."""

    name: bytes
    values: Sequence[Any]
    formats: Sequence[int]


async def run_together(connection: Connection, statements: Sequence[Asked]) -> list[list[DictRow]]:
    """The rows of each statement. In autocommit all are one transaction, which has ended when this returns; raises
    what the first that failed was refused for."""
    try:
        return await _run(connection, statements)
    except psycopg.errors.InvalidSqlStatementName:
        # psycopg lets the server forget all statements of a session, after a rollback or a change of tables. Nothing
        # was done: the transaction failed with its first statement that is not known.
        _prepared.pop(connection, None)
        return await _run(connection, statements)


async def _run(connection: Connection, statements: Sequence[Asked]) -> list[list[DictRow]]:
    calls = [await _call(connection, text, values) for text, values in statements]
    results = await connection.wait(_exchange(connection.pgconn, calls))
    return [_rows(connection, result) for result in results]


async def _call(connection: Connection, text: str, values: Mapping[str, Any]) -> Call:
    """The call of a statement, which is prepared on its first use."""
    statement, names = numbered(text)
    dumped = Transformer(connection)
    parameters = dumped.dump_sequence([values[name] for name in names], [PyFormat.AUTO] * len(names))
    key = (statement, tuple(dumped.types or ()))
    known = _prepared.setdefault(connection, {})
    if key not in known:
        name = f"kefu_{next(_numbers)}".encode()
        await connection.wait(_prepare(connection.pgconn, name, *key))
        known[key] = name
    return Call(known[key], parameters, dumped.formats or ())


def _prepare(server: PGconn, name: bytes, text: bytes, types: Sequence[int]) -> PQGen[None]:
    server.send_prepare(name, text, types)
    yield from send(server)
    _check((yield from fetch_many(server)))


def _exchange(server: PGconn, calls: Sequence[Call]) -> PQGen[list[PGresult]]:
    """Sends all of it, then reads all of it: a result that is read before the end would end the transaction early."""
    server.enter_pipeline_mode()
    try:
        for call in calls:
            server.send_query_prepared(call.name, call.values, call.formats, Format.BINARY)
        server.pipeline_sync()
        yield from send(server)
        answers = []
        for _each in [*calls, "sync"]:
            answers.append((yield from fetch_many(server)))
            if server.status == ConnStatus.BAD:
                _check(*answers)
                raise psycopg.OperationalError("the connection is lost")
        server.exit_pipeline_mode()
    except BaseException:  # what it would answer next is unknown
        server.finish()
        raise
    _check(*answers)
    return [answer[-1] for answer in answers[:-1]]


def _check(*answers: Sequence[PGresult]) -> None:
    """Raises the first error of the server."""
    for result in (result for answer in answers for result in answer):
        if result.status == ExecStatus.FATAL_ERROR:
            raise psycopg.errors.error_from_result(result)


def _rows(connection: Connection, result: PGresult) -> list[DictRow]:
    """The rows of a result as dictionaries."""
    names = [(result.fname(at) or b"").decode() for at in range(result.nfields)]
    loaded = Transformer(connection)
    loaded.set_pgresult(result)
    return loaded.load_rows(0, result.ntuples, lambda values: dict(zip(names, values, strict=True)))
