"""Reads of the history: visible conversations, conditions of filters, and threads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Greatest
from django.utils.translation import gettext

from accounts.agents.rules import is_absent
from accounts.models import Agent
from accounts.permissions import Permission
from conversations.history.hits import Hit
from conversations.models import Conversation, Message, Participation
from conversations.states import EndReason
from conversations.timeline.queries import MESSAGES, lines
from core.actors import Actor
from core.console.filters import Offered
from core.events.conversations import ConversationAssigned, ConversationTransferred
from core.models import LoggedEvent
from core.rows import Named, one_or_404
from core.statements import look_up, select

PAGE = 200  # messages of a thread on one page
MAX_LOOKED_AT = 2000  # conversations of a reader, for the names in them
MAX_OTHERS = 10  # of the customer's conversations beside a thread
MAX_SEQ = 2_147_483_647
HAND_OVERS = [ConversationAssigned.name, ConversationTransferred.name]
NAMED = ("customer", "channel", "service_account")  # of what the names stand in a list


def seen_by(actor: Actor) -> QuerySet[Conversation]:
    """All conversations where the actor may see all, otherwise those in which the agent took part."""
    rows = Conversation.objects.all()
    return rows if actor.may(Permission.SEE_ALL) else rows.filter(took_part(agent_id=actor.row_id))


def sees_notes(actor: Actor) -> bool:
    """Whether the actor may read private notes: roles with a desk."""
    return actor.may(Permission.DESK)


def sees_originals(actor: Actor) -> bool:
    """Whether the actor may read the original of recalled messages: roles with the audit log."""
    return actor.may(Permission.AUDIT)


def id_of(rows: Any, public_id: str) -> Subquery:
    """The key of a row that a filter names: planned for as a key that is known, not as a join."""
    return Subquery(rows.filter(public_id=public_id).values("pk")[:1])


def took_part(**who: Any) -> Exists:
    """Whether a participation matches the given columns."""
    return Exists(Participation.objects.filter(conversation=OuterRef("pk"), **who))


def answered(**who: Any) -> Exists:
    """Whether a participation matches the columns and its agent wrote a public message during it."""
    return Exists(
        with_answers(Participation.objects.filter(conversation=OuterRef("pk"), **who)).filter(answered_at__isnull=False)
    )


def with_answers(parts: QuerySet[Participation]) -> QuerySet[Any]:
    """Participations with `since`, when an answer was due (the assignment, or the customer's first message if later),
    and `answered_at`, the agent's first public message from then on."""
    written = Message.objects.filter(
        conversation=OuterRef("conversation"), author_kind="agent", author_id=OuterRef("agent_id"), note=False
    )
    first = written.filter(created_at__gte=OuterRef("since")).order_by("seq").values("created_at")[:1]
    return parts.annotate(since=Greatest("began_at", "conversation__asked_at")).annotate(answered_at=Subquery(first))


def has_customer_message() -> Q:
    """Whether the customer wrote in it; recalled messages count."""
    return Q(asked_at__isnull=False)


def is_nuisance() -> Q:
    """Whether it was removed from the queue as a nuisance: then no report counts it."""
    return Q(end_reason=EndReason.SPAM)


# Names of holders are looked up one by one: joined, all agents would be gone through for each row.
LISTED = """
select c.id as pk, c.public_id, c.last_seq, c.state, c.end_reason, c.opened_at, c.ended_at,
  c.ended_at - c.opened_at as duration, c.first_response_at - c.asked_at as first_response,
  first.nickname as first_response_by, customer.name as customer, channel.name as channel,
  account.name as service_account,
  c.state = 'active' and c.waiting_since is not null and c.agent_id is not null as waits_for_agent,
  coalesce(agent.seen_at, c.assigned_at) as agent_seen_at,
  (select count(*) from conversations_message m where m.tenant_id = c.tenant_id and m.conversation_id = c.id
    and m.author_kind <> 'system' and (%(notes)s or not m.note)) as messages_shown,
  array(select (select holder.nickname from accounts_agent holder
      where holder.tenant_id = e.tenant_id and holder.id = (e.data ->> 'agent_id')::bigint) from core_event e
    where e.tenant_id = c.tenant_id and e.conversation_id = c.id and e.name = any(%(hand_overs)s)
    order by e.seq) as holders,
  array(select g.name from conversations_participation p
    join accounts_group g on g.tenant_id = p.tenant_id and g.id = p.group_id
    where p.tenant_id = c.tenant_id and p.conversation_id = c.id order by p.began_at, p.id) as groups
from unnest(%(keys)s::bigint[]) with ordinality as wanted (id, place)
join conversations_conversation c on c.tenant_id = %(tenant)s and c.id = wanted.id
join customers_customer customer on customer.tenant_id = c.tenant_id and customer.id = c.customer_id
join channels_app_channel channel on channel.tenant_id = c.tenant_id and channel.id = c.channel_id
join channels_app_serviceaccount account on account.tenant_id = c.tenant_id and account.id = c.service_account_id
left join accounts_agent agent on agent.tenant_id = c.tenant_id and agent.id = c.agent_id
left join accounts_agent first on first.tenant_id = c.tenant_id and first.id = c.first_response_by_id
order by wanted.place
"""


@dataclass(frozen=True)
class ListedConversation:
    """A conversation as a list shows it. `messages_shown` are those that people wrote (`last_seq` would count welcome
    texts), notes for their readers only; `holders` the agents in turn, from the event log, because a participation has
    the first time only; `groups` those through which they were given it."""

    pk: int
    public_id: str
    last_seq: int
    state: str
    end_reason: str
    opened_at: datetime
    ended_at: datetime | None
    duration: timedelta | None
    first_response: timedelta | None
    first_response_by: str | None
    customer: Named
    channel: Named
    service_account: Named
    waits_for_agent: bool
    agent_seen_at: datetime | None
    messages_shown: int
    holders: Sequence[str]
    groups: Sequence[str]
    hit: Hit | None = None

    @property
    def waits_for_absent(self) -> bool:
        """As `Conversation.waits_for_absent`."""
        return self.waits_for_agent and is_absent(self.agent_seen_at)


def listed(keys: Sequence[int], reader: Actor) -> list[ListedConversation]:
    """What a list shows of conversations with these keys, in that order."""
    found = look_up(LISTED, keys=list(keys), notes=sees_notes(reader), hand_overs=HAND_OVERS)
    return [ListedConversation(**row | {name: Named(row[name]) for name in NAMED}) for row in found]


CHOICES = """
with own as (
  select conversation_id, group_id from conversations_participation
  where tenant_id = %(tenant)s and agent_id = %(reader)s and not %(everybody)s order by began_at desc limit %(most)s
)
select * from (
  select 'channel' as kind, public_id, name, '' as number, null::timestamptz as deleted_at,
    row_number() over (order by name, id) as place
  from channels_app_channel where tenant_id = %(tenant)s
  union all
  select 'account', public_id, name, '', null, row_number() over (order by name, id)
  from channels_app_serviceaccount where tenant_id = %(tenant)s
  union all
  select 'group', public_id, name, '', deleted_at,
    row_number() over (order by deleted_at desc nulls first, sort desc, id)
  from accounts_group g
  where tenant_id = %(tenant)s and (%(everybody)s or id in (select group_id from own) or exists (
    select from accounts_membership m where m.tenant_id = %(tenant)s and m.group_id = g.id and m.agent_id = %(reader)s))
  union all
  select 'agent', public_id, nickname, number, deleted_at,
    row_number() over (order by deleted_at desc nulls first, number)
  from accounts_agent
  where tenant_id = %(tenant)s and (%(everybody)s or id = %(reader)s or id in (
    select p.agent_id from own join conversations_participation p
      on p.tenant_id = %(tenant)s and p.conversation_id = own.conversation_id))
) choice order by kind, place
"""


def hand_overs() -> QuerySet[Any]:
    """Each assignment and transfer in order: name of the `holder`, time `at`. From the event log, because a
    participation has the first time only."""
    receiver = Agent.objects.filter(pk=Cast(OuterRef("receiver"), BigIntegerField())).values("nickname")
    return (
        LoggedEvent.objects.filter(name__in=HAND_OVERS)
        .annotate(receiver=KT("data__agent_id"))
        .annotate(holder=Subquery(receiver))
        .order_by("seq")
    )


def conversation_for(actor: Actor, public_id: str) -> Conversation:
    """One that the actor may see, with `duration`, `first_response` and `messages_shown`; raises `NotFound`."""
    named = ("customer", "channel", "service_account", "agent", "first_response_by")
    found: Any = one_or_404(seen_by(actor).select_related(*named).filter(public_id=public_id))
    [shown] = listed([found.pk], actor)
    found.duration, found.first_response = shown.duration, shown.first_response
    found.messages_shown = shown.messages_shown
    return found  # type: ignore[no-any-return]


def others_of(conversation: Conversation, actor: Actor) -> list[Conversation]:
    """The customer's newest other conversations that the actor may see, at most `MAX_OTHERS`."""
    rows = seen_by(actor).filter(customer_id=conversation.customer_id).exclude(pk=conversation.pk)
    return list(rows.select_related("agent").order_by("-opened_at", "-pk")[:MAX_OTHERS])


def pages_of(conversation: Conversation) -> int:
    """The number of pages of its thread; messages are numbered without gaps."""
    return max(1, -(-conversation.last_seq // PAGE))


def thread(conversation: Conversation, page: int, *, notes: bool) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Messages of a page of the thread, and the events between them (after message `data.n`)."""
    first, last = (page - 1) * PAGE + 1, page * PAGE
    messages = select(
        MESSAGES
        + "and m.conversation_id = %(id)s and m.seq between %(first)s and %(last)s and (%(notes)s or not m.note)"
        " order by m.seq",
        id=conversation.pk,
        first=first,
        last=last,
        notes=notes,
    )
    until = MAX_SEQ if page == pages_of(conversation) else last
    return messages, lines(conversation.pk, from_n=0 if page == 1 else first, to_n=until)


def names_of(agent_ids: Collection[int]) -> dict[int, str]:
    """Names of agents by primary key, deleted ones too."""
    return dict(Agent.objects.filter(pk__in=agent_ids).values_list("pk", "nickname"))


def choices_of_filters(reader: Actor | None = None) -> dict[str, Offered]:
    """The choices of filters by public id, deleted objects too.

    A reader who may not see all conversations is offered only names in their own, of the latest `MAX_LOOKED_AT`.
    """
    found = {kind: Offered() for kind in ("channel", "account", "group", "agent")}
    everybody = reader is None or reader.may(Permission.SEE_ALL)
    limits = {"everybody": everybody, "reader": None if reader is None else reader.id, "most": MAX_LOOKED_AT}
    for row in look_up(CHOICES, **limits):
        found[row["kind"]].append((row["public_id"], _choice_text(row)))
    return found


def _choice_text(row: Mapping[str, Any]) -> str:
    if row["kind"] == "agent":
        return _agent_text(row["name"], row["number"], row["deleted_at"])
    return _group_text(row["name"], row["deleted_at"])


def _agent_text(nickname: str, number: str, deleted_at: datetime | None) -> str:
    """Name and number; for a deleted agent with the day, since number and name may have been given again."""
    if deleted_at is None:
        return gettext("%(name)s (%(note)s)") % {"name": nickname, "note": number}
    words = {"name": nickname, "number": number, "day": deleted_at.date().isoformat()}
    return gettext("%(name)s (%(number)s, deleted %(day)s)") % words


def _group_text(name: str, deleted_at: datetime | None) -> str:
    if deleted_at is None:
        return name
    return gettext("%(name)s (deleted %(day)s)") % {"name": name, "day": deleted_at.date().isoformat()}


def by_customer(words: str, reader: Actor) -> Q:
    """Customers with this public id, or whose name contains the words; for roles with a desk also those whose remark or
    note does."""
    found = Q(customer__name__icontains=words) | Q(customer__public_id=words)
    if not reader.may(Permission.DESK):
        return found
    return found | Q(customer__remark__icontains=words) | Q(customer__note__icontains=words)
