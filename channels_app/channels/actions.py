"""Adding, changing, switching and deleting channels."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit import record as audit
from accounts.permissions import Permission
from accounts.settings.actions import forget
from accounts.tenants.locks import lock_tenant
from channels_app.models import Channel, Sighting
from channels_app.origins import ANY, may_embed
from channels_app.reception.places import channel_place
from channels_app.service_accounts.actions import lock_account
from channels_app.service_accounts.queries import is_kept
from core import clock
from core.actors import Actor
from core.console.names import need_free
from core.errors import NotFound, Refusal, Stale
from core.rows import one_or_404

KIND = "channel"
MOST_SITES = 50


class ChannelHasHistory(Refusal):
    """It can be switched off instead."""

    code = "channel_has_history"
    text = _("Conversations in the history came from this channel, so it stays. Switch it off instead.")


class NoSites(Refusal):
    """The chat would open nowhere."""

    code = "no_sites"
    text = _("Name at least one site, or let any site show the chat: otherwise it opens nowhere.")
    field = "sites"


class TooManySites(Refusal):
    """The list travels in a header of every chat page."""

    code = "too_many_sites"
    text = _("A channel may name 50 sites at most.")
    field = "sites"


def lock_channel(public_id: str, version: int | None = None, *, to_delete: bool = False) -> Channel:
    """The channel under its lock (`lock_account` says which); raises `NotFound`, and `Stale` where it is not the
    version that was shown."""
    rows = Channel.objects.select_for_update(of=("self",), no_key=not to_delete).select_related("service_account")
    found = one_or_404(rows.filter(public_id=public_id))
    if version is not None and found.version != version:
        raise Stale
    return found


@transaction.atomic
def add_channel(*, actor: Actor, name: str, service_account: str, origins: Collection[str]) -> Channel:
    """A web channel, switched on, in the default design."""
    actor.require(Permission.MANAGE_CHANNELS)
    lock_tenant()
    account = lock_account(service_account)
    now = clock.now()
    channel = Channel(
        name=_free_name(name, None), service_account=account, origins=_sites(origins), published_at=now, changed_at=now
    )
    channel.save()
    record_change(actor, "channel.added", channel, before={}, after=audited(channel))
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
    """Name, face, sites, on or off. Open conversations go on under the face they began with."""
    actor.require(Permission.MANAGE_CHANNELS)
    lock_tenant()
    account = lock_account(service_account)
    row = lock_channel(channel, version)
    before = audited(row)
    row.name, row.service_account = _free_name(name, row), account
    row.origins, row.is_active = _sites(origins), is_active
    save_fields(row, "name", "service_account", "origins", "is_active")
    _judge_sightings(row)
    record_change(actor, "channel.changed", row, before=before, after=audited(row))
    return row


@transaction.atomic
def switch_channel(*, actor: Actor, channel: str, on: bool) -> Channel:
    """Switch it on or off; saying the same again changes nothing."""
    actor.require(Permission.MANAGE_CHANNELS)
    row = lock_channel(channel)
    if row.is_active == on:
        return row
    row.is_active = on
    save_fields(row, "is_active")
    record_change(actor, "channel.changed", row, before={"is_active": not on}, after={"is_active": on})
    return row


@transaction.atomic
def delete_channel(*, actor: Actor, channel: str) -> None:
    """Raises `ChannelHasHistory` where a conversation ever came from it."""
    actor.require(Permission.MANAGE_CHANNELS)
    row = lock_channel(channel, to_delete=True)
    if is_kept(row):
        raise ChannelHasHistory
    record_change(actor, "channel.deleted", row, before=audited(row), after={})
    forget(channel_place(row))
    row.delete()


@transaction.atomic
def allow_site(*, actor: Actor, channel: str, origin: str) -> Channel:
    """One more site may embed the chat: one where the snippet was seen running. Raises `NotFound` for any other."""
    actor.require(Permission.MANAGE_CHANNELS)
    row = lock_channel(channel)
    if not Sighting.objects.filter(channel=row, origin=origin).exists():
        raise NotFound
    if may_embed(row.origins, origin):
        return row
    before = audited(row)
    row.origins = _sites([*row.origins, origin])
    save_fields(row, "origins")
    _judge_sightings(row)
    record_change(actor, "channel.changed", row, before=before, after=audited(row))
    return row


def audited(channel: Channel) -> dict[str, Any]:
    """What the console edits beside the design, as the audit log keeps it."""
    return {
        "name": channel.name,
        "service_account": channel.service_account.name,
        "origins": channel.origins,
        "is_active": channel.is_active,
    }


def record_change(
    actor: Actor, action: str, channel: Channel, *, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """The audit entry of an act on a channel."""
    audit.record(
        actor=actor, action=action, kind=KIND, object_id=channel.pk, name=channel.name, before=before, after=after
    )


def save_fields(channel: Channel, *fields: str) -> None:
    """Write these columns, and the version with them."""
    channel.version += 1
    channel.changed_at = clock.now()
    channel.save(update_fields=[*fields, "version", "changed_at"])


def _free_name(name: str, channel: Channel | None) -> str:
    if channel is None or name != channel.name:
        others = Channel.objects.exclude(pk=channel.pk) if channel else Channel.objects.all()
        need_free(name, others.values_list("name", flat=True))
    return name


def _sites(origins: Collection[str]) -> list[str]:
    """Each once, in the order given; "any site" needs no others. Raises `NoSites`, `TooManySites`."""
    found = [ANY] if ANY in origins else list(dict.fromkeys(origins))
    if not found:
        raise NoSites
    if len(found) > MOST_SITES:
        raise TooManySites
    return found


def _judge_sightings(channel: Channel) -> None:
    seen = Sighting.objects.filter(channel=channel)
    if ANY in channel.origins:
        seen.update(is_allowed=True)
        return
    seen.filter(origin__in=channel.origins).update(is_allowed=True)
    seen.exclude(origin__in=channel.origins).update(is_allowed=False)
