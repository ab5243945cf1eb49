"""Look-ups of stars."""

from core.statements import select

STARS = """
select customer.public_id from customers_star s
join customers_customer customer on customer.tenant_id = s.tenant_id and customer.id = s.customer_id
where s.tenant_id = %(tenant)s and s.agent_id = %(agent)s order by s.since desc, s.id desc limit %(most)s
"""


def starred_by(agent_id: int, *, at_most: int = 2000) -> list[str]:
    """Public ids of the customers whom the agent starred, the newest stars first."""
    return [row["public_id"] for row in select(STARS, agent=agent_id, most=at_most)]
