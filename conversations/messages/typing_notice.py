"""Typing notices, sent to the other side and not stored. An agent's may hold what the visitor has written so far."""

from collections.abc import Mapping
from typing import Any, Literal

import orjson

from channels_app.reception.places import chain_of
from channels_app.reception.settings import TYPING_PREVIEW
from core.events.base import Audience
from core.events.messages import Typing
from core.live import frames, hub
from core.settings.resolve import resolve
from core.settings.stored import read_overrides
from core.statements import fetch
from core.web.local_limits import RateLimit

# Per side of a conversation: one every 2 s, and with a text one a second.
TYPING_LIMIT, PREVIEW_LIMIT = RateLimit(4, 0.5), RateLimit(4, 1.0)
LONGEST_PREVIEW = 500  # characters

# The other side, for a caller who takes part. `overrides` of `TYPING_PREVIEW` are read where a text is to be shown.
RECEIVER = """
select c.id, c.customer_id, c.channel_id, c.service_account_id, c.agent_id,
  case when %(side)s = 'customer' or account.show_agent_name then %(name)s else account.name end as shown_name,
  case when %(has_text)s then (
    select coalesce(json_agg(json_build_array(level, object_id, name, value, locked)), '[]')::text
    from core_setting
    where tenant_id = c.tenant_id and name = %(setting)s and (
      level = 'tenant' or (level = 'service_account' and object_id = c.service_account_id)
      or (level = 'channel' and object_id = c.channel_id)
    )
  ) end as overrides
from conversations_conversation c
join channels_app_serviceaccount account on account.tenant_id = c.tenant_id and account.id = c.service_account_id
where c.tenant_id = %(tenant)s and c.public_id = %(conversation)s and c.state = 'active'
  and case %(side)s when 'customer' then c.customer_id = %(who)s else c.agent_id = %(who)s end
"""


async def publish_typing(
    *,
    tenant_id: int,
    side: Literal["customer", "agent"],
    who: int,
    name: str,
    conversation: str,
    on: bool,
    text: str = "",
) -> None:
    """Sends a frame to the other side if `who` takes part; with an agent's name only where visitors may see it, and
    with a customer's `text` only to the holder, where `TYPING_PREVIEW` is on.

    Beyond the rate limit it does nothing, since clients repeat it every few seconds.
    """
    shown = text if side == "customer" and on else ""
    if not (PREVIEW_LIMIT if shown else TYPING_LIMIT).allows((tenant_id, side, who, conversation)):
        return
    values = {"tenant": tenant_id, "conversation": conversation, "side": side, "who": who, "name": name}
    asked = {"has_text": bool(shown), "setting": TYPING_PREVIEW.name}
    for row in await fetch(tenant_id, RECEIVER, values | asked):
        audience = Audience.HOLDER if side == "customer" else Audience.VISITOR
        preview = {"text": shown} if shown and _is_previewed(row) else {}
        content = {"on": on, "name": row["shown_name"]} | preview
        event = _typing(tenant_id, conversation, row)
        await hub.publish_soon(tenant_id, frames.frames_of(event, {audience: content}))


def _typing(tenant_id: int, conversation: str, row: Mapping[str, Any]) -> Typing:
    return Typing(
        tenant_id=tenant_id,
        conversation_id=row["id"],
        conversation=conversation,
        customer_id=row["customer_id"],
        channel_id=row["channel_id"],
        service_account_id=row["service_account_id"],
        holders=(row["agent_id"],),
    )


def _is_previewed(row: Mapping[str, Any]) -> bool:
    overrides = read_overrides([TYPING_PREVIEW.name], orjson.loads(row["overrides"]))
    places = chain_of(account_id=row["service_account_id"], channel_id=row["channel_id"])
    return bool(resolve(TYPING_PREVIEW, overrides, places).value)
