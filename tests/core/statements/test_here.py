"""Statements of our own: what they find is what the ORM finds, and those by key are planned once."""

from contextlib import suppress
from datetime import UTC
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.audit.record import record
from accounts.models import Agent, AuditEntry, Role, Session, Tenant
from accounts.sign_in.backend import AgentBackend
from conversations.models import Conversation
from core.actors import SYSTEM
from core.statements import Asked, columns_of, fetch_here, look_up, look_up_objects, select
from core.tenancy.scope import NoTenant, unscoped
from tests.cast import Cast
from tests.sockets import signed_in

NUMBERED = "select number, %(extra)s::text as extra from accounts_agent where tenant_id = %(tenant)s and id = %(id)s"


def values_of(row: Model) -> dict[str, Any]:
    """Everything that is stored of a row."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_look_up_is_planned_once_and_tells_its_values_to_who_debugs(cast: Cast) -> None:
    with cast.shop.within(), CaptureQueriesContext(connection) as captured:
        for extra in ("100 %", "it's", "$1"):
            assert look_up(NUMBERED, id=cast.bob.pk, extra=extra) == [{"number": cast.bob.number, "extra": extra}]
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_prepared_statements where statement like 'select number, $1%%'")
            assert cursor.fetchone() == (1,)
    assert "'100 %'::text as extra" in captured.captured_queries[0]["sql"]


def test_a_look_up_sees_the_tenant_alone(cast: Cast) -> None:
    with cast.shop.within():
        assert look_up(NUMBERED, id=cast.mallory.pk, tenant=cast.mallory.tenant_id, extra="") == []
    with pytest.raises(NoTenant):
        look_up(NUMBERED, id=cast.bob.pk, extra="")


def test_the_signed_in_agent_is_whom_the_orm_would_find(cast: Cast) -> None:
    with cast.shop.within():
        found, usual = AgentBackend().get_user(cast.bob.pk), Agent.objects.select_related("role", "tenant")
        expected = usual.get(pk=cast.bob.pk)
        assert found is not None
        assert AgentBackend().get_user(cast.mallory.pk) is None
        for mine, theirs in ((found, expected), (found.role, expected.role), (found.tenant, expected.tenant)):
            assert (type(mine), values_of(mine)) == (type(theirs), values_of(theirs))
        assert not found._state.adding


@pytest.mark.parametrize("model", [Agent, Role, Tenant, Session, AuditEntry], ids=lambda model: model.__name__)
def test_objects_have_the_values_that_the_orm_gives_them(cast: Cast, model: type[Model]) -> None:
    signed_in(cast.alice)
    with cast.shop.within():
        record(
            actor=SYSTEM,
            action="a.b",
            kind="a",
            object_id=1,
            name="n",
            before={"x": [1, None]},
            after={"x": {"y": "客"}},
        )
    table = model._meta.db_table
    with unscoped(reason="all rows are compared"):
        found = look_up_objects(f"select {columns_of(model, 't')} from {table} t", model)
        expected = {row.pk: values_of(row) for row in model._default_manager.all()}
    assert found
    assert {row.pk: values_of(row) for (row,) in found} == expected


def test_times_are_in_utc_however_they_are_read(cast: Cast) -> None:
    opened = cast.shop.open(cast.carol)
    with cast.shop.within():
        sql = "select opened_at from conversations_conversation where tenant_id = %(tenant)s and id = %(id)s"
        values = {"tenant": opened.tenant_id, "id": opened.pk}
        rows = Conversation.objects.filter(pk=opened.pk).values("opened_at")
        found = [rows[0], *rows.iterator(), *select(sql, id=opened.pk), *look_up(sql, id=opened.pk)]
        found += fetch_here(Asked(sql, values))[0]
    assert {(each["opened_at"], each["opened_at"].tzinfo) for each in found} == {(opened.opened_at, UTC)}


RENAME = "update customers_customer set name = %(name)s where tenant_id = %(tenant)s returning name"
CAROL = "select name from customers_customer where tenant_id = %(tenant)s"


def test_a_transaction_begins_with_its_first_statement_and_undoes_it(cast: Cast) -> None:
    with cast.shop.within():
        with suppress(ZeroDivisionError), transaction.atomic():
            assert look_up(RENAME, name="lost") == [{"name": "lost"}] == look_up(CAROL)
            raise ZeroDivisionError
        assert look_up(CAROL) == [{"name": "carol"}]


def test_what_the_server_forgot_is_prepared_again(cast: Cast) -> None:
    with cast.shop.within():
        for _ in range(2):
            assert look_up(CAROL) == [{"name": "carol"}]
            with connection.cursor() as cursor:
                cursor.execute("deallocate all")
        with pytest.raises(DatabaseError), transaction.atomic():
            look_up(CAROL)  # what the transaction did before would be undone
        assert look_up(CAROL) == [{"name": "carol"}]
