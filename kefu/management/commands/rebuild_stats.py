"""Recomputes the numbers of the reports from conversations and events.

Needed after a tenant's time zone changed, because days then begin at other moments. Safe at any time.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Tenant
from core.tenancy.scope import tenant_scope, unscoped
from kefu.management.asking import company
from stats.engine.counting import rebuild_tenant


class Command(BaseCommand):
    """`manage.py rebuild_stats 8001`, or `--all`."""

    help = "Make the numbers of a company's reports anew from its conversations and events."

    def add_arguments(self, parser: CommandParser) -> None:
        """The company's code, or `--all`."""
        parser.add_argument("code", nargs="?", help="the company, for example 9001")
        parser.add_argument("--all", action="store_true", help="all companies")

    def handle(self, *args: Any, code: str | None, all: bool, **options: Any) -> None:  # noqa: A002 – the option's name
        """Rebuilds one company after the other; prints the number of conversations of each."""
        for tenant in tenants(code, everyone=all):
            with tenant_scope(tenant.pk):
                self.stdout.write(f"{tenant.code}: {rebuild_tenant()} conversations looked at.")


def tenants(code: str | None, *, everyone: bool) -> list[Tenant]:
    """The selected companies; raises `CommandError`."""
    if bool(code) == everyone:
        raise CommandError("Name one company, or say --all.")
    if everyone:
        with unscoped(reason="a rebuild of every company's numbers"):
            return list(Tenant.objects.order_by("code"))
    return [company(code or "")]
