"""Posting: numbers without gaps, repetitions without harm, refusals without neighbours, answers after the commit."""

import asyncio
import random
import uuid
from collections.abc import Sequence

import psycopg
import pytest
from django.db import connection

from conversations.lifecycle import queries as lifecycle_queries
from conversations.models import Conversation
from conversations.posting import frames
from conversations.posting import writing as posting
from conversations.posting.batcher import poster
from conversations.posting.drafts import Draft, Empty, Ended, FileRefused, NotYours, TooLong, check
from conversations.timeline.queries import messages_numbered, visitor_messages
from conversations.timeline.replay import frames_after
from conversations.timeline.wire import message_object
from core.errors import Internal, NotFound
from core.live import hub
from core.live.groups import agent_group
from core.models import LoggedEvent
from core.tenancy.pool import _parameters
from core.tenancy.scope import unscoped
from tests.cast import Cast, at_once, draft_of
from tests.eventually import soon


@pytest.fixture
def talk(cast: Cast) -> Conversation:
    """carol talks with bob."""
    return cast.shop.held(cast.carol, cast.bob)


def numbers(conversation: Conversation) -> list[int]:
    """The numbers of its messages."""
    with unscoped(reason="the test looks from above"):
        return list(conversation.messages.order_by("seq").values_list("seq", flat=True))


def check_numbering(conversation: Conversation) -> None:
    """Messages and both streams of events count 1, 2, 3 …, and the conversation knows the last of each."""
    with unscoped(reason="the test looks from above"):
        now = Conversation.objects.get(pk=conversation.pk)
        events = LoggedEvent.objects.filter(conversation_id=conversation.pk)
        streams = (
            (list(now.messages.order_by("seq").values_list("seq", flat=True)), now.last_seq),
            (list(events.order_by("seq").values_list("seq", flat=True)), now.last_event_seq),
            (
                list(events.exclude(visitor_seq=None).order_by("visitor_seq").values_list("visitor_seq", flat=True)),
                now.last_visitor_event_seq,
            ),
        )
    for found, last in streams:
        assert found == list(range(1, last + 1))


def test_a_batch_is_numbered_in_its_order(cast: Cast, talk: Conversation) -> None:
    with cast.shop.within():
        outcomes = posting.post([draft_of(cast.carol, talk, f"line {n}") for n in range(50)])
    assert [outcome.row["n"] for outcome in outcomes] == list(range(1, 51))
    check_numbering(talk)


def test_a_repetition_within_one_batch_is_one_message(cast: Cast, talk: Conversation) -> None:
    draft = draft_of(cast.carol, talk, "once")
    with cast.shop.within():
        outcomes = posting.post([draft, draft_of(cast.carol, talk, "between"), draft, draft])
    assert [outcome.row["n"] for outcome in outcomes] == [1, 2, 1, 1]
    assert [outcome.fresh for outcome in outcomes] == [True, True, False, False]
    check_numbering(talk)


def test_a_repetition_later_returns_the_stored_message(cast: Cast, talk: Conversation) -> None:
    draft = draft_of(cast.carol, talk, "once")
    with cast.shop.within():
        first, again = posting.post([draft])[0], posting.post([draft])[0]
    assert not again.fresh
    assert message_object(first.row, "visitor") == message_object(again.row, "visitor")
    check_numbering(talk)


def test_a_repetition_after_the_end_still_finds_the_message(cast: Cast, talk: Conversation) -> None:
    from conversations.lifecycle import ending

    draft = draft_of(cast.carol, talk, "just before the end")
    with cast.shop.within():
        posting.post([draft])
        ending.end_by_agent(actor=cast.bob.actor(), conversation=talk.public_id)
        assert posting.post([draft])[0].refusal is None
        assert posting.post([draft_of(cast.carol, talk, "after the end")])[0].refusal is Ended


def test_somebody_elses_client_id_is_not_theirs_to_repeat(cast: Cast, talk: Conversation) -> None:
    number = uuid.uuid4()
    with cast.shop.within():
        posting.post([draft_of(cast.carol, talk, "carol's", client_id=number)])
        stolen = posting.post([draft_of(cast.bob, talk, "bob's", client_id=number)])[0]
    assert stolen.refusal is NotFound


