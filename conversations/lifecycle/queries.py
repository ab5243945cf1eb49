"""Look-ups of conversations, as rows and as model objects."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.permissions import Permission
from conversations.models import Conversation, Participation
from conversations.states import OPEN, State
from conversations.timeline.queries import DESK_COLUMNS, DESK_ROWS, ROW_JOINS, ROWS, Row
from core.actors import Actor
from core.statements import look_up, select
from customers.models import Customer


def row(conversation_id: int) -> dict[str, Any]:
    """One conversation as a row of `queries.DESK_ROWS`; raises `IndexError` where there is none."""
    return select(DESK_ROWS + "and c.id = %(id)s", id=conversation_id)[0]


# The array comes from a query: PostgreSQL would plan again for each short array that it can see, which takes longer
# than finding the rows.
ROWS_BY_ID = DESK_ROWS + "and c.id = any(array(select unnest(%(ids)s::bigint[])))"


def rows_by_id(conversation_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The facts of several, by id."""
    found = look_up(ROWS_BY_ID, ids=list(conversation_ids))
    return {each["conversation_id"]: each for each in found}


def latest_row_of_visitor(customer_id: int, channel_id: int) -> dict[str, Any] | None:
    """The row of the customer's latest conversation on the channel, or None."""
    rows = select(
        ROWS + "and c.customer_id = %(customer)s and c.channel_id = %(channel)s order by c.id desc limit 1",
        customer=customer_id,
        channel=channel_id,
    )
    return rows[0] if rows else None


