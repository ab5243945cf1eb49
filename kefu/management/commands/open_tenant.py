"""Open a company with its owner."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Group
from accounts.provisioning import add_agent, open_tenant
from accounts.sign_in import tenant_by_code
from channels_app.provisioning import add_web_channel
from core.scope import tenant_scope
from kefu.management.commands.add_agent import password_from_terminal


class Command(BaseCommand):
    """`manage.py open_tenant 9001 "青禾净水"`: the company, its owner `1000@9001`, a first group and web channel."""

    help = "Open a company: its owner, a first group and a web channel. Asks for the owner's password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Code and name."""
        parser.add_argument("code", help="the part of sign-in names behind the @, for example 9001")
        parser.add_argument("name", help="the company's name")
        parser.add_argument("--owner", default="1000", help="the owner's number (default 1000)")

    def handle(self, *args: Any, code: str, name: str, owner: str, **options: Any) -> None:
        """Open it, or say why not."""
        if not code.isalnum():
            raise CommandError("The code may have letters and digits only.")
        if tenant_by_code(code) is not None:
            raise CommandError(f"There is a company {code} already.")
        password = password_from_terminal()
        tenant = open_tenant(code=code, name=name)
        with tenant_scope(tenant.pk):
            group = Group.objects.create(name="客服组")
            add_agent(number=owner, nickname=owner, role="owner", password=password, groups=(group,))
            channel = add_web_channel(account_name=name[:30], name="官网", groups=(group,))
        self.stdout.write(f"Company {code} is open. Sign in as {owner}@{code}. Chat page: /chat/{channel.public_id}/")
