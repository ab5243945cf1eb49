"""How PostgreSQL runs a statement, and how many conversations it looks at."""

from typing import Any

from django.db import connection, transaction
from psycopg import sql

from conversations.models import Conversation
from core.statements.prepared import numbered

# All columns of a conversation but those that are different in each.
OTHERS = ", ".join(
    f'"{field.column}"' for field in Conversation._meta.concrete_fields if field.column not in ("id", "public_id")
)


def plan_of(asked: str) -> dict[str, Any]:
    """What PostgreSQL did for it."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, format json) {asked.replace('%', '%%')}")
        plan: dict[str, Any] = cursor.fetchone()[0][0]["Plan"]
    return plan


def plan_for_any_values(statement: str, **values: Any) -> dict[str, Any]:
    """What PostgreSQL did for a statement of ours that it planned once, before it knew the values."""
    text, names = numbered(statement)
    given = sql.SQL(", ").join(sql.Literal(values[name]) for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local plan_cache_mode = force_generic_plan")
        cursor.execute("prepare planned as " + text.decode().replace("%", "%%"))
        cursor.execute(sql.SQL("explain (analyze, format json) execute planned ({})").format(given))
        plan: dict[str, Any] = cursor.fetchone()[0][0]["Plan"]
        cursor.execute("deallocate planned")
    return plan


def touched(plan: dict[str, Any], table: str = "conversations_conversation") -> int:
    """Rows of a table that a plan looked at."""
    here = 0
    if plan.get("Relation Name") == table:
        looked_at = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        here = int(sum(plan.get(name, 0) for name in looked_at) * plan["Actual Loops"])
    return here + sum(touched(part, table) for part in plan.get("Plans", []))
