"""The simulated shop: agents on shift, the waiting, returning visitors."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Agent, Status
from channels_app.models import Channel
from conversations.models import Conversation
from conversations.states import State
from customers.models import Customer
from customers.profiles.actions import create_customer
from customers.visits.actions import remember_visit
from kefu.demonstration import dialogues
from kefu.demonstration.people import Colleague
from kefu.demonstration.plan import Month
from kefu.demonstration.stage import Acts, Stage
from kefu.demonstration.visits import Visit
from routing.dispatch.actions import dispatch

RETURNS = 0.28  # share of visitors who were here before
RETURNS_AFTER = timedelta(hours=5)
STILL_WAITING = (timedelta(minutes=5, seconds=40), timedelta(minutes=2, seconds=10))  # before now
IDLE_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Browser:
    """Address and user agent of a visitor's browser."""

    address: str
    user_agent: str


CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
DESKTOP = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {CHROME} Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (Linux; Android 15; PLK110) {CHROME} Mobile Safari/537.36",
)
# Documentation networks (RFC 5737), which belong to nobody.
NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
PAGES = (
    ("/", "清山茶铺"),
    ("/#teas", "本季新茶 – 清山茶铺"),
    ("/#delivery", "配送 – 清山茶铺"),
    ("/#questions", "常见问题 – 清山茶铺"),
)
REFERRERS = (
    "",
    "",
    "https://www.baidu.com/",
    "https://cn.bing.com/",
    "https://weibo.com/",
    "https://www.xiaohongshu.com/",
)


class Shop:
    """State shared by the simulated visitors and agents."""

    def __init__(self, stage: Stage, month: Month, agents: Sequence[Agent], channels: Sequence[Channel]) -> None:
        self.stage = stage
        self.month = month
        self.channels = channels
        self.rng: random.Random = month.random_of("people")
        self.colleagues = [Colleague(agent, stage, self.rng) for agent in agents]
        self.idle_minutes = IDLE_MINUTES
        self.waiting: dict[int, Visit] = {}
        self.open: set[int] = set()
        self.guests: list[tuple[datetime, Customer, Channel, Browser]] = []

    # --- the days -------------------------------------------------------------------------------------------------

    def plan(self, day: date) -> None:
        """Schedules the shifts and arrivals of a day."""
        rng = self.month.random_of(f"plan of {day}")
        numbers = {each.number: each for each in self.colleagues}
        for shift in self.month.shifts(day, rng):
            colleague = numbers[shift.number]
            self.stage.enter(shift.begins, colleague.day(shift, self.room, self.month.closes))
        promotion = day == self.month.promotion
        for moment in self.month.arrivals(day, rng):
            self.stage.enter(moment, self._visit(promotion=promotion))

    def plan_waiting_visitors(self) -> None:
        """Schedules visitors who arrived minutes ago and still wait when the history ends."""
        for channel, before in zip(self.channels, STILL_WAITING, strict=False):
            self.stage.enter(self.month.now - before, self._waiting_visit(channel))

    def _visit(self, *, promotion: bool) -> Acts:
        """A visitor, new or returning, and their visit."""
        dialogue = dialogues.choose(self.rng, promotion=promotion)
        visit = Visit(self, self._guest(), dialogue, dialogues.variables(self.rng))
        visit.part = self.stage.enter(self.stage.now, visit.acts())
        yield None

    def _waiting_visit(self, channel: Channel) -> Acts:
        """A visitor with a question that any agent can answer, who only waits."""
        dialogue = self.rng.choice([each for each in dialogues.dialogues() if each.subject == dialogues.GOODS])
        visit = Visit(self, self._new_guest(channel), dialogue, dialogues.variables(self.rng))
        yield from visit.acts(waits_only=True)

    # --- visitors -------------------------------------------------------------------------------------------------

    def _guest(self) -> tuple[Customer, Channel]:
        if self.rng.random() < RETURNS and self.guests:
            last, customer, channel, browser = self.rng.choice(self.guests)
            if customer.pk not in self.open and last < self.stage.now - RETURNS_AFTER:
                self._arrives(customer, channel, browser)
                return customer, channel
        main, *others = self.channels
        channel = self.rng.choice(others) if others and self.rng.random() < 0.37 else main  # noqa: PLR2004
        return self._new_guest(channel)

    def _new_guest(self, channel: Channel) -> tuple[Customer, Channel]:
        customer = create_customer(language="zh-hans")
        kinds = PHONE if channel is not self.channels[0] or self.rng.random() < 0.3 else DESKTOP  # noqa: PLR2004
        address = f"{self.rng.choice(NETWORKS)}.{self.rng.randrange(1, 255)}"
        self._arrives(customer, channel, Browser(address, self.rng.choice(kinds)))
        return customer, channel

    def _arrives(self, customer: Customer, channel: Channel, browser: Browser) -> None:
        path, title = self.rng.choice(PAGES)
        remember_visit(
            customer_id=customer.pk,
            locale="zh-CN",
            time_zone=str(self.month.zone),
            page_url=f"https://shop.example.com{path}",
            page_title=title,
            referrer=self.rng.choice(REFERRERS),
            user_agent=browser.user_agent,
            address=browser.address,
        )
        self.open.add(customer.pk)
        self.guests.append((self.stage.now, customer, channel, browser))

    def patience(self, visit: Visit) -> datetime | None:
        """The time at which a waiting visitor leaves the queue; None for one who closes the page and stays in it."""
        now, latest = self.stage.now, self.month.now - timedelta(minutes=7)
        recent = now > self.month.now - timedelta(hours=40)
        if self.rng.random() < self.month.abandon_share(now) and not recent:
            return None
        return min(now + timedelta(minutes=self.rng.triangular(2, 22, 5)), latest)

    # --- the desk -------------------------------------------------------------------------------------------------

    def queues(self, visit: Visit) -> None:
        """Adds the visit to the queue."""
        self.waiting[visit.pk] = visit
        self.room()

    def left_queue(self, visit: Visit) -> None:
        """Removes a visit that ended without having been served."""
        del self.waiting[visit.pk]
        self.open.discard(visit.customer.pk)

    def ended(self, visit: Visit) -> None:
        """Removes a visit; the agent can take another one."""
        if visit.agent is not None:
            visit.agent.visits.pop(visit.pk, None)
        self.open.discard(visit.customer.pk)
        self.room()

    def room(self) -> None:
        """Dispatches, as routing's listeners do in a running installation."""
        if not self.waiting or all(each.status != Status.ONLINE for each in self.colleagues):
            return
        self._mark_seen()
        for account_id in sorted({visit.channel.service_account_id for visit in self.waiting.values()}):
            dispatch(service_account_id=account_id)
        given = Conversation.objects.filter(pk__in=list(self.waiting), state=State.ACTIVE).values_list("pk", "agent_id")
        by_pk = {each.pk: each for each in self.colleagues}
        for pk, agent_id in given.order_by("pk"):
            self._given(self.waiting.pop(pk), by_pk[agent_id])

    def _mark_seen(self) -> None:
        """Marks the agents on shift as seen, as their browsers would: routing assigns nothing to absent agents."""
        there = [each.pk for each in self.colleagues if each.status != Status.OFFLINE]
        Agent.objects.filter(pk__in=there).update(seen_at=self.stage.now)

    def _given(self, visit: Visit, colleague: Colleague) -> None:
        visit.agent = colleague
        colleague.visits[visit.pk] = visit
        if visit.part is not None and visit.part.due is not None:
            self.stage.wake(visit.part, self.stage.now)
