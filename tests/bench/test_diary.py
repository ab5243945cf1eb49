"""The judge of `bin/bench faults` sees each kind of fault; a campaign that cannot find any proves nothing."""

from typing import Any

import pytest

from bench.rig.diary import Diary, Stored, judge


def diary_of(*events: dict[str, Any]) -> Diary:
    """What clients told, a message a second."""
    diary = Diary()
    for second, event in enumerate(events):
        diary.note({"at": 1000 * second, "by": "v1", "mode": "socket", **event})
    return diary


def page(name: str, *texts: str, state: str = "online", **more: Any) -> dict[str, Any]:
    """What a client shows at the end."""
    return {"name": name, "state": state, "left": [], "shown": {f"c:{n}": text for n, text in enumerate(texts)}, **more}


SENT = ({"event": "sent", "text": "v1-1"}, {"event": "acked", "text": "v1-1"})
STORED = Stored("c", 1, "v1-1", "active")


def test_a_whole_day_is_no_fault() -> None:
    diary = diary_of(*SENT)
    diary.reports = [page("v1", "v1-1"), page("a1", "v1-1", active=["c"]), page("v2"), page("a2", active=[])]
    found = judge(diary, [STORED], waiting=0)
    assert (found.lost, found.doubled, found.disordered, found.stuck) == (0, 0, 0, 0), found.examples


def test_what_was_acknowledged_and_is_not_stored_is_lost() -> None:
    assert judge(diary_of(*SENT), [], waiting=0).lost == 1


@pytest.mark.parametrize("blind", [page("v1"), page("a1", active=["c"])])
def test_what_is_stored_and_not_shown_to_who_takes_part_is_lost(blind: dict[str, Any]) -> None:
    diary = diary_of(*SENT)
    diary.reports = [blind]
    assert judge(diary, [STORED], waiting=0).lost == 1


def test_a_text_that_stands_twice_is_doubled() -> None:
    again = Stored("another conversation", 1, "v1-1", "active")
    assert judge(diary_of(*SENT), [STORED, again], waiting=0).doubled == 1
    diary = diary_of(*SENT)
    diary.reports = [page("v1", "v1-1", "v1-1")]
    assert judge(diary, [STORED], waiting=0).doubled == 1


def test_another_order_than_it_was_written_in_is_seen() -> None:
    stored = [Stored("c", 1, "v1-10", "active"), Stored("c", 2, "v1-9", "active"), Stored("c", 3, "a1-1", "active")]
    assert judge(Diary(), stored, waiting=0).disordered == 1
    assert judge(diary_of({"event": "disordered", "text": "v1-1"}), [], waiting=0).disordered == 1


def test_what_has_no_answer_and_who_is_not_there_is_stuck() -> None:
    diary = diary_of({"event": "sent", "text": "v1-1"})
    diary.reports = [page("v1", state="connecting")]
    assert judge(diary, [], waiting=3).stuck == 1 + 1 + 3


def test_an_agent_may_be_refused_what_a_visitor_never_is() -> None:
    late, lost = ({"event": "failed", "text": text, "why": "ended"} for text in ("a1-1", "v1-1"))
    assert judge(diary_of({"event": "sent", "text": "a1-1"}, late), [], waiting=0).stuck == 0
    assert judge(diary_of({"event": "sent", "text": "v1-1"}, lost), [], waiting=0).stuck == 1


def test_a_break_is_healed_with_the_last_acknowledgement_that_it_delayed() -> None:
    events = [{"event": "sent", "text": "v1-1"}, {"event": "sent", "text": "v1-2"}]  # at 0 and 1 s
    late = [{"event": "acked", "text": "v1-1"}, {"event": "acked", "text": "v1-2"}]  # at 2 and 3 s
    diary = diary_of(*events, *late, {"event": "sent", "text": "v1-3"}, {"event": "acked", "text": "v1-3"})
    assert diary.healed_after(0.5) == 2.5
    assert diary.healed_after(3.0) == 0.0, "the third came at once"
    assert not diary.late(9.0)
