"""What time does: each sweep does what is due, once, and one tenant's trouble is nobody else's."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from accounts.agents.rules import GRACE
from accounts.agents.sweeps import set_absent_offline
from accounts.models import Agent, Session, StatusInterval
from accounts.settings.actions import set_override
from accounts.settings.places import tenant_place
from accounts.sign_in.sweeps import remove_old_sessions
from channels_app.reception.places import account_place, channel_place
from conversations.lifecycle.sweeps import end_idle, expire_waiting
from conversations.messages.sweeps import remove_unused_uploads
from conversations.models import Attachment, Conversation
from conversations.search.indexing import note
from core.actors import SYSTEM
from core.models import LoggedEvent
from core.tasks import Sweep, sweep
from core.tenancy.scope import unscoped
from kefu.wiring import SWEEPS
from routing.dispatch.sweeps import dispatch_waiting
from tests.cast import Cast, Company
from tests.sockets import session_of

LONG_AGO = timedelta(days=3)

pytestmark = pytest.mark.usefixtures("kefu_is_there")


def named(name: str) -> Sweep:
    """A sweep of the table."""
    return next(found for found in SWEEPS if found.name == name)


def backdate(conversation: Conversation, **moments: timedelta) -> None:
    """Let it be longer ago."""
    with unscoped(reason="the test turns the clock"):
        Conversation.objects.filter(pk=conversation.pk).update(
            **{name: timezone.now() - ago for name, ago in moments.items()}
        )


def ended(company: Company, reason: str) -> int:
    """How many ended for a reason; each has exactly one event of it."""
    with company.within():
        count = Conversation.objects.filter(state="ended", end_reason=reason).count()
        assert LoggedEvent.objects.filter(name="conversation.ended", data__reason=reason).count() == count
        return count


def idle_ones(cast: Cast, count: int = 3) -> list[Conversation]:
    """Conversations in which nobody wrote for long, and a lively one."""
    found = [cast.shop.held(cast.shop.welcome(f"visitor {n}"), cast.bob) for n in range(count)]
    for each in found:
        backdate(each, last_message_at=LONG_AGO, assigned_at=LONG_AGO)
    cast.shop.held(cast.carol, cast.bob)
    return found


def test_idle_conversations_end_once(cast: Cast) -> None:
    idle_ones(cast)
    for _ in range(2):
        end_idle(cast.shop.tenant.pk)
        assert ended(cast.shop, "idle") == 3
    with cast.shop.within():
        assert Conversation.objects.filter(state="active").count() == 1


def test_idle_time_is_the_service_accounts_own(cast: Cast) -> None:
    account = cast.shop.account
    place = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        set_override(actor=SYSTEM, place=account_place(account), setting="idle_end", value=10)
    backdate(place, last_message_at=timedelta(minutes=9), assigned_at=timedelta(minutes=9))
    end_idle(cast.shop.tenant.pk)
    assert ended(cast.shop, "idle") == 0
    backdate(place, last_message_at=timedelta(minutes=10, seconds=1), assigned_at=timedelta(minutes=10, seconds=1))
    end_idle(cast.shop.tenant.pk)
    assert ended(cast.shop, "idle") == 1


def test_the_sweep_asks_the_tenants_who_may_have_something_due(cast: Cast) -> None:
    place = cast.shop.held(cast.carol, cast.bob)
    backdate(place, last_message_at=timedelta(minutes=20), assigned_at=timedelta(minutes=20))
    due = named("idle end").due
    with unscoped(reason="as sweeps do"):
        assert list(due()) == []
    with cast.shop.within():
        set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="idle_end", value=15)
    with unscoped(reason="as sweeps do"):
        assert list(due()) == [cast.shop.tenant.pk]
    end_idle(cast.shop.tenant.pk)
    assert ended(cast.shop, "idle") == 1


def test_a_lock_of_the_company_rules_the_idle_time_of_its_channels(cast: Cast) -> None:
    place = cast.shop.held(cast.carol, cast.bob)
    backdate(place, last_message_at=timedelta(minutes=20), assigned_at=timedelta(minutes=20))
    with cast.shop.within():
        set_override(actor=SYSTEM, place=channel_place(cast.shop.channel), setting="idle_end", value=15)
        set_override(actor=SYSTEM, place=tenant_place(), setting="idle_end", value=90, locked=True)
    end_idle(cast.shop.tenant.pk)
    assert ended(cast.shop, "idle") == 0


def test_who_waited_too_long_is_let_go_once(cast: Cast) -> None:
    place = cast.shop.open(cast.carol)
    backdate(place, waiting_from=timedelta(hours=23))
    expire_waiting(cast.shop.tenant.pk)
    assert ended(cast.shop, "expired") == 0
    backdate(place, waiting_from=timedelta(hours=25))
    for _ in range(2):
        expire_waiting(cast.shop.tenant.pk)
        assert ended(cast.shop, "expired") == 1


def test_an_agent_without_a_browser_is_offline_after_the_grace_and_once(cast: Cast) -> None:
    cast.shop.status(cast.bob, "online")
    set_absent_offline(cast.shop.tenant.pk)
    with cast.shop.within():
        assert Agent.objects.get(pk=cast.bob.pk).status == "online"
        Agent.objects.filter(pk=cast.bob.pk).update(seen_at=timezone.now() - GRACE - timedelta(seconds=1))
    for _ in range(2):
        set_absent_offline(cast.shop.tenant.pk)
        with cast.shop.within():
            assert Agent.objects.get(pk=cast.bob.pk).status == "offline"
            assert Agent.objects.get(pk=cast.bob.pk).status_set_by == "system"
            assert StatusInterval.objects.filter(agent=cast.bob).count() == 1
            assert LoggedEvent.objects.filter(name="agent.status").count() == 1


def test_an_agent_within_the_grace_keeps_everything(cast: Cast) -> None:
    cast.shop.status(cast.bob, "away")
    place = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(seen_at=timezone.now() - GRACE + timedelta(seconds=5))
    set_absent_offline(cast.shop.tenant.pk)
    assert cast.shop.fresh(place).agent_id == cast.bob.pk
    with cast.shop.within():
        assert Agent.objects.get(pk=cast.bob.pk).status == "away"


def upload(company: Company, *, ago: timedelta) -> Attachment:
    """A file of somebody, stored that long ago."""
    with company.within():
        path = default_storage.save(f"{company.tenant.pk}/file", ContentFile(b"content"))
        return Attachment.objects.create(
            owner_kind="customer", owner_id=1, kind="file", name="a.pdf", media_type="application/pdf", size=7,
            path=path, created_at=timezone.now() - ago,
        )  # fmt: skip


def test_unused_uploads_go_with_row_and_file_after_a_day(cast: Cast) -> None:
    old, young = upload(cast.shop, ago=timedelta(hours=25)), upload(cast.shop, ago=timedelta(hours=23))
    for _ in range(2):
        remove_unused_uploads(cast.shop.tenant.pk)
    with cast.shop.within():
        assert list(Attachment.objects.all()) == [young]
    assert not default_storage.exists(old.path)
    assert default_storage.exists(young.path)


def test_an_upload_that_a_message_carries_stays(cast: Cast) -> None:
    kept, place = upload(cast.shop, ago=LONG_AGO), cast.shop.held(cast.carol, cast.bob)
    outcome = cast.shop.says(cast.carol, place, "with a file")
    with cast.shop.within():
        place.messages.filter(seq=outcome.row["n"]).update(attachment=kept)
    remove_unused_uploads(cast.shop.tenant.pk)
    with cast.shop.within():
        assert Attachment.objects.filter(pk=kept.pk).exists()


def test_old_sessions_go(cast: Cast) -> None:
    old, good = session_of(cast.bob), session_of(cast.bob)
    with cast.shop.within():
        Session.objects.filter(pk=old).update(expire_date=timezone.now() - timedelta(seconds=1))
    for _ in range(2):
        remove_old_sessions(cast.shop.tenant.pk)
    with cast.shop.within():
        assert list(Session.objects.values_list("pk", flat=True)) == [good]


def test_dispatch_finds_what_a_crash_between_commit_and_listener_left(cast: Cast) -> None:
    place = cast.shop.open(cast.carol)
    cast.shop.status(cast.bob, "online")
    for _ in range(2):
        dispatch_waiting(cast.shop.tenant.pk)
    assert cast.shop.fresh(place).agent_id == cast.bob.pk
    with cast.shop.within():
        assert LoggedEvent.objects.filter(name="conversation.assigned").count() == 1


def absent(cast: Cast) -> None:
    """bob left without a word."""
    cast.shop.status(cast.bob, "online")
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(seen_at=timezone.now() - LONG_AGO)


def old_session(cast: Cast) -> None:
    """A session of bob ran out."""
    with cast.shop.within():
        Session.objects.filter(pk=session_of(cast.bob)).update(expire_date=timezone.now() - LONG_AGO)


def left(cast: Cast) -> None:
    """bob was disabled, and nobody heard of it."""
    cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(is_active=False)


def stuck(cast: Cast) -> None:
    """carol waits for an answer of bob, who left."""
    cast.shop.says(cast.carol, cast.shop.held(cast.carol, cast.bob), "Are you there?")
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(seen_at=timezone.now() - LONG_AGO)


def silent(cast: Cast) -> None:
    """Nobody wrote for long, and nobody took over."""
    backdate(cast.shop.held(cast.carol, cast.bob), last_message_at=LONG_AGO, assigned_at=LONG_AGO)


def unindexed(cast: Cast) -> None:
    """A question that was noted for the search, before a worker died: it is not in the index yet."""
    cast.shop.says(cast.carol, cast.shop.open(cast.carol), "Is there tea?")
    with cast.shop.within():
        note(list(LoggedEvent.objects.filter(name="message.posted").values_list("pk", flat=True)))


def stray_file(cast: Cast) -> None:
    """A process was killed between file and row."""
    written = timezone.now() - LONG_AGO
    with cast.shop.within():
        type(cast.shop.tenant).objects.filter(pk=cast.shop.tenant.pk).update(created_at=written - LONG_AGO)
    path = default_storage.path(default_storage.save(f"{cast.shop.tenant.pk}/stray", ContentFile(b"content")))
    os.utime(path, (written.timestamp(), written.timestamp()))


Due = dict[str, Callable[[Cast], Any]]
DUE: Due = {
    "dispatch waiting": lambda cast: cast.shop.open(cast.carol),
    "agents' grace": absent,
    "left agents": left,
    "absent holders": stuck,
    "idle end": silent,
    "waiting expiry": lambda cast: backdate(cast.shop.open(cast.carol), waiting_from=LONG_AGO),
    "unused uploads": lambda cast: upload(cast.shop, ago=LONG_AGO),
    "stray files": stray_file,
    "old sessions": old_session,
    "statistics": lambda cast: cast.shop.open(cast.carol),
    "search": unindexed,
}


def due(name: str) -> list[int]:
    """The tenants a sweep would ring."""
    with unscoped(reason="as the sweep does"):
        return list(named(name).due())


@pytest.mark.parametrize("name", [found.name for found in SWEEPS])
def test_a_sweep_rings_only_tenants_with_something_due(cast: Cast, name: str) -> None:
    assert set(DUE) == {found.name for found in SWEEPS}, "tell this test how to make the new sweep due"
    assert due(name) == []
    DUE[name](cast)
    assert due(name) == [cast.shop.tenant.pk]


@pytest.mark.parametrize("name", [name for name in DUE if name != "dispatch waiting"])
def test_a_sweep_leaves_nothing_due_behind(cast: Cast, worker: None, name: str) -> None:
    DUE[name](cast)
    assert sweep(named(name)) == 1
    assert due(name) == []
    assert sweep(named(name)) == 0


def break_the_end_of(conversation: Conversation) -> None:
    """Let the database refuse to end this one, as a broken row would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "create or replace function pg_temp.refuse() returns trigger language plpgsql as"
            " $$ begin raise exception 'a broken row'; end $$"
        )
        cursor.execute(
            "create trigger broken before update of state on conversations_conversation for each row"
            f" when (old.id = {int(conversation.pk)}) execute function pg_temp.refuse()"
        )


