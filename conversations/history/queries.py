"""Reads of the history: visible conversations, conditions of filters, and threads."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils.translation import gettext

from accounts.models import Agent
from accounts.permissions import Permission
from conversations.models import DURATION, FIRST_RESPONSE, Conversation, Message, Participation
from conversations.timeline.queries import MESSAGES, lines
from core.actors import Actor
from core.events.conversations import ConversationAssigned, ConversationTransferred
from core.models import LoggedEvent
from core.rows import one_or_404
from core.statements import select

PAGE = 200  # messages of a thread on one page
MAX_LOOKED_AT = 2000  # conversations of a reader, for the names in them
MAX_OTHERS = 10  # of the customer's conversations beside a thread
MAX_SEQ = 2_147_483_647


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


def mentions(words: str, *, notes: bool) -> Exists:
    """Whether a message contains the words. Recalled ones are not searched, notes only with `notes`."""
    messages_of = Message.objects.filter(conversation=OuterRef("pk"), recalled_at=None, text__icontains=words)
    return Exists(messages_of if notes else messages_of.filter(note=False))


LISTED = (
    *("public_id", "state", "end_reason", "opened_at", "ended_at", "assigned_at", "waiting_since", "last_seq"),
    *("customer__name", "channel__name", "service_account__name", "agent__seen_at", "first_response_by__nickname"),
)


def with_columns(rows: QuerySet[Conversation], reader: Actor) -> QuerySet[Conversation]:
    """What a list shows of each: `duration`, `first_response`, `messages_shown`, names of the `holders` in turn and of
    the `groups` through which they were given it."""
    handed = hand_overs().filter(conversation_id=OuterRef("pk")).values("holder")
    through = Participation.objects.filter(conversation=OuterRef("pk"), group__isnull=False)
    return rows.select_related("customer", "channel", "service_account", "agent", "first_response_by").annotate(
        duration=DURATION,
        first_response=FIRST_RESPONSE,
        messages_shown=_messages(notes=sees_notes(reader)),
        holders=ArraySubquery(handed),
        groups=ArraySubquery(through.order_by("began_at", "pk").values("group__name")),
    )


def listed(rows: QuerySet[Conversation], reader: Actor) -> QuerySet[Conversation]:
    """The same, without what no list shows."""
    return with_columns(rows, reader).only(*LISTED)


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
        LoggedEvent.objects.filter(name__in=(ConversationAssigned.name, ConversationTransferred.name))
        .annotate(receiver=KT("data__agent_id"))
        .annotate(holder=Subquery(receiver))
        .order_by("seq")
    )


def _messages(*, notes: bool) -> Combinable:
    """The number of messages that people wrote: `last_seq` would count welcome texts, and notes for all readers."""
    messages_of = Message.objects.filter(conversation=OuterRef("pk")).exclude(author_kind="system")
    each = (messages_of if notes else messages_of.filter(note=False)).order_by().values("conversation")
    return Coalesce(Subquery(each.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def conversation_for(actor: Actor, public_id: str) -> Conversation:
    """One that the actor may see, with its columns; raises `NotFound`."""
    return one_or_404(with_columns(seen_by(actor), actor).filter(public_id=public_id))


def others_of(conversation: Conversation, actor: Actor) -> list[Conversation]:
    """The customer's newest other conversations that the actor may see, at most `MAX_OTHERS`."""
    rows = seen_by(actor).filter(customer_id=conversation.customer_id).exclude(pk=conversation.pk)
    return list(with_columns(rows, actor).order_by("-opened_at", "-pk")[:MAX_OTHERS])


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


def choices_of_filters(reader: Actor | None = None) -> dict[str, list[tuple[str, str]]]:
    """The choices of filters by public id, deleted objects too.

    A reader who may not see all conversations is offered only names in their own, of the latest `MAX_LOOKED_AT`.
    """
    found: dict[str, list[tuple[str, str]]] = {"channel": [], "account": [], "group": [], "agent": []}
    everybody = reader is None or reader.may(Permission.SEE_ALL)
    limits = {"everybody": everybody, "reader": None if reader is None else reader.id, "most": MAX_LOOKED_AT}
    for row in select(CHOICES, **limits):
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


def by_name_or_id(customer: str) -> Q:
    """Customers with this public id, or whose name contains the text."""
    return Q(customer__name__icontains=customer) | Q(customer__public_id=customer)
