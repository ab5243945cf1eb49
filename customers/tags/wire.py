"""A tag as agents' scripts get it (docs/protocol.md, "Objects")."""

from customers.models import Tag


def tag_object(tag: Tag) -> dict[str, str]:
    """Its public id, name and colour."""
    return {"id": tag.public_id, "name": tag.name, "color": tag.color}
