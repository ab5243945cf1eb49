"""Sites that may show the chat, sites that may not, and sites that are shut off from all others."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.network import host_site
from tests.journeys.people import People, unique
from tests.journeys.stack import Company
from tests.journeys.test_foreign_sites import chat_in, launcher, open_host_page

ORIGINS = "update channels_app_channel set origins = %s, changed_at = now() where tenant_id = %s"
ISOLATED = {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}
HostPage = Callable[[Company], str]


def test_a_site_that_is_not_allowed_shows_no_button_and_says_so_to_its_maker(
    people: People, company: Company, host_page: HostPage
) -> None:
    people.stack.change(ORIGINS, ["https://shop.example.com"], company.tenant_id)
    page = people.new_context().new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(host_page(company), wait_until="networkidle")
    expect(launcher(page)).to_have_count(0)
    assert [text for text in told if "not allowed on http://localhost" in text]


def test_a_frame_on_a_site_that_is_not_allowed_is_a_sentence(
    people: People, company: Company, host_page: HostPage
) -> None:
    address = host_page(company)
    page = people.new_context(locale="zh-CN").new_page()
    people.stack.change(ORIGINS, ["https://shop.example.com"], company.tenant_id)
    page.goto(f"{address}framed")
    expect(page.frame_locator("iframe").get_by_text("它不属于此网站")).to_be_visible()
    people.stack.change(ORIGINS, [address.rstrip("/")], company.tenant_id)
    page.reload()
    expect(page.frame_locator("iframe").locator("#text")).to_be_visible()
    own = people.visitor(company)
    expect(own.input).to_be_visible()


def test_a_chat_that_is_closed_meanwhile_can_be_left(people: People, company: Company, host_page: HostPage) -> None:
    context = people.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = open_host_page(context, host_page(company))
    people.stack.change("update channels_app_channel set is_active = false where tenant_id = %s", company.tenant_id)
    launcher(page).tap()
    frame = page.locator("[id^='kefu-'] iframe")
    frame.content_frame.locator("#close").tap()
    expect(frame).to_be_hidden()


def test_a_site_that_is_shut_off_from_others_shows_the_chat(people: People, company: Company) -> None:
    with host_site(people.stack.url, company.channel, ISOLATED) as address:
        page = open_host_page(people.new_context(), address)
        assert page.evaluate("crossOriginIsolated")
        launcher(page).click()
        carol = chat_in(page, company)
        carol.state_of(carol.say(unique("隔离")), "sent")


def test_a_page_shut_off_in_a_sandbox_has_no_button_that_would_open_an_empty_box(
    people: People, company: Company
) -> None:
    with host_site(people.stack.url, company.channel, {"Content-Security-Policy": "sandbox allow-scripts"}) as address:
        page = people.new_context().new_page()
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        page.goto(address, wait_until="networkidle")
        assert page.evaluate("origin") == "null"
        expect(launcher(page)).to_have_count(0)
        assert [text for text in told if "not allowed on null" in text]
