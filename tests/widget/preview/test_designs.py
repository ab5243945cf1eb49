"""Designs: drafts and previews that store nothing, publishing that reaches sites, and where snippets were seen."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some
from redis.exceptions import RedisError

from accounts.models import AuditEntry
from channels_app.embed_codes import designs
from channels_app.embed_codes.colors import READABLE, contrast, readable
from channels_app.embed_codes.designs import Design, Draft
from channels_app.embed_codes.icons import DRAWINGS, HEADSET, QUESTION, SPEECH
from channels_app.install.seen import MAX_ROWS, record_sighting
from channels_app.models import Channel, Sighting
from core.actors import SYSTEM
from core.tenancy.scope import unscoped
from customers.models import Customer
from tests.cast import Cast
from tests.sockets import signed_in
from tests.widget.test_sizes import CONFIG, KILOBYTE, compressed
from widget.loader.render import LoaderConfig, render_loader, source_digest
from widget.loader.seen import running_version

GREEN = {"color": "#0e7a5f", "icon": "headset", "side": "start", "offset_x": "24", "offset_y": "30"}


@pytest.fixture
def owner(cast: Cast) -> Client:
    return signed_in(cast.shop.hire("1005", "sam", role="site_owner"))


def page(cast: Cast, name: str = "design") -> str:
    return reverse(f"channels:{name}", args=[cast.shop.channel.public_id])


def loaded(cast: Cast, site: str = "", **headers: str) -> Any:
    """The loader, as the page of a site asks for it."""
    referer = {"Referer": site} if site else {}
    return Client(headers=referer | headers).get(reverse("widget:loader", args=[cast.shop.channel.public_id]))


def baked(script: str) -> dict[str, Any]:
    """The configuration in a loader."""
    found: dict[str, Any] = json.loads(script[script.rindex("})(") + 3 : script.rindex(")")])
    return found


def fresh(cast: Cast) -> Channel:
    with cast.shop.within():
        return Channel.objects.get(pk=cast.shop.channel.pk)


def seen(cast: Cast) -> list[Sighting]:
    with cast.shop.within():
        return list(Sighting.objects.order_by("pk"))


def everything() -> list[Any]:
    """What a preview must not touch."""
    with unscoped(reason="the test looks from above"):
        return [*Channel.objects.order_by("pk").values(), Customer.objects.count(), AuditEntry.objects.count()]


# --- preview ----------------------------------------------------------------------------------------------------------


def test_a_preview_runs_the_real_loader_on_the_draft_and_stores_nothing(cast: Cast, owner: Client) -> None:
    before = everything()
    answer = owner.post(page(cast, "design_preview"), GREEN)
    sample = owner.get(answer.json()["address"])
    script = re.search(r'<script async src="([^"]+)"', sample.content.decode())
    assert script is not None
    config = baked(owner.get(script[1]).content.decode())
    assert (config["color"], config["icon"], config["side"]) == ("#0e7a5f", HEADSET, "start")
    assert (config["x"], config["y"], config["channel"]) == (24, 30, "preview")
    chat = owner.get(config["chat"].removeprefix("http://testserver") + "zh-hans")
    assert "演示企业客服" in chat.content.decode()
    for part in (sample, chat):
        assert "frame-ancestors 'self'" in part.headers["Content-Security-Policy"]
        assert part.headers["Cache-Control"] == "no-store"
    assert everything() == before


def test_a_draft_is_for_its_company_alone_and_for_an_hour(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = designs.sign(Draft(cast.shop.tenant.pk, cast.shop.channel.public_id, Design()))
    stranger = signed_in(cast.other.hire("1000", "boss", role="owner"))
    insider = signed_in(cast.alice)
    for name in ("preview", "draft", "sample"):
        address = reverse(f"widget:{name}", args=[ticket])
        assert Client().get(address).status_code == 302
        assert signed_in(cast.bob).get(address).status_code == 403
        assert stranger.get(address).status_code == 404
        assert insider.get(address).status_code == 200
        assert insider.get(reverse(f"widget:{name}", args=[ticket[:30] + ticket[30:].swapcase()])).status_code == 404
    monkeypatch.setattr(designs, "DRAFT_SECONDS", -1)
    assert insider.get(reverse("widget:preview", args=[ticket])).status_code == 404


def test_the_form_shows_its_preview_without_a_script_too(cast: Cast, owner: Client) -> None:
    before = everything()
    answer = owner.post(page(cast), GREEN | {"do": "preview"})
    assert answer.status_code == 200
    address = re.search(r'<iframe src="([^"]+)"', answer.content.decode())
    assert address is not None
    assert designs.read(address[1].split("/")[2], tenant_id=cast.shop.tenant.pk).design.color == "#0e7a5f"
    assert everything() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("color", "red"), ("color", "#12345"), ("color", ""), ("icon", "skull"), ("side", "middle"),
        ("offset_x", "-1"), ("offset_x", "301"), ("offset_y", "many"), ("offset_y", ""),
    ],
)  # fmt: skip
def test_bad_values_are_told_beside_their_fields_and_nothing_is_saved(
    cast: Cast, owner: Client, field: str, value: str
) -> None:
    before = everything()
    for payload in ("preview", "save", "publish", "fix"):
        answer = owner.post(page(cast), GREEN | {field: value, "do": payload, "version": "1"})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert list(owner.post(page(cast, "design_preview"), GREEN | {field: value}).json()["errors"]) == [field]
    assert everything() == before


def test_a_colour_that_cannot_be_read_is_warned_about_and_fixed(cast: Cast, owner: Client) -> None:
    told = owner.post(page(cast, "design_preview"), GREEN | {"color": "#FFD400"}).json()
    assert "3 : 1" in told["advice"]
    fixed = owner.post(page(cast), GREEN | {"color": "#ffd400", "do": "fix"})
    assert fixed.context["form"]["color"].value() == told["color"]
    assert owner.post(page(cast, "design_preview"), GREEN | {"color": told["color"]}).json()["advice"] == ""
    assert fresh(cast).draft is None


@given(some.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_every_colour_has_a_readable_shade(color: str) -> None:
    assert contrast(readable(color), "#ffffff") >= READABLE
    assert designs.advice_on(readable(color)) is None


# --- saving and publishing --------------------------------------------------------------------------------------------


def test_a_saved_draft_is_there_again_and_no_site_shows_it(cast: Cast, owner: Client) -> None:
    before = baked(loaded(cast).content.decode())
    assert owner.post(page(cast), GREEN | {"do": "save", "version": "1"}).status_code == 303
    assert owner.get(page(cast)).context["form"]["color"].value() == "#0e7a5f"
    assert baked(loaded(cast).content.decode()) == before
    assert (fresh(cast).design_version, fresh(cast).version) == (1, 2)


def test_publishing_reaches_pages_that_carry_the_old_snippet(cast: Cast, owner: Client) -> None:
    first = loaded(cast)
    assert owner.post(page(cast), GREEN | {"do": "publish", "version": "1"}).status_code == 303
    after = fresh(cast)
    second = loaded(cast, **{"If-None-Match": first.headers["ETag"]})
    config = baked(second.content.decode())
    assert (config["color"], config["icon"], config["version"]) == ("#0e7a5f", HEADSET, "1.2")
    assert (after.design_version, after.draft) == (2, None)
    assert loaded(cast, **{"If-None-Match": second.headers["ETag"]}).status_code == 304
    assert source_digest() in second.headers["ETag"], "a new version of kefu reaches them as well"
    ages = [int(age) for age in re.findall(r"=(\d+)", second.headers["Cache-Control"])]
    assert sum(ages) <= 300, "the page promises five minutes"
    with cast.shop.within():
        entry = AuditEntry.objects.get(action="channel.design_published")
    assert (entry.before["color"], entry.after["color"]) == ("#1a56db", "#0e7a5f")


def test_what_sites_show_already_is_not_published_again(cast: Cast, owner: Client) -> None:
    owner.post(page(cast), GREEN | {"do": "publish", "version": "1"})
    owner.post(page(cast), GREEN | {"do": "publish", "version": "2"})
    assert fresh(cast).design_version == 2
    with cast.shop.within():
        assert AuditEntry.objects.filter(action="channel.design_published").count() == 1


def test_a_stale_design_is_told_and_not_published(cast: Cast, owner: Client) -> None:
    owner.post(page(cast), GREEN | {"do": "publish", "version": "1"})
    late = owner.post(page(cast), GREEN | {"color": "#b3261e", "do": "publish", "version": "1"})
    assert (late.status_code, fresh(cast).color) == (409, "#0e7a5f")
    assert "#0e7a5f" in late.content.decode()
    on_top = GREEN | {"color": "#b3261e", "do": "publish", "version": late.context["form"]["version"].value()}
    assert (owner.post(page(cast), on_top).status_code, fresh(cast).color) == (303, "#b3261e")


@pytest.mark.parametrize("icon", DRAWINGS)
def test_the_loader_stays_small_with_every_icon(icon: str) -> None:
    values = {name: getattr(CONFIG, name) for name in ("channel", "origin", "version", "text", "color")}
    assert compressed(render_loader(LoaderConfig(**values, icon=DRAWINGS[icon]))) <= 3.5 * KILOBYTE
    assert len({SPEECH, HEADSET, QUESTION}) == 3


# --- where it was seen ------------------------------------------------------------------------------------------------


def test_the_loader_tells_where_it_runs_at_most_once_a_minute(cast: Cast) -> None:
    for _ in range(5):
        assert loaded(cast, "https://shop.example.com/").status_code == 200
    (row,) = seen(cast)
    assert (row.origin, row.design_version, row.is_allowed) == ("https://shop.example.com", 1, True)
    with cast.shop.within():
        Sighting.objects.update(last_seen_at=timezone.now() - timedelta(minutes=2))
        values: dict[str, Any] = {"channel": fresh(cast), "origin": row.origin, "page_url": "", "design_version": 2}
        assert record_sighting(actor=SYSTEM, **values)
        assert not record_sighting(actor=SYSTEM, **values)
    assert [row.design_version for row in seen(cast)] == [2]


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "null",
        "nonsense",
        "ftp://example.com/",
        "https://",
        "https://exa mple.com/",
        "https://" + "a" * 300 + ".com/",
    ],
)
def test_absent_and_misshapen_sites_are_harmless(cast: Cast, referer: str) -> None:
    assert loaded(cast, referer).status_code == 200
    assert seen(cast) == []


def test_made_up_sites_cannot_fill_the_table(cast: Cast) -> None:
    channel = fresh(cast)
    with cast.shop.within():
        for number in range(MAX_ROWS + 20):
            record_sighting(
                actor=SYSTEM, channel=channel, origin=f"https://{number}.example.com", page_url="", design_version=1
            )
    rows = seen(cast)
    assert len(rows) == MAX_ROWS
    assert rows[-1].origin == "https://119.example.com"


def test_one_address_makes_up_few_sites(cast: Cast) -> None:
    for number in range(40):
        loaded(cast, f"https://{number}.example.com/")
    assert len(seen(cast)) == 30


def test_the_chat_in_its_frame_reports_the_version_that_runs(cast: Cast, owner: Client) -> None:
    owner.post(page(cast), GREEN | {"do": "publish", "version": "1"})
    chat = reverse("widget:chat", args=[cast.shop.channel.public_id])
    site = Client(headers={"Referer": "https://old.example.com/"})
    site.get(chat)
    assert seen(cast) == [], "a link to the chat alone is no installation"
    site.get(chat, {"v": "1.1"})
    Client(headers={"Referer": "https://liar.example.com/"}).get(chat, {"v": "1.999"})
    assert [(row.origin, row.design_version) for row in seen(cast)] == [
        ("https://old.example.com", 1),
        ("https://liar.example.com", 2),
    ]


@pytest.mark.parametrize("which", ["off", "AAAAAAAAAAAAAAAA", "x", "a" * 300, "%00"])
def test_a_site_whose_channel_is_gone_gets_a_script_that_says_so(cast: Cast, which: str) -> None:
    with cast.shop.within():
        Channel.objects.update(is_active=False)
    known = reverse("widget:loader", args=[cast.shop.channel.public_id])
    answer = Client().get(known if which == "off" else f"/w/{which}.js")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/javascript; charset=utf-8")
    assert answer.content.decode().startswith("// kefu: ")
    assert answer.content.count(b"\n") == 1
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_site_that_is_let_in_has_its_button_at_the_next_look(cast: Cast) -> None:
    with cast.shop.within():
        Channel.objects.update(origins=["https://shop.example.com"])
    address = reverse("widget:loader", args=[cast.shop.channel.public_id])
    let_in, shut_out = (
        Client(headers={"Referer": f"https://{site}.example.com/"}).get(address) for site in ("shop", "blog")
    )
    assert "max-age" in let_in.headers["Cache-Control"]
    assert shut_out.headers["Cache-Control"] == "no-cache"


def test_the_loader_comes_without_redis_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_key: str) -> None:
        raise RedisError

    monkeypatch.setattr("widget.loader.seen.throttle.count", down)
    assert loaded(cast, "https://shop.example.com/").status_code == 200
    assert seen(cast) == []


@pytest.mark.parametrize("text", ["", "1", "1.", "1.x", "1.1234567", "1.2.3", "x" * 500])
def test_a_version_that_is_none_counts_as_none(text: str) -> None:
    assert running_version(text) is None


def test_a_site_that_is_not_allowed_is_shown_as_blocked_and_allowed_by_one_click(cast: Cast, owner: Client) -> None:
    owner.cookies["kefu_language"] = "en"
    with cast.shop.within():
        Channel.objects.update(origins=["https://shop.example.com"])
    loaded(cast, "https://blog.example.com/")
    assert not seen(cast)[0].is_allowed
    assert "Blocked" in owner.get(page(cast, "install")).content.decode()
    for origin, status in (("https://never-seen.example.com", 404), ("", 404), ("https://blog.example.com", 303)):
        assert owner.post(page(cast, "allow"), {"origin": origin}).status_code == status
    assert fresh(cast).origins == ["https://shop.example.com", "https://blog.example.com"]
    assert seen(cast)[0].is_allowed
    body = owner.get(page(cast, "install"), headers={"HX-Request": "true"}).content.decode()
    assert "Allowed" in body
    assert "Blocked" not in body
    assert "Works" not in body
    assert "Whoever knows the code can claim any site" in body
    assert "<html" not in body
