"""Messages and customers are found by documents of their own; what there is already is put into the backlog.

Documents have no key but `(tenant_id, id)`, which references need anyway, and go with what they are of.

Under row-level security an index may only be asked by an operator that is leakproof, and `@>` is not: its condition
would be looked at after the rule of the table, row by row. So the condition is a part of the rule, which may use an
index of its own: of rows that the tenant may see, only those count that have the terms in `kefu.terms`; where there are
none, all do. It can only narrow the rule.
"""

from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from core.tenancy.scope import unscoped
from core.tenancy.tables import SCOPE, tenant_table

EVERYTHING = """
insert into conversations_searchbacklog (tenant_id, conversation_id, from_seq)
select tenant_id, id, 1 from conversations_conversation order by id
"""


def index_everything(apps: Any, schema_editor: Any) -> None:
    """The sweep takes it from there."""
    with unscoped(reason="a migration has every tenant indexed"), schema_editor.connection.cursor() as cursor:
        cursor.execute(EVERYTHING)


WANTED = "terms @> coalesce(nullif(current_setting('kefu.terms', true), '')::integer[], '{}')"

# One look-up in the index per week, the last one first, until there are enough. `own` are the conversations that the
# reader may see, those of the first week before those of the second; `own_until` is where each week's end. Null: all.
# `tenant_id + 0` keeps the planner from the index on the tenant: the one on terms is left, whatever it estimates.
SEARCH_MESSAGES = """
create function kefu_search_messages(
  tenant bigint, weeks integer[], hashes integer[], before bigint, own bigint[], own_until integer[], most integer,
  counted integer
) returns table (place integer, conversation_id bigint, hits bigint, ids bigint[])
language plpgsql set enable_seqscan = off set enable_indexscan = off set jit = off as $$
declare
  found_so_far integer := 0;
  found_now integer;
begin
  for place in 1 .. coalesce(array_length(weeks, 1), 0) loop
    perform set_config('kefu.terms', (select array_agg(weeks[place] | hash)::text from unnest(hashes) hash), true);
    return query
      select place, d.conversation_id, count(*), (array_agg(d.id order by d.id desc))[1:counted]
      from conversations_searchdocument d
      where d.tenant_id + 0 = tenant and (place > 1 or d.conversation_id < before)
        and (own is null or d.conversation_id in (
          select unnest(own[own_until[place] + 1 : own_until[place + 1]])))
      group by d.conversation_id order by d.conversation_id desc limit most - found_so_far;
    get diagnostics found_now = row_count;
    found_so_far := found_so_far + found_now;
    exit when found_so_far >= most;
  end loop;
  perform set_config('kefu.terms', '', true);
end
$$
"""
SEARCH_CONTACTS = """
create function kefu_search_contacts(
  tenant bigint, weeks integer[], hashes integer[], own bigint[], own_until integer[], most integer
) returns table (id bigint)
language plpgsql set enable_seqscan = off set enable_indexscan = off set jit = off as $$
declare
  found_so_far integer := 0;
  found_now integer;
begin
  for place in 1 .. coalesce(array_length(weeks, 1), 0) loop
    perform set_config('kefu.terms', (select array_agg(weeks[place] | hash)::text from unnest(hashes) hash), true);
    return query
      select d.id from conversations_contactdocument d
      where d.tenant_id + 0 = tenant and (own is null or d.id in (
        select unnest(own[own_until[place] + 1 : own_until[place + 1]])))
      order by d.id desc limit most - found_so_far;
    get diagnostics found_now = row_count;
    found_so_far := found_so_far + found_now;
    exit when found_so_far >= most;
  end loop;
  perform set_config('kefu.terms', '', true);
end
$$
"""


def _documents(table: str, of: str) -> migrations.RunSQL:
    rule = f"({SCOPE.format(column='tenant_id')}) and {WANTED}"
    return migrations.RunSQL(
        f'alter policy kefu_tenant on "{table}" using ({rule}) with check ({rule});'
        f'alter table "{table}" drop constraint "{table}_pkey";'
        f'alter table "{table}" add constraint "{table}_of" foreign key (tenant_id, id)'
        f' references "{of}" (tenant_id, id) on delete cascade',
        migrations.RunSQL.noop,
    )


TENANT = models.ForeignKey(
    db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.tenant"
)
TERMS = django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)


def _terms(name: str) -> django.contrib.postgres.indexes.GinIndex:
    return django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["terms"], name=name)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0016_a_nuisance_is_an_end"), ("customers", "0002_lists_in_order")]

    operations = [
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("conversation_id", models.BigIntegerField()),
                ("terms", TERMS),
                ("tenant", TENANT),
            ],
            options={"indexes": [_terms("search_document_terms")]},
        ),
        migrations.CreateModel(
            name="ContactDocument",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("terms", TERMS),
                ("tenant", TENANT),
            ],
            options={"indexes": [_terms("search_contact_terms")]},
        ),
        migrations.CreateModel(
            name="SearchBacklog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("conversation_id", models.BigIntegerField()),
                ("from_seq", models.IntegerField()),
                ("tenant", TENANT),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "conversation_id"), name="search_backlog_once")
                ],
            },
        ),
        tenant_table("conversations_searchdocument"),
        tenant_table("conversations_contactdocument"),
        tenant_table("conversations_searchbacklog"),
        _documents("conversations_searchdocument", "conversations_message"),
        _documents("conversations_contactdocument", "customers_customer"),
        migrations.RunSQL(SEARCH_MESSAGES, "drop function kefu_search_messages"),
        migrations.RunSQL(SEARCH_CONTACTS, "drop function kefu_search_contacts"),
        migrations.RunPython(index_everything, migrations.RunPython.noop),
    ]
