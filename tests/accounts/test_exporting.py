"""No file leaves the house without an entry, and no entry stands for a file that was not made."""

import io

import pytest

from accounts.exporting import take_away
from accounts.models import AuditEntry
from accounts.permissions import Permission
from core.errors import Forbidden
from core.spreadsheet import SpreadsheetResponse, TooManyRows
from tests.cast import Cast


def made() -> SpreadsheetResponse:
    return SpreadsheetResponse(io.BytesIO(b"rows"))


def too_long() -> SpreadsheetResponse:
    raise TooManyRows


def entries(cast: Cast) -> list[tuple[str, dict[str, int]]]:
    with cast.shop.within():
        return list(AuditEntry.objects.values_list("actor_name", "after"))


def test_who_took_what_stands_in_the_log(cast: Cast) -> None:
    with cast.shop.within():
        take_away(
            actor=cast.alice.actor(), needs=(Permission.AUDIT,), file=made, action="audit.exported", kind="audit",
            told={"rows": 3},
        ).close()  # fmt: skip
    assert entries(cast) == [("alice", {"rows": 3})]


def test_a_file_that_cannot_be_made_leaves_no_entry(cast: Cast) -> None:
    with cast.shop.within(), pytest.raises(TooManyRows):
        take_away(
            actor=cast.alice.actor(), needs=(Permission.AUDIT,), file=too_long, action="audit.exported", kind="audit",
            told={"rows": 3},
        )  # fmt: skip
    assert entries(cast) == []


def test_who_may_not_have_all_of_it_gets_no_file(cast: Cast) -> None:
    with cast.shop.within(), pytest.raises(Forbidden):
        take_away(
            actor=cast.bob.actor(), needs=(Permission.AUDIT,), file=too_long, action="audit.exported", kind="audit",
            told={"rows": 3},
        )  # fmt: skip
    assert entries(cast) == []
