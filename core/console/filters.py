"""Filters of lists: forms whose fields select rows.

    class AgentFilter(FilterForm):
        q = SearchFilter("number", "nickname")
        role = ChoiceFilter(_("Role"), roles_offered, "role__code")
        enabled = YesNoFilter(_("Enabled"), Q(is_active=True))

Each field is a parameter of a list's address (`core/console/listing.py`). Its `by` is a lookup, or a function from the
value to a condition; a form handles fields without one in `narrow`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.clock import FIRST_DAY, LAST_DAY
from core.console.forms import Form
from core.console.parts import attributes, html, text
from core.console.typed import narrow
from core.days import begin_of, end_of

Choices = Iterable[tuple[Any, Any]]
Condition = Any  # what a queryset's `filter` takes: Q, Exists
By = str | Callable[[Any], Condition]
YES, NO = "yes", "no"
SEARCH, YES_LABEL, NO_LABEL, ALL = _("Search"), _("Yes"), _("No"), _("All")
MAX_SEARCH_LENGTH = 60


class Narrows(forms.Field):
    """A field that selects rows; never required."""

    by: By | None = None

    def condition(self, value: Any) -> Condition:
        """The condition for the selected rows."""
        return self.by(value) if callable(self.by) else Q(**{str(self.by): value})


class SearchFilter(forms.CharField, Narrows):
    """Text contained in any of the columns; `hint` names what is searched."""

    def __init__(
        self,
        *columns: str,
        by: By | None = None,
        label: Any = SEARCH,
        hint: Any = "",
        fewest: int | None = None,
        most: int = MAX_SEARCH_LENGTH,
    ) -> None:
        shown = {"placeholder": hint} if hint else {}
        widget = TextInput(attrs={"type": "search", "autocomplete": "off", **shown})
        super().__init__(label=label, required=False, min_length=fewest, max_length=most, widget=widget)
        self.by = by or ((lambda wanted: _in_any(columns, wanted)) if columns else None)

    def condition(self, value: Any) -> Condition:
        """As it was typed, or as it may be meant."""
        as_typed, meant = super().condition(value), narrow(value)
        return as_typed | super().condition(meant) if meant not in ("", value) else as_typed


def _in_any(columns: Iterable[str], wanted: str) -> Q:
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__icontains": wanted})
    return found


class TextInput(forms.TextInput):
    """Django's, without a template."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The element."""
        known = {"type": self.input_type, "name": name, "value": self.format_value(value)}
        return html("<input{}>", attributes(self.build_attrs(known | self.attrs, attrs)))


class DateInput(TextInput, forms.DateInput):
    """An input of days."""


class Offered(list[tuple[Any, Any]]):
    """Choices that several fields of a form offer, which are drawn once for all of them."""

    @cached_property
    def drawn(self) -> SafeString:
        """The options, of which none is chosen."""
        return _options(self, ())


