"""The safety net under dispatch."""

from collections.abc import Iterable

from conversations.models import Conversation
from conversations.states import State
from core.tasks import tenant_task
from routing.dispatch.actions import dispatch_all


def tenants_with_waiting() -> Iterable[int]:
    """Ids of the tenants with waiting conversations."""
    return Conversation.objects.filter(state=State.QUEUED).values_list("tenant_id", flat=True).distinct()


@tenant_task
def dispatch_waiting() -> None:
    """Dispatches every queue in which somebody stands, for what a crash between commit and listener left."""
    dispatch_all()
