"""What is made in a folder before it is kept: what the demo's day has not, by this version's actions."""

from dataclasses import dataclass
from typing import Any

from accounts.agents.actions import AgentInput, add_agent, delete_agent, set_enabled
from accounts.groups.actions import GroupInput, add_group, delete_group
from accounts.models import Agent, Group, Tenant
from accounts.settings.actions import set_override
from accounts.settings.places import agent_place, group_place, tenant_place
from channels_app.channels.actions import add_channel, switch_channel
from channels_app.embed_codes.actions import publish_design, save_draft
from channels_app.embed_codes.designs import Design
from channels_app.install.seen import record_sighting
from channels_app.models import Channel, ServiceAccount
from channels_app.reception.places import account_place, channel_place
from core.actors import SYSTEM
from core.settings.hours import Hours, Interval
from core.settings.levels import Place
from core.tenancy.scope import tenant_scope, unscoped
from tests.serving.before.talks import LEAVING, PASSWORD

WHOLE_DAY = Interval(days=tuple(range(7)), opens="00:00", closes="00:00")
NIGHT = Interval(days=(0, 1, 2, 3, 4), opens="22:00", closes="06:00")


@dataclass(frozen=True)
class Doors:
    """Public ids of the channels of company 8001, and of the other company's."""

    web: str
    mall: str
    elsewhere: str


def settle() -> Doors:
    """Something is set at each level, and there is something of whatever the console makes."""
    with unscoped(reason="the demo's companies"):
        shop, other = (Tenant.objects.get(code=code) for code in ("8001", "8002"))
    with tenant_scope(other.pk):
        elsewhere = Channel.objects.get().public_id
    with tenant_scope(shop.pk):
        _people()
        _settings()
        _channels()
        web, mall = (Channel.objects.get(name=name).public_id for name in ("官网", "手机商城"))
    return Doors(web, mall, elsewhere)


def _people() -> None:
    owner, sales = Agent.objects.get(number="1000").actor(), Group.objects.get(name="售前咨询")
    night, short = (add_group(actor=owner, values=GroupInput(name, sort)) for name, sort in (("夜班", 5), ("临时", 1)))
    for values in (
        AgentInput("1005", "小吴", "agent", email="wu@example.org", groups={night.public_id: 80, sales.public_id: 30}),
        AgentInput("1006", "小郑", "analyst", groups={short.public_id: 50}),
        AgentInput("1007", "小钱", "agent", groups={sales.public_id: 50}, cap=2),
    ):
        added = add_agent(actor=owner, values=values, password=PASSWORD)
        set_enabled(actor=owner, agents=[added.public_id], enabled=values.role == "agent")
    delete_group(actor=owner, group=short.public_id)


def _settings() -> None:
    owner = Agent.objects.get(number="1000").actor()
    web, mall = (Channel.objects.select_related("service_account").get(name=name) for name in ("官网", "手机商城"))
    night, service = (Group.objects.get(name=name) for name in ("夜班", "售后服务"))
    said: list[tuple[Place, str, Any]] = [
        (tenant_place(), "idle_end", 90),
        (tenant_place(), "max_concurrent", 9),
        (account_place(web.service_account), "assignment_rule", "round_robin"),
        (account_place(web.service_account), "welcome", "您好，{nickname}！请问想了解哪款茶？"),
        (channel_place(web), "idle_end", 45),
        (channel_place(web), "welcome_out_of_hours", "我们休息了，{opens} 再见。"),
        (channel_place(mall), "hours", Hours(always=False, zone="Asia/Tokyo", intervals=(WHOLE_DAY,))),
        (group_place(service), "max_concurrent", 7),
        (group_place(night), "hours", Hours(always=False, intervals=(NIGHT,))),
        (agent_place(Agent.objects.get(number="1004")), "max_concurrent", 3),
    ]
    for place, setting, value in said:
        set_override(actor=owner, place=place, setting=setting, value=value)
    set_override(actor=owner, place=tenant_place(), setting="waiting_expiry", value=2880, locked=True)


def _channels() -> None:
    owner = Agent.objects.get(number="1000").actor()
    face, web = ServiceAccount.objects.get(name="清山茶铺客服"), Channel.objects.get(name="官网")
    blog = add_channel(actor=owner, name="博客", service_account=face.public_id, origins=["https://blog.example.org"])
    draft = Design(color="#7a1f5c", side="start", offset_x=8, offset_y=40)
    save_draft(actor=owner, channel=blog.public_id, version=blog.version, design=draft)
    switch_channel(actor=owner, channel=blog.public_id, on=False)
    publish_design(
        actor=owner, channel=web.public_id, version=web.version, design=Design(color="#1d4ed8", side="start")
    )
    shop = "https://tea.example.org"
    record_sighting(actor=SYSTEM, channel=web, origin=shop, page_url=f"{shop}/oolong", design_version=1)


def leave() -> None:
    """The one who served goes; what they did stays in history and reports."""
    with unscoped(reason="the demo's companies"):
        shop = Tenant.objects.get(code="8001")
    with tenant_scope(shop.pk):
        leaving = Agent.objects.get(number=LEAVING.partition("@")[0])
        delete_agent(actor=Agent.objects.get(number="1000").actor(), agent=leaving.public_id)
