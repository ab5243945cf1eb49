"""A setting is a declaration and its texts: form, inheritance, lock, audit and effective value come with it."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.audit.subjects import setting_fields, setting_words
from accounts.models import AuditEntry
from accounts.permissions import Permission
from accounts.settings.actions import BadValue, LockedAbove, clear_override, set_override
from accounts.settings.places import tenant_place
from channels_app.reception.places import account_place, channel_place
from core.actors import SYSTEM
from core.errors import Forbidden
from core.models import SettingValue
from core.settings import declare
from core.settings.declare import Setting, on_change
from core.settings.kinds import Choice, Duration, Kind, Switch, Text, Whole
from core.settings.levels import Level, Place
from core.settings.stored import effective
from tests.cast import Cast
from tests.sockets import signed_in

ENGLISH = "?lang=en"


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    BLUE = "blue"
    GREEN = "green"


class New(NamedTuple):
    """A setting that nobody knew before, and what two places say of it."""

    kind: Kind
    default: Any
    control: str
    company: Any
    reads: str  # what the company says, in words
    channel: Any
    wrong: tuple[Any, ...]


NEW = {
    "whole": New(Whole(2, 50, "people"), 3, "NumberInput", 7, "7 people", 50, ("1", "51", "x", "")),
    "choice": New(
        Choice({Colour.RED: "Red", Colour.BLUE: "Blue", Colour.GREEN: "Green"}),
        Colour.RED, "Select", Colour.BLUE, "Blue", Colour.GREEN, ("purple", ""),
    ),
    "switch": New(Switch(), False, "Select", True, "Yes", False, ("perhaps", "")),
    "text": New(Text(9, ("{who}",)), "", "Textarea", "Hi {who}", "“Hi {who}”", "Hello", ("x" * 10, "{when}", "\0")),
    "duration": New(Duration(1, 600), 60, "NumberInput", 120, "120 minutes (2 h)", 45, ("0", "601", "1.5", "")),
}  # fmt: skip


@pytest.fixture(params=NEW)
def setting(request: pytest.FixtureRequest, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    """One of them, declared as any other is, within the shop."""
    new = NEW[request.param]
    declared = Setting(
        name=request.param,
        label="A new one",
        help="It is new.",
        default=new.default,
        levels=(Level.TENANT, Level.SERVICE_ACCOUNT, Level.CHANNEL),
        kind=new.kind,
        set_by={Level.CHANNEL: Permission.MANAGE_CHANNELS},
    )
    monkeypatch.setitem(declare.registry, declared.name, declared)
    monkeypatch.setitem(declare.follows, declared.name, ())
    with cast.shop.within():
        yield declared


@pytest.fixture
def client(cast: Cast) -> Client:
    """A supervisor's."""
    return signed_in(cast.shop.hire("1002", "sue", role="supervisor"))


def address(place: Place) -> str:
    if place.level is Level.TENANT:
        return reverse("accounts:reception") + ENGLISH
    return reverse("accounts:settings", args=[place.level.value, place.public_id]) + ENGLISH


def form_at(client: Client, place: Place) -> Any:
    return client.get(address(place)).context["form"]


def entry_at(client: Client, place: Place, setting: Setting) -> Any:
    return next(entry for entry in form_at(client, place).entries if entry.setting is setting)


def save(client: Client, place: Place, setting: Setting, value: Any, **more: str) -> Any:
    """Give the setting a value of its own at the place, with all others inherited."""
    shown = form_at(client, place)
    sent = {f"{entry.setting.name}-from": "inherit" for entry in shown.entries}
    sent |= {f"{setting.name}-from": "own", setting.name: str(value)}
    sent |= {f"{setting.name}-{part}": word for part, word in more.items()}
    return client.post(address(place), {**sent, "do": "save"})


