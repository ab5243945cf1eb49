"""Tags of customers at desks: rows name them by id, and a change of one is told once, to the desks of its company."""

import pytest

from core.tenancy.scope import tenant_scope
from customers.models import Tag
from customers.tags import actions
from customers.tags.queries import at_desks
from tests.cast import Cast
from tests.sockets import desk_socket
from workbench.agent import AgentClient

pytestmark = pytest.mark.usefixtures("live_loop")


async def test_who_sees_the_customer_sees_the_tag_and_messages_do_not_carry_it(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    async with desk_socket(cast.bob) as bob, desk_socket(cast.alice) as alice:
        await bob.hello(), await alice.hello()
        answer = await alice.ask("customer.tag", {"conversation": talk.public_id, "name": "VIP"})
        (tag,) = answer["customer"]["tags"]
        assert (await bob.hear("tag.changed"))["tag"] == tag, "and its name comes before the row that names it"
        assert (await bob.hear("customer.changed"))["row"]["customer"]["tags"] == [tag["id"]]
        await bob.ask("message.post", {"conversation": talk.public_id, "kind": "text", "text": "Hello"})
        assert "tags" not in (await bob.hear("message.posted"))["row"]["customer"]
        missed = (await bob.ask("events.fetch", {"after": {talk.public_id: 1}}))["frames"]
        assert [frame["row"]["customer"]["tags"] for frame in missed] == [[tag["id"]]] * len(missed) != []
        await alice.ask("customer.untag", {"conversation": talk.public_id, "tag": tag["id"]})
        assert (await bob.hear("customer.changed"))["row"]["customer"]["tags"] == []
    with cast.shop.within():
        state = AgentClient.of(cast.bob, "en").state()
        assert state["tags"]["tags"] == [tag]
        assert state["rows"][0]["customer"]["tags"] == []


async def test_another_name_and_the_end_of_a_tag_are_one_frame_each_in_this_company_only(cast: Cast) -> None:
    with cast.shop.within():
        vip = actions.add_tag(actor=cast.alice.actor(), name="VIP", color="red")
    for name in ("ann", "ben"):
        customer = cast.shop.welcome(name)
        cast.shop.held(customer, cast.bob)
    async with desk_socket(cast.bob) as bob, desk_socket(cast.mallory) as mallory:
        await bob.hello(), await mallory.hello()
        before = (await bob.hear("digest"))["tags"]
        with cast.shop.within():
            actions.change_tag(actor=cast.alice.actor(), tag=vip.public_id, version=1, name="Gold", color="amber")
            mark = at_desks().mark
        changed = await bob.hear("tag.changed")
        assert changed["tag"] == {"id": vip.public_id, "name": "Gold", "color": "amber"}
        with cast.shop.within():
            actions.delete_tag(actor=cast.alice.actor(), tag=vip.public_id)
            last = at_desks().mark
        gone = await bob.hear("tag.deleted")
        assert gone["tag"] == vip.public_id
        assert [changed["mark"], gone["mark"]] == [mark, last]
        assert len({before, mark, last}) == 3
        await mallory.settle(cast.other)
        assert not [frame for frame in mallory.frames if frame["t"].startswith("tag.")]


def test_the_mark_differs_after_every_change(cast: Cast) -> None:
    """A desk that missed one finds out by its digest, whatever was added, changed and deleted."""
    alice = cast.alice.actor()
    with cast.shop.within():
        marks = [at_desks().mark]
        for name in ("one", "two", "three"):
            actions.add_tag(actor=alice, name=name, color="grey")
            marks.append(at_desks().mark)
        for tag in Tag.objects.order_by("-pk"):
            actions.change_tag(actor=alice, tag=tag.public_id, version=1, name=f"{tag.name}!", color="grey")
            marks.append(at_desks().mark)
            actions.delete_tag(actor=alice, tag=tag.public_id)
            actions.add_tag(actor=alice, name=f"{tag.name}?", color="grey")
            marks.append(at_desks().mark)
    with tenant_scope(cast.mallory.tenant_id):
        assert at_desks().tags == []
    assert len(set(marks)) == len(marks)