class Select(forms.Select):
    """Django's, without a template for each option: a company's agents are offered by the thousand."""

    offered: Choices = ()  # beside the first of the choices, where they are drawn together

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The element with its options."""
        own, chosen = self.build_attrs(self.attrs, {"name": name, **(attrs or {})}), self.format_value(value)
        return html("<select{}>{}</select>", attributes(own), self._drawn(chosen))

    def _drawn(self, chosen: Sequence[str]) -> SafeString:
        if chosen == [""] and isinstance(self.offered, Offered):
            return SafeString(_options([("", ALL)], chosen) + self.offered.drawn)
        return _options(self.choices, chosen)


def _options(choices: Choices, chosen: Sequence[str]) -> SafeString:
    return SafeString("".join([_option(value, label, chosen) for value, label in choices]))


def _option(value: Any, label: Any, chosen: Sequence[str]) -> str:
    if isinstance(label, list | tuple):
        return html('<optgroup label="{}">{}</optgroup>', value, _options(label, chosen))
    mark = " selected" if str(value) in chosen else ""
    return f'<option value="{text(value)}"{mark}>{text(label)}</option>'


class ChoiceFilter(forms.ChoiceField, Narrows):
    """One of several values, or all. Choices from tables are given as a function, called once per form."""

    widget = Select

    def __init__(self, label: Any, offered: Choices | Callable[[], Choices] = (), by: By | None = None) -> None:
        super().__init__(label=label, required=False)
        self.by, self._offered = by, offered

    def offer(self) -> None:
        """Fills the choices, and one for all rows. They are pairs already: Django would go through all of them."""
        self.widget.offered = self._offered() if callable(self._offered) else self._offered
        self._choices = self.widget.choices = [("", ALL), *self.widget.offered]


class YesNoFilter(ChoiceFilter):
    """Whether a condition holds for the row; where composing it takes long, a function that does."""

    def __init__(
        self, label: Any, condition: Condition | Callable[[], Condition], *, yes: Any = YES_LABEL, no: Any = NO_LABEL
    ) -> None:
        def asked(value: str) -> Condition:
            holds = condition() if callable(condition) else condition
            return holds if value == YES else ~holds

        super().__init__(label, [(YES, yes), (NO, no)], asked)


class DayField(forms.DateField):
    """A day in the tenant's time zone, without the calendar's first and last day.

    `default_day` is shown where the address names no day.
    """

    default_day: date | None = None

    def __init__(self, label: Any, *, initial: date | None = None) -> None:
        bounds = {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
        super().__init__(
            label=label,
            required=False,
            initial=initial,
            validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
            widget=DateInput(attrs={"type": "date", **bounds}, format="%Y-%m-%d"),
        )

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data or self.default_day


class SinceFilter(DayField, Narrows):
    """Rows whose time in a column is on this day or later."""

    def __init__(self, label: Any, column: str, *, initial: date | None = None) -> None:
        super().__init__(label, initial=initial)
        self.by = lambda day: Q(**{f"{column}__gte": begin_of(day, get_current_timezone())})


class UntilFilter(DayField, Narrows):
    """Rows whose time in a column is on this day or earlier."""

    def __init__(self, label: Any, column: str, *, initial: date | None = None) -> None:
        super().__init__(label, initial=initial)
        self.by = lambda day: Q(**{f"{column}__lt": end_of(day, get_current_timezone())})


class FilterForm(Form):
    """The filter of a list. Fields are not required; `initial` applies where the address lacks the parameter.

    `days_between` names the two fields of a range of days, where there is one. `main` names the fields that are shown
    at once, where not all are. `reader` is who reads, for forms that offer some less.
    """

    days_between: ClassVar[tuple[str, str]] = ("from", "to")
    main: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, address: QueryDict, *, reader: Actor | None = None, more: Mapping[str, forms.Field] | None = None
    ) -> None:
        """`more` are the fields that depend on who reads, or whose names are words of the language, such as `from`."""
        super().__init__()
        self.reader = reader
        self.fields |= more or {}
        self.is_bound, self.data = True, self._completed(address)
        for field in self.fields.values():
            if isinstance(field, ChoiceFilter):
                field.offer()
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = _("What was chosen does not exist any more.")

    def _completed(self, address: QueryDict) -> QueryDict:
        """The address's parameters, with initial values for absent ones."""
        data = address.copy()
        for name, field in self.fields.items():
            if name not in data and field.initial not in (None, ""):
                many = isinstance(field.initial, list | tuple)
                data.setlist(name, list(field.initial) if many else [field.initial])
        return data

    def clean(self) -> dict[str, Any]:
        """Clears an end before the beginning of the range."""
        given: dict[str, Any] = super().clean() or {}
        first, last = (given.get(name) for name in self.days_between)
        if first and last and last < first:
            self.add_error(self.days_between[1], _("The last day is before the first."))
        return given

    def narrow(self, rows: Any) -> Any:
        """The rows selected by all filters. Read values with `value`, which returns only valid ones."""
        asked = {name: field for name, field in self.fields.items() if isinstance(field, Narrows) and field.by}
        given = {name: value for name in asked if (value := self.value(name)) is not None}
        return rows.filter(*(asked[name].condition(value) for name, value in given.items())) if given else rows

    def value(self, name: str) -> Any:
        """The cleaned value; the initial one where it is invalid; None where there is none."""
        field = self.fields[name]
        initial = self.get_initial_for_field(field, name)
        value = self.cleaned_data.get(name) if name not in self.errors else field.clean(initial)
        return None if value == "" else value

    @property
    def matches_nothing(self) -> bool:
        """Whether a value is invalid, so that the list is empty. Invalid days count as absent instead."""
        return bool(self.errors.keys() - set(self.days_between))

    @property
    def amiss(self) -> list[str]:
        """The labels of the invalid fields, also shown above the list, because small screens fold fields away."""
        return [str(each.label) for each in self.visible_fields() if each.errors and each.name not in self.days_between]

    @cached_property
    def main_fields(self) -> list[forms.BoundField]:
        """The fields that are always shown."""
        return [field for field in self.visible_fields() if not self.main or field.name in self.main]

    @cached_property
    def more_fields(self) -> list[forms.BoundField]:
        """The fields that are folded away."""
        return [field for field in self.visible_fields() if self.main and field.name not in self.main]

    @cached_property
    def more_in_effect(self) -> bool:
        """Whether a folded field is in effect or invalid, so that all are shown."""
        return any(field.name in (*self.in_effect, *self.errors) for field in self.more_fields)

    @cached_property
    def folded(self) -> list[str]:
        """Names of the fields that small screens fold away: all but search and days.

        A single one stays, because it needs no more room than the button that unfolds it.
        """
        names = [each.name for each in self.visible_fields() if each.widget_type not in ("text", "date")]
        return names if len(names) > 1 else []

    @cached_property
    def folded_in_effect(self) -> list[str]:
        """The folded fields that are in effect."""
        return [name for name in self.folded if name in self.in_effect]

    @cached_property
    def first_folded(self) -> str:
        """The field before which the button that unfolds them stands."""
        return next(iter(self.folded), "")

    @cached_property
    def in_effect(self) -> list[str]:
        """Names of the fields that differ from their initial value."""
        return [name for name in self.fields if name not in self.errors and name in self.changed_data]

    @property
    def lasting(self) -> list[str]:
        """Names of the fields that a saved address keeps: those in effect, and explicit days, since a default day
        moves."""
        days = [name for name in self.days_between if name in self.fields and name not in self.errors]
        return [name for name in self.fields if name in (*self.in_effect, *days)]


class NoFilter(FilterForm):
    """The filter of a list without filters."""


def value_text(form: FilterForm, name: str) -> str:
    """The value as text; "" for one that is only on or off."""
    value = form.value(name)
    return chosen_text(form, name) or ("" if isinstance(value, bool) else str(value))


def chosen_text(form: FilterForm, name: str) -> str:
    """The text of the chosen option; "" for a field that is only on or off."""
    choices: Any = getattr(form.fields[name], "choices", ())
    flat = [
        pair for value, label in choices for pair in (label if isinstance(label, list | tuple) else [(value, label)])
    ]
    return str(dict(flat).get(form.value(name), ""))
