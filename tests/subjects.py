"""What the conformance suite must know of each subject to drive its pages: how rows come to be, what its form sends,
and what would be wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from accounts.audit.record import record
from accounts.models import Agent, AuditEntry, Group, Membership
from channels_app.models import Channel, ServiceAccount, ServingGroup, Sighting
from conversations.models import Conversation
from core.clock import now
from customers.models import Customer, Tag, ToolPanel
from tests.cast import PASSWORD, Cast

Sent = Mapping[str, Any]


@dataclass(frozen=True)
class Sample:
    """A subject as it is driven.

    `make` makes a row with a number in its name, `sent` is what the form of a new one sends, `wrong` what is refused in
    one of its fields, `changed` what is sent to change a row. `deleted` is a row that may go, after whatever it needs.
    """

    make: Callable[[Cast, int], Any]
    sent: Callable[[Cast], Sent] = lambda cast: {}
    wrong: tuple[str, Any] = ("name", "")
    changed: tuple[str, Any] = ("name", "another name")


def _group(cast: Cast, number: int) -> Group:
    return Group.objects.create(name=f"group {number}", sort=number)


def _agent(cast: Cast, number: int) -> Agent:
    """Each other than the one before in everything that a list can be sorted by."""
    made = cast.shop.hire(f"5{number:03d}", f"agent {number:03d}", role=("agent", "analyst", "supervisor")[number % 3])
    made.email, made.is_active = f"agent{number}@shop.example", number % 2 == 0
    made.status = ("busy", "away")[number % 2]
    made.save(update_fields=["email", "is_active", "status"])
    if number % 2:
        Membership.objects.create(agent=made, group=_group(cast, 1000 + number))
    return made


def _account(cast: Cast, number: int) -> ServiceAccount:
    made = ServiceAccount.objects.create(name=f"account {number}", show_agent_name=number % 2 == 0)
    ServingGroup.objects.create(service_account=made, group=cast.shop.group)
    return made


def _channel(cast: Cast, number: int) -> Channel:
    made = Channel.objects.create(name=f"channel {number}", service_account=_account(cast, number), origins=["*"])
    Sighting.objects.create(channel=made, origin="https://shop.example", last_seen_at=now() - timedelta(days=number))
    return made


def _conversation(cast: Cast, number: int) -> Conversation:
    """Each with its own customer, later, longer and later answered than the one before."""
    opened = now() - timedelta(days=10) + timedelta(minutes=number)
    return Conversation.objects.create(
        customer=Customer.objects.create(name=f"customer {number:03d}"),
        channel=cast.shop.channel,
        service_account=cast.shop.account,
        state="ended",
        end_reason="visitor",
        opened_at=opened,
        asked_at=opened,
        first_response_at=opened + timedelta(seconds=number),
        first_response_by=cast.bob,
        ended_at=opened + timedelta(minutes=number),
    )


def _entry(cast: Cast, number: int) -> AuditEntry:
    """Something that was done to bob."""
    made = record(
        actor=(cast.alice, cast.bob)[number % 2].actor(),
        action=("agent.changed", "agent.password_reset")[number % 2],
        kind="agent",
        object_id=cast.bob.pk,
        name=f"agent {number}",
        before={"nickname": "bob"},
        after={"nickname": f"agent {number}"},
    )
    assert made is not None
    return made


def _new_agent(cast: Cast) -> Sent:
    return {"number": "1002", "nickname": "dave", "role": "agent", "password": PASSWORD}


SAMPLES: dict[str, Sample] = {
    "tool_panel": Sample(
        lambda cast, number: ToolPanel.objects.create(
            name=f"panel {number}", url=f"https://tools.example/{number}", sort=number
        ),
        lambda cast: {
            "name": "orders",
            "url": "https://tools.example/orders?view=desk",
            "height": 400,
            "sort": 1,
            "groups": [cast.shop.group.public_id],
        },
        wrong=("url", "http://tools.example/"),
    ),
    "tag": Sample(
        lambda cast, number: Tag.objects.create(name=f"tag {number}", color=("grey", "blue")[number % 2]),
        lambda cast: {"name": "regular", "color": "green"},
    ),
    "agent": Sample(_agent, _new_agent, ("nickname", ""), ("nickname", "another name")),
    "group": Sample(_group, lambda cast: {"name": "new", "sort": "0"}),
    "service_account": Sample(_account, lambda cast: {"name": "new", "groups": [cast.shop.group.public_id]}),
    "channel": Sample(
        _channel,
        lambda cast: {"name": "new", "service_account": cast.shop.account.public_id, "any_site": "on"},
        ("name", ""),
    ),
    "conversation": Sample(_conversation),
    "audit": Sample(_entry),
}
