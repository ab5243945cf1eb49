"""What takes rows out of the house as a file: none goes without an entry of who took which.

So it is sent by a form (`parts/_export.html`): a link that somebody else made leaves no entry, and no file.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.permissions import Permission
from core.actors import Actor
from core.spreadsheet import SpreadsheetResponse


@transaction.atomic
def take_away(
    *,
    actor: Actor,
    needs: tuple[Permission, ...],
    file: Callable[[], SpreadsheetResponse],
    action: str,
    kind: str,
    told: Mapping[str, Any],
    name: str = "",
) -> SpreadsheetResponse:
    """The file, for who may export and has all that it `needs`; `told` is what the entry says of it. A file that cannot
    be made leaves no entry."""
    for permission in (Permission.EXPORT, *needs):
        actor.need(permission)
    answer = file()
    audit.record(actor=actor, action=action, kind=kind, object_id=None, name=name, before={}, after=told)
    return answer
