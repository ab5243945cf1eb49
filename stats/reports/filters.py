"""Filters of reports: days, channel, service account, group, agent. All are in the address."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Group
from channels_app.models import Channel, ServiceAccount
from conversations.history.queries import choices_of_filters
from core.console.filters import ChoiceFilter, DayField, FilterForm
from stats.reports.periods import Days, Period, before, days_of
from stats.reports.queries import Selection

MAX_DAYS = 731
LABELS = {
    "from": _("From"),
    "to": _("To"),
    "channel": _("Channel"),
    "account": _("Service account"),
    "group": _("Agent group"),
    "agent": _("Agent"),
}
PLACES = ("channel", "account", "group", "agent")


class ReportFilter(FilterForm):
    """A tenant's channels, service accounts, groups and agents, as of today.

    A named period moves with the calendar, so addresses keep its name, and dates only where they differ from it.
    """

    def __init__(self, address: QueryDict, *, today: date, more: Mapping[str, forms.Field] | None = None) -> None:
        self.today = today
        choices = choices_of_filters()
        fields: dict[str, forms.Field] = {
            "period": forms.ChoiceField(required=False, choices=Period.choices, initial=Period.WEEK.value,
                                        widget=forms.HiddenInput),
            **{name: DayField(LABELS[name]) for name in ("from", "to")},
            **{name: ChoiceFilter(LABELS[name], choices[name]) for name in PLACES},
        }  # fmt: skip
        super().__init__(address, more={**fields, **(more or {})})

    def full_clean(self) -> None:
        """The fields of the days show those in effect, also where the address names none."""
        super().full_clean()
        for name, day in (("from", self.days.since), ("to", self.days.until)):
            cast(DayField, self.fields[name]).default_day = day

    def clean(self) -> dict[str, Any]:
        """Checks that the days are in order and at most `MAX_DAYS`."""
        given = super().clean()
        first, last = given.get("from"), given.get("to")  # an end before its beginning counts as not given
        if first and (last or self.today) - first >= timedelta(days=MAX_DAYS):
            self.add_error("from", forms.ValidationError(_("At most %(days)s days."), params={"days": MAX_DAYS}))
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
        """As of every list, without saying the same days twice."""
        names = [name for name in super().in_effect if name not in ("period", "from", "to")]
        if self.period == Period.CUSTOM:
            return ["from", "to", *names]
        return names if self.period == Period.WEEK else ["period", *names]

    @property
    def lasting(self) -> list[str]:
        """Names that a saved view keeps: a named period moves on, other days are in effect anyway."""
        return self.in_effect

    @cached_property
    def selection(self) -> Selection:
        """The selection that the report computes."""
        channel, account, group, agent = (self.value(name) for name in PLACES)
        return Selection(
            self.days,
            Channel.objects.values_list("pk", flat=True).get(public_id=channel) if channel else None,
            ServiceAccount.objects.values_list("pk", flat=True).get(public_id=account) if account else None,
            Group.ever.values_list("pk", flat=True).get(public_id=group) if group else None,
            Agent.objects.values_list("pk", flat=True).get(public_id=agent) if agent else None,
            self.matches_nothing,
        )

    @property
    def matches_nothing(self) -> bool:
        """Whether a choice does not exist (any more): the report is then empty, not of the whole company. An unknown
        period counts as the default one."""
        return bool(self.errors.keys() & set(PLACES))

    @cached_property
    def earlier(self) -> Selection:
        """The same selection for the previous period."""
        return replace(self.selection, days=before(self.days, self.period))

    @property
    def compared(self) -> bool:
        """Whether charts show the previous period; False without the field."""
        return False

    @property
    def behind(self) -> dict[str, str]:
        """The filters of the history page that list the same conversations."""
        places = {name: self.value(name) for name in PLACES}
        days = {"from": self.days.since.isoformat(), "to": self.days.until.isoformat()}
        return days | {name: str(value) for name, value in places.items() if value}

    @property
    def places(self) -> list[forms.BoundField]:
        """The fields other than days."""
        return [self[name] for name in PLACES]

    @property
    def recorded(self) -> dict[str, str]:
        """The filter for the audit log: days, and choices by their present names."""
        chosen = {name: _label(self.fields[name], value) for name in PLACES if (value := self.value(name))}
        return {"from": str(self.days.since), "to": str(self.days.until), **chosen}

    @property
    def described(self) -> list[tuple[str, object]]:
        """(label, value) of each filter, for exports."""
        chosen = [(str(field.label), _label(field.field, self.value(field.name))) for field in self.places]
        return [(str(LABELS["from"]), self.days.since), (str(LABELS["to"]), self.days.until), *chosen]


def _label(field: forms.Field, value: str | None) -> str:
    choices: Any = cast(forms.ChoiceField, field).choices
    return str(dict(choices).get(value or "", ""))


class ComparedFilter(ReportFilter):
    """The filter of reports with charts, which can show the previous period."""

    def __init__(self, address: QueryDict, *, today: date) -> None:
        compare = forms.BooleanField(label=_("Compare periods"), required=False)
        super().__init__(address, today=today, more={"compare": compare})

    @property
    def compared(self) -> bool:
        """Whether the reader asked for the comparison."""
        return bool(self.value("compare"))
