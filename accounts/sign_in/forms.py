"""The form of signing in."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.sign_in.names import SignInName
from core.console.forms import Form


class SignInForm(Form):
    """`工号@企业号` and a password."""

    name = forms.CharField(max_length=60, error_messages={"required": _("Please enter your sign-in name.")})
    password = forms.CharField(
        max_length=200, strip=False, error_messages={"required": _("Please enter your password.")}
    )
    next = forms.CharField(max_length=500, required=False)

    def clean_name(self) -> SignInName:
        """The parsed name; one without both parts is an error here and costs no attempt."""
        name = SignInName.parse(self.cleaned_data["name"])
        if name is None:
            raise ValidationError(
                _("Please enter the whole sign-in name: your number, @ and your company's number, like 1001@8001.")
            )
        return name
