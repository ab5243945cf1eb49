"""The settings of an object are one of its pages: its tabs, its way back, its item in the rail."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Role
from accounts.permissions import Permission
from accounts.settings.actions import set_override
from accounts.settings.form import Entry
from accounts.settings.levels import place_named
from accounts.settings.places import tenant_place
from core.actors import SYSTEM
from core.errors import NotFound
from core.models import SettingValue
from core.settings.declare import settings_at
from core.settings.levels import Level
from tests.cast import Cast
from tests.sockets import signed_in
from tests.subjects import SAMPLES

FOLDERS = {  # level → where its pages stand, and the name of the first
    "agent": ("agents", "accounts:agent"),
    "group": ("groups", "accounts:group"),
    "channel": ("channels", "channels:channel"),
    "service_account": ("service-accounts", "channels:account"),
}


def id_of(cast: Cast, level: str) -> str:
    shop = cast.shop
    found: dict[str, Any] = {
        "agent": cast.bob,
        "group": shop.group,
        "channel": shop.channel,
        "service_account": shop.account,
    }
    return str(found[level].public_id)


@pytest.mark.parametrize("level", FOLDERS)
def test_settings_stand_among_the_pages_of_their_object(cast: Cast, level: str) -> None:
    folder, first = FOLDERS[level]
    client, id_ = signed_in(cast.alice), id_of(cast, level)
    address, page = reverse("accounts:settings", args=[level, id_]), reverse(first, args=[id_])
    assert address == f"/console/{folder}/{id_}/settings/"
    settings, general = client.get(address), client.get(page)

    def around(answer: Any) -> dict[str, Any]:
        """What the page shows around itself, but for which tab is open."""
        tabs = [tab[:2] for tab in answer.context["tabs"]]
        current = [link.url for _label, items in answer.context["navigation"] for link in items if link.current]
        return {"tabs": tabs, "way": answer.context["breadcrumbs"], "rail": current, "lead": answer.context["lead"]}

    assert around(settings) == around(general)
    assert around(settings)["rail"] == [f"/console/{folder}/"] == [url for _name, url in around(settings)["way"] if url]
    assert [tab[1] for tab in settings.context["tabs"] if tab[2]] == [address]
    assert [tab[1] for tab in general.context["tabs"] if tab[2]] == [page]
    assert settings.content.count(b'<nav class="tab-links"') == general.content.count(b'<nav class="tab-links"') == 1


def test_who_may_set_but_not_open_the_object_comes_back_to_the_settings(cast: Cast) -> None:
    with cast.shop.within():
        Role.objects.create(code="setter", name="setter", permissions=[Permission.MANAGE_SETTINGS])
    setter = signed_in(cast.shop.hire("1011", "sam", role="setter"))
    for level in FOLDERS:
        answer = setter.get(reverse("accounts:settings", args=[level, id_of(cast, level)]))
        if level != "agent":  # bob's role may do more than this one
            assert (answer.status_code, "tabs" in answer.context) == (200, False)
            assert answer.context["breadcrumbs"][0][1] == reverse("accounts:reception")


def test_levels_without_objects_have_no_such_page(cast: Cast) -> None:
    client, id_ = signed_in(cast.alice), cast.bob.public_id
    for folder in ("agent", "platform", "tenant", "nothing", "settings"):
        assert client.get(f"/console/{folder}/{id_}/settings/").status_code == 404, folder


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("系统默认", "企业：演示企业", "继承（企业：演示企业）", "自定义")),
        ("zh-hant", ("系統預設", "企業：演示企业", "繼承（企業：演示企业）", "自訂")),
        ("en", ("Default", "Company: 演示企业", "Inherited (Company: 演示企业)", "Custom")),
    ],
)
def test_a_value_is_the_systems_inherited_or_custom(
    cast: Cast, language: str, words: tuple[str, str, str, str]
) -> None:
    default, place, inherited, custom = words
    client = signed_in(cast.alice)
    client.cookies["kefu_language"] = language
    with cast.shop.within():
        set_override(actor=SYSTEM, place=tenant_place(), setting="max_concurrent", value=7)

    def entry(address: str, name: str) -> Entry:
        entries: list[Entry] = client.get(address).context["form"].entries
        return next(each for each in entries if each.setting.name == name)

    company, group = reverse("accounts:reception"), reverse("accounts:settings", args=["group", id_of(cast, "group")])
    found = (entry(company, "hours"), entry(group, "max_concurrent"), entry(company, "max_concurrent"))
    with cast.shop.within(), translation.override(language):
        hours, inheriting, own = found
        assert (hours.inherited_label, hours.source) == (default, default)
        assert (inheriting.inherited_label, inheriting.source) == (inherited, place)
        assert (own.inherited_label, own.source) == (default, custom)


@pytest.mark.parametrize("level", FOLDERS)
def test_of_an_object_that_was_deleted_meanwhile_nothing_is_set(cast: Cast, level: str) -> None:
    setting = settings_at(Level(level))[0]
    with cast.shop.within():
        place = place_named(level, SAMPLES[level].make(cast, 1).public_id)
        signed_in(cast.alice).post(f"/console/{FOLDERS[level][0]}/{place.public_id}/delete/", {"sure": "1"})
        with pytest.raises(NotFound):
            place_named(level, place.public_id)
        with pytest.raises(NotFound):
            set_override(actor=SYSTEM, place=place, setting=setting.name, value=setting.default)
        assert not SettingValue.objects.filter(level=level, object_id=place.object_id).exists()
