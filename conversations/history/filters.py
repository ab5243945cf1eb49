"""Filters of the history. Their names are in addresses that reports and the monitor link to."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Group
from accounts.permissions import Permission
from conversations.history import queries
from conversations.history.hits import mentions
from conversations.models import Conversation
from conversations.search.rules import week_number
from conversations.states import EndReason, State
from conversations.timers.limits import waiting_for_absent
from core.actors import Actor
from core.console.filters import ChoiceFilter, FilterForm, SearchFilter, SinceFilter, UntilFilter, YesNoFilter
from core.days import begin_of, today

USUAL_DAYS = 30
MAX_SEARCH_DAYS = 92  # words are searched in every message of the range
MIN_SEARCH_LENGTH, MAX_SEARCH_LENGTH = 2, 50
NOBODY = "none"
STATES = [(state.value, state.label) for state in (State.QUEUED, State.ACTIVE, State.ENDED)]


class HistoryFilter(FilterForm):
    """Narrows conversations by channels, agents and groups that the reader may see, days of the tenant (by default the
    last 30), state and words."""

    main = ("from", "to", "state", "ended", "agent", "channel", "customer", "words")

    def __init__(self, address: QueryDict, *, reader: Actor) -> None:
        until = today(get_current_timezone())
        super().__init__(_with_ending(address), reader=reader, more=_fields(reader, until, self._mentions))

    def clean(self) -> dict[str, Any]:
        """Words need a range of days, because every message of it is searched; without one the default range is
        used."""
        given = super().clean()
        first, last = self.value("from"), self.value("to") or self.fields["to"].initial
        endless = first is None or last - first >= timedelta(days=MAX_SEARCH_DAYS)
        if given.get("words") and endless:
            text = _("Words are looked for in %(days)s days at most. Searched are the last 30 days.")
            self.add_error("from", forms.ValidationError(text, params={"days": MAX_SEARCH_DAYS}))
            given["to"] = None
        return given

    def narrow(self, rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
        """An agent and a group together select what the agent was assigned through that group, as reports count."""
        rows, agent, group = super().narrow(rows), self.value("agent"), self.value("group")
        if agent == NOBODY:
            return rows.none() if group else rows.filter(~queries.took_part())
        when = self._since_then()
        if when and self.reader and not self.reader.may(Permission.SEE_ALL):
            rows = rows.filter(queries.took_part(agent=self.reader.row_id, **when))
        who = {
            "agent": agent and queries.id_of(Agent.objects, agent),
            "group": group and queries.id_of(Group.ever, group),
        }
        given = {name: value for name, value in who.items() if value}
        return rows.filter(queries.took_part(**given, **when)) if given else rows

    def _mentions(self, words: str) -> Q:
        """Of the weeks in which the days of the filter are; for clocks that disagree a week more on either side."""
        first, last = (self.value(name) or self.fields[name].initial for name in self.days_between)
        weeks = range(week_number(last) + 1, week_number(first) - 2, -1)
        return mentions(words, notes=self.reader is not None and queries.sees_notes(self.reader), weeks=weeks)

    def _since_then(self) -> dict[str, datetime]:
        """Who took part in a conversation of these days came to it then or later: what an agent did in all the years
        before is not looked at. Half a day more, for clocks that disagree."""
        first = self.value("from")
        return {"began_at__gte": begin_of(first, get_current_timezone()) - timedelta(hours=12)} if first else {}


def _fields(reader: Actor, until: date, mentioned: Callable[[str], Q]) -> Mapping[str, forms.Field]:
    """`agent` and `group` are one question."""
    choices = queries.choices_of_filters(reader)
    answered = Q(first_response_at__isnull=False)
    return {
        "from": SinceFilter(_("From"), "opened_at", initial=until - timedelta(days=USUAL_DAYS - 1)),
        "to": UntilFilter(_("To"), "opened_at", initial=until),
        "state": ChoiceFilter(_("State"), STATES, "state"),
        "ended": ChoiceFilter(_("How it ended"), EndReason.choices, "end_reason"),
        "agent": ChoiceFilter(_("Agent"), [(NOBODY, _("Nobody")), *choices["agent"]]),
        "channel": ChoiceFilter(_("Channel"), choices["channel"], "channel__public_id"),
        "customer": SearchFilter(
            by=lambda words: queries.by_customer(words, reader), label=_("Customer"), fewest=1, most=MAX_SEARCH_LENGTH
        ),
        "words": SearchFilter(
            by=mentioned, label=_("Words in messages"), fewest=MIN_SEARCH_LENGTH, most=MAX_SEARCH_LENGTH
        ),
        "account": ChoiceFilter(_("Service account"), choices["account"], "service_account__public_id"),
        "group": ChoiceFilter(_("Agent group"), choices["group"]),
        "asked": YesNoFilter(_("Customer wrote"), queries.has_customer_message),
        "nuisance": YesNoFilter(_("Nuisance"), queries.is_nuisance),
        "human": YesNoFilter(_("An agent took part"), queries.took_part),
        "holder": ChoiceFilter(_("Last agent"), choices["agent"], "agent__public_id"),
        "owed": YesNoFilter(_("Waits for an answer"), Q(waiting_since__isnull=False)),
        "away": YesNoFilter(_("Waits for an agent who is away"), lambda: Q(pk__in=waiting_for_absent().values("pk"))),
        "replied": YesNoFilter(_("Answered by an agent"), answered),
        "replied_by": ChoiceFilter(_("First answer by"), choices["agent"], "first_response_by__public_id"),
        "replied_group": ChoiceFilter(_("First answer by group"), choices["group"], _replied_group),
        "answered_by": ChoiceFilter(_("Answered by"), choices["agent"], _answered_by),
        "answered_group": ChoiceFilter(_("Answered by group"), choices["group"], _answered_group),
    }


def _replied_group(public_id: str) -> Any:
    """Conversations answered by an agent who was assigned them through the group, as reports count groups."""
    return queries.took_part(agent=OuterRef("first_response_by"), group__public_id=public_id)


def _answered_by(public_id: str) -> Any:
    return queries.answered(agent__public_id=public_id)


def _answered_group(public_id: str) -> Any:
    return queries.answered(group__public_id=public_id)


def _with_ending(address: QueryDict) -> QueryDict:
    """Translates addresses of earlier versions, which had the end reasons as states."""
    if (ending := address.get("state")) not in EndReason.values:
        return address
    changed = address.copy()
    changed["state"], changed["ended"] = State.ENDED.value, str(ending)
    return changed
