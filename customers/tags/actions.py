"""Adding, changing and deleting tags, and giving them to customers."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.changing import changing_named, delete, record_added
from accounts.permissions import Permission
from accounts.tenants.locks import lock_tenant
from core import bus
from core.actors import Actor
from core.console.names import comparison_key, require_unused_name
from core.errors import Refusal
from core.events.base import Audience
from core.events.customers import TagChanged, TagDeleted
from customers.models import Color, Tag
from customers.tags.queries import at_desks
from customers.tags.subject import TAG
from customers.tags.wire import tag_object

MAX_TAGS = 500  # tags of a company: the desk offers all of them


class TooManyTags(Refusal):
    """The company has `MAX_TAGS` tags."""

    code = "too_many_tags"
    text = _("There are 500 tags already. Delete those that nobody uses first.")


@transaction.atomic
def add_tag(*, actor: Actor, name: str, color: str) -> Tag:
    """A new one; raises `NameTaken` and `TooManyTags`."""
    actor.require(TAG.permission)
    lock_tenant()
    require_unused_name(name, Tag.objects.all())
    return _made(actor, name, color)


@transaction.atomic
def change_tag(*, actor: Actor, tag: str, version: int, name: str, color: str) -> None:
    """Its name and colour, at every customer; raises `NotFound`, `Stale` and `NameTaken`."""
    with changing_named(TAG, actor=actor, public_id=tag, version=version, name=name) as row:
        row.color = color
    _tell(TagChanged, row, actor)


@transaction.atomic
def delete_tag(*, actor: Actor, tag: str) -> None:
    """Removes it, also from every customer."""
    _tell(TagDeleted, delete(TAG, actor=actor, public_id=tag), actor)


@transaction.atomic
def tag_named(*, actor: Actor, name: str) -> Tag:
    """The tag that is called so, or a new one; for who edits customers. Raises `TooManyTags`."""
    actor.require(Permission.EDIT_CUSTOMERS)
    lock_tenant()
    wanted = comparison_key(name)
    known = next((each for each in Tag.objects.all() if comparison_key(each.name) == wanted), None)
    return known or _made(actor, name, Color.GREY)


def _made(actor: Actor, name: str, color: str) -> Tag:
    if Tag.objects.count() >= MAX_TAGS:
        raise TooManyTags
    tag = Tag.objects.create(name=name, color=color)
    record_added(TAG, tag, actor=actor)
    _tell(TagChanged, tag, actor)
    return tag


def _tell(kind: type[TagChanged | TagDeleted], tag: Tag, actor: Actor) -> None:
    """To all desks, once for a change, however many customers have the tag."""
    shown = tag.public_id if kind is TagDeleted else tag_object(tag)
    event = kind(tenant_id=tag.tenant_id, actor=actor)
    bus.publish(event, show=lambda: {Audience.DESK: {"tag": shown, "mark": at_desks().mark}})
