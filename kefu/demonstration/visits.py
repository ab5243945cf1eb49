"""One simulated visitor with one conversation, from the first message to the end."""

import random
from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.models import Status
from channels_app.models import Channel
from conversations.lifecycle import ending, opening, transferring
from conversations.messages import recalling
from conversations.posting import receipts
from conversations.posting import writing as posting
from conversations.posting.drafts import Draft, Outcome
from conversations.posting.receipts import Receipt
from customers.models import Customer
from kefu.demonstration.dialogues import Act, Dialogue, spoken
from kefu.demonstration.people import Colleague
from kefu.demonstration.stage import Acts, Part

if TYPE_CHECKING:
    from kefu.demonstration.shop import Shop

Waits = Generator[datetime | None, None, None]
ENDINGS = ("agent", "visitor", "idle")
ENDING_WEIGHTS = (66, 14, 20)
REPLIES_TO_THANKS = 0.6
VANISHES = 0.02  # per customer line, once an agent answered
GIVES_UP = 0.03  # although an agent took the conversation
STILL_THERE = ("在吗？", "有人吗", "还在吗", "请问有人吗？")
THANKS = (
    "不客气，祝您生活愉快～",
    "不客气，有问题随时联系我们",
    "应该的，感谢您的支持",
    "好的，祝您喝得开心",
    "不客气，再见",
)
FAREWELLS = ("好的，那先这样，有问题随时找我们", "我先帮您登记，有进展第一时间联系您", "祝您生活愉快，再见")
EXPIRES_AFTER = timedelta(hours=24, seconds=40)
LOOKS_AGAIN = timedelta(minutes=7)


class ShiftOver(Exception):
    """Raised into the conversation when the agent's shift is over, to end it."""


