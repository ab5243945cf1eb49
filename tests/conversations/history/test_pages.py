"""Looking back: who sees which conversation, what narrows the list, what the thread shows."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.groups.actions import GroupInput, add_group, delete_group
from accounts.models import Agent, AuditEntry, Group, Membership
from accounts.settings.actions import set_override
from accounts.settings.places import tenant_place
from conversations.history import queries as history_queries
from conversations.history.access_log import record_view
from conversations.lifecycle import ending, transferring
from conversations.messages import recalling
from conversations.models import Attachment, Conversation, Message, Participation
from core import clock
from core.actors import SYSTEM
from core.live.commands import FetchEvents
from customers.models import Customer
from tests.cast import Cast, at_once
from tests.sockets import signed_in
from workbench.agent import AgentClient
from workbench.commands.conversations import fetch

LIST = "/console/conversations/"


def address_of(conversation: Conversation) -> str:
    """The page of one conversation."""
    return reverse("conversations:conversation", args=[conversation.public_id])


def found(client: Client, **filters: Any) -> list[str]:
    """The customers in the list, in its order."""
    answer = client.get(f"{LIST}?{urlencode(filters)}")
    assert answer.status_code == 200
    listing = answer.context["listing"]
    assert listing.total == len(listing.page.object_list)
    return [row.customer.name for row in listing.page]


def talk(cast: Cast, name: str, agent: Agent | None = None, *, days_ago: float = 0, says: str = "") -> Conversation:
    """A conversation of a new customer that began some days ago."""
    with clock.frozen_at(timezone.now() - timedelta(days=days_ago)):
        customer = cast.shop.welcome(name)
        made = cast.shop.held(customer, agent) if agent else cast.shop.open(customer)
        if says:
            cast.shop.says(customer, made, says)
    return cast.shop.fresh(made)


def end(cast: Cast, conversation: Conversation) -> None:
    """Its agent ends it."""
    with cast.shop.within():
        held = Conversation.objects.select_related("agent").get(pk=conversation.pk)
        assert held.agent is not None
        ending.end_by_agent(actor=held.agent.actor(), conversation=held.public_id)


@pytest.fixture
def boss(cast: Cast) -> Client:
    """alice's browser."""
    return signed_in(cast.alice)


def test_who_may_see_all_sees_all_and_others_what_they_took_part_in(cast: Cast, boss: Client) -> None:
    dave = cast.shop.hire("1002", "dave")
    mine, other = talk(cast, "mine", cast.bob), talk(cast, "other", dave)
    waiting, handed = talk(cast, "waiting"), talk(cast, "handed", cast.bob)
    with cast.shop.within():
        transferring.transfer(actor=cast.bob.actor(), conversation=handed.public_id, to=dave.public_id)
    assert set(found(boss)) == {"mine", "other", "waiting", "handed"}
    assert set(found(signed_in(cast.bob))) == {"mine", "handed"}
    bob = signed_in(cast.bob)
    answers = [bob.get(address_of(each)).status_code for each in (mine, handed, other, waiting)]
    assert answers == [200, 200, 404, 404]


def test_another_tenant_and_who_has_no_history_see_nothing(cast: Cast) -> None:
    mine = talk(cast, "mine", cast.bob)
    mallory = signed_in(cast.mallory)
    assert found(mallory) == []
    assert mallory.get(address_of(mine)).status_code == 404
    site_owner = signed_in(cast.shop.hire("1003", "sam", role="site_owner"))
    assert site_owner.get(LIST).status_code == 403
    assert site_owner.get(address_of(mine)).status_code == 403


