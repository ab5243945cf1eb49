"""Statements that are sent together: one transaction, whatever becomes of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from core.statements import Asked, run_together
from core.tenancy.pool import Connection, close, tenant_connection
from tests.cast import Cast

RENAME = "update customers_customer set name = %(name)s where tenant_id = %(tenant)s returning name"
NAMES = (
    "select name, public_id, token_generation, timestamptz '2026-11-30 12:00Z' as at from customers_customer"
    " where tenant_id = %(tenant)s"
)
DIVIDE = "select 1 / %(by)s::int as result"
WAIT = "select pg_sleep(%(seconds)s::float)"


def on_a_connection(cast: Cast, act: Callable[[Connection], Awaitable[Any]]) -> Any:
    """What the act on the live path's connection of the shop returns."""

    async def go() -> Any:
        try:
            async with tenant_connection(cast.shop.tenant.pk) as connection:
                return await act(connection)
        finally:
            await close()

    return asyncio.run(go())


def asked(cast: Cast, statement: str, **values: Any) -> Asked:
    return Asked(statement, {"tenant": cast.shop.tenant.pk, **values})


async def name_of(cast: Cast, connection: Connection) -> str:
    """The shop's only customer's name, by psycopg's own means."""
    row = await (await connection.execute("select name from customers_customer")).fetchone()
    assert row is not None
    return str(row["name"])


def test_each_statement_sees_what_those_before_it_did(cast: Cast) -> None:
    async def act(connection: Connection) -> None:
        for name in ("Карина", "卡罗尔 \\ \"'"):
            renamed, names = await run_together(connection, [asked(cast, RENAME, name=name), asked(cast, NAMES)])
            plain = await (await connection.execute(NAMES.replace("%(tenant)s", str(cast.shop.tenant.pk)))).fetchall()
            assert (renamed, names) == ([{"name": name}], plain)

    on_a_connection(cast, act)


def test_one_that_fails_undoes_those_before_it_and_spoils_nothing(cast: Cast) -> None:
    async def act(connection: Connection) -> None:
        for _ in range(2):
            with pytest.raises(psycopg.errors.DivisionByZero):
                await run_together(
                    connection, [asked(cast, RENAME, name="lost"), asked(cast, DIVIDE, by=0), asked(cast, NAMES)]
                )
            assert await name_of(cast, connection) == "carol"
        assert await run_together(connection, [asked(cast, DIVIDE, by=1)]) == [[{"result": 1}]]

    on_a_connection(cast, act)


def test_one_that_cannot_be_planned_is_refused_by_the_databases_own_name(cast: Cast) -> None:
    async def act(connection: Connection) -> None:
        with pytest.raises(psycopg.errors.UndefinedTable):
            await run_together(connection, [asked(cast, "select * from nowhere")])
        assert await run_together(connection, [asked(cast, DIVIDE, by=1)]) == [[{"result": 1}]]

    on_a_connection(cast, act)


def test_who_does_not_wait_any_more_leaves_nothing_half_done(cast: Cast) -> None:
    async def act(connection: Connection) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await run_together(connection, [asked(cast, RENAME, name="late"), asked(cast, WAIT, seconds=60)])
        assert await name_of(cast, connection) == "carol"
        assert await run_together(connection, [asked(cast, DIVIDE, by=1)]) == [[{"result": 1}]]

    on_a_connection(cast, act)


def test_a_connection_that_is_lost_is_told_so_and_replaced(cast: Cast) -> None:
    async def act(connection: Connection) -> None:
        with pytest.raises(psycopg.OperationalError):
            await run_together(
                connection, [asked(cast, "select pg_terminate_backend(pg_backend_pid())"), asked(cast, NAMES)]
            )
        assert connection.closed
        async with tenant_connection(cast.shop.tenant.pk) as another:
            assert await run_together(another, [asked(cast, DIVIDE, by=1)]) == [[{"result": 1}]]

    on_a_connection(cast, act)


@pytest.mark.parametrize("forget", ["deallocate all", "rollback"])
def test_what_the_server_was_told_to_forget_is_prepared_again(cast: Cast, forget: str) -> None:
    """psycopg says so itself, after a rollback or a change of tables on the connection."""

    async def act(connection: Connection) -> None:
        for name in ("one", "two"):
            both = [asked(cast, RENAME, name=name), asked(cast, NAMES)]
            assert (await run_together(connection, both))[0] == [{"name": name}]
            if forget == "rollback":
                with pytest.raises(psycopg.errors.DivisionByZero):
                    async with connection.transaction():
                        for number in (1, 1, 1, 1, 1, 1, 0):
                            await connection.execute("select 1 / $1::int", [number], prepare=True)
            else:
                await connection.execute("deallocate all")

    on_a_connection(cast, act)
