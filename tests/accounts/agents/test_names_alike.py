"""Of two names that nobody can tell apart, one is refused: also at once, and never one that is there already."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from accounts.agents.actions import NumberTaken, add_agent, change_agent
from accounts.groups.actions import GroupInput, add_group, change_group
from accounts.models import Agent, Group
from channels_app.channels.actions import add_channel, change_channel
from channels_app.models import Channel, ServiceAccount
from channels_app.service_accounts.actions import add_account, change_account
from core.errors import NameTaken
from tests.accounts.agents.test_actions import values
from tests.cast import PASSWORD, Cast, at_once

ALIKE = ["sales", "SALES", "Sa\u200dles", "ｓａｌｅｓ"]


def makers(cast: Cast) -> dict[str, Callable[[str], Any]]:
    """What gives a name."""
    alice, group, account = cast.alice.actor(), cast.shop.group.public_id, cast.shop.account.public_id
    return {
        "group": lambda name: add_group(actor=alice, values=GroupInput(name)),
        "channel": lambda name: add_channel(actor=alice, name=name, service_account=account, origins=["*"]),
        "account": lambda name: add_account(actor=alice, name=name, show_agent_name=True, groups=[group]),
    }


@pytest.mark.parametrize("kind", ["group", "channel", "account"])
def test_a_name_like_another_is_refused(cast: Cast, kind: str) -> None:
    with cast.shop.within():
        make = makers(cast)[kind]
        make("Sales")
        for name in ALIKE:
            with pytest.raises(NameTaken):
                make(name)


@pytest.mark.parametrize("kind", ["group", "channel", "account"])
def test_of_several_at_once_one_is_made(cast: Cast, kind: str) -> None:
    with cast.shop.within():
        make = makers(cast)[kind]
        outcomes = at_once(*[lambda name=name: make(name) for name in ALIKE])
    assert sum(isinstance(each, NameTaken) for each in outcomes) == len(ALIKE) - 1


def test_those_that_were_alike_before_can_still_be_changed(cast: Cast) -> None:
    alice = cast.alice.actor()
    with cast.shop.within():
        first, second = (Group.objects.create(name=name) for name in ("Sales", "sales"))
        change_group(actor=alice, group=second.public_id, version=1, values=GroupInput("sales", 5))
        with pytest.raises(NameTaken):
            change_group(actor=alice, group=first.public_id, version=1, values=GroupInput("SALES"))
        twin = Channel.objects.create(name="官网", service_account=cast.shop.account, origins=["*"])
        change_channel(
            actor=alice, channel=twin.public_id, version=1, name="官网", service_account=cast.shop.account.public_id,
            origins=["*"], is_active=False,
        )  # fmt: skip
        face = ServiceAccount.objects.create(name=cast.shop.account.name)
        change_account(
            actor=alice, account=face.public_id, version=1, name=face.name, show_agent_name=False,
            groups=[cast.shop.group.public_id],
        )  # fmt: skip


def test_numbers_differ_by_more_than_case(cast: Cast) -> None:
    alice = cast.alice.actor()
    with cast.shop.within():
        made = add_agent(actor=alice, values=values(number="A01"), password=PASSWORD)
        with pytest.raises(NumberTaken):
            add_agent(actor=alice, values=values(number="a01"), password=PASSWORD)
        with pytest.raises(NumberTaken):
            change_agent(actor=alice, agent=cast.bob.public_id, version=1, values=values(number="a01"))
        own = values(number="a01")
        assert change_agent(actor=alice, agent=made.public_id, version=1, values=own).number == "a01"
        older = cast.shop.hire("A01", "twin")
        kept = replace(values(number="A01"), nickname="renamed")
        change_agent(actor=alice, agent=older.public_id, version=1, values=kept)
        assert Agent.objects.get(pk=older.pk).nickname == "renamed"
