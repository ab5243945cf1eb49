"""Tenants cannot meet: not through the managers, and not through SQL that somebody wrote without thinking of them."""

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.db.utils import ProgrammingError

from accounts.models import Agent, Tenant
from conversations.models import Conversation, Message
from core.statements import Asked, fetch, fetch_here
from core.tenancy.pool import tenant_connection
from core.tenancy.scope import NO_SCOPE, NoTenant, current_scope, tenant_scope, unscoped
from core.tenancy.threads import connections_given_back
from customers.models import Customer
from tests.cast import Cast, at_once

COUNT = "select count(*) from customers_customer"
NAMES = "select name from customers_customer order by name"
INSERT = (
    "insert into customers_customer (tenant_id, public_id, name, token_generation, locale, time_zone, page_url,"
    " page_title, referrer, user_agent) values (%s, 'planted', 'planted', 1, '', '', '', '', '', '')"
)


def names() -> list[str]:
    """What raw SQL sees."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
        return [name for (name,) in cursor.fetchall()]


def run(statement: str, *values: int) -> int:
    """Rows that a raw statement touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def test_raw_sql_in_a_scope_sees_its_own_tenant_only(cast: Cast) -> None:
    with cast.shop.within():
        assert names() == ["carol"]
    with cast.other.within():
        assert names() == ["mike"]


def test_raw_sql_without_a_scope_sees_nothing(cast: Cast) -> None:
    assert current_scope() == NO_SCOPE
    assert names() == []


def test_raw_sql_sees_all_tenants_only_when_somebody_says_so(cast: Cast) -> None:
    with unscoped(reason="the test looks from above"):
        assert names() == ["carol", "mike"]


def test_raw_sql_cannot_insert_a_row_for_another_tenant(cast: Cast) -> None:
    with cast.other.within(), pytest.raises(ProgrammingError, match="row-level security"):
        run(INSERT, cast.shop.tenant.pk)
    with cast.shop.within():
        assert names() == ["carol"]


def test_raw_sql_cannot_change_or_delete_another_tenants_row(cast: Cast) -> None:
    with cast.other.within():
        assert run("update customers_customer set name = 'mine now' where id = %s", cast.carol.pk) == 0
        assert run("delete from customers_customer where id = %s", cast.carol.pk) == 0
    with cast.shop.within():
        assert names() == ["carol"]


def test_raw_sql_cannot_hand_a_row_over_to_another_tenant(cast: Cast) -> None:
    with cast.other.within(), pytest.raises(ProgrammingError, match="row-level security"):
        run("update customers_customer set tenant_id = %s where id = %s", cast.shop.tenant.pk, cast.mike.pk)


def test_raw_sql_without_a_scope_cannot_write(cast: Cast) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        run(INSERT, cast.shop.tenant.pk)


def test_a_row_cannot_point_to_another_tenants_row(cast: Cast) -> None:
    """Not even where row-level security looks away: the key itself carries the tenant."""
    with unscoped(reason="the test looks from above"), pytest.raises(IntegrityError, match="same_tenant"):
        Conversation.objects.create(
            tenant=cast.shop.tenant,
            customer_id=cast.mike.pk,
            channel=cast.shop.channel,
            service_account=cast.shop.account,
            state="queued",
        )


def test_the_scope_holds_after_a_rollback(cast: Cast) -> None:
    with cast.shop.within():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert names() == ["carol"]
            raise ZeroDivisionError
        assert names() == ["carol"]
    with cast.other.within():
        assert names() == ["mike"]


def test_the_scope_holds_when_it_changes_within_a_transaction_that_is_rolled_back(cast: Cast) -> None:
    with cast.shop.within():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with cast.other.within():
                assert names() == ["mike"]
            raise ZeroDivisionError
        assert names() == ["carol"]


def test_the_scope_holds_after_a_rolled_back_savepoint(cast: Cast) -> None:
    with cast.shop.within(), transaction.atomic():
        assert names() == ["carol"]
        with pytest.raises(ZeroDivisionError), cast.other.within(), transaction.atomic():
            assert names() == ["mike"]
            raise ZeroDivisionError
        assert names() == ["carol"]


def test_the_scope_holds_after_a_failed_statement(cast: Cast) -> None:
    with cast.shop.within():
        with pytest.raises(DatabaseError), transaction.atomic():
            run("select 1 / 0")
        assert names() == ["carol"]


def test_another_thread_starts_without_a_scope(cast: Cast) -> None:
    from threading import Thread

    seen: list[object] = []

    def look() -> None:
        seen.append(current_scope())
        try:
            seen.append(names())
        finally:
            connections.close_all()

    with cast.shop.within():
        thread = Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [NO_SCOPE, []]


