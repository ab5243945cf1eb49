"""Service accounts and channels as places of settings (`core/settings/stored.py`)."""

from accounts.settings.places import tenant_place
from channels_app.models import Channel, ServiceAccount
from core.settings.levels import Level, Place

TENANT = Place(Level.TENANT)  # for reading values; with its name: `tenant_place`


def account_place(account: ServiceAccount, tenant: Place | None = None) -> Place:
    """The place of a service account, below the tenant's."""
    above = (tenant or tenant_place(),)
    return Place(Level.SERVICE_ACCOUNT, account.pk, account.name, account.public_id, above)


def channel_place(channel: Channel, tenant: Place | None = None) -> Place:
    """The place of a channel, below its service account's; reads its `service_account`."""
    above = account_place(channel.service_account, tenant).chain
    return Place(Level.CHANNEL, channel.pk, channel.name, channel.public_id, above)


def chain_of(*, account_id: int, channel_id: int | None = None, group_id: int | None = None) -> tuple[Place, ...]:
    """The places from the tenant down, by ids only: for reading values without loading the objects."""
    below = ((Level.CHANNEL, channel_id), (Level.GROUP, group_id))
    named = (Place(level, object_id) for level, object_id in below if object_id is not None)
    return (TENANT, Place(Level.SERVICE_ACCOUNT, account_id), *named)
