"""Give an agent a new password.

Django's own `changepassword` knows one name for each user; ours are numbers within a company.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Agent
from accounts.provisioning import Unfit, set_password
from core.scope import tenant_scope
from kefu.management.commands.add_agent import company_of, password_from_terminal


class Command(BaseCommand):
    """`manage.py set_password 1001@9001`: whoever is signed in under that name has to sign in again."""

    help = "Give an agent a new password and sign them out everywhere. Asks for the password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        parser.add_argument("name", help="the sign-in name, for example 1001@9001")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Set it, or say why not."""
        number, tenant = company_of(name)
        with tenant_scope(tenant.pk):
            agent = Agent.objects.filter(number=number, deleted_at=None).first()
            if agent is None:
                raise CommandError(f"There is no agent {number} in company {tenant.code}.")
            try:
                ended = set_password(agent, password_from_terminal())
            except Unfit as reason:
                raise CommandError(str(reason)) from None
        self.stdout.write(f"{number}@{tenant.code} has a new password. Browsers signed out: {ended}.")
