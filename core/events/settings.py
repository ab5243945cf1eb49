"""What happens to settings."""

from dataclasses import dataclass

from core.events.base import Event


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(Event):
    """The override of a setting at a place (the tenant, a service account, a channel, a group, an agent) was set,
    changed or removed; `object_id` is 0 for the tenant itself."""

    name = "settings.changed"

    setting: str
    level: str
    object_id: int
