"""docs/adding.md, "A setting": a declaration is set on a page, inherited, and read where it is used."""

import sys

import pytest
from django.urls import reverse

from accounts.settings.actions import set_override
from accounts.settings.places import tenant_place
from channels_app.reception.places import channel_place
from core.actors import SYSTEM
from core.settings import declare
from tests.cast import Cast
from tests.examples import run
from tests.sockets import signed_in

SECTION = "A setting"


def test_the_declaration_is_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("follow_ups.settings", "follow_ups.rules"):
        monkeypatch.setitem(sys.modules, name, sys.modules.get(name))
    monkeypatch.setattr(declare, "registry", dict(declare.registry))
    setting = vars(run(SECTION, "follow_ups/settings.py"))["DUE_AFTER"]
    days_until_due = vars(run(SECTION, "follow_ups/rules.py"))["days_until_due"]
    with cast.shop.within():
        channel = channel_place(cast.shop.channel)
        assert days_until_due(channel) == 3
        set_override(actor=SYSTEM, place=tenant_place(), setting=setting.name, value=7)
        assert days_until_due(channel) == 7
        set_override(actor=SYSTEM, place=channel, setting=setting.name, value=1)
        assert (days_until_due(channel), days_until_due(tenant_place())) == (1, 7)
    form = signed_in(cast.alice).get(reverse("accounts:reception")).context["form"]
    shown = next(entry for entry in form.entries if entry.setting is setting)
    assert (shown.effective.value, type(form.fields[setting.name].widget).__name__) == (7, "NumberInput")
