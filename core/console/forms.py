"""Forms with our own error messages, which name the field and what to enter."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

CHOSEN = (forms.ChoiceField, forms.BooleanField, forms.FileField)  # others are written


class Form(forms.Form):
    """Base of all our forms (`tests/house/test_code.py`)."""

    def full_clean(self) -> None:
        """Replaces Django's error messages; those that a field declares itself stay."""
        for name, field in self.fields.items():
            for code, sentence in sentences(field, str(field.label or capfirst(name))).items():
                if _is_djangos(field, code):
                    field.error_messages[code] = sentence
        super().full_clean()


def sentences(field: forms.Field, label: str) -> dict[str, str]:
    """Django's error code → message for the field, in the current language."""
    ask = _("Please choose: %(label)s.") if isinstance(field, CHOSEN) else _("Please enter: %(label)s.")
    found = {
        "required": ask % {"label": label},
        "min_value": _("At least %(limit_value)s."),
        "max_value": _("%(limit_value)s at most."),
        "max_length": _("%(limit_value)d characters at most; these are %(show_value)d."),
        "null_characters_not_allowed": _("Invisible control characters cannot stand here."),
        "invalid_choice": _("Please choose one of what is offered."),
        "invalid_list": _("Please choose one of what is offered."),
    }
    return found | _of_kind(field)


def _of_kind(field: forms.Field) -> dict[str, Any]:
    match field:
        case forms.IntegerField():
            return {"invalid": _("Please enter a whole number.")}
        case forms.DateField():
            early, late = _("Not before %(limit_value)s."), _("Not after %(limit_value)s.")
            return {"invalid": _("Please enter a day such as 2026-01-31."), "min_value": early, "max_value": late}
        case forms.EmailField():
            return {"invalid": _("Please enter an e-mail address such as li@example.com.")}
        case forms.FileField():
            again = _("Please choose the file again.")
            long = _("The file's name is too long: %(max)d characters at most.")
            return {"invalid": again, "missing": again, "empty": again, "contradiction": again, "max_length": long}
    return {}


def _is_djangos(field: forms.Field, code: str) -> bool:
    """Whether the field has Django's default message for that code."""
    given = field.error_messages.get(code)
    defaults = [vars(each).get("default_error_messages", {}) for each in type(field).__mro__ if _is_django(each)]
    return given is None or any(each.get(code) is given for each in defaults)


def _is_django(kind: type) -> bool:
    return kind.__module__.startswith("django.")
