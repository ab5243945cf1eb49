"""Who of the agents gets which of several waiting conversations. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from conversations.states import Rule
from routing.rules.ranking import Candidate, rank


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
    """The choices in the order of the queue, and the channels for whose next conversation nobody had room."""

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
    """Goes through the queue and ranks the channel's candidates for each conversation, as if each assignment were
    made before the next. Only `locked` agents are chosen.

    A conversation for which nobody has room holds up those of its own channel behind it, not those of others.
    """
    found = Plan()
    known = {channel: {each.agent_id: each for each in those} for channel, those in candidates.items()}
    for conversation_id, channel in waiting:
        if channel in found.full_channels:
            continue
        ranking = rank(rule, list(known[channel].values()))
        agent_id = next((each for each in ranking.order if each in locked), None)
        if agent_id is None:
            found.full_channels.add(channel)
            continue
        found.choices.append(Choice(conversation_id, agent_id, known[channel][agent_id].group_id, ranking.why()))
        for those in known.values():
            if (taken := those.get(agent_id)) is not None:
                those[agent_id] = replace(taken, load=taken.load + 1, last_assigned_at=now)
    return found
