"""What was typed where only letters, digits and signs count: a Chinese keyboard's wide ones are meant narrow."""

import unicodedata
from typing import Any

from django import forms


def narrow(text: str, *, keep: str = "") -> str:
    """`１０００＠８００１` as `1000@8001`: compatibility forms as the plain ones, without blanks around and without
    what nobody sees (a text that is copied from a chat brings such characters along), but for `keep`."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(each for each in plain if each in keep or unicodedata.category(each) != "Cf").strip()


class NarrowField(forms.CharField):
    """A code or a number."""

    def to_python(self, value: Any) -> str:
        """Before the rules: they are about what is kept."""
        return narrow(str(super().to_python(value) or ""))


class NarrowEmailField(forms.EmailField):
    """An e-mail address."""

    def to_python(self, value: Any) -> str:
        """The same."""
        return narrow(str(super().to_python(value) or ""))