def test_only_who_sees_all_is_offered_all_names(cast: Cast, boss: Client) -> None:
    dave, erin = cast.shop.hire("1002", "dave", status="busy"), cast.shop.hire("1003", "erin", status="busy")
    talk(cast, "erin's", erin)
    with cast.shop.within():
        Group.objects.create(name="elsewhere")
        handed = talk(cast, "handed", cast.bob)
        transferring.transfer(actor=cast.bob.actor(), conversation=handed.public_id, to=dave.public_id)

    def offered(client: Client, field: str) -> set[str]:
        choices = client.get(LIST).context["listing"].form.fields[field].choices
        return {re.split("[ （]", str(name))[0] for value, name in choices if value not in ("", "none")}

    for field in ("agent", "replied_by"):
        assert offered(boss, field) == {"alice", "bob", "dave", "erin"}
        assert offered(signed_in(cast.bob), field) == {"bob", "dave"}
    for field in ("group", "replied_group"):
        assert "elsewhere" in offered(boss, field)
        assert offered(signed_in(cast.bob), field) == offered(boss, field) - {"elsewhere"}
    answer = signed_in(cast.bob).get(LIST, {"agent": erin.public_id})
    assert "erin" not in answer.content.decode()


def test_who_holds_a_conversation_again_is_shown_again(cast: Cast, boss: Client) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    conversation = talk(cast, "talk", cast.bob)
    with cast.shop.within():
        transferring.transfer(actor=cast.bob.actor(), conversation=conversation.public_id, to=dave.public_id)
        transferring.transfer(actor=dave.actor(), conversation=conversation.public_id, to=cast.bob.public_id)
    assert ">bob → dave → bob</td>" in boss.get(LIST).content.decode()
    answer = boss.get(address_of(conversation))
    assert [each["holder"] for each in answer.context["hand_overs"]] == ["bob", "dave", "bob"]


def test_who_is_given_a_conversation_back_is_named_once_in_the_list(cast: Cast, boss: Client) -> None:
    conversation = talk(cast, "talk", cast.bob)
    with cast.shop.within():
        transferring.give_back_all(actor=cast.bob.actor())
    cast.shop.held(fresh_customer(cast, conversation), cast.bob)
    assert ">bob</td>" in boss.get(LIST).content.decode()
    assert len(boss.get(address_of(conversation)).context["hand_overs"]) == 2


def test_days_that_end_before_they_begin_are_told_in_the_page_and_in_the_fragment(boss: Client) -> None:
    words = {"from": "2026-03-10", "to": "2026-03-09", "lang": "en"}
    for headers in ({}, {"HX-Request": "true"}):
        text = boss.get(LIST, words, headers=headers).content.decode()
        notes = re.search(r'<div class="field-notes" id="id_to_notes"[^>]*>(.*?)</div>', text, re.DOTALL)
        assert notes
        assert "The last day is before the first." in notes[1]
        assert ('hx-swap-oob="innerHTML"' in notes[0]) is bool(headers)


def test_days_that_were_chosen_are_the_same_tomorrow_and_for_others(boss: Client) -> None:
    evening = timezone.now().replace(year=2025, month=6, day=10, hour=15, minute=59)  # a minute to midnight
    with clock.frozen_at(evening):
        chosen = boss.get(LIST, {"from": "2025-06-10", "to": "2025-06-10"}).context["listing"]
        usual = boss.get(LIST, {"from": "2025-05-12", "to": "2025-06-10"}).context["listing"]
        assert boss.get(LIST).context["listing"].query() == "?"
    assert chosen.query(sort="-duration") == "?from=2025-06-10&to=2025-06-10&sort=-duration"
    assert not usual.filtered
    with clock.frozen_at(evening + timedelta(minutes=2)):
        form = boss.get(LIST + usual.query()).context["listing"].form
        assert (str(form.value("from")), str(form.value("to"))) == ("2025-05-12", "2025-06-10")


def test_the_old_holder_of_a_number_is_told_from_the_new_one(cast: Cast, boss: Client) -> None:
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(deleted_at=timezone.now().replace(year=2025, month=6, day=10))
    cast.shop.hire("1001", "bob")
    choices = boss.get(LIST, {"lang": "en"}).context["listing"].form.fields["agent"].choices
    assert {"bob (1001)", "bob (1001, deleted 2025-06-10)"} <= {str(name) for _value, name in choices}


