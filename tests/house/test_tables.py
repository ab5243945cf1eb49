"""The rings around every tenant's table, read from the database's own catalogue."""

import pytest
from django.apps import apps
from django.db import connection, models

from core.tenancy.models import TenantForeignKey, TenantModel
from tests.house.sources import APPS

# Reached by its key, which is the secret, before a tenant is known; the tenants' own table is ringed by its id.
WITHOUT_TENANT_KEY = {"accounts_session", "accounts_tenant"}


def rows(statement: str, *values: str) -> list[tuple[object, ...]]:
    """What the catalogue says."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def our_models() -> list[type[models.Model]]:
    """The models of our own apps."""
    return [model for model in apps.get_models() if model._meta.app_label in APPS]


def tables() -> list[str]:
    """Their tables."""
    return [model._meta.db_table for model in our_models()]


def references() -> list[tuple[str, str, str]]:
    """Table, column and target of each reference within a tenant."""
    return [
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in our_models()
        for field in model._meta.concrete_fields
        if isinstance(field, TenantForeignKey)
    ]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_every_table_has_a_tenant_and_a_manager_that_asks_for_it(model: type[models.Model]) -> None:
    assert hasattr(model, "tenant_column"), "no table is outside the tenants"
    if model._meta.db_table not in WITHOUT_TENANT_KEY:
        assert issubclass(model, TenantModel)


@pytest.mark.parametrize("table", tables())
def test_every_table_has_forced_row_security_with_one_policy_for_everything(database: None, table: str) -> None:
    assert rows("select relrowsecurity, relforcerowsecurity from pg_class where relname = %s", table) == [(True, True)]
    policies = rows(
        "select cmd, permissive, roles::text, qual, with_check from pg_policies where tablename = %s", table
    )
    assert len(policies) == 1
    command, permissive, roles, sees, writes = policies[0]
    assert (command, permissive, roles) == ("ALL", "PERMISSIVE", "{public}")
    assert sees == writes
    column = "id" if table == "accounts_tenant" else "tenant_id"
    assert f"({column} = " in str(sees)
    assert "kefu.tenant" in str(sees)
    assert "kefu.unscoped" in str(sees)


@pytest.mark.parametrize("table", [table for table in tables() if table not in WITHOUT_TENANT_KEY])
def test_every_table_can_be_referenced_together_with_its_tenant(database: None, table: str) -> None:
    keys = rows(
        "select pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype = 'u'", table
    )
    assert ("UNIQUE (tenant_id, id)",) in keys
    empty = rows("select attname from pg_attribute where attrelid = %s::regclass and attname = 'tenant_id'"
                 " and attnotnull", table)  # fmt: skip
    assert empty == [("tenant_id",)]


@pytest.mark.parametrize(("table", "column", "target"), references())
def test_every_reference_carries_the_tenant(database: None, table: str, column: str, target: str) -> None:
    keys = rows(
        "select pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype = 'f'", table
    )
    wanted = f"FOREIGN KEY (tenant_id, {column}) REFERENCES {target}(tenant_id, id)"
    assert any(str(key).startswith(wanted) for (key,) in keys), keys


def test_every_reference_between_our_tables_is_of_this_kind() -> None:
    plain = {
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and not isinstance(field, TenantForeignKey)
        and field.name != "tenant"
        and hasattr(field.related_model, "tenant_column")
    }
    assert plain <= {"Session.agent"}, "use TenantForeignKey and name it in the migration's ring"


def test_no_table_in_the_database_is_without_a_ring(database: None) -> None:
    """Django's own tables hold nothing of tenants."""
    bare = {str(name) for (name,) in rows("select relname from pg_class where relkind = 'r' and not relforcerowsecurity"
            " and relnamespace = 'public'::regnamespace")}  # fmt: skip
    djangos = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
    assert bare <= djangos
