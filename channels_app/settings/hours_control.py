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

from accounts.tenants.queries import tenant_zone
from channels_app.settings.wording import DAYS, END_OF_DAY, closing_text, interval_text
from core.console.typed import narrow
from core.settings.hours import (
    MIDNIGHT,
    MINUTE,
    MOST_A_DAY,
    MOST_INTERVALS,
    WORKING_WEEK,
    Hours,
    Interval,
    crowded_day,
    overlaps,
    zones_of_places,
)

ALWAYS, TIMES = "always", "times"
ROW = re.compile(r"hours-(\d{1,3})-(?:days|opens|closes|row)")
OPEN, ZONE = "hours-open", "hours-zone"
TYPED = re.compile(r"[0-9]{1,2}:?[0-9]{2}", re.ASCII)
BAD_TIME = RegexValidator(MINUTE, _("Please give a time such as 09:00."))


class ClockField(forms.CharField):
    """A time of day in 24 hours, as people type it: 9:00, 0900, also in the wide signs of a Chinese keyboard.

    Not the browser's own control: that one shows what the browser's language is used to, not the page's.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "00:00", "maxlength": 5})
    default_validators = [BAD_TIME]

    def to_python(self, value: Any) -> str:
        text = narrow(str(super().to_python(value) or ""))
        if TYPED.fullmatch(text):
            text = f"{text[:-2].removesuffix(':'):0>2}:{text[-2:]}"
        return text


class ClosingField(ClockField):
    """The end of a stretch, which may be the end of the day: nothing opens at 24:00, but much closes then."""

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
        """What is wrong with the row, once each."""
        return list(dict.fromkeys([*self.days.errors, *self.opens.errors, *self.closes.errors]))


def _numbers(posted: QueryDict) -> list[int]:
    return sorted({int(match[1]) for name in posted if (match := ROW.fullmatch(name))})


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
        company = gettext("The company's time zone: %(zone)s") % {"zone": tenant_zone()}
        zone_choices = [("", company), *((name, name) for name in zones_of_places())]
        self.form.fields[ZONE] = forms.ChoiceField(label=_("Time zone"), required=False, choices=zone_choices)
        for number in self.numbers:
            self.form.fields[f"hours-{number}-days"] = forms.TypedMultipleChoiceField(
                label=_("Opening hours"),
                required=False,
                coerce=int,
                choices=list(enumerate(DAYS)),
                widget=forms.CheckboxSelectMultiple,
            )
            for end, kind in (("opens", ClockField), ("closes", ClosingField)):
                self.form.fields[f"hours-{number}-{end}"] = kind(label=_("Opening hours"), required=False)

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
        found = {number: row for number in self.numbers if (row := self._row(number)) is not None}
        self._judge(found)
        if self._wrong:
            return None
        intervals = [row.model_dump() for row in found.values()]
        return {"always": False, "zone": given.get(ZONE, ""), "intervals": intervals}

    @property
    def _wrong(self) -> bool:
        return bool(self.form.errors.keys() & set(self.names))

    def _judge(self, found: dict[int, Interval]) -> None:
        """What is wrong with rows of which each alone is right: none, too many, or two for one time."""
        numbers, rows = list(found), list(found.values())
        if not rows and not self._wrong:
            self.form.add_error(OPEN, _("Please give at least one time, or choose “Always open”."))
        if (day := crowded_day(rows)) is not None:
            crowd = _("A day may have %(most)s times at most; %(day)s has more.")
            self.form.add_error(OPEN, crowd % {"most": MOST_A_DAY, "day": DAYS[day]})
            return
        for later, earlier in overlaps(rows).items():
            text = _("This overlaps with %(times)s.") % {"times": interval_text(rows[earlier])}
            self.form.add_error(f"hours-{numbers[later]}-opens", text)

    def _row(self, number: int) -> Interval | None:
        """The row as an interval; None where nothing stands in it, or something is wrong."""
        names = {end: f"hours-{number}-{end}" for end in ("days", "opens", "closes")}
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
        found[f"hours-{number}-closes"] = closing_text(interval)
    return found


def _initial(value: Hours, intervals: tuple[Interval, ...]) -> dict[str, Any]:
    return {OPEN: ALWAYS if value.always else TIMES, ZONE: value.zone, **_rows(intervals)}