def test_a_deleted_group_is_still_found_and_told_from_a_new_one_of_its_name(cast: Cast, boss: Client) -> None:
    with cast.shop.within():
        vip = add_group(actor=cast.alice.actor(), values=GroupInput("VIP"))
        row = cast.shop.held(cast.carol, cast.bob)
        Participation.objects.filter(conversation=row).update(group=vip)
        delete_group(actor=cast.alice.actor(), group=vip.public_id)
        add_group(actor=cast.alice.actor(), values=GroupInput("VIP"))
        Group.ever.filter(pk=vip.pk).update(deleted_at=timezone.now().replace(year=2025, month=6, day=10))
    for address in (LIST, "/console/reports/workload/"):
        listing = boss.get(address, {"lang": "en", "group": vip.public_id})
        assert "VIP (deleted 2025-06-10)" in listing.content.decode()
    assert found(boss, group=vip.public_id) == ["carol"]
    choices = boss.get(LIST, {"lang": "en"}).context["listing"].form.fields["group"].choices
    assert {"VIP", "VIP (deleted 2025-06-10)"} <= {str(name) for _value, name in choices}


def test_days_are_the_tenants_own(cast: Cast, boss: Client) -> None:
    with cast.shop.within():
        type(cast.shop.tenant).objects.filter(pk=cast.shop.tenant.pk).update(time_zone="Pacific/Auckland")
    evening = timezone.now().replace(year=2025, month=6, day=10, hour=20, minute=0)  # in Auckland it is the 11th
    with clock.frozen_at(evening):
        cast.shop.open(cast.carol)
    assert found(boss, **{"from": "2025-06-10", "to": "2025-06-10"}) == []
    assert found(boss, **{"from": "2025-06-11", "to": "2025-06-11"}) == ["carol"]
    assert found(boss) == []
    assert found(boss, **{"from": "", "to": ""}) == ["carol"]


def test_the_usual_range_is_thirty_days(cast: Cast, boss: Client) -> None:
    talk(cast, "yesterday", days_ago=1)
    talk(cast, "long ago", days_ago=31)
    assert found(boss) == ["yesterday"]


def test_each_filter_narrows(cast: Cast, boss: Client) -> None:
    dave = cast.shop.hire("1002", "dave")
    waiting = talk(cast, "waiting", says="多久发货")
    silent = talk(cast, "silent")
    answered = talk(cast, "answered", cast.bob, says="发货了吗")
    cast.shop.says(cast.bob, answered, "已经发货")
    handed = talk(cast, "handed", dave, says="hello")
    with cast.shop.within():
        transferring.transfer(actor=dave.actor(), conversation=handed.public_id, to=cast.bob.public_id)
    end(cast, handed)
    with cast.shop.within():
        elsewhere = Group.objects.create(name="elsewhere")
        Membership.objects.create(agent=cast.bob, group=elsewhere)
        nobody_there = Group.objects.create(name="nobody there")
    everybody = {"waiting", "silent", "answered", "handed"}
    expected: list[tuple[dict[str, str], set[str]]] = [
        ({"state": "queued"}, {"waiting", "silent"}),
        ({"state": "active"}, {"answered"}),
        ({"state": "ended"}, {"handed"}),
        ({"ended": "agent"}, {"handed"}),
        ({"ended": "idle"}, set()),
        ({"ended": "agent", "state": "active"}, set()),
        ({"state": "agent"}, {"handed"}),  # as earlier versions had it in one
        ({"state": "idle"}, set()),
        ({"asked": "yes"}, everybody - {"silent"}),
        ({"asked": "no"}, {"silent"}),
        ({"human": "yes"}, {"answered", "handed"}),
        ({"human": "no"}, {"waiting", "silent"}),
        ({"replied": "yes"}, {"answered"}),
        ({"replied": "no"}, everybody - {"answered"}),
        ({"replied_by": cast.bob.public_id}, {"answered"}),
        ({"replied_by": dave.public_id}, set()),
        ({"replied_group": cast.shop.group.public_id}, {"answered"}),
        ({"replied_group": elsewhere.public_id}, set()),
        ({"answered_by": cast.bob.public_id}, {"answered"}),
        ({"answered_by": dave.public_id}, set()),
        ({"answered_group": cast.shop.group.public_id}, {"answered"}),
        ({"replied_group": nobody_there.public_id}, set()),
        ({"agent": dave.public_id}, {"handed"}),
        ({"agent": cast.bob.public_id}, {"answered", "handed"}),
        ({"agent": "none"}, {"waiting", "silent"}),
        ({"group": cast.shop.group.public_id}, {"answered", "handed"}),
        ({"group": cast.shop.group.public_id, "agent": dave.public_id}, {"handed"}),
        ({"group": elsewhere.public_id, "agent": dave.public_id}, set()),
        ({"group": elsewhere.public_id, "agent": "none"}, set()),
        ({"channel": cast.shop.channel.public_id}, everybody),
        ({"account": cast.shop.account.public_id}, everybody),
        ({"customer": "ait"}, {"waiting"}),
        ({"customer": fresh_customer(cast, silent).public_id}, {"silent"}),
        ({"words": "发货"}, {"waiting", "answered"}),
        ({"words": "HELLO"}, {"handed"}),
        ({"words": "发货", "state": "queued"}, {"waiting"}),
        ({"words": "发"}, set()),  # one letter is no word
        ({"state": "nonsense"}, set()),
        ({"agent": "of-8002"}, set()),
    ]
    for filters, names in expected:
        assert set(found(boss, **filters)) == names, filters
    assert waiting.state == "queued"


