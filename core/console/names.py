"""Names given by people: one visible line, stored in its written order, distinguishable from other names."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import NameTaken

CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
BIDI_CONTROLS = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # bidirectional controls, which would reverse the text after a name
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols by category, but blank
# Soft hyphen, direction marks, zero-width spaces: pasted with a name by accident, so they are removed.
INVISIBLE = frozenset("\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\ufeff\ufff9\ufffa\ufffb") | frozenset(
    map(chr, [*range(0x2060, 0x2065), *range(0x206A, 0x2070)])
)
PLANE, ARABIC_FORMS = 0xFFFE, range(0xFDD0, 0xFDF0)  # noncharacters of Unicode


def clean_name(text: str) -> str:
    """The name in one line, "" where nothing of it is visible; raises `ValidationError` for control characters.

    Joiners stay: emoji and several scripts need them between their characters.
    """
    if any(unicodedata.category(each) in CONTROLS or each in BIDI_CONTROLS or _is_none(each) for each in text):
        raise ValidationError(_("Line breaks and invisible control characters cannot be in a name."), code="controls")
    kept = "".join(each for each in text if each not in INVISIBLE)
    return " ".join(kept.split()) if any(map(_shows, kept)) else ""


def comparison_key(name: str) -> str:
    """A key that is equal for names that look alike: without case, width, composition and invisible characters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = "".join(each for each in folded if not _is_unseen(each))
    return " ".join(seen.split())


def require_unused(name: str, others: Iterable[str]) -> None:
    """Raises `NameTaken` where one of the others has the same `comparison_key`. Needs a lock that covers these
    names."""
    if comparison_key(name) in map(comparison_key, others):
        raise NameTaken


def require_unused_name(name: str, rows: "QuerySet[Any]", row: Any = None) -> None:
    """As `require_unused` for the column `name` of rows; the row's own present name is allowed."""
    if row is None or name != row.name:
        require_unused(name, rows.exclude(pk=row.pk if row else None).values_list("name", flat=True))


def _is_none(character: str) -> bool:
    code = ord(character)
    return code & PLANE == PLANE or code in ARABIC_FORMS


def _is_unseen(character: str) -> bool:
    """Format characters, blank letters, and variation selectors."""
    return (
        unicodedata.category(character) == "Cf"
        or character in BLANK_LETTERS
        or character in INVISIBLE
        or "VARIATION SELECTOR" in unicodedata.name(character, "")
    )


def _shows(character: str) -> bool:
    """Marks and formats are visible with a letter only."""
    category = unicodedata.category(character)
    return category[0] not in "ZMC" and character not in BLANK_LETTERS


class NameField(forms.CharField):
    """A form field with `clean_name`."""

    def to_python(self, value: Any) -> str:
        """Cleans before the rules of length and presence, which concern the stored name."""
        return clean_name(super().to_python(value) or "")
