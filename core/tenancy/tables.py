"""Migration helpers: tables of a tenant.

`tenant_table("conversations_message", {"conversation_id": "conversations_conversation"})` adds, in this order: the
unique `(tenant_id, id)` that references need, composite foreign keys, and row-level security, enabled *and forced* (the
running role owns the tables, and an owner is exempt unless forced). `tests/house/` checks that no table is missed.
"""

from collections.abc import Mapping

from django.db import migrations

SCOPE = (
    "{column} = nullif(current_setting('kefu.tenant', true), '')::bigint"
    " or current_setting('kefu.unscoped', true) = 'on'"
)


def tenant_table(table: str, references: Mapping[str, str] | None = None) -> migrations.RunSQL:
    """The statements for one table; `references` maps a column to the tenant's table that it refers to."""
    forward = [f'alter table "{table}" add constraint "{table}_tenant_id_id" unique (tenant_id, id)']
    for column, target in (references or {}).items():
        forward.append(
            f'alter table "{table}" add constraint "{table}_{column}_same_tenant" '
            f'foreign key (tenant_id, {column}) references "{target}" (tenant_id, id) '
            "deferrable initially deferred"
        )
    return migrations.RunSQL("; ".join([*forward, row_security(table, "tenant_id")]), migrations.RunSQL.noop)


def tenants_own_table(table: str) -> migrations.RunSQL:
    """The statements for the table of tenants: a tenant sees its own row."""
    return migrations.RunSQL(row_security(table, "id"), migrations.RunSQL.noop)


def row_security(table: str, column: str) -> str:
    """SQL that limits reading and writing to the rows whose `column` is the tenant of the scope."""
    rule = SCOPE.format(column=column)
    return "; ".join(
        [
            f'alter table "{table}" enable row level security',
            f'alter table "{table}" force row level security',
            f'create policy kefu_tenant on "{table}" using ({rule}) with check ({rule})',
        ]
    )
