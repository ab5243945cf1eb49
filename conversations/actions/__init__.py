"""The acts on a conversation. Each is one transaction that locks the conversation first, then at most one agent.

`opening` → `holding` → `ending`, and `recalling` a message; what they share, the one writer of the state among it, is
`moving`. Messages are posted in `conversations/posting.py`.
"""

from conversations.actions.ending import end_by_agent, end_by_visitor, end_if_expired, end_if_idle
from conversations.actions.holding import (
    AboveCap,
    AgentFull,
    AgentUnavailable,
    accept,
    assign,
    give_back_all,
    give_back_if_absent,
    give_back_if_left,
    load_of,
    requeue,
    transfer,
)
from conversations.actions.moving import WrongState
from conversations.actions.opening import open_conversation, post_first
from conversations.actions.recalling import TooLate, recall
from conversations.actions.visiting import note_visit

__all__ = [
    "AboveCap",
    "AgentFull",
    "AgentUnavailable",
    "TooLate",
    "WrongState",
    "accept",
    "assign",
    "end_by_agent",
    "end_by_visitor",
    "end_if_expired",
    "end_if_idle",
    "give_back_all",
    "give_back_if_absent",
    "give_back_if_left",
    "load_of",
    "note_visit",
    "open_conversation",
    "post_first",
    "recall",
    "requeue",
    "transfer",
]
