"""How a sign-in name may be typed."""

import pytest
from django.test import Client

from accounts.models import Agent
from accounts.sign_in.names import SignInName
from tests.accounts.sign_in.test_sign_in import try_sign_in
from tests.cast import PASSWORD, Cast


@pytest.mark.parametrize(
    "typed",
    [
        "1001@8001",
        "1001＠8001",
        "１００１@８００１",
        "１００１＠８００１",
        " 1001 @ 8001 ",
        "1001@\u200b8001\ufeff",
        "\u30001001@8001",
    ],
)
def test_what_a_chinese_keyboard_types_is_the_same_name(cast: Cast, typed: str) -> None:
    assert try_sign_in(typed)[1] == 302


def test_capital_letters_are_no_others(cast: Cast) -> None:
    cast.shop.hire("A01", "amy")
    assert try_sign_in("a01@8001")[1] == try_sign_in("Ａ01@8001")[1] == 302
    for number in range(5):
        try_sign_in("a01@8001" if number % 2 else "A01@8001", "wrong")
    assert try_sign_in("A01@8001")[1] == 422


def test_two_from_before_who_differ_in_capital_letters_are_told_apart(cast: Cast) -> None:
    cast.shop.hire("A01", "amy")
    with cast.shop.within():
        anna = cast.shop.hire("x9", "anna")
        Agent.objects.filter(pk=anna.pk).update(number="a01")
    for typed, name in (("A01@8001", "amy"), ("a01@8001", "anna")):
        assert try_sign_in(typed)[0].get("/api/desk/state").json()["me"]["name"] == name


@pytest.mark.parametrize("typed", ["1001", "1001@", "@8001", "1001@8001@1", "@", "li@example.org@"])
def test_half_a_name_is_told_what_is_missing_and_costs_no_attempt(cast: Cast, typed: str) -> None:
    client = Client(headers={"accept-language": "en"})
    for _ in range(7):
        answer = client.post("/sign-in/", {"name": typed, "password": PASSWORD})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "whole sign-in name" in page
    assert page.count("autofocus") == 1
    assert "autofocus" in page.split('id="sign-in-name"')[1].split(">")[0]
    assert "Too many" not in page


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (SignInName("1001", "8001"), "1001@8001"),
        (SignInName("correct horse!", "8001"), "?@8001"),
        (SignInName("x" * 21, "8001\n"), "?@?"),
    ],
)
def test_logs_show_only_what_can_be_a_number(name: SignInName, shown: str) -> None:
    assert name.shown == shown
