"""Messages and events, as the timeline shows them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from conversations.models import Conversation
from core.events.catalogue import lines_by_event
from core.statements import select
from customers.tags.queries import TAGS

Row = Mapping[str, Any]
PAGE = 50  # messages
LAST_NUMBER = 2_147_483_647
COUNTED_ALONE = 2  # so few rows have their place in the queue counted one by one

ROW_COLUMNS = """
select c.id as conversation_id, c.tenant_id, c.public_id as conversation, c.customer_id, c.channel_id,
  c.service_account_id, c.agent_id, c.state, c.end_reason, c.opened_at, c.queued_at, c.assigned_at, c.ended_at,
  c.waiting_since, c.last_seq, c.last_event_seq, c.last_visitor_event_seq, c.last_author, c.last_kind, c.last_text,
  c.last_note, c.note_text, c.last_message_at, c.customer_wrote_at, c.unread, c.handed_by,
  c.customer_delivered, c.customer_read, c.agent_delivered, c.agent_read, last_author.public_id as last_author_agent,
  customer.public_id as customer, coalesce(nullif(customer.remark, ''), customer.name) as customer_name,
  channel.public_id as channel, channel.name as channel_name, channel.kind as channel_kind,
  agent.public_id as agent, agent.nickname as agent_name, agent.seen_at as agent_seen_at,
  account.name as face, account.avatar, account.show_agent_name"""
ROW_JOINS = """
join customers_customer customer on customer.tenant_id = c.tenant_id and customer.id = c.customer_id
join channels_app_channel channel on channel.tenant_id = c.tenant_id and channel.id = c.channel_id
join channels_app_serviceaccount account on account.tenant_id = c.tenant_id and account.id = c.service_account_id
left join accounts_agent agent on agent.tenant_id = c.tenant_id and agent.id = c.agent_id
left join accounts_agent last_author on c.last_author = 'agent' and last_author.tenant_id = c.tenant_id
  and last_author.id = c.last_author_id
"""
ROWS = f"{ROW_COLUMNS} from conversations_conversation c {ROW_JOINS} where c.tenant_id = %(tenant)s "

# Rows for desks, with the customer's tags, which visitors and the frames of messages do without.
DESK_COLUMNS = f"{ROW_COLUMNS}, {TAGS} as tags"
DESK_ROWS = f"{DESK_COLUMNS} from conversations_conversation c {ROW_JOINS} where c.tenant_id = %(tenant)s "

MESSAGES = """
select m.tenant_id, c.public_id as conversation, c.id as conversation_id, m.seq as n, m.client_id, m.author_kind,
  m.author_id, m.author_name, m.kind, m.text, m.content::text as content, m.note, m.created_at, m.recalled_at,
  author.public_id as author, account.name as face, account.show_agent_name,
  f.public_id as file_id, f.name as file_name, f.size as file_size, f.media_type as file_type,
  f.width as file_width, f.height as file_height
from conversations_message m
join conversations_conversation c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
join channels_app_serviceaccount account on account.tenant_id = c.tenant_id and account.id = c.service_account_id
left join accounts_agent author on m.author_kind = 'agent' and author.tenant_id = m.tenant_id
  and author.id = m.author_id
left join conversations_attachment f on f.tenant_id = m.tenant_id and f.id = m.attachment_id
where m.tenant_id = %(tenant)s
"""

EVENTS = """
select e.name, e.seq, e.visitor_seq, e.data, e.at, e.actor_kind, e.actor_id, e.conversation_id,
  actor.nickname as actor_name, agent.nickname as agent_name, before.nickname as from_name
