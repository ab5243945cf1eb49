"""The control of opening hours: any number of rows of weekdays with two times. Works without scripts: the buttons that
add and remove rows send the form without saving."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.tenants.queries import tenant_zone
from core.console.typed import narrow
from core.settings.declare import Setting
from core.settings.hours import (
    MAX_INTERVALS,
    MAX_INTERVALS_PER_DAY,
    MIDNIGHT,
    MINUTE,
    WORKING_WEEK,
    Hours,
    Interval,
    crowded_day,
    overlaps,
    zones_of_places,
)
from core.settings.wording import DAYS, END_OF_DAY, closing_text, interval_text

ALWAYS, TIMES = "always", "times"
ENDS = ("days", "opens", "closes")
TYPED = re.compile(r"[0-9]{1,2}:?[0-9]{2}", re.ASCII)
BAD_TIME = RegexValidator(MINUTE, _("Please give a time such as 09:00."))


class ClockField(forms.CharField):
    """A time of day in 24 hours, as typed: 9:00, 0900, full-width characters too.

    Not the browser's control, which follows the browser's language instead of the page's.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "00:00", "maxlength": 5})
    default_validators = [BAD_TIME]

    def to_python(self, value: Any) -> str:
        text = narrow(str(super().to_python(value) or ""))
        if TYPED.fullmatch(text):
            text = f"{text[:-2].removesuffix(':'):0>2}:{text[-2:]}"
        return text


class ClosingField(ClockField):
    """A closing time, which may be 24:00."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return MIDNIGHT if text == END_OF_DAY else text


@dataclass(frozen=True)
class Row:
    """A row of the form."""

    number: int
    days: BoundField
    opens: BoundField
    closes: BoundField

    @property
    def errors(self) -> list[str]:
        """The errors of the row, without repetitions."""
        return list(dict.fromkeys([*self.days.errors, *self.opens.errors, *self.closes.errors]))


class HoursControl:
    """The fields of opening hours within the form, with the setting's name as prefix."""

    template: ClassVar[str] = "accounts/settings/_hours.html"

    def __init__(self, form: forms.Form, setting: Setting, *, value: Hours, posted: QueryDict | None) -> None:
        """Adds the fields, with rows as posted or as in the value."""
        self.form, self.name = form, setting.name
        self.first, self.in_zone = f"{self.name}-open", f"{self.name}-zone"
        intervals = value.intervals or WORKING_WEEK.intervals
        self.numbers = _numbers(self.name, posted) if posted is not None else list(range(len(intervals)))
        self._add_fields(setting.label)
        if posted is None:
            form.initial.update({self.first: ALWAYS if value.always else TIMES, self.in_zone: value.zone})
            form.initial.update(_rows(self.name, intervals))
        else:
            days = [self._field(number, "days") for number in self.numbers]
            form.initial.update({name: posted.getlist(name) for name in days})

    def _field(self, number: int, end: str) -> str:
        return f"{self.name}-{number}-{end}"

    def _add_fields(self, label: Any) -> None:
        self.form.fields[self.first] = forms.ChoiceField(
            label=label,
            required=False,
            choices=[(ALWAYS, _("Always open")), (TIMES, _("Open at these times"))],
        )
        company = gettext("The company's time zone: %(zone)s") % {"zone": tenant_zone()}
        zone_choices = [("", company), *((name, name) for name in zones_of_places())]
        self.form.fields[self.in_zone] = forms.ChoiceField(label=_("Time zone"), required=False, choices=zone_choices)
        for number in self.numbers:
            self.form.fields[self._field(number, "days")] = forms.TypedMultipleChoiceField(
                label=label,
                required=False,
                coerce=int,
                choices=list(enumerate(DAYS)),
                widget=forms.CheckboxSelectMultiple,
            )
            for end, kind in (("opens", ClockField), ("closes", ClosingField)):
                self.form.fields[self._field(number, end)] = kind(label=label, required=False)

    @property
    def names(self) -> list[str]:
        """Names of all fields."""
        return [self.first, self.in_zone, *(self._field(number, end) for number in self.numbers for end in ENDS)]

    @property
    def open(self) -> BoundField:
        return self.form[self.first]

    @property
    def zone(self) -> BoundField:
        return self.form[self.in_zone]

    @property
    def rows(self) -> list[Row]:
        """The rows as shown."""
        return [Row(number, *(self.form[self._field(number, end)] for end in ENDS)) for number in self.numbers]

    @property
    def full(self) -> bool:
        """Whether there are as many rows as allowed."""
        return len(self.numbers) >= MAX_INTERVALS

    def given(self) -> dict[str, Any] | None:
        """The hours as JSON; None where they are invalid, with an error at a field."""
        given = self.form.cleaned_data
        if given.get(self.first) != TIMES:
            return {"always": True}
        found = {number: row for number in self.numbers if (row := self._row(number)) is not None}
        self._judge(found)
        if self._wrong:
            return None
        intervals = [row.model_dump() for row in found.values()]
        return {"always": False, "zone": given.get(self.in_zone, ""), "intervals": intervals}

    @property
    def _wrong(self) -> bool:
        return bool(self.form.errors.keys() & set(self.names))

    def _judge(self, found: dict[int, Interval]) -> None:
        """Adds errors that concern several valid rows: none, too many, or overlapping."""
        numbers, rows = list(found), list(found.values())
        if not rows and not self._wrong:
            self.form.add_error(self.first, _("Please give at least one time, or choose “Always open”."))
        if (day := crowded_day(rows)) is not None:
            crowd = _("A day may have %(most)s times at most; %(day)s has more.")
            self.form.add_error(self.first, crowd % {"most": MAX_INTERVALS_PER_DAY, "day": DAYS[day]})
            return
        for later, earlier in overlaps(rows).items():
            text = _("This overlaps with %(times)s.") % {"times": interval_text(rows[earlier])}
            self.form.add_error(self._field(numbers[later], "opens"), text)

    def _row(self, number: int) -> Interval | None:
        """The row as an interval; None where it is empty or invalid."""
        names = {end: self._field(number, end) for end in ENDS}
        given = {end: self.form.cleaned_data.get(name) for end, name in names.items()}
        if not any(given.values()):
            return None
        missing = {"days": _("Please tick at least one day."), "opens": BAD_TIME.message, "closes": BAD_TIME.message}
        for end, name in names.items():
            if not given[end] and name not in self.form.errors:
                self.form.add_error(name, missing[end])
        if not all(given.values()):
            return None
        row = Interval(**given)  # type: ignore[arg-type]
        if row.is_moment:
            self.form.add_error(names["closes"], _("This closes when it opens. The whole day is 00:00–24:00."))
            return None
        return row

    def unsaved(self) -> str:
        return ""


