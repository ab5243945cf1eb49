"""The queue: who waits, who is next, and what happens when agents are full or leave."""

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.eventually import eventually
from tests.journeys.network import dialog_handler
from tests.journeys.people import People, unique
from tests.journeys.stack import Company

CAP = "update accounts_agent set max_concurrent = %s where tenant_id = %s"
LEFT_A_MINUTE_AGO = (
    "update accounts_agent set seen_at = now() - interval '61 seconds'"
    " where tenant_id = %s and number = '1001' and status <> 'offline'"
)
HOURS = (
    "insert into core_setting (tenant_id, level, object_id, name, value, locked)"
    " values (%s, 'tenant', 0, 'hours', %s, false)"
)
NOBODY_THERE = "已收到您的留言，目前没有客服在线。"
STATUS = "select status from accounts_agent where tenant_id = %s and number = %s"


def test_who_waits_moves_up_and_is_served_as_soon_as_somebody_has_room(people: People, company: Company) -> None:
    people.stack.change(CAP, 1, company.tenant_id)
    li, wang = people.agent(company), people.agent(company, "1002")
    served = [people.visitor(company) for _ in range(2)]
    for visitor in served:
        visitor.say(unique("先到"))
    for agent in (li, wang):
        agent.load("1/1")
    waiting = [people.visitor(company) for _ in range(3)]
    texts = []
    for place, visitor in enumerate(waiting, start=1):
        texts.append(visitor.say(unique("等候")))
        visitor.position(place)
    for agent in (li, wang):
        expect(agent.page.locator("#count-queue")).to_have_text("3")
    li.accept_next()
    expect(li.page.locator("#above-text")).to_have_text("您已接待 1/1，仍要接入？")
    li.page.locator("#above-dialog button[value=above]").click()
    li.load("2/1")
    li.sees(texts[0])
    waiting[0].served_by("小李")
    waiting[1].position(1)
    waiting[2].position(2)
    expect(wang.page.locator("#count-queue")).to_have_text("2")
    whose = people.stack.rows(
        "select a.number from conversations_conversation c join accounts_agent a on a.id = c.agent_id"
        " where c.tenant_id = %s order by c.id limit 2",
        company.tenant_id,
    )
    of_wang = served[[row["number"] for row in whose].index("1002")]
    of_wang.end()
    waiting[1].served_by("小王")
    waiting[2].position(1)
    ended = people.events(company, "conversation.ended")[0]
    assigned = people.events(company, "conversation.assigned")[-1]
    assert timedelta(0) <= assigned["at"] - ended["at"] < timedelta(seconds=1)
    wang.load("1/1")
    li.load("2/1")
    assert len(people.events(company, "conversation.assigned")) == 4


def test_who_waits_while_nobody_is_online_is_told_no_place_in_a_queue(people: People, company: Company) -> None:
    visitor = people.visitor(company)
    visitor.say(unique("在吗"))
    expect(visitor.page.locator("#state")).to_have_text(NOBODY_THERE)
    people.agent(company)
    visitor.served_by("小李")
    people.stack.change(CAP, 1, company.tenant_id)
    second = people.visitor(company)
    second.say(unique("等候"))
    second.position(1, within=15)


def test_an_agent_who_leaves_is_offline_after_the_grace_and_gets_nobody_new(people: People, company: Company) -> None:
    li = people.agent(company)
    first = people.visitor(company)
    li.open(first.say(unique("在吗")))
    wang = people.agent(company, "1002")
    li.tab.context.close()
    stack = people.stack

    def gone() -> bool:
        stack.change(LEFT_A_MINUTE_AGO, company.tenant_id)
        return str(stack.value(STATUS, company.tenant_id, "1001")) == "offline"

    eventually(gone, within=15)
    second = people.visitor(company)
    wang.open(second.say(unique("有人吗")))
    wang.page.locator("#transfer-button").click()
    colleague = wang.page.locator("#colleagues .colleague").filter(has_text="小李")
    expect(colleague.locator('.dot[data-status="offline"]')).to_be_visible()
    expect(colleague.locator("input")).to_be_disabled()
    assert len(people.events(company, "conversation.queued")) == 2, "the conversation stays with its agent"
    back = people.agent(company)
    back.open("在吗")
    first.sees(back.say(unique("我回来了")))
    expect(colleague.locator('.dot[data-status="online"]')).to_be_visible()


def test_the_head_says_whether_somebody_is_there(people: People, company: Company) -> None:
    carol = people.visitor(company)
    expect(carol.page.locator("#state")).to_have_text("客服不在线，请留言。")
    people.agent(company)
    carol.tab.reload()
    expect(carol.page.locator("#state")).to_have_text("在线")


