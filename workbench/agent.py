"""An agent's end of a live connection: groups, state and digests. Commands: `workbench/commands/`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone

from accounts.agents.presence import mark_connected, restore_status
from accounts.agents.queries import at_desks
from accounts.agents.wire import agent_object
from accounts.models import Agent
from accounts.permissions import Permission
from accounts.sign_in.sessions import EXTEND_EVERY, IDLE, LONGEST
from channels_app.service_accounts.queries import accounts_served_by
from conversations.history.access_log import record_view
from conversations.lifecycle.queries import later_at_desk, rows_at_desk, rows_by_id, rows_named, took_part
from conversations.messages.mentions import unseen_by
from conversations.states import State
from conversations.timeline.replay import frames_after
from conversations.timeline.wire import agent_row
from core.actors import Actor
from core.errors import NotFound
from core.live.commands import Frame, Handler
from core.live.connections import DIGEST_SECONDS, DigestInterval
from core.live.groups import agent_group, desk_group, queue_group
from core.live.wire import milliseconds
from core.statements import fetch
from core.tasks import for_each_row
from core.tenancy.scope import tenant_scope
from core.tenancy.threads import in_thread
from customers.tags import queries as tags

STAYS_AT_DESK = timedelta(hours=24)  # what ended; as `SHOWN_AT_DESK` and `LATER_AT_DESK` have it

DIGESTS = f"""
with awake as (
  update accounts_session s set expire_date = least(s.created_at + %(longest)s, now() + %(idle)s)
  where s.tenant_id = %(tenant)s and s.session_key = any(%(sessions)s) and s.expire_date > now()
    and s.expire_date not between least(s.created_at + %(longest)s, now() + %(idle)s) - %(worth)s
                              and least(s.created_at + %(longest)s, now() + %(idle)s) + %(worth)s
), locked as materialized (
  select id from accounts_agent where tenant_id = %(tenant)s and id = any(%(agents)s) order by id for no key update
), here as (
  update accounts_agent a set seen_at = now()
  from accounts_session s
  where a.tenant_id = %(tenant)s and a.id in (select id from locked) and a.is_active
    and s.tenant_id = %(tenant)s and s.agent_id = a.id and s.session_key = any(%(sessions)s) and s.expire_date > now()
  returning a.id, a.public_id, a.nickname, a.number, a.status, a.status_reason, a.status_since, a.max_concurrent,
    a.load, a.role_id, a.status = 'offline' and a.status_set_by = 'system' and a.returns_to <> '' as set_offline
)
select here.*, coalesce(mine.after, '{{}}') as after, coalesce(mine.marks, '{{}}') as marks,
  coalesce(mine.seen, '{{}}') as seen, stars.n as stars, stars.since as starred_at,
  (select count(*) || '.' || coalesce(floor(extract(epoch from max(m.at)) * 1000)::bigint, 0)
   from conversations_mention m
   where m.tenant_id = %(tenant)s and m.agent_id = here.id and m.seen_at is null) as mentions,
  role.permissions, {tags.MARK} as tags,
  array(select distinct s.service_account_id from channels_app_servinggroup s
    join accounts_membership m on m.tenant_id = s.tenant_id and m.group_id = s.group_id
    where m.tenant_id = %(tenant)s and m.agent_id = here.id) as accounts,
  (select array_agg(s.session_key) from accounts_session s
   where s.tenant_id = %(tenant)s and s.agent_id = here.id and s.expire_date > now()) as sessions
