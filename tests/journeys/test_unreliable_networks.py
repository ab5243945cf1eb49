"""Reloads, cuts, lost answers, forbidden sockets, sleep: both sides end with every message once and in order."""

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.eventually import eventually
from tests.journeys.network import Proxy
from tests.journeys.people import AgentAtDesk, People, Person, Visitor, unique
from tests.journeys.stack import Company

LIVE = (
    "GET /ws/",
    "POST /api/visitor/stream",
    "POST /api/desk/stream",
    "POST /api/visitor/poll",
    "POST /api/desk/poll",
)
COMMANDS = ("POST /api/visitor/command", "POST /api/desk/command")


def meet(people: People, company: Company, proxy: Proxy) -> tuple[AgentAtDesk, Visitor]:
    """Agent and visitor in one conversation, both behind the proxy."""
    li, carol = people.agent(company, url=proxy.url), people.visitor(company, url=proxy.url)
    first = carol.say(unique("开始"))
    li.open(first)
    li.sees(first)
    return li, carol


def test_drafts_and_unsent_messages_survive_a_reload_on_both_sides(
    people: People, company: Company, proxy: Proxy
) -> None:
    li, carol = meet(people, company, proxy)
    proxy.refused = LIVE + COMMANDS
    proxy.cut()
    waiting = [carol.say(unique("等待")), carol.say(unique("等待"))]
    answer = li.say(unique("答复"))
    carol.input.fill("访客的草稿")
    li.input.fill("客服的草稿")
    for person in (li, carol):
        person.tab.reload()
    expect(carol.input).to_have_value("访客的草稿")
    expect(li.input).to_have_value("客服的草稿")
    carol.sees(*waiting)
    li.sees(answer)
    assert people.stored(company, notes=True)[-1].startswith("开始")
    proxy.heal()
    for text in waiting:
        carol.state_of(text, "read", within=30)
    li.state_of(answer, "read", within=30)
    people.agree(company, [carol], [li])


def test_what_is_written_without_a_network_is_sent_when_it_is_back(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("开始")))
    carol.tab.context.set_offline(True)
    expect(carol.page.locator("#banner")).to_be_visible()
    unsent = [carol.say(unique("离线")), carol.say(unique("离线"))]
    missed = li.say(unique("您还在吗"))
    li.state_of(missed, "sent")
    li.tab.context.set_offline(True)
    expect(li.page.locator("#connection-bar")).to_be_visible()
    later = li.say(unique("客服离线"))
    carol.tab.context.set_offline(False)
    li.tab.context.set_offline(False)
    carol.sees(*unsent, missed, later, within=20)
    li.sees(*unsent, missed, later, within=20)
    people.agree(company, [carol], [li], within=20)


def test_cuts_in_the_middle_of_a_burst_lose_and_double_nothing(people: People, company: Company, proxy: Proxy) -> None:
    li, carol = meet(people, company, proxy)
    said: list[str] = []
    for number in range(12):
        said += [carol.say(unique("访客")), li.say(unique("客服"))]
        if number % 4 == 1:
            proxy.cut()
        if number == 6:
            proxy.cut(stay=True)
        if number == 9:
            proxy.heal()
    carol.sees(*said, within=40)
    li.sees(*said, within=40)
    people.agree(company, [carol], [li], within=20)
    assert [text for text in carol.log() if text.startswith("访客")] == said[::2]
    assert [text for text in li.log() if text.startswith("客服")] == said[1::2]


def test_a_lost_acknowledgement_doubles_nothing_on_either_side(people: People, company: Company, proxy: Proxy) -> None:
    li, carol = meet(people, company, proxy)
    stored = len(people.stored(company, notes=True))
    proxy.hide_answers()
    question, answer = carol.say(unique("没有回音")), li.say(unique("也没有回音"))
    eventually(lambda: len(people.stored(company, notes=True)) == stored + 2)
    carol.state_of(question, "sending")
    li.state_of(answer, "sending")
    proxy.heal()
    proxy.cut()
    for person in (li, carol):
        person.sees(question, answer, within=20)
    carol.sees(li.say(unique("之后")), within=20)
    li.sees(carol.say(unique("之后")), within=20)
    people.agree(company, [carol], [li], within=20)


def test_marks_of_a_visitor_that_were_lost_are_told_again(people: People, company: Company, proxy: Proxy) -> None:
    li, carol = people.agent(company), people.visitor(company, url=proxy.url)
    li.open(carol.say(unique("开始")))
    lose_receipt(proxy, reader=carol, writer=li)


def test_marks_of_an_agent_that_were_lost_are_told_again(people: People, company: Company, proxy: Proxy) -> None:
    li, carol = people.agent(company, url=proxy.url), people.visitor(company)
    li.open(carol.say(unique("开始")))
    lose_receipt(proxy, reader=li, writer=carol)


def lose_receipt(proxy: Proxy, *, reader: Person, writer: Person) -> None:
    """The reader, behind the proxy, reads a message while nothing gets out; then the connection comes back."""
    proxy.hide_requests()
    text = writer.say(unique("到了吗"))
    reader.sees(text)
    eventually(lambda: proxy.lost > 0)
    proxy.heal()
    proxy.cut()
    writer.state_of(text, "read", within=20)


def mode_of(person: Person) -> str:
    """How the page is connected: "socket", "stream" or "poll"."""
    return str(person.page.evaluate("sessionStorage.getItem('kefu.mode')"))


