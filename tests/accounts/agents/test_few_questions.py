"""Acts on many ask as often as acts on few, and each thing is asked once."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.agents import memberships
from accounts.agents.actions import add_agent, set_enabled
from accounts.models import Agent, AuditEntry, Group, Membership, StatusInterval
from core.models import LoggedEvent
from tests.accounts.agents.test_actions import values
from tests.cast import PASSWORD, Cast


def asked(seen: CaptureQueriesContext) -> int:
    """How often, until the commit: what listeners ask after it they ask of each, one by one."""
    statements = [query["sql"] for query in seen]
    return statements.index("COMMIT")


def crew(cast: Cast, first: int, number: int) -> list[Agent]:
    """So many agents, who are there."""
    return [cast.shop.hire(f"{first + each}", f"agent {each}", status="busy") for each in range(number)]


def test_disabling_a_hundred_asks_as_often_as_disabling_ten(cast: Cast) -> None:
    def disable(agents: list[Agent]) -> int:
        with cast.shop.within(), CaptureQueriesContext(connection) as seen:
            rows = [agent.public_id for agent in agents]
            assert set_enabled(actor=cast.alice.actor(), agents=rows, enabled=False).changed == len(agents)
        return asked(seen)

    few, many = disable(crew(cast, 3000, 10)), disable(crew(cast, 4000, 100))
    assert many == few
    with cast.shop.within():
        assert Agent.objects.filter(is_active=False, status="offline").count() == 110
        assert StatusInterval.objects.filter(status="offline", ended_at=None).count() == 110
        assert AuditEntry.objects.filter(action="agent.disabled").count() == 110
        for name in ("agent.left", "agent.status"):
            assert LoggedEvent.objects.filter(name=name).count() == 110


def test_a_weight_for_a_hundred_asks_as_often_as_for_ten(cast: Cast) -> None:
    with cast.shop.within():
        vip = Group.objects.create(name="VIP")

    def put(agents: list[Agent], weight: int) -> int:
        with cast.shop.within(), CaptureQueriesContext(connection) as seen:
            rows = [agent.public_id for agent in agents]
            assert memberships.put_members(
                actor=cast.alice.actor(), group=vip.public_id, agents=rows, weight=weight
            ) == len(rows)
        return asked(seen)

    few, many = crew(cast, 3000, 10), crew(cast, 4000, 100)
    assert put(many, 70) == put(few, 70)
    with cast.shop.within():
        assert Membership.objects.filter(group=vip, weight=70).count() == 110
        assert set(Agent.objects.filter(number__startswith="4").values_list("version", flat=True)) == {2}


def test_adding_an_agent_with_a_maximum_asks_each_thing_once(cast: Cast) -> None:
    group = {cast.shop.group.public_id: 80}
    with cast.shop.within(), CaptureQueriesContext(connection) as seen:
        made = add_agent(actor=cast.alice.actor(), values=values(groups=group, cap=3), password=PASSWORD)
    with cast.shop.within():
        assert Agent.objects.get(pk=made.pk).max_concurrent == 3
    assert asked(seen) <= 40
