"""A whole conversation, from the first word to the last, with everything one can do in between."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, WebSocket, expect

from tests.eventually import eventually
from tests.journeys.network import dialog_handler
from tests.journeys.people import People, Visitor, unique
from tests.journeys.stack import Company


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str], Path]:
    """Small pictures."""

    def make(name: str) -> Path:
        path = tmp_path / name
        Image.new("RGB", (320, 200), "#1a56db").save(path)
        return path

    return make


@pytest.fixture
def document(tmp_path: Path) -> Callable[[str], Path]:
    """Small documents that are what their name says."""

    def make(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
        return path

    return make


def heard_by(page: Page) -> list[str]:
    """Everything that comes down the page's sockets from now on."""
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: frames.append(str(payload)))

    page.on("websocket", listen)
    return frames


def test_words_marks_and_typing_reach_the_other_side(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    question = carol.say(unique("龙井有货吗"))
    carol.state_of(question, "delivered")
    li.open(question)
    carol.state_of(question, "read")
    carol.write("还有")
    expect(li.page.locator("#typing")).to_be_visible()
    li.write("有")
    expect(carol.page.locator("#typing")).to_be_visible()
    answer = li.say(unique("有的"))
    carol.sees(answer)
    expect(carol.page.locator("#typing")).to_be_hidden()
    li.state_of(answer, "read")
    people.agree(company, [carol], [li])


def test_nobody_types_in_a_conversation_that_has_ended(people: People, company: Company) -> None:
    context = people.new_context()
    tell = dialog_handler(context)
    li, carol = people.agent(company), people.visitor(company, context=context)
    li.open(carol.say(unique("不用了")))
    li.write("请稍")
    typing = carol.page.locator("#typing")
    expect(typing).to_be_visible()
    carol.end()
    expect(typing).to_be_hidden(timeout=3000)  # it fades by itself after 8 s
    [ended] = people.stack.rows(
        "select public_id from conversations_conversation where tenant_id = %s", company.tenant_id
    )
    tell({"t": "typing", "conversation": ended["public_id"], "on": True, "name": "小李"})
    expect(typing).to_be_hidden()


def test_pictures_files_and_emoji_go_both_ways(
    people: People, company: Company, picture: Callable[[str], Path], document: Callable[[str], Path]
) -> None:
    li, carol = people.agent(company), people.visitor(company)
    li_opens = carol.say(unique())
    li.open(li_opens)
    carol.attach(picture("carol.png"))
    carol.attach(document("carol.pdf"))
    li.attach(picture("li.png"), image=True)
    li.attach(document("li.pdf"))
    for person in (li, carol):
        person.sees("image carol.png", "file carol.pdf", "image li.png", "file li.pdf", within=15)
    for person in (li, carol):
        pictures = person.page.locator("#log .picture img")
        expect(pictures).to_have_count(2)
        for number in range(2):
            drawn = pictures.nth(number).evaluate(
                "async (image) => { await image.decode(); return image.naturalWidth; }"
            )
            assert drawn == 320
    carol.page.locator("#emoji").click()
    carol.page.locator("#faces button").nth(3).click()
    carol.input.press("Enter")
    li.page.locator("#emoji-button").click()
    li.page.locator("#emoji-popup button").nth(5).click()
    li.input.press("Enter")
    people.agree(company, [carol], [li])


def test_a_private_note_and_a_transfer_with_a_note_stay_among_colleagues(people: People, company: Company) -> None:
    li, wang = people.agent(company), people.agent(company, "1002")
    context = people.new_context()
    page = context.new_page()
    frames = heard_by(page)
    page.goto(f"{people.stack.url}/chat/{company.channel}/")
    carol = Visitor(page)
    first = carol.say(unique("想退货"))
    eventually(lambda: li.rows.count() + wang.rows.count() == 1)
    holder, colleague, name = (li, wang, "小王") if li.rows.count() else (wang, li, "小李")
    holder.open(first)
    secret, why = unique("客户很生气"), unique("请继续跟进")
    holder.note(secret)
    holder.sees(secret)
    holder.transfer(name, why)
    expect(carol.page.locator("#log .line").last).to_contain_text(name)
    expect(holder.page.locator("#read-only")).to_be_visible()
    colleague.open()
    colleague.sees(first, secret, why)
    answer = colleague.say(unique("我来处理"))
    carol.sees(answer)
    people.agree(company, [carol], [colleague])
    assert any(answer in frame for frame in frames)
    assert not any(secret in frame or why in frame for frame in frames)
    carol.tab.reload()
    carol.sees(answer)
    assert secret not in carol.log() and why not in carol.log()
    assert not any(secret in frame or why in frame for frame in frames)


def test_what_happened_between_the_messages_is_there_after_a_reload(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("在吗")))
    answer = li.say(unique("在的"))
    carol.sees(answer)
    people.agent(company, "1002")
    li.transfer("小王", unique("请继续跟进"))
    lines = carol.page.locator("#log .line")
    expect(lines).to_have_count(2)
    carol.end()
    expect(lines).to_have_count(3)
    before = everything_in(carol)
    carol.tab.reload()
    expect(lines).to_have_count(3)
    carol.sees(answer)
    assert everything_in(carol) == before
    assert [text for text in before if "小李" in text or "小王" in text]


def everything_in(visitor: Visitor) -> list[str]:
    """Messages and lines as they follow each other."""
    return list(visitor.page.locator("#log .message p").all_text_contents())


def test_either_side_takes_a_message_back(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    slip = carol.say(unique("密码是 1234"))
    li.open(slip)
    wrong = li.say(unique("不对的答案"))
    carol.sees(wrong)
    li.recall(wrong)
    for person in (li, carol):
        expect(person.page.locator("#log .recalled")).to_have_count(1)
    carol.recall(slip)
    for person in (li, carol):
        expect(person.page.locator("#log .recalled")).to_have_count(2)
        assert slip not in person.log() and wrong not in person.log()
    people.agree(company, [carol], [li])
    carol.tab.reload()
    people.agree(company, [carol], [li])


def test_ending_can_be_undone_and_a_new_message_begins_anew(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    first = carol.say(unique())
    li.open(first)
    li.end()
    expect(li.page.locator("#end-bar")).to_be_visible()
    li.page.locator("#end-undo").click()
    expect(li.input).to_be_visible()
    carol.sees(li.say(unique("还在")))
    li.end()
    eventually(lambda: len(people.events(company, "conversation.ended")) == 1, within=8)
    expect(carol.page.locator("#end")).to_have_attribute("hidden", "")
    second = carol.say(unique("又来了"))
    li.open(second)
    li.sees(second)
    carol.sees(li.say(unique("欢迎回来")))
    assert len(people.events(company, "conversation.opened")) == 2
    carol.end()
    expect(li.page.locator("#read-only")).to_be_visible()
    reasons = [event["data"]["reason"] for event in people.events(company, "conversation.ended")]
    assert reasons == ["agent", "visitor"]
    people.agree(company, [carol], [])