def repair() -> None:
    """As before."""
    with connection.cursor() as cursor:
        cursor.execute("drop trigger if exists broken on conversations_conversation")


def test_one_tenants_broken_row_hurts_no_other_tenant(cast: Cast, worker: None) -> None:
    ours = cast.shop.held(cast.carol, cast.bob)
    theirs = cast.other.held(cast.mike, cast.mallory)
    for each in (ours, theirs):
        backdate(each, last_message_at=LONG_AGO, assigned_at=LONG_AGO)
    break_the_end_of(ours)
    try:
        assert sweep(named("idle end")) == 2
    finally:
        repair()
    assert ended(cast.other, "idle") == 1
    assert ended(cast.shop, "idle") == 0
    assert sweep(named("idle end")) == 1
    assert ended(cast.shop, "idle") == 1


def test_a_sweep_that_died_in_the_middle_is_finished_by_the_next(cast: Cast, worker: None) -> None:
    """What was done before the failure stays done, once."""
    found = idle_ones(cast, count=5)
    break_the_end_of(found[2])
    try:
        sweep(named("idle end"))
        assert ended(cast.shop, "idle") < 5
    finally:
        repair()
    sweep(named("idle end"))
    assert ended(cast.shop, "idle") == 5


def test_one_broken_row_does_not_keep_its_neighbours_from_ending(cast: Cast, worker: None) -> None:
    found = idle_ones(cast, count=5)
    break_the_end_of(found[0])
    try:
        sweep(named("idle end"))
        assert ended(cast.shop, "idle") == 4
    finally:
        repair()