def fresh_customer(cast: Cast, conversation: Conversation) -> Customer:
    """Whose it is."""
    with cast.shop.within():
        return Customer.objects.get(pk=conversation.customer_id)


def test_what_was_noted_of_a_customer_finds_the_conversation_for_roles_with_a_desk(cast: Cast, boss: Client) -> None:
    conversation = talk(cast, "noted", cast.bob)
    talk(cast, "other", cast.bob)
    with cast.shop.within():
        Customer.objects.filter(pk=conversation.customer_id).update(remark="王小姐", note="周末不要打电话")
    dave, analyst = cast.shop.hire("1010", "dave"), cast.shop.hire("1009", "erin", role="analyst")
    for words in ("王小", "打电话"):
        assert found(boss, customer=words) == found(signed_in(cast.bob), customer=words) == ["noted"]
        assert found(signed_in(dave), customer=words) == found(signed_in(analyst), customer=words) == []


def test_words_are_taken_as_they_are(cast: Cast, boss: Client) -> None:
    talk(cast, "percent", says="5_0% 折扣")
    talk(cast, "plain", says="5x0 折扣")
    assert found(boss, words="5_0") == ["percent"]
    assert found(boss, words="0%") == ["percent"]
    assert found(boss, words="\\0") == []
    assert set(found(boss, words="'; drop table")) == set()


def test_words_do_not_find_what_was_recalled_nor_notes_for_who_sees_none(cast: Cast, boss: Client) -> None:
    conversation = talk(cast, "talk", cast.bob, says="good morning")
    cast.shop.says(cast.bob, conversation, "a private note", note=True)
    cast.shop.says(cast.bob, conversation, "a slip of the tongue")
    with cast.shop.within():
        recalling.recall(actor=cast.bob.actor(), conversation=conversation.public_id, n=3)
    analyst = signed_in(cast.shop.hire("1009", "erin", role="analyst"))
    assert found(boss, words="slip") == []
    assert found(boss, words="private") == ["talk"]
    assert found(analyst, words="private") == []
    assert found(analyst, words="morning") == ["talk"]


