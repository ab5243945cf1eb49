"""Records of messages during faults, as the clients report them, and the verdict on them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Event = Mapping[str, Any]
PROMPT_SECONDS = 1.0  # seconds; a later acknowledgement counts as delayed


@dataclass
class Sending:
    """A message under way; times in seconds since 1970."""

    at: float
    acked: float | None = None
    refused: bool = False

    @property
    def under_way(self) -> bool:
        """Whether it is neither acknowledged nor refused for good."""
        return self.acked is None and not self.refused


@dataclass
class Diary:
    """The messages by their text, which is unique in a run."""

    sendings: dict[str, Sending] = field(default_factory=dict)
    trouble: Counter[str] = field(default_factory=Counter)
    modes: Counter[str] = field(default_factory=Counter)
    disordered: int = 0
    reports: list[dict[str, Any]] | None = None

    def note(self, event: Event) -> None:
        """Records one line of a client."""
        at = event["at"] / 1000
        match event["event"]:
            case "sent":
                self.sendings[event["text"]] = Sending(at)
            case "acked":
                sending = self.sendings[event["text"]]
                sending.acked = sending.acked or at
                self.modes[event["mode"]] += 1
            case "failed":
                self.sendings[event["text"]].refused = True
                self.trouble[f"refused for good: {event['why']}"] += 1
            case "disordered":
                self.disordered += 1
            case "refused":
                self.trouble[f"{event['what']} refused: {event['code']}"] += 1
            case "reset":
                self.trouble[f"an agent was signed out: {event['reason']}"] += 1
            case "report":
                self.reports = event["clients"]

    def acknowledged(self) -> int:
        """The number of acknowledged messages."""
        return sum(sending.acked is not None for sending in self.sendings.values())

    def late(self, now: float) -> bool:
        """Whether a message has waited for its acknowledgement longer than `PROMPT_SECONDS`."""
        return any(sending.under_way and now - sending.at > PROMPT_SECONDS for sending in self.sendings.values())

    def describe_late(self, now: float) -> str:
        """The delayed messages and their ages, for the log."""
        late = [
            (now - one.at, text)
            for text, one in self.sendings.items()
            if one.under_way and now - one.at > PROMPT_SECONDS
        ]
        if not late:
            return ""
        seconds, text = max(late)
        return f"; {len(late)} still under way, the oldest, {text}, for {seconds:.0f} s"

    def healed_after(self, broken: float) -> float:
        """Seconds from the fault to the last acknowledgement that it delayed; 0 where it delayed none."""
        delayed = (
            sending.acked
            for sending in self.sendings.values()
            if sending.acked is not None and sending.acked > broken and sending.acked - sending.at > PROMPT_SECONDS
        )
        return max((acked - broken for acked in delayed), default=0.0)


@dataclass(frozen=True)
class Stored:
    """A stored message."""

    conversation: str
    number: int
    text: str
    state: str


@dataclass(frozen=True)
class Verdict:
    """The final counts, from tables and screens."""

    lost: int
    doubled: int
    disordered: int
    stuck: int
    examples: tuple[str, ...]

    @property
    def is_broken(self) -> bool:
        """Whether anything is not as it must be."""
        return any((self.lost, self.doubled, self.disordered, self.stuck))


def judge(diary: Diary, stored: Sequence[Stored], waiting: int) -> Verdict:
    """Compares acknowledged, stored and displayed messages.

    `waiting`: conversations in the queue although an agent who serves them has capacity.
    """
    reports = diary.reports or []
    texts = Counter(message.text for message in stored)
    lost = [
        f"acknowledged, not stored: {text}" for text, one in diary.sendings.items() if one.acked and not texts[text]
    ]
    lost += list(_not_shown(reports, stored))
    doubled = [f"stored {count} times: {text}" for text, count in texts.items() if count > 1]
    doubled += list(_shown_twice(reports))
    stuck = [f"never acknowledged: {text}" for text, one in diary.sendings.items() if one.under_way]
    stuck += [f"refused to a visitor: {text}" for text, one in diary.sendings.items() if one.refused and text[0] == "v"]
    stuck += [f"still {one['state']}: {one['name']}" for one in reports if one["state"] != "online"]
    stuck += ["waits although an agent has room for it"] * waiting
    disordered = list(_out_of_order(stored))
    examples = (*lost, *doubled, *disordered, *stuck)
    return Verdict(len(lost), len(doubled), len(disordered) + diary.disordered, len(stuck), examples[:20])


def _not_shown(reports: Iterable[Mapping[str, Any]], stored: Sequence[Stored]) -> Iterable[str]:
    """Stored messages missing on screens: visitors display all their conversations, agents those they hold at the
    end."""
    kinds_of: dict[str, set[str]] = {}
    for message in stored:
        kinds_of.setdefault(message.conversation, set()).add(message.text.split("-")[0])
    for one in reports:
        shows = set(one["shown"].values())
        for message in stored:
            mine = (
                message.conversation in one["active"]
                if "active" in one
                else one["name"] in kinds_of[message.conversation]
            )
            if mine and message.text not in shows:
                yield f"stored, not shown to {one['name']}: {message.text}"


def _shown_twice(reports: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for one in reports:
        for text, count in Counter(one["shown"].values()).items():
            if count > 1:
                yield f"shown {count} times to {one['name']}: {text}"


def _out_of_order(stored: Sequence[Stored]) -> Iterable[str]:
    """Messages of one author in one conversation that are stored out of the order of writing."""
    newest: dict[tuple[str, str], int] = {}
    for message in stored:
        author, _, number = message.text.partition("-")
        key = (message.conversation, author)
        if int(number) < newest.get(key, 0):
            yield f"out of order: {message.text}"
        newest[key] = int(number)
