"""Add somebody who works at a company."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Agent, Group, Tenant
from accounts.permissions import BUILT_IN_ROLES
from accounts.provisioning import Unfit, add_agent, check_code, check_name, check_password
from accounts.sign_in_names import SignInName, tenant_by_code
from core.scope import tenant_scope


class Command(BaseCommand):
    """`manage.py add_agent 1001@9001 小李`: an agent in all groups of company 9001."""

    help = "Add an agent to a company; the agent joins all its groups. Asks for a password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Sign-in name, nickname, role."""
        parser.add_argument("name", help="the sign-in name, for example 1001@9001")
        parser.add_argument("nickname", help="what customers and colleagues see")
        parser.add_argument("--role", default="agent", choices=tuple(BUILT_IN_ROLES), help="default: %(default)s")

    def handle(self, *args: Any, name: str, nickname: str, role: str, **options: Any) -> None:
        """Add the agent, or say why not."""
        number, tenant = company_of(name)
        try:
            check_code("The number", number, Agent, "number")
            nickname = check_name("The nickname", nickname, Agent, "nickname")
            with tenant_scope(tenant.pk):
                if Agent.objects.filter(number=number, deleted_at=None).exists():
                    raise CommandError(f"There is an agent {number}@{tenant.code} already.")
                password = password_from_terminal()
                groups = tuple(Group.objects.all())
                add_agent(number=number, nickname=nickname, role=role, password=password, groups=groups)
        except Unfit as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"{nickname} may sign in as {number}@{tenant.code}.")


def company_of(name: str) -> tuple[str, Tenant]:
    """The number in a sign-in name, and the company that it names."""
    parsed = SignInName.parse(name)
    tenant = tenant_by_code(parsed.tenant_code) if parsed else None
    if parsed is None or tenant is None:
        raise CommandError(f"{name} names no company: write number@company, for example 1001@9001.")
    return parsed.number, tenant


def password_from_terminal() -> str:
    """Asked for twice without echo; one line of standard input where there is no terminal. Raises `Unfit`."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
        check_password(password)
        return password
    password = getpass.getpass("Password: ")
    check_password(password)
    if getpass.getpass("The same again: ") != password:
        raise Unfit("The two passwords differ; nothing was changed.")
    return password
