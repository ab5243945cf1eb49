"""The fields that filters of lists are made of (`core/console/listing.py`)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.clock import FIRST_DAY, LAST_DAY

Choices = Iterable[tuple[Any, Any]]
YES, NO = "yes", "no"
MOST_LETTERS = 60


class Day(forms.DateField):
    """A day in the tenant's time; the calendar's own ends have no day before or after them.

    `meant` is what the field shows where the address names no day.
    """

    meant: date | None = None

    def __init__(self, label: Any, *, initial: date | None = None) -> None:
        super().__init__(
            label=label,
            required=False,
            initial=initial,
            validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data or self.meant


class Choice(forms.ChoiceField):
    """One of some, or all of them."""

    def __init__(self, label: Any, choices: Choices = ()) -> None:
        super().__init__(label=label, required=False)
        self.offer(choices)

    def offer(self, choices: Choices) -> None:
        """These, beside all of them."""
        self.choices = [("", _("All")), *choices]


def yes_or_no(label: Any) -> Choice:
    """Whether something is so."""
    return Choice(label, [(YES, _("Yes")), (NO, _("No"))])


def words(label: Any, *, fewest: int | None = None, most: int = MOST_LETTERS, hint: Any = "") -> forms.CharField:
    """What is looked for; the hint says in what."""
    shown = {"placeholder": hint} if hint else {}
    return forms.CharField(
        label=label,
        required=False,
        min_length=fewest,
        max_length=most,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", **shown}),
    )
