"""What channels inherit: zone and language of their tenant, the groups that serve them, and settings."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from channels_app.reception.places import chain_of
from channels_app.reception.settings import HOURS
from core.settings.declare import Setting
from core.settings.hours import Hours
from core.settings.resolve import Overrides, resolve
from core.settings.stored import read_overrides
from core.statements import Asked
from core.tenancy.scope import current_tenant_id

INHERITED = """
select channel.id, channel.service_account_id, tenant.time_zone, tenant.language, served.groups, said.overrides
from channels_app_channel channel
join accounts_tenant tenant on tenant.id = channel.tenant_id
cross join lateral (
  select coalesce(array_agg(serving.group_id order by served.sort desc, served.id), '{}') as groups
  from channels_app_servinggroup serving
  join accounts_group served on served.tenant_id = serving.tenant_id and served.id = serving.group_id
  where serving.tenant_id = channel.tenant_id and serving.service_account_id = channel.service_account_id
) served
cross join lateral (
  select coalesce(json_agg(json_build_array(level, object_id, name, value, locked)), '[]')::text as overrides
  from core_setting
  where tenant_id = channel.tenant_id and name = any(%(names)s) and (
    level = 'tenant' or (level = 'service_account' and object_id = channel.service_account_id)
    or (level = 'channel' and object_id = channel.id) or (level = 'group' and object_id = any(served.groups))
  )
) said
where channel.tenant_id = %(tenant)s and channel.id = any(%(channels)s)
"""


class Inherited(NamedTuple):
    """What one channel inherits; `groups` (ids) that serve it, in their order; `zone` and `language` of its tenant."""

    channel_id: int
    service_account_id: int
    zone: str
    language: str
    groups: list[int]
    overrides: Overrides

    def value(self, setting: Setting, *, group: int | None = None) -> Any:
        """The value in effect for the channel, or in one of its groups; of a setting that was asked for."""
        chain = chain_of(account_id=self.service_account_id, channel_id=self.channel_id, group_id=group)
        return resolve(setting, self.overrides, chain).value

    def hours(self, group: int | None = None) -> Hours:
        """The opening hours, with their zone."""
        hours: Hours = self.value(HOURS, group=group)
        return hours.within(self.zone)


def asked_inherited(channel_ids: Collection[int], names: Collection[str]) -> Asked:
    """The query of what these channels inherit, with the overrides of the settings of these names; to be sent with
    others."""
    values = {"tenant": current_tenant_id(), "channels": list(channel_ids), "names": list(names)}
    return Asked(INHERITED, values)


def read_inherited(rows: Iterable[Mapping[str, Any]], names: Collection[str]) -> list[Inherited]:
    """What stands in its rows."""
    return [
        Inherited(
            row["id"],
            row["service_account_id"],
            row["time_zone"],
            row["language"],
            row["groups"],
            read_overrides(names, orjson.loads(row["overrides"])),
        )
        for row in rows
    ]
