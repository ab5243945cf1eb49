"""What an Excel file of ours holds when somebody else's program reads it."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from core.console import spreadsheet
from core.console.spreadsheet import Column, Notes, Table, TooManyRows, download, sheet_name, written

SHANGHAI = ZoneInfo("Asia/Shanghai")
COLUMNS = (
    Column("Name", lambda row: row.name),
    Column("Number", lambda row: row.number, "number"),
    Column("Rate", lambda row: row.rate, "percent"),
    Column("Response", lambda row: row.response, "duration"),
    Column("At", lambda row: row.at, "time"),
    Column("Day", lambda row: row.day, "date"),
)


def line(**changes: Any) -> SimpleNamespace:
    """A row."""
    values = {
        "name": "bob", "number": 3, "rate": 0.25, "response": timedelta(hours=30, seconds=5),
        "at": datetime(2026, 1, 5, 18, 30, tzinfo=UTC), "day": date(2026, 1, 6),
    }  # fmt: skip
    return SimpleNamespace(**{**values, **changes})


def sheets(*rows: Any, **options: Any) -> Any:
    """The file, read again."""
    notes = options.pop("notes", None)
    with written(Table("Rows", COLUMNS, rows, **options), zone=SHANGHAI, notes=notes) as file:
        return load_workbook(file)


def test_numbers_times_and_durations_are_real_ones() -> None:
    name, number, rate, response, at, day = sheets(line())["Rows"][2]
    assert (name.value, number.value, rate.value) == ("bob", 3, 0.25)
    assert rate.number_format == "0.0%"
    assert response.value == timedelta(hours=30, seconds=5)
    assert response.number_format == "[h]:mm:ss"
    assert at.value == datetime(2026, 1, 6, 2, 30), "in the tenant's zone"  # noqa: DTZ001 – Excel knows no zones
    assert day.value.date() == date(2026, 1, 6)


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-1", "=cmd|' /C calc'!A0", "{=1}", "12", "0012", "\t=1"])
def test_text_stays_text(text: str) -> None:
    cell = sheets(line(name=text))["Rows"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_an_address_is_no_link_and_odd_characters_arrive() -> None:
    for text in ("https://evil.example/", "mailto:a@b", "internal:Rows!A1", "客服 <&> \U0001f33f", "two\nlines"):
        cell = sheets(line(name=text))["Rows"]["A2"]
        assert (cell.value, cell.hyperlink) == (text, None)


def test_what_does_not_exist_is_an_empty_cell() -> None:
    row = sheets(line(number=None, rate=None, response=None, at=None, day=None))["Rows"][2]
    assert [cell.value for cell in row] == ["bob", None, None, None, None, None]


def test_text_beyond_a_cells_length_is_cut() -> None:
    assert len(sheets(line(name="长" * 40_000))["Rows"]["A2"].value) == 32_767


def test_totals_follow_the_rows_and_are_not_filtered() -> None:
    sheet = sheets(line(), line(), totals=line(name="Total", number=6))["Rows"]
    assert [cell.value for cell in sheet["A"]] == ["Name", "bob", "bob", "Total"]
    assert sheet.auto_filter.ref == "A1:F3"
    assert sheet.freeze_panes == "A2"


def test_no_rows_are_a_head_alone() -> None:
    assert [cell.value for cell in sheets()["Rows"]["A"]] == ["Name"]


def test_the_second_sheet_says_filter_and_definitions() -> None:
    notes = Notes("Notes", [("Filter", [("Days", "2026-01-01 – 2026-01-07")]), ("Columns", [("Number", "=how many")])])
    sheet = sheets(line(), notes=notes)["Notes"]
    assert [(row[0].value, row[1].value) for row in sheet.rows] == [
        ("Filter", None),
        ("Days", "2026-01-01 – 2026-01-07"),
        (None, None),
        ("Columns", None),
        ("Number", "=how many"),
    ]


def test_days_and_moments_of_the_second_sheet_are_real_ones() -> None:
    own_values: list[tuple[str, object]] = [
        ("From", date(2026, 1, 5)),
        ("Exported", datetime(2026, 1, 5, 18, tzinfo=UTC)),
    ]
    sheet = sheets(line(), notes=Notes("Notes", [("Filter", own_values)]))["Notes"]
    assert (sheet["B2"].is_date, sheet["B2"].value.date()) == (True, date(2026, 1, 5))
    assert sheet["B2"].number_format == "yyyy-mm-dd"
    assert sheet["B3"].value == datetime(2026, 1, 6, 2), "in the tenant's zone"  # noqa: DTZ001 – Excel knows no zones


def test_sheets_get_names_that_excel_takes() -> None:
    assert sheet_name("a/b:c*d?[e]\\'") == "a b c d  e"
    assert len(sheet_name("名" * 50)) == 31


def test_a_file_is_named_in_chinese_and_kept_by_nobody() -> None:
    response = download("企微客服工作量_20260105.xlsx", Table("Rows", COLUMNS, [line()]), zone=SHANGHAI)
    assert "filename*=utf-8''%E4%BC%81" in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response)[:2] == b"PK"
    response.close()


def test_many_rows_do_not_fill_the_memory() -> None:
    def many() -> Iterator[SimpleNamespace]:
        for number in range(20_000):
            yield line(name=f"row {number} {'x' * 200}")

    tracemalloc.start()
    written(Table("Rows", COLUMNS, many()), zone=SHANGHAI).close()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 1024 * 1024, "the text alone is 4 MB; the cells as objects are 50"


def test_a_sheet_that_would_overflow_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 2)
    with pytest.raises(TooManyRows):
        sheets(line(), line(), line())