def test_whoever_writes_again_is_not_away_any_more(people: People, company: Company) -> None:
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("还在吗")))
    carol.sees(li.say(unique("在")))
    head = carol.page.locator("#state")

    def is_away() -> bool:
        people.stack.change(LEFT_A_MINUTE_AGO, company.tenant_id)
        carol.tab.reload()
        carol.served_by("小李")
        return "暂时离开" in head.inner_text()

    eventually(is_away)
    li.say(unique("我回来了"))
    expect(head).to_have_text("小李 正在为您服务", timeout=3000)


def test_a_digest_that_was_overtaken_calls_nobody_away(people: People, company: Company) -> None:
    context = people.new_context()
    tell = dialog_handler(context)
    li, carol = people.agent(company), people.visitor(company, context=context)
    li.open(carol.say(unique("还在吗")))
    carol.sees(li.say(unique("在")))
    head = carol.page.locator("#state")
    expect(head).to_have_text("小李 正在为您服务")
    where = "select public_id, last_visitor_event_seq as seq from conversations_conversation where tenant_id = %s"
    [stands] = people.stack.rows(where, company.tenant_id)
    digest = {"t": "digest", "away": [stands["public_id"]]}
    tell({**digest, "after": {stands["public_id"]: stands["seq"] - 1}})
    expect(head).to_have_text("小李 正在为您服务")
    tell({**digest, "after": {stands["public_id"]: stands["seq"]}})
    expect(head).to_contain_text("小李 暂时离开")


def test_signing_out_asks_what_happens_to_open_conversations(people: People, company: Company) -> None:
    li = people.agent(company)
    first = people.visitor(company)
    li.open(first.say(unique("在吗")))
    page = li.page

    def sign_out() -> None:
        page.locator("#account-button").click()
        page.locator("#sign-out-form button").click()

    sign_out()
    expect(page.locator("#leave-title")).to_have_text("还有进行中的会话，确定退出登录？")
    page.locator("#leave-dialog [data-close]").click()
    expect(page.locator("#leave-dialog")).to_be_hidden()
    sign_out()
    page.locator("#leave-requeue").click()
    page.wait_for_url("**/sign-in/**")
    assert people.stack.value(STATUS, company.tenant_id, "1001") == "offline"
    first.tab.reload()
    expect(first.page.locator("#state")).to_have_text(NOBODY_THERE)
    back = people.agent(company)
    back.load("1/10")
    first.served_by("小李")


def test_at_night_the_head_says_when_the_desk_opens_and_that_what_was_written_is_there(
    people: People, company: Company
) -> None:
    opens = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=2)).replace(hour=9, minute=30)
    hours = {"always": False, "intervals": [{"days": [opens.weekday()], "opens": "09:30", "closes": "18:00"}]}
    people.stack.change(HOURS, company.tenant_id, json.dumps(hours))
    people.agent(company)
    carol = people.visitor(company, timezone_id="Asia/Shanghai")
    state = carol.page.locator("#state")
    when = re.compile(rf"{opens.month}月{opens.day}日.*09:30")
    expect(state).to_have_text(re.compile("^休息中，" + when.pattern))
    carol.say(unique("有人吗"))
    expect(state).to_have_text(re.compile("^已收到您的留言，" + when.pattern))
    carol.tab.reload()
    expect(state).to_have_text(re.compile("^已收到您的留言，" + when.pattern))
    carol.end()
    expect(state).to_have_text(re.compile("^休息中，" + when.pattern))


def test_a_visitor_abroad_reads_one_time_whole_on_a_small_phone(people: People, company: Company) -> None:
    opens = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=3)).replace(hour=9, minute=30)
    hours = {"always": False, "intervals": [{"days": [opens.weekday()], "opens": "09:30", "closes": "18:00"}]}
    people.stack.change(HOURS, company.tenant_id, json.dumps(hours))
    there = f"{opens.astimezone(ZoneInfo('America/New_York')):%H:%M}"
    carol = people.visitor(
        company,
        timezone_id="America/New_York",
        locale="en-US",
        viewport={"width": 320, "height": 640},
        is_mobile=True,
        has_touch=True,
    )
    state = carol.page.locator("#state")
    expect(state).to_have_text(re.compile(f"^Closed until .*{there}$"))
    eventually(carol.log)
    assert re.fullmatch(rf"We are closed at the moment and back .* at {there} \(UTC-[45]\)\. .*", carol.log()[0])
    carol.input.fill(unique("Anybody there?"))
    carol.page.locator("#send").tap()
    expect(state).to_have_text(re.compile(f"^Your message was received.*{there}$"))
    for width in (320, 390):
        carol.tab.set_viewport_size({"width": width, "height": 640})
        assert carol.page.evaluate(
            "() => { const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.querySelector('#state');"
            " return scrollWidth <= clientWidth && scrollHeight <= clientHeight }"
        )
