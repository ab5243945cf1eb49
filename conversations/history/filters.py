"""What the history is narrowed by. The names stand in addresses that reports and the monitor link to."""

from datetime import date, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from conversations.history import queries
from conversations.models import Conversation
from conversations.states import EndReason, State
from conversations.timers.limits import waiting_for_absent
from core.actors import Actor
from core.console.filters import NO, YES, Choice, Choices, Day, words, yes_or_no
from core.console.listing import FilterForm
from core.days import begin_of, end_of

USUAL_DAYS = 30
MOST_DAYS_OF_WORDS = 92  # words are looked for in the messages of the range, so it must not be endless
FEWEST_LETTERS, MOST_LETTERS = 2, 50
NOBODY = "none"


class HistoryFilter(FilterForm):
    """Narrows conversations to what the reader asks for: channels, the agents and groups that the reader meets, days of
    the tenant, the last 30 where none are named."""

    main: ClassVar[tuple[str, ...]] = ("from", "to", "state", "agent", "channel", "customer", "words")

    def __init__(self, address: QueryDict, *, reader: Actor, zone: ZoneInfo, today: date) -> None:
        self.zone, self.notes = zone, queries.sees_notes(reader)
        choices = queries.choices_of_filters(reader)
        more = {
            "from": Day(_("From"), initial=today - timedelta(days=USUAL_DAYS - 1)),
            "to": Day(_("To"), initial=today),
            "state": Choice(_("State"), _states()),
            "agent": Choice(_("Agent"), [(NOBODY, _("Nobody")), *choices["agent"]]),
            "channel": Choice(_("Channel"), choices["channel"]),
            "customer": words(_("Customer"), fewest=1, most=MOST_LETTERS),
            "words": words(_("Words in messages"), fewest=FEWEST_LETTERS, most=MOST_LETTERS),
            "account": Choice(_("Service account"), choices["account"]),
            "group": Choice(_("Agent group"), choices["group"]),
            "asked": yes_or_no(_("Customer wrote")),
            "human": yes_or_no(_("An agent took part")),
            "away": yes_or_no(_("Waits for an agent who is away")),
            "replied": yes_or_no(_("Answered by an agent")),
            "replied_by": Choice(_("First answer by"), choices["agent"]),
            "replied_group": Choice(_("First answer by group"), choices["group"]),
            "answered_by": Choice(_("Answered by"), choices["agent"]),
            "answered_group": Choice(_("Answered by group"), choices["group"]),
        }
        super().__init__(address, more=more)

    def clean(self) -> dict[str, Any]:
        """Words need a range: they are looked for in every message of it. Without one the usual range is searched."""
        given = super().clean()
        first, last = self.value("from"), self.value("to") or self.fields["to"].initial
        endless = first is None or last - first >= timedelta(days=MOST_DAYS_OF_WORDS)
        if given.get("words") and endless:
            text = _("Words are looked for in %(days)s days at most. Searched are the last 30 days.")
            self.add_error("from", forms.ValidationError(text, params={"days": MOST_DAYS_OF_WORDS}))
            given["to"] = None
        return given

    def narrow(self, rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
        """Each filter that is given; all of them together."""
        rows = self._by_day(rows)
        rows = self._by_who_took_part(rows)
        for name in ("channel", "account", "customer", "state", "replied_by", "replied_group", "answered_by",
                     "answered_group"):  # fmt: skip
            if value := self.value(name):
                rows = getattr(self, f"_by_{name}")(rows, value)
        conditions: dict[str, Exists | Q] = {
            "asked": queries.has_customer_message(),
            "human": queries.took_part(),
            "away": Q(pk__in=waiting_for_absent().values("pk")),
        }
        for name, condition in conditions.items():
            if value := self.value(name):
                rows = rows.filter(condition if value == YES else ~condition)
        if value := self.value("replied"):
            rows = rows.filter(first_response_at__isnull=value == NO)
        if wanted := self.value("words"):
            rows = rows.filter(queries.mentions(wanted, notes=self.notes))
        return rows

    def _by_day(self, rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
        if first := self.value("from"):
            rows = rows.filter(opened_at__gte=begin_of(first, self.zone))
        if last := self.value("to"):
            rows = rows.filter(opened_at__lt=end_of(last, self.zone))
        return rows

    def _by_channel(self, rows: QuerySet[Conversation], public_id: str) -> QuerySet[Conversation]:
        return rows.filter(channel__public_id=public_id)

    def _by_account(self, rows: QuerySet[Conversation], public_id: str) -> QuerySet[Conversation]:
        return rows.filter(service_account__public_id=public_id)

    def _by_customer(self, rows: QuerySet[Conversation], name: str) -> QuerySet[Conversation]:
        return rows.filter(queries.by_name_or_id(name))

    def _by_who_took_part(self, rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
        """An agent and a group together mean that agent, given it through that group; so do the reports."""
        agent, group = self.value("agent"), self.value("group")
        if agent == NOBODY:
            return rows.none() if group else rows.filter(~queries.took_part())
        who = {"agent__public_id": agent, "group__public_id": group}
        given = {name: value for name, value in who.items() if value}
        return rows.filter(queries.took_part(**given)) if given else rows

    def _by_replied_by(self, rows: QuerySet[Conversation], public_id: str) -> QuerySet[Conversation]:
        return rows.filter(first_response_by__public_id=public_id)

    def _by_replied_group(self, rows: QuerySet[Conversation], public_id: str) -> QuerySet[Conversation]:
        """Of an agent who was given it through the group, as the reports count a group."""
        return rows.filter(queries.took_part(agent=OuterRef("first_response_by"), group__public_id=public_id))

    def _by_answered_by(self, rows: QuerySet[Conversation], public_id: str) -> QuerySet[Conversation]:
        return rows.filter(queries.answered(agent__public_id=public_id))

    def _by_answered_group(self, rows: QuerySet[Conversation], public_id: str) -> QuerySet[Conversation]:
        return rows.filter(queries.answered(group__public_id=public_id))

    def _by_state(self, rows: QuerySet[Conversation], word: str) -> QuerySet[Conversation]:
        return rows.filter(state=word) if word in State.values else rows.filter(end_reason=word)

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """Those that are always shown."""
        return [self[name] for name in self.main]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """Those that are folded away."""
        return [self[name] for name in self.fields if name not in self.main]

    @property
    def more_in_effect(self) -> bool:
        """Whether one of the folded fields narrows the list, or is amiss: then they are shown."""
        return any(name not in self.main for name in (*self.in_effect, *self.errors))


def _states() -> Choices:
    shown = [(state.value, state.label) for state in (State.QUEUED, State.ACTIVE, State.ENDED)]
    return [*shown, (_("Ended because"), [(reason.value, reason.label) for reason in EndReason])]