def test_ten_connections_that_repeat_themselves_leave_no_gap(cast: Cast, talk: Conversation) -> None:
    drafts = [draft_of(cast.carol if n % 2 else cast.bob, talk, f"line {n}", note=n % 6 == 0) for n in range(60)]

    def send(seed: int) -> list[int]:
        chance = random.Random(seed)
        sent: list[int] = []
        for _ in range(6):
            batch = chance.choices(drafts, k=10)
            sent += [outcome.row["n"] for outcome in posting.post(batch) if outcome.refusal is None]
        return sent

    with cast.shop.within():
        results = at_once(*[lambda seed=seed: send(seed) for seed in range(10)])
    assert all(isinstance(result, list) and len(result) == 60 for result in results), results
    check_numbering(talk)
    with cast.shop.within():
        assert talk.messages.values("client_id").distinct().count() == talk.messages.count()


def test_batches_over_several_conversations_do_not_deadlock(cast: Cast) -> None:
    people = [cast.shop.welcome(f"visitor {n}") for n in range(6)]
    talks = [cast.shop.open(person) for person in people]

    def send(seed: int) -> int:
        chance = random.Random(seed)
        for _ in range(10):
            pairs = list(zip(people, talks, strict=True))
            chance.shuffle(pairs)
            posting.post([draft_of(person, talk, "hello") for person, talk in pairs])
        return 60

    with cast.shop.within():
        assert at_once(*[lambda seed=seed: send(seed) for seed in range(8)]) == [60] * 8
    for talk in talks:
        assert numbers(talk) == list(range(1, 81))
        check_numbering(talk)


def refused_drafts(cast: Cast, talk: Conversation) -> list[tuple[Draft, type[Exception]]]:
    """One of each kind."""
    ended = cast.shop.held(cast.shop.welcome("gone"), cast.bob)
    from conversations.lifecycle import ending

    with cast.shop.within():
        ending.end_by_agent(actor=cast.bob.actor(), conversation=ended.public_id)
    stranger = draft_of(cast.mike, talk, "not mine")
    return [
        (stranger, NotFound),
        (draft_of(cast.carol, ended, "carol in somebody else's"), NotFound),
        (Draft("nowhere", uuid.uuid4(), "customer", cast.carol.pk, "carol", text="?"), NotFound),
        (draft_of(cast.bob, ended, "after the end"), Ended),
        (draft_of(cast.alice, talk, "bob has it"), NotYours),
        (Draft(talk.public_id, uuid.uuid4(), "customer", cast.carol.pk, "carol", "file", file="unknown"), FileRefused),
    ]


def test_a_refused_draft_does_not_touch_its_neighbours(cast: Cast, talk: Conversation) -> None:
    refused = refused_drafts(cast, talk)
    batch = [draft for pair in refused for draft in (draft_of(cast.carol, talk, "good"), pair[0])]
    with cast.shop.within():
        outcomes = posting.post(batch)
    assert [outcome.refusal for outcome in outcomes[1::2]] == [refusal for _, refusal in refused]
    assert [outcome.row["n"] for outcome in outcomes[0::2]] == list(range(1, len(refused) + 1))
    check_numbering(talk)


def test_an_empty_or_endless_draft_never_reaches_the_database(cast: Cast, talk: Conversation) -> None:
    for text, refusal in (("", Empty), (" \n\t", Empty), ("x" * 4001, TooLong)):
        with pytest.raises(refusal):
            check(draft_of(cast.carol, talk, text))
    with pytest.raises(Empty):
        check(Draft(talk.public_id, uuid.uuid4(), "customer", cast.carol.pk, "carol", "image"))
    check(draft_of(cast.carol, talk, "字" * 4000))


@pytest.mark.parametrize(
    "unseen", ["\u200b\u200d", "\u202e \u2066\u2069", "\ufeff\u2060\u00ad", "\u3000", "\x07", "\u2800"]
)
def test_what_nobody_can_see_is_empty(cast: Cast, talk: Conversation, unseen: str) -> None:
    with pytest.raises(Empty):
        check(draft_of(cast.carol, talk, unseen))


