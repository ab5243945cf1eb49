"""Add somebody who works at a company."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Agent, Group
from accounts.permissions import BUILT_IN_ROLES
from accounts.provisioning import add_agent
from accounts.sign_in import SignInName, tenant_by_code
from core.scope import tenant_scope

SHORTEST_PASSWORD = 8


class Command(BaseCommand):
    """`manage.py add_agent 1001@9001 小李`: an agent in all groups of company 9001."""

    help = "Add an agent to a company; the agent joins all its groups. Asks for a password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Sign-in name, nickname, role."""
        parser.add_argument("name", help="the sign-in name, for example 1001@9001")
        parser.add_argument("nickname", help="what customers and colleagues see")
        parser.add_argument("--role", default="agent", choices=sorted(BUILT_IN_ROLES), help="default: %(default)s")

    def handle(self, *args: Any, name: str, nickname: str, role: str, **options: Any) -> None:
        """Add the agent, or say why not."""
        parsed = SignInName.parse(name)
        tenant = tenant_by_code(parsed.tenant_code) if parsed else None
        if parsed is None or tenant is None:
            raise CommandError(f"{name} names no company: write number@company, for example 1001@9001.")
        with tenant_scope(tenant.pk):
            if Agent.objects.filter(number=parsed.number).exists():
                raise CommandError(f"There is an agent {name} already.")
            password = password_from_terminal()
            groups = tuple(Group.objects.all())
            add_agent(number=parsed.number, nickname=nickname[:30], role=role, password=password, groups=groups)
        self.stdout.write(f"{nickname} may sign in as {name}.")


def password_from_terminal() -> str:
    """Asked for without echo; a line of standard input where there is no terminal."""
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if len(password) < SHORTEST_PASSWORD:
        raise CommandError(f"The password needs at least {SHORTEST_PASSWORD} characters.")
    return password
