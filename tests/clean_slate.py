"""An empty house before each test."""

import random
from functools import cache
from threading import get_ident

import redis
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from core.tenancy.scope import unscoped
from core.web.throttle import _limiter


def randomize_tenant_ids() -> None:
    """Tenants get large random numbers: Redis tells frames across its databases, and others may use the same server."""
    with unscoped(reason="before the first test"), connection.cursor() as cursor:
        cursor.execute(f'alter database "{must_be_ours()}" set synchronous_commit = off')
        cursor.execute(f"alter sequence accounts_tenant_id_seq restart with {random.randrange(10**6, 10**9)}")
    connection.close_pool()  # type: ignore[attr-defined]


def must_be_ours() -> str:
    """The name of the database; nothing is ever deleted in one that was not made for tests."""
    name = str(connection.settings_dict["NAME"])
    if not name.startswith("test_"):
        raise RuntimeError(f"{name} is not a database for tests")
    return name


_opened: list[BaseDatabaseWrapper] = []


@receiver(connection_created)
def _remember(connection: BaseDatabaseWrapper, **_: object) -> None:
    _opened.append(connection)


def give_back() -> None:
    """Close this thread's connections: each asyncio task of a test has one of its own, which nobody else returns."""
    here = get_ident()
    for each in [each for each in _opened if each._thread_ident == here]:  # type: ignore[attr-defined]
        each.close()
        _opened.remove(each)


LOGS = ("accounts_auditentry", "accounts_statusinterval", "core_event")  # core/tenancy/append_only.py


def empty() -> None:
    """Delete all rows (keys are checked at commit, so the order does not matter) and what Redis remembers.

    Logs let nobody delete their rows: where there are any, their triggers rest meanwhile.
    """
    must_be_ours()
    give_back()
    tables = [model._meta.db_table for model in apps.get_models() if hasattr(model, "tenant_column")]
    with unscoped(reason="each test begins with an empty house"), transaction.atomic(), connection.cursor() as cursor:
        for table in LOGS:
            cursor.execute(f"select exists (select from {table})")
            if cursor.fetchall() == [(True,)]:
                cursor.execute(f"alter table {table} disable trigger user; delete from {table};"
                               f" alter table {table} enable trigger user")  # fmt: skip
        cursor.execute("; ".join(f'delete from "{table}"' for table in tables if table not in LOGS))
    _redis().flushdb()
    _limiter.cache_clear()


@cache
def _redis() -> redis.Redis:
    """Kept for the run: making a client costs more than all it does here."""
    return redis.Redis.from_url(settings.REDIS_URL)


def hang_up() -> None:
    """End the connections that threads of the run still hold, so that their database can go."""
    must_be_ours()
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and usename = current_user and pid <> pg_backend_pid()"
        )
