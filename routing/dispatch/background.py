"""Dispatch beside the request or command that causes it."""

from django.conf import settings

from core.background import Background
from routing.dispatch.actions import dispatch


def _dispatch(service_account_id: int) -> None:
    dispatch(service_account_id=service_account_id)


# Under load each dispatch finds what came meanwhile and a little more: many cost nearly the same as one.
PAUSE_SECONDS = 0.05
dispatching = Background(_dispatch, pause=PAUSE_SECONDS)


def request_dispatch(*, service_account_id: int) -> None:
    """`dispatch` for the account, soon and on another thread; where `DISPATCH_BESIDE` is off, at once."""
    if settings.DISPATCH_BESIDE:
        dispatching.request(service_account_id)
    else:
        _dispatch(service_account_id)
