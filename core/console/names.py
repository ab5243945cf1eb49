"""Names that people give: one line that shows, in the order it was written in, and that is like no other."""

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
)  # they turn round what stands after a name
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols by category, nothing to the eye
# Soft hyphen, marks of direction, spaces of no width: pasted along with a name, and never meant.
INVISIBLE = frozenset("\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\ufeff\ufff9\ufffa\ufffb") | frozenset(
    map(chr, [*range(0x2060, 0x2065), *range(0x206A, 0x2070)])
)
PLANE, ARABIC_FORMS = 0xFFFE, range(0xFDD0, 0xFDF0)  # where Unicode has no characters and never will


def clean_name(text: str) -> str:
    """The name in one line, "" where nothing of it would be seen; raises `ValidationError` for what no line may hold.

    Joiners stay: emoji and several scripts need them between their characters.
    """
    if any(unicodedata.category(each) in CONTROLS or each in BIDI_CONTROLS or _is_none(each) for each in text):
        raise ValidationError(_("Line breaks and invisible control characters cannot be in a name."), code="controls")
    kept = "".join(each for each in text if each not in INVISIBLE)
    return " ".join(kept.split()) if any(map(_shows, kept)) else ""


def comparison_key(name: str) -> str:
    """The same for names that nobody can tell apart: by case, width, composition, or what is not seen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = "".join(each for each in folded if not _is_unseen(each))
    return " ".join(seen.split())


def require_unused(name: str, others: Iterable[str]) -> None:
    """Raises `NameTaken` where one of the others is like it. To be asked under the lock of whoever gives such names."""
    if comparison_key(name) in map(comparison_key, others):
        raise NameTaken


def require_unused_name(name: str, rows: "QuerySet[Any]", row: Any = None) -> None:
    """The same of the rows' column `name`. The name that the row has already is its own to keep."""
    if row is None or name != row.name:
        require_unused(name, rows.exclude(pk=row.pk if row else None).values_list("name", flat=True))


def _is_none(character: str) -> bool:
    code = ord(character)
    return code & PLANE == PLANE or code in ARABIC_FORMS


def _is_unseen(character: str) -> bool:
    """Formats, blank letters, and the marks that choose between pictures of one character."""
    return (
        unicodedata.category(character) == "Cf"
        or character in BLANK_LETTERS
        or character in INVISIBLE
        or "VARIATION SELECTOR" in unicodedata.name(character, "")
    )


def _shows(character: str) -> bool:
    """Marks and formats are seen with a letter only."""
    category = unicodedata.category(character)
    return category[0] not in "ZMC" and character not in BLANK_LETTERS


class NameField(forms.CharField):
    """A name as `clean_name` knows it."""

    def to_python(self, value: Any) -> str:
        """Before the rules of length and presence: they are about what is kept."""
        return clean_name(super().to_python(value) or "")
