"""The company of `bin/bench live`, created by the product's own actions. Needs Django to be set up."""

import secrets
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from accounts.agents.caps import set_cap
from accounts.agents.presence import set_status
from accounts.models import Agent, Group, Tenant
from accounts.provisioning import add_agent, open_tenant
from accounts.sign_in.backend import sign_in
from accounts.sign_in.names import SignInName
from accounts.sign_in.sessions import SessionStore
from bench.rig.contenders import Contender, Pair, Seat
from channels_app.channels.provisioning import add_web_channel
from channels_app.models import Channel
from conversations.lifecycle.opening import open_conversation
from conversations.models import Conversation, Message
from conversations.states import EndReason, State
from core.actors import SYSTEM
from core.tenancy.scope import tenant_scope, unscoped
from core.web.request import TenantRequest
from customers.models import Customer
from customers.profiles import visitor_tokens
from customers.profiles.actions import create_customer
from customers.profiles.visitor_tokens import VisitorToken
from routing.dispatch.actions import dispatch

CODE = "9900"


def open_company(*, agents: int, conversations: int, idle: int, cap: int = 0) -> Contender:
    """Creates signed-in agents, conversations assigned by routing, and idle visitors. Without a cap agents hold their
    share of the conversations."""
    tenant = open_tenant(code=CODE, name="Benchmark")
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="Desks")
        channel = add_web_channel(account_name="Benchmark", name="Site", groups=(group,))
        team = [_come_to_work(group, number, cap or conversations // agents) for number in range(agents)]
        pairs = [_begin(tenant, channel, team) for _ in range(conversations)]
        return Contender(
            name="kefu",
            agents=tuple(_sign_in(agent, password) for agent, password in team),
            pairs=tuple(pairs),
            stored=lambda: _stored(tenant),
            receipts=True,
            idle=tuple(_visitor(tenant, channel, create_customer(language="en")) for _ in range(idle)),
        )


def _come_to_work(group: Group, number: int, cap: int) -> tuple[Agent, str]:
    password = secrets.token_urlsafe(12)
    name = f"{1000 + number}"
    agent = add_agent(number=name, nickname=name, role="agent", password=password, groups=(group,))
    set_cap(actor=SYSTEM, agent_id=agent.pk, cap=cap)
    set_status(actor=agent.actor(), agent_id=agent.pk, status="online")
    return agent, password


def end_conversations() -> None:
    """Ends whatever is open, without a word to anybody: everybody has room again."""
    with unscoped(reason="the benchmark's only company"):
        Conversation.objects.exclude(state=State.ENDED).update(
            state=State.ENDED, ended_at=timezone.now(), end_reason=EndReason.IDLE
        )


def _sign_in(agent: Agent, password: str) -> Seat:
    session = sign_in_browser(f"{agent.number}@{CODE}", password)
    return Seat("/ws/desk/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})


def sign_in_browser(name: str, password: str) -> str:
    """Opens a session as the sign-in page does; returns its key."""
    request: Any = HttpRequest()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    request.session = SessionStore()
    door: TenantRequest = request
    known = SignInName.parse(name)
    assert known is not None
    sign_in(door, name=known, password=password)
    request.session.save()
    return str(request.session.session_key)


def _begin(tenant: Tenant, channel: Channel, team: list[tuple[Agent, str]]) -> Pair:
    customer = create_customer(language="en")
    opened = open_conversation(customer=customer, channel=channel)
    dispatch(service_account_id=channel.service_account_id)
    holder = Conversation.objects.values_list("agent_id", flat=True).get(pk=opened.pk)
    desk = [agent.pk for agent, _ in team].index(holder or 0)
    return Pair(opened.public_id, _visitor(tenant, channel, customer), desk)


def _visitor(tenant: Tenant, channel: Channel, customer: Customer) -> Seat:
    token = VisitorToken(tenant.pk, channel.pk, customer.pk, customer.token_generation)
    return Seat("/ws/visitor/", hello={"token": visitor_tokens.sign(token)})


def _stored(tenant: Tenant) -> list[UUID]:
    with tenant_scope(tenant.pk):
        return list(Message.objects.filter(author_kind="customer").values_list("client_id", flat=True))


def baseline(*, agents: int, conversations: int) -> Contender:
    """The same for the baseline, where a path identifies everybody."""
    return Contender(
        name="baseline",
        agents=tuple(Seat(f"/ws/?agent={number}") for number in range(agents)),
        pairs=tuple(
            Pair(f"{number}", Seat(f"/ws/?conversation={number}&to={number % agents}"), number % agents)
            for number in range(conversations)
        ),
        stored=_stored_by_baseline,
        receipts=False,
    )


def _stored_by_baseline() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select client_id from bench_baseline_message")
        return [client_id for (client_id,) in cursor.fetchall()]
