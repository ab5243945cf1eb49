"""A small client of the live protocol, written from docs/protocol.md alone; it shows nothing, it only knows.

The real ones are in JavaScript and have tests of their own. This one proves what the page promises: whoever applies
the frames, and fetches what is missing, knows what a fresh start would be told.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]
Fetch = Callable[[dict[str, int]], Awaitable[Frame]]


@dataclass
class ReferenceClient:
    """What a side knows. `fetch` sends `events.fetch` and returns its `ack`."""

    fetch: Fetch
    me: str | None = None  # an agent's public id
    cursors: dict[str, int] = field(default_factory=dict)
    rows: dict[str, Frame] = field(default_factory=dict)
    messages: dict[tuple[str, int], Frame] = field(default_factory=dict)
    lines: dict[tuple[str, int], Frame] = field(default_factory=dict)

    async def hear(self, frame: Frame) -> None:
        """A frame that came over the line."""
        if "seq" in frame and "conversation" in frame:
            await self._numbered(frame)
        elif frame["t"] == "digest":
            await self.digest(frame["after"])
        else:
            self._ephemeral(frame)

    async def _numbered(self, frame: Frame) -> None:
        name, seq = frame["conversation"], frame["seq"]
        # An agent comes into a conversation at any point; a visitor was there from its first event.
        cursor = self.cursors.setdefault(name, 0 if self.me is None else seq - 1)
        if seq <= cursor:
            return
        if seq > cursor + 1:
            await self.catch_up({name: cursor})
            if self.cursors.get(name, seq) >= seq:
                return
        self._apply(frame)

    async def catch_up(self, after: dict[str, int]) -> None:
        """Ask for what came after these cursors."""
        answer = await self.fetch(after)
        for frame in answer["frames"]:
            if frame["seq"] == self.cursors.get(frame["conversation"], 0) + 1:
                self._apply(frame)
        for name in answer["gone"]:
            self.forget(name)

    async def digest(self, after: dict[str, int]) -> None:
        """What the server says is the latest of each of my open conversations."""
        behind = {name: self.cursors.get(name, 0) for name, seq in after.items() if self.cursors.get(name, 0) < seq}
        unsure = {
            name: self.cursors[name] for name, row in self.rows.items() if name not in after and self.is_open(row)
        }
        if behind or unsure:
            await self.catch_up(behind | unsure)
        await self.ask_for_tags()

    async def ask_for_tags(self) -> None:
        """Of conversations that began here with a message, whose row does not name them."""
        rows = {} if self.me is None else self.rows
        unknown = {name: self.cursors[name] - 1 for name, row in rows.items() if "tags" not in row["customer"]}
        for frame in (await self.fetch(unknown))["frames"] if unknown else ():
            self.rows[frame["conversation"]]["customer"] = frame["row"]["customer"]

    def is_open(self, row: Frame) -> bool:
        """Whether a conversation is not over."""
        return bool(row["state"] != "ended")

    def forget(self, name: str) -> None:
        """No longer mine."""
        self.rows.pop(name, None)
        self.cursors.pop(name, None)

    def _apply(self, frame: Frame) -> None:
        name = frame["conversation"]
        self.cursors[name] = frame["seq"]
        if "message" in frame:
            self.messages[name, frame["message"]["n"]] = frame["message"]
        if "line" in frame:
            self.lines[name, frame["line"]["seq"]] = frame["line"]
        if "row" in frame:
            tags = self.rows.get(name, {}).get("customer", {}).get("tags")
            self.rows[name] = dict(frame["row"])
            if self.me is not None:
                agent = frame["row"]["agent"]
                self.rows[name]["mine"] = agent is not None and agent["id"] == self.me
                customer = frame["row"]["customer"]
                self.rows[name]["customer"] = customer if tags is None else {"tags": tags, **customer}

    def _ephemeral(self, frame: Frame) -> None:
        row = self.rows.get(frame.get("conversation", ""))
        if row is None:
            return
        for name in ("delivered", "read", "unread", "position"):
            if name in frame:
                row[name] = frame[name]
        if frame["t"] == "queue.left" and row["state"] == "queued":
            self.forget(frame["conversation"])
