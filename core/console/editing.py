"""Pages that add or change an object, with optimistic locking (docs/console.md).

A form carries the version that it showed, and its action refuses any other (`Stale`). The page then names who saved
meanwhile and, for each field that the reader changed, shows the saved value beside the sent one, which stays in the
form: sent again, it overwrites. Fields that the reader did not change show what is saved now.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from django import forms
from django.http import HttpResponseBase, QueryDict
from django.utils.translation import gettext as _

from core.console.durations import NO_VALUE
from core.console.forms import Form
from core.console.pages import form_page, page
from core.errors import Refusal, Stale
from core.web.request import TenantRequest

UNKNOWN = 0  # versions count from 1

Row = TypeVar("Row")
AnyForm = TypeVar("AnyForm", bound=forms.Form)
Versioned = TypeVar("Versioned", bound="VersionedForm")


class VersionField(forms.IntegerField):
    """The version that the form showed; invalid input counts as `UNKNOWN`, because the reader could not correct it."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        """Never raises: the action refuses any version but the saved one."""
        try:
            return super().clean(value) or UNKNOWN
        except forms.ValidationError:
            return UNKNOWN


class VersionedForm(Form):
    """A form with the version of its object, in its initial values and in what it sends."""

    version = VersionField(required=False)
    shown = forms.Field(required=False, widget=forms.HiddenInput)  # name and fingerprint of each field, never an error

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["shown"].initial = self._fingerprints

    def _fingerprints(self) -> str:
        """The fingerprints of the initial values."""
        return " ".join(f"{field.name}:{_fingerprint(field.field, field.initial)}" for field in self.visible_fields())

    @property
    def own_values(self) -> dict[str, Any]:
        """The cleaned fields without version and fingerprints."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "shown")}

    @property
    def touched(self) -> set[str]:
        """Names of the sent fields that differ from what the form showed; all of a form without fingerprints."""
        known = dict(part.rpartition(":")[::2] for part in str(self["shown"].data or "").split())
        return {
            field.name
            for field in self.visible_fields()
            if (field.name in known or field.name in self.data or not known)
            and known.get(field.name) != _fingerprint(field.field, field.data)
        }

    @property
    def seen(self) -> int:
        """The version that a valid form showed."""
        return int(self.cleaned_data["version"])

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments for the action: the values of the fields."""
        return self.own_values

    @classmethod
    def of(cls, row: Any, data: QueryDict | None, files: Any = None) -> Self:
        """The form of a row whose attributes have the fields' names, with the sent or the saved values."""
        known = {name: getattr(row, name) for name in cls.base_fields if hasattr(row, name)}
        return cls(data, files, initial=known)

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Values as text, by the label of their field."""
        shown = [field for field in self.visible_fields() if field.name in values]
        return {str(field.label): words_of(field.field, values[field.name]) for field in shown}


def words_of(field: forms.Field, value: Any) -> str:
    """A field's value as text; several joined with commas."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    names = dict(getattr(field, "choices", ()))
    several: Iterable[Any] = value if isinstance(value, list) else str("" if value is None else value).splitlines()
    return _(", ").join(str(names.get(each, each)) for each in several) or NO_VALUE


def submitted_values(value: Any) -> list[str]:
    """A field's value as a browser sends it."""
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return [] if value is None else [str(value)]


def _fingerprint(field: forms.Field, value: Any) -> str:
    """A hash of a field's value, independent of the language."""
    sent = submitted_values(bool(value) if isinstance(field, forms.BooleanField) else value)
    own_values = "\n".join(sorted(sent)).replace("\r\n", "\n").strip()
    return hashlib.sha256(own_values.encode()).hexdigest()[:16]


class Change(Protocol):
    """Who saved last, and when: an audit entry."""

    actor_name: str
    at: datetime


class Conflict(NamedTuple):
    """For `parts/_stale.html`: who saved meanwhile and when ("" and None if unknown), and (label, saved, sent) of each
    difference."""

    who: str
    at: datetime | None
    changes: list[tuple[str, str, str]]


def conflict_with(sent: VersionedForm, fresh: VersionedForm, change: Change | None) -> Conflict:
    """The conflict of a refused form; `fresh` is the same form with what is saved now."""
    touched = {name: sent.cleaned_data.get(name) for name in sent.touched}
    saved, yours = fresh.words(fresh.initial), fresh.words({**fresh.initial, **touched})
    changes = [(label, now, yours[label]) for label, now in saved.items() if yours.get(label, now) != now]
    if change is None or not UNKNOWN < sent.seen < fresh.initial["version"]:
        return Conflict("", None, changes)
    return Conflict(change.actor_name or _("System"), change.at, changes)


def new_page(
    request: TenantRequest,
    template: str,
    *,
    form: Callable[[QueryDict | None], AnyForm],
    save: Callable[[AnyForm], HttpResponseBase],
    context: Mapping[str, Any],
) -> HttpResponseBase:
    """The page of a new object: `save` calls the action and returns the redirect."""
    shown = form(_sent(request))
    answer = _saved(shown, lambda: save(shown))
    return answer or form_page(request, template, shown, context)


def edit_page(
    request: TenantRequest,
    template: str,
    *,
    load: Callable[[], Row],
    form: Callable[[Row, QueryDict | None], Versioned],
    context: Callable[[Row, Versioned], Mapping[str, Any]],
    save: Callable[[Row, Versioned], HttpResponseBase],
    change: Callable[[Row], Change | None],
    row: Row | None = None,
) -> HttpResponseBase:
    """The page that changes an object; `row`, if it was read already. `form` makes the form of a row with the sent data
    or (None) the saved values, `context` the rest of the page, `save` calls the action and returns the redirect,
    `change` tells who saved last."""
    found = load() if row is None else row
    shown = form(found, _sent(request))
    try:
        answer = _saved(shown, lambda: save(found, shown))
    except Stale as refusal:
        found = load()
        fresh = form(found, None)
        conflict = conflict_with(shown, fresh, change(found))
        again = form(found, _on_top(request.POST, fresh, shown.touched))
        again.is_valid()
        _choose_files_again(again)
        content = {**context(found, again), "form": again, "stale": conflict}
        return page(request, template, content, status=refusal.status)
    return answer or form_page(request, template, shown, context(found, shown))


def _sent(request: TenantRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _on_top(data: QueryDict, fresh: VersionedForm, touched: Collection[str]) -> QueryDict:
    """The sent values of the changed fields over what is saved now."""
    again = data.copy()
    for field in fresh:
        if field.is_hidden:
            if field.name in ("version", "shown"):
                again[field.name] = str(field.initial)
        elif field.name not in touched:
            again.setlist(field.name, submitted_values(field.initial))
    return again


def _saved(form: forms.Form, save: Callable[[], HttpResponseBase]) -> HttpResponseBase | None:
    """The answer of `save`; None where the form is to be shown, with its errors. `Stale` passes through."""
    if not form.is_bound:
        return None
    try:
        if form.is_valid():
            return save()
    except Stale:
        raise
    except Refusal as refusal:
        add_refusal(form, refusal)
    _choose_files_again(form)
    return None


def add_refusal(form: forms.Form, refusal: Refusal) -> None:
    """Adds the refusal as an error of its field, or of the whole form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _choose_files_again(form: forms.Form) -> None:
    """Adds an error to file fields: browsers do not send a file again by themselves."""
    for name in form.files:
        if name in form.fields and not form.has_error(name):
            form.add_error(name, _("Please choose the file again."))