def test_words_are_searched_in_a_bounded_range(cast: Cast, boss: Client) -> None:
    talk(cast, "recent", says="hello there")
    talk(cast, "old", days_ago=60, says="hello there")
    assert set(found(boss, words="hello", **{"from": day(-70), "to": day(0)})) == {"recent", "old"}
    for range_ in ({"from": "", "to": ""}, {"from": day(-200), "to": day(0)}, {"from": "2020-01-01", "to": ""},
                   {"from": "2020-01-01", "to": "never"}):  # fmt: skip
        answer = boss.get(f"{LIST}?{urlencode({'words': 'hello', **range_})}")
        assert [row.customer.name for row in answer.context["listing"].page] == ["recent"]
        assert answer.context["listing"].form.errors.keys() >= {"from"}


def day(offset: int) -> str:
    """A day near today, as addresses name it."""
    return str(timezone.localdate() + timedelta(days=offset))


def test_nonsense_in_the_address_never_breaks_the_list(cast: Cast, boss: Client) -> None:
    talk(cast, "talk")
    for query in (
        "from=0001-01-01",
        "to=9999-12-31",
        "from=x&to=y",
        "page=-1",
        "page=999999999999",
        "sort=x",
        "customer=%00",
        "words=%00%00",
        "per=7",
        "state=&state=queued",
        "replied_by=%F0%9F%98%80",
    ):
        assert boss.get(f"{LIST}?{query}").status_code == 200, query


def test_the_list_is_sorted_by_time_duration_and_first_answer(cast: Cast, boss: Client) -> None:
    long_, short, open_ = (talk(cast, name, cast.bob, days_ago=2) for name in ("long", "short", "open"))
    with cast.shop.within():
        for conversation, hours in ((long_, 30), (short, 1)):
            moment = conversation.opened_at + timedelta(hours=hours)
            Conversation.objects.filter(pk=conversation.pk).update(
                state="ended", ended_at=moment, asked_at=conversation.opened_at, first_response_at=moment
            )
    assert open_.state == "active"
    for sort, names in {
        "duration": ["short", "long", "open"],
        "-duration": ["long", "short", "open"],
        "first_response": ["short", "long", "open"],
        "opened": ["long", "short", "open"],
        "-opened": ["open", "short", "long"],
    }.items():
        assert found(boss, sort=sort) == names, sort


