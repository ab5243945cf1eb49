"""What reports are narrowed by: days, channel, service account, group, agent. All of it stands in the address."""

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
    """Of a tenant: its channels, service accounts, groups and agents, as of today.

    A period with a name moves with the calendar, so an address keeps the name, and dates only where they say
    something else.
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
        """The two days show those in effect, also where the address names none."""
        super().full_clean()
        for name, day in (("from", self.days.since), ("to", self.days.until)):
            cast(DayField, self.fields[name]).meant = day

    def clean(self) -> dict[str, Any]:
        """Days must be in order, and not endless."""
        given = super().clean()
        first, last = given.get("from"), given.get("to")  # an end before its beginning is not given any more
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
            Group.ever.values_list("pk", flat=True).get(public_id=group) if group else None,
            Agent.objects.values_list("pk", flat=True).get(public_id=agent) if agent else None,
            self.matches_nothing,
        )

    @property
    def matches_nothing(self) -> bool:
        """Who asks for a group that is none is not shown the whole company; a period that is none is the usual one."""
        return bool(self.errors.keys() & set(PLACES))

    @cached_property
    def earlier(self) -> Selection:
        """The same for the period before."""
        return replace(self.selection, days=before(self.days, self.period))

    @property
    def compared(self) -> bool:
        """Whether charts show the period before, too."""
        return False

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
        return [(str(LABELS["from"]), self.days.since), (str(LABELS["to"]), self.days.until), *chosen]


def _label(field: forms.Field, value: str | None) -> str:
    choices: Any = cast(forms.ChoiceField, field).choices
    return str(dict(choices).get(value or "", ""))


class ComparedFilter(ReportFilter):
    """Of a report with charts: they can show the period before, too."""

    def __init__(self, address: QueryDict, *, today: date) -> None:
        compare = forms.BooleanField(label=_("Compare periods"), required=False)
        super().__init__(address, today=today, more={"compare": compare})

    @property
    def compared(self) -> bool:
        """Whether somebody asked for it."""
        return bool(self.value("compare"))
