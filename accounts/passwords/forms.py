"""Fields and forms of passwords."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.passwords.rules import check_new_password
from core.console.forms import Form

LONGEST = 200


class PasswordField(forms.CharField):
    """A new password, validated by AUTH_PASSWORD_VALIDATORS. `suggests`: offers a generated one, as it is for somebody
    else."""

    suggests = False

    def __init__(self, *, suggests: bool = False, **options: Any) -> None:
        self.suggests = suggests
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(max_length=LONGEST, strip=False, widget=widget, **options)

    def validate(self, value: str) -> None:
        """Adds the validators' messages."""
        super().validate(value)
        if value:
            validate_password(value)


def check_against_names(form: forms.Form, names: Sequence[str]) -> None:
    """Adds an error to the form where the password consists of its owner's names."""
    if password := form.cleaned_data.get("password"):
        try:
            check_new_password(password, names=names)
        except ValidationError as error:
            form.add_error("password", error)


class PasswordForm(Form):
    """A new password for somebody, whose `names` it must not be."""

    password = PasswordField(
        label=_("New password"), help_text=_("At least 8 characters. Tell it to the agent."), suggests=True
    )

    def __init__(self, *args: Any, names: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.names = names

    def clean(self) -> dict[str, Any]:
        """Checks the password against the names."""
        values = super().clean() or self.cleaned_data
        check_against_names(self, self.names)
        return values


class OwnPasswordForm(PasswordForm):
    """A new password of one's own, with the current one."""

    old = forms.CharField(
        label=_("Current password"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = PasswordField(label=_("New password"), help_text=_("At least 8 characters."))
    field_order = ("old", "password")
