"""Columns of lists, each declared once: heading, sort keys, cell (on phones a line of the row's card), and column of
the Excel file.

    COLUMNS = (
        Column("name", _("Name"), "name", link=True),
        Column("sort", _("Sort number"), "number", sort=("sort", "-pk")),
        Column("seen_at", _("Last seen on"), cell=seen_cell, sort=None),
    )
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core.console import spreadsheet
from core.console.ordering import AlphabeticalOrder

Text = str | Promise
Kind = Literal["name", "text", "number", "percent", "duration", "time", "date"]
Keys = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """One column. Its value is the row's attribute (or key) `name`, unless `value` works it out.

    - `kind`: "name" is what the row is called: it heads the row, and sorts by its sound.
    - `sort`: what to order by; empty: by its own name, None: not at all. A function, where that depends on the reader.
    - `words`: what values are called, where the value itself is no word (`Status.choices`, true and false).
    - `chips`: the value is drawn as a chip, of the level that stands here for it (templates/parts/_chip.html).
    - `link`: the address that the cell leads to, by its URL name with the row's public id; True for the row's own page.
      `leads_to` tells those who do not see the head where (with %(name)s), where the value alone does not.
    - `cell` draws the value: a function of row and value, or a template, which knows the page's context as well and
      takes ten times as long.
    - `on_page`, `in_file`: whether the list shows it, and whether the Excel file has it (`width` in characters).
    - `hint`: shown where the mouse rests on the head.
    """

    name: str
    label: Text
    kind: Kind = "text"
    sort: Keys | Callable[[], Keys] | None = ()
    value: Callable[[Any], Any] | None = field(default=None, compare=False)
    words: Mapping[Any, Text] | None = field(default=None, compare=False)
    chips: Mapping[Any, str] | None = field(default=None, compare=False)
    link: str | bool = ""
    leads_to: Text = ""
    cell: "str | Callable[[Any, Any], SafeString]" = ""
    on_page: bool = True
    in_file: bool = True
    width: int = 0
    hint: Text = ""

    @property
    def keys(self) -> Keys:
        """The keys that a list is ordered by; empty for a column that does not sort."""
        found = self.sort() if callable(self.sort) else self.sort
        return found or ((AlphabeticalOrder(self.name),) if self.kind == "name" else (self.name,))

    @property
    def is_numeric(self) -> bool:
        """Whether values are aligned by their last digit."""
        return self.kind in ("number", "percent", "duration")

    def raw_value_of(self, row: Any) -> Any:
        """The row's value as it is stored or worked out."""
        if self.value is not None:
            return self.value(row)
        return row.get(self.name) if isinstance(row, Mapping) else getattr(row, self.name)

    def value_of(self, row: Any) -> Any:
        """The row's value, as text where `words` has one; None where there is none."""
        found = self.raw_value_of(row)
        if self.words is not None:
            found = self.words.get(found, found)
        return None if found == "" else found

    def in_words(self) -> "Column":
        """The same, with its words in the reader's language: for many rows."""
        words = self.words and {value: str(word) for value, word in self.words.items()}
        return replace(self, words=words) if words else self

    def in_sheet(self) -> spreadsheet.Column:
        """The column of an Excel file."""
        kind = "text" if self.kind == "name" else self.kind
        return spreadsheet.Column(self.label, self.value_of, kind, self.width)


def sorts_of(columns: Iterable[Column]) -> dict[str, Keys]:
    """Sort key in addresses → what is ordered by, of the columns that sort."""
    return {each.name: each.keys for each in columns if each.sort is not None}


def sheet_of(columns: Iterable[Column]) -> list[spreadsheet.Column]:
    """The columns of the Excel file."""
    return [each.in_sheet() for each in columns if each.in_file]