@pytest.mark.parametrize("seen", ["?", "好", "\u200f\u05d0", "👩\u200d💻", "❤\ufe0f", "\u200bx"])
def test_invisible_marks_beside_something_visible_are_kept(cast: Cast, talk: Conversation, seen: str) -> None:
    check(draft_of(cast.carol, talk, seen))


def test_a_draft_cannot_name_another_tenants_conversation(cast: Cast, talk: Conversation) -> None:
    with cast.other.within():
        outcome = posting.post([draft_of(cast.carol, talk, "through the wrong door")])[0]
    assert outcome.refusal is NotFound
    assert numbers(talk) == []


def test_a_note_is_told_to_the_desk_only(cast: Cast, talk: Conversation) -> None:
    outcome = cast.shop.says(cast.bob, talk, "a private note", note=True)
    groups = [group for group, _ in frames.frames_of([outcome])]
    assert groups == [agent_group(cast.shop.tenant.pk, cast.bob.pk)]
    assert outcome.row["visitor_event_seq"] is None


def test_a_note_is_in_no_visitors_history_or_replay(cast: Cast, talk: Conversation) -> None:
    cast.shop.says(cast.carol, talk, "a question")
    cast.shop.says(cast.bob, talk, "a private note", note=True)
    cast.shop.says(cast.bob, talk, "an answer")
    with cast.shop.within():
        found, _ = visitor_messages(cast.carol.pk, cast.shop.channel.pk)
        row = lifecycle_queries.row(talk.pk)
        visitors = frames_after(row, 0, "visitor")
        agents = frames_after(row, 0, "agent")
    assert [message["text"] for message in found] == ["a question", "an answer"]
    assert "private" not in str(visitors)
    assert "private" in str(agents)
    assert [frame["seq"] for frame in visitors] == list(range(1, len(visitors) + 1))
    assert [frame["seq"] for frame in agents] == list(range(1, len(agents) + 1))


def test_the_live_frame_and_the_table_show_the_same_message(cast: Cast, talk: Conversation) -> None:
    outcome = cast.shop.says(cast.carol, talk, "the same everywhere")
    with cast.shop.within():
        stored = messages_numbered(talk.pk, [1])[1]
    for side in ("visitor", "agent"):
        assert message_object(outcome.row, side) == message_object(stored, side)


def test_a_batch_that_is_rolled_back_tells_nobody(cast: Cast, talk: Conversation) -> None:
    import redis
    from django.conf import settings
    from django.db import transaction

    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as ears:
        ears.subscribe(hub._redis_channel(cast.shop.tenant.pk))
        assert ears.get_message(timeout=5)
        with pytest.raises(ZeroDivisionError), cast.shop.within(), transaction.atomic():
            posting.post([draft_of(cast.carol, talk, "never said")])
            raise ZeroDivisionError
        client.publish(hub._redis_channel(cast.shop.tenant.pk), "end")
        heard = ears.get_message(timeout=5)
    assert heard is not None
    assert heard["data"] == b"end"
    assert numbers(talk) == []


@pytest.mark.usefixtures("live_loop")
async def test_many_senders_at_once_get_one_batch_and_their_own_answers(cast: Cast, talk: Conversation) -> None:
    drafts = [draft_of(cast.carol, talk, f"line {n}") for n in range(300)]
    post = poster(cast.shop.tenant.pk).post
    outcomes = await asyncio.gather(*[post(draft) for draft in (*drafts, *drafts[:50])])
    assert [outcome.row["client_id"] for outcome in outcomes[:300]] == [draft.client_id for draft in drafts]
    assert sorted(outcome.row["n"] for outcome in outcomes[:300]) == list(range(1, 301))
    assert not any(outcome.fresh for outcome in outcomes[300:])
    check_numbering(talk)


@pytest.mark.usefixtures("live_loop")
async def test_posters_and_threads_together_leave_no_gap(cast: Cast, talk: Conversation) -> None:
    """A web process's poster and actions on other connections, all in one conversation."""

    def in_threads(drafts: Sequence[Draft]) -> None:
        with cast.shop.within():
            at_once(*[lambda draft=draft: posting.post([draft]) for draft in drafts])

    drafts = [draft_of(cast.carol, talk, f"line {n}") for n in range(60)]
    post = poster(cast.shop.tenant.pk).post
    await asyncio.gather(asyncio.to_thread(in_threads, drafts[:8]), *[post(draft) for draft in drafts])
    assert numbers(talk) == list(range(1, 61))
    check_numbering(talk)