@pytest.mark.parametrize(("swallowed", "mode"), [((), "stream"), (LIVE[1:3], "poll")], ids=["stream", "poll"])
def test_people_whose_networks_know_no_sockets_talk_all_the_same(
    people: People, company: Company, proxy: Proxy, swallowed: tuple[str, ...], mode: str
) -> None:
    proxy.refused, proxy.swallowed = ("GET /ws/",), swallowed
    li = people.agent(company, url=proxy.url, online=False)
    carol = people.visitor(company, url=proxy.url)
    for person in (li, carol):
        eventually(lambda p=person: mode_of(p) == mode, within=20)  # type: ignore[misc]
    li.has_status("online")
    talk_and_agree(people, company, li, carol)
    assert (mode_of(li), mode_of(carol)) == (mode, mode)


def test_a_module_that_did_not_come_is_asked_for_until_it_does(
    people: People, company: Company, proxy: Proxy, tmp_path: Path
) -> None:
    late = ("js/live/carriers", "chat/files", "js/thread/contents/text")
    modules = tuple(f"GET /static/kefu/{name}" for name in late)
    li = people.agent(company)
    proxy.refused = ("GET /ws/", *modules)
    page = people.new_context().new_page()
    page.goto(f"{proxy.url}/chat/{company.channel}/")
    carol = Visitor(page)
    question = carol.say(unique("见 https://example.com/a"))
    picked = tmp_path / "报价.pdf"
    picked.write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    page.locator("#picker").set_input_files(picked)
    expect(page.locator("#problem")).not_to_be_empty()
    expect(page.locator("#banner")).to_be_visible(timeout=20_000)
    proxy.refused = ("GET /ws/",)
    eventually(lambda: mode_of(carol) in ("stream", "poll"), within=40)  # whichever was next when the module came
    li.open(question)
    expect(page.locator("#log a[href='https://example.com/a']")).to_be_visible()
    expect(page.locator("#tray li")).to_have_count(1)
    carol.input.press("Enter")
    li.sees(question, "file 报价.pdf", within=15)
    people.agree(company, [carol], [li])


def test_a_network_that_was_away_is_no_reason_to_stay_without_a_socket(
    people: People, company: Company, proxy: Proxy
) -> None:
    li, carol = meet(people, company, proxy)
    proxy.refused = ("GET /ws/",)
    proxy.cut()
    for person in (li, carol):
        eventually(lambda p=person: mode_of(p) == "stream", within=20)  # type: ignore[misc]
    proxy.heal()
    for person in (li, carol):
        eventually(lambda p=person: mode_of(p) == "socket", within=60)  # type: ignore[misc]
    talk_and_agree(people, company, li, carol)


def talk_and_agree(people: People, company: Company, li: AgentAtDesk, carol: Visitor) -> None:
    """Some words in both directions."""
    li.open(carol.say(unique("你好")))
    for _ in range(3):
        question, answer = carol.say(unique("问")), li.say(unique("答"))
        li.sees(question)
        carol.sees(answer)
    li.state_of(answer, "read")
    carol.state_of(question, "read")
    people.agree(company, [carol], [li])


def test_a_page_that_slept_catches_up_when_it_wakes(people: People, company: Company, proxy: Proxy) -> None:
    li, carol = people.agent(company), people.visitor(company, url=proxy.url)
    li.open(carol.say(unique("我去睡一会儿")))
    page = carol.tab
    tools = page.context.new_cdp_session(page)
    tools.send("Page.setWebLifecycleState", {"state": "frozen"})
    proxy.cut()
    missed = [li.say(unique("睡着时")) for _ in range(3)]
    li.state_of(missed[-1], "sent")
    tools.send("Page.setWebLifecycleState", {"state": "active"})
    carol.sees(*missed, within=20)
    li.sees(carol.say(unique("醒了")), within=20)
    people.agree(company, [carol], [li])


LEAVE = "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
RETURN = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"


def test_a_page_that_the_browser_kept_goes_on_where_it_was(people: People, company: Company) -> None:
    """The headless browser never keeps pages itself, so both of its events are told by hand."""
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("我看看别的")))
    carol.input.fill("写了一半")
    carol.page.evaluate(LEAVE)
    missed = li.say(unique("您走了吗"))
    li.state_of(missed, "sent")
    assert missed not in carol.log(), "an open socket would keep the page out of the browser's memory"
    carol.page.evaluate(RETURN)
    carol.sees(missed)
    expect(carol.input).to_have_value("写了一半")
    li.sees(carol.say(unique("回来了")))
    people.agree(company, [carol], [li])


def test_the_back_key_brings_the_conversation_and_the_draft_back(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("我看看别的")))
    carol.input.fill("写了一半")
    carol.tab.goto(f"{people.stack.url}/healthz")
    missed = li.say(unique("您走了吗"))
    li.state_of(missed, "sent")
    carol.tab.go_back(wait_until="commit")
    carol.sees(missed)
    expect(carol.input).to_have_value("写了一半")
    li.sees(carol.say(unique("回来了")))
    people.agree(company, [carol], [li])


def test_nobody_can_send_before_the_page_hears_it(people: People, company: Company) -> None:
    page = people.new_context().new_page()
    held: list[Route] = []
    page.route("**/alone*.js", lambda route: held.append(route))  # noqa: PLW0108 - a built-in shows no signature
    with page.expect_request("**/alone*.js"):
        page.goto(f"{people.stack.url}/chat/{company.channel}/", wait_until="commit")
    carol = Visitor(page)
    expect(carol.input).not_to_be_editable()
    held[0].continue_()
    carol.state_of(carol.say(unique("你好")), "sent")
