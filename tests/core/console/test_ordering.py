"""Orders as people read them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Agent, Group
from core.console.ordering import AlphabeticalOrder, NaturalOrder, alphabetical_key, natural_key
from tests.accounts.agents.test_pages import names
from tests.cast import Cast
from tests.sockets import signed_in

NUMBERS = ["9", "99", "800", "1702", "20000", "A2", "a10", "B1"]
NAMES = ["adam", "Adam", "Zoe", "阿明", "陈老板", "李", "林主管", "王", "小李", "张"]


@pytest.fixture
def boss(cast: Cast) -> Client:
    """Alice's browser, in English."""
    client = signed_in(cast.alice)
    client.cookies["kefu_language"] = "en"
    return client


def listed(client: Client, address: str, of: str) -> list[Any]:
    """A column of a list."""
    answer: Any = client.get(address)
    return [getattr(row, of) for row in answer.context["listing"].page]


def test_agents_stand_by_the_value_of_their_number_and_the_sound_of_their_name(cast: Cast, boss: Client) -> None:
    for number, name in zip(reversed(NUMBERS), [*NAMES][:8], strict=True):
        cast.shop.hire(number, name)
    numbers = [*NUMBERS[:3], "1000", "1001", *NUMBERS[3:]]
    assert listed(boss, "/console/agents/?sort=number", "number") == numbers
    assert listed(boss, "/console/agents/?sort=-number", "number") == [*reversed(numbers)]
    by_name = names(boss.get("/console/agents/?sort=nickname"))
    assert {*by_name[:2]} == {"adam", "Adam"}
    assert by_name[2:] == ["alice", "bob", "Zoe", "阿明", "陈老板", "李", "林主管", "王"]


def test_roles_stand_by_rank(cast: Cast, boss: Client) -> None:
    for number, role in enumerate(["site_owner", "analyst", "supervisor"]):
        cast.shop.hire(f"3{number}", role, role=role)
    found: Any = boss.get("/console/agents/?sort=role")
    ranks = [row.role.code for row in found.context["listing"].page]
    assert ranks == ["owner", "supervisor", "agent", "analyst", "site_owner"]


def test_groups_stand_by_the_sound_of_their_name(cast: Cast, boss: Client) -> None:
    with cast.shop.within():
        for name in reversed(["VIP", "aftersales", "售后", "安装", "增值"]):
            Group.objects.create(name=name)
    assert listed(boss, "/console/groups/?sort=name", "name") == ["aftersales", "VIP", "安装", "客服组", "售后", "增值"]


def test_rows_at_hand_stand_as_the_database_has_them(cast: Cast) -> None:
    with cast.shop.within():
        for name in [*NAMES, "\U0001f600", "é", "Ω", "龘"]:
            Group.objects.create(name=name)
        stored = list(Group.objects.order_by(AlphabeticalOrder("name"), "pk").values_list("name", flat=True))
        assert stored == sorted(Group.objects.order_by("pk").values_list("name", flat=True), key=alphabetical_key)
        for number in NUMBERS:
            cast.shop.hire(number, "x")
        for order in (NaturalOrder("number"), "number_order"):
            kept = list(Agent.objects.order_by(order).values_list("number", flat=True))
            assert kept == sorted(kept, key=natural_key)


def test_every_character_has_a_place(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(kefu_alphabetical(chr(code))) from generate_series(1, 1114111) as code"
            " where code not between 55296 and 57343"
        )
        assert cursor.fetchone() == (1114111 - 2048,)