def rows_of_visitor(customer_id: int, channel_id: int, public_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of the named conversations that belong to the customer on the channel, oldest first."""
    return select(
        ROWS + "and c.customer_id = %(customer)s and c.channel_id = %(channel)s and c.public_id = any(%(ids)s)"
        " order by c.id",
        customer=customer_id,
        channel=channel_id,
        ids=list(public_ids),
    )


def rows_named(public_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of the named conversations of the tenant; the caller checks who may see them."""
    return select(DESK_ROWS + "and c.public_id = any(%(ids)s) order by c.id", ids=list(public_ids))


# Each part is found by an index of its own, so that what ended before costs nothing.
SHOWN_AT_DESK = """
with shown as (
  (select id from conversations_conversation
   where tenant_id = %(tenant)s and state = 'queued' and service_account_id = any(%(accounts)s)
   order by queued_at, id limit %(queue)s)
  union all
  (select id from conversations_conversation
   where tenant_id = %(tenant)s and agent_id = %(agent)s and state = 'active' order by id limit %(held)s)
  union all
  (select id from conversations_conversation
   where tenant_id = %(tenant)s and agent_id = %(agent)s and state = 'ended' and ended_at > now() - interval '24 hours'
   order by ended_at desc limit %(ended)s)
)
"""


class AtDesk(NamedTuple):
    """The rows of an agent's desk, in order."""

    queue: list[dict[str, Any]]
    active: list[dict[str, Any]]
    ended: list[dict[str, Any]]


OF_THE_CUSTOMER = """
  , customer.last_seen_at as customer_seen_at, c.customer_id in (
    select customer_id from customers_star where tenant_id = %(tenant)s and agent_id = %(agent)s
  ) as starred"""
ROWS_AT_DESK = f"""{SHOWN_AT_DESK} {DESK_COLUMNS}{OF_THE_CUSTOMER}
from conversations_conversation c {ROW_JOINS}
where c.tenant_id = %(tenant)s and c.id in (select id from shown)
"""  # noqa: S608 – constants


def _shown(**values: Any) -> list[dict[str, Any]]:
    return look_up(ROWS_AT_DESK, **values)


def rows_at_desk(agent_id: int, service_account_ids: Sequence[int]) -> AtDesk:
    """The 200 rows that wait longest for these service accounts, those that the agent holds, at most 500, and the
    latest 100 that ended in the agent's hands within a day; each with whether the agent `starred` its customer, and
    when that one was here last (`customer_seen_at`). One statement."""
    found: dict[str, list[dict[str, Any]]] = {State.QUEUED: [], State.ACTIVE: [], State.ENDED: []}
    limits = {"queue": 200, "held": 500, "ended": 100}
    for each in _shown(agent=agent_id, accounts=list(service_account_ids), **limits):
        found[each["state"]].append(each)
    return AtDesk(
        sorted(found[State.QUEUED], key=lambda each: (each["queued_at"], each["conversation_id"])),
        sorted(found[State.ACTIVE], key=lambda each: each["conversation_id"]),
        sorted(found[State.ENDED], key=lambda each: each["ended_at"], reverse=True),
    )


def first_in_queues(service_account_ids: Sequence[int], *, at_most: int) -> list[dict[str, Any]]:
    """Whose conversations wait for these service accounts, the longest wait first: the ids that a frame needs."""
    return select(
        "select c.id as conversation_id, c.public_id as conversation, c.customer_id, c.channel_id"
        " from conversations_conversation c where c.tenant_id = %(tenant)s and c.state = 'queued'"
        " and c.service_account_id = any(%(accounts)s) order by c.queued_at, c.id limit %(most)s",
        accounts=list(service_account_ids),
        most=at_most,
    )


def unread_for_next_holder(conversation_ids: Sequence[int]) -> dict[int, int]:
    """Conversation id → the unread count for its next holder: customer messages after the last public reply, and at
    least 1. One query."""
    rows = select(
        "select c.id, greatest(1, unread.n) as unread from unnest(%(ids)s::bigint[]) as c (id) cross join lateral ("
        " select count(*) as n from conversations_message m where m.tenant_id = %(tenant)s and m.conversation_id = c.id"
        " and m.recalled_at is null and m.author_kind = 'customer' and m.seq > coalesce(("
        "  select max(a.seq) from conversations_message a where a.tenant_id = %(tenant)s and a.conversation_id = c.id"
        "  and a.recalled_at is null and a.author_kind = 'agent' and not a.note), 0)) unread",
        ids=list(conversation_ids),
    )
    return {row["id"]: row["unread"] for row in rows}


class Waiting(NamedTuple):
    """How many customers wait: in the queues that the agent's groups serve (`own`), and in all queues."""

    own: int
    all: int


WAITING = """
select count(*) filter (where service_account_id in (
    select s.service_account_id from channels_app_servinggroup s
    join accounts_membership m on m.tenant_id = s.tenant_id and m.group_id = s.group_id
    where s.tenant_id = %(tenant)s and m.agent_id = %(agent)s)) as own, count(*) as all
from conversations_conversation where tenant_id = %(tenant)s and state = 'queued'
"""


def waiting_for(agent_id: int) -> Waiting:
    """The numbers for one agent, in one query."""
    [found] = look_up(WAITING, agent=agent_id)
    return Waiting(**found)


def find(public_id: str) -> Conversation | None:
    """The tenant's conversation with the public id, or None."""
    return Conversation.objects.filter(public_id=public_id).first()


def open_conversations_of(customer_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """Customer and channel → their conversation (public id) that is not over."""
    found = Conversation.objects.filter(customer__in=customer_ids, state__in=OPEN)
    return {(row[0], row[1]): row[2] for row in found.values_list("customer_id", "channel_id", "public_id")}


def held_by_nobody() -> QuerySet[Conversation]:
    """Active conversations whose agent is disabled, deleted, or has no desk any more."""
    unable = Q(agent__is_active=False) | ~Q(agent__role__permissions__contains=[Permission.DESK])
    return Conversation.objects.filter(unable, state=State.ACTIVE)


def visitors_of(agent_ids: Collection[int]) -> list[tuple[int, int]]:
    """Customer id and channel id of each conversation that the agents hold."""
    held = Conversation.objects.filter(agent__in=agent_ids, state=State.ACTIVE)
    return list(held.values_list("customer_id", "channel_id"))


def open_from(networks: Collection[str], *, at_most: int) -> dict[str, int]:
    """Network → how many conversations are open that were opened from there; no more than `at_most` are counted."""
    rows = select(
        "select wanted.network, found.n from unnest(%(networks)s::text[]) as wanted (network) cross join lateral ("
        " select count(*) as n from (select 1 from conversations_conversation c where c.tenant_id = %(tenant)s"
        " and c.opened_from = wanted.network and c.state <> 'ended' limit %(most)s) c) found",
        networks=list(networks),
        most=at_most,
    )
    return {row["network"]: row["n"] for row in rows}


# The time line of a customer: what ended before a conversation, and that conversation itself. Ordered by `c.id + 0`, so
# that the customer's few are looked for among the customer's, and not among all in the order of their ids.
TIME_LINE = (
    "and c.customer_id = %(customer)s and (c.id = %(until)s or (c.id < %(until)s and c.state = 'ended'"
    " and c.last_seq > 0))"
)


def before_in_time_line(row: Row) -> Row | None:
    """The row of the customer's latest conversation that ended before this one, whatever its channel; None for the
    first."""
    return _first(
        ROWS + TIME_LINE + " and c.id < %(until)s order by c.id + 0 desc limit 1", row, until=row["conversation_id"]
    )


def after_in_time_line(row: Row, *, until: int) -> Row | None:
    """The row of the customer's next conversation up to `until`; None for that one itself."""
    statement = ROWS + TIME_LINE + " and c.id > %(id)s order by c.id + 0 limit 1"
    return _first(statement, row, until=until, id=row["conversation_id"])


def since_in_time_line(row: Row, at: datetime) -> tuple[str, int] | None:
    """Where the time line up to this conversation has its first message of that time or later: conversation and
    number. None where all are older."""
    found = _first(
        "select c.public_id as conversation, (select min(m.seq) from conversations_message m"  # noqa: S608 – constants
        " where m.tenant_id = %(tenant)s and m.conversation_id = c.id and m.created_at >= %(at)s) as n"
        " from conversations_conversation c where c.tenant_id = %(tenant)s "
        + TIME_LINE
        + " and c.last_message_at >= %(at)s order by c.id + 0 limit 1",
        row,
        until=row["conversation_id"],
        at=at,
    )
    return (found["conversation"], found["n"] or 1) if found else None


def _first(statement: str, row: Row, **values: Any) -> dict[str, Any] | None:
    rows = select(statement, customer=row["customer_id"], **values)
    return rows[0] if rows else None


LATER_AT_DESK = """
select c.id from conversations_conversation c
where c.tenant_id = %(tenant)s and c.customer_id = %(customer)s and c.id > %(id)s and (
  (c.agent_id = %(agent)s and (c.state = 'active' or c.ended_at > now() - interval '24 hours'))
  or (c.state = 'queued' and c.service_account_id = any(%(accounts)s))
) order by c.id + 0 desc limit 1
"""


def later_at_desk(row: Row, *, agent_id: int, service_account_ids: Sequence[int]) -> int | None:
    """The id of the customer's latest later conversation that stands on the agent's desk: held, ended there within 24
    hours, or waiting for one of these service accounts. None where there is none."""
    found = _first(LATER_AT_DESK, row, id=row["conversation_id"], agent=agent_id, accounts=list(service_account_ids))
    return found["id"] if found else None


def took_part(conversation_id: int, agent_id: int) -> bool:
    """Whether the agent held the conversation at some time."""
    return Participation.objects.filter(conversation=conversation_id, agent=agent_id).exists()


def customer_of(conversation_id: int) -> Customer:
    """The customer of the conversation."""
    return Customer.objects.get(conversations=conversation_id)


def earlier_conversations(
    conversation_id: int, customer_id: int, *, reader: Actor, serves: bool, at_most: int = 20
) -> list[dict[str, Any]]:
    """The customer's earlier conversations, newest first, at most `at_most`.

    `opens`: whether the reader may open it in the time line: what ended, where the reader `serves` the customer, took
    part, or may see all. The agent's name is included where the reader took part or may see all; the last text only
    where the reader took part, because reading those of others must leave an audit entry.
    """
    part = Participation.objects.filter(conversation=OuterRef("pk"), agent=reader.row_id)
    earlier = (
        Conversation.objects.filter(customer_id=customer_id, pk__lt=conversation_id)
        .annotate(mine=Exists(part))
        .select_related("agent")
        .order_by("-pk")[:at_most]
    )
    sees_all = reader.may(Permission.SEE_ALL)
    return [
        {
            "id": each.public_id,
            "opens": each.state == State.ENDED and (serves or sees_all or each.mine),
            "opened_at": each.opened_at,
            "ended_at": each.ended_at,
            "agent": each.agent.nickname if each.agent and (each.mine or sees_all) else "",
            "messages": each.last_seq,
            "last": each.last_text if each.mine and not each.last_note else "",
        }
        for each in earlier
    ]
