"""What a role may do. Pure: names, and the sets of the built-in roles."""

from collections.abc import Collection
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """A permission. The first word is its dimension: access, operation or visibility."""

    DESK = "access.desk"
    SERVE = "operation.serve"  # is given conversations by the rules
    TAKE = "operation.take"  # accepts waiting conversations by hand
    TRANSFER = "operation.transfer"
    EDIT_CUSTOMERS = "operation.edit_customers"  # what is noted of those whom they may see, and their tags
    SEE_ALL = "visibility.all_conversations"
    SEE_CONTACTS = (
        "visibility.contact_details"  # customers' phones and e-mail addresses in full; others see them masked
    )
    REVEAL_CONTACTS = "operation.reveal_contacts"  # has one shown in full, which is audited
    MANAGE_TEAM = "operation.manage_team"
    MANAGE_OWNERS = "operation.manage_owners"  # owners only: without it nobody changes or makes an owner
    MANAGE_CHANNELS = "operation.manage_channels"
    MANAGE_SETTINGS = "operation.manage_settings"
    REPORTS = "access.reports"
    EXPORT = "operation.export"
    MONITOR = "access.monitor"
    HISTORY = "access.history"  # one's own conversations; all of them with SEE_ALL
    AUDIT = "access.audit"


AGENT = frozenset(
    {
        Permission.DESK,
        Permission.SERVE,
        Permission.TAKE,
        Permission.TRANSFER,
        Permission.EDIT_CUSTOMERS,
        Permission.REVEAL_CONTACTS,
        Permission.HISTORY,
    }
)
ANALYST = frozenset({Permission.REPORTS, Permission.EXPORT, Permission.HISTORY, Permission.SEE_ALL})
SITE_OWNER = frozenset({Permission.MANAGE_CHANNELS})
SUPERVISOR = (
    AGENT
    | ANALYST
    | SITE_OWNER
    | {
        Permission.MANAGE_TEAM,
        Permission.MANAGE_SETTINGS,
        Permission.MONITOR,
        Permission.AUDIT,
        Permission.SEE_CONTACTS,
    }
)
OWNER = (SUPERVISOR | {Permission.MANAGE_OWNERS}) - {Permission.SERVE}
BUILT_IN_ROLES = {
    "owner": (_("Owner"), OWNER),
    "supervisor": (_("Supervisor"), SUPERVISOR),
    "agent": (_("Agent"), AGENT),
    "analyst": (_("Analyst"), ANALYST),
    "site_owner": (_("Site owner"), SITE_OWNER),
}
DUTIES = frozenset({Permission.SERVE})  # obligations, which do not put a role above another


def exceeds(permissions: Collection[str], own: Collection[str]) -> bool:
    """Whether a role lets its holder do what somebody with `own` may not: such a role is not theirs to give."""
    return bool(set(permissions) - set(own) - DUTIES)
