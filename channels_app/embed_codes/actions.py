"""Drafting and publishing the look of an embed code."""


from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit import record as audit
from accounts.tenants.locks import lock_tenant
from accounts.permissions import Permission
from accounts.settings.actions import forget
from channels_app.embed_codes.designs import Design, edited, published
from channels_app.models import Channel, Sighting
from channels_app.origins import ANY, may_embed
from channels_app.reception.places import channel_place
from channels_app.service_accounts.queries import is_kept
from channels_app.service_accounts.actions import lock_account
from core import clock
from core.actors import Actor
from core.errors import NotFound, Refusal, Stale
from core.console.names import need_free

from channels_app.channels.actions import lock_channel, record_change, save_fields


@transaction.atomic
def save_draft(*, actor: Actor, channel: str, version: int, design: Design) -> Channel:
    """Keep a design that sites do not show yet; one that they show already is no draft."""
    actor.need(Permission.MANAGE_CHANNELS)
    row = lock_channel(channel, version)
    before = edited(row).facts()
    row.draft = None if design == published(row) else design.facts()
    save_fields(row, "draft")
    record_change(actor, "channel.design_drafted", row, before=before, after=design.facts())
    return row


@transaction.atomic
def publish_design(*, actor: Actor, channel: str, version: int, design: Design) -> Channel:
    """Show a design on all sites; they fetch it within minutes. What they show already is not published again."""
    actor.need(Permission.MANAGE_CHANNELS)
    row = lock_channel(channel, version)
    before = published(row)
    row.draft = None
    if design == before:
        save_fields(row, "draft")
        return row
    for name, value in design.facts().items():
        setattr(row, name, value)
    row.design_version += 1
    row.published_at = clock.now()
    save_fields(row, *design.facts(), "draft", "design_version", "published_at")
    record_change(actor, "channel.design_published", row, before=before.facts(), after=design.facts())
    return row
