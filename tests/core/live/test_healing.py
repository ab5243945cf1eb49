"""What lives as long as the process survives whatever happens, and heals."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest
import redis
from django.conf import settings

from conversations.models import Conversation
from conversations.posting.batcher import poster
from core.errors import Internal
from core.live import connections
from core.live import hub as live_hub
from core.live.commands import Frame, Handler
from core.live.connections import Connection, DigestInterval
from core.live.groups import desk_group
from tests.cast import Cast, draft_of
from tests.eventually import soon
from tests.sockets import visitor_socket

pytestmark = pytest.mark.usefixtures("live_loop")


@pytest.fixture
def talk(cast: Cast) -> Conversation:
    """carol's conversation, with bob."""
    return cast.shop.held(cast.carol, cast.bob)


class Recorder:
    """An inbox; `broken` ones take nothing."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.heard: list[str] = []
        self.looks = 0

    def put(self, text: str) -> None:
        """Take a frame."""
        if self.broken:
            raise KeyError(text)
        self.heard.append(text)

    def resync(self) -> None:
        """Look again."""
        self.looks += 1


@pytest.mark.parametrize("nonsense", [b"not json", b"{}", b"[1]", b'["", [["group"]]]', b'["", 7]', b"", b"\xff"])
async def test_no_publication_can_make_a_process_deaf(cast: Cast, nonsense: bytes) -> None:
    tenant, recorder = cast.shop.tenant.pk, Recorder()
    group = desk_group(tenant)
    await live_hub.hub().join(tenant, [group], recorder)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.publish(live_hub._redis_channel(tenant), nonsense)
    live_hub.publish(tenant, [(group, "still here")])
    await soon(lambda: recorder.heard == ["still here"])
    live_hub.hub().leave([group], recorder)


async def test_what_threads_publish_is_here_at_once_and_elsewhere_in_order(cast: Cast) -> None:
    tenant, here, elsewhere, another = cast.shop.tenant.pk, Recorder(), Recorder(), live_hub.Hub()
    group, numbers = desk_group(tenant), [str(number) for number in range(50)]
    await live_hub.hub().join(tenant, [group], here)
    await another.join(tenant, [group], elsewhere)
    for number in numbers:
        await asyncio.to_thread(live_hub.publish, tenant, [(group, number)])
    await soon(lambda: elsewhere.heard == numbers)
    assert here.heard == numbers
    live_hub.hub().leave([group], here)
    await another.close()


async def test_somebody_who_takes_no_frame_costs_the_others_none(cast: Cast) -> None:
    tenant, broken, recorder = cast.shop.tenant.pk, Recorder(broken=True), Recorder()
    group = desk_group(tenant)
    for inbox in (broken, recorder):
        await live_hub.hub().join(tenant, [group], inbox)
    live_hub.publish(tenant, [(group, "one")])
    await live_hub.publish_soon(tenant, [(group, "two")])
    await soon(lambda: sorted(recorder.heard) == ["one", "two"])
    for inbox in (broken, recorder):
        live_hub.hub().leave([group], inbox)


async def test_who_hangs_up_while_the_first_subscription_is_made_leaves_the_company_audible(cast: Cast) -> None:
    tenant, recorder = cast.shop.tenant.pk, Recorder()
    group = desk_group(tenant)
    first = asyncio.create_task(live_hub.hub().join(tenant, [group], Recorder()))
    await asyncio.sleep(0)
    first.cancel()
    await live_hub.hub().join(tenant, [group], recorder)
    live_hub.publish(tenant, [(group, "heard")])
    await soon(lambda: recorder.heard == ["heard"])
    live_hub.hub().leave([group], recorder)


async def test_a_lost_subscription_is_made_again_and_everybody_looks(cast: Cast) -> None:
    tenant, recorder = cast.shop.tenant.pk, Recorder()
    group = desk_group(tenant)
    await live_hub.hub().join(tenant, [group], recorder)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.client_kill_filter(_type="pubsub", skipme=True)
    await soon(lambda: recorder.looks == 1)
    assert live_hub.seconds_disconnected() == 0
    live_hub.publish(tenant, [(group, "heard")])
    await soon(lambda: recorder.heard == ["heard"])
    live_hub.hub().leave([group], recorder)


async def test_the_first_of_two_tenants_who_come_at_once_are_both_heard(cast: Cast) -> None:
    hub, recorders = live_hub.Hub(), (Recorder(), Recorder())
    tenants = [cast.shop.tenant.pk, cast.mallory.tenant_id]
    joins = [hub.join(each, [desk_group(each)], one) for each, one in zip(tenants, recorders, strict=True)]
    await asyncio.gather(*joins)
    for each in tenants:
        live_hub.publish(each, [(desk_group(each), f"for {each}")])
    await soon(lambda: [one.heard for one in recorders] == [[f"for {each}"] for each in tenants])
    await hub.close()


async def test_silence_is_asked_for_a_sign_of_life(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that loses everything says nothing; a server that is only quiet answers."""
    monkeypatch.setattr(live_hub, "SILENCE_SECONDS", 0.05)
    hub, recorder = live_hub.Hub(), Recorder()
    await hub.join(cast.shop.tenant.pk, [desk_group(cast.shop.tenant.pk)], recorder)
    with redis.Redis.from_url(settings.REDIS_URL) as client:

        def asked() -> bool:
            return any(each["cmd"] == "ping" and int(each["sub"]) for each in client.client_list())

        await soon(asked)
    assert (hub.seconds_disconnected(), recorder.looks) == (0, 0)
    await hub.close()


