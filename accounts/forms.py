"""Forms of the accounts' pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """`工号@企业号` and a password."""

    name = forms.CharField(max_length=60, error_messages={"required": _("Please enter your sign-in name.")})
    password = forms.CharField(
        max_length=200, strip=False, error_messages={"required": _("Please enter your password.")}
    )
    next = forms.CharField(max_length=500, required=False)
