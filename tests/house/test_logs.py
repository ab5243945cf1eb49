"""What the documentation calls append-only, the database keeps: nobody changes, removes or empties it."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast
from tests.clean_slate import LOGS
from tests.house.sources import ROOT


@pytest.fixture
def written(cast: Cast) -> Cast:
    """Each log has rows."""
    with cast.shop.within():
        from accounts.agents.actions import set_enabled
        from accounts.agents.presence import set_status

        set_status(actor=cast.bob.actor(), agent_id=cast.bob.pk, status="online")
        set_status(actor=cast.bob.actor(), agent_id=cast.bob.pk, status="busy")
        set_enabled(actor=cast.alice.actor(), agents=[cast.bob.public_id], enabled=False)
    return cast


@pytest.mark.parametrize(
    "statement",
    [
        *(f"truncate {table}" for table in LOGS),
        *(f"truncate {table} cascade" for table in LOGS),
        *(f"delete from {table}" for table in LOGS),
        "update accounts_auditentry set actor_name = 'nobody'",
        "update core_event set data = '{}'",
        "update core_event set at = now()",
        "update accounts_statusinterval set status = 'away'",
        "update accounts_statusinterval set began_at = now()",
        "update accounts_statusinterval set ended_at = now() where ended_at is not null",
        "truncate accounts_tenant cascade",
    ],
)
def test_a_log_only_grows(written: Cast, statement: str) -> None:
    with written.shop.within():
        with connection.cursor() as cursor:
            for table in LOGS:
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone()[0] > 0
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_mark_of_statistics_and_the_end_of_a_status_are_written(written: Cast) -> None:
    with written.shop.within(), connection.cursor() as cursor:
        cursor.execute("update core_event set counted = not counted")
        cursor.execute("update accounts_statusinterval set ended_at = now() where ended_at is null")
        assert cursor.rowcount == 1


def test_the_documentation_names_them() -> None:
    text = (ROOT / "docs/data-model.md").read_text()
    for table in LOGS:
        section = text.split(f"### `{table}`")[1].split("###")[0]
        assert "database refuses" in section, table
