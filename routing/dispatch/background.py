"""Dispatch beside the request or command that causes it."""

from core.background import Background
from routing.dispatch.actions import dispatch


def _dispatch(service_account_id: int) -> None:
    dispatch(service_account_id=service_account_id)


# Under load each dispatch finds what came meanwhile and a little more: many cost nearly the same as one.
PAUSE_SECONDS = 0.05
# What causes it is answered meanwhile: a dispatch that began at once would take turns with the event loop, which
# answers, and the answer would be late by more than that.
AFTER_SECONDS = 0.002
dispatching = Background(_dispatch, after=AFTER_SECONDS, pause=PAUSE_SECONDS)


def request_dispatch(*, service_account_id: int) -> None:
    """`dispatch` for the account, soon and on another thread."""
    dispatching.request(service_account_id)
