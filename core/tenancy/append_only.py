"""Migration helper: an append-only table, enforced by the database.

Removing a tenant removes its rows (a foreign key's cascade runs one trigger deep); nothing else can.
"""

from collections.abc import Collection

from django.db import migrations

FUNCTION = """
create or replace function kefu_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then return old; end if;
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$
"""


def append_only(table: str, frozen: Collection[str] = (), *, once: str = "") -> migrations.RunSQL:
    """Triggers that refuse update, delete and truncate.

    `frozen` limits the refusal to these columns (a trigger on columns costs other updates nothing); `once` is a column
    that can be set once, while it is null.
    """
    columns = f"of {', '.join(frozen)} " if frozen else ""
    forward = [
        f"create trigger {table}_is_kept before update {columns}on {table}"
        " for each row execute function kefu_append_only()",
        f"create trigger {table}_is_not_deleted before delete on {table}"
        " for each row execute function kefu_append_only()",
        f"create trigger {table}_is_not_truncated before truncate on {table}"
        " for each statement execute function kefu_append_only()",
    ]
    if once:
        forward.append(
            f"create trigger {table}_{once}_is_kept before update of {once} on {table}"
            f" for each row when (old.{once} is not null) execute function kefu_append_only()"
        )
    names = ["is_kept", "is_not_deleted", "is_not_truncated", *([f"{once}_is_kept"] if once else [])]
    back = [f"drop trigger {table}_{name} on {table}" for name in names]
    return migrations.RunSQL("; ".join([FUNCTION, *forward]), "; ".join(back))
