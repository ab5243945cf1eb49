"""Dispatch on threads of its own: the request or command that causes it does not wait for it.

One dispatch per service account and process runs at a time; requests that come meanwhile are one more after it. What a
process that ends leaves undone is found by the sweep.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import close_old_connections

from core.tenancy.scope import current_tenant_id, tenant_scope
from routing.dispatch.actions import dispatch

log = logging.getLogger(__name__)
Key = tuple[int, int]  # tenant and service account
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="dispatch")
_lock = threading.Lock()
_running: dict[Key, bool] = {}  # whether it is wanted once more


def request_dispatch(*, service_account_id: int) -> None:
    """`dispatch` for the account, soon and on another thread; where `DISPATCH_BESIDE` is off, at once."""
    if not settings.DISPATCH_BESIDE:
        dispatch(service_account_id=service_account_id)
        return
    key = (current_tenant_id(), service_account_id)
    with _lock:
        if key in _running:
            _running[key] = True
            return
        _running[key] = False
    _threads.submit(_run, key)


def _run(key: Key) -> None:
    while True:
        _dispatch(*key)
        with _lock:
            if not _running[key]:
                del _running[key]
                return
            _running[key] = False


def _dispatch(tenant_id: int, service_account_id: int) -> None:
    close_old_connections()
    try:
        with tenant_scope(tenant_id):
            dispatch(service_account_id=service_account_id)
    except Exception:
        log.exception("dispatch of service account %d failed; the sweep repeats it", service_account_id)
    finally:
        close_old_connections()
