"""The cast is made once in a run, and copied."""

from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from core.tenancy.scope import unscoped
from tests.cast import Cast, assemble
from tests.cast.people import make
from tests.clean_slate import empty


def tables() -> dict[str, list[models.Model]]:
    """All rows of all companies."""
    with unscoped(reason="the test looks from above"):
        found = [
            list(model._base_manager.order_by("pk")) for model in apps.get_models() if hasattr(model, "tenant_column")
        ]
    return {rows[0]._meta.db_table: rows for rows in found if rows}


def in_essence(made: Cast) -> tuple[Any, ...]:
    """What the tables and the people are, apart from what differs each time; references as places in their table."""
    found = tables()
    places: dict[tuple[Any, Any], int] = {
        (type(row), row.pk): number for rows in found.values() for number, row in enumerate(rows)
    }

    def essence(row: models.Model) -> dict[str, Any]:
        return {field.attname: of(field, getattr(row, field.attname)) for field in row._meta.concrete_fields}

    def of(field: "models.Field[Any, Any]", value: Any) -> Any:
        if isinstance(value, datetime) or field.name == "public_id":
            return type(value)
        model = field.model if field.primary_key else field.related_model
        return places[model, value] if model is not None else value

    people = (made.alice, made.bob, made.carol, made.mallory, made.mike)
    companies = [
        (each.tenant, each.group, each.channel, each.channel.tenant, each.account) for each in (made.shop, made.other)
    ]
    carried = (made.alice.role, made.bob.role, made.mallory.role)
    held = [essence(row) for row in (*people, *carried, *companies[0], *companies[1])]
    return {name: [essence(row) for row in rows] for name, rows in found.items()}, held


@pytest.mark.usefixtures("house")
def test_a_copied_cast_is_as_one_that_is_made_anew() -> None:
    copied = in_essence(assemble())
    empty()
    assert copied == in_essence(make())


@pytest.mark.usefixtures("house")
def test_no_two_casts_share_an_id_or_a_public_id() -> None:
    def names() -> set[tuple[str, Any]]:
        assemble()
        rows = [(name, row) for name, rows in tables().items() for row in rows]
        return {(name, mark) for name, row in rows for mark in (row.pk, getattr(row, "public_id", row.pk))}

    first = names()
    empty()
    assert not first & names()
