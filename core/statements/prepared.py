"""Statements that a connection's server plans once, several in one round trip: by libpq's own calls, for the event loop
and for Django's connections alike.

Planning a statement that finds its rows by key takes longer than running it. psycopg prepares statements too, but has a
cursor, a lock and a wait for each, also in its pipeline: for two statements 0.2 ms of processor time, for which every
message waited; and it lets the server forget all of them after a rollback. So it prepares nothing here
(`prepare_threshold`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, NamedTuple

import psycopg
from psycopg import abc
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import fetch_many, send
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Connection = psycopg.Connection[Any] | psycopg.AsyncConnection[Any]
Key = tuple[bytes, tuple[int, ...]]  # a statement's text, and the types of its parameters
Columns = tuple[str, ...]
Row = Callable[[Sequence[Any]], Any]

PARAMETER = re.compile(r"%\((\w+)\)s")
BEGIN = b"begin"

_numbers = count()


class Asked(NamedTuple):
    """A statement with named parameters (`%(name)s`), and their values."""

    statement: str
    values: Mapping[str, Any]


def as_dictionaries(columns: Columns) -> Row:
    """Rows by the names of their columns."""
    return lambda values: dict(zip(columns, values, strict=True))


def as_tuples(_columns: Columns) -> Row:
    """Rows as they come."""
    return tuple


@cache
def numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with `$1` for names, and the names in order."""
    names = tuple(dict.fromkeys(PARAMETER.findall(statement)))
    return PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", statement).encode(), names


class Prepared:
    """A statement that the server has planned, and what reads its rows: the same for all its answers."""

    def __init__(self, name: bytes, loading: abc.Transformer) -> None:
        self.name = name
        self.loading = loading
        self.columns: Columns | None = None

    def rows(self, result: PGresult, shape: Callable[[Columns], Row]) -> list[Any]:
        """The rows of an answer."""
        is_first = self.columns is None
        if self.columns is None:
            self.columns = tuple((result.fname(at) or b"").decode() for at in range(result.nfields))
        self.loading.set_pgresult(result, set_loaders=is_first)
        rows = self.loading.load_rows(0, result.ntuples, shape(self.columns))
        self.loading.set_pgresult(None, set_loaders=False)  # the result is not kept
        return rows


class Planned:
    """What the server of one connection has planned so far; kept with the connection."""

    ATTRIBUTE = "kefu_planned"

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dumping = Transformer(connection)
        self.statements: dict[Key, Prepared] = {}

    @classmethod
    def of(cls, connection: Connection) -> "Planned":
        """That of a connection."""
        found: Planned | None = getattr(connection, cls.ATTRIBUTE, None)
        if found is None:
            found = cls(connection)
            setattr(connection, cls.ATTRIBUTE, found)
        return found

    def call(self, asked: Asked) -> PQGen["Call"]:
        """The call of a statement, which is prepared on its first use."""
        text, names = numbered(asked.statement)
        values = self.dumping.dump_sequence([asked.values[name] for name in names], [PyFormat.AUTO] * len(names))
        key = (text, tuple(self.dumping.types or ()))
        formats = self.dumping.formats or ()
        if key not in self.statements:
            self.statements[key] = yield from self._prepare(*key)
        return Call(self.statements[key], values, formats)

    def _prepare(self, text: bytes, types: Sequence[int]) -> PQGen[Prepared]:
        server, name = self.connection.pgconn, f"kefu_{next(_numbers)}".encode()
        server.send_prepare(name, text, types)
        yield from send(server)
        _check((yield from fetch_many(server)))
        return Prepared(name, Transformer(self.connection))


class Call(NamedTuple):
    """A prepared statement with its parameters as they are sent."""

    statement: Prepared
    values: Sequence[Any]
    formats: Sequence[int]


def answers(
    connection: Connection, asked: Sequence[Asked], form: Format, shape: Callable[[Columns], Row] = as_dictionaries
) -> PQGen[list[list[Any]]]:
    """The rows of each statement, for the connection to wait for. Outside of a transaction all are one, which has ended
    when they are here; where the connection is not in autocommit, one begins with them. Raises what the first that
    failed was refused for."""
    planned = Planned.of(connection)
    is_idle = connection.pgconn.transaction_status == TransactionStatus.IDLE
    try:
        return (yield from _answers(planned, asked, form, shape, begins=is_idle and not connection.autocommit))
    except psycopg.errors.InvalidSqlStatementName:
        # Somebody let the server forget what it had planned. Nothing was done: the transaction failed with its first
        # statement that is not known.
        planned.statements.clear()
        if not (is_idle and connection.autocommit):
            raise
        return (yield from _answers(planned, asked, form, shape, begins=False))


def _answers(
    planned: Planned, asked: Sequence[Asked], form: Format, shape: Callable[[Columns], Row], *, begins: bool
) -> PQGen[list[list[Any]]]:
    calls = []
    for each in asked:
        calls.append((yield from planned.call(each)))  # noqa: PERF401 – a comprehension cannot yield
    results = yield from _exchange(planned.connection.pgconn, calls, form, begins=begins)
    return [call.statement.rows(result, shape) for call, result in zip(calls, results, strict=True)]


def _exchange(server: PGconn, calls: Sequence[Call], form: Format, *, begins: bool) -> PQGen[list[PGresult]]:
    """Sends all of it, then reads all of it: a result that is read before the end would end the transaction early."""
    server.enter_pipeline_mode()
    try:
        if begins:
            server.send_query_params(BEGIN, None)
        for call in calls:
            server.send_query_prepared(call.statement.name, call.values, call.formats, form)
        server.pipeline_sync()
        yield from send(server)
        found = []
        for _each in range(begins + len(calls) + 1):  # and the end
            found.append((yield from fetch_many(server)))
            if server.status == ConnStatus.BAD:
                _check(*found)
                raise psycopg.OperationalError("the connection is lost")
        server.exit_pipeline_mode()
    except BaseException:  # what it would answer next is unknown
        server.finish()
        raise
    _check(*found)
    return [results[-1] for results in found[begins:-1]]


def _check(*answers: Sequence[PGresult]) -> None:
    """Raises the first error of the server."""
    for result in (result for answer in answers for result in answer):
        if result.status == ExecStatus.FATAL_ERROR:
            raise psycopg.errors.error_from_result(result)
