"""Sign-in sessions."""

from typing import Any, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now

from accounts.models.agents import Agent
from accounts.models.tenants import Tenant


class Session(AbstractBaseSession):
    """A session of a browser. Its key is the secret that identifies the tenant; the columns serve the list of
    sessions."""

    tenant_column: ClassVar[str] = "tenant_id"
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, db_constraint=False, related_name="+")
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The session store of this model."""
        from accounts.sign_in.sessions import SessionStore

        return SessionStore
