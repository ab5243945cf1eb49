"""The fields of a customer as the panel draws them: to be read, and to be edited in place."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.profiles.forms import FIELDS, ProfileForm
from customers.profiles.masking import masked

LABELS: dict[str, str | Promise] = {"region": _("Region")}  # of fields with several columns
KINDS = {"phone": "tel", "email": "email"}  # which keyboard a phone shows
SEPARATOR = " · "


@dataclass(frozen=True)
class Input:
    """One column: `choices` where one is chosen."""

    name: str
    label: str
    value: str
    kind: str
    longest: int
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Shown:
    """A field: what it is called, its value as text ("" for none), and its columns. Where it `is_masked`, the text is,
    and no column has its value."""

    name: str
    label: str
    text: str
    inputs: tuple[Input, ...]
    is_masked: bool = False


def fields_of(customer: Customer, hidden: Collection[str] = ()) -> dict[str, Shown]:
    """All fields of a customer by name, masked where they are `hidden`."""
    form = ProfileForm()
    known = {name: _field(name, columns, form, customer) for name, columns in FIELDS.items()}
    return {name: _masked(field) if name in hidden and field.text else field for name, field in known.items()}


def _masked(field: Shown) -> Shown:
    return replace(field, text=masked(field.name, field.text), inputs=(), is_masked=True)


def _field(name: str, columns: Iterable[str], form: ProfileForm, customer: Customer) -> Shown:
    inputs = tuple(_input(column, form, getattr(customer, column)) for column in columns)
    words = (dict(each.choices).get(each.value, each.value) for each in inputs)
    return Shown(name, str(LABELS.get(name, inputs[0].label)), SEPARATOR.join(filter(None, words)), inputs)


def _input(column: str, form: ProfileForm, value: str) -> Input:
    field = form.fields[column]
    choices = tuple((str(key), str(label)) for key, label in getattr(field, "choices", ()))
    longest = field.max_length or 0 if isinstance(field, forms.CharField) else 0
    return Input(column, str(field.label), value, KINDS.get(column, "text"), longest, choices)
