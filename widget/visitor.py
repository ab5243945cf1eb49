"""A visitor's end of a live connection: groups, state and digests. Commands: `widget/commands/`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils import timezone

from accounts.agents.rules import is_absent
from conversations.lifecycle.queries import latest_row_of_visitor, rows_of_visitor
from conversations.timeline.queries import position
from conversations.timeline.replay import frames_after
from conversations.timeline.wire import visitor_row
from core.actors import Actor
from core.live.commands import Frame, Handler
from core.live.connections import NOT_AUTHENTICATED, USUAL_INTERVAL, DigestInterval, HelloRefused
from core.live.gathering import Batches
from core.live.groups import visitor_group
from core.live.wire import milliseconds
from core.statements import as_json, fetch, select
from core.tenancy.scope import current_tenant_id, tenant_scope
from core.tenancy.threads import in_thread
from customers.models import Customer
from customers.profiles.visitor_tokens import VisitorToken
from widget.presence import desks

ASKED_AT_ONCE = 200  # visitors in one statement
MAX_WAITING = 10_000  # more are refused as `busy`

# Several conversations, not the latest alone: the last frame of an earlier one may be lost too, and no later one would
# show that.
# Its visitor is there: noted at most every 15 s, and not where the row is locked at the moment.
DIGESTS = """
with here as materialized (
  select id from customers_customer
  where tenant_id = %(tenant)s and id = any(%(customers)s) and last_seen_at < now() - interval '15 seconds'
  order by id for no key update skip locked
), seen as (
  update customers_customer c set last_seen_at = now() from here where c.tenant_id = %(tenant)s and c.id = here.id
)
select customer.id as customer_id, customer.token_generation, recent.channel_id, recent.public_id, recent.id,
  recent.state, recent.last_visitor_event_seq, recent.agent_delivered, recent.agent_read, agent.seen_at
