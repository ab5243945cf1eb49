"""Checks of the database before kefu runs on it. Part of `migrate`, hence of every start."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

OLDEST_POSTGRESQL = 150000


@register(Tags.database)
def ordinary_role(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuses a superuser or a role with BYPASSRLS, which row-level security does not bind, and PostgreSQL
    before 15."""
    return [message for alias in databases or () for message in _check(alias)]


def _check(alias: str) -> list[CheckMessage]:
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("select rolname, rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        name, above_the_law = cursor.fetchone()
    found: list[CheckMessage] = []
    if above_the_law:
        found.append(
            Error(
                f"The database role {name} is exempt from row-level security.",
                hint="Connect as an ordinary role: create role kefu login; create database kefu owner kefu.",
                id="kefu.E001",
            )
        )
    if connection.pg_version < OLDEST_POSTGRESQL:  # type: ignore[attr-defined]
        found.append(Error("kefu needs PostgreSQL 15 or newer.", id="kefu.E002"))
    return found