from here join accounts_role role on role.tenant_id = %(tenant)s and role.id = here.role_id left join lateral (
  select jsonb_object_agg(c.public_id, c.last_event_seq) as after,
    jsonb_object_agg(c.public_id, c.marks) filter (where c.active) as marks,
    jsonb_object_agg(c.public_id, c.seen) as seen
  from (
    select public_id, last_event_seq, true as active,
      jsonb_build_array(customer_delivered, customer_read, unread) as marks, (
      select floor(extract(epoch from last_seen_at) * 1000)::bigint from customers_customer
      where tenant_id = %(tenant)s and id = c.customer_id
    ) as seen
    from conversations_conversation c
    where tenant_id = %(tenant)s and agent_id = here.id and state = 'active'
    union all (
      select public_id, last_event_seq, false, null, (
        select floor(extract(epoch from last_seen_at) * 1000)::bigint from customers_customer
        where tenant_id = %(tenant)s and id = c.customer_id
      )
      from conversations_conversation c
      where tenant_id = %(tenant)s and agent_id = here.id and state = 'ended' and ended_at > now() - interval '1 hour'
      order by ended_at desc limit 50
    )
  ) c
) mine on true cross join lateral (
  select count(*) as n, max(since) as since from customers_star where tenant_id = %(tenant)s and agent_id = here.id
) stars
"""  # noqa: S608 – made of a constant

QUEUES = """
select public_id, service_account_id, last_event_seq, (
    select floor(extract(epoch from last_seen_at) * 1000)::bigint from customers_customer
    where tenant_id = %(tenant)s and id = c.customer_id
) as seen
from conversations_conversation c
where tenant_id = %(tenant)s and state = 'queued' and service_account_id = any(%(accounts)s)
order by queued_at, id limit 200
"""

SEEN = """
update accounts_agent set seen_at = now()
where tenant_id = %(tenant)s and id = %(agent)s and exists (
  select 1 from accounts_session where tenant_id = %(tenant)s and agent_id = %(agent)s and session_key = %(session)s
) returning id
"""


@dataclass(slots=True, eq=False)
class AgentClient:
    """An agent in one browser tab, as a `LiveClient`."""

    tenant_id: int
    agent: Actor
    public_id: str
    accounts: frozenset[int]
    session_key: str
    language: str
    commands: ClassVar[dict[str, Handler]] = {}
    digest_interval: ClassVar[DigestInterval] = DigestInterval(DIGEST_SECONDS, at_once=True)

    @property
    def agent_id(self) -> int:
        """The agent's primary key."""
        if self.agent.id is None:
            raise NotFound
        return self.agent.id

    @classmethod
    def of(cls, agent: Agent, language: str, *, session_key: str = "") -> "AgentClient":
        """The client of an agent in the tenant's scope; `session_key` names the session that must stay valid."""
        desk = cls(agent.tenant_id, agent.actor(), agent.public_id, frozenset(), session_key, language)
        if desk.agent.may(Permission.TAKE):
            desk.accounts = frozenset(accounts_served_by(agent.pk))
        return desk

    @property
    def key(self) -> str:
        """The key of limits: all tabs of one agent."""
        return f"{self.tenant_id}:agent:{self.agent_id}"

    def learn(self, agent: Mapping[str, Any]) -> None:
        """Takes over role and served accounts, which may have changed since the tab was opened; the connection then
        moves to `groups`."""
        self.agent = Actor("agent", self.agent_id, agent["nickname"], frozenset(agent["permissions"]))
        self.accounts = frozenset(agent["accounts"] if self.agent.may(Permission.TAKE) else ())

    def groups(self) -> list[str]:
        """The agent's conversations, the queues that the agent serves, and all colleagues."""
        return [
            agent_group(self.tenant_id, self.agent_id),
            desk_group(self.tenant_id),
            *(queue_group(self.tenant_id, account) for account in sorted(self.accounts)),
        ]

    async def ready(self, after: Mapping[str, int]) -> list[Frame]:
        """`ready`, then the frames after the cursors."""
        return await in_thread(self._ready, dict(after))

    def _ready(self, after: dict[str, int]) -> list[Frame]:
        mark_connected(self.agent_id)
        frames, _gone = self.missed(after)
        return [{"t": "ready", "now": milliseconds(timezone.now()), "me": self.me()}, *frames]

    def me(self) -> dict[str, Any]:
        """Myself as colleagues see me."""
        return agent_object(Agent.objects.get(pk=self.agent_id))

    def missed(self, after: Mapping[str, int]) -> tuple[list[Frame], list[str]]:
        """The frames after the cursors, and the conversations that the agent may not see any more."""
        rows = {row["conversation"]: row for row in rows_named(list(after))}
        seen = [row for row in rows.values() if self.may_see(row)]
        known = {row["conversation"] for row in seen}
        frames = [frame for row in seen for frame in self._frames_after(row, after[row["conversation"]])]
        return frames, [name for name in after if name not in known]

    def _frames_after(self, row: Mapping[str, Any], seq: int) -> list[Frame]:
        frames = frames_after(row, seq, "agent")
        if any("message" in frame for frame in frames):
            self.reads(row)
        return frames

    def may_see(self, row: Mapping[str, Any]) -> bool:
        """Held by the agent, waiting in a queue that the agent serves, or any where the role sees all."""
        return self.concerns(row) or self.agent.may(Permission.SEE_ALL)

    def may_read(self, row: Mapping[str, Any]) -> bool:
        """What the agent may see. Of ended conversations also those in which the agent took part, and the earlier ones
        of a customer whose later one stands on the agent's desk: read only, with an audit entry."""
        if self.may_see(row):
            return True
        return row["state"] == State.ENDED and (
            took_part(row["conversation_id"], self.agent_id)
            or later_at_desk(row, agent_id=self.agent_id, service_account_ids=sorted(self.accounts)) is not None
        )

    def has_at_desk(self, row: Mapping[str, Any]) -> bool:
        """Whether it stands on the agent's desk: held, waiting in a queue that the agent serves, or ended there within
        `STAYS_AT_DESK`."""
        return self.concerns(row) and (row["state"] != State.ENDED or row["ended_at"] > timezone.now() - STAYS_AT_DESK)

    def concerns(self, row: Mapping[str, Any]) -> bool:
        """Held by the agent, or waiting in a queue that the agent serves."""
        return bool(
            row["agent_id"] == self.agent_id
            or (row["state"] == State.QUEUED and row["service_account_id"] in self.accounts)
        )

    def visible_row(self, public_id: str) -> dict[str, Any]:
        """The row of a conversation that the agent may see; raises `NotFound` for every other."""
        rows = rows_named([public_id])
        if not rows or not self.may_see(rows[0]):
            raise NotFound
        return rows[0]

    def reads(self, row: Mapping[str, Any]) -> None:
        """Records an audit entry where messages of somebody else's conversation are shown; costs nothing for one's
        own."""
        if not self.concerns(row):
            record_view(actor=self.agent, conversation_id=row["conversation_id"], customer_name=row["customer_name"])

    async def disconnected(self) -> None:
        """Starts the grace of 60 s, unless the agent signed out; the digest of another tab ends it."""
        values = {"tenant": self.tenant_id, "agent": self.agent_id, "session": self.session_key}
        await fetch(self.tenant_id, SEEN, values)

    @classmethod
    async def digests(cls, tenant_id: int, clients: Sequence["AgentClient"]) -> list[Frame | None]:
        """A digest per tab: what the agent holds and may accept.

        Marks the agents as seen, which restores those set offline although they were connected (a changed clock, a
        process that was stopped). None for a session that ended, an agent who was disabled or has no desk any more.
        """
        values = {
            "tenant": tenant_id,
            "agents": [client.agent_id for client in clients],
            "sessions": [client.session_key for client in clients],
            "longest": LONGEST,
            "idle": IDLE,
            "worth": EXTEND_EVERY,
        }
        agents = {row["id"]: row for row in await fetch(tenant_id, DIGESTS, values)}
        if wrongly := [row["id"] for row in agents.values() if row["set_offline"]]:
            await in_thread(_bring_back, tenant_id, wrongly)
            agents = {row["id"]: row for row in await fetch(tenant_id, DIGESTS, values)}
        for client in clients:
            if client.agent_id in agents:
                client.learn(agents[client.agent_id])
        accounts = sorted({account for client in clients for account in client.accounts})
        waiting = await fetch(tenant_id, QUEUES, {"tenant": tenant_id, "accounts": accounts}) if accounts else []
        return [client.digest(agents.get(client.agent_id), waiting) for client in clients]

    def digest(self, agent: Mapping[str, Any] | None, waiting: Sequence[Mapping[str, Any]]) -> Frame | None:
        """One tab's digest, from what was read for all tabs."""
        if agent is None or self.session_key not in agent["sessions"] or not self.agent.may(Permission.DESK):
            return None
        mine = [row for row in waiting if row["service_account_id"] in self.accounts]
        queue = {row["public_id"]: row["last_event_seq"] for row in mine}
        return {
            "t": "digest",
            "now": milliseconds(timezone.now()),
            "after": agent["after"] | queue,
            "marks": agent["marks"],
            "stars": [agent["stars"], milliseconds(agent["starred_at"])],
            "seen": agent["seen"] | {row["public_id"]: row["seen"] for row in mine},
            "me": _me(agent),
            "mentions": agent["mentions"],
            "tags": agent["tags"],
            "serves": bool(self.accounts),
            "queue": list(queue),
        }

    def state(self) -> dict[str, Any]:
        """The whole state that the desk starts from."""
        now, team = milliseconds(timezone.now()), at_desks()
        queue, active, ended = rows_at_desk(self.agent_id, sorted(self.accounts))
        return {
            "now": now,
            "queue": [agent_row(row, me=self.agent_id) for row in queue],
            "rows": [agent_row(row, me=self.agent_id) for row in (*active, *ended)],
            "me": next((each for each in team if each["id"] == self.public_id), None) or self.me(),
            "seen": {row["conversation"]: milliseconds(row["customer_seen_at"]) for row in (*queue, *active, *ended)},
            "serves": bool(self.accounts),
            "stars": sorted({row["customer"] for row in (*queue, *active, *ended) if row["starred"]}),
            "tags": tags.at_desks()._asdict(),
            "colleagues": [each for each in team if each["id"] != self.public_id],
            "mentions": self.mentions(),
        }

    def mentions(self) -> dict[str, Any]:
        """The newest notes that name the agent and that the agent has not seen, of conversations that the agent may
        read; `mark` is what a digest has while it is all of them."""
        found = unseen_by(self.agent_id)
        rows = rows_by_id([each["conversation_id"] for each in found.notes]) if found.notes else {}
        readable = {key: row for key, row in rows.items() if self.may_read(row)}
        shown = [
            {
                "conversation": row["conversation"],
                "n": each["n"],
                "by": each["by"],
                "text": each["text"],
                "at": milliseconds(each["at"]),
                "row": agent_row(row, me=self.agent_id),
            }
            for each in found.notes
            if (row := readable.get(each["conversation_id"]))
        ]
        return {"mark": found.mark, "notes": shown}


def _bring_back(tenant_id: int, agent_ids: list[int]) -> None:
    with tenant_scope(tenant_id):
        for_each_row(agent_ids, restore_status)


def _me(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["public_id"],
        "name": row["nickname"],
        "number": row["number"],
        "status": row["status"],
        "reason": row["status_reason"],
        "since": milliseconds(row["status_since"]),
        "load": row["load"],
        "cap": row["max_concurrent"],
    }
