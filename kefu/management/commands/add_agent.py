"""Adds an agent to a company."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.models import Agent, Group
from accounts.permissions import BUILT_IN_ROLES
from accounts.provisioning import InvalidInput, add_agent, check_code, check_name
from core.errors import Refusal
from core.tenancy.scope import tenant_scope
from kefu.management.asking import company_of, password_from_terminal


class Command(BaseCommand):
    """`manage.py add_agent 1001@9001 小李`: an agent in all groups of company 9001."""

    help = "Add an agent to a company; the agent joins all its groups. Asks for a password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Sign-in name, nickname, role."""
        parser.add_argument("name", help="the sign-in name, for example 1001@9001")
        parser.add_argument("nickname", help="what customers and colleagues see")
        parser.add_argument("--role", default="agent", choices=tuple(BUILT_IN_ROLES), help="default: %(default)s")

    def handle(self, *args: Any, name: str, nickname: str, role: str, **options: Any) -> None:
        """Adds the agent; raises `CommandError` with the refusal."""
        number, tenant = company_of(name)
        try:
            check_code("The number", number, Agent, "number")
            nickname = check_name("The nickname", nickname, Agent, "nickname")
            with tenant_scope(tenant.pk):
                if Agent.objects.filter(number__iexact=number, deleted_at=None).exists():
                    raise CommandError(f"There is an agent {number}@{tenant.code} already.")
                names = (number, nickname, f"@{tenant.code}")
                password = password_from_terminal(names=names, language=tenant.language)
                groups = tuple(Group.objects.all())
                add_agent(number=number, nickname=nickname, role=role, password=password, groups=groups)
        except (InvalidInput, Refusal) as reason:
            with translation.override("en"):
                raise CommandError(str(reason)) from None
        self.stdout.write(f"{nickname} may sign in as {number}@{tenant.code}.")
