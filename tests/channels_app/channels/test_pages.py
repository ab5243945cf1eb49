"""Channels in the console: made, changed, switched off, deleted; link, QR code and code."""

import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from accounts.models import AuditEntry
from channels_app.channels.actions import (
    ChannelHasHistory,
    NoSites,
    TooManySites,
    add_channel,
    allow_site,
    delete_channel,
    switch_channel,
    switch_on,
)
from channels_app.models import Channel, Sighting
from channels_app.origins import HOST, origin_of, readable, site_of
from tests.cast import Cast
from tests.sockets import signed_in

LIST = "/console/channels/"


@pytest.fixture
def owner(cast: Cast) -> Client:
    return signed_in(cast.shop.hire("1005", "sam", role="site_owner"))


def filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    """What a browser sends for the channel of 8001."""
    values = {
        "name": "官网",
        "service_account": cast.shop.account.public_id,
        "sites": "www.example.com",
        "is_active": "on",
    }
    return values | {"version": "1"} | changes


def page(name: str, channel: Channel) -> str:
    return reverse(f"channels:{name}", args=[channel.public_id])


def fresh(cast: Cast) -> Channel:
    with cast.shop.within():
        return Channel.objects.get(pk=cast.shop.channel.pk)


def test_one_is_added_and_goes_on_with_its_design(cast: Cast, owner: Client) -> None:
    answer = owner.post(f"{LIST}new/", filled(cast, name="手机站", sites="m.example.com\nhttps://例子.中国/path"))
    with cast.shop.within():
        made = Channel.objects.get(name="手机站")
        entry = AuditEntry.objects.get(action="channel.added")
    assert (answer.status_code, answer.headers["Location"]) == (303, page("design", made))
    assert made.origins == ["https://m.example.com", "https://xn--fsqu00a.xn--fiqs8s"]
    assert (entry.actor_name, entry.after["origins"]) == ("sam", made.origins)
    assert Client().get(reverse("widget:loader", args=[made.public_id])).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "长" * 31}, "name"),
        ({"name": " "}, "name"),
        ({"service_account": "nowhere"}, "service_account"),
        ({"sites": "https://exa mple.com"}, "sites"),
        ({"sites": "javascript:alert(1)"}, "sites"),
        ({"sites": "example.com; script-src *"}, "sites"),
        ({"sites": " \n "}, "sites"),
        ({"sites": "\n".join(f"{number}.example.com" for number in range(51))}, "sites"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_nothing_is_saved(
    cast: Cast, owner: Client, changes: dict[str, Any], field: str
) -> None:
    answer = owner.post(page("channel", cast.shop.channel), filled(cast, **changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert fresh(cast).version == 1


def test_anothers_service_account_and_a_taken_name_are_refused(cast: Cast, owner: Client) -> None:
    with cast.shop.within():
        add_channel(actor=cast.alice.actor(), name="二", service_account=cast.shop.account.public_id, origins=["*"])
    for changes, field in (
        ({"service_account": cast.other.account.public_id}, "service_account"),
        ({"name": "二"}, "name"),
    ):
        answer = owner.post(page("channel", cast.shop.channel), filled(cast, **changes))
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_a_stale_edit_is_told_what_is_there_now(cast: Cast, owner: Client) -> None:
    address = page("channel", cast.shop.channel)
    assert owner.post(address, filled(cast, name="主站", any_site="on")).status_code == 303
    late = owner.post(address, filled(cast, name="门户", any_site="on"))
    assert (late.status_code, fresh(cast).name) == (409, "主站")
    assert "主站" in late.content.decode()
    again = filled(cast, name="门户", any_site="on", version=late.context["form"]["version"].value())
    assert (owner.post(address, again).status_code, fresh(cast).name) == (303, "门户")


def test_the_button_says_what_it_does(cast: Cast, owner: Client) -> None:
    with cast.shop.within():
        empty = add_channel(
            actor=cast.alice.actor(), name="空", service_account=cast.shop.account.public_id, origins=["*"]
        )
    cast.shop.held(cast.carol, cast.bob)
    owner.cookies["kefu_language"] = "en"

    def offered(channel: Channel) -> list[str]:
        body = owner.get(page("channel", channel)).content.decode()
        return re.findall(rf'hx-get="{page("channel_delete", channel)}"[^>]*><svg.*?</svg>([^<]+)<', body, re.DOTALL)

    def listed(channel: Channel) -> list[str]:
        """In the menu of its row."""
        return re.findall(
            rf'hx-get="{page("channel_delete", channel)}".*?</svg>([^<]+)<', owner.get(LIST).content.decode()
        )

    for shown in (offered, listed):
        assert (shown(empty), shown(cast.shop.channel)) == (["Delete"], ["Switch off"])
    owner.post(page("channel_delete", cast.shop.channel))
    assert offered(cast.shop.channel) == listed(cast.shop.channel) == []


def test_one_that_is_off_is_switched_on_from_its_menu_and_its_page(cast: Cast, owner: Client) -> None:
    switch, channel = reverse("channels:channels_on"), cast.shop.channel
    for address in (LIST, page("channel", channel)):
        assert switch not in owner.get(address).content.decode()
        with cast.shop.within():
            switch_channel(actor=cast.alice.actor(), channel=channel.public_id, on=False)
        assert switch in owner.get(address).content.decode()
        answer = owner.post(switch, {"rows": channel.public_id, "next": address})
        assert (answer.status_code, answer["Location"], fresh(cast).is_active) == (303, address, True)
    assert owner.post(switch, {"rows": cast.other.channel.public_id}).status_code == 404
    with cast.shop.within():
        switch_channel(actor=cast.alice.actor(), channel=channel.public_id, on=False)
    several = [channel.public_id, cast.other.channel.public_id]
    assert owner.post(switch, {"rows": several}).status_code == 404
    assert not fresh(cast).is_active  # all or none
    assert owner.get(switch).status_code == 302


def test_many_are_switched_on_by_the_statements_of_one_and_each_has_its_entry(cast: Cast) -> None:
    alice, account = cast.alice.actor(), cast.shop.account.public_id
    costs = []
    for count in (1, 12):
        with cast.shop.within():
            made = [
                add_channel(actor=alice, name=f"{count} {number}", service_account=account, origins=["*"])
                for number in range(count + 1)
            ]
            off, on = made[:-1], made[-1]
            Channel.objects.filter(pk__in=[each.pk for each in off]).update(is_active=False)
            with CaptureQueriesContext(connection) as captured:
                switch_on(actor=alice, channels=[each.public_id for each in made])
            costs.append(len(captured.captured_queries))
            now = Channel.objects.in_bulk([each.pk for each in made])
            logged = AuditEntry.objects.filter(action="channel.changed", object_id__in=now)
            assert {entry.object_id for entry in logged} == {each.pk for each in off}
            assert all(entry.before == {"is_active": False} for entry in logged)
        assert all(now[each.pk].is_active and now[each.pk].version == 2 for each in off)
        assert now[on.pk].version == 1  # it was on
    assert costs[1] == costs[0]


def test_one_without_history_is_deleted_and_any_other_switched_off(cast: Cast, owner: Client) -> None:
    owner.post(f"{LIST}new/", filled(cast, name="空"))
    with cast.shop.within():
        empty = Channel.objects.get(name="空")
        Sighting.objects.create(channel=empty, origin="https://example.com")
    cast.shop.open(cast.carol)
    assert owner.post(page("channel_delete", empty)).status_code == 303
    assert owner.post(page("channel_delete", cast.shop.channel)).status_code == 303
    with cast.shop.within():
        assert list(Channel.objects.values_list("name", "is_active")) == [("官网", False)]
        with pytest.raises(ChannelHasHistory):
            delete_channel(actor=cast.alice.actor(), channel=cast.shop.channel.public_id)
    assert Client().get(reverse("widget:loader", args=[cast.shop.channel.public_id])).status_code == 404


def test_the_question_says_what_happens_to_conversations(cast: Cast, owner: Client) -> None:
    owner.cookies["kefu_language"] = "en"
    assert "Delete 官网?" in owner.get(page("channel_delete", cast.shop.channel)).content.decode()
    cast.shop.open(cast.carol)
    body = owner.get(page("channel_delete", cast.shop.channel)).content.decode()
    assert "Switch 官网 off?" in body
    assert "history stays" in body


def test_link_and_code_stand_on_the_page_as_words(cast: Cast, owner: Client) -> None:
    body = owner.get(page("install", cast.shop.channel)).content.decode()
    assert f"http://testserver/chat/{cast.shop.channel.public_id}/" in body
    assert "&lt;script&gt;window.kefu=" in body
    assert "<script>" not in body
    assert "script-src http://testserver &#x27;sha256-" in body


def test_the_qr_code_is_a_sharp_picture_with_a_quiet_zone(cast: Cast, owner: Client) -> None:
    sides = []
    for size in ("s", "m", "l", "nonsense"):
        answer = owner.get(page("qr_png", cast.shop.channel), {"size": size, "download": ""})
        image = Image.open(io.BytesIO(answer.content)).convert("L")
        sides.append(image.width)
        scale = next(x for x in range(image.width) if image.getpixel((x, x)) == 0) // 4
        edge = {image.getpixel((x, y)) for x in range(image.width) for y in range(scale * 4)}
        assert (image.width, edge) == (image.height, {255})
        assert image.width % scale == 0
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert sides[0] < sides[1] < sides[2]
    assert sides[3] == sides[1]
    drawing = owner.get(page("qr_svg", cast.shop.channel))
    assert drawing.headers["Content-Type"] == "image/svg+xml"
    assert b"http://testserver" not in drawing.content
    assert b"<svg" in drawing.content


def test_filters_and_order_stand_in_the_address(cast: Cast, owner: Client) -> None:
    owner.post(f"{LIST}new/", filled(cast, name="第二"))
    with cast.shop.within():
        Sighting.objects.create(channel=cast.shop.channel, origin="https://example.com")

    def names(query: str) -> list[str]:
        return [channel.name for channel in owner.get(LIST + query).context["listing"].page]

    assert names("?q=第二") == ["第二"]
    assert names("?state=unseen") == ["第二"]
    assert names("?state=off") == []
    assert names("?sort=-name") == list(reversed(names("?sort=name")))
    assert names("?sort=seen&page=99999999999") == ["官网", "第二"]
    assert names("?q=%00") == names("?state=nonsense") == []


@given(some.text(max_size=60))
def test_what_a_site_is_read_from_is_an_origin_or_nothing(text: str) -> None:
    """Whatever is typed: what comes out may stand in a header."""
    found = site_of(text)
    if found is not None:
        scheme, _, rest = found.partition("://")
        host, _, port = rest.partition(":")
        assert scheme in ("http", "https")
        assert HOST.fullmatch(host)
        assert port == "" or port.isdecimal()
        assert origin_of(found) == found == site_of(found)


def test_sites_are_read_as_people_write_them() -> None:
    assert site_of(" WWW.Example.com/shop?a=1#b ") == "https://www.example.com"
    assert site_of("https://example.com:443") == "https://example.com"
    assert site_of("http://example.com:8080/") == "http://example.com:8080"
    assert site_of("localhost:3000") == "http://localhost:3000"
    for bad in ("", "*", "ftp://example.com", "https://", "https://user@", "http://[::1", "https://a..com:99999"):
        assert site_of(bad) is None, bad


@pytest.mark.parametrize(
    ("typed", "travels"),
    [
        ("http://faß.de:8190", "http://xn--fa-hia.de:8190"),
        ("Βόλος.gr", "https://xn--nxasmm1c.gr"),
        ("नी\u200cx.in", None),
        ("क्\u200dष.in", "https://xn--11b2ezcw70k.in"),
        ("例子。中国", "https://xn--fsqu00a.xn--fiqs8s"),
        ("☃.net", "https://xn--n3h.net"),
        ("http:/example.com", None),
        ("http:\\\\example.com", None),
        ("mailto:sam@example.com", None),
        ("ex..ample.com", None),
        ("example.com..", None),
        ("-.example.com", None),
        (f"{'a' * 64}.example.com", None),
        ("a\u200db.de", None),
        ("*.example.com", None),
    ],
)
def test_names_travel_as_browsers_send_them(typed: str, travels: str | None) -> None:
    """UTS 46, non-transitional: faß.de is not fass.de. What a browser would not go to is no site."""
    assert site_of(typed) == travels


@pytest.mark.parametrize(
    "site", ["https://faß.de", "https://例子.中国", "http://βόλος.gr:8190", "https://a-b.example.com"]
)
def test_sites_are_shown_in_their_own_letters(site: str) -> None:
    travels = site_of(site)
    assert travels and travels.isascii()
    assert readable(travels) == site
    assert readable("https://xn--zz--.de") == "https://xn--zz--.de"


def test_the_owner_reads_sites_in_their_own_letters(cast: Cast, owner: Client) -> None:
    answer = owner.post(page("channel", cast.shop.channel), filled(cast, sites="faß.de\n例子.中国"))
    assert answer.status_code == 303
    assert fresh(cast).origins == ["https://xn--fa-hia.de", "https://xn--fsqu00a.xn--fiqs8s"]
    assert (
        owner.get(page("channel", cast.shop.channel)).context["form"]["sites"].value()
        == "https://faß.de\nhttps://例子.中国"
    )
    with cast.shop.within():
        Sighting.objects.create(channel=cast.shop.channel, origin="https://xn--fsqu00a.xn--fiqs8s")
    for address in (page("install", cast.shop.channel), LIST):
        assert "https://例子.中国" in owner.get(address).content.decode()
    audit = signed_in(cast.alice).get("/console/audit/").content.decode()
    assert "<del>任何网站</del>" in audit
    assert "<ins>https://faß.de、https://例子.中国</ins>" in audit


def test_a_channel_names_a_site_or_lets_any_in(cast: Cast, owner: Client) -> None:
    address = page("channel", cast.shop.channel)
    nowhere = owner.post(address, filled(cast, sites=""), headers={"accept-language": "en"})
    assert nowhere.status_code == 422
    assert "sites" in nowhere.context["form"].errors
    with cast.shop.within(), pytest.raises(NoSites):
        add_channel(actor=cast.alice.actor(), name="二", service_account=cast.shop.account.public_id, origins=[])
    star = owner.post(address + "?lang=en", filled(cast, sites="*.example.com"))
    assert "List each name" in star.content.decode()
    # The field is hidden then: what was left in it is nobody's mistake.
    assert owner.post(address, filled(cast, any_site="on", sites="exa mple")).status_code == 303
    assert fresh(cast).origins == ["*"]


def test_fifty_sites_are_the_limit_of_the_allow_button_too(cast: Cast) -> None:
    with cast.shop.within():
        Channel.objects.update(origins=[f"https://{number}.example.com" for number in range(50)])
        Sighting.objects.create(channel=cast.shop.channel, origin="https://new.example.com")
        with pytest.raises(TooManySites):
            allow_site(actor=cast.alice.actor(), channel=cast.shop.channel.public_id, origin="https://new.example.com")
