"""Tables of tenants, roles, agents, groups, sessions, saved views and the audit log."""

from accounts.models.agents import Agent, Status, StatusInterval
from accounts.models.audit import AuditEntry
from accounts.models.groups import Group, LivingGroups, Membership
from accounts.models.lists import SavedView
from accounts.models.roles import Role
from accounts.models.sessions import Session
from accounts.models.tenants import Tenant

__all__ = [
    "Agent",
    "AuditEntry",
    "Group",
    "LivingGroups",
    "Membership",
    "Role",
    "SavedView",
    "Session",
    "Status",
    "StatusInterval",
    "Tenant",
]