async def test_a_message_that_breaks_its_batch_is_refused_alone(cast: Cast, talk: Conversation) -> None:
    """Something that cannot even be written down for the database: an error nobody thought of."""
    own = poster(cast.shop.tenant.pk)
    drafts = [draft_of(cast.carol, talk, text) for text in ("one", "two", "three")]
    drafts[1] = replace(drafts[1], author_id=object())  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*[own.post(draft) for draft in drafts], return_exceptions=True)
    assert [isinstance(answer, Internal) for answer in answers] == [False, True, False]


async def test_a_failure_after_the_commit_leaves_nobody_waiting(
    cast: Cast, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = poster(cast.shop.tenant.pk)
    with monkeypatch.context() as patch:
        patch.delattr("conversations.posting.frames.frames_of")
        outcome = await asyncio.wait_for(own.post(draft_of(cast.carol, talk, "stored")), 5)
    assert outcome.fresh
    async with visitor_socket() as carol:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        assert (await asyncio.wait_for(own.post(draft_of(cast.carol, talk, "next")), 5)).fresh
        await carol.hear("message.posted")


class Watcher:
    """A party whose digests come at once; what it hears may break."""

    digest_interval: ClassVar[DigestInterval] = DigestInterval(0.1)
    commands: ClassVar[dict[str, Handler]] = {}
    language = "en"

    def __init__(self, tenant_id: int, *, breaks: bool = False) -> None:
        self.tenant_id = tenant_id
        self.breaks = breaks

    key = "watcher"

    def groups(self) -> list[str]:
        """Nothing, or trouble."""
        if self.breaks:
            raise KeyError("groups")
        return []

    async def ready(self, after: Mapping[str, int]) -> list[Frame]:
        """Nothing to replay."""
        return []

    async def disconnected(self) -> None:
        """Nothing to do."""

    @classmethod
    async def digests(cls, tenant_id: int, clients: Sequence[Any]) -> list[Frame | None]:
        """The same for all."""
        return [{"t": "digest"} for _ in clients]


async def test_a_line_that_breaks_ends_nobody_elses_digests(cast: Cast) -> None:
    heard: list[str] = []
    cut: list[int] = []

    async def hear(text: str) -> None:
        heard.append(text)

    well = Connection(Watcher(cast.shop.tenant.pk), hear, cut.append)
    broken = Connection(Watcher(cast.shop.tenant.pk, breaks=True), hear, cut.append)
    for line in (broken, well):
        line.open([])
        line.resync()
        connections.ticker().add(line)
    await soon(lambda: len(heard) >= 2 and cut, within=10)
    for line in (broken, well):
        connections.ticker().remove(line)
    assert set(cut) == {connections.BROKEN}


async def test_a_sender_that_breaks_cuts_its_line(cast: Cast) -> None:
    cut: list[int] = []

    async def fail(text: str) -> None:
        raise KeyError(text)

    line = Connection(Watcher(cast.shop.tenant.pk), fail, cut.append)
    line.open([{"t": "ready"}])
    await soon(lambda: cut == [connections.BROKEN])


async def test_what_goes_out_at_once_overtakes_nothing_that_waits(cast: Cast) -> None:
    heard: list[str] = []
    room = asyncio.Event()

    async def hear(text: str) -> None:
        await room.wait()
        heard.append(text)

    def hear_at_once(text: str) -> bool:
        heard.append(text)
        return True

    line = Connection(Watcher(cast.shop.tenant.pk), hear, lambda _code: None, hear_at_once)
    line.put("held")
    line.open([{"t": "ready"}])
    line.put("behind")
    assert heard == []
    room.set()
    await soon(lambda: len(heard) == 3)
    line.put("at once")
    assert heard == ['{"t":"ready"}', "held", "behind", "at once"]