from customers_customer customer left join lateral (
  select * from (
    select *, row_number() over (partition by channel_id order by id desc) as age from conversations_conversation
    where tenant_id = %(tenant)s and customer_id = customer.id
  ) c
  where c.age = 1 or (c.age <= 50 and c.ended_at > now() - interval '1 hour')
) recent on true
left join accounts_agent agent on agent.tenant_id = %(tenant)s and agent.id = recent.agent_id
where customer.tenant_id = %(tenant)s and customer.id = any(%(customers)s)
order by recent.age desc
"""

# Of each token in its order: the customer's name, null where it was revoked or its channel is closed; and whether the
# customer has had a conversation on the channel.
ADMITTED = """
select case when exists (
  select from channels_app_channel where tenant_id + 0 = %(tenant)s and id = i.channel and is_active
) then (
  select name from customers_customer
  where tenant_id + 0 = %(tenant)s and id = i.customer and token_generation = i.generation limit 1
) end as name, exists (
  select from conversations_conversation
  where tenant_id = %(tenant)s and customer_id = i.customer and channel_id = i.channel
) as has_conversed
from rows from (
  json_to_recordset(%(tokens)s::json) as (customer bigint, channel bigint, generation integer)
) with ordinality as i (customer, channel, generation, ord)
order by i.ord
"""

# Positions are computed once per queue, for all visitors of the digest who wait in it.
PLACES = """
select id, place from (
  select id, row_number() over (partition by service_account_id order by queued_at, id) as place
  from conversations_conversation
  where tenant_id = %(tenant)s and state = 'queued' and service_account_id in (
    select service_account_id from conversations_conversation where tenant_id = %(tenant)s and id = any(%(waiting)s)
  )
) queue
where id = any(%(waiting)s)
"""


@dataclass(slots=True, eq=False)
class VisitorClient:
    """A customer on one channel, as a `LiveClient`."""

    tenant_id: int
    customer_id: int
    channel_id: int
    name: str
    generation: int
    language: str
    commands: ClassVar[dict[str, Handler]] = {}
    digest_interval: ClassVar[DigestInterval] = USUAL_INTERVAL

    @classmethod
    def of(cls, token: VisitorToken, language: str) -> "VisitorClient":
        """The visitor of a token, whom `ready` admits."""
        return cls(token.tenant, token.customer, token.channel, "", token.generation, language)

    @classmethod
    def admit(cls, token: VisitorToken, language: str) -> "VisitorClient | None":
        """The visitor of a token; None where it was revoked or its channel closed. Runs in the token's tenant scope."""
        (row,) = select(ADMITTED, tokens=as_json([token]))
        visitor = cls.of(token, language)
        visitor.name = row["name"]
        return None if row["name"] is None else visitor

    @property
    def actor(self) -> Actor:
        """The customer as an actor."""
        return Customer(pk=self.customer_id, name=self.name).actor()

    @property
    def key(self) -> str:
        """The key of limits: one customer, on any channel."""
        return f"{self.tenant_id}:visitor:{self.customer_id}"

    def groups(self) -> list[str]:
        """The group of this customer on this channel."""
        return [visitor_group(self.tenant_id, self.customer_id, self.channel_id)]

    async def ready(self, after: Mapping[str, int]) -> list[Frame]:
        """`ready` with the latest conversation, then the frames after the cursors.

        Raises `HelloRefused` where the token was revoked or its channel closed.
        """
        token = VisitorToken(self.tenant_id, self.channel_id, self.customer_id, self.generation)
        admitted = await _admissions.call(token)
        if admitted["name"] is None:
            raise HelloRefused(NOT_AUTHENTICATED)
        self.name = admitted["name"]
        if not after and not admitted["has_conversed"]:
            return [_ready(None)]
        return await in_thread(self._replayed, dict(after))

    def _replayed(self, after: dict[str, int]) -> list[Frame]:
        row = latest_row_of_visitor(self.customer_id, self.channel_id)
        shown = visitor_row(row, position=position(row)) if row else None
        return [_ready(shown), *self.missed(after, row)]

    def missed(self, after: dict[str, int], latest: dict[str, Any] | None = None) -> list[Frame]:
        """The frames after the cursors; the whole latest conversation if no cursor is its."""
        rows = rows_of_visitor(self.customer_id, self.channel_id, list(after))
        if latest is not None and latest["conversation"] not in after:
            rows.append(latest)
        return [frame for row in rows for frame in frames_after(row, after.get(row["conversation"], 0), "visitor")]

    async def disconnected(self) -> None:
        """Nothing to do: the conversation stays open until it is idle."""

    @classmethod
    async def digests(cls, tenant_id: int, clients: Sequence["VisitorClient"]) -> list[Frame | None]:
        """A digest per visitor, with their latest conversations; None for a customer whose tokens were revoked."""
        values = {"tenant": tenant_id, "customers": [client.customer_id for client in clients]}
        rows = await fetch(tenant_id, DIGESTS, values)
        generations = {row["customer_id"]: row["token_generation"] for row in rows}
        recent: defaultdict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            recent[row["customer_id"], row["channel_id"]].append(row)
        waiting = [row["id"] for row in rows if row["state"] == "queued"]
        numbered = await fetch(tenant_id, PLACES, {"tenant": tenant_id, "waiting": waiting}) if waiting else []
        places = {row["id"]: row["place"] for row in numbered}
        now = milliseconds(timezone.now())
        with tenant_scope(tenant_id):
            there = await desks({client.channel_id for client in clients})
        return [
            {
                "t": "digest",
                "now": now,
                "desk": there.get(client.channel_id),
                **_where(recent[client.customer_id, client.channel_id], places),
            }
            if generations.get(client.customer_id) == client.generation
            else None
            for client in clients
        ]


async def _admit(tokens: list[VisitorToken]) -> Sequence[Mapping[str, Any]]:
    tenant_id = current_tenant_id()
    return await fetch(tenant_id, ADMITTED, {"tenant": tenant_id, "tokens": as_json(tokens)})


# Many pages that open at once, or come back after a restart, ask together.
_admissions: Batches[VisitorToken, Mapping[str, Any]] = Batches(
    "admissions", _admit, at_once=ASKED_AT_ONCE, most_waiting=MAX_WAITING
)


def _ready(row: Mapping[str, Any] | None) -> Frame:
    return {"t": "ready", "now": milliseconds(timezone.now()), "row": row}


def _where(rows: Sequence[Mapping[str, Any]], places: Mapping[int, int]) -> Frame:
    """The state of a visitor's latest conversations: receipts of the desk, queue position, and whether the agent is
    absent."""
    return {
        "after": {row["public_id"]: row["last_visitor_event_seq"] for row in rows},
        "marks": {row["public_id"]: [row["agent_delivered"], row["agent_read"]] for row in rows},
        "positions": {row["public_id"]: places[row["id"]] for row in rows if row["id"] in places},
        "away": [row["public_id"] for row in rows if row["state"] == "active" and is_absent(row["seen_at"])],
    }
