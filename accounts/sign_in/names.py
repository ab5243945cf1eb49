"""Sign-in names: `工号@企业号`."""

from dataclasses import dataclass

from accounts.models import Agent, Tenant
from core.console.typed import narrow
from core.tenancy.scope import unscoped

LONGEST_PART = 20


@dataclass(frozen=True)
class SignInName:
    """`1001@8001`, split. Full-width characters are narrowed; upper and lower case are equal."""

    number: str
    tenant_code: str

    @classmethod
    def parse(cls, text: str) -> "SignInName | None":
        """The name in the text; None where it has not exactly two parts."""
        number, at, tenant_code = (each.strip() for each in narrow(text).partition("@"))
        return cls(number, tenant_code) if at and number and tenant_code and "@" not in tenant_code else None

    @property
    def key(self) -> str:
        """The normalised name: equal for all ways to write it."""
        return f"{self.number}@{self.tenant_code}".casefold()

    @property
    def shown(self) -> str:
        """For logs: "?" in place of a part that cannot be one, which may be a password in the wrong field."""
        parts = (self.number, self.tenant_code)
        return "@".join(each if each.isalnum() and len(each) <= LONGEST_PART else "?" for each in parts)


def agent_named(name: SignInName) -> Agent | None:
    """The agent with this name; of several that differ in case only, the one written exactly so."""
    with unscoped(reason="the sign-in name says which tenant"):
        found = Agent.objects.select_related("role", "tenant").filter(
            number__iexact=name.number, tenant__code__iexact=name.tenant_code, deleted_at=None
        )
        written = (name.number, name.tenant_code)
        return max(found, key=lambda each: (each.number, each.tenant.code) == written, default=None)


def tenant_by_code(code: str) -> Tenant | None:
    """The tenant with this code; of several that differ in case only, the one written exactly so."""
    with unscoped(reason="the code says which tenant"):
        return max(Tenant.objects.filter(code__iexact=code), key=lambda each: each.code == code, default=None)
