"""The customers whom an agent knows: recently held ones, and starred ones. A page at a time, each customer once."""

from typing import Any, NamedTuple

from conversations.timeline.queries import DESK_ROWS, Row
from core.statements import select

PAGE = 30

# The holds of an agent, the latest first, each customer by the latest one. `offset 0` keeps the planner from joining,
# which would read all that the agent ever held before the first row.
RECENT = """
with place as (
  select p.began_at, p.conversation_id from conversations_participation p
  join conversations_conversation c on c.tenant_id = p.tenant_id and c.id = p.conversation_id
  where p.tenant_id = %(tenant)s and p.agent_id = %(agent)s and c.public_id = %(before)s
), contact as (
  select p.began_at as at, p.conversation_id as id, p.conversation_id, c.customer_id
  from conversations_participation p
  join conversations_conversation c on c.tenant_id = p.tenant_id and c.id = p.conversation_id
  where p.tenant_id = %(tenant)s and p.agent_id = %(agent)s and p.began_at > now() - interval '6 months'
    and (%(before)s = '' or (p.began_at, p.conversation_id) < (select began_at, conversation_id from place))
    and not exists (
      select 1 from conversations_conversation d
      join conversations_participation q on q.tenant_id = d.tenant_id and q.conversation_id = d.id
      where d.tenant_id = %(tenant)s and d.customer_id = c.customer_id and q.agent_id = %(agent)s
        and (q.began_at, q.conversation_id) > (p.began_at, p.conversation_id)
      offset 0
    )
  order by p.began_at desc, p.conversation_id desc limit %(most)s
)
"""

# Stars of customers who were here within the time, or are as new.
STARRED = """
with place as (
  select s.since, s.id from customers_star s
  join customers_customer person on person.tenant_id = s.tenant_id and person.id = s.customer_id
  where s.tenant_id = %(tenant)s and s.agent_id = %(agent)s and person.public_id = %(before)s
), contact as (
  select s.since as at, s.id, held.conversation_id, s.customer_id from customers_star s
  join customers_customer person on person.tenant_id = s.tenant_id and person.id = s.customer_id
  left join lateral (
    select d.id as conversation_id from conversations_conversation d
    join conversations_participation q on q.tenant_id = d.tenant_id and q.conversation_id = d.id
    where d.tenant_id = %(tenant)s and d.customer_id = s.customer_id and q.agent_id = %(agent)s
    order by q.began_at desc, d.id desc limit 1
  ) held on true
  where s.tenant_id = %(tenant)s and s.agent_id = %(agent)s
    and greatest(s.since, person.last_seen_at) > now() - interval '6 months'
    and (%(before)s = '' or (s.since, s.id) < (select since, id from place))
  order by s.since desc, s.id desc limit %(most)s
)
"""

CONTACTS = """
select contact.at, contact.conversation_id, person.public_id as customer,
  coalesce(nullif(person.remark, ''), person.name) as name,
  current.public_id as current, current.state, current.agent_id, agent.nickname as agent_name
from contact
join customers_customer person on person.tenant_id = %(tenant)s and person.id = contact.customer_id
left join lateral (
  select public_id, state, agent_id from conversations_conversation
  where tenant_id = %(tenant)s and customer_id = contact.customer_id and state <> 'ended' order by id desc limit 1
) current on true
left join accounts_agent agent on agent.tenant_id = %(tenant)s and agent.id = current.agent_id
order by contact.at desc, contact.id desc
"""


class Contact(NamedTuple):
    """A customer (public id and name). `row` is the latest conversation that the agent held, if any; `current` the
    customer's open one, of any agent: its public id, state, and agent."""

    customer: str
    name: str
    row: Row | None
    current: dict[str, Any] | None


class Page(NamedTuple):
    """Contacts in their order, and whether there are more."""

    contacts: list[Contact]
    more: bool


def recent(agent_id: int, *, before: str = "", at_most: int = PAGE) -> Page:
    """Customers whom the agent held within six months, the latest hold first; `before`: a conversation of the page
    before (its last row)."""
    return _page(RECENT, agent_id, before, at_most)


def starred(agent_id: int, *, before: str = "", at_most: int = PAGE) -> Page:
    """Customers whom the agent starred, the newest star first, of those who were here within six months; `before`: the
    last customer of the page before."""
    return _page(STARRED, agent_id, before, at_most)


def _page(contacts: str, agent_id: int, before: str, at_most: int) -> Page:
    found = select(contacts + CONTACTS, agent=agent_id, before=before, most=at_most + 1)
    rows = _rows([each["conversation_id"] for each in found[:at_most] if each["conversation_id"] is not None])
    return Page([_contact(each, rows) for each in found[:at_most]], len(found) > at_most)


def _rows(ids: list[int]) -> dict[int, Row]:
    found = select(DESK_ROWS + "and c.id = any(%(ids)s)", ids=ids) if ids else []
    return {each["conversation_id"]: each for each in found}


def _contact(found: Row, rows: dict[int, Row]) -> Contact:
    names = ("current", "state", "agent_id", "agent_name")
    return Contact(
        found["customer"],
        found["name"],
        rows.get(found["conversation_id"]),
        {name: found[name] for name in names} if found["current"] is not None else None,
    )


KNOWN = """
select 1 from conversations_conversation c
join customers_customer person on person.tenant_id = c.tenant_id and person.id = c.customer_id
where c.tenant_id = %(tenant)s and person.public_id = %(customer)s and (
  (c.state = 'queued' and c.service_account_id = any(%(accounts)s))
  or exists (
    select 1 from conversations_participation p
    where p.tenant_id = c.tenant_id and p.conversation_id = c.id and p.agent_id = %(agent)s
  )
) limit 1
"""


def knows(customer: str, *, agent_id: int, service_account_ids: list[int]) -> bool:
    """Whether the agent held a conversation of the customer (public id), or serves the queue in which one waits."""
    return bool(select(KNOWN, customer=customer, agent=agent_id, accounts=service_account_ids))
