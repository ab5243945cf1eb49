"""Conversations for looking back: who may see which, what they are narrowed by, and the thread of one of them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
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

from accounts.models import Agent, Group
from accounts.permissions import Permission
from channels_app.models import Channel, ServiceAccount
from conversations.models import Conversation, Message, Participation
from conversations.timeline.queries import MESSAGES, lines, select
from core.actors import Actor
from core.events.conversations import ConversationAssigned, ConversationTransferred
from core.models import LoggedEvent
from core.rows import one_or_404

PAGE = 200  # messages of a thread on one page
MAX_OTHERS = 10  # of the customer's conversations beside a thread
MAX_SEQ = 2_147_483_647


def _between(begin: str, end: str) -> Any:
    """How long it was from one moment to the other."""
    return ExpressionWrapper(F(end) - F(begin), output_field=DurationField())


DURATION = _between("opened_at", "ended_at")
FIRST_RESPONSE = _between("asked_at", "first_response_at")


def seen_by(actor: Actor) -> QuerySet[Conversation]:
    """Every conversation for who may see all, otherwise those in which the agent took part."""
    rows = Conversation.objects.all()
    return rows if actor.may(Permission.SEE_ALL) else rows.filter(took_part(agent_id=actor.row_id))


def sees_notes(actor: Actor) -> bool:
    """Private notes are between those who work at a desk; who only reads numbers is not among them."""
    return actor.may(Permission.DESK)


def sees_originals(actor: Actor) -> bool:
    """What a recalled message said is for auditors alone."""
    return actor.may(Permission.AUDIT)


def took_part(**who: Any) -> Exists:
    """Somebody (with these facts) held the conversation at some time."""
    return Exists(Participation.objects.filter(conversation=OuterRef("pk"), **who))


def answered(**who: Any) -> Exists:
    """Somebody (with these facts) held it and answered after that."""
    return Exists(
        with_answers(Participation.objects.filter(conversation=OuterRef("pk"), **who)).filter(answered_at__isnull=False)
    )


def with_answers(parts: QuerySet[Participation]) -> QuerySet[Any]:
    """Of each part `since` when an answer was due (the hand-over, or the customer's first message where that came
    later), and when the agent's first public message after that was written: `answered_at`."""
    written = Message.objects.filter(
        conversation=OuterRef("conversation"), author_kind="agent", author_id=OuterRef("agent_id"), note=False
    )
    first = written.filter(created_at__gte=OuterRef("since")).order_by("seq").values("created_at")[:1]
    return parts.annotate(since=Greatest("began_at", "conversation__asked_at")).annotate(answered_at=Subquery(first))


def has_customer_message() -> Q:
    """The customer wrote in it; recalled messages count."""
    return Q(asked_at__isnull=False)


def mentions(words: str, *, notes: bool) -> Exists:
    """A message holds the words. Recalled ones are not searched, notes only for who sees them."""
    messages_of = Message.objects.filter(conversation=OuterRef("pk"), recalled_at=None, text__icontains=words)
    return Exists(messages_of if notes else messages_of.filter(note=False))


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


def hand_overs() -> QuerySet[Any]:
    """Each time that somebody was given a conversation: `holder` by name, and when (`at`), in order. From the log: a
    participation tells only since when first."""
    receiver = Agent.objects.filter(pk=Cast(OuterRef("receiver"), BigIntegerField())).values("nickname")
    return (
        LoggedEvent.objects.filter(name__in=(ConversationAssigned.name, ConversationTransferred.name))
        .annotate(receiver=KT("data__agent_id"))
        .annotate(holder=Subquery(receiver))
        .order_by("seq")
    )


def _messages(*, notes: bool) -> Combinable:
    """What people wrote: the number of the last message counts welcome texts, and notes for all readers."""
    messages_of = Message.objects.filter(conversation=OuterRef("pk")).exclude(author_kind="system")
    each = (messages_of if notes else messages_of.filter(note=False)).order_by().values("conversation")
    return Coalesce(Subquery(each.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def conversation_for(actor: Actor, public_id: str) -> Conversation:
    """One that the actor may see, with its columns; raises `NotFound`."""
    return one_or_404(with_columns(seen_by(actor), actor).filter(public_id=public_id))


def others_of(conversation: Conversation, actor: Actor) -> list[Conversation]:
    """The customer's newest other conversations that the actor may see."""
    rows = seen_by(actor).filter(customer_id=conversation.customer_id).exclude(pk=conversation.pk)
    return list(with_columns(rows, actor).order_by("-opened_at", "-pk")[:MAX_OTHERS])


def pages_of(conversation: Conversation) -> int:
    """How many pages its thread has; messages are numbered without gaps."""
    return max(1, -(-conversation.last_seq // PAGE))


def thread(conversation: Conversation, page: int, *, notes: bool) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Messages of a page of the thread, and the events that stand between them (after their `data.n`)."""
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
    """Agents by row, also those who are gone."""
    return dict(Agent.objects.filter(pk__in=agent_ids).values_list("pk", "nickname"))


def choices_of_filters(reader: Actor | None = None) -> dict[str, list[tuple[str, str]]]:
    """What a list can be narrowed to, by public id. Who was deleted is still found.

    A reader who does not see all conversations is offered no other names than those in their own.
    """
    agents, groups = Agent.objects.all(), Group.ever.all()
    if reader is not None and not reader.may(Permission.SEE_ALL):
        met = Participation.objects.filter(conversation__in=seen_by(reader)).values("agent_id")
        agents = agents.filter(Q(pk__in=met) | Q(pk=reader.row_id))
        through = Participation.objects.filter(agent=reader.row_id, conversation__in=seen_by(reader)).values("group_id")
        groups = groups.filter(Q(memberships__agent=reader.row_id) | Q(pk__in=through)).distinct()
    named = agents.order_by(F("deleted_at").desc(nulls_first=True), "number").values_list(
        "public_id", "nickname", "number", "deleted_at"
    )
    return {
        "channel": list(Channel.objects.order_by("name", "pk").values_list("public_id", "name")),
        "account": list(ServiceAccount.objects.order_by("name", "pk").values_list("public_id", "name")),
        "group": [
            (row[0], _group_text(*row[1:]))
            for row in groups.order_by(F("deleted_at").desc(nulls_first=True), "-sort", "pk").values_list(
                "public_id", "name", "deleted_at"
            )
        ],
        "agent": [(row[0], _agent_text(*row[1:])) for row in named],
    }


def _agent_text(nickname: str, number: str, deleted_at: datetime | None) -> str:
    """A number may be given again, with the same name: the day tells the one who is gone."""
    if deleted_at is None:
        return gettext("%(name)s (%(note)s)") % {"name": nickname, "note": number}
    words = {"name": nickname, "number": number, "day": deleted_at.date().isoformat()}
    return gettext("%(name)s (%(number)s, deleted %(day)s)") % words


def _group_text(name: str, deleted_at: datetime | None) -> str:
    if deleted_at is None:
        return name
    return gettext("%(name)s (deleted %(day)s)") % {"name": name, "day": deleted_at.date().isoformat()}


def by_name_or_id(customer: str) -> Q:
    """Customers whose name holds the words, or whose public id they are."""
    return Q(customer__name__icontains=customer) | Q(customer__public_id=customer)
