"""The welcome texts of a channel on its design page: shown with their source, said there, apart from the design."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from accounts.permissions import Permission
from accounts.settings.actions import set_override as say_at
from accounts.settings.places import tenant_place
from channels_app.models import Channel
from channels_app.reception.places import account_place, channel_place
from core.actors import SYSTEM
from core.settings.resolve import Effective
from core.settings.stored import effective
from tests.cast import Cast
from tests.sockets import signed_in

HTMX = {"HX-Request": "true"}


@pytest.fixture
def owner(cast: Cast) -> Client:
    """A site owner, who looks after channels and nothing else."""
    return signed_in(cast.shop.hire("1005", "sam", role="site_owner"))


def page(cast: Cast, name: str = "design") -> str:
    return reverse(f"channels:{name}", args=[cast.shop.channel.public_id])


def shown(client: Client, cast: Cast, **changes: str) -> dict[str, Any]:
    """What a browser sends back of the texts."""
    form = client.get(page(cast)).context["welcome"]
    fingerprints = {f"{entry.setting.name}-shown": entry.fingerprint for entry in form.entries}
    values = {"welcome-from": "inherit", "welcome": "", "welcome_out_of_hours-from": "inherit"}
    return fingerprints | values | {"welcome_out_of_hours": ""} | changes


def greets(cast: Cast) -> Effective:
    with cast.shop.within():
        return effective("welcome", channel_place(cast.shop.channel).chain)


def say(cast: Cast, text: str, *, locked: bool = False) -> None:
    with cast.shop.within():
        say_at(actor=SYSTEM, place=tenant_place(), setting="welcome", value=text, locked=locked)


def test_what_is_in_effect_stands_there_with_its_source(cast: Cast, owner: Client) -> None:
    with cast.shop.within():
        say_at(actor=SYSTEM, place=account_place(cast.shop.account), setting="welcome", value="账号欢迎您")
    text = owner.get(page(cast)).content.decode()
    assert "账号欢迎您" in text
    assert f'href="{reverse("accounts:settings", args=["service_account", cast.shop.account.public_id])}"' in text


def test_a_source_that_the_reader_may_not_open_is_no_link(cast: Cast, owner: Client) -> None:
    say(cast, "公司欢迎您")
    reception = reverse("accounts:reception")
    assert f'href="{reception}"' not in owner.get(page(cast)).content.decode()
    assert f'class="chip" href="{reception}"' in signed_in(cast.alice).get(page(cast)).content.decode()


def test_an_own_text_is_saved_and_the_design_stays(cast: Cast, owner: Client) -> None:
    with cast.shop.within():
        before = Channel.objects.values().get(pk=cast.shop.channel.pk)
    answer = owner.post(page(cast, "design_welcome"), shown(owner, cast, **{"welcome-from": "own", "welcome": "您好"}))
    assert (answer.status_code, answer.headers["Location"]) == (303, page(cast))
    assert greets(cast).value == "您好"
    with cast.shop.within():
        assert Channel.objects.values().get(pk=cast.shop.channel.pk) == before


def test_htmx_gets_the_form_alone_and_a_toast(cast: Cast, owner: Client) -> None:
    values = shown(owner, cast, **{"welcome-from": "own", "welcome": "您好"})
    answer = owner.post(page(cast, "design_welcome"), values, headers=HTMX)
    assert (answer.status_code, "kefu:toast" in answer.headers["HX-Trigger"]) == (200, True)
    assert answer.content.decode().strip().startswith('<form class="settings-form" id="welcome"')


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("text", ["长" * 501, "a\x00b"])
def test_bad_input_is_told_beside_the_field_and_nothing_is_saved(
    cast: Cast, owner: Client, text: str, headers: dict[str, str]
) -> None:
    values = shown(owner, cast, **{"welcome-from": "own", "welcome": text})
    answer = owner.post(page(cast, "design_welcome"), values, headers=headers)
    assert (answer.status_code, list(answer.context["welcome"].errors)) == (422, ["welcome"])
    assert 'id="id_welcome_error"' in answer.content.decode()
    assert greets(cast).value == ""


def test_under_a_lock_there_is_no_field_and_a_forged_form_says_nothing(cast: Cast, owner: Client) -> None:
    values = shown(owner, cast, **{"welcome-from": "own", "welcome": "mine"})
    say(cast, "公司欢迎您", locked=True)
    assert 'name="welcome"' not in owner.get(page(cast)).content.decode()
    late = owner.post(page(cast, "design_welcome"), values, headers=HTMX)
    assert '<p class="setting-text">mine</p>' in late.content.decode()
    assert greets(cast).value == "公司欢迎您"
    say(cast, "公司欢迎您")
    assert greets(cast).value == "公司欢迎您"


def test_two_who_save_are_told_of_each_other(cast: Cast, owner: Client) -> None:
    mine = shown(owner, cast, **{"welcome-from": "own", "welcome": "mine"})
    owner.post(page(cast, "design_welcome"), shown(owner, cast, **{"welcome-from": "own", "welcome": "theirs"}))
    answer = owner.post(page(cast, "design_welcome"), mine)
    assert (answer.status_code, list(answer.context["welcome"].errors)) == (422, ["welcome"])
    assert greets(cast).value == "theirs"


def test_the_settings_page_of_a_channel_stands_among_its_pages(cast: Cast, owner: Client) -> None:
    settings = reverse("accounts:settings", args=["channel", cast.shop.channel.public_id])
    assert f'href="{page(cast)}"' in owner.get(settings).content.decode()


def test_who_manages_settings_alone_has_no_channel_pages_and_no_tabs(cast: Cast) -> None:
    with cast.shop.within():
        Role.objects.create(
            tenant=cast.shop.tenant, code="rules", name="rules", permissions=[Permission.MANAGE_SETTINGS]
        )
    sue = signed_in(cast.shop.hire("1006", "sue", role="rules"))
    settings = reverse("accounts:settings", args=["channel", cast.shop.channel.public_id])
    assert f'href="{page(cast)}"' not in sue.get(settings).content.decode()
    assert sue.post(page(cast, "design_welcome"), {}).status_code == 403