@pytest.mark.usefixtures("live_loop")
async def test_a_message_is_answered_only_after_its_commit(cast: Cast, talk: Conversation) -> None:
    """While another connection holds the conversation, nobody is told that the message is stored."""
    async with await psycopg.AsyncConnection.connect(**_parameters()) as other:
        await other.execute("select set_config('kefu.unscoped', 'on', false)")
        await other.execute("select 1 from conversations_conversation where id = %s for update", [talk.pk])
        asked = asyncio.create_task(poster(cast.shop.tenant.pk).post(draft_of(cast.carol, talk, "wait for it")))
        await soon(lambda: waiting_for_locks() == 1)
        assert not asked.done()
        assert numbers(talk) == []
        await other.rollback()
    outcome = await asyncio.wait_for(asked, 5)
    assert outcome.fresh
    assert numbers(talk) == [1]


def waiting_for_locks() -> int:
    """How many statements of the test database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.usefixtures("live_loop")
async def test_a_batch_whose_connection_dies_is_refused_as_ours_to_repeat(cast: Cast, talk: Conversation) -> None:
    draft = draft_of(cast.carol, talk, "once, whatever happens")
    async with await psycopg.AsyncConnection.connect(**_parameters()) as other:
        await other.execute("select set_config('kefu.unscoped', 'on', false)")
        await other.execute("select 1 from conversations_conversation where id = %s for update", [talk.pk])
        asked = asyncio.create_task(poster(cast.shop.tenant.pk).post(draft))
        await soon(lambda: waiting_for_locks() == 1)
        with connection.cursor() as cursor:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and wait_event_type = 'Lock'"
            )
        await other.rollback()
    with pytest.raises(Internal) as refused:
        await asyncio.wait_for(asked, 5)
    assert refused.value.retry
    again = await asyncio.wait_for(poster(cast.shop.tenant.pk).post(draft), 5)
    assert again.fresh
    assert numbers(talk) == [1]


def test_the_summary_follows_the_messages(cast: Cast, talk: Conversation) -> None:
    cast.shop.says(cast.carol, talk, "x" * 200)
    now = cast.shop.fresh(talk)
    assert (now.unread, now.last_author, now.last_text, now.last_note) == (1, "customer", "x" * 80, False)
    assert now.waiting_since == now.last_message_at
    cast.shop.says(cast.carol, talk, "and another")
    assert cast.shop.fresh(talk).waiting_since == now.waiting_since
    cast.shop.says(cast.bob, talk, "a note does not answer", note=True)
    noted = cast.shop.fresh(talk)
    assert (noted.waiting_since, noted.first_response_at, noted.last_note) == (now.waiting_since, None, True)
    assert (noted.last_author, noted.last_text, noted.note_text) == (
        "customer",
        "and another",
        "a note does not answer",
    )
    assert noted.waiting_since and noted.customer_wrote_at
    assert noted.waiting_since < noted.customer_wrote_at < noted.last_message_at
    cast.shop.says(cast.bob, talk, "an answer")
    answered = cast.shop.fresh(talk)
    assert (answered.last_text, answered.last_note, answered.note_text) == ("an answer", False, "")
    assert answered.customer_wrote_at == noted.customer_wrote_at
    assert answered.waiting_since is None
    assert answered.first_response_at == answered.last_message_at


def test_whoever_answers_has_read_what_was_asked_before(cast: Cast, talk: Conversation) -> None:
    cast.shop.says(cast.carol, talk, "one")
    cast.shop.says(cast.carol, talk, "two")
    cast.shop.says(cast.bob, talk, "a note does not answer", note=True)
    assert cast.shop.fresh(talk).unread == 2
    cast.shop.says(cast.bob, talk, "yes")
    assert cast.shop.fresh(talk).unread == 0
    with cast.shop.within():
        posting.post([draft_of(cast.bob, talk, "and"), draft_of(cast.carol, talk, "three")])
    assert cast.shop.fresh(talk).unread == 1
