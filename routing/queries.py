"""What the rules need to know."""

from accounts.permissions import Permission
from accounts.queries import agents_with_load
from channels_app.models import ServiceAccount
from channels_app.queries import agents_serving
from conversations.models import Conversation
from conversations.states import State
from routing.policies import Candidate


def candidates(service_account: ServiceAccount) -> list[Candidate]:
    """The enabled agents in the groups that serve a service account."""
    agents = agents_with_load().select_related("role").filter(pk__in=agents_serving(service_account), is_active=True)
    return [
        Candidate(
            agent_id=agent.pk,
            status=agent.status,
            load=getattr(agent, "load"),  # noqa: B009 – annotated
            cap=agent.max_concurrent,
            may_serve=Permission.SERVE in agent.role.permissions,
            last_assigned_at=agent.last_assigned_at,
        )
        for agent in agents
    ]


def next_waiting(service_account_id: int) -> int | None:
    """The conversation that has waited longest, locked.

    Dispatchers queue up for it instead of skipping it: a visitor's message locks the row for a moment too, and whoever
    skipped would leave the longest wait unserved until the sweep.
    """
    return (
        Conversation.objects.select_for_update()
        .filter(service_account_id=service_account_id, state=State.QUEUED)
        .order_by("queued_at", "pk")
        .values_list("pk", flat=True)
        .first()
    )


def accounts_with_waiting() -> list[int]:
    """Service accounts that somebody waits for."""
    return list(Conversation.objects.filter(state=State.QUEUED).values_list("service_account_id", flat=True).distinct())
