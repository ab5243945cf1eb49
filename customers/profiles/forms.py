"""What agents may note of a customer: the fields of the profile, and what is allowed in them."""

import re
import unicodedata
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from core.console.forms import Form
from core.console.names import NameField
from core.errors import Refusal
from customers.models import Customer, Gender

# Field → the columns that are shown, edited and stored together.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "remark": ("remark",),
    "phone": ("phone",),
    "email": ("email",),
    "gender": ("gender",),
    "region": ("country", "province", "city"),
    "note": ("note",),
}
PHONE = re.compile(r"\+?\(?[0-9](?:[0-9 ().-]*[0-9])?(?: ?(?:ext|x|#|转) ?[0-9]{1,6})?")
MIN_DIGITS = 3


class InvalidValue(Refusal):
    """The value cannot be stored in this field; the text says what is wrong."""

    code = "invalid_value"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sentence = text

    def __str__(self) -> str:
        return self.sentence


class PhoneField(forms.CharField):
    """A telephone number in any country's writing, in half-width characters."""

    def to_python(self, value: object) -> str:
        """The number; raises `ValidationError` for anything else."""
        text = " ".join(unicodedata.normalize("NFKC", super().to_python(value) or "").split())
        if text and (not PHONE.fullmatch(text) or sum(map(str.isdigit, text)) < MIN_DIGITS):
            raise forms.ValidationError(_("Please enter a phone number such as 138 0013 8000 or +44 20 7946 0000."))
        return text


def _length(name: str) -> int:
    return int(Customer._meta.get_field(name).max_length or 0)  # type: ignore[union-attr]


class ProfileForm(Form):
    """All columns; none is required."""

    remark = NameField(label=_("Remark name"), max_length=_length("remark"), required=False)
    phone = PhoneField(label=_("Phone"), max_length=_length("phone"), required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=_length("email"), required=False)
    gender = forms.ChoiceField(label=_("Gender"), choices=[("", ""), *Gender.choices], required=False)
    country = NameField(label=_("Country"), max_length=_length("country"), required=False)
    province = NameField(label=_("Province"), max_length=_length("province"), required=False)
    city = NameField(label=_("City"), max_length=_length("city"), required=False)
    note = forms.CharField(label=_("Note"), max_length=_length("note"), required=False)


class TagNameForm(Form):
    """The name of a tag."""

    name = NameField(label=_("Tag"), max_length=20)


def noted(field: str, values: Mapping[str, str]) -> dict[str, str]:
    """The columns of a field as they are stored; raises `InvalidValue` with a sentence in the current language."""
    form: Form = TagNameForm(values) if field == "tag" else ProfileForm(values)
    columns = ("name",) if field == "tag" else FIELDS[field]
    errors = [text for name in columns for text in form.errors.get(name, ())]
    if errors:
        raise InvalidValue(" ".join(map(str, errors)))
    return {name: str(form.cleaned_data[name]) for name in columns}
