"""How PostgreSQL runs a statement, and how many conversations it looks at."""

from typing import Any

from django.db import connection

from conversations.models import Conversation

# All columns of a conversation but those that are different in each.
OTHERS = ", ".join(
    f'"{field.column}"' for field in Conversation._meta.concrete_fields if field.column not in ("id", "public_id")
)


def plan_of(sql: str) -> dict[str, Any]:
    """What PostgreSQL did for it."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, format json) {sql.replace('%', '%%')}")
        plan: dict[str, Any] = cursor.fetchone()[0][0]["Plan"]
    return plan


def touched(plan: dict[str, Any]) -> int:
    """Rows of conversations that a plan looked at."""
    here = 0
    if plan.get("Relation Name") == "conversations_conversation":
        looked_at = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        here = int(sum(plan.get(name, 0) for name in looked_at) * plan["Actual Loops"])
    return here + sum(touched(part) for part in plan.get("Plans", []))
