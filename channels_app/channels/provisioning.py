"""The first service account and web channel of a new tenant."""

from django.db import transaction

from accounts.models import Group
from accounts.settings.actions import set_override
from channels_app.models import Channel, ServiceAccount, ServingGroup
from channels_app.reception.places import account_place
from channels_app.reception.settings import WELCOME
from core import clock
from core.actors import SYSTEM


@transaction.atomic
def add_web_channel(
    *, account_name: str, name: str, groups: tuple[Group, ...], welcome: str = "", color: str = ""
) -> Channel:
    """A service account served by the groups, and its web channel for any site; `color` as "#rrggbb", "" for the
    default."""
    account = ServiceAccount.objects.create(name=account_name)
    if welcome:
        set_override(actor=SYSTEM, place=account_place(account), setting=WELCOME.name, value=welcome)
    for group in groups:
        ServingGroup.objects.create(service_account=account, group=group)
    now = clock.now()
    channel = Channel(name=name, service_account=account, origins=["*"], published_at=now, changed_at=now)
    channel.color = color or channel.color
    channel.save()
    return channel
