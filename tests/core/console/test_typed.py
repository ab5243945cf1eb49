"""What a Chinese keyboard types is meant narrow, in every field for a code, a number or a time."""

import pytest
from django import forms

from accounts.agents.forms import AgentForm
from accounts.settings.hours_control import ClockField, ClosingField
from channels_app.embed_codes.forms import DesignForm
from channels_app.origins import origin_of, site_of
from core.console.typed import narrow


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("１０００＠８００１", "1000@8001"), ("\u3000Ａ０１ ", "A01"), ("a\u200b1\ufeff", "a1"), ("9001", "9001")],
)
def test_wide_is_narrow(typed: str, meant: str) -> None:
    assert narrow(typed) == meant


@pytest.mark.parametrize("typed", ["９：００", "9：00", "０９００", "０９:００", " 9:00\u200b"])
def test_times_of_opening(typed: str) -> None:
    assert ClockField().clean(typed) == "09:00"
    assert ClosingField().clean("２４：００") == ClosingField().clean("24:00")


@pytest.mark.parametrize(
    ("form", "name", "typed", "meant"),
    [
        (AgentForm, "number", "１００２", "1002"),
        (AgentForm, "email", "li＠example．org", "li@example.org"),
        (AgentForm, "cap", "１２", 12),
        (DesignForm, "color", "＃1A56DB", "#1A56DB"),
        (DesignForm, "offset_x", "２０", 20),
    ],
)
def test_fields_of_forms(form: type[forms.Form], name: str, typed: str, meant: object) -> None:
    assert form.base_fields[name].clean(typed) == meant


def test_addresses_of_sites() -> None:
    assert site_of("ｓｈｏｐ．ｅｘａｍｐｌｅ") == "https://shop.example"
    assert site_of("ｈｔｔｐ：／／ｌｏｃａｌｈｏｓｔ：８０００／x") == "http://localhost:8000"


@pytest.mark.parametrize("address", ["https://evil.example\\@good.example", "https://a.example/\n", "https://\x00a"])
def test_what_browsers_read_in_another_way_has_no_origin(address: str) -> None:
    assert origin_of(address) is None
