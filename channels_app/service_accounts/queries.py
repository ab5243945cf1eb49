"""Service accounts, and which groups and agents serve them."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Prefetch, QuerySet

from accounts.groups.queries import groups_given_conversations, groups_that_can_serve
from accounts.models import Group
from channels_app.models import Channel, ServiceAccount, ServingGroup
from core.console.ordering import AlphabeticalOrder
from core.rows import one_or_404
from core.statements import look_up

SERVED = """
select distinct s.service_account_id from channels_app_servinggroup s
join accounts_membership m on m.tenant_id = s.tenant_id and m.group_id = s.group_id
where s.tenant_id = %(tenant)s and m.agent_id = any(%(agents)s)
"""
GROUPS_IN_ORDER = ("-group__sort", "group_id")  # as `Group` orders itself


def accounts_served_by(*agent_ids: int) -> set[int]:
    """Ids of the service accounts that the agents' groups serve."""
    return {row["service_account_id"] for row in look_up(SERVED, agents=list(agent_ids))}


def serving_groups() -> set[int]:
    """Ids of the groups that serve a service account."""
    return set(ServingGroup.objects.values_list("group_id", flat=True))


def accounts_without_service() -> set[int]:
    """Ids of the service accounts in whose groups no agent can serve."""
    served = ServingGroup.objects.filter(group__in=groups_that_can_serve()).values("service_account")
    return set(ServiceAccount.objects.exclude(pk__in=served).values_list("pk", flat=True))


def accounts_by_hand_only() -> set[int]:
    """Ids of the service accounts in whose groups agents can serve, but none is assigned conversations by the rules."""
    able = ServingGroup.objects.filter(group__in=groups_that_can_serve()).values_list("service_account_id", flat=True)
    given = ServingGroup.objects.filter(group__in=groups_given_conversations())
    return set(able) - set(given.values_list("service_account_id", flat=True))


def accounts_served_by_group(group_id: int) -> list[str]:
    """Names of the service accounts that the group serves, alone or with others."""
    serving = ServingGroup.objects.filter(group=group_id)
    return list(
        serving.order_by(AlphabeticalOrder("service_account__name")).values_list("service_account__name", flat=True)
    )


def accounts_served_by_group_alone(group_id: int) -> list[str]:
    """Names of the service accounts that no group would serve without this one."""
    alone = ServingGroup.objects.filter(group=group_id).exclude(
        service_account__in=ServingGroup.objects.exclude(group=group_id).values("service_account")
    )
    return list(
        alone.order_by(AlphabeticalOrder("service_account__name")).values_list("service_account__name", flat=True)
    )


def members_serving(service_account_id: int) -> dict[int, list[int]]:
    """Agent id → ids of the agent's groups that serve the service account, in order."""
    rows = ServingGroup.objects.filter(service_account=service_account_id, group__memberships__isnull=False)
    found: dict[int, list[int]] = {}
    for agent_id, group_id in rows.order_by(*GROUPS_IN_ORDER).values_list("group__memberships__agent_id", "group_id"):
        found.setdefault(agent_id, []).append(group_id)
    return found


def groups_serving(service_account_id: int) -> list[int]:
    """Ids of the groups that serve the service account, in their order."""
    serving = ServingGroup.objects.filter(service_account=service_account_id)
    return list(serving.order_by(*GROUPS_IN_ORDER).values_list("group_id", flat=True))


def group_serving(agent_id: int, service_account_id: int) -> int | None:
    """The id of the agent's first group that serves the service account, or None."""
    serving = ServingGroup.objects.filter(service_account=service_account_id, group__memberships__agent=agent_id)
    return serving.order_by(*GROUPS_IN_ORDER).values_list("group_id", flat=True).first()


def accounts_in_console() -> QuerySet[ServiceAccount]:
    """The service accounts with channels and groups. Three queries."""
    serving = Prefetch("serving_groups", ServingGroup.objects.select_related("group").order_by("-group__sort", "group"))
    channels = Prefetch("channels", Channel.objects.order_by(AlphabeticalOrder("name"), "pk"))
    return ServiceAccount.objects.prefetch_related(serving, channels)


def account(public_id: str) -> ServiceAccount:
    """The service account; raises `NotFound`."""
    return one_or_404(ServiceAccount.objects.filter(public_id=public_id))


def names_of_groups_behind(service_accounts: Collection[ServiceAccount]) -> defaultdict[int, list[str]]:
    """Service account (id) → names of the groups that serve it, in their order. One query."""
    serving = ServingGroup.objects.filter(service_account__in=service_accounts).order_by(*GROUPS_IN_ORDER)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for account_id, name in serving.values_list("service_account_id", "group__name"):
        found[account_id].append(name)
    return found


def groups_behind(service_account: ServiceAccount) -> QuerySet[Group]:
    """The groups that serve a service account, in their order."""
    serving = ServingGroup.objects.filter(service_account=service_account)
    return Group.objects.filter(pk__in=serving.values("group_id"))
