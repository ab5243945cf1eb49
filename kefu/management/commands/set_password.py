"""Sets an agent's password.

Django's `changepassword` takes a unique user name; our numbers are unique within a company only.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.passwords.rules import names_of
from accounts.provisioning import InvalidInput, set_password
from accounts.sign_in.names import SignInName, agent_named
from core.tenancy.scope import tenant_scope
from kefu.management.asking import company_of, password_from_terminal, where


class Command(BaseCommand):
    """`manage.py set_password 1001@9001`: also ends the agent's sessions."""

    help = "Give an agent a new password and sign them out everywhere. Asks for the password."

    def add_arguments(self, parser: CommandParser) -> None:
        """The sign-in name."""
        parser.add_argument("name", help="the sign-in name, for example 1001@9001")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Sets it; raises `CommandError` with the refusal."""
        number, tenant = company_of(name)
        with tenant_scope(tenant.pk):
            agent = agent_named(SignInName(number, tenant.code))
            if agent is None:
                raise CommandError(f"There is no agent {number} in company {tenant.code}, in {where()}.")
            try:
                names = names_of(agent, tenant.code)
                ended = set_password(agent, password_from_terminal(names=names, language=tenant.language))
            except InvalidInput as reason:
                raise CommandError(str(reason)) from None
        self.stdout.write(f"{number}@{tenant.code} has a new password. Browsers signed out: {ended}.")
