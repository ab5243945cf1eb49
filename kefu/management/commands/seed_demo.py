"""Make the demo on an empty database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import Group, Tenant
from accounts.provisioning import add_agent, open_tenant
from channels_app.provisioning import add_web_channel
from core.scope import tenant_scope, unscoped
from kefu.demo import DEMO_TENANT, PASSWORD

# The green of the demo shop (static/kefu/demo/shop.css).
SHOP_COLOR = "#2f6b4a"


class Command(BaseCommand):
    """Two companies, so that it can be seen that they never meet. Does nothing where any company exists."""

    help = "Make the demo companies 8001 and 8002 on an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them, or say why not."""
        with unscoped(reason="whether any tenant exists"):
            empty = not Tenant.objects.exists()
        if not empty:
            self.stdout.write("There are companies already: no demo made.")
            return
        with transaction.atomic():
            make_shop_company()
            make_other_company()
        self.stdout.write("Demo companies 8001 and 8002 made.")


def make_shop_company() -> None:
    """8001: an owner, a supervisor and three agents in two groups; one web channel.

    The owner is in both groups and so sees their queue; the rules give nothing to owners all the same.
    """
    tenant = open_tenant(code=DEMO_TENANT, name="演示企业", is_demo=True)
    with tenant_scope(tenant.pk):
        sales = Group.objects.create(name="售前咨询", sort=20)
        service = Group.objects.create(name="售后服务", sort=10)
        add_agent(number="1000", nickname="陈老板", role="owner", password=PASSWORD, groups=(sales, service))
        add_agent(number="1001", nickname="林主管", role="supervisor", password=PASSWORD, groups=(sales,))
        add_agent(number="1002", nickname="小李", role="agent", password=PASSWORD, groups=(sales,))
        add_agent(number="1003", nickname="小王", role="agent", password=PASSWORD, groups=(sales, service))
        add_agent(number="1004", nickname="小周", role="agent", password=PASSWORD, groups=(service,))
        add_web_channel(
            account_name="清山茶铺客服",
            name="官网",
            groups=(sales, service),
            welcome="您好，欢迎光临清山茶铺，请问想了解哪款茶？",
            color=SHOP_COLOR,
        )


def make_other_company() -> None:
    """8002: one agent who must see nothing of 8001."""
    tenant = open_tenant(code="8002", name="另一家企业", is_demo=True)
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="客服组")
        add_agent(number="2001", nickname="外人", role="agent", password=PASSWORD, groups=(group,))
        add_web_channel(account_name="另一家客服", name="官网", groups=(group,), welcome="您好。")