def test_a_pooled_connection_forgets_its_last_tenant(cast: Cast) -> None:
    """Sixteen threads over a pool of twelve connections, each for the other tenant than the one before."""

    def look(company: object) -> list[str]:
        with company.within():  # type: ignore[attr-defined]
            return names()

    companies = [cast.shop, cast.other] * 8
    for _ in range(3):
        found = at_once(*[lambda company=company: look(company) for company in companies])
        assert found == [["carol"], ["mike"]] * 8
    connections.close_all()
    assert names() == []


@pytest.mark.usefixtures("live_loop")
async def test_the_event_loops_pool_shows_one_tenant_after_the_other(cast: Cast) -> None:
    import asyncio

    async def look(tenant_id: int) -> list[str]:
        return [row["name"] for row in await fetch(tenant_id, NAMES, {})]

    tenants = [cast.shop.tenant.pk, cast.other.tenant.pk] * 20
    found = await asyncio.gather(*map(look, tenants))
    assert found == [["carol"], ["mike"]] * 20


@pytest.mark.usefixtures("live_loop")
async def test_the_event_loops_pool_keeps_tenants_apart_after_a_rollback(cast: Cast) -> None:
    """The tenant is told outside the transaction, so a rollback cannot take it back."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with tenant_connection(cast.other.tenant.pk) as live, live.transaction():
            await live.execute(INSERT.replace("%s", "$1"), [cast.shop.tenant.pk])
    for company, name in ((cast.shop, "carol"), (cast.other, "mike")):
        for _ in range(7):
            assert [row["name"] for row in await fetch(company.tenant.pk, NAMES, {})] == [name]


@pytest.mark.parametrize("model", [Customer, Agent, Conversation, Message, Tenant])
def test_managers_raise_without_a_scope(cast: Cast, model: type[Customer]) -> None:
    with pytest.raises(NoTenant):
        model.objects.count()
    with pytest.raises(NoTenant):
        model._base_manager.count()
    with pytest.raises(NoTenant):
        model._default_manager.get(pk=1)


def test_managers_show_the_scopes_rows_only(cast: Cast) -> None:
    with cast.shop.within():
        assert list(Customer.objects.all()) == [cast.carol]
        assert list(Tenant.objects.all()) == [cast.shop.tenant]
        assert not Customer.objects.filter(pk=cast.mike.pk).exists()


def test_a_row_saved_in_a_scope_belongs_to_it(cast: Cast) -> None:
    with cast.other.within():
        customer = Customer.objects.create(name="somebody")
    assert customer.tenant_id == cast.other.tenant.pk


def test_a_row_cannot_be_saved_outside_a_scope(house: None) -> None:
    with pytest.raises(NoTenant):
        Customer.objects.create(name="nobody's")


def test_scopes_nest_and_return(cast: Cast) -> None:
    with tenant_scope(1):
        with tenant_scope(2), unscoped(reason="inside"):
            assert current_scope().unscoped
        assert current_scope().tenant_id == 1
    assert current_scope() == NO_SCOPE


def test_looking_across_tenants_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"), unscoped(reason=""):
        pass


def test_the_role_of_the_product_is_bound_by_row_security(house: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False, False)


def test_kefu_refuses_a_role_above_the_law(house: None) -> None:
    """The check of `migrate` finds nothing wrong with ours."""
    from core.tenancy.checks import ordinary_role

    assert ordinary_role(databases=["default"]) == []


@pytest.mark.parametrize("prepared", [False, True])
def test_a_connection_that_comes_back_is_in_the_scope_of_whoever_takes_it(cast: Cast, prepared: bool) -> None:
    """Whether its last user ended well, in an error, or amid a transaction that the pool rolls back."""

    def seen() -> list[str]:
        return [row["name"] for row in fetch_here(Asked(NAMES, {}))[0]] if prepared else names()

    for _again in range(2):
        for company, customer in ((cast.shop, "carol"), (cast.other, "mike"), (cast.other, "mike")):
            with connections_given_back(), company.within():
                assert seen() == [customer]
        with connections_given_back(), cast.shop.within(), pytest.raises(DatabaseError), transaction.atomic():
            assert seen() == ["carol"]
            run("select 1 / 0")
        with connections_given_back(), cast.other.within():
            assert seen() == ["mike"]
        with cast.shop.within(), transaction.atomic():
            assert seen() == ["carol"]
            connection.close()
        with connections_given_back():
            assert seen() == []