def test_the_form_draws_it_and_says_it(setting: Setting, client: Client) -> None:
    new, place = NEW[setting.name], tenant_place()
    assert type(form_at(client, place).fields[setting.name].widget).__name__ == new.control
    page = client.get(address(place)).content.decode()
    assert "A new one" in page
    assert "It is new." in page
    assert save(client, place, setting, new.company).status_code == 303
    assert SettingValue.objects.get(name=setting.name).value == setting.write(new.company)
    with translation.override("en"):
        assert entry_at(client, place, setting).value == new.reads


def test_a_wrong_value_is_told_beside_it_and_nothing_is_said(setting: Setting, client: Client) -> None:
    for wrong in NEW[setting.name].wrong:
        answer = save(client, tenant_place(), setting, wrong)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [setting.name])
    for wrong in (None, [], {}, 10**30):
        with pytest.raises(BadValue):
            set_override(actor=SYSTEM, place=tenant_place(), setting=setting.name, value=wrong)
    assert not SettingValue.objects.exists()


def test_places_below_inherit_it_until_they_say_otherwise(cast: Cast, setting: Setting, client: Client) -> None:
    new, channel = NEW[setting.name], channel_place(cast.shop.channel)
    assert effective(setting.name, channel.chain).value == new.default
    save(client, tenant_place(), setting, new.company)
    inherited = entry_at(client, channel, setting)
    assert (inherited.effective.value, inherited.effective.source) == (new.company, tenant_place())
    save(client, channel, setting, new.channel)
    assert effective(setting.name, channel.chain).value == new.channel
    assert effective(setting.name, account_place(cast.shop.account).chain).value == new.company
    clear_override(actor=SYSTEM, place=channel, setting=setting.name)
    assert effective(setting.name, channel.chain).value == new.company


def test_a_lock_above_decides_and_takes_the_control_away(cast: Cast, setting: Setting, client: Client) -> None:
    new, channel = NEW[setting.name], channel_place(cast.shop.channel)
    save(client, channel, setting, new.channel)
    assert save(client, tenant_place(), setting, new.company, lock="on").status_code == 303
    assert effective(setting.name, channel.chain).value == new.company
    assert entry_at(client, channel, setting).locked_by == tenant_place()
    assert setting.name not in form_at(client, channel).fields
    with pytest.raises(LockedAbove):
        set_override(actor=SYSTEM, place=channel, setting=setting.name, value=new.channel)
    assert not setting.may_lock(Level.CHANNEL)


def test_the_audit_log_tells_it_in_words(cast: Cast, setting: Setting, client: Client) -> None:
    new = NEW[setting.name]
    save(client, tenant_place(), setting, new.company)
    entry = AuditEntry.objects.get(action="setting.changed")
    assert (entry.object_kind, entry.before) == ("tenant", {})
    assert entry.after == {setting.name: setting.write(new.company), "locked": False}
    assert setting_fields(Level.TENANT)[setting.name] == "A new one"
    with translation.override("en"):
        assert setting_words(Level.TENANT)[setting.name](entry.after[setting.name]) == new.reads


def test_who_looks_after_the_place_says_it_there_as_the_declaration_has_it(cast: Cast, setting: Setting) -> None:
    new, channel = NEW[setting.name], channel_place(cast.shop.channel)
    sam = cast.shop.hire("1005", "sam", role="site_owner")
    assert save(signed_in(sam), channel, setting, new.channel).status_code == 303
    assert effective(setting.name, channel.chain).value == new.channel
    for place, actor in ((tenant_place(), sam.actor()), (channel, cast.bob.actor())):
        with pytest.raises(Forbidden):
            set_override(actor=actor, place=place, setting=setting.name, value=new.company)


def test_what_its_owner_registered_follows_from_a_change(setting: Setting) -> None:
    heard: list[Place] = []
    on_change(setting)(lambda actor, place: heard.append(place))
    for _again in range(2):
        set_override(actor=SYSTEM, place=tenant_place(), setting=setting.name, value=NEW[setting.name].company)
    clear_override(actor=SYSTEM, place=tenant_place(), setting=setting.name)
    assert heard == [tenant_place(), tenant_place()]
