"""What happens to service accounts."""

from dataclasses import dataclass

from core.events.base import Event


@dataclass(frozen=True, kw_only=True)
class ServingChanged(Event):
    """Other groups serve the service account `service_account_id`. Not logged: the audit log has it, with the groups'
    names."""

    name = "service_account.serving"
    logged = False

    service_account_id: int
