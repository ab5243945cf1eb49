"""What a form shows when somebody else saved meanwhile: who, when, and field by field theirs beside yours."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from channels_app.queries import last_change


def differences(form: forms.Form, saved: Mapping[str, Any], *, kind: str, object_id: int) -> dict[str, Any]:
    """The context of `parts/_stale.html` for a valid form that was refused, and the values that are stored now."""
    change = last_change(kind, object_id)
    fields = [field for field in form.visible_fields() if field.name in saved]
    changes = [
        (field.label, shown(field, saved[field.name]), shown(field, form.cleaned_data[field.name]))
        for field in fields
        if shown(field, saved[field.name]) != shown(field, form.cleaned_data[field.name])
    ]
    return {"who": change.actor_name if change else "", "at": change.at if change else None, "changes": changes}


def shown(field: forms.BoundField, value: Any) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    names = dict(getattr(field.field, "choices", ()))
    if isinstance(value, list):
        return _(", ").join(str(names.get(one, one)) for one in value)
    return str(names.get(value, value))
