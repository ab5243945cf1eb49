"""A desk that is open while groups change: it hears the queues of now, within a second, and no others."""

import pytest

from accounts.agents import memberships
from accounts.agents.actions import AgentInput, change_agent, set_enabled
from accounts.models import Agent, Group, Membership, Role
from channels_app.channels.provisioning import add_web_channel
from channels_app.models import Channel, ServiceAccount
from channels_app.service_accounts.actions import change_account
from conversations.lifecycle import opening
from conversations.models import Conversation
from core.live import hub
from core.live.groups import queue_group
from core.tenancy.scope import tenant_scope
from tests.cast import Cast
from tests.sockets import Frame, Socket, desk_socket, signed_in

pytestmark = pytest.mark.usefixtures("live_loop")
SOON = 3.0  # a digest comes every 25 s


@pytest.fixture
def repairs(cast: Cast) -> Channel:
    """A second service account, which a group without members serves."""
    with cast.shop.within():
        group = Group.objects.create(name="维修")
        return add_web_channel(account_name="维修客服", name="维修页", groups=(group,))


def group_behind(channel: Channel) -> Group:
    """The one group that serves a channel's account."""
    with tenant_scope(channel.tenant_id):
        found: Group = channel.service_account.serving_groups.get().group
        return found


def waits(cast: Cast, channel: Channel, name: str) -> Conversation:
    """Somebody new waits on the channel."""
    customer = cast.shop.welcome(name)
    with cast.shop.within():
        return opening.open_conversation(customer=customer, channel=channel)


@pytest.fixture(autouse=True)
def bob_takes_by_hand(cast: Cast) -> None:
    """Nobody is given anything by the rules."""
    cast.shop.status(cast.bob, "busy")


async def digest_with(line: Socket, queue: list[str]) -> Frame:
    """The next digest whose queue is this one."""
    await line.until(
        lambda: any(frame["t"] == "digest" and frame["queue"] == queue for frame in line.frames), within=SOON
    )
    return await line.hear("digest", queue=queue)


def join(cast: Cast, agent: Agent, group: Group) -> None:
    """alice puts the agent into the group."""
    with cast.shop.within():
        memberships.put_members(actor=cast.alice.actor(), group=group.public_id, agents=[agent.public_id], weight=50)


async def test_who_is_new_in_a_group_sees_its_queue_and_hears_of_it(cast: Cast, repairs: Channel) -> None:
    first = waits(cast, repairs, "dora")
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        join(cast, cast.bob, group_behind(repairs))
        told = await digest_with(bob, [first.public_id])
        assert first.public_id in told["after"]
        await digest_with(bob, [first.public_id])  # read after the line had moved: nothing falls between
        second = waits(cast, repairs, "erik")
        await bob.hear("conversation.queued", conversation=second.public_id)


async def test_who_left_a_group_hears_nothing_more_of_its_queue(cast: Cast) -> None:
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        seen = waits(cast, cast.shop.channel, "dora")
        await bob.hear("conversation.queued", conversation=seen.public_id)
        with cast.shop.within():
            memberships.remove_members(
                actor=cast.alice.actor(), group=cast.shop.group.public_id, agents=[cast.bob.public_id]
            )
        await digest_with(bob, [])
        unheard = waits(cast, cast.shop.channel, "erik")
        await bob.settle(cast.shop)
        assert [frame for frame in bob.frames if frame.get("conversation") == unheard.public_id] == []
        answer = await bob.ask("events.fetch", after={unheard.public_id: 0})
        assert (answer["frames"], answer["gone"]) == ([], [unheard.public_id])


async def test_a_service_account_gets_other_groups(cast: Cast, repairs: Channel) -> None:
    waiting = waits(cast, repairs, "dora")
    account: ServiceAccount = repairs.service_account
    async with desk_socket(cast.bob) as bob, desk_socket(cast.mallory) as mallory:
        await bob.hello(after={})
        await mallory.hello(after={})
        for groups, queue in ([cast.shop.group], [waiting.public_id]), ([group_behind(repairs)], []):
            with cast.shop.within():
                change_account(
                    actor=cast.alice.actor(),
                    account=account.public_id,
                    version=ServiceAccount.objects.get(pk=account.pk).version,
                    name=account.name,
                    show_agent_name=True,
                    groups=[group.public_id for group in groups],
                )
            await digest_with(bob, queue)
        heard = [frame for frame in mallory.frames if frame["t"] != "agent.status"]
        assert [frame for frame in heard if (frame["t"], frame.get("queue")) != ("digest", [])] == []


async def test_a_line_that_moved_leaves_nothing_behind(cast: Cast, repairs: Channel) -> None:
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        join(cast, cast.bob, group_behind(repairs))
        moved = queue_group(cast.shop.tenant.pk, repairs.service_account_id)
        await bob.until(lambda: moved in hub.hub()._groups, within=SOON)
    assert [group for group in hub.hub()._groups if group.startswith(f"{cast.shop.tenant.pk}:")] == []


async def test_another_role_and_another_name_hold_at_once(cast: Cast) -> None:
    """A desk that was opened without the queue's right gets it; messages carry the name of now."""
    with cast.shop.within():
        listener = Role.objects.create(code="listener", name="旁听", permissions=["access.desk"])
        Agent.objects.filter(pk=cast.bob.pk).update(role=listener)
    waiting = waits(cast, cast.shop.channel, "dora")
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        with cast.shop.within():
            values = AgentInput(
                number=cast.bob.number, nickname="Robert", role="agent", groups={cast.shop.group.public_id: 50}
            )
            version = Agent.objects.get(pk=cast.bob.pk).version
            change_agent(actor=cast.alice.actor(), agent=cast.bob.public_id, version=version, values=values)
        await digest_with(bob, [waiting.public_id])
        taken = await bob.ask("conversation.accept", conversation=waiting.public_id)
        assert taken["t"] == "ack"
        said = await bob.ask(
            "message.post", conversation=waiting.public_id, kind="text", text="hello", file=None, note=False
        )
        assert said["message"]["name"] == "Robert"


async def test_who_is_disabled_loses_the_line_within_a_second(cast: Cast) -> None:
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        with cast.shop.within():
            set_enabled(actor=cast.alice.actor(), agents=[cast.bob.public_id], enabled=False)
        await bob.until(lambda: bob.code == 4401, within=SOON)


async def test_what_came_between_the_page_and_its_line_is_named_at_once(cast: Cast) -> None:
    waiting, held = waits(cast, cast.shop.channel, "dora"), cast.shop.held(cast.carol, cast.bob)
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        told = await digest_with(bob, [waiting.public_id])
        assert set(told["after"]) == {waiting.public_id, held.public_id}


async def test_who_serves_nobody_is_told_so_until_a_group_of_theirs_does(cast: Cast, repairs: Channel) -> None:
    with cast.shop.within():
        Membership.objects.filter(agent=cast.bob).delete()
    assert signed_in(cast.bob).get("/api/desk/state").json()["serves"] is False
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        await bob.hear("digest", serves=False)
        join(cast, cast.bob, group_behind(repairs))
        await bob.hear("digest", serves=True)


def test_the_desk_leads_to_the_groups_who_may_change_them(cast: Cast) -> None:
    way = f"/console/agents/{cast.alice.public_id}/#id_groups"
    assert way in signed_in(cast.alice).get("/desk/").content.decode()
    page = signed_in(cast.bob).get("/desk/").content.decode()
    assert "#id_groups" not in page
