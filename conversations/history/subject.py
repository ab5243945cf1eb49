"""Conversations in the console, to look back at; and how the audit log tells of them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from conversations.history import queries
from conversations.history.cells import channel_cell, customer_cell, state_cell
from conversations.history.filters import HistoryFilter
from conversations.history.hits import hits
from conversations.history.queries import ListedConversation
from conversations.models import DURATION, FIRST_RESPONSE, Conversation
from conversations.states import EndReason, State
from core.actors import Actor
from core.console.columns import Column
from core.console.filters import FilterForm
from core.console.ordering import AlphabeticalOrder
from core.console.subject import Subject, Words, register

MAX_EXPORTED = 20_000  # a file of them is made while the reader waits: some seconds


def _holders(conversation: queries.ListedConversation) -> str:
    """Each of the agents in turn; who gave it to themselves is there once."""
    return " → ".join(name for name, _times in groupby(conversation.holders))


def _groups(conversation: queries.ListedConversation) -> str:
    return gettext(", ").join(dict.fromkeys(conversation.groups))


def _with_hits(rows: Sequence[ListedConversation], form: FilterForm, reader: Actor) -> Sequence[ListedConversation]:
    """Where words are looked for, each with the place where they stand."""
    if not (words := form.value("words")):
        return rows
    notes = queries.sees_notes(reader)
    found = hits([row.pk for row in rows], words, notes=notes, per_page=queries.PAGE)
    return [replace(row, hit=found.get(row.pk)) for row in rows]


CONVERSATION = register(
    Subject(
        "conversation",
        page="conversations:conversation",
        home="conversations:history",
        address="console/conversations/",
        permission=Permission.HISTORY,
        opens_for=Permission.SEE_ALL,
        section="",
        place=40,
        icon="clock",
        words=Words(
            one=_("Conversation"),
            many=_("History"),
            none=_("No conversations in these days"),
            why=_("When a customer writes, the conversation stands here at once."),
        ),
        objects=Conversation.objects.all,
        rows=queries.seen_by,
        filters=HistoryFilter,
        by_key=queries.listed,
        by_filter=_with_hits,
        title="customer.name",
        columns=(
            Column("public_id", _("Conversation ID"), sort=None, on_page=False, width=20),
            Column(
                "customer",
                _("Customer"),
                "name",
                sort=(AlphabeticalOrder("customer__name"), "-opened_at"),
                value=lambda row: row.customer.name,
                cell=customer_cell,
            ),
            Column(
                "channel",
                _("Channel"),
                sort=None,
                value=lambda row: row.channel.name,
                cell=channel_cell,
            ),
            Column(
                "account",
                _("Service account"),
                sort=None,
                value=lambda row: row.service_account.name,
                on_page=False,
            ),
            Column("groups", _("Agent groups"), sort=None, value=_groups, on_page=False),
            Column("agents", _("Agents"), sort=None, value=_holders),
            Column("opened", _("Opened"), "time", sort=("opened_at",), value=lambda row: row.opened_at),
            Column("ended_at", _("Ended at"), "time", sort=None, on_page=False),
            Column("duration", _("Duration"), "duration", sort=(DURATION.asc(nulls_last=True),)),
            Column(
                "first_response",
                _("First answer"),
                "duration",
                sort=(FIRST_RESPONSE.asc(nulls_last=True),),
                hint=_("From the first message of the customer to the first answer of an agent"),
            ),
            Column(
                "first_response_by",
                _("First answer by"),
                sort=None,
                on_page=False,
            ),
            Column("messages_shown", _("Messages"), "number", sort=None),
            Column("state", _("State"), sort=None, words=dict(State.choices), cell=state_cell),
            Column("end_reason", _("How it ended"), sort=None, words=dict(EndReason.choices)),
        ),
        default="-opened",
        acts={"viewed": _("Conversation of others read")},
        exports=True,
        max_exported=MAX_EXPORTED,
        list_template="conversations/history/list.html",
    )
)
