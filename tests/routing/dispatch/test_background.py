"""Dispatch beside the request that caused it."""

from typing import Any

import pytest

from conversations.models import Conversation
from routing.dispatch.background import dispatching, request_dispatch
from tests.cast import Cast
from tests.eventually import eventually


@pytest.fixture
def beside(settings: Any) -> None:
    """As in production."""
    settings.IN_BACKGROUND = True


def assigned(cast: Cast) -> int:
    """How many have an agent."""
    with cast.shop.within():
        return Conversation.objects.filter(state="active").count()


@pytest.mark.usefixtures("beside")
def test_who_waits_is_assigned_soon(cast: Cast) -> None:
    cast.shop.status(cast.bob, "online")
    for number in range(5):
        cast.shop.open(cast.shop.welcome(f"visitor {number}"))
    eventually(lambda: assigned(cast) == 5)
    eventually(lambda: dispatching.is_idle)


@pytest.mark.usefixtures("beside")
def test_one_that_fails_does_not_keep_the_next_from_running(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.shop.status(cast.bob, "online")
    called: list[int] = []

    def broken(service_account_id: int) -> int:
        called.append(service_account_id)
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(dispatching, "act", broken)
        cast.shop.open(cast.carol)
        eventually(lambda: bool(called) and dispatching.is_idle)
    assert assigned(cast) == 0
    with cast.shop.within():
        request_dispatch(service_account_id=cast.shop.account.pk)
    eventually(lambda: assigned(cast) == 1)
