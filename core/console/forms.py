"""Forms with our own error messages, which name the field and what to enter."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

CHOSEN = (forms.ChoiceField, forms.BooleanField, forms.FileField)  # others are written


class Form(forms.Form):
    """Base of all our forms (`tests/house/test_code.py`)."""

    def full_clean(self) -> None:
        """Replaces Django's error messages; those that a field declares itself stay."""
        for name, field in self.fields.items():
            label = str(field.label or capfirst(name))
            for code, sentence in sentences(type(field), label, get_language() or "").items():  # type: ignore[arg-type]
                if _is_djangos(field, code):
                    field.error_messages[code] = sentence
        super().full_clean()


@lru_cache(maxsize=2000)
def sentences(kind: type[forms.Field], label: str, language: str) -> Mapping[str, str]:
    """Django's error code → message for a field of the kind, in the current language, which is named so that they are
    kept for each."""
    ask = _("Please choose: %(label)s.") if issubclass(kind, CHOSEN) else _("Please enter: %(label)s.")
    found = {
        "required": ask % {"label": label},
        "min_value": _("At least %(limit_value)s."),
        "max_value": _("%(limit_value)s at most."),
        "max_length": _("%(limit_value)d characters at most; these are %(show_value)d."),
        "null_characters_not_allowed": _("Invisible control characters cannot stand here."),
        "invalid_choice": _("Please choose one of what is offered."),
        "invalid_list": _("Please choose one of what is offered."),
    }
    return found | _of_kind(kind)


def _of_kind(kind: type[forms.Field]) -> dict[str, Any]:
    if issubclass(kind, forms.IntegerField):
        return {"invalid": _("Please enter a whole number.")}
    if issubclass(kind, forms.DateField):
        early, late = _("Not before %(limit_value)s."), _("Not after %(limit_value)s.")
        return {"invalid": _("Please enter a day such as 2026-01-31."), "min_value": early, "max_value": late}
    if issubclass(kind, forms.EmailField):
        return {"invalid": _("Please enter an e-mail address such as li@example.com.")}
    if issubclass(kind, forms.FileField):
        again = _("Please choose the file again.")
        long = _("The file's name is too long: %(max)d characters at most.")
        return {"invalid": again, "missing": again, "empty": again, "contradiction": again, "max_length": long}
    return {}


def _is_djangos(field: forms.Field, code: str) -> bool:
    """Whether the field has Django's default message for that code."""
    given = field.error_messages.get(code)
    return given is None or any(each.get(code) is given for each in _defaults_of(type(field)))  # type: ignore[arg-type]


@cache
def _defaults_of(kind: type[forms.Field]) -> list[Mapping[str, Any]]:
    return [vars(each).get("default_error_messages", {}) for each in kind.__mro__ if _is_django(each)]


def _is_django(kind: type) -> bool:
    return kind.__module__.startswith("django.")
