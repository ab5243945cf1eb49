"""Pages that add something, or change what others may change at the same time (docs/console.md).

A form that changes carries the version of what it showed, and its action refuses any other (`Stale`). The page then
says who saved meanwhile, and of each field that the reader changed what is saved beside what was sent, which stays:
sent once more, it is saved on top. What the reader did not touch is shown as it is saved now.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from django import forms
from django.http import HttpResponseBase, QueryDict
from django.utils.translation import gettext as _

from core.console.forms import Form
from core.console.pages import form_page, page
from core.errors import Refusal, Stale
from core.web.request import TenantRequest

UNKNOWN = 0  # versions count from 1
NO_VALUE = "–"

Row = TypeVar("Row")
AnyForm = TypeVar("AnyForm", bound=forms.Form)
Versioned = TypeVar("Versioned", bound="VersionedForm")


class VersionField(forms.IntegerField):
    """Which version the form showed. Nobody can mend what stands there: what is no version is an unknown one."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        """Never an error: the action refuses what is not the saved version."""
        try:
            return super().clean(value) or UNKNOWN
        except forms.ValidationError:
            return UNKNOWN


class VersionedForm(Form):
    """A form that knows which version of its object it shows: in its initial values, and in what it sends."""

    version = VersionField(required=False)
    shown = forms.Field(required=False, widget=forms.HiddenInput)  # name and fingerprint of each field, never an error

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["shown"].initial = self._fingerprints

    def _fingerprints(self) -> str:
        """Of what the form shows before anybody touches it."""
        return " ".join(f"{field.name}:{_fingerprint(field.field, field.initial)}" for field in self.visible_fields())

    @property
    def said(self) -> dict[str, Any]:
        """The values of a valid form, without what it knows of itself."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "shown")}

    @property
    def touched(self) -> set[str]:
        """The fields of what was sent in which something else stands than was shown; all of a form that does not tell
        what it showed."""
        known = dict(part.rpartition(":")[::2] for part in str(self["shown"].data or "").split())
        return {
            field.name
            for field in self.visible_fields()
            if (field.name in known or field.name in self.data or not known)
            and known.get(field.name) != _fingerprint(field.field, field.data)
        }

    @property
    def seen(self) -> int:
        """That version, of a valid form."""
        return int(self.cleaned_data["version"])

    def arguments(self) -> dict[str, Any]:
        """What a valid form gives its action, by keyword: the values of its fields."""
        return self.said

    @classmethod
    def of(cls, row: Any, data: QueryDict | None, files: Any = None) -> Self:
        """The form of a row whose attributes are called like the fields, with what was sent or as it is saved."""
        known = {name: getattr(row, name) for name in cls.base_fields if hasattr(row, name)}
        return cls(data, files, initial=known)

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What values of its fields say, by the field's label."""
        shown = [field for field in self.visible_fields() if field.name in values]
        return {str(field.label): words_of(field.field, values[field.name]) for field in shown}


def words_of(field: forms.Field, value: Any) -> str:
    """A field's value for readers; of several, one after the other."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    names = dict(getattr(field, "choices", ()))
    several: Iterable[Any] = value if isinstance(value, list) else str("" if value is None else value).splitlines()
    return _(", ").join(str(names.get(each, each)) for each in several) or NO_VALUE


def submitted_values(value: Any) -> list[str]:
    """A field's value as a browser would send it back."""
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return [] if value is None else [str(value)]


def _fingerprint(field: forms.Field, value: Any) -> str:
    """What a field shows or sends, in a few letters; the same in every language."""
    sent = submitted_values(bool(value) if isinstance(field, forms.BooleanField) else value)
    said = "\n".join(sorted(sent)).replace("\r\n", "\n").strip()
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class Change(Protocol):
    """Who saved something, and when: an entry of the audit log."""

    actor_name: str
    at: datetime


class Conflict(NamedTuple):
    """For `parts/_stale.html`: who saved meanwhile and when, where that is known, and (field, saved, sent) of each
    difference."""

    who: str
    at: datetime | None
    changes: list[tuple[str, str, str]]


def conflict_with(sent: VersionedForm, fresh: VersionedForm, change: Change | None) -> Conflict:
    """What a valid form that was refused did not know; `fresh` is the same form as it is shown now."""
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
    """The page of something new: `save` calls the action, and answers where to go then."""
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
    """The page of something that is there; `row`, where it was read already. `form` makes the form of a row, with what
    was sent or (None) as it is saved; `context` is what the page shows around it, `save` calls the action,
    `change` says who saved last."""
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
    """What was sent, of the fields that the reader touched, upon what is saved now."""
    again = data.copy()
    for field in fresh:
        if field.is_hidden:
            if field.name in ("version", "shown"):
                again[field.name] = str(field.initial)
        elif field.name not in touched:
            again.setlist(field.name, submitted_values(field.initial))
    return again


def _saved(form: forms.Form, save: Callable[[], HttpResponseBase]) -> HttpResponseBase | None:
    """What `save` answers; None where the form is shown (again), with what was refused. `Stale` is its caller's."""
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
    """Say it beside the field that it is about, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _choose_files_again(form: forms.Form) -> None:
    """No browser sends a file a second time by itself."""
    for name in form.files:
        if name in form.fields and not form.has_error(name):
            form.add_error(name, _("Please choose the file again."))
