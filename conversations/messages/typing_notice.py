"""Typing notices, sent to the other side and not stored."""

from typing import Literal

from core.events.base import Audience
from core.events.messages import Typing
from core.live import frames, hub
from core.tenancy.pool import fetch
from core.web.local_limits import RateLimit

TYPING_LIMIT = RateLimit(4, 0.5)  # one every 2 s, per side of a conversation

RECEIVER = """
select c.id, c.customer_id, c.channel_id, c.service_account_id, c.agent_id,
  case when %(side)s = 'customer' or account.show_agent_name then %(name)s else account.name end as shown_name
from conversations_conversation c
join channels_app_serviceaccount account on account.tenant_id = c.tenant_id and account.id = c.service_account_id
where c.tenant_id = %(tenant)s and c.public_id = %(conversation)s and c.state = 'active'
  and case %(side)s when 'customer' then c.customer_id = %(who)s else c.agent_id = %(who)s end
"""


async def publish_typing(
    *, tenant_id: int, side: Literal["customer", "agent"], who: int, name: str, conversation: str, on: bool
) -> None:
    """Sends a frame to the other side if `who` takes part; with an agent's name only where visitors may see it.

    Beyond the rate limit it does nothing, since clients repeat it every few seconds.
    """
    if not TYPING_LIMIT.allows((tenant_id, side, who, conversation)):
        return
    values = {"tenant": tenant_id, "conversation": conversation, "side": side, "who": who, "name": name}
    for row in await fetch(tenant_id, RECEIVER, values):
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
        await hub.publish_soon(tenant_id, frames.frames_of(event, {audience: {"on": on, "name": row["shown_name"]}}))
