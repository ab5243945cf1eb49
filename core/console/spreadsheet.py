"""Excel files: columns declared once, rows written as they come, the file sent piece by piece.

    COLUMNS = (
        Column(_("Nickname"), lambda row: row.nickname),
        Column(_("Conversations"), lambda row: row.conversations, "number"),
        Column(_("First response"), lambda row: row.first_response, "duration"),  # a timedelta
    )
    return download("企微客服工作量_20260105.xlsx", Table(_("Workload"), COLUMNS, rows), notes=notes, zone=zone)

Text is written as text whatever it begins with: a nickname `=cmd|…` is a nickname, never a formula, and an address is
no link. Times are real dates in the tenant's zone, durations and percentages real numbers: Excel can reckon with
them. A value that does not exist is an empty cell.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Literal

from django.http import FileResponse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.console.rounding import half_up
from core.errors import Refusal

if TYPE_CHECKING:  # imported with the first file: most processes never write one
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767  # characters in a cell
MAX_ROWS = 1_048_576 - 2  # on a sheet, beside head and totals
SHEET_NAME_LENGTH = 31
FORBIDDEN_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
DAY = timedelta(days=1)

Text = str | Promise
Kind = Literal["text", "number", "decimal", "percent", "duration", "time", "date"]
# How Excel shows each kind, and how wide its column is (in characters of Latin text). A duration is a part of a day.
FORMATS: dict[Kind, tuple[str, int]] = {
    "text": ("@", 24),
    "number": ("0", 12),
    "decimal": ("0.00", 12),
    "percent": ("0.0%", 12),
    "duration": ("[h]:mm:ss", 14),
    "time": ("yyyy-mm-dd hh:mm:ss", 20),
    "date": ("yyyy-mm-dd", 12),
}


class TooManyRows(Refusal):
    """More rows than a sheet can hold, or than such a list gives away at once."""

    code = "too_many_rows"
    text = _("A file holds at most %(most)s rows of this list. Please choose fewer days or narrow the filter.")

    def __init__(self, most: int = MAX_ROWS) -> None:
        super().__init__()
        self.most = most

    def __str__(self) -> str:
        return str(self.text) % {"most": number_format(self.most, force_grouping=True)}


@dataclass(frozen=True)
class Column:
    """A column: heading, function of the row, kind of value.

    `number` and `decimal` take numbers, `percent` a fraction of 1, `duration` a `timedelta`, `time` an aware
    `datetime`, `date` a `date`; all of them None.
    """

    label: Text
    value: Callable[[Any], Any]
    kind: Kind = "text"
    width: int = 0


@dataclass(frozen=True)
class Table:
    """A sheet of rows; `totals` is one more row of the same kind at the end."""

    name: Text
    columns: Sequence[Column]
    rows: Iterable[Any]
    totals: Any = None


@dataclass(frozen=True)
class Notes:
    """The second sheet, which explains the first, as (heading, [(term, text), …]).

    A `date` or an aware `datetime` becomes a real one there too.
    """

    name: Text
    sections: Sequence[tuple[Text, Sequence[tuple[Text, object]]]]


def download(filename: str, table: Table, *, zone: tzinfo, notes: Notes | None = None) -> FileResponse:
    """The file as a download that browsers do not cache. Chinese file names are kept (RFC 5987)."""
    file = written(table, zone=zone, notes=notes)
    response = FileResponse(file, as_attachment=True, filename=filename, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def written(table: Table, *, zone: tzinfo, notes: Notes | None = None) -> IO[bytes]:
    """The file, open for reading and deleted when closed. Rows are taken one by one and kept on disk."""
    from xlsxwriter import Workbook

    with ExitStack() as unless_done:
        file = unless_done.enter_context(TemporaryFile())
        options = {"constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
        with Workbook(file, {**options, "strings_to_urls": False}) as workbook:
            _Sheet(workbook, table, zone).write()
            if notes is not None:
                _write_notes(workbook, notes, zone)
        file.seek(0)
        unless_done.pop_all()
    return file


def sheet_name(text: Text) -> str:
    r"""A valid sheet name: 31 characters, none of []:*?/\\, no apostrophe at the ends."""
    return str(text).translate(FORBIDDEN_IN_SHEET_NAMES).strip(" '")[:SHEET_NAME_LENGTH].strip(" '")


class _Sheet:
    """The sheet of rows while it is written."""

    def __init__(self, workbook: "Workbook", table: Table, zone: tzinfo) -> None:
        self.sheet: Worksheet = workbook.add_worksheet(sheet_name(table.name))
        self.table, self.zone = table, zone
        self.head = workbook.add_format({"bold": True, "bottom": 1})
        self.formats = {kind: workbook.add_format({"num_format": shown}) for kind, (shown, _width) in FORMATS.items()}
        self.totals = {
            kind: workbook.add_format({"num_format": shown, "bold": True, "top": 1})
            for kind, (shown, _width) in FORMATS.items()
        }

    def write(self) -> None:
        """Writes heading, rows and totals; freezes the heading and adds filters."""
        for number, column in enumerate(self.table.columns):
            self.sheet.set_column(number, number, column.width or FORMATS[column.kind][1])
            self.sheet.write_string(0, number, str(column.label), self.head)
        self.sheet.freeze_panes(1, 0)
        last = 0
        for last, row in enumerate(self.table.rows, start=1):
            if last > MAX_ROWS:
                raise TooManyRows
            self._row(last, row, self.formats)
        self.sheet.autofilter(0, 0, last, len(self.table.columns) - 1)
        if self.table.totals is not None:
            self._row(last + 1, self.table.totals, self.totals)

    def _row(self, number: int, row: Any, formats: "dict[Kind, Format]") -> None:
        for place, column in enumerate(self.table.columns):
            value = column.value(row)
            if value is not None:
                self._cell((number, place), value, column.kind, formats[column.kind])

    def _cell(self, at: tuple[int, int], value: Any, kind: Kind, shown: "Format") -> None:
        if kind == "text":
            self.sheet.write_string(*at, str(value)[:LONGEST_TEXT], shown)
        elif kind == "time":
            self.sheet.write_datetime(*at, value.astimezone(self.zone).replace(tzinfo=None), shown)
        elif kind == "date":
            self.sheet.write_datetime(*at, value, shown)
        else:
            self.sheet.write_number(*at, _in_days(value) if kind == "duration" else value, shown)


def _in_days(length: timedelta) -> float:
    """As Excel reckons time: whole seconds, as parts of a day."""
    return timedelta(seconds=half_up(length.total_seconds())) / DAY


def _write_notes(workbook: "Workbook", notes: Notes, zone: tzinfo) -> None:
    sheet = workbook.add_worksheet(sheet_name(notes.name))
    bold = workbook.add_format({"bold": True})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    moments: dict[Kind, Format] = {
        kind: workbook.add_format({"num_format": FORMATS[kind][0], "align": "left"}) for kind in ("date", "time")
    }
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    row = 0
    for heading, lines in notes.sections:
        sheet.write_string(row, 0, str(heading), bold)
        for term, text in lines:
            row += 1
            sheet.write_string(row, 0, str(term)[:LONGEST_TEXT], wrapped)
            if isinstance(text, datetime):
                sheet.write_datetime(row, 1, text.astimezone(zone).replace(tzinfo=None), moments["time"])
            elif isinstance(text, date):
                sheet.write_datetime(row, 1, text, moments["date"])
            else:
                sheet.write_string(row, 1, str(text)[:LONGEST_TEXT], wrapped)
        row += 2
