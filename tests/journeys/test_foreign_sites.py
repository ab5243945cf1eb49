"""The chat on somebody else's page: rude styles, a strict policy, and nothing kept or asked for before it is opened."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.journeys.people import People, Visitor, unique
from tests.journeys.stack import Company

STORED = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage), cookie: document.cookie,
  databases: (await indexedDB.databases()).length, frames: document.querySelectorAll("iframe").length,
})"""
NOTHING = {"local": [], "session": [], "cookie": "", "databases": 0, "frames": 0}
WATCH_POLICY = """addEventListener("securitypolicyviolation", (event) => {
  (window.violations ||= []).push(`${event.violatedDirective} ${event.blockedURI}`);
})"""


def launcher(page: Page) -> Any:
    """The button in the corner; locators look into open shadow roots."""
    return page.locator("[id^='kefu-'] button.b")


def chat_in(page: Page, company: Company) -> Visitor:
    """The visitor in the frame of the opened chat."""
    frame = page.locator("[id^='kefu-'] iframe").element_handle().content_frame()
    assert frame is not None
    frame.wait_for_url(f"**/chat/{company.channel}/**")
    expect(frame.locator("#text")).to_be_visible()
    return Visitor(frame)


def requests_of(context: BrowserContext) -> list[Request]:
    """Everything its pages ask for from now on."""
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    context.on("request", note)
    return requests


def open_host_page(context: BrowserContext, address: str) -> Page:
    """The foreign page, its policy watched."""
    context.add_init_script(WATCH_POLICY)
    page = context.new_page()
    page.goto(address)
    expect(launcher(page)).to_be_visible()
    return page


def test_nothing_is_kept_or_asked_for_before_the_chat_is_opened(
    people: People, company: Company, host_page: Callable[[Company], str]
) -> None:
    context = people.new_context()
    requests = requests_of(context)
    page = open_host_page(context, host_page(company))
    page.wait_for_load_state("networkidle")
    to_kefu = [request.url for request in requests if request.url.startswith(people.stack.url)]
    assert to_kefu == [f"{people.stack.url}/w/{company.channel}.js"]
    assert page.evaluate(STORED) == NOTHING
    assert context.cookies() == []


def test_no_token_in_any_address_and_no_cookie_on_any_request(
    people: People, company: Company, host_page: Callable[[Company], str]
) -> None:
    li = people.agent(company)
    context = people.new_context()
    requests = requests_of(context)
    sockets: list[str] = []
    page = open_host_page(context, host_page(company))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    launcher(page).click()
    carol = chat_in(page, company)
    question = carol.say(unique("在别人的网站"))
    li.open(question)
    carol.sees(li.say(unique("您好")))
    saved = page.evaluate("(key) => JSON.parse(localStorage.getItem(key))", f"kefu:{company.channel}")
    assert len(saved["token"]) > 20
    assert len(sockets) == 1
    for address in [*sockets, *(request.url for request in requests)]:
        assert saved["token"] not in address
    for request in requests:
        assert "cookie" not in request.all_headers(), request.url
    assert context.cookies() == []
    people.agree(company, [carol], [li])


def test_strict_policies_and_rude_styles_do_not_reach_the_chat(
    people: People, company: Company, host_page: Callable[[Company], str]
) -> None:
    page = open_host_page(people.new_context(viewport={"width": 1280, "height": 800}), host_page(company))
    launcher(page).click()
    chat_in(page, company)
    frame = page.locator("[id^='kefu-'] iframe")
    expect(frame).to_be_visible()
    look = page.evaluate("""() => {
      const host = document.querySelector("[id^='kefu-']"), root = host.shadowRoot;
      const button = root.querySelector("button").getBoundingClientRect();
      const style = getComputedStyle(host), frame = root.querySelector("iframe").getBoundingClientRect();
      return { opacity: style.opacity, transform: style.transform, button: [button.width, button.height],
        frame: [frame.width, frame.height], right: innerWidth - frame.right, bottom: innerHeight - frame.bottom };
    }""")
    assert look["opacity"] == "1" and look["transform"] == "none", look
    assert look["button"] == [56, 56], look
    assert look["frame"][0] >= 340 and look["frame"][1] >= 480, look
    assert 0 <= look["right"] <= 40 and 0 <= look["bottom"] <= 120, look
    assert page.evaluate("window.violations ?? []") == []


def test_a_phone_shows_the_chat_on_the_whole_screen_and_its_back_key_closes_it(
    people: People, company: Company, host_page: Callable[[Company], str]
) -> None:
    context = people.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = open_host_page(context, host_page(company))
    launcher(page).tap()
    carol = chat_in(page, company)
    frame = page.locator("[id^='kefu-'] iframe")
    box = frame.bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["y"]), round(box["width"]), round(box["height"])) == (0, 0, 390, 844)
    composer = carol.page.locator("#form").bounding_box()
    assert composer is not None and composer["y"] + composer["height"] <= 844
    assert not carol.page.evaluate("document.activeElement === document.querySelector('#text')"), "no sudden keyboard"
    page.go_back(wait_until="commit")
    expect(frame).to_be_hidden()
    expect(page.locator("h1")).to_have_text("别人的网站")


def test_a_visitor_who_comes_back_sees_how_much_is_unread(
    people: People, company: Company, host_page: Callable[[Company], str]
) -> None:
    li = people.agent(company)
    address = host_page(company)
    page = open_host_page(people.new_context(), address)
    launcher(page).click()
    carol = chat_in(page, company)
    question = carol.say(unique("我先走了"))
    li.open(question)
    carol.sees(li.say(unique("好的")))
    launcher(page).click()
    page.goto(f"{address}other")
    missed = [li.say(unique("还有")), li.say(unique("还有"))]
    li.state_of(missed[-1], "sent")
    page.goto(address)
    expect(page.locator("[id^='kefu-'] button.b i")).to_have_text("2")
    launcher(page).click()
    carol = chat_in(page, company)
    carol.sees(question, *missed)
    expect(page.locator("[id^='kefu-'] button.b i")).to_be_hidden()
    li.state_of(missed[-1], "read")
    people.agree(company, [carol], [li])
