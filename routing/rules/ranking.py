"""Ranking of the agents for the next conversation. Pure."""

from bisect import bisect_left
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts.models import Status
from conversations.states import Rule


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rules know of an agent. `load` and `cap` count conversations; `in_hours`: one of the agent's groups that
    serve the account is open, and `group_id` is the first such group."""

    agent_id: int
    status: Status
    load: int
    cap: int
    may_serve: bool
    last_assigned_at: datetime | None
    in_hours: bool = True
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The agents to try, best first, and why others are excluded."""

    rule: Rule
    order: tuple[int, ...]
    excluded: dict[int, str]

    def why(self) -> dict[str, Any]:
        """As stored with the assignment: rule, candidates, excluded agents with reasons."""
        return {
            "rule": self.rule.value,
            "candidates": list(self.order),
            "excluded": {str(k): v for k, v in self.excluded.items()},
        }


def exclusion(candidate: Candidate) -> str | None:
    """Why an agent cannot be assigned anything now ("role", "hours", "full" or a status); None for one that can."""
    if not candidate.may_serve:
        return "role"
    if not candidate.in_hours:
        return "hours"
    if candidate.status != Status.ONLINE:
        return candidate.status.value
    if candidate.load >= candidate.cap:
        return "full"
    return None


def rank(rule: Rule, candidates: Sequence[Candidate]) -> Ranking:
    """Orders the agents by the rule; under `MANUAL` there are none. Raises `KeyError` for a rule without a key."""
    excluded = {c.agent_id: reason for c in candidates if (reason := exclusion(c)) is not None}
    able = [c for c in candidates if c.agent_id not in excluded]
    if rule == Rule.MANUAL:
        return Ranking(rule, (), excluded)
    return Ranking(rule, tuple(c.agent_id for c in sorted(able, key=KEYS[rule])), excluded)


def by_turn(candidate: Candidate) -> tuple[float, int]:
    """Sort key of round robin: longest since the last assignment first."""
    last = candidate.last_assigned_at
    return (last.timestamp() if last else 0.0, candidate.agent_id)


def by_load(candidate: Candidate) -> tuple[float, float, int]:
    """Sort key of least busy: smallest share of the cap in use first; ties by turn."""
    share = candidate.load / candidate.cap if candidate.cap else 1.0
    return (share, *by_turn(candidate))


Key = Callable[[Candidate], tuple[float, ...]]
KEYS: dict[Rule, Key] = {Rule.LEAST_BUSY: by_load, Rule.ROUND_ROBIN: by_turn}


class Ranked:
    """The agents as `rank` orders them, kept in order while each gets one conversation after the other, without sorting
    again."""

    def __init__(self, rule: Rule, candidates: Sequence[Candidate]) -> None:
        self.rule = rule
        self._known = {each.agent_id: each for each in candidates}
        first = rank(rule, candidates)
        self.order, self._excluded = list(first.order), first.excluded
        self._keys = [KEYS[rule](self._known[agent_id]) for agent_id in self.order]

    def of(self, agent_id: int) -> Candidate:
        """What is known of the agent now."""
        return self._known[agent_id]

    def first_of(self, agent_ids: Container[int]) -> int | None:
        """Who of these is next."""
        return next((each for each in self.order if each in agent_ids), None)

    def why(self) -> dict[str, Any]:
        """As `Ranking.why`."""
        return Ranking(self.rule, tuple(self.order), self._excluded).why()

    def take(self, agent_id: int, now: datetime) -> None:
        """The agent, if ranked here, got one more."""
        if agent_id not in self._known:
            return
        before = self._known[agent_id]
        after = self._known[agent_id] = replace(before, load=before.load + 1, last_assigned_at=now)
        if exclusion(before) is not None:
            return
        place = bisect_left(self._keys, KEYS[self.rule](before))
        del self._keys[place], self.order[place]
        if (reason := exclusion(after)) is not None:
            self._excluded[agent_id] = reason
            return
        place = bisect_left(self._keys, KEYS[self.rule](after))
        self._keys.insert(place, KEYS[self.rule](after))
        self.order.insert(place, agent_id)
