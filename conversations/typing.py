"""Who is typing: told to the other side, stored nowhere."""

from typing import Literal

from core import live
from core.database import fetch
from core.events import Audience, Typing

WHERE = """
select id, customer_id, channel_id, service_account_id, agent_id from conversations_conversation
where tenant_id = %(tenant)s and public_id = %(conversation)s and state = 'active'
  and case %(side)s when 'customer' then customer_id = %(who)s else agent_id = %(who)s end
"""


async def tell_typing(
    *, tenant_id: int, side: Literal["customer", "agent"], who: int, name: str, conversation: str, on: bool
) -> None:
    """A frame to the other side, if `who` really takes part."""
    values = {"tenant": tenant_id, "conversation": conversation, "side": side, "who": who}
    for row in await fetch(tenant_id, WHERE, values):
        event = Typing(
            tenant_id=tenant_id,
            conversation_id=row["id"],
            conversation=conversation,
            customer_id=row["customer_id"],
            channel_id=row["channel_id"],
            service_account_id=row["service_account_id"],
            holders=(row["agent_id"],),
        )
        audience = Audience.HOLDER if side == "customer" else Audience.VISITOR
        await live.tell_soon(tenant_id, live.frames_of(event, {audience: {"on": on, "name": name}}))
