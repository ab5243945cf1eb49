"""What the head of the chat says of the desk: whether it is open, when it opens, whether somebody is there."""

from collections.abc import Collection
from typing import Any

from accounts.models import Status
from channels_app.models import Channel
from conversations.greeting import Desk, desk_of
from core import clock
from core.wire import milliseconds
from routing.queries import Waiting, reception


def desk_object(channel: Channel, desk: Desk) -> dict[str, Any]:
    """`desk` of the protocol. A constant few queries; needs `service_account` and `tenant`."""
    now = clock.now()
    is_open = desk.is_open(now)
    candidates = reception(Waiting(0, channel.service_account_id, channel.pk)).candidates
    there = any(one.status == Status.ONLINE and one.may_serve and one.in_hours for one in candidates)
    return {"open": is_open, "opens": milliseconds(None if is_open else desk.next_opening(now)), "there": there}


def desks(channel_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Those of several channels of one tenant."""
    channels = Channel.objects.select_related("service_account", "tenant").filter(pk__in=channel_ids)
    return {channel.pk: desk_object(channel, desk_of(channel)) for channel in channels}