def test_a_page_costs_the_same_queries_however_many_rows(cast: Cast, boss: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert boss.get(LIST).status_code == 200
        return len(queries)

    talk(cast, "first", cast.bob, says="hello")
    cost()
    few = cost()
    for number in range(12):
        talk(cast, f"more {number}", cast.bob if number % 2 else None, says="hello")
    assert cost() == few


def test_htmx_gets_the_list_alone(cast: Cast, boss: Client) -> None:
    talk(cast, "talk")
    answer = boss.get(LIST, {"state": "queued"}, headers={"HX-Request": "true"})
    assert answer.content.lstrip().startswith(b'<div class="list" id="list">')
    assert answer["HX-Push-Url"] == f"{LIST}?state=queued"


def test_the_thread_shows_messages_and_what_happened_between(cast: Cast, boss: Client) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    conversation = talk(cast, "talk", cast.bob, says="first question")
    cast.shop.says(cast.bob, conversation, "only for us", note=True)
    with cast.shop.within():
        transferring.transfer(actor=cast.bob.actor(), conversation=conversation.public_id, to=dave.public_id)
    cast.shop.says(dave, conversation, "an <b>answer</b>")
    end(cast, conversation)
    answer = boss.get(address_of(conversation), headers={"Accept-Language": "en"})
    text = answer.content.decode()
    happened = [
        "The conversation was opened", "bob accepted the conversation", "first question", "only for us",
        "bob transferred the conversation to dave", "an &lt;b&gt;answer&lt;/b&gt;", "dave ended the conversation",
    ]  # fmt: skip
    places = [text.index(each) for each in happened]
    assert places == sorted(places)
    assert [entry.kind for entry in answer.context["entries"]].count("day") == 1


def test_notes_are_hidden_from_who_does_not_work_at_a_desk(cast: Cast) -> None:
    conversation = talk(cast, "talk", cast.bob, says="question")
    cast.shop.says(cast.bob, conversation, "only for us", note=True)
    analyst = signed_in(cast.shop.hire("1009", "erin", role="analyst"))
    answer = analyst.get(address_of(conversation))
    assert "question" in answer.content.decode()
    assert "only for us" not in answer.content.decode()
    assert answer.context["conversation"].messages_shown == 1
    assert signed_in(cast.bob).get(address_of(conversation)).context["conversation"].messages_shown == 2


def test_what_was_recalled_is_for_auditors(cast: Cast, boss: Client) -> None:
    conversation = talk(cast, "talk", cast.bob, says="question")
    cast.shop.says(cast.bob, conversation, "a slip")
    with cast.shop.within():
        recalling.recall(actor=cast.bob.actor(), conversation=conversation.public_id, n=2)
    assert "a slip" in boss.get(address_of(conversation)).content.decode()
    for reader in (cast.bob, cast.shop.hire("1009", "erin", role="analyst")):
        assert "a slip" not in signed_in(reader).get(address_of(conversation)).content.decode()


def test_files_have_signed_addresses_and_a_recalled_one_has_none(cast: Cast, boss: Client) -> None:
    conversation = talk(cast, "talk", cast.bob, says="question")
    with cast.shop.within():
        file = Attachment.objects.create(
            owner_kind="customer", owner_id=conversation.customer_id, kind="file", name="plan.pdf",
            media_type="application/pdf", size=2048, path="nowhere",
        )  # fmt: skip
        Message.objects.filter(conversation=conversation).update(attachment=file, kind="file", text="")
    assert "/files/" in boss.get(address_of(conversation)).content.decode()
    with cast.shop.within():
        Message.objects.filter(conversation=conversation).update(recalled_at=timezone.now())
    text = boss.get(address_of(conversation)).content.decode()
    assert "plan.pdf" in text
    assert "/files/" not in text


def test_a_long_thread_has_pages_that_miss_nothing(cast: Cast, boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_queries, "PAGE", 4)
    conversation = talk(cast, "talk", cast.bob)
    customer = fresh_customer(cast, conversation)
    for number in range(1, 10):
        cast.shop.says(customer, conversation, f"message {number}")
    end(cast, conversation)
    seen: list[str] = []
    for page in ("1", "2", "3"):
        entries = boss.get(address_of(conversation), {"page": page}).context["entries"]
        seen += [entry.message["text"] if entry.message else entry.text for entry in entries if entry.kind != "day"]
    assert seen[2:11] == [f"message {number}" for number in range(1, 10)]
    assert len(seen) == 2 + 9 + 1
    for page in ("0", "-3", "99", "x", "9" * 40):
        assert boss.get(address_of(conversation), {"page": page}).status_code == 200


def views(cast: Cast) -> list[AuditEntry]:
    """What the audit log knows of looking."""
    with cast.shop.within():
        return list(AuditEntry.objects.filter(action="conversation.viewed"))


def test_looking_at_a_colleagues_conversation_is_noted_once_in_ten_minutes(cast: Cast, boss: Client) -> None:
    conversation = talk(cast, "talk", cast.bob, says="hello")
    signed_in(cast.bob).get(address_of(conversation))
    assert views(cast) == []
    for _time in range(3):
        boss.get(address_of(conversation))
    (entry,) = views(cast)
    assert (entry.actor_id, entry.object_kind, entry.object_id) == (cast.alice.pk, "conversation", conversation.pk)
    assert entry.object_name == "talk"
    with clock.frozen_at(timezone.now() + timedelta(minutes=11)):
        boss.get(address_of(conversation))
    assert len(views(cast)) == 2


def test_two_tabs_at_once_are_one_view(cast: Cast) -> None:
    conversation = talk(cast, "talk", cast.bob)
    with cast.shop.within():
        results = at_once(
            *[lambda: record_view(actor=cast.alice.actor(), conversation_id=conversation.pk, customer_name="talk")] * 6
        )
    assert sorted(map(str, results)) == ["False"] * 5 + ["True"]
    assert len(views(cast)) == 1


def test_reading_at_the_desk_is_noted_as_on_the_page(cast: Cast, boss: Client) -> None:
    conversation = talk(cast, "talk", cast.bob, says="hello")
    thread = reverse("workbench:messages", args=[conversation.public_id])
    for _time in range(2):
        assert boss.get(thread).status_code == 200
    (entry,) = views(cast)
    assert (entry.actor_id, entry.object_id, entry.object_name) == (cast.alice.pk, conversation.pk, "talk")
    assert entry.address == "127.0.0.1"
    boss.get(address_of(conversation))
    assert len(views(cast)) == 1, "the page and the desk are one view"


def test_the_desks_own_conversations_are_not_noted_and_cost_nothing(cast: Cast) -> None:
    bob = signed_in(cast.bob)
    held, waiting = talk(cast, "held", cast.bob, says="hello"), talk(cast, "waiting", says="hello")
    ended, handed = talk(cast, "ended", cast.bob, says="hello"), talk(cast, "handed", cast.bob, says="hello")
    end(cast, ended)
    dave = cast.shop.hire("1002", "dave", role="supervisor", status="busy")
    with cast.shop.within():
        transferring.transfer(actor=cast.bob.actor(), conversation=handed.public_id, to=dave.public_id)
    for client, own in ((bob, (held, waiting, ended)), (signed_in(dave), (handed, waiting))):
        for conversation in own:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse("workbench:messages", args=[conversation.public_id])).status_code == 200
            said = " ".join(query["sql"] for query in queries)
            assert "accounts_auditentry" not in said
            assert "conversations_participation" not in said
    assert views(cast) == []
    assert bob.get(reverse("workbench:messages", args=[handed.public_id])).status_code == 404


