"""The judge of the minute: what it calls free, and what it calls broken."""

from datetime import UTC, datetime, timedelta

from bench.rig.shift import Fact, places

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def fact(number: int, name: str, *, agent: int, began: int, seen: int) -> Fact:
    """An event; times in milliseconds."""
    moments = (BEGAN + timedelta(milliseconds=began), BEGAN + timedelta(milliseconds=seen))
    return Fact(number, f"conversation.{name}", number, agent, *moments)


def test_a_place_is_free_until_another_connection_sees_who_fills_it() -> None:
    found = places(
        [
            fact(4, "assigned", agent=1, began=30, seen=90),
            fact(1, "ended", agent=1, began=0, seen=20),
            fact(2, "ended", agent=1, began=10, seen=20),
            fact(5, "assigned", agent=1, began=30, seen=95),
        ]
    )
    assert found == ([90.0, 85.0], 0, 0)


def test_who_is_assigned_without_a_free_place_and_a_place_left_free_are_told() -> None:
    found = places(
        [
            fact(1, "assigned", agent=1, began=0, seen=10),
            fact(2, "ended", agent=1, began=20, seen=30),
            fact(3, "assigned", agent=2, began=20, seen=30),
        ]
    )
    assert found == ([], 2, 1)
