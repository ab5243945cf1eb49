"""Opening hours of a service account on a channel, as dispatch sees them: open while any serving group is."""

from collections.abc import Collection

from accounts.tenants.queries import tenant_zone
from channels_app.models import ServingGroup
from channels_app.reception.places import chain_of
from channels_app.reception.settings import HOURS
from core.settings.hours import Hours
from core.settings.stored import effective_for_many

AccountAndChannel = tuple[int, int]


def hours_of_places(places: Collection[AccountAndChannel]) -> dict[AccountAndChannel, list[Hours]]:
    """The hours, with zones, of the groups with members that serve each pair, or the pair's own hours without such
    groups. Three queries."""
    groups: dict[int, set[int | None]] = {account: set() for account, _channel in places}
    serving = ServingGroup.objects.filter(service_account__in=groups, group__memberships__isnull=False)
    for account, group in serving.values_list("service_account_id", "group_id").distinct():
        groups[account].add(group)
    chains = {
        (account, channel, group): chain_of(account_id=account, channel_id=channel, group_id=group)
        for account, channel in places
        for group in groups[account] or {None}
    }
    zone = tenant_zone()
    found: dict[AccountAndChannel, set[Hours]] = {place: set() for place in places}
    for (account, channel, _group), effective in effective_for_many(HOURS.name, chains).items():
        found[account, channel].add(effective.value.within(zone))
    return {place: list(several) for place, several in found.items()}
