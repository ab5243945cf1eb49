"""Processes die in the middle of their work. What they had accepted is there once; what they had not comes again."""

from concurrent.futures import ThreadPoolExecutor

from tests.eventually import eventually
from tests.journeys.network import Proxy
from tests.journeys.people import People, unique
from tests.journeys.stack import Company

BURST = 12
# Seconds until everybody is connected again once processes are there: they begin to answer, and whoever tried in vain
# meanwhile may wait for half a minute before the next try (docs/protocol.md, "Close codes").
RECONNECTED = 60.0
IDLE = 300
ENDED = "select count(*) from conversations_conversation where tenant_id = %s and state = 'ended'"
COUNT = "select count(*) from conversations_message where tenant_id = %s"


def test_a_burst_survives_the_sudden_death_of_every_web_process(people: People, company: Company) -> None:
    stack = people.stack
    li, carol = people.agent(company), people.visitor(company)
    li.open(carol.say(unique("开始")))
    said: list[str] = []
    for number in range(BURST):
        said += [carol.say(unique("访客")), li.say(unique("客服"))]
        if number == BURST // 3:
            one = stack.pids("web")[:1]
            stack.kill(*one)
        if number == 2 * BURST // 3:
            stack.wait_for_successors("web", one)
            everyone = stack.pids("web")
            stack.kill(*everyone)
    stack.wait_for_successors("web", everyone)
    eventually(lambda: stack.value(COUNT, company.tenant_id) >= len(said) + 2, within=RECONNECTED)
    people.agree(company, [carol], [li], within=RECONNECTED)
    assert [text for text in carol.log() if text.startswith("访客")] == said[::2]
    assert [text for text in li.log() if text.startswith("客服")] == said[1::2]


def test_what_was_stored_but_not_acknowledged_before_the_crash_is_there_once(
    people: People, company: Company, proxy: Proxy
) -> None:
    stack = people.stack
    li, carol = people.agent(company), people.visitor(company, url=proxy.url)
    li.open(carol.say(unique("开始")))
    proxy.hide_answers()
    unheard = carol.say(unique("没有回音"))
    li.sees(unheard)
    carol.state_of(unheard, "sending")
    killed = stack.pids("web")
    stack.kill(*killed)
    proxy.heal()
    proxy.cut()
    stack.wait_for_successors("web", killed)
    carol.state_of(unheard, "read", within=RECONNECTED)
    carol.sees(li.say(unique("收到")), within=RECONNECTED)
    people.agree(company, [carol], [li], within=RECONNECTED)


def test_a_sweep_that_dies_with_its_worker_is_finished_by_the_next(people: People, company: Company) -> None:
    stack = people.stack
    carol = people.visitor(company)  # somebody is served, so time counts
    carol.state_of(carol.say(unique("你好")), "sent")
    stack.run("-m", "tests.journeys.companies", "idle", company.code, str(IDLE))
    worker = stack.pids("worker")
    stack.forget_absences()
    with ThreadPoolExecutor(1) as clock:
        ringing = clock.submit(stack.ring, "idle end")
        eventually(lambda: 0 < stack.value(ENDED, company.tenant_id) < IDLE, within=40)
        stack.kill(*worker)
        ringing.result()
    stack.wait_for_successors("worker", worker)
    left = IDLE - stack.value(ENDED, company.tenant_id)
    assert 0 < left < IDLE, "the worker was meant to die in the middle"
    stack.forget_absences()
    stack.ring("idle end")
    eventually(lambda: stack.value(ENDED, company.tenant_id) == IDLE, within=60)
    endings = stack.rows(
        "select conversation_id, count(*) as times from core_event"
        " where tenant_id = %s and name = 'conversation.ended' group by 1",
        company.tenant_id,
    )
    assert len(endings) == IDLE
    assert {row["times"] for row in endings} == {1}