def test_messages_that_come_over_the_line_are_noted_too(cast: Cast) -> None:
    held = talk(cast, "held", cast.bob, says="hello")
    with cast.shop.within():
        alice, bob = AgentClient.of(cast.alice, "en"), AgentClient.of(cast.bob, "en")
        for desk, seen in ((bob, 0), (alice, cast.shop.fresh(held).last_event_seq), (alice, 0), (alice, 0)):
            payload = FetchEvents(t="events.fetch", id=uuid4(), after={held.public_id: seen})
            frames = async_to_sync(fetch)(desk, payload)["frames"]
            assert bool(frames) == (seen == 0)
            assert len(AuditEntry.objects.filter(action="conversation.viewed")) == (desk is alice and seen == 0)


def test_the_customers_other_conversations_are_those_that_the_reader_may_see(cast: Cast, boss: Client) -> None:
    dave = cast.shop.hire("1002", "dave")
    first = cast.shop.held(cast.carol, dave)
    end(cast, first)
    second = cast.shop.held(cast.carol, cast.bob)
    assert [each.pk for each in boss.get(address_of(second)).context["others"]] == [first.pk]
    assert signed_in(cast.bob).get(address_of(second)).context["others"] == []


def test_posting_to_the_pages_is_not_allowed(cast: Cast, boss: Client) -> None:
    conversation = talk(cast, "talk", cast.bob)
    assert boss.post(LIST).status_code == 405
    assert boss.post(address_of(conversation)).status_code == 405


def test_the_number_of_messages_is_of_what_people_wrote(cast: Cast, boss: Client) -> None:
    with cast.shop.within():
        set_override(actor=SYSTEM, place=tenant_place(), setting="welcome", value="welcome!")
    cast.shop.says(cast.carol, cast.shop.open(cast.carol), "hello")
    (row,) = boss.get(LIST).context["listing"].page
    assert (row.last_seq, row.messages_shown) == (2, 1)
