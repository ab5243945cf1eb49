"""What a role may do. Pure: names, and the sets of the built-in roles (PRODUCT.md §1)."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One right. The first word is its dimension: access, operation or visibility."""

    DESK = "access.desk"
    SERVE = "operation.serve"  # is given conversations by the rules
    TAKE = "operation.take"  # accepts waiting conversations by hand
    TRANSFER = "operation.transfer"
    SEE_ALL = "visibility.all_conversations"
    MANAGE_TEAM = "operation.manage_team"
    MANAGE_CHANNELS = "operation.manage_channels"
    REPORTS = "access.reports"
    AUDIT = "access.audit"


AGENT = frozenset({Permission.DESK, Permission.SERVE, Permission.TAKE, Permission.TRANSFER})
SUPERVISOR = AGENT | {Permission.SEE_ALL, Permission.MANAGE_TEAM, Permission.REPORTS, Permission.AUDIT}
OWNER = (SUPERVISOR | {Permission.MANAGE_CHANNELS}) - {Permission.SERVE}
BUILT_IN_ROLES = {
    "owner": (_("Owner"), OWNER),
    "supervisor": (_("Supervisor"), SUPERVISOR),
    "agent": (_("Agent"), AGENT),
    "analyst": (_("Analyst"), frozenset({Permission.REPORTS, Permission.SEE_ALL})),
    "site_owner": (_("Site owner"), frozenset({Permission.MANAGE_CHANNELS})),
}