class Visit:
    """The steps of a visitor, and the answers of the agent who holds the conversation."""

    def __init__(
        self, shop: "Shop", guest: tuple[Customer, Channel], dialogue: Dialogue, values: Mapping[str, str]
    ) -> None:
        self.shop = shop
        self.rng: random.Random = shop.rng
        self.customer, self.channel = guest
        self.dialogue = dialogue
        self.values = values
        self.part: Part | None = None
        self.agent: Colleague | None = None
        self.leaves_at: datetime | None = None
        self.pk = 0
        self.conversation = ""
        self._over = False
        self._last: Outcome | None = None

    def acts(self, *, waits_only: bool = False) -> Acts:
        """The steps of the visit; with `waits_only` only the first message."""
        first, *rest = self.dialogue.acts
        self._open(first)
        if waits_only:
            return
        self.shop.queues(self)
        if self.agent is None:
            yield from self._wait()
        if self.agent is not None:
            yield from self._talk(rest)

    def end_soon(self, at: datetime) -> None:
        """Makes the agent end the conversation soon."""
        self._over = True
        if self.part is not None:
            self.shop.stage.wake(self.part, at)

    def _open(self, first: Act) -> None:
        opened = opening.open_conversation(customer=self.customer, channel=self.channel)
        self.pk, self.conversation = opened.pk, opened.public_id
        self._asks(first.text)

    # --- waiting --------------------------------------------------------------------------------------------------

    def _wait(self) -> Waits:
        """Waits in the queue until an agent, the visitor's patience or the expiry ends it."""
        self.leaves_at = self.shop.patience(self)
        if self.rng.random() < 0.4:  # noqa: PLR2004 – two of five ask whether anybody is there
            yield self.shop.stage.now + timedelta(seconds=self.rng.uniform(60, 200))
            if self.agent is None:
                self._asks(self.rng.choice(STILL_THERE))
        while self.agent is None and self.leaves_at is not None and self.shop.stage.now < self.leaves_at:
            yield self.leaves_at
        if self.agent is None and self.leaves_at is not None:
            ending.end_by_visitor(actor=self.customer.actor(), conversation=self.conversation)
            self.shop.left_queue(self)
        elif self.agent is None:
            yield from self._until_given_up()

    def _until_given_up(self) -> Waits:
        """Waits with a closed page until an agent takes the conversation or it expires."""
        gives_up = self.shop.stage.now + EXPIRES_AFTER
        while self.agent is None:
            if self.shop.stage.now >= gives_up and ending.end_expired([self.pk]):
                self.shop.left_queue(self)
                return
            yield max(gives_up, self.shop.stage.now + LOOKS_AGAIN)

    # --- talking --------------------------------------------------------------------------------------------------

    def _talk(self, acts: list[Act]) -> Waits:
        try:
            if self.rng.random() < GIVES_UP:
                yield from self._give_up()
            else:
                yield from self._converse(acts)
        except ShiftOver:
            self._bring_to_an_end()
        self.shop.ended(self)

    def _converse(self, acts: list[Act]) -> Waits:
        for act in acts:
            if act.kind == "asks" and self._answered() and self.rng.random() < VANISHES:
                yield from self._idle()
                return
            yield from self._act(act)
        yield from self._end()

    def _give_up(self) -> Waits:
        """The visitor leaves before the agent could answer."""
        yield from self._until(self.shop.stage.now + timedelta(seconds=self.rng.uniform(6, 25)))
        ending.end_by_visitor(actor=self.customer.actor(), conversation=self.conversation)

    def _act(self, act: Act) -> Waits:
        text = self._text_of(act.text)
        if act.kind == "asks":
            yield from self._until(self.shop.stage.now + self._asking_takes(text))
            self._asks(text)
        elif act.kind == "hands_over":
            yield from self._hand_over(text)
        else:
            yield from self._until(self._agent().answers_at(text))
            self._answers(self._text_of(act.text), note=act.kind == "notes")
        if act.recalled:
            yield from self._recall(by_customer=act.kind == "asks")

    def _until(self, moment: datetime) -> Waits:
        """Waits until the moment; raises `ShiftOver` where the shift ends before."""
        yield moment
        if self._over:
            raise ShiftOver

    def _asking_takes(self, text: str) -> timedelta:
        return timedelta(seconds=self.rng.triangular(5, 55, 12) + 0.25 * len(text))

    def _agent(self) -> Colleague:
        if self.agent is None:
            raise LookupError(f"nobody holds {self.conversation}")
        return self.agent

    def _text_of(self, text: str) -> str:
        name = self.agent.actor.name if self.agent is not None else ""
        return spoken(self.rng, text, {**self.values, "agent": name})

    def _asks(self, text: str) -> None:
        self._post(
            Draft(
                self.conversation,
                self._id(),
                "customer",
                self.customer.pk,
                self.customer.name,
                text=self._text_of(text),
            )
        )

    def _answers(self, text: str, *, note: bool = False) -> None:
        actor = self._agent().actor
        self._post(Draft(self.conversation, self._id(), "agent", actor.id, actor.name, text=text, note=note))

    def _post(self, draft: Draft) -> None:
        outcome = posting.post([draft])[0]
        if outcome.refusal is not None:
            raise outcome.refusal
        self._last = outcome

    def _id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def _answered(self) -> bool:
        return self._last is not None and self._last.row["last_author"] == "agent"

    def _recall(self, *, by_customer: bool) -> Waits:
        if self._last is None:
            return
        number = self._last.row["n"]
        actor = self.customer.actor() if by_customer else self._agent().actor
        yield from self._until(self.shop.stage.now + timedelta(seconds=self.rng.uniform(4, 40)))
        recalling.recall(actor=actor, conversation=self.conversation, n=number)

    def _hand_over(self, note: str) -> Waits:
        """Transfers to a colleague who is online; continues with the same agent where there is none."""
        before = self._agent()
        yield from self._until(before.answers_at(note))
        colleagues = [each for each in self.shop.colleagues if each.status == Status.ONLINE and each is not before]
        if not colleagues:
            return
        target = min(colleagues, key=lambda each: (len(each.visits), each.pk))
        transferring.transfer(actor=before.actor, conversation=self.conversation, to=target.public_id, note=note)
        before.visits.pop(self.pk, None)
        self.agent = target
        target.visits[self.pk] = self
        self.shop.room()

    # --- ending ---------------------------------------------------------------------------------------------------

    def _end(self) -> Waits:
        if not self._answered() and self.rng.random() < REPLIES_TO_THANKS:
            text = self.rng.choice(THANKS)
            yield from self._until(self._agent().answers_at(text))
            self._answers(text)
        how = self.rng.choices(ENDINGS, ENDING_WEIGHTS)[0]
        if how == "idle":
            yield from self._idle()
            return
        yield from self._until(self.shop.stage.now + timedelta(seconds=self.rng.triangular(8, 240, 40)))
        self._read()
        if how == "agent":
            ending.end_by_agent(actor=self._agent().actor, conversation=self.conversation)
        else:
            ending.end_by_visitor(actor=self.customer.actor(), conversation=self.conversation)

    def _idle(self) -> Waits:
        """Waits until the idle timer ends the conversation."""
        self._read()
        minutes = self.shop.idle_minutes
        yield from self._until(self.shop.stage.now + timedelta(minutes=minutes, seconds=self.rng.uniform(1, 30)))
        while not ending.end_idle([self.pk]):
            yield from self._until(self.shop.stage.now + LOOKS_AGAIN)

    def _bring_to_an_end(self) -> None:
        if not self._answered():
            self._answers(self.rng.choice(FAREWELLS))
        self._read()
        ending.end_by_agent(actor=self._agent().actor, conversation=self.conversation)

    def _read(self) -> None:
        """Moves the receipts of both sides to the last message."""
        last = self._last.row["n"] if self._last is not None else 0
        receipts.move(
            [
                Receipt(self.conversation, "customer", self.customer.pk, read=last),
                Receipt(self.conversation, "agent", self._agent().pk, read=last),
            ]
        )
