"""What reports are narrowed by: days, channel, service account, group, agent. All of it stands in the address."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Group
from channels_app.models import Channel, ServiceAccount
from conversations.history import choices_of_filters
from core.clock import FIRST_DAY, LAST_DAY
from core.listing import FilterForm
from stats import queries
from stats.metrics import OVERVIEW, WORKLOAD, Metric, Sums
from stats.periods import Days, Period, before, days_of
from stats.queries import Selection

MOST_DAYS = 731
PLACES = ("channel", "account", "group", "agent")
F = TypeVar("F", bound="ReportFilter")


class ReportFilter(FilterForm):
    """The common part; the fields come from `report_filter`, because one is called `from`.

    A period with a name moves with the calendar, so an address keeps the name, and dates only where they say
    something else.
    """

    today: ClassVar[date]

    def clean(self) -> dict[str, Any]:
        """Days must be in order, and not endless."""
        given = super().clean()
        first, last = given.get("from"), given.get("to")  # an end before its beginning is not given any more
        if first and (last or self.today) - first >= timedelta(days=MOST_DAYS):
            self.add_error("from", forms.ValidationError(_("At most %(days)s days."), params={"days": MOST_DAYS}))
        return given

    @cached_property
    def period(self) -> str:
        """The named period in effect, or "custom"."""
        named, first, last = self.value("period"), self.value("from"), self.value("to")
        if first is None and last is None:
            return Period.WEEK if named == Period.CUSTOM else str(named)
        usual = days_of(named, self.today)
        same = named != Period.CUSTOM and (first or usual.since, last or usual.until) == (usual.since, usual.until)
        return str(named) if same else Period.CUSTOM

    @cached_property
    def days(self) -> Days:
        """The days in effect."""
        if self.period != Period.CUSTOM:
            return days_of(self.period, self.today)
        first, last = self.value("from"), self.value("to")
        last = last or max(self.today, first)
        return Days(first or last - timedelta(days=6), last)

    @cached_property
    def in_effect(self) -> list[str]:
        """As every list's, and one way to say the same days."""
        names = [name for name in super().in_effect if name not in ("period", "from", "to")]
        if self.period == Period.CUSTOM:
            return ["from", "to", *names]
        return names if self.period == Period.WEEK else ["period", *names]

    @property
    def lasting(self) -> list[str]:
        """A period with a name moves on; other days are in effect anyway."""
        return self.in_effect

    @cached_property
    def selection(self) -> Selection:
        """What the report reads."""
        channel, account, group, agent = (self.value(name) for name in PLACES)
        return Selection(
            self.days,
            Channel.objects.values_list("pk", flat=True).get(public_id=channel) if channel else None,
            ServiceAccount.objects.values_list("pk", flat=True).get(public_id=account) if account else None,
            Group.objects.values_list("pk", flat=True).get(public_id=group) if group else None,
            Agent.objects.values_list("pk", flat=True).get(public_id=agent) if agent else None,
            self.matches_nothing,
        )

    @property
    def matches_nothing(self) -> bool:
        """Who asks for a group that is gone is not shown the whole company; a period that is none is the usual one."""
        return bool(self.errors.keys() & set(PLACES))

    @cached_property
    def earlier(self) -> Selection:
        """The same for the period before."""
        return replace(self.selection, days=before(self.days, self.period))

    @property
    def behind(self) -> dict[str, str]:
        """The filters of the history page that show the same conversations."""
        places = {name: self.value(name) for name in PLACES}
        days = {"from": self.days.since.isoformat(), "to": self.days.until.isoformat()}
        return days | {name: str(value) for name, value in places.items() if value}

    @property
    def places(self) -> list[forms.BoundField]:
        """The fields beside the days."""
        return [self[name] for name in PLACES]

    @property
    def recorded(self) -> dict[str, str]:
        """The filter as the audit log keeps it: days, and the names that the choices had."""
        chosen = {name: _label(self.fields[name], value) for name in PLACES if (value := self.value(name))}
        return {"from": str(self.days.since), "to": str(self.days.until), **chosen}

    @property
    def described(self) -> list[tuple[str, object]]:
        """The filter in words, for exports."""
        chosen = [(str(field.label), _label(field.field, self.value(field.name))) for field in self.places]
        return [(str(_("From")), self.days.since), (str(_("To")), self.days.until), *chosen]

    def show_days(self) -> None:
        """Let the two date fields show the days in effect, also where the address names none."""
        for name, day in (("from", self.days.since), ("to", self.days.until)):
            if name not in self.errors:
                cast(QueryDict, self.data)[name] = day.isoformat()  # the list's own copy of the address


def _label(field: forms.Field, value: str | None) -> str:
    choices: Any = cast(forms.ChoiceField, field).choices
    return str(dict(choices).get(value or "", ""))


class OverviewFilter(ReportFilter):
    """Rows are days: all of them, also those on which nothing happened."""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Of everything; of agents, their parts."""
        return WORKLOAD if self.selection.of_parts else OVERVIEW

    def narrow(self, rows: Any) -> list[dict[str, Any]]:
        """Each day with its sums and values."""
        self.show_days()
        sums = queries.by_day(self.selection)
        found: list[dict[str, Any]] = [{"day": day, "sums": sums.get(day, Sums())} for day in self.days.all()]
        return [row | {metric.name: metric.value(row["sums"]) for metric in self.metrics} for row in found]


class WorkloadFilter(ReportFilter):
    """Rows are agents."""

    def narrow(self, rows: Any) -> list[dict[str, Any]]:
        """Each agent with sums and values."""
        self.show_days()
        return [
            {
                "agent": work.agent,
                "name": work.agent.nickname,
                "number": work.agent.number,
                "deleted": work.agent.deleted_at is not None,
                "sums": work.sums,
            }
            | {metric.name: metric.value(work.sums) for metric in WORKLOAD}
            for work in queries.by_agent(self.selection)
        ]


def report_filter(kind: type[F], *, today: date) -> type[F]:
    """The filter of a tenant: its channels, service accounts, groups and agents, as of today."""
    choices = choices_of_filters()
    fields: dict[str, Any] = {
        "period": forms.ChoiceField(required=False, choices=Period.choices, initial=Period.WEEK.value,
                                    widget=forms.HiddenInput),
        "from": _day(_("From")),
        "to": _day(_("To")),
        "channel": _choice(_("Channel"), choices["channel"]),
        "account": _choice(_("Service account"), choices["account"]),
        "group": _choice(_("Agent group"), choices["group"]),
        "agent": _choice(_("Agent"), choices["agent"]),
    }  # fmt: skip
    if kind is OverviewFilter:
        fields["compare"] = forms.BooleanField(label=_("Compare with the period before"), required=False)
    return cast(type[F], type(f"Tenant{kind.__name__}", (kind,), {**fields, "today": today}))


def _day(label: Any) -> forms.Field:
    return forms.DateField(
        label=label,
        required=False,
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _choice(label: Any, choices: Iterable[tuple[Any, Any]]) -> forms.Field:
    return forms.ChoiceField(label=label, required=False, choices=[("", _("All")), *choices])
