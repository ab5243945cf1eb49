"""Connections after the database was restarted."""

from django.db import connection

from tests.cast import Cast


def test_a_connection_that_the_server_ended_is_replaced_before_anybody_uses_it(cast: Cast) -> None:
    pool = connection.pool  # type: ignore[attr-defined]
    assert pool is not None
    with pool.connection() as idle:
        ended = idle.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [ended])
    for _each in range(3):
        with pool.connection() as fresh:
            assert fresh.execute("select 1").fetchone() == (1,)
            assert fresh.info.backend_pid != ended
