"""Names that people give: one line that shows, and that shows in the order it was written in."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CONTROLS = frozenset({"Cc", "Zl", "Zp"})
TURNING = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # they turn round what stands after a name
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols by category, nothing to the eye


def clean_name(text: str) -> str:
    """The name in one line, "" where nothing of it would be seen; raises `ValidationError` for what no line may hold.

    Joiners stay: emoji and several scripts need them between their characters.
    """
    if any(unicodedata.category(each) in CONTROLS or each in TURNING for each in text):
        raise ValidationError(_("Line breaks and invisible control characters cannot be in a name."), code="controls")
    return " ".join(text.split()) if any(map(_shows, text)) else ""


def _shows(character: str) -> bool:
    """Marks and formats are seen with a letter only."""
    category = unicodedata.category(character)
    return category[0] not in "ZMC" and character not in BLANK_LETTERS


class NameField(forms.CharField):
    """A name as `clean_name` knows it."""

    def to_python(self, value: Any) -> str:
        """Before the rules of length and presence: they are about what is kept."""
        return clean_name(super().to_python(value) or "")
