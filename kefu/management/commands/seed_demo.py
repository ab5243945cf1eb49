"""Creates the demo on an empty database."""

import os
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Group, Tenant
from accounts.provisioning import add_agent, open_tenant
from channels_app.channels.provisioning import add_web_channel
from core import bus, clock
from core.tenancy.scope import tenant_scope, unscoped
from kefu.demonstration.history import make_history
from kefu.demonstration.pages import DEMO_TENANT, PASSWORD
from stats.engine.counting import count_events

# The green of the demo shop (static/kefu/demo/shop.css).
SHOP_COLOR = "#2f6b4a"
DAYS = "30"
MAX_DAYS = 90


class Command(BaseCommand):
    """Creates two companies, which never see each other, and a month of the first one's service.

    Does nothing where any company exists. One transaction: after an interrupted start the database is empty again.
    """

    help = "Make the demo companies 8001 and 8002, with a past, on an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        """The number of days of the history."""
        days = os.environ.get("KEFU_DEMO_DAYS", DAYS)
        parser.add_argument("--days", default=days, help="days of history, 0 for none (default: %(default)s)")

    def handle(self, *args: Any, days: str, **options: Any) -> None:
        """Creates the demo; raises `CommandError` for an invalid number of days."""
        if not (days.isascii() and days.isdigit() and int(days) <= MAX_DAYS):
            raise CommandError(f"KEFU_DEMO_DAYS takes a number from 0 to {MAX_DAYS}, not “{days}”.")
        with unscoped(reason="whether any tenant exists"):
            empty = not Tenant.objects.exists()
        if not empty:
            self.stdout.write("There are companies already: no demo made.")
            return
        self.make(int(days))

    def make(self, days: int) -> None:
        """The companies, and their history since they opened."""
        now = clock.now()
        with transaction.atomic():
            shop = make_companies(now - timedelta(days=days + 1))
            if days:
                make_history(shop, days=days, now=now, report=self.print_line)
        with tenant_scope(shop.pk):
            count_events()
        self.stdout.write("Demo companies 8001 and 8002 made.")

    def print_line(self, line: str) -> None:
        """Prints a line at once: a person waits at the terminal."""
        self.stdout.write(line)
        self.stdout.flush()


def make_companies(opened: datetime) -> Tenant:
    """Creates both companies, opened at that moment; returns the shop."""
    with clock.frozen_at(opened), bus.log_only():
        make_other_company()
        return make_shop_company()


def make_shop_company() -> Tenant:
    """Creates 8001: an owner, a supervisor and three agents in two groups; two web channels.

    The owner is in both groups and so sees their queue, but is assigned nothing.
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
        add_web_channel(
            account_name="清山茶铺商城",
            name="手机商城",
            groups=(sales, service),
            welcome="您好，这里是清山茶铺手机商城，订单和活动都可以问我们。",
            color=SHOP_COLOR,
        )
    return tenant


def make_other_company() -> None:
    """Creates 8002, with one agent who must see nothing of 8001."""
    tenant = open_tenant(code="8002", name="另一家企业", is_demo=True)
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="客服组")
        add_agent(number="2001", nickname="外人", role="agent", password=PASSWORD, groups=(group,))
        add_web_channel(account_name="另一家客服", name="官网", groups=(group,), welcome="您好。")
