"""What supervisors may do with the people of a company, and what nobody may."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from accounts.agents import memberships
from accounts.agents.actions import (
    AgentInput,
    EmailTaken,
    LastOwner,
    NumberTaken,
    OwnAccount,
    QuotaReached,
    RoleAbove,
    add_agent,
    change_agent,
    delete_agent,
    reset_password,
    set_enabled,
)
from accounts.agents.queries import agent, memberships_of, quota
from accounts.groups import actions as group_actions
from accounts.groups.queries import members_of
from accounts.models import Agent, AuditEntry, Group, Membership, Role, Session, Tenant
from accounts.roles.queries import roles_to_give
from conversations.models import Conversation
from conversations.states import State
from core.errors import Forbidden, NameTaken, NotFound, Refusal, Stale
from tests.accounts.sign_in.test_sign_in import is_in, try_sign_in
from tests.cast import PASSWORD, Cast, at_once
from tests.sockets import signed_in


def values(**changes: Any) -> AgentInput:
    """Somebody new."""
    return AgentInput(**{"number": "1002", "nickname": "dave", "role": "agent", **changes})


def last_entry() -> AuditEntry:
    """What the log says last."""
    return AuditEntry.objects.latest("pk")


@pytest.fixture
def sue(cast: Cast) -> Agent:
    """A supervisor."""
    return cast.shop.hire("1900", "sue", role="supervisor")


def test_somebody_new_can_sign_in_and_is_given_conversations(cast: Cast) -> None:
    cast.shop.status(cast.bob, "offline")
    with cast.shop.within():
        waiting = cast.shop.open(cast.carol)
        group = {cast.shop.group.public_id: 80}
        dave = add_agent(actor=cast.alice.actor(), values=values(groups=group, email="d@a.example"), password=PASSWORD)
        entry = last_entry()
        assert (entry.action, entry.object_name, entry.before) == ("agent.added", "dave (1002)", {})
        assert entry.after == {
            "number": "1002", "nickname": "dave", "email": "d@a.example", "role": "agent", "groups": {"客服组": 80},
        }  # fmt: skip
    client, _status = try_sign_in("1002@8001")
    assert is_in(client)
    with cast.shop.within():
        from accounts.agents.presence import set_status

        set_status(actor=dave.actor(), agent_id=dave.pk, status="online")
    assert cast.shop.fresh(waiting).agent_id == dave.pk


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"number": "1001"}, NumberTaken),
        ({"email": "BOB@a.example"}, EmailTaken),
        ({"role": "owner"}, RoleAbove),
        ({"role": "emperor"}, NotFound),
        ({"groups": {"nobody": 50}}, NotFound),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_saved(
    cast: Cast, sue: Agent, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(email="bob@a.example")
        with pytest.raises(refusal):
            add_agent(actor=sue.actor(), values=values(**changes), password=PASSWORD)
        assert Agent.objects.count() == 3
        assert not AuditEntry.objects.exists()


def test_an_agent_manages_nobody(cast: Cast) -> None:
    bob = cast.bob.actor()
    acts: list[Callable[[], object]] = [
        lambda: add_agent(actor=bob, values=values(), password=PASSWORD),
        lambda: change_agent(actor=bob, agent=cast.bob.public_id, version=1, values=values()),
        lambda: set_enabled(actor=bob, agents=[cast.alice.public_id], enabled=False),
        lambda: delete_agent(actor=bob, agent=cast.alice.public_id),
        lambda: reset_password(actor=bob, agent=cast.alice.public_id, password=PASSWORD),
        lambda: memberships.put_members(actor=bob, group=cast.shop.group.public_id, agents=[], weight=1),
        lambda: group_actions.add_group(actor=bob, values=group_actions.GroupInput("x")),
        lambda: group_actions.delete_group(actor=bob, group=cast.shop.group.public_id),
    ]
    with cast.shop.within():
        for act in acts:
            with pytest.raises(Forbidden):
                act()


def test_nobody_of_another_company_is_reached(cast: Cast, sue: Agent) -> None:
    with cast.shop.within():
        for act in (
            lambda: change_agent(actor=sue.actor(), agent=cast.mallory.public_id, version=1, values=values()),
            lambda: delete_agent(actor=sue.actor(), agent=cast.mallory.public_id),
            lambda: reset_password(actor=sue.actor(), agent=cast.mallory.public_id, password=PASSWORD),
            lambda: group_actions.delete_group(actor=sue.actor(), group=cast.other.group.public_id),
        ):
            with pytest.raises(NotFound):
                act()
        assert set_enabled(actor=sue.actor(), agents=[cast.mallory.public_id], enabled=False).changed == 0


def test_the_quota_holds_when_two_add_at_once(cast: Cast) -> None:
    with cast.shop.within():
        Tenant.objects.update(max_agents=3)
        outcomes = at_once(
            *[
                lambda number=number: add_agent(
                    actor=cast.alice.actor(), values=values(number=number), password=PASSWORD
                )
                for number in ("2001", "2002", "2003", "2004")
            ]
        )
        assert sorted(type(each).__name__ for each in outcomes) == ["Agent", *["QuotaReached"] * 3]
        assert quota() == (3, 3)


def test_a_deleted_agent_makes_room_and_frees_the_number(cast: Cast) -> None:
    with cast.shop.within():
        Tenant.objects.update(max_agents=2)
        with pytest.raises(QuotaReached):
            add_agent(actor=cast.alice.actor(), values=values(), password=PASSWORD)
        delete_agent(actor=cast.alice.actor(), agent=cast.bob.public_id)
        add_agent(actor=cast.alice.actor(), values=values(number="1001"), password=PASSWORD)
    assert is_in(try_sign_in("1001@8001")[0])


def test_a_change_is_recorded_before_and_after_and_raises_the_version(cast: Cast, sue: Agent) -> None:
    with cast.shop.within():
        changed = change_agent(
            actor=sue.actor(), agent=cast.bob.public_id, version=1, values=values(number="1001", nickname="Bobby")
        )
        entry = last_entry()
        assert entry.before == {"nickname": "bob", "groups": {"客服组": 50}}
        assert entry.after == {"nickname": "Bobby", "groups": {}}
        assert changed.version == 2
        again = change_agent(
            actor=sue.actor(), agent=cast.bob.public_id, version=2, values=values(number="1001", nickname="Bobby")
        )
        assert again.version == 2, "nothing changed"


def test_of_two_who_save_at_once_one_is_told(cast: Cast, sue: Agent) -> None:
    with cast.shop.within():
        outcomes = at_once(
            *[
                lambda name=name: change_agent(
                    actor=sue.actor(), agent=cast.bob.public_id, version=1, values=values(number="1001", nickname=name)
                )
                for name in ("B1", "B2")
            ]
        )
        assert sorted(type(each).__name__ for each in outcomes) == ["Agent", "Stale"]


def test_a_supervisor_cannot_touch_an_owner(cast: Cast, sue: Agent) -> None:
    with cast.shop.within():
        alice = cast.alice.public_id
        for act in (
            lambda: change_agent(actor=sue.actor(), agent=alice, version=1, values=values(role="agent")),
            lambda: delete_agent(actor=sue.actor(), agent=alice),
            lambda: reset_password(actor=sue.actor(), agent=alice, password="something else"),
        ):
            with pytest.raises(RoleAbove):
                act()
        bulk = set_enabled(actor=sue.actor(), agents=[alice], enabled=False)
        assert (bulk.changed, [name for name, _why in bulk.refused]) == (0, ["alice"])


def test_a_supervisor_gives_every_role_but_the_owners(cast: Cast, sue: Agent) -> None:
    with cast.shop.within():
        assert [role.code for role in roles_to_give(sue.actor())] == [
            "supervisor", "agent", "analyst", "site_owner",
        ]  # fmt: skip
        made = add_agent(actor=sue.actor(), values=values(role="site_owner"), password=PASSWORD)
        assert made.role.code == "site_owner"


def test_roles_of_companies_that_are_there_are_brought_up_to_date(cast: Cast) -> None:
    """As the migration left the database of a company that opened before."""
    migration = import_module("accounts.migrations.0005_supervisors_configure_everything")

    def roles() -> dict[str, list[str]]:
        with cast.shop.within():
            return dict(Role.objects.order_by("code").values_list("code", "permissions"))

    today = roles()
    migration.take(None, connection.schema_editor())
    assert roles() != today
    for _twice in range(2):
        migration.give(None, connection.schema_editor())
        assert roles() == today


def test_nobody_locks_the_company_out(cast: Cast) -> None:
    with cast.shop.within():
        alice = cast.alice.actor()
        with pytest.raises(OwnAccount):
            delete_agent(actor=alice, agent=cast.alice.public_id)
        with pytest.raises(LastOwner):
            change_agent(actor=alice, agent=cast.alice.public_id, version=1, values=values(number="1000", role="agent"))
        second = cast.shop.hire("1800", "olga", role="owner")
        with pytest.raises(OwnAccount):
            change_agent(actor=alice, agent=cast.alice.public_id, version=1, values=values(number="1000", role="agent"))
        outcomes = at_once(
            lambda: delete_agent(actor=alice, agent=second.public_id),
            lambda: delete_agent(actor=second.actor(), agent=cast.alice.public_id),
        )
        assert sorted(type(each).__name__ for each in outcomes) == ["LastOwner", "NoneType"]


def test_who_is_disabled_is_out_and_what_they_held_waits_in_front(cast: Cast) -> None:
    held = cast.shop.held(cast.carol, cast.bob)
    client = signed_in(cast.bob)
    with cast.shop.within():
        bulk = set_enabled(actor=cast.alice.actor(), agents=[cast.bob.public_id, cast.alice.public_id], enabled=False)
        assert (bulk.changed, [type(why) for _name, why in bulk.refused]) == (1, [OwnAccount])
        assert not Session.objects.filter(agent=cast.bob).exists()
        assert Agent.objects.get(pk=cast.bob.pk).status == "offline"
        assert last_entry().action == "agent.disabled"
        assert last_entry().object_name == "bob (1001)"
        assert last_entry().after == {"enabled": False, "conversations": 1, "conversations_to": "queue"}
    assert not is_in(client)
    after = cast.shop.fresh(held)
    assert (after.state, after.agent_id, after.queued_at) == (State.QUEUED, None, held.queued_at)
    assert try_sign_in("1001@8001")[1] == 422
    with cast.shop.within():
        assert set_enabled(actor=cast.alice.actor(), agents=[cast.bob.public_id], enabled=True).changed == 1
    assert is_in(try_sign_in("1001@8001")[0])


def test_what_a_crash_left_with_somebody_gone_is_found_by_the_sweep(cast: Cast) -> None:
    from conversations.lifecycle.sweeps import give_back_held_by_nobody, tenants_with_held_by_nobody

    held = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(is_active=False)
        assert list(tenants_with_held_by_nobody()) == [cast.shop.tenant.pk]
    for _ in range(2):
        give_back_held_by_nobody(cast.shop.tenant.pk)
    assert cast.shop.fresh(held).state == State.QUEUED


def test_history_keeps_the_name_of_who_was_deleted(cast: Cast) -> None:
    cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        delete_agent(actor=cast.alice.actor(), agent=cast.bob.public_id)
        bob = Agent.objects.get(pk=cast.bob.pk)
        assert (bob.nickname, bob.is_active, bob.deleted_at is not None) == ("bob", False, True)
        assert not bob.memberships.exists()
        assert not Conversation.objects.filter(agent=bob).exists()
        entry = last_entry()
        assert (entry.action, entry.object_name) == ("agent.deleted", "bob (1001)")
        assert entry.after == {"conversations": 1, "conversations_to": "queue"}
        with pytest.raises(NotFound):
            agent(cast.bob.public_id)


def test_a_new_password_signs_out_and_is_in_no_log(cast: Cast, sue: Agent) -> None:
    client = signed_in(cast.bob)
    with cast.shop.within():
        reset_password(actor=sue.actor(), agent=cast.bob.public_id, password="quite another word")
        entry = last_entry()
        assert (entry.action, entry.before, entry.after) == ("agent.password_reset", {}, {})
    assert not is_in(client)
    assert try_sign_in("1001@8001")[1] == 422
    assert try_sign_in("1001@8001", "quite another word")[1] == 302


def test_a_role_with_less_ends_what_the_old_one_opened(cast: Cast, sue: Agent) -> None:
    client = signed_in(sue)
    with cast.shop.within():
        change_agent(
            actor=cast.alice.actor(), agent=sue.public_id, version=1, values=values(number="1900", nickname="sue")
        )
    assert not is_in(client)


# --- groups -----------------------------------------------------------------------------------------------------------


def test_members_come_and_go_with_their_weights(cast: Cast, sue: Agent) -> None:
    with cast.shop.within():
        vip = group_actions.add_group(actor=sue.actor(), values=group_actions.GroupInput("VIP", 10))
        chosen = [cast.bob.public_id, sue.public_id, cast.mallory.public_id]
        assert memberships.put_members(actor=sue.actor(), group=vip.public_id, agents=chosen, weight=70) == 2
        assert memberships.put_members(actor=sue.actor(), group=vip.public_id, agents=chosen, weight=70) == 0
        entry = AuditEntry.objects.filter(action="agent.changed", object_id=cast.bob.pk).get()
        assert (entry.before, entry.after) == (
            {"groups": {"客服组": 50}},
            {"groups": {"VIP": 70, "客服组": 50}},
        )
        assert Agent.objects.get(pk=cast.bob.pk).version == 2
        assert memberships.remove_members(actor=sue.actor(), group=vip.public_id, agents=[sue.public_id]) == 1
        assert [each.agent_id for each in members_of(vip.pk)] == [cast.bob.pk]


def test_somebody_who_joins_a_group_gets_what_waits_for_it(cast: Cast) -> None:
    with cast.shop.within():
        Membership.objects.filter(agent=cast.bob).delete()
        cast.shop.status(cast.bob, "online")
        waiting = cast.shop.open(cast.carol)
        memberships.put_members(
            actor=cast.alice.actor(), group=cast.shop.group.public_id, agents=[cast.bob.public_id], weight=50
        )
    assert cast.shop.fresh(waiting).agent_id == cast.bob.pk


def test_groups_stand_by_sort_number_and_have_one_name_each(cast: Cast, sue: Agent) -> None:
    with cast.shop.within():
        group_actions.add_group(actor=sue.actor(), values=group_actions.GroupInput("VIP", 10))
        group_actions.add_group(actor=sue.actor(), values=group_actions.GroupInput("Returns", 20))
        assert [group.name for group in Group.objects.all()] == ["Returns", "VIP", "客服组"]
        with pytest.raises(NameTaken):
            group_actions.add_group(actor=sue.actor(), values=group_actions.GroupInput("VIP"))


def test_a_group_changes_once_for_each_version(cast: Cast, sue: Agent) -> None:
    with cast.shop.within():
        group = cast.shop.group.public_id
        group_actions.change_group(
            actor=sue.actor(), group=group, version=1, values=group_actions.GroupInput("客服组", 5)
        )
        entry = last_entry()
        assert (entry.before, entry.after) == ({"sort": 0}, {"sort": 5})
        with pytest.raises(Stale):
            group_actions.change_group(
                actor=sue.actor(), group=group, version=1, values=group_actions.GroupInput("other")
            )


def test_a_group_that_alone_serves_an_account_stays(cast: Cast, sue: Agent) -> None:
    with cast.shop.within():
        with pytest.raises(group_actions.StillNeeded) as refused:
            group_actions.delete_group(actor=sue.actor(), group=cast.shop.group.public_id)
        assert refused.value.names == (cast.shop.account.name,)
        vip = group_actions.add_group(actor=sue.actor(), values=group_actions.GroupInput("VIP"))
        memberships.put_members(actor=sue.actor(), group=vip.public_id, agents=[cast.bob.public_id], weight=1)
        group_actions.delete_group(actor=sue.actor(), group=vip.public_id)
        assert memberships_of([cast.bob.pk]) == {cast.bob.pk: {"客服组": 50}}
        assert AuditEntry.objects.filter(action="group.deleted").exists()
