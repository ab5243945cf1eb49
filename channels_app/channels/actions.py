"""Adding, changing, switching and deleting channels."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.changing import changing, changing_all, lock, lock_all, record_added, record_deleted
from accounts.permissions import Permission
from accounts.settings.actions import forget
from accounts.tenants.locks import lock_tenant
from channels_app.channels.subject import CHANNEL
from channels_app.models import Channel, Sighting
from channels_app.origins import ANY, may_embed
from channels_app.reception.places import channel_place
from channels_app.service_accounts.actions import lock_account
from core import clock
from core.actors import Actor
from core.console.names import require_unused_name
from core.errors import NotFound, Refusal
from core.rows import is_referenced

MAX_SITES = 50


class ChannelHasHistory(Refusal):
    """Conversations refer to the channel, so it can only be switched off."""

    code = "channel_has_history"
    text = _("Conversations in the history came from this channel, so it stays. Switch it off instead.")


class NoSites(Refusal):
    """The list of sites is empty, so that no page could embed the chat."""

    code = "no_sites"
    text = _("Name at least one site, or let any site show the chat: otherwise it opens nowhere.")
    field = "sites"


class TooManySites(Refusal):
    """More than `MAX_SITES` sites: the list is sent in a header of every chat page."""

    code = "too_many_sites"
    text = _("A channel may name 50 sites at most.")
    field = "sites"


@transaction.atomic
def add_channel(*, actor: Actor, name: str, service_account: str, origins: Collection[str]) -> Channel:
    """Adds an active web channel in the default design.

    `service_account` is a public id, `origins` as of `origins.site_of`. Raises `Forbidden`, `NotFound`, `NameTaken`,
    `NoSites`, `TooManySites`.
    """
    actor.require(Permission.MANAGE_CHANNELS)
    lock_tenant()
    account = lock_account(service_account)
    now = clock.now()
    require_unused_name(name, Channel.objects.all())
    channel = Channel.objects.create(
        name=name, service_account=account, origins=_sites(origins), published_at=now, changed_at=now
    )
    record_added(CHANNEL, channel, actor=actor)
    return channel


@transaction.atomic
def change_channel(
    *,
    actor: Actor,
    channel: str,
    version: int,
    name: str,
    service_account: str,
    origins: Collection[str],
    is_active: bool,
) -> Channel:
    """Sets name, service account, sites and whether it is active; open conversations keep their service account.

    Raises `Stale`, and as `add_channel`.
    """
    actor.require(Permission.MANAGE_CHANNELS)
    lock_tenant()
    account = lock_account(service_account)
    with changing(CHANNEL, actor=actor, public_id=channel, version=version) as row:
        require_unused_name(name, Channel.objects.all(), row)
        row.name, row.service_account, row.is_active = name, account, is_active
        row.origins = _sites(origins)
        _judge_sightings(row)
    changed: Channel = row
    return changed


@transaction.atomic
def switch_channel(*, actor: Actor, channel: str, on: bool) -> Channel:
    """Switches the channel on or off; the same state again changes nothing. Raises `Forbidden`, `NotFound`."""
    actor.require(Permission.MANAGE_CHANNELS)
    with changing(CHANNEL, actor=actor, public_id=channel) as row:
        row.is_active = on
    switched: Channel = row
    return switched


@transaction.atomic
def switch_on(*, actor: Actor, channels: Collection[str]) -> list[Channel]:
    """Switches several channels on, all or none, in a constant number of statements. Raises `Forbidden`, `NotFound`."""
    actor.require(Permission.MANAGE_CHANNELS)
    rows: list[Channel] = lock_all(CHANNEL, channels)
    with changing_all(CHANNEL, actor=actor, rows=rows):
        for row in rows:
            row.is_active = True
    return rows


@transaction.atomic
def delete_channel(*, actor: Actor, channel: str) -> None:
    """Deletes a channel without conversations, with its overrides. Raises `Forbidden`, `NotFound`,
    `ChannelHasHistory`."""
    actor.require(Permission.MANAGE_CHANNELS)
    lock_tenant()
    row = lock(CHANNEL, channel, to_delete=True)
    if is_referenced(row):
        raise ChannelHasHistory
    record_deleted(CHANNEL, row, actor=actor)
    forget(channel_place(row))
    row.delete()


@transaction.atomic
def allow_site(*, actor: Actor, channel: str, origin: str) -> Channel:
    """Lets one more site embed the chat. Raises `NotFound` for one where the snippet was never seen."""
    actor.require(Permission.MANAGE_CHANNELS)
    with changing(CHANNEL, actor=actor, public_id=channel) as row:
        if not Sighting.objects.filter(channel=row, origin=origin).exists():
            raise NotFound
        if not may_embed(row.origins, origin):
            row.origins = _sites([*row.origins, origin])
            _judge_sightings(row)
    allowed: Channel = row
    return allowed


def _sites(origins: Collection[str]) -> list[str]:
    """The origins without duplicates, in order; "*" replaces all others. Raises `NoSites`, `TooManySites`."""
    found = [ANY] if ANY in origins else list(dict.fromkeys(origins))
    if not found:
        raise NoSites
    if len(found) > MAX_SITES:
        raise TooManySites
    return found


def _judge_sightings(channel: Channel) -> None:
    seen = Sighting.objects.filter(channel=channel)
    if ANY in channel.origins:
        seen.update(is_allowed=True)
        return
    seen.filter(origin__in=channel.origins).update(is_allowed=True)
    seen.exclude(origin__in=channel.origins).update(is_allowed=False)
