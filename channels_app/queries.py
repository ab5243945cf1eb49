"""Reads about service accounts and channels."""

from channels_app.models import Channel, ServiceAccount, ServingGroup


def accounts_served_by(agent_id: int) -> set[int]:
    """The service accounts whose queue an agent's groups serve."""
    return set(
        ServingGroup.objects.filter(group__memberships__agent_id=agent_id).values_list("service_account_id", flat=True)
    )


def agents_serving(service_account: ServiceAccount) -> set[int]:
    """The agents in the groups that serve a service account."""
    return set(
        ServingGroup.objects.filter(service_account=service_account)
        .filter(group__memberships__isnull=False)
        .values_list("group__memberships__agent_id", flat=True)
    )


def channel_with_account(public_id: str) -> Channel | None:
    """An active channel of the tenant, with its service account."""
    return (
        Channel.objects.select_related("service_account", "tenant").filter(public_id=public_id, is_active=True).first()
    )
