"""Built-in roles are code: a version that gives them other rights reaches every company, and who is signed in."""

from collections.abc import Callable, Collection

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from accounts.models import Role, Session
from accounts.permissions import AGENT, ANALYST, BUILT_IN_ROLES, Permission
from accounts.provisioning import open_tenant
from accounts.roles.sync import sync_built_in_roles
from conversations.states import State
from core.models import LoggedEvent
from core.tenancy.scope import tenant_scope, unscoped
from tests.cast import Cast, at_once
from tests.sockets import desk_socket, signed_in

NEW = "access.follow_ups"
Give = Callable[[str, Collection[str]], None]


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    """The code gives a built-in role other permissions than before."""

    def in_code(code: str, may: Collection[str]) -> None:
        name = BUILT_IN_ROLES[code][0] if code in BUILT_IN_ROLES else code.title()
        monkeypatch.setitem(permissions.BUILT_IN_ROLES, code, (name, frozenset(may)))

    return in_code


def may(code: str) -> set[tuple[str, ...]]:
    """What a role may do, in all companies that have it."""
    with unscoped(reason="the test looks from above"):
        return {tuple(role.permissions) for role in Role.objects.filter(code=code)}


def test_a_new_permission_reaches_the_roles_of_companies_that_are_there(cast: Cast, give: Give) -> None:
    assert sync_built_in_roles() == 0
    give("agent", AGENT | {NEW})
    assert sync_built_in_roles() == 2
    assert may("agent") == {tuple(sorted(AGENT | {NEW}))}
    assert may("analyst") == {tuple(sorted(ANALYST))}
    assert sync_built_in_roles() == 0


def test_a_company_that_opens_later_has_it_too(cast: Cast, give: Give) -> None:
    give("agent", AGENT | {NEW})
    give("trainee", {Permission.DESK})
    with tenant_scope(open_tenant(code="9001", name="Tea").pk):
        assert NEW in Role.objects.get(code="agent").permissions
        assert Role.objects.filter(code="trainee").exists()
    assert sync_built_in_roles() == 2
    assert may("trainee") == {("access.desk",)}


def test_a_companys_own_roles_are_left_alone(cast: Cast, give: Give) -> None:
    with cast.shop.within():
        Role.objects.create(code="night", name="Night shift", permissions=["access.desk", "long.gone"])
    give("agent", AGENT | {NEW})
    sync_built_in_roles()
    assert may("night") == {("access.desk", "long.gone")}


def test_when_nothing_is_to_do_it_is_two_reads(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        sync_built_in_roles()
    assert len(asked) == 2


def test_two_of_them_at_once_change_each_role_once(cast: Cast, give: Give) -> None:
    give("agent", AGENT | {NEW})
    give("trainee", {Permission.DESK})
    done = at_once(*[sync_built_in_roles] * 4)
    assert [each for each in done if isinstance(each, Exception)] == []
    assert may("agent") == {tuple(sorted(AGENT | {NEW}))}
    with unscoped(reason="the test looks from above"):
        assert Role.objects.filter(code="trainee").count() == 2
        told = LoggedEvent.objects.filter(name="role.changed").values_list("data__gained", "data__lost")
        assert list(told) == [([NEW], [])] * 2


def test_who_may_do_more_stays_signed_in_and_may_do_it(cast: Cast, give: Give) -> None:
    client = signed_in(cast.bob)
    assert client.get("/console/audit/").status_code == 403
    give("agent", AGENT | {Permission.AUDIT})
    sync_built_in_roles()
    assert client.get("/console/audit/").status_code == 200


def test_who_may_do_less_is_signed_out_and_keeps_what_they_hold(cast: Cast, give: Give) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    for agent in (cast.bob, cast.alice):
        signed_in(agent)
    give("agent", AGENT - {Permission.TRANSFER})
    sync_built_in_roles()
    with cast.shop.within():
        assert list(Session.objects.values_list("agent", flat=True)) == [cast.alice.pk]
        cast.bob.refresh_from_db()
        assert cast.bob.status == "offline"
    assert cast.shop.fresh(talk).agent_id == cast.bob.pk


def test_who_has_no_desk_any_more_leaves_everything_to_the_queue(cast: Cast, give: Give) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    signed_in(cast.bob)
    give("agent", AGENT - {Permission.DESK})
    sync_built_in_roles()
    with cast.shop.within():
        assert not Session.objects.exists()
    assert cast.shop.fresh(talk).state == State.QUEUED


@pytest.mark.usefixtures("live_loop")
async def test_a_desk_that_is_open_learns_it_or_is_closed(cast: Cast, give: Give) -> None:
    async with desk_socket(cast.bob) as bob, desk_socket(cast.alice) as alice:
        await bob.hello(after={})
        await alice.hello(after={})
        give("agent", AGENT - {Permission.TAKE})
        sync_built_in_roles()
        assert await bob.closed() == 4401
        await alice.settle(cast.shop)
        told = [frame["agent"] for frame in alice.frames if frame["t"] == "agent.status"]
        assert [each["status"] for each in told if each["id"] == cast.bob.public_id][-1] == "offline"
        assert alice.code is None
