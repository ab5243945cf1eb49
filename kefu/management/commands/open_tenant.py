"""Opens a company with its owner."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.audit import record as audit
from accounts.models import Agent, Group, Tenant
from accounts.provisioning import InvalidInput, add_agent, check_code, check_name, check_time_zone, open_tenant
from accounts.sign_in.names import tenant_by_code
from channels_app.channels.provisioning import add_web_channel
from channels_app.install.snippet import chat_link, snippet
from channels_app.models import Channel, ServiceAccount
from core.actors import COMMAND_LINE
from core.tenancy.scope import tenant_scope
from kefu.management.asking import password_from_terminal

UNKNOWN_ADDRESS = (
    "Where browsers reach kefu is not known here: set KEFU_PUBLIC_URL, or name in KEFU_DATA_DIR the data folder of a "
    "bin/serve that runs. The pages above stand under that address; the lines for the company's own site are in the "
    "console under Channels."
)


class Command(BaseCommand):
    """`manage.py open_tenant 9001 "青禾净水"`: the company, its owner `1000@9001`, a first group and web channel."""

    help = "Open a company: its owner, a first group and a web channel. Asks for the owner's password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Code and name, and options for what differs from a company in mainland China."""
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("code", help="the part of sign-in names behind the @, for example 9001")
        parser.add_argument("name", help="the company's name")
        parser.add_argument("--language", default="zh-hans", choices=languages, help="default: %(default)s")
        parser.add_argument("--time-zone", default="Asia/Shanghai", help="default: %(default)s")
        parser.add_argument("--owner", default="1000", help="the owner's number (default: %(default)s)")
        parser.add_argument("--owner-name", help="the owner's nickname (default: “Owner” in the company's language)")

    def handle(
        self,
        *args: Any,
        code: str,
        name: str,
        language: str,
        time_zone: str,
        owner: str,
        owner_name: str | None,
        **options: Any,
    ) -> None:
        """Opens it; raises `CommandError` with the refusal."""
        with translation.override(language):
            nickname = _("Owner") if owner_name is None else owner_name
        try:
            check_code("The company's code", code, Tenant, "code")
            name = check_name("The company's name", name, Tenant, "name")
            check_code("The owner's number", owner, Agent, "number")
            nickname = check_name("The owner's name", nickname, Agent, "nickname")
            check_time_zone(time_zone)
            if tenant_by_code(code) is not None:
                raise CommandError(f"There is a company {code} already.")
            password = password_from_terminal(names=(owner, nickname, f"@{code}"), language=language)
        except InvalidInput as reason:
            raise CommandError(str(reason)) from None
        with transaction.atomic():
            tenant = open_tenant(code=code, name=name, language=language, time_zone=time_zone)
            with tenant_scope(tenant.pk), translation.override(language):
                channel = set_up_company(tenant, owner, nickname, password)
        self.print_next_steps(f"{owner}@{code}", channel)

    def print_next_steps(self, owner: str, channel: Channel) -> None:
        """Prints the next steps: sign-in, trying the chat, the snippet."""
        origin = settings.PUBLIC_URL or settings.SERVED_AT
        self.stdout.write(f"The company is open. Sign in as {owner}: {origin}{reverse('accounts:sign_in')}")
        self.stdout.write(f"Chat page: {chat_link(origin, channel.public_id)}")
        lines = f"For the company's own site:\n{snippet(origin, channel.public_id)}" if origin else UNKNOWN_ADDRESS
        self.stdout.write(lines)


def set_up_company(tenant: Tenant, owner: str, nickname: str, password: str) -> Channel:
    """Creates what a company needs on its first day, named in the current language; returns the web channel."""
    audit.record(
        actor=COMMAND_LINE,
        action="tenant.opened",
        kind="tenant",
        object_id=tenant.pk,
        name=tenant.name,
        before={},
        after={"code": tenant.code, "language": tenant.language, "time_zone": tenant.time_zone},
    )
    longest = ServiceAccount._meta.get_field("name").max_length
    group = Group.objects.create(name=_("Default group"))
    add_agent(number=owner, nickname=nickname, role="owner", password=password, groups=(group,))
    return add_web_channel(account_name=tenant.name[:longest].strip(), name=_("Website"), groups=(group,))
