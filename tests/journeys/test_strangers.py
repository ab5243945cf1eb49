"""mallory works for another company and signs in with the very browser in which she is a visitor of this one."""

from playwright.sync_api import Page, expect

from kefu.demonstration.pages import PASSWORD
from tests.journeys.people import AgentAtDesk, People, Visitor, sign_in, unique

CHANNEL = (
    "select c.public_id from channels_app_channel c join accounts_tenant t on t.id = c.tenant_id where t.code = '8001'"
)
LATEST = "select public_id from conversations_conversation order by id desc limit 1"
POST = """async ([url, body]) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return [answer.status, await answer.text()];
}"""


def test_a_stranger_in_the_same_browser_sees_nothing(people: People) -> None:
    stack = people.stack
    desk = people.new_context().new_page()
    sign_in(desk, stack.url, "1002@8001", PASSWORD)
    li = AgentAtDesk(desk)
    li.has_status("online")
    context = people.new_context()
    page = context.new_page()
    page.goto(f"{stack.url}/chat/{stack.value(CHANNEL)}/")
    visitor = Visitor(page)
    secret = visitor.say(unique("不给外人看"))
    li.open(secret)
    conversation = stack.value(LATEST)
    strange = context.new_page()
    sign_in(strange, stack.url, "2001@8002", PASSWORD)
    mallory = AgentAtDesk(strange)
    mallory.has_status("online")
    expect(mallory.rows).to_have_count(0)
    expect(strange.locator("#count-queue")).to_have_text("0")
    answer = li.say(unique("只给您看"))
    visitor.sees(secret, answer)
    is_denied_everywhere(strange, stack.url, conversation)
    strange.goto(f"{stack.url}/desk/#c-{conversation}")
    mallory.has_status("online")
    assert secret not in strange.content() and answer not in strange.content()
    visitor.sees(li.say(unique("还是您")))
    page.reload()
    visitor.sees(secret, answer)
    assert visitor.log()[-1].startswith("还是您")


def is_denied_everywhere(page: Page, url: str, conversation: str) -> None:
    """Pages and commands with the name of another company's conversation: not found."""
    for path in (
        f"/api/desk/conversations/{conversation}/customer",
        f"/api/desk/conversations/{conversation}/messages",
    ):
        assert page.request.get(f"{url}{path}").status == 404, path
    payloads = [
        {"t": "conversation.accept", "id": "00000000-0000-4000-8000-000000000001", "conversation": conversation},
        {"t": "conversation.end", "id": "00000000-0000-4000-8000-000000000002", "conversation": conversation},
        {
            "t": "message.post", "id": "00000000-0000-4000-8000-000000000003", "conversation": conversation,
            "kind": "text", "text": "我是外人",
        },
    ]  # fmt: skip
    for payload in payloads:
        status, text = page.evaluate(POST, [f"{url}/api/desk/command", payload])
        assert status == 404, (payload["t"], status, text)
