"""The hours in the form of settings: any number of rows of weekdays with two times. Works without a script: the
buttons that add and remove rows send the form, and nothing is saved by that.
"""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant
from channels_app.settings_shown import DAYS
from core.hours import MINUTE, MOST_INTERVALS, WORKING_WEEK, Hours, Interval, zones
from core.scope import current_tenant_id

ALWAYS, TIMES = "always", "times"
ROW = re.compile(r"hours-(\d{1,3})-(?:days|opens|closes|row)")
OPEN, ZONE = "hours-open", "hours-zone"
TYPED = re.compile(r"[0-9]{1,2}:?[0-9]{2}", re.ASCII)
BAD_TIME = RegexValidator(MINUTE, _("Please give a time such as 09:00."))


class ClockField(forms.CharField):
    """A time of day in 24 hours, as people type it: 9:00, 0900, with the colon of a Chinese keyboard, 24:00.

    Not the browser's own control: that one shows what the browser's language is used to, not the page's.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "00:00", "maxlength": 5})
    default_validators = [BAD_TIME]

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "").replace("：", ":")
        if TYPED.fullmatch(text):
            text = f"{text[:-2].removesuffix(':'):0>2}:{text[-2:]}"
        return "00:00" if text == "24:00" else text


@dataclass(frozen=True)
class Row:
    """A row of the form."""

    number: int
    days: BoundField
    opens: BoundField
    closes: BoundField

    @property
    def errors(self) -> list[str]:
        """What is wrong with the row, once each."""
        return list(dict.fromkeys([*self.days.errors, *self.opens.errors, *self.closes.errors]))


def _numbers(posted: QueryDict) -> list[int]:
    found = {int(match[1]) for name in posted if (match := ROW.fullmatch(name))}
    return sorted(found)[:MOST_INTERVALS]


class HoursPart:
    """The fields of the hours within the form."""

    first = OPEN

    def __init__(self, form: forms.Form, numbers: list[int]) -> None:
        self.form, self.numbers = form, numbers

    @classmethod
    def of(cls, form: forms.Form, *, value: Hours, posted: QueryDict | None) -> "HoursPart":
        """Add the fields: rows as they were posted, or as the value has them."""
        intervals = value.intervals or WORKING_WEEK.intervals
        part = cls(form, _numbers(posted) if posted is not None else list(range(len(intervals))))
        part._add_fields()
        if posted is None:
            form.initial = {**form.initial, **_initial(value, intervals)}
        return part

    def _add_fields(self) -> None:
        self.form.fields[OPEN] = forms.ChoiceField(
            label=_("Opening hours"),
            required=False,
            choices=[(ALWAYS, _("Always open")), (TIMES, _("Open at these times"))],
        )
        company = gettext("The company's time zone: %(zone)s") % {
            "zone": Tenant.objects.values_list("time_zone", flat=True).get(pk=current_tenant_id())
        }
        zone_choices = [("", company), *((name, name) for name in sorted(zones()))]
        self.form.fields[ZONE] = forms.ChoiceField(label=_("Time zone"), required=False, choices=zone_choices)
        for number in self.numbers:
            self.form.fields[f"hours-{number}-days"] = forms.TypedMultipleChoiceField(
                label=_("Opening hours"),
                required=False,
                coerce=int,
                choices=list(enumerate(DAYS)),
                widget=forms.CheckboxSelectMultiple,
            )
            for end in ("opens", "closes"):
                self.form.fields[f"hours-{number}-{end}"] = ClockField(label=_("Opening hours"), required=False)

    @property
    def names(self) -> list[str]:
        """All fields of the hours."""
        ends = ("days", "opens", "closes")
        return [OPEN, ZONE, *(f"hours-{number}-{end}" for number in self.numbers for end in ends)]

    @property
    def open(self) -> BoundField:
        return self.form[OPEN]

    @property
    def zone(self) -> BoundField:
        return self.form[ZONE]

    @property
    def rows(self) -> list[Row]:
        """The rows as they are drawn."""
        return [
            Row(
                number,
                self.form[f"hours-{number}-days"],
                self.form[f"hours-{number}-opens"],
                self.form[f"hours-{number}-closes"],
            )
            for number in self.numbers
        ]

    @property
    def full(self) -> bool:
        """Whether there may be no more rows."""
        return len(self.numbers) >= MOST_INTERVALS

    def value(self) -> dict[str, Any] | None:
        """The hours as JSON; None after saying beside a field what is wrong."""
        given = self.form.cleaned_data
        if given.get(OPEN) != TIMES:
            return {"always": True}
        found = [row for number in self.numbers if (row := self._row(number)) is not None]
        if self.form.errors.keys() & set(self.names):
            return None
        if not found:
            self.form.add_error(OPEN, _("Please give at least one time, or choose “Always open”."))
            return None
        return {"always": False, "zone": given.get(ZONE, ""), "intervals": [row.model_dump() for row in found]}

    def _row(self, number: int) -> Interval | None:
        """The row as an interval; None where nothing stands in it, or something is wrong."""
        names = {end: f"hours-{number}-{end}" for end in ("days", "opens", "closes")}
        given = {end: self.form.cleaned_data.get(name) for end, name in names.items()}
        if not any(given.values()):
            return None
        missing = {"days": _("Please tick at least one day."), "opens": BAD_TIME.message, "closes": BAD_TIME.message}
        for end, name in names.items():
            if not given[end]:
                self.form.add_error(name, missing[end])
        return Interval(**given) if all(given.values()) else None  # type: ignore[arg-type]

    @staticmethod
    def arranged(posted: QueryDict, wish: str) -> QueryDict:
        """The input with a row more or fewer, or with those of a working week."""
        draft = posted.copy()
        draft[OPEN] = TIMES
        draft["hours-from"] = "own"
        numbers = _numbers(posted)
        if wish == "hours:add":
            draft[f"hours-{max(numbers, default=-1) + 1}-row"] = "1"
        elif wish == "hours:week":
            _drop(draft, numbers)
            for name, value in _rows(WORKING_WEEK.intervals).items():
                draft.setlist(name, [str(day) for day in value] if isinstance(value, list) else [value])
        else:
            _drop(draft, [int(wish.rsplit(":", 1)[1])])
        return draft


def _drop(draft: QueryDict, numbers: list[int]) -> None:
    for name in [name for name in draft if (match := ROW.fullmatch(name)) and int(match[1]) in numbers]:
        del draft[name]


def _rows(intervals: tuple[Interval, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, interval in enumerate(intervals):
        found[f"hours-{number}-days"] = list(interval.days)
        found[f"hours-{number}-opens"] = interval.opens
        found[f"hours-{number}-closes"] = interval.closes
    return found


def _initial(value: Hours, intervals: tuple[Interval, ...]) -> dict[str, Any]:
    return {OPEN: ALWAYS if value.always else TIMES, ZONE: value.zone, **_rows(intervals)}
