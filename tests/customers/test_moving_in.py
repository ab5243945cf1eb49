"""A database of the time when customers were a table of `accounts`: nobody is lost, and nothing is called as it was."""

import re

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from core.tenancy.scope import tenant_scope, unscoped
from customers.models import Customer

BEFORE = [
    ("accounts", "0008_deleted_groups_keep_their_name"),
    ("conversations", "0007_ended_by_agent"),
    ("stats", "0004_groups_and_answers_after_hand_over"),
]
PEOPLE = """
insert into accounts_tenant (id, code, name, time_zone, language, max_upload_bytes, max_agents, is_demo)
select n, n, n, 'UTC', 'en', 1, 1, false from generate_series(1, 2) n;
insert into accounts_customer (tenant_id, public_id, name, token_generation, locale, time_zone, page_url, page_title,
  referrer, user_agent)
select n, n, (array['carol', 'mike'])[n], 1, '', '', '', '', '', '' from generate_series(1, 2) n
"""
NAMES = """
select conname from pg_constraint where conrelid = 'customers_customer'::regclass
union select indexname from pg_indexes where tablename = 'customers_customer'
union select pg_get_serial_sequence('customers_customer', 'id')
"""


def found(there: BaseDatabaseWrapper, statement: str) -> list[str]:
    """The first column of what a statement finds."""
    with there.cursor() as cursor:
        cursor.execute(statement)
        return [value for (value,) in cursor.fetchall()]


def test_customers_of_before_are_there_and_each_tenant_sees_its_own(another: BaseDatabaseWrapper) -> None:
    with unscoped(reason="migrations are of all tenants"):
        MigrationExecutor(another).migrate(BEFORE)
        with another.cursor() as cursor:
            cursor.execute(PEOPLE)
        after = MigrationExecutor(another)
        after.migrate(after.loader.graph.leaf_nodes())
    with tenant_scope(1):
        assert found(another, "select name from customers_customer") == ["carol"]
    names = found(another, NAMES)
    assert not [name for name in names if "accounts_customer" in name]
    with another.schema_editor(collect_sql=True) as editor:
        editor.create_model(Customer)
    of_django = re.findall(r'(?:CONSTRAINT|INDEX) "(\w+)"', "".join(editor.collected_sql))
    assert len(of_django) == 3
    assert set(of_django) <= set(names), "a later migration would look for them by these names"