from core_event e
left join accounts_agent actor on e.actor_kind = 'agent' and actor.tenant_id = e.tenant_id and actor.id = e.actor_id
left join accounts_agent agent on agent.tenant_id = e.tenant_id and agent.id = (e.data ->> 'agent_id')::bigint
left join accounts_agent before on before.tenant_id = e.tenant_id and before.id = (e.data ->> 'from_agent_id')::bigint
where e.tenant_id = %(tenant)s
"""


def _select_events(statement: str, **values: Any) -> list[dict[str, Any]]:
    """As `select`; Django leaves JSON columns of raw statements as text."""
    return [row | {"data": json.loads(row["data"])} for row in select(statement, **values)]


def position(row: Row) -> int | None:
    """The position in the queue, from 1; None for a conversation that does not wait."""
    if row["state"] != "queued":
        return None
    ahead = Conversation.objects.filter(
        service_account_id=row["service_account_id"], state="queued", queued_at__lte=row["queued_at"]
    ).exclude(queued_at=row["queued_at"], pk__gt=row["conversation_id"])
    return ahead.count()


def positions(rows: Sequence[Row]) -> dict[int, int]:
    """Conversation id → the place in its queue, of those rows that wait. One query; it goes once through the queues
    where several rows wait."""
    waiting = [row for row in rows if row["state"] == "queued"]
    if len(waiting) <= COUNTED_ALONE:
        return {row["conversation_id"]: place for row in waiting if (place := position(row)) is not None}
    found = select(
        "select id, place from (select id, row_number() over"
        " (partition by service_account_id order by queued_at, id) as place from conversations_conversation"
        " where tenant_id = %(tenant)s and state = 'queued' and service_account_id = any(%(accounts)s)) queue"
        " where id = any(%(ids)s)",
        accounts=list({row["service_account_id"] for row in waiting}),
        ids=[row["conversation_id"] for row in waiting],
    )
    return {row["id"]: row["place"] for row in found}


def visitor_messages(
    customer_id: int, channel_id: int, *, before: tuple[str, int] | None = None, at_most: int = 50
) -> tuple[list[dict[str, Any]], bool]:
    """A page of the visitor's messages over all conversations on the channel, oldest first, and whether there are
    more."""
    older = ""
    values: dict[str, Any] = {"customer": customer_id, "channel": channel_id, "most": at_most + 1}
    if before is not None:
        older = (
            " and (m.conversation_id, m.seq) < (coalesce((select id from conversations_conversation"
            " where tenant_id = %(tenant)s and public_id = %(before)s and customer_id = %(customer)s), 0), %(n)s)"
        )
        values |= {"before": before[0], "n": before[1]}
    rows = select(
        MESSAGES
        + "and c.customer_id = %(customer)s and c.channel_id = %(channel)s and not m.note"
        + older
        + " order by m.conversation_id desc, m.seq desc limit %(most)s",
        **values,
    )
    return rows[:at_most][::-1], len(rows) > at_most


class Page(NamedTuple):
    """Messages of one conversation, oldest first; whether it has `older` ones before them and `newer` ones after."""

    messages: list[dict[str, Any]]
    older: bool
    newer: bool


def newest(conversation_id: int, *, before: int | None = None, at_most: int = PAGE) -> Page:
    """The last page of a conversation, or the one before a message."""
    limit = before if before is not None else LAST_NUMBER
    rows, older = _back(conversation_id, limit, at_most)
    return Page(rows, older, newer=before is not None)


def following(conversation_id: int, *, after: int, at_most: int = PAGE) -> Page:
    """The page after a message."""
    rows, newer = _forth(conversation_id, after, at_most)
    return Page(rows, older=after > 0, newer=newer)


def around(conversation_id: int, *, n: int, at_most: int = PAGE) -> Page:
    """The page with a message, or its place, in the middle."""
    before, older = _back(conversation_id, n, at_most // 2)
    after, newer = _forth(conversation_id, n - 1, at_most - at_most // 2)
    return Page([*before, *after], older, newer)


def _back(conversation_id: int, before: int, at_most: int) -> tuple[list[dict[str, Any]], bool]:
    """The last messages before a number, and whether there are more."""
    rows = select(
        MESSAGES + "and m.conversation_id = %(id)s and m.seq < %(before)s order by m.seq desc limit %(most)s",
        id=conversation_id,
        before=before,
        most=at_most + 1,
    )
    return rows[:at_most][::-1], len(rows) > at_most


def _forth(conversation_id: int, after: int, at_most: int) -> tuple[list[dict[str, Any]], bool]:
    """The first messages after a number, and whether there are more."""
    rows = select(
        MESSAGES + "and m.conversation_id = %(id)s and m.seq > %(after)s order by m.seq limit %(most)s",
        id=conversation_id,
        after=after,
        most=at_most + 1,
    )
    return rows[:at_most], len(rows) > at_most


NTH_LAST_OF_CUSTOMER = """
select m.seq from conversations_message m
where m.tenant_id = %(tenant)s and m.conversation_id = %(id)s and m.seq < %(before)s and m.author_kind = 'customer'
  and m.recalled_at is null order by m.seq desc limit 1 offset %(passed)s
"""


def nth_last_of_customer(conversation_id: int, nth: int, *, before: int | None = None) -> int | None:
    """The number of the customer's `nth` last message, of those before a number; None where there are fewer."""
    limit = before if before is not None else LAST_NUMBER
    rows = select(NTH_LAST_OF_CUSTOMER, id=conversation_id, before=limit, passed=nth - 1)
    return rows[0]["seq"] if rows else None


def messages_numbered(conversation_id: int, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Messages of a conversation by number."""
    rows = select(
        MESSAGES + "and m.conversation_id = %(id)s and m.seq = any(%(numbers)s)",
        id=conversation_id,
        numbers=list(numbers),
    )
    return {row["n"]: row for row in rows}


def events_after(conversation_id: int, seq: int, *, at_most: int) -> list[dict[str, Any]]:
    """Logged events of a conversation after `seq`, in the numbering for agents."""
    return _select_events(
        EVENTS + "and e.conversation_id = %(id)s and e.seq > %(seq)s order by e.seq limit %(most)s",
        id=conversation_id,
        seq=seq,
        most=at_most,
    )


def visitor_events_after(conversation_id: int, seq: int, *, at_most: int) -> list[dict[str, Any]]:
    """Logged events of a conversation after `seq`, in the numbering for visitors."""
    return _select_events(
        EVENTS + "and e.conversation_id = %(id)s and e.visitor_seq > %(seq)s order by e.visitor_seq limit %(most)s",
        id=conversation_id,
        seq=seq,
        most=at_most,
    )


def lines(conversation_id: int, *, from_n: int, to_n: int) -> list[dict[str, Any]]:
    """The events of a conversation between two message numbers, other than messages."""
    return _select_events(
        EVENTS + "and e.conversation_id = %(id)s and e.name = any(%(names)s)"
        " and (e.data ->> 'n')::integer between %(low)s and %(high)s order by e.seq",
        id=conversation_id,
        names=list(lines_by_event()),
        low=from_n,
        high=to_n,
    )
