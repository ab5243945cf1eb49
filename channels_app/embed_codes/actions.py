"""Drafting and publishing the design of a channel's launcher and chat."""

from django.db import transaction

from accounts.audit.changing import lock, record_act, save
from accounts.permissions import Permission
from channels_app.channels.subject import CHANNEL
from channels_app.embed_codes.designs import Design, edited, published
from channels_app.models import Channel
from core import clock
from core.actors import Actor


@transaction.atomic
def save_draft(*, actor: Actor, channel: str, version: int, design: Design) -> Channel:
    """Stores a design that sites do not show yet; one equal to the published design removes the draft. Raises
    `Stale`."""
    actor.require(Permission.MANAGE_CHANNELS)
    row: Channel = lock(CHANNEL, channel, version=version)
    before = edited(row).values()
    row.draft = None if design == published(row) else design.values()
    save(row, "draft")
    record_act(CHANNEL, "design_drafted", row, actor=actor, before=before, after=design.values())
    return row


@transaction.atomic
def publish_design(*, actor: Actor, channel: str, version: int, design: Design) -> Channel:
    """Publishes a design; sites fetch it within minutes. One that is published already only removes the draft. Raises
    `Stale`."""
    actor.require(Permission.MANAGE_CHANNELS)
    row: Channel = lock(CHANNEL, channel, version=version)
    before = published(row)
    row.draft = None
    if design == before:
        save(row, "draft")
        return row
    for name, value in design.values().items():
        setattr(row, name, value)
    row.design_version += 1
    row.published_at = clock.now()
    save(row, *design.values(), "draft", "design_version", "published_at")
    record_act(CHANNEL, "design_published", row, actor=actor, before=before.values(), after=design.values())
    return row
