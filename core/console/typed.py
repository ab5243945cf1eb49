"""Normalising typed codes: full-width letters, digits and signs of a Chinese keyboard become narrow."""

import unicodedata
from typing import Any

from django import forms


def narrow(text: str, *, keep: str = "") -> str:
    """`１０００＠８００１` as `1000@8001`:
    compatibility forms narrowed, surrounding blanks and invisible characters removed,
    except those in `keep`. (Copied texts bring them along.)"""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(each for each in plain if each in keep or unicodedata.category(each) != "Cf").strip()


class NarrowField(forms.CharField):
    """A form field for a code or number."""

    def to_python(self, value: Any) -> str:
        """Normalises before the validators, which concern the stored value."""
        return narrow(str(super().to_python(value) or ""))


class NarrowEmailField(forms.EmailField):
    """A form field for an e-mail address."""

    def to_python(self, value: Any) -> str:
        """Normalises before the validators."""
        return narrow(str(super().to_python(value) or ""))
