"""Who of the agents gets which of several waiting conversations. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from conversations.states import Rule
from routing.rules.ranking import Candidate, Ranked


class Waiting(NamedTuple):
    """A waiting conversation and its channel (ids)."""

    conversation_id: int
    channel_id: int


class Choice(NamedTuple):
    """Who gets a conversation, through which group, and why (as stored with the assignment)."""

    conversation_id: int
    agent_id: int
    group_id: int | None
    why: dict[str, Any]


@dataclass
class Plan:
    """The choices in the order of the queue, and the channels for whose next conversation nobody has room."""

    choices: list[Choice] = field(default_factory=list)
    full_channels: set[int] = field(default_factory=set)


def plan(
    rule: Rule,
    waiting: Iterable[Waiting],
    candidates: Mapping[int, Sequence[Candidate]],
    *,
    locked: Collection[int],
    now: datetime,
) -> Plan:
    """Goes through the queue and gives each conversation to the first of the channel's candidates by the rule, as if
    each assignment were made before the next. Only `locked` agents are chosen.

    A conversation for which nobody has room holds up those of its own channel behind it, not those of others.
    """
    choices: list[Choice] = []
    known = {channel: Ranked(rule, those) for channel, those in candidates.items()}
    for conversation_id, channel in waiting:
        agent_id = known[channel].first_of(locked)
        if agent_id is None:
            continue
        chosen = known[channel].of(agent_id)
        choices.append(Choice(conversation_id, agent_id, chosen.group_id, known[channel].why()))
        for each in known.values():
            each.take(agent_id, now)
    return Plan(choices, {channel for channel, those in known.items() if those.first_of(locked) is None})