BUTTON = re.compile(r"\w+:(add|week|remove:\d{1,3})")


def is_arranging(payload: str) -> bool:
    """Whether the pressed button changes rows instead of saving."""
    return BUTTON.fullmatch(payload) is not None


def arranged(posted: QueryDict, payload: str) -> QueryDict:
    """The posted input with a row added or removed, or with the rows of a working week."""
    name, _colon, what = payload.partition(":")
    draft = posted.copy()
    draft[f"{name}-open"] = TIMES
    draft[f"{name}-from"] = "own"
    numbers = _numbers(name, posted)
    if what == "add":
        draft[f"{name}-{max(numbers, default=-1) + 1}-row"] = "1"
    elif what == "week":
        _drop(draft, name, numbers)
        for field, value in _rows(name, WORKING_WEEK.intervals).items():
            draft.setlist(field, [str(day) for day in value] if isinstance(value, list) else [value])
    else:
        _drop(draft, name, [int(what.rsplit(":", 1)[1])])
    return draft


def _row_numbers(name: str, posted: QueryDict) -> dict[str, int]:
    """Posted field → number of its row."""
    row = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-(?:days|opens|closes|row)")
    return {field: int(match[1]) for field in posted if (match := row.fullmatch(field))}


def _numbers(name: str, posted: QueryDict) -> list[int]:
    return sorted(set(_row_numbers(name, posted).values()))


def _drop(draft: QueryDict, name: str, numbers: list[int]) -> None:
    for field, number in _row_numbers(name, draft).items():
        if number in numbers:
            del draft[field]


def _rows(name: str, intervals: tuple[Interval, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, interval in enumerate(intervals):
        found[f"{name}-{number}-days"] = list(interval.days)
        found[f"{name}-{number}-opens"] = interval.opens
        found[f"{name}-{number}-closes"] = closing_text(interval)
    return found
