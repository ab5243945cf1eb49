"""Form controls of settings, by kind."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from accounts.settings.hours_control import HoursControl
from core.settings.declare import Setting
from core.settings.kinds import Choice, Duration, Kind, OpeningHours, Switch, Text, Whole

K = TypeVar("K", bound=Kind)


class Control(Protocol):
    """The fields of one value within a form; errors of the whole value are shown at the field `first`."""

    template: ClassVar[str]
    first: str

    @property
    def names(self) -> list[str]:
        """Names of all its fields."""

    def given(self) -> Any:
        """The value as JSON or typed; None where it is invalid, with an error at its field."""

    def unsaved(self) -> str:
        """Input that would be lost with the fields; "" where it is easily repeated."""


class OneField(ABC, Generic[K]):
    """A control with one field, named after the setting."""

    template: ClassVar[str] = "accounts/settings/_value.html"

    def __init__(self, form: forms.Form, setting: Setting, *, value: Any, posted: QueryDict | None) -> None:
        self.form, self.kind, self.first = form, setting.kind, setting.name
        form.fields[setting.name] = self.field(setting.kind, label=setting.label, required=False)  # type: ignore[arg-type]
        if posted is None:
            form.initial[setting.name] = value
        self.value = form[setting.name]

    @abstractmethod
    def field(self, kind: K, **shared: Any) -> forms.Field:
        """The form field of the kind."""

    @property
    def names(self) -> list[str]:
        return [self.first]

    def given(self) -> Any:
        given = self.form.cleaned_data.get(self.first)
        if given is None and self.first not in self.form.errors:
            self.form.add_error(self.first, gettext("Please give a value."))
        return given

    def unsaved(self) -> str:
        return ""


class NumberControl(OneField[Whole]):
    """A number input."""

    def field(self, kind: Whole, **shared: Any) -> forms.Field:
        widget = forms.NumberInput(attrs={"inputmode": "numeric"})
        return forms.IntegerField(min_value=kind.low, max_value=kind.high, widget=widget, **shared)


class TextField(forms.CharField):
    r"""Text with "\\n" line ends; browsers send "\\r\\n"."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class TextControl(OneField[Text]):
    """A text area."""

    def field(self, kind: Text, **shared: Any) -> forms.Field:
        return TextField(max_length=kind.most, **shared)

    def unsaved(self) -> str:
        return str(self.form.data.get(self.first, "")).strip()


class ChoiceControl(OneField[Choice]):
    """A select."""

    def field(self, kind: Choice, **shared: Any) -> forms.Field:
        return forms.ChoiceField(choices=list(kind.labels.items()), **shared)


class SwitchControl(OneField[Switch]):
    """A select of yes and no: an unticked checkbox cannot be distinguished from one that was not sent."""

    def field(self, kind: Switch, **shared: Any) -> forms.Field:
        choices = [(str(value), kind.sentence(value)) for value in (True, False)]
        return forms.TypedChoiceField(
            choices=choices, coerce=lambda text: text == str(True), empty_value=None, **shared
        )


class MakesControl(Protocol):
    """Adds the fields of a setting to a form, filled from the post or from a value."""

    def __call__(self, form: forms.Form, setting: Setting, *, value: Any, posted: QueryDict | None) -> Control: ...


CONTROLS: Mapping[type[Kind], MakesControl] = {
    Whole: NumberControl,
    Duration: NumberControl,
    Text: TextControl,
    Choice: ChoiceControl,
    Switch: SwitchControl,
    OpeningHours: HoursControl,
}
