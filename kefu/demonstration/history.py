"""Generates the demo's history: the days of tenant 8001 up to now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor

from accounts.models import Agent, Group, Membership, Role, StatusInterval, Tenant
from accounts.permissions import Permission
from channels_app.models import Channel, ServiceAccount, ServingGroup
from conversations.models import Conversation, Message, Participation
from core import bus
from core.models import LoggedEvent, SettingValue
from core.tenancy.pool import PLANS
from core.tenancy.scope import tenant_scope
from customers.models import Customer
from kefu.demonstration.chores import Chores
from kefu.demonstration.plan import Month
from kefu.demonstration.shop import Shop
from kefu.demonstration.stage import Stage

Report = Callable[[str], None]
PROGRESS_DAYS = 3  # days
# PostgreSQL's planner has no statistics of new tables; after these days they are analyzed.
COUNTED_AFTER = (1, 4, 9, 19)
COUNTED = (Agent, Channel, Conversation, Customer, Group, LoggedEvent, Membership, Message, Participation, Role,
           ServiceAccount, ServingGroup, SettingValue, StatusInterval)  # fmt: skip


def make_history(tenant: Tenant, *, days: int, now: datetime, report: Report) -> None:
    """Plays `days` days up to `now` in the caller's transaction, so that an interrupted start leaves nothing; `report`
    gets lines for the terminal."""
    month = Month(now=now, days=days, zone=ZoneInfo(tenant.time_zone))
    with tenant_scope(tenant.pk), bus.log_only(), quickly():
        channels = list(Channel.objects.select_related("service_account").order_by("pk"))
        agents = [each for each in Agent.objects.select_related("role").order_by("number") if _serves(each)]
        stage = Stage(month.day_begin(month.first))
        shop = Shop(stage, month, agents, channels)
        for day in month.dates:
            shop.plan(day)
        shop.plan_waiting_visitors()
        Chores(stage, month, channels).plan()
        stage.play(now, Progress(month, report))
        analyze()


def _serves(agent: Agent) -> bool:
    return Permission.SERVE in agent.role.permissions


class Progress:
    """Called with the time of each act; reports the progress and analyzes the tables."""

    def __init__(self, month: Month, report: Report) -> None:
        self.month = month
        self.report = report
        self.day = 0

    def __call__(self, moment: datetime) -> None:
        """Handles the first act of a new day; ignores others of the same day."""
        day = (moment.astimezone(self.month.zone).date() - self.month.first).days
        if day == self.day:
            return
        self.day = day
        if day in COUNTED_AFTER:
            analyze()
        if day % PROGRESS_DAYS == 0:
            self.report(f"making {self.month.days} days of history: day {day} of {self.month.days}")


def analyze() -> None:
    """Updates the planner's statistics of the tables that the history writes."""
    with connection.cursor() as cursor:
        cursor.execute("analyze " + ", ".join(model._meta.db_table for model in COUNTED))


@contextmanager
def quickly() -> Iterator[None]:
    """Speeds up thousands of equal statements for the transaction: generic plans, no wait for the disk, no savepoints.

    Savepoints are not needed, because nothing runs at the same time and no action is refused.
    """
    with connection.cursor() as cursor:
        for setting in PLANS.replace("\nset ", "\nset local ").split(";"):
            cursor.execute(setting)
        cursor.execute("set local synchronous_commit = off")
    raw, features = connection.connection, connection.features
    usual = (raw.cursor_factory, raw.prepare_threshold, raw.prepared_max, features.uses_savepoints)
    raw.cursor_factory, raw.prepare_threshold, raw.prepared_max = ServerBindingCursor, 1, 500
    features.uses_savepoints = False
    try:
        yield
    finally:
        raw.cursor_factory, raw.prepare_threshold, raw.prepared_max, features.uses_savepoints = usual
        # With a later rollback psycopg would let the server forget what it has prepared here, and with it what
        # `core/statements/prepared.py` has.
        raw._prepared.clear()
        raw._prepared._to_flush.clear()
