"""Receipts: two cursors (delivered, read) per side of a conversation, moved forward only, in batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from core import bus
from core.events.base import Audience
from core.events.messages import ReceiptMoved, UnreadChanged
from core.live.frames import Frames, frames_of
from core.statements import as_json, select
from core.tenancy.scope import current_tenant_id


@dataclass(frozen=True, slots=True)
class Receipt:
    """How far a reader has received and read a conversation, as message numbers."""

    conversation: str
    side: Literal["customer", "agent"]
    reader_id: int
    delivered: int = 0
    read: int = 0

    def furthest(self, other: "Receipt | None") -> "Receipt":
        """The larger of both reports, per cursor."""
        if other is None:
            return self
        delivered, read = (max(self.delivered, other.delivered), max(self.read, other.read))
        return Receipt(self.conversation, self.side, self.reader_id, delivered, read)


# An agent's cursors are the desk's, as the customer sees them: a later holder may have read less than an earlier one,
# so unread messages are counted by the holder's own first receipt.
MOVE_RECEIPTS = """
with input as (
  select * from json_to_recordset(%(receipts)s::json) as t (
    conversation text, side text, reader_id bigint, delivered integer, read integer
  )
), wanted as materialized (
  select c.id, c.place,
    max(least(greatest(i.delivered, i.read), c.last_seq)) filter (where i.side = 'customer') as customer_delivered,
    max(least(i.read, c.last_seq)) filter (where i.side = 'customer') as customer_read,
    max(least(greatest(i.delivered, i.read), c.last_seq)) filter (where i.side = 'agent') as agent_delivered,
    max(least(i.read, c.last_seq)) filter (where i.side = 'agent') as agent_read
  from input i
  cross join lateral (
    select ctid as place, * from conversations_conversation
    where tenant_id + 0 = %(tenant)s and public_id = i.conversation limit 1
  ) c
  where case i.side when 'customer' then c.customer_id = i.reader_id else c.agent_id = i.reader_id end
  group by c.id, c.place
), moved as (
  update conversations_conversation c set
    customer_delivered = greatest(c.customer_delivered, w.customer_delivered),
    customer_read = greatest(c.customer_read, w.customer_read),
    agent_delivered = greatest(c.agent_delivered, w.agent_delivered),
    agent_read = greatest(c.agent_read, w.agent_read),
    unread = case when w.agent_read > 0 and c.unread > 0 then least(c.unread, (
      select count(*) from conversations_message m
      where m.tenant_id + 0 = %(tenant)s and m.conversation_id = c.id and m.seq > w.agent_read
        and m.author_kind = 'customer' and m.recalled_at is null
    )) else c.unread end,
    handed_by = case when w.agent_read > 0 then '' else c.handed_by end
  from wanted w
  where c.ctid = w.place and (
    w.customer_delivered > c.customer_delivered or w.customer_read > c.customer_read
    or w.agent_delivered > c.agent_delivered or w.agent_read > c.agent_read
    or (w.agent_read > 0 and (c.unread > 0 or c.handed_by <> ''))
  )
  returning c.*, w.customer_delivered is not null as by_customer, w.agent_delivered is not null as by_agent
)
select * from moved
"""


def receipt_values(tenant_id: int, receipts: Sequence[Receipt]) -> dict[str, Any]:
    """The parameters of `MOVE_RECEIPTS`."""
    return {"tenant": tenant_id, "receipts": as_json(receipts)}


@transaction.atomic
def move(receipts: Sequence[Receipt]) -> None:
    """Moves cursors on Django's connection."""
    values = receipt_values(current_tenant_id(), receipts)
    moved = select(MOVE_RECEIPTS, **values)
    bus.after_commit(values["tenant"], lambda: receipt_frames(moved))


def receipt_frames(rows: Sequence[Mapping[str, Any]]) -> Frames:
    """The frames: the other side gets the cursors, the agent's other tabs the unread count."""
    return [frame for row in rows for frame in _frames(row)]


def _frames(row: Mapping[str, Any]) -> Frames:
    ids: dict[str, Any] = {
        "tenant_id": row["tenant_id"],
        "conversation_id": row["id"],
        "conversation": row["public_id"],
        "customer_id": row["customer_id"],
        "channel_id": row["channel_id"],
        "service_account_id": row["service_account_id"],
        "holders": (row["agent_id"],) if row["agent_id"] is not None else (),
    }
    frames: Frames = []
    if row["by_customer"]:
        cursors = {"delivered": row["customer_delivered"], "read": row["customer_read"]}
        desk = Audience.HOLDER if ids["holders"] else Audience.QUEUE
        frames += frames_of(ReceiptMoved(**ids), {desk: cursors})
    if row["by_agent"]:
        cursors = {"delivered": row["agent_delivered"], "read": row["agent_read"]}
        frames += frames_of(ReceiptMoved(**ids), {Audience.VISITOR: cursors})
        unread = {"unread": row["unread"], "handed_by": row["handed_by"] or None}
        frames += frames_of(UnreadChanged(**ids), {Audience.HOLDER: unread})
    return frames
